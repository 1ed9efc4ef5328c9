/* SPDX-License-Identifier: Apache-2.0 */
/* S5: several gateways in one place, and a server that may lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/core/peers.h"

#define SMS ALERTE_CHANNEL_SMS
#define HTTPS ALERTE_CHANNEL_HTTPS
#define RELAY114 ALERTE_CHANNEL_RELAY114
#define PAUL "+33639980101"

static int two(void **state)
{
	(void)state;
	scene_start(2, true);
	return 0;
}

static int end(void **state)
{
	(void)state;
	scene_end();
	return 0;
}

/* Paul's words, with the code of the alert behind them when it is wanted. */
static void reply(int gateway, const char *words, bool code)
{
	struct alerte_alert alert = scene_alert(gateway);
	struct alerte_time now = scene_now();
	char text[64];

	now.boot_ms += gateway * 86400000;
	now.wall_ms -= gateway * 3600000;
	snprintf(text, sizeof(text), "%s %s", words, code ? alert.code : "");
	assert_true(alerte_reply(scene.gateway[gateway].a, PAUL, text,
				 now) >= 0);
}

/* The repeats of L1 too: a quarter of an hour of it. */
static void two_gateways_text_each_contact_once(void **state)
{
	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	assert_string_equal(scene_alert(0).reference, scene_alert(1).reference);
	assert_string_equal(scene_alert(0).code, scene_alert(1).code);
	assert_int_equal(sent_ms(0, SMS, "paul"), 0);
	assert_int_equal(sent_ms(1, HTTPS, "asso"), 0);
	scene_pass(15 * 60000);
	assert_true(sent_by(0, SMS, "paul") > 2);
	assert_true(sent_by(0, SMS, "lea") > 2);
	assert_int_equal(sent_by(1, SMS, "paul"), 0);
	assert_int_equal(sent_by(1, SMS, "lea"), 0);
}

static void three_gateways_text_each_contact_once(void **state)
{
	(void)state;
	scene_start(3, true);
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(15 * 60000);
	assert_true(sent_by(0, SMS, "lea") > 2);
	assert_int_equal(sent_by(1, SMS, "paul") + sent_by(1, SMS, "lea"), 0);
	assert_int_equal(sent_by(2, SMS, "paul") + sent_by(2, SMS, "lea"), 0);
}

/* A place that was set up without ranks loses nothing. */
static void gateways_of_no_rank_wait_for_nobody(void **state)
{
	(void)state;
	scene_start(2, false);
	scene_press(ALERTE_GESTURE_PRESS);
	assert_int_equal(sent_ms(0, SMS, "paul"), 0);
	assert_int_equal(sent_ms(1, SMS, "paul"), 0);
}

static void a_caller_that_knows_no_rank_has_none(void **state)
{
	struct alerte_host h = { .size = sizeof(h) };
	struct alerte_options o = { .rank = ALERTE_RANK_MAX + 1 };
	struct alerte *a = NULL;

	(void)state;
	h = (struct alerte_host){ .size = sizeof(h) };
	o.size = sizeof(o);
	assert_int_equal(alerte_open(&o, &h, scene_now(), &a), ALERTE_EINVAL);
	assert_null(a);
}

static void a_first_killed_at_the_press_is_replaced_after_5_s(void **state)
{
	(void)state;
	scene.gateway[0].hangs = scene.gateway[0].cut = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_kill(0);
	scene_pass(20000);
	assert_int_equal(sent_ms(1, SMS, "paul"), ALERTE_RANK_MS);
	assert_int_equal(sent_by(1, SMS, "paul"), 1);
}

static void a_first_killed_after_its_claim_is_replaced_within_15_s(void **state)
{
	(void)state;
	scene.gateway[0].hangs = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(6000);
	assert_int_equal(sent_by(1, SMS, "paul"), 0);
	scene_kill(0);
	scene_pass(ALERTE_CLAIM_FRESH_MS);
	assert_int_equal(sent_by(1, SMS, "paul"), 1);
}

