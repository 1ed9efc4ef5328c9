/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "crypto/aes.h"
#include "port/bytes.h"

/* FIPS 197, appendix C.1. */
static void a_published_block_is_opened(void **state)
{
	uint8_t key[AES_BYTES], in[AES_BYTES], out[AES_BYTES], plain[AES_BYTES];

	(void)state;
	hex_decode("000102030405060708090a0b0c0d0e0f", NULL, key, AES_BYTES);
	hex_decode("69c4e0d86a7b0430d8cdb78070b4c55a", NULL, in, AES_BYTES);
	hex_decode("00112233445566778899aabbccddeeff", NULL, plain, AES_BYTES);
	assert_int_equal(aes_decrypt(key, in, out), 0);
	assert_memory_equal(out, plain, AES_BYTES);
	in[0] ^= 1;
	assert_int_equal(aes_decrypt(key, in, out), 0);
	assert_memory_not_equal(out, plain, AES_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_published_block_is_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
