/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L8: two engines live the same hours, one of them cancelled with the duress
 * code wherever the other is with the cancel code.  Everything an engine can be
 * asked, and everything its host may count or log, is written down after each
 * event, and must be the same to the letter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#define RELAY "+33639980114"
#define MARIE "+33639980100"
#define PAUL "+33639980101"
#define FLIGHT_MAX 512

enum network { GOOD, FAILING, HUNG, REFUSING, MIXED };

struct flight {
	int64_t attempt;
	enum alerte_receipt_kind kind;
	int64_t due;
};

struct world {
	struct alerte *a;
	const char *code, *path;
	enum network network;
	int64_t s;
	int unseen;			/* messages that leave no sign */
	size_t nflight;
	struct flight flight[FLIGHT_MAX];
	char *log;
	size_t len;
	FILE *out;
	int64_t newest;
};

static struct alerte_time at(const struct world *w)
{
	return (struct alerte_time){ 1000000 + w->s * 1000,
				     1773147900000 + w->s * 1000, 3600, true };
}

/* ---------------------------------------------------------------- host */

static enum network network_of(const struct world *w,
			       const struct alerte_message *m)
{
	return w->network == MIXED ? (enum network)(m->attempt % 4)
				   : w->network;
}

static void fly(struct world *w, int64_t attempt, enum alerte_receipt_kind kind,
		int64_t after)
{
	if (w->nflight < FLIGHT_MAX)
		w->flight[w->nflight++] = (struct flight){ attempt, kind,
							   w->s + after };
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	if (m->unseen)
		w->unseen++;
	else
		fprintf(w->out, "%lld send %lld of %lld %d %s %s %d\n",
			(long long)w->s, (long long)m->attempt,
			(long long)m->alert, (int)m->channel, m->contact,
			m->address, (int)m->importance);
	switch (network_of(w, m)) {
	case GOOD:
		fly(w, m->attempt, ALERTE_RECEIPT_SENT, 1);
		fly(w, m->attempt, ALERTE_RECEIPT_DELIVERED, 3);
		return 0;
	case FAILING:
		fly(w, m->attempt, ALERTE_RECEIPT_FAILED, 1);
		return 0;
	case HUNG:
		return 0;
	case REFUSING:
	case MIXED:
		break;
	}
	return ALERTE_EREFUSED;
}

static int host_random(void *context, void *bytes, size_t len)
{
	(void)context;
	memset(bytes, 0x5a, len);
	return 0;
}

static void host_log(void *context, enum alerte_log_level level,
		     const char *line)
{
	struct world *w = context;

	fprintf(w->out, "%lld log %d %s\n", (long long)w->s, (int)level, line);
}

/* ------------------------------------------------- all that can be asked */

static void put_attempts(struct world *w, int64_t alert)
{
	struct alerte_attempt r = { .size = sizeof(r) };

	while (alerte_attempt_next(w->a, alert, r.id, &r) == 1)
		fprintf(w->out, "  %lld of %lld for %lld %s %d %d %s %u %u %lld "
			"%lld\n", (long long)r.id, (long long)r.alert,
			(long long)r.resends, r.what, (int)r.channel,
			(int)r.state, r.contact, r.step, r.sends,
			(long long)r.due_boot_ms,
			(long long)r.changed_wall_ms);
}

static void put_notes(struct world *w, int64_t alert)
{
	struct alerte_note n = { .size = sizeof(n) };

	while (alerte_note_next(w->a, alert, n.id, &n) == 1)
		fprintf(w->out, "  note %lld %d %lld %s: %s\n",
			(long long)n.id, (int)n.kind, (long long)n.wall_ms,
			n.who, n.text);
}

static void put_alerts(struct world *w)
{
	struct alerte_alert a = { .size = sizeof(a) }, by = { .size = 0 };

	put_attempts(w, 0);
	put_notes(w, 0);
	while (alerte_alert_next(w->a, a.id, &a) == 1) {
		w->newest = a.id;
		by.size = sizeof(by);
		fprintf(w->out, " alert %lld %s %s %d %d %s %s %u %u %lld %s %d "
			"%d %d by code %d, by reference %d\n", (long long)a.id,
			a.reference, a.code, (int)a.state, (int)a.trust,
			a.wearer, a.button, a.presses, a.step,
			(long long)a.changed_wall_ms, a.acked_by, (int)a.relay,
			a.exercise, a.durable,
			alerte_alert_find(w->a, a.code, &by),
			alerte_alert_find(w->a, a.reference, &by));
		put_attempts(w, a.id);
		put_notes(w, a.id);
	}
}