/* Her alert is not lost with the server: nothing is held, nobody is asked. */
static void without_the_server_both_text(void **state)
{
	(void)state;
	scene.gateway[1].cut = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(10000);
	assert_int_equal(sent_ms(0, SMS, "paul"), 0);
	assert_int_equal(sent_ms(1, SMS, "paul"), ALERTE_RANK_MS);
}

static void a_server_lost_in_between_holds_no_text(void **state)
{
	(void)state;
	scene.gateway[0].hangs = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(4000);
	scene.gateway[1].cut = true;
	scene_pass(16000);
	assert_int_equal(sent_by(1, SMS, "paul"), 1);
}

/* It lives and claims, and its modem does not send. */
static void a_first_that_sends_nothing_is_waited_for_30_s(void **state)
{
	(void)state;
	scene.gateway[0].hangs = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(ALERTE_RANK_MS + ALERTE_CLAIM_HOLD_MS - 1000);
	assert_int_equal(sent_by(1, SMS, "paul"), 0);
	scene_pass(2000);
	assert_int_equal(sent_by(1, SMS, "paul"), 1);
}

static void a_first_whose_modem_is_gone_is_not_waited_for(void **state)
{
	(void)state;
	assert_true(alerte_fault(scene.gateway[0].a, "modem", true,
				 scene_now()) >= 0);
	scene.gateway[0].hangs = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(10000);
	assert_int_equal(sent_ms(1, SMS, "paul"), ALERTE_RANK_MS);
}

/* -------------------------------------------------- a server that lies */

static void an_old_claim_given_out_for_ever_holds_for_15_s(void **state)
{
	(void)state;
	scene.gateway[0].hangs = scene.keeps = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(2000);
	scene_kill(0);
	scene_pass(2 * ALERTE_CLAIM_FRESH_MS);
	assert_in_range(sent_ms(1, SMS, "paul"), ALERTE_RANK_MS,
			2000 + ALERTE_CLAIM_FRESH_MS);
}

static void a_claim_made_up_by_the_server_holds_nothing(void **state)
{
	char *claim = scene.gateway[0].claim;

	(void)state;
	scene.gateway[0].hangs = scene.gateway[1].cut = true;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_kill(0);
	scene.gateway[1].cut = false;
	claim[200] = claim[200] == '0' ? '1' : '0';
	scene_pass(10000);
	assert_int_equal(sent_ms(1, SMS, "paul"), ALERTE_RANK_MS);
}

/* One of an alert in which all was done is no claim of the next. */
static void a_claim_of_another_alert_counts_for_nothing(void **state)
{
	char old[ALERTE_CLAIM_MAX];

	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(6000);
	memcpy(old, scene.gateway[0].claim, sizeof(old));
	assert_true(alerte_finish(scene.gateway[0].a, scene_alert(0).id,
				  "Anne", scene_now()) >= 0);
	scene_pass(120000);
	assert_int_equal(scene_alert(1).state, ALERTE_ALERT_CLOSED);
	scene_kill(0);
	scene.nsent = 0;
	scene_press(ALERTE_GESTURE_PRESS);
	memcpy(scene.gateway[0].claim, old, sizeof(old));
	scene.gateway[0].claim_ms = scene.now_ms;
	scene_pass(10000);
	assert_int_equal(sent_by(1, SMS, "paul"), 1);
}

static void a_claim_tells_the_server_nothing(void **state)
{
	size_t len;

	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	len = strlen(scene.gateway[0].claim);
	reply(0, "ok", true);
	scene_pass(20000);
	assert_int_equal(strlen(scene.gateway[0].claim), len);
	assert_null(strstr(scene.gateway[0].claim, "paul"));
}

/* ------------------------------------------------ what people answered */

