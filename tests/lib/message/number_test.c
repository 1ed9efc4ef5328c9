/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/settings.h>

#include "message/number.h"

static const char *parsed(const char *text)
{
	static char out[ALERTE_NUMBER_MAX];

	strcpy(out, "untouched");
	if (alerte_number_parse(text, out) < 0)
		assert_string_equal(out, "untouched");
	return out;
}

static void a_french_number_is_written_in_full(void **state)
{
	(void)state;
	assert_string_equal(parsed("06 39 98 00 01"), "+33639980001");
	assert_string_equal(parsed("06.39.98.00.01"), "+33639980001");
	assert_string_equal(parsed("06-39-98-00-01"), "+33639980001");
	assert_string_equal(parsed("0033 6 39 98 00 01"), "+33639980001");
	assert_string_equal(parsed(" +33 6 39 98 00 01 "), "+33639980001");
	assert_string_equal(parsed("06\u00a039\u202f98 00 01"),
			    "+33639980001");
	assert_string_equal(parsed("+41 22 555 01 02"), "+41225550102");
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "+", "0", "00", "call me", "06399800011", "063998000",
		"+33063998000", "+330639980001", "+3363998000", "639980001",
		"+1234567890123456", "++33639980001", "06+39980001",
		"+0639980001", "06/39980001", "０６３９９８０００１",
		"+33639980001x", "tel:+33639980001", "\xff", "06\24039980001",
		"+3363998000100000000000000000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_string_equal(parsed(bad[i]), "untouched");
	assert_int_equal(alerte_number_parse(NULL, NULL), ALERTE_EINVAL);
}

static void a_short_number_is_never_a_contact(void **state)
{
	static const char *const lines[] = {
		"15", "17", "18", "112", "114", "115", "116000", "116006",
		"116117", "119", "191", "196", "197", "3919", "3018", "0114",
		"+33114", "+33 17", "0033 17", "0033114", "+33112", "+331 1 2",
		"1 1 2", "1-1-4", "1.1.4", "+112", "+33116006", "+116006",
		"+32116000", "+352116000", "+333919", "+33 39 19", "0033 3919",
		"00112", "+33000000114", "+33 0 800 112 112", "0800 112 112",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_string_equal(parsed(lines[i]), "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_french_number_is_written_in_full),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(a_short_number_is_never_a_contact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
