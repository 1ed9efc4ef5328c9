/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <alerte/error.h>

#include "port/bytes.h"

static void integers_stand_with_their_low_byte_first(void **state)
{
	static const uint8_t wire[] = { 0xf8, 0xf7, 3, 4, 5, 6, 7, 0x88 };
	uint8_t out[8];

	(void)state;
	assert_int_equal(le16(wire), 0xf7f8);
	assert_int_equal(le32(wire), 0x0403f7f8);
	assert_true(le64(wire) == UINT64_C(0x880706050403f7f8));
	put_le64(out, UINT64_C(0x880706050403f7f8));
	assert_memory_equal(out, wire, 8);
	put_le32(out, 0x0403f7f8);
	assert_memory_equal(out, wire, 4);
}

static void hex_survives_the_way_there_and_back(void **state)
{
	static const uint8_t bytes[] = { 0x00, 0x0f, 0xa0, 0xff };
	uint8_t out[4];
	char text[9];

	(void)state;
	hex_encode(bytes, sizeof(bytes), text);
	assert_string_equal(text, "000fa0ff");
	assert_int_equal(hex_decode(text, NULL, out, sizeof(out)), 4);
	assert_memory_equal(out, bytes, 4);
	hex_encode(bytes, 0, text);
	assert_string_equal(text, "");
}

static void hex_is_read_in_both_cases_and_past_separators(void **state)
{
	uint8_t out[6];

	(void)state;
	assert_int_equal(hex_decode("A4:c1:38:8D", ":", out, 6), 4);
	assert_int_equal(out[3], 0x8d);
	assert_int_equal(hex_decode("", NULL, out, 6), 0);
	assert_int_equal(hex_decode("a4 c1", NULL, out, 6), ALERTE_EFORMAT);
}

static void what_is_no_hex_is_malformed(void **state)
{
	uint8_t out[6];

	(void)state;
	assert_int_equal(hex_decode("a", NULL, out, 6), ALERTE_EFORMAT);
	assert_int_equal(hex_decode("abc", NULL, out, 6), ALERTE_EFORMAT);
	assert_int_equal(hex_decode("g0", NULL, out, 6), ALERTE_EFORMAT);
	assert_int_equal(hex_decode("0g", NULL, out, 6), ALERTE_EFORMAT);
	assert_int_equal(hex_decode("a:b", ":", out, 6), ALERTE_EFORMAT);
	assert_int_equal(hex_decode("abcd", NULL, out, 1), ALERTE_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_stand_with_their_low_byte_first),
		cmocka_unit_test(hex_survives_the_way_there_and_back),
		cmocka_unit_test(hex_is_read_in_both_cases_and_past_separators),
		cmocka_unit_test(what_is_no_hex_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
