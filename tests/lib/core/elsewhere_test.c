/* SPDX-License-Identifier: Apache-2.0 */
/* Another way for what did not go (S1, S3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <alerte/alerte.h>

static struct {
	struct alerte *a;
	uint8_t random;
	int sends;
	int64_t attempt, resends;	/* of the last one */
	bool inside;			/* another way is told from inside */
} w;

static struct alerte_time at(int64_t ms)
{
	struct alerte_time t = { .boot_ms = 1000000 + ms,
				 .wall_ms = 1773147900000 + ms,
				 .wall_trusted = true };

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	(void)context;
	w.sends++;
	w.attempt = m->attempt;
	w.resends = m->resends;
	if (!w.inside)
		return 0;

	w.inside = false;
	assert_int_equal(alerte_elsewhere(w.a, m->attempt, at(0)), 0);
	return ALERTE_ESTORE;
}

static int host_random(void *context, void *bytes, size_t len)
{
	uint8_t *out = bytes;

	(void)context;
	while (len--)
		*out++ = w.random += 37;

	return 0;
}

static int start(void **state)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random };
	struct alerte_options o = { .size = sizeof(o), .path = ":memory:",
				    .run_key = key, .boot_id = key,
				    .relay_number = "+33639980114" };
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = "+33639980101" };
	struct alerte_wearer she = { .size = sizeof(she), .id = "marie",
				     .name = "Marie Durand",
				     .short_name = "Marie D.",
				     .number = "+33639980100",
				     .place = "12 rue Garibaldi, 69003 Lyon",
				     .contact = { "paul" } };
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	(void)state;
	memset(&w, 0, sizeof(w));
	if (alerte_open(&o, &h, at(0), &w.a) < 0 ||
	    alerte_contact_set(w.a, &c, at(0)) < 0 ||
	    alerte_wearer_set(w.a, &she, at(0)) < 0 ||
	    alerte_button_set(w.a, &b, at(0)) < 0)
		return -1;

	return 0;
}

static int stop(void **state)
{
	(void)state;
	return alerte_close(w.a);
}

static void press(void)
{
	assert_true(alerte_press(w.a, "b1", 1, ALERTE_GESTURE_PRESS,
				 ALERTE_TRUST_WEAK, at(0)) >= 0);
	assert_true(alerte_step(w.a, at(0)) >= 0);
}

static void what_failed_goes_at_once_where_there_is_another_way(void **state)
{
	int64_t first;

	(void)state;
	press();
	first = w.attempt;
	alerte_receipt(w.a, first, 0, ALERTE_RECEIPT_FAILED, at(10));
	alerte_step(w.a, at(10));
	assert_int_equal(w.sends, 1);

	assert_int_equal(alerte_elsewhere(w.a, first, at(20)), 0);
	assert_true(alerte_deadline(w.a) <= at(20).boot_ms);
	alerte_step(w.a, at(20));
	assert_int_equal(w.sends, 2);
	assert_int_equal(w.resends, first);

	/* Said again of what has gone: nothing more goes. */
	assert_int_equal(alerte_elsewhere(w.a, first, at(30)), 0);
	alerte_step(w.a, at(30));
	assert_int_equal(w.sends, 2);
	assert_int_equal(alerte_elsewhere(w.a, 0, at(30)), ALERTE_EINVAL);
}

static void from_inside_a_send_it_counts_once_that_is_over(void **state)
{
	(void)state;
	w.inside = true;
	press();
	assert_int_equal(w.sends, 1);
	assert_true(alerte_deadline(w.a) <= at(0).boot_ms);
	alerte_step(w.a, at(0));
	assert_int_equal(w.sends, 2);
}

/* It was sent over another way meanwhile: that it failed here changes nothing. */
static void a_late_failure_of_what_was_replaced_sends_nothing_more(
	void **state)
{
	int64_t first;

	(void)state;
	press();
	first = w.attempt;
	alerte_receipt(w.a, first, 0, ALERTE_RECEIPT_UNKNOWN, at(9000));
	alerte_elsewhere(w.a, first, at(9000));
	alerte_step(w.a, at(9000));
	assert_int_equal(w.sends, 2);
	alerte_receipt(w.a, w.attempt, 0, ALERTE_RECEIPT_SENT, at(9100));

	alerte_receipt(w.a, first, 0, ALERTE_RECEIPT_FAILED, at(9200));
	alerte_step(w.a, at(9200));
	alerte_step(w.a, at(50000));
	assert_int_equal(w.sends, 2);
}

#define T(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_failed_goes_at_once_where_there_is_another_way),
		T(from_inside_a_send_it_counts_once_that_is_over),
		T(a_late_failure_of_what_was_replaced_sends_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
