/* SPDX-License-Identifier: Apache-2.0 */
/* One advert with one key, as a program without an engine reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

/* The whole advert of SEALED.md's first vector: epoch 100000. */
static const uint8_t vector[] = {
	0x02, 0x01, 0x06, 0x1b, 0xff, 0xff, 0xff,
	0x20, 0x5e, 0x66, 0xac, 0x93, 0x33, 0x88, 0xb9, 0x2a, 0x14, 0x58, 0x5e,
	0x88, 0xc5, 0x84, 0x06, 0xf5, 0x82, 0xf8, 0x3f, 0x9c, 0xca, 0x4f, 0xb1
};

static uint8_t master[33];
static struct alerte_frame f;

static int setup(void **state)
{
	(void)state;
	for (uint8_t i = 0; i < 32; i++)
		master[i] = i;
	memset(&f, 0, sizeof(f));
	f.size = sizeof(f);
	return 0;
}

static int decode(const uint8_t *data, size_t len, const uint8_t *key,
		  size_t key_len)
{
	return alerte_frame_decode(NULL, data, len, key, key_len, &f);
}

static void the_first_vector_is_a_press_found_by_its_key_alone(void **state)
{
	(void)state;
	assert_int_equal(decode(vector, sizeof(vector), master, 32), 1);
	assert_string_equal(f.format, "sealed-v1");
	/* when it is fresh, which one frame cannot tell */
	assert_int_equal(f.trust, ALERTE_TRUST_STRONG);
	assert_int_equal(f.counter, 1);
	assert_int_equal(f.battery_percent, 100);
	assert_int_equal(f.press[0].button, 1);
	assert_int_equal(f.press[0].gesture, ALERTE_GESTURE_PRESS);
}

static void both_keys_do_as_well_as_their_master(void **state)
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	uint8_t both[48];

	(void)state;
	assert_int_equal(alerte_sealed_derive(master, &keys), 0);
	memcpy(both, keys.id, 16);
	memcpy(both + 16, keys.seal, 32);
	assert_int_equal(decode(vector, sizeof(vector), both, 48), 1);
}

static void another_key_opens_nothing(void **state)
{
	(void)state;
	memset(&f, 0xa5, sizeof(f));
	f.size = sizeof(f);
	master[0] ^= 1;
	assert_int_equal(decode(vector, sizeof(vector), master, 32),
			 ALERTE_EKEY);
	/* which format it was, and nothing else */
	assert_string_equal(f.format, "sealed-v1");
	assert_int_equal(f.size, sizeof(f));
	assert_int_equal(f.trust, ALERTE_TRUST_NONE);
	assert_int_equal(f.battery_percent, -1);
	assert_int_equal(f.npresses, 0);
	assert_false(f.encrypted || f.has_counter || f.has_packet_id);
}

static void with_a_sealed_key_nothing_else_is_looked_for(void **state)
{
	static const uint8_t bthome[] = { 6, 0x16, 0xd2, 0xfc, 0x40, 0x3a, 1 };
	struct alerte_frame before;

	(void)state;
	assert_int_equal(decode(bthome, sizeof(bthome), master, 32),
			 ALERTE_ENOTFOUND);
	assert_int_equal(decode(vector, sizeof(vector) - 1, master, 32),
			 ALERTE_ENOTFOUND);
	assert_int_equal(decode(NULL, 0, master, 32), ALERTE_ENOTFOUND);
	assert_int_equal(decode(vector, sizeof(vector), NULL, 0),
			 ALERTE_ENOTFOUND);
	memset(&before, 0, sizeof(before));
	before.size = sizeof(before);
	assert_memory_equal(&f, &before, sizeof(f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			the_first_vector_is_a_press_found_by_its_key_alone, setup),
		cmocka_unit_test_setup(both_keys_do_as_well_as_their_master, setup),
		cmocka_unit_test_setup(another_key_opens_nothing, setup),
		cmocka_unit_test_setup(with_a_sealed_key_nothing_else_is_looked_for, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
