/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame/trigger.h"
#include "lib/frame/frames.h"
#include "port/bytes.h"
#include "port/text.h"

#define UUID "cdca0d938d39454a8816e603a1484723"

static struct frame_trigger rule_of(const char *text)
{
	struct frame_trigger rule;

	if (frame_trigger_parse(text, &rule))
		fail_msg("%s", text);
	return rule;
}

/* The payload in memory that ends where it ends. */
static int seen(const struct frame_trigger *rule, int8_t rssi, const char *hex,
		size_t n, struct alerte_frame *f)
{
	uint8_t bytes[64], *adv = malloc(n ? n : 1);
	int r;

	hex_decode(hex, NULL, bytes, sizeof(bytes));
	memcpy(adv, bytes, n);
	*f = (struct alerte_frame){ .size = sizeof(*f) };
	r = frame_trigger_decode(rule, rssi, adv, n, f);
	free(adv);
	return r;
}

static const struct {
	const char *rule, *adv;
	bool pressed;
} vectors[] = {
	{ "ibeacon:" UUID ":0001:0002",
	  "1aff4c000215" UUID "00010002c5", true },
	{ "ibeacon:" UUID ":*:*", "1aff4c000215" UUID "00010002c5", true },
	{ "ibeacon:" UUID ":*:*",
	  "0201061aff4c000215" UUID "00010002c5", true },
	{ "ibeacon:*:*:*", "1aff4c000215" UUID "00010002c5", true },
	{ "ibeacon:" UUID ":0001:0003",
	  "1aff4c000215" UUID "00010002c5", false },
	{ "ibeacon:" UUID ":0002:*", "1aff4c000215" UUID "00010002c5", false },
	{ "ibeacon:*:*:0000/0001", "1aff4c000215" UUID "00010002c5", true },
	{ "ibeacon:*:*:0001/0001", "1aff4c000215" UUID "00010002c5", false },
	{ "ibeacon:" UUID ":*:*", "1aff4c000216" UUID "00010002c5", false },
	{ "kontakt:" UUID ":*:*",
	  "1aff4c000215cdca0d938d39454a8816e603a148472300010002c5", false },
	{ "kontakt:" UUID ":*:*",
	  "1aff4c000215cdca0d938d39454a8816e603a148472400010002c5", true },
	{ "kontakt:cdca0d938d39454a8816e603a148472f:*:*",
	  "1aff4c000215cdca0d938d39454a8816e603a148472000010002c5", true },
	{ "kontakt:cdca0d938d39454a8816e603a148472f:*:*",
	  "1aff4c000215cdca0d938d39454a8816e603a148473000010002c5", false },
	{ "altbeacon:" UUID ":*:*", "1bff1801beac" UUID "00010002c500", true },
	{ "altbeacon:" UUID ":*:*", "1bff5707beac" UUID "00010002c500", true },
	{ "altbeacon:" UUID ":*:*", "1bff1801bead" UUID "00010002c500", false },
	{ "eddystone-uid:00112233445566778899:aabbccddeeff",
	  "1716aafe00e700112233445566778899aabbccddeeff0000", true },
	{ "eddystone-uid:00112233445566778899:*",
	  "1716aafe001200112233445566778899000000000000ffff", true },
	{ "eddystone-uid:00112233445566778898:*",
	  "1716aafe00e700112233445566778899aabbccddeeff0000", false },
	{ "eddystone-uid:*:*",
	  "1716aafe10e700112233445566778899aabbccddeeff0000", false },
	{ "eddystone-url:03676f6f07", "0a16aafe10e703676f6f07", true },
	{ "eddystone-url:03676f6f", "0a16aafe10e703676f6f07", false },
	{ "eddystone-url:*", "0a16aafe10e703676f6f07", true },
	{ "eddystone-eid:0011223344556677", "0d16aafe30e70011223344556677",
	  true },
	{ "eddystone-eid:0011223344556678", "0d16aafe30e70011223344556677",
	  false },
	{ "eddystone-tlm:00", "1116aafe20010bb815000000000100000002", false },
	{ "eddystone-tlm:00", "1116aafe20000bb815000000000100000002", true },
	{ "eddystone-tlm:*", "1116aafe20010bb815000000000100000002", true },
	{ "service-data:8800:80/80", "04160088c0", true },
	{ "service-data:8800:80/80", "0416008840", false },
	{ "service-data:8800:80/80", "04168800c0", false },
	{ "service-data:fee0:20030001", "0c16e0fe200300010000010000", true },
	{ "service-data:fee0:*", "0316e0fe", true },
	{ "manufacturer:0757:b20100/ff0100", "06ff5707b29d00", true },
	{ "manufacturer:0757:b20100/ff0100", "06ff5707b29c00", false },
	{ "manufacturer:0757:b20100/ff0100", "0616d2fcb29d00", false },
};

