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
	{ "04160f185a04160088c0", "1:press", 90, -1 },
	{ "04160088c004160f185a", "1:press", 90, -1 },
	{ "0201060416008880", "1:press", -1, -1 },
	{ "04160088ff", "1:press", -1, -1 },
	{ "04160f185a0416008840", "", 90, -1 },
	{ "041600887f", "", -1, -1 },
	{ "0416008800", "", -1, -1 },
	/* A battery that cannot be is not told. */
	{ "04160f186504160088c0", "1:press", -1, -1 },
	{ "05160f185a0004160088c0", "1:press", -1, -1 },
	{ NULL, NULL, 0, 0 },
};

static void the_alarm_is_the_highest_bit_and_no_other(void **state)
{
	(void)state;
	frames_check("blueup", vectors);
}

static void a_battery_alone_is_of_no_format(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("04160f185a", NULL, NULL, &f),
			 ALERTE_ENOTFOUND);
}

static void a_battery_beside_bytes_that_failed_is_not_told(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("04160f185a03160088", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	assert_int_equal(f.battery_percent, -1);
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_alarm_is_the_highest_bit_and_no_other),
		cmocka_unit_test(a_battery_alone_is_of_no_format),
		cmocka_unit_test(
			a_battery_beside_bytes_that_failed_is_not_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
