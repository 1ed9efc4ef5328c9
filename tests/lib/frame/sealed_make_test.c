/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <alerte/sealed.h>

#include "lib/frame/sealed_button.h"
#include "port/bytes.h"

static void says(const uint8_t *bytes, size_t len, const char *hex)
{
	char text[128];

	hex_encode(bytes, len, text);
	assert_string_equal(text, hex);
}

static void the_keys_are_those_of_the_specification(void **state)
{
	struct alerte_sealed_keys keys;

	(void)state;
	sealed_button_keys(0, &keys);
	says(keys.id, 16, "caa16d2e35f24316ba83b0cd979a9605");
	says(keys.seal, 32, "eb764fea4545994558da0f3110d40c9a"
			    "e412bcddae0785340ae2ec44317fa45d");
}

static void vectors_1_to_4_are_made_to_the_byte(void **state)
{
	static const struct {
		struct alerte_sealed_frame frame;
		const char *payload;
	} vectors[] = {
		{ { .epoch = 100000, .seq = 1, .event = ALERTE_SEALED_PRESS,
		    .battery_mv = 3000 },
		  "205e66ac933388b92a14585e88c58406f582f83f9cca4fb1" },
		{ { .epoch = 100000, .seq = 2, .event = ALERTE_SEALED_PRESS,
		    .button = 3, .battery_mv = 3000, .age_ms = 2000,
		    .second = 300 },
		  "205e66ac933388fd69c6831c07435656090249ccfcfe4c8f" },
		{ { .epoch = 100001, .seq = 3, .battery_mv = 2990,
		    .second = 1 },
		  "2077787a828556421a8d08b78c5d1c1330b07d85035a6e47" },
		{ { .kind = ALERTE_SEALED_BOOT, .boot = 7, .seq = 1024,
		    .event = ALERTE_SEALED_PRESS, .epoch = 100000 },
		  "28fd52b3c7013289be394578d8efd8f0be415a5c3269dbc8" },
	};
	uint8_t payload[ALERTE_SEALED_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		sealed_button_make(0, vectors[i].frame, payload);
		says(payload, sizeof(payload), vectors[i].payload);
	}
}

static void an_advert_is_31_bytes_in_both_forms(void **state)
{
	uint8_t payload[ALERTE_SEALED_BYTES], advert[31];

	(void)state;
	sealed_button_make(0, (struct alerte_sealed_frame){
		.epoch = 100000, .seq = 1, .event = ALERTE_SEALED_PRESS,
		.battery_mv = 3000 }, payload);
	assert_int_equal(alerte_sealed_advert(0xff, 0xffff, payload, advert), 0);
	says(advert, 31, "0201061bffffff"
			 "205e66ac933388b92a14585e88c58406f582f83f9cca4fb1");
	assert_int_equal(alerte_sealed_advert(0x16, 0x1234, payload, advert), 0);
	says(advert, 31, "0201061b163412"
			 "205e66ac933388b92a14585e88c58406f582f83f9cca4fb1");
	assert_int_equal(alerte_sealed_advert(0x21, 1, payload, advert),
			 ALERTE_EINVAL);
}

static int make(struct alerte_sealed_frame f, uint8_t *payload)
{
	struct alerte_sealed_keys keys;

	f.size = sizeof(f);
	sealed_button_keys(0, &keys);
	return alerte_sealed_make(alerte_sealed_host_hash(), &keys, &f,
				  payload);
}

static void a_field_out_of_its_range_is_refused(void **state)
{
	static const struct alerte_sealed_frame bad[] = {
		{ .kind = (enum alerte_sealed_kind)2 },
		{ .event = (enum alerte_sealed_event)16 },
		{ .button = 16 },
		{ .press = 64 },
		{ .second = 1024 },
		{ .kind = ALERTE_SEALED_BOOT, .epoch = 0x100000 },
	};
	uint8_t payload[ALERTE_SEALED_BYTES], before[ALERTE_SEALED_BYTES];

	(void)state;
	memset(payload, 0xa5, sizeof(payload));
	memcpy(before, payload, sizeof(before));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(make(bad[i], payload), ALERTE_EINVAL);
	assert_memory_equal(payload, before, sizeof(before));
}

static int broken(void *context, const uint8_t key[32], const uint8_t *message,
		  size_t len, uint8_t out[16])
{
	(void)context;
	(void)key;
	(void)message;
	(void)len;
	(void)out;
	return -1;
}

static void a_primitive_that_fails_makes_no_frame(void **state)
{
	struct alerte_sealed_hash hash = *alerte_sealed_host_hash();
	struct alerte_sealed_frame f = { .size = sizeof(f) };
	uint8_t payload[ALERTE_SEALED_BYTES] = { 0 };
	struct alerte_sealed_keys keys;

	(void)state;
	hash.blake2b = broken;
	sealed_button_keys(0, &keys);
	assert_int_equal(alerte_sealed_make(&hash, &keys, &f, payload),
			 ALERTE_EINVAL);
	assert_int_equal(payload[0], 0);
}

static void a_press_is_sent_fast_then_slowly_then_no_more(void **state)
{
	(void)state;
	assert_int_equal(alerte_sealed_interval(0), 20);
	assert_int_equal(alerte_sealed_interval(1999), 20);
	assert_int_equal(alerte_sealed_interval(2000), 100);
	assert_int_equal(alerte_sealed_interval(20000), 1000);
	assert_int_equal(alerte_sealed_interval(619999), 1000);
	assert_int_equal(alerte_sealed_interval(620000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_keys_are_those_of_the_specification),
		cmocka_unit_test(vectors_1_to_4_are_made_to_the_byte),
		cmocka_unit_test(an_advert_is_31_bytes_in_both_forms),
		cmocka_unit_test(a_field_out_of_its_range_is_refused),
		cmocka_unit_test(a_primitive_that_fails_makes_no_frame),
		cmocka_unit_test(a_press_is_sent_fast_then_slowly_then_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
