/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers in virtual time: when one is deaf, and what is done about it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "radio/watch.h"

#define S INT64_C(1000)
#define MIN (60 * S)

static const struct radio_adapter well = {
	.source = 0, .name = "hci0", .powered = true, .scanning = true
};
static const struct radio_adapter second = {
	.source = 1, .name = "hci1", .powered = true, .scanning = true
};

static struct watch w;
static struct radio_adapter list[2];
static int n;
static int64_t now, last[4];		/* of each stage */
static unsigned int begun[4];
static int answer[4];			/* of recover() */

static void tell(void)
{
	watch_adapters(&w, list, n, now);
}

static int setup(void **state)
{
	(void)state;
	now = 1000 * S;
	memset(begun, 0, sizeof(begun));
	memset(answer, 0, sizeof(answer));
	memset(last, 0, sizeof(last));
	list[0] = well;
	list[1] = second;
	n = 1;
	watch_begin(&w, now);
	tell();
	return 0;
}

static void stages_take(void)
{
	struct watch_order order;
	int most = 8;

	while (watch_next(&w, now, &order)) {
		assert_true(most-- > 0);
		begun[order.stage]++;
		last[order.stage] = now;
		watch_begun(&w, &order, answer[order.stage], now);
	}
}

/* For so long, second by second; a frame in each unless of is 0. */
static void pass(int64_t ms, unsigned int of, bool frames)
{
	int64_t until = now + ms;

	while (now < until) {
		now += S;
		if (frames)
			watch_heard(&w, 0, of, now);
		stages_take();
		watch_deaf(&w, now);
	}
}

static void quiet(int64_t ms)
{
	pass(ms, 0, false);
}

static void strangers(int64_t ms)
{
	pass(ms, 0, true);
}

static unsigned int stages(void)
{
	return begun[1] + begun[2] + begun[3];
}

/* -------------------------------------------------------------- silence */

static void a_radio_that_hears_strangers_is_left_alone(void **state)
{
	(void)state;
	strangers(60 * MIN);
	assert_int_equal(stages(), 0);
	assert_int_equal(w.adapter[0].trouble, WATCH_WELL);
	assert_int_equal(w.deaf, WATCH_WELL);
}

static void a_silence_is_not_deafness(void **state)
{
	(void)state;
	quiet(12 * 60 * MIN);
	assert_int_equal(w.deaf, WATCH_WELL);
	assert_int_equal(w.adapter[0].trouble, WATCH_SILENT);
	assert_int_equal(begun[RADIO_STAGE_POWER], 0);
	assert_int_equal(begun[RADIO_STAGE_BLUEZ], 0);
}

static void a_silence_begins_one_scan_anew_in_a_quarter_of_an_hour(void **state)
{
	int64_t first;

	(void)state;
	quiet(WATCH_SILENT_MS - S);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 0);
	quiet(2 * S);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 1);
	first = last[RADIO_STAGE_SCAN];
	quiet(WATCH_AGAIN_MS - 5 * S);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 1);
	quiet(10 * S);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 2);
	assert_true(last[RADIO_STAGE_SCAN] - first >= 15 * MIN);
	quiet(4 * 60 * MIN);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 18);
}

static void a_frame_ends_a_silence(void **state)
{
	(void)state;
	quiet(6 * MIN);
	assert_int_equal(w.adapter[0].trouble, WATCH_SILENT);
	strangers(S);
	assert_int_equal(w.adapter[0].trouble, WATCH_WELL);
}

/* --------------------------------------------- what an adapter reports */

static void a_scan_that_ended_is_begun_again_then_the_stages_follow(void **state)
{
	int64_t from;

	(void)state;
	strangers(MIN);
	list[0].scanning = false;
	tell();
	from = now;
	quiet(90 * S);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 1);
	assert_int_equal(begun[RADIO_STAGE_POWER], 1);
	assert_int_equal(begun[RADIO_STAGE_BLUEZ], 1);
	assert_true(last[RADIO_STAGE_POWER] < last[RADIO_STAGE_BLUEZ]);
	assert_true(last[RADIO_STAGE_BLUEZ] < from + WATCH_LIMIT_MS);
	assert_int_equal(w.deaf, WATCH_IDLE);
}

