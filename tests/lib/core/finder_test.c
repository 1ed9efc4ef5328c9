/* SPDX-License-Identifier: Apache-2.0 */
/* What a button may be known by, what it is searched for, and its secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#include "core/engine.h"

static struct alerte *a;
static uint8_t drawn;
static int sends;

static struct alerte_time at(int64_t ms)
{
	return (struct alerte_time){ .boot_ms = 1000000 + ms,
				     .wall_ms = 1773147900000 + ms,
				     .wall_trusted = true };
}

static int host_send(void *context, const struct alerte_message *m)
{
	(void)context;
	(void)m;
	sends++;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	uint8_t *out = bytes;

	(void)context;
	while (len--)
		*out++ = drawn += 37;
	return 0;
}

static const uint8_t run_key[ALERTE_KEY_BYTES] = { 1, 2, 3 };

static int start(void)
{
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random };
	struct alerte_options o = {
		.size = sizeof(o), .path = ":memory:", .run_key = run_key,
		.boot_id = run_key, .relay_number = "+33639980114",
	};
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = "+33639980101" };
	struct alerte_wearer w = {
		.size = sizeof(w), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.",
		.place = "12 rue Garibaldi, 69003 Lyon", .contact = { "paul" },
	};

	sends = 0;
	drawn = 0;	/* the same site key in every engine */
	assert_int_equal(alerte_open(&o, &h, at(0), &a), 0);
	assert_int_equal(alerte_contact_set(a, &c, at(0)), 0);
	return alerte_wearer_set(a, &w, at(0));
}

static int setup(void **state)
{
	(void)state;
	return start();
}

static int teardown(void **state)
{
	(void)state;
	return alerte_close(a);
}

static struct alerte_button button(const char *id)
{
	struct alerte_button b = { .size = sizeof(b), .wearer = "marie" };

	snprintf(b.id, sizeof(b.id), "%s", id);
	return b;
}

static struct alerte_button addressed(const char *id, uint8_t last)
{
	struct alerte_button b = button(id);
	const uint8_t address[6] = { 0xc0, 0xff, 0xee, 0, 0, last };

	memcpy(b.address, address, sizeof(address));
	return b;
}

static struct alerte_button sealed(const char *id, uint8_t first)
{
	struct alerte_button b = button(id);

	for (uint8_t i = 0; i < 32; i++)
		b.key[i] = (uint8_t)(first + i);
	b.key_len = 32;
	return b;
}

static int set(struct alerte_button b)
{
	return alerte_button_set(a, &b, at(0));
}

static void what_a_button_is_known_by_is_one_thing(void **state)
{
	struct alerte_button b = addressed("b", 1);

	(void)state;
	b.key_len = 32;
	assert_int_equal(set(b), ALERTE_EINVAL);
	b = sealed("b", 0);
	strcpy(b.format, "bthome-v2");
	assert_int_equal(set(b), ALERTE_EINVAL);
	b = button("b");
	b.key_len = 16;
	assert_int_equal(set(b), ALERTE_EINVAL);
	b = addressed("b", 1);
	strcpy(b.format, "itag");
	b.key_len = 16;
	assert_int_equal(set(b), ALERTE_EINVAL);
	b.key_len = 0;
	assert_int_equal(set(b), 0);
	strcpy(b.format, "no-such");
	assert_int_equal(set(b), ALERTE_EINVAL);
	b = addressed("b", 1);
	strcpy(b.format, "sealed-v1");
	assert_int_equal(set(b), ALERTE_EINVAL);
}

static void a_rule_is_kept_in_its_one_form_only(void **state)
{
	struct alerte_button b = button("b");

	(void)state;
	strcpy(b.trigger, "manufacturer:004C:AB");
	assert_int_equal(set(b), ALERTE_EINVAL);
	assert_int_equal(alerte_trigger_check("manufacturer:004C:AB",
					      b.trigger), 0);
	assert_int_equal(set(b), 0);
	b.key_len = 16;
	assert_int_equal(set(b), ALERTE_EINVAL);
	b.key_len = 0;
	strcpy(b.format, "ela");
	assert_int_equal(set(b), ALERTE_EINVAL);
}

