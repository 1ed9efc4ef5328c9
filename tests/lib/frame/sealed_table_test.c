/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame/sealed_inside.h"
#include "lib/frame/sealed_world.h"

#define DAY INT64_C(86400000)
#define EPOCH SEALED_EPOCH_MS
#define BUTTONS 300

static struct sealed_world w;
static struct sealed_frame f;

static int open_world(void **state)
{
	(void)state;
	world_open(&w, BUTTONS);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&w);
	return 0;
}

static struct sealed_sender sender(uint32_t n)
{
	return (struct sealed_sender){ .n = n, .frame = {
		.event = ALERTE_SEALED_PRESS } };
}

static uint32_t slots_used(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i <= w.t->mask; i++)
		n += w.t->slots[i].word != 0;
	return n;
}

static void a_table_holds_one_to_a_hundred_thousand_buttons(void **state)
{
	(void)state;
	assert_int_equal(sealed_table_bytes(0), 0);
	assert_int_equal(sealed_table_bytes(100001), 0);
	assert_in_range(sealed_table_bytes(1), 1, 8192);
	assert_in_range(sealed_table_bytes(100000), 1, 64 << 20);
}

static void every_button_is_found_through_every_epoch(void **state)
{
	struct sealed_sender s[BUTTONS];

	(void)state;
	for (uint32_t n = 0; n < BUTTONS; n++) {
		assert_int_equal(world_enrol(&w, n), n);
		s[n] = sender(n);
	}
	assert_int_equal(world_enrol(&w, BUTTONS), ALERTE_ELIMIT);
	for (int epoch = 0; epoch < 20; epoch++) {
		for (uint32_t n = 0; n < BUTTONS; n++) {
			assert_int_equal(world_send(&w, &s[n], &f), 1);
			assert_int_equal(f.button, n);
			assert_false(f.late);
		}
		world_pass(&w, EPOCH);
		/* Three epochs, four boots: none is left behind. */
		assert_int_equal(slots_used(), 7 * BUTTONS);
	}
}

static void a_removed_button_is_unknown_and_leaves_the_others(void **state)
{
	struct sealed_sender s;

	(void)state;
	for (uint32_t n = 0; n < BUTTONS; n++)
		world_enrol(&w, n);
	for (uint32_t n = 0; n < BUTTONS; n += 2)
		sealed_table_remove(w.t, n);
	assert_int_equal(slots_used(), 7 * BUTTONS / 2);
	for (uint32_t n = 0; n < BUTTONS; n++) {
		s = sender(n);
		assert_int_equal(world_send(&w, &s, &f),
				 n % 2 ? 1 : ALERTE_ENOTFOUND);
	}
	assert_null(sealed_table_state(w.t, 0));
	assert_non_null(sealed_table_state(w.t, 1));
	assert_null(sealed_table_state(w.t, BUTTONS));
	sealed_table_remove(w.t, 0);
	/* Numbers are used again. */
	for (uint32_t n = 0; n < BUTTONS / 2; n++)
		assert_int_equal(world_enrol(&w, BUTTONS + n) % 2, 0);
	for (uint32_t n = 0; n < BUTTONS / 2; n++) {
		s = sender(BUTTONS + n);
		assert_int_equal(world_send(&w, &s, &f), 1);
	}
	assert_int_equal(slots_used(), 7 * BUTTONS);
}

static void nothing_of_a_key_is_left_behind(void **state)
{
	struct alerte_sealed_keys keys;
	int n = world_enrol(&w, 9);

	(void)state;
	sealed_button_keys(9, &keys);
	assert_non_null(memmem(w.memory, w.t->bytes, keys.seal, 32));
	sealed_table_remove(w.t, (uint32_t)n);
	assert_null(memmem(w.memory, sealed_table_bytes(BUTTONS), keys.seal,
			   32));
	world_enrol(&w, 9);
	sealed_table_free(w.t);
	assert_null(memmem(w.memory, sealed_table_bytes(BUTTONS), keys.seal,
			   32));
	w.t = sealed_table_new(w.memory, BUTTONS);
}

