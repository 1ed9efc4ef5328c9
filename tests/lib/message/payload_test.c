/* SPDX-License-Identifier: Apache-2.0 */
#include "message/payload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "channel/channel.h"
#include "message/civil.h"

#define PRESSED_MS 1795525500000	/* 2026-11-24, 14:05 in Lyon */

static struct alerte_wearer wearer;
static struct alerte_alert alert;
static struct alerte_position position;
static struct words_facts facts;
static struct payload_facts payload;
static char body[CHANNEL_BODY_MAX];

static int setup(void **state)
{
	(void)state;
	wearer = (struct alerte_wearer){
		.size = sizeof(wearer),
		.id = "marie",
		.name = "Marie \"M\" Durand",
		.place = "12 rue Garibaldi\\4e étage",
	};
	alert = (struct alerte_alert){
		.size = sizeof(alert),
		.reference = "00112233445566778899aabbccddeeff",
		.code = "7K2",
		.state = ALERTE_ALERT_OPEN,
		.gesture = ALERTE_GESTURE_DOUBLE,
		.presses = 2,
		.step = 1,
		.relay = ALERTE_RELAY_HUMAN,
		.durable = true,
	};
	position = (struct alerte_position){
		.size = sizeof(position),
		.latitude_e7 = 457578000,
		.longitude_e7 = -48532001,
		.accuracy_m = 15,
		.wall_ms = PRESSED_MS + 60000,
	};
	facts = (struct words_facts){
		.wearer = &wearer,
		.code = "7K2",
		.pressed = { 1, PRESSED_MS, 3600, true },
		.opened = { 1, PRESSED_MS, 3600, true },
		.now = { 2, PRESSED_MS + 1000, 3600, true },
		.trust = ALERTE_TRUST_STRONG,
	};
	payload = (struct payload_facts){
		.kind = WORDS_ALERT,
		.facts = &facts,
		.alert = &alert,
		.site = "c0ffee",
		.key = "00112233-alert-3",
		.sequence = 3,
	};
	return 0;
}

/* The body as a parser of its own reads it; duplicate names are refused. */
static json_t *parsed(void)
{
	int len = payload_compose(&payload, body, sizeof(body));
	json_t *json;

	assert_true(len > 0);
	assert_int_equal(len, strlen(body));
	json = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json);
	return json;
}

static const char *text_of(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "(none)";
}

static void an_alert_is_written_field_by_field(void **state)
{
	json_t *j, *p;

	(void)state;
	facts.position = &position;
	j = parsed();
	assert_string_equal(text_of(j, "schema"), "alerte/1");
	assert_string_equal(text_of(j, "type"), "alert");
	assert_string_equal(text_of(j, "key"), "00112233-alert-3");
	assert_string_equal(text_of(j, "site"), "c0ffee");
	assert_string_equal(text_of(j, "reference"), alert.reference);
	assert_string_equal(text_of(j, "code"), "7K2");
	assert_string_equal(text_of(j, "state"), "open");
	assert_string_equal(text_of(j, "gesture"), "double");
	assert_string_equal(text_of(j, "trust"), "strong");
	assert_string_equal(text_of(j, "relay"), "human");
	assert_string_equal(text_of(j, "opened"), "2026-11-24T14:05:00+01:00");
	assert_string_equal(text_of(j, "pressed"),
			    "2026-11-24T14:05:00+01:00");
	assert_string_equal(text_of(j, "now"), "2026-11-24T14:05:01+01:00");
	assert_int_equal(json_integer_value(json_object_get(j, "sequence")),
			 3);
	assert_true(json_is_true(json_object_get(j, "verified")));
	assert_true(json_is_true(json_object_get(j, "clock_trusted")));
	assert_true(json_is_false(json_object_get(j, "exercise")));
	assert_true(json_is_true(json_object_get(j, "durable")));
	p = json_object_get(j, "wearer");
	assert_string_equal(text_of(p, "name"), wearer.name);
	assert_string_equal(text_of(p, "place"), wearer.place);
	p = json_object_get(j, "position");
	assert_non_null(strstr(body, "\"latitude\":45.7578000,"
				     "\"longitude\":-4.8532001,"));
	assert_int_equal(json_integer_value(json_object_get(p, "accuracy_m")),
			 15);
	assert_string_equal(text_of(p, "at"), "2026-11-24T14:06:00+01:00");
	json_decref(j);
}

