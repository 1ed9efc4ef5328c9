/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls and positions of the driver modemmanager, against the real ModemManager
 * and polkitd.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "modem/mm.h"
#include "world.h"

#define RULE "packaging/polkit/50-alerted.rules"
#define NOBODY 65534

static struct world w;

static void tell(const char *command)
{
	json_t *answer = stage_modem(&w.stage, "%s", command);

	assert_true(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
}

static int64_t the_attempt;
static enum alerte_receipt_kind the_kind;

static bool has_receipt(struct world *world)
{
	return world_has(world, the_attempt, the_kind);
}

static bool receipt_of(int64_t attempt, enum alerte_receipt_kind kind, int ms)
{
	the_attempt = attempt;
	the_kind = kind;
	return world_until(&w, has_receipt, ms);
}

static int ring_as(int64_t attempt, bool unseen)
{
	struct alerte_message m = {
		.size = sizeof(m), .attempt = attempt,
		.channel = ALERTE_CHANNEL_VOICE, .contact = "paul",
		.address = FRIEND, .key = "key",
		.importance = ALERTE_IMPORTANCE_ALERT, .parts = 1,
		.unseen = unseen
	};

	return w.driver->ring(w.modem, &m);
}

static int ring(int64_t attempt)
{
	return ring_as(attempt, false);
}

static size_t dialed(void)
{
	json_t *calls = stage_modem(&w.stage, "calls");
	size_t n = json_array_size(json_object_get(calls, "dialed"));

	json_decref(calls);
	return n;
}

/* ---------------------------------------------------------------- stage */

static int on_stage(const char *const args[])
{
	int r = stage_open(&w.stage, args);

	if (r == 77)
		exit(77);
	return r;
}

static int open_stage(void **state)
{
	const char *const args[] = { NULL };

	(void)state;
	return on_stage(args);
}

static int open_stage_with_rule(void **state)
{
	const char *const args[] = { "--rule", RULE, "--user", "nobody",
				     NULL };

	(void)state;
	return on_stage(args);
}

static int close_stage(void **state)
{
	(void)state;
	stage_close(&w.stage);
	return 0;
}

static int start(void **state)
{
	(void)state;
	tell("reset");
	world_start(&w, NULL, true);
	return world_until(&w, world_ready, 10000) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	if (w.modem)
		world_stop(&w);
	return 0;
}

/* ---------------------------------------------------------------- tests */

static void who_takes_the_call_hears_nothing_and_it_rang(void **state)
{
	(void)state;
	tell("set calls answered");
	assert_int_equal(ring(1), 0);
	assert_true(receipt_of(1, ALERTE_RECEIPT_SENT, 15000));
	assert_true(world_until(&w, world_silent, 5000));
	assert_int_equal(dialed(), 1);
	assert_int_equal(world_counter(&w, "rang"), 1);
}

static void a_call_that_nothing_shows_is_not_counted(void **state)
{
	(void)state;
	tell("set calls answered");
	assert_int_equal(ring_as(10, true), 0);
	assert_true(receipt_of(10, ALERTE_RECEIPT_SENT, 15000));
	assert_int_equal(dialed(), 1);
	assert_int_equal(world_counter(&w, "rang"), 0);
}

static void a_line_that_is_busy_did_not_ring(void **state)
{
	(void)state;
	tell("set calls busy");
	assert_int_equal(ring(2), 0);
	assert_true(receipt_of(2, ALERTE_RECEIPT_FAILED, 15000));
	assert_int_equal(world_counter(&w, "rang"), 0);
}

static void one_call_at_a_time_and_the_next_is_tried_later(void **state)
{
	(void)state;
	assert_int_equal(ring(3), 0);
	assert_int_equal(ring(4), ALERTE_EREFUSED);
	tell("set calls answered");
	assert_true(receipt_of(3, ALERTE_RECEIPT_SENT, 15000));
	assert_true(world_until(&w, world_silent, 5000));
	assert_int_equal(ring(4), 0);
	assert_true(receipt_of(4, ALERTE_RECEIPT_SENT, 15000));
	assert_int_equal(dialed(), 2);
}

static void a_text_under_way_goes_before_a_call(void **state)
{
	(void)state;
	tell("set cmgs delay:1");
	assert_int_equal(world_send(&w, 5, FRIEND, "first",
				    ALERTE_IMPORTANCE_ALERT), 0);
	assert_int_equal(ring(6), ALERTE_EREFUSED);
	assert_true(receipt_of(5, ALERTE_RECEIPT_SENT, 10000));
	assert_int_equal(dialed(), 0);
}

static bool submitted(struct world *world)
{
	const struct mm *mm = world->modem;

	return mm->flight && mm->flight->path[0];
}

static bool hung_in_silence(struct world *world)
{
	return world_has(world, 12, ALERTE_RECEIPT_FAILED) &&
	       world_has(world, 11, ALERTE_RECEIPT_UNKNOWN);
}

static bool has_modem_fault(struct world *world)
{
	return world->modem_fault;
}

/* L8 */
static void a_hang_that_only_the_unseen_met_shows_with_the_next_call(
	void **state)
{
	(void)state;
	tell("set cmgs hang");
	w.unseen = true;
	assert_int_equal(world_send(&w, 11, FRIEND, "first",
				    ALERTE_IMPORTANCE_ALERT), 0);
	assert_int_equal(world_send(&w, 12, FRIEND, "waits",
				    ALERTE_IMPORTANCE_ALERT), 0);
	assert_true(world_until(&w, submitted, 5000));
	w.driver->give_up(w.modem, 11);		/* it goes another way */
	assert_true(world_until(&w, hung_in_silence, 5000));
	assert_int_equal(world_send(&w, 13, FRIEND, "no",
				    ALERTE_IMPORTANCE_ALERT),
			 ALERTE_EREFUSED);
	assert_int_equal(ring_as(14, true), ALERTE_EREFUSED);
	world_run(&w, 100);
	assert_string_equal(world_word(&w, "state"), "ready");
	assert_false(w.modem_fault);

	assert_int_equal(ring(15), ALERTE_EREFUSED);
	assert_string_equal(world_word(&w, "state"), "hung");
	assert_true(world_until(&w, has_modem_fault, 5000));
	tell("release");
	assert_true(world_until(&w, world_ready, 5000));
	assert_false(w.modem_fault);
}

static void a_call_that_comes_in_is_refused_at_once(void **state)
{
	(void)state;
	tell("ring " OTHER);
	assert_true(world_until(&w, world_silent, 5000));
	assert_true(world_until(&w, world_refused_one, 5000));
	assert_int_equal(world_send(&w, 7, FRIEND, "goes on",
				    ALERTE_IMPORTANCE_ALERT), 0);
	assert_true(receipt_of(7, ALERTE_RECEIPT_SENT, 10000));
}

static void a_call_that_rang_before_the_start_is_refused(void **state)
{
	(void)state;
	world_stop(&w);
	tell("ring " OTHER);
	usleep(300000);		/* ModemManager takes note of it */
	assert_false(world_silent(&w));
	world_start(&w, NULL, true);
	assert_true(world_until(&w, world_silent, 15000));
}

static void a_modem_lost_in_a_call_leaves_it_unknown(void **state)
{
	(void)state;
	assert_int_equal(ring(8), 0);
	assert_int_equal(stage_say(&w.stage, "mm-kill"), 0);
	assert_true(receipt_of(8, ALERTE_RECEIPT_UNKNOWN, 15000));
}

static bool has_cell(struct world *world)
{
	return world->cell[0];
}

static void the_cell_it_stands_in_is_told_at_once(void **state)
{
	(void)state;
	w.driver->locate(w.modem, 77);
	assert_true(world_until(&w, has_cell, 10000));
	assert_int_equal(w.cell_alert, 77);
	assert_string_equal(w.cell, "001,01,0,C3D4E5,1A2B");
}

/* Only a service under its own user meets polkit. */
static void with_the_rule_a_service_may_ring_and_refuse(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	tell("set calls answered");
	pid = fork();
	if (!pid) {
		if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
			_exit(9);
		world_start(&w, NULL, true);
		if (!world_until(&w, world_ready, 10000))
			_exit(1);
		if (ring(9))
			_exit(2);
		_exit(receipt_of(9, ALERTE_RECEIPT_SENT, 15000) ? 0 : 3);
	}

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(dialed(), 1);
}

#define RUNNING(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(int argc, char **argv)
{
	const struct CMUnitTest calls[] = {
		RUNNING(who_takes_the_call_hears_nothing_and_it_rang),
		RUNNING(a_call_that_nothing_shows_is_not_counted),
		RUNNING(a_line_that_is_busy_did_not_ring),
		RUNNING(one_call_at_a_time_and_the_next_is_tried_later),
		RUNNING(a_text_under_way_goes_before_a_call),
		RUNNING(a_hang_that_only_the_unseen_met_shows_with_the_next_call),
		RUNNING(a_call_that_comes_in_is_refused_at_once),
		RUNNING(a_call_that_rang_before_the_start_is_refused),
		RUNNING(the_cell_it_stands_in_is_told_at_once),
		RUNNING(a_modem_lost_in_a_call_leaves_it_unknown),
	};
	const struct CMUnitTest polkit[] = {
		cmocka_unit_test(with_the_rule_a_service_may_ring_and_refuse),
	};
	int failed = 0;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	failed += cmocka_run_group_tests(calls, open_stage, close_stage);
	failed += cmocka_run_group_tests(polkit, open_stage_with_rule,
					 close_stage);
	return failed;
}
