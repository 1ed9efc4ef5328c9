/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies in the shapes of centres.  Golden files: tests/golden/cap and
 * tests/golden/scaip hold what goes out, byte for byte; checks/shapes_test.sh
 * holds them against schemas.  To write them anew after a change that is meant:
 *
 *	build/tests/lib/message/shapes_test --write
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "channel/channel.h"
#include "message/cap.h"
#include "message/pidf.h"
#include "message/scaip.h"
#include "message/xml.h"

#define PRESSED_MS 1795525500000	/* 2026-11-24, 14:05 in Lyon */
#define REFERENCE "00112233445566778899aabbccddeeff"

static struct alerte_wearer wearer;
static struct alerte_alert alert;
static struct alerte_position position;
static struct words_facts facts;
static struct payload_facts payload;
static struct channel_message out;
static char key[128];
static bool writing;

static int setup(void **state)
{
	(void)state;
	wearer = (struct alerte_wearer){
		.size = sizeof(wearer),
		.id = "marie",
		.name = "Marie Durand",
		.place = "12 rue Garibaldi, 69003 Lyon, 4e étage gauche, "
			 "code 12B34",
	};
	alert = (struct alerte_alert){
		.size = sizeof(alert),
		.reference = REFERENCE,
		.code = "7K2",
		.state = ALERTE_ALERT_OPEN,
		.gesture = ALERTE_GESTURE_DOUBLE,
		.presses = 1,
		.step = 1,
		.relay = ALERTE_RELAY_NEW,
		.durable = true,
	};
	position = (struct alerte_position){
		.size = sizeof(position),
		.latitude_e7 = 457578000,
		.longitude_e7 = -48532001,
		.accuracy_m = 15,
		.wall_ms = PRESSED_MS + 60000,
		.method = ALERTE_POSITION_GNSS,
		.confidence_percent = 68,
	};
	facts = (struct words_facts){
		.wearer = &wearer,
		.code = "7K2",
		.pressed = { 1, PRESSED_MS, 3600, true },
		.opened = { 1, PRESSED_MS, 3600, true },
		.now = { 2, PRESSED_MS + 90000, 3600, true },
		.trust = ALERTE_TRUST_STRONG,
	};
	payload = (struct payload_facts){
		.kind = WORDS_ALERT,
		.facts = &facts,
		.alert = &alert,
		.site = "9f86d081884c7d65",
		.key = key,
		.shape = ALERTE_SHAPE_CAP,
		.endpoint = "centre",
		.station = "26317",
		.first_key = REFERENCE "-alert-1",
		.first_at = { 0, PRESSED_MS, 3600, true },
	};
	return 0;
}

static int compose(enum words kind, uint32_t sequence)
{
	payload.kind = kind;
	payload.sequence = sequence;
	snprintf(key, sizeof(key), "%s-%s-%u",
		 payload.alert ? REFERENCE : payload.site, words_name(kind),
		 sequence);
	return channel_find(ALERTE_CHANNEL_HTTPS)->compose(&payload, &out);
}

/* ------------------------------------------------------ golden files */

static void golden(enum words kind, uint32_t sequence, const char *name)
{
	static const char *const folder[] = {
		[ALERTE_SHAPE_CAP] = "cap", [ALERTE_SHAPE_SCAIP] = "scaip",
	};
	char path[128], want[CHANNEL_BODY_MAX] = "";
	FILE *file;

	assert_int_equal(compose(kind, sequence), 0);
	assert_int_equal(out.body_len, strlen(out.body));
	snprintf(path, sizeof(path), "tests/golden/%s/%s.xml",
		 folder[payload.shape], name);
	file = fopen(path, writing ? "w" : "r");
	assert_non_null(file);
	if (writing)
		assert_true(fputs(out.body, file) >= 0);
	else
		fread(want, 1, sizeof(want) - 1, file);
	assert_int_equal(fclose(file), 0);
	if (!writing)
		assert_string_equal(out.body, want);
}

static void golden_faults(void)
{
	payload.alert = NULL;
	payload.first_key = NULL;
	facts = (struct words_facts){
		.opened = { 1, PRESSED_MS, 3600, true },
		.now = facts.now,
		.fault = "radio",
		.site = "lieu 3",
	};
	golden(WORDS_FAULT, 71, "fault");
	golden(WORDS_FAULT_END, 72, "fault-end");
	facts.fault = facts.site = NULL;
	facts.who = "Paul";
	facts.quote = "Je suis rentré";
	golden(WORDS_FORWARD, 73, "words");
}