static void put_status(struct world *w)
{
	struct alerte_status s = { .size = sizeof(s) };
	struct alerte_selftest t = { .size = sizeof(t) };
	struct alerte_timer timer = { .size = sizeof(timer) };
	struct alerte_poll p = { .size = sizeof(p) };
	char fault[ALERTE_ID_MAX] = "";

	assert_int_equal(alerte_status(w->a, &s), 0);
	fprintf(w->out, " status %d %u %u %llu %llu %llu %llu %u\n", s.durable,
		s.live, s.waiting, (unsigned long long)s.presses,
		(unsigned long long)s.unknown_senders,
		(unsigned long long)s.dropped_replies,
		(unsigned long long)s.wrong_codes, s.faults);
	alerte_selftest(w->a, &t);
	fprintf(w->out, " selftest %d %lld %lld\n", (int)t.state,
		(long long)t.passed_wall_ms, (long long)t.next_wall_ms);
	while (alerte_timer_next(w->a, timer.wearer, &timer) == 1)
		fprintf(w->out, " timer %s %lld\n", timer.wearer,
			(long long)timer.ends_boot_ms);
	while (alerte_fault_next(w->a, fault, fault) == 1)
		fprintf(w->out, " fault %s\n", fault);
	while (alerte_poll_next(w->a, p.id, at(w), &p) == 1)
		if (!p.unseen)
			fprintf(w->out, " poll %s %s\n", p.endpoint,
				p.reference);
}

static void told(struct world *w, const char *what, int r)
{
	fprintf(w->out, "%lld %s: %d %s\n", (long long)w->s, what, r,
		r < 0 ? alerte_errmsg(w->a) : "");
	put_alerts(w);
	put_status(w);
}

/* ---------------------------------------------------------------- time */

static void receipts(struct world *w)
{
	for (size_t i = 0; i < w->nflight;) {
		struct flight f = w->flight[i];

		if (f.due > w->s) {
			i++;
			continue;
		}
		memmove(&w->flight[i], &w->flight[i + 1],
			(--w->nflight - i) * sizeof(f));
		alerte_receipt(w->a, f.attempt, 0, f.kind, at(w));
	}
}

static void settle(struct world *w)
{
	while (alerte_deadline(w->a) <= at(w).boot_ms)
		alerte_step(w->a, at(w));
}

static void pass(struct world *w, int64_t seconds)
{
	while (seconds-- > 0) {
		w->s++;
		receipts(w);
		settle(w);
	}
	told(w, "time", 0);
}

/* -------------------------------------------------------------- people */

static void set_contact(struct world *w, const char *id, const char *number,
			const char *endpoint)
{
	struct alerte_contact c = { .size = sizeof(c) };

	snprintf(c.id, sizeof(c.id), "%s", id);
	snprintf(c.name, sizeof(c.name), "%s", id);
	snprintf(c.number, sizeof(c.number), "%s", number);
	snprintf(c.endpoint, sizeof(c.endpoint), "%s", endpoint);
	if (!strcmp(id, "asso"))
		c.role = ALERTE_ROLE_ASSOCIATION;
	c.duress_told = !strcmp(id, "lea");
	assert_int_equal(alerte_contact_set(w->a, &c, at(w)), 0);
}

static void set_people(struct world *w)
{
	struct alerte_endpoint e = { .size = sizeof(e), .id = "srv",
				     .url = "https://srv.example/alerts" };
	struct alerte_wearer marie = {
		.size = sizeof(marie), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = MARIE,
		.place = "12 rue Garibaldi, 69003 Lyon",
		.cancel_code = "4321", .duress_code = "1234",
		.contact = { "paul", "lea", "asso" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	assert_int_equal(alerte_endpoint_set(w->a, &e, at(w)), 0);
	set_contact(w, "paul", PAUL, "");
	set_contact(w, "lea", "+33639980102", "");
	set_contact(w, "asso", "+33639980103", "srv");
	assert_int_equal(alerte_wearer_set(w->a, &marie, at(w)), 0);
	assert_int_equal(alerte_button_set(w->a, &b, at(w)), 0);
	memcpy(b.id, "g1", 3);
	b.grace_s = 5;
	assert_int_equal(alerte_button_set(w->a, &b, at(w)), 0);
}

static void arm(struct world *w)
{
	char token[9];

	assert_true(alerte_arm(w->a, "asso", token, at(w)) >= 0);
	assert_true(alerte_arm_confirm(w->a, "asso", token, at(w)) >= 0);
}

static void start(struct world *w)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 7 }, boot[16] = { 1 };
	struct alerte_options o = { .size = sizeof(o), .path = w->path,
				    .run_key = key, .boot_id = boot,
				    .relay_number = RELAY };
	struct alerte_host h = { .size = sizeof(h), .context = w,
				 .send = host_send, .random = host_random,
				 .log = host_log };

	assert_int_equal(alerte_open(&o, &h, at(w), &w->a), 0);
	settle(w);
}