static void buttons_of_one_identifier_are_both_tried(void **state)
{
	struct sealed_state known = { .clock = { .known = true } };
	struct sealed_sender s = sender(5);
	struct alerte_sealed_keys keys;

	(void)state;
	known.clock.set_ms = w.now;
	for (int i = 0; i < 3; i++) {
		sealed_button_keys(5, &keys);
		keys.seal[0] ^= (uint8_t)(i == 1 ? 0 : 1 + i);
		sealed_table_add(w.t, &keys, &known, w.now);
	}
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_int_equal(f.button, 1);
	sealed_table_remove(w.t, 1);
	assert_int_equal(world_send(&w, &s, &f), ALERTE_EKEY);
}

static void a_receivers_clock_may_be_set_back(void **state)
{
	struct sealed_sender s = sender(0);

	(void)state;
	world_enrol(&w, 0);
	world_pass(&w, DAY);
	assert_int_equal(world_send(&w, &s, &f), 1);
	w.now -= DAY;
	world_pass(&w, 1000);
	assert_int_equal(world_send(&w, &s, &f), 1);
}

static void rotation_is_cut_into_slices(void **state)
{
	struct sealed_sender s;
	int calls = 1;

	(void)state;
	for (uint32_t n = 0; n < BUTTONS; n++)
		world_enrol(&w, n);
	w.now += EPOCH;
	while (sealed_table_step(w.t, w.now, 30)) {
		/* Between two slices frames are opened all the same. */
		s = sender((uint32_t)calls % BUTTONS);
		assert_int_equal(world_send(&w, &s, &f), 1);
		calls++;
	}
	/* One identifier out and one in, for each. */
	assert_in_range(calls, 2 * BUTTONS / 33, 3 * BUTTONS / 30 + 1);
	assert_false(sealed_table_step(w.t, w.now + 59000, 30));
}

/* ------------------------------------------------- clocks that were lost */

/* Steps until there is no more to do; returns how many. */
static int search(void)
{
	int steps = 1;

	while (sealed_table_step(w.t, w.now, SEALED_STEP_WORK))
		steps++;
	return steps;
}

static void a_lost_button_is_found_within_thirty_days(void **state)
{
	struct sealed_sender s = sender(7);
	uint8_t payload[24];
	int steps;

	(void)state;
	for (uint32_t n = 0; n < 20; n++)
		world_enrol(&w, n);
	world_send(&w, &s, &f);
	world_pass(&w, 25 * DAY);
	s.clock_ms = -20 * DAY;
	assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
	assert_false(sealed_table_again(w.t, payload));
	steps = search();
	/* 20 buttons of 2531 epochs, 8 to a unit of work. */
	assert_in_range(steps, 2, 20 * 2600 / 8 / SEALED_STEP_WORK + 3);
	assert_true(sealed_table_again(w.t, payload));
	assert_int_equal(world_hear(&w, payload, &f), 1);
	assert_int_equal(f.button, 7);
	assert_true(f.late);
	assert_false(sealed_table_again(w.t, payload));
	/* Its next ones are found at once, and an epoch later believed. */
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_true(f.late);
	world_pass(&w, EPOCH + 1000);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
}

static void a_search_that_takes_hours_leaves_nothing_out(void **state)
{
	(void)state;
	world_enrol(&w, 0);
	world_pass(&w, 20 * DAY);
	/* Steps so small and rare that many epochs go by meanwhile. */
	for (int lag = 1; lag <= 12; lag++) {
		struct sealed_sender s = sender(0);
		uint8_t payload[24];
		bool found = false;

		s.clock_ms = -lag * DAY;
		s.frame.seq = (uint32_t)lag;
		assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
		while (!found && sealed_table_step(w.t, w.now, 16)) {
			w.now += 64 * EPOCH;
			found = sealed_table_again(w.t, payload);
		}
		found = found || sealed_table_again(w.t, payload);
		assert_true(found);
	}
}

