/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "message/gsm.h"

#define RELAY "+33639980114"	/* stands in for the 114 */

static const struct alerte_wearer marie = {
	.size = sizeof(marie),
	.id = "marie",
	.name = "Marie Durand",
	.short_name = "Marie D.",
	.place = "12 rue Garibaldi, 69003 Lyon, 4e étage gauche, code 12B34",
	.area = "12 rue Garibaldi, Lyon 3e",
};

static struct alerte_alert alert;
static struct words_facts facts;
static struct payload_facts payload;
static struct channel_message message;

static int setup(void **state)
{
	(void)state;
	alert = (struct alerte_alert){
		.size = sizeof(alert),
		.reference = "00112233445566778899aabbccddeeff",
		.code = "7K2",
		.state = ALERTE_ALERT_OPEN,
		.gesture = ALERTE_GESTURE_PRESS,
	};
	facts = (struct words_facts){
		.wearer = &marie,
		.code = "7K2",
		.pressed = { 1, 1795525500000, 3600, true },
		.opened = { 1, 1795525500000, 3600, true },
		.now = { 2, 1795525500001, 3600, true },
		.trust = ALERTE_TRUST_STRONG,
		.quote = "oui",
		.nth = 1,
	};
	payload = (struct payload_facts){
		.kind = WORDS_ALERT,
		.facts = &facts,
		.alert = &alert,
		.site = "ab",
		.key = "k",
	};
	memset(&message, 0x5a, sizeof(message));
	return 0;
}

static int compose(enum alerte_channel channel, enum words kind)
{
	payload.kind = kind;
	return channel_find(channel)->compose(&payload, &message);
}

static void every_channel_has_its_row(void **state)
{
	(void)state;
	assert_string_equal(alerte_channel_name(ALERTE_CHANNEL_SMS), "sms");
	assert_string_equal(alerte_channel_name(ALERTE_CHANNEL_HTTPS),
			    "https");
	assert_string_equal(alerte_channel_name(ALERTE_CHANNEL_RELAY114),
			    "relay114");
	assert_string_equal(alerte_channel_name(ALERTE_CHANNEL_EMAIL),
			    "email");
	assert_int_equal(channel_find(ALERTE_CHANNEL_EMAIL)->receipt_limit_ms,
			 60000);
	assert_string_equal(alerte_channel_name((enum alerte_channel)9), "");
	assert_null(channel_find((enum alerte_channel)0));
	assert_int_equal(channel_find(ALERTE_CHANNEL_SMS)->receipt_limit_ms,
			 40000);
	assert_int_equal(channel_find(ALERTE_CHANNEL_HTTPS)->receipt_limit_ms,
			 20000);
	assert_int_equal(
		channel_find(ALERTE_CHANNEL_RELAY114)->receipt_limit_ms,
		40000);
	assert_int_equal(channel_find(ALERTE_CHANNEL_SMS)->validity_ms,
			 3600000);
}

static void an_sms_carries_a_text_and_its_parts(void **state)
{
	(void)state;
	assert_int_equal(compose(ALERTE_CHANNEL_SMS, WORDS_ALERT), 0);
	assert_int_equal(gsm_septets(message.text), 150);
	assert_int_equal(message.parts, 1);
	assert_int_equal(message.body_len, 0);
	assert_null(message.content_type);
	facts.pressed.wall_trusted = false;
	assert_int_equal(compose(ALERTE_CHANNEL_SMS, WORDS_ALERT), 0);
	assert_int_equal(message.parts, 2);
}

static void a_fall_is_not_told_as_a_press(void **state)
{
	(void)state;
	alert.gesture = ALERTE_GESTURE_FALL;
	assert_int_equal(compose(ALERTE_CHANNEL_SMS, WORDS_ALERT), 0);
	assert_non_null(strstr(message.text, "une chute"));
	assert_null(strstr(message.text, "appuyé"));
}

static void a_request_carries_a_body(void **state)
{
	(void)state;
	assert_int_equal(compose(ALERTE_CHANNEL_HTTPS, WORDS_ALERT), 0);
	assert_string_equal(message.text, "");
	assert_int_equal(message.body_len, strlen(message.body));
	assert_string_equal(message.content_type, "application/json");
}

static void an_e_mail_carries_the_words_of_the_sms_and_a_subject(void **state)
{
	char sms[CHANNEL_TEXT_MAX];

	(void)state;
	assert_int_equal(compose(ALERTE_CHANNEL_SMS, WORDS_ALERT), 0);
	strcpy(sms, message.text);
	assert_string_equal(message.subject, "");
	assert_int_equal(compose(ALERTE_CHANNEL_EMAIL, WORDS_ALERT), 0);
	assert_memory_equal(message.text, sms, strlen(sms));
	assert_string_equal(message.subject, "ALERTE 7K2");
	assert_int_equal(message.body_len, 0);
	alert.exercise = true;
	assert_int_equal(compose(ALERTE_CHANNEL_EMAIL, WORDS_ALERT), 0);
	assert_memory_equal(message.text, "EXERCICE", 8);
	assert_string_equal(message.subject, "EXERCICE 7K2");
}

