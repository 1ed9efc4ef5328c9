/* SPDX-License-Identifier: Apache-2.0 */
/* An SMS that came in: from the 114, from a contact, or from nobody. */
#include <string.h>

#include "core/companion.h"
#include "core/duress.h"
#include "core/engine.h"
#include "core/reply.h"
#include "port/utf8.h"

/* L3: a bare "ok" delays the next step once by this much. */
#define BARE_MS (3 * 60 * INT64_C(1000))
/* Texts passed on to the association: a spoofed sender must not flood it. */
#define FORWARD_MAX 20
#define FORWARD_MS (10 * 60 * INT64_C(1000))
/* Answers to the 114 by SMS, in as long. */
#define RELAYED_MAX 10
/* Wrong codes are told at the third, and once an hour. */
#define WRONG_TOLD 3
#define WRONG_MS (60 * 60 * INT64_C(1000))

/* What stands for a text that holds her cancel code. */
#define HIDDEN "***"

/* The next contact of this number. */
static const struct alerte_contact *next_of(struct alerte *e,
					    const char *number, const char *id)
{
	const struct alerte_contact *contact;

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		if (contact->number[0] && number_same(contact->number, number))
			return contact;
		id = contact->id;
	}
	return NULL;
}

bool reply_concerns(struct alerte *e, struct live *l,
		    const struct alerte_contact *contact)
{
	const struct site_wearer *w = site_wearer(e->site, l->alert.wearer);
	const struct alerte_policy *plan = &l->alert.plan;

	if (contact->role == ALERTE_ROLE_ASSOCIATION ||
	    live_reached_contact(l, contact->id))
		return true;
	for (uint32_t i = 0; i < plan->nsteps; i++)
		for (uint32_t j = 0; j < plan->step[i].ntargets; j++)
			if (!strcmp(plan->step[i].target[j].contact,
				    contact->id))
				return true;
	for (int i = 0; w && i < ALERTE_CONTACTS_MAX; i++)
		if (!strcmp(w->set.contact[i], contact->id))
			return true;
	return false;
}

/* He may hear of what goes on of that alert. */
static bool may_hear(struct alerte *e, const struct live *l,
		     const struct alerte_contact *contact)
{
	return !l->unseen || duress_sees(e, contact->id);
}

/*
 * The live alert this contact was reached for; the latest when several, of
 * those that show if there are any.
 */
static struct live *latest_reached(struct alerte *e,
				   const struct alerte_contact *contact)
{
	struct live *best = NULL;

	for (struct live *l = e->live; l; l = l->next)
		if (alert_live(&l->alert) &&
		    live_reached_contact(l, contact->id) &&
		    may_hear(e, l, contact) &&
		    (!best || !l->unseen || best->unseen))
			best = l;
	return best;
}

/*
 * Who of those who share a number wrote: the association, which may say all;
 * else who has part in the alert that is named; else who was reached.
 */
static int weight_of(struct alerte *e, const struct alerte_contact *contact,
		     struct live *named)
{
	if (contact->role == ALERTE_ROLE_ASSOCIATION)
		return 4;
	if (named && may_hear(e, named, contact)) {
		if (live_reached_contact(named, contact->id))
			return 3;
		if (reply_concerns(e, named, contact))
			return 2;
	}
	return latest_reached(e, contact) ? 1 : 0;
}

static const struct alerte_contact *writer_of(struct alerte *e,
					      const char *number,
					      const struct reply *reply)
{
	struct live *named = reply->code[0] ? live_of_code(e, reply->code)
					    : NULL;
	const struct alerte_contact *best = next_of(e, number, "");
	int most = best ? weight_of(e, best, named) : 0;

	for (const struct alerte_contact *c = best; c;
	     c = next_of(e, number, c->id)) {
		int weight = weight_of(e, c, named);

		if (weight > most) {
			most = weight;
			best = c;
		}
	}
	return best;
}

/* Consent is of a number: all who have it say it. */
static bool all_stop(struct alerte *e, const char *number)
{
	const struct alerte_contact *c = NULL;
	bool heeded = false;

	while ((c = next_of(e, number, c ? c->id : "")))
		heeded = consent_stop(e, c) || heeded;
	return heeded;
}

