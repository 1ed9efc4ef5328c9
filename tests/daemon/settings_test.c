/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that come in, and go out, while life goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

#define BUTTON "54:48:E6:8F:80:A5"
#define PAUL "contact \"paul\" {\n\tname = \"Paul\"\n" \
	"\tnumber = \"+33639980001\"\n}\n"
#define LEA "contact \"lea\" {\n\tname = \"Lea\"\n" \
	"\tnumber = \"+33639980002\"\n}\n"
#define MARIE MARIE_WITH("")
#define MARIE_WITH(more) "wearer \"marie\" {\n\tname = \"Marie Durand\"\n" \
	"\tshort_name = \"Marie D.\"\n\tplace = \"12 rue Garibaldi, Lyon\"\n" \
	"\tarea = \"Lyon 3e\"\n\tassociation = \"X\"\n" more \
	"\tcancel_code = \"tulipe42\"\n\tcontact = {\"paul\", \"lea\"}\n}\n" \
	"button \"b\" {\n\twearer = \"marie\"\n\taddress = \"" BUTTON "\"\n}\n"

static size_t applied(struct scratch *s, const char *text, const char *list,
		      char *first, size_t cap)
{
	json_t *doc = apply(s, text, false);
	const json_t *said = json_object_get(doc, list);
	const char *word = json_string_value(json_array_get(said, 0));
	size_t n = json_array_size(said);

	snprintf(first, cap, "%s", word ? word : "");
	json_decref(doc);
	return n;
}

static void start(struct scratch *s)
{
	char said[256];

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	assert_int_equal(applied(s, PAUL LEA MARIE, "errors", said,
				 sizeof(said)), 0);
}

static void press(struct scratch *s, uint8_t packet)
{
	const uint8_t data[] = { 0x02, 0x01, 0x06, 0x08, 0x16, 0xd2, 0xfc,
				 0x44, 0x00, packet, 0x3a, 0x01 };
	char *word = hear(s, BUTTON, data, sizeof(data));

	assert_non_null(word);
	assert_string_equal(word, "accepted");
	free(word);
}

static char *code_of(struct scratch *s)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 1);
	const char *code = json_string_value(json_object_get(json_array_get(
		json_object_get(doc, "alerts"), 0), "code"));
	char *copy;

	assert_non_null(code);
	copy = strdup(code);
	json_decref(doc);
	return copy;
}

static void an_open_alert_keeps_what_it_needs(void **state)
{
	struct scratch *s = *state;
	char said[256], *text;

	start(s);
	press(s, 1);
	assert_true(spool_wait(s, 1));
	assert_int_equal(applied(s, PAUL LEA, "errors", said, sizeof(said)), 1);
	assert_non_null(strstr(said, "an open alert needs"));
	text = call(s, "Export", "");
	assert_non_null(strstr(text, "button \"b\""));
	free(text);
	assert_true(alert_wait(s, "open"));
	press(s, 2);
}

static void a_number_may_change_while_an_alert_is_open(void **state)
{
	struct scratch *s = *state;
	char said[256], *text, *code;
	int tries;

	start(s);
	press(s, 1);
	assert_true(spool_wait(s, 1));
	assert_int_equal(applied(s, PAUL "contact \"lea\" {\n\tname = \"Lea\"\n"
				 "\tnumber = \"+33639980008\"\n}\n" MARIE,
				 "errors", said, sizeof(said)), 0);
	assert_true(alert_wait(s, "open"));
	/* "no" passes to the next contact at once (L3). */
	code = code_of(s);
	snprintf(said, sizeof(said), "non %s", code);
	free(code);
	spool_reply(s, "+33639980001", said);

	for (tries = 0; tries < 300; tries++) {
		text = spool_text(s);
		if (strstr(text, "To: +33639980008"))
			break;
		free(text);
		text = NULL;
		usleep(10000);
	}

	assert_non_null(text);
	assert_null(strstr(text, "To: +33639980002"));
	free(text);
}

static void a_file_the_service_cannot_read_is_warned_of(void **state)
{
	struct scratch *s = *state;
	char said[512];

	start(s);
	assert_int_equal(applied(s, PAUL LEA MARIE "endpoint \"e\" {\n"
				 "\turl = \"https://127.0.0.1:9/\"\n"
				 "\tca_file = \"/nowhere/ca.pem\"\n}\n",
				 "warnings", said, sizeof(said)), 1);
	assert_non_null(strstr(said, "endpoint e: ca_file /nowhere/ca.pem: No "
			       "such file"));
}

static void a_cancel_code_left_out_stays(void **state)
{
	struct scratch *s = *state;
	char said[256], *text, *code;

	start(s);
	text = call(s, "Export", "");
	assert_null(strstr(text, "tulipe42"));
	assert_non_null(strstr(text, "# cancel_code"));
	assert_null(strstr(text, "# key"));
	assert_int_equal(applied(s, text, "errors", said, sizeof(said)), 0);
	free(text);
	press(s, 1);
	assert_true(spool_wait(s, 1));
	code = code_of(s);
	text = call(s, "Cancel", "ss", code, "tulipe42");
	assert_non_null(text);
	free(text);
	free(code);
	assert_true(alert_wait(s, "cancelled"));
}