static void a_call_has_no_words_and_is_for_alerts_alone(void **state)
{
	(void)state;
	assert_int_equal(compose(ALERTE_CHANNEL_VOICE, WORDS_ALERT), 0);
	assert_string_equal(message.text, "");
	assert_int_equal(message.body_len, 0);
	assert_int_equal(compose(ALERTE_CHANNEL_VOICE, WORDS_ACK_OTHERS),
			 ALERTE_EINVAL);
	assert_int_equal(compose(ALERTE_CHANNEL_VOICE, WORDS_ALL_CLEAR),
			 ALERTE_EINVAL);
	assert_int_equal(channel_allows(ALERTE_CHANNEL_VOICE, RELAY, RELAY,
					true), ALERTE_EREFUSED);
}

static void an_e_mail_goes_to_one_plain_address(void **state)
{
	(void)state;
	assert_int_equal(channel_allows(ALERTE_CHANNEL_EMAIL,
					"marc@example.net", RELAY, false), 0);
	assert_int_equal(channel_allows(ALERTE_CHANNEL_EMAIL, "a@b.c,d@e.f",
					RELAY, true), ALERTE_EREFUSED);
	assert_int_equal(channel_allows(ALERTE_CHANNEL_EMAIL, "+33639980001",
					RELAY, true), ALERTE_EREFUSED);
}

static void what_is_meant_for_the_114_goes_nowhere_else(void **state)
{
	(void)state;
	for (enum words k = WORDS_RELAY_FIRST; k <= WORDS_RELAY_POSITION; k++) {
		assert_int_equal(compose(ALERTE_CHANNEL_SMS, k),
				 ALERTE_EINVAL);
		assert_int_equal(compose(ALERTE_CHANNEL_EMAIL, k),
				 ALERTE_EINVAL);
	}
}

static void nothing_else_is_composed_for_the_114(void **state)
{
	(void)state;
	assert_int_equal(compose(ALERTE_CHANNEL_RELAY114, WORDS_RELAY_FIRST),
			 0);
	assert_int_equal(gsm_septets(message.text), 149);
	for (enum words k = WORDS_RELAY_QUESTION; k < WORDS_LAST; k++)
		assert_int_equal(compose(ALERTE_CHANNEL_RELAY114, k),
				 k == WORDS_RELAY_DURESS ||
						 k == WORDS_RELAY_PRESS
					 ? 0 : ALERTE_EINVAL);
}

static void an_exercise_composes_nothing_for_the_114(void **state)
{
	(void)state;
	alert.exercise = true;
	for (enum words k = WORDS_NONE; k < WORDS_LAST; k++)
		assert_int_equal(compose(ALERTE_CHANNEL_RELAY114, k),
				 ALERTE_EREFUSED);
	payload.alert = NULL;
	assert_int_equal(compose(ALERTE_CHANNEL_RELAY114, WORDS_RELAY_FIRST),
			 ALERTE_EREFUSED);
}

static void an_exercise_frightens_nobody(void **state)
{
	(void)state;
	alert.exercise = true;
	assert_int_equal(compose(ALERTE_CHANNEL_SMS, WORDS_ALERT), 0);
	assert_memory_equal(message.text, "EXERCICE", 8);
}

static void a_failed_composition_leaves_the_message_alone(void **state)
{
	struct channel_message before;

	(void)state;
	facts.wearer = NULL;
	before = message;
	assert_int_equal(compose(ALERTE_CHANNEL_EMAIL, WORDS_ALERT),
			 ALERTE_EINVAL);
	assert_memory_equal(&message, &before, sizeof(before));
	assert_int_equal(compose(ALERTE_CHANNEL_SMS, WORDS_ALERT),
			 ALERTE_EINVAL);
	payload.key = NULL;
	assert_int_equal(compose(ALERTE_CHANNEL_HTTPS, WORDS_ALERT),
			 ALERTE_EINVAL);
	assert_memory_equal(&message, &before, sizeof(before));
}

/* ------------------------------------------------------------ arming */

static int sms_to(const char *address)
{
	return channel_allows(ALERTE_CHANNEL_SMS, address, RELAY, true);
}