/* A night as one centre hears of it. */
static void golden_night(void)
{
	golden(WORDS_ALERT, 1, "alert");
	golden(WORDS_ALERT, 9, "alert-again");
	golden(WORDS_NEW_PRESS, 2, "press");
	facts.position = &position;
	golden(WORDS_POSITION, 3, "position");
	facts.who = "Paul";
	facts.quote = "Qui est <là> & où ?";
	golden(WORDS_FORWARD, 4, "reply");
	golden(WORDS_RELAY_QUESTION, 5, "relay-question");
	facts.quote = NULL;
	alert.state = ALERTE_ALERT_ACKED;
	strcpy(alert.acked_by, "Paul");
	golden(WORDS_ACK_OTHERS, 6, "ack");
	alert.state = ALERTE_ALERT_CLOSED;
	golden(WORDS_CLOSED, 7, "close");
	facts.who = NULL;
	alert.state = ALERTE_ALERT_CANCELLED;
	golden(WORDS_ALL_CLEAR, 8, "cancel");
}

static void golden_exercise(void)
{
	facts.position = NULL;
	alert.exercise = true;
	alert.gesture = ALERTE_GESTURE_TEST;
	alert.relay = ALERTE_RELAY_NONE;
	alert.state = ALERTE_ALERT_OPEN;
	alert.acked_by[0] = '\0';
	payload.first_key = REFERENCE "-exercise-1";
	golden(WORDS_EXERCISE, 1, "exercise");
	golden(WORDS_EXERCISE_END, 2, "exercise-end");
}

static void a_night_in_cap_is_what_its_golden_files_say(void **state)
{
	(void)state;
	golden_night();
	golden_exercise();
	golden_faults();
}

static void a_night_in_scaip_is_what_its_golden_files_say(void **state)
{
	(void)state;
	payload.shape = ALERTE_SHAPE_SCAIP;
	golden_night();
	golden_exercise();
	golden_faults();
}

/* W: the address is where she lives, and no more is claimed. */
static void who_moves_is_not_said_to_be_at_home(void **state)
{
	(void)state;
	facts.moving = true;
	facts.trust = ALERTE_TRUST_NONE;
	facts.lang = ALERTE_LANG_EN;
	position.accuracy_m = 0;
	position.confidence_percent = 0;
	position.method = ALERTE_POSITION_CELL;
	facts.position = &position;
	golden(WORDS_ALERT, 1, "alert-moving");
	assert_non_null(strstr(out.body, "<areaDesc>Home: 12 rue"));
	assert_non_null(strstr(out.body, "<areaDesc>Measured position, "
					 "precision not known</areaDesc>"));
}

/* --------------------------------------------------------------- cap */

static void body_has(const char *part)
{
	assert_non_null(strstr(out.body, part));
}

static void what_follows_refers_to_the_first_message(void **state)
{
	(void)state;
	assert_int_equal(compose(WORDS_ALERT, 1), 0);
	body_has("<msgType>Alert</msgType>");
	body_has("<sent>2026-11-24T14:05:00+01:00</sent>");
	assert_null(strstr(out.body, "<references>"));
	assert_int_equal(compose(WORDS_ALERT, 9), 0);
	body_has("<msgType>Update</msgType>");
	body_has("<references>9f86d081884c7d65.alerte.invalid,"
		 REFERENCE "-alert-1,2026-11-24T14:05:00+01:00</references>");
	assert_int_equal(compose(WORDS_ALL_CLEAR, 3), 0);
	body_has("<msgType>Cancel</msgType>");
	body_has("Situation actuelle non vérifiée.");
	body_has("-alert-1,2026-11-24T14:05:00+01:00</references>");
}

/* An association hears of a wrong code without having had the alert. */
static void what_refers_to_nothing_is_an_alert_of_its_own(void **state)
{
	(void)state;
	payload.first_key = NULL;
	assert_int_equal(compose(WORDS_ALL_CLEAR, 3), 0);
	body_has("<msgType>Alert</msgType>");
	body_has("<urgency>Past</urgency>");
	assert_null(strstr(out.body, "<references>"));
}

static void utc_is_minus_zero_in_cap(void **state)
{
	(void)state;
	payload.first_at.utc_offset_s = 0;
	assert_int_equal(compose(WORDS_ALERT, 1), 0);
	body_has("<sent>2026-11-24T13:05:00-00:00</sent>");
}

