/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <alerte/error.h>

#include "crypto/ccm.h"
#include "port/bytes.h"

struct bytes {
	uint8_t at[128];
	size_t len;
};

static struct bytes hex(const char *text)
{
	struct bytes b;

	b.len = (size_t)hex_decode(text, NULL, b.at, sizeof(b.at));
	return b;
}

static const struct {
	const char *key, *nonce, *aad, *plain, *sealed, *tag;
} vectors[] = {
	/* NIST SP 800-38C, examples 1 to 3 */
	{ "404142434445464748494a4b4c4d4e4f", "10111213141516",
	  "0001020304050607", "20212223", "7162015b", "4dac255d" },
	{ "404142434445464748494a4b4c4d4e4f", "1011121314151617",
	  "000102030405060708090a0b0c0d0e0f",
	  "202122232425262728292a2b2c2d2e2f",
	  "d2a1f0e051ea5f62081a7792073d593d", "1fc64fbfaccd" },
	{ "404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b",
	  "000102030405060708090a0b0c0d0e0f10111213",
	  "202122232425262728292a2b2c2d2e2f3031323334353637",
	  "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5",
	  "484392fbc1b09951" },
	/* RFC 3610 section 8, packet vector 1 */
	{ "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "00000003020100a0a1a2a3a4a5",
	  "0001020304050607",
	  "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
	  "588c979a61c663d2f066d0c2c0f989806d5f6b61dac384", "17e8d12cfdf926e0" },
	/* https://bthome.io/encryption */
	{ "231d39c1d7cc1ab1aee224cd096db932", "5448e68f80a5d2fc4133221100",
	  "", "02ca0903bf13", "e445f3c9962b", "6c7c4519" },
};

#define VECTORS (sizeof(vectors) / sizeof(vectors[0]))

static void published_vectors_are_sealed_and_opened(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		struct bytes key = hex(vectors[i].key);
		struct bytes nonce = hex(vectors[i].nonce);
		struct bytes aad = hex(vectors[i].aad);
		struct bytes plain = hex(vectors[i].plain);
		struct bytes sealed = hex(vectors[i].sealed);
		struct bytes tag = hex(vectors[i].tag), out, made;
		struct ccm *ccm = ccm_new(key.at);

		assert_non_null(ccm);
		/* Twice: nothing stays behind from the frame before. */
		for (int again = 0; again < 2; again++) {
			assert_int_equal(ccm_seal(ccm, nonce.at, nonce.len,
						  aad.at, aad.len, plain.at,
						  plain.len, out.at, made.at,
						  tag.len), 0);
			assert_memory_equal(out.at, sealed.at, sealed.len);
			assert_memory_equal(made.at, tag.at, tag.len);

			assert_int_equal(ccm_open(ccm, nonce.at, nonce.len,
						  aad.at, aad.len, sealed.at,
						  sealed.len, tag.at, tag.len,
						  out.at), 0);
			assert_memory_equal(out.at, plain.at, plain.len);
		}
		ccm_free(ccm);
	}
}

/* The last vector with one of its parts changed. */
static int open_changed(struct bytes *changed, struct bytes part[5])
{
	struct ccm *ccm = ccm_new(part[0].at);
	uint8_t out[64];
	int r;

	assert_non_null(ccm);
	assert_true(changed >= part && changed < part + 5);
	r = ccm_open(ccm, part[1].at, part[1].len, part[2].at, part[2].len,
		     part[3].at, part[3].len, part[4].at, part[4].len, out);
	ccm_free(ccm);
	return r;
}

static void a_bit_changed_in_any_part_is_noticed(void **state)
{
	struct bytes part[5] = {
		hex(vectors[2].key), hex(vectors[2].nonce), hex(vectors[2].aad),
		hex(vectors[2].sealed), hex(vectors[2].tag)
	};

	(void)state;
	assert_int_equal(open_changed(part, part), 0);
	for (size_t p = 0; p < 5; p++) {
		for (size_t bit = 0; bit < 8 * part[p].len; bit++) {
			part[p].at[bit / 8] ^= (uint8_t)(1 << bit % 8);
			assert_int_equal(open_changed(&part[p], part),
					 ALERTE_EKEY);
			part[p].at[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void one_key_serves_nonces_and_tags_of_all_lengths(void **state)
{
	static const uint8_t key[CCM_KEY_BYTES] = { 7 }, nonce[13] = { 1 };
	uint8_t text[20] = "cinq mots de prose", sealed[20], tag[16], out[20];
	struct ccm *ccm = ccm_new(key);

	(void)state;
	assert_non_null(ccm);
	for (size_t n = CCM_NONCE_MIN; n <= CCM_NONCE_MAX; n++) {
		for (size_t t = CCM_TAG_MIN; t <= CCM_TAG_MAX; t += 2) {
			assert_int_equal(ccm_seal(ccm, nonce, n, NULL, 0, text,
						  20, sealed, tag, t), 0);
			assert_int_equal(ccm_open(ccm, nonce, n, NULL, 0,
						  sealed, 20, tag, t, out), 0);
			assert_memory_equal(out, text, 20);
			tag[t - 1] ^= 0x80;
			assert_int_equal(ccm_open(ccm, nonce, n, NULL, 0,
						  sealed, 20, tag, t, out),
					 ALERTE_EKEY);
		}
	}
	ccm_free(ccm);
}

static void lengths_out_of_bounds_are_refused(void **state)
{
	static const uint8_t key[CCM_KEY_BYTES], nonce[16], data[8];
	static const size_t wrong[][3] = {	/* nonce, text, tag */
		{ 6, 8, 4 }, { 14, 8, 4 }, { 13, 0, 4 }, { 13, 8, 2 },
		{ 13, 8, 5 }, { 13, 8, 18 }, { 13, CCM_TEXT_MAX + 1, 4 },
	};
	uint8_t out[8], tag[16] = { 0 };
	struct ccm *ccm = ccm_new(key);

	(void)state;
	assert_non_null(ccm);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(ccm_open(ccm, nonce, wrong[i][0], NULL, 0,
					  data, wrong[i][1], tag, wrong[i][2],
					  out), ALERTE_EINVAL);
		assert_int_equal(ccm_seal(ccm, nonce, wrong[i][0], NULL, 0,
					  data, wrong[i][1], out, tag,
					  wrong[i][2]), ALERTE_EINVAL);
	}
	ccm_free(ccm);
	ccm_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_vectors_are_sealed_and_opened),
		cmocka_unit_test(a_bit_changed_in_any_part_is_noticed),
		cmocka_unit_test(one_key_serves_nonces_and_tags_of_all_lengths),
		cmocka_unit_test(lengths_out_of_bounds_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
