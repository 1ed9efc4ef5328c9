/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frame/sealed_inside.h"
#include "lib/frame/sealed_world.h"
#include "port/bytes.h"

#define DAY INT64_C(86400000)
#define EPOCH SEALED_EPOCH_MS

static struct sealed_world w;
static struct sealed_frame f;

static int open_world(void **state)
{
	(void)state;
	world_open(&w, 4);
	return 0;
}

static int close_world(void **state)
{
	(void)state;
	world_close(&w);
	return 0;
}

/* A press of button 0, with these counters. */
static struct sealed_sender press(uint32_t seq, uint8_t number)
{
	return (struct sealed_sender){ .frame = {
		.seq = seq, .press = number, .event = ALERTE_SEALED_PRESS,
		.battery_mv = 3000 } };
}

/* ------------------------------------------------- the specification */

static const char *const vectors[] = {
	"205e66ac933388b92a14585e88c58406f582f83f9cca4fb1",
	"205e66ac933388fd69c6831c07435656090249ccfcfe4c8f",
	"2077787a828556421a8d08b78c5d1c1330b07d85035a6e47",
	"28fd52b3c7013289be394578d8efd8f0be415a5c3269dbc8",
};

/* The button of the vectors; now is its second 0 of epoch 100000. */
static void enrol_vectors(void)
{
	struct sealed_state state = { .clock = { .known = true }, .boot = 6 };
	struct alerte_sealed_keys keys;

	sealed_button_keys(0, &keys);
	w.now = 100000 * EPOCH;
	state.clock.set_ms = w.now;
	assert_int_equal(sealed_table_add(w.t, &keys, &state, w.now), 0);
}

static void vector(int i, uint8_t *payload)
{
	assert_int_equal(hex_decode(vectors[i], NULL, payload, 24), 24);
}

static int open_vector(int i)
{
	uint8_t payload[24];

	vector(i, payload);
	memset(&f, 0xa5, sizeof(f));
	return sealed_open(w.t, payload, 24, w.now, &f);
}

static void vectors_1_to_4_say_what_the_specification_says(void **state)
{
	(void)state;
	enrol_vectors();
	assert_int_equal(open_vector(0), 1);
	assert_int_equal(f.seq, 1);
	assert_int_equal(f.event, ALERTE_SEALED_PRESS);
	assert_int_equal(f.position, 0);
	assert_int_equal(f.battery_mv, 3000);
	assert_int_equal(f.age_ms, 0);
	assert_int_equal(f.second, 0);
	assert_int_equal(open_vector(1), 1);
	assert_int_equal(f.seq, 2);
	assert_int_equal(f.position, 3);
	assert_int_equal(f.age_ms, 2000);
	assert_int_equal(f.second, 300);
	assert_int_equal(f.press, 0);
	assert_int_equal(open_vector(2), 1);
	assert_int_equal(f.seq, 3);
	assert_int_equal(f.event, ALERTE_SEALED_HEARTBEAT);
	assert_int_equal(f.battery_mv, 2990);
	assert_int_equal(f.second, 1);
	assert_int_equal(f.epoch, 100001);
	assert_int_equal(open_vector(3), 1);
	assert_true(f.boot);
	assert_int_equal(f.index, 7);
	assert_int_equal(f.seq, 1024);
	assert_int_equal(f.event, ALERTE_SEALED_PRESS);
	assert_int_equal(f.epoch, 100000);
	assert_int_equal(f.press, 0);
	assert_int_equal(f.battery_mv, -1);
}

static void no_bit_can_be_flipped(void **state)
{
	struct sealed_frame before;

	(void)state;
	enrol_vectors();
	memset(&f, 0xa5, sizeof(f));
	before = f;
	for (int i = 0; i < 4; i++) {
		for (int bit = 0; bit < 192; bit++) {
			uint8_t payload[24];
			int r, wanted = ALERTE_EKEY;

			vector(i, payload);
			payload[bit / 8] ^= (uint8_t)(1 << bit % 8);
			r = sealed_open(w.t, payload, 24, w.now, &f);
			if (bit < 8 && bit != 3)
				wanted = ALERTE_EFORMAT;
			else if (bit < 56)
				wanted = ALERTE_ENOTFOUND;
			assert_int_equal(r, wanted);
			if (r == ALERTE_EKEY) {
				assert_int_equal(f.button, 0);
				f.button = before.button;
			}
			assert_memory_equal(&f, &before, sizeof(f));
		}
	}
}

