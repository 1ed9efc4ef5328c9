/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is due.  First every deadline that has come becomes rows; then the due
 * rows are marked SENDING and committed; only then is the host asked.  A
 * crash between the commit and the receipt sends a row once more (S1).
 *
 * The one exception to "commit, then act": a disk that refuses does not stop
 * a call for help (S2).
 */
#include <string.h>

#include "core/duress.h"
#include "core/engine.h"
#include "core/timer.h"
#include "port/bytes.h"
#include "port/text.h"

#define SENDS_MAX 3
#define BATCH_MAX 64
#define LOCATE_AGAIN_MS (4 * 60000)	/* a host looks for five minutes */

/* ---------------------------------------------------------- deadlines */

static void advance_acked(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;

	/* only the association ends what goes on behind a cancel (L8) */
	if (a->arrived && !l->unseen) {
		close_stay_over(e, l);
		return;
	}
	alert_happens(e, l, ALERT_EVENT_ACK_OVER);
	a->due = e->now.boot_ms;
}

static void advance(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;
	int64_t now = e->now.boot_ms;

	if (a->state == ALERTE_ALERT_PENDING && a->due <= now) {
		alert_happens(e, l, ALERT_EVENT_GRACE_OVER);
		a->started = now;
		a->due = now;
	}
	if (a->state == ALERTE_ALERT_ACKED && a->due <= now)
		advance_acked(e, l);
	if (a->exercise && a->state == ALERTE_ALERT_OPEN &&
	    now - a->started >= ALERT_EXERCISE_MS)
		close_exercise(e, l, NULL);
	/* steps of no delay start together; the repeats are minutes apart */
	for (int i = 0; i <= ALERTE_STEPS_MAX; i++) {
		if (a->state != ALERTE_ALERT_OPEN || a->due > now)
			break;
		plan_step(e, l);
	}
	conversation_run(e, l);
}

/* Handed over and never heard of again: as if it had failed (S1). */
static void expire(struct alerte *e, struct live *l)
{
	for (struct attempt *row = l->attempts; row; row = row->next) {
		const struct channel_kind *kind;

		if (row->state != ALERTE_ATTEMPT_SENDING || row->claimed)
			continue;
		kind = channel_find(row->target.channel);
		if (e->now.boot_ms - row->sending < kind->receipt_limit_ms)
			continue;
		attempt_state(e, row, ALERTE_ATTEMPT_UNKNOWN);
		live_mark_reached(l, row);
		plan_retry(e, l, row, true);
	}
}

void step_advance(struct alerte *e)
{
	timer_run(e);
	for (struct live *l = e->live; l; l = l->next) {
		advance(e, l);
		expire(e, l);
	}
	expire(e, &e->house);
	selftest_run(e);
	consent_run(e);
}

static int64_t attempts_due(const struct live *l)
{
	int64_t due = ALERTE_NEVER;

	for (struct attempt *row = l->attempts; row; row = row->next) {
		int64_t at = ALERTE_NEVER;

		if (row->state == ALERTE_ATTEMPT_PLANNED || row->claimed)
			at = peer_due(l, row);
		else if (row->state == ALERTE_ATTEMPT_SENDING)
			at = row->sending + channel_find(row->target.channel)
						    ->receipt_limit_ms;
		due = at < due ? at : due;
	}
	return due;
}

static int64_t live_due(const struct live *l)
{
	const struct alert *a = &l->alert;
	int64_t due = attempts_due(l), own = alert_due(a);

	if (a->exercise && a->state == ALERTE_ALERT_OPEN &&
	    a->started + ALERT_EXERCISE_MS < own)
		own = a->started + ALERT_EXERCISE_MS;
	if (alert_live(a) && l->peers.relay_at && l->peers.relay_at < own)
		own = l->peers.relay_at;
	return own < due ? own : due;
}

