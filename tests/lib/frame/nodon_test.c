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
	{ "1316000002599c37d90287a521520006635ab801", "1:press", 99, -1 },
	{ "1316000002599c37d90287a52152000663ee4b02", "1:double", 99, -1 },
	{ "1316000002599c37d90287a52152000660259003", "1:long", 96, -1 },
	{ "1316000002599c37d90287a521520004595eb905", "1:triple", 89, -1 },
	/* Four and five times, and a code that is not defined. */
	{ "1316000002599c37d90287a521520004595eb906", "1:unknown", 89, -1 },
	{ "1316000002599c37d90287a521520004595eb907", "1:unknown", 89, -1 },
	{ "1316000002599c37d90287a521520004595eb9ff", "1:unknown", 89, -1 },
	/* Let go; nothing done.  The high bit is not of the battery. */
	{ "1316000002599c37d90287a521520004d95eb904", "", 89, -1 },
	{ "1316000002599c37d90287a521520004ff5eb900", "", -1, -1 },
	{ NULL, NULL, 0, 0 },
};

static void a_gesture_is_what_its_code_says(void **state)
{
	(void)state;
	frames_check("nodon", vectors);
}

static void another_length_under_uuid_0_is_not_theirs(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("1216000002599c37d90287a521520006635ab8",
				  NULL, NULL, &f), ALERTE_ENOTFOUND);
	assert_int_equal(frame_of("1416000002599c37d90287a521520006635ab80101",
				  NULL, NULL, &f), ALERTE_ENOTFOUND);
	assert_int_equal(frame_of("1316000002599c37d90287a521521106635ab801",
				  NULL, NULL, &f), ALERTE_ENOTFOUND);
	assert_int_equal(frame_of("03160000", NULL, NULL, &f),
			 ALERTE_ENOTFOUND);
}

static void a_cut_frame_raises_nothing_false(void **state)
{
	(void)state;
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gesture_is_what_its_code_says),
		cmocka_unit_test(another_length_under_uuid_0_is_not_theirs),
		cmocka_unit_test(a_cut_frame_raises_nothing_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
