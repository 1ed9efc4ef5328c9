/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/presence.h"

#define S INT64_C(1000)
#define MINUTE (60 * S)
#define HOUR (60 * MINUTE)

static struct presence p;

static int fresh(void **state)
{
	(void)state;
	p = (struct presence){ .heard_ms = 0 };
	presence_start(&p, 3600, 1000);
	return 0;
}

static bool hear_from(uint32_t source, int rssi, int64_t at)
{
	struct presence_sign s = { .heard_ms = at, .rssi_dbm = (int8_t)rssi,
				   .source = source };

	return presence_heard(&p, &s);
}

static bool hear(int rssi, int64_t at)
{
	return hear_from(1, rssi, at);
}

static void silence_counts_from_the_last_frame(void **state)
{
	(void)state;
	assert_int_equal(presence_due(&p, 0), 1000 + HOUR);
	hear(-60, 10 * MINUTE);
	assert_int_equal(p.state, ALERTE_PRESENCE_PRESENT);
	assert_int_equal(presence_due(&p, 0), 70 * MINUTE);
	assert_int_equal(presence_judge(&p, 0, 70 * MINUTE - 1), PRESENCE_SAME);
	assert_int_equal(presence_judge(&p, 0, 70 * MINUTE),
			 PRESENCE_FELL_SILENT);
	assert_int_equal(p.state, ALERTE_PRESENCE_SILENT);
	assert_int_equal(presence_due(&p, 0), ALERTE_NEVER);
	assert_int_equal(presence_judge(&p, 0, 99 * HOUR), PRESENCE_SAME);
}

static void silence_counts_from_when_it_could_be_heard(void **state)
{
	(void)state;
	hear(-60, 10 * MINUTE);
	assert_int_equal(presence_due(&p, 50 * MINUTE), 110 * MINUTE);
	assert_int_equal(presence_judge(&p, 50 * MINUTE, 80 * MINUTE),
			 PRESENCE_SAME);
	assert_int_equal(presence_last(&p, 50 * MINUTE), 50 * MINUTE);
}

static void a_button_that_was_never_heard_falls_silent(void **state)
{
	(void)state;
	assert_int_equal(presence_judge(&p, 0, 2 * HOUR), PRESENCE_FELL_SILENT);
	assert_int_equal(presence_rssi(&p), PRESENCE_NO_RSSI);
}

static void without_a_bound_nothing_is_judged(void **state)
{
	(void)state;
	presence_start(&p, 0, 1000);
	hear(-60, 2000);
	assert_int_equal(presence_due(&p, 0), ALERTE_NEVER);
	assert_int_equal(p.state, ALERTE_PRESENCE_UNKNOWN);
	assert_int_equal(p.heard_ms, 2000);
}

static enum presence_news lost_after(const int *rssi, size_t n)
{
	for (size_t i = 0; i < n; i++)
		hear(rssi[i], MINUTE * (int64_t)(i + 1));
	return presence_judge(&p, 0, 99 * HOUR);
}
#define LOST(...) \
	lost_after((const int[]){ __VA_ARGS__ }, \
		   sizeof((int[]){ __VA_ARGS__ }) / sizeof(int))

static void a_signal_at_the_edge_is_away(void **state)
{
	(void)state;
	assert_int_equal(LOST(-80, -86, -90), PRESENCE_LEFT);
}

static void a_signal_just_above_the_edge_is_a_fault(void **state)
{
	(void)state;
	assert_int_equal(LOST(-84, -84, -84), PRESENCE_FELL_SILENT);
}

static void a_signal_that_fell_is_away(void **state)
{
	(void)state;
	assert_int_equal(LOST(-60, -61, -75, -76, -77), PRESENCE_LEFT);
}

static void a_signal_that_fell_a_little_is_a_fault(void **state)
{
	(void)state;
	assert_int_equal(LOST(-62, -62, -76, -76, -76), PRESENCE_FELL_SILENT);
}

static void a_signal_that_fell_and_is_strong_is_a_fault(void **state)
{
	(void)state;
	assert_int_equal(LOST(-40, -40, -70, -70, -70), PRESENCE_FELL_SILENT);
}

/* A body in the way of one frame. */
static void one_weak_frame_is_no_departure(void **state)
{
	(void)state;
	assert_int_equal(LOST(-60, -60, -60, -60, -90), PRESENCE_FELL_SILENT);
}

/* The other receiver hears the same burst through a wall. */
static void of_two_receivers_the_stronger_counts(void **state)
{
	(void)state;
	for (int i = 1; i < 6; i++) {
		hear_from(1, -92, i * MINUTE);
		hear_from(2, -55, i * MINUTE + 30);
		hear_from(1, -93, i * MINUTE + 60);
	}
	assert_int_equal(presence_rssi(&p), -55);
	assert_int_equal(p.source, 2);
	assert_int_equal(presence_judge(&p, 0, 99 * HOUR),
			 PRESENCE_FELL_SILENT);
}