static bool all_consent(struct alerte *e, const char *number, const char *text)
{
	const struct alerte_contact *c = NULL;
	bool heeded = false;

	while ((c = next_of(e, number, c ? c->id : "")))
		heeded = consent_answer(e, c, text) || heeded;
	return heeded;
}

void reply_forward(struct alerte *e, struct live *l, const char *name,
		   const char *text)
{
	if (e->now.boot_ms - e->forwarded_since >= FORWARD_MS) {
		e->forwarded_since = e->now.boot_ms;
		e->forwarded = 0;
	}
	if (e->forwarded++ >= FORWARD_MAX) {
		e->count.dropped_replies++;
		return;
	}
	plan_association(e, l ? l : &e->house, WORDS_FORWARD, name, text);
}

static void forward(struct alerte *e, struct live *l,
		    const struct alerte_contact *contact, const char *text)
{
	reply_forward(e, l, contact->name, text);
}

const char *reply_kept(struct alerte *e, const char *text)
{
	return close_holds_code(e, text) ? HIDDEN : text;
}

/*
 * A code that is no live alert's, or not of his alert: counted, reported, and
 * passed on, unless it is a cancel, which holds her own code.
 */
static void wrong_code(struct alerte *e, const struct alerte_contact *contact,
		       const struct reply *reply, const char *text)
{
	e->count.wrong_codes++;
	if (e->count.wrong_codes % WRONG_TOLD == 0 &&
	    e->now.boot_ms >= e->wrong_until) {
		plan_association(e, &e->house, WORDS_FAULT, "wrong-codes",
				 NULL);
		e->wrong_until = e->now.boot_ms + WRONG_MS;
	}
	if (reply->kind != REPLY_CANCEL)
		forward(e, latest_reached(e, contact), contact,
			reply_kept(e, text));
}

/* "ok" without the code: the next step waits once, the code is asked for. */
static void bare(struct alerte *e, const struct alerte_contact *contact,
		 const char *text)
{
	struct live *l = latest_reached(e, contact);
	struct alert *a;

	if (!l) {
		forward(e, NULL, contact, text);
		return;
	}
	a = &l->alert;
	if (a->bare_used || a->state != ALERTE_ALERT_OPEN) {
		/* the answer promises three minutes: it is true once */
		forward(e, l, contact, text);
		return;
	}
	plan_answer(e, l, WORDS_BARE_OK, contact);
	a->bare_used = true;
	a->due = e->now.boot_ms + BARE_MS;
	l->dirty = true;
}

/* He acknowledged it, and nobody since. */
static bool has_it(const struct live *l, const struct alerte_contact *contact)
{
	return l->alert.state == ALERTE_ALERT_ACKED &&
	       !strcmp(l->alert.acked_by, contact->name);
}

enum once {
	ONCE_HINT,
	ONCE_DECLINE,
	ONCE_GIVE_BACK
};

static bool mark_once(struct alert_reach *reach, enum once what)
{
	bool *mark = NULL, first;

	switch (what) {
	case ONCE_HINT:
		mark = &reach->hinted;
		break;
	case ONCE_DECLINE:
		mark = &reach->declined;
		break;
	case ONCE_GIVE_BACK:
		mark = &reach->gave_back;
		break;
	}
	first = !*mark;
	*mark = true;
	return first;
}

/* The first time of this contact in this alert, which has reached him. */
static bool first_time(struct live *l, const struct alerte_contact *contact,
		       enum once what)
{
	struct alert *a = &l->alert;
	bool first = false;

	for (uint32_t i = 0; i < a->nreach; i++)
		if (!strcmp(a->reach[i].target.contact, contact->id) &&
		    mark_once(&a->reach[i], what))
			first = true;
	l->dirty = true;
	return first;
}

/*
 * The next step at once.  When all were begun it would be a repeat, to who has
 * just said no among others: it comes at its hour.
 */
static bool next_step(struct alerte *e, struct alert *a)
{
	if (a->steps_done >= a->plan.nsteps)
		return false;
	a->due = e->now.boot_ms;
	return true;
}

/*
 * Whoever had taken the alert gives it back: nobody is on it, those who were
 * told that he is hear of it, and it goes on; at once the first time.
 */
