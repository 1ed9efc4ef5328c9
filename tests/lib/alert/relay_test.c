/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/relay.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

static struct relay relay;

static int begun(void **state)
{
	(void)state;
	relay = (struct relay){ 0 };
	relay_begin(&relay, 0);
	return 0;
}

static void nothing(int64_t at)
{
	assert_int_equal(relay_next(&relay, at), RELAY_NOTHING);
}

static void does(enum relay_act act, int64_t at)
{
	assert_int_equal(relay_next(&relay, at), act);
}

static void submitted_first(void)
{
	does(RELAY_SEND_FIRST, 0);
	relay_submitted(&relay, 0);
	nothing(0);
}

/* M2 */
static void without_an_answer_it_sends_at_0_20_60_and_120_seconds(void **state)
{
	(void)state;
	submitted_first();
	assert_int_equal(relay_due(&relay), 20 * SECOND);
	does(RELAY_SEND_SECOND, 20 * SECOND);
	nothing(59 * SECOND);
	does(RELAY_SEND_FIRST, 60 * SECOND);
	assert_int_equal(relay.firsts, 2);
	nothing(119 * SECOND);
	does(RELAY_SEND_FIRST, 120 * SECOND);
}

static void the_automatic_answer_stops_the_sendings(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_auto(&relay, 30 * SECOND);
	assert_int_equal(relay.state, ALERTE_RELAY_AUTO_ACK);
	does(RELAY_SEND_SECOND, 30 * SECOND);
	nothing(2 * MINUTE);
}

static void three_minutes_after_it_people_hear_that_nobody_came(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_auto(&relay, 30 * SECOND);
	does(RELAY_SEND_SECOND, 30 * SECOND);
	nothing(209 * SECOND);
	does(RELAY_TELL_SILENT, 210 * SECOND);
	nothing(HOUR);
}

static void an_agent_in_time_frightens_nobody(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_auto(&relay, 30 * SECOND);
	relay_heard_human(&relay, 60 * SECOND);
	assert_int_equal(relay.state, ALERTE_RELAY_HUMAN);
	does(RELAY_SEND_SECOND, 60 * SECOND);
	relay_answered(&relay, 61 * SECOND);
	nothing(HOUR);
}

/* M3 */
static void a_question_nobody_answers_is_answered_once(void **state)
{
	(void)state;
	submitted_first();
	does(RELAY_SEND_SECOND, 20 * SECOND);
	relay_heard_human(&relay, 30 * SECOND);
	nothing(89 * SECOND);
	does(RELAY_SEND_CANNOT, 90 * SECOND);
	nothing(HOUR);
}

static void five_texts_in_ten_minutes_are_the_most(void **state)
{
	(void)state;
	for (int i = 0; i < RELAY_BUDGET; i++)
		assert_true(relay_spend(&relay, i * MINUTE));
	assert_false(relay_spend(&relay, 5 * MINUTE));
	assert_false(relay_spend(&relay, 10 * MINUTE - 1));
	assert_true(relay_spend(&relay, 10 * MINUTE));
	assert_false(relay_spend(&relay, 10 * MINUTE));
}

static void nobody_answering_all_day_never_ends_it(void **state)
{
	int64_t now = 0;
	int firsts = 0;

	(void)state;
	while (now < 20 * HOUR) {
		enum relay_act act = relay_next(&relay, now);

		if (act == RELAY_SEND_FIRST)
			firsts++;
		if (act != RELAY_NOTHING)
			continue;
		assert_true(relay_due(&relay) > now);
		assert_true(relay_due(&relay) - now <= 30 * MINUTE);
		now = relay_due(&relay);
	}
	/* about 24 in the first two hours, two an hour then */
	assert_in_range(firsts, 50, 70);
}

static void a_day_of_silence_makes_it_dormant(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_human(&relay, SECOND);
	relay_answered(&relay, SECOND);
	relay.second = true;
	assert_int_equal(relay_due(&relay), SECOND + 24 * HOUR);
	does(RELAY_FALL_SILENT, SECOND + 24 * HOUR);
	nothing(SECOND + 24 * HOUR);
	assert_int_equal(relay.state, ALERTE_RELAY_DORMANT);
	assert_int_equal(relay_due(&relay), ALERTE_NEVER);
}

