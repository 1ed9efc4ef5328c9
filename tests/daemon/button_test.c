/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buttons of every kind through the real daemon: enrolled by a press, known by
 * an address, a key or a rule, taken away again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "buttons.h"

static const uint8_t beacon_up[] = { 0x04, 0x16, 0x00, 0x88, 0x40 };
static const uint8_t beacon_down[] = { 0x04, 0x16, 0x00, 0x88, 0xc0 };

static char *notify(struct scratch *s, const char *address, uint16_t uuid,
		    uint8_t code)
{
	return call(s, "HearNotification", "sqay", address, uuid, 1, code);
}

/* -------------------------------------------------------------- enrolling */

static void enrol_refused(struct scratch *s, const char *text,
			  const char *says)
{
	json_t *doc = ask(s, "Enrol", "ssb", "button", text, 0);

	if (!strstr(first(doc, "errors"), says))
		fail_msg("\"%s\" is not in: %s", says, first(doc, "errors"));
	json_decref(doc);
}

static void a_key_counts_after_a_press_it_opens(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	enrol(s, KEYED);
	keyed_press(s, KEY2, 10, "nothing");
	doc = enrolment(s);
	CHECK(doc, "state", "waiting");
	CHECK(doc, "id", "keyring");
	CHECK(doc, "again", "0");
	CHECK(doc, "heard", "1");
	CHECK(doc, "unopened", "1");
	assert_null(json_object_get(doc, "trust"));
	json_decref(doc);

	keyed_press(s, KEY1, 11, "nothing");
	doc = enrolment(s);
	CHECK(doc, "state", "proved");
	CHECK(doc, "format", "bthome-v2");
	CHECK(doc, "trust", "weak");
	CHECK(doc, "contacts", "1");
	CHECK(doc, "reaches_relay", "0");
	json_decref(doc);

	keyed_press(s, KEY1, 11, "nothing");
	assert_int_equal(alerts(s), 0);
	keyed_press(s, KEY1, 12, "accepted");
	assert_true(spool_wait(s, 1));
	trust_is(s, "weak");
}

static void another_key_counts_once_it_is_proved(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE KEYED);
	enrol(s, HEAD("keyring") "\taddress = \"" BUTTON "\"\n"
	      "\tkey = \"" KEY2 "\"\n}\n");
	doc = enrolment(s);
	CHECK(doc, "again", "1");
	json_decref(doc);
	keyed_press(s, KEY1, 10, "accepted");
	keyed_press(s, KEY2, 20, "nothing");
	proved_wait(s);
	assert_int_equal(alerts(s), 1);
	keyed_press(s, KEY1, 30, "Key");
	keyed_press(s, KEY2, 31, "accepted");
}

static void a_button_taken_away_is_a_stranger(void **state)
{
	struct scratch *s = *state;
	json_int_t before;

	start(s, PEOPLE KEYED);
	said(call(s, "ButtonRemove", "s", "keyring"), "");
	before = counter_of(s, "strangers");
	keyed_press(s, KEY1, 10, "nothing");
	assert_int_equal(counter_of(s, "strangers"), before + 1);
	assert_int_equal(alerts(s), 0);
	assert_null(call(s, "ButtonRemove", "s", "keyring"));
}

static void a_sealed_button_is_enrolled_by_its_key_alone(void **state)
{
	struct alerte_sealed_frame f = { .event = ALERTE_SEALED_PRESS,
					 .second = 100, .seq = 1000 };
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	enrol(s, SEALED);
	/* Its clock is searched for, over 34 years. */
	sealed_send(s, f, "nothing");
	proved_wait(s);
	doc = enrolment(s);
	CHECK(doc, "format", "sealed-v1");
	CHECK(doc, "trust", "strong");
	json_decref(doc);
	assert_int_equal(alerts(s), 0);

	f.seq = 1001;
	sealed_send(s, f, "nothing");
	assert_int_equal(alerts(s), 0);
	f.seq = 1010;
	f.press = 1;
	sealed_send(s, f, "accepted");
	sealed_send(s, f, "nothing");
	assert_true(spool_wait(s, 1));
	/* as it is for an epoch, until its clock is known */
	trust_is(s, "weak");
	assert_int_equal(alerts(s), 1);
}