static void press(struct world *w, const char *button)
{
	told(w, "press", alerte_press(w->a, button, 1, ALERTE_GESTURE_LONG,
				      ALERTE_TRUST_STRONG, at(w)));
	settle(w);
}

static void cancel(struct world *w, const char *code)
{
	told(w, "cancel", alerte_cancel(w->a, w->newest, code, at(w)));
	settle(w);
	told(w, "after it", 0);
}

/* before, the alert's code where there is an alert, after: one text */
static void reply(struct world *w, const char *from, const char *before,
		  const char *after)
{
	struct alerte_alert a = { .size = sizeof(a) };
	char text[128];

	if (w->newest)
		alerte_alert_get(w->a, w->newest, &a);
	snprintf(text, sizeof(text), "%s%s%s", before, a.code, after);
	told(w, before, alerte_reply(w->a, from, text, at(w)));
	settle(w);
}

static void reply_bare(struct world *w, const char *from, const char *text)
{
	told(w, "text", alerte_reply(w->a, from, text, at(w)));
	settle(w);
}

/* ----------------------------------------------------------- what happens */

static void while_open(struct world *w)
{
	press(w, "b1");
	pass(w, 40);
	cancel(w, w->code);
	pass(w, 1800);
}

static void at_once(struct world *w)
{
	press(w, "b1");
	cancel(w, w->code);
	pass(w, 600);
}

/* Claimed for the press, and not handed over yet. */
static void before_anything_left(struct world *w)
{
	told(w, "press", alerte_press(w->a, "b1", 1, ALERTE_GESTURE_LONG,
				      ALERTE_TRUST_STRONG, at(w)));
	cancel(w, w->code);
	pass(w, 600);
}

static void in_grace(struct world *w)
{
	press(w, "g1");
	pass(w, 2);
	cancel(w, w->code);
	pass(w, 600);
}

static void once_taken(struct world *w)
{
	press(w, "b1");
	pass(w, 10);
	reply(w, PAUL, "ok ", "");
	pass(w, 10);
	cancel(w, w->code);
	pass(w, 600);
	reply(w, PAUL, "ok ", "");
	reply_bare(w, PAUL, "ok");
	reply(w, PAUL, "annuler ", " 4321");
	reply(w, PAUL, "annuler ", " 1234");
	reply_bare(w, PAUL, "tout va bien ?");
	pass(w, 600);
}

static void with_more_codes(struct world *w)
{
	press(w, "b1");
	pass(w, 10);
	cancel(w, "9999");
	pass(w, 5);
	cancel(w, w->code);
	cancel(w, "1234");
	cancel(w, "4321");
	cancel(w, "9999");
	reply(w, MARIE, "annuler ", " 4321");
	reply_bare(w, MARIE, "1234");
	pass(w, 60);
}

static void and_again(struct world *w)
{
	press(w, "b1");
	pass(w, 10);
	cancel(w, w->code);
	pass(w, 30);
	press(w, "b1");
	pass(w, 90);
	cancel(w, w->code);
	pass(w, 300);
	press(w, "g1");
	pass(w, 300);
}

static void over_her_number(struct world *w)
{
	char text[32];

	press(w, "b1");
	pass(w, 10);
	reply_bare(w, MARIE, w->code);
	pass(w, 60);
	press(w, "b1");
	pass(w, 10);
	snprintf(text, sizeof(text), " %s", w->code);
	reply(w, MARIE, "annuler ", text);
	pass(w, 300);
}

static void over_the_endpoint(struct world *w)
{
	struct alerte_alert a = { .size = sizeof(a) };
	char json[128];

	press(w, "b1");
	pass(w, 10);
	snprintf(json, sizeof(json), "{\"answers\":[{\"id\":\"1\",\"kind\":"
		 "\"cancel\",\"code\":\"%s\"}]}", w->code);
	assert_int_equal(alerte_alert_get(w->a, w->newest, &a), 1);
	told(w, "answer", alerte_answer(w->a, "srv", a.reference, json,
					strlen(json), at(w)));
	settle(w);
	pass(w, 300);
}