static void an_answer_to_the_first_ends_the_steps_of_both(void **state)
{
	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(70000);
	assert_int_equal(sent_by(-1, SMS, "lea"), 1);
	reply(0, "ok", true);
	scene_pass(10 * 60000);
	assert_int_equal(scene_alert(1).state, ALERTE_ALERT_ACKED);
	assert_string_equal(scene_alert(1).acked_by, "paul");
	/* Lea: the alert, and who is coming; Paul: the alert, and thanks. */
	assert_int_equal(sent_by(-1, SMS, "lea"), 2);
	assert_int_equal(sent_by(-1, SMS, "paul"), 2);
	assert_int_equal(sent_by(1, SMS, "lea") + sent_by(1, SMS, "paul"), 0);
}

/* Through the server it reaches both, and each would tell the others. */
static void an_answer_to_the_server_is_told_once(void **state)
{
	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(10000);
	strcpy(scene.answers, "{\"id\":\"a1\",\"kind\":\"ack\","
	       "\"by\":\"Anne\"}");
	scene_pass(10 * 60000);
	assert_int_equal(scene_alert(0).state, ALERTE_ALERT_ACKED);
	assert_int_equal(scene_alert(1).state, ALERTE_ALERT_ACKED);
	assert_int_equal(sent_by(-1, SMS, "paul"), 2);
	assert_int_equal(sent_by(1, SMS, "paul"), 0);
}

static void what_is_given_back_to_the_first_is_open_at_both(void **state)
{
	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(10000);
	reply(0, "ok", true);
	scene_pass(15000);
	assert_int_equal(scene_alert(1).state, ALERTE_ALERT_ACKED);
	reply(0, "non", true);
	scene_pass(15000);
	assert_int_equal(scene_alert(0).state, ALERTE_ALERT_OPEN);
	assert_int_equal(scene_alert(1).state, ALERTE_ALERT_OPEN);
}

/* A press heard after it opens both again; the old answer closes neither. */
static void a_press_after_an_answer_opens_both(void **state)
{
	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(10000);
	reply(0, "ok", true);
	scene_pass(15000);
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(20000);
	assert_int_equal(scene_alert(0).state, ALERTE_ALERT_OPEN);
	assert_int_equal(scene_alert(1).state, ALERTE_ALERT_OPEN);
	assert_int_equal(scene_alert(1).presses, 2);
}

static void a_cancel_at_the_first_is_told_once(void **state)
{
	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(12000);
	assert_true(alerte_cancel(scene.gateway[0].a, scene_alert(0).id,
				  "4321", scene_now()) >= 0);
	scene_pass(10 * 60000);
	assert_int_equal(scene_alert(1).state, ALERTE_ALERT_CANCELLED);
	assert_int_equal(sent_by(-1, SMS, "paul"), 2);
	assert_int_equal(sent_by(1, SMS, "paul"), 0);
	assert_int_equal(sent_by(-1, SMS, "lea"), 0);
	assert_non_null(strstr(sent_text("paul"), "annul"));
}

/* What the first texted counts as reached: its all-clear is the second's. */
static void a_second_left_alone_ends_what_the_first_began(void **state)
{
	struct alerte_time now;

	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(10000);
	scene_kill(0);
	scene_pass(20000);
	now = scene_now();
	now.boot_ms += 86400000;
	assert_true(alerte_cancel(scene.gateway[1].a, scene_alert(1).id,
				  "4321", now) >= 0);
	scene_pass(20000);
	assert_int_equal(sent_by(1, SMS, "paul"), 1);
	assert_non_null(strstr(sent_text("paul"), "annul"));
}

/* A first that comes back finds what the second did. */
static void nothing_is_polled_a_minute_after_the_end(void **state)
{
	struct alerte_poll p = { .size = sizeof(p) };

	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	scene_pass(12000);
	assert_true(alerte_finish(scene.gateway[0].a, scene_alert(0).id,
				  "Anne", scene_now()) >= 0);
	scene_pass(3 * 60000);
	assert_int_equal(alerte_poll_next(scene.gateway[0].a, 0, scene_now(),
					  &p), 0);
	assert_int_equal(alerte_claim(scene.gateway[0].a, scene_alert(0).id,
				      scene_now(), scene.gateway[0].claim),
			 ALERTE_ENOTFOUND);
}

