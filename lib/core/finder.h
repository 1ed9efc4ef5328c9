/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_FINDER_H
#define CORE_FINDER_H

#include "core/site.h"
#include "frame/sealed.h"
#include "frame/trigger.h"
#include "port/pack.h"

struct button_run;

/*
 * Whose an advert is that no address tells: of sealed buttons, which have a
 * new one every 17 minutes, and of beacons known by their rule alone.  Made
 * anew with each change of the settings.
 */
struct finder {
	void *memory;			/* of the table; NULL: no sealed button */
	struct sealed_table *table;
	uint32_t *owner;		/* by number in the table: the button */
	uint32_t *watched;		/* buttons with a rule and no address */
	uint32_t nwatched;
};

#define FINDER_NONE UINT32_MAX
/* Beacons known by their rule alone: each advert is held against each. */
#define FINDER_RULES_MAX 1024

/*
 * For the buttons of a site: run[i].sealed becomes the number of button i in
 * the table, which begins with run[i].learned.  0, or ALERTE_ENOMEM.
 */
int finder_start(struct finder *f, const struct site *site,
		 struct button_run *run, int64_t now);
/* Wipes the keys. */
void finder_end(struct finder *f);

/* A sealed button is known by its key, and has no address. */
bool button_sealed(const struct alerte_button *button);
bool button_addressed(const struct alerte_button *button);

/*
 * A state into a row and back; instants of the row are moved by `shift`.
 * False for what is no state.
 */
void sealed_state_pack(struct pack *p, uint8_t tag,
		       const struct sealed_state *s);
bool sealed_state_unpack(const struct unpack *u, int64_t shift,
			 struct sealed_state *out);
/* As button_merge(): what somebody else learned of the same sealed button. */
void sealed_state_merge(struct sealed_state *s,
			const struct sealed_state *other);

#endif