static void what_is_not_known_is_left_out(void **state)
{
	json_t *j = parsed();

	(void)state;
	assert_null(json_object_get(j, "position"));
	assert_null(json_object_get(j, "who"));
	assert_null(json_object_get(j, "quote"));
	assert_null(json_object_get(j, "fault"));
	assert_null(json_object_get(j, "acked_by"));
	json_decref(j);
}

static void doubt_is_shown(void **state)
{
	json_t *j;

	(void)state;
	facts.trust = ALERTE_TRUST_NONE;
	facts.plain_despite_key = true;
	facts.pressed.wall_trusted = false;
	facts.by_timer = true;
	alert.exercise = true;
	j = parsed();
	assert_string_equal(text_of(j, "trust"), "none");
	assert_string_equal(text_of(j, "gesture"), "timer");
	assert_true(json_is_false(json_object_get(j, "verified")));
	assert_true(json_is_true(json_object_get(j, "plain_despite_key")));
	assert_true(json_is_false(json_object_get(j, "clock_trusted")));
	assert_true(json_is_true(json_object_get(j, "exercise")));
	json_decref(j);
}

static void every_kind_of_message_has_a_type(void **state)
{
	(void)state;
	facts.fault = "radio";
	for (payload.kind = WORDS_NONE + 1; payload.kind < WORDS_LAST;
	     payload.kind++) {
		json_t *j;

		/* the gateway's text to itself takes no other way than SMS */
		if (payload.kind == WORDS_SELFTEST)
			continue;
		j = parsed();

		assert_true(strlen(text_of(j, "type")) > 2);
		json_decref(j);
	}
	assert_int_equal(payload_compose(&payload, body, sizeof(body)),
			 ALERTE_EINVAL);
}

static void a_fault_belongs_to_no_alert(void **state)
{
	json_t *j;

	(void)state;
	payload.kind = WORDS_FAULT;
	payload.alert = NULL;
	facts.fault = "radio";
	facts.site = "lieu 3";
	facts.wearer = NULL;
	j = parsed();
	assert_string_equal(text_of(j, "type"), "fault");
	assert_string_equal(text_of(j, "fault"), "radio");
	assert_string_equal(text_of(j, "place"), "lieu 3");
	assert_null(json_object_get(j, "reference"));
	json_decref(j);
}

static void a_text_of_no_alert_is_passed_on(void **state)
{
	json_t *j;

	(void)state;
	payload.kind = WORDS_FORWARD;
	payload.alert = NULL;
	facts.wearer = NULL;
	facts.who = "114";
	facts.fault = "114";
	facts.quote = "Qui est-ce ?";
	j = parsed();
	assert_string_equal(text_of(j, "type"), "reply");
	assert_string_equal(text_of(j, "who"), "114");
	assert_string_equal(text_of(j, "quote"), "Qui est-ce ?");
	assert_null(json_object_get(j, "fault"));
	json_decref(j);
	payload.kind = WORDS_FAULT;
	facts.fault = NULL;
	assert_int_equal(payload_compose(&payload, body, sizeof(body)),
			 ALERTE_EINVAL);
}

static void any_words_survive_the_escapes(void **state)
{
	static const char quote[] = "\"\\/\b\f\n\r\t\x01\x1f\x7f é 👍 </script>";
	json_t *j;

	(void)state;
	payload.kind = WORDS_FORWARD;
	facts.quote = quote;
	facts.who = "Paul\"},{";
	j = parsed();
	assert_string_equal(text_of(j, "quote"), quote);
	assert_string_equal(text_of(j, "who"), "Paul\"},{");
	assert_non_null(strstr(body, "\\u0001"));
	json_decref(j);
}

static void broken_utf8_becomes_a_replacement(void **state)
{
	json_t *j;

	(void)state;
	facts.quote = "a\xff";
	j = parsed();
	assert_string_equal(text_of(j, "quote"), "a\xef\xbf\xbd");
	json_decref(j);
}

static void fill(char *array, size_t cap, char c)
{
	memset(array, c, cap - 1);
	array[cap - 1] = '\0';
}