static void a_dormant_conversation_still_hears(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_auto(&relay, SECOND);
	does(RELAY_SEND_SECOND, SECOND);
	does(RELAY_TELL_SILENT, HOUR);
	does(RELAY_FALL_SILENT, 25 * HOUR);
	relay_heard_human(&relay, 25 * HOUR);
	assert_int_equal(relay.state, ALERTE_RELAY_HUMAN);
}

/* M1: only an operator says so. */
static void hearing_an_agent_never_dispatches_or_closes(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		relay_heard_human(&relay, i);
	assert_int_equal(relay.state, ALERTE_RELAY_HUMAN);
}

static void an_ended_conversation_sends_nothing(void **state)
{
	(void)state;
	submitted_first();
	relay_end(&relay, true, SECOND);
	nothing(HOUR);
	assert_int_equal(relay.state, ALERTE_RELAY_SUBMITTED);
	assert_int_equal(relay_due(&relay), SECOND + 24 * HOUR);
}

static void an_ended_conversation_hears_until_a_day_was_silent(void **state)
{
	(void)state;
	submitted_first();
	relay_end(&relay, true, SECOND);
	assert_true(relay_lingers(&relay));
	relay_heard_human(&relay, HOUR);
	assert_int_equal(relay.state, ALERTE_RELAY_HUMAN);
	nothing(HOUR + 10 * MINUTE);
	does(RELAY_FALL_SILENT, 25 * HOUR);
	assert_false(relay_lingers(&relay));
}

static void where_nothing_had_left_there_was_no_conversation(void **state)
{
	(void)state;
	does(RELAY_SEND_FIRST, 0);
	relay_end(&relay, false, SECOND);
	assert_int_equal(relay.state, ALERTE_RELAY_NONE);
	assert_false(relay_lingers(&relay));
	assert_int_equal(relay_due(&relay), ALERTE_NEVER);
}

/* M2: a text that never left costs nothing of the five in ten minutes. */
static void what_was_refused_makes_room_for_another(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++)
		assert_true(relay_spend(&relay, i * 3 * MINUTE));
	assert_true(relay_spend(&relay, 18 * MINUTE));
	assert_false(relay_spend(&relay, 19 * MINUTE - 1));
	relay_unspend(&relay, 18 * MINUTE);
	assert_true(relay_spend(&relay, 19 * MINUTE - 1));
	assert_false(relay_spend(&relay, 19 * MINUTE - 1));
	relay_unspend(&relay, 17 * MINUTE);
	assert_false(relay_spend(&relay, 19 * MINUTE - 1));
}

static void an_operator_alone_says_that_help_is_on_its_way(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_human(&relay, SECOND);
	assert_true(relay_mark(&relay, ALERTE_RELAY_DISPATCHED, 2 * SECOND));
	relay_heard_human(&relay, MINUTE);
	relay_heard_auto(&relay, MINUTE);
	assert_int_equal(relay.state, ALERTE_RELAY_DISPATCHED);
	assert_true(relay_mark(&relay, ALERTE_RELAY_CLOSED, HOUR));
	relay_heard_human(&relay, 2 * HOUR);
	assert_int_equal(relay.state, ALERTE_RELAY_CLOSED);
	assert_true(relay_mark(&relay, ALERTE_RELAY_DISPATCHED, 3 * HOUR));
}

/* M1, M2 */
static void no_mark_keeps_a_text_back_before_the_114_wrote(void **state)
{
	(void)state;
	assert_false(relay_mark(&relay, ALERTE_RELAY_CLOSED, 0));
	submitted_first();
	assert_false(relay_mark(&relay, ALERTE_RELAY_DISPATCHED, SECOND));
	assert_true(relay_unanswered(&relay));
	does(RELAY_SEND_SECOND, 20 * SECOND);
	does(RELAY_SEND_FIRST, 60 * SECOND);
}

