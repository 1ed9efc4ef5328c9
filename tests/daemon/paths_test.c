/* SPDX-License-Identifier: Apache-2.0 */
/* Which way an SMS goes, and when it goes another (S1, S3, M2, M4, M6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "paths.h"

#define MODEMS 4
#define BUSY_MS 60
#define SLOW_MS 2000

/* A modem of the test: what it answers, and what was asked of it. */
struct modem {
	bool there;
	char name[32], others[128];
	struct modem_events events;
	int answer;			/* of send() */
	int64_t sent[16];
	int nsent, nrings;
	int64_t given_up[16];
	int ngiven_up;
	bool takes_back;		/* what was given up is FAILED */
};

static struct {
	sd_event *event;
	struct paths *paths;
	struct conf_path conf[MODEMS];
	struct modem modem[MODEMS];
	char receipts[512], faults[256], cell[64];
	int64_t elsewhere[16];
	int nelsewhere;
	uint32_t two_way;
	int answers, nanswers;		/* as told, and how often */
	int nsecrets;
	int start_answer;
} w;

/* --------------------------------------------------------------- drivers */

static int modem_start(const struct modem_config *config, sd_event *event,
		       sd_bus *bus, const struct modem_events *events,
		       void **out)
{
	struct modem *m = &w.modem[atoi(config->device + 1)];

	(void)event;
	(void)bus;
	if (w.start_answer < 0)
		return w.start_answer;

	assert_false(m->there);
	m->there = true;
	m->events = *events;
	strcpy(m->name, config->name);
	m->others[0] = '\0';
	for (const char *const *o = config->others; *o; o++)
		strcat(m->others, *o);
	*out = m;
	return 0;
}

static void modem_stop(void *modem)
{
	struct modem *m = modem;

	m->there = false;
}

static int modem_send(void *modem, const struct alerte_message *message)
{
	struct modem *m = modem;

	if (m->answer != ALERTE_EREFUSED)
		m->sent[m->nsent++] = message->attempt;
	return m->answer;
}

static int modem_ring(void *modem, const struct alerte_message *message)
{
	struct modem *m = modem;

	(void)message;
	m->nrings++;
	return m->answer;
}

static void modem_give_up(void *modem, int64_t attempt)
{
	struct modem *m = modem;

	m->given_up[m->ngiven_up++] = attempt;
	if (m->takes_back)
		m->events.receipt(m->events.context, attempt, 0,
				  ALERTE_RECEIPT_FAILED);
}

static void modem_describe(void *modem, json_t *out)
{
	(void)modem;
	json_object_set_new(out, "state", json_string("ready"));
}

static const struct modem_driver two_way = {
	.name = "two-way", .start = modem_start, .stop = modem_stop,
	.send = modem_send, .give_up = modem_give_up, .two_way = true,
	.describe = modem_describe
};
static const struct modem_driver one_way = {
	.name = "one-way", .start = modem_start, .stop = modem_stop,
	.send = modem_send, .describe = modem_describe
};
static const struct modem_driver voice = {
	.name = "voice", .start = modem_start, .stop = modem_stop,
	.send = modem_send, .ring = modem_ring, .two_way = true,
	.describe = modem_describe
};
static const struct modem_driver on_bus = {
	.name = "on-bus", .start = modem_start, .stop = modem_stop,
	.send = modem_send, .two_way = true, .needs_bus = true,
	.describe = modem_describe
};

static const struct modem_driver *find(const char *name)
{
	static const struct modem_driver *const all[] = { &two_way, &one_way,
							  &voice, &on_bus };

	for (size_t i = 0; i < 4; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];

	return NULL;
}

/* ---------------------------------------------------------------- events */

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	size_t n = strlen(w.receipts);

	(void)context;
	(void)part;
	snprintf(w.receipts + n, sizeof(w.receipts) - n, "%lld:%d ",
		 (long long)attempt, (int)kind);
}

static void on_cell(void *context, int64_t alert, const char *cell)
{
	(void)context;
	snprintf(w.cell, sizeof(w.cell), "%lld %s", (long long)alert, cell);
}

