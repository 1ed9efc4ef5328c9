/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver ofono against the real ofonod and dbus-daemon; only the modem is
 * simulated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../modem/world.h"
#include "modem/ofono.h"

#define POLICY "packaging/dbus/org.alerte.Alerted1.conf"
#define NOBODY 65534
#define DAEMON 1

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

static bool replied(struct world *world)
{
	return world->nreplies > 0;
}

static bool replied_again(struct world *world)
{
	return world->nreplies > 1;
}

static bool not_ready(struct world *world)
{
	return !world_ready(world);
}

static bool has_modem_fault(struct world *world)
{
	return world->modem_fault;
}

static bool has_roaming_fault(struct world *world)
{
	return world->roaming_fault;
}

static bool without_roaming_fault(struct world *world)
{
	return !world->roaming_fault;
}

static bool has_sim_fault(struct world *world)
{
	return world->sim_fault;
}

static bool searching(struct world *world)
{
	return !strcmp(world_word(world, "registration"), "searching");
}

static bool idle(struct world *world)
{
	return !strcmp(world_word(world, "state"), "ready");
}

static bool gone(struct world *world)
{
	return !strcmp(world_word(world, "state"), "no-modem");
}

static bool took_one_back(struct world *world)
{
	return world_counter(world, "taken_back") == 1;
}