/* ---------------------------------------------------------- the 114 */

static void one_gateway_speaks_with_the_114(void **state)
{
	(void)state;
	scene_arm();
	scene_press(ALERTE_GESTURE_LONG);
	scene_pass(5 * 60000);
	assert_true(sent_by(0, RELAY114, "") > 2);
	assert_int_equal(sent_by(1, RELAY114, ""), 0);
}

static void the_second_speaks_with_the_114_when_the_first_is_gone(void **state)
{
	(void)state;
	scene_arm();
	scene_press(ALERTE_GESTURE_LONG);
	scene_pass(30000);
	assert_int_equal(sent_by(1, RELAY114, ""), 0);
	scene_kill(0);
	scene_pass(ALERTE_CLAIM_FRESH_MS);
	assert_int_equal(sent_by(1, RELAY114, ""), 1);
}

static void a_first_that_is_not_armed_keeps_the_second_from_nothing(void **state)
{
	(void)state;
	scene_arm();
	assert_true(alerte_disarm(scene.gateway[0].a, "Anne",
				  scene_now()) >= 0);
	scene_press(ALERTE_GESTURE_LONG);
	scene_pass(6000);
	assert_int_equal(sent_ms(1, RELAY114, ""), ALERTE_RANK_MS);
}

static void what_only_one_heard_has_a_key_of_its_own(void **state)
{
	bool same = false, own = false;

	(void)state;
	scene_press(ALERTE_GESTURE_PRESS);
	reply(1, "c'est quoi ?", false);
	scene_pass(1000);
	for (size_t i = 0; i < scene.nsent; i++) {
		const struct sent *s = &scene.sent[i];

		same |= s->gateway == 1 && strstr(s->key, "-alert-2") &&
			!strstr(s->key, "-r");
		own |= s->gateway == 1 && strstr(s->key, "-forward-") &&
		       strstr(s->key, "-r1");
	}
	assert_true(same);
	assert_true(own);
}

#define T(test) cmocka_unit_test_setup_teardown(test, two, end)
#define ALONE(test) cmocka_unit_test_setup_teardown(test, NULL, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(two_gateways_text_each_contact_once),
		ALONE(three_gateways_text_each_contact_once),
		ALONE(gateways_of_no_rank_wait_for_nobody),
		ALONE(a_caller_that_knows_no_rank_has_none),
		T(a_first_killed_at_the_press_is_replaced_after_5_s),
		T(a_first_killed_after_its_claim_is_replaced_within_15_s),
		T(without_the_server_both_text),
		T(a_server_lost_in_between_holds_no_text),
		T(a_first_that_sends_nothing_is_waited_for_30_s),
		T(a_first_whose_modem_is_gone_is_not_waited_for),
		T(an_old_claim_given_out_for_ever_holds_for_15_s),
		T(a_claim_made_up_by_the_server_holds_nothing),
		T(a_claim_of_another_alert_counts_for_nothing),
		T(a_claim_tells_the_server_nothing),
		T(an_answer_to_the_first_ends_the_steps_of_both),
		T(an_answer_to_the_server_is_told_once),
		T(what_is_given_back_to_the_first_is_open_at_both),
		T(a_press_after_an_answer_opens_both),
		T(a_cancel_at_the_first_is_told_once),
		T(a_second_left_alone_ends_what_the_first_began),
		T(nothing_is_polled_a_minute_after_the_end),
		T(one_gateway_speaks_with_the_114),
		T(the_second_speaks_with_the_114_when_the_first_is_gone),
		T(a_first_that_is_not_armed_keeps_the_second_from_nothing),
		T(what_only_one_heard_has_a_key_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