static void a_beacon_presses_again_after_its_hold(void **state)
{
	struct scratch *s = *state;

	start(s, PEOPLE);
	enrol(s, BEACON);
	said(hear(s, BUTTON, beacon_up, sizeof(beacon_up)), "nothing");
	said(hear(s, BUTTON, beacon_down, sizeof(beacon_down)), "nothing");
	proved_wait(s);
	said(hear(s, ITAG, beacon_down, sizeof(beacon_down)), "nothing");
	usleep(400000);
	said(hear(s, ITAG, beacon_down, sizeof(beacon_down)), "accepted");
	said(hear(s, ITAG, beacon_down, sizeof(beacon_down)), "nothing");
	trust_is(s, "none");
}

static void a_notification_enrols_and_then_alerts(void **state)
{
	struct scratch *s = *state;
	char *text;

	start(s, PEOPLE);
	enrol(s, PLASTIC);
	said(notify(s, ITAG, 0xffe1, 0x00), "nothing");
	said(notify(s, ITAG, 0xffe1, 0x01), "nothing");
	proved_wait(s);
	assert_int_equal(alerts(s), 0);

	scratch_append(s, "frames", "0 notify " ITAG " ffe 01\n"
		       "0 notify " ITAG " ffe1\n"
		       "0 " ITAG " ffe1 01\n"
		       "0 notify " ITAG " ffe1 01 02\n"
		       "0 notify " ITAG " ffe1 01\n");
	assert_true(spool_wait(s, 1));
	text = spool_text(s);
	assert_non_null(strstr(text, "signal non v\xc3\xa9rifi\xc3\xa9"));
	free(text);
	assert_int_equal(alerts(s), 1);
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "replay: line 4 is not"));
	assert_null(strstr(text, "replay: line 5 is not"));
	free(text);
}

static void enrolling_ends_when_it_is_called_off(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	enrol(s, KEYED);
	said(call(s, "EnrolCancel", ""), "");
	doc = enrolment(s);
	CHECK(doc, "state", "none");
	json_decref(doc);
	keyed_press(s, KEY1, 10, "nothing");
	doc = ask(s, "Buttons", "");
	assert_int_equal(json_array_size(json_object_get(doc, "buttons")), 0);
	json_decref(doc);
}

static void what_cannot_be_enrolled_is_said_with_its_line(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE KEYED);
	enrol_refused(s, PEOPLE, "not one button and nothing else");
	enrol_refused(s, "", "not one button and nothing else");
	enrol_refused(s, SEALED PLASTIC, "not one button and nothing else");
	enrol_refused(s, HEAD("b") "\taddress = \"x\"\n}\n", "button:3: ");
	enrol_refused(s, "\n" HEAD("keyring") "\taddress = \"" BUTTON "\"\n"
		      "\tkey = kept\n}\n", "button:2: a key that is kept");
	enrol_refused(s, "button \"b\" {\n\taddress = \"" ITAG "\"\n"
		      "\twearer = eve\n}\n", "button:3: no wearer eve in this "
		      "file or on this gateway");
	enrol_refused(s, HEAD("b") "\taddress = \"" ITAG "\"\n"
		      "\trule = {\"*:*=day\"}\n}\n", "button:4: no policy day "
		      "in this file or on this gateway");
	enrol_refused(s, HEAD("b") "\taddress = \"" BUTTON "\"\n}\n",
		      "button:3: address is that of button keyring");
	enrol_refused(s, HEAD("b") "\taddress = \"" ITAG "\"\n"
		      "\tformat = foo\n}\n", "button:4: format foo is not "
		      "known");
	doc = apply(s, PEOPLE HEAD("b") "\taddress = \"" ITAG "\"\n"
		    "\tformat = foo\n}\n", false);
	assert_non_null(strstr(first(doc, "errors"), ":16: format foo is not "
			       "known"));
	json_decref(doc);
	doc = enrolment(s);
	CHECK(doc, "state", "none");
	json_decref(doc);

	doc = ask(s, "Enrol", "ssb", "button", HEAD("keyring")
		  "\taddress = \"" ITAG "\"\n}\n", 0);
	assert_non_null(strstr(first(doc, "warnings"), "has a key now"));
	json_decref(doc);
}