/* A host that moves looks for a while: it is asked again before that ends. */
static int64_t where_due(const struct alerte *e, const struct live *l)
{
	if (l->locate)
		return e->now.boot_ms;
	if (!e->moving || !e->host.locate || l->alert.exercise ||
	    !alert_live(&l->alert))
		return ALERTE_NEVER;

	return l->locate_due > e->now.boot_ms ? l->locate_due
					      : e->now.boot_ms;
}

static int64_t rows_due(const struct alerte *e)
{
	int64_t due = attempts_due(&e->house);

	for (struct live *l = e->live; l; l = l->next) {
		int64_t at = live_due(l), where = where_due(e, l);

		due = at < due ? at : due;
		due = where < due ? where : due;
	}
	return due;
}

int64_t alerte_deadline(const struct alerte *e)
{
	int64_t due = rows_due(e), selftest = selftest_due(e);

	if (selftest < due)
		due = selftest;
	if (timer_due(e) < due)
		due = timer_due(e);
	if (e->later < due)
		due = e->later;
	if (!e->durable && e->retry < due)
		due = e->retry;
	if ((e->finder.table || enrol_searches(e)) && e->search < due)
		due = e->search;
	if (e->watch.next < due)
		due = e->watch.next;
	return e->queue || consent_due(e) ? e->now.boot_ms : due;
}

/* ------------------------------------------------------------ sending */

struct sending {
	struct live *live;
	struct attempt *row;
};

static bool goes_before(const struct attempt *a, const struct attempt *b)
{
	if (a->importance != b->importance)
		return a->importance < b->importance;
	return a->due != b->due ? a->due < b->due : a->id < b->id;
}

/* Keep the most important rows that are due, in order (S3). */
static size_t gather(struct alerte *e, struct live *l, struct sending *batch,
		     size_t n, size_t most)
{
	for (struct attempt *row = l->attempts; row; row = row->next) {
		size_t at = n;

		if (!row->claimed && (row->state != ALERTE_ATTEMPT_PLANNED ||
				      peer_due(l, row) > e->now.boot_ms))
			continue;
		while (at && goes_before(row, batch[at - 1].row))
			at--;
		if (at == most)
			continue;
		if (n == most)
			n--;
		memmove(batch + at + 1, batch + at, (n - at) * sizeof(*batch));
		batch[at] = (struct sending){ l, row };
		n++;
	}
	return n;
}

static const char *address_of(struct alerte *e, const struct attempt *row)
{
	const struct alerte_contact *contact;

	if (row->kind == WORDS_SELFTEST)
		return selftest_address(e, row);
	if (row->target.channel == ALERTE_CHANNEL_RELAY114)
		return e->relay_number;
	contact = site_contact(e->site, row->target.contact);
	if (!contact)
		return NULL;
	switch (row->target.channel) {
	case ALERTE_CHANNEL_SMS:
		return contact->number[0] ? contact->number : NULL;
	case ALERTE_CHANNEL_HTTPS:
		return contact->endpoint[0] ? contact->endpoint : NULL;
	case ALERTE_CHANNEL_EMAIL:
		return contact->email[0] ? contact->email : NULL;
	case ALERTE_CHANNEL_VOICE:
		return contact->number[0] ? contact->number : NULL;
	case ALERTE_CHANNEL_RELAY114:
		break;
	}
	return NULL;
}

static enum alerte_lang lang_of(struct alerte *e, const struct attempt *row)
{
	const struct alerte_contact *contact =
		site_contact(e->site, row->target.contact);

	return contact ? contact->lang : ALERTE_LANG_FR;
}

static bool is_fault(const struct attempt *row)
{
	return row->kind == WORDS_FAULT || row->kind == WORDS_FAULT_END;
}

/* Where the receiver itself is goes with what may be its last word. */
static bool has_position(const struct live *l, const struct attempt *row)
{
	return l->alert.has_position &&
	       (l->alert.id || (row->kind == WORDS_FAULT &&
				!strcmp(row->who, "battery-critical")));
}

