/* SPDX-License-Identifier: Apache-2.0 */
/* The border of the engine: what a host may count on, whatever it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#define RELAY "+33639980114"

/* A host that keeps what it was asked, and may talk back from inside. */
struct world {
	struct alerte *a;
	uint8_t random;
	int sends;
	char log[64][512];
	struct alerte_message last;
	int inside_step, inside_query, inside_input;
	int64_t ack;			/* alert to acknowledge from inside */
	bool ask;
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

static struct alerte_time boot(int64_t ms)
{
	struct alerte_time t = at(0);

	t.wall_ms += ms - t.boot_ms;
	t.boot_ms = ms;
	return t;
}

static void talk_back(struct world *w, const struct alerte_message *m)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	w->inside_step = alerte_step(w->a, at(0));
	w->inside_query = alerte_alert_next(w->a, 0, &alert);
	w->inside_input = alerte_receipt(w->a, m->attempt, 0,
					 ALERTE_RECEIPT_SENT, at(0));

	if (w->ack)
		w->inside_input = alerte_ack(w->a, w->ack, "paul", at(0));
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	if (w->sends < 64)
		snprintf(w->log[w->sends], sizeof(w->log[0]), "%lld %d %s %s %.300s",
			 (long long)m->attempt, (int)m->channel, m->address,
			 m->key, m->text ? m->text : (const char *)m->body);

	w->sends++;
	w->last = *m;

	if (w->ask)
		talk_back(w, m);

	return 0;
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
/* Any point will do: nothing is read back in this file. */
static const uint8_t reading[ALERTE_KEY_BYTES] = { 9 };

static struct alerte_options options(void)
{
	struct alerte_options o = {
		.size = sizeof(o),
		.path = ":memory:",
		.run_key = key,
		.reading_public = reading,
		.boot_id = key,
		.relay_number = RELAY,
	};

	return o;
}

static struct alerte_host host(struct world *w)
{
	struct alerte_host h = {
		.size = sizeof(h),
		.context = w,
		.send = host_send,
		.random = host_random,
	};

	return h;
}

static void set_people(struct alerte *a)
{
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = "+33639980101" };
	struct alerte_wearer w = {
		.size = sizeof(w), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon",
		.area = "12 rue Garibaldi, Lyon 3e", .cancel_code = "4321",
		.contact = { "paul", "lea" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie",
				   .address = { 0x54, 0x48, 0xe6, 0x8f, 0x80,
						0xa5 } };

	assert_true(alerte_contact_set(a, &c, at(0)) >= 0);
	snprintf(c.id, sizeof(c.id), "lea");
	snprintf(c.number, sizeof(c.number), "+33639980102");
	assert_true(alerte_contact_set(a, &c, at(0)) >= 0);
	assert_true(alerte_wearer_set(a, &w, at(0)) >= 0);
	assert_true(alerte_button_set(a, &b, at(0)) >= 0);
}

static int start(struct world *w, const struct alerte_options *o)
{
	struct alerte_host h = host(w);

	return alerte_open(o, &h, at(0), &w->a);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct alerte_options o = options();

	if (!w || start(w, &o) < 0)
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

static int press(struct world *w, int64_t s)
{
	return alerte_press(w->a, "b1", 1, ALERTE_GESTURE_PRESS,
			    ALERTE_TRUST_WEAK, at(s));
}

static int64_t newest(struct world *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t id = 0;

	while (alerte_alert_next(w->a, id, &alert) == 1)
		id = alert.id;

	return id;
}

/* ------------------------------------------------------------------ life */

static void closing_nothing_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(alerte_close(NULL), 0);
}

static void an_option_that_breaks_its_rule_opens_nothing(void **state)
{
	struct world *w = *state;
	struct alerte *none = (struct alerte *)w;
	struct alerte_host h = host(w);
	struct alerte_options o = options();

	o.size = 0;
	assert_int_equal(alerte_open(&o, &h, at(0), &none), ALERTE_EINVAL);
	o = options();
	o.run_key = NULL;
	assert_int_equal(alerte_open(&o, &h, at(0), &none), ALERTE_EINVAL);
	o = options();
	o.path = NULL;
	assert_int_equal(alerte_open(&o, &h, at(0), &none), ALERTE_EINVAL);
	o = options();
	h.size = 0;
	assert_int_equal(alerte_open(&o, &h, at(0), &none), ALERTE_EINVAL);
	h = host(w);
	h.send = NULL;
	assert_int_equal(alerte_open(&o, &h, at(0), &none), ALERTE_EINVAL);
	h = host(w);
	h.random = NULL;
	assert_int_equal(alerte_open(&o, &h, at(0), &none), ALERTE_EINVAL);
	assert_ptr_equal(none, w);
}

static void no_short_number_but_the_114_is_a_relay(void **state)
{
	static const char *const numbers[] = { "", "15", "17", "18", "112",
					       "+33112", "0033 17", "Paul" };
	struct world *w = *state;
	struct alerte *none = NULL;
	struct alerte_host h = host(w);
	struct alerte_options o = options();

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		o.relay_number = numbers[i];
		assert_int_equal(alerte_open(&o, &h, at(0), &none),
				 ALERTE_EINVAL);
	}

