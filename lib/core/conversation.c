/* SPDX-License-Identifier: Apache-2.0 */
/* The conversation with the 114: alert/relay.h decides, this room plans. */
#include <string.h>

#include "core/engine.h"
#include "port/utf8.h"

static const struct alerte_target relay_target = {
	.channel = ALERTE_CHANNEL_RELAY114
};

/*
 * A press that may reach the 114 wants it.  It begins as soon as the engine is
 * armed (M4), and whoever acknowledged meanwhile (L5); an exercise never wants
 * it, and is refused here all the same.
 */
static void begin(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;

	l->peers.relay_at = 0;
	a->relay.barred = conversation_barred(e);
	if (!a->relay_wanted || a->exercise || !e->armed || a->relay.barred ||
	    (a->state != ALERTE_ALERT_OPEN &&
	     a->state != ALERTE_ALERT_ACKED) ||
	    a->relay.state != ALERTE_RELAY_NONE || peer_has_relay(e, l))
		return;
	relay_begin(&a->relay, e->now.boot_ms);
	l->dirty = true;
}

/* The last row that carries the first text by whatever path, or NULL. */
static struct attempt *last_first(struct live *l)
{
	struct attempt *last = NULL;

	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->kind == WORDS_RELAY_FIRST && !row->other_path)
			last = row;
	return last;
}

/* False when memory ran out. */
static bool plan_relay(struct alerte *e, struct live *l, enum words kind)
{
	struct attempt *row = attempt_plan(e, l, kind, &relay_target,
					   ALERTE_IMPORTANCE_RELAY);

	if (!row)
		return false;
	row->nth = l->alert.relay.firsts;
	alert_reach_for(&l->alert, &relay_target);
	return true;
}

/* The first text, again: it names the one before (S1). */
static bool plan_first(struct alerte *e, struct live *l)
{
	struct attempt *before = last_first(l);

	if (attempt_waiting(l, WORDS_RELAY_FIRST, &relay_target))
		return true;
	if (!plan_relay(e, l, WORDS_RELAY_FIRST))
		return false;
	if (before)
		last_first(l)->resends = before->id;
	return true;
}

/*
 * The same text by another path than that row's, once in a conversation (M2).
 * Its place in the budget is given back when there is no such path.
 */
static void plan_other_path(struct alerte *e, struct live *l)
{
	struct relay *r = &l->alert.relay;
	struct attempt *before = last_first(l), *row;

	if (e->paths < 2 || r->other || !before || !relay_open(r) ||
	    r->ended || !relay_spend(r, e->now.boot_ms))
		return;
	row = attempt_plan(e, l, WORDS_RELAY_FIRST, &relay_target,
			   ALERTE_IMPORTANCE_RELAY);
	if (!row) {
		relay_unspend(r, e->now.boot_ms);
		return;
	}
	row->nth = r->firsts > 1 ? r->firsts : 2;
	row->resends = before->id;
	row->other_path = true;
	r->other = true;
	l->dirty = true;
}

void conversation_unknown(struct alerte *e, struct live *l,
			  const struct attempt *row)
{
	if (!row->other_path)
		plan_other_path(e, l);
}

void conversation_no_path(struct live *l, const struct attempt *row)
{
	relay_unspend(&l->alert.relay, row->due);
	l->alert.relay.other = false;
	l->dirty = true;
}

/* Operator and contacts: no human at the 114 yet, call the 17 (M2). */
static void tell_silent(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;

	plan_notice(e, l, WORDS_RELAY_SILENT, "", NULL, NULL);
	for (uint32_t i = 0; i < a->nreach; i++)
		if (live_reached(l, &a->reach[i]) &&
		    a->reach[i].target.contact[0])
			return;
	/* nobody was reached yet: the association at least must know */
	plan_association(e, l, WORDS_RELAY_SILENT, NULL, NULL);
}

bool conversation_barred(const struct alerte *e)
{
	return e->moving && e->roaming &&
	       e->abroad == ALERTE_ABROAD_CONTACTS_ONLY;
}

void conversation_roams(struct alerte *e, bool roaming)
{
	e->roaming = roaming;
	for (struct live *l = e->live; l; l = l->next)
		conversation_run(e, l);
}

/* The 114 has a part in this alert, or would have if it could be tried. */
static bool involved(const struct alerte *e, const struct alert *a)
{
	return alert_live(a) && !a->exercise &&
	       (a->relay.state != ALERTE_RELAY_NONE ||
		(a->relay_wanted && e->armed && conversation_barred(e)));
}

