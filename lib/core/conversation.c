/* SPDX-License-Identifier: Apache-2.0 */
/* The conversation with the 114: alert/relay.h decides, this room plans. */
#include <string.h>

#include "core/engine.h"
#include "port/text.h"
#include "port/utf8.h"

static const struct alerte_target relay_target = {
	.channel = ALERTE_CHANNEL_RELAY114
};

/*
 * A press that may reach the 114 wants it.  It begins as soon as the engine is
 * armed (M4), and whoever acknowledged meanwhile (L5); an exercise never wants
 * it, and is refused here all the same.  One that was over begins anew with
 * such a press (P2).
 */
static void begin(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;

	l->peers.relay_at = 0;
	a->relay.barred = conversation_barred(e);
	if (!a->relay_wanted || a->exercise || !e->armed || a->relay.barred ||
	    (a->state != ALERTE_ALERT_OPEN && a->state != ALERTE_ALERT_ACKED))
		return;
	if (a->relay.state != ALERTE_RELAY_NONE) {
		l->dirty |= relay_renew(&a->relay, e->now.boot_ms);
		return;
	}
	if (peer_has_relay(e, l))
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
	if (before && l->alert.relay.firsts > 1)
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
		case RELAY_SEND_PRESS:
			room = plan_relay(e, l, WORDS_RELAY_PRESS);
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

/* An hour after its end the 114 may still ask of an alert. */
#define ASKS_FOR_MS (60 * 60 * INT64_C(1000))
/* Its machine answers what we sent lately, and nothing else. */
#define ECHO_MS (10 * 60 * INT64_C(1000))
/* Questions passed on by SMS in ten minutes: its number can be forged. */
#define ASKED_MAX 15
#define ASKED_MS (10 * 60 * INT64_C(1000))
/* More women at once than one text can name. */
#define CODES_MOST 12

/* A text from the 114, and whose it may be. */
struct heard {
	const char *text;
	bool machine;			/* its automatic answer */
	struct live *live;		/* whose it is, or most likely */
	uint32_t n;			/* may be of so many */
	char codes[ALERTE_NAME_MAX];	/* theirs */
};

/*
 * Which alert it most likely belongs to.  What was answered comes first, then
 * what was handed to the network; what goes on behind a cancel comes behind
 * what is shown and goes on: there a text would be missed (L8).
 */
static int standing(struct alerte *e, const struct live *l, bool machine)
{
	const struct relay *r = &l->alert.relay;
	int64_t now = e->now.boot_ms;

	if (l->unseen)
		return 2;
	if (!relay_open(r))
		return 0;
	if (r->ended)
		return 1;
	if (machine && !relay_spoke(r, now - ECHO_MS))
		return 3;
	return r->state == ALERTE_RELAY_NEW ? 4 : relay_unanswered(r) ? 5 : 6;
}

/* The best that stands, the latest traffic among equals; or NULL. */
static struct live *conversation_of(struct alerte *e, bool machine)
{
	struct live *best = NULL;
	int most = -1;

	for (struct live *l = e->live; l; l = l->next) {
		int stands = standing(e, l, machine);

		if (l->alert.relay.state == ALERTE_RELAY_NONE ||
		    stands < most ||
		    (stands == most && l->alert.relay.traffic <=
					       best->alert.relay.traffic))
			continue;
		best = l;
		most = stands;
	}
	return best;
}

/*
 * One number, several women: it may be of this one too.  What is unseen does
 * not count, or what shows would depend on it (L8).
 */
static bool may_be_of(struct alerte *e, const struct live *l,
		      const struct heard *h)
{
	const struct relay *r = &l->alert.relay;
	int64_t now = e->now.boot_ms;

	if (l == h->live)
		return true;
	if (l->unseen || !relay_open(r) ||
	    !strcmp(l->alert.wearer, h->live->alert.wearer))
		return false;
	if (r->state == ALERTE_RELAY_NEW &&
	    h->live->alert.relay.state != ALERTE_RELAY_NEW)
		return false;
	if (h->machine)
		return relay_spoke(r, now - ECHO_MS);
	return !r->ended || r->traffic > now - ASKS_FOR_MS;
}

static void find_owner(struct alerte *e, struct heard *h)
{
	struct text t;

	h->live = conversation_of(e, h->machine);
	text_start(&t, h->codes, sizeof(h->codes));
	for (struct live *l = e->live; h->live && l; l = l->next)
		if (may_be_of(e, l, h) && h->n < CODES_MOST)
			text_addf(&t, "%s%s", h->n++ ? ", " : "",
				  l->alert.code);
}

/* Of one it is heard; of several it keeps back no text of ours (M2). */
static void hear(struct alerte *e, const struct heard *h)
{
	int64_t now = e->now.boot_ms;

	for (struct live *l = e->live; l; l = l->next) {
		struct relay *r = &l->alert.relay;

		if (!may_be_of(e, l, h))
			continue;
		if (h->n > 1 && relay_unanswered(r))
			relay_heard_perhaps(r, now);
		else if (l == h->live && h->machine)
			relay_heard_auto(r, now);
		else if (l == h->live)
			relay_heard_human(r, now);
		l->dirty = true;
	}
}

bool conversation_entitled(const struct alerte_contact *contact)
{
	return contact->role == ALERTE_ROLE_ASSOCIATION ||
	       contact->relay_entitled;
}

/* To those who were reached: who may answer, or all of them. */
static bool tell_contacts(struct alerte *e, struct live *l, enum words kind,
			  const char *who, const char *text, bool all)
{
	const struct alerte_contact *contact = NULL;
	const char *id = "";
	bool told = false;

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };

		id = contact->id;
		if ((!all && !contact->relay_entitled) || !contact->number[0] ||
		    contact->role == ALERTE_ROLE_ASSOCIATION ||
		    !live_reached_contact(l, id))
			continue;
		memcpy(target.contact, id, sizeof(target.contact));
		attempt_quote(attempt_plan(e, l, kind, &target,
					   ALERTE_IMPORTANCE_REPLY),
			      who, text);
		told = true;
	}
	return told;
}