static void state_is(struct scratch *s, const char *state)
{
	json_t *doc = enrolment(s);

	CHECK(doc, "state", state);
	json_decref(doc);
}

/* Within 2 s. */
static void state_wait(struct scratch *s, const char *state)
{
	json_t *doc;
	bool there = false;
	int tries;

	for (tries = 0; tries < 40 && !there; tries++) {
		doc = enrolment(s);
		there = answer_is(doc, "state", state);
		json_decref(doc);
		if (!there)
			usleep(50000);
	}

	assert_true(there);
}

static void enrolling_ends_with_the_caller_unless_it_is_kept(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	doc = ask(s, "Enrol", "ssb", "button", KEYED, 1);
	json_decref(doc);
	alerted_reconnect(s);
	usleep(200000);
	state_is(s, "waiting");

	/* The caller of the first no longer counts, nor does one refused. */
	enrol(s, SEALED);
	enrol_refused(s, "", "not one button");
	alerted_reconnect(s);
	state_wait(s, "none");

	/* What was proved is told to whoever asks afterwards. */
	enrol(s, KEYED);
	keyed_press(s, KEY1, 10, "nothing");
	alerted_reconnect(s);
	usleep(200000);
	state_is(s, "proved");
	keyed_press(s, KEY1, 12, "accepted");
}

static void a_proof_that_the_settings_no_longer_take_says_why(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	enrol(s, KEYED);
	doc = apply(s, PEOPLE HEAD("other") "\taddress = \"" BUTTON "\"\n"
		    "\tformat = \"itag\"\n}\n", false);
	assert_string_equal(first(doc, "errors"), "");
	json_decref(doc);
	keyed_press(s, KEY1, 10, "Invalid");
	doc = enrolment(s);
	CHECK(doc, "state", "refused");
	assert_non_null(json_object_get(doc, "why"));
	assert_non_null(strstr(json_string_value(json_object_get(doc, "why")),
			       "same address"));
	json_decref(doc);
}

static void a_button_in_force_is_tried_and_not_enrolled(void **state)
{
	struct scratch *s = *state;

	start(s, PEOPLE KEYED);
	enrol_refused(s, "\n" KEYED, "button:2: button keyring is in force: its "
		      "presses are real; try it with an exercise: alerte test "
		      "marie --announce keyring");
	state_is(s, "none");
}

/* ---------------------------------------------------------------- signals */

struct told {
	int n;
	char state[16], id[ALERTE_ID_MAX];
};

static int on_enrolment(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct told *told = context;
	const char *state, *id;

	(void)error;

	if (sd_bus_message_read(m, "ss", &state, &id) < 0)
		return 0;

	told->n++;
	snprintf(told->state, sizeof(told->state), "%s", state);
	snprintf(told->id, sizeof(told->id), "%s", id);
	return 0;
}

/* Frames of the radio, not of a method: nothing else turns the loop then. */
static void a_proof_is_told_by_a_signal_at_once(void **state)
{
	struct scratch *s = *state;
	struct told told = { .n = 0 };
	int tries;

	start(s, PEOPLE);
	enrol(s, HEAD("kitchen") "\taddress = \"" BUTTON "\"\n}\n");
	assert_true(sd_bus_match_signal(s->bus, NULL, NULL, NULL,
					"org.alerte.Alerted1",
					"EnrolmentChanged", on_enrolment,
					&told) >= 0);
	scratch_append(s, "frames", "0 " BUTTON " 0201060816d2fc4400013a01\n");

	for (tries = 0; tries < 50 && !told.n; tries++)
		if (sd_bus_process(s->bus, NULL) == 0)
			sd_bus_wait(s->bus, 20000);

	assert_int_equal(told.n, 1);
	assert_string_equal(told.state, "proved");
	assert_string_equal(told.id, "kitchen");
	assert_int_equal(alerts(s), 0);
}

