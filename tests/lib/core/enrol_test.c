/* SPDX-License-Identifier: Apache-2.0 */
/* What the plays do not show of enrolling: how often it wants to be called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
static uint8_t drawn;

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

static struct alerte *start(void)
{
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random };
	struct alerte_options o = { .size = sizeof(o), .path = ":memory:",
				    .run_key = key, .boot_id = key,
				    .relay_number = "+33639980114" };
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = "+33639980101" };
	struct alerte_wearer w = {
		.size = sizeof(w), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .place = "12 rue Garibaldi, Lyon",
		.contact = { "paul" },
	};
	struct alerte *a;

	assert_int_equal(alerte_open(&o, &h, at(0), &a), 0);
	assert_true(alerte_contact_set(a, &c, at(0)) >= 0);
	assert_true(alerte_wearer_set(a, &w, at(0)) >= 0);
	return a;
}

static void a_sealed_button_that_says_nothing_is_not_searched_for(void **state)
{
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie", .key_len = 32 };
	struct alerte *a = start();
	int64_t now = 0, due;
	int wakes = 0;

	(void)state;
	memset(b.key, 7, sizeof(b.key));
	assert_true(alerte_enrol(a, &b, at(0)) >= 0);
	while (now < ALERTE_ENROL_MS && wakes < 1000) {
		assert_true(alerte_step(a, at(now)) >= 0);
		due = alerte_deadline(a) - at(0).boot_ms;
		now = due > now ? due : now + 1;
		wakes++;
	}

	assert_in_range(wakes, 1, 100);
	assert_int_equal(alerte_close(a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_sealed_button_that_says_nothing_is_not_searched_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
