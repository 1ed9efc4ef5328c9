/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "frame/ad.h"

static void structures_come_in_order(void **state)
{
	static const uint8_t bytes[] = { 2, 0x01, 0x06, 3, 0x16, 0xd2, 0xfc };
	const uint8_t *at = bytes, *end = bytes + sizeof(bytes);
	struct ad ad;

	(void)state;
	assert_true(ad_next(&at, end, &ad));
	assert_int_equal(ad.type, 0x01);
	assert_int_equal(ad.len, 1);
	assert_int_equal(ad.data[0], 0x06);

	assert_true(ad_next(&at, end, &ad));
	assert_int_equal(ad.type, AD_SERVICE_DATA16);
	assert_int_equal(ad.len, 2);
	assert_false(ad.cut);

	assert_false(ad_next(&at, end, &ad));
}

static void a_length_of_zero_ends_the_payload(void **state)
{
	static const uint8_t bytes[] = { 2, 0x01, 0x06, 0, 2, 0x0a, 0x04 };
	const uint8_t *at = bytes, *end = bytes + sizeof(bytes);
	struct ad ad;

	(void)state;
	assert_true(ad_next(&at, end, &ad));
	assert_false(ad_next(&at, end, &ad));
}

static void a_structure_longer_than_the_rest_is_the_last_and_cut(void **state)
{
	static const uint8_t bytes[] = { 2, 0x01, 0x06, 9, 0x16, 0xd2, 0xfc };
	const uint8_t *at = bytes, *end = bytes + sizeof(bytes);
	struct ad ad;

	(void)state;
	assert_true(ad_next(&at, end, &ad));
	assert_false(ad.cut);
	assert_true(ad_next(&at, end, &ad));
	assert_true(ad.cut);
	assert_int_equal(ad.len, 2);
	assert_false(ad_next(&at, end, &ad));
}

static void a_structure_may_be_a_type_alone(void **state)
{
	static const uint8_t bytes[] = { 1, 0x16, 1 };
	const uint8_t *at = bytes, *end = bytes + sizeof(bytes);
	struct ad ad;

	(void)state;
	assert_true(ad_next(&at, end, &ad));
	assert_int_equal(ad.len, 0);
	assert_false(ad.cut);
	/* A length with no type behind it is nothing. */
	assert_false(ad_next(&at, end, &ad));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(structures_come_in_order),
		cmocka_unit_test(a_length_of_zero_ends_the_payload),
		cmocka_unit_test(
			a_structure_longer_than_the_rest_is_the_last_and_cut),
		cmocka_unit_test(a_structure_may_be_a_type_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
