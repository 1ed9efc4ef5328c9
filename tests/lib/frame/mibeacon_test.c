/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/frame/frames.h"

/* Plain frames, captured. */
static const struct frames_vector vectors[] = {
	{ "141695fe503053013f7450e94124f8011003000000", "1:press", -1, 0x3f },
	{ "141695fe504063080101630838c1a4011003000000", "1:press", -1, 1 },
	{ "141695fe504068150101681538c1a4011003000000", "1:press", -1, 1 },
	{ "141695fe504069150101691538c1a4011003020000", "1:press 2:press",
	  -1, 1 },
	{ "141695fe5040fd0d0101fd0d38c1a4011003060001",
	  "1:long 2:long 3:long", -1, 1 },
	{ "020106141695fe5030e1048e54d3e63053e2011003010000", "2:press", -1,
	  0x8e },
	/* Sensors, a lock, a frame without objects. */
	{ "191695fe5020aa01a3bf2e3b342d580d1004b40095020a10013b", "", 59,
	  0xa3 },
	{ "171695fe7022db006fc16fddf9810009002005c60d630d51", "", 81, 0x6f },
	{ "141695fe7120980012f34f6b8d7cc40d041002c400", "", -1, 0x12 },
	{ "181695fe71205d01015d01008d7cc40d081001400910025702", "", -1, 1 },
	{ "0e1695fe1059db780df4f80238c1a4", "", -1, 0x0d },
	{ "0c1695fe4030dd032403000101", "", -1, 0x24 },
	{ NULL, NULL, 0, 0 },
};

static void a_plain_frame_says_what_its_sender_meant(void **state)
{
	(void)state;
	frames_check("mibeacon", vectors);
}

/* One object of a product, of version 4, without an address. */
static void check_object(const char *product, const char *object,
			 const char *presses)
{
	struct alerte_frame f;
	char adv[80];
	int r;

	snprintf(adv, sizeof(adv), "%02x1695fe4040%s01%s",
		 (int)strlen(object) / 2 + 8, product, object);
	r = frame_of(adv, NULL, NULL, &f);
	if (r != (int)f.npresses || strcmp(presses_of(&f), presses))
		fail_msg("%s: %d, \"%s\"", adv, r, presses_of(&f));
}

static void long_and_double_change_places_on_a_wall(void **state)
{
	(void)state;
	/* A remote, then the three switches. */
	check_object("5301", "011003000001", "1:double");
	check_object("5301", "011003050002", "6:long");
	check_object("6815", "011003000001", "1:long");
	check_object("6815", "011003000002", "1:double");
	check_object("6915", "011003010002", "2:double");
	check_object("6915", "011003020001", "1:long 2:long");
	check_object("fd0d", "011003020000", "3:press");
	check_object("fd0d", "011003030000", "1:press 2:press");
	check_object("fd0d", "011003040000", "2:press 3:press");
	check_object("fd0d", "011003050000", "1:press 3:press");
	check_object("fd0d", "011003070000", "8:press");
}

static void a_button_of_a_product_nobody_described_is_still_a_button(void **state)
{
	(void)state;
	check_object("3412", "011003000000", "1:press");
	check_object("3412", "011003010001", "2:double");
	check_object("3412", "011003000002", "1:long");
	check_object("3412", "011003000005", "1:press");
	check_object("3412", "011003000006", "1:long");
	check_object("3412", "011003000007", "1:unknown");
	check_object("3412", "011003ff0000", "255:press");
	check_object("3412", "0c4e00", "1:press");
	check_object("3412", "0d560104", "4:double");
	check_object("3412", "0e4a0100", "1:long");
}

static void keys_count_as_their_product_counts(void **state)
{
	(void)state;
	check_object("4919", "0c4e0101", "1:press");
	check_object("4919", "0d4e0102", "2:double");
	check_object("4919", "0e4e0103", "1:long 2:long");
	check_object("8723", "0c4e00", "1:press");
	check_object("613a", "0e560104", "4:long");
	check_object("0b52", "0e5600", "1:long");
	check_object("bb38", "0c4a00", "1:press");
	check_object("6859", "0c4a0100", "1:press");
	check_object("6859", "0d4a0101", "2:double");
	check_object("101c", "0c4e0101", "1:press");
	check_object("101c", "0c4e0108", "1:long");
	check_object("101c", "0c4e010f", "1:double");
	check_object("101c", "0c4e0102", "1:unknown");
	check_object("8918", "134a0101", "1:press");
	check_object("8918", "134a0102", "");
	check_object("8918", "134a00", "");
}

