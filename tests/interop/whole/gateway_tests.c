/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway watches over itself: a modem that goes, a text to itself. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "whole.h"

#define OWN "+33639980005"

static bool selftest_is(const char *key, const char *value)
{
	char *text = NULL;
	json_t *doc;
	bool is;

	assert_int_equal(alerte(&text, (const char *const[]){
			 "--json", "status", NULL }), 0);
	doc = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(doc);
	text = json_dumps(json_object_get(json_object_get(doc, "selftest"),
					  key), JSON_ENCODE_ANY);
	is = text && strstr(text, value);
	free(text);
	json_decref(doc);
	return is;
}

/* It waits for the modem, goes out, comes in, and nobody hears of it. */
static void a_text_to_itself_waits_for_the_modem_and_comes_back(void **state)
{
	char line[256];

	(void)state;
	house_setting("selftest {\n\tnumber = \"" OWN "\"\n}\n");
	UNTIL(selftest_is("state", "waiting"));
	assert_int_equal(stage_say(&house.stage, "mm-kill"), 0);
	UNTIL(fault_is("modem"));
	assert_true(selftest_is("state", "held"));
	assert_int_equal(texts(OWN), 0);

	assert_int_equal(stage_say(&house.stage, "mm-start"), 0);
	UNTIL(texts(OWN) == 1);
	UNTIL(!fault_is("modem"));
	assert_true(selftest_is("state", "out"));
	assert_true(selftest_is("passed", "null"));
	assert_non_null(strstr(text_to(OWN), "Essai automatique"));
	snprintf(line, sizeof(line), "sms %s %s", OWN, text_to(OWN));
	modem_do(line);
	UNTIL(selftest_is("state", "waiting"));
	assert_true(selftest_is("passed", "20"));
	assert_false(fault_is("sms-selftest"));
	assert_int_equal(stage_count_sent(&house.stage), 1);
}

int gateway_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(a_text_to_itself_waits_for_the_modem_and_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
