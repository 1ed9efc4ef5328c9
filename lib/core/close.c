/* SPDX-License-Identifier: Apache-2.0 */
/* How an alert is acknowledged, cancelled, closed. */
#include <string.h>

#include "core/engine.h"
#include "port/text.h"
#include "port/utf8.h"

/* Wrong codes: 2 s, 4 s ... up to a minute; three are reported (L6). */
#define GUESS_FIRST_MS 2000
#define GUESS_MAX_MS 60000
#define GUESSES_TOLD 3

void alert_set_state(struct alerte *e, struct live *l,
		     enum alerte_alert_state state)
{
	l->alert.state = state;
	l->alert.changed_wall_ms = e->now.wall_ms;
	l->dirty = true;
	if (!alert_live(&l->alert))
		peer_ended(e, l);
}

static void set_acked(struct live *l, const char *who)
{
	struct alert *a = &l->alert;
	size_t n = utf8_clip(who, strlen(who), sizeof(a->acked_by) - 1);

	memcpy(a->acked_by, who, n);
	a->acked_by[n] = '\0';
}

/* An exercise passes by a person's answer, else it names what lacks (V4). */
static const char *missing_link(const struct live *l)
{
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->kind == WORDS_EXERCISE &&
		    row->target.channel == ALERTE_CHANNEL_SMS &&
		    (row->state == ALERTE_ATTEMPT_SENT ||
		     row->state == ALERTE_ATTEMPT_DELIVERED))
			return WORDS_LINK_ANSWER;
	return WORDS_LINK_SENDING;
}

void close_exercise(struct alerte *e, struct live *l,
		    const struct alerte_contact *by)
{
	const char *lacks = l->alert.acked_by[0] ? NULL : missing_link(l);

	alert_set_state(e, l, ALERTE_ALERT_CLOSED);
	plan_drop(e, l, true);
	plan_notice(e, l, WORDS_EXERCISE_END, by ? by->id : "",
		    l->alert.acked_by, lacks);
}

static void acked(struct alerte *e, struct live *l, const char *who,
		  const char *id, bool arrived)
{
	struct alert *a = &l->alert;

	alert_set_state(e, l, ALERTE_ALERT_ACKED);
	a->arrived = a->arrived || arrived;
	a->due = e->now.boot_ms + (a->arrived ? ALERT_ARRIVED_MS
					      : ALERT_ACK_MS);
	plan_drop(e, l, false);
	plan_notice(e, l, WORDS_ACK_OTHERS, id, who, NULL);
}

void close_ack(struct alerte *e, struct live *l, const char *who,
	       const struct alerte_contact *contact, bool arrived)
{
	note_add(e, l, ALERTE_NOTE_ACK, who, arrived ? "arrived" : "");
	set_acked(l, who);
	if (contact)
		plan_answer(e, l, WORDS_ACK_THANKS, contact);
	if (l->alert.exercise)
		close_exercise(e, l, contact);
	else
		acked(e, l, who, contact ? contact->id : "", arrived);
}

/* Peers know him by the name people read: that of a contact, as here. */
void close_acked_there(struct alerte *e, struct live *l, const char *who,
		       bool arrived)
{
	const struct alerte_contact *contact = NULL;
	const char *id = "";

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		id = contact->id;
		if (!strcmp(contact->name, who))
			break;
	}
	note_add(e, l, ALERTE_NOTE_ACK, who, arrived ? "arrived" : "");
	set_acked(l, who);
	acked(e, l, who, contact ? contact->id : "", arrived);
}

void close_alert(struct alerte *e, struct live *l, const char *who)
{
	if (l->alert.exercise) {
		close_exercise(e, l, NULL);
		return;
	}
	note_add(e, l, ALERTE_NOTE_CLOSE, who, "");
	text_copy(l->peers.ended_by, sizeof(l->peers.ended_by), who);
	alert_set_state(e, l, ALERTE_ALERT_CLOSED);
	plan_drop(e, l, true);
	plan_notice(e, l, WORDS_CLOSED, "", who, NULL);
	conversation_end(e, l, WORDS_RELAY_CLOSED, who);
}

void close_cancelled(struct alerte *e, struct live *l)
{
	note_add(e, l, ALERTE_NOTE_CANCEL, "", "");
	alert_set_state(e, l, ALERTE_ALERT_CANCELLED);
	plan_drop(e, l, true);
	plan_notice(e, l, WORDS_ALL_CLEAR, "", NULL, NULL);
	conversation_end(e, l, WORDS_RELAY_CLEAR, "");
}

static struct guesses *guesses_of(struct alerte *e, const char *wearer)
{
	struct guesses *oldest = &e->guesses[0];