static void a_boot_far_ahead_is_found_too(void **state)
{
	struct sealed_sender s = sender(1);
	uint8_t payload[24];

	(void)state;
	world_enrol(&w, 0);
	world_enrol(&w, 1);
	s.frame.kind = ALERTE_SEALED_BOOT;
	s.frame.boot = 60;
	assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
	search();
	assert_true(sealed_table_again(w.t, payload));
	assert_int_equal(world_hear(&w, payload, &f), 1);
	assert_int_equal(f.index, 60);
	assert_int_equal(world_send(&w, &s, &f), 1);
}

static void a_button_nothing_is_known_of_is_found(void **state)
{
	struct sealed_sender s = sender(2);
	struct alerte_sealed_keys keys;
	uint8_t payload[24];

	(void)state;
	sealed_button_keys(2, &keys);
	sealed_table_add(w.t, &keys, NULL, w.now);
	assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
	search();
	assert_true(sealed_table_again(w.t, payload));
	assert_int_equal(world_hear(&w, payload, &f), 1);
	world_pass(&w, 5 * EPOCH);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
}

/* Heard again by the search: its payload is opened. */
static bool found_again(void)
{
	uint8_t payload[24];

	search();
	return sealed_table_again(w.t, payload) &&
	       world_hear(&w, payload, &f) == 1;
}

static void no_clock_is_so_wrong_that_a_button_stays_unfound(void **state)
{
	static const int64_t days[] = { -27, -60, 7, 60, 400, 11000 };
	struct sealed_sender s = sender(7);

	(void)state;
	for (uint32_t n = 0; n < 8; n++)
		world_enrol(&w, n);
	world_pass(&w, 70 * DAY);
	world_send(&w, &s, &f);
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		s.clock_ms = days[i] * DAY;
		assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
		assert_true(found_again());
		assert_int_equal(f.button, 7);
		assert_true(f.late);
	}
	s.clock_ms = 0;
	s.frame.kind = ALERTE_SEALED_BOOT;
	s.frame.boot = 1000;
	assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
	assert_true(found_again());
}

static void a_button_nothing_is_known_of_is_found_among_others(void **state)
{
	struct alerte_sealed_keys keys;
	struct sealed_sender s = sender(2);

	(void)state;
	for (uint32_t n = 0; n < 4; n++) {
		sealed_button_keys(n, &keys);
		sealed_table_add(w.t, &keys, NULL, w.now);
	}
	s.clock_ms = 33 * 365 * DAY;
	assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
	assert_true(found_again());
	assert_int_equal(f.button, 2);
}

static void a_near_clock_does_not_wait_for_a_far_one(void **state)
{
	struct sealed_sender s = sender(7);
	uint8_t stranger[24] = { 0x20, 1 }, payload[24];
	int steps = 0;

	(void)state;
	for (uint32_t n = 0; n < 20; n++)
		world_enrol(&w, n);
	world_pass(&w, 10 * DAY);
	world_hear(&w, stranger, &f);
	for (int i = 0; i < 20; i++)
		assert_true(sealed_table_step(w.t, w.now, SEALED_STEP_WORK));
	s.clock_ms = -8 * DAY;
	assert_int_equal(world_send(&w, &s, &f), ALERTE_ENOTFOUND);
	while (!sealed_table_again(w.t, payload) && steps++ < 100)
		sealed_table_step(w.t, w.now, SEALED_STEP_WORK);
	/* 20 buttons of 2600, 4 to a unit of the work they share. */
	assert_in_range(steps, 1, 20 * 2600 / 4 / SEALED_STEP_WORK + 3);
	assert_true(sealed_table_step(w.t, w.now, SEALED_STEP_WORK));
}