static void the_longest_facts_fit_a_body(void **state)
{
	static const char each[] = { 'a', '"', '\\', '\n', '\x01', '\x7f' };
	char quote[ALERTE_REPLY_MAX], who[ALERTE_NAME_MAX];

	(void)state;
	facts.position = &position;
	facts.quote = quote;
	facts.who = who;
	fill(alert.acked_by, sizeof(alert.acked_by), '"');
	for (size_t i = 0; i < sizeof(each); i++) {
		json_t *j;

		fill(quote, sizeof(quote), each[i]);
		fill(who, sizeof(who), each[i]);
		fill(wearer.name, sizeof(wearer.name), each[i]);
		fill(wearer.place, sizeof(wearer.place), each[i]);
		j = parsed();
		assert_int_equal(strlen(text_of(j, "quote")),
				 sizeof(quote) - 1);
		json_decref(j);
	}
}

static void a_body_too_long_is_refused(void **state)
{
	char small[64] = "x";

	(void)state;
	assert_int_equal(payload_compose(&payload, small, sizeof(small)),
			 ALERTE_ELIMIT);
	assert_string_equal(small, "");
	payload.site = NULL;
	assert_int_equal(payload_compose(&payload, body, sizeof(body)),
			 ALERTE_EINVAL);
}

static void an_instant_is_written_as_rfc_3339(void **state)
{
	static const struct {
		int64_t wall_ms;
		int32_t offset_s;
		const char *iso;
	} all[] = {
		{ 0, 0, "1970-01-01T00:00:00+00:00" },
		{ 951782399000, 0, "2000-02-28T23:59:59+00:00" },
		{ 951782400000, 0, "2000-02-29T00:00:00+00:00" },
		{ 4107542400000, 0, "2100-03-01T00:00:00+00:00" },
		{ 1795525500999, -16200, "2026-11-24T08:35:00-04:30" },
		{ INT64_MIN, INT32_MIN, "1970-01-01T00:00:00-18:00" },
		{ INT64_MAX, INT32_MAX, "9999-12-31T18:00:00+18:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		char iso[CIVIL_ISO_MAX];

		civil_iso(all[i].wall_ms, all[i].offset_s, iso, sizeof(iso));
		assert_string_equal(iso, all[i].iso);
	}
}

static void a_heartbeat_is_written_field_by_field(void **state)
{
	static const char *const faults[] = { "endpoint", "modem" };
	struct payload_beat beat = {
		.site = "c0ffee", .gateway = "beef", .place = "lieu \"3\"",
		.sequence = 1795525501000, .now = facts.now, .every_s = 60,
		.degraded = true, .armed = true, .faults = faults, .nfaults = 2,
	};
	int len = payload_beat(&beat, body, sizeof(body));
	json_t *j, *list;

	(void)state;
	assert_int_equal(len, strlen(body));
	j = json_loads(body, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_object_size(j), 12);
	assert_string_equal(text_of(j, "schema"), "alerte/1");
	assert_string_equal(text_of(j, "type"), "heartbeat");
	assert_string_equal(text_of(j, "site"), "c0ffee");
	assert_string_equal(text_of(j, "gateway"), "beef");
	assert_string_equal(text_of(j, "place"), "lieu \"3\"");
	assert_string_equal(text_of(j, "now"), "2026-11-24T14:05:01+01:00");
	assert_string_equal(text_of(j, "state"), "degraded");
	assert_true(json_integer_value(json_object_get(j, "sequence")) ==
		    1795525501000);
	assert_int_equal(json_integer_value(json_object_get(j, "every_s")), 60);
	assert_true(json_is_true(json_object_get(j, "clock_trusted")));
	assert_true(json_is_true(json_object_get(j, "armed")));
	list = json_object_get(j, "faults");
	assert_int_equal(json_array_size(list), 2);
	assert_string_equal(json_string_value(json_array_get(list, 1)),
			    "modem");
	json_decref(j);
	assert_int_equal(payload_beat(&beat, body, 64), ALERTE_ELIMIT);
	assert_string_equal(body, "");
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_alert_is_written_field_by_field),
		T(what_is_not_known_is_left_out),
		T(doubt_is_shown),
		T(every_kind_of_message_has_a_type),
		T(a_fault_belongs_to_no_alert),
		T(a_text_of_no_alert_is_passed_on),
		T(any_words_survive_the_escapes),
		T(broken_utf8_becomes_a_replacement),
		T(the_longest_facts_fit_a_body),
		T(a_body_too_long_is_refused),
		T(an_instant_is_written_as_rfc_3339),
		T(a_heartbeat_is_written_field_by_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