static void a_payload_opens_with_its_own_index_and_kind_only(void **state)
{
	static const uint32_t index[] = { 100000, 100000, 100001, 7 };
	struct sealed_button b = { .used = true };
	uint8_t payload[24], body[9];

	(void)state;
	sealed_button_keys(0, &b.keys);
	for (int i = 0; i < 4; i++) {
		vector(i, payload);
		assert_true(sealed_try(&b, index[i], payload, body));
		assert_false(sealed_try(&b, index[i] + 1, payload, body));
		assert_false(sealed_try(&b, index[i] - 1, payload, body));
	}
	vector(0, payload);
	payload[0] = 0x28;
	assert_false(sealed_try(&b, 100000, payload, body));
}

static void other_lengths_versions_and_kinds_are_no_sealed_frame(void **state)
{
	static const uint8_t heads[] = { 0x00, 0x40, 0x60, 0xa0, 0x30, 0x38,
					 0x21, 0x22, 0x24 };
	uint8_t payload[25] = { 0x20 };

	(void)state;
	enrol_vectors();
	for (size_t n = 0; n <= 25; n++) {
		if (n != 24)
			assert_int_equal(sealed_open(w.t, payload, n, 0, &f),
					 ALERTE_EFORMAT);
	}
	for (size_t i = 0; i < sizeof(heads); i++) {
		payload[0] = heads[i];
		assert_int_equal(sealed_open(w.t, payload, 24, 0, &f),
				 ALERTE_EFORMAT);
	}
}

static void an_age_of_255_steps_is_the_most_that_can_be_told(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	s.frame.age_ms = 127000;
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_int_equal(f.age_ms, 127000);
	assert_false(f.age_over);
	s.frame.age_ms = 600000;
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_int_equal(f.age_ms, 127500);
	assert_true(f.age_over);
	assert_false(f.late);
}

/* ------------------------------------------------------------ replay */

static void a_frame_counts_as_seen_only_once_it_was_taken(void **state)
{
	struct sealed_sender s = press(5, 0);
	uint8_t payload[24];

	(void)state;
	world_enrol(&w, 0);
	world_frame(&s, w.now, payload);
	assert_int_equal(sealed_open(w.t, payload, 24, w.now, &f), 1);
	assert_int_equal(sealed_open(w.t, payload, 24, w.now, &f), 1);
	sealed_take(w.t, &f, w.now);
	assert_int_equal(sealed_open(w.t, payload, 24, w.now, &f), 0);
	assert_int_equal(f.seq, 5);
}

static int hear_seq(uint32_t seq)
{
	struct sealed_sender s = press(seq - 1, 0);

	return world_send(&w, &s, &f);
}

static void overtaken_frames_count_within_64_numbers(void **state)
{
	(void)state;
	world_enrol(&w, 0);
	assert_int_equal(hear_seq(100), 1);
	assert_int_equal(hear_seq(99), 1);
	assert_int_equal(hear_seq(99), 0);
	assert_int_equal(hear_seq(37), 1);
	assert_int_equal(hear_seq(36), ALERTE_EREFUSED);
	assert_int_equal(hear_seq(110), 1);
	assert_int_equal(hear_seq(99), 0);
	assert_int_equal(hear_seq(109), 1);
	assert_int_equal(hear_seq(100 + 64 + 110), 1);
	assert_int_equal(hear_seq(110), ALERTE_EREFUSED);
	assert_int_equal(hear_seq(UINT32_MAX), 1);
	assert_int_equal(hear_seq(UINT32_MAX), 0);
	assert_int_equal(hear_seq(1), ALERTE_EREFUSED);
}