static void doubt_is_in_the_certainty(void **state)
{
	static const struct {
		enum alerte_trust trust;
		enum alerte_gesture gesture;
		bool timer, repeat;
		const char *certainty, *severity;
	} all[] = {
		{ ALERTE_TRUST_STRONG, ALERTE_GESTURE_PRESS, false, false,
		  "Observed", "Extreme" },
		{ ALERTE_TRUST_WEAK, ALERTE_GESTURE_FALL, false, false,
		  "Likely", "Extreme" },
		{ ALERTE_TRUST_STRONG, ALERTE_GESTURE_NONE, true, false,
		  "Likely", "Extreme" },
		{ ALERTE_TRUST_NONE, ALERTE_GESTURE_PRESS, false, false,
		  "Possible", "Severe" },
		{ ALERTE_TRUST_WEAK, ALERTE_GESTURE_PRESS, false, true,
		  "Possible", "Extreme" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		char both[96];

		facts.trust = all[i].trust;
		facts.gesture = all[i].gesture;
		facts.by_timer = all[i].timer;
		facts.possible_repeat = all[i].repeat;
		assert_int_equal(compose(WORDS_ALERT, 1), 0);
		snprintf(both, sizeof(both), "<severity>%s</severity>\n"
			 "<certainty>%s</certainty>", all[i].severity,
			 all[i].certainty);
		body_has(both);
	}
}

static void only_danger_is_actual(void **state)
{
	(void)state;
	assert_int_equal(compose(WORDS_ALERT, 1), 0);
	body_has("<status>Actual</status>");
	/* whatever kind of message an exercise would send */
	alert.exercise = true;
	assert_int_equal(compose(WORDS_ALERT, 1), 0);
	body_has("<status>Exercise</status>");
	alert.exercise = false;
	/* a contact who agreed is no danger, though his wearer is named */
	payload.alert = NULL;
	payload.first_key = NULL;
	for (enum words kind = WORDS_NONE + 1; kind < WORDS_LAST; kind++) {
		facts.fault = "radio";
		if (kind == WORDS_EXERCISE || kind == WORDS_EXERCISE_END ||
		    compose(kind, 1) < 0)
			continue;
		body_has("<status>System</status>");
		assert_null(strstr(out.body, "Violences"));
		assert_null(strstr(out.body, "Extreme"));
	}
}

/* L8: what reads as an end would send them home. */
static void duress_ends_nothing_in_any_shape(void **state)
{
	(void)state;
	assert_int_equal(compose(WORDS_DURESS, 3), 0);
	body_has("<msgType>Update</msgType>");
	body_has("<urgency>Immediate</urgency>");
	body_has("<severity>Extreme</severity>");
	payload.shape = ALERTE_SHAPE_SCAIP;
	assert_int_equal(compose(WORDS_DURESS, 3), 0);
	body_has("<mty>ME</mty>\n<stc>0010</stc>");
}

/* ------------------------------------------------------------- scaip */

static void an_exercise_is_never_an_alarm_in_scaip(void **state)
{
	(void)state;
	payload.shape = ALERTE_SHAPE_SCAIP;
	alert.exercise = true;
	facts.fault = "radio";
	for (enum words kind = WORDS_NONE + 1; kind < WORDS_LAST; kind++) {
		if (compose(kind, 1) < 0)
			continue;
		assert_null(strstr(out.body, "<stc>0010</stc>"));
		assert_null(strstr(out.body, "<stc>0019</stc>"));
	}
}

static void scaip_names_the_set_and_nothing_of_her(void **state)
{
	(void)state;
	payload.shape = ALERTE_SHAPE_SCAIP;
	facts.position = &position;
	facts.quote = facts.who = "Paul";
	facts.fault = "radio";
	for (enum words kind = WORDS_NONE + 1; kind < WORDS_LAST; kind++) {
		if (kind == WORDS_SELFTEST)
			continue;
		assert_int_equal(compose(kind, 1), 0);
		body_has("<cid>26317</cid>");
		assert_null(strstr(out.body, "Marie"));
		assert_null(strstr(out.body, "Garibaldi"));
		assert_null(strstr(out.body, "45.7"));
		assert_null(strstr(out.body, "Paul"));
	}
	payload.station = "";
	assert_int_equal(compose(WORDS_ALERT, 1), ALERTE_EINVAL);
}

static void a_scaip_reference_is_the_message_s_own(void **state)
{
	(void)state;
	payload.shape = ALERTE_SHAPE_SCAIP;
	assert_int_equal(compose(WORDS_ALERT, 1), 0);
	body_has("<ref>0011223344000001</ref>");
	assert_int_equal(compose(WORDS_NEW_PRESS, 0xabc), 0);
	body_has("<ref>0011223344000abc</ref>");
	payload.alert = NULL;
	facts.fault = "radio";
	assert_int_equal(compose(WORDS_FAULT, UINT32_MAX), 0);
	body_has("<ref>9f86d08188ffffff</ref>");
}

/* --------------------------------------------------------------- all */

static void every_kind_of_message_has_its_form_in_each_shape(void **state)
{
	static const struct {
		enum alerte_shape shape;
		const char *type;
	} all[] = {
		{ ALERTE_SHAPE_JSON, "application/json" },
		{ ALERTE_SHAPE_CAP, "application/cap+xml" },
		{ ALERTE_SHAPE_SCAIP, "application/scaip+xml" },
	};

	(void)state;
	facts.fault = "radio";
	for (size_t i = 0; i < 3; i++) {
		payload.shape = all[i].shape;
		for (enum words kind = WORDS_NONE; kind <= WORDS_LAST; kind++) {
			int r = compose(kind, 1);

			if (kind == WORDS_NONE || kind == WORDS_SELFTEST ||
			    kind == WORDS_LAST) {
				assert_int_equal(r, ALERTE_EINVAL);
				continue;
			}
			assert_int_equal(r, 0);
			assert_string_equal(out.content_type, all[i].type);
		}
	}
	payload.shape = (enum alerte_shape)7;
	assert_int_equal(compose(WORDS_ALERT, 1), ALERTE_EINVAL);
}

static void fill(char *array, size_t cap, char c)
{
	memset(array, c, cap - 1);
	array[cap - 1] = '\0';
}

/* Signs that are escaped give way to others before the words are lost. */
static void the_longest_facts_fit_a_body(void **state)
{
	static const char each[] = { 'a', '&', '<', '\x01', '\r', '\xff' };
	char quote[ALERTE_REPLY_MAX], who[ALERTE_NAME_MAX];

	(void)state;
	facts.position = &position;
	facts.quote = quote;
	facts.who = who;
	facts.moving = true;
	for (size_t i = 0; i < sizeof(each); i++) {
		fill(quote, sizeof(quote), each[i]);
		fill(who, sizeof(who), each[i]);
		fill(wearer.name, sizeof(wearer.name), each[i]);
		fill(wearer.place, sizeof(wearer.place), each[i]);
		fill(alert.acked_by, sizeof(alert.acked_by), each[i]);
		assert_int_equal(compose(WORDS_FORWARD, UINT32_MAX), 0);
		body_has("<derefUri>");
	}
}

static void no_sign_of_a_person_leaves_its_element(void **state)
{
	(void)state;
	facts.quote = "</description><x>&amp;\x01\xef\xbf\xbe\xff]]>\r\"'";
	assert_int_equal(compose(WORDS_FORWARD, 1), 0);
	body_has("<description>&lt;/description&gt;&lt;x&gt;&amp;amp;"
		 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd]]&gt;&#13;\"'"
		 "</description>");
}

