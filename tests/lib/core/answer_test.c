/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers of endpoints (L4): a document holds all of them at every poll, for as
 * long as the alert lasts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#include "core/engine.h"
#include "core/rows.h"

#define ENDPOINTS 8

static struct {
	struct alerte *a;
	char folder[32], path[64];
	uint8_t random;
	int64_t now;			/* ms */
	char json[65536];
	size_t len;
} w;

static struct alerte_time now(void)
{
	struct alerte_time t = { .boot_ms = 1000000 + w.now,
				 .wall_ms = 1773147900000 + w.now,
				 .wall_trusted = true };

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	(void)context;
	(void)m;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	uint8_t *out = bytes;

	(void)context;
	while (len--)
		*out++ = w.random += 37;
	return 0;
}

static void open_store(void)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random };
	struct alerte_options o = { .size = sizeof(o), .path = w.path,
				    .run_key = key, .boot_id = key,
				    .relay_number = "+33639980114" };

	assert_true(alerte_open(&o, &h, now(), &w.a) >= 0);
}

static const char *endpoint_id(int i)
{
	static char id[8];

	snprintf(id, sizeof(id), "srv%d", i);
	return id;
}

static void set_people(void)
{
	struct alerte_wearer she = { .size = sizeof(she), .id = "marie",
				     .name = "Marie Durand",
				     .short_name = "Marie D.",
				     .number = "+33639980100",
				     .place = "12 rue Garibaldi, 69003 Lyon" };
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	for (int i = 0; i < ENDPOINTS; i++) {
		struct alerte_endpoint e = { .size = sizeof(e),
					     .url = "https://127.0.0.1/a" };
		struct alerte_contact c = { .size = sizeof(c),
					    .name = "Association" };

		snprintf(e.id, sizeof(e.id), "%s", endpoint_id(i));
		snprintf(c.endpoint, sizeof(c.endpoint), "%s", e.id);
		snprintf(c.id, sizeof(c.id), "asso%d", i);
		snprintf(she.contact[i], sizeof(she.contact[i]), "%s", c.id);
		assert_true(alerte_endpoint_set(w.a, &e, now()) >= 0);
		assert_true(alerte_contact_set(w.a, &c, now()) >= 0);
	}
	assert_true(alerte_wearer_set(w.a, &she, now()) >= 0);
	assert_true(alerte_button_set(w.a, &b, now()) >= 0);
}

static void press(void)
{
	assert_true(alerte_press(w.a, "b1", 1, ALERTE_GESTURE_PRESS,
				 ALERTE_TRUST_WEAK, now()) >= 0);
	assert_true(alerte_step(w.a, now()) >= 0);
}

static int start(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	strcpy(w.folder, "/tmp/alerte-answer-XXXXXX");
	assert_non_null(mkdtemp(w.folder));
	snprintf(w.path, sizeof(w.path), "%s/store", w.folder);
	open_store();
	set_people();
	press();
	return 0;
}

static int stop(void **state)
{
	static const char *const part[] = { "", "-wal", "-shm", "-journal" };
	char name[80];

	(void)state;
	alerte_close(w.a);
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		snprintf(name, sizeof(name), "%s%s", w.path, part[i]);
		unlink(name);
	}
	return rmdir(w.folder);
}

static struct alerte_alert alert(void)
{
	struct alerte_alert out = { .size = sizeof(out) };

	assert_int_equal(alerte_alert_get(w.a, 1, &out), 1);
	return out;
}

__attribute__((format(printf, 1, 2)))
static void say(const char *format, ...)
{
	size_t room = sizeof(w.json) - w.len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(w.json + w.len, room, format, args);
	va_end(args);
	assert_true(len > 0 && (size_t)len < room);
	w.len += (size_t)len;
}

static void begin(void)
{
	w.len = 0;
	say("{\"answers\":[{\"id\":\"first\",\"kind\":\"seen\"}");
}

static void positions(int from, int n)
{
	for (int i = from; i < from + n; i++)
		say(",{\"id\":\"p%d\",\"kind\":\"position\",\"latitude\":45.%s"
		    "7,\"longitude\":4.8}", i, i % 2 ? "1" : "2");
}

static void texts(int from, int n)
{
	for (int i = from; i < from + n; i++)
		say(",{\"id\":\"t%d\",\"kind\":\"relay\",\"text\":\"12\"}",
		    i);
}

static void act(const char *kind, int n)
{
	say(",{\"id\":\"act%d\",\"by\":\"Claire\",\"kind\":\"%s\"}", n, kind);
}

static int polled(int endpoint)
{
	struct alerte_alert a = alert();

	say("]}");
	return alerte_answer(w.a, endpoint_id(endpoint), a.reference, w.json,
			     w.len, now());
}

static int notes(enum alerte_note_kind kind)
{
	struct alerte_note note = { .size = sizeof(note) };
	int n = 0;

	while (alerte_note_next(w.a, 1, note.id, &note) == 1)
		n += note.kind == kind;
	return n;
}

/* A telephone says every minute where it is: people are heard all the same. */
static void an_acknowledgement_behind_hundreds_of_positions_counts(void **state)
{
	(void)state;
	begin();
	positions(0, 600);
	act("ack", 1);
	assert_true(polled(0) >= 0);
	assert_int_equal(alert().state, ALERTE_ALERT_ACKED);
	assert_string_equal(alert().acked_by, "Claire");
}

