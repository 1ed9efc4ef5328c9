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
	{ "1316e1ffa10864001302e4cdab504c5553303031", "", 100, -1 },
	{ "0716e1ffa1181e0101", "", 30, -1 },
	{ "0616e1ffa120ff", "", -1, -1 },
	{ NULL, NULL, 0, 0 },
};

static void it_tells_its_battery_and_never_a_press(void **state)
{
	(void)state;
	frames_check("minew", vectors);
}

static void what_does_not_begin_with_their_mark_is_not_theirs(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("0616e1ff010203", NULL, NULL, &f),
			 ALERTE_ENOTFOUND);
}

static void a_frame_cut_before_its_battery_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("0516e1ffa108", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	assert_int_equal(frame_of("0316e1ff", NULL, NULL, &f), ALERTE_EFORMAT);
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_tells_its_battery_and_never_a_press),
		cmocka_unit_test(
			what_does_not_begin_with_their_mark_is_not_theirs),
		cmocka_unit_test(a_frame_cut_before_its_battery_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