static void a_flat_copy_has_a_byte_for_a_byte(void **state)
{
	char flat[16];

	(void)state;
	xml_flatten("a<b>&\x01\xff\r\n", flat, sizeof(flat));
	assert_string_equal(flat, "a(b)+   \n");
	xml_flatten("aaaaaaaaaaaaaa\xc3\xa9", flat, sizeof(flat));
	assert_string_equal(flat, "aaaaaaaaaaaaaa");
}

static void a_body_too_long_is_refused(void **state)
{
	char small[400] = "x";

	(void)state;
	assert_int_equal(cap_compose(&payload, small, sizeof(small)),
			 ALERTE_ELIMIT);
	assert_string_equal(small, "");
	assert_int_equal(scaip_compose(&payload, small, 64), ALERTE_ELIMIT);
	assert_string_equal(small, "");
	assert_int_equal(pidf_compose(&facts, "9f", small, sizeof(small)),
			 ALERTE_ELIMIT);
	payload.endpoint = NULL;
	assert_int_equal(compose(WORDS_ALERT, 1), ALERTE_EINVAL);
}

static void nothing_known_makes_no_presence(void **state)
{
	char small[16] = "x";

	(void)state;
	wearer.place[0] = '\0';
	assert_int_equal(pidf_compose(&facts, "9f", small, sizeof(small)), 0);
	assert_int_equal(compose(WORDS_ALERT, 1), 0);
	assert_null(strstr(out.body, "<resource>"));
	assert_null(strstr(out.body, "<area>"));
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(a_night_in_cap_is_what_its_golden_files_say),
		T(a_night_in_scaip_is_what_its_golden_files_say),
		T(who_moves_is_not_said_to_be_at_home),
		T(what_follows_refers_to_the_first_message),
		T(what_refers_to_nothing_is_an_alert_of_its_own),
		T(utc_is_minus_zero_in_cap),
		T(doubt_is_in_the_certainty),
		T(only_danger_is_actual),
		T(duress_ends_nothing_in_any_shape),
		T(an_exercise_is_never_an_alarm_in_scaip),
		T(scaip_names_the_set_and_nothing_of_her),
		T(a_scaip_reference_is_the_message_s_own),
		T(every_kind_of_message_has_its_form_in_each_shape),
		T(the_longest_facts_fit_a_body),
		T(no_sign_of_a_person_leaves_its_element),
		T(a_flat_copy_has_a_byte_for_a_byte),
		T(a_body_too_long_is_refused),
		T(nothing_known_makes_no_presence),
	};

	writing = argc == 2 && !strcmp(argv[1], "--write");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
