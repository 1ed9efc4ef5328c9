/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves no sign, a modem that hangs for long, and calls that come in:
 * the driver ofono against the real ofonod.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../modem/world.h"
#include "modem/ofono.h"

static struct world w;

/* ----------------------------------------------------------- conditions */

static int64_t the_attempt;
static enum alerte_receipt_kind the_kind;

static bool has_receipt(struct world *world)
{
	return world_has(world, the_attempt, the_kind);
}

static bool receipt_of(int64_t attempt, enum alerte_receipt_kind kind)
{
	the_attempt = attempt;
	the_kind = kind;
	return world_until(&w, has_receipt, 10000);
}

static bool ready(struct world *world)
{
	return !strcmp(world_word(world, "state"), "ready") &&
	       !strcmp(world_word(world, "registration"), "registered");
}

static bool has_modem_fault(struct world *world)
{
	return world->modem_fault;
}

static bool replied(struct world *world)
{
	return world->nreplies > 0;
}

/* It was off, and all of it is back. */
static bool works_again(struct world *world)
{
	const struct ofono *o = world->modem;

	return !o->hung && ofono_ready(o) && ofono_registered(o);
}

/* ------------------------------------------------------------- helpers */

static void tell(const char *command)
{
	json_t *answer = stage_modem(&w.stage, "%s", command);

	assert_true(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
}

static size_t taken(void)
{
	json_t *answer = stage_modem(&w.stage, "sent");
	size_t n = json_array_size(answer);

	json_decref(answer);
	return n;
}

static int send_alert(int64_t attempt, bool unseen)
{
	w.unseen = unseen;
	return world_send(&w, attempt, FRIEND, "bonjour",
			  ALERTE_IMPORTANCE_ALERT);
}

/* All that status shows; owned by the caller. */
static char *shown(void)
{
	json_t *o = json_object();
	char *text;

	w.driver->describe(w.modem, o);
	text = json_dumps(o, JSON_SORT_KEYS);
	json_decref(o);
	assert_non_null(text);
	return text;
}

static void shows(char *before)
{
	char *after = shown();

	assert_string_equal(before, after);
	free(before);
	free(after);
	assert_false(w.modem_fault);
}

/* Size and hour of the file of what ofono may hold; zeros: none. */
static struct stat kept_file(void)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/ofono-modem", w.stage.dir);
	if (stat(path, &st))
		memset(&st, 0, sizeof(st));
	return st;
}

static void hurry(int64_t restart_ms)
{
	struct ofono *o = w.modem;

	o->hung_ms = 300;
	o->restart_ms = restart_ms;
}

static int open_stage(void **state)
{
	const char *const args[] = { "--ofono", NULL };
	int r = stage_open(&w.stage, args);

	(void)state;
	if (r == 77)
		exit(77);
	w.name = "ofono";
	return r;
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
	if (world_until(&w, ready, 15000))
		return 0;

	world_stop(&w);
	return -1;
}

static int stop(void **state)
{
	(void)state;
	if (w.modem)
		world_stop(&w);
	return 0;
}

/* ---------------------------------------------------------------- unseen */