static void a_kept_state_goes_on_and_without_its_window_all_was_seen(void **state)
{
	struct alerte_sealed_keys keys;
	struct sealed_state kept;
	int n = world_enrol(&w, 0);

	(void)state;
	assert_int_equal(hear_seq(100), 1);
	kept = *sealed_table_state(w.t, (uint32_t)n);
	sealed_table_remove(w.t, (uint32_t)n);
	sealed_button_keys(0, &keys);
	assert_int_equal(sealed_table_add(w.t, &keys, &kept, w.now), n);
	assert_int_equal(hear_seq(100), 0);
	assert_int_equal(hear_seq(99), 1);
	sealed_table_remove(w.t, (uint32_t)n);
	kept.seen = UINT64_MAX;
	sealed_table_add(w.t, &keys, &kept, w.now);
	assert_int_equal(hear_seq(98), 0);
	assert_int_equal(hear_seq(101), 1);
}

/* ------------------------------------------------- late, and drifting */

/* Emitted delay ago, heard now. */
static int hear_late(struct sealed_sender *s, int64_t delay)
{
	uint8_t payload[24];

	s->frame.seq++;
	world_frame(s, w.now - delay, payload);
	return world_hear(&w, payload, &f);
}

static void a_delay_of_more_than_ten_seconds_is_told_and_not_dropped(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	assert_int_equal(hear_late(&s, 0), 1);
	assert_false(f.late);
	assert_int_equal(hear_late(&s, 10000), 1);
	assert_false(f.late);
	assert_int_equal(hear_late(&s, 12000), 1);
	assert_true(f.late);
	assert_in_range(f.delay_ms, 10001, 12000);
	assert_int_equal(hear_late(&s, 600000), 1);
	assert_true(f.late);
	assert_in_range(f.delay_ms, 598000, 600000);
}

static void an_epoch_more_than_one_away_is_not_found(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	assert_int_equal(hear_late(&s, EPOCH), 1);
	assert_int_equal(hear_late(&s, -EPOCH), 1);
	assert_int_equal(hear_late(&s, 3 * EPOCH), ALERTE_ENOTFOUND);
}

static void late_frames_do_not_teach_that_they_are_in_time(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	hear_late(&s, 0);
	for (int i = 0; i < 20; i++) {
		world_pass(&w, 30000);
		assert_int_equal(hear_late(&s, 300000), 1);
		assert_true(f.late);
	}
	assert_int_equal(hear_late(&s, 0), 1);
	assert_false(f.late);
}

static void an_overtaken_frame_says_nothing_of_the_clock(void **state)
{
	struct sealed_sender s = press(9, 0);
	const struct sealed_state *kept;

	(void)state;
	kept = sealed_table_state(w.t, (uint32_t)world_enrol(&w, 0));
	world_send(&w, &s, &f);
	s.frame.seq = 4;
	assert_int_equal(hear_late(&s, 60000), 1);
	assert_true(f.late);
	assert_false(kept->doubt.known);
	assert_int_equal(kept->last, 10);
}

static void a_delay_cannot_creep(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	for (int64_t delay = 0; delay <= 30000; delay += 3000) {
		world_pass(&w, 60000);
		assert_int_equal(hear_late(&s, delay), 1);
		assert_int_equal(f.late, delay > 11000);
	}
}

static void a_month_of_drift_is_not_a_delay(void **state)
{
	static const int ppm[] = { 20, -20, 40, -40 };

	(void)state;
	for (size_t i = 0; i < sizeof(ppm) / sizeof(ppm[0]); i++) {
		struct sealed_sender s = press(0, 0);
		int n;

		s.n = (uint32_t)i;
		n = world_enrol(&w, s.n);
		assert_int_equal(world_send(&w, &s, &f), 1);
		for (int month = 0; month < 12; month++) {
			world_pass(&w, 30 * DAY);
			s.clock_ms -= 30 * 86400 * ppm[i] / 1000;
			assert_int_equal(world_send(&w, &s, &f), 1);
			assert_int_equal(f.button, n);
			assert_false(f.late);
		}
	}
}

static void a_clock_found_again_is_believed_an_epoch_later(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	/* A reset of which no boot frame was heard. */
	s.clock_ms = -700000;
	world_pass(&w, EPOCH);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_true(f.late);
	world_pass(&w, EPOCH / 2);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_true(f.late);
	world_pass(&w, EPOCH / 2 + 2000);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
	world_pass(&w, 60000);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
}

/* A table that knows the key of button 0 and nothing else. */
static const struct sealed_state *enrol_unknown(void)
{
	struct alerte_sealed_keys keys;

	sealed_button_keys(0, &keys);
	return sealed_table_state(w.t, (uint32_t)sealed_table_add(
		w.t, &keys, NULL, w.now));
}