/* Every ten seconds the kernel ends a discovery, which is begun again. */
static void the_pause_between_two_discoveries_is_no_trouble(void **state)
{
	int i;

	(void)state;

	for (i = 0; i < 31; i++) {
		list[0].scanning = false;
		tell();
		assert_true(w.adapter[0].trouble <= WATCH_SILENT);
		now += 50;
		list[0].scanning = true;
		tell();
		quiet(10 * S);
	}

	/* And does not hide that nothing is heard. */
	assert_int_equal(w.adapter[0].trouble, WATCH_SILENT);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 1);
}

static void a_scan_back_within_the_limit_wakes_nobody(void **state)
{
	(void)state;
	list[0].scanning = false;
	tell();
	quiet(30 * S);
	assert_true(stages() > 0);
	assert_int_equal(w.deaf, WATCH_WELL);
	list[0].scanning = true;
	tell();
	quiet(2 * MIN);
	assert_int_equal(w.deaf, WATCH_WELL);
}

static void a_failure_of_something_else_than_hearing_is_no_trouble(void **state)
{
	(void)state;
	list[0].failing = true;
	tell();
	strangers(10 * MIN);
	assert_int_equal(stages(), 0);
	quiet(2 * MIN);
	assert_int_equal(w.deaf, WATCH_FAILING);
	assert_true(begun[RADIO_STAGE_POWER] > 0);
}

static void a_stage_the_driver_has_not_is_passed_over_at_once(void **state)
{
	(void)state;
	answer[RADIO_STAGE_SCAN] = answer[RADIO_STAGE_POWER] = -EOPNOTSUPP;
	list[0].scanning = false;
	tell();
	quiet(WATCH_SOON_MS + 2 * S);
	assert_int_equal(begun[RADIO_STAGE_BLUEZ], 1);
	assert_int_equal(w.adapter[0].restarts, 0);
	assert_int_equal(w.adapter[0].bluez, 1);
	assert_int_equal(w.adapter[0].stage, RADIO_STAGE_BLUEZ);
}

static void rounds_of_stages_come_ever_later(void **state)
{
	unsigned int hour;

	(void)state;
	list[0].scanning = false;
	tell();
	quiet(60 * MIN);
	hour = begun[RADIO_STAGE_POWER];
	assert_true(hour >= 3 && hour <= 8);
	quiet(5 * 60 * MIN);
	assert_true(begun[RADIO_STAGE_POWER] - hour <= 25);
	assert_true(begun[RADIO_STAGE_POWER] - hour >= 10);
}

static void an_adapter_switched_off_is_switched_on_and_told_at_once(void **state)
{
	(void)state;
	list[0].powered = false;
	tell();
	quiet(WATCH_SOON_MS - S);
	assert_int_equal(w.deaf, WATCH_WELL);
	assert_int_equal(stages(), 0);
	quiet(2 * S);
	assert_int_equal(w.deaf, WATCH_OFF);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 0);
	assert_int_equal(begun[RADIO_STAGE_POWER], 1);
}

static void a_blocked_adapter_is_told_and_left_to_people(void **state)
{
	(void)state;
	list[0].powered = false;
	list[0].blocked = true;
	tell();
	quiet(60 * MIN);
	assert_int_equal(w.deaf, WATCH_BLOCKED);
	assert_int_equal(stages(), 0);
	list[0] = well;
	tell();
	quiet(2 * S);
	assert_int_equal(w.deaf, WATCH_BLOCKED);
	quiet(2 * S);
	assert_int_equal(w.deaf, WATCH_WELL);
}

/* ----------------------------------------------------------- unplugging */

static void an_adapter_plugged_in_again_soon_wakes_nobody(void **state)
{
	(void)state;
	n = 0;
	tell();
	quiet(WATCH_SOON_MS - S);
	assert_int_equal(w.deaf, WATCH_WELL);
	n = 1;
	tell();
	quiet(MIN);
	assert_int_equal(w.deaf, WATCH_WELL);
}