	o.relay_number = "114";
	assert_int_equal(alerte_open(&o, &h, at(0), &none), 0);
	alerte_close(none);
}

static void a_folder_that_is_not_there_is_a_failure_of_the_store(void **state)
{
	struct world *w = *state;
	struct alerte *none = (struct alerte *)w;
	struct alerte_host h = host(w);
	struct alerte_options o = options();

	o.path = "/nonexistent/store";
	assert_int_equal(alerte_open(&o, &h, at(0), &none), ALERTE_ESTORE);
	assert_ptr_equal(none, w);
}

static void an_engine_without_alerts_has_no_deadline(void **state)
{
	struct world *w = *state;

	assert_true(alerte_deadline(w->a) == ALERTE_NEVER);
	assert_int_equal(alerte_step(w->a, at(1)), 0);
	assert_int_equal(w->sends, 0);
}

static void a_press_is_due_at_once(void **state)
{
	struct world *w = *state;

	assert_int_equal(press(w, 5), ALERTE_ACCEPTED);
	assert_int_equal(w->sends, 0);
	assert_true(alerte_deadline(w->a) <= at(5).boot_ms);
	assert_int_equal(alerte_step(w->a, at(5)), 1);
	assert_int_equal(w->sends, 1);
}

/* ------------------------------------------------------------------ sizes */

static void a_struct_without_its_size_is_refused(void **state)
{
	struct world *w = *state;
	struct alerte_advert advert = { .data = key, .len = 3 };
	struct alerte_contact c = { .id = "zoe", .name = "Zoe",
				    .number = "+33639980103" };
	struct alerte_position fix = { .latitude_e7 = 457578000 };
	struct alerte_alert alert = { 0 };
	struct alerte_status status = { 0 };

	assert_int_equal(press(w, 0), ALERTE_ACCEPTED);
	assert_int_equal(alerte_advertisement(w->a, &advert, at(0)),
			 ALERTE_EINVAL);
	assert_int_equal(alerte_contact_set(w->a, &c, at(0)), ALERTE_EINVAL);
	assert_int_equal(alerte_fix(w->a, newest(w), &fix, at(0)),
			 ALERTE_EINVAL);
	assert_int_equal(alerte_alert_next(w->a, 0, &alert), ALERTE_EINVAL);
	assert_int_equal(alert.id, 0);
	assert_int_equal(alerte_status(w->a, &status), ALERTE_EINVAL);
	assert_int_equal(status.buttons, 0);
}

static void a_failure_leaves_the_outputs_as_they_were(void **state)
{
	struct world *w = *state;
	struct alerte_alert alert, before;
	char number[ALERTE_NUMBER_MAX] = "untouched";
	int64_t id = 77;

	memset(&alert, 0x5a, sizeof(alert));
	alert.size = sizeof(alert);
	before = alert;
	assert_int_equal(alerte_alert_get(w->a, 12345, &alert),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_alert_find(w->a, "ZZZ", &alert),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_alert_next(w->a, 0, &alert), 0);
	assert_memory_equal(&alert, &before, sizeof(alert));
	assert_int_equal(alerte_exercise(w->a, "nobody", at(0), &id),
			 ALERTE_ENOTFOUND);
	assert_int_equal(id, 77);
	assert_int_equal(alerte_number_parse("114", number), ALERTE_EINVAL);
	assert_string_equal(number, "untouched");
}

