/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_HOUSE_H
#define TESTS_FUZZ_HOUSE_H

#include <alerte/alerte.h>

#include "fuzz/enrolled.h"

/*
 * A house for engine_fuzz.c: an engine on a store of its own with the people
 * and the buttons of enrolled.c, armed for a fictional relay, and its host,
 * which sends nothing and looks at what it is given.
 */
#define HOUSE_SENDS 16			/* a step */
#define HOUSE_SENT (HOUSE_SENDS * 100)	/* at one instant */
#define HOUSE_RECENT 8
#define HOUSE_WEARERS 3

struct house_message {
	int64_t attempt, alert;
	enum alerte_channel channel;
};

struct house {
	struct alerte *a;
	struct alerte_time now;
	uint8_t random;
	struct house_message sent[HOUSE_SENT];
	size_t nsent;
	int64_t recent[HOUSE_RECENT];	/* attempts, the last one first */
	int64_t told_ms[HOUSE_WEARERS];	/* last message of an alert of hers */
	int64_t woke_ms;		/* no deadline was slept over since */
	enum alerte_trust best;		/* of all frames so far */
	bool enrolling;			/* settings are not those of enrolled.c */
	int alerts;
};

/* A new store, and what enrolled.c says. */
void house_begin(struct house *w);
/* Close, look for leaks, remove the store. */
void house_end(struct house *w);
void house_reopen(struct house *w);
struct alerte_button house_button(const struct enrolled *e);

/* Time goes by and nobody steps: a day at most. */
void house_pass(struct house *w, int64_t ms);
/* From deadline to deadline, for longer than an alert may be silent (L1). */
void house_live_on(struct house *w);
/* Step until nothing is due; look at what was sent. */
void house_do_due(struct house *w);
/* Every alert is as it may be, and none is missing. */
void house_check_alerts(struct house *w);
/* Presses taken since it was opened. */
uint64_t house_presses(struct house *w);

#endif
