/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frame/format.h"
#include "lib/frame/frames.h"
#include "port/bytes.h"

static int plain(const char *adv, struct alerte_frame *f)
{
	return frame_of(adv, NULL, NULL, f);
}

static void a_payload_of_no_known_format_is_not_ours(void **state)
{
	static const char *const strangers[] = {
		"", "00", "02", "0201", "020106", "ff", "ffff", "0116", "0216d2",
		"1aff4c000215e2c56db5dffb48d2b060d0f5a71096e000010002c5",
		"0c16e7fe9f03ab1277c2d1e0f4", "10ff7509420401806f28e7a3f1b2c4",
		/* The identifier of a format in a structure of another type. */
		"06ffd2fc403a01", "0620d2fc403a01",
	};
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		assert_int_equal(plain(strangers[i], &f), ALERTE_ENOTFOUND);
		assert_string_equal(f.format, "");
	}
	assert_int_equal(alerte_frame_decode(NULL, NULL, 0, NULL, 0, &f),
			 ALERTE_ENOTFOUND);
}

static void other_structures_may_stand_on_both_sides(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0201060616d2fc403a01020a04", &f), 1);
}

static void a_cut_structure_does_not_take_back_what_stands_before(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0616d2fc403a0110ffa90b", &f), 1);
	assert_int_equal(plain("0201061016d2fc403a01", &f), ALERTE_EFORMAT);
	assert_string_equal(f.format, "bthome-v2");
}

static void the_structure_that_holds_a_press_counts(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0616d2fc4001640616d2fc403a02", &f), 1);
	assert_string_equal(presses_of(&f), "1:double");
	assert_int_equal(plain("06161c18023a040616d2fc400164", &f), 1);
	assert_string_equal(f.format, "bthome-v1");
	/* Without any press the first one speaks. */
	assert_int_equal(plain("0616d2fc40016406161c18020102", &f), 0);
	assert_int_equal(f.battery_percent, 100);
}

static void arguments_that_break_the_rules_are_refused(void **state)
{
	static const uint8_t adv[] = { 6, 0x16, 0xd2, 0xfc, 0x40, 0x3a, 1 };
	static const uint8_t key[33];
	struct alerte_frame f = { .size = sizeof(f) - 1 };

	(void)state;
	assert_int_equal(alerte_frame_decode(NULL, adv, sizeof(adv), NULL, 0,
					     &f), ALERTE_EINVAL);
	f.size = sizeof(f);
	assert_int_equal(alerte_frame_decode(NULL, adv, sizeof(adv), key, 33,
					     &f), ALERTE_EINVAL);
	assert_int_equal(alerte_frame_decode(NULL, adv, sizeof(adv), key, 0,
					     &f), ALERTE_EINVAL);
	assert_int_equal(alerte_frame_decode(NULL, adv, sizeof(adv), NULL, 16,
					     &f), ALERTE_EINVAL);
	assert_int_equal(f.npresses, 0);
	assert_int_equal(alerte_frame_decode(NULL, adv, sizeof(adv), NULL, 0,
					     &f), 1);
	assert_int_equal(f.size, sizeof(f));
}

/* As the engine does it: one key for many frames of two shapes. */
static void a_key_made_once_opens_frame_after_frame(void **state)
{
	static const char *const frames[] = {
		"1216d2fc45021ec85ad377010000009e732b38",
		"13161e18fba435e4d3c312fb0011223357d90a99",
		"1216d2fc45a9755255170965000000e7c18000",
	};
	static const int expected[] = { 1, 0, 1 };
	uint8_t key[16], address[6], adv[32];
	struct alerte_frame f = { .size = sizeof(f) };
	struct frame_key *with;

	(void)state;
	hex_decode(FRAMES_KEY, NULL, key, sizeof(key));
	hex_decode(FRAMES_ADDRESS, NULL, address, sizeof(address));
	with = frame_key_new(key, sizeof(key));
	assert_non_null(with);
	for (int i = 0; i < 9; i++) {
		int n = hex_decode(frames[i % 3], NULL, adv, sizeof(adv));

		assert_int_equal(frame_decode(address, adv, (size_t)n, with,
					      &f), expected[i % 3]);
		/* A failure in between leaves no trace. */
		adv[n - 1] ^= 1;
		assert_int_equal(frame_decode(address, adv, (size_t)n, with,
					      &f), ALERTE_EKEY);
	}
	frame_key_free(with);
}