static void turning_a_dimmer_and_sensing_raise_nothing(void **state)
{
	(void)state;
	check_object("b603", "011003000103", "");
	check_object("b603", "01100300ff04", "");
	check_object("3412", "0f0003640000", "");
	check_object("3412", "0c4f0101", "");
	check_object("3412", "0b4e0101", "");
	check_object("3412", "0f4e0101", "");
	/* A thermometer has no button, whatever it seems to say. */
	check_object("aa01", "0d5601010e560101", "");
	check_object("aa01", "011003000000", "");
	check_object("aa01", "134a0101", "");
}

static void the_battery_stands_in_many_objects(void **state)
{
	static const char *const objects[] = {
		"0a10013b", "0348013b", "034c013b", "0350013b", "0354013b",
		"002005c60d630d3b",
	};
	struct alerte_frame f;
	char adv[80];

	(void)state;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		snprintf(adv, sizeof(adv), "%02x1695fe4040341201%s",
			 (int)strlen(objects[i]) / 2 + 8, objects[i]);
		assert_int_equal(frame_of(adv, NULL, NULL, &f), 0);
		assert_int_equal(f.battery_percent, 0x3b);
	}
	assert_int_equal(frame_of("0c1695fe40403412010a1001ff", NULL, NULL,
				  &f), 0);
	assert_int_equal(f.battery_percent, -1);
}

static const struct sealed {
	const char *adv, *address, *key, *presses;
	uint32_t counter;
} sealed[] = {
	{ "1b1695fe5859970964bc9ce344ef5422206088fd000000003a148fb3",
	  "54ef44e39cbc", "5b51a7c91cde6707c9ef18dfda143a58", "1:press",
	  0x64 },
	{ "181695fe58598723ff0d692a3cc21876d7a70800006024e757",
	  "18c23c2a690d", "c533a5ab361b0a24de4d21d1d9a3d8a1", "1:press",
	  0x8ff },
	{ "181695fe58598723010d692a3cc218f397dd09000079826b9d",
	  "18c23c2a690d", "c533a5ab361b0a24de4d21d1d9a3d8a1", "1:double",
	  0x901 },
	{ "181695fe58598723030d692a3cc218258824090000a360b8a1",
	  "18c23c2a690d", "c533a5ab361b0a24de4d21d1d9a3d8a1", "1:long",
	  0x903 },
	{ "191695fe5859c5642d6655443322112d9475bb270100ab9cbfa9",
	  "112233445566", "00112233445566778899aabbccddeeff", "4:press",
	  0x1272d },
	/* By a second implementation: the last number there is. */
	{ "181695fe58508723ffa5808fe64854ad6925ffffffd000c633",
	  FRAMES_ADDRESS, FRAMES_KEY, "1:press", UINT32_MAX },
	/* Without an address inside; with a capability and what follows it. */
	{ "121695fe48508723017d4176000000b0a45fcf", FRAMES_ADDRESS,
	  FRAMES_KEY, "1:press", 1 },
	{ "1a1695fe7840872302a5808fe6485428009ea7be0000008c538739",
	  FRAMES_ADDRESS, FRAMES_KEY, "1:long", 2 },
	{ "171695fe4850613a039342aac86df83aaf0100009e802c10",
	  FRAMES_ADDRESS, FRAMES_KEY, "4:double", 0x103 },
	/* Sealed as it is: an object that was cut behind a press. */
	{ "151695fe4850613a059d2abcd04a7e0100000af29674", FRAMES_ADDRESS,
	  FRAMES_KEY, "4:double", 0x105 },
};
#define SEALED (sizeof(sealed) / sizeof(sealed[0]))

