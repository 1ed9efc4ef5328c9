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
	{ "0c16e0fe200300010000010000", "1:press", -1, 1 },
	{ "0c16e0fe200300020000010000", "1:press", -1, 2 },
	{ "0c16e0fe200301020000010000", "1:press", -1, 258 },
	{ "0c16e0fe2003ffff0000010000", "1:press", -1, 65535 },
	{ "0c16e0fe210300010000010000", "1:double", -1, 1 },
	{ "0c16e0fe220300010000010000", "1:long", -1, 1 },
	{ "0c16e0fe230300010000010000", "1:inactivity", -1, 1 },
	/* No password on. */
	{ "0c16e0fe220200010000010000", "1:long", -1, 1 },
	/* A device id of six bytes. */
	{ "0f16e0fe2003000111223344556600ff", "1:press", -1, 1 },
	/* Not triggered. */
	{ "0c16e0fe200100010000010000", "", -1, 1 },
	{ "0c16e0fe210100010000010000", "", -1, 1 },
	{ "0c16e0fe220101020000010000", "", -1, 258 },
	{ "0c16e0fe23fdffff0000010000", "", -1, 65535 },
	/* The answer to a scan: percent, millivolts. */
	{ "181600ea00000000000000000000000000005aaabbccddeeff", "", 90, -1 },
	{ "181600ea000000000000000000000000000bb8aabbccddeeff", "", -1, -1 },
	{ "181600ea00000000000000000000000000005aaabbccddeeff"
	  "0c16e0fe200300010000010000", "1:press", -1, 1 },
	{ NULL, NULL, 0, 0 },
};

static void a_slot_that_is_triggered_is_a_press(void **state)
{
	(void)state;
	frames_check("moko", vectors);
}

/* A scale that shares the UUID. */
static void what_is_not_of_their_types_is_not_theirs(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("1716e0feba82e6c7fc3414a442bf46ec68000462bba3"
				  "0100", NULL, NULL, &f), ALERTE_ENOTFOUND);
	assert_string_equal(f.format, "");
	assert_int_equal(frame_of("0c16e0fe240300010000010000", NULL, NULL,
				  &f), ALERTE_ENOTFOUND);
	assert_int_equal(frame_of("0c16e0fe1f0300010000010000", NULL, NULL,
				  &f), ALERTE_ENOTFOUND);
}

static void a_frame_without_its_count_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("0616e0fe200300", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	assert_int_equal(frame_of("0316e0fe", NULL, NULL, &f), ALERTE_EFORMAT);
	assert_int_equal(frame_of("041600ea00", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slot_that_is_triggered_is_a_press),
		cmocka_unit_test(what_is_not_of_their_types_is_not_theirs),
		cmocka_unit_test(a_frame_without_its_count_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