void conversation_warn(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;

	for (uint32_t i = 0;
	     e->roaming && involved(e, a) && i < a->nreach; i++) {
		struct alert_reach *reach = &a->reach[i];

		if (reach->told_roaming || !reach->target.contact[0] ||
		    !live_reached(l, reach))
			continue;
		if (attempt_plan(e, l, WORDS_RELAY_ROAMING, &reach->target,
				 ALERTE_IMPORTANCE_NOTICE))
			reach->told_roaming = true;
	}
}

/* What we still wanted to say, and the conversation is over. */
static void drop_unworthy(struct alerte *e, struct live *l)
{
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->state == ALERTE_ATTEMPT_PLANNED &&
		    row->target.channel == ALERTE_CHANNEL_RELAY114 &&
		    !plan_worth(l, row))
			attempt_state(e, row, ALERTE_ATTEMPT_DROPPED);
}

void conversation_run(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;

	begin(e, l);
	conversation_warn(e, l);
	for (;;) {
		struct relay before = a->relay;
		bool room = true;

		switch (relay_next(&a->relay, e->now.boot_ms)) {
		case RELAY_NOTHING:
			return;
		case RELAY_SEND_FIRST:
			room = plan_first(e, l);
			if (room && a->relay.firsts > 1)
				plan_other_path(e, l);
			break;
		case RELAY_SEND_SECOND:
			room = plan_relay(e, l, WORDS_RELAY_SECOND);
			break;
		case RELAY_SEND_CANNOT:
			room = plan_relay(e, l, WORDS_RELAY_CANNOT_WRITE);
			break;
		case RELAY_TELL_SILENT:
			tell_silent(e, l);
			break;
		case RELAY_FALL_SILENT:
			drop_unworthy(e, l);
			break;
		}
		l->dirty = true;
		if (!room) {
			/* still to be said, at the next step */
			a->relay = before;
			return;
		}
	}
}

void conversation_receipt(struct alerte *e, struct live *l,
			  struct attempt *row)
{
	if (row->target.channel != ALERTE_CHANNEL_RELAY114)
		return;
	if (l->behind)
		conversation_receipt(e, l->behind, row);
	relay_submitted(&l->alert.relay, e->now.boot_ms);
	l->dirty = true;
}

/*
 * The alert a text from the 114 belongs to: of those that stand best the
 * conversation with the latest traffic, else any that was ever begun and is
 * still in memory.  What goes on behind a cancel comes behind what is shown and
 * goes on: there a text would be missed (L8).
 */
static int standing(const struct live *l)
{
	const struct relay *r = &l->alert.relay;

	if (l->unseen)
		return 2;
	return relay_open(r) ? r->ended ? 1 : 3 : 0;
}

static struct live *conversation_of(struct alerte *e)
{
	struct live *best = NULL;

	for (struct live *l = e->live; l; l = l->next) {
		const struct relay *r = &l->alert.relay;

		if (r->state == ALERTE_RELAY_NONE)
			continue;
		if (!best || standing(l) > standing(best) ||
		    (standing(l) == standing(best) &&
		     r->traffic > best->alert.relay.traffic))
			best = l;
	}
	return best;
}

/* To the operator, and to contacts who may answer (M3). */
static void ask(struct alerte *e, struct live *l, const char *text)
{
	const struct alerte_contact *contact = NULL;
	const char *id = "";

	plan_association(e, l, WORDS_RELAY_QUESTION, "114", text);
	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };

		id = contact->id;
		if (!contact->relay_entitled || !contact->number[0] ||
		    contact->role == ALERTE_ROLE_ASSOCIATION ||
		    !live_reached_contact(l, id))
			continue;
		memcpy(target.contact, id, sizeof(target.contact));
		attempt_quote(attempt_plan(e, l, WORDS_RELAY_QUESTION, &target,
					   ALERTE_IMPORTANCE_REPLY),
			      "114", text);
	}
}

void conversation_heard(struct alerte *e, const char *text)
{
	struct live *l = conversation_of(e);
	struct relay *r;

	if (!l) {
		/* too late for any alert of ours: a person must still see it */
		plan_association(e, &e->house, WORDS_FORWARD, "114", text);
		return;
	}
	e->unseen_input = l->unseen;
	r = &l->alert.relay;
	note_add(e, l, ALERTE_NOTE_RELAY_IN, "114", text);
	l->dirty = true;
	switch (relay_reply_read(text)) {
	case RELAY_REPLY_AUTO:
		relay_heard_auto(r, e->now.boot_ms);
		conversation_run(e, l);
		break;
	case RELAY_REPLY_NETWORK:
		/* nobody read it: the minutes of M2 send it again */
		break;
	case RELAY_REPLY_HUMAN:
		relay_heard_human(r, e->now.boot_ms);
		ask(e, l, text);
		break;
	}
}

