/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include <alerte/error.h>

#include "crypto/seal.h"

static const uint8_t key[SEAL_KEY] = { 1, 2, 3 };
static const uint8_t nonce[SEAL_NONCE] = { 4, 5, 6 };
static const uint8_t text[] = "12 rue Garibaldi";

static int setup(void **state)
{
	(void)state;
	return seal_setup();
}

static void what_is_sealed_opens_under_its_name(void **state)
{
	uint8_t sealed[sizeof(text) + SEAL_EXTRA], out[sizeof(text)];

	(void)state;
	seal(key, nonce, "alert", 5, text, sizeof(text), sealed);
	assert_int_equal(seal_open(key, "alert", 5, sealed, sizeof(sealed), out),
			 sizeof(text));
	assert_memory_equal(out, text, sizeof(text));
}

static void it_does_not_open_under_another_name_or_key(void **state)
{
	uint8_t sealed[sizeof(text) + SEAL_EXTRA], out[sizeof(text)];
	uint8_t other[SEAL_KEY] = { 9 };

	(void)state;
	seal(key, nonce, "alert", 5, text, sizeof(text), sealed);
	assert_int_equal(seal_open(key, "note", 4, sealed, sizeof(sealed), out),
			 ALERTE_EKEY);
	assert_int_equal(seal_open(other, "alert", 5, sealed, sizeof(sealed),
				   out),
			 ALERTE_EKEY);
}

static void any_byte_changed_is_noticed(void **state)
{
	uint8_t sealed[sizeof(text) + SEAL_EXTRA], out[sizeof(text)];

	(void)state;
	seal(key, nonce, "a", 1, text, sizeof(text), sealed);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 1;
		assert_int_equal(seal_open(key, "a", 1, sealed, sizeof(sealed),
					   out),
				 ALERTE_EKEY);
		sealed[i] ^= 1;
	}
	assert_int_equal(seal_open(key, "a", 1, sealed, SEAL_EXTRA - 1, out),
			 ALERTE_EFORMAT);
}

/* K1: who holds the public half alone cannot read what he wrote. */
static void a_history_key_opens_with_the_private_half_only(void **state)
{
	uint8_t public[32], secret[32], wrong[32] = { 1 }, seed[32] = { 7 };
	uint8_t box[SEAL_BOX], out[SEAL_KEY];

	(void)state;
	crypto_box_seed_keypair(public, secret, seed);
	assert_int_equal(seal_key_for(public, seed, key, box), 0);
	assert_int_equal(seal_key_open(public, wrong, box, out), ALERTE_EKEY);
	assert_int_equal(seal_key_open(public, secret, box, out), 0);
	assert_memory_equal(out, key, SEAL_KEY);
}

/* A5: no hidden randomness. */
static void the_same_seed_seals_the_same_bytes(void **state)
{
	uint8_t public[32], secret[32], seed[32] = { 7 };
	uint8_t a[SEAL_BOX], b[SEAL_BOX];

	(void)state;
	crypto_box_seed_keypair(public, secret, seed);
	seal_key_for(public, seed, key, a);
	seal_key_for(public, seed, key, b);
	assert_memory_equal(a, b, SEAL_BOX);
}

static void each_purpose_has_its_key(void **state)
{
	uint8_t a[SEAL_KEY], b[SEAL_KEY];

	(void)state;
	key_derive(key, "naming", a);
	key_derive(key, "history", b);
	assert_memory_not_equal(a, b, SEAL_KEY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sealed_opens_under_its_name),
		cmocka_unit_test(it_does_not_open_under_another_name_or_key),
		cmocka_unit_test(any_byte_changed_is_noticed),
		cmocka_unit_test(a_history_key_opens_with_the_private_half_only),
		cmocka_unit_test(the_same_seed_seals_the_same_bytes),
		cmocka_unit_test(each_purpose_has_its_key),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