static void on_fault(void *context, const char *fault, bool present)
{
	size_t n = strlen(w.faults);

	(void)context;
	snprintf(w.faults + n, sizeof(w.faults) - n, "%s%s ",
		 present ? "+" : "-", fault);
}

static void on_elsewhere(void *context, int64_t attempt)
{
	(void)context;
	w.elsewhere[w.nelsewhere++] = attempt;
}

static void on_answers(void *context, bool heard)
{
	(void)context;
	w.answers = heard;
	w.nanswers++;
}

static void on_two_way(void *context, uint32_t n)
{
	(void)context;
	w.two_way = n;
}

static char *on_secret(void *context, const char *name)
{
	(void)context;
	assert_string_equal(name, "sim-pin");
	w.nsecrets++;
	return strdup("1234");
}

static int start_with(int64_t busy_ms)
{
	const struct paths_events events = {
		.receipt = on_receipt, .fault = on_fault, .cell = on_cell,
		.elsewhere = on_elsewhere, .two_way = on_two_way,
		.answers = on_answers,
		.secret = on_secret, .find = find, .busy_ms = busy_ms
	};

	memset(&w, 0, sizeof(w));
	return sd_event_new(&w.event) < 0 ||
	       paths_new(w.event, &events, "", NULL, &w.paths) < 0 ? -1 : 0;
}

static int start(void **state)
{
	(void)state;
	return start_with(BUSY_MS);
}

static int start_slow(void **state)
{
	(void)state;
	return start_with(SLOW_MS);
}

static int stop(void **state)
{
	(void)state;
	paths_free(w.paths);
	sd_event_unref(w.event);
	return 0;
}

/* Paths "0", "1", ... with these drivers, in this order. */
static void with(const char *a, const char *b, const char *c)
{
	const char *const driver[] = { a, b, c };
	size_t n = 0;

	for (; n < 3 && driver[n]; n++) {
		memset(&w.conf[n], 0, sizeof(w.conf[n]));
		snprintf(w.conf[n].name, sizeof(w.conf[n].name), "p%zu", n);
		snprintf(w.conf[n].device, sizeof(w.conf[n].device), "m%zu",
			 n);
		strcpy(w.conf[n].driver, driver[n]);
	}
	paths_set(w.paths, w.conf, n);
}

static int send_as(struct alerte_message *m)
{
	m->size = sizeof(*m);
	m->address = "+33639980001";
	m->text = "x";
	m->parts = 1;
	return paths_send(w.paths, m);
}

static int send(int64_t attempt, int64_t resends)
{
	struct alerte_message m = { .attempt = attempt, .resends = resends,
				    .channel = ALERTE_CHANNEL_SMS };

	return send_as(&m);
}

static int send_relay(int64_t attempt, int64_t resends, bool other)
{
	struct alerte_message m = { .attempt = attempt, .resends = resends,
				    .channel = ALERTE_CHANNEL_RELAY114,
				    .other_path = other };

	return send_as(&m);
}

static int send_unseen(int64_t attempt)
{
	struct alerte_message m = { .attempt = attempt, .unseen = true,
				    .channel = ALERTE_CHANNEL_SMS };

	return send_as(&m);
}

/* One word of the first path. */
static bool first_is(const char *key, json_t *value)
{
	json_t *list = paths_describe(w.paths);
	bool same = json_equal(json_object_get(json_array_get(list, 0), key),
			       value);

	json_decref(list);
	json_decref(value);
	return same;
}

static void receipt(int modem, int64_t attempt, enum alerte_receipt_kind kind)
{
	struct modem *m = &w.modem[modem];

	m->events.receipt(m->events.context, attempt, 0, kind);
}

static void fault(int modem, const char *name, bool present)
{
	struct modem *m = &w.modem[modem];

	m->events.fault(m->events.context, name, present);
}

/* Until so many receipts came, or for five seconds. */
static bool receipts_come(const char *those)
{
	for (int i = 0; i < 500 && strcmp(w.receipts, those); i++)
		sd_event_run(w.event, 10000);

	return !strcmp(w.receipts, those);
}

static void settle(void)
{
	while (sd_event_run(w.event, 0) > 0)
		;
}