/* What an operator, and nobody else, may make of the agent's words (M1). */
static enum alerte_relay_state suggestion(struct alerte *e,
					  const struct attempt *row)
{
	const struct alerte_contact *contact =
		site_contact(e->site, row->target.contact);

	if (row->kind != WORDS_RELAY_QUESTION || !row->quote || !contact ||
	    contact->role != ALERTE_ROLE_ASSOCIATION)
		return ALERTE_RELAY_NONE;
	return relay_reply_suggests(row->quote);
}

static void make_facts(struct alerte *e, const struct live *l,
		       const struct attempt *row, struct words_facts *facts)
{
	const struct alert *a = &l->alert;
	const struct site_wearer *w = site_wearer(e->site, a->wearer);
	const struct alerte_contact *contact =
		site_contact(e->site, row->target.contact);
	static const struct alerte_time never;

	*facts = (struct words_facts){
		.wearer = w ? &w->set : NULL,
		.lang = lang_of(e, row),
		.code = a->code,
		.pressed = is_fault(row)	? never
			   : a->grouped ? a->pressed : row->pressed,
		.opened = is_fault(row) ? row->pressed : a->opened,
		.now = e->now,
		.trust = a->trust,
		.gesture = a->gesture,
		.plain_despite_key = a->plain_despite_key,
		.possible_repeat = a->possible_repeat,
		.grouped = a->grouped,
		.by_timer = a->by_timer || row->by_timer,
		.duress = l->unseen,
		.nth = row->nth ? (int)row->nth : 1,
		.who = row->who[0] ? row->who : NULL,
		.quote = row->quote,
		.fault = is_fault(row) ? row->who : NULL,
		.site = e->place[0] ? e->place : NULL,
		.position = has_position(l, row) ? &a->position : NULL,
		.cell = a->cell[0] ? a->cell : NULL,
		.moving = e->moving,
		.answers_sms = contact && contact->number[0] && !e->unheard,
		.unheard = e->unheard,
		.answers_server = contact && contact->endpoint[0],
		.roaming = e->roaming,
		.relay_untried = conversation_barred(e),
		.suggests = suggestion(e, row),
		.cannot_answer = row->kind == WORDS_RELAY_QUESTION &&
				 contact && !conversation_entitled(contact),
	};
}

/*
 * S5: reference, kind of message, sequence.  A row that replaces another has
 * its sequence, so the receiver knows it.
 */
static void make_key(struct alerte *e, const struct live *l, enum words kind,
		     uint32_t sequence, char *out, size_t cap)
{
	char reference[ALERTE_REFERENCE_MAX];
	struct text t;

	if (l->alert.id)
		hex_encode(l->alert.reference, DIGEST_BYTES, reference);
	else
		text_copy(reference, sizeof(reference), e->site_name);
	text_start(&t, out, cap);
	text_addf(&t, "%s-%s-%u", reference, words_name(kind), sequence);
	/* an alert is one from every gateway; what else each heard is its own */
	if (e->rank && (!l->alert.id || kind != WORDS_ALERT))
		text_addf(&t, "-r%u", e->rank);
}

#define KEY_MAX sizeof(((struct step_words *)0)->key)

/* What shape the endpoint takes, and what it was told of this alert before. */
static void make_shape(struct alerte *e, struct live *l,
		       const struct attempt *row, char first_key[KEY_MAX],
		       struct payload_facts *p)
{
	const struct alerte_contact *contact;
	const struct alerte_endpoint *to;
	const struct alert_reach *reach;

	if (row->target.channel != ALERTE_CHANNEL_HTTPS)
		return;
	contact = site_contact(e->site, row->target.contact);
	to = contact ? site_find(e->site, ALERTE_KIND_ENDPOINT,
				 contact->endpoint) : NULL;
	if (!to)
		return;
	p->shape = to->shape;
	p->endpoint = to->id;
	p->station = to->station;
	reach = alert_reach_find(&l->alert, &row->target);
	if (!reach || !reach->first)
		return;
	make_key(e, l, l->alert.exercise ? WORDS_EXERCISE : WORDS_ALERT,
		 reach->first, first_key, KEY_MAX);
	p->first_key = first_key;
	p->first_at = reach->first_at;
}