static void and_settings_change(struct world *w)
{
	struct alerte_wearer marie = { .size = sizeof(marie) };

	press(w, "b1");
	pass(w, 10);
	cancel(w, w->code);
	pass(w, 5);
	assert_int_equal(alerte_wearer_next(w->a, "", &marie), 1);
	assert_string_equal(marie.duress_code, "");
	memset(marie.contact[2], 0, sizeof(marie.contact[2]));
	told(w, "wearer", alerte_wearer_set(w->a, &marie, at(w)));
	told(w, "remove", alerte_setting_remove(w->a, ALERTE_KIND_CONTACT,
						"asso", at(w)));
	told(w, "remove", alerte_setting_remove(w->a, ALERTE_KIND_BUTTON,
						"b1", at(w)));
	told(w, "remove", alerte_setting_remove(w->a, ALERTE_KIND_BUTTON,
						"g1", at(w)));
	told(w, "remove", alerte_setting_remove(w->a, ALERTE_KIND_WEARER,
						"marie", at(w)));
	pass(w, 900);
}

static void and_things_are_tried(struct world *w)
{
	struct alerte_position here = { .size = sizeof(here),
					.latitude_e7 = 457578000 };
	char claim[ALERTE_CLAIM_MAX];
	int64_t exercise = 0;

	told(w, "selftest", alerte_selftest_set(w->a, "+33639980199", 3600,
						at(w)));
	press(w, "b1");
	pass(w, 10);
	cancel(w, w->code);
	told(w, "fix", alerte_fix(w->a, w->newest, &here, at(w)));
	told(w, "ack", alerte_ack(w->a, w->newest, "paul", at(w)));
	told(w, "finish", alerte_finish(w->a, w->newest, "paul", at(w)));
	told(w, "other", alerte_ack(w->a, (INT64_C(1) << 40) + 1, "paul",
				    at(w)));
	told(w, "other", alerte_finish(w->a, (INT64_C(1) << 40) + 1, "paul",
				       at(w)));
	told(w, "other", alerte_relay_mark(w->a, (INT64_C(1) << 40) + 1,
					   "paul", ALERTE_RELAY_CLOSED,
					   at(w)));
	told(w, "claim", alerte_claim(w->a, w->newest, at(w), claim));
	put_attempts(w, (INT64_C(1) << 40) + 1);
	put_notes(w, (INT64_C(1) << 40) + 1);
	pass(w, 60);
	told(w, "exercise", alerte_exercise(w->a, "marie", at(w), &exercise));
	pass(w, 60);
	cancel(w, w->code);
	pass(w, 60);
}

static void of_a_timer(struct world *w)
{
	told(w, "timer", alerte_timer_set(w->a, "marie", 600, "", at(w)));
	pass(w, 60);
	told(w, "timer", alerte_timer_set(w->a, "marie", 120, w->code, at(w)));
	pass(w, 60);
	told(w, "timer", alerte_timer_set(w->a, "marie", 0, w->code, at(w)));
	pass(w, 600);
	press(w, "b1");
	pass(w, 60);
	cancel(w, w->code);
}

static void and_a_start(struct world *w)
{
	press(w, "b1");
	pass(w, 10);
	cancel(w, w->code);
	pass(w, 30);
	assert_int_equal(alerte_close(w->a), 0);
	w->nflight = 0;
	start(w);
	told(w, "start", 0);
	pass(w, 300);
	press(w, "b1");
	pass(w, 30);
	cancel(w, w->code);
	assert_int_equal(alerte_close(w->a), 0);
	w->nflight = 0;
	start(w);
	pass(w, 300);
}

/* ------------------------------------------------------------ side by side */

typedef void script(struct world *w);

static char *live(script *run, const char *code, enum network network,
		  int *unseen)
{
	char folder[] = "/dev/shm/duress-XXXXXX", path[64];
	struct world w = { .code = code, .network = network, .path = path };

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store", folder);
	w.out = open_memstream(&w.log, &w.len);
	assert_non_null(w.out);
	start(&w);
	set_people(&w);
	arm(&w);
	run(&w);
	alerte_close(w.a);
	fclose(w.out);
	*unseen = w.unseen;
	assert_int_equal(unlink(path), 0);
	strcat(path, "-wal");
	unlink(path);
	assert_int_equal(rmdir(folder), 0);
	return w.log;
}

