/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Invitation and consent (L10); the states are drawn in alerte/consent.h.
 *
 * The sender of a text can be forged, so no answer does much by itself: "stop"
 * waits for the alerts that are open, never takes the last one away, is told
 * to him and to the association, and his "oui" undoes it at any time.
 */
#include <string.h>

#include "core/engine.h"

#define HOUR_MS (60 * 60 * INT64_C(1000))
/* Answers of one contact in an hour that are answered. */
#define TURNS_MOST 4
/* Wrong codes of one contact in an hour: there are 29,000 to guess. */
#define WRONG_MOST 10

/*
 * An alert under way that he may hear of, or has.  What goes on unseen is not
 * shown by an answer either (L8); who is in its plan is reached by it.
 */
static bool is_concerned(struct alerte *e, const struct alerte_contact *contact)
{
	for (struct live *l = e->live; l; l = l->next)
		if (!l->unseen && alert_live(&l->alert) &&
		    reply_concerns(e, l, contact))
			return true;
	return false;
}

static void say(struct alerte *e, enum words kind,
		const struct alerte_contact *contact, const char *who)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };

	memcpy(target.contact, contact->id, sizeof(target.contact));
	attempt_quote(attempt_plan(e, &e->house, kind, &target,
				   ALERTE_IMPORTANCE_HOUSEKEEPING),
		      who, NULL);
}

static void tell(struct alerte *e, enum words kind,
		 const struct alerte_contact *contact)
{
	plan_association(e, &e->house, kind, contact->name, NULL);
}

/* Who forges a sender must not make us write to him all night. */
static bool may_turn(struct alerte *e, struct consent *c)
{
	if (e->now.boot_ms - c->turn_since >= HOUR_MS) {
		c->turn_since = e->now.boot_ms;
		c->turns = 0;
	}
	return c->turns++ < TURNS_MOST;
}

void consent_heard(struct alerte *e, const struct alerte_contact *contact)
{
	struct consent *c = consent_edit(e, contact);

	if (c)
		c->heard = e->now.wall_ms;
}

void consent_guessed(struct alerte *e, const struct alerte_contact *contact)
{
	struct consent *c = consent_edit(e, contact);

	if (!c)
		return;
	if (e->now.boot_ms - c->wrong_since >= HOUR_MS) {
		c->wrong_since = e->now.boot_ms;
		c->wrong = 0;
	}
	c->wrong++;
}

bool consent_guesses(struct alerte *e, const struct alerte_contact *contact)
{
	const struct consent *c = consent_of(e, contact);

	return c && c->wrong >= WRONG_MOST &&
	       e->now.boot_ms - c->wrong_since < HOUR_MS;
}

/* LEAVING goes on to LEFT as soon as it may; what keeps him is told once. */
static void leave(struct alerte *e, struct consent *c,
		  const struct alerte_contact *contact)
{
	if (consent_last(e, contact->id)) {
		if (c->told_last)
			return;
		c->told_last = true;
		say(e, WORDS_STOP_LAST, contact, NULL);
		tell(e, WORDS_CONTACT_LAST, contact);
		return;
	}
	c->state = ALERTE_CONSENT_LEFT;
	c->told_last = false;
	say(e, WORDS_STOP_DONE, contact, NULL);
	tell(e, WORDS_CONTACT_LEFT, contact);
}

bool consent_stop(struct alerte *e, const struct alerte_contact *contact)
{
	struct consent *c;

	if (contact->role == ALERTE_ROLE_ASSOCIATION)
		return false;
	c = consent_edit(e, contact);
	if (!c)
		return false;
	if (c->state == ALERTE_CONSENT_LEAVING ||
	    c->state == ALERTE_CONSENT_LEFT)
		return true;
	if (!may_turn(e, c)) {
		e->count.dropped_replies++;
		return true;
	}
	c->state = ALERTE_CONSENT_LEAVING;
	c->awaited = false;
	c->answered = e->now.wall_ms;
	if (!is_concerned(e, contact)) {
		leave(e, c, contact);
		return true;
	}
	say(e, WORDS_STOP_LATER, contact, NULL);
	tell(e, WORDS_CONTACT_LEAVING, contact);
	return true;
}

static bool accept(struct alerte *e, const struct alerte_contact *contact)
{
	struct consent *c = consent_edit(e, contact);

	if (!c)
		return false;
	c->state = ALERTE_CONSENT_ACCEPTED;
	c->told_last = c->awaited = false;
	c->answered = e->now.wall_ms;
	if (may_turn(e, c)) {
		say(e, WORDS_INVITE_THANKS, contact, NULL);
		tell(e, WORDS_CONTACT_ACCEPTED, contact);
	}
	return true;
}

