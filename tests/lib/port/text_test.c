/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "port/text.h"

static void a_text_grows_up_to_its_array(void **state)
{
	struct text t;
	char out[8];

	(void)state;
	text_start(&t, out, sizeof(out));
	assert_string_equal(out, "");
	text_add(&t, "abc");
	text_addf(&t, "%d", 1234);
	assert_string_equal(out, "abc1234");
	assert_int_equal(t.len, 7);
	assert_false(t.cut);
}

static void what_does_not_fit_is_left_out_whole(void **state)
{
	struct text t;
	char out[8];

	(void)state;
	text_start(&t, out, sizeof(out));
	text_add(&t, "abcd");
	text_add(&t, "efgh");
	assert_string_equal(out, "abcd");
	assert_true(t.cut);

	text_addf(&t, "%s", "efgh");
	assert_string_equal(out, "abcd");
	/* What comes later and is short enough still goes in. */
	text_add_n(&t, "efgh", 3);
	assert_string_equal(out, "abcdefg");
	text_add(&t, "");
	assert_string_equal(out, "abcdefg");
}

static void a_copy_that_does_not_fit_is_empty(void **state)
{
	char out[4] = "xyz";

	(void)state;
	assert_false(text_copy(out, sizeof(out), "abcd"));
	assert_string_equal(out, "");
	assert_true(text_copy(out, sizeof(out), "abc"));
	assert_string_equal(out, "abc");
}

static void an_array_is_whole_with_its_nul_and_in_utf8(void **state)
{
	(void)state;
	assert_true(text_whole("abc", 4));
	assert_true(text_whole("\xc3\xa9t\xc3\xa9", 16));
	assert_false(text_whole("abc", 3));
	assert_false(text_whole("\xe9t\xe9", 4));
	/* Behind the NUL anything may stand. */
	assert_true(text_whole("a\0\xff", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_grows_up_to_its_array),
		cmocka_unit_test(what_does_not_fit_is_left_out_whole),
		cmocka_unit_test(a_copy_that_does_not_fit_is_empty),
		cmocka_unit_test(an_array_is_whole_with_its_nul_and_in_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