static void a_sealed_frame_is_opened_and_believed_a_little(void **state)
{
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < SEALED; i++) {
		const struct sealed *v = &sealed[i];
		int r = frame_of(v->adv, v->address, v->key, &f);

		if (r != (int)f.npresses || strcmp(presses_of(&f), v->presses))
			fail_msg("%s: %d, \"%s\"", v->adv, r, presses_of(&f));
		assert_true(f.encrypted);
		assert_int_equal(f.trust, ALERTE_TRUST_WEAK);
		assert_true(f.has_counter);
		assert_int_equal(f.counter, v->counter);
		assert_int_equal(f.counter_bits, 32);
	}
}

static void a_bit_changed_anywhere_is_noticed(void **state)
{
	struct alerte_frame f;
	char adv[80];

	(void)state;
	for (size_t i = 0; i < SEALED; i++) {
		/* From the product on, but for what nobody seals. */
		for (size_t at = 12; at < strlen(sealed[i].adv); at++) {
			snprintf(adv, sizeof(adv), "%s", sealed[i].adv);
			adv[at] = adv[at] == '0' ? '1' : '0';
			if (!strncmp(adv + 8, "7840", 4) && at >= 30 && at < 34)
				continue;
			if (frame_of(adv, sealed[i].address, sealed[i].key,
				     &f) != ALERTE_EKEY)
				fail_msg("%s", adv);
			assert_int_equal(f.npresses, 0);
			assert_int_equal(f.trust, ALERTE_TRUST_NONE);
		}
	}
}

static void a_sealed_frame_needs_its_key_and_an_address(void **state)
{
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < SEALED; i++) {
		assert_int_equal(frame_of(sealed[i].adv, sealed[i].address,
					  NULL, &f), ALERTE_EKEY);
		assert_int_equal(frame_of(sealed[i].adv, sealed[i].address,
					  "b853075158487ca39a5b5ea9", &f),
				 ALERTE_EKEY);
	}
	/* The one inside will do; without it there is none. */
	assert_int_equal(frame_of(sealed[0].adv, NULL, sealed[0].key, &f), 1);
	assert_int_equal(frame_of(sealed[6].adv, NULL, sealed[6].key, &f),
			 ALERTE_EKEY);
	assert_int_equal(frame_of(sealed[6].adv, "5448e68f80a6", sealed[6].key,
				  &f), ALERTE_EKEY);
}

static void an_object_sealed_in_half_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("131695fe4850613a04545d6825010000d8f101e0",
				  FRAMES_ADDRESS, FRAMES_KEY, &f),
			 ALERTE_EFORMAT);
	assert_int_equal(f.trust, ALERTE_TRUST_NONE);
	assert_false(f.has_counter);
}

#define LEGACY_ADDRESS "f82441c5988b"
#define LEGACY_KEY "b853075158487ca39a5b5ea9"
#define LEGACY_WHOLE "b853075158488d3d3c977ca39a5b5ea9"
#define LEGACY "181695fe5830b603d28b98c54124f8c3491476757e00000099"

/* A dimmer's, as captured; and with what it says turned into a press. */
static void an_old_frame_is_opened_and_not_believed(void **state)
{
	static const char *const keys[] = { LEGACY_KEY, LEGACY_WHOLE };
	struct alerte_frame f;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(frame_of(LEGACY, LEGACY_ADDRESS, keys[i],
					  &f), 0);
		assert_true(f.encrypted);
		assert_int_equal(f.packet_id, 0xd2);
		assert_int_equal(frame_of("181695fe5830b603d28b98c54124f8c34914"
					  "76757c00000099", LEGACY_ADDRESS,
					  keys[i], &f), 1);
		assert_string_equal(presses_of(&f), "1:double");
		assert_int_equal(f.trust, ALERTE_TRUST_NONE);
		assert_false(f.has_counter);
		assert_true(f.has_packet_id);
	}
}

