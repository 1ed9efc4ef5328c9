/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "port/utf8.h"

static void every_code_point_survives_the_way_there_and_back(void **state)
{
	char bytes[4];

	(void)state;
	for (int32_t point = 1; point <= 0x10ffff; point++) {
		const char *at = bytes;
		size_t n;

		if (point >= 0xd800 && point <= 0xdfff)
			continue;
		n = utf8_put(point, bytes);
		if (utf8_next(&at, bytes + n) != point || at != bytes + n)
			fail_msg("U+%04X", (unsigned int)point);
	}
}

static void malformed_sequences_are_refused_byte_by_byte(void **state)
{
	static const char *const bad[] = {
		"\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf",
		"\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x98",
		"\xc3(", "\xe2(\xa1", "\xf0\x9f(\x8c",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *at = bad[i];

		assert_int_equal(utf8_next(&at, at + strlen(bad[i])), -1);
		assert_ptr_equal(at, bad[i] + 1);
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	}
}

static void a_text_with_a_nul_inside_is_not_valid(void **state)
{
	(void)state;
	assert_true(utf8_valid("", 0));
	assert_true(utf8_valid("d\xc3\xa9j\xc3\xa0", 6));
	assert_false(utf8_valid("a\0b", 3));
}

static void clipping_cuts_no_character(void **state)
{
	(void)state;
	assert_int_equal(utf8_clip("d\xc3\xa9j\xc3\xa0", 6, 9), 6);
	assert_int_equal(utf8_clip("d\xc3\xa9j\xc3\xa0", 6, 5), 4);
	assert_int_equal(utf8_clip("d\xc3\xa9j\xc3\xa0", 6, 3), 3);
	assert_int_equal(utf8_clip("d\xc3\xa9j\xc3\xa0", 6, 2), 1);
	assert_int_equal(utf8_clip("\xf0\x9f\x98\x80", 4, 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_code_point_survives_the_way_there_and_back),
		cmocka_unit_test(malformed_sequences_are_refused_byte_by_byte),
		cmocka_unit_test(a_text_with_a_nul_inside_is_not_valid),
		cmocka_unit_test(clipping_cuts_no_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
