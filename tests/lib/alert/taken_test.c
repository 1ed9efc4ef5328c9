/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "alert/taken.h"

static void an_answer_is_taken_once(void **state)
{
	struct taken t = { 0 };

	(void)state;
	assert_true(taken_new(&t, 7));
	assert_false(taken_new(&t, 7));
	for (uint64_t i = 100; i < 100 + TAKEN_IDS; i++)
		assert_true(taken_new(&t, i));
	for (uint64_t i = 100; i < 100 + TAKEN_IDS; i++)
		assert_false(taken_new(&t, i));
}

static void endpoints_do_not_push_out_what_others_answered(void **state)
{
	struct taken all[TAKEN_ENDPOINTS] = { 0 };

	(void)state;
	for (uint64_t e = 1; e <= TAKEN_ENDPOINTS; e++)
		for (uint64_t i = 0; i < TAKEN_IDS; i++)
			assert_true(taken_new(taken_of(all, e), e << 32 | i));
	for (uint64_t e = 1; e <= TAKEN_ENDPOINTS; e++)
		for (uint64_t i = 0; i < TAKEN_IDS; i++)
			assert_false(taken_new(taken_of(all, e), e << 32 | i));
}

static void endpoints_without_room_share_the_last(void **state)
{
	struct taken all[TAKEN_ENDPOINTS] = { 0 };

	(void)state;
	for (uint64_t e = 1; e <= TAKEN_ENDPOINTS; e++)
		assert_int_equal(taken_of(all, e)->endpoint, e);
	assert_ptr_equal(taken_of(all, 99), &all[TAKEN_ENDPOINTS - 1]);
	assert_ptr_equal(taken_of(all, 1), &all[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_is_taken_once),
		cmocka_unit_test(
			endpoints_do_not_push_out_what_others_answered),
		cmocka_unit_test(endpoints_without_room_share_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
