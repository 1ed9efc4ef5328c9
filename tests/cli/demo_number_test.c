/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "demo.h"

static void the_demos_own_numbers_belong_to_nobody(void **state)
{
	(void)state;
	assert_true(demo_fictional(DEMO_RELAY));
	assert_true(demo_fictional(DEMO_WEARER));
	assert_true(demo_fictional(DEMO_PAUL));
	assert_true(demo_fictional(DEMO_NADIA));
}

static void emergency_numbers_are_refused(void **state)
{
	(void)state;
	assert_false(demo_fictional("114"));
	assert_false(demo_fictional("+33114"));
	assert_false(demo_fictional("0033114"));
	assert_false(demo_fictional("112"));
	assert_false(demo_fictional("17"));
}

/* One digit off the range of fiction may be a person's telephone. */
static void numbers_beside_the_range_are_refused(void **state)
{
	(void)state;
	assert_false(demo_fictional("+33639970114"));
	assert_false(demo_fictional("+33639990114"));
	assert_false(demo_fictional("+3363998011"));
	assert_false(demo_fictional("+336399801144"));
	assert_false(demo_fictional("+3363998011x"));
	assert_false(demo_fictional("0639980114"));
	assert_false(demo_fictional(""));
}

static void one_number_in_a_file_is_enough_to_refuse_it(void **state)
{
	(void)state;
	assert_true(demo_numbers_fictional("number = \"" DEMO_PAUL "\"\n"));
	assert_false(demo_numbers_fictional("number = \"" DEMO_PAUL "\"\n"
					    "number = \"114\"\n"));
	assert_false(demo_numbers_fictional("number = \"\"\n"));
	assert_false(demo_numbers_fictional("number = \"" DEMO_PAUL));
}

static void an_sms_from_a_number_of_somebody_is_not_written(void **state)
{
	struct demo d = { .dir = "/nonexistent" };
	char path[DEMO_PATH];

	(void)state;
	assert_int_equal(demo_sms_in(&d, "114", "ok", path), EX_SOFTWARE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demos_own_numbers_belong_to_nobody),
		cmocka_unit_test(emergency_numbers_are_refused),
		cmocka_unit_test(numbers_beside_the_range_are_refused),
		cmocka_unit_test(one_number_in_a_file_is_enough_to_refuse_it),
		cmocka_unit_test(an_sms_from_a_number_of_somebody_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
