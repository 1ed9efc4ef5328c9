/* SPDX-License-Identifier: Apache-2.0 */
/* M4: armed by two calls, for one number, and its loss is told. */
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
#define OTHER "+33639980115"

static char folder[64], path[96];
static struct alerte *engine;

static struct alerte_time at(int64_t s)
{
	return (struct alerte_time){ 1000 + s * 1000, 1773147900000 + s * 1000,
				     3600, true };
}

static int no_send(void *context, const struct alerte_message *m)
{
	(void)context;
	(void)m;
	return ALERTE_EREFUSED;
}

static int some_bytes(void *context, void *bytes, size_t len)
{
	static uint8_t next;

	(void)context;
	memset(bytes, ++next, len);
	return 0;
}

static void open_for(const char *relay)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 7 }, boot[16] = { 1 };
	struct alerte_options options = { .size = sizeof(options),
					  .path = path, .run_key = key,
					  .boot_id = boot,
					  .relay_number = relay };
	struct alerte_host host = { .size = sizeof(host), .send = no_send,
				    .random = some_bytes };

	assert_int_equal(alerte_open(&options, &host, at(0), &engine), 0);
}

static void reopen_for(const char *relay)
{
	assert_int_equal(alerte_close(engine), 0);
	open_for(relay);
}

static int start(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/alerte-arm-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/alerte.db", folder);
	open_for(RELAY);
	return 0;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	alerte_close(engine);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void arm(void)
{
	char token[9];

	assert_int_equal(alerte_arm(engine, "Anne", token, at(1)), 0);
	assert_int_equal(alerte_arm_confirm(engine, "Anne", token, at(2)), 0);
}

static bool armed(void)
{
	struct alerte_status status = { .size = sizeof(status) };

	assert_int_equal(alerte_status(engine, &status), 0);
	return status.armed;
}

static void it_is_off_until_both_calls(void **state)
{
	char token[9];

	(void)state;
	assert_false(armed());
	alerte_arm(engine, "Anne", token, at(1));
	assert_false(armed());
	assert_int_equal(alerte_arm_confirm(engine, "Anne", "00000000", at(2)),
			 ALERTE_EKEY);
	assert_int_equal(alerte_arm_confirm(engine, "Anne", token, at(3)),
			 ALERTE_EKEY);
	assert_false(armed());
	arm();
	assert_true(armed());
}

static void a_token_is_good_for_five_minutes(void **state)
{
	char token[9];

	(void)state;
	alerte_arm(engine, "Anne", token, at(0));
	assert_int_equal(alerte_arm_confirm(engine, "Anne", token, at(301)),
			 ALERTE_EKEY);
}

static void it_outlives_a_restart(void **state)
{
	char fault[ALERTE_ID_MAX];

	(void)state;
	arm();
	reopen_for(RELAY);
	assert_true(armed());
	assert_int_equal(alerte_fault_next(engine, "", fault), 0);
}

/* A trial on a fictional relay must not be armed for the real one. */
static void another_number_is_not_armed_and_the_loss_is_told(void **state)
{
	char fault[ALERTE_ID_MAX];

	(void)state;
	arm();
	reopen_for(OTHER);
	assert_false(armed());
	assert_int_equal(alerte_fault_next(engine, "", fault), 1);
	assert_string_equal(fault, "relay-arming");
	reopen_for(RELAY);
	assert_false(armed());
}

static void arming_again_ends_the_fault(void **state)
{
	char fault[ALERTE_ID_MAX];

	(void)state;
	arm();
	reopen_for(OTHER);
	arm();
	assert_true(armed());
	assert_int_equal(alerte_fault_next(engine, "", fault), 0);
}

static void disarming_holds_over_a_restart(void **state)
{
	(void)state;
	arm();
	assert_int_equal(alerte_disarm(engine, "Anne", at(5)), 0);
	reopen_for(RELAY);
	assert_false(armed());
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		T(it_is_off_until_both_calls),
		T(a_token_is_good_for_five_minutes),
		T(it_outlives_a_restart),
		T(another_number_is_not_armed_and_the_loss_is_told),
		T(arming_again_ends_the_fault),
		T(disarming_holds_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