static void a_close_behind_hundreds_of_answers_counts(void **state)
{
	(void)state;
	begin();
	texts(0, 300);
	positions(0, 100);
	act("close", 1);
	polled(0);
	assert_int_equal(alert().state, ALERTE_ALERT_CLOSED);
}

/* Neither endpoint's answers push the other's out, nor does a restart. */
static void what_many_endpoints_answered_is_taken_once(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		w.now += 60000;
		for (int i = 0; i < ENDPOINTS; i++) {
			begin();
			act("ack", 1);
			texts(0, 40);
			positions(0, 60);
			polled(i);
			assert_int_equal(alert().state, round ?
					 ALERTE_ALERT_OPEN :
					 ALERTE_ALERT_ACKED);
		}
		assert_int_equal(notes(ALERTE_NOTE_ACK), ENDPOINTS);
		if (round == 1) {
			alerte_close(w.a);
			open_store();
		}
		w.now += 60000;
		press();
	}
}

/* The list grows by one at a time, beyond what is read of it. */
static void a_growing_list_is_taken_once(void **state)
{
	(void)state;
	for (int n = 1; n < 3 * TAKEN_IDS; n++) {
		begin();
		for (int i = 1; i <= n; i++)
			act("ack", i);
		assert_true(polled(0) >= 0);
	}
	assert_int_equal(notes(ALERTE_NOTE_ACK), 3 * TAKEN_IDS - 1);
}

/* A position without an hour is of when it was first told. */
static void old_positions_are_not_taken_again(void **state)
{
	int before;

	(void)state;
	begin();
	positions(0, 3);
	assert_int_equal(polled(0), ALERTE_ACCEPTED);
	before = notes(ALERTE_NOTE_POSITION);
	w.now += 600000;
	begin();
	positions(0, 3);
	assert_int_equal(polled(0), 0);
	assert_int_equal(notes(ALERTE_NOTE_POSITION), before);
	w.now += 600000;
	begin();
	positions(0, 4);
	assert_int_equal(polled(0), ALERTE_ACCEPTED);
	assert_int_equal(notes(ALERTE_NOTE_POSITION), before + 1);
}

static void what_stands_before_a_mistake_counts(void **state)
{
	(void)state;
	begin();
	act("ack", 1);
	say(",7");
	assert_int_equal(polled(0), ALERTE_ACCEPTED);
	assert_int_equal(alert().state, ALERTE_ALERT_ACKED);
}

/* ------------------------------------------------------------- the row */

static void fill(char *out, size_t cap)
{
	memset(out, 'x', cap - 1);
	out[cap - 1] = '\0';
}

static void fill_plan(struct alerte_policy *plan)
{
	plan->nsteps = ALERTE_STEPS_MAX;
	for (int i = 0; i < ALERTE_STEPS_MAX; i++) {
		plan->step[i].ntargets = ALERTE_TARGETS_MAX;
		for (int j = 0; j < ALERTE_TARGETS_MAX; j++)
			fill(plan->step[i].target[j].contact, ALERTE_ID_MAX);
	}
	fill(plan->id, sizeof(plan->id));
}

static void fill_alert(struct alert *a)
{
	fill(a->wearer, sizeof(a->wearer));
	fill(a->button, sizeof(a->button));
	fill(a->acked_by, sizeof(a->acked_by));
	fill(a->cell, sizeof(a->cell));
	fill(a->code, sizeof(a->code));
	fill_plan(&a->plan);
	a->nreach = ALERT_REACH_MAX;
	for (int i = 0; i < ALERT_REACH_MAX; i++) {
		fill(a->reach[i].target.contact, ALERTE_ID_MAX);
		a->reach[i].first = 1;
	}
	a->relay.state = ALERTE_RELAY_HUMAN;
	a->has_position = true;
	for (uint64_t i = 1; i < 100000; i++)
		taken_new(taken_of(a->taken, i % TAKEN_ENDPOINTS + 1), i);
	for (uint64_t i = 0; i < 1000; i++)
		alert_claim_new(a, i);
}

static void the_longest_alert_fits_a_row(void **state)
{
	struct alerte *e = calloc(1, sizeof(*e));
	struct live *l = calloc(1, sizeof(*l));
	static uint8_t body[ROW_BODY];
	struct pack p;

	(void)state;
	assert_true(e && l);
	fill_alert(&l->alert);
	pack_start(&p, body, sizeof(body));
	pack_int(&p, ROW_ID, 1);
	pack_int(&p, ROW_STATE, 1);
	pack_int(&p, ROW_SHOWN, 1);
	rows_pack_alert(e, &p, l);
	assert_false(p.cut);
	assert_true(ROW_BODY <= STORE_BODY_MAX);
	free(e);
	free(l);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
		T(an_acknowledgement_behind_hundreds_of_positions_counts),
		T(a_close_behind_hundreds_of_answers_counts),
		T(what_many_endpoints_answered_is_taken_once),
		T(a_growing_list_is_taken_once),
		T(old_positions_are_not_taken_again),
		T(what_stands_before_a_mistake_counts),
		cmocka_unit_test(the_longest_alert_fits_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