static void give_back(struct alerte *e, struct live *l,
		      const struct alerte_contact *contact, const char *text)
{
	struct alert *a = &l->alert;
	bool first = first_time(l, contact, ONCE_GIVE_BACK);
	uint32_t done = a->steps_done ? a->steps_done - 1 : 0;

	alert_happens(e, l, ALERT_EVENT_DECLINE);
	if (!next_step(e, a))
		a->due = e->now.boot_ms +
			 (first ? 0 : policy_wait_ms(&a->plan, done,
						     e->now.boot_ms -
							     a->started));
	plan_notice(e, l, WORDS_FORWARD, contact->id, contact->name, text);
}

/* The next contact's turn. */
static void decline(struct alerte *e, struct live *l,
		    const struct alerte_contact *contact, const char *text)
{
	struct alert *a = &l->alert;
	bool first = first_time(l, contact, ONCE_DECLINE);

	if (has_it(l, contact)) {
		plan_answer(e, l, WORDS_DECLINED, contact);
		give_back(e, l, contact, text);
	} else if (first || !live_reached_contact(l, contact->id)) {
		plan_answer(e, l, WORDS_DECLINED, contact);
		if (a->state == ALERTE_ALERT_OPEN) {
			alert_happens(e, l, ALERT_EVENT_DECLINE);
			next_step(e, a);
		}
	}
	l->dirty = true;
}

/* The alert that reached him, and whose code his text names. */
static struct live *named_in(struct alerte *e,
			     const struct alerte_contact *contact,
			     const char *text)
{
	for (struct live *l = e->live; l; l = l->next)
		if (alert_live(&l->alert) && may_hear(e, l, contact) &&
		    live_reached_contact(l, contact->id) &&
		    reply_names(text, l->alert.code))
			return l;
	return NULL;
}

/* Whoever names it and says nothing of the list is told how, once (L3). */
static void hint(struct alerte *e, struct live *l,
		 const struct alerte_contact *contact)
{
	if (l->alert.state == ALERTE_ALERT_OPEN &&
	    first_time(l, contact, ONCE_HINT))
		plan_answer(e, l, WORDS_HOW_TO_ANSWER, contact);
}

/*
 * "fini": a contact ends an alert the 114 has no part in; the association ends
 * any (L2), where the 114 has part once it has proved that it is it; and it
 * alone what goes on unseen (L8).
 */
static void done(struct alerte *e, struct live *l,
		 const struct alerte_contact *contact,
		 const struct reply *reply, const char *text)
{
	bool association = contact->role == ALERTE_ROLE_ASSOCIATION;
	enum confirmed confirmed = CONFIRM_NOT;

	if (l->unseen && !association)
		confirmed = CONFIRM_NOT;
	else if (l->alert.relay.state == ALERTE_RELAY_NONE &&
		 !peer_relay(l))
		confirmed = reply->rest[0] ? CONFIRM_NOT : CONFIRM_DONE;
	else if (association)
		confirmed = confirm_by(e, l, contact, CONFIRM_CLOSE,
				       reply->rest);
	switch (confirmed) {
	case CONFIRM_NOT:
		forward(e, l, contact, text);
		break;
	case CONFIRM_ASKED:
		break;
	case CONFIRM_DONE:
		close_alert(e, l, contact->name);
		break;
	}
}

/* More than a person types: beyond, somebody forges the operator. */
static bool may_relay(struct alerte *e)
{
	if (e->now.boot_ms - e->relayed_since >= FORWARD_MS) {
		e->relayed_since = e->now.boot_ms;
		e->relayed = 0;
	}
	return e->relayed++ < RELAYED_MAX;
}

/* Why his words do not go to the 114; NULL: they do, or it was told. */
static const char *relay_on(struct alerte *e, struct live *l,
			    const struct alerte_contact *contact,
			    const char *words)
{
	int r;

	if (!may_relay(e))
		return e->relayed == RELAYED_MAX + 1 ? WORDS_WHY_MANY : NULL;
	r = conversation_answer(e, l, contact->name, words);
	return !r ? NULL : r == ALERTE_ELIMIT ? WORDS_WHY_LONG
					      : WORDS_WHY_NONE;
}

