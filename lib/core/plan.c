/* SPDX-License-Identifier: Apache-2.0 */
/* Who is told what, and when: rows of the outbox. */
#include <string.h>

#include "core/duress.h"
#include "core/engine.h"

#define NOTICE_EVERY_MS 120000
#define NOTICE_TRIES 8
/* A telephone rings twice within three minutes. */
#define RING_AGAIN_MS (90 * 1000)
/* Of one ring: the step that repeats has two more. */
#define RING_TRIES 4
/* A step that memory had no room for is begun again after this. */
#define MEMORY_MS 1000
#define LOOK_AGAIN_MS (5 * 60 * INT64_C(1000))

/* R6: each contact reads at most one grouped text in this. */
#define GROUPED_MS (10 * 60 * INT64_C(1000))

static struct grouped *grouped_of(struct alerte *e, const char *contact)
{
	struct grouped *oldest = &e->grouped[0];

	for (int i = 0; i < GROUPED_MAX; i++) {
		struct grouped *g = &e->grouped[i];

		if (!strcmp(g->contact, contact))
			return g;
		if (g->sent < oldest->sent)
			oldest = g;
	}
	*oldest = (struct grouped){ 0 };
	memcpy(oldest->contact, contact, strlen(contact) + 1);
	return oldest;
}

static bool is_grouped(const struct live *l, const struct alerte_target *target)
{
	return l->alert.grouped && (target->channel == ALERTE_CHANNEL_SMS ||
				    target->channel == ALERTE_CHANNEL_EMAIL);
}

/* Something about this alert waits for him already: it says it all. */
static bool grouped_waits(struct live *l, const struct alerte_target *target)
{
	return is_grouped(l, target) &&
	       (attempt_waiting(l, WORDS_ALERT, target) ||
		attempt_waiting(l, WORDS_NEW_PRESS, target));
}

static void group(struct alerte *e, struct live *l, struct attempt *row)
{
	struct grouped *g;

	if (!row || !is_grouped(l, &row->target))
		return;
	g = grouped_of(e, row->target.contact);
	if (g->sent && g->sent + GROUPED_MS > row->due)
		row->due = g->sent + GROUPED_MS;
}

void plan_grouped_sent(struct alerte *e, struct live *l,
		       const struct attempt *row)
{
	int64_t now = e->now.boot_ms;

	if (is_grouped(l, &row->target) &&
	    (row->kind == WORDS_ALERT || row->kind == WORDS_NEW_PRESS))
		grouped_of(e, row->target.contact)->sent = now ? now : 1;
}

void plan_ungroup(struct alerte *e, struct live *l)
{
	if (!l->alert.grouped)
		return;
	l->alert.grouped = false;
	l->dirty = true;
	for (uint32_t i = 0; i < l->alert.nreach; i++)
		l->alert.reach[i].noticed = 0;
	for (struct attempt *row = l->attempts; row; row = row->next) {
		int64_t due = e->now.boot_ms + peer_delay(e, row);

		if (row->state == ALERTE_ATTEMPT_PLANNED && !row->tries &&
		    row->due > due) {
			row->due = due;
			row->dirty = true;
		}
	}
}

/* What follows over the same way refers to it, in shapes that do. */
static void told_first(struct alerte *e, struct alert_reach *reach,
		       const struct attempt *row)
{
	if (!reach || reach->first ||
	    reach->target.channel != ALERTE_CHANNEL_HTTPS)
		return;
	reach->first = row->sequence;
	reach->first_at = e->now;
}

/* False when memory ran out. */
static bool plan_target(struct alerte *e, struct live *l,
			const struct alerte_target *target, uint32_t step)
{
	struct alert *a = &l->alert;
	enum words kind = a->exercise ? WORDS_EXERCISE
			  : l->unseen ? WORDS_DURESS : WORDS_ALERT;
	struct attempt *row;

	/* the conversation plans its own texts */
	if (target->channel == ALERTE_CHANNEL_RELAY114)
		return true;
	if (attempt_waiting(l, kind, target) || grouped_waits(l, target))
		return true;
	row = attempt_plan(e, l, kind, target, ALERTE_IMPORTANCE_ALERT);
	if (!row)
		return false;
	row->step = step;
	group(e, l, row);
	told_first(e, alert_reach_for(a, target), row);
	if (target->channel != ALERTE_CHANNEL_VOICE)
		return true;
	row = attempt_plan(e, l, kind, target, ALERTE_IMPORTANCE_ALERT);
	if (row) {
		row->step = step;
		row->due += RING_AGAIN_MS;
	}
	return row != NULL;
}

