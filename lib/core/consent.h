/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_CONSENT_H
#define CORE_CONSENT_H

#include <alerte/consent.h>

#include "channel/reply.h"

struct pack;
struct site;

/* What is known of one contact: a row of its own, of one number. */
struct consent {
	char id[ALERTE_ID_MAX];
	char number[ALERTE_NUMBER_MAX];
	enum alerte_consent_state state;
	bool told_last;			/* that he stays until replaced */
	bool awaited;			/* the answer to an invitation */
	int64_t invited, answered, heard;	/* wall ms; 0 never */
	bool dirty;
	bool gone;			/* to be removed from the store */
	/* Of this life only: */
	int64_t asked;			/* may be invited again; boot ms */
	int64_t turn_since;		/* boot ms */
	uint32_t turns;			/* answers lately */
	int64_t wrong_since;		/* boot ms */
	uint32_t wrong;			/* codes lately */
};

/* Sorted by id; empty for most contacts. */
struct consents {
	struct consent *at;
	uint32_t n, room;
	bool dirty;			/* some entry is */
	bool again;			/* look who can leave now */
};

/* ---- consent_kept.c: the entries, and their rows */
/* The entry of this contact and number; NULL when there is none. */
const struct consent *consent_of(const struct alerte *e,
				 const struct alerte_contact *contact);
/* The same, made when missing, to be changed; NULL without memory. */
struct consent *consent_edit(struct alerte *e,
			     const struct alerte_contact *contact);
bool consent_left(const struct alerte *e, const struct alerte_contact *contact);
/* After each change of the settings: what is of nobody any more goes. */
void consent_settings(struct alerte *e);
int consent_load(struct alerte *e);
/* Changed entries, in the transaction under way. */
int consent_write(struct alerte *e);
/* All of them were written, or all are to be. */
void consent_clean(struct alerte *e);
void consent_dirty(struct alerte *e);
void consent_free(struct alerte *e);
void consent_pack(struct pack *p, const struct consent *c);
/* Out of a backup: what is known here of him is kept if it is newer. */
int consent_merge(struct alerte *e, const uint8_t *body, size_t len);

/* ---- consent_plan.c: whom a plan leaves out */
/*
 * Take out who left.  A plan that would reach nobody stays as it is: in doubt
 * somebody is alerted.
 */
void consent_filter(struct alerte *e, struct alerte_policy *plan);
/* Without him an alert of somebody would reach nobody. */
bool consent_last(struct alerte *e, const char *contact);
/*
 * ALERTE_EREFUSED when with this site an alert would reach only who left, and
 * the sentence is set.
 */
int consent_check(struct alerte *e, struct site *site);

/* ---- consent.c */
/* A text of his came in. */
void consent_heard(struct alerte *e, const struct alerte_contact *contact);
/* His code was wrong (L3); too many of them in an hour are no slip. */
void consent_guessed(struct alerte *e, const struct alerte_contact *contact);
bool consent_guesses(struct alerte *e, const struct alerte_contact *contact);
/* "stop"; false when it is none of his to say. */
bool consent_stop(struct alerte *e, const struct alerte_contact *contact);
/* "oui" or "non" to the invitation; false when it answers none. */
bool consent_answer(struct alerte *e, const struct alerte_contact *contact,
		    const char *text);
/* Who waits to leave may be able to. */
void consent_run(struct alerte *e);
bool consent_due(const struct alerte *e);

#endif
