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
	{ "1bff88eff30a0024aaeaa5631b810899e1c4e1409883fe225935c464",
	  "1:press", 100, 0x0024aaea },
	{ "1bff88effe7e0000094ca86a1af0d2bc44260bd5af344c0be5c7f10a",
	  "1:press", 100, 0x0000094c },
	{ "1bff88ef01c400016b98d35dcbbc1316c4c93f2bf92bec8659ce2040",
	  "2:press", 100, 0x00016b98 },
	{ "1bff88ef01c40018d896d1ff10731f4c855ddf54f1e77fe88b0ec23f",
	  "1:press", 100, 0x0018d896 },
	/* A window, a vibration, a pressure: nobody's finger. */
	{ "1bff88ef3dec000159db6bd9bed7aff72a26aa4bd72dfa94573e5be9",
	  "", 100, 0x000159db },
	{ "1bff88ef08a2000125c25957fd7a750ef234a218bb15467c5b737b04",
	  "", 100, 0x000125c2 },
	{ "1bff88ef477500ae6750fa3447445146492085c27610ea02b3a0063f",
	  "", 100, 0x00ae6750 },
	{ NULL, NULL, 0, 0 },
};

static void a_button_is_found_behind_what_hides_it(void **state)
{
	(void)state;
	frames_check("govee", vectors);
}

static void other_products_of_the_same_frame_raise_what_they_should(void **state)
{
	/* Hidden by a second implementation, of a key made of zeros. */
	static const struct frames_vector made[] = {
		/* H5125, its sixth */
		{ "1bff88ef0000000000008d72ccf470b46b09a8e7a5661d852af291a3",
		  "6:press", 42, 0 },
		/* H5130, its button */
		{ "1bff88ef0000000000000022fa7faa6ab1f6930545c613cd20c1df2f",
		  "1:press", 100, 0 },
		/* and somebody sits on it */
		{ "1bff88ef00000000000049594b1d4b0e5207e88f09530647df21e6e0",
		  "", 100, 0 },
		/* more than a battery holds */
		{ "1bff88ef0000000000001f38fa7c64072de96752ee5446beec95607c",
		  "255:press", -1, 0 },
		/* H5121 sees somebody move */
		{ "1bff88ef000000000000d92df9854f624706cee32d726a0bc2a631f1",
		  "", 100, 0 },
		/* not known */
		{ "1bff88ef000000000000b4d0884b043666e21199e00baa1f5b7d3a9c",
		  "", 7, 0 },
		{ NULL, NULL, 0, 0 },
	};

	(void)state;
	frames_check("govee", made);
}

static void a_frame_whose_sum_is_wrong_is_malformed(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(frame_of("1bff88ef59940000f0b91937ae50b6372c866ac2f3d0"
				  "61e717c00000", NULL, NULL, &f),
			 ALERTE_EFORMAT);
	assert_string_equal(f.format, "govee");
	assert_int_equal(frame_of("1bff88eff30a0024aaeaa5631b810899e1c4e1409883"
				  "fe225934c464", NULL, NULL, &f),
			 ALERTE_EFORMAT);
}

static void a_cut_frame_raises_nothing_false(void **state)
{
	(void)state;
	frames_check_cut(vectors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_button_is_found_behind_what_hides_it),
		cmocka_unit_test(
			other_products_of_the_same_frame_raise_what_they_should),
		cmocka_unit_test(a_frame_whose_sum_is_wrong_is_malformed),
		cmocka_unit_test(a_cut_frame_raises_nothing_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
