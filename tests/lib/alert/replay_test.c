/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/replay.h"

static struct replay lane;

static enum replay_verdict hear(uint32_t counter)
{
	enum replay_verdict verdict = replay_judge(&lane, counter);

	if (verdict == REPLAY_NEW || verdict == REPLAY_LOW)
		replay_take(&lane, counter);
	return verdict;
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
	assert_int_equal(replay_judge(&lane, 937), REPLAY_NEW);
	assert_int_equal(replay_judge(&lane, 936), REPLAY_LOW);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