static void of_the_first_frame_it_cannot_be_told_whether_it_is_old(
	void **state)
{
	const struct sealed_state *kept = enrol_unknown();
	struct sealed_sender s = press(0, 0);

	(void)state;
	assert_int_equal(world_after(&w, &s, &f, 0), 1);
	assert_true(f.late);
	assert_false(kept->clock.known);
	world_pass(&w, EPOCH / 2);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_true(f.late);
	world_pass(&w, EPOCH / 2);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
	assert_true(kept->clock.known);
}

static void the_first_boot_frame_may_be_old_as_well(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	enrol_unknown();
	s.frame.kind = ALERTE_SEALED_BOOT;
	s.frame.boot = 3;
	assert_int_equal(world_after(&w, &s, &f, 0), 1);
	assert_true(f.late);
	for (int minute = 1; minute < 17; minute++) {
		world_pass(&w, 60000);
		assert_int_equal(world_send(&w, &s, &f), 1);
		assert_true(f.late);
	}
	world_pass(&w, 60000);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
	s.frame.kind = ALERTE_SEALED_EPOCH;
	world_pass(&w, 3600000);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
}

static void an_old_first_frame_hides_no_genuine_one(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	enrol_unknown();
	assert_int_equal(world_after(&w, &s, &f, 40 * DAY), 1);
	assert_true(f.late);
	assert_int_equal(world_after(&w, &s, &f, 0), 1);
	assert_true(f.late);
	world_pass(&w, EPOCH);
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
}

static void old_frames_played_fast_confirm_nothing(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	enrol_unknown();
	world_pass(&w, DAY);
	for (int epoch = 0; epoch < 6; epoch++) {
		s.clock_ms = -DAY + epoch * EPOCH;
		assert_int_equal(world_after(&w, &s, &f, 100), 1);
		assert_true(f.late);
	}
	s.clock_ms = 0;
	assert_int_equal(world_after(&w, &s, &f, 0), 1);
	assert_true(f.late);
	/* a month of drift is no haste */
	world_pass(&w, 30 * DAY);
	s.clock_ms = 100000;
	assert_int_equal(world_send(&w, &s, &f), 1);
	assert_false(f.late);
}

/* -------------------------------------------------------- boot frames */

static struct sealed_sender boot(uint32_t number, uint32_t seq, int64_t lag)
{
	struct sealed_sender s = press(seq, 0);

	s.frame.kind = ALERTE_SEALED_BOOT;
	s.frame.boot = number;
	s.clock_ms = -lag;
	return s;
}

static void a_boot_frame_brings_the_clock_back_at_once(void **state)
{
	struct sealed_sender s = press(0, 0), b = boot(1, 255, 3 * DAY);

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	world_pass(&w, 4 * DAY);
	assert_int_equal(world_send(&w, &b, &f), 1);
	assert_true(f.boot);
	/* Battery out, or played back: it cannot be told. */
	assert_true(f.late);
	b.frame.kind = ALERTE_SEALED_EPOCH;
	world_pass(&w, 3600000);
	assert_int_equal(world_send(&w, &b, &f), 1);
	assert_false(f.late);
	world_pass(&w, 10 * EPOCH);
	assert_int_equal(world_send(&w, &b, &f), 1);
	assert_false(f.late);
}

static void a_quick_change_of_battery_is_not_late(void **state)
{
	struct sealed_sender s = press(0, 0), b = boot(1, 255, 900000);

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	world_pass(&w, 2 * EPOCH);
	assert_int_equal(world_send(&w, &b, &f), 1);
	assert_false(f.late);
	for (int minute = 1; minute < 60; minute++) {
		world_pass(&w, 60000);
		assert_int_equal(world_send(&w, &b, &f), 1);
		assert_false(f.late);
	}
	b.frame.kind = ALERTE_SEALED_EPOCH;
	for (int minute = 0; minute < 60; minute++) {
		world_pass(&w, 60000);
		assert_int_equal(world_send(&w, &b, &f), 1);
		assert_false(f.late);
	}
}

