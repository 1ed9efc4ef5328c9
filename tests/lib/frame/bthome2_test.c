/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/frame/frames.h"

struct vector {
	const char *adv, *presses;
};

static int plain(const char *adv, struct alerte_frame *f)
{
	return frame_of(adv, NULL, NULL, f);
}

static int sealed(const char *adv, struct alerte_frame *f)
{
	return frame_of(adv, FRAMES_ADDRESS, FRAMES_KEY, f);
}

#define assert_presses(adv, f, n, expected) \
	do { \
		assert_int_equal(plain(adv, f), n); \
		assert_string_equal(presses_of(f), expected); \
	} while (0)

/* From the specification, and from frames captured of Shelly's buttons. */
static const struct vector vectors[] = {
	{ "0a16d2fc44000201643a01", "1:press" },
	{ "0a16d2fc40001d01643a01", "1:press" },
	{ "0a16d2fc40001e01643a02", "1:double" },
	{ "0a16d2fc40001f01643a03", "1:triple" },
	{ "0a16d2fc40002001643a04", "1:long" },
	{ "0a16d2fc44000701643a05", "1:long-double" },
	{ "0a16d2fc44000701643a06", "1:long-triple" },
	{ "0a16d2fc4400ab01643a01", "1:press" },
	{ "0a16d2fc40005201643a01", "1:press" },
	{ "0a16d2fc440021015e3a01", "1:press" },
	{ "0616d2fc403a04", "1:long" },
	{ "0616d2fc403a80", "1:hold" },
	{ "0a16d2fc403a003a013a03", "2:press 3:triple" },
	{ "0816d2fc403a003a01", "2:press" },
	{ "1016d2fc44001d01643a013a003a003a00", "1:press" },
	{ "1016d2fc44001d01643a003a013a003a00", "2:press" },
	{ "1016d2fc44001d01643a003a003a013a00", "3:press" },
	{ "1016d2fc44001d01643a003a003a003a01", "4:press" },
	{ "1016d2fc44001e01643a023a003a003a00", "1:double" },
	{ "1016d2fc44001f01643a033a003a003a00", "1:triple" },
	{ "1016d2fc44002001643a043a003a003a00", "1:long" },
	{ "1016d2fc44001d01643a013a003a013a00", "1:press 3:press" },
	{ "1016d2fc4400ab01643a013a003afe3a00", "1:press" },
	{ "0a16d2fc40001d01643a0110ffa90b0109000b01000accbbaa6e02bc",
	  "1:press" },
	{ "1016d2fc44001d01643a013a003a003a00"
	  "10ffa90b0101000b07000affee718f3938", "1:press" },
	/* Nothing to raise: sensors, fillers, Shelly's FE, commands. */
	{ "0a16d2fc4002c40903bf13", "" },
	{ "0a16d2fc44000701643a00", "" },
	{ "0a16d2fc4400ac01643afe", "" },
	{ "1016d2fc4400ab01643afe3a003a003a00", "" },
	{ "0816d2fc403b010305", "" },
	{ "0716d2fc403b0001", "" },
	{ "0716d2fc44530187", "" },
};

static void every_known_frame_says_what_its_sender_meant(void **state)
{
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const struct vector *v = &vectors[i];
		int r = plain(v->adv, &f);

		if (r != (int)f.npresses || strcmp(presses_of(&f), v->presses))
			fail_msg("%s: %d, \"%s\"", v->adv, r, presses_of(&f));
		assert_string_equal(f.format, "bthome-v2");
		assert_int_equal(f.trust, ALERTE_TRUST_NONE);
		assert_false(f.encrypted);
		assert_false(f.has_counter);
	}
}

static void a_plain_frame_tells_its_packet_and_its_battery(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0a16d2fc440021015e3a01", &f), 1);
	assert_true(f.has_packet_id);
	assert_int_equal(f.packet_id, 33);
	assert_int_equal(f.battery_percent, 94);

	assert_int_equal(plain("0616d2fc403a04", &f), 1);
	assert_false(f.has_packet_id);
	assert_int_equal(f.battery_percent, -1);
}

static void a_battery_above_a_hundred_percent_is_not_told(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0816d2fc4001ff3a01", &f), 1);
	assert_int_equal(f.battery_percent, -1);
}