static void a_strength_that_is_not_known_says_nothing(void **state)
{
	(void)state;
	hear(-60, MINUTE);
	hear(PRESENCE_NO_RSSI, 2 * MINUTE);
	assert_int_equal(p.heard_ms, 2 * MINUTE);
	assert_int_equal(presence_rssi(&p), -60);
}

static void away_is_overdue_after_a_day(void **state)
{
	(void)state;
	LOST(-90);
	assert_int_equal(presence_due(&p, 0), MINUTE + 24 * HOUR);
	assert_int_equal(presence_judge(&p, 0, 24 * HOUR), PRESENCE_SAME);
	assert_int_equal(presence_judge(&p, 0, MINUTE + 24 * HOUR),
			 PRESENCE_OVERDUE);
	assert_int_equal(presence_due(&p, 0), ALERTE_NEVER);
	assert_int_equal(p.state, ALERTE_PRESENCE_AWAY);
}

static void a_long_bound_is_overdue_after_twice_that(void **state)
{
	(void)state;
	presence_start(&p, ALERTE_SILENCE_MAX_S, 1000);
	hear(-90, MINUTE);
	presence_judge(&p, 0, 8 * 24 * HOUR);
	assert_int_equal(presence_due(&p, 0), MINUTE + 14 * 24 * HOUR);
}

static void a_frame_ends_it_and_says_so_once(void **state)
{
	(void)state;
	assert_false(hear(-60, MINUTE));
	presence_judge(&p, 0, 2 * HOUR);
	assert_true(hear(-60, 3 * HOUR));
	assert_int_equal(p.state, ALERTE_PRESENCE_PRESENT);
	assert_false(hear(-60, 4 * HOUR));
}

static void a_frame_that_was_heard_before_the_last_one_changes_nothing(
	void **state)
{
	(void)state;
	hear(-60, 10 * MINUTE);
	hear(-90, 5 * MINUTE);
	assert_int_equal(p.heard_ms, 10 * MINUTE);
	assert_int_equal(presence_rssi(&p), -60);
}

static void a_link_is_a_presence_without_frames(void **state)
{
	(void)state;
	presence_link(&p, true, MINUTE);
	assert_int_equal(presence_due(&p, 0), ALERTE_NEVER);
	presence_link(&p, false, 9 * HOUR);
	assert_int_equal(presence_due(&p, 0), 10 * HOUR);
	/* told again that there is none: no sign of life */
	presence_link(&p, false, 10 * HOUR);
	assert_int_equal(presence_due(&p, 0), 10 * HOUR);
}

static void the_same_bound_set_again_changes_nothing(void **state)
{
	(void)state;
	hear(-60, MINUTE);
	presence_judge(&p, 0, 2 * HOUR);
	presence_start(&p, 3600, 3 * HOUR);
	assert_int_equal(p.state, ALERTE_PRESENCE_SILENT);
	presence_start(&p, 7200, 3 * HOUR);
	assert_int_equal(p.state, ALERTE_PRESENCE_UNKNOWN);
	assert_int_equal(presence_due(&p, 0), 5 * HOUR);
}

static void what_was_told_before_a_restart_is_known_after_it(void **state)
{
	struct presence row;

	(void)state;
	hear(-60, MINUTE);
	presence_judge(&p, 0, 2 * HOUR);
	p.told = true;
	row = p;
	fresh(state);
	presence_merge(&p, &row);
	assert_int_equal(p.state, ALERTE_PRESENCE_SILENT);
	assert_true(p.told);
	assert_int_equal(presence_due(&p, 0), ALERTE_NEVER);
	/* of a button whose silence is no longer noticed: nothing */
	fresh(state);
	presence_start(&p, 0, 1000);
	presence_merge(&p, &row);
	assert_int_equal(p.state, ALERTE_PRESENCE_UNKNOWN);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		T(silence_counts_from_the_last_frame),
		T(silence_counts_from_when_it_could_be_heard),
		T(a_button_that_was_never_heard_falls_silent),
		T(without_a_bound_nothing_is_judged),
		T(a_signal_at_the_edge_is_away),
		T(a_signal_just_above_the_edge_is_a_fault),
		T(a_signal_that_fell_is_away),
		T(a_signal_that_fell_a_little_is_a_fault),
		T(a_signal_that_fell_and_is_strong_is_a_fault),
		T(one_weak_frame_is_no_departure),
		T(of_two_receivers_the_stronger_counts),
		T(a_strength_that_is_not_known_says_nothing),
		T(away_is_overdue_after_a_day),
		T(a_long_bound_is_overdue_after_twice_that),
		T(a_frame_ends_it_and_says_so_once),
		T(a_frame_that_was_heard_before_the_last_one_changes_nothing),
		T(a_link_is_a_presence_without_frames),
		T(the_same_bound_set_again_changes_nothing),
		T(what_was_told_before_a_restart_is_known_after_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