static void a_contact_is_a_plain_number(void **state)
{
	static const char *const bad[] = {
		"", "+", "15", "17", "18", "112", "114", "115", "116000",
		"116006", "116117", "119", "191", "196", "197", "3919",
		"+33114", "+33 114", "0033114", "0033 17", "tel:112",
		"tel:+33639980001", "1 1 2", "1-1-2", "１１２", "+１１２",
		"+33112", "+3317", "+33116006", "+116006", "+32116000",
		"+333919", "0639980001", "06 39 98 00 01", "+33 639980001",
		"+33639980001 ", "+33639980001;+33639980002", "+0033639980001",
		"+330639980001", "+33800112112", "114@", "sms:114", "+114",
		"+33639980001\n", " +33639980001", "+1234567890123456",
	};

	(void)state;
	assert_int_equal(sms_to("+33639980001"), 0);
	assert_int_equal(sms_to("+41225550102"), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (sms_to(bad[i]) != ALERTE_EREFUSED)
			fail_msg("\"%s\" is allowed", bad[i]);
	assert_int_equal(sms_to(NULL), ALERTE_EREFUSED);
}

static void the_relay_is_never_a_contact(void **state)
{
	(void)state;
	assert_int_equal(sms_to(RELAY), ALERTE_EREFUSED);
	assert_int_equal(channel_allows(ALERTE_CHANNEL_SMS, RELAY,
					"0639980114", true),
			 ALERTE_EREFUSED);
	assert_int_equal(channel_allows(ALERTE_CHANNEL_SMS, "+33639980001",
					NULL, false),
			 0);
}

static int relay_to(const char *address, const char *relay, bool armed)
{
	return channel_allows(ALERTE_CHANNEL_RELAY114, address, relay, armed);
}

static void the_relay_is_reached_only_when_armed(void **state)
{
	(void)state;
	assert_int_equal(relay_to(RELAY, RELAY, true), 0);
	assert_int_equal(relay_to(RELAY, RELAY, false), ALERTE_EREFUSED);
	assert_int_equal(relay_to("+33639980001", RELAY, true),
			 ALERTE_EREFUSED);
	assert_int_equal(relay_to("114", RELAY, true), ALERTE_EREFUSED);
	assert_int_equal(relay_to(RELAY, NULL, true), ALERTE_EREFUSED);
	assert_int_equal(relay_to("", "", true), ALERTE_EREFUSED);
}

static void a_request_goes_to_an_endpoint_by_its_id(void **state)
{
	(void)state;
	assert_int_equal(channel_allows(ALERTE_CHANNEL_HTTPS, "centre-1",
					RELAY, false),
			 0);
	assert_int_equal(channel_allows(ALERTE_CHANNEL_HTTPS,
					"https://x.example/", RELAY, true),
			 ALERTE_EREFUSED);
	assert_int_equal(channel_allows((enum alerte_channel)0, RELAY, RELAY,
					true),
			 ALERTE_EREFUSED);
}

static void no_exercise_has_a_channel_to_the_114(void **state)
{
	(void)state;
	assert_int_equal(channel_of_exercise(CHANNEL_EXERCISE_SMS),
			 ALERTE_CHANNEL_SMS);
	assert_int_equal(channel_of_exercise(CHANNEL_EXERCISE_HTTPS),
			 ALERTE_CHANNEL_HTTPS);
	assert_int_equal(channel_exercise_of(ALERTE_CHANNEL_SMS),
			 CHANNEL_EXERCISE_SMS);
	assert_int_equal(channel_exercise_of(ALERTE_CHANNEL_HTTPS),
			 CHANNEL_EXERCISE_HTTPS);
	assert_int_equal(channel_exercise_of(ALERTE_CHANNEL_RELAY114), 0);
	for (int i = -1; i < 99; i++)
		assert_int_not_equal(
			channel_of_exercise((enum channel_exercise)i),
			ALERTE_CHANNEL_RELAY114);
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_channel_has_its_row),
		T(an_sms_carries_a_text_and_its_parts),
		T(a_fall_is_not_told_as_a_press),
		T(a_request_carries_a_body),
		T(an_e_mail_carries_the_words_of_the_sms_and_a_subject),
		T(a_call_has_no_words_and_is_for_alerts_alone),
		T(an_e_mail_goes_to_one_plain_address),
		T(what_is_meant_for_the_114_goes_nowhere_else),
		T(nothing_else_is_composed_for_the_114),
		T(an_exercise_composes_nothing_for_the_114),
		T(an_exercise_frightens_nobody),
		T(a_failed_composition_leaves_the_message_alone),
		T(a_contact_is_a_plain_number),
		T(the_relay_is_never_a_contact),
		T(the_relay_is_reached_only_when_armed),
		T(a_request_goes_to_an_endpoint_by_its_id),
		T(no_exercise_has_a_channel_to_the_114),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