/* ----------------------------------------------------------------- which */

static void the_first_path_that_takes_it_carries_it(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	assert_int_equal(send(1, 0), 0);
	assert_int_equal(w.modem[0].nsent, 1);

	w.modem[0].answer = ALERTE_EREFUSED;
	assert_int_equal(send(2, 0), 0);
	assert_int_equal(w.modem[1].sent[0], 2);

	w.modem[1].answer = ALERTE_EREFUSED;
	assert_int_equal(send(3, 0), ALERTE_EREFUSED);
}

static void a_path_at_fault_is_asked_last(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	fault(0, "modem-registration", true);
	assert_int_equal(send(1, 0), 0);
	assert_int_equal(w.modem[1].nsent, 1);

	w.modem[1].answer = ALERTE_EREFUSED;
	assert_int_equal(send(2, 0), 0);
	assert_int_equal(w.modem[0].nsent, 1);
}

/* L3: one that is out for a while will hear again. */
static void an_answer_is_heard_as_long_as_a_path_takes_texts_in(void **state)
{
	(void)state;
	with("one-way", "two-way", NULL);
	fault(1, "modem", true);
	assert_int_equal(w.answers, true);
	with("one-way", "one-way", NULL);
	assert_int_equal(w.answers, false);
	assert_int_equal(w.nanswers, 2);
	assert_true(paths_carry(w.paths, ALERTE_CHANNEL_SMS));
	assert_false(paths_carry(w.paths, ALERTE_CHANNEL_VOICE));
}

/* M4 */
static void a_path_that_cannot_receive_never_carries_the_114(void **state)
{
	(void)state;
	with("one-way", "two-way", NULL);
	assert_int_equal(send_relay(1, 0, false), 0);
	assert_int_equal(w.modem[0].nsent, 0);
	assert_int_equal(w.modem[1].nsent, 1);

	w.modem[1].answer = ALERTE_EREFUSED;
	assert_int_equal(send_relay(2, 0, false), ALERTE_EREFUSED);
	assert_int_equal(w.modem[0].nsent, 0);
	assert_int_equal(send(3, 0), 0);
	assert_int_equal(w.modem[0].nsent, 1);
}

/* M6: the home network first; then the 114 is tried all the same. */
static void the_114_goes_over_the_path_that_does_not_roam(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	fault(0, "modem-roaming", true);
	assert_string_equal(w.faults, "");
	assert_int_equal(send_relay(1, 0, false), 0);
	assert_int_equal(w.modem[1].nsent, 1);
	assert_int_equal(send(2, 0), 0);
	assert_int_equal(w.modem[0].nsent, 1);

	fault(1, "modem-roaming", true);
	assert_string_equal(w.faults, "+modem-roaming ");
	assert_int_equal(send_relay(3, 0, false), 0);
	assert_int_equal(w.modem[0].nsent, 2);
	fault(1, "modem-roaming", false);
	assert_string_equal(w.faults, "+modem-roaming -modem-roaming ");
}

static void no_call_goes_where_none_can_be_made(void **state)
{
	struct alerte_message m = { .attempt = 1,
				    .channel = ALERTE_CHANNEL_VOICE };

	(void)state;
	with("two-way", "one-way", NULL);
	assert_int_equal(send_as(&m), ALERTE_EREFUSED);
	assert_int_equal(w.modem[0].nsent + w.modem[1].nsent, 0);
}

static void the_cell_of_a_path_is_passed_on(void **state)
{
	const struct modem_events *events;

	(void)state;
	with("two-way", NULL, NULL);
	events = &w.modem[0].events;
	events->cell(events->context, 7, "208,01,1A2B,00C3D4E5,0");
	assert_string_equal(w.cell, "7 208,01,1A2B,00C3D4E5,0");
}

static void a_call_goes_where_calls_can_be_made(void **state)
{
	struct alerte_message m = { .attempt = 1,
				    .channel = ALERTE_CHANNEL_VOICE };

	(void)state;
	with("two-way", "voice", NULL);
	assert_int_equal(send_as(&m), 0);
	assert_int_equal(w.modem[0].nsent, 0);
	assert_int_equal(w.modem[1].nrings, 1);
}