/* ofono has it: it is in flight and has an object. */
static bool handed_over(struct world *world)
{
	const struct ofono *o = world->modem;

	return o->flight && o->flight->path[0];
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

/* The far end has taken so many. */
static size_t wanted;

static bool has_taken(struct world *world)
{
	(void)world;
	return ask_count("sent") >= wanted;
}

static json_t *sent_at(size_t i)
{
	json_t *all = stage_modem(&w.stage, "sent"), *one;

	assert_true(json_array_size(all) > i);
	one = json_incref(json_array_get(all, i));
	json_decref(all);
	return one;
}

static const char *str(json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

static json_int_t num(json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

static int send_alert(int64_t attempt, const char *text)
{
	return world_send(&w, attempt, FRIEND, text, ALERTE_IMPORTANCE_ALERT);
}

/* The limits of this run, a twentieth of the real ones. */
static void hurry(void)
{
	struct ofono *o = w.modem;

	o->hung_ms = 500;
	o->gone_ms = 500;
	o->reply_ms = 500;
}

/* ofono says "registered" where ModemManager says "home". */
static bool ready(struct world *world)
{
	return idle(world) &&
	       !strcmp(world_word(world, "registration"), "registered");
}

static int open_with(const char *const args[])
{
	int r = stage_open(&w.stage, args);

	if (r == 77)
		exit(77);
	w.name = "ofono";
	return r;
}

static int open_stage(void **state)
{
	const char *const args[] = { "--ofono", NULL };

	(void)state;
	return open_with(args);
}

/* The packaged policy, for a user that every machine has. */
static char policy[] = "/tmp/alerte-policy.XXXXXX";

static int write_policy(void)
{
	FILE *in = fopen(POLICY, "r"), *out;
	int fd = mkstemp(policy);
	char line[256];

	out = fd < 0 ? NULL : fdopen(fd, "w");
	if (!in || !out)
		return -1;

	while (fgets(line, sizeof(line), in)) {
		const char *user = strstr(line, "user=\"alerted\"");

		fputs(user ? "<policy user=\"nobody\">\n" : line, out);
	}
	fclose(in);
	fchmod(fd, 0644);
	return fclose(out);
}

static int open_locked_stage(void **state)
{
	const char *const args[] = { "--ofono", "--locked", "--policy", policy,
				     NULL };

	(void)state;
	return write_policy() ? -1 : open_with(args);
}

static int close_locked_stage(void **state)
{
	(void)state;
	stage_close(&w.stage);
	return unlink(policy);
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

/* ------------------------------------------------------------------ out */

static void a_text_leaves(void **state)
{
	int files = stage_count_sent(&w.stage);
	json_t *m;

	(void)state;
	assert_int_equal(send_alert(1, "Ça va à 18 rue"), 0);
	assert_true(receipt_of(1, ALERTE_RECEIPT_SENT));
	assert_int_equal(w.nreceipts, 1);
	assert_int_equal(world_counter(&w, "sent"), 1);

	m = sent_at(0);
	assert_string_equal(str(m, "number"), FRIEND);
	assert_string_equal(str(m, "text"), "Ça va à 18 rue");
	assert_int_equal(num(m, "dcs"), 0);
	json_decref(m);
	assert_int_equal(stage_count_sent(&w.stage), files + 1);
}

/* What describe() says of ofono is what ofono does. */
static void validity_and_report_are_as_describe_says(void **state)
{
	json_t *m, *o = json_object();

	(void)state;
	assert_int_equal(send_alert(1, "bonjour"), 0);
	assert_true(receipt_of(1, ALERTE_RECEIPT_SENT));
	w.driver->describe(w.modem, o);
	assert_int_equal(num(o, "validity_hours"), 24);
	assert_true(json_is_false(json_object_get(o, "delivery_reports")));
	json_decref(o);

	m = sent_at(0);
	assert_int_equal(num(m, "validity"), 0xa7);
	assert_false(json_is_true(json_object_get(m, "report")));
	json_decref(m);
}

static void a_long_text_leaves_in_two_parts(void **state)
{
	int files = stage_count_sent(&w.stage);
	char text[301];
	json_t *m;

	(void)state;
	memset(text, 'e', 300);
	text[300] = '\0';
	assert_int_equal(send_alert(2, text), 0);
	assert_true(receipt_of(2, ALERTE_RECEIPT_SENT));
	assert_int_equal(w.nreceipts, 1);
	assert_int_equal(ask_count("sent"), 2);
	assert_int_equal(stage_count_sent(&w.stage), files + 1);

	m = sent_at(1);
	assert_int_equal(num(m, "parts"), 2);
	json_decref(m);
}

static void a_letter_outside_of_the_alphabet_makes_it_ucs2(void **state)
{
	json_t *m;

	(void)state;
	assert_int_equal(send_alert(3, "garçon à la fenêtre"), 0);
	assert_true(receipt_of(3, ALERTE_RECEIPT_SENT));
	m = sent_at(0);
	assert_int_equal(num(m, "dcs"), 8);
	assert_string_equal(str(m, "text"), "garçon à la fenêtre");
	json_decref(m);
}

static void what_matters_more_leaves_first(void **state)
{
	static const char *const order[] = { "first", "relay", "alert",
					     "exercise" };

	(void)state;
	tell("set cmgs delay:0.1");
	assert_int_equal(send_alert(6, "first"), 0);
	assert_int_equal(world_send(&w, 7, OTHER, "exercise",
				    ALERTE_IMPORTANCE_EXERCISE), 0);
	assert_int_equal(send_alert(8, "alert"), 0);
	assert_int_equal(world_send(&w, 9, RELAY, "relay",
				    ALERTE_IMPORTANCE_RELAY), 0);
	assert_true(receipt_of(7, ALERTE_RECEIPT_SENT));

	for (size_t i = 0; i < 4; i++) {
		json_t *m = sent_at(i);

		assert_string_equal(str(m, "text"), order[i]);
		json_decref(m);
	}
}

static void what_the_network_refuses_is_failed(void **state)
{
	(void)state;
	tell("set cmgs fail:38");
	assert_int_equal(send_alert(10, "bonjour"), 0);
	assert_true(receipt_of(10, ALERTE_RECEIPT_FAILED));
	assert_int_equal(ask_count("sent"), 0);
	assert_false(w.modem_fault);

	tell("set cmgs ok");
	assert_int_equal(send_alert(11, "bonjour"), 0);
	assert_true(receipt_of(11, ALERTE_RECEIPT_SENT));
}

/* ofono would try it again after 5, 15 and 30 s. */
static void between_two_tries_it_can_be_taken_back(void **state)
{
	(void)state;
	hurry();
	tell("set cmgs fail:332");
	assert_int_equal(send_alert(12, "bonjour"), 0);
	assert_true(receipt_of(12, ALERTE_RECEIPT_FAILED));
	assert_int_equal(world_counter(&w, "taken_back"), 1);
	tell("set cmgs ok");
	assert_int_equal(send_alert(13, "bonjour"), 0);
	assert_true(receipt_of(13, ALERTE_RECEIPT_SENT));
	assert_int_equal(ask_count("sent"), 1);
	assert_false(w.modem_fault);
}

static void without_network_nothing_is_given_to_ofono(void **state)
{
	(void)state;
	tell("set reg 2");
	assert_true(world_until(&w, searching, 5000));
	assert_int_equal(send_alert(20, "bonjour"), ALERTE_EREFUSED);

	tell("set reg 1");
	assert_true(world_until(&w, ready, 5000));
	assert_int_equal(send_alert(22, "bonjour"), 0);
	assert_true(receipt_of(22, ALERTE_RECEIPT_SENT));
}

/* The network goes while ofono has the message: nothing is told of it. */
static void lose_the_network_with(int64_t attempt)
{
	/* The first holds ofono until the network is gone. */
	tell("set cmgs delay:0.3");
	assert_int_equal(send_alert(attempt - 1, "first"), 0);
	assert_int_equal(send_alert(attempt, "pending"), 0);
	assert_true(world_until(&w, handed_over, 5000));
	tell("set reg 2");
	assert_true(receipt_of(attempt - 1, ALERTE_RECEIPT_SENT));
	assert_true(world_until(&w, searching, 5000));
	assert_true(world_until(&w, handed_over, 5000));
	assert_int_equal(ask_count("sent"), 1);
}

static void pending_without_network_it_is_sent_when_that_returns(void **state)
{
	(void)state;
	lose_the_network_with(25);
	assert_int_equal(w.nreceipts, 1);
	tell("set cmgs ok");
	tell("set reg 1");
	assert_true(receipt_of(25, ALERTE_RECEIPT_SENT));
	assert_int_equal(ask_count("sent"), 2);
}

static void pending_for_too_long_it_is_taken_back(void **state)
{
	(void)state;
	hurry();
	lose_the_network_with(27);
	assert_true(receipt_of(27, ALERTE_RECEIPT_FAILED));
	assert_int_equal(world_counter(&w, "taken_back"), 1);

	tell("set cmgs ok");
	tell("set reg 1");
	assert_true(world_until(&w, ready, 5000));
	assert_int_equal(send_alert(28, "another"), 0);
	assert_true(receipt_of(28, ALERTE_RECEIPT_SENT));
	assert_int_equal(ask_count("sent"), 2);		/* first, another */
}

static void a_message_given_up_is_taken_back_at_once(void **state)
{
	(void)state;
	lose_the_network_with(31);
	w.driver->give_up(w.modem, 31);
	assert_true(receipt_of(31, ALERTE_RECEIPT_FAILED));
	tell("set reg 1");
	assert_true(world_until(&w, ready, 5000));
	assert_int_equal(ask_count("sent"), 1);
}

static void a_message_given_up_in_the_queue_never_leaves(void **state)
{
	(void)state;
	tell("set cmgs delay:0.2");
	assert_int_equal(send_alert(32, "first"), 0);
	assert_int_equal(send_alert(33, "waits"), 0);
	w.driver->give_up(w.modem, 33);
	assert_int_equal(w.nreceipts, 0);	/* not from inside */
	assert_true(receipt_of(33, ALERTE_RECEIPT_FAILED));
	assert_true(receipt_of(32, ALERTE_RECEIPT_SENT));
	assert_int_equal(ask_count("sent"), 1);
}

static void a_hung_modem_gets_no_more_and_its_late_answer_counts(void **state)
{
	(void)state;
	hurry();
	tell("set cmgs hang");
	assert_int_equal(send_alert(35, "bonjour"), 0);
	assert_int_equal(send_alert(36, "waits"), 0);
	assert_true(world_until(&w, has_modem_fault, 5000));
	assert_true(receipt_of(35, ALERTE_RECEIPT_UNKNOWN));
	assert_true(receipt_of(36, ALERTE_RECEIPT_FAILED));
	assert_string_equal(world_word(&w, "state"), "hung");
	assert_int_equal(send_alert(37, "no"), ALERTE_EREFUSED);

	tell("set cmgs ok");
	tell("release");
	assert_true(receipt_of(35, ALERTE_RECEIPT_SENT));
	assert_false(w.modem_fault);
	assert_int_equal(send_alert(38, "again"), 0);
	assert_true(receipt_of(38, ALERTE_RECEIPT_SENT));
	assert_int_equal(ask_count("sent"), 2);
}

/* ofono keeps it on disk and would send it when the modem is back. */
static void what_a_vanished_modem_left_is_taken_back(void **state)
{
	(void)state;
	tell("set cmgs vanish");
	assert_int_equal(send_alert(40, "bonjour"), 0);
	assert_true(world_until(&w, handed_over, 5000));
	tell("set reg 2");
	assert_true(receipt_of(40, ALERTE_RECEIPT_UNKNOWN));
	assert_int_equal(send_alert(41, "no"), ALERTE_EREFUSED);

	/* The modem is back, and the network later, as it is. */
	tell("set cmgs ok");
	assert_true(world_until(&w, took_one_back, 15000));
	assert_true(world_has(&w, 40, ALERTE_RECEIPT_FAILED));
	tell("set reg 1");
	assert_true(world_until(&w, ready, 5000));
	assert_int_equal(send_alert(42, "again"), 0);
	assert_true(receipt_of(42, ALERTE_RECEIPT_SENT));
	assert_int_equal(ask_count("sent"), 1);
}

static void what_another_life_left_is_taken_back_at_the_start(void **state)
{
	(void)state;
	lose_the_network_with(45);
	world_stop(&w);				/* the daemon dies */
	assert_int_equal(stage_say(&w.stage, "ofono-kill"), 0);
	assert_int_equal(stage_say(&w.stage, "ofono-start"), 0);

	world_start(&w, NULL, true);
	assert_true(world_until(&w, took_one_back, 15000));
	assert_int_equal(w.nreceipts, 0);	/* nobody asked for it */
	tell("set cmgs ok");
	tell("set reg 1");
	assert_true(world_until(&w, ready, 5000));
	assert_int_equal(send_alert(46, "again"), 0);
	assert_true(receipt_of(46, ALERTE_RECEIPT_SENT));
	assert_int_equal(ask_count("sent"), 2);		/* first, again */
}

/* Somebody else on this machine sends texts too. */
static void a_text_that_is_not_ours_is_left_alone(void **state)
{
	sd_bus *bus = NULL;

	(void)state;
	tell("set reg 2");
	assert_true(world_until(&w, searching, 5000));
	assert_true(sd_bus_open_system(&bus) >= 0);
	assert_true(sd_bus_call_method(bus, "org.ofono", "/phonesim",
			"org.ofono.MessageManager", "SendMessage", NULL, NULL,
			"ss", OTHER, "not ours") >= 0);
	sd_bus_flush_close_unref(bus);
	world_stop(&w);
	world_start(&w, NULL, true);
	assert_true(world_until(&w, searching, 5000));
	tell("set reg 1");
	wanted = 1;
	assert_true(world_until(&w, has_taken, 5000));
}

static void a_killed_ofono_is_unknown_and_comes_back(void **state)
{
	(void)state;
	hurry();
	tell("set cmgs hang");
	assert_int_equal(send_alert(50, "bonjour"), 0);
	assert_int_equal(send_alert(51, "waits"), 0);
	assert_true(world_until(&w, handed_over, 5000));
	tell("set reg 2");
	assert_int_equal(stage_say(&w.stage, "ofono-kill"), 0);
	assert_true(receipt_of(50, ALERTE_RECEIPT_UNKNOWN));
	assert_true(receipt_of(51, ALERTE_RECEIPT_FAILED));
	assert_true(gone(&w));
	assert_int_equal(send_alert(52, "no"), ALERTE_EREFUSED);
	assert_true(world_until(&w, has_modem_fault, 5000));

	tell("set cmgs ok");
	assert_int_equal(stage_say(&w.stage, "ofono-start"), 0);
	assert_true(world_until(&w, took_one_back, 15000));
	tell("set reg 1");
	assert_true(world_until(&w, ready, 5000));
	assert_false(w.modem_fault);
	assert_int_equal(send_alert(53, "again"), 0);
	assert_true(receipt_of(53, ALERTE_RECEIPT_SENT));
}

/* ------------------------------------------------------------------- in */

static void a_text_that_comes_in_is_taken_at_once(void **state)
{
	(void)state;
	tell("sms " FRIEND " ok 7K2 déjà là");
	assert_true(world_until(&w, replied, 5000));
	assert_string_equal(w.from, FRIEND);
	assert_string_equal(w.text, "ok 7K2 déjà là");
	assert_int_equal(world_counter(&w, "received"), 1);
}

static void a_long_text_comes_in_whole(void **state)
{
	(void)state;
	tell("smsl " FRIEND " 77 2 1 first half ");
	tell("smsl " FRIEND " 77 2 2 second half");
	assert_true(world_until(&w, replied, 5000));
	assert_string_equal(w.text, "first half second half");
	assert_int_equal(w.nreplies, 1);
}

static void a_text_the_daemon_cannot_keep_is_offered_again(void **state)
{
	(void)state;
	hurry();
	w.reply_answer = ALERTE_ESTORE;
	tell("sms " FRIEND " ok 7K2");
	assert_true(world_until(&w, replied, 5000));
	assert_int_equal(world_counter(&w, "received"), 0);

	w.reply_answer = 0;
	assert_true(world_until(&w, replied_again, 10000));
	assert_string_equal(w.text, "ok 7K2");
	assert_int_equal(world_counter(&w, "received"), 1);
}

static void a_text_of_a_stranger_is_counted_and_not_kept(void **state)
{
	(void)state;
	w.reply_answer = ALERTE_ENOTFOUND;
	tell("sms " OTHER " bonjour");
	assert_true(world_until(&w, replied, 5000));
	assert_int_equal(world_counter(&w, "not_taken"), 1);
	assert_int_equal(world_counter(&w, "received"), 0);
}

/* --------------------------------------------------------------- faults */

static void roaming_is_a_fault_and_texts_leave_all_the_same(void **state)
{
	(void)state;
	tell("set reg 5");
	assert_true(world_until(&w, has_roaming_fault, 5000));
	assert_string_equal(world_word(&w, "registration"), "roaming");
	assert_int_equal(send_alert(60, "bonjour"), 0);
	assert_true(receipt_of(60, ALERTE_RECEIPT_SENT));
	tell("set reg 1");
	assert_true(world_until(&w, without_roaming_fault, 5000));
}

static void a_modem_switched_off_is_switched_on_again(void **state)
{
	sd_bus *bus = NULL;

	(void)state;
	assert_true(sd_bus_open_system(&bus) >= 0);
	assert_true(sd_bus_call_method(bus, "org.ofono", "/phonesim",
			"org.ofono.Modem", "SetProperty", NULL, NULL, "sv",
			"Online", "b", 0) >= 0);
	sd_bus_flush_close_unref(bus);
	assert_true(world_until(&w, not_ready, 5000));
	assert_true(world_until(&w, ready, 10000));
}

static void takes_no_modem(const struct modem_config *config)
{
	const struct modem_events events = { .context = &w };
	void *modem;

	world_stop(&w);
	world_start(&w, NULL, true);
	assert_int_equal(w.driver->start(config, w.event, w.bus, &events,
					 &modem), 0);
	assert_true(world_until(&w, ready, 10000));
	assert_string_equal(((struct ofono *)modem)->modem.path, "");
	w.driver->stop(modem);
}

static void another_modem_than_the_one_asked_for_is_not_taken(void **state)
{
	const struct modem_config config = { .device = "/other" };

	(void)state;
	takes_no_modem(&config);
}

static void the_modem_of_another_path_is_not_taken(void **state)
{
	const char *const others[] = { "/phonesim", NULL };
	const struct modem_config config = { .others = others };

	(void)state;
	takes_no_modem(&config);
}

static void without_a_bus_nothing_is_sent_and_it_says_so(void **state)
{
	(void)state;
	world_stop(&w);
	world_start(&w, NULL, false);
	assert_string_equal(world_word(&w, "state"), "no-bus");
	assert_int_equal(send_alert(70, "bonjour"), ALERTE_EREFUSED);
	assert_true(world_until(&w, has_modem_fault, 2000));
}

static void a_sim_that_asks_for_its_pin_is_a_fault(void **state)
{
	(void)state;
	world_start(&w, NULL, true);
	assert_true(world_until(&w, has_sim_fault, 10000));
	assert_string_equal(world_word(&w, "sim"), "locked");
	assert_string_equal(world_word(&w, "state"), "locked");
	assert_int_equal(send_alert(80, "bonjour"), ALERTE_EREFUSED);
}

/* --------------------------------------------------------------- policy */

static bool locked(struct world *world)
{
	return !strcmp(world_word(world, "state"), "locked");
}

static bool not_allowed(struct world *world)
{
	return !strcmp(world_word(world, "state"), "not-allowed");
}

/* As a service user, in a child: its exit status. */
static int as_user(uid_t user, bool (*cond)(struct world *world))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (setgroups(0, NULL) || setgid(user) || setuid(user))
			_exit(100);
		world_start(&w, NULL, true);
		_exit(world_until(&w, cond, 10000) ? 0 : 1);
	}

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void the_packaged_policy_lets_the_service_speak_to_ofono(void **state)
{
	(void)state;
	assert_int_equal(as_user(NOBODY, locked), 0);
}

static void without_the_policy_it_says_that_it_is_not_allowed(void **state)
{
	(void)state;
	assert_int_equal(as_user(DAEMON, not_allowed), 0);
}

#define UP(t) cmocka_unit_test_setup_teardown(t, start, stop)

int main(void)
{
	const struct CMUnitTest on_ofono[] = {
		UP(a_text_leaves),
		UP(validity_and_report_are_as_describe_says),
		UP(a_long_text_leaves_in_two_parts),
		UP(a_letter_outside_of_the_alphabet_makes_it_ucs2),
		UP(what_matters_more_leaves_first),
		UP(what_the_network_refuses_is_failed),
		UP(between_two_tries_it_can_be_taken_back),
		UP(without_network_nothing_is_given_to_ofono),
		UP(pending_without_network_it_is_sent_when_that_returns),
		UP(pending_for_too_long_it_is_taken_back),
		UP(a_message_given_up_is_taken_back_at_once),
		UP(a_message_given_up_in_the_queue_never_leaves),
		UP(a_hung_modem_gets_no_more_and_its_late_answer_counts),
		UP(a_text_that_comes_in_is_taken_at_once),
		UP(a_long_text_comes_in_whole),
		UP(a_text_the_daemon_cannot_keep_is_offered_again),
		UP(a_text_of_a_stranger_is_counted_and_not_kept),
		UP(roaming_is_a_fault_and_texts_leave_all_the_same),
		UP(another_modem_than_the_one_asked_for_is_not_taken),
		UP(the_modem_of_another_path_is_not_taken),
		UP(a_text_that_is_not_ours_is_left_alone),
		UP(a_modem_switched_off_is_switched_on_again),
		UP(what_a_vanished_modem_left_is_taken_back),
		UP(what_another_life_left_is_taken_back_at_the_start),
		UP(a_killed_ofono_is_unknown_and_comes_back),
		UP(without_a_bus_nothing_is_sent_and_it_says_so),
	};
	const struct CMUnitTest on_locked[] = {
		cmocka_unit_test_teardown(
			a_sim_that_asks_for_its_pin_is_a_fault, stop),
		cmocka_unit_test(
			the_packaged_policy_lets_the_service_speak_to_ofono),
		cmocka_unit_test(
			without_the_policy_it_says_that_it_is_not_allowed),
	};
	int r = cmocka_run_group_tests(on_ofono, open_stage, close_stage);

	return r + cmocka_run_group_tests(on_locked, open_locked_stage,
					  close_locked_stage);
}
