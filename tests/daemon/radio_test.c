/* SPDX-License-Identifier: Apache-2.0 */
/* What the real daemon says of its radio, here a file of frames. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

#define BUTTON "54:48:E6:8F:80:A5"
#define CANARY "C0:FF:EE:00:00:01"
#define STRANGER "AA:AA:AA:AA:AA:AA"

static const char site[] =
	"contact \"paul\" {\n\tname = \"Paul\"\n"
	"\tnumber = \"+33639980001\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"Marie D.\"\n\tplace = \"12 rue Garibaldi, Lyon\"\n"
	"\tarea = \"Lyon 3e\"\n\tassociation = \"X\"\n"
	"\tcontact = {\"paul\"}\n}\n"
	"button \"b\" {\n\twearer = \"marie\"\n\taddress = \"" BUTTON "\"\n}\n";

static void conf_put(const struct scratch *s, const char *radio)
{
	char text[4 * PATH_MAX];

	snprintf(text, sizeof(text), "radio {\n\tfile = \"%s/frames\"\n%s}\n"
		 "modem {\n\tdriver = spool\n\tspool = \"%s/spool\"\n}\n"
		 "relay {\n\tnumber = \"+33639980114\"\n}\n"
		 "control {\n\tbus = none\n}\nclock {\n\ttrusted = yes\n}\n",
		 s->dir, radio, s->dir);
	scratch_write(s, "conf", text);
}

static void start(struct scratch *s, const char *radio)
{
	json_t *doc;

	conf_put(s, radio);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, site, false);
	if (json_array_size(json_object_get(doc, "errors")))
		fail_msg("%s", json_dumps(doc, 0));
	json_decref(doc);
}

static json_t *status(struct scratch *s)
{
	return ask(s, "Status", "");
}

static const json_t *radio_of(const json_t *doc)
{
	return json_object_get(doc, "radio");
}

static const json_t *adapter_of(const json_t *doc)
{
	return json_array_get(json_object_get(radio_of(doc), "adapters"), 0);
}

static bool has_fault(const json_t *doc)
{
	const json_t *list = json_object_get(doc, "faults"), *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (!strcmp(json_string_value(one), "radio"))
			return true;

	return false;
}

static bool is_state(const json_t *doc, const char *word)
{
	return !strcmp(json_string_value(json_object_get(radio_of(doc),
							 "state")), word);
}

static bool state_wait(struct scratch *s, const char *word, bool fault)
{
	bool found = false;
	json_t *doc;
	int tries;

	for (tries = 0; tries < 120 && !found; tries++) {
		doc = status(s);
		found = is_state(doc, word) && has_fault(doc) == fault;
		json_decref(doc);
		if (!found)
			usleep(100000);
	}

	return found;
}

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	return json_is_integer(v) ? json_integer_value(v) : -1;
}

static bool heard_wait(struct scratch *s, json_int_t n)
{
	json_int_t heard = 0;
	json_t *doc;
	int tries;

	for (tries = 0; tries < 50 && heard < n; tries++) {
		doc = status(s);
		heard = number(adapter_of(doc), "heard");
		json_decref(doc);
		usleep(20000);
	}

	return heard == n;
}

static void frames_are_counted_by_their_receiver(void **state)
{
	struct scratch *s = *state;
	const json_t *a;
	json_t *doc;

	start(s, "\tdriver = replay\n");
	doc = status(s);
	assert_true(json_is_null(json_object_get(adapter_of(doc),
						 "last_age_ms")));
	json_decref(doc);
	scratch_append(s, "frames", "0 " STRANGER " 020106\n"
		       "0 " STRANGER " 020106\n0 " STRANGER " 020106\n");
	assert_true(heard_wait(s, 3));
	doc = status(s);
	a = adapter_of(doc);
	assert_string_equal(json_string_value(json_object_get(a, "name")),
			    "replay");
	assert_int_equal(number(a, "rate"), 3);
	assert_in_range(number(a, "last_age_ms"), 0, 5000);
	assert_true(json_is_null(json_object_get(a, "enrolled_age_ms")));
	json_decref(doc);
	scratch_append(s, "frames", "0 " BUTTON
		       " 0201060816d2fc4400013a01\n");
	assert_true(heard_wait(s, 4));
	doc = status(s);
	assert_in_range(number(adapter_of(doc), "enrolled_age_ms"), 0, 5000);
	assert_int_equal(number(radio_of(doc), "canary_age_ms"), -1);
	json_decref(doc);
}

static void a_canary_is_told_from_strangers(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, "\tdriver = replay\n\tcanary = \"" CANARY "\"\n");
	scratch_append(s, "frames", "0 " STRANGER " 020106\n");
	assert_true(heard_wait(s, 1));
	doc = status(s);
	assert_true(json_is_null(json_object_get(radio_of(doc),
						 "canary_age_ms")));
	json_decref(doc);
	scratch_append(s, "frames", "0 " CANARY " 020106\n");
	assert_true(heard_wait(s, 2));
	doc = status(s);
	assert_in_range(number(radio_of(doc), "canary_age_ms"), 0, 5000);
	json_decref(doc);
}

static void a_radio_that_is_not_there_is_a_fault_until_it_is(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	start(s, "\tdriver = replay\n");
	assert_true(state_wait(s, "listening", false));
	assert_int_equal(alerted_stop(s), 0);
	unlink(scratch_path(s, "frames", path));
	alerted_start(s, false);
	assert_true(state_wait(s, "missing", true));
	scratch_write(s, "frames", "");
	assert_true(state_wait(s, "listening", false));
}

/* What was heard before a restart is known no more; a fault stays known. */
static void a_fault_of_before_a_restart_ends_when_it_hears(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	start(s, "\tdriver = replay\n");
	assert_int_equal(alerted_stop(s), 0);
	unlink(scratch_path(s, "frames", path));
	alerted_start(s, false);
	assert_true(state_wait(s, "missing", true));
	assert_int_equal(alerted_stop(s), 0);
	scratch_write(s, "frames", "");
	alerted_start(s, false);
	assert_true(state_wait(s, "listening", false));
}

static void none_at_a_reload_listens_no_more_and_is_no_fault(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	start(s, "\tdriver = replay\n");
	assert_int_equal(alerted_stop(s), 0);
	unlink(scratch_path(s, "frames", path));
	alerted_start(s, false);
	assert_true(state_wait(s, "missing", true));
	conf_put(s, "\tdriver = none\n");
	kill(s->pid, SIGHUP);
	assert_true(state_wait(s, "none", false));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(frames_are_counted_by_their_receiver),
		T(a_canary_is_told_from_strangers),
		T(a_radio_that_is_not_there_is_a_fault_until_it_is),
		T(a_fault_of_before_a_restart_ends_when_it_hears),
		T(none_at_a_reload_listens_no_more_and_is_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
