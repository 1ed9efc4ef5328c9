/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that runs out while a press comes in, and hosts that answer oddly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

/* The sanitizer has an allocator of its own, which must stay in place. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OWN_ALLOCATOR 0
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(OWN_ALLOCATOR)
#define OWN_ALLOCATOR 0
#endif
#ifndef OWN_ALLOCATOR
#define OWN_ALLOCATOR 1
#endif

#if OWN_ALLOCATOR
/* So many more succeed; < 0: all of them. */
static int left = -1;

void *__libc_calloc(size_t n, size_t size);
void *calloc(size_t n, size_t size);

void *calloc(size_t n, size_t size)
{
	if (left == 0)
		return NULL;

	if (left > 0)
		left--;

	return __libc_calloc(n, size);
}
#endif

struct world {
	struct alerte *a;
	uint8_t random;
	int alerts;			/* texts that tell of an alert */
	int answer;
};

static struct alerte_time at(int64_t s)
{
	struct alerte_time t = {
		.boot_ms = 1000000 + s * 1000,
		.wall_ms = 1773147900000 + s * 1000,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	w->alerts += strstr(m->key, "-alert-") != NULL;
	return w->answer;
}

static int host_random(void *context, void *bytes, size_t len)
{
	struct world *w = context;
	uint8_t *out = bytes;

	while (len--)
		*out++ = w->random += 37;

	return 0;
}

static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
static const uint8_t address[6] = { 0x54, 0x48, 0xe6, 0x8f, 0x80, 0xa5 };

static void set_people(struct alerte *a)
{
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = "+33639980101" };
	struct alerte_wearer w = {
		.size = sizeof(w), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon", .contact = { "paul" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	memcpy(b.address, address, sizeof(b.address));
	assert_true(alerte_contact_set(a, &c, at(0)) >= 0);
	assert_true(alerte_wearer_set(a, &w, at(0)) >= 0);
	assert_true(alerte_button_set(a, &b, at(0)) >= 0);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct alerte_host h = { .size = sizeof(h), .context = w,
				 .send = host_send, .random = host_random };
	struct alerte_options o = {
		.size = sizeof(o), .path = ":memory:", .run_key = key,
		.boot_id = key, .relay_number = "+33639980114",
	};

	if (!w || alerte_open(&o, &h, at(0), &w->a) < 0)
		return -1;

	set_people(w->a);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	alerte_close(w->a);
	free(w);
	return 0;
}

/* A long press, which brings the 114: BTHome v2, plain, with a packet id. */
static int hear(struct world *w, int64_t s)
{
	static const uint8_t bytes[] = { 2, 1, 6, 8, 0x16, 0xd2, 0xfc,
					 0x44, 0x00, 7, 0x3a, 4 };
	struct alerte_advert advert = { .size = sizeof(advert),
					.data = bytes, .len = sizeof(bytes) };

	memcpy(advert.address, address, sizeof(advert.address));
	return alerte_advertisement(w->a, &advert, at(s));
}

#if OWN_ALLOCATOR
static void a_press_without_any_memory_left_is_told_from_what_was_laid_by(void **state)
{
	struct world *w = *state;

	left = 0;
	assert_int_equal(hear(w, 1), ALERTE_ACCEPTED);
	assert_int_equal(alerte_step(w->a, at(1)), 1);
	left = -1;
	assert_int_equal(w->alerts, 1);
}

static void close_newest(struct world *w, int64_t s)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t id = 0;

	while (alerte_alert_next(w->a, id, &alert) == 1)
		id = alert.id;
	assert_true(alerte_finish(w->a, id, "asso", at(s)) >= 0);
}

/* No step comes by that would lay some by again. */
static void a_press_memory_had_no_room_for_is_taken_by_its_next_copy(void **state)
{
	struct world *w = *state;
	int64_t s = 0;

	left = 0;
	while (hear(w, s) == ALERTE_ACCEPTED) {
		close_newest(w, s + 1);
		s += 3600;
		assert_true(s < 10 * 3600);
	}
	assert_int_equal(hear(w, s), ALERTE_ENOMEM);
	left = -1;
	assert_int_equal(hear(w, s + 1), ALERTE_ACCEPTED);
	assert_true(alerte_step(w->a, at(s + 1)) > 0);
}

static void whatever_allocation_fails_the_contact_is_told_within_seconds(void **state)
{
	struct world *w = *state;

	/* from the second on: the alert itself is there */
	for (int n = 1; n < 8; n++) {
		int64_t s = n * 3600;
		int before = w->alerts;
		struct alerte_alert alert = { .size = sizeof(alert) };
		int64_t id = 0;

		left = n;
		hear(w, s);
		left = -1;
		hear(w, s + 1);
		alerte_step(w->a, at(s + 1));
		alerte_step(w->a, at(s + 2));
		assert_true(w->alerts > before);
		while (alerte_alert_next(w->a, id, &alert) == 1)
			id = alert.id;
		assert_true(alerte_finish(w->a, id, "asso", at(s + 3)) >= 0);
		alerte_step(w->a, at(s + 3));
	}
}

#endif

static void whatever_else_send_answers_the_message_is_tried_again(void **state)
{
	static const int answers[] = { ALERTE_EINVAL, -2, ALERTE_EBUSY, -110,
				       1, 77 };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		int64_t s = (int64_t)i * 3600;
		struct alerte_alert alert = { .size = sizeof(alert) };
		int64_t id = 0;
		int before = w->alerts;

		w->answer = answers[i];
		assert_int_equal(hear(w, s), ALERTE_ACCEPTED);
		alerte_step(w->a, at(s));
		w->answer = 0;
		alerte_step(w->a, at(s + 10));
		assert_int_equal(w->alerts, before + 2);
		while (alerte_alert_next(w->a, id, &alert) == 1)
			id = alert.id;
		assert_true(alerte_finish(w->a, id, "asso", at(s + 11)) >= 0);
		alerte_step(w->a, at(s + 11));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#if OWN_ALLOCATOR
		cmocka_unit_test_setup_teardown(
			a_press_without_any_memory_left_is_told_from_what_was_laid_by,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_press_memory_had_no_room_for_is_taken_by_its_next_copy,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			whatever_allocation_fails_the_contact_is_told_within_seconds,
			setup, teardown),
#endif
		cmocka_unit_test_setup_teardown(
			whatever_else_send_answers_the_message_is_tried_again,
			setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