static bool has_association(const struct alerte *e)
{
	const struct alerte_contact *contact = NULL;
	const char *id = "";

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		if (contact->role == ALERTE_ROLE_ASSOCIATION)
			return true;
		id = contact->id;
	}
	return false;
}

/*
 * To the operator, and to contacts who may answer (M3).  Where there is nobody
 * to answer, all who were reached hear of it: they can call.
 */
static void tell(struct alerte *e, struct live *l, enum words kind,
		 const char *who, const char *text)
{
	plan_association(e, l, kind, who, text);
	if (!tell_contacts(e, l, kind, who, text, false) &&
	    !has_association(e))
		tell_contacts(e, l, kind, who, text, true);
}

/* By SMS too: not once its number writes more than an agent does. */
static bool may_ask(struct alerte *e, struct live *l)
{
	if (e->now.boot_ms - e->asked_since >= ASKED_MS) {
		e->asked_since = e->now.boot_ms;
		e->asked = 0;
	}
	if (e->asked++ == ASKED_MAX)
		tell(e, l, WORDS_RELAY_FLOOD, NULL, NULL);
	return e->asked <= ASKED_MAX;
}

static void ask(struct alerte *e, struct live *l, const struct heard *h)
{
	const char *who = h->n > 1 ? h->codes : WORDS_THE_114;

	if (!may_ask(e, l)) {
		plan_association_quietly(e, l, WORDS_RELAY_QUESTION, who,
					 h->text);
		return;
	}
	tell(e, l, WORDS_RELAY_QUESTION, who, h->text);
}

/* Of no conversation, or without a word: for a person to see. */
static void pass_on(struct alerte *e, struct live *l, const char *text)
{
	if (may_ask(e, l))
		plan_association(e, l, WORDS_FORWARD, WORDS_THE_114, text);
	else
		plan_association_quietly(e, l, WORDS_FORWARD, WORDS_THE_114,
					 text);
}

void conversation_heard(struct alerte *e, const char *text)
{
	enum relay_reply kind = relay_reply_read(text);
	struct heard h = { .text = text, .machine = kind == RELAY_REPLY_AUTO };

	find_owner(e, &h);
	if (!h.live) {
		/* too late for any alert of ours */
		pass_on(e, &e->house, text);
		return;
	}
	e->unseen_input = h.live->unseen;
	note_add(e, h.live, ALERTE_NOTE_RELAY_IN, WORDS_THE_114, text);
	h.live->dirty = true;
	if (words_blank(text)) {
		pass_on(e, h.live, text);
		return;
	}
	switch (kind) {
	case RELAY_REPLY_AUTO:
		hear(e, &h);
		conversation_run(e, h.live);
		break;
	case RELAY_REPLY_NETWORK:
		/* nobody read it: the minutes of M2 send it again */
		break;
	case RELAY_REPLY_HUMAN:
		hear(e, &h);
		ask(e, h.live, &h);
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

bool conversation_unheard(const struct live *l)
{
	const struct relay *r = &l->alert.relay;

	return relay_unanswered(r) && !r->perhaps;
}

int conversation_mark(struct alerte *e, struct live *l, const char *who,
		      enum alerte_relay_state state)
{
	if (conversation_unheard(l))
		return engine_error(e, ALERTE_EREFUSED,
				    "the 114 has not written yet and goes on "
				    "being asked: call the 17");
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
		      const char *who, const char *how)
{
	struct alert_reach *reach = alert_reach_find(&l->alert, &relay_target);
	bool said = reach && live_reached(l, reach);

	relay_end(&l->alert.relay, said, e->now.boot_ms);
	if (!said)
		return;
	attempt_quote(attempt_plan(e, l, kind, &relay_target,
				   ALERTE_IMPORTANCE_REPLY),
		      who, how);
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
	l = alert ? live_shown(e, alert) : NULL;
	if (!l)
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	r = conversation_mark(e, l, who, state);
	return r ? r : engine_commit(e);
}
