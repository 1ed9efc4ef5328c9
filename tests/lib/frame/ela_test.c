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
	{ "06ff5707b29c00", "", -1, 78 },
	{ "06ff5707b29d00", "1:press", -1, 78 },
	{ "06ff5707b29f00", "1:press", -1, 79 },
	{ "06ff5707b2ffff", "1:press", -1, 32767 },
	{ "06ff5707620a00", "", -1, 5 },
	{ "06ff5707620b00", "1:press", -1, 5 },
	{ "06ff5707320a00", "", -1, 5 },
	{ "06ff5707320b00", "1:press", -1, 5 },
	/* Motion, a number, a temperature, humidity, an angle. */
	{ "06ff5707420c00", "", -1, -1 },
	{ "06ff5707420d00", "", -1, -1 },
	{ "06ff5707929c00", "", -1, -1 },
	{ "06ff5707929d00", "", -1, -1 },
	{ "0aff570706aabbccddeeff", "", -1, -1 },
	{ "06ff570712850a", "", -1, -1 },
	{ "08ff5707213012b80a", "", -1, -1 },
	{ "0aff570756b29d00b29d00", "", -1, -1 },
	{ "05ff5707f145", "", 69, -1 },
	{ "05ff5707f1ff", "", -1, -1 },
	{ "06ff5707f2ac0b", "", -1, -1 },
	/* More than one value. */
	{ "0aff5707213012b80af145", "", 69, -1 },
	{ "0bff570712850ab29d00f145", "1:press", 69, 78 },
	{ "0dff570706aabbccddeeffb29d00", "1:press", -1, 78 },
	{ "09ff5707b29d00629e00", "1:press", -1, 78 },
	{ NULL, NULL, 0, 0 },
};

static void a_contact_tells_its_state_and_its_count(void **state)
{
	(void)state;
	frames_check("ela", vectors);
}

static void only_what_somebody_presses_counts(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("06ff5707b29c00", NULL, NULL, &f), 0);
	assert_int_equal(f.counts, ALERTE_GESTURE_PRESS);
	assert_int_equal(f.counter_bits, 15);
	assert_int_equal(frame_of("06ff5707929d00", NULL, NULL, &f), 0);
	assert_int_equal(f.counts, ALERTE_GESTURE_NONE);
	assert_int_equal(frame_of("05ff5707f145", NULL, NULL, &f), 0);
	assert_int_equal(f.counts, ALERTE_GESTURE_NONE);
}

static void a_value_cut_short_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("03ff5707", NULL, NULL, &f), ALERTE_EFORMAT);
	assert_int_equal(frame_of("04ff5707b2", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	assert_int_equal(frame_of("05ff5707b29d", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	/* What stands before it is not taken back. */
	assert_int_equal(frame_of("07ff5707b29d00f1", NULL, NULL, &f), 1);
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_contact_tells_its_state_and_its_count),
		cmocka_unit_test(only_what_somebody_presses_counts),
		cmocka_unit_test(a_value_cut_short_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
