/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/seal.h"
#include "port/bytes.h"

/* RFC 8032 section 7.1, tests 1 and 2. */
static const struct {
	const char *seed, *public, *message, *signature;
} vector[] = {
	{ "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
	  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
	  "",
	  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb"
	  "8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b" },
	{ "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
	  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
	  "72",
	  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085"
	  "ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
};

static uint8_t seed[SIGN_SEED], public[SIGN_PUBLIC], message[8];
static uint8_t wanted[SIGN_BYTES];
static size_t len;

static void take(size_t i)
{
	hex_decode(vector[i].seed, NULL, seed, sizeof(seed));
	hex_decode(vector[i].public, NULL, public, sizeof(public));
	hex_decode(vector[i].signature, NULL, wanted, sizeof(wanted));
	len = (size_t)hex_decode(vector[i].message, NULL, message,
				 sizeof(message));
}

static void it_signs_as_the_standard_does(void **state)
{
	uint8_t out[SIGN_BYTES], half[SIGN_PUBLIC];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		take(i);
		sign_public(seed, half);
		assert_memory_equal(half, public, sizeof(half));
		sign(seed, message, len, out);
		assert_memory_equal(out, wanted, sizeof(out));
		assert_true(sign_good(public, message, len, out));
	}
}

static void one_changed_bit_is_seen(void **state)
{
	(void)state;
	take(1);
	message[0] ^= 1;
	assert_false(sign_good(public, message, len, wanted));
	message[0] ^= 1;
	wanted[63] ^= 1;
	assert_false(sign_good(public, message, len, wanted));
	wanted[63] ^= 1;
	public[0] ^= 1;
	assert_false(sign_good(public, message, len, wanted));
}

static void base64_is_padded(void **state)
{
	char out[9];

	(void)state;
	base64_encode((const uint8_t *)"fo", 2, out);
	assert_string_equal(out, "Zm8=");
	base64_encode((const uint8_t *)"foobar", 6, out);
	assert_string_equal(out, "Zm9vYmFy");
}

static int setup(void **state)
{
	(void)state;
	return seal_setup();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_signs_as_the_standard_does),
		cmocka_unit_test(one_changed_bit_is_seen),
		cmocka_unit_test(base64_is_padded),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
