/* SPDX-License-Identifier: Apache-2.0 */
/* What is believed of a frame beside its press. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/engine.h"
#include "crypto/ccm.h"
#include "lib/core/gateways.h"

static const uint8_t keyed[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };
static const uint8_t plain[6] = { 0xc0, 0xff, 0xee, 0, 0, 9 };

static int begin(void **state)
{
	struct alerte_button b = { .size = sizeof(b), .id = "plain",
				   .wearer = "marie" };

	setup(state);
	memcpy(b.address, plain, sizeof(plain));
	assert_int_equal(alerte_button_set(old.a, &b, at(&old, 0)), 0);
	return 0;
}

static int battery(const char *button)
{
	return old.a->run[site_named(old.a->site, button)].battery.percent;
}

static int hear(const uint8_t from[6], const uint8_t *data, size_t len,
		int64_t s)
{
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = -60, .data = data,
		.len = len, .heard_boot_ms = at(&old, s).boot_ms,
	};

	memcpy(advert.address, from, sizeof(advert.address));
	return alerte_advertisement(old.a, &advert, at(&old, s));
}

/* Battery and press, encrypted (https://bthome.io/encryption). */
static int hear_keyed(uint32_t counter, uint8_t percent, uint8_t press,
		      int64_t s)
{
	uint8_t advert[20] = { 2, 1, 6, 16, 0x16, 0xd2, 0xfc, 0x45 };
	const uint8_t objects[4] = { 0x01, percent, 0x3a, press };
	struct ccm *ccm = ccm_new(bind_key);
	uint8_t nonce[13];

	advert[12] = (uint8_t)counter;
	memcpy(nonce, keyed, 6);
	memcpy(nonce + 6, advert + 5, 3);
	memcpy(nonce + 9, advert + 12, 4);
	assert_non_null(ccm);
	assert_int_equal(ccm_seal(ccm, nonce, sizeof(nonce), NULL, 0, objects,
				  4, advert + 8, advert + 16, 4), 0);
	ccm_free(ccm);
	return hear(keyed, advert, sizeof(advert), s);
}

static int hear_plain(const uint8_t from[6], uint8_t id, uint8_t percent,
		      uint8_t press, int64_t s)
{
	uint8_t frame[] = { 0x0a, 0x16, 0xd2, 0xfc, 0x44, 0x00, id, 0x01,
			    percent, 0x3a, press };

	if (!press)
		frame[0] = 0x08;
	return hear(from, frame, frame[0] + 1, s);
}

static void a_battery_is_taken_from_a_frame_that_is_new(void **state)
{
	(void)state;
	assert_int_equal(battery("kitchen"), -1);
	assert_int_equal(hear_keyed(100, 80, 1, 1), ALERTE_ACCEPTED);
	assert_int_equal(battery("kitchen"), 80);
	assert_int_equal(hear_keyed(101, 79, 0, 2), ALERTE_OK);
	assert_int_equal(battery("kitchen"), 79);
	assert_int_equal(hear_plain(plain, 1, 60, 1, 3), ALERTE_ACCEPTED);
	assert_int_equal(battery("plain"), 60);
	assert_int_equal(hear_plain(plain, 2, 59, 0, 4), ALERTE_OK);
	assert_int_equal(battery("plain"), 59);
}

static void a_frame_played_back_says_nothing_of_the_battery(void **state)
{
	(void)state;
	hear_keyed(100, 80, 1, 1);
	hear_keyed(101, 5, 0, 2);
	hear_keyed(100, 80, 1, 60);
	assert_int_equal(battery("kitchen"), 5);
	/* one that was never heard, of the second lane */
	assert_true(hear_keyed(20, 100, 1, 120) > 0);
	assert_int_equal(battery("kitchen"), 5);
}

static void a_plain_frame_of_a_button_with_a_key_says_nothing_of_it(void **state)
{
	(void)state;
	hear_keyed(100, 5, 1, 1);
	assert_int_equal(hear_plain(keyed, 1, 100, 1, 20), ALERTE_ACCEPTED);
	assert_int_equal(battery("kitchen"), 5);
	assert_int_equal(hear_plain(keyed, 2, 100, 0, 21), ALERTE_OK);
	assert_int_equal(battery("kitchen"), 5);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, teardown)
	const struct CMUnitTest tests[] = {
		T(a_battery_is_taken_from_a_frame_that_is_new),
		T(a_frame_played_back_says_nothing_of_the_battery),
		T(a_plain_frame_of_a_button_with_a_key_says_nothing_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
