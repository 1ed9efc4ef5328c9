/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/replay.h"

static struct replay lane;

static enum replay_verdict hear_wide(uint32_t counter, uint8_t bits)
{
	enum replay_verdict verdict = replay_judge(&lane, counter, bits);

	if (verdict == REPLAY_NEW || verdict == REPLAY_LOW)
		replay_take(&lane, counter, bits);
	return verdict;
}

static enum replay_verdict hear(uint32_t counter)
{
	return hear_wide(counter, 32);
}

static int fresh(void **state)
{
	(void)state;
	lane = (struct replay){ 0 };
	return 0;
}

static void the_first_counter_is_taken_whatever_it_is(void **state)
{
	(void)state;
	assert_int_equal(hear(4000000000), REPLAY_NEW);
}

static void the_last_counter_again_is_a_silent_repeat(void **state)
{
	(void)state;
	hear(7);
	assert_int_equal(hear(7), REPLAY_REPEAT);
}

static void a_counter_above_is_always_new(void **state)
{
	(void)state;
	hear(7);
	assert_int_equal(hear(8), REPLAY_NEW);
	assert_int_equal(hear(UINT32_MAX), REPLAY_NEW);
}

/* Two receivers hear two bursts and deliver them in the other order. */
static void a_late_counter_inside_the_window_is_new_once(void **state)
{
	(void)state;
	hear(100);
	hear(102);
	assert_int_equal(hear(101), REPLAY_NEW);
	assert_int_equal(hear(101), REPLAY_SEEN);
	assert_int_equal(hear(100), REPLAY_SEEN);
}

static void the_window_holds_64_counters(void **state)
{
	(void)state;
	hear(1000);
	assert_int_equal(replay_judge(&lane, 937, 32), REPLAY_NEW);
	assert_int_equal(replay_judge(&lane, 936, 32), REPLAY_LOW);
}

static void a_wide_jump_forgets_the_window_not_the_counter(void **state)
{
	(void)state;
	hear(10);
	hear(1000);
	assert_int_equal(hear(10), REPLAY_LOW);
	assert_int_equal(hear(1000), REPLAY_REPEAT);
}

/* R4: after a change of battery the counter starts again at nothing. */
static void below_the_window_each_value_is_a_press_once(void **state)
{
	(void)state;
	hear(5000);
	assert_int_equal(hear(0), REPLAY_LOW);
	assert_int_equal(hear(1), REPLAY_LOW);
	assert_int_equal(hear(1), REPLAY_LOW_SEEN);
	assert_int_equal(hear(0), REPLAY_LOW_SEEN);
}

static void the_second_lane_never_lowers_the_first(void **state)
{
	(void)state;
	hear(5000);
	hear(0);
	assert_int_equal(lane.high, 5000);
	assert_int_equal(hear(5000), REPLAY_REPEAT);
}

static void the_second_lane_remembers_its_last_128_values(void **state)
{
	(void)state;
	hear(5000);
	for (uint32_t i = 0; i < REPLAY_LOW_MAX; i++)
		assert_int_equal(hear(i), REPLAY_LOW);
	assert_int_equal(hear(0), REPLAY_LOW_SEEN);
	assert_int_equal(hear(REPLAY_LOW_MAX), REPLAY_LOW);
	assert_int_equal(hear(1), REPLAY_LOW_SEEN);
	assert_int_equal(hear(0), REPLAY_LOW);
}

static const uint8_t widths[] = { 8, 16, 32 };

/* The test for each width, with the largest counter of it. */
static void each_width(void (*test)(uint8_t bits, uint32_t largest))
{
	for (size_t i = 0; i < sizeof(widths); i++) {
		lane = (struct replay){ 0 };
		test(widths[i], UINT32_MAX >> (32 - widths[i]));
	}
}

static void come_round(uint8_t bits, uint32_t largest)
{
	assert_int_equal(hear_wide(largest - 1, bits), REPLAY_NEW);
	assert_int_equal(hear_wide(largest, bits), REPLAY_NEW);
	assert_int_equal(hear_wide(0, bits), REPLAY_NEW);
	assert_int_equal(hear_wide(0, bits), REPLAY_REPEAT);
	assert_int_equal(hear_wide(largest, bits), REPLAY_SEEN);
	assert_int_equal(hear_wide(1, bits), REPLAY_NEW);
	assert_int_equal(hear_wide(0, bits), REPLAY_SEEN);
}

