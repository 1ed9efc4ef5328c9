/* SPDX-License-Identifier: Apache-2.0 */
/* What has to work every day. */
#include <stdlib.h>
#include <string.h>

#include "whole.h"

static bool ends_with(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);

	return a >= b && !strcmp(text + a - b, end);
}

static void a_press_leaves_as_one_text_and_one_report(void **state)
{
	json_t *doc;
	char code[16];

	(void)state;
	air_press(PRESS);
	UNTIL(attempt_is("sms", "marc", "sent"));
	UNTIL(attempt_is("https", "asso", "sent"));
	snprintf(code, sizeof(code), "OK %.3s", alert_word("code"));

	assert_int_equal(stage_count_sent(&house.stage), 1);
	assert_non_null(strstr(text_to(MARC), "ALERTE. Marie D. a appuy"));
	assert_true(ends_with(text_to(MARC), code));

	assert_int_equal(reports("alert"), 1);
	doc = report("alert");
	assert_string_equal(json_string_value(json_object_get(doc, "code")),
			    code + 3);
	assert_string_equal(json_string_value(json_object_get(doc, "trust")),
			    "weak");
	json_decref(doc);
	assert_int_equal(nginx_saw("TLSv1.3 SUCCESS POST", " 201 "), 1);
	assert_true(alert_is("state", "open"));
}

static void a_text_of_two_parts_arrives_whole(void **state)
{
	static const struct wish wish = {
		.name = "Marie-Antoinette de la Rochefoucauld-Montmorency",
		.area = "112 bis avenue du Général de Gaulle, résidence des "
			"Grands Pins, Saint-Didier-au-Mont-d'Or",
	};
	json_t *parts;
	char code[16];

	(void)state;
	house_site(&wish);
	air_press(PRESS);
	UNTIL(attempt_is("sms", "marc", "sent"));
	snprintf(code, sizeof(code), "OK %.3s", alert_word("code"));
	assert_int_equal(texts(MARC), 1);
	parts = stage_modem(&house.stage, "sent");
	assert_int_equal(json_array_size(parts), 2);
	json_decref(parts);
	assert_non_null(strstr(text_to(MARC), wish.name));
	assert_non_null(strstr(text_to(MARC), wish.area));
	assert_true(ends_with(text_to(MARC), code));
}

static void a_delivery_report_is_shown_and_acknowledges_nothing(void **state)
{
	(void)state;
	modem_do("set autoreport 0.2");
	air_press(PRESS);
	UNTIL(attempt_is("sms", "marc", "delivered"));
	assert_true(alert_is("state", "open"));
	assert_true(alert_is("acked_by", ""));
}

static void only_ok_with_the_code_acknowledges(void **state)
{
	(void)state;
	air_press(PRESS);
	UNTIL(attempt_is("sms", "marc", "sent"));

	write_back(MARC, "j'arrive pas %s");
	UNTIL(reports("reply") == 1);
	/* told once how to answer */
	UNTIL(texts(MARC) == 2);
	write_back(MARC, "ok ?");
	UNTIL(reports("reply") == 2);
	assert_true(note_is("reply", "ok ?"));
	assert_true(alert_is("state", "open"));

	write_back(MARC, "ok %s");
	UNTIL(alert_is("state", "acked"));
	assert_true(alert_is("acked_by", "Marc"));
	UNTIL(reports("ack") == 1);
	UNTIL(texts(MARC) == 3);
	assert_non_null(strstr(text_to(MARC), "Merci"));
	assert_int_equal(reports("reply"), 2);
}

static void a_busy_server_is_asked_again_when_it_said(void **state)
{
	static const struct wish wish = { .url_path = "/busy" };

	(void)state;
	house_site(&wish);
	air_press(PRESS);
	UNTIL(attempt_is("https", "asso", "sent"));
	assert_int_equal(reports("alert"), 1);
	assert_int_equal(nginx_saw("POST /busy", " 503 "), 1);
	assert_int_equal(nginx_saw("POST /busy", " 201 "), 1);
	assert_true(nginx_when("POST /busy", " 201 ") >=
		    nginx_when("POST /busy", " 503 ") + 0.99);
}

static void a_server_that_only_takes_stops_nothing(void **state)
{
	(void)state;
	air_press(DOUBLE);
	UNTIL(attempt_is("https", "asso", "sent"));
	UNTIL(attempt_is("sms", "lea", "sent"));
	assert_int_equal(texts(LEA), 1);
	assert_int_equal(reports("alert"), 1);
	assert_int_equal(nginx_saw("POST /alerts", " 201 "), 1);
	assert_true(alert_is("state", "open"));
}

static void a_person_at_the_server_acknowledges(void **state)
{
	(void)state;
	air_press(PRESS);
	UNTIL(reports("alert") == 1);
	UNTIL(texts(MARC) == 1);
	server_answers(alert_word("reference"), "{\"schema\":\"alerte/1\","
		"\"answers\":[{\"id\":\"a1\",\"kind\":\"ack\",\"by\":\"Claire\""
		",\"at\":\"2026-11-24T14:06:10+01:00\"}]}");
	UNTIL(alert_is("state", "acked"));
	assert_true(alert_is("acked_by", "Claire"));
	UNTIL(texts(MARC) == 2);
	assert_non_null(strstr(text_to(MARC), "Claire s'en occupe"));
	assert_true(nginx_saw("SUCCESS GET", "/answers 200") > 0);
}

int everyday_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(a_press_leaves_as_one_text_and_one_report),
		T(a_text_of_two_parts_arrives_whole),
		T(a_delivery_report_is_shown_and_acknowledges_nothing),
		T(only_ok_with_the_code_acknowledges),
		T(a_busy_server_is_asked_again_when_it_said),
		T(a_server_that_only_takes_stops_nothing),
		T(a_person_at_the_server_acknowledges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
