/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/frame_key.h"
#include "port/bytes.h"

/* What a key leaves of 16 zeros under a nonce of zeros. */
static void stream_of(const char *text, bool full, uint8_t out[16])
{
	static const uint8_t nonce[13], zeros[16];
	uint8_t bytes[16];
	int n = hex_decode(text, NULL, bytes, sizeof(bytes));
	struct frame_key *key = frame_key_new(bytes, (size_t)n);

	assert_non_null(key);
	assert_int_equal(key->full, full);
	assert_int_equal(ccm_open_unchecked(key->ccm, nonce, sizeof(nonce),
					    zeros, 16, out), 0);
	frame_key_free(key);
}

static void twelve_bytes_stand_around_four_that_all_share(void **state)
{
	uint8_t a[16], b[16], c[16];

	(void)state;
	stream_of("b853075158487ca39a5b5ea9", false, a);
	stream_of("b853075158488d3d3c977ca39a5b5ea9", true, b);
	stream_of("b853075158488d3d3c977ca39a5b5ea8", true, c);
	assert_memory_equal(a, b, 16);
	assert_memory_not_equal(a, c, 16);
	frame_key_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twelve_bytes_stand_around_four_that_all_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