/* L8 */
static void what_must_leave_no_sign_is_neither_counted_nor_kept(void **state)
{
	struct stat before = kept_file(), after;
	char *status = shown();

	(void)state;
	tell("set cmgs delay:0.2");
	assert_int_equal(send_alert(62, true), 0);
	assert_int_equal(send_alert(63, true), 0);
	shows(status);
	status = shown();
	assert_true(receipt_of(63, ALERTE_RECEIPT_SENT));
	tell("set cmgs fail:38");
	assert_int_equal(send_alert(64, true), 0);
	assert_true(receipt_of(64, ALERTE_RECEIPT_FAILED));
	shows(status);
	assert_int_equal(taken(), 2);

	after = kept_file();
	assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void what_is_taken_back_unseen_is_not_counted(void **state)
{
	char *status = shown();

	(void)state;
	hurry(60000);
	tell("set cmgs fail:332");
	assert_int_equal(send_alert(65, true), 0);
	assert_true(receipt_of(65, ALERTE_RECEIPT_FAILED));
	shows(status);
}

static void an_answer_that_nothing_shows_is_not_counted(void **state)
{
	char *status = shown();

	(void)state;
	w.reply_answer = ALERTE_UNSEEN;
	tell("sms " FRIEND " ok 7K2");
	assert_true(world_until(&w, replied, 5000));
	shows(status);
}

static void a_hang_that_only_the_unseen_met_shows_with_the_next_text(
	void **state)
{
	char *status = shown();

	(void)state;
	hurry(60000);
	tell("set cmgs hang");
	assert_int_equal(send_alert(66, true), 0);
	assert_int_equal(send_alert(67, true), 0);
	assert_true(receipt_of(66, ALERTE_RECEIPT_UNKNOWN));
	assert_true(receipt_of(67, ALERTE_RECEIPT_FAILED));
	assert_int_equal(send_alert(68, true), ALERTE_EREFUSED);
	shows(status);

	assert_int_equal(send_alert(69, false), ALERTE_EREFUSED);
	assert_string_equal(world_word(&w, "state"), "hung");
	assert_true(world_until(&w, has_modem_fault, 5000));
	tell("set cmgs ok");
	tell("release");
	assert_true(receipt_of(66, ALERTE_RECEIPT_SENT));
	assert_string_equal(world_word(&w, "state"), "ready");
	assert_false(w.modem_fault);
}

static void a_hang_with_a_text_waiting_behind_the_unseen_shows(void **state)
{
	(void)state;
	hurry(60000);
	tell("set cmgs hang");
	assert_int_equal(send_alert(70, true), 0);
	assert_int_equal(send_alert(71, false), 0);
	assert_true(receipt_of(71, ALERTE_RECEIPT_FAILED));
	assert_true(world_until(&w, has_modem_fault, 5000));
	assert_string_equal(world_word(&w, "state"), "hung");
	tell("release");
	assert_true(receipt_of(70, ALERTE_RECEIPT_SENT));
}

/* --------------------------------------------------------------- restart */

static void a_modem_hung_for_long_is_switched_off_and_on(void **state)
{
	(void)state;
	hurry(500);
	tell("set cmgs hang");
	assert_int_equal(send_alert(72, false), 0);
	assert_true(receipt_of(72, ALERTE_RECEIPT_UNKNOWN));
	assert_true(w.modem_fault);
	tell("set cmgs ok");
	assert_true(world_until(&w, works_again, 20000));
	assert_true(world_until(&w, ready, 5000));
	assert_false(w.modem_fault);
	assert_int_equal(send_alert(73, false), 0);
	assert_true(receipt_of(73, ALERTE_RECEIPT_SENT));
}

/* L8 */
static void none_of_that_shows_when_only_the_unseen_met_it(void **state)
{
	char *status = shown();
	bool same = true;

	(void)state;
	hurry(500);
	tell("set cmgs hang");
	assert_int_equal(send_alert(74, true), 0);
	assert_true(receipt_of(74, ALERTE_RECEIPT_UNKNOWN));
	tell("set cmgs ok");
	for (int i = 0; i < 1000 && !works_again(&w); i++) {
		char *now = shown();

		same = same && !strcmp(status, now);
		free(now);
		world_run(&w, 20);
	}
	assert_true(same);
	assert_true(works_again(&w));
	shows(status);
	assert_int_equal(send_alert(75, true), 0);
	assert_true(receipt_of(75, ALERTE_RECEIPT_SENT));
}

/* ----------------------------------------------------------------- calls */

static void a_call_that_comes_in_is_hung_up_unanswered(void **state)
{
	(void)state;
	tell("ring " OTHER);
	assert_true(world_until(&w, world_silent, 10000));
	assert_true(world_until(&w, world_refused_one, 5000));
	assert_int_equal(send_alert(76, false), 0);
	assert_true(receipt_of(76, ALERTE_RECEIPT_SENT));
}

static bool is_known(struct world *world)
{
	sd_bus_message *m = NULL;
	sd_bus *bus = NULL;
	bool any;

	(void)world;
	any = sd_bus_open_system(&bus) >= 0 &&
	      sd_bus_call_method(bus, "org.ofono", "/phonesim",
			"org.ofono.VoiceCallManager", "GetCalls", NULL, &m,
			"") >= 0 &&
	      sd_bus_message_enter_container(m, 'a', "(oa{sv})") >= 0 &&
	      sd_bus_message_at_end(m, 0) == 0;
	sd_bus_message_unref(m);
	sd_bus_flush_close_unref(bus);
	return any;
}

static void a_call_that_rang_before_the_start_is_hung_up(void **state)
{
	(void)state;
	world_stop(&w);
	tell("ring " OTHER);
	for (int i = 0; i < 500 && !is_known(&w); i++)
		usleep(20000);
	assert_false(world_silent(&w));
	world_start(&w, NULL, true);
	assert_true(world_until(&w, world_silent, 15000));
	assert_true(world_until(&w, world_refused_one, 5000));
}

#define UP(t) cmocka_unit_test_setup_teardown(t, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UP(what_must_leave_no_sign_is_neither_counted_nor_kept),
		UP(what_is_taken_back_unseen_is_not_counted),
		UP(an_answer_that_nothing_shows_is_not_counted),
		UP(a_hang_that_only_the_unseen_met_shows_with_the_next_text),
		UP(a_hang_with_a_text_waiting_behind_the_unseen_shows),
		UP(a_modem_hung_for_long_is_switched_off_and_on),
		UP(none_of_that_shows_when_only_the_unseen_met_it),
		UP(a_call_that_comes_in_is_hung_up_unanswered),
		UP(a_call_that_rang_before_the_start_is_hung_up),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