static void two_buttons_are_not_known_by_the_same(void **state)
{
	struct alerte_button b = button("b2");

	(void)state;
	assert_int_equal(set(addressed("a1", 1)), 0);
	assert_int_equal(set(addressed("a2", 1)), ALERTE_EINVAL);
	assert_int_equal(set(sealed("s1", 7)), 0);
	assert_int_equal(set(sealed("s2", 7)), ALERTE_EINVAL);
	assert_int_equal(set(sealed("s2", 8)), 0);
	assert_int_equal(alerte_trigger_check("manufacturer:004c:ab",
					      b.trigger), 0);
	assert_int_equal(set(b), 0);
	strcpy(b.id, "b3");
	assert_int_equal(set(b), ALERTE_EINVAL);
	assert_non_null(strstr(alerte_errmsg(a), "known by"));
	/* on a screen: nothing of them is heard */
	assert_int_equal(set(button("h1")), 0);
	assert_int_equal(set(button("h2")), 0);
}

static void a_key_that_is_kept_is_the_one_there_was(void **state)
{
	struct alerte_button b = sealed("s", 1), read = { .size = sizeof(b) };

	(void)state;
	assert_int_equal(set(b), 0);
	b = button("s");
	b.grace_s = 5;
	b.key_len = ALERTE_KEY_KEPT;
	assert_int_equal(set(b), 0);
	assert_memory_equal(site_button(a->site, 0)->key, sealed("s", 1).key,
			    ALERTE_BUTTON_KEY_MAX);
	assert_int_equal(site_button(a->site, 0)->grace_s, 5);
	/* read back without it */
	assert_int_equal(alerte_button_next(a, "", &read), 1);
	assert_int_equal(read.key_len, 32);
	for (int i = 0; i < ALERTE_BUTTON_KEY_MAX; i++)
		assert_int_equal(read.key[i], 0);
	strcpy(b.id, "other");
	assert_int_equal(set(b), ALERTE_ENOTFOUND);
	assert_int_equal(set(addressed("plain", 3)), 0);
	b = addressed("plain", 3);
	b.key_len = ALERTE_KEY_KEPT;
	assert_int_equal(set(b), ALERTE_ENOTFOUND);
}

/* --------------------------------------------------------- sealed frames */

static uint32_t seq;

/* One frame of press number `press`, so old, so long after epoch 5 began. */
static void make_press(uint8_t press, uint32_t second, uint32_t age_ms,
		       uint8_t advert[ALERTE_SEALED_ADVERT_BYTES])
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	struct alerte_sealed_frame f = {
		.size = sizeof(f), .seq = ++seq, .press = press,
		.epoch = 5 + second / ALERTE_SEALED_EPOCH_S,
		.second = second % ALERTE_SEALED_EPOCH_S, .age_ms = age_ms, .battery_mv = 3000,
		.event = ALERTE_SEALED_PRESS,
	};
	uint8_t payload[ALERTE_SEALED_BYTES];

	assert_int_equal(alerte_sealed_derive(sealed("", 1).key, &keys), 0);
	assert_int_equal(alerte_sealed_make(alerte_sealed_host_hash(), &keys,
					    &f, payload), 0);
	assert_int_equal(alerte_sealed_advert(ALERTE_SEALED_MANUFACTURER,
					      ALERTE_SEALED_TRIAL_ID, payload,
					      advert), 0);
}

static void make(uint8_t first, uint32_t epoch, uint16_t id, uint8_t type,
		 uint8_t advert[ALERTE_SEALED_ADVERT_BYTES])
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	struct alerte_sealed_frame f = {
		.size = sizeof(f), .epoch = epoch, .seq = seq + 1,
		.press = (uint8_t)((seq + 1) % 64), .event = ALERTE_SEALED_PRESS,
		.battery_mv = 3000,
	};
	uint8_t payload[ALERTE_SEALED_BYTES];

	seq++;
	assert_int_equal(alerte_sealed_derive(sealed("", first).key, &keys), 0);
	assert_int_equal(alerte_sealed_make(alerte_sealed_host_hash(), &keys,
					    &f, payload), 0);
	assert_int_equal(alerte_sealed_advert(type, id, payload, advert), 0);
}