static void many_clocks_lost_at_once_are_all_found(void **state)
{
	struct sealed_sender s[20];
	uint8_t payload[24];
	int found = 0;
	bool more;

	(void)state;
	for (uint32_t n = 0; n < 20; n++) {
		world_enrol(&w, n);
		s[n] = sender(n);
		s[n].clock_ms = 2 * DAY;
		world_send(&w, &s[n], &f);
	}
	do {
		more = sealed_table_step(w.t, w.now, SEALED_BUTTONS_MAX);
		while (sealed_table_again(w.t, payload))
			found += world_hear(&w, payload, &f);
	} while (more);
	assert_int_equal(found, 20);
}

static void an_old_capture_found_again_is_no_frame(void **state)
{
	struct sealed_sender s = sender(0);
	uint8_t captured[24], payload[24];

	(void)state;
	world_enrol(&w, 0);
	s.frame.seq = 1;
	world_frame(&s, w.now, captured);
	world_send(&w, &s, &f);
	world_pass(&w, 10 * DAY);
	assert_int_equal(world_hear(&w, captured, &f), ALERTE_ENOTFOUND);
	search();
	assert_false(sealed_table_again(w.t, payload));
	/* And is not searched for again. */
	world_hear(&w, captured, &f);
	assert_int_equal(search(), 1);
}

static void strangers_are_searched_for_once(void **state)
{
	uint8_t payload[24] = { 0x20, 1, 2, 3, 4, 5, 6 };

	(void)state;
	for (uint32_t n = 0; n < 20; n++)
		world_enrol(&w, n);
	assert_int_equal(world_hear(&w, payload, &f), ALERTE_ENOTFOUND);
	assert_true(search() > 1);
	assert_int_equal(world_hear(&w, payload, &f), ALERTE_ENOTFOUND);
	assert_int_equal(search(), 1);
}

static void a_flood_of_strangers_hides_no_button(void **state)
{
	struct sealed_sender s = sender(3), lost = sender(4);
	uint8_t payload[24] = { 0x20 };
	int passes = 0;

	(void)state;
	for (uint32_t n = 0; n < 5; n++)
		world_enrol(&w, n);
	lost.clock_ms = -5 * DAY;
	world_pass(&w, 6 * DAY);
	for (uint32_t i = 0; i < 2000; i++) {
		memcpy(payload + 1, &i, sizeof(i));
		world_hear(&w, payload, &f);
		assert_int_equal(world_send(&w, &s, &f), 1);
	}
	/* The lost one gets its turn while the flood goes on. */
	do {
		for (uint32_t i = 0; i < 20; i++) {
			payload[5] = (uint8_t)(passes + 1);
			memcpy(payload + 1, &i, sizeof(i));
			world_hear(&w, payload, &f);
		}
		assert_in_range(passes, 0, 3);
		passes++;
		search();
	} while (world_send(&w, &lost, &f) != 1 && (search(), true));
	assert_int_equal(f.button, 4);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_table_holds_one_to_a_hundred_thousand_buttons),
		T(every_button_is_found_through_every_epoch),
		T(a_removed_button_is_unknown_and_leaves_the_others),
		T(nothing_of_a_key_is_left_behind),
		T(buttons_of_one_identifier_are_both_tried),
		T(a_receivers_clock_may_be_set_back),
		T(rotation_is_cut_into_slices),
		T(a_lost_button_is_found_within_thirty_days),
		T(a_search_that_takes_hours_leaves_nothing_out),
		T(a_boot_far_ahead_is_found_too),
		T(a_button_nothing_is_known_of_is_found),
		T(no_clock_is_so_wrong_that_a_button_stays_unfound),
		T(a_button_nothing_is_known_of_is_found_among_others),
		T(a_near_clock_does_not_wait_for_a_far_one),
		T(many_clocks_lost_at_once_are_all_found),
		T(an_old_capture_found_again_is_no_frame),
		T(strangers_are_searched_for_once),
		T(a_flood_of_strangers_hides_no_button),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
