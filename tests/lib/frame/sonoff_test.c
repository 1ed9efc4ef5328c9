/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <stdlib.h>

#include "frame/format.h"
#include "lib/frame/frames.h"
#include "port/bytes.h"

static const struct frames_vector vectors[] = {
	/* S-MATE and R5, as captured. */
	{ "1b05ffffee1bc878f64a4690dd5ad9e71f4e4177f011694babb7fe68",
	  "1:press", -1, 91 },
	{ "1b05ffffee1bc878f64a4790365ad509227b7442c5245c7de4828b98",
	  "1:press", -1, 801 },
	{ "0201021b05ffffee1bc878f64a4790365ad509227b7442c5245c7de4828b98",
	  "1:press", -1, 801 },
	/* The second with its button, gesture or count set otherwise. */
	{ "1b05ffffee1bc878f64a4790365ad509227b7447c5245c7de4828b98",
	  "6:press", -1, 801 },
	{ "1b05ffffee1bc878f64a4790365ad509227b7443c4245c7de4828b98",
	  "2:double", -1, 801 },
	{ "1b05ffffee1bc878f64a4790365ad509227b7442c7245c7de4828b98",
	  "1:long", -1, 801 },
	{ "1b05ffffee1bc878f64a4790365ad509227b7442c6245c7de4828b98",
	  "1:unknown", -1, 801 },
	{ "1b05ffffee1bc878f64a4790365ad509227b7442c5ab5c7de4828b98",
	  "1:press", -1, 0x8f000321 },
	{ NULL, NULL, 0, 0 },
};

static void a_press_is_found_behind_what_hides_it(void **state)
{
	(void)state;
	frames_check("sonoff", vectors);
}

static void a_list_of_uuids_is_a_list_of_uuids(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("0505ffffee1b", NULL, NULL, &f),
			 ALERTE_ENOTFOUND);
	assert_int_equal(frame_of("1b05ffffee1bc878f64b4790365ad509227b7442c524"
				  "5c7de4828b98", NULL, NULL, &f),
			 ALERTE_ENOTFOUND);
	assert_string_equal(f.format, "");
}

static void a_cut_frame_raises_nothing_false(void **state)
{
	(void)state;
	frames_check_cut(vectors);
}

/* Cut anywhere, in memory that ends there. */
static void units_of_one_address_are_told_apart(void **state)
{
	static const uint8_t shared[] = { 0x66, 0x55, 0x44, 0x33, 0x22, 0x11 };
	static const uint8_t hers[] = { 0, 0, 0x5a, 0xd5, 0x09, 0x22 };
	uint8_t whole[31], own[6] = { 0 }, other[6] = { 0x66, 0x55 };
	int n = hex_decode(vectors[2].adv, NULL, whole, sizeof(whole));

	(void)state;
	assert_int_equal(n, 31);
	for (size_t len = 0; len < 31; len++) {
		uint8_t *cut = malloc(len ? len : 1);

		memcpy(cut, whole, len);
		assert_false(frame_own_address(shared, cut, len, own));
		free(cut);
	}
	assert_false(frame_own_address(other, whole, 31, own));
	assert_true(frame_own_address(shared, whole, 31, own));
	assert_memory_equal(own, hers, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_press_is_found_behind_what_hides_it),
		cmocka_unit_test(a_list_of_uuids_is_a_list_of_uuids),
		cmocka_unit_test(a_cut_frame_raises_nothing_false),
		cmocka_unit_test(units_of_one_address_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