/* Sizes of the specification's table of objects, 0 where the id has none. */
static const char *const sizes[] = {
	"1122332221332221", "1122211111111111", "1111111111111111",
	"00000000001v2242", "2232221222234444", "422vv42111244222",
	"1244110000000000", "0000000000000000", "0000000000000000",
	"0000000000000000", "0000000000000000", "0000000000000000",
	"0000000000000000", "0000000000000000", "0000000000000000",
	"2430000000000000"
};

/* An object of each id, zeros as value, then a button. */
static void no_sensor_value_hides_a_press(void **state)
{
	struct alerte_frame f;
	char adv[64], value[16];

	(void)state;
	for (int id = 0; id < 256; id++) {
		char size = sizes[id / 16][id % 16];
		int n = size - '0';

		if (size == '0' || id == 0x3a)
			continue;
		if (size == 'v')
			n = id == 0x3b ? 2 : 1;
		memset(value, '0', sizeof(value));
		value[2 * n] = '\0';
		snprintf(adv, sizeof(adv), "%02x16d2fc40%02x%s3a01", 7 + n, id,
			 value);
		if (plain(adv, &f) != 1 || f.press[0].button != 1)
			fail_msg("%s", adv);
	}
}

static void a_value_that_tells_its_own_length_does_not_hide_a_press(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_presses("0b16d2fc405303616263" "3a01", &f, 1, "1:press");
	assert_presses("0a16d2fc40540201023a02", &f, 1, "1:double");
	assert_presses("0a16d2fc403b0103053a04", &f, 1, "1:long");
	/* Only the five low bits count the arguments of a command. */
	assert_presses("0a16d2fc403be103053a04", &f, 1, "1:long");
}

static void reading_ends_at_an_id_that_is_not_defined(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_presses("0816d2fc4030003a01", &f, 0, "");
	assert_presses("0916d2fc403a01eeffff", &f, 1, "1:press");
}

static void a_code_not_defined_is_still_a_press(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_presses("0616d2fc403a07", &f, 1, "1:unknown");
	assert_presses("0616d2fc403a81", &f, 1, "1:unknown");
	assert_presses("0616d2fc403aff", &f, 1, "1:unknown");
}

static void the_id_of_a_button_in_place_of_its_code_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0816d2fc4400023a3a", &f), ALERTE_EFORMAT);
	assert_int_equal(f.npresses, 0);
	assert_string_equal(f.format, "bthome-v2");
}

static void a_malformed_end_does_not_take_back_a_press(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_presses("0816d2fc403a013a3a", &f, 1, "1:press");
	assert_presses("0816d2fc403a0302ca", &f, 1, "1:triple");
	assert_presses("0716d2fc403a033e", &f, 1, "1:triple");
}

static void a_value_cut_short_is_malformed(void **state)
{
	static const char *const cut[] = {
		"0616d2fc4002ca", "0716d2fc40041234", "0816d2fc403e010203",
		"0516d2fc403a", "0616d2fc405305",
		"0616d2fc403b01", "0716d2fc403b0103", "0516d2fc4053",
	};
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		if (plain(cut[i], &f) != ALERTE_EFORMAT || f.npresses)
			fail_msg("%s", cut[i]);
}

static void more_presses_than_fit_are_reported_with_the_first(void **state)
{
	struct alerte_frame f;
	char adv[128] = "2616d2fc40";

	(void)state;
	for (int i = 0; i < 17; i++)
		strcat(adv, "3a01");
	assert_int_equal(plain(adv, &f), ALERTE_ELIMIT);
	assert_int_equal(f.npresses, ALERTE_PRESS_MAX);
	assert_int_equal(f.press[15].button, 16);

	memcpy(adv, "24", 2);
	adv[strlen(adv) - 4] = '\0';
	assert_int_equal(plain(adv, &f), 16);
}

static void fillers_do_not_count_as_presses(void **state)
{
	struct alerte_frame f;
	char adv[128] = "2816d2fc40";

	(void)state;
	for (int i = 0; i < 17; i++)
		strcat(adv, "3a00");
	strcat(adv, "3a02");
	assert_presses(adv, &f, 1, "18:double");
}

static void another_version_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(plain("0616d2fc603a01", &f), ALERTE_EFORMAT);
	assert_int_equal(plain("0616d2fc203a01", &f), ALERTE_EFORMAT);
	assert_int_equal(plain("0316d2fc", &f), ALERTE_EFORMAT);
}