static void a_beacon_is_a_press_where_its_rule_says_so(void **state)
{
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct frame_trigger rule = rule_of(vectors[i].rule);
		const char *adv = vectors[i].adv;
		int r = seen(&rule, -60, adv, strlen(adv) / 2, &f);

		if (r != (vectors[i].pressed ? 1 : ALERTE_ENOTFOUND))
			fail_msg("%s %s: %d", vectors[i].rule, adv, r);
		if (r < 0) {
			assert_string_equal(f.format, "");
			continue;
		}
		assert_string_equal(presses_of(&f), "1:press");
		assert_int_equal(f.trust, ALERTE_TRUST_NONE);
		assert_int_equal(f.battery_percent, -1);
		assert_int_equal(f.size, sizeof(f));
		assert_true(f.format[0]);
	}
}

static void a_beacon_cut_anywhere_is_no_press(void **state)
{
	struct alerte_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct frame_trigger rule = rule_of(vectors[i].rule);
		const char *adv = vectors[i].adv;

		for (size_t n = 0; n < strlen(adv) / 2; n++)
			if (seen(&rule, -60, adv, n, &f) != ALERTE_ENOTFOUND)
				fail_msg("%s, %d bytes", adv, (int)n);
	}
}

static void a_beacon_too_far_away_is_another_s(void **state)
{
	struct frame_trigger rule = rule_of("service-data:8800:80/80,rssi=-70");
	struct alerte_frame f;

	(void)state;
	assert_int_equal(seen(&rule, -70, "04160088c0", 5, &f), 1);
	assert_int_equal(seen(&rule, -71, "04160088c0", 5, &f),
			 ALERTE_ENOTFOUND);
	/* A radio that cannot tell. */
	assert_int_equal(seen(&rule, 127, "04160088c0", 5, &f), 1);
	rule = rule_of("service-data:8800:80/80");
	assert_int_equal(seen(&rule, -128, "04160088c0", 5, &f), 1);
}

static void a_rule_is_printed_as_it_is_read(void **state)
{
	static const char *const same[] = {
		"ibeacon:" UUID ":0001:*", "ibeacon:*:*:0000/0001",
		"altbeacon:" UUID ":*:*",
		"eddystone-uid:00112233445566778899:*",
		"eddystone-url:03676f6f07", "eddystone-url:*",
		"eddystone-eid:0011223344556677", "eddystone-tlm:*",
		"service-data:8800:80/80", "service-data:fee0:*",
		"manufacturer:0757:b20100/ff0100",
		"service-data:8800:00/00,hold=0,rssi=-90",
		"manufacturer:0757:*,hold=3600000",
	};
	char line[256];
	struct text t;

	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct frame_trigger rule = rule_of(same[i]);

		text_start(&t, line, sizeof(line));
		frame_trigger_print(&rule, &t);
		assert_string_equal(line, same[i]);
	}
}

static void a_rule_may_be_written_as_makers_write_it(void **state)
{
	struct frame_trigger rule = rule_of(
		"ibeacon:CDCA0D93-8D39-454A-8816-E603A1484723:0001:0002,"
		"rssi=-80,hold=30000");
	char line[256];
	struct text t;

	(void)state;
	text_start(&t, line, sizeof(line));
	frame_trigger_print(&rule, &t);
	assert_string_equal(line, "ibeacon:" UUID ":0001:0002,hold=30000,"
				  "rssi=-80");
	rule = rule_of("kontakt:" UUID ":*:*");
	assert_int_equal(rule.hold_ms, 10000);
	text_start(&t, line, sizeof(line));
	frame_trigger_print(&rule, &t);
	assert_string_equal(line, "ibeacon:cdca0d938d39454a8816e603a1484724"
				  ":*:*");
}