/* --------------------------------------------------------------- settings */

static void every_kind_of_button_is_listed(void **state)
{
	struct scratch *s = *state;
	const json_t *list;
	json_t *doc;
	char *text;

	start(s, PEOPLE KEYED SEALED BEACON PLASTIC);
	text = call(s, "Buttons", "");
	assert_non_null(text);
	assert_null(strcasestr(text, KEY1));
	assert_null(strstr(text, "0001020304"));
	doc = json_loads(text, 0, NULL);
	free(text);
	list = json_object_get(doc, "buttons");
	assert_int_equal(json_array_size(list), 4);
	CHECK(json_array_get(list, 0), "id", "beacon");
	CHECK(json_array_get(list, 0), "by", "beacon");
	CHECK(json_array_get(list, 0), "key", "none");
	CHECK(json_array_get(list, 0), "address", "");
	CHECK(json_array_get(list, 1), "by", "address");
	CHECK(json_array_get(list, 1), "format", "itag");
	CHECK(json_array_get(list, 1), "address", ITAG);
	CHECK(json_array_get(list, 2), "key", "aes");
	CHECK(json_array_get(list, 2), "grace", "0");
	CHECK(json_array_get(list, 3), "by", "key");
	CHECK(json_array_get(list, 3), "key", "sealed");
	CHECK(json_array_get(list, 3), "wearer", "marie");
	json_decref(doc);
}

static void what_is_heard_of_a_button_is_listed(void **state)
{
	struct scratch *s = *state;
	const json_t *one;
	json_t *doc;

	start(s, PEOPLE HEAD("sensor") "\taddress = \"" BUTTON "\"\n"
	      "\tsilence = 3600\n}\n" PLASTIC);
	doc = ask(s, "Buttons", "");
	one = json_array_get(json_object_get(doc, "buttons"), 1);
	CHECK(one, "silence", "3600");
	CHECK(one, "presence", "unknown");
	assert_true(json_is_null(json_object_get(one, "heard")));
	assert_true(json_is_null(json_object_get(one, "battery")));
	json_decref(doc);

	/* packet id, battery */
	said(hear(s, BUTTON, (const uint8_t[]){ 8, 0x16, 0xd2, 0xfc, 0x44, 0,
						1, 1, 15 }, 9), "nothing");
	said(notify(s, ITAG, 0x2a19, 80), "nothing");
	doc = ask(s, "Buttons", "");
	one = json_array_get(json_object_get(doc, "buttons"), 1);
	CHECK(one, "presence", "present");
	CHECK(one, "battery", "15");
	CHECK(one, "battery_low", "1");
	assert_true(json_is_string(json_object_get(one, "heard")));
	one = json_array_get(json_object_get(doc, "buttons"), 0);
	CHECK(one, "id", "itag");
	CHECK(one, "silence", "0");
	CHECK(one, "presence", "unknown");
	CHECK(one, "battery", "80");
	CHECK(one, "battery_low", "0");
	json_decref(doc);
	assert_int_equal(alerts(s), 0);
	doc = ask(s, "Status", "");
	CHECK(doc, "buttons_silent", "0");
	CHECK(doc, "buttons_away", "0");
	json_decref(doc);
}

