/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cancelled under duress (L8).
 *
 *   shown   the alert is cancelled by the very code that cancels any other:
 *           same state, rows, notes, in the same transaction.  Only what a row
 *           says differs, where the association, the 114, or a contact who is
 *           to be told reads it.
 *   unseen  a second alert behind it goes on with the escalation and with the
 *           conversation.  It bears the same reference and code, so that what
 *           comes back finds it, and has ids of its own, so that those that
 *           show have no gap.  No query gives it (query.c), no row of the
 *           store holds it (unseen.c), the host leaves no sign of what it sends
 *           (alerte_message.unseen).
 *
 * Whoever may hold a contact's phone, or ask any question of this gateway, sees
 * what he would see after a cancel.  The association ends it: then what was
 * unseen becomes part of the alert it stood behind.
 */
#include "core/duress.h"

#include <string.h>

#include "port/bytes.h"

enum words duress_kind(const struct attempt *row)
{
	if (!row->duress)
		return row->kind;
	return row->kind == WORDS_RELAY_CLEAR ? WORDS_RELAY_DURESS
					      : WORDS_DURESS;
}

bool duress_sees(struct alerte *e, const char *id)
{
	const struct alerte_contact *contact;

	if (!id[0])
		return true;
	contact = site_contact(e->site, id);
	return contact && (contact->role == ALERTE_ROLE_ASSOCIATION ||
			   contact->duress_told);
}

struct live *duress_behind(struct alerte *e, int64_t shown)
{
	for (struct live *l = e->live; l; l = l->next)
		if (l->unseen && shown && l->shown == shown)
			return l;
	return NULL;
}

/* --------------------------------------------------------------- whom */

static void add_target(struct alerte_step_rule *step,
		       const struct alerte_target *target)
{
	if (step->ntargets < ALERTE_TARGETS_MAX)
		step->target[step->ntargets++] = *target;
}

/* The steps of a policy with those who may know; true when there are any. */
static bool keep_steps(struct alerte *e, const struct alerte_policy *from,
		       struct alerte_policy *to)
{
	to->nsteps = 0;
	for (uint32_t i = 0; i < from->nsteps; i++) {
		struct alerte_step_rule step = {
			.after_s = from->step[i].after_s
		};

		for (uint32_t j = 0; j < from->step[i].ntargets; j++)
			if (from->step[i].target[j].contact[0] &&
			    duress_sees(e, from->step[i].target[j].contact))
				add_target(&step, &from->step[i].target[j]);
		if (step.ntargets)
			to->step[to->nsteps++] = step;
	}
	return to->nsteps > 0;
}

bool duress_plan(struct alerte *e, struct live *l)
{
	struct alerte_policy *plan = &l->alert.plan;
	const struct alerte_contact *contact = NULL;
	struct alerte_step_rule *step = &plan->step[0];
	const char *id = "";

	memset(step, 0, sizeof(*step));
	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		struct alerte_target target = { 0 };

		id = contact->id;
		if (contact->role != ALERTE_ROLE_ASSOCIATION)
			continue;
		memcpy(target.contact, id, sizeof(target.contact));
		target.channel = ALERTE_CHANNEL_HTTPS;
		if (contact->endpoint[0])
			add_target(step, &target);
		target.channel = ALERTE_CHANNEL_SMS;
		if (contact->number[0])
			add_target(step, &target);
	}
	plan->nsteps = step->ntargets > 0;
	return step->ntargets > 0;
}

static void plan_of(struct alerte *e, struct live *l,
		    const struct alerte_policy *policy)
{
	struct alert *a = &l->alert;

	a->plan = *policy;
	if (!keep_steps(e, policy, &a->plan))
		duress_plan(e, l);
	a->step = a->steps_done = 0;
	a->started = a->due = e->now.boot_ms;
}

/* Those who may know, as far as they were reached. */
static void keep_reach(struct alerte *e, const struct live *from,
		       struct alert *a)
{
	a->nreach = 0;
	for (uint32_t i = 0; i < from->alert.nreach; i++) {
		const struct alert_reach *reach = &from->alert.reach[i];

		if (!duress_sees(e, reach->target.contact))
			continue;
		a->reach[a->nreach] = *reach;
		a->reach[a->nreach++].reached = live_reached(from, reach);
	}
}

