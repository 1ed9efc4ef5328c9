/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/battery.h"

#define DAY_MS (24 * 60 * 60 * INT64_C(1000))
#define TODAY 20000

static struct battery b;

static int fresh(void **state)
{
	(void)state;
	battery_start(&b);
	return 0;
}

static enum battery_news hear(int percent, int32_t day)
{
	return battery_heard(&b, percent, TODAY + day,
			     1000 + DAY_MS * day);
}

/* A day each, from 100 % down by so many thousandths of a point: when told. */
static int32_t told_on(int slope_milli, int32_t most)
{
	for (int32_t day = 0; day <= most; day++) {
		int percent = 100 - slope_milli * day / 1000;

		if (percent < 0)
			return -1;
		if (hear(percent, day) == BATTERY_TELL)
			return day;
	}
	return -1;
}

/* Of any battery that lasts between two months and three years. */
static void every_battery_is_told_a_month_ahead(void **state)
{
	for (int life = 60; life <= 3 * 365; life += 7) {
		int32_t day;

		fresh(state);
		day = told_on(95000 / life, life);
		assert_true(day >= 0);
		if (life - day < 30)
			fail_msg("%d days ahead of %d", life - day, life);
	}
}

static void twenty_percent_is_told_without_a_line(void **state)
{
	(void)state;
	assert_int_equal(hear(100, 0), BATTERY_MOVED);
	assert_int_equal(battery_heard(&b, 21, BATTERY_NO_DAY, 2000),
			 BATTERY_SAME);
	assert_false(b.low);
	assert_int_equal(battery_heard(&b, 20, BATTERY_NO_DAY, 3000),
			 BATTERY_TELL);
	assert_true(b.low);
}

static void it_is_told_once(void **state)
{
	(void)state;
	assert_int_equal(hear(20, 0), BATTERY_TELL);
	for (int day = 1; day < 60; day++)
		assert_int_not_equal(hear(20 - day / 4, day), BATTERY_TELL);
	/* a warm day is no new battery */
	assert_int_not_equal(hear(34, 60), BATTERY_TELL);
	assert_true(b.low);
	assert_int_not_equal(hear(10, 61), BATTERY_TELL);
}

static void a_new_battery_is_told_anew(void **state)
{
	(void)state;
	hear(18, 0);
	hear(98, 1);
	assert_false(b.low);
	assert_int_equal(b.n, 1);
	assert_int_equal(hear(18, 2), BATTERY_TELL);
}

static void frames_that_rise_and_fall_are_told_once_a_day(void **state)
{
	int told = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		told += battery_heard(&b, i % 2 ? 100 : 1, TODAY,
				      1000 + 60000 * i) == BATTERY_TELL;
	assert_int_equal(told, 1);
}

static void a_week_and_three_values_make_a_line(void **state)
{
	(void)state;
	hear(60, 0);
	hear(50, 4);
	assert_int_equal(battery_days(&b), -1);
	hear(45, 6);
	assert_int_equal(b.n, 2);
	assert_int_equal(battery_days(&b), -1);
	hear(40, 8);
	assert_true(battery_days(&b) > 10 && battery_days(&b) < 20);
}

static void a_few_points_are_no_fall(void **state)
{
	(void)state;
	hear(60, 0);
	hear(59, 4);
	hear(56, 8);
	assert_int_equal(battery_days(&b), -1);
	hear(55, 8);
	assert_true(battery_days(&b) > 0);
}

static void a_battery_that_rises_is_never_empty(void **state)
{
	(void)state;
	hear(70, 0);
	hear(50, 4);
	hear(60, 8);
	hear(66, 12);
	hear(65, 16);
	assert_int_equal(battery_days(&b), -1);
}

static void an_empty_battery_has_no_days_left(void **state)
{
	(void)state;
	hear(12, 0);
	hear(8, 4);
	hear(4, 8);
	assert_int_equal(battery_days(&b), 0);
}

/* The least of four days; a cold morning does not stay for ever. */
static void old_values_go(void **state)
{
	(void)state;
	for (int day = 0; day < 400; day++)
		hear(90 - day / 40, day);
	assert_int_equal(b.n, BATTERY_SAMPLES);
	assert_true(b.at[0].day >= TODAY + 400 - 4 * (BATTERY_SAMPLES + 1));
}

static void a_clock_that_goes_back_begins_the_line_anew(void **state)
{
	(void)state;
	hear(90, 100);
	hear(80, 104);
	hear(79, 3);
	assert_int_equal(b.n, 1);
	assert_int_equal(b.at[0].day, TODAY + 3);
}

static void what_is_no_percentage_changes_nothing(void **state)
{
	(void)state;
	assert_int_equal(hear(101, 0), BATTERY_SAME);
	assert_int_equal(hear(-1, 0), BATTERY_SAME);
	assert_int_equal(b.percent, -1);
	assert_int_equal(battery_heard(&b, 50, 70000, 1), BATTERY_MOVED);
	assert_int_equal(b.n, 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		T(every_battery_is_told_a_month_ahead),
		T(twenty_percent_is_told_without_a_line),
		T(it_is_told_once),
		T(a_new_battery_is_told_anew),
		T(frames_that_rise_and_fall_are_told_once_a_day),
		T(a_week_and_three_values_make_a_line),
		T(a_few_points_are_no_fall),
		T(a_battery_that_rises_is_never_empty),
		T(an_empty_battery_has_no_days_left),
		T(old_values_go),
		T(a_clock_that_goes_back_begins_the_line_anew),
		T(what_is_no_percentage_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
