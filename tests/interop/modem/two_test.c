/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two modems: the engine, the paths and two drivers modemmanager in this
 * process, against the real ModemManager and polkitd; only the modems are
 * simulated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "../fixture/bus.h"
#include "paths.h"

#define FRIEND "+33639980001"
#define STRANGER "+33639980077"
#define SECOND "356938035643809"

static struct {
	struct stage stage;
	sd_event *event;
	sd_bus *bus;
	struct alerte *a;
	struct paths *paths;
	struct conf_path conf[2];
	char faults[256];
	int nreplies;
	char text[512];
	uint32_t two_way;
} w;

/* ---------------------------------------------------------------- engine */

static int64_t now_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static struct alerte_time now(void)
{
	struct alerte_time t = { .boot_ms = now_ms(CLOCK_BOOTTIME),
				 .wall_ms = now_ms(CLOCK_REALTIME),
				 .wall_trusted = true };

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	(void)context;
	return paths_send(w.paths, m);
}

static int host_random(void *context, void *bytes, size_t len)
{
	(void)context;
	return getrandom(bytes, len, 0) == (ssize_t)len ? 0 : -1;
}

static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };

static void start_engine(void)
{
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random };
	struct alerte_options o = { .size = sizeof(o), .path = ":memory:",
				    .run_key = key, .boot_id = key,
				    .relay_number = "+33639980114" };
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = FRIEND };
	struct alerte_wearer she = {
		.size = sizeof(she), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon", .contact = { "paul" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	assert_int_equal(alerte_open(&o, &h, now(), &w.a), 0);
	assert_true(alerte_contact_set(w.a, &c, now()) >= 0);
	assert_true(alerte_wearer_set(w.a, &she, now()) >= 0);
	assert_true(alerte_button_set(w.a, &b, now()) >= 0);
}

static void press(void)
{
	assert_true(alerte_press(w.a, "b1", 1, ALERTE_GESTURE_PRESS,
				 ALERTE_TRUST_WEAK, now()) >= 0);
}

/* ----------------------------------------------------------------- paths */

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	(void)context;
	alerte_receipt(w.a, attempt, part, kind, now());
}

static int on_reply(void *context, const char *from, const char *text)
{
	(void)context;
	w.nreplies++;
	snprintf(w.text, sizeof(w.text), "%s", text);
	return alerte_reply(w.a, from, text, now());
}

static void on_fault(void *context, const char *fault, bool present)
{
	size_t n = strlen(w.faults);

	(void)context;
	snprintf(w.faults + n, sizeof(w.faults) - n, "%s%s ",
		 present ? "+" : "-", fault);
	assert_int_equal(alerte_fault(w.a, fault, present, now()), 0);
}

static void on_elsewhere(void *context, int64_t attempt)
{
	(void)context;
	alerte_elsewhere(w.a, attempt, now());
}

static void on_two_way(void *context, uint32_t n)
{
	(void)context;
	w.two_way = n;
}

static void start_paths(void)
{
	const struct paths_events events = {
		.receipt = on_receipt, .reply = on_reply, .fault = on_fault,
		.elsewhere = on_elsewhere, .two_way = on_two_way,
		.find = modem_driver_find
	};

	assert_true(paths_new(w.event, &events, w.stage.dir, key,
			      &w.paths) >= 0);
	paths_bus(w.paths, w.bus);
	paths_set(w.paths, w.conf, 2);
}

/* ------------------------------------------------------------------ loop */

static bool until(bool (*cond)(void), int ms)
{
	int64_t end = now_ms(CLOCK_BOOTTIME) + ms;

	while (!cond()) {
		struct alerte_time t = now();

		if (t.boot_ms > end)
			return false;
		if (alerte_deadline(w.a) <= t.boot_ms)
			alerte_step(w.a, t);
		sd_event_run(w.event, 20000);
	}

	return true;
}

static bool never(void)
{
	return false;
}

static bool path_is(size_t i, const char *key_of, const char *value)
{
	json_t *list = paths_describe(w.paths);
	const char *is = json_string_value(json_object_get(
		json_array_get(list, i), key_of));
	bool same = is && !strcmp(is, value);

	json_decref(list);
	return same;
}

static bool both_ready(void)
{
	return path_is(0, "state", "ready") && path_is(1, "state", "ready") &&
	       path_is(0, "registration", "home") &&
	       path_is(1, "registration", "home");
}

static size_t size_of(json_t *list)
{
	size_t n = json_array_size(list);

	json_decref(list);
	return n;
}

static size_t sent_first(void)
{
	return size_of(stage_modem(&w.stage, "sent"));
}

static size_t sent_second(void)
{
	return size_of(stage_modem2(&w.stage, "sent"));
}

static void tell_first(const char *command)
{
	json_decref(stage_modem(&w.stage, "%s", command));
}

static void tell_second(const char *command)
{
	json_decref(stage_modem2(&w.stage, "%s", command));
}

/* So many attempts of the newest alert are in that state. */
static int attempts(enum alerte_attempt_state state)
{
	struct alerte_alert a = { .size = sizeof(a) };
	struct alerte_attempt t = { .size = sizeof(t) };
	int64_t newest = 0;
	int n = 0;

	while (alerte_alert_next(w.a, newest, &a) == 1)
		newest = a.id;
	while (alerte_attempt_next(w.a, newest, t.id, &t) == 1)
		n += t.state == state;

	return n;
}

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
	int r = stage_open(&w.stage, args);

	(void)state;
	if (r == 77)
		exit(77);
	if (r)
		return r;

	strcpy(w.conf[0].name, "modem");
	strcpy(w.conf[0].driver, "modemmanager");
	strcpy(w.conf[1].name, "second");
	strcpy(w.conf[1].driver, "modemmanager");
	strcpy(w.conf[1].device, SECOND);
	if (sd_event_new(&w.event) < 0 || sd_bus_new(&w.bus) < 0 ||
	    sd_bus_set_address(w.bus, w.stage.bus) < 0 ||
	    sd_bus_set_bus_client(w.bus, 1) < 0 || sd_bus_start(w.bus) < 0 ||
	    sd_bus_attach_event(w.bus, w.event, 0) < 0)
		return -1;

	start_engine();
	start_paths();
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	paths_free(w.paths);
	alerte_close(w.a);
	sd_bus_flush_close_unref(w.bus);
	sd_event_unref(w.event);
	stage_close(&w.stage);
	return 0;
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