/* ------------------------------------------------------------- going on */

static bool waits(const struct attempt *row)
{
	return row->state == ALERTE_ATTEMPT_PLANNED || row->claimed;
}

/* Dropped where it shows: words of the 114, and for it. */
static bool goes_on(const struct attempt *row)
{
	return row->target.channel == ALERTE_CHANNEL_RELAY114 ||
	       row->kind == WORDS_RELAY_QUESTION ||
	       row->kind == WORDS_RELAY_SILENT || row->kind == WORDS_FORWARD;
}

static void copy_row(struct alerte *e, struct live *to,
		     const struct attempt *row)
{
	struct attempt *copy = attempt_plan(e, to, row->kind, &row->target,
					    row->importance);

	if (!copy)
		return;
	copy->nth = row->nth;
	copy->tries = row->tries;
	copy->due = row->due;
	copy->sequence = row->sequence;
	copy->pressed = row->pressed;
	attempt_quote(copy, row->who, row->quote);
}

static void copy_rows(struct alerte *e, const struct live *from,
		      struct live *to)
{
	for (struct attempt *row = from->attempts; row; row = row->next)
		if (waits(row) && goes_on(row) &&
		    duress_sees(e, row->target.contact))
			copy_row(e, to, row);
}

static void begin_unseen(struct alerte *e, struct live *l)
{
	l->unseen = true;
	l->locate = false;
	l->alert.id = ++e->last_unseen;
	l->alert.state = ALERTE_ALERT_OPEN;
	l->alert.changed_wall_ms = e->now.wall_ms;
	l->alert.acked_by[0] = '\0';
	l->alert.arrived = l->alert.grouped = false;
	l->dirty = true;
	note_add(e, l, ALERTE_NOTE_DURESS, "", "");
}

/* The last rows of what is shown tell those who may know. */
static void tell(struct alerte *e, struct live *shown, int64_t last)
{
	for (struct attempt *row = shown->attempts; row; row = row->next)
		if (row->id > last && duress_sees(e, row->target.contact))
			row->duress = true;
}

/* Who is told by what is shown is not told a second time at once. */
static bool is_told(const struct live *shown,
		    const struct alerte_target *target)
{
	for (struct attempt *row = shown->attempts; row; row = row->next)
		if (row->duress && row->target.channel == target->channel &&
		    !strcmp(row->target.contact, target->contact))
			return true;
	return false;
}

static void first_step(struct alerte *e, struct live *l,
		       const struct live *shown)
{
	plan_step(e, l);
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->kind == WORDS_DURESS && is_told(shown, &row->target))
			attempt_state(e, row, ALERTE_ATTEMPT_DROPPED);
}

/* Nothing real stands behind it that could go on: it begins. */
static int cancel_exercise(struct alerte *e, struct live *shown)
{
	int r = duress_begin(e, shown->alert.wearer);

	if (!r)
		close_cancelled(e, shown);
	return r;
}

int duress_cancel(struct alerte *e, struct live *shown)
{
	struct alerte_policy policy = shown->alert.plan;
	int64_t last = e->last_row;
	struct live *l;

	if (shown->alert.exercise)
		return cancel_exercise(e, shown);
	l = live_new(e);
	if (!l)
		return ALERTE_ENOMEM;
	l->alert = shown->alert;
	begin_unseen(e, l);
	l->shown = shown->alert.id;
	l->low_lane = shown->low_lane;
	l->peers = shown->peers;
	keep_reach(e, shown, &l->alert);
	copy_rows(e, shown, l);
	close_cancelled(e, shown);
	tell(e, shown, last);
	shown->behind = l;
	/* above every number the shown one gives its own */
	if (l->alert.sequence < shown->alert.sequence)
		l->alert.sequence = shown->alert.sequence;
	plan_of(e, l, &policy);
	first_step(e, l, shown);
	conversation_run(e, l);
	return 0;
}