static int hear(const uint8_t advert[ALERTE_SEALED_ADVERT_BYTES], int64_t ms)
{
	struct alerte_advert heard = {
		.size = sizeof(heard), .rssi_dbm = -50, .data = advert,
		.len = ALERTE_SEALED_ADVERT_BYTES,
		.address = { 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 },
	};

	return alerte_advertisement(a, &heard, at(ms));
}

static void both_forms_of_the_advert_are_heard_under_the_identifier(
	void **state)
{
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];

	(void)state;
	assert_int_equal(set(sealed("s", 1)), 0);
	make(1, 5, 0xffff, ALERTE_SEALED_MANUFACTURER, advert);
	assert_int_equal(hear(advert, 0), ALERTE_OK);
	assert_true(alerte_deadline(a) <= at(0).boot_ms);
	assert_true(alerte_step(a, at(0)) > 0);
	make(1, 5, 0xffff, ALERTE_SEALED_SERVICE_DATA, advert);
	assert_int_equal(hear(advert, 1000), ALERTE_ACCEPTED);
	make(1, 5, 0x004c, ALERTE_SEALED_MANUFACTURER, advert);
	assert_int_equal(hear(advert, 2000), ALERTE_OK);
}

static void keys_without_their_master_are_as_good(void **state)
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];
	struct alerte_button b = button("s");

	(void)state;
	assert_int_equal(alerte_sealed_derive(sealed("", 1).key, &keys), 0);
	memcpy(b.key, keys.id, 16);
	memcpy(b.key + 16, keys.seal, 32);
	b.key_len = 48;
	assert_int_equal(set(b), 0);
	make(1, 5, 0xffff, ALERTE_SEALED_MANUFACTURER, advert);
	hear(advert, 0);
	assert_true(alerte_step(a, at(0)) > 0);
}

static void strangers_do_not_keep_the_processor_busy(void **state)
{
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];
	int steps = 0;

	(void)state;
	assert_int_equal(alerte_deadline(a), ALERTE_NEVER);
	assert_int_equal(set(sealed("s1", 1)), 0);
	assert_int_equal(set(sealed("s2", 2)), 0);
	assert_int_equal(alerte_step(a, at(0)), 0);
	assert_int_equal(alerte_deadline(a), at(60000).boot_ms);
	make(99, 5, 0xffff, ALERTE_SEALED_MANUFACTURER, advert);
	assert_int_equal(hear(advert, 10), ALERTE_OK);
	/* slices with time for the rest between them, then it is given up */
	for (int64_t ms = 10; alerte_deadline(a) < at(50000).boot_ms; steps++) {
		assert_int_equal(alerte_step(a, at(ms)), 0);
		assert_true(alerte_deadline(a) >= at(ms + 5).boot_ms);
		ms = alerte_deadline(a) - at(0).boot_ms;
	}
	assert_in_range(steps, 2, 300);
	assert_int_equal(hear(advert, 3000), ALERTE_OK);
	assert_int_equal(alerte_step(a, at(3000)), 0);
	assert_int_equal(alerte_step(a, at(3005)), 0);
	assert_true(alerte_deadline(a) > at(50000).boot_ms);
}

static void what_was_learned_outlives_a_change_of_settings(void **state)
{
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES];
	struct alerte_status count = { .size = sizeof(count) };

	(void)state;
	assert_int_equal(set(sealed("s1", 1)), 0);
	make(1, 5, 0xffff, ALERTE_SEALED_MANUFACTURER, advert);
	hear(advert, 0);
	assert_true(alerte_step(a, at(0)) > 0);
	/* it sorts before: every index moves */
	assert_int_equal(set(sealed("s0", 2)), 0);
	assert_int_equal(hear(advert, 10), ALERTE_OK);
	assert_int_equal(alerte_status(a, &count), 0);
	assert_int_equal(count.repeats, 1);
	make(1, 5, 0xffff, ALERTE_SEALED_MANUFACTURER, advert);
	assert_int_equal(hear(advert, 20), ALERTE_ACCEPTED);
	/* removed: a stranger */
	assert_int_equal(alerte_setting_remove(a, ALERTE_KIND_BUTTON, "s0",
					       at(30)), 0);
	make(2, 5, 0xffff, ALERTE_SEALED_MANUFACTURER, advert);
	assert_int_equal(hear(advert, 40), ALERTE_OK);
	for (int64_t ms = 40; ms < 2000; ms += 5)
		alerte_step(a, at(ms));
	assert_int_equal(alerte_status(a, &count), 0);
	assert_int_equal(count.presses, 2);
}

