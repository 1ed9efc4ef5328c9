/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/error.h>

#include "crypto/stream.h"

#define MOST (3 * STREAM_CHUNK)

static const uint8_t key[SEAL_KEY] = { 1, 2, 3 };
static const uint8_t random_bytes[STREAM_RANDOM] = { 4, 5, 6 };
static const uint8_t name[STREAM_NAME] = "stream";

static uint8_t plain[MOST], sealed[4 * STREAM_SEALED], out[4 * STREAM_SEALED];

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(plain); i++)
		plain[i] = (uint8_t)(i * 7 + i / 256);
	return seal_setup();
}

static size_t seal_all(size_t len)
{
	struct stream s;
	size_t done = 0, to = 0;

	stream_start(&s, key, random_bytes, name);
	for (; len - done > STREAM_CHUNK; done += STREAM_CHUNK) {
		stream_seal(&s, false, plain + done, STREAM_CHUNK, sealed + to);
		to += STREAM_SEALED;
	}
	stream_seal(&s, true, plain + done, len - done, sealed + to);
	return to + len - done + SEAL_EXTRA;
}

static void a_stream_of_any_length_opens(void **state)
{
	static const size_t lengths[] = { 0, 1, STREAM_CHUNK - 1, STREAM_CHUNK,
					  STREAM_CHUNK + 1, MOST };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t len = 77, n = seal_all(lengths[i]);

		assert_int_equal(stream_open(key, name, sealed, n, out, &len),
				 0);
		assert_int_equal(len, lengths[i]);
		assert_memory_equal(out, plain, len);
	}
}

static void it_does_not_open_under_another_name_or_key(void **state)
{
	static const uint8_t other[SEAL_KEY] = { 9 };
	size_t len = 77, n = seal_all(100);

	(void)state;
	assert_int_equal(stream_open(other, name, sealed, n, out, &len),
			 ALERTE_EKEY);
	assert_int_equal(stream_open(key, other, sealed, n, out, &len),
			 ALERTE_EKEY);
	assert_int_equal(len, 77);
}

/* Where it is cut between two chunks, both are whole. */
static void a_stream_without_its_last_chunk_does_not_open(void **state)
{
	size_t len;

	(void)state;
	seal_all(MOST);
	assert_int_equal(stream_open(key, name, sealed, 2 * STREAM_SEALED, out,
				     &len), ALERTE_EKEY);
	assert_int_equal(stream_open(key, name, sealed, 0, out, &len),
			 ALERTE_EKEY);
}

static void a_stream_without_its_first_chunk_does_not_open(void **state)
{
	size_t len, n = seal_all(MOST);

	(void)state;
	assert_int_equal(stream_open(key, name, sealed + STREAM_SEALED,
				     n - STREAM_SEALED, out, &len),
			 ALERTE_EKEY);
}

static void what_stands_behind_the_last_chunk_is_noticed(void **state)
{
	size_t len, n = seal_all(STREAM_CHUNK);

	(void)state;
	memcpy(sealed + n, sealed, n);
	assert_int_equal(stream_open(key, name, sealed, n + 1, out, &len),
			 ALERTE_EKEY);
	assert_int_equal(stream_open(key, name, sealed, 2 * n, out, &len),
			 ALERTE_EKEY);
}

static void no_nonce_serves_twice(void **state)
{
	(void)state;
	seal_all(MOST);
	assert_memory_not_equal(sealed, sealed + STREAM_SEALED, SEAL_NONCE);
	assert_memory_not_equal(sealed + STREAM_SEALED,
				sealed + 2 * STREAM_SEALED, SEAL_NONCE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_of_any_length_opens),
		cmocka_unit_test(it_does_not_open_under_another_name_or_key),
		cmocka_unit_test(a_stream_without_its_last_chunk_does_not_open),
		cmocka_unit_test(a_stream_without_its_first_chunk_does_not_open),
		cmocka_unit_test(what_stands_behind_the_last_chunk_is_noticed),
		cmocka_unit_test(no_nonce_serves_twice),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