static void what_is_named_and_does_not_exist_is_not_found(void **state)
{
	struct world *w = *state;

	assert_int_equal(alerte_press(w->a, "b9", 1, ALERTE_GESTURE_PRESS,
				      ALERTE_TRUST_WEAK, at(0)),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_receipt(w->a, 99, 0, ALERTE_RECEIPT_SENT,
					at(0)), ALERTE_ENOTFOUND);
	assert_int_equal(alerte_ack(w->a, 99, "paul", at(0)),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_cancel(w->a, 99, "4321", at(0)),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_finish(w->a, 99, "asso", at(0)),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_answer(w->a, "nowhere",
				       "00112233445566778899aabbccddeeff",
				       "{}", 2, at(0)),
			 ALERTE_ENOTFOUND);
	assert_true(*alerte_errmsg(w->a));
}

/* Two bytes of number, seventeen buttons, and only sixteen places for them. */
static void a_frame_with_too_many_presses_still_alerts(void **state)
{
	struct world *w = *state;
	uint8_t data[64] = { 2, 1, 6, 40, 0x16, 0xd2, 0xfc, 0x44, 0, 1 };
	struct alerte_advert advert = { .size = sizeof(advert), .data = data };
	struct alerte_alert alert = { .size = sizeof(alert) };
	size_t n = 10;

	memcpy(advert.address, "\x54\x48\xe6\x8f\x80\xa5", 6);

	for (int i = 0; i < 17; i++) {
		data[n++] = 0x3a;
		data[n++] = 1;
	}

	data[3] = (uint8_t)(n - 4);
	advert.len = n;
	alerte_advertisement(w->a, &advert, at(0));
	assert_int_equal(alerte_alert_next(w->a, 0, &alert), 1);
	assert_int_equal(alert.presses, 16);
}

/* ------------------------------------------------------------ from inside */

static void a_step_and_a_query_from_inside_a_call_are_busy(void **state)
{
	struct world *w = *state;

	w->ask = true;
	assert_int_equal(press(w, 0), ALERTE_ACCEPTED);
	assert_int_equal(alerte_step(w->a, at(0)), 1);
	assert_int_equal(w->inside_step, ALERTE_EBUSY);
	assert_int_equal(w->inside_query, ALERTE_EBUSY);
}

static void an_input_from_inside_a_call_is_kept(void **state)
{
	struct world *w = *state;
	struct alerte_alert alert = { .size = sizeof(alert) };
	struct alerte_attempt row = { .size = sizeof(row) };

	assert_int_equal(press(w, 0), ALERTE_ACCEPTED);
	w->ask = true;
	w->ack = newest(w);
	assert_int_equal(alerte_step(w->a, at(0)), 1);
	assert_true(w->inside_input >= 0);
	assert_int_equal(alerte_alert_get(w->a, w->ack, &alert), 1);
	assert_int_equal(alert.state, ALERTE_ALERT_ACKED);
	assert_int_equal(alerte_attempt_next(w->a, w->ack, 0, &row), 1);
	assert_int_equal(row.state, ALERTE_ATTEMPT_SENT);
}

/* ---------------------------------------------------------------- sending */

static void a_message_carries_all_its_host_needs(void **state)
{
	struct world *w = *state;

	assert_int_equal(press(w, 0), ALERTE_ACCEPTED);
	assert_int_equal(alerte_step(w->a, at(0)), 1);
	assert_int_equal(w->last.size, sizeof(w->last));
	assert_int_equal(w->last.channel, ALERTE_CHANNEL_SMS);
	assert_int_equal(w->last.alert, newest(w));
	assert_int_equal(w->last.importance, ALERTE_IMPORTANCE_ALERT);
	assert_null(w->last.body);
	assert_false(w->last.exercise);
	assert_true(w->last.parts >= 1);
	assert_true(w->last.expires_boot_ms > at(0).boot_ms);
}

