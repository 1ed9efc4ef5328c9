/* SPDX-License-Identifier: Apache-2.0 */
/* Which frames are one press, and what is told of it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frame/sealed_inside.h"
#include "lib/frame/sealed_world.h"

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
		.seq = seq, .press = number, .event = ALERTE_SEALED_PRESS } };
}

/* Its first boot. */
static struct sealed_sender boot(uint32_t seq)
{
	struct sealed_sender s = press(seq, 0);

	s.frame.kind = ALERTE_SEALED_BOOT;
	s.frame.boot = 1;
	return s;
}

static void frames_of_one_press_are_one_event(void **state)
{
	struct sealed_sender s = press(0, 7);

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	assert_false(f.again);
	for (int i = 0; i < 620; i++) {
		world_pass(&w, 1000);
		assert_int_equal(world_send(&w, &s, &f), 1);
		assert_true(f.again);
	}
	s.frame.press = 8;
	world_send(&w, &s, &f);
	assert_false(f.again);
	s.frame.event = ALERTE_SEALED_CANCEL;
	world_send(&w, &s, &f);
	assert_false(f.again);
	s.frame.press = 7;
	s.frame.event = ALERTE_SEALED_PRESS;
	world_send(&w, &s, &f);
	assert_true(f.again);
	/* 64 presses later the number comes back. */
	world_pass(&w, (SEALED_PRESS_S - 620) * 1000);
	world_send(&w, &s, &f);
	assert_true(f.again);
	world_pass(&w, 1000);
	world_send(&w, &s, &f);
	assert_false(f.again);
}

static void a_copy_of_a_press_is_one_whenever_it_is_heard(void **state)
{
	static const int64_t hours[] = { 0, 1, 24, 72, 2400 };

	(void)state;
	for (size_t i = 0; i < sizeof(hours) / sizeof(hours[0]); i++) {
		struct sealed_sender s = press(0, 7);

		s.n = (uint32_t)i % 4;
		sealed_table_remove(w.t, 0);
		world_enrol(&w, s.n);
		world_pass(&w, 60000);
		s.clock_ms = (int64_t)i * 77000;
		assert_int_equal(world_send(&w, &s, &f), 1);
		assert_false(f.again);
		world_pass(&w, 600000);
		assert_int_equal(world_after(&w, &s, &f,
					     hours[i] * 3600000), 1);
		assert_true(f.again);
		/* and it teaches nothing of later ones */
		world_pass(&w, 77000);
		assert_int_equal(world_after(&w, &s, &f, 0), 1);
		assert_false(f.again);
	}
}

static void of_eight_presses_each_is_remembered(void **state)
{
	struct sealed_sender s = press(99, 0);
	uint8_t payload[24];

	(void)state;
	world_enrol(&w, 0);
	for (int round = 0; round < 2; round++) {
		for (s.frame.press = 0; s.frame.press < 8; s.frame.press++) {
			world_pass(&w, 30000);
			assert_int_equal(world_send(&w, &s, &f), 1);
			assert_int_equal(f.again, round);
		}
	}
	/* an earlier one of them was heard later */
	s.frame.press = 3;
	s.frame.seq -= 49;
	world_frame(&s, w.now - 300000, payload);
	assert_int_equal(world_hear(&w, payload, &f), 1);
	assert_true(f.again);
}

static void boot_frames_number_their_presses_too(void **state)
{
	struct sealed_sender b = boot(255), s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	assert_false(f.again);
	s.frame.press = 1;
	world_send(&w, &s, &f);
	/* The presses of a boot are no copies of those before it. */
	world_send(&w, &b, &f);
	assert_false(f.again);
	world_send(&w, &b, &f);
	assert_true(f.again);
	b.frame.press = 1;
	world_send(&w, &b, &f);
	assert_false(f.again);
	b.frame.press = 63;
	world_send(&w, &b, &f);
	assert_int_equal(f.press, 63);
	assert_false(f.again);
	/* The hour ends while the press goes on. */
	b.frame.kind = ALERTE_SEALED_EPOCH;
	world_send(&w, &b, &f);
	assert_true(f.again);
}

static void copies_from_before_a_boot_are_not_taken(void **state)
{
	struct sealed_sender b = boot(255), s = press(249, 0);
	uint8_t copy[24];

	(void)state;
	world_enrol(&w, 0);
	world_send(&w, &s, &f);
	s.frame.seq++;
	world_frame(&s, w.now, copy);
	assert_int_equal(world_send(&w, &b, &f), 1);
	assert_int_equal(world_hear(&w, copy, &f), 0);
	/* of its own ones those that others overtook are */
	b.frame.seq = 259;
	assert_int_equal(world_send(&w, &b, &f), 1);
	b.frame.seq = 257;
	assert_int_equal(world_send(&w, &b, &f), 1);
}

static void heartbeats_are_no_events(void **state)
{
	struct sealed_sender s = press(0, 0);

	(void)state;
	world_enrol(&w, 0);
	s.frame.event = ALERTE_SEALED_HEARTBEAT;
	world_send(&w, &s, &f);
	world_send(&w, &s, &f);
	assert_false(f.again);
	s.frame.event = ALERTE_SEALED_PRESS;
	world_send(&w, &s, &f);
	assert_false(f.again);
}

static void each_event_is_told_as_a_gesture(void **state)
{
	static const enum alerte_gesture gestures[16] = {
		[1] = ALERTE_GESTURE_PRESS, [2] = ALERTE_GESTURE_DOUBLE,
		[3] = ALERTE_GESTURE_LONG, [4] = ALERTE_GESTURE_CANCEL,
		[5] = ALERTE_GESTURE_FALL, [6] = ALERTE_GESTURE_TEST,
		[9] = ALERTE_GESTURE_UNKNOWN, [15] = ALERTE_GESTURE_UNKNOWN,
	};
	struct sealed_frame s = { .seq = 9, .position = 3, .battery_mv = 2500 };
	struct alerte_frame out = { .size = sizeof(out) };

	(void)state;
	for (uint8_t event = 0; event < 16; event++) {
		if (event > 9 && event < 15)
			continue;
		s.event = event;
		assert_int_equal(sealed_tell(&s, &out), gestures[event] != 0);
		assert_int_equal(out.press[0].gesture, gestures[event]);
	}
	assert_int_equal(out.size, sizeof(out));
	assert_int_equal(out.press[0].button, 4);
	assert_int_equal(out.trust, ALERTE_TRUST_STRONG);
	assert_int_equal(out.battery_percent, 50);
	assert_int_equal(out.counter, 9);
	s.late = true;
	sealed_tell(&s, &out);
	assert_int_equal(out.trust, ALERTE_TRUST_WEAK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(frames_of_one_press_are_one_event),
		T(a_copy_of_a_press_is_one_whenever_it_is_heard),
		T(of_eight_presses_each_is_remembered),
		T(boot_frames_number_their_presses_too),
		T(copies_from_before_a_boot_are_not_taken),
		T(heartbeats_are_no_events),
		T(each_event_is_told_as_a_gesture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