#define DURESS "contact \"lea\" {\n\tname = \"Lea\"\n" \
	"\tnumber = \"+33639980002\"\n\tduress_told = true\n}\n"

/* What stands of it in an export would tell him that there is such a code. */
static void who_is_told_of_duress_and_its_code_left_out_stay(void **state)
{
	struct scratch *s = *state;
	char said[256], *text, *code;

	start(s);
	text = call(s, "Export", "");
	assert_null(strstr(text, "duress_told"));
	assert_null(strstr(text, "duress_code ="));
	free(text);
	assert_int_equal(applied(s, PAUL DURESS
				 MARIE_WITH("\tduress_code = \"jonquille\"\n"),
				 "errors", said, sizeof(said)), 0);
	text = call(s, "Export", "");
	assert_null(strstr(text, "duress_told"));
	assert_null(strstr(text, "duress_code ="));
	assert_null(strstr(text, "jonquille"));
	assert_int_equal(applied(s, text, "errors", said, sizeof(said)), 0);
	free(text);
	press(s, 1);
	assert_true(spool_wait(s, 1));
	code = code_of(s);
	text = call(s, "Cancel", "ss", code, "jonquille");
	assert_non_null(text);
	free(text);
	free(code);
	assert_true(alert_wait(s, "cancelled"));
	/* Paul's all-clear, and what Lea reads, whom nothing had reached. */
	assert_true(spool_wait(s, 3));
	text = spool_text(s);
	assert_non_null(strstr(text, "annulation sous la contrainte"));
	free(text);
}

static void removed_is(struct scratch *s, const char *text, bool dry_run,
		       const char *words)
{
	json_t *doc = apply(s, text, dry_run), *list;
	char said[256] = "";
	size_t i;

	list = json_object_get(doc, "removed");
	assert_true(json_is_array(list));
	assert_int_equal(json_integer_value(json_object_get(doc, "changed")),
			 0);

	for (i = 0; i < json_array_size(list); i++)
		snprintf(said + strlen(said), sizeof(said) - strlen(said),
			 "%s%s", i ? ", " : "",
			 json_string_value(json_array_get(list, i)));

	assert_string_equal(said, words);
	json_decref(doc);
}

#define ALONE "wearer \"marie\" {\n\tname = \"Marie Durand\"\n" \
	"\tshort_name = \"Marie D.\"\n\tplace = \"12 rue Garibaldi, Lyon\"\n" \
	"\tarea = \"Lyon 3e\"\n\tassociation = \"X\"\n" \
	"\tcontact = {\"paul\"}\n}\n"

static void what_a_file_takes_away_is_named(void **state)
{
	struct scratch *s = *state;
	char said[256];

	start(s);
	assert_int_equal(applied(s, PAUL LEA ALONE "button \"b\" {\n"
				 "\twearer = \"marie\"\n"
				 "\taddress = \"" BUTTON "\"\n}\n", "errors",
				 said, sizeof(said)), 0);
	removed_is(s, PAUL ALONE, true, "button b, contact lea");
	/* Of what is not applied nothing goes. */
	removed_is(s, PAUL ALONE "x", false, "");
	removed_is(s, PAUL ALONE, false, "button b, contact lea");
	removed_is(s, PAUL ALONE, false, "");
}

/* Of https://127.0.0.1:9 nothing listens. */
#define CENTRE "endpoint \"centre\" {\n\turl = \"https://127.0.0.1:9/a\"\n" \
	"\tshape = \"scaip\"\n\tstation = \"26317\"\n}\n"

static void the_shape_of_a_centre_comes_back_as_it_was_given(void **state)
{
	struct scratch *s = *state;
	char said[256], *text;
	json_t *doc;

	start(s);
	assert_int_equal(applied(s, CENTRE PAUL ALONE, "errors", said,
				 sizeof(said)), 0);
	text = call(s, "Export", "");
	assert_non_null(strstr(text, "\tshape = \"scaip\"\n"
			       "\tstation = \"26317\"\n"));
	doc = apply(s, text, false);
	assert_int_equal(json_integer_value(json_object_get(doc, "changed")),
			 0);
	json_decref(doc);
	free(text);
	/* our own shape is the one that is not said */
	assert_int_equal(applied(s, "endpoint \"centre\" {\n"
				 "\turl = \"https://127.0.0.1:9/a\"\n}\n"
				 PAUL ALONE, "errors", said, sizeof(said)), 0);
	text = call(s, "Export", "");
	assert_null(strstr(text, "shape"));
	assert_null(strstr(text, "26317"));
	free(text);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(an_open_alert_keeps_what_it_needs),
		T(a_number_may_change_while_an_alert_is_open),
		T(a_file_the_service_cannot_read_is_warned_of),
		T(a_cancel_code_left_out_stays),
		T(who_is_told_of_duress_and_its_code_left_out_stay),
		T(what_a_file_takes_away_is_named),
		T(the_shape_of_a_centre_comes_back_as_it_was_given),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