static void a_step_sends_no_more_than_it_was_allowed(void **state)
{
	struct world *w = *state;
	struct alerte_options o = options();
	int i, n;

	alerte_close(w->a);
	o.sends_per_step = 1;
	assert_int_equal(start(w, &o), 0);
	set_people(w->a);

	for (i = 0; i < 3; i++)
		assert_int_equal(press(w, i * 200), ALERTE_ACCEPTED);

	for (i = 0; alerte_deadline(w->a) <= at(600).boot_ms && i < 100; i++) {
		n = alerte_step(w->a, at(600));
		assert_in_range(n, 0, 1);
	}

	assert_true(i < 100);
	assert_true(w->sends >= 1);
}

/* Nobody answers: it goes on. */
static void an_unanswered_alert_goes_on(void **state)
{
	struct world *w = *state;
	struct alerte_alert alert = { .size = sizeof(alert) };

	assert_int_equal(press(w, 10), ALERTE_ACCEPTED);

	while (w->sends < 40) {
		assert_true(alerte_deadline(w->a) != ALERTE_NEVER);
		assert_true(alerte_step(w->a, boot(alerte_deadline(w->a) >
						   at(10).boot_ms ?
						   alerte_deadline(w->a) :
						   at(10).boot_ms)) >= 0);
	}

	assert_int_equal(alerte_alert_get(w->a, newest(w), &alert), 1);
	assert_int_equal(alert.state, ALERTE_ALERT_OPEN);
}

static void run_an_hour(struct world *w)
{
	int64_t due;

	set_people(w->a);
	assert_int_equal(press(w, 0), ALERTE_ACCEPTED);

	while ((due = alerte_deadline(w->a)) <= at(3600).boot_ms)
		assert_true(alerte_step(w->a, due > at(0).boot_ms ? boot(due) :
					at(0)) >= 0);
}

static void the_same_inputs_give_the_same_messages(void **state)
{
	struct world *one = calloc(1, sizeof(*one));
	struct world *two = calloc(1, sizeof(*two));
	struct alerte_options o = options();

	(void)state;
	assert_int_equal(start(one, &o), 0);
	assert_int_equal(start(two, &o), 0);
	run_an_hour(one);
	run_an_hour(two);
	assert_true(one->sends > 10);
	assert_int_equal(one->sends, two->sends);
	assert_memory_equal(one->log, two->log, sizeof(one->log));
	alerte_close(one->a);
	alerte_close(two->a);
	free(one);
	free(two);
}

static void two_engines_share_nothing(void **state)
{
	struct world *w = *state;
	struct world *other = calloc(1, sizeof(*other));
	struct alerte_options o = options();
	struct alerte_alert alert = { .size = sizeof(alert) };

	assert_int_equal(start(other, &o), 0);
	assert_int_equal(press(w, 0), ALERTE_ACCEPTED);
	assert_int_equal(alerte_alert_next(other->a, 0, &alert), 0);
	assert_true(alerte_deadline(other->a) == ALERTE_NEVER);
	alerte_close(other->a);
	free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closing_nothing_is_allowed),
		TEST(an_option_that_breaks_its_rule_opens_nothing),
		TEST(no_short_number_but_the_114_is_a_relay),
		TEST(a_folder_that_is_not_there_is_a_failure_of_the_store),
		TEST(an_engine_without_alerts_has_no_deadline),
		TEST(a_press_is_due_at_once),
		TEST(a_struct_without_its_size_is_refused),
		TEST(a_failure_leaves_the_outputs_as_they_were),
		TEST(what_is_named_and_does_not_exist_is_not_found),
		TEST(a_frame_with_too_many_presses_still_alerts),
		TEST(a_step_and_a_query_from_inside_a_call_are_busy),
		TEST(an_input_from_inside_a_call_is_kept),
		TEST(a_message_carries_all_its_host_needs),
		TEST(a_step_sends_no_more_than_it_was_allowed),
		TEST(an_unanswered_alert_goes_on),
		cmocka_unit_test(the_same_inputs_give_the_same_messages),
		TEST(two_engines_share_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