static void a_delayed_boot_frame_of_a_known_boot_is_late(void **state)
{
	struct sealed_sender s = press(0, 0), b = boot(1, 255, 60000);

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	assert_int_equal(world_send(&w, &b, &f), 1);
	world_pass(&w, 600000);
	assert_int_equal(hear_late(&b, 5000), 1);
	assert_false(f.late);
	assert_int_equal(hear_late(&b, 60000), 1);
	assert_true(f.late);
}

static void an_old_boot_frame_hides_no_genuine_one(void **state)
{
	struct sealed_sender s = press(0, 0), b = boot(1, 255, 60000);
	uint8_t captured[24];

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	/* Captured while the receiver was jammed, played back a day later. */
	world_pass(&w, 3600000);
	b.frame.seq++;
	world_frame(&b, w.now, captured);
	world_pass(&w, DAY);
	assert_int_equal(world_hear(&w, captured, &f), 1);
	assert_true(f.late);
	assert_int_equal(world_hear(&w, captured, &f), 0);
	b.frame.kind = ALERTE_SEALED_EPOCH;
	for (int i = 0; i < 100; i++) {
		world_pass(&w, EPOCH / 2);
		assert_int_equal(world_send(&w, &b, &f), 1);
	}
	assert_false(f.late);
}

static void a_boot_frame_two_epochs_old_hides_no_genuine_one(void **state)
{
	struct sealed_sender b = boot(1, 0, 0);
	uint8_t captured[24];

	(void)state;
	world_enrol(&w, 0);
	world_pass(&w, EPOCH - WORLD_START % EPOCH);
	b.frame.seq = 256;
	world_frame(&b, w.now, captured);
	world_pass(&w, 2 * EPOCH - 20000);
	assert_int_equal(world_hear(&w, captured, &f), 1);
	/* Could be a battery that was out: believed, and so is the other. */
	assert_false(f.late);
	world_pass(&w, 30000);
	assert_int_equal(world_send(&w, &b, &f), 1);
	assert_false(f.late);
}

static void the_boot_in_progress_and_four_to_come_are_found(void **state)
{
	struct sealed_sender b = boot(1, 0, 0);

	(void)state;
	world_enrol(&w, 0);
	for (uint32_t n = 1; n <= 5; n++) {
		b.frame.boot = n == 5 ? 8 : n;
		b.frame.seq = n * 256;
		for (int i = 0; i < 3; i++)
			assert_int_equal(world_send(&w, &b, &f), 1);
		assert_int_equal(f.index, b.frame.boot);
	}
	b.frame.boot = 13;
	assert_int_equal(world_send(&w, &b, &f), ALERTE_ENOTFOUND);
	b.frame.boot = 7;
	assert_int_equal(world_send(&w, &b, &f), ALERTE_ENOTFOUND);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(vectors_1_to_4_say_what_the_specification_says),
		T(no_bit_can_be_flipped),
		T(a_payload_opens_with_its_own_index_and_kind_only),
		T(other_lengths_versions_and_kinds_are_no_sealed_frame),
		T(an_age_of_255_steps_is_the_most_that_can_be_told),
		T(a_frame_counts_as_seen_only_once_it_was_taken),
		T(overtaken_frames_count_within_64_numbers),
		T(a_kept_state_goes_on_and_without_its_window_all_was_seen),
		T(a_delay_of_more_than_ten_seconds_is_told_and_not_dropped),
		T(an_epoch_more_than_one_away_is_not_found),
		T(late_frames_do_not_teach_that_they_are_in_time),
		T(an_overtaken_frame_says_nothing_of_the_clock),
		T(a_delay_cannot_creep),
		T(a_month_of_drift_is_not_a_delay),
		T(a_clock_found_again_is_believed_an_epoch_later),
		T(of_the_first_frame_it_cannot_be_told_whether_it_is_old),
		T(the_first_boot_frame_may_be_old_as_well),
		T(an_old_first_frame_hides_no_genuine_one),
		T(old_frames_played_fast_confirm_nothing),
		T(a_boot_frame_brings_the_clock_back_at_once),
		T(a_quick_change_of_battery_is_not_late),
		T(a_delayed_boot_frame_of_a_known_boot_is_late),
		T(an_old_boot_frame_hides_no_genuine_one),
		T(a_boot_frame_two_epochs_old_hides_no_genuine_one),
		T(the_boot_in_progress_and_four_to_come_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