static void an_old_frame_from_which_no_object_comes_is_not_opened(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of(LEGACY, LEGACY_ADDRESS,
				  "b853075158488d3d3c977aa39a5b5ea9", &f),
			 ALERTE_EKEY);
	assert_int_equal(frame_of(LEGACY, LEGACY_ADDRESS, NULL, &f),
			 ALERTE_EKEY);
	assert_false(f.encrypted);
	assert_false(f.has_packet_id);
}

static void plain_text_despite_a_key_is_refused_and_told(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of(vectors[0].adv, NULL, LEGACY_KEY, &f),
			 ALERTE_EREFUSED);
	assert_string_equal(presses_of(&f), "1:press");
}

static void a_version_not_known_and_a_short_head_are_malformed(void **state)
{
	static const char *const wrong[] = {
		"031695fe", "071695fe40403412",
		/* An address, a capability, its second byte: not there. */
		"0d1695fe50403412016655443322", "081695fe6040341201",
		"091695fe604034120120",
		"0e1695fe4010341201011003000000",
		"0e1695fe4060341201011003000000",
	};
	struct alerte_frame f;
	char adv[80];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(adv, sizeof(adv), "%02x%s",
			 (int)strlen(wrong[i]) / 2 - 1, &wrong[i][2]);
		if (frame_of(adv, NULL, NULL, &f) != ALERTE_EFORMAT)
			fail_msg("%s", adv);
	}
}

static void more_presses_than_a_frame_holds_are_told(void **state)
{
	struct alerte_frame f;
	char adv[256];
	int n;

	(void)state;
	n = snprintf(adv, sizeof(adv), "3b1695fe4040341201");
	for (int i = 0; i < 17; i++)
		n += snprintf(adv + n, sizeof(adv) - (size_t)n, "0c4e00");
	assert_int_equal(n, 2 * 0x3c);
	assert_int_equal(frame_of(adv, NULL, NULL, &f), ALERTE_ELIMIT);
	assert_int_equal(f.npresses, ALERTE_PRESS_MAX);
}

static void a_frame_cut_anywhere_raises_nothing_false(void **state)
{
	struct alerte_frame f;
	char adv[80];

	(void)state;
	frames_check_cut(vectors);
	for (size_t i = 0; i < SEALED; i++)
		for (size_t n = 2; n < strlen(sealed[i].adv); n += 2) {
			snprintf(adv, sizeof(adv), "%02x%.*s",
				 (int)(n / 2) - 1, (int)n - 2,
				 &sealed[i].adv[2]);
			assert_true(frame_of(adv, sealed[i].address,
					     sealed[i].key, &f) < 0);
			assert_int_equal(f.npresses, 0);
		}
	for (size_t n = 2; n < strlen(LEGACY); n += 2) {
		snprintf(adv, sizeof(adv), "%02x%.*s", (int)(n / 2) - 1,
			 (int)n - 2, &LEGACY[2]);
		assert_true(frame_of(adv, LEGACY_ADDRESS, LEGACY_KEY, &f) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_frame_says_what_its_sender_meant),
		cmocka_unit_test(long_and_double_change_places_on_a_wall),
		cmocka_unit_test(
			a_button_of_a_product_nobody_described_is_still_a_button),
		cmocka_unit_test(keys_count_as_their_product_counts),
		cmocka_unit_test(turning_a_dimmer_and_sensing_raise_nothing),
		cmocka_unit_test(the_battery_stands_in_many_objects),
		cmocka_unit_test(
			a_sealed_frame_is_opened_and_believed_a_little),
		cmocka_unit_test(a_bit_changed_anywhere_is_noticed),
		cmocka_unit_test(a_sealed_frame_needs_its_key_and_an_address),
		cmocka_unit_test(an_object_sealed_in_half_is_malformed),
		cmocka_unit_test(an_old_frame_is_opened_and_not_believed),
		cmocka_unit_test(
			an_old_frame_from_which_no_object_comes_is_not_opened),
		cmocka_unit_test(plain_text_despite_a_key_is_refused_and_told),
		cmocka_unit_test(
			a_version_not_known_and_a_short_head_are_malformed),
		cmocka_unit_test(more_presses_than_a_frame_holds_are_told),
		cmocka_unit_test(a_frame_cut_anywhere_raises_nothing_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
