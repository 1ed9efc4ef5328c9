/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/frame/frames.h"

static int plain(const char *adv, struct alerte_frame *f)
{
	return frame_of(adv, NULL, NULL, f);
}

static void a_button_object_is_a_press(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("06161c18023a04", &f), 1);
	assert_string_equal(presses_of(&f), "1:long");
	assert_string_equal(f.format, "bthome-v1");
	assert_int_equal(f.trust, ALERTE_TRUST_NONE);
}

static void buttons_count_by_position(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0c161c18023a00023a02023afe", &f), 1);
	assert_string_equal(presses_of(&f), "2:double");
}

static void a_sensor_value_does_not_hide_a_press(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("10161c18020009020161" "2302ca09023a01", &f), 1);
	assert_string_equal(presses_of(&f), "1:press");
	assert_int_equal(f.packet_id, 9);
	assert_int_equal(f.battery_percent, 97);
	/* An id not defined is stepped over: its length is known. */
	assert_int_equal(plain("0a161c1803ee0000023a01", &f), 1);
}

static void an_address_is_not_read_as_an_object(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0a161c18863a0102030405", &f), 0);
	assert_int_equal(plain("0d161c18863a0102030405023a01", &f), 1);
}

static void sensors_raise_nothing(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0e161c1823025d090303b71802015d", &f), 0);
	assert_int_equal(f.battery_percent, 93);
	assert_int_equal(plain("07161c184306fe70", &f), 0);
}

static void a_cut_object_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("05161c18023a", &f), ALERTE_EFORMAT);
	assert_int_equal(plain("05161c18013a", &f), ALERTE_EFORMAT);
	assert_int_equal(plain("03161c18", &f), ALERTE_EFORMAT);
	assert_int_equal(plain("07161c18023a011f", &f), 1);
}

#define SEALED "13161e18fba435e4d3c312fb0011223357d90a99"

static void a_sealed_frame_is_opened_with_its_key(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of(SEALED, FRAMES_ADDRESS, FRAMES_KEY, &f), 0);
	assert_true(f.encrypted);
	assert_int_equal(f.trust, ALERTE_TRUST_WEAK);
	assert_int_equal(f.counter, 0x33221100);
	assert_int_equal(f.counter_bits, 32);
}

static void a_sealed_frame_needs_its_own_key_and_address(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of(SEALED, FRAMES_ADDRESS, NULL, &f),
			 ALERTE_EKEY);
	assert_int_equal(frame_of(SEALED, NULL, FRAMES_KEY, &f), ALERTE_EKEY);
	assert_int_equal(frame_of(SEALED, "a4c1388d18b2", FRAMES_KEY, &f),
			 ALERTE_EKEY);
	assert_int_equal(frame_of(SEALED, FRAMES_ADDRESS,
				  "814aac74c4f17b6c1581e1ab87816b99", &f),
			 ALERTE_EKEY);
	assert_int_equal(
		frame_of("13161e18fba435e4d3c312fb0011223357d90a98",
			 FRAMES_ADDRESS, FRAMES_KEY, &f), ALERTE_EKEY);
}

static void plain_text_despite_a_key_is_refused_and_told(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("06161c18023a04", FRAMES_ADDRESS, FRAMES_KEY,
				  &f), ALERTE_EREFUSED);
	assert_string_equal(presses_of(&f), "1:long");
	assert_int_equal(f.trust, ALERTE_TRUST_NONE);
}

static void a_frame_cut_anywhere_raises_nothing_false(void **state)
{
	struct alerte_frame f;
	char adv[64];

	(void)state;
	for (size_t n = 2; n < strlen(SEALED); n += 2) {
		snprintf(adv, sizeof(adv), "%02x%.*s", (int)(n / 2) - 1,
			 (int)n - 2, &SEALED[2]);
		assert_true(frame_of(adv, FRAMES_ADDRESS, FRAMES_KEY, &f) < 0);
	}
	for (size_t n = 0; n < 14; n += 2) {
		snprintf(adv, sizeof(adv), "%.*s", (int)n, "06161c18023a04");
		assert_true(plain(adv, &f) < 0);
		assert_int_equal(f.npresses, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_button_object_is_a_press),
		cmocka_unit_test(buttons_count_by_position),
		cmocka_unit_test(a_sensor_value_does_not_hide_a_press),
		cmocka_unit_test(an_address_is_not_read_as_an_object),
		cmocka_unit_test(sensors_raise_nothing),
		cmocka_unit_test(a_cut_object_is_malformed),
		cmocka_unit_test(a_sealed_frame_is_opened_with_its_key),
		cmocka_unit_test(a_sealed_frame_needs_its_own_key_and_address),
		cmocka_unit_test(plain_text_despite_a_key_is_refused_and_told),
		cmocka_unit_test(a_frame_cut_anywhere_raises_nothing_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