/*
 * Whoever reads what he wrote must not take it for sent.  No oftener than that
 * is passed on: he may not be who he says.
 */
static void tell_not_sent(struct alerte *e, struct live *l,
			  const struct alerte_contact *contact,
			  const char *why)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };

	if (e->forwarded > FORWARD_MAX)
		return;
	plan_association(e, l, WORDS_RELAY_NOT_SENT, contact->name, why);
	if (contact->role == ALERTE_ROLE_ASSOCIATION)
		return;
	memcpy(target.contact, contact->id, sizeof(target.contact));
	attempt_quote(attempt_plan(e, l, WORDS_RELAY_NOT_SENT, &target,
				   ALERTE_IMPORTANCE_REPLY),
		      contact->name, why);
}

/*
 * Only an operator, and who was entitled, is passed on to the 114 (M3).  What
 * goes there in the association's name is shown to the association: it may not
 * be its own.
 */
static void operator_answer(struct alerte *e, struct live *l,
			    const struct alerte_contact *contact,
			    const struct reply *reply, const char *text)
{
	const char *why = NULL;

	if (conversation_entitled(contact))
		why = relay_on(e, l, contact, reply->rest);
	forward(e, l, contact, text);
	if (why)
		tell_not_sent(e, l, contact, why);
}

/* Ends it, or holds others back: not from who guesses at codes. */
static bool stops_something(const struct reply *reply)
{
	return reply->kind == REPLY_ACK || reply->kind == REPLY_ARRIVED ||
	       reply->kind == REPLY_DECLINE || reply->kind == REPLY_DONE;
}

/*
 * Where the 114 stands an operator says, and nobody else (M1).  His number can
 * be forged: he is asked back for what only he reads, and every such text is
 * shown to the association.
 */
static void operator_mark(struct alerte *e, struct live *l,
			  const struct alerte_contact *contact,
			  const struct reply *reply, const char *text)
{
	bool sent = reply->kind == REPLY_DISPATCHED;

	forward(e, l, contact, text);
	if (contact->role != ALERTE_ROLE_ASSOCIATION)
		return;
	if (l->alert.relay.state == ALERTE_RELAY_NONE) {
		tell_not_sent(e, l, contact, WORDS_WHY_NONE);
		return;
	}
	if (conversation_unheard(l)) {
		tell_not_sent(e, l, contact, WORDS_WHY_SILENT);
		return;
	}
	if (confirm_by(e, l, contact, sent ? CONFIRM_SENT : CONFIRM_RELAY_DONE,
		       reply->rest) == CONFIRM_DONE)
		conversation_mark(e, l, contact->name,
				  sent ? ALERTE_RELAY_DISPATCHED
				       : ALERTE_RELAY_CLOSED);
}

/* What may be said of an alert that has ended, and is not over for the 114. */
static bool is_for_relay(const struct reply *reply)
{
	return reply->kind == REPLY_RELAY ||
	       reply->kind == REPLY_DISPATCHED ||
	       reply->kind == REPLY_RELAY_DONE;
}

static void with_code(struct alerte *e, const struct alerte_contact *contact,
		      const struct reply *reply, const char *text)
{
	struct live *l = is_for_relay(reply)
				 ? conversation_named(e, reply->code)
				 : live_of_code(e, reply->code);

	/* he may hold that phone; and no code ends what goes on unseen (L8) */
	if (l && l->unseen && (reply->kind == REPLY_CANCEL ||
			       !duress_sees(e, contact->id)))
		l = NULL;
	if (!l || !reply_concerns(e, l, contact)) {
		consent_guessed(e, contact);
		wrong_code(e, contact, reply, text);
		return;
	}
	e->unseen_input = l->unseen;
	if (stops_something(reply) && consent_guesses(e, contact)) {
		forward(e, l, contact, text);
		return;
	}
	switch (reply->kind) {
	case REPLY_ACK:
		close_ack(e, l, contact->name, contact, false);
		break;
	case REPLY_ARRIVED:
		close_ack(e, l, contact->name, contact,
			  !reply->unsure || has_it(l, contact));
		break;
	case REPLY_DECLINE:
		decline(e, l, contact, text);
		break;
	case REPLY_DONE:
		done(e, l, contact, reply, text);
		break;
	case REPLY_RELAY:
		operator_answer(e, l, contact, reply, text);
		break;
	case REPLY_CANCEL:
		close_cancel(e, l, reply->rest);
		break;
	case REPLY_DISPATCHED:
	case REPLY_RELAY_DONE:
		operator_mark(e, l, contact, reply, text);
		break;
	case REPLY_OTHER:
	case REPLY_BARE:
	case REPLY_STOP:
		break;
	}
}