static void after_the_largest_counter_comes_nought(void **state)
{
	(void)state;
	each_width(come_round);
}

static void come_round_unordered(uint8_t bits, uint32_t largest)
{
	hear_wide(largest - 1, bits);
	assert_int_equal(hear_wide(1, bits), REPLAY_NEW);
	assert_int_equal(hear_wide(largest, bits), REPLAY_NEW);
	assert_int_equal(hear_wide(0, bits), REPLAY_NEW);
	assert_int_equal(hear_wide(largest, bits), REPLAY_SEEN);
	assert_int_equal(hear_wide(1, bits), REPLAY_REPEAT);
}

static void the_window_reaches_across_the_largest(void **state)
{
	(void)state;
	each_width(come_round_unordered);
}

static void skip_to_nought(uint8_t bits, uint32_t largest)
{
	hear_wide(largest - 63, bits);
	assert_int_equal(replay_judge(&lane, 0, bits), REPLAY_LOW);
	hear_wide(largest - 62, bits);
	assert_int_equal(replay_judge(&lane, 0, bits), REPLAY_NEW);
	assert_int_equal(replay_judge(&lane, 1, bits), REPLAY_LOW);
}

/* "Small, so it came round" would believe the oldest captures. */
static void a_small_counter_far_from_the_largest_is_no_next_one(void **state)
{
	(void)state;
	each_width(skip_to_nought);
}

static void a_counter_that_came_round_was_sent_before(void **state)
{
	(void)state;
	assert_int_equal(hear_wide(65000, 16), REPLAY_NEW);
	assert_int_equal(hear_wide(65535, 16), REPLAY_NEW);
	assert_int_equal(hear_wide(0, 16), REPLAY_NEW);
	assert_int_equal(hear_wide(64, 16), REPLAY_LOW);
	assert_int_equal(hear_wide(30000, 16), REPLAY_LOW);
	assert_int_equal(hear_wide(30000, 16), REPLAY_LOW_SEEN);
	assert_int_equal(hear_wide(63, 16), REPLAY_NEW);
	assert_int_equal(hear_wide(64, 16), REPLAY_NEW);
}

static void what_somebody_else_saw_is_seen_here(void **state)
{
	struct replay other;

	(void)state;
	hear(500);
	hear(3);
	other = lane;
	fresh(NULL);
	hear(450);
	hear(4);
	replay_merge(&lane, &other);
	assert_int_equal(hear(500), REPLAY_REPEAT);
	assert_int_equal(hear(450), REPLAY_SEEN);
	assert_int_equal(hear(451), REPLAY_NEW);
	assert_int_equal(hear(3), REPLAY_LOW_SEEN);
	assert_int_equal(hear(4), REPLAY_LOW_SEEN);
	assert_int_equal(hear(501), REPLAY_NEW);
}

static void what_somebody_else_did_not_see_stays_seen(void **state)
{
	struct replay other = { 0 };

	(void)state;
	hear(500);
	replay_merge(&lane, &other);
	assert_int_equal(hear(500), REPLAY_REPEAT);
	replay_take(&other, 499, 32);
	replay_merge(&lane, &other);
	assert_int_equal(hear(500), REPLAY_REPEAT);
	assert_int_equal(hear(499), REPLAY_SEEN);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		T(the_first_counter_is_taken_whatever_it_is),
		T(the_last_counter_again_is_a_silent_repeat),
		T(a_counter_above_is_always_new),
		T(a_late_counter_inside_the_window_is_new_once),
		T(the_window_holds_64_counters),
		T(a_wide_jump_forgets_the_window_not_the_counter),
		T(below_the_window_each_value_is_a_press_once),
		T(the_second_lane_never_lowers_the_first),
		T(the_second_lane_remembers_its_last_128_values),
		T(after_the_largest_counter_comes_nought),
		T(the_window_reaches_across_the_largest),
		T(a_small_counter_far_from_the_largest_is_no_next_one),
		T(a_counter_that_came_round_was_sent_before),
		T(what_somebody_else_saw_is_seen_here),
		T(what_somebody_else_did_not_see_stays_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
