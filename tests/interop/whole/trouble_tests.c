/* SPDX-License-Identifier: Apache-2.0 */
/* Modems that hang, lose their network or go; a bus that goes. */
#include <signal.h>
#include <string.h>
#include <sys/types.h>

#include "whole.h"

static void a_hung_modem_delays_texts_and_nothing_else(void **state)
{
	(void)state;
	modem_do("set cmgs hang");
	air_press(TRIPLE);
	UNTIL(attempt_is("https", "asso", "sent"));
	UNTIL(fault_is("modem"));
	assert_true(modem_is("state", "hung"));
	UNTIL(attempt_is("sms", "marc", "unknown"));
	assert_int_equal(texts(LEA), 0);
	air_press(PRESS);
	UNTIL(reports("press") == 1);

	modem_do("set cmgs ok");
	modem_do("release");
	UNTIL(attempt_is("sms", "lea", "sent"));
	assert_int_equal(texts(LEA), 1);
	UNTIL(!fault_is("modem"));
	assert_int_equal(reports("alert"), 1);
}

static void a_text_waits_for_the_network(void **state)
{
	(void)state;
	modem_do("set reg 2");
	UNTIL(modem_is("registration", "searching"));
	air_press(PRESS);
	UNTIL(attempt_is("https", "asso", "sent"));
	UNTIL(attempt_is("sms", "marc", "failed"));
	assert_int_equal(texts(MARC), 0);

	modem_do("set reg 1");
	UNTIL(attempt_is("sms", "marc", "sent"));
	assert_int_equal(texts(MARC), 1);
}

static void a_modem_that_comes_back_is_taken_without_a_restart(void **state)
{
	(void)state;
	assert_int_equal(stage_say(&house.stage, "mm-kill"), 0);
	UNTIL(modem_is("state", "no-modem"));
	air_press(PRESS);
	UNTIL(attempt_is("https", "asso", "sent"));
	UNTIL(attempt_is("sms", "marc", "failed"));

	assert_int_equal(stage_say(&house.stage, "mm-start"), 0);
	UNTIL(attempt_is("sms", "marc", "sent"));
	assert_int_equal(texts(MARC), 1);
	UNTIL(modem_ready());
	assert_int_equal(kill(house.alerted, 0), 0);
}

static void a_bus_that_dies_leaves_https_alone_and_comes_back(void **state)
{
	size_t polls;

	(void)state;
	air_press(PRESS);
	UNTIL(attempt_is("https", "asso", "sent"));
	/* were its receipt still under way, it would rightly go once more */
	UNTIL(attempt_is("sms", "marc", "sent"));
	UNTIL(texts(MARC) == 1);

	house.by_socket = true;
	assert_int_equal(stage_say(&house.stage, "bus-kill"), 0);
	UNTIL(!strcmp(status_word("bus"), "missing"));
	polls = nginx_saw("GET", "/answers 200");
	air_press(PRESS);
	UNTIL(reports("press") == 1);
	UNTIL(nginx_saw("GET", "/answers 200") > polls);
	assert_true(alert_is("state", "open"));
	assert_int_equal(texts(MARC), 1);

	assert_int_equal(stage_say(&house.stage, "bus-start"), 0);
	house.by_socket = false;
	UNTIL(modem_ready());
	UNTIL(texts(MARC) == 2);
	assert_non_null(strstr(text_to(MARC), "ouvel appui"));
	assert_int_equal(ALERTE("ack", alert_word("code"), "--as", "Claire"),
			 0);
	assert_true(alert_is("state", "acked"));
	UNTIL(!fault_is("modem"));
	assert_int_equal(kill(house.alerted, 0), 0);
	assert_int_equal(nginx_saw("POST", " 50"), 0);
}

int trouble_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(a_hung_modem_delays_texts_and_nothing_else),
		T(a_text_waits_for_the_network),
		T(a_modem_that_comes_back_is_taken_without_a_restart),
		T(a_bus_that_dies_leaves_https_alone_and_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