static void show_difference(const char *a, const char *b)
{
	size_t line = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (a[i] == '\n')
			line = i + 1;
	fail_msg("with the cancel code: %.120s\nwith the duress code: %.120s",
		 a + line, b + line);
}

static void compare(script *run, enum network network)
{
	int before, unseen;
	char *a = live(run, "4321", network, &before);
	char *b = live(run, "1234", network, &unseen);

	if (strcmp(a, b))
		show_difference(a, b);
	if (getenv("DURESS_LOG"))
		printf("%s", b);
	assert_int_equal(before, 0);
	assert_true(unseen > 0);
	free(a);
	free(b);
}

static void on_every_network(script *run)
{
	for (enum network n = GOOD; n <= MIXED; n++)
		compare(run, n);
}

static void a_cancel_under_duress_shows_what_a_cancel_shows(void **state)
{
	(void)state;
	on_every_network(while_open);
	on_every_network(at_once);
	on_every_network(before_anything_left);
	on_every_network(in_grace);
	on_every_network(once_taken);
}

static void it_shows_the_same_after_more_codes_and_presses(void **state)
{
	(void)state;
	on_every_network(with_more_codes);
	on_every_network(and_again);
}

static void it_shows_the_same_whichever_way_the_code_comes(void **state)
{
	(void)state;
	on_every_network(over_her_number);
	on_every_network(over_the_endpoint);
	on_every_network(of_a_timer);
}

static void it_shows_the_same_whatever_is_tried_then(void **state)
{
	(void)state;
	on_every_network(and_settings_change);
	on_every_network(and_things_are_tried);
}

static void it_shows_the_same_after_a_start(void **state)
{
	(void)state;
	on_every_network(and_a_start);
}

/* ------------------------------------------------------ how long it takes */

#define TIMES 20

static int64_t took_ns(struct world *w, const char *code)
{
	struct timespec before, after;
	int r;

	press(w, "b1");
	pass(w, 5);
	clock_gettime(CLOCK_MONOTONIC, &before);
	r = alerte_cancel(w->a, w->newest, code, at(w));
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_int_equal(r, ALERTE_ACCEPTED);
	pass(w, 5);
	return (after.tv_sec - before.tv_sec) * INT64_C(1000000000) +
	       after.tv_nsec - before.tv_nsec;
}

static int64_t least(const int64_t *ns)
{
	int64_t best = ns[0];

	for (int i = 1; i < TIMES; i++)
		best = ns[i] < best ? ns[i] : best;
	return best;
}

static int64_t median(const int64_t *ns)
{
	int64_t best = ns[0];

	for (int i = 0; i < TIMES; i++) {
		int below = 0;

		for (int j = 0; j < TIMES; j++)
			below += ns[j] < ns[i] || (ns[j] == ns[i] && j < i);
		if (below == TIMES / 2)
			best = ns[i];
	}
	return best;
}

/*
 * Turn by turn, so that whatever else the machine does disturbs both.  Neither
 * code's quickest answer is slower than the usual answer to the other: one
 * answer alone tells nothing.
 */
static void both_codes_are_answered_in_the_same_time(void **state)
{
	char folder[] = "/dev/shm/duress-XXXXXX", path[64];
	struct world w = { .path = path };
	int64_t cancel[TIMES], duress[TIMES];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store", folder);
	w.out = open_memstream(&w.log, &w.len);
	start(&w);
	set_people(&w);
	for (int i = 0; i < TIMES; i++) {
		cancel[i] = took_ns(&w, "4321");
		duress[i] = took_ns(&w, "1234");
	}
	alerte_close(w.a);
	fclose(w.out);
	free(w.log);
	unlink(path);
	rmdir(folder);
	print_message("cancel %lld us, duress %lld us\n",
		      (long long)median(cancel) / 1000,
		      (long long)median(duress) / 1000);
	assert_true(least(cancel) < 2 * median(duress));
	assert_true(least(duress) < 2 * median(cancel));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_cancel_under_duress_shows_what_a_cancel_shows),
		cmocka_unit_test(
			it_shows_the_same_after_more_codes_and_presses),
		cmocka_unit_test(
			it_shows_the_same_whichever_way_the_code_comes),
		cmocka_unit_test(it_shows_the_same_whatever_is_tried_then),
		cmocka_unit_test(it_shows_the_same_after_a_start),
		cmocka_unit_test(both_codes_are_answered_in_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
