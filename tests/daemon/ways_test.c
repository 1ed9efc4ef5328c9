/* SPDX-License-Identifier: Apache-2.0 */
/* What people are told of ways that the machine does not have. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "buttons.h"

#define RUNG "policy \"rung\" {\n\tstep { after = 0\n" \
	"\t\tto = {\"paul:sms\", \"paul:voice\"} }\n}\n"
#define RINGS HEAD("keyring") "\taddress = \"" BUTTON "\"\n" \
	"\trule = {\"*:*=rung\"}\n}\n"

static void start_with(struct scratch *s, const char *modem)
{
	char conf[2048];

	snprintf(conf, sizeof(conf),
		 "radio {\n\tdriver = replay\n\tfile = \"%s/frames\"\n}\n"
		 "%srelay {\n\tnumber = \"+33639980114\"\n}\n"
		 "control {\n\tbus = none\n}\n"
		 "clock {\n\ttrusted = yes\n}\n"
		 "power {\n\tsupply = \"%s/power\"\n}\n", s->dir, modem,
		 s->dir);
	scratch_write(s, "conf", conf);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
}

/* Whether some sentence of that list has these words. */
static bool says(const json_t *doc, const char *list, const char *words)
{
	const json_t *each;
	size_t i;

	json_array_foreach(json_object_get(doc, list), i, each)
		if (strstr(json_string_value(each), words))
			return true;

	return false;
}

/* Of the first text of that channel in the preview of the button. */
static bool refused(struct scratch *s, const char *channel)
{
	json_t *doc = ask(s, "Preview", "sssb", "keyring", "", "strong", 0);
	bool found = false, out = false;
	const json_t *each;
	size_t i;

	json_array_foreach(json_object_get(doc, "texts"), i, each)
		if (!found && answer_is(each, "channel", channel)) {
			found = true;
			out = answer_is(each, "refused", "1");
		}

	assert_true(found);
	json_decref(doc);
	return out;
}

/* L3: nothing can come in, so nothing is asked. */
static void a_gateway_alone_asks_for_no_answer_and_says_so(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *text;

	start_with(s, "modem {\n\tdriver = http\n"
		   "\turl = \"http://127.0.0.1:9/send\"\n"
		   "\trequest = \"GET ?to=%n&text=%t\"\n}\n");
	doc = apply(s, PEOPLE RUNG RINGS, false);
	assert_string_equal(first(doc, "errors"), "");
	assert_true(says(doc, "warnings", "no way for SMS takes answers in"));
	assert_true(says(doc, "warnings", "policy rung rings a telephone"));
	assert_true(says(doc, "reach",
			 "paul, whose telephone nothing here can ring"));
	json_decref(doc);

	doc = ask(s, "Status", "");
	CHECK(doc, "answers", "0");
	json_decref(doc);
	text = call(s, "Preview", "sssb", "keyring", "", "strong", 0);
	assert_non_null(strstr(text, "ALERTE"));
	assert_null(strstr(text, "pondez OK"));
	free(text);
	assert_false(refused(s, "sms"));
	assert_true(refused(s, "voice"));

	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "no way for SMS takes answers in"));
	free(text);
}

static void a_ring_that_nothing_can_make_is_warned_of(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE RUNG RINGS);
	doc = apply(s, PEOPLE RUNG RINGS, true);
	assert_true(says(doc, "warnings", "policy rung rings a telephone"));
	assert_false(says(doc, "warnings", "takes answers in"));
	json_decref(doc);
	assert_true(refused(s, "voice"));
	assert_false(refused(s, "sms"));
	doc = ask(s, "Status", "");
	CHECK(doc, "answers", "1");
	json_decref(doc);
}

/* Though no modem is there yet. */
static void a_ring_that_a_modem_can_make_is_not(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start_with(s, "modem {\n\tdriver = modemmanager\n}\n");
	doc = apply(s, PEOPLE RUNG RINGS, false);
	assert_string_equal(first(doc, "errors"), "");
	assert_false(says(doc, "warnings", "rings a telephone"));
	assert_false(says(doc, "warnings", "takes answers in"));
	assert_true(says(doc, "reach", "paul, whose telephone rings"));
	json_decref(doc);
	assert_false(refused(s, "voice"));
	assert_false(refused(s, "sms"));
}

static void site_is(struct scratch *s, const char *site)
{
	json_t *doc = ask(s, "Status", "");

	CHECK(doc, "site", site);
	json_decref(doc);
}

/* What the engine has of it and what the modems are asked go together. */
static void the_place_changes_as_a_whole_at_the_next_start(void **state)
{
	static const char *const changes[] = {
		"site = \"lieu 3\"", "moving = yes", "abroad = contacts-only",
		"site = \"lieu 3\"\n\tmoving = yes"
	};
	struct scratch *s = *state;
	size_t i;

	start(s, PEOPLE KEYED);

	for (i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		char place[128];

		scratch_conf(s);
		snprintf(place, sizeof(place), "place {\n\t%s\n}\n",
			 changes[i]);
		scratch_append(s, "conf", place);
		scratch_write(s, "err", "");
		assert_int_equal(kill(s->pid, SIGHUP), 0);
		assert_true(scratch_logs(s, "settings read again"));
		assert_true(scratch_logs(s, "store, relay, place, keys and control "
				   "change at the next restart"));
		site_is(s, "");
	}

	assert_int_equal(alerted_stop(s), 0);
	alerted_start(s, false);
	site_is(s, "lieu 3");
}

#define T(test) cmocka_unit_test_setup_teardown(test, scratch_setup, \
						scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_gateway_alone_asks_for_no_answer_and_says_so),
		T(a_ring_that_nothing_can_make_is_warned_of),
		T(a_ring_that_a_modem_can_make_is_not),
		T(the_place_changes_as_a_whole_at_the_next_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