void plan_step(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;
	const struct alerte_step_rule *step;
	bool room = true;
	uint32_t i;

	/* only behind a cancel: nobody to reach, as the settings are now */
	if (!a->plan.nsteps && !duress_plan(e, l)) {
		a->due = e->now.boot_ms + LOOK_AGAIN_MS;
		l->dirty = true;
		return;
	}
	i = policy_step_index(&a->plan, a->steps_done);
	step = &a->plan.step[i];
	for (uint32_t j = 0; j < step->ntargets; j++)
		if (!plan_target(e, l, &step->target[j], a->steps_done + 1))
			room = false;
	l->dirty = true;
	if (!room) {
		a->due = e->now.boot_ms + MEMORY_MS;
		return;
	}
	a->due = e->now.boot_ms +
		 policy_wait_ms(&a->plan, a->steps_done,
				e->now.boot_ms - a->started);
	a->step = i + 1;
	a->steps_done++;
}

void plan_repeats_anew(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;
	int64_t due;

	a->started = e->now.boot_ms;
	l->dirty = true;
	if (!a->steps_done || a->steps_done < a->plan.nsteps)
		return;
	due = a->started + policy_wait_ms(&a->plan, a->steps_done - 1, 0);
	if (a->due > due)
		a->due = due;
}

static bool plan_has(const struct alerte_policy *plan,
		     const struct alerte_target *target)
{
	for (uint32_t i = 0; i < plan->nsteps; i++)
		for (uint32_t j = 0; j < plan->step[i].ntargets; j++) {
			const struct alerte_target *t =
				&plan->step[i].target[j];

			if (t->channel == target->channel &&
			    !strcmp(t->contact, target->contact))
				return true;
		}
	return false;
}

static bool add_to_step(struct alerte_step_rule *step,
			const struct alerte_target *target)
{
	if (step->ntargets == ALERTE_TARGETS_MAX)
		return false;
	step->target[step->ntargets++] = *target;
	return true;
}

/*
 * What the plan lacks: in grace it joins the first step; later it starts at
 * once, and is kept so that the repeats have it.
 */
static void add_target(struct alerte *e, struct live *l,
		       const struct alerte_target *target)
{
	struct alerte_policy *plan = &l->alert.plan;

	if (l->alert.state == ALERTE_ALERT_PENDING) {
		if (add_to_step(&plan->step[0], target))
			return;
	} else {
		plan_target(e, l, target, 0);
	}
	for (uint32_t i = plan->nsteps; i > 0; i--)
		if (add_to_step(&plan->step[i - 1], target))
			return;
}

void plan_targets(struct alerte *e, struct live *l,
		  const struct alerte_policy *policy)
{
	struct alerte_policy *plan = &l->alert.plan;

	for (uint32_t i = 0; i < policy->nsteps; i++)
		for (uint32_t j = 0; j < policy->step[i].ntargets; j++)
			if (!plan_has(plan, &policy->step[i].target[j]))
				add_target(e, l, &policy->step[i].target[j]);
	l->dirty = true;
}

/*
 * A row failed, or is not known to have left: a new row follows, with the
 * same sequence, so that a receiver that took the first knows the second (S1,
 * S5).  It ends with the alert; notices end after some tries.
 */