int step_compose(struct alerte *e, struct live *l,
		 const struct attempt *row, struct step_words *words,
		 struct alerte_message *m)
{
	const struct channel_kind *kind = channel_find(row->target.channel);
	struct channel_message *composed = &words->composed;
	struct words_facts facts;
	struct alerte_alert view = { .size = sizeof(view) };
	char first_key[KEY_MAX];
	struct payload_facts p = {
		.kind = duress_kind(row),
		.facts = &facts,
		.alert = l->alert.id ? &view : NULL,
		.site = e->site_name,
		.gateway = e->gateway,
		.key = words->key,
		.sequence = row->sequence,
	};
	int r;

	make_facts(e, l, row, &facts);
	make_key(e, l, p.kind, row->sequence, words->key, sizeof(words->key));
	make_shape(e, l, row, first_key, &p);
	if (l->alert.id)
		view_alert(e, row->duress && l->behind ? l->behind : l, &view);
	r = kind->compose(&p, composed);
	if (r < 0)
		return r;
	words->lang = facts.lang;
	m->size = sizeof(*m);
	m->attempt = row->id;
	m->alert = l->unseen ? l->shown : l->alert.id;
	m->unseen = l->unseen;
	m->channel = row->target.channel;
	m->contact = row->target.contact;
	m->key = words->key;
	m->text = composed->text[0] ? composed->text : NULL;
	m->body = composed->body_len ? composed->body : NULL;
	m->body_len = composed->body_len;
	m->content_type = composed->content_type;
	m->expires_boot_ms = e->now.boot_ms + kind->validity_ms;
	m->importance = row->importance;
	m->exercise = row->exercise;
	m->parts = composed->parts;
	m->subject = composed->subject[0] ? composed->subject : NULL;
	m->resends = row->resends;
	m->other_path = row->other_path;
	return 0;
}

const char *step_address(struct alerte *e, const struct attempt *row,
			 bool *refused)
{
	const char *address = address_of(e, row);

	*refused = !address || channel_allows(row->target.channel, address,
					      e->relay_number, e->armed) ||
		   (row->target.channel == ALERTE_CHANNEL_RELAY114 &&
		    conversation_barred(e));
	return address;
}

/* What the host answered; *unwritten: it was not asked, for want of words. */
static int hand_over(struct alerte *e, struct live *l, struct attempt *row,
		     bool *unwritten)
{
	struct alerte_message m = { .size = sizeof(m) };
	struct step_words words;
	bool refused;
	int r;

	m.address = step_address(e, row, &refused);
	if (refused)
		return ALERTE_EREFUSED;
	r = step_compose(e, l, row, &words, &m);
	*unwritten = r < 0;
	if (r < 0)
		return r;
	e->in_host = true;
	r = e->host.send(e->host.context, &m);
	e->in_host = false;
	wipe(&words, sizeof(words));
	return r;
}

/* The last crash may have left it sent: three times is enough (S1). */
static bool spent(struct alerte *e, struct sending *at)
{
	if (at->row->sends < SENDS_MAX)
		return false;
	attempt_state(e, at->row, ALERTE_ATTEMPT_FAILED);
	plan_retry(e, at->live, at->row, true);
	return true;
}

static void mark_sending(struct alerte *e, struct sending *at)
{
	at->row->sends++;
	at->row->sending = e->now.boot_ms;
	attempt_state(e, at->row, ALERTE_ATTEMPT_SENDING);
}