static void an_address_inside_the_frame_is_stepped_over(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_presses("0c16d2fc42b2188d38c1a43a01", &f, 1, "1:press");
	assert_int_equal(plain("0816d2fc42b2188d38", &f), ALERTE_EFORMAT);
}

/* ---------------------------------------------------------- encrypted */

static const struct {
	const char *adv;
	uint32_t counter;
	const char *presses;
} encrypted[] = {
	{ "1216d2fc45021ec85ad377010000009e732b38", 1, "1:press" },
	{ "1216d2fc45e2033a2d4dac630000009d476adb", 99, "1:press" },
	{ "1216d2fc4593284ea41111640000008f387805", 100, "1:press" },
	{ "1216d2fc45a9755255170965000000e7c18000", 101, "1:double" },
	{ "1216d2fc459c68a40c650ae80300002220159b", 1000, "1:triple" },
	{ "1216d2fc453c5147a626cc01e7226a578328e4", 1780672257, "1:long" },
	{ "1216d2fc45a85de66eed7effffffff48dddce9", 4294967295, "1:press" },
	{ "1216d2fc45d0ae6b301766000000008e682525", 0, "1:press" },
	{ "1216d2fc454571857d83f9020000000bd2530b", 2, "" },
	{ "1216d2fc45bcc508fe0aa6881300001c273b72", 5000, "1:hold" },
	{ "1216d2fc4505b7ada7ad2c89130000ac911684", 5001, "" },
	{ "1216d2fc452fcf22d8f0fd8a130000b0d840a9", 5002, "1:long-double" },
	{ "1216d2fc45517ac69fbbde8b130000221304a7", 5003, "1:long-triple" },
	/* Sensors: the example of the specification, and captured ones. */
	{ "1216d2fc41e445f3c9962b332211006c7c4519", 1122867, "" },
	{ "1216d2fc41a47266c95f730011223378237214", 0x33221100, "" },
	{ "0e16d2fc4187b90011223372b0231f", 0x33221100, "" },
};

static void a_sealed_frame_is_opened_with_its_key(void **state)
{
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(encrypted) / sizeof(encrypted[0]); i++) {
		int r = sealed(encrypted[i].adv, &f);

		if (r != (int)f.npresses ||
		    strcmp(presses_of(&f), encrypted[i].presses))
			fail_msg("%s: %d, \"%s\"", encrypted[i].adv, r,
				 presses_of(&f));
		assert_true(f.encrypted);
		assert_int_equal(f.trust, ALERTE_TRUST_WEAK);
		assert_true(f.has_counter);
		assert_int_equal(f.counter, encrypted[i].counter);
		assert_int_equal(f.counter_bits, 32);
	}
}

#define SEALED "1216d2fc45c942acf57b6e09030000726840e1"

static void a_sealed_frame_needs_its_own_key_and_address(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(sealed(SEALED, &f), 1);

	assert_int_equal(frame_of(SEALED, FRAMES_ADDRESS, NULL, &f),
			 ALERTE_EKEY);
	assert_int_equal(frame_of(SEALED, NULL, FRAMES_KEY, &f), ALERTE_EKEY);
	assert_int_equal(frame_of(SEALED, "5448e68f80a6", FRAMES_KEY, &f),
			 ALERTE_EKEY);
	assert_int_equal(frame_of(SEALED, FRAMES_ADDRESS,
				  "00112233445566778899aabbccddeeff", &f),
			 ALERTE_EKEY);
	/* A key of twelve bytes belongs to another format. */
	assert_int_equal(frame_of(SEALED, FRAMES_ADDRESS,
				  "231d39c1d7cc1ab1aee224cd", &f),
			 ALERTE_EKEY);
	assert_string_equal(f.format, "bthome-v2");
	assert_int_equal(f.npresses, 0);
	assert_false(f.has_counter);
}

/* Behind the UUID: info, ciphertext, counter, tag. */
static void a_single_bit_changed_is_refused(void **state)
{
	struct alerte_frame f;
	char adv[] = SEALED, digit;

	(void)state;
	for (size_t at = 8; at < sizeof(adv) - 1; at++) {
		for (int bit = 0; bit < 4; bit++) {
			int value, r;

			digit = adv[at];
			sscanf((char[]){ digit, '\0' }, "%x",
			       (unsigned int *)&value);
			adv[at] = "0123456789abcdef"[value ^ 1 << bit];
			r = sealed(adv, &f);
			if (r >= 0 || f.npresses)
				/* The bit that says "encrypted". */
				assert_true(at == 9 && bit == 0 && r < 0);
			adv[at] = digit;
		}
	}
}

