/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/button.h"

static struct button_state button;

static enum button_verdict counted(uint32_t counter, int64_t at)
{
	struct alerte_frame f = { .size = sizeof(f), .has_counter = true,
				  .counter = counter };

	return button_judge(&button, &f, 0, at);
}

static int fresh(void **state)
{
	(void)state;
	button = (struct button_state){ .presses = 0 };
	return 0;
}

/* Two receivers deliver one burst in any order: no alarm about a replay. */
static void an_old_copy_right_after_a_frame_is_silent(void **state)
{
	(void)state;
	assert_int_equal(counted(5, 1000), BUTTON_TAKE);
	assert_int_equal(counted(6, 1100), BUTTON_TAKE);
	assert_int_equal(counted(5, 11100), BUTTON_REPEAT);
	assert_int_equal(counted(5, 11101), BUTTON_DROP);
}

static void a_counter_below_the_window_is_believed_less(void **state)
{
	(void)state;
	counted(5000, 1000);
	assert_int_equal(counted(0, 60000), BUTTON_TAKE_LOW);
}

static void the_third_press_in_ten_seconds_is_deliberate(void **state)
{
	(void)state;
	assert_false(button_pressed(&button, 1000));
	assert_false(button_pressed(&button, 6000));
	assert_true(button_pressed(&button, 11000));
	assert_false(button_pressed(&button, 17000));
}

/* Presses of another boot have no instant in this one. */
static void one_press_right_after_a_reboot_is_not_three(void **state)
{
	(void)state;
	button.presses = 2;
	assert_false(button_pressed(&button, 5000));
	assert_false(button_pressed(&button, 6000));
	assert_true(button_pressed(&button, 7000));
}

static void a_drop_is_told_once_an_hour(void **state)
{
	(void)state;
	assert_true(button_dropped(&button, 1000));
	assert_false(button_dropped(&button, 3600999));
	assert_true(button_dropped(&button, 3601000));
}

static bool echo(uint32_t packet, enum alerte_gesture gesture, int64_t at)
{
	struct alerte_frame f = { .size = sizeof(f), .has_packet_id = true,
				  .packet_id = packet, .npresses = 1,
				  .press = { { 1, gesture } } };

	return button_ghost(&button, &f, at);
}

/* R5 */
static void a_ghost_comes_25_seconds_to_6_hours_later(void **state)
{
	const int64_t hour = 3600000;

	(void)state;
	assert_false(echo(1, ALERTE_GESTURE_PRESS, 1000));
	assert_false(echo(2, ALERTE_GESTURE_PRESS, 25999));
	assert_true(echo(3, ALERTE_GESTURE_PRESS, 25999 + 25000));
	assert_false(echo(4, ALERTE_GESTURE_DOUBLE, 25999 + 50000));
	assert_true(echo(5, ALERTE_GESTURE_DOUBLE, 75999 + 6 * hour));
	assert_false(echo(6, ALERTE_GESTURE_DOUBLE, 76000 + 12 * hour));
}

/* R6 */
static void the_third_unverified_press_in_a_day_is_suspect(void **state)
{
	const int64_t hour = 3600000;

	(void)state;
	assert_false(button_unverified(&button, hour));
	assert_false(button_unverified(&button, 2 * hour));
	assert_true(button_unverified(&button, 25 * hour));
	assert_false(button_unverified(&button, 27 * hour));
}

static void a_forgery_is_told_once_a_day(void **state)
{
	const int64_t day = 86400000;

	(void)state;
	assert_true(button_tell_forgery(&button, 0));
	assert_false(button_tell_forgery(&button, day));
	assert_true(button_tell_forgery(&button, day + 1));
}

static bool lasts(uint32_t hold_ms, int64_t at)
{
	struct alerte_frame f = {
		.size = sizeof(f), .format = "ibeacon", .npresses = 1,
		.press = { { 1, ALERTE_GESTURE_PRESS } },
	};

	return button_judge(&button, &f, hold_ms, at) == BUTTON_REPEAT &&
	       button_lasts(&button, &f, hold_ms, at);
}

static void a_beacon_that_stays_is_told_after_ten_holds(void **state)
{
	const int64_t minute = 60000;
	const uint32_t hold = 5 * 60000;

	(void)state;
	for (int64_t at = minute; at <= 51 * minute; at += minute)
		assert_false(lasts(hold, at));
	assert_true(lasts(hold, 52 * minute));
	for (int64_t at = 53 * minute; at < 112 * minute; at += minute)
		assert_false(lasts(hold, at));
	assert_true(lasts(hold, 112 * minute));
	/* gone for its time: what is seen again is new */
	assert_false(lasts(hold, 200 * minute));
	assert_false(lasts(hold, 201 * minute));
}

static void a_beacon_of_a_short_hold_is_told_after_a_quarter_hour(void **state)
{
	int64_t at = 1000;

	(void)state;
	for (; at <= 901000; at += 5000)
		assert_false(lasts(10000, at));
	assert_true(lasts(10000, at));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		T(an_old_copy_right_after_a_frame_is_silent),
		T(a_counter_below_the_window_is_believed_less),
		T(the_third_press_in_ten_seconds_is_deliberate),
		T(one_press_right_after_a_reboot_is_not_three),
		T(a_drop_is_told_once_an_hour),
		T(a_ghost_comes_25_seconds_to_6_hours_later),
		T(the_third_unverified_press_in_a_day_is_suspect),
		T(a_forgery_is_told_once_a_day),
		T(a_beacon_that_stays_is_told_after_ten_holds),
		T(a_beacon_of_a_short_hold_is_told_after_a_quarter_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