static void hand(struct alerte *e, struct sending *at)
{
	bool unwritten = false;
	int result = hand_over(e, at->live, at->row, &unwritten);

	if (unwritten) {
		if (!at->live->unseen)
			engine_log(e, ALERTE_LOG_ERROR,
				   "a message of kind %s could not be composed",
				   words_name(at->row->kind));
		attempt_state(e, at->row, ALERTE_ATTEMPT_FAILED);
		return;
	}
	if (result == ALERTE_EREFUSED) {
		attempt_state(e, at->row, ALERTE_ATTEMPT_FAILED);
		if (at->row->other_path)
			conversation_no_path(at->live, at->row);
		plan_retry(e, at->live, at->row, false);
		return;
	}
	plan_grouped_sent(e, at->live, at->row);
	if (result == 0)
		return;
	attempt_state(e, at->row, ALERTE_ATTEMPT_UNKNOWN);
	live_mark_reached(at->live, at->row);
	plan_retry(e, at->live, at->row, true);
}

/* Claimed for a press, and no longer worth sending when its turn comes (L5). */
static bool unclaim(struct alerte *e, struct sending *at)
{
	if (plan_worth(at->live, at->row))
		return false;
	at->row->claimed = false;
	at->row->sends--;
	attempt_state(e, at->row, ALERTE_ATTEMPT_DROPPED);
	return true;
}

static size_t choose_batch(struct alerte *e, struct sending *batch)
{
	size_t most = e->sends_per_step < BATCH_MAX ? e->sends_per_step
						    : BATCH_MAX;
	size_t n = gather(e, &e->house, batch, 0, most), kept = 0;

	for (struct live *l = e->live; l; l = l->next)
		n = gather(e, l, batch, n, most);
	for (size_t i = 0; i < n; i++) {
		if (batch[i].row->claimed ? unclaim(e, &batch[i])
					  : spent(e, &batch[i]))
			continue;
		if (!batch[i].row->claimed)
			mark_sending(e, &batch[i]);
		batch[kept++] = batch[i];
	}
	return kept;
}

void step_claim(struct alerte *e)
{
	struct sending batch[BATCH_MAX + 1];
	size_t n = choose_batch(e, batch);

	for (size_t i = 0; i < n; i++)
		batch[i].row->claimed = true;
}

static void ask_where(struct alerte *e)
{
	for (struct live *l = e->live; l; l = l->next) {
		if (where_due(e, l) > e->now.boot_ms)
			continue;
		l->locate = false;
		l->locate_due = e->now.boot_ms + LOCATE_AGAIN_MS;
		if (!e->host.locate)
			continue;
		e->in_host = true;
		e->host.locate(e->host.context, l->unseen ? l->shown
						: l->alert.id);
		e->in_host = false;
	}
}

/* Nothing is due but what engine_later() put off. */
static bool may_wait(const struct alerte *e)
{
	int64_t now = e->now.boot_ms;

	return e->later != ALERTE_NEVER && now < e->later && !e->queue &&
	       now < rows_due(e) && now < selftest_due(e) &&
	       now < timer_due(e) && !consent_due(e);
}

int alerte_step(struct alerte *e, struct alerte_time now)
{
	struct sending batch[BATCH_MAX + 1];
	bool written;
	size_t n;

	if (e->in_host)
		return ALERTE_EBUSY;
	engine_now(e, now);
	hear_search(e);
	watch_step(e);
	if (may_wait(e))
		return 0;
	step_advance(e);
	n = choose_batch(e, batch);
	for (size_t i = 0; i < n; i++) {
		batch[i].row->claimed = false;
		batch[i].row->sending = e->now.boot_ms;
	}
	written = engine_commit(e) == ALERTE_ACCEPTED;
	for (size_t i = 0; i < n; i++)
		hand(e, &batch[i]);
	ask_where(e);
	queue_run(e);
	written = engine_commit(e) == ALERTE_ACCEPTED && written;
	live_sweep(e);
	reserve_fill(e);
	if (written && !n)
		store_tidy(e->store);
	return written ? (int)n : ALERTE_ESTORE;
}
