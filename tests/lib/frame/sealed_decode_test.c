/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/frame.h>

#include "frame/sealed.h"

/* The first vector of SEALED.md: master key 00 to 1f. */
static const uint8_t adv[] = {
	0x1b, 0x16, 0xff, 0xff, 0x20, 0x5e, 0x66, 0xac, 0x93, 0x33, 0x88, 0xb9,
	0x2a, 0x14, 0x58, 0x5e, 0x88, 0xc5, 0x84, 0x06, 0xf5, 0x82, 0xf8, 0x3f,
	0x9c, 0xca, 0x4f, 0xb1
};

static int decode(uint8_t first, size_t len, struct alerte_frame *out)
{
	uint8_t master[ALERTE_SEALED_MASTER_BYTES];

	for (size_t i = 0; i < sizeof(master); i++)
		master[i] = (uint8_t)i;
	master[0] = first;
	memset(out, 0xa5, sizeof(*out));
	out->size = sizeof(*out);
	return alerte_frame_decode(NULL, adv, len, master, sizeof(master), out);
}

static void its_master_key_opens_an_advert(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(decode(0, sizeof(adv), &f), 1);
	assert_string_equal(f.format, SEALED_NAME);
	assert_int_equal(f.trust, ALERTE_TRUST_STRONG);
	assert_true(f.encrypted && f.has_counter);
}

static void what_no_key_opens_tells_its_format_and_nothing_else(void **state)
{
	struct alerte_frame f;

	(void)state;
	assert_int_equal(decode(0xff, sizeof(adv), &f), ALERTE_EKEY);
	assert_string_equal(f.format, SEALED_NAME);
	assert_int_equal(f.size, sizeof(f));
	assert_int_equal(f.trust, ALERTE_TRUST_NONE);
	assert_int_equal(f.battery_percent, -1);
	assert_int_equal(f.npresses, 0);
	assert_false(f.encrypted || f.has_counter || f.has_packet_id);
}

static void a_payload_that_is_not_sealed_leaves_the_output(void **state)
{
	struct alerte_frame f, before;

	(void)state;
	memset(&before, 0xa5, sizeof(before));
	before.size = sizeof(before);
	assert_int_equal(decode(0, sizeof(adv) - 1, &f), ALERTE_ENOTFOUND);
	assert_memory_equal(&f, &before, sizeof(f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_master_key_opens_an_advert),
		cmocka_unit_test(
			what_no_key_opens_tells_its_format_and_nothing_else),
		cmocka_unit_test(
			a_payload_that_is_not_sealed_leaves_the_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
