/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lib/frame/frames.h"

static const struct frames_vector vectors[] = {
	{ "101642524164c6b545f6f18e0606060100", "1:press", 100, -1 },
	{ "0f1642524164c6b545f6f18e06060601", "1:press", 100, -1 },
	{ "101642524132c6b545f6f18e0606060000", "", 50, -1 },
	{ "101642524132c6b545f6f18e0606060200", "", 50, -1 },
	{ "101642524132c6b545f6f18e0606040100", "", 50, -1 },
	{ "101642524132c6b545f6f18e0606050100", "", 50, -1 },
	{ "1016425241ffc6b545f6f18e0606010116", "", -1, -1 },
	{ NULL, NULL, 0, 0 },
};

static void only_the_button_that_is_down_is_a_press(void **state)
{
	(void)state;
	frames_check("holyiot", vectors);
}

static void a_frame_cut_before_its_value_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("0e1642524164c6b545f6f18e060606", NULL, NULL,
				  &f), ALERTE_EFORMAT);
	assert_int_equal(frame_of("03164252", NULL, NULL, &f), ALERTE_EFORMAT);
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_button_that_is_down_is_a_press),
		cmocka_unit_test(a_frame_cut_before_its_value_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