static struct alerte_alert newest(void)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t after = 0;

	while (alerte_alert_next(a, after, &alert) == 1)
		after = alert.id;
	assert_true(after > 0);
	return alert;
}

static void gateways_agree_on_a_press_and_tell_two_apart(void **state)
{
	uint8_t first[ALERTE_SEALED_ADVERT_BYTES], later[sizeof(first)],
		other[sizeof(first)];
	struct alerte_alert here, there, next;

	(void)state;
	make_press(7, 1022, 0, first);
	make_press(7, 1025, 3000, later);	/* in the epoch behind */
	make_press(8, 1040, 0, other);
	assert_int_equal(set(sealed("s", 1)), 0);
	hear(first, 0);
	assert_true(alerte_step(a, at(0)) > 0);
	here = newest();
	assert_int_equal(alerte_finish(a, here.id, "asso", at(1000)),
			 ALERTE_ACCEPTED);
	assert_int_equal(hear(other, 17000), ALERTE_ACCEPTED);
	next = newest();
	assert_string_not_equal(here.reference, next.reference);
	alerte_close(a);

	/* another gateway of the site heard the burst from 3 s on */
	assert_int_equal(start(), 0);
	assert_int_equal(set(sealed("s", 1)), 0);
	hear(later, 3000);
	assert_true(alerte_step(a, at(3000)) > 0);
	there = newest();
	assert_string_equal(here.reference, there.reference);
}

static void our_own_count_never_names_an_older_alert(void **state)
{
	struct alerte_alert before;

	(void)state;
	assert_int_equal(set(button("h")), 0);
	assert_int_equal(alerte_press(a, "h", 1, ALERTE_GESTURE_PRESS,
				      ALERTE_TRUST_WEAK, at(0)),
			 ALERTE_ACCEPTED);
	before = newest();
	alerte_close(a);
	/* the same site, and its count begins again */
	assert_int_equal(start(), 0);
	assert_int_equal(set(button("h")), 0);
	assert_int_equal(alerte_press(a, "h", 1, ALERTE_GESTURE_PRESS,
				      ALERTE_TRUST_WEAK, at(5000)),
			 ALERTE_ACCEPTED);
	assert_string_not_equal(before.reference, newest().reference);
}

static void a_cut_or_odd_advert_is_nobodys(void **state)
{
	uint8_t advert[ALERTE_SEALED_ADVERT_BYTES], copy[sizeof(advert)];
	struct alerte_advert heard = { .size = sizeof(heard), .data = copy };

	(void)state;
	assert_int_equal(set(sealed("s", 1)), 0);
	make(1, 5, 0xffff, ALERTE_SEALED_MANUFACTURER, advert);
	for (size_t len = 0; len < sizeof(advert); len++) {
		memcpy(copy, advert, sizeof(copy));
		heard.len = len;
		assert_int_equal(alerte_advertisement(a, &heard, at(0)),
				 ALERTE_OK);
	}
	heard.len = sizeof(copy);
	copy[7] ^= 0x40;
	assert_int_equal(alerte_advertisement(a, &heard, at(0)), ALERTE_OK);
	assert_int_equal(alerte_step(a, at(0)), 0);
	assert_int_equal(sends, 0);
}

/* ------------------------------------------------------------- enrolment */

