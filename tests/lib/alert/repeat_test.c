/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alert/repeat.h"

#define MINUTE 60000

static struct repeat heard;

static struct alerte_frame frame(enum alerte_gesture gesture, int packet)
{
	struct alerte_frame f = { .size = sizeof(f), .npresses = 1 };

	strcpy(f.format, "bthome-v2");
	f.press[0] = (struct alerte_press){ 1, gesture };
	f.has_packet_id = packet >= 0;
	f.packet_id = packet >= 0 ? (uint32_t)packet : 0;
	return f;
}

static bool hear(struct alerte_frame f, int64_t at)
{
	return repeat_heard(&heard, &f, 0, at);
}

static int fresh(void **state)
{
	(void)state;
	heard = (struct repeat){ 0 };
	return 0;
}

static void a_copy_within_ten_seconds_is_a_repeat(void **state)
{
	(void)state;
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, -1), 1000));
	assert_true(hear(frame(ALERTE_GESTURE_PRESS, -1), 11000));
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, -1), 21001));
}

/* R5: counted from the last copy heard, not from the first. */
static void a_button_that_goes_on_sending_stays_one_event(void **state)
{
	(void)state;
	assert_false(hear(frame(ALERTE_GESTURE_HOLD, -1), 0));
	for (int64_t at = 9000; at < 5 * MINUTE; at += 9000)
		assert_true(hear(frame(ALERTE_GESTURE_HOLD, -1), at));
}

static void a_packet_id_makes_it_fifteen_minutes(void **state)
{
	(void)state;
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, 4), 0));
	assert_true(hear(frame(ALERTE_GESTURE_PRESS, 4), 15 * MINUTE));
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, 4), 30 * MINUTE + 1));
}

static struct alerte_frame narrow(enum alerte_gesture gesture, int packet)
{
	struct alerte_frame f = frame(gesture, packet & 255);

	f.counter_bits = 8;
	f.npresses = gesture != ALERTE_GESTURE_NONE;
	return f;
}

static void pass(int from, int to)
{
	for (int i = from; i <= to; i++) {
		struct alerte_frame f = narrow(ALERTE_GESTURE_NONE, i);

		repeat_pass(&heard, &f);
	}
}

static void after_packet_255_comes_0(void **state)
{
	(void)state;
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 255), 0));
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 256), 100));
	assert_true(hear(narrow(ALERTE_GESTURE_PRESS, 255), 200));
	assert_true(hear(narrow(ALERTE_GESTURE_PRESS, 256), 300));
}

/* A thermometer with a button numbers each temperature. */
static void a_packet_id_that_went_round_is_another_press(void **state)
{
	(void)state;
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 7), 0));
	pass(8, 7 + 255);
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 7 + 256), 5 * MINUTE));
	assert_true(hear(narrow(ALERTE_GESTURE_PRESS, 7), 5 * MINUTE + 10));
}

static void a_late_copy_is_one_though_others_overtook_it(void **state)
{
	(void)state;
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 250), 0));
	pass(251, 250 + 63);
	assert_true(hear(narrow(ALERTE_GESTURE_PRESS, 250), 1000));
}

/* Out of earshot for half of a round. */
static void a_round_is_one_though_half_of_it_was_not_heard(void **state)
{
	(void)state;
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 7), 0));
	pass(150, 150);
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 7 + 256), 5 * MINUTE));
}

/* What is kept over a restart is the content, not how far they went. */
static void a_copy_after_a_restart_is_a_copy(void **state)
{
	struct repeat kept = { 0 };

	(void)state;
	assert_false(hear(narrow(ALERTE_GESTURE_PRESS, 7), 0));
	for (int i = 0; i < REPEAT_RING; i++) {
		kept.last[i].content = heard.last[i].content;
		kept.last[i].heard_ms = heard.last[i].heard_ms;
	}
	heard = kept;
	assert_false(hear(narrow(ALERTE_GESTURE_DOUBLE, 8), 100));
	assert_true(hear(narrow(ALERTE_GESTURE_PRESS, 7), 200));
}

static void another_packet_id_is_another_press(void **state)
{
	(void)state;
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, 4), 0));
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, 5), 10));
}

static void another_gesture_is_another_event(void **state)
{
	(void)state;
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, -1), 0));
	assert_false(hear(frame(ALERTE_GESTURE_DOUBLE, -1), 10));
}

static void another_position_is_another_event(void **state)
{
	struct alerte_frame second = frame(ALERTE_GESTURE_PRESS, -1);

	(void)state;
	second.press[0].button = 2;
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, -1), 0));
	assert_false(hear(second, 10));
}

/* P1: the copies of two frames, interleaved, are two events. */
static void interleaved_copies_are_repeats_of_their_own_frame(void **state)
{
	(void)state;
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, 1), 0));
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, 2), 100));
	assert_true(hear(frame(ALERTE_GESTURE_PRESS, 1), 200));
	assert_true(hear(frame(ALERTE_GESTURE_PRESS, 2), 300));
}

static void a_battery_that_sinks_makes_no_new_press(void **state)
{
	struct alerte_frame lower = frame(ALERTE_GESTURE_PRESS, -1);

	(void)state;
	lower.battery_percent = 12;
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, -1), 0));
	assert_true(hear(lower, 10));
}

static void the_oldest_of_eight_makes_room(void **state)
{
	(void)state;
	for (int i = 0; i <= REPEAT_RING; i++)
		assert_false(hear(frame(ALERTE_GESTURE_PRESS, i), i));
	assert_true(hear(frame(ALERTE_GESTURE_PRESS, REPEAT_RING), 20));
	assert_false(hear(frame(ALERTE_GESTURE_PRESS, 0), 21));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		T(a_copy_within_ten_seconds_is_a_repeat),
		T(a_button_that_goes_on_sending_stays_one_event),
		T(a_packet_id_makes_it_fifteen_minutes),
		T(after_packet_255_comes_0),
		T(a_packet_id_that_went_round_is_another_press),
		T(a_late_copy_is_one_though_others_overtook_it),
		T(a_round_is_one_though_half_of_it_was_not_heard),
		T(a_copy_after_a_restart_is_a_copy),
		T(another_packet_id_is_another_press),
		T(another_gesture_is_another_event),
		T(another_position_is_another_event),
		T(interleaved_copies_are_repeats_of_their_own_frame),
		T(a_battery_that_sinks_makes_no_new_press),
		T(the_oldest_of_eight_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