/* -------------------------------------------------------------- fail-over */

static void a_resend_goes_round_all_paths_before_one_is_tried_again(
	void **state)
{
	static const int way[] = { 0, 1, 2, 0, 1 };

	(void)state;
	with("two-way", "one-way", "two-way");
	for (int i = 0; i < 5; i++) {
		int before = w.modem[way[i]].nsent;

		assert_int_equal(send(i + 1, i), 0);
		assert_int_equal(w.modem[way[i]].nsent, before + 1);
		receipt(way[i], i + 1, ALERTE_RECEIPT_FAILED);
	}
	/* At once within a round, then the engine's back-off. */
	assert_int_equal(w.nelsewhere, 4);
	assert_int_equal(w.elsewhere[0], 1);
	assert_int_equal(w.elsewhere[1], 2);
	assert_int_equal(w.elsewhere[2], 4);
	assert_int_equal(w.elsewhere[3], 5);
}

static void with_one_path_a_failure_waits(void **state)
{
	(void)state;
	with("two-way", NULL, NULL);
	assert_int_equal(send(1, 0), 0);
	receipt(0, 1, ALERTE_RECEIPT_FAILED);
	assert_int_equal(send(2, 1), 0);
	receipt(0, 2, ALERTE_RECEIPT_UNKNOWN);
	assert_int_equal(w.nelsewhere, 0);
	assert_string_equal(w.receipts, "1:4 2:6 ");
}

static void the_114_is_not_hurried_to_a_path_that_cannot_carry_it(void **state)
{
	(void)state;
	with("two-way", "one-way", NULL);
	assert_int_equal(send_relay(1, 0, false), 0);
	receipt(0, 1, ALERTE_RECEIPT_FAILED);
	assert_int_equal(w.nelsewhere, 0);
	assert_int_equal(send(2, 0), 0);
	receipt(0, 2, ALERTE_RECEIPT_FAILED);
	assert_int_equal(w.nelsewhere, 1);
}

/* M2: at once also by the second path, if there is one. */
static void only_another_path_carries_what_asks_for_one(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	assert_int_equal(send_relay(1, 0, false), 0);
	assert_int_equal(send_relay(2, 1, true), 0);
	assert_int_equal(w.modem[0].sent[0], 1);
	assert_int_equal(w.modem[1].sent[0], 2);

	w.modem[1].answer = ALERTE_EREFUSED;
	assert_int_equal(send_relay(3, 1, true), ALERTE_EREFUSED);
	assert_int_equal(w.modem[0].nsent, 1);
}

static void of_an_earlier_life_the_first_path_is_taken_as_tried(
	void **state)
{
	(void)state;
	with("one-way", "two-way", "two-way");
	assert_int_equal(send_relay(9, 8, true), 0);
	assert_int_equal(w.modem[2].nsent, 1);

	with("two-way", NULL, NULL);
	assert_int_equal(send_relay(11, 7, true), ALERTE_EREFUSED);
}

static void an_error_that_says_nothing_is_no_reason_to_send_twice(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	w.modem[0].answer = ALERTE_ESTORE;
	assert_int_equal(send(1, 0), ALERTE_ESTORE);
	assert_int_equal(w.modem[1].nsent, 0);
	/* The engine's new row goes at once, and another way. */
	assert_int_equal(w.elsewhere[0], 1);
	assert_int_equal(send(2, 1), 0);
	assert_int_equal(w.modem[1].nsent, 1);
}

/* ------------------------------------------------------------------- S3 */

static void a_path_that_does_not_answer_loses_what_waits_there(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	assert_int_equal(send(1, 0), 0);
	assert_int_equal(send(2, 0), 0);
	assert_true(receipts_come("1:6 2:6 "));
	assert_int_equal(w.modem[0].ngiven_up, 2);
	assert_int_equal(w.nelsewhere, 2);
	assert_string_equal(w.faults, "+path ");
	assert_int_equal(w.two_way, 1);

	assert_int_equal(send(3, 1), 0);
	assert_int_equal(send(4, 0), 0);
	assert_int_equal(w.modem[1].nsent, 2);

	/* Late, and told all the same. */
	receipt(0, 1, ALERTE_RECEIPT_SENT);
	assert_string_equal(w.receipts, "1:6 2:6 1:2 ");
	assert_string_equal(w.faults, "+path -path ");
	assert_int_equal(send(5, 0), 0);
	assert_int_equal(w.modem[0].nsent, 3);
}

