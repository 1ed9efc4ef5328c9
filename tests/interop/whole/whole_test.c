/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole way on real parts: alerted as a service user, ModemManager,
 * polkitd, dbus-daemon, nginx and the command.  Only the modem and the air are
 * simulated.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "../https/harness.h"
#include "whole.h"

/* ------------------------------------------------------------- control */

#define AS_STRANGER(...) \
	RUN(NULL, "/usr/bin/setpriv", "--reuid=" STRANGER, \
	    "--regid=" STRANGER, __VA_ARGS__, scratch("bin/alerte"), \
	    "--system", "status")

static void the_policy_lets_in_the_group_and_nobody_else(void **state)
{
	(void)state;
	assert_int_equal(AS_STRANGER("--clear-groups"), EX_NOPERM);
	assert_int_equal(AS_STRANGER("--groups=" MEMBERS), 0);
	assert_int_equal(ALERTE("status"), 0);
}

static void the_socket_is_for_root_and_the_service(void **state)
{
	(void)state;
	house.by_socket = true;
	assert_int_equal(ALERTE("status"), 0);
	assert_int_equal(RUN(NULL, "/usr/bin/setpriv", "--reuid=" STRANGER,
			     "--regid=" STRANGER, "--clear-groups",
			     scratch("bin/alerte"), "--socket",
			     scratch("run/control"), "status"), EX_NOPERM);
}

static void an_operator_acknowledges_and_closes_over_the_bus(void **state)
{
	char code[8];

	(void)state;
	air_press(PRESS);
	UNTIL(texts(MARC) == 1);
	UNTIL(reports("alert") == 1);
	snprintf(code, sizeof(code), "%.3s", alert_word("code"));
	assert_int_equal(ALERTE("ack", code, "--as", "Claire"), 0);
	assert_true(alert_is("acked_by", "Claire"));
	assert_int_equal(ALERTE("close", code, "--as", "Claire"), 0);
	assert_true(alert_is("state", "closed"));
	UNTIL(texts(MARC) == 3);
	assert_non_null(strstr(text_to(MARC), "close"));
	UNTIL(reports("close") == 1);
}

int control_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(the_policy_lets_in_the_group_and_nobody_else),
		T(the_socket_is_for_root_and_the_service),
		T(an_operator_acknowledges_and_closes_over_the_bus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* ----------------------------------------------------------------- sim */

static int pin_tries(void)
{
	json_t *o = stage_modem(&house.stage, "pin");
	int n = (int)json_integer_value(json_object_get(o, "tries"));

	json_decref(o);
	return n;
}

static void a_wrong_pin_is_tried_once_and_a_corrected_one_at_once(
	void **state)
{
	(void)state;
	house_empty();
	for (int i = 0; i < 2; i++) {
		house_start("9999");
		UNTIL(modem_is("sim", "pin-refused"));
		UNTIL(fault_is("sim"));
		assert_int_equal(pin_tries(), 1);
		if (i == 0)
			assert_int_equal(house_stop(), 0);
	}

	scratch_write(scratch("credentials/sim-pin"), "1234\n", 5);
	assert_int_equal(RUN(NULL, "/bin/chown", SERVICE,
			     scratch("credentials/sim-pin")), 0);
	assert_int_equal(RUN(NULL, "/bin/chmod", "600",
			     scratch("credentials/sim-pin")), 0);
	kill(house.alerted, SIGHUP);
	UNTIL(modem_ready());
	assert_int_equal(pin_tries(), 2);
	UNTIL(!fault_is("sim"));
}

static void a_locked_sim_opens_with_the_pin_and_sends(void **state)
{
	(void)state;
	house_empty();
	house_start("1234");
	UNTIL(modem_ready());
	house_site(NULL);
	air_press(PRESS);
	UNTIL(attempt_is("sms", "marc", "sent"));
	assert_int_equal(texts(MARC), 1);
}

int sim_tests(void)
{
#define S(test) cmocka_unit_test_teardown(test, clear)
	const struct CMUnitTest tests[] = {
		S(a_wrong_pin_is_tried_once_and_a_corrected_one_at_once),
	};
	const struct CMUnitTest opened[] = {
		S(a_locked_sim_opens_with_the_pin_and_sends),
	};
	static const char *const locked[] = { "--locked", NULL };
	int failed = 0;

	if (house_stage(locked))
		return 1;
	failed += cmocka_run_group_tests(tests, NULL, NULL);
	stage_close(&house.stage);
	if (house_stage(locked))
		return failed + 1;
	failed += cmocka_run_group_tests(opened, NULL, NULL);
	stage_close(&house.stage);
	return failed;
}

static void leave(void)
{
	static pid_t owner;

	if (!owner)
		owner = getpid();
	else if (owner == getpid()) {
		house_stop();
		server_stop();
		if (!getenv("WHOLE_KEEP"))
			scratch_remove();
	}
}

int main(int argc, char **argv)
{
	static const char *const plain[] = { NULL };
	int failed = 0, r;

	leave();
	atexit(leave);
	r = house_build();
	if (r)
		return r;
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	if (house_stage(plain))
		return 1;
	failed += everyday_tests();
	failed += relay_tests();
	failed += control_tests();
	failed += trouble_tests();
	failed += beat_tests();
	failed += gateway_tests();
	stage_close(&house.stage);
	failed += sim_tests();
	return failed;
}