static void a_text_perhaps_of_another_keeps_none_back_either(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_perhaps(&relay, SECOND);
	does(RELAY_SEND_SECOND, 20 * SECOND);
	does(RELAY_SEND_FIRST, 60 * SECOND);
	/* an operator speaks of it: it was of this one */
	relay_answered(&relay, 61 * SECOND);
	assert_int_equal(relay.state, ALERTE_RELAY_HUMAN);
	nothing(5 * MINUTE);
}

/* P2 */
static void a_press_is_told_where_the_114_has_answered(void **state)
{
	(void)state;
	submitted_first();
	relay_pressed(&relay, SECOND);
	nothing(SECOND);
	relay_heard_human(&relay, 2 * SECOND);
	does(RELAY_SEND_SECOND, 20 * SECOND);
	relay_answered(&relay, 20 * SECOND);
	relay_pressed(&relay, MINUTE);
	assert_int_equal(relay_due(&relay), MINUTE);
	does(RELAY_SEND_PRESS, MINUTE);
	relay_pressed(&relay, MINUTE + SECOND);
	nothing(3 * MINUTE - 1);
	assert_int_equal(relay_due(&relay), 3 * MINUTE);
	does(RELAY_SEND_PRESS, 3 * MINUTE);
	nothing(4 * MINUTE);
	assert_int_equal(relay.state, ALERTE_RELAY_HUMAN);
}

static void a_press_begins_anew_what_was_over(void **state)
{
	(void)state;
	submitted_first();
	relay_heard_human(&relay, SECOND);
	assert_false(relay_renew(&relay, SECOND));
	assert_true(relay_mark(&relay, ALERTE_RELAY_CLOSED, 2 * SECOND));
	assert_false(relay_renew(&relay, 2 * SECOND));
	while (relay_spend(&relay, 3 * SECOND))
		;
	relay_pressed(&relay, 4 * SECOND);
	assert_true(relay_renew(&relay, 4 * SECOND));
	assert_int_equal(relay.state, ALERTE_RELAY_NEW);
	/* what was sent before keeps all back but the first */
	does(RELAY_SEND_FIRST, 4 * SECOND);
	nothing(3 * MINUTE);
	does(RELAY_TELL_SILENT, 3 * MINUTE + 4 * SECOND);
	nothing(10 * MINUTE + 2 * SECOND);
	does(RELAY_SEND_FIRST, 10 * MINUTE + 3 * SECOND);
}

static void nobody_can_mark_what_never_began(void **state)
{
	struct relay none = { 0 };

	(void)state;
	assert_false(relay_mark(&none, ALERTE_RELAY_CLOSED, 0));
	assert_int_equal(none.state, ALERTE_RELAY_NONE);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, begun)
	const struct CMUnitTest tests[] = {
		T(without_an_answer_it_sends_at_0_20_60_and_120_seconds),
		T(the_automatic_answer_stops_the_sendings),
		T(three_minutes_after_it_people_hear_that_nobody_came),
		T(an_agent_in_time_frightens_nobody),
		T(a_question_nobody_answers_is_answered_once),
		T(five_texts_in_ten_minutes_are_the_most),
		T(nobody_answering_all_day_never_ends_it),
		T(a_day_of_silence_makes_it_dormant),
		T(a_dormant_conversation_still_hears),
		T(hearing_an_agent_never_dispatches_or_closes),
		T(an_ended_conversation_sends_nothing),
		T(an_ended_conversation_hears_until_a_day_was_silent),
		T(where_nothing_had_left_there_was_no_conversation),
		T(what_was_refused_makes_room_for_another),
		T(an_operator_alone_says_that_help_is_on_its_way),
		T(no_mark_keeps_a_text_back_before_the_114_wrote),
		T(a_text_perhaps_of_another_keeps_none_back_either),
		T(a_press_is_told_where_the_114_has_answered),
		T(a_press_begins_anew_what_was_over),
		T(nobody_can_mark_what_never_began),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
