/* SPDX-License-Identifier: Apache-2.0 */
/* What the host is handed for the gateway's text to itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#define OWN "+33639980105"
#define DAY_S (24 * 3600)

static struct alerte *engine;
static struct alerte_message handed;
static char address[ALERTE_NUMBER_MAX], contact[ALERTE_ID_MAX];
static int sends;

static struct alerte_time at(int64_t s)
{
	return (struct alerte_time){ 1000 + s * 1000, 1773147900000 + s * 1000,
				     3600, true };
}

static int on_send(void *context, const struct alerte_message *m)
{
	(void)context;
	sends++;
	handed = *m;
	strcpy(address, m->address);
	strcpy(contact, m->contact);
	assert_int_equal(alerte_selftest_set(engine, "", 0, at(0)),
			 ALERTE_EBUSY);
	return 0;
}

static int some_bytes(void *context, void *bytes, size_t len)
{
	(void)context;
	memset(bytes, 5, len);
	return 0;
}

static int setup(void **state)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 7 }, boot[16] = { 1 };
	struct alerte_options options = { .size = sizeof(options),
					  .path = ":memory:", .run_key = key,
					  .boot_id = boot,
					  .relay_number = "114" };
	struct alerte_host host = { .size = sizeof(host), .send = on_send,
				    .random = some_bytes };

	(void)state;
	sends = 0;
	return alerte_open(&options, &host, at(0), &engine);
}

static int teardown(void **state)
{
	(void)state;
	return alerte_close(engine);
}

static void it_is_a_text_of_house_keeping_to_nobody(void **state)
{
	(void)state;
	assert_int_equal(alerte_selftest_set(engine, OWN, 25 * 3600, at(0)),
			 0);
	assert_int_equal(alerte_deadline(engine), at(15).boot_ms);
	assert_int_equal(alerte_step(engine, at(14)), 0);
	assert_int_equal(alerte_step(engine, at(15)), 1);
	assert_int_equal(handed.channel, ALERTE_CHANNEL_SMS);
	assert_int_equal(handed.importance, ALERTE_IMPORTANCE_HOUSEKEEPING);
	assert_int_equal(handed.alert, 0);
	assert_int_equal(handed.parts, 1);
	assert_false(handed.exercise);
	assert_string_equal(contact, "");
	assert_string_equal(address, OWN);
}

static void only_its_own_delivery_report_proves_it(void **state)
{
	struct alerte_selftest t = { .size = sizeof(t) };

	(void)state;
	alerte_selftest_set(engine, OWN, 25 * 3600, at(0));
	alerte_step(engine, at(15));
	alerte_receipt(engine, handed.attempt, 0, ALERTE_RECEIPT_SENT, at(16));
	assert_int_equal(alerte_selftest(engine, &t), 0);
	assert_int_equal(t.state, ALERTE_SELFTEST_OUT);
	assert_int_equal(t.next_wall_ms, 0);
	alerte_receipt(engine, handed.attempt, 0, ALERTE_RECEIPT_DELIVERED,
		       at(20));
	assert_int_equal(alerte_selftest(engine, &t), 0);
	assert_int_equal(t.state, ALERTE_SELFTEST_WAITING);
	assert_int_equal(t.passed_wall_ms, at(20).wall_ms);
	assert_int_equal(t.next_wall_ms, at(15 + 25 * 3600).wall_ms);
}

static void a_shorter_rhythm_is_in_force_at_once(void **state)
{
	struct alerte_selftest t = { .size = sizeof(t) };

	(void)state;
	alerte_selftest_set(engine, OWN, 31 * DAY_S, at(0));
	alerte_step(engine, at(15));
	alerte_receipt(engine, handed.attempt, 0, ALERTE_RECEIPT_DELIVERED,
		       at(20));
	assert_int_equal(alerte_selftest_set(engine, OWN, 3600, at(30)), 0);
	assert_int_equal(alerte_selftest(engine, &t), 0);
	assert_int_equal(t.next_wall_ms, at(30 + 3600).wall_ms);
	assert_int_equal(alerte_selftest_set(engine, "", 0, at(40)), 0);
	assert_int_equal(alerte_deadline(engine), ALERTE_NEVER);
	assert_int_equal(sends, 1);
}

static void what_is_no_such_setting_changes_nothing(void **state)
{
	struct alerte_selftest t = { .size = sizeof(t) };

	(void)state;
	assert_int_equal(alerte_selftest_set(engine, NULL, 3600, at(0)),
			 ALERTE_EINVAL);
	assert_int_equal(alerte_selftest_set(engine, OWN, 3599, at(0)),
			 ALERTE_EINVAL);
	assert_int_equal(alerte_selftest_set(engine, OWN, 31 * DAY_S + 1,
					     at(0)), ALERTE_EINVAL);
	assert_int_equal(alerte_selftest_set(engine, "114", 3600, at(0)),
			 ALERTE_EREFUSED);
	assert_int_equal(alerte_selftest_set(engine, "0639980105", 3600,
					     at(0)), ALERTE_EREFUSED);
	assert_int_equal(alerte_selftest(engine, &t), 0);
	assert_int_equal(t.state, ALERTE_SELFTEST_OFF);
	t.size--;
	assert_int_equal(alerte_selftest(engine, &t), ALERTE_EINVAL);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(it_is_a_text_of_house_keeping_to_nobody),
		T(only_its_own_delivery_report_proves_it),
		T(a_shorter_rhythm_is_in_force_at_once),
		T(what_is_no_such_setting_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
