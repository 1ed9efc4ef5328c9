/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "alert/counted.h"

static struct counted button;

static int fresh(void **state)
{
	(void)state;
	memset(&button, 0, sizeof(button));
	return 0;
}

static enum counted_verdict heard(uint32_t count, bool down, int64_t at)
{
	struct alerte_frame f = {
		.size = sizeof(f), .counts = ALERTE_GESTURE_PRESS,
		.counter_bits = 15, .packet_id = count, .npresses = down,
	};

	return counted_judge(&button, &f, at);
}

static enum counted_verdict up(uint32_t count, int64_t at)
{
	return heard(count, false, at);
}

static enum counted_verdict down(uint32_t count, int64_t at)
{
	return heard(count, true, at);
}

static void the_first_frame_raises_nothing(void **state)
{
	fresh(state);
	assert_int_equal(up(78, 1000), COUNTED_MOVED);
	assert_int_equal(up(78, 2000), COUNTED_SAME);
	fresh(state);
	assert_int_equal(down(78, 1000), COUNTED_MOVED);
	assert_int_equal(down(78, 2000), COUNTED_SAME);
	assert_int_equal(up(78, 3000), COUNTED_MOVED);
}

static void a_press_that_counts_going_down_is_one(void **state)
{
	fresh(state);
	up(78, 1000);
	assert_int_equal(down(79, 2000), COUNTED_PRESS);
	assert_int_equal(down(79, 3000), COUNTED_SAME);
	assert_int_equal(up(79, 60000), COUNTED_MOVED);
	assert_int_equal(up(79, 61000), COUNTED_SAME);
	assert_int_equal(down(80, 62000), COUNTED_PRESS);
}

/* However long she holds it. */
static void a_press_that_counts_coming_up_is_one(void **state)
{
	fresh(state);
	up(78, 1000);
	assert_int_equal(down(78, 2000), COUNTED_PRESS);
	assert_int_equal(down(78, 11000), COUNTED_SAME);
	assert_int_equal(down(78, 20000), COUNTED_SAME);
	assert_int_equal(up(79, 21000), COUNTED_MOVED);
	assert_int_equal(down(79, 22000), COUNTED_PRESS);
	assert_int_equal(up(80, 23000), COUNTED_MOVED);
}

static void a_press_not_heard_is_seen_in_the_count(void **state)
{
	fresh(state);
	up(78, 1000);
	assert_int_equal(up(79, 2000), COUNTED_PRESS);
	assert_int_equal(up(79, 3000), COUNTED_SAME);
	assert_int_equal(up(82, 4000), COUNTED_PRESS);
	/* Held, and out of earshot for longer than a copy is late. */
	down(82, 100000);
	assert_int_equal(up(83, 110001), COUNTED_PRESS);
	/* Two while the first is being held. */
	down(83, 200000);
	assert_int_equal(up(85, 201000), COUNTED_PRESS);
	down(85, 300000);
	assert_int_equal(down(86, 301000), COUNTED_PRESS);
}

/* The press under way when it is first heard was told to nobody. */
static void letting_go_after_the_first_frame_is_a_step_like_any(void **state)
{
	fresh(state);
	down(78, 1000);
	assert_int_equal(up(79, 2000), COUNTED_PRESS);
}

static void the_count_wraps_at_its_width(void **state)
{
	fresh(state);
	up(32767, 1000);
	assert_int_equal(up(0, 60000), COUNTED_PRESS);
	assert_int_equal(up(1, 120000), COUNTED_PRESS);
}

/* Two receivers deliver in any order. */
static void an_old_copy_right_after_a_change_is_silent(void **state)
{
	fresh(state);
	up(78, 1000);
	down(79, 20000);
	assert_int_equal(up(78, 20100), COUNTED_SAME);
	assert_int_equal(down(79, 20200), COUNTED_SAME);
	up(79, 21000);
	assert_int_equal(down(79, 21100), COUNTED_SAME);
	assert_int_equal(up(79, 21200), COUNTED_SAME);
}

/* R6: anybody can send a count that is far ahead. */
static void a_press_below_a_forged_jump_is_a_press(void **state)
{
	fresh(state);
	up(7, 1000);
	assert_int_equal(up(1000, 60000), COUNTED_PRESS);
	/* what she does not press goes on being a copy */
	assert_int_equal(up(7, 60500), COUNTED_SAME);
	assert_int_equal(down(8, 61000), COUNTED_PRESS);
	assert_int_equal(down(8, 61500), COUNTED_SAME);
	assert_int_equal(up(8, 62000), COUNTED_MOVED);
	/* copies of a hand that presses fast are below by little */
	assert_int_equal(up(28, 120000), COUNTED_PRESS);
	assert_int_equal(down(9, 121000), COUNTED_SAME);
	assert_int_equal(down(8, 121000), COUNTED_SAME);
	assert_int_equal(down(7, 121000), COUNTED_PRESS);
}

static void a_count_that_does_not_move_still_tells_going_down(void **state)
{
	fresh(state);
	up(0, 1000);
	assert_int_equal(down(0, 20000), COUNTED_PRESS);
	assert_int_equal(up(0, 21000), COUNTED_MOVED);
	assert_int_equal(down(0, 40000), COUNTED_PRESS);
}

static void a_changed_battery_loses_no_press(void **state)
{
	fresh(state);
	up(500, 1000);
	assert_int_equal(up(0, 60000), COUNTED_MOVED);
	assert_int_equal(up(1, 70000), COUNTED_PRESS);
	fresh(state);
	up(500, 1000);
	assert_int_equal(up(1, 60000), COUNTED_PRESS);
	fresh(state);
	up(500, 1000);
	assert_int_equal(down(0, 60000), COUNTED_PRESS);
}

/* What stands in the store: no instant. */
static void after_a_restart_the_count_goes_on(void **state)
{
	(void)state;
	button = (struct counted){ .known = true, .count = 78 };
	assert_int_equal(up(78, 5), COUNTED_SAME);
	assert_int_equal(up(79, 6), COUNTED_PRESS);
	button = (struct counted){ .known = true, .down = true, .count = 78 };
	assert_int_equal(down(78, 5), COUNTED_SAME);
	assert_int_equal(up(79, 6), COUNTED_PRESS);
}

static void any_width_is_judged(void **state)
{
	struct alerte_frame f = { .size = sizeof(f),
				  .counts = ALERTE_GESTURE_PRESS };

	for (int bits = 0; bits < 256; bits++) {
		fresh(state);
		f.counter_bits = (uint8_t)bits;
		f.packet_id = UINT32_MAX;
		assert_int_equal(counted_judge(&button, &f, 1), COUNTED_MOVED);
		f.packet_id = 0;
		assert_int_equal(counted_judge(&button, &f, 90000),
				 COUNTED_PRESS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_frame_raises_nothing),
		cmocka_unit_test(a_press_that_counts_going_down_is_one),
		cmocka_unit_test(a_press_that_counts_coming_up_is_one),
		cmocka_unit_test(a_press_not_heard_is_seen_in_the_count),
		cmocka_unit_test(
			letting_go_after_the_first_frame_is_a_step_like_any),
		cmocka_unit_test(the_count_wraps_at_its_width),
		cmocka_unit_test(an_old_copy_right_after_a_change_is_silent),
		cmocka_unit_test(a_press_below_a_forged_jump_is_a_press),
		cmocka_unit_test(
			a_count_that_does_not_move_still_tells_going_down),
		cmocka_unit_test(a_changed_battery_loses_no_press),
		cmocka_unit_test(after_a_restart_the_count_goes_on),
		cmocka_unit_test(any_width_is_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