static void every_format_has_a_name_that_fits(void **state)
{
	(void)state;
	for (size_t i = 0; frame_formats[i]; i++) {
		assert_true(strlen(frame_formats[i]->name) < ALERTE_FORMAT_MAX);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(frame_formats[i]->name,
						frame_formats[j]->name);
	}
}

static void every_gesture_and_every_trust_has_a_word(void **state)
{
	(void)state;
	assert_string_equal(alerte_gesture_name(ALERTE_GESTURE_NONE), "none");
	assert_string_equal(alerte_gesture_name(ALERTE_GESTURE_LONG_DOUBLE),
			    "long-double");
	assert_string_equal(alerte_gesture_name(ALERTE_GESTURE_UNKNOWN),
			    "unknown");
	for (int a = 0; a < ALERTE_GESTURE_UNKNOWN; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(
				alerte_gesture_name((enum alerte_gesture)a),
				alerte_gesture_name((enum alerte_gesture)b));
	assert_string_equal(alerte_trust_name(ALERTE_TRUST_NONE), "none");
	assert_string_equal(alerte_trust_name(ALERTE_TRUST_WEAK), "weak");
	assert_string_equal(alerte_trust_name(ALERTE_TRUST_STRONG), "strong");
}

/* One frame with a number of each format that has them. */
static const struct {
	const char *adv, *address, *key;
	int bits;
} numbered[] = {
	{ "0a16d2fc44000201643a01", NULL, NULL, 8 },
	{ "1216d2fc45021ec85ad377010000009e732b38", "5448e68f80a5",
	  "231d39c1d7cc1ab1aee224cd096db932", 32 },
	{ "141695fe503053013f7450e94124f8011003000000", NULL, NULL, 8 },
	{ "181695fe5830b603d28b98c54124f8c3491476757c00000099",
	  "f82441c5988b", "b853075158487ca39a5b5ea9", 32 },
	{ "181695fe58598723ff0d692a3cc21876d7a70800006024e757",
	  "18c23c2a690d", "c533a5ab361b0a24de4d21d1d9a3d8a1", 32 },
	{ "06ff5707b29d00", NULL, NULL, 15 },
	{ "0c16e0fe200300010000010000", NULL, NULL, 16 },
	{ "1bff88eff30a0024aaeaa5631b810899e1c4e1409883fe225935c464", NULL,
	  NULL, 32 },
	{ "1b05ffffee1bc878f64a4790365ad509227b7442c5245c7de4828b98", NULL,
	  NULL, 32 },
	{ "0c163dfd6440c105000000000e", NULL, NULL, 4 },
	{ "0616d2fc403a01", NULL, NULL, 0 },
};

static void the_width_of_a_number_is_told(void **state)
{
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(numbered) / sizeof(numbered[0]); i++) {
		assert_true(frame_of(numbered[i].adv, numbered[i].address,
				     numbered[i].key, &f) >= 0);
		if (f.counter_bits != numbered[i].bits)
			fail_msg("%s: %d bits", numbered[i].adv,
				 f.counter_bits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_payload_of_no_known_format_is_not_ours),
		cmocka_unit_test(other_structures_may_stand_on_both_sides),
		cmocka_unit_test(
			a_cut_structure_does_not_take_back_what_stands_before),
		cmocka_unit_test(the_structure_that_holds_a_press_counts),
		cmocka_unit_test(arguments_that_break_the_rules_are_refused),
		cmocka_unit_test(a_key_made_once_opens_frame_after_frame),
		cmocka_unit_test(every_format_has_a_name_that_fits),
		cmocka_unit_test(the_width_of_a_number_is_told),
		cmocka_unit_test(every_gesture_and_every_trust_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
