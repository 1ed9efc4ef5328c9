/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame/notification.h"
#include "lib/frame/frames.h"
#include "port/bytes.h"

static struct alerte_frame frame;

static int told(const char *family, uint16_t uuid, const char *hex)
{
	uint8_t bytes[8];
	int n = hex_decode(hex, NULL, bytes, sizeof(bytes));
	uint8_t *data = malloc(n ? (size_t)n : 1);
	int r;

	memcpy(data, bytes, (size_t)n);
	frame = (struct alerte_frame){ .size = sizeof(frame) };
	r = frame_notification(family, uuid, data, (size_t)n, &frame);
	free(data);
	return r;
}

static void the_button_of_valrt_tells_what_happened(void **state)
{
	static const struct {
		const char *data, *presses;
	} codes[] = {
		{ "00", "" }, { "01", "1:press" }, { "03", "1:long" },
		{ "04", "1:fall" }, { "05", "1:fall" }, { "02", "1:unknown" },
		{ "ff", "1:unknown" }, { "0100", "1:press" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		int r = told("valrt", 0xfff4, codes[i].data);

		assert_int_equal(r, frame.npresses);
		assert_string_equal(presses_of(&frame), codes[i].presses);
		assert_string_equal(frame.format, "valrt");
		assert_int_equal(frame.trust, ALERTE_TRUST_NONE);
		assert_int_equal(frame.battery_percent, -1);
		assert_int_equal(frame.size, sizeof(frame));
	}
}

static void a_click_of_an_itag_is_a_press(void **state)
{
	(void)state;
	assert_int_equal(told("itag", 0xffe1, "01"), 1);
	assert_string_equal(presses_of(&frame), "1:press");
	assert_string_equal(frame.format, "itag");
	assert_int_equal(told("itag", 0xffe1, "00"), 0);
	assert_int_equal(told("itag", 0xffe1, "02"), 1);
	assert_string_equal(presses_of(&frame), "1:unknown");
}

static void a_battery_is_told_by_every_family(void **state)
{
	(void)state;
	assert_int_equal(told("valrt", 0x2a19, "01"), 0);
	assert_int_equal(frame.battery_percent, 1);
	assert_int_equal(told("itag", 0x2a19, "64"), 0);
	assert_int_equal(frame.battery_percent, 100);
	assert_int_equal(told("itag", 0x2a19, "65"), 0);
	assert_int_equal(frame.battery_percent, -1);
}

static void another_characteristic_or_family_says_nothing(void **state)
{
	(void)state;
	assert_int_equal(told("valrt", 0xfff5, "01"), ALERTE_ENOTFOUND);
	assert_int_equal(told("valrt", 0xffe1, "01"), ALERTE_ENOTFOUND);
	assert_int_equal(told("itag", 0xfff4, "01"), ALERTE_ENOTFOUND);
	assert_int_equal(told("flic", 0xfff4, "01"), ALERTE_ENOTFOUND);
	assert_int_equal(told("", 0x2a19, "01"), ALERTE_ENOTFOUND);
	assert_int_equal(told("itag", 0xffe1, ""), ALERTE_EFORMAT);
	assert_int_equal(told("valrt", 0x2a19, ""), ALERTE_EFORMAT);
	assert_string_equal(frame.format, "");
}

static void the_public_call_minds_its_arguments(void **state)
{
	const uint8_t press = 1;
	struct alerte_frame f = { .size = sizeof(f) };

	(void)state;
	assert_int_equal(alerte_notification_decode("itag", 0xffe1, &press, 1,
						    &f), 1);
	assert_int_equal(f.size, sizeof(f));
	assert_int_equal(alerte_notification_decode(NULL, 0xffe1, &press, 1,
						    &f), ALERTE_EINVAL);
	assert_int_equal(alerte_notification_decode("itag", 0xffe1, NULL, 1,
						    &f), ALERTE_EINVAL);
	f.size--;
	assert_int_equal(alerte_notification_decode("itag", 0xffe1, &press, 1,
						    &f), ALERTE_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_button_of_valrt_tells_what_happened),
		cmocka_unit_test(a_click_of_an_itag_is_a_press),
		cmocka_unit_test(a_battery_is_told_by_every_family),
		cmocka_unit_test(another_characteristic_or_family_says_nothing),
		cmocka_unit_test(the_public_call_minds_its_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