int duress_begin(struct alerte *e, const char *wearer)
{
	const struct site_wearer *w = site_wearer(e->site, wearer);
	struct policy_people people = site_people(e->site);
	uint8_t from[16 + 8] = { 0 }, reference[DIGEST_BYTES];
	struct alerte_policy policy;
	struct live *l;
	int64_t id;

	memcpy(from, e->boot_id, sizeof(e->boot_id));
	put_le64(from + 16, (uint64_t)e->now.boot_ms);
	digest(e->site_key, wearer, strlen(wearer), from, sizeof(from),
	       reference);
	id = e->last_row;
	l = w ? press_open(e, wearer, "", reference, e->now) : NULL;
	/* its number is of those that show: it is given back */
	e->last_row = id;
	if (!l)
		return w ? ALERTE_ENOMEM : 0;
	begin_unseen(e, l);
	l->alert.trust = ALERTE_TRUST_STRONG;
	l->alert.relay_wanted = true;
	policy_shipped(&w->set, true, &people, &policy);
	consent_filter(e, &policy);
	plan_of(e, l, &policy);
	plan_step(e, l);
	conversation_run(e, l);
	return 0;
}

void duress_retry(struct alerte *e, struct live *l, struct attempt *row,
		  bool perhaps_sent)
{
	struct attempt as = *row;

	if (!duress_sees(e, row->target.contact))
		return;
	if (row->kind == WORDS_ALERT)
		as.kind = WORDS_DURESS;
	plan_retry(e, l->behind, &as, perhaps_sent);
}

/* -------------------------------------------------------------- the end */

static struct attempt *next_attempt(struct live *l, int64_t after)
{
	struct attempt *best = NULL;

	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->id > after && (!best || row->id < best->id))
			best = row;
	return best;
}

static struct note *next_note(struct live *l, int64_t after)
{
	struct note *best = NULL;

	for (struct note *note = l->notes; note; note = note->next)
		if (note->id > after && (!best || note->id < best->id))
			best = note;
	return best;
}

/* Numbers of those that show, in the order in which it happened. */
static void number_again(struct alerte *e, struct live *l)
{
	struct attempt *row = next_attempt(l, UNSEEN_FIRST);
	struct note *note = next_note(l, UNSEEN_FIRST);

	while (row || note) {
		if (row && (!note || row->id < note->id)) {
			row->unseen_id = row->id;
			row->id = ++e->last_row;
			row->alert = l->alert.id;
			row->dirty = true;
			row = next_attempt(l, row->unseen_id);
		} else {
			int64_t was = note->id;

			note->id = ++e->last_row;
			note->dirty = true;
			note = next_note(l, was);
		}
	}
}

/* A row that replaces one of these replaces it still. */
static void name_again(struct live *l)
{
	for (struct attempt *row = l->attempts; row; row = row->next)
		for (const struct attempt *r = l->attempts; r; r = r->next)
			if (r->unseen_id && row->resends == r->unseen_id)
				row->resends = r->id;
}

/* What is in memory of the shown one goes first; then it is no more. */
static void take_over(struct alerte *e, struct live *l, struct live *shown)
{
	struct live **at = &e->live;

	*shown->attempts_end = l->attempts;
	if (l->attempts)
		shown->attempts_end = l->attempts_end;
	l->attempts = shown->attempts;
	l->attempts_end = l->attempts ? shown->attempts_end : &l->attempts;
	*shown->notes_end = l->notes;
	if (l->notes)
		shown->notes_end = l->notes_end;
	l->notes = shown->notes;
	l->notes_end = l->notes ? shown->notes_end : &l->notes;
	l->key_id = shown->key_id;
	memcpy(l->key, shown->key, sizeof(l->key));
	while (*at != shown)
		at = &(*at)->next;
	*at = shown->next;
	shown->attempts = NULL;
	shown->notes = NULL;
	live_free(shown);
}

void duress_release(struct alerte *e, struct live *l)
{
	struct live *shown = l->shown ? live_find(e, l->shown) : NULL;

	l->unseen = false;
	l->peers.released = true;
	l->alert.id = l->shown ? l->shown : ++e->last_row;
	l->shown = 0;
	number_again(e, l);
	name_again(l);
	if (shown)
		take_over(e, l, shown);
	l->dirty = true;
	e->unseen_dirty = true;
}