static void a_gateway_without_adapter_is_deaf_until_one_comes(void **state)
{
	(void)state;
	strangers(MIN);
	n = 0;
	tell();
	quiet(WATCH_SOON_MS + S);
	assert_int_equal(w.deaf, WATCH_NONE);
	n = 1;
	tell();
	quiet(WATCH_WELL_MS + S);
	assert_int_equal(w.deaf, WATCH_WELL);
	assert_int_equal(w.adapter[0].heard, 60);
}

static void one_that_hears_is_enough(void **state)
{
	(void)state;
	n = 2;
	list[1].powered = false;
	tell();
	strangers(10 * MIN);
	assert_int_equal(w.deaf, WATCH_WELL);
	assert_int_equal(w.adapter[1].trouble, WATCH_OFF);
	assert_true(w.adapter[1].cycles > 0);
	assert_int_equal(w.adapter[0].cycles, 0);
	n = 1;
	list[0] = list[1];
	tell();
	quiet(S);
	assert_int_equal(w.deaf, WATCH_OFF);
}

/* --------------------------------------------------------- buttons (V3) */

static void no_stage_follows_a_buttons_frame_within_half_a_minute(void **state)
{
	int64_t heard;

	(void)state;
	pass(S, WATCH_OF_BUTTON, true);
	heard = now;
	list[0].scanning = false;
	tell();
	quiet(WATCH_BUTTON_MS - S);
	assert_int_equal(stages(), 0);
	quiet(3 * S);
	assert_true(stages() > 0);
	assert_true(last[RADIO_STAGE_SCAN] - heard >= WATCH_BUTTON_MS);
}

static void a_notification_holds_the_stages_back_and_proves_no_scan(void **state)
{
	int i;

	(void)state;
	list[0].scanning = false;
	tell();

	for (i = 0; i < 120; i++) {
		watch_notified(&w, 0, now);
		quiet(S);
	}

	assert_int_equal(stages(), 0);
	assert_int_equal(w.deaf, WATCH_IDLE);
}

/* A button on one adapter: the other may be cycled, but not BlueZ. */
static void the_last_stage_spares_an_adapter_that_hears_a_button(void **state)
{
	(void)state;
	n = 2;
	list[1].scanning = false;
	tell();
	pass(60 * MIN, WATCH_OF_BUTTON, true);
	assert_true(w.adapter[1].restarts > 1);
	assert_true(w.adapter[1].cycles > 1);
	assert_int_equal(w.adapter[1].bluez, 0);
	assert_int_equal(w.adapter[0].restarts, 0);
}

/* --------------------------------------------------------------- canary */

static void a_canary_heard_in_time_needs_no_stage(void **state)
{
	int i;

	(void)state;
	watch_canary(&w, 5 * MIN, now);

	for (i = 0; i < 20; i++) {
		quiet(4 * MIN);
		pass(S, WATCH_OF_CANARY, true);
	}

	assert_int_equal(stages(), 0);
	assert_int_equal(w.deaf, WATCH_WELL);
	assert_int_equal(w.canary_ms, now);
}

static void a_missed_canary_climbs_the_stages_and_is_told(void **state)
{
	int64_t from = now;

	(void)state;
	watch_canary(&w, 5 * MIN, now);
	quiet(5 * MIN);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 1);
	assert_int_equal(begun[RADIO_STAGE_POWER], 0);
	quiet(4 * MIN);
	assert_int_equal(begun[RADIO_STAGE_POWER], 1);
	assert_int_equal(begun[RADIO_STAGE_BLUEZ], 1);
	assert_int_equal(w.deaf, WATCH_WELL);
	quiet(from + 10 * MIN - now);
	assert_int_equal(w.deaf, WATCH_CANARY);
	pass(S, WATCH_OF_CANARY, true);
	quiet(WATCH_WELL_MS);
	assert_int_equal(w.deaf, WATCH_WELL);
}

static void a_radio_that_hears_others_is_not_cycled_for_a_canary(void **state)
{
	(void)state;
	watch_canary(&w, 5 * MIN, now);
	strangers(60 * MIN);
	assert_int_equal(begun[RADIO_STAGE_POWER], 0);
	assert_int_equal(begun[RADIO_STAGE_BLUEZ], 0);
	assert_true(begun[RADIO_STAGE_SCAN] >= 3);
	assert_true(begun[RADIO_STAGE_SCAN] <= 4);
	assert_int_equal(w.deaf, WATCH_CANARY);
}