/* Words that are none of ours: a person reads them. */
static void other(struct alerte *e, struct live *l,
		  const struct alerte_contact *contact, struct live *named,
		  const char *text)
{
	if (!l && all_consent(e, contact->number, text))
		return;
	forward(e, l, contact, text);
	if (named)
		hint(e, named, contact);
}

static void from_contact(struct alerte *e, const char *from, const char *text)
{
	const struct alerte_contact *contact;
	struct live *l, *named = NULL;
	struct reply reply;

	reply_read(text, &reply);
	contact = writer_of(e, from, &reply);
	l = latest_reached(e, contact);
	if (reply.kind == REPLY_OTHER) {
		named = named_in(e, contact, text);
		l = named ? named : l;
		/* a cancel code is hers: it is in nobody's history */
		text = reply_kept(e, text);
	}
	e->unseen_input = l && l->unseen;
	if (reply.kind != REPLY_CANCEL)
		note_add(e, l ? l : &e->house, ALERTE_NOTE_REPLY, contact->id,
			 text);
	switch (reply.kind) {
	case REPLY_BARE:
		/* in an alert it speaks of the alert */
		if (l || !all_consent(e, contact->number, text))
			bare(e, contact, text);
		break;
	case REPLY_OTHER:
		other(e, l, contact, named, text);
		break;
	case REPLY_STOP:
		if (!all_stop(e, contact->number))
			forward(e, l, contact, text);
		break;
	case REPLY_ACK:
	case REPLY_DECLINE:
	case REPLY_ARRIVED:
	case REPLY_DONE:
	case REPLY_RELAY:
	case REPLY_CANCEL:
	case REPLY_DISPATCHED:
	case REPLY_RELAY_DONE:
		with_code(e, contact, &reply, text);
		break;
	}
	if (!e->unseen_input)
		consent_heard(e, contact);
	wipe(&reply, sizeof(reply));
}

/* Taken: what was only for what goes on unseen leaves no sign. */
static int reply_taken(struct alerte *e)
{
	int r = engine_commit(e);

	return e->unseen_input ? ALERTE_UNSEEN : r;
}

static int run_reply(struct alerte *e, const struct queued *q)
{
	return alerte_reply(e, q->text[0], q->text[1], q->now);
}

int alerte_reply(struct alerte *e, const char *from, const char *text,
		 struct alerte_time now)
{
	const struct alerte_contact *contact;
	const struct site_wearer *wearer;
	size_t len;

	if (!from || !text)
		return ALERTE_EINVAL;
	len = strnlen(text, ALERTE_REPLY_MAX + 1);
	if (len >= ALERTE_REPLY_MAX) {
		e->count.dropped_replies++;
		return engine_error(e, ALERTE_ELIMIT,
				    "a reply of more than %d bytes",
				    ALERTE_REPLY_MAX - 1);
	}
	if (!utf8_valid(text, len)) {
		e->count.dropped_replies++;
		return engine_error(e, ALERTE_EFORMAT,
				    "a reply that is not UTF-8");
	}
	if (e->in_host) {
		struct queued q = { .run = run_reply,
				    .text = { (char *)from, (char *)text },
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	e->unseen_input = false;
	if (number_same(from, e->relay_number)) {
		conversation_heard(e, text);
		return reply_taken(e);
	}
	contact = next_of(e, from, "");
	wearer = contact ? NULL : companion_of(e, from);
	if (wearer)
		return companion_heard(e, wearer, text);
	if (!contact && selftest_heard(e, from, text))
		return engine_settle(e);
	if (!contact) {
		e->count.unknown_senders++;
		return engine_error(e, ALERTE_ENOTFOUND, "an unknown sender");
	}
	from_contact(e, from, text);
	return reply_taken(e);
}