int conversation_answer(struct alerte *e, struct live *l, const char *who,
			const char *text)
{
	const struct words_facts facts = { .quote = text };
	struct relay *r = &l->alert.relay;
	struct attempt *row;

	if (r->state == ALERTE_RELAY_NONE || !e->armed)
		return engine_error(e, ALERTE_EREFUSED,
				    "the 114 was not reached in this alert");
	if (words_fit(WORDS_RELAY_ANSWER, &facts) == ALERTE_ELIMIT)
		return engine_error(e, ALERTE_ELIMIT,
				    "too long for the 114: some 400 characters "
				    "at most");
	row = attempt_plan(e, l, WORDS_RELAY_ANSWER, &relay_target,
			   ALERTE_IMPORTANCE_RELAY);
	if (!row)
		return ALERTE_ENOMEM;
	attempt_quote(row, who, text);
	/* a person's answer is sent even when the budget is spent */
	relay_spend(r, e->now.boot_ms);
	relay_answered(r, e->now.boot_ms);
	note_add(e, l, ALERTE_NOTE_RELAY_OUT, who, text);
	l->dirty = true;
	return 0;
}

struct live *conversation_named(struct alerte *e, const char *code)
{
	struct live *best = live_of_code(e, code);

	for (struct live *l = e->live; l && !best; l = l->next)
		if (!strcmp(l->alert.code, code) &&
		    relay_lingers(&l->alert.relay))
			best = l;
	return best;
}

int conversation_mark(struct alerte *e, struct live *l, const char *who,
		      enum alerte_relay_state state)
{
	if (!relay_mark(&l->alert.relay, state, e->now.boot_ms))
		return engine_error(e, ALERTE_EREFUSED,
				    "the 114 was not reached in this alert");
	note_add(e, l, ALERTE_NOTE_RELAY_MARK, who,
		 alerte_relay_state_name(state));
	drop_unworthy(e, l);
	l->dirty = true;
	return 0;
}

/* Some text to the 114 was handed over: it must hear how this ends (L7). */
void conversation_end(struct alerte *e, struct live *l, enum words kind,
		      const char *who)
{
	struct alert_reach *reach = alert_reach_find(&l->alert, &relay_target);
	bool said = reach && live_reached(l, reach);

	relay_end(&l->alert.relay, said, e->now.boot_ms);
	if (!said)
		return;
	attempt_quote(attempt_plan(e, l, kind, &relay_target,
				   ALERTE_IMPORTANCE_REPLY),
		      who, NULL);
}

static int run_answer(struct alerte *e, const struct queued *q)
{
	return alerte_relay_answer(e, q->number, q->text[0], q->text[1],
				   q->now);
}

int alerte_relay_answer(struct alerte *e, int64_t alert, const char *who,
			const char *text, struct alerte_time now)
{
	struct live *l;
	int r;

	if (!who || !text || !text[0])
		return ALERTE_EINVAL;
	if (strlen(text) > ALERTE_REPLY_MAX)
		return ALERTE_ELIMIT;
	if (!utf8_valid(text, strlen(text)) || !utf8_valid(who, strlen(who)))
		return ALERTE_EFORMAT;
	if (e->in_host) {
		struct queued q = { .run = run_answer, .number = alert,
				    .text = { (char *)who, (char *)text },
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = alert ? live_shown(e, alert) : NULL;
	if (!l || live_over(e, l))
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	r = conversation_answer(e, l, who, text);
	return r ? r : engine_commit(e);
}

static int run_paths(struct alerte *e, const struct queued *q)
{
	return alerte_paths(e, (uint32_t)q->number, q->now);
}

int alerte_paths(struct alerte *e, uint32_t two_way, struct alerte_time now)
{
	if (e->in_host) {
		struct queued q = { .run = run_paths, .number = two_way,
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	e->paths = two_way;
	return ALERTE_OK;
}

static int run_mark(struct alerte *e, const struct queued *q)
{
	return alerte_relay_mark(e, q->number, q->text[0],
				 (enum alerte_relay_state)q->value, q->now);
}

int alerte_relay_mark(struct alerte *e, int64_t alert, const char *who,
		      enum alerte_relay_state state, struct alerte_time now)
{
	struct live *l;
	int r;

	if (!who || !who[0] || strlen(who) >= ALERTE_NAME_MAX ||
	    !utf8_valid(who, strlen(who)) ||
	    (state != ALERTE_RELAY_DISPATCHED && state != ALERTE_RELAY_CLOSED))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_mark, .number = alert,
				    .text = { (char *)who },
				    .value = (int)state, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = alert ? live_find(e, alert) : NULL;
	if (!l)
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	r = conversation_mark(e, l, who, state);
	return r ? r : engine_commit(e);
}
