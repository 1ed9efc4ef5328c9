/* SPDX-License-Identifier: Apache-2.0 */
/* Preview of the real alerted, and what its spool then holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buttons.h"

static json_t *preview(struct scratch *s, const char *which, bool whole)
{
	return ask(s, "Preview", "sssb", which, "", "weak", (int)whole);
}

static const char *word(const json_t *doc, const char *key)
{
	return json_string_value(json_object_get(json_array_get(
		json_object_get(doc, "texts"), 0), key));
}

/* All but the code at its end, which is of one press. */
static void what_is_shown_is_what_is_sent(void **state)
{
	struct scratch *s = *state;
	char text[512], *spooled;
	json_t *doc;

	start(s, PEOPLE KEYED);
	doc = preview(s, "keyring", false);
	CHECK(doc, "of", "button");
	assert_string_equal(word(doc, "what"), "alert");
	snprintf(text, sizeof(text), "%s", word(doc, "text"));
	assert_non_null(strstr(text, "Marie D."));
	text[strlen(text) - 3] = '\0';
	json_decref(doc);
	assert_int_equal(spool_count(s), 0);
	assert_int_equal(alerts(s), 0);

	keyed_press(s, KEY1, 100, "accepted");
	assert_true(spool_wait(s, 1));
	spooled = spool_text(s);
	assert_non_null(strstr(spooled, text));
	free(spooled);
}

static void numbers_are_whole_only_when_asked_for(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE KEYED);
	doc = preview(s, "marie", false);
	CHECK(doc, "of", "wearer");
	assert_string_equal(word(doc, "address"), "..........01");
	json_decref(doc);
	/* The only wearer need not be named. */
	doc = preview(s, "", true);
	CHECK(doc, "id", "marie");
	assert_string_equal(word(doc, "address"), "+33639980001");
	json_decref(doc);
}

static void what_is_not_there_is_said(void **state)
{
	struct scratch *s = *state;
	char *text, *log;

	start(s, PEOPLE KEYED);
	assert_null(call(s, "Preview", "sssb", "nobody", "", "", 0));
	assert_null(call(s, "Preview", "sssb", "keyring", "kick", "", 0));
	assert_null(call(s, "Preview", "sssb", "keyring", "", "some", 0));
	assert_null(call(s, "Preview", "sssb", "keyring", "cancel", "", 0));
	text = call(s, "Preview", "sssb", "keyring", "double", "none", 0);
	assert_non_null(text);
	free(text);
	log = scratch_read(s, "err");
	assert_null(strstr(log, "Garibaldi"));
	free(log);
}

#define T(test) cmocka_unit_test_setup_teardown(test, scratch_setup, \
						scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_shown_is_what_is_sent),
		T(numbers_are_whole_only_when_asked_for),
		T(what_is_not_there_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