static void a_rule_that_is_not_whole_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", ":", "ibeacon", "ibeacon:", "beacon:*", "ibeacon:*:*",
		"ibeacon:*:*:*:*", "ibeacon:" UUID "00:*:*", "ibeacon:00:*:*",
		"ibeacon:*:*:0000/00", "ibeacon:*:*:0000/000000",
		"ibeacon:*:*:0000/", "ibeacon:*:*:", "ibeacon:*:*:00zz",
		"ibeacon:*:*:*,", "ibeacon:*:*:*,hold", "ibeacon:*:*:*,hold=",
		"ibeacon:*:*:*,hold=-1", "ibeacon:*:*:*,hold=3600001",
		"ibeacon:*:*:*,hold=99999999999999999999",
		"ibeacon:*:*:*,rssi=21", "ibeacon:*:*:*,rssi=-129",
		"ibeacon:*:*:*,rssi=-", "ibeacon:*:*:*,rssi=-7 ",
		"ibeacon:*:*:*,x=1", "ibeacon,hold=1", "service-data:8800",
		"service-data:*:*", "service-data:880:*", "service-data:8800:",
		"service-data:880000:*", "eddystone-url:",
		/* What it shows when pressed would not be known. */
		"kontakt:*:*:*",
		"kontakt:" UUID "/fffffffffffffffffffffffffffffff0:*:*",
		/* 28 bytes; a word of any length. */
		"service-data:8800:00000000000000000000000000000000000000000000"
		"000000000000",
		"service-data:8800:00000000000000000000000000000000000000000000"
		"00000000000000000000000000000000000000000000000000000000000",
	};
	struct frame_trigger rule, before;

	(void)state;
	memset(&rule, 0x5a, sizeof(rule));
	before = rule;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (frame_trigger_parse(wrong[i], &rule) != ALERTE_EFORMAT)
			fail_msg("%s", wrong[i]);
		assert_memory_equal(&rule, &before, sizeof(rule));
	}
}

static void every_kind_has_a_name_that_fits(void **state)
{
	(void)state;
	for (int k = 0; k <= TRIGGER_MANUFACTURER; k++)
		assert_true(strlen(trigger_layout((enum trigger_kind)k)->name) <
			    ALERTE_FORMAT_MAX);
}

static void the_public_rule_is_checked_and_used_as_text(void **state)
{
	static const uint8_t advert[] = { 5, 0xff, 0x4c, 0x00, 0xab, 0x01 };
	struct alerte_frame f = { .size = sizeof(f) };
	char one[ALERTE_TRIGGER_MAX] = "as it was";

	(void)state;
	assert_int_equal(alerte_trigger_check("manufacturer:4c:ab", one),
			 ALERTE_EFORMAT);
	assert_string_equal(one, "as it was");
	assert_int_equal(alerte_trigger_check("manufacturer:004C:AB,rssi=-70",
					      one), 0);
	assert_string_equal(one, "manufacturer:004c:ab,rssi=-70");
	assert_int_equal(alerte_trigger_decode(one, -60, advert,
					       sizeof(advert), &f), 1);
	assert_string_equal(f.format, "manufacturer");
	assert_int_equal(f.trust, ALERTE_TRUST_NONE);
	assert_int_equal(alerte_trigger_decode(one, -71, advert,
					       sizeof(advert), &f),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_trigger_decode("no rule", 0, advert,
					       sizeof(advert), &f),
			 ALERTE_EFORMAT);
	f.size--;
	assert_int_equal(alerte_trigger_decode(one, -60, advert,
					       sizeof(advert), &f),
			 ALERTE_EINVAL);
}

static void the_longest_rule_has_room(void **state)
{
	char rule[512] = "manufacturer:ffff:", one[ALERTE_TRIGGER_MAX];

	(void)state;
	for (int i = 0; i < TRIGGER_ID_MAX; i++)
		strcat(rule, "a5");
	strcat(rule, "/");
	for (int i = 0; i < TRIGGER_ID_MAX; i++)
		strcat(rule, "f7");
	strcat(rule, ",hold=3600000,rssi=-127");
	assert_int_equal(alerte_trigger_check(rule, one), 0);
	assert_int_equal(strlen(one), strlen(rule));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_beacon_is_a_press_where_its_rule_says_so),
		cmocka_unit_test(a_beacon_cut_anywhere_is_no_press),
		cmocka_unit_test(a_beacon_too_far_away_is_another_s),
		cmocka_unit_test(a_rule_is_printed_as_it_is_read),
		cmocka_unit_test(a_rule_may_be_written_as_makers_write_it),
		cmocka_unit_test(a_rule_that_is_not_whole_is_refused),
		cmocka_unit_test(every_kind_has_a_name_that_fits),
		cmocka_unit_test(the_public_rule_is_checked_and_used_as_text),
		cmocka_unit_test(the_longest_rule_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
