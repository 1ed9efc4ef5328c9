/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <limits.h>
#include <string.h>
#include <cmocka.h>

#include <alerte/error.h>

static void every_result_has_a_sentence_of_its_own(void **state)
{
	(void)state;
	for (int a = ALERTE_ENOMEM; a <= ALERTE_VOLATILE; a++) {
		assert_string_not_equal(alerte_strerror(a), "unknown error");
		for (int b = ALERTE_ENOMEM; b < a; b++)
			assert_string_not_equal(alerte_strerror(a),
						alerte_strerror(b));
	}
}

static void any_number_has_an_answer(void **state)
{
	(void)state;
	assert_string_equal(alerte_strerror(INT_MIN), "unknown error");
	assert_string_equal(alerte_strerror(ALERTE_ENOMEM - 1),
			    "unknown error");
	assert_string_equal(alerte_strerror(17), "done");
}

static void the_version_is_that_of_the_build(void **state)
{
	(void)state;
	assert_string_equal(alerte_version(), ALERTE_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_result_has_a_sentence_of_its_own),
		cmocka_unit_test(any_number_has_an_answer),
		cmocka_unit_test(the_version_is_that_of_the_build),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
