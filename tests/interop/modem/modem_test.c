/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver modemmanager against the real ModemManager, polkitd and
 * dbus-daemon; only the modem is simulated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "world.h"

static struct world w;

/* ----------------------------------------------------------- conditions */

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

static bool replied(struct world *world)
{
	return world->nreplies > 0;
}

static bool no_objects(struct world *world)
{
	return world_objects(world) == 0;
}

static bool not_ready(struct world *world)
{
	return !world_ready(world);
}

static bool has_modem_fault(struct world *world)
{
	return world->modem_fault;
}

static bool has_sim_fault(struct world *world)
{
	return world->sim_fault;
}

/* --------------------------------------------------------------- helpers */

static void tell(const char *command)
{
	json_t *answer = stage_modem(&w.stage, "%s", command);

	assert_true(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
}

static size_t ask_count(const char *command)
{
	json_t *answer = stage_modem(&w.stage, "%s", command);
	size_t n = json_array_size(answer);

	json_decref(answer);
	return n;
}

static json_t *last_sent(void)
{
	json_t *all = stage_modem(&w.stage, "sent"), *last;

	assert_true(json_array_size(all) > 0);
	last = json_incref(json_array_get(all, json_array_size(all) - 1));
	json_decref(all);
	return last;
}

static const char *str(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static json_int_t num(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static int pin_tries(void)
{
	json_t *o = stage_modem(&w.stage, "pin");
	int n = (int)num(o, "tries");

	json_decref(o);
	return n;
}

static int send_alert(int64_t attempt, const char *text)
{
	return world_send(&w, attempt, FRIEND, text, ALERTE_IMPORTANCE_ALERT);
}

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

static int open_locked_stage(void **state)
{
	const char *const args[] = { "--locked", NULL };

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
	if (world_until(&w, world_ready, 10000) &&
	    world_until(&w, no_objects, 3000)) {
		/* A reply of the test before may have been offered again. */
		w.nreplies = 0;
		return 0;
	}

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

/* ------------------------------------------------------------------ out */

static void a_text_leaves_and_is_delivered(void **state)
{
	int files = stage_count_sent(&w.stage);
	json_t *m;

	(void)state;
	tell("set autoreport 0.3");
	assert_int_equal(send_alert(1, "Ça va à 18 rue"), 0);
	assert_true(receipt_of(1, ALERTE_RECEIPT_SENT, 2000));

	m = last_sent();
	assert_string_equal(str(m, "number"), FRIEND);
	assert_string_equal(str(m, "text"), "Ça va à 18 rue");
	assert_int_equal(num(m, "dcs"), 0);
	assert_int_equal(num(m, "validity"), 0x0b);	/* 1 h */
	assert_true(json_is_true(json_object_get(m, "report")));
	json_decref(m);
	assert_int_equal(stage_count_sent(&w.stage), files + 1);

	assert_true(receipt_of(1, ALERTE_RECEIPT_DELIVERED, 2000));
	assert_true(world_until(&w, no_objects, 2000));
	assert_int_equal(w.nreceipts, 2);
}

static void a_long_text_is_delivered_once_both_parts_are(void **state)
{
	int files = stage_count_sent(&w.stage);
	char text[301];
	json_t *m;

	(void)state;
	memset(text, 'e', 300);
	memcpy(text + 150, "a{}b", 4);
	text[300] = '\0';
	assert_int_equal(send_alert(2, text), 0);
	assert_true(receipt_of(2, ALERTE_RECEIPT_SENT, 3000));
	assert_int_equal(ask_count("sent"), 2);
	assert_int_equal(stage_count_sent(&w.stage), files + 1);

	m = last_sent();
	assert_int_equal(num(m, "parts"), 2);
	json_decref(stage_modem(&w.stage, "report %d %s 0",
				(int)num(m, "mr") - 1, FRIEND));
	world_run(&w, 300);
	assert_true(world_has(&w, 2, ALERTE_RECEIPT_SENT));
	json_decref(stage_modem(&w.stage, "report %d %s 0",
				(int)num(m, "mr"), FRIEND));
	json_decref(m);
	assert_true(receipt_of(2, ALERTE_RECEIPT_DELIVERED, 2000));
	assert_true(world_until(&w, no_objects, 2000));
}

static void an_expired_text_is_failed_by_its_report(void **state)
{
	(void)state;
	tell("set autoreport 0.1");
	tell("set status 70");
	assert_int_equal(send_alert(3, "bonjour"), 0);
	assert_true(receipt_of(3, ALERTE_RECEIPT_FAILED, 3000));
	assert_int_equal(w.receipt[0].kind, ALERTE_RECEIPT_SENT);
	assert_true(world_until(&w, no_objects, 2000));
}

static void a_report_of_a_network_still_trying_decides_nothing(void **state)
{
	(void)state;
	tell("set autoreport 0.1");
	tell("set status 48");
	assert_int_equal(send_alert(4, "bonjour"), 0);
	assert_true(receipt_of(4, ALERTE_RECEIPT_SENT, 2000));
	world_run(&w, 500);
	assert_int_equal(w.nreceipts, 1);
	assert_int_equal(world_objects(&w), 1);
}

static void the_relay_is_asked_for_no_report(void **state)
{
	json_t *m;

	(void)state;
	assert_int_equal(world_send(&w, 5, RELAY, "URGENCE",
				    ALERTE_IMPORTANCE_RELAY), 0);
	assert_true(receipt_of(5, ALERTE_RECEIPT_SENT, 2000));
	m = last_sent();
	assert_false(json_is_true(json_object_get(m, "report")));
	json_decref(m);
	assert_true(world_until(&w, no_objects, 2000));
}

static void what_matters_more_leaves_first(void **state)
{
	json_t *all;

	(void)state;
	tell("set cmgs delay:0.2");
	assert_int_equal(send_alert(6, "first"), 0);
	assert_int_equal(world_send(&w, 7, OTHER, "exercise",
				    ALERTE_IMPORTANCE_EXERCISE), 0);
	assert_int_equal(send_alert(8, "alert"), 0);
	assert_int_equal(world_send(&w, 9, RELAY, "relay",
				    ALERTE_IMPORTANCE_RELAY), 0);
	assert_true(receipt_of(7, ALERTE_RECEIPT_SENT, 4000));

	all = stage_modem(&w.stage, "sent");
	assert_string_equal(str(json_array_get(all, 1), "text"), "relay");
	assert_string_equal(str(json_array_get(all, 2), "text"), "alert");
	assert_string_equal(str(json_array_get(all, 3), "text"), "exercise");
	json_decref(all);
}

static void what_the_network_refuses_is_failed(void **state)
{
	static const char *const set[] = {
		"set cmgs fail:38", "set cmgs fail:331", "set cmgs fail:500",
		"set cmgs promptfail:304",
	};

	(void)state;
	for (int i = 0; i < 4; i++) {
		tell(set[i]);
		assert_int_equal(send_alert(10 + i, "bonjour"), 0);
		assert_true(receipt_of(10 + i, ALERTE_RECEIPT_FAILED, 2000));
	}
	assert_int_equal(ask_count("sent"), 0);
	assert_true(world_until(&w, no_objects, 2000));
	assert_false(w.modem_fault);
}

static void without_network_nothing_is_given_to_the_modem(void **state)
{
	(void)state;
	tell("set reg 2");
	assert_true(world_until(&w, not_ready, 2000));
	assert_string_equal(world_word(&w, "registration"), "searching");
	assert_int_equal(send_alert(20, "bonjour"), ALERTE_EREFUSED);
	tell("set reg 3");
	world_run(&w, 200);
	assert_string_equal(world_word(&w, "registration"), "denied");
	assert_int_equal(send_alert(21, "bonjour"), ALERTE_EREFUSED);

	tell("set reg 1");
	assert_true(world_until(&w, world_ready, 5000));
	assert_int_equal(send_alert(22, "bonjour"), 0);
	assert_true(receipt_of(22, ALERTE_RECEIPT_SENT, 2000));
	assert_int_equal(ask_count("sent"), 1);
}

static void a_hung_modem_gets_no_more_and_its_late_answer_counts(void **state)
{
	(void)state;
	tell("set cmgs hang");
	assert_int_equal(send_alert(30, "bonjour"), 0);
	assert_int_equal(send_alert(31, "waits"), 0);
	world_run(&w, 8000);
	assert_int_equal(w.nreceipts, 0);
	assert_false(w.modem_fault);

	assert_true(world_until(&w, has_modem_fault, 4000));
	assert_true(world_has(&w, 30, ALERTE_RECEIPT_UNKNOWN));
	assert_true(world_has(&w, 31, ALERTE_RECEIPT_FAILED));
	assert_string_equal(world_word(&w, "state"), "hung");
	assert_int_equal(send_alert(32, "no"), ALERTE_EREFUSED);

	tell("set cmgs ok");
	tell("release");
	assert_true(receipt_of(30, ALERTE_RECEIPT_SENT, 2000));
	assert_false(w.modem_fault);
	assert_int_equal(send_alert(33, "again"), 0);
	assert_true(receipt_of(33, ALERTE_RECEIPT_SENT, 2000));
	assert_int_equal(ask_count("sent"), 2);
}

static void a_port_lost_in_mid_send_is_unknown_and_comes_back(void **state)
{
	(void)state;
	tell("set cmgs vanish");
	assert_int_equal(send_alert(40, "bonjour"), 0);
	assert_true(receipt_of(40, ALERTE_RECEIPT_UNKNOWN, 3000));
	tell("set cmgs ok");
	assert_int_equal(send_alert(41, "no"), ALERTE_EREFUSED);

	/*
	 * ModemManager never opens a closed port again: the modem returns as
	 * a new one.
	 */
	assert_int_equal(stage_say(&w.stage, "mm-kill"), 0);
	world_run(&w, 200);
	assert_int_equal(stage_say(&w.stage, "mm-start"), 0);
	assert_true(world_until(&w, world_ready, 10000));
	assert_int_equal(send_alert(42, "again"), 0);
	assert_true(receipt_of(42, ALERTE_RECEIPT_SENT, 3000));
}

static void a_killed_modemmanager_is_unknown_and_comes_back(void **state)
{
	(void)state;
	tell("set cmgs hang");
	assert_int_equal(send_alert(50, "bonjour"), 0);
	assert_int_equal(send_alert(51, "waits"), 0);
	world_run(&w, 300);
	assert_int_equal(stage_say(&w.stage, "mm-kill"), 0);
	assert_true(receipt_of(50, ALERTE_RECEIPT_UNKNOWN, 2000));
	assert_true(receipt_of(51, ALERTE_RECEIPT_FAILED, 2000));
	assert_string_equal(world_word(&w, "state"), "no-modem");
	assert_int_equal(send_alert(52, "no"), ALERTE_EREFUSED);
	world_run(&w, 7000);
	assert_false(w.modem_fault);		/* it may only be restarting */
	assert_true(world_until(&w, has_modem_fault, 5000));

	tell("set cmgs ok");
	assert_int_equal(stage_say(&w.stage, "mm-start"), 0);
	assert_true(world_until(&w, world_ready, 10000));
	assert_int_equal(send_alert(53, "again"), 0);
	assert_true(receipt_of(53, ALERTE_RECEIPT_SENT, 3000));
	assert_false(w.modem_fault);
}

static void report_last(const char *number)
{
	json_t *m = last_sent();

	json_decref(stage_modem(&w.stage, "report %d %s 0",
				(int)num(m, "mr"), number));
	json_decref(m);
}

static void send_and_leave(int64_t attempt)
{
	assert_int_equal(send_alert(attempt, "bonjour"), 0);
	assert_true(receipt_of(attempt, ALERTE_RECEIPT_SENT, 2000));
	world_run(&w, 200);	/* until its reference was read */
	world_stop(&w);
}

static void a_report_after_a_restart_finds_its_message(void **state)
{
	(void)state;
	send_and_leave(60);
	report_last(FRIEND);
	world_start(&w, NULL, true);
	assert_true(receipt_of(60, ALERTE_RECEIPT_DELIVERED, 5000));
	assert_true(world_until(&w, no_objects, 3000));
	assert_int_equal(world_counter(&w, "reports"), 1);
	assert_int_equal(world_counter(&w, "reports_unknown"), 0);

	/* Once: it is not awaited any more. */
	world_stop(&w);
	report_last(FRIEND);
	world_start(&w, NULL, true);
	assert_true(world_until(&w, world_ready, 5000));
	assert_true(world_until(&w, no_objects, 3000));
	assert_int_equal(world_counter(&w, "reports_unknown"), 1);
	assert_int_equal(w.nreceipts, 0);
}

static void what_is_kept_for_a_report_names_nobody(void **state)
{
	char path[256], line[256] = "";
	FILE *f;

	(void)state;
	send_and_leave(61);
	snprintf(path, sizeof(path), "%s/reports-modem", w.stage.dir);
	f = fopen(path, "r");
	assert_non_null(f);
	while (strncmp(line, "61 ", 3) && fgets(line, sizeof(line), f))
		;
	fclose(f);
	assert_int_equal(strncmp(line, "61 ", 3), 0);
	assert_null(strstr(line, "39980001"));
	assert_null(strstr(line, "490154203237518"));

	/* Of another number it is not the report. */
	report_last(OTHER);
	world_start(&w, NULL, true);
	assert_true(world_until(&w, world_ready, 5000));
	assert_true(world_until(&w, no_objects, 3000));
	assert_int_equal(world_counter(&w, "reports_unknown"), 1);
	assert_int_equal(w.nreceipts, 0);
}

/* L8 */
static void what_must_leave_no_sign_is_neither_counted_nor_kept(void **state)
{
	char path[256], line[256];
	FILE *f;

	(void)state;
	w.unseen = true;
	assert_int_equal(send_alert(62, "bonjour"), 0);
	assert_true(receipt_of(62, ALERTE_RECEIPT_SENT, 2000));
	world_run(&w, 200);
	assert_int_equal(world_counter(&w, "sent"), 0);

	snprintf(path, sizeof(path), "%s/reports-modem", w.stage.dir);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		assert_int_not_equal(strncmp(line, "62 ", 3), 0);
	if (f)
		fclose(f);

	report_last(FRIEND);
	assert_true(receipt_of(62, ALERTE_RECEIPT_DELIVERED, 3000));
	assert_int_equal(world_counter(&w, "reports"), 0);
	tell("set cmgs fail:38");
	assert_int_equal(send_alert(63, "bonjour"), 0);
	assert_true(receipt_of(63, ALERTE_RECEIPT_FAILED, 2000));
	assert_int_equal(world_counter(&w, "failed"), 0);
}

static bool roams(struct world *world)
{
	return world->roaming_fault;
}

static bool roams_no_more(struct world *world)
{
	return !world->roaming_fault && world_ready(world);
}

static bool is_roaming(struct world *world)
{
	return !strcmp(world_word(world, "registration"), "roaming");
}

/* M6 */
static void only_a_foreign_network_is_roaming(void **state)
{
	(void)state;
	assert_false(w.roaming_fault);
	tell("set operator 22801");
	tell("set reg 5");
	assert_true(world_until(&w, roams, 5000));
	assert_int_equal(send_alert(64, "all the same"), 0);
	assert_true(receipt_of(64, ALERTE_RECEIPT_SENT, 2000));

	tell("set operator 00101");
	tell("set reg 2");
	world_run(&w, 100);
	tell("set reg 1");
	assert_true(world_until(&w, roams_no_more, 5000));

	/* A foreign SIM in France. */
	tell("set operator 20801");
	tell("set reg 5");
	assert_true(world_until(&w, is_roaming, 5000));
	world_run(&w, 500);
	assert_false(w.roaming_fault);
	tell("set reg 2");
	world_run(&w, 100);
}

/* The network did not say no: it did not answer in time. */
static void what_the_network_did_not_answer_is_unknown(void **state)
{
	(void)state;
	tell("set cmgs fail:332");
	assert_int_equal(send_alert(65, "bonjour"), 0);
	assert_true(receipt_of(65, ALERTE_RECEIPT_UNKNOWN, 2000));
	assert_true(world_until(&w, no_objects, 2000));
}

static void what_is_given_up_is_taken_back_or_unknown(void **state)
{
	(void)state;
	tell("set cmgs hang");
	assert_int_equal(send_alert(66, "bonjour"), 0);
	assert_int_equal(send_alert(67, "waits"), 0);
	assert_int_equal(send_alert(68, "waits too"), 0);
	world_run(&w, 200);
	w.driver->give_up(w.modem, 67);
	assert_true(world_has(&w, 67, ALERTE_RECEIPT_FAILED));
	assert_int_equal(w.nreceipts, 1);
	w.driver->give_up(w.modem, 66);
	assert_true(world_has(&w, 66, ALERTE_RECEIPT_UNKNOWN));
	assert_true(world_has(&w, 68, ALERTE_RECEIPT_FAILED));
	assert_true(w.modem_fault);
	assert_int_equal(send_alert(69, "no"), ALERTE_EREFUSED);

	tell("set cmgs ok");
	tell("release");
	assert_true(receipt_of(66, ALERTE_RECEIPT_SENT, 2000));
	assert_false(w.modem_fault);
}

static void without_a_bus_it_says_so_and_refuses(void **state)
{
	(void)state;
	world_start(&w, NULL, false);
	assert_int_equal(send_alert(70, "no"), ALERTE_EREFUSED);
	world_run(&w, 100);
	assert_true(w.modem_fault);
	assert_string_equal(world_word(&w, "state"), "no-bus");
}

/* ------------------------------------------------------------------- in */

static void a_reply_comes_in_and_leaves_the_sim(void **state)
{
	(void)state;
	tell("sms " FRIEND " j'arrive 7K2, à l'été €");
	assert_true(world_until(&w, replied, 2000));
	assert_string_equal(w.from, FRIEND);
	assert_string_equal(w.text, "j'arrive 7K2, à l'été €");
	assert_true(world_until(&w, no_objects, 2000));
	assert_int_equal(ask_count("mem"), 0);
	assert_int_equal(w.nreplies, 1);
}

static void a_reply_outside_the_alphabet_comes_in_whole(void **state)
{
	(void)state;
	tell("sms " FRIEND " où êtes-vous ? œ ☎");
	assert_true(world_until(&w, replied, 2000));
	assert_string_equal(w.text, "où êtes-vous ? œ ☎");
	assert_true(world_until(&w, no_objects, 2000));
}

static void a_long_reply_is_read_only_when_complete(void **state)
{
	(void)state;
	tell("smsl " FRIEND " 77 2 1 j'arrive ");
	world_run(&w, 800);
	assert_int_equal(w.nreplies, 0);
	tell("smsl " FRIEND " 77 2 2 7K2");
	assert_true(world_until(&w, replied, 3000));
	assert_string_equal(w.text, "j'arrive 7K2");
	assert_true(world_until(&w, no_objects, 2000));
	assert_int_equal(ask_count("mem"), 0);
	assert_int_equal(w.nreplies, 1);
}

/* Nobody can fill the SIM with first parts. */
static void parts_that_stay_alone_are_deleted_beyond_eight(void **state)
{
	(void)state;
	for (int i = 0; i < 12; i++) {
		json_decref(stage_modem(&w.stage, "smsl %s %d 2 1 alone",
					OTHER, 100 + i));
		world_run(&w, 60);
	}
	world_run(&w, 500);
	assert_int_equal(w.nreplies, 0);
	assert_int_equal(ask_count("mem"), 8);
	assert_int_equal(world_counter(&w, "not_taken"), 4);

	for (int i = 4; i < 12; i++) {
		json_decref(stage_modem(&w.stage, "smsl %s %d 2 2 whole",
					OTHER, 100 + i));
		world_run(&w, 60);
	}
	assert_true(world_until(&w, no_objects, 3000));
	assert_int_equal(w.nreplies, 8);
}

static bool replied_twice(struct world *world)
{
	return world->nreplies == 2;
}

/* In the memory of the card, and in that of the modem. */
static void replies_that_waited_are_taken_at_start_and_deleted(void **state)
{
	(void)state;
	world_stop(&w);
	assert_int_equal(stage_say(&w.stage, "mm-kill"), 0);
	tell("set receive SM");
	tell("sms " FRIEND " ok 7K2");
	tell("set receive ME");
	tell("sms " FRIEND " ok 7K2");
	assert_int_equal(ask_count("mem"), 2);
	assert_int_equal(stage_say(&w.stage, "mm-start"), 0);
	world_start(&w, NULL, true);
	assert_true(world_until(&w, replied_twice, 5000));
	assert_string_equal(w.text, "ok 7K2");
	assert_true(world_until(&w, no_objects, 2000));
	assert_int_equal(ask_count("mem"), 0);
}

static void an_unknown_sender_is_deleted(void **state)
{
	(void)state;
	w.reply_answer = ALERTE_ENOTFOUND;
	tell("sms " OTHER " qui est-ce");
	assert_true(world_until(&w, replied, 2000));
	assert_true(world_until(&w, no_objects, 2000));
	assert_int_equal(world_counter(&w, "not_taken"), 1);
	assert_int_equal(world_counter(&w, "received"), 0);
}

static void a_reply_not_kept_stays_and_is_offered_again(void **state)
{
	(void)state;
	w.reply_answer = ALERTE_ESTORE;
	tell("sms " FRIEND " ok 7K2");
	assert_true(world_until(&w, replied, 2000));
	world_run(&w, 300);
	assert_int_equal(ask_count("mem"), 1);

	world_stop(&w);
	world_start(&w, NULL, true);
	assert_true(world_until(&w, replied, 5000));
	assert_true(world_until(&w, no_objects, 2000));
	assert_int_equal(ask_count("mem"), 0);
}

/* ------------------------------------------------------------------ sim */

static void a_locked_sim_without_a_pin_is_a_fault(void **state)
{
	(void)state;
	world_start(&w, NULL, true);
	assert_true(world_until(&w, has_sim_fault, 3000));
	assert_string_equal(world_word(&w, "sim"), "no-pin");
	assert_int_equal(send_alert(80, "no"), ALERTE_EREFUSED);
	assert_int_equal(pin_tries(), 0);
}

static void a_wrong_pin_is_never_given_twice(void **state)
{
	(void)state;
	world_start(&w, "9999", true);
	assert_true(world_until(&w, has_sim_fault, 5000));
	assert_string_equal(world_word(&w, "sim"), "pin-refused");
	assert_int_equal(pin_tries(), 1);

	/* The same card in a modem that comes back. */
	assert_int_equal(stage_say(&w.stage, "mm-kill"), 0);
	world_run(&w, 200);
	assert_int_equal(stage_say(&w.stage, "mm-start"), 0);
	world_run(&w, 2000);
	assert_string_equal(world_word(&w, "state"), "locked");
	assert_int_equal(pin_tries(), 1);
}

static void a_restart_does_not_give_a_refused_pin_again(void **state)
{
	char path[256];
	struct stat st;

	(void)state;
	for (int i = 0; i < 3; i++) {
		world_start(&w, "9999", true);
		assert_true(world_until(&w, has_sim_fault, 5000));
		assert_string_equal(world_word(&w, "sim"), "pin-refused");
		assert_non_null(strstr(world_word(&w, "next"), "correct"));
		world_stop(&w);
	}
	assert_int_equal(pin_tries(), 1);
	snprintf(path, sizeof(path), "%s/refused-pins", w.stage.dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_corrected_pin_opens_the_sim_at_once(void **state)
{
	char path[256];

	(void)state;
	world_start(&w, "1234", true);
	assert_true(world_until(&w, world_ready, 10000));
	assert_false(w.sim_fault);
	assert_int_equal(pin_tries(), 2);
	snprintf(path, sizeof(path), "%s/refused-pins", w.stage.dir);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(send_alert(81, "bonjour"), 0);
	assert_true(receipt_of(81, ALERTE_RECEIPT_SENT, 2000));
}

#define RUNNING(test) cmocka_unit_test_setup_teardown(test, start, stop)
#define BARE(test) cmocka_unit_test_teardown(test, stop)

int main(int argc, char **argv)
{
	const struct CMUnitTest messages[] = {
		RUNNING(a_text_leaves_and_is_delivered),
		RUNNING(a_long_text_is_delivered_once_both_parts_are),
		RUNNING(an_expired_text_is_failed_by_its_report),
		RUNNING(a_report_of_a_network_still_trying_decides_nothing),
		RUNNING(the_relay_is_asked_for_no_report),
		RUNNING(what_matters_more_leaves_first),
		RUNNING(what_the_network_refuses_is_failed),
		RUNNING(without_network_nothing_is_given_to_the_modem),
		RUNNING(a_reply_comes_in_and_leaves_the_sim),
		RUNNING(a_reply_outside_the_alphabet_comes_in_whole),
		RUNNING(a_long_reply_is_read_only_when_complete),
		RUNNING(parts_that_stay_alone_are_deleted_beyond_eight),
		RUNNING(replies_that_waited_are_taken_at_start_and_deleted),
		RUNNING(an_unknown_sender_is_deleted),
		RUNNING(a_reply_not_kept_stays_and_is_offered_again),
		RUNNING(a_report_after_a_restart_finds_its_message),
		RUNNING(what_is_kept_for_a_report_names_nobody),
		RUNNING(what_must_leave_no_sign_is_neither_counted_nor_kept),
		RUNNING(only_a_foreign_network_is_roaming),
		RUNNING(what_the_network_did_not_answer_is_unknown),
		RUNNING(what_is_given_up_is_taken_back_or_unknown),
		RUNNING(a_hung_modem_gets_no_more_and_its_late_answer_counts),
		RUNNING(a_port_lost_in_mid_send_is_unknown_and_comes_back),
		RUNNING(a_killed_modemmanager_is_unknown_and_comes_back),
		BARE(without_a_bus_it_says_so_and_refuses),
	};
	const struct CMUnitTest sim[] = {
		BARE(a_locked_sim_without_a_pin_is_a_fault),
		BARE(a_wrong_pin_is_never_given_twice),
		BARE(a_restart_does_not_give_a_refused_pin_again),
		BARE(a_corrected_pin_opens_the_sim_at_once),
	};
	int failed = 0;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	failed += cmocka_run_group_tests(messages, open_stage, close_stage);
	failed += cmocka_run_group_tests(sim, open_locked_stage, close_stage);
	return failed;
}
