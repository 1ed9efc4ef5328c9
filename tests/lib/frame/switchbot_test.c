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
	{ "0c163dfd6440c1050000000000", "", 65, 0 },
	{ "0c163dfd6440c105000000000f", "", 65, 15 },
	/* Entries and exits stand in the high half. */
	{ "0c163dfd6440c10500000000f3", "", 65, 3 },
	{ "0c16000d6440c1050000000007", "", 65, 7 },
	/* The count beside it, before and behind; cut off; none. */
	{ "06163dfd644064" "10ff6909a1b2c3d4e5f607000000000025", "", 100, 5 },
	{ "10ff6909a1b2c3d4e5f60700000000002b" "06163dfd644064", "", 100,
	  11 },
	{ "06163dfd644064" "11ff6909a1b2c3d4e5f607000000000025", "", 100, -1 },
	{ "06163dfd644064" "0fff6909a1b2c3d4e5f6070000000000", "", 100, -1 },
	{ "06163dfd644064", "", 100, -1 },
	/* Being paired. */
	{ "0c163dfd4440e4050000000001", "", 100, 1 },
	{ NULL, NULL, 0, 0 },
};

/* What a step of the count means is for whoever remembers the last one. */
static void a_count_is_told_and_is_no_press_by_itself(void **state)
{
	struct alerte_frame f;

	(void)state;
	frames_check("switchbot", vectors);
	frame_of(vectors[0].adv, NULL, NULL, &f);
	assert_int_equal(f.counts, ALERTE_GESTURE_PRESS);
	assert_int_equal(f.counter_bits, 4);
}

static void other_products_of_the_vendor_are_not_ours(void **state)
{
	static const char *const others[] = {
		"09163dfd6900640098a6", "06163dfd770064", "09163dfd7340d50000f2",
		"09163dfd63c011641104", "06163dfd780036", "03163dfd",
	};
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(frame_of(others[i], NULL, NULL, &f),
				 ALERTE_ENOTFOUND);
}

static void without_its_count_a_frame_tells_its_battery(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("0b163dfd6440c10500000000", NULL, NULL, &f),
			 0);
	assert_int_equal(f.counts, ALERTE_GESTURE_NONE);
	assert_int_equal(frame_of("05163dfd6440", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_count_is_told_and_is_no_press_by_itself),
		cmocka_unit_test(other_products_of_the_vendor_are_not_ours),
		cmocka_unit_test(without_its_count_a_frame_tells_its_battery),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