static void the_info_byte_is_part_of_what_is_sealed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(sealed("1216d2fc41c942acf57b6e09030000726840e1", &f),
			 ALERTE_EKEY);
}

static void an_address_inside_the_frame_is_the_one_it_was_sealed_with(
	void **state)
{
	static const char adv[] =
		"1816d2fc43a5808fe64854f196c06ffb4900112233f08ecbde";
	struct alerte_frame f;

	(void)state;
	assert_int_equal(sealed(adv, &f), 0);
	assert_true(f.encrypted);
	assert_int_equal(frame_of(adv, NULL, FRAMES_KEY, &f), 0);
}

static void plain_text_despite_a_key_is_refused_and_told(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(sealed("0a16d2fc44000901643a01", &f), ALERTE_EREFUSED);
	assert_string_equal(presses_of(&f), "1:press");
	assert_int_equal(f.trust, ALERTE_TRUST_NONE);
	assert_int_equal(frame_of("0a16d2fc44000901643a01", NULL,
				  "231d39c1d7cc1ab1aee224cd", &f),
			 ALERTE_EREFUSED);
}

static void a_sealed_frame_without_room_for_an_object_is_malformed(
	void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(sealed("0c16d2fc450100000072684011", &f),
			 ALERTE_EFORMAT);
	assert_int_equal(sealed("0416d2fc45", &f), ALERTE_EFORMAT);
}

/* Cut in the payload, and cut with the length byte made to agree. */
static void a_frame_cut_anywhere_raises_nothing_false(void **state)
{
	struct alerte_frame f;
	char adv[64];

	(void)state;
	for (size_t n = 2; n < strlen(SEALED); n += 2) {
		snprintf(adv, sizeof(adv), "%.*s", (int)n, SEALED);
		assert_true(sealed(adv, &f) < 0);
		assert_int_equal(f.npresses, 0);

		snprintf(adv, sizeof(adv), "%02x%.*s", (int)(n / 2) - 1,
			 (int)n - 2, &SEALED[2]);
		assert_true(sealed(adv, &f) < 0);
		assert_int_equal(f.npresses, 0);
	}
	for (size_t n = 0; n < 22; n += 2) {
		snprintf(adv, sizeof(adv), "%.*s", (int)n,
			 "0a16d2fc44000201643a01");
		assert_true(plain(adv, &f) < 0);
		assert_int_equal(f.npresses, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_known_frame_says_what_its_sender_meant),
		cmocka_unit_test(a_plain_frame_tells_its_packet_and_its_battery),
		cmocka_unit_test(a_battery_above_a_hundred_percent_is_not_told),
		cmocka_unit_test(no_sensor_value_hides_a_press),
		cmocka_unit_test(
			a_value_that_tells_its_own_length_does_not_hide_a_press),
		cmocka_unit_test(reading_ends_at_an_id_that_is_not_defined),
		cmocka_unit_test(a_code_not_defined_is_still_a_press),
		cmocka_unit_test(
			the_id_of_a_button_in_place_of_its_code_is_malformed),
		cmocka_unit_test(a_malformed_end_does_not_take_back_a_press),
		cmocka_unit_test(a_value_cut_short_is_malformed),
		cmocka_unit_test(
			more_presses_than_fit_are_reported_with_the_first),
		cmocka_unit_test(fillers_do_not_count_as_presses),
		cmocka_unit_test(another_version_is_malformed),
		cmocka_unit_test(an_address_inside_the_frame_is_stepped_over),
		cmocka_unit_test(a_sealed_frame_is_opened_with_its_key),
		cmocka_unit_test(a_sealed_frame_needs_its_own_key_and_address),
		cmocka_unit_test(a_single_bit_changed_is_refused),
		cmocka_unit_test(the_info_byte_is_part_of_what_is_sealed),
		cmocka_unit_test(
			an_address_inside_the_frame_is_the_one_it_was_sealed_with),
		cmocka_unit_test(plain_text_despite_a_key_is_refused_and_told),
		cmocka_unit_test(
			a_sealed_frame_without_room_for_an_object_is_malformed),
		cmocka_unit_test(a_frame_cut_anywhere_raises_nothing_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