bool plan_worth(const struct live *l, const struct attempt *row)
{
	switch (row->kind) {
	case WORDS_ALERT:
	case WORDS_EXERCISE:
	case WORDS_DURESS:
		return l->alert.state == ALERTE_ALERT_OPEN;
	case WORDS_RELAY_FIRST:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_POSITION:
	case WORDS_RELAY_PRESS:
		return alert_live(&l->alert) && relay_speaks(&l->alert.relay);
	case WORDS_NONE:
	case WORDS_SELFTEST:	/* selftest.c tries again */
	case WORDS_LAST:
		return false;
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_CLEAR:
	case WORDS_RELAY_CLOSED:
	case WORDS_RELAY_QUESTION:
	case WORDS_RELAY_SILENT:
	case WORDS_RELAY_NOT_SENT:
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_ROAMING:
	case WORDS_NEW_PRESS:
	case WORDS_BARE_OK:
	case WORDS_HOW_TO_ANSWER:
	case WORDS_ACK_THANKS:
	case WORDS_ACK_STAY:
	case WORDS_ACK_OTHERS:
	case WORDS_DECLINED:
	case WORDS_ALL_CLEAR:
	case WORDS_CLOSED:
	case WORDS_FORWARD:
	case WORDS_EXERCISE_END:
	case WORDS_FAULT:
	case WORDS_FAULT_END:
	case WORDS_INVITE:
	case WORDS_INVITE_THANKS:
	case WORDS_STOP_DONE:
	case WORDS_STOP_LATER:
	case WORDS_STOP_LAST:
	case WORDS_CONTACT_ACCEPTED:
	case WORDS_CONTACT_LEAVING:
	case WORDS_CONTACT_LEFT:
	case WORDS_CONTACT_LAST:
	case WORDS_RELAY_DURESS:
	case WORDS_CLOSE_CONFIRM:
		break;
	case WORDS_POSITION:
		return alert_live(&l->alert);
	}
	return true;
}

/* An alert is tried for as long as it is open; the rest gives up. */
static uint32_t tries_of(const struct attempt *row)
{
	if (row->target.channel == ALERTE_CHANNEL_VOICE)
		return RING_TRIES;
	return row->kind == WORDS_ALERT || row->kind == WORDS_DURESS ||
			       row->target.channel == ALERTE_CHANNEL_RELAY114
		       ? UINT32_MAX
		       : NOTICE_TRIES;
}

/*
 * The 114 may have it.  The first text has a minute of its own (M2); any other
 * goes once more, inside the budget.
 */
static bool relay_again(struct alerte *e, struct live *l,
			const struct attempt *row)
{
	return row->kind != WORDS_RELAY_FIRST && !row->tries &&
	       relay_spare(&l->alert.relay, e->now.boot_ms, e->paths > 1);
}

/* Of two rings each is tried by itself: a busy line is not two of them. */
static bool another_waits(struct live *l, const struct attempt *row)
{
	return row->target.channel != ALERTE_CHANNEL_VOICE &&
	       attempt_waiting(l, row->kind, &row->target);
}

/* Many modems never say that it rings: it did, most likely. */
static bool perhaps_rang(const struct attempt *row, bool perhaps_sent)
{
	return perhaps_sent && row->target.channel == ALERTE_CHANNEL_VOICE;
}

void plan_retry(struct alerte *e, struct live *l, struct attempt *row,
		bool perhaps_sent)
{
	struct attempt *again;

	/* what it goes beside is tried again; it is not */
	if (row->other_path)
		return;
	if (l->behind && !plan_worth(l, row)) {
		duress_retry(e, l, row, perhaps_sent);
		return;
	}
	if (!plan_worth(l, row) || row->tries >= tries_of(row) ||
	    another_waits(l, row) || perhaps_rang(row, perhaps_sent))
		return;
	if (perhaps_sent && row->kind == WORDS_RELAY_FIRST)
		conversation_unknown(e, l, row);
	if (perhaps_sent && row->target.channel == ALERTE_CHANNEL_RELAY114 &&
	    !relay_again(e, l, row))
		return;
	again = attempt_plan(e, l, row->kind, &row->target, row->importance);
	if (!again)
		return;
	again->duress = row->duress;
	again->by_timer = row->by_timer;
	again->resends = row->id;
	again->tries = row->tries + 1;
	again->step = row->step;
	again->nth = row->nth;
	again->nth_told = row->nth_told;
	again->sequence = row->sequence;
	again->pressed = row->pressed;
	again->due = e->now.boot_ms + policy_backoff_ms(again->tries);
	attempt_quote(again, row->who, row->quote);
}

/* A person, by a channel that can tell him something. */
static bool has_words(const struct alerte_target *target)
{
	return target->contact[0] && target->channel != ALERTE_CHANNEL_VOICE;
}

void plan_notice(struct alerte *e, struct live *l, enum words kind,
		 const char *but, const char *who, const char *quote)
{
	struct alert *a = &l->alert;

	for (uint32_t i = 0; i < a->nreach; i++) {
		struct alert_reach *reach = &a->reach[i];

		if (live_reached(l, reach) && has_words(&reach->target) &&
		    strcmp(reach->target.contact, but))
			attempt_quote(attempt_plan(e, l, kind, &reach->target,
						   ALERTE_IMPORTANCE_NOTICE),
				      who, quote);
	}
}