	for (int i = 0; i < GUESSES_MAX; i++) {
		struct guesses *g = &e->guesses[i];

		if (!strcmp(g->wearer, wearer))
			return g;
		if (g->until < oldest->until)
			oldest = g;
	}
	*oldest = (struct guesses){ 0 };
	text_copy(oldest->wearer, sizeof(oldest->wearer), wearer);
	return oldest;
}

static int64_t guess_wait(uint32_t wrong)
{
	int64_t wait = GUESS_FIRST_MS;

	while (--wrong && wait < GUESS_MAX_MS)
		wait *= 2;
	return wait < GUESS_MAX_MS ? wait : GUESS_MAX_MS;
}

static bool code_right(struct alerte *e, const struct site_wearer *w,
		       const char *code)
{
	uint8_t tried[DIGEST_BYTES];

	digest(e->site_key, w->set.id, strlen(w->set.id), code, strlen(code),
	       tried);
	return w->has_code && same_bytes(tried, w->code, sizeof(tried));
}

/* One word, against the code of every wearer. */
static bool is_code(struct alerte *e, const char *word)
{
	const struct site_wearer *w = NULL;
	const char *id = "";

	while ((w = site_after(e->site, ALERTE_KIND_WEARER, id))) {
		if (code_right(e, w, word))
			return true;
		id = w->set.id;
	}
	return false;
}

bool close_holds_code(struct alerte *e, const char *text)
{
	char word[ALERTE_CODE_MAX];
	bool holds = false;

	while (*text && !holds) {
		size_t n = strcspn(text, " \t\r\n");

		if (n && n < sizeof(word)) {
			memcpy(word, text, n);
			word[n] = '\0';
			holds = is_code(e, word);
		}
		text += n;
		text += strspn(text, " \t\r\n");
	}
	wipe(word, sizeof(word));
	return holds;
}

int close_cancel(struct alerte *e, struct live *l, const char *code)
{
	const struct site_wearer *w = site_wearer(e->site, l->alert.wearer);
	struct guesses *g = guesses_of(e, l->alert.wearer);

	if (e->now.boot_ms < g->until)
		return engine_error(e, ALERTE_ELIMIT,
				    "too soon after a wrong code: wait a "
				    "minute and try again");
	if (w && code_right(e, w, code)) {
		g->wrong = 0;
		g->until = 0;
		close_cancelled(e, l);
		return 0;
	}
	e->count.wrong_codes++;
	g->wrong++;
	g->until = e->now.boot_ms + guess_wait(g->wrong);
	note_add(e, l, ALERTE_NOTE_WRONG_CODE, "", "");
	if (g->wrong == GUESSES_TOLD)
		plan_association(e, l, WORDS_FAULT, "wrong-codes", NULL);
	return engine_error(e, ALERTE_EKEY, "the code is wrong");
}

/* ------------------------------------------------------------- inputs */

static struct live *named(struct alerte *e, int64_t alert)
{
	struct live *l = alert ? live_find(e, alert) : NULL;

	if (l && alert_live(&l->alert))
		return l;
	engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	return NULL;
}

static bool name_ok(const char *who)
{
	return who && who[0] && strlen(who) < ALERTE_NAME_MAX &&
	       utf8_valid(who, strlen(who));
}

static int run_ack(struct alerte *e, const struct queued *q)
{
	return alerte_ack(e, q->number, q->text[0], q->now);
}

int alerte_ack(struct alerte *e, int64_t alert, const char *who,
	       struct alerte_time now)
{
	const struct alerte_contact *contact;
	struct live *l;

	if (!name_ok(who))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_ack, .number = alert,
				    .text = { (char *)who }, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = named(e, alert);
	if (!l)
		return ALERTE_ENOTFOUND;
	contact = site_contact(e->site, who);
	close_ack(e, l, contact ? contact->name : who, contact, false);
	return engine_commit(e);
}

static int run_cancel(struct alerte *e, const struct queued *q)
{
	return alerte_cancel(e, q->number, q->text[0], q->now);
}

int alerte_cancel(struct alerte *e, int64_t alert, const char *code,
		  struct alerte_time now)
{
	struct live *l;
	int r, settled;

	if (!code || strlen(code) >= ALERTE_CODE_MAX)
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_cancel, .number = alert,
				    .text = { (char *)code }, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = named(e, alert);
	if (!l)
		return ALERTE_ENOTFOUND;
	r = close_cancel(e, l, code);
	settled = engine_commit(e);
	return r ? r : settled;
}

static int run_finish(struct alerte *e, const struct queued *q)
{
	return alerte_finish(e, q->number, q->text[0], q->now);
}

int alerte_finish(struct alerte *e, int64_t alert, const char *who,
		  struct alerte_time now)
{
	struct live *l;

	if (!name_ok(who))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_finish, .number = alert,
				    .text = { (char *)who }, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = named(e, alert);
	if (!l)
		return ALERTE_ENOTFOUND;
	close_alert(e, l, who);
	return engine_commit(e);
}