static void what_was_taken_back_is_failed_and_not_unknown(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	w.modem[0].takes_back = true;
	assert_int_equal(send(1, 0), 0);
	assert_true(receipts_come("1:4 "));
	assert_int_equal(w.elsewhere[0], 1);
	/* That says nothing of the modem. */
	assert_string_equal(w.faults, "+path ");
	assert_int_equal(send(2, 0), 0);
	assert_int_equal(w.modem[1].nsent, 1);
}

/* L8 */
static void busy_with_the_unseen_alone_shows_with_the_next_text(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	assert_int_equal(send_unseen(1), 0);
	assert_true(receipts_come("1:6 "));
	settle();
	assert_string_equal(w.faults, "");
	assert_int_equal(w.two_way, 2);
	assert_true(first_is("state", json_string("ready")));
	assert_true(first_is("usable", json_true()));
	assert_true(first_is("moved", json_integer(0)));

	/* It is out of use all the same. */
	assert_int_equal(send_unseen(2), 0);
	assert_int_equal(w.modem[1].nsent, 1);
	settle();
	assert_string_equal(w.faults, "");

	assert_int_equal(send(3, 0), 0);
	assert_int_equal(w.modem[1].nsent, 2);
	assert_string_equal(w.faults, "");	/* not from inside */
	settle();
	assert_string_equal(w.faults, "+path ");
	assert_true(first_is("state", json_string("busy")));
	assert_true(first_is("usable", json_false()));
}

static void a_queue_that_moves_is_not_busy(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	for (int i = 1; i <= 8; i++)
		assert_int_equal(send(i, 0), 0);
	for (int i = 1; i <= 8; i++) {
		sd_event_run(w.event, SLOW_MS * 1000 / 7);
		receipt(0, i, ALERTE_RECEIPT_SENT);
	}
	settle();
	assert_string_equal(w.receipts, "1:2 2:2 3:2 4:2 5:2 6:2 7:2 8:2 ");
	assert_string_equal(w.faults, "");
}

static void with_nowhere_to_move_to_it_is_left_where_it_is(void **state)
{
	(void)state;
	with("two-way", "one-way", NULL);
	assert_int_equal(send_relay(1, 0, false), 0);
	for (int i = 0; i < 5; i++)
		sd_event_run(w.event, BUSY_MS * 1000);
	assert_string_equal(w.receipts, "");
	assert_string_equal(w.faults, "");

	receipt(0, 1, ALERTE_RECEIPT_SENT);
	assert_string_equal(w.receipts, "1:2 ");
}

/* ---------------------------------------------------------------- faults */

static void one_of_two_out_is_a_fault_of_the_path_only(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	assert_int_equal(w.two_way, 2);
	fault(1, "sim", true);
	assert_string_equal(w.faults, "+path ");
	assert_int_equal(w.two_way, 1);

	fault(0, "modem", true);
	assert_string_equal(w.faults, "+path +modem +sim -path ");
	assert_int_equal(w.two_way, 0);
	fault(1, "sim", false);
	assert_string_equal(w.faults, "+path +modem +sim -path -modem -sim "
				      "+path ");
}

static void a_path_not_started_is_missing_and_tried_again(void **state)
{
	(void)state;
	w.start_answer = -5;
	with("two-way", NULL, NULL);
	assert_true(paths_missing(w.paths));
	assert_string_equal(w.faults, "+modem ");
	assert_int_equal(send(1, 0), ALERTE_EREFUSED);

	w.start_answer = 0;
	for (int i = 0; i < 500 && paths_missing(w.paths); i++)
		sd_event_run(w.event, 10000);
	assert_string_equal(w.faults, "+modem -modem ");
	assert_int_equal(send(2, 0), 0);
}