/*
 * Each of those reached hears of a new press, once in two minutes: what comes
 * too soon waits, and is never left unsaid (P2).
 */
void plan_press_notice(struct alerte *e, struct live *l)
{
	struct alert *a = &l->alert;
	int64_t now = e->now.boot_ms;

	for (uint32_t i = 0; i < a->nreach; i++) {
		struct alert_reach *reach = &a->reach[i];
		struct attempt *row;

		if (!live_reached(l, reach) || !has_words(&reach->target) ||
		    attempt_waiting(l, WORDS_NEW_PRESS, &reach->target) ||
		    grouped_waits(l, &reach->target))
			continue;
		row = attempt_plan(e, l, WORDS_NEW_PRESS, &reach->target,
				   ALERTE_IMPORTANCE_ALERT);
		if (row && reach->noticed &&
		    reach->noticed + NOTICE_EVERY_MS > now)
			row->due = reach->noticed + NOTICE_EVERY_MS;
		group(e, l, row);
		reach->noticed = row ? row->due : reach->noticed;
	}
}

void plan_answer(struct alerte *e, struct live *l, enum words kind,
		 const struct alerte_contact *contact)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };

	if (!contact->number[0])
		return;
	memcpy(target.contact, contact->id, sizeof(target.contact));
	attempt_plan(e, l, kind, &target, ALERTE_IMPORTANCE_REPLY);
}

static struct attempt *to_association(struct alerte *e, struct live *l,
				      enum words kind, const char *who,
				      const char *quote, bool sms)
{
	enum alerte_importance importance =
		l->alert.id ? ALERTE_IMPORTANCE_REPLY
			    : ALERTE_IMPORTANCE_HOUSEKEEPING;
	const struct alerte_contact *contact = NULL;
	struct attempt *row = NULL;
	const char *id = "";

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		struct alerte_target target = { 0 };

		id = contact->id;
		if (contact->role != ALERTE_ROLE_ASSOCIATION)
			continue;
		memcpy(target.contact, id, sizeof(target.contact));
		if (contact->endpoint[0]) {
			target.channel = ALERTE_CHANNEL_HTTPS;
			row = attempt_plan(e, l, kind, &target, importance);
			attempt_quote(row, who, quote);
		}
		if (contact->email[0]) {
			target.channel = ALERTE_CHANNEL_EMAIL;
			row = attempt_plan(e, l, kind, &target, importance);
			attempt_quote(row, who, quote);
		}
		if (contact->number[0] && sms) {
			target.channel = ALERTE_CHANNEL_SMS;
			row = attempt_plan(e, l, kind, &target, importance);
			attempt_quote(row, who, quote);
		}
	}
	return row;
}

struct attempt *plan_association(struct alerte *e, struct live *l,
				 enum words kind, const char *who,
				 const char *quote)
{
	return to_association(e, l, kind, who, quote, true);
}

void plan_association_quietly(struct alerte *e, struct live *l,
			      enum words kind, const char *who,
			      const char *quote)
{
	to_association(e, l, kind, who, quote, false);
}

void plan_other_way(struct alerte *e, struct live *l, enum words kind,
		    const char *who)
{
	const struct alerte_contact *contact = NULL;
	const char *id = "";

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		struct alerte_target target = {
			.channel = contact->endpoint[0] ? ALERTE_CHANNEL_HTTPS
				   : contact->email[0]  ? ALERTE_CHANNEL_EMAIL
							: ALERTE_CHANNEL_SMS
		};

		id = contact->id;
		if (contact->role != ALERTE_ROLE_ASSOCIATION)
			continue;
		memcpy(target.contact, id, sizeof(target.contact));
		attempt_quote(attempt_plan(e, l, kind, &target,
					   ALERTE_IMPORTANCE_HOUSEKEEPING),
			      who, NULL);
	}
}

void plan_drop(struct alerte *e, struct live *l, bool notices_too)
{
	for (struct attempt *row = l->attempts; row; row = row->next) {
		bool relay = row->target.channel == ALERTE_CHANNEL_RELAY114;

		if (row->state != ALERTE_ATTEMPT_PLANNED)
			continue;
		if (notices_too || (!relay && (row->kind == WORDS_ALERT ||
					       row->kind == WORDS_DURESS ||
					       row->kind == WORDS_EXERCISE)))
			attempt_state(e, row, ALERTE_ATTEMPT_DROPPED);
	}
}