static void a_buttons_frame_is_as_good_as_a_canary(void **state)
{
	int i;

	(void)state;
	watch_canary(&w, 5 * MIN, now);

	for (i = 0; i < 10; i++) {
		quiet(4 * MIN);
		pass(S, WATCH_OF_BUTTON, true);
	}

	assert_int_equal(stages(), 0);
}

static void a_canary_is_not_missed_while_nothing_could_be_heard(void **state)
{
	(void)state;
	watch_canary(&w, 5 * MIN, now);
	n = 0;
	tell();
	quiet(20 * MIN);
	n = 1;
	tell();
	quiet(4 * MIN);
	assert_int_equal(stages(), 0);
	assert_int_equal(w.deaf, WATCH_WELL);
}

/* ---------------------------------------------------------------- sleep */

static void a_machine_that_slept_missed_nothing(void **state)
{
	(void)state;
	watch_canary(&w, 5 * MIN, now);
	strangers(MIN);
	now += 8 * 60 * MIN;
	watch_resumed(&w, now);
	strangers(4 * MIN);
	assert_int_equal(stages(), 0);
	assert_int_equal(w.deaf, WATCH_WELL);
}

static void a_scan_that_did_not_outlive_a_sleep_is_begun_anew(void **state)
{
	(void)state;
	strangers(MIN);
	now += 60 * MIN;
	watch_resumed(&w, now);
	quiet(9 * S);
	assert_int_equal(stages(), 0);
	quiet(2 * S);
	assert_int_equal(begun[RADIO_STAGE_SCAN], 1);
	quiet(4 * MIN);
	assert_int_equal(stages(), 1);
}

/* ----------------------------------------------------------------- rate */

static void the_rate_is_of_the_last_ten_seconds(void **state)
{
	int i;

	(void)state;
	now = 2000 * S;

	for (i = 0; i < 430; i++)
		watch_heard(&w, 0, 0, now + i * 100);

	now += 430 * 100;
	assert_in_range(watch_rate(&w.adapter[0], now), 90, 100);
	assert_in_range(watch_rate(&w.adapter[0], now + 5 * S), 40, 50);
	assert_int_equal(watch_rate(&w.adapter[0], now + 11 * S), 0);
	assert_int_equal(w.adapter[0].heard, 430);
	watch_heard(&w, 0, 0, now + 60 * MIN);
	assert_int_equal(watch_rate(&w.adapter[0], now + 60 * MIN), 1);
	watch_heard(&w, 7, 0, now);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(a_radio_that_hears_strangers_is_left_alone),
		T(a_silence_is_not_deafness),
		T(a_silence_begins_one_scan_anew_in_a_quarter_of_an_hour),
		T(a_frame_ends_a_silence),
		T(a_scan_that_ended_is_begun_again_then_the_stages_follow),
		T(the_pause_between_two_discoveries_is_no_trouble),
		T(a_scan_back_within_the_limit_wakes_nobody),
		T(a_failure_of_something_else_than_hearing_is_no_trouble),
		T(a_stage_the_driver_has_not_is_passed_over_at_once),
		T(rounds_of_stages_come_ever_later),
		T(an_adapter_switched_off_is_switched_on_and_told_at_once),
		T(a_blocked_adapter_is_told_and_left_to_people),
		T(an_adapter_plugged_in_again_soon_wakes_nobody),
		T(a_gateway_without_adapter_is_deaf_until_one_comes),
		T(one_that_hears_is_enough),
		T(no_stage_follows_a_buttons_frame_within_half_a_minute),
		T(a_notification_holds_the_stages_back_and_proves_no_scan),
		T(the_last_stage_spares_an_adapter_that_hears_a_button),
		T(a_canary_heard_in_time_needs_no_stage),
		T(a_missed_canary_climbs_the_stages_and_is_told),
		T(a_radio_that_hears_others_is_not_cycled_for_a_canary),
		T(a_buttons_frame_is_as_good_as_a_canary),
		T(a_canary_is_not_missed_while_nothing_could_be_heard),
		T(a_machine_that_slept_missed_nothing),
		T(a_scan_that_did_not_outlive_a_sleep_is_begun_anew),
		T(the_rate_is_of_the_last_ten_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