static void what_was_on_its_way_when_the_bus_went_goes_another_way(
	void **state)
{
	sd_bus *bus = (sd_bus *)&w;	/* never looked into */

	(void)state;
	paths_bus(w.paths, bus);
	with("on-bus", "two-way", NULL);
	assert_int_equal(send(1, 0), 0);
	paths_bus(w.paths, NULL);
	assert_string_equal(w.receipts, "1:6 ");
	assert_int_equal(w.elsewhere[0], 1);
	assert_string_equal(w.faults, "+path ");
	assert_int_equal(send(2, 1), 0);
	assert_int_equal(w.modem[1].nsent, 1);

	paths_bus(w.paths, bus);
	assert_string_equal(w.faults, "+path -path ");
}

/* -------------------------------------------------------------- settings */

static void a_reload_restarts_only_what_changed(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	assert_int_equal(send(1, 0), 0);
	strcpy(w.conf[1].sender, "ASSO");
	paths_set(w.paths, w.conf, 2);
	assert_string_equal(w.receipts, "");

	strcpy(w.conf[0].sender, "ASSO");
	paths_set(w.paths, w.conf, 2);
	assert_string_equal(w.receipts, "1:6 ");

	paths_set(w.paths, w.conf, 1);
	assert_false(w.modem[1].there);
	assert_true(w.modem[0].there);
}

static void a_pin_is_read_again_when_the_sim_is_at_fault(void **state)
{
	(void)state;
	with("two-way", "two-way", NULL);
	assert_int_equal(w.nsecrets, 0);
	strcpy(w.conf[0].pin, "sim-pin");
	paths_set(w.paths, w.conf, 2);
	assert_int_equal(w.nsecrets, 1);
	paths_set(w.paths, w.conf, 2);
	assert_int_equal(w.nsecrets, 1);
	fault(0, "sim", true);
	paths_set(w.paths, w.conf, 2);
	assert_int_equal(w.nsecrets, 2);
	assert_string_equal(w.faults, "+path -path ");
}

static void a_modem_is_of_the_first_path_that_names_it(void **state)
{
	(void)state;
	with("two-way", "two-way", "two-way");
	assert_string_equal(w.modem[0].others, "");
	assert_string_equal(w.modem[1].others, "m0");
	assert_string_equal(w.modem[2].others, "m0m1");
	assert_string_equal(w.modem[2].name, "p2");
}

#define T(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_path_that_takes_it_carries_it),
		T(a_path_at_fault_is_asked_last),
		T(an_answer_is_heard_as_long_as_a_path_takes_texts_in),
		T(a_path_that_cannot_receive_never_carries_the_114),
		T(the_114_goes_over_the_path_that_does_not_roam),
		T(no_call_goes_where_none_can_be_made),
		T(the_cell_of_a_path_is_passed_on),
		T(a_call_goes_where_calls_can_be_made),
		T(a_resend_goes_round_all_paths_before_one_is_tried_again),
		T(with_one_path_a_failure_waits),
		T(the_114_is_not_hurried_to_a_path_that_cannot_carry_it),
		T(only_another_path_carries_what_asks_for_one),
		T(of_an_earlier_life_the_first_path_is_taken_as_tried),
		T(an_error_that_says_nothing_is_no_reason_to_send_twice),
		T(a_path_that_does_not_answer_loses_what_waits_there),
		T(what_was_taken_back_is_failed_and_not_unknown),
		T(busy_with_the_unseen_alone_shows_with_the_next_text),
		cmocka_unit_test_setup_teardown(a_queue_that_moves_is_not_busy,
						start_slow, stop),
		T(with_nowhere_to_move_to_it_is_left_where_it_is),
		T(one_of_two_out_is_a_fault_of_the_path_only),
		T(a_path_not_started_is_missing_and_tried_again),
		T(what_was_on_its_way_when_the_bus_went_goes_another_way),
		T(a_reload_restarts_only_what_changed),
		T(a_pin_is_read_again_when_the_sim_is_at_fault),
		T(a_modem_is_of_the_first_path_that_names_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
