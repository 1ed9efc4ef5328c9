/* SPDX-License-Identifier: Apache-2.0 */
/* Two modems: fail-over, replies, reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pair.h"

#define STRANGER "+33639980077"

static bool first_has_sent(void)
{
	return sent_first() == 1;
}

static bool second_has_sent(void)
{
	return sent_second() == 1 && attempts(ALERTE_ATTEMPT_SENT);
}

static bool either_has_sent(void)
{
	return sent_first() + sent_second() == 1;
}

static bool is_delivered(void)
{
	return attempts(ALERTE_ATTEMPT_DELIVERED) > 0;
}

static bool all_out(void)
{
	return strstr(w.faults, "+modem ");
}

static int setup(void **state)
{
	(void)state;
	if (!both_ready() && !until(both_ready, 15000))
		return -1;

	tell_first("reset");
	tell_second("reset");
	w.faults[0] = '\0';
	w.nreplies = 0;
	return 0;
}

/* The next one begins with nothing waiting. */
static int teardown(void **state)
{
	(void)state;
	tell_first("reset");
	tell_second("reset");
	alerte_close(w.a);
	w.a = NULL;
	start_engine();
	return 0;
}

/* ----------------------------------------------------------------- tests */

static void each_path_has_its_own_modem(void **state)
{
	(void)state;
	assert_true(path_is(0, "device", "/virtual/m0"));
	assert_true(path_is(1, "device", "/virtual/m1"));
	assert_int_equal(w.two_way, 2);
	press();
	assert_true(until(first_has_sent, 5000));
	assert_int_equal(sent_second(), 0);
}

/* S1: a new row, at once, over the other. */
static void what_one_network_refuses_leaves_by_the_other_at_once(void **state)
{
	(void)state;
	tell_first("set cmgs fail:38");
	press();
	assert_true(until(second_has_sent, 5000));
	assert_int_equal(sent_first(), 0);
	assert_int_equal(attempts(ALERTE_ATTEMPT_FAILED), 1);
	assert_string_equal(w.faults, "");
}

/* The network may have it, or not: the alert does not wait to know. */
static void what_was_under_way_when_a_port_closed_leaves_by_the_other(
	void **state)
{
	(void)state;
	tell_first("set cmgs vanish");
	press();
	assert_true(until(second_has_sent, 8000));
	assert_int_equal(attempts(ALERTE_ATTEMPT_UNKNOWN), 1);
}

/* Both are unplugged, and come back as new ones. */
static void what_waits_while_no_modem_is_there_leaves_when_one_is_back(
	void **state)
{
	(void)state;
	assert_int_equal(stage_say(&w.stage, "mm-kill"), 0);
	press();
	assert_true(until(all_out, 15000));
	assert_int_equal(sent_first() + sent_second(), 0);
	assert_int_equal(stage_say(&w.stage, "mm-start"), 0);
	assert_true(until(either_has_sent, 15000));
}

static void replies_come_in_on_both_and_once(void **state)
{
	(void)state;
	tell_first("smsl " FRIEND " 71 2 1 je ne sais ");
	tell_second("smsl " FRIEND " 72 2 1 je regarde ");
	until(never, 500);
	assert_int_equal(w.nreplies, 0);
	tell_second("smsl " FRIEND " 72 2 2 bien");
	until(never, 700);
	assert_int_equal(w.nreplies, 1);
	assert_string_equal(w.text, "je regarde bien");
	tell_first("smsl " FRIEND " 71 2 2 pas");
	until(never, 700);
	assert_int_equal(w.nreplies, 2);
	assert_string_equal(w.text, "je ne sais pas");
	assert_int_equal(size_of(stage_modem(&w.stage, "mem")), 0);
	assert_int_equal(size_of(stage_modem2(&w.stage, "mem")), 0);
}

static bool forty_came(void)
{
	return w.nreplies >= 40;
}

static bool one_more_came(void)
{
	return w.nreplies == 41;
}

/* A SIM holds thirty: what strangers write does not stay in it. */
static void strangers_do_not_fill_the_sim_and_hear_nothing(void **state)
{
	struct alerte_status s = { .size = sizeof(s) };

	(void)state;
	for (int i = 0; i < 40; i++) {
		json_t *answer = stage_modem(&w.stage, "sms %s qui est-ce %d",
					     STRANGER, i);

		assert_true(json_is_true(json_object_get(answer, "ok")));
		json_decref(answer);
		until(never, 60);
	}
	assert_true(until(forty_came, 5000));
	tell_first("sms " FRIEND " ok");
	assert_true(until(one_more_came, 3000));
	until(never, 300);
	assert_int_equal(size_of(stage_modem(&w.stage, "mem")), 0);
	assert_int_equal(sent_first() + sent_second(), 0);
	assert_int_equal(alerte_status(w.a, &s), 0);
	assert_int_equal(s.unknown_senders, 40);
}

static void a_report_on_the_second_modem_finds_its_message_again(
	void **state)
{
	json_t *all;

	(void)state;
	tell_first("set cmgs fail:38");
	press();
	assert_true(until(second_has_sent, 5000));
	until(never, 200);
	paths_free(w.paths);
	all = stage_modem2(&w.stage, "sent");
	json_decref(stage_modem2(&w.stage, "report %d %s 0",
				 (int)json_integer_value(json_object_get(
					 json_array_get(all, 0), "mr")),
				 FRIEND));
	json_decref(all);
	start_paths();
	assert_true(until(is_delivered, 5000));
}

/* S3 */
static void a_modem_that_hangs_holds_nothing_for_longer_than_ten_seconds(
	void **state)
{
	int64_t begin = now_ms(CLOCK_BOOTTIME);

	(void)state;
	tell_first("set cmgs hang");
	press();
	assert_true(until(second_has_sent, 30000));
	print_message("the other path carried it after %lld ms\n",
		      (long long)(now_ms(CLOCK_BOOTTIME) - begin));
	assert_int_equal(attempts(ALERTE_ATTEMPT_UNKNOWN), 1);
	assert_int_equal(sent_first(), 0);
	assert_string_equal(w.faults, "+path ");
	assert_int_equal(w.two_way, 1);
	assert_true(path_is(0, "state", "busy") ||
		    path_is(0, "state", "hung"));

	/* Its late answer is told, and it is used again. */
	tell_first("set cmgs ok");
	tell_first("release");
	until(never, 500);
	assert_int_equal(attempts(ALERTE_ATTEMPT_SENT), 2);
	assert_string_equal(w.faults, "+path -path ");
}

/* ------------------------------------------------------------------ main */

static int open_all(void **state)
{
	const char *const args[] = { "--two-modems", NULL };

	(void)state;
	return open_pair(args);
}

static int close_all(void **state)
{
	(void)state;
	return close_pair();
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(each_path_has_its_own_modem),
		T(what_one_network_refuses_leaves_by_the_other_at_once),
		T(replies_come_in_on_both_and_once),
		T(strangers_do_not_fill_the_sim_and_hear_nothing),
		T(a_report_on_the_second_modem_finds_its_message_again),
		T(a_modem_that_hangs_holds_nothing_for_longer_than_ten_seconds),
		T(what_waits_while_no_modem_is_there_leaves_when_one_is_back),
		T(what_was_under_way_when_a_port_closed_leaves_by_the_other),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, open_all, close_all);
}
