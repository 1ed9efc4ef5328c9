/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "port/pack.h"

static void what_is_packed_comes_out_in_order(void **state)
{
	uint8_t body[64];
	struct pack p;
	struct unpack u;
	char text[8];

	(void)state;
	pack_start(&p, body, sizeof(body));
	pack_int(&p, 1, -5);
	pack_text(&p, 2, "7K2");
	pack_text(&p, 3, "");
	unpack_start(&u, body, p.len);
	assert_true(unpack_next(&u));
	assert_int_equal(u.tag, 1);
	assert_int_equal(unpack_int(&u), -5);
	assert_true(unpack_next(&u));
	unpack_text(&u, text, sizeof(text));
	assert_string_equal(text, "7K2");
	assert_false(unpack_next(&u));
	assert_true(unpack_whole(&u));
}

static void what_does_not_fit_is_said(void **state)
{
	uint8_t body[16];
	struct pack p;

	(void)state;
	pack_start(&p, body, sizeof(body));
	pack_int(&p, 1, 1);
	assert_false(p.cut);
	pack_text(&p, 2, "abc");
	assert_true(p.cut);
	assert_int_equal(p.len, 11);
}

/* Each prefix stands alone on the heap: reading past it is caught. */
static void a_body_cut_anywhere_is_not_read_past_its_end(void **state)
{
	uint8_t body[64];
	struct pack p;

	(void)state;
	pack_start(&p, body, sizeof(body));
	pack_int(&p, 1, 77);
	pack_text(&p, 2, "Garibaldi");
	for (size_t n = 0; n <= p.len; n++) {
		uint8_t *cut = malloc(n ? n : 1);
		struct unpack u;

		assert_non_null(cut);
		memcpy(cut, body, n);
		unpack_start(&u, cut, n);
		while (unpack_next(&u))
			;
		assert_int_equal(unpack_whole(&u),
				 n == 0 || n == 11 || n == p.len);
		free(cut);
	}
}

static void a_longer_text_is_cut_to_the_room(void **state)
{
	uint8_t body[32];
	struct pack p;
	struct unpack u;
	char text[4];

	(void)state;
	pack_start(&p, body, sizeof(body));
	pack_text(&p, 1, "Garibaldi");
	unpack_start(&u, body, p.len);
	assert_true(unpack_next(&u));
	unpack_text(&u, text, sizeof(text));
	assert_string_equal(text, "Gar");
}

static void bytes_of_another_length_are_left_alone(void **state)
{
	uint8_t body[32], out[4] = { 1, 2, 3, 4 };
	struct pack p;
	struct unpack u;

	(void)state;
	pack_start(&p, body, sizeof(body));
	pack_bytes(&p, 1, "abc", 3);
	unpack_start(&u, body, p.len);
	assert_true(unpack_next(&u));
	assert_false(unpack_bytes(&u, out, 4));
	assert_int_equal(out[0], 1);
	assert_int_equal(unpack_int(&u), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_comes_out_in_order),
		cmocka_unit_test(what_does_not_fit_is_said),
		cmocka_unit_test(a_body_cut_anywhere_is_not_read_past_its_end),
		cmocka_unit_test(a_longer_text_is_cut_to_the_room),
		cmocka_unit_test(bytes_of_another_length_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