static void a_silence_that_cannot_be_is_said_with_its_line(void **state)
{
	static const struct {
		const char *lines, *says;
	} wrong[] = {
		{ "\taddress = \"" BUTTON "\"\n\tsilence = 30\n",
		  "site:16: silence is neither 0 nor between 60 and 604800 "
		  "seconds" },
		{ "\taddress = \"" BUTTON "\"\n\tsilence = -1\n",
		  "site:16: silence is neither" },
		{ "\taddress = \"" BUTTON "\"\n\tsilence = often\n",
		  "site:16: " },
		{ "\ttrigger = \"service-data:8800:80/80\"\n"
		  "\tsilence = 3600\n",
		  "site:16: a beacon known by its rule alone is heard only "
		  "when it is pressed" },
	};
	struct scratch *s = *state;
	char text[2048];
	json_t *doc;

	start(s, PEOPLE);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		snprintf(text, sizeof(text), PEOPLE HEAD("b") "%s}\n",
			 wrong[i].lines);
		doc = apply(s, text, true);
		if (!strstr(first(doc, "errors"), wrong[i].says))
			fail_msg("%s", first(doc, "errors"));
		json_decref(doc);
	}
}

static void a_silence_is_exported_and_applied_again(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *text;

	start(s, PEOPLE HEAD("b") "\taddress = \"" BUTTON "\"\n"
	      "\tsilence = 7200\n}\n");
	text = call(s, "Export", "");
	assert_non_null(strstr(text, "\tsilence = 7200\n"));
	doc = apply(s, text, false);
	CHECK(doc, "changed", "0");
	json_decref(doc);
	free(text);
}

static void an_exported_file_keeps_the_keys(void **state)
{
	struct scratch *s = *state;
	char *text, *at;
	json_t *doc;

	start(s, PEOPLE KEYED SEALED BEACON PLASTIC);
	text = call(s, "Export", "");
	assert_non_null(text);
	assert_null(strcasestr(text, KEY1));
	assert_null(strstr(text, "0001020304"));
	assert_non_null(strstr(text, "trigger = \"service-data:8800:80/80,"
			       "hold=300\""));
	doc = apply(s, text, false);
	assert_string_equal(first(doc, "errors"), "");
	CHECK(doc, "changed", "0");
	json_decref(doc);

	/* Something else may change beside a key that is kept. */
	at = strstr(text, "\tformat = \"bthome-v2\"\n");
	assert_non_null(at);
	memcpy(at, "\tgrace = 5 #         ", 21);
	doc = apply(s, text, false);
	assert_string_equal(first(doc, "errors"), "");
	CHECK(doc, "changed", "1");
	json_decref(doc);
	free(text);
	keyed_press(s, KEY1, 10, "accepted");
	trust_is(s, "weak");
}

static void a_key_that_is_not_there_cannot_be_kept(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	doc = apply(s, PEOPLE HEAD("b") "\taddress = \"" BUTTON "\"\n"
		    "\tkey = kept\n}\n", false);
	assert_non_null(strstr(first(doc, "errors"), "site:13: b: no button "
			       "of that id has a key to keep"));
	json_decref(doc);
}

static void reach_of(const json_t *doc, size_t n, const char *says)
{
	const char *text = json_string_value(json_array_get(json_object_get(
		doc, "reach"), n));

	assert_non_null(text);
	if (!strstr(text, says))
		fail_msg("\"%s\" is not in: %s", says, text);
}

static void each_kind_of_button_says_whom_it_reaches(void **state)
{
	struct scratch *s = *state;
	json_t *doc;
	char *text;

	start(s, PEOPLE);
	doc = apply(s, PEOPLE "policy \"strict\" {\n\trelay_trust = strong\n"
		    "\tstep {\n\t\tto = {\"paul:sms\", \"relay114\"}\n\t}\n}\n"
		    KEYED SEALED BEACON PLASTIC
		    HEAD("weak") "\taddress = \"54:48:E6:8F:80:A6\"\n"
		    "\tkey = \"" KEY2 "\"\n\tsilence = 600\n"
		    "\trule = {\"*:*=strict\"}\n}\n", false);
	assert_string_equal(first(doc, "errors"), "");
	reach_of(doc, 0, "paul by sms and the 114 once it is armed; nobody "
		 "notices its silence");
	reach_of(doc, 1, "button sealed reaches paul by sms and the 114 once "
		 "it is armed;");
	reach_of(doc, 2, "never the 114, as anybody can imitate it");
	reach_of(doc, 3, "never the 114, as anybody can imitate it");
	reach_of(doc, 3, "nobody notices its silence");
	reach_of(doc, 4, "its silence is noticed after 600 s");
	reach_of(doc, 4, "never the 114, which is to be reached by sealed");
	json_decref(doc);

	/* A key that is kept reaches as far as the key itself. */
	text = call(s, "Export", "");
	doc = apply(s, text, true);
	free(text);
	reach_of(doc, 2, "button keyring reaches paul by sms and the 114 once "
		 "it is armed;");
	reach_of(doc, 3, "button sealed reaches paul by sms and the 114 once");
	json_decref(doc);
}