bool consent_answer(struct alerte *e, const struct alerte_contact *contact,
		    const char *text)
{
	const struct consent *c = consent_of(e, contact);
	enum reply_consent said = reply_consent_read(text);

	if (!c || c->state == ALERTE_CONSENT_NONE ||
	    c->state == ALERTE_CONSENT_ACCEPTED)
		return false;
	switch (said) {
	case REPLY_CONSENT_YES:
		return accept(e, contact);
	case REPLY_CONSENT_OK:
		/* to what told him that he left it is no more than manners */
		return c->awaited && accept(e, contact);
	case REPLY_CONSENT_NO:
		return c->state == ALERTE_CONSENT_INVITED &&
		       consent_stop(e, contact);
	case REPLY_CONSENT_OTHER:
		break;
	}
	return false;
}

bool consent_due(const struct alerte *e)
{
	if (!e->consents.again)
		return false;
	for (uint32_t i = 0; i < e->consents.n; i++)
		if (e->consents.at[i].state == ALERTE_CONSENT_LEAVING)
			return true;
	return false;
}

void consent_run(struct alerte *e)
{
	struct consents *all = &e->consents;
	bool due = consent_due(e);

	all->again = false;
	for (uint32_t i = 0; due && i < all->n; i++) {
		const struct alerte_contact *contact =
			site_contact(e->site, all->at[i].id);

		if (all->at[i].state != ALERTE_CONSENT_LEAVING || !contact ||
		    !consent_of(e, contact) || is_concerned(e, contact))
			continue;
		leave(e, consent_edit(e, contact), contact);
	}
}

/* ------------------------------------------------------------- the host */

/* Who asks: the one wearer whose contact he is, "" for several or none. */
static const char *asker(struct alerte *e, const char *contact)
{
	const struct site_wearer *w = NULL;
	const char *id = "", *who = NULL;

	while ((w = site_after(e->site, ALERTE_KIND_WEARER, id))) {
		id = w->set.id;
		for (int i = 0; i < ALERTE_CONTACTS_MAX; i++) {
			if (strcmp(w->set.contact[i], contact))
				continue;
			if (who)
				return "";
			who = w->set.short_name;
			break;
		}
	}
	return who ? who : "";
}

static int may_invite(struct alerte *e, const struct alerte_contact *contact)
{
	const struct consent *c;

	if (!contact)
		return engine_error(e, ALERTE_ENOTFOUND, "no such contact");
	c = consent_of(e, contact);
	if (!contact->number[0])
		return engine_error(e, ALERTE_EREFUSED,
				    "this contact has no number to text");
	if (contact->role == ALERTE_ROLE_ASSOCIATION)
		return engine_error(e, ALERTE_EREFUSED,
				    "an association is not invited");
	if (e->unheard)
		return engine_error(e, ALERTE_EREFUSED,
				    "no way for SMS hears an answer");
	if (c && c->state == ALERTE_CONSENT_ACCEPTED)
		return engine_error(e, ALERTE_EREFUSED,
				    "this contact has accepted");
	if (is_concerned(e, contact))
		return engine_error(e, ALERTE_EREFUSED,
				    "an alert that concerns this contact is "
				    "open");
	if (c && c->asked > e->now.boot_ms)
		return engine_error(e, ALERTE_ELIMIT,
				    "invited less than an hour ago");
	return 0;
}

int alerte_invite(struct alerte *e, const char *id, struct alerte_time now)
{
	const struct alerte_contact *contact;
	struct consent *c;
	int r;

	if (!id)
		return ALERTE_EINVAL;
	if (e->in_host)
		return ALERTE_EBUSY;
	engine_now(e, now);
	contact = site_contact(e->site, id);
	r = may_invite(e, contact);
	if (r)
		return r;
	c = consent_edit(e, contact);
	if (!c)
		return ALERTE_ENOMEM;
	if (c->state == ALERTE_CONSENT_NONE)
		c->state = ALERTE_CONSENT_INVITED;
	c->awaited = true;
	c->invited = e->now.wall_ms;
	c->asked = e->now.boot_ms + HOUR_MS;
	say(e, WORDS_INVITE, contact, asker(e, contact->id));
	return engine_settle(e);
}

int alerte_consent_next(struct alerte *e, const char *after,
			struct alerte_consent *out)
{
	const struct alerte_contact *contact;
	const struct consent *c;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!after || !out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	contact = site_after(e->site, ALERTE_KIND_CONTACT, after);
	if (!contact)
		return 0;
	*out = (struct alerte_consent){ .size = sizeof(*out) };
	memcpy(out->id, contact->id, sizeof(out->id));
	c = consent_of(e, contact);
	if (!c)
		return 1;
	out->state = c->state;
	out->last = c->state == ALERTE_CONSENT_LEAVING &&
		    consent_last(e, contact->id);
	out->invited_wall_ms = c->invited;
	out->answered_wall_ms = c->answered;
	out->heard_wall_ms = c->heard;
	return 1;
}

const char *alerte_consent_state_name(enum alerte_consent_state state)
{
	switch (state) {
	case ALERTE_CONSENT_NONE:
		return "none";
	case ALERTE_CONSENT_INVITED:
		return "invited";
	case ALERTE_CONSENT_ACCEPTED:
		return "accepted";
	case ALERTE_CONSENT_LEAVING:
		return "leaving";
	case ALERTE_CONSENT_LEFT:
		return "left";
	}
	return "";
}