static void nothing_of_a_candidate_is_in_force(void **state)
{
	struct alerte_button b = addressed("b", 1);
	struct alerte_enrolment told = { .size = sizeof(told) };

	(void)state;
	assert_int_equal(alerte_enrolment(a, at(0), &told), 0);
	assert_int_equal(told.state, ALERTE_ENROL_NONE);
	assert_int_equal(alerte_enrol(a, &b, at(0)), 0);
	assert_int_equal(alerte_press(a, "b", 1, ALERTE_GESTURE_PRESS,
				      ALERTE_TRUST_NONE, at(0)),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_enrolment(a, at(0), &told), 0);
	assert_int_equal(told.state, ALERTE_ENROL_WAITING);
	assert_string_equal(told.id, "b");
	assert_false(told.again);
	/* a second one ends the first; a refused one ends nothing */
	strcpy(b.id, "b2");
	assert_int_equal(alerte_enrol(a, &b, at(0)), 0);
	strcpy(b.wearer, "nobody");
	assert_int_equal(alerte_enrol(a, &b, at(0)), ALERTE_ENOTFOUND);
	b.key_len = ALERTE_KEY_KEPT;
	assert_int_equal(alerte_enrol(a, &b, at(0)), ALERTE_EINVAL);
	assert_int_equal(alerte_enrolment(a, at(0), &told), 0);
	assert_string_equal(told.id, "b2");
	assert_int_equal(alerte_settings_begin(a), 0);
	assert_int_equal(alerte_enrol(a, &b, at(0)), ALERTE_EBUSY);
	assert_int_equal(alerte_settings_end(a, false, at(0)), 0);
	assert_int_equal(alerte_enrolment(a, at(ALERTE_ENROL_MS), &told), 0);
	assert_int_equal(told.state, ALERTE_ENROL_EXPIRED);
}

static void what_was_heard_before_proves_nothing(void **state)
{
	static const uint8_t advert[] = { 0x07, 0x16, 0xd2, 0xfc, 0x40, 0x3a,
					  0x01, 0x00 };
	struct alerte_button b = addressed("b", 1);
	struct alerte_enrolment told = { .size = sizeof(told) };
	struct alerte_advert heard = {
		.size = sizeof(heard), .data = advert, .len = sizeof(advert),
		.heard_boot_ms = at(0).boot_ms,
	};

	(void)state;
	memcpy(heard.address, b.address, 6);
	assert_int_equal(alerte_enrol(a, &b, at(1000)), 0);
	assert_int_equal(alerte_advertisement(a, &heard, at(2000)), ALERTE_OK);
	assert_int_equal(alerte_enrolment(a, at(2000), &told), 0);
	assert_int_equal(told.state, ALERTE_ENROL_WAITING);
	heard.heard_boot_ms = at(1500).boot_ms;
	/* not while the host changes the settings: the next press will do */
	assert_int_equal(alerte_settings_begin(a), 0);
	assert_int_equal(alerte_advertisement(a, &heard, at(2000)), ALERTE_OK);
	assert_int_equal(alerte_settings_end(a, false, at(2000)), 0);
	assert_int_equal(alerte_enrolment(a, at(2000), &told), 0);
	assert_int_equal(told.state, ALERTE_ENROL_WAITING);
	heard.heard_boot_ms = at(20000).boot_ms;
	assert_int_equal(alerte_advertisement(a, &heard, at(20000)), ALERTE_OK);
	assert_int_equal(alerte_enrolment(a, at(20000), &told), 0);
	assert_int_equal(told.state, ALERTE_ENROL_PROVED);
	assert_string_equal(told.format, "bthome-v2");
	assert_int_equal(told.contacts, 1);
	assert_false(told.reaches_relay);
	assert_int_equal(sends, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_button_is_known_by_is_one_thing),
		TEST(a_rule_is_kept_in_its_one_form_only),
		TEST(two_buttons_are_not_known_by_the_same),
		TEST(a_key_that_is_kept_is_the_one_there_was),
		TEST(both_forms_of_the_advert_are_heard_under_the_identifier),
		TEST(keys_without_their_master_are_as_good),
		TEST(strangers_do_not_keep_the_processor_busy),
		TEST(what_was_learned_outlives_a_change_of_settings),
		TEST(gateways_agree_on_a_press_and_tell_two_apart),
		TEST(our_own_count_never_names_an_older_alert),
		TEST(a_cut_or_odd_advert_is_nobodys),
		TEST(nothing_of_a_candidate_is_in_force),
		TEST(what_was_heard_before_proves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