static void who_is_rung_is_said_and_needs_a_number(void **state)
{
	struct scratch *s = *state;
	json_t *doc;

	start(s, PEOPLE);
	doc = apply(s, PEOPLE "policy \"loud\" {\n\tstep {\n\t\tto = "
		    "{\"paul:sms\", \"paul:voice\"}\n\t}\n}\n"
		    HEAD("weak") "\taddress = \"54:48:E6:8F:80:A6\"\n"
		    "\trule = {\"*:*=loud\"}\n}\n", true);
	assert_string_equal(first(doc, "errors"), "");
	reach_of(doc, 0, "paul by sms, paul, whose telephone nothing here can "
		 "ring and never the 114");
	json_decref(doc);

	doc = apply(s, PEOPLE "contact \"box\" {\n\temail = "
		    "\"box@example.org\"\n}\n"
		    "policy \"loud\" {\n\tstep {\n\t\tto = "
		    "{\"paul:sms\", \"box:voice\"}\n\t}\n}\n", false);
	if (!strstr(first(doc, "errors"), "contact box has no number to be "
		    "reached by voice"))
		fail_msg("said: %s", first(doc, "errors"));
	json_decref(doc);
}

static void no_key_and_no_address_is_logged(void **state)
{
	struct scratch *s = *state;
	char *text;

	start(s, PEOPLE SEALED);
	enrol(s, KEYED);
	keyed_press(s, KEY2, 1, "nothing");
	keyed_press(s, KEY1, 2, "nothing");
	proved_wait(s);
	said(call(s, "ButtonRemove", "s", "sealed"), "");
	text = scratch_read(s, "err");
	assert_non_null(strstr(text, "enrolment: proved"));
	assert_null(strcasestr(text, KEY1));
	assert_null(strstr(text, "00010203"));
	assert_null(strstr(text, "54:48:E6"));
	assert_null(strstr(text, "keyring"));
	free(text);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(a_key_counts_after_a_press_it_opens),
		T(another_key_counts_once_it_is_proved),
		T(a_button_taken_away_is_a_stranger),
		T(a_sealed_button_is_enrolled_by_its_key_alone),
		T(a_beacon_presses_again_after_its_hold),
		T(a_notification_enrols_and_then_alerts),
		T(enrolling_ends_when_it_is_called_off),
		T(what_cannot_be_enrolled_is_said_with_its_line),
		T(enrolling_ends_with_the_caller_unless_it_is_kept),
		T(a_proof_that_the_settings_no_longer_take_says_why),
		T(a_button_in_force_is_tried_and_not_enrolled),
		T(a_proof_is_told_by_a_signal_at_once),
		T(every_kind_of_button_is_listed),
		T(what_is_heard_of_a_button_is_listed),
		T(a_silence_that_cannot_be_is_said_with_its_line),
		T(a_silence_is_exported_and_applied_again),
		T(an_exported_file_keeps_the_keys),
		T(a_key_that_is_not_there_cannot_be_kept),
		T(each_kind_of_button_says_whom_it_reaches),
		T(who_is_rung_is_said_and_needs_a_number),
		T(no_key_and_no_address_is_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
