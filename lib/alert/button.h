/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_BUTTON_H
#define ALERT_BUTTON_H

#include "alert/counted.h"
#include "alert/repeat.h"
#include "alert/replay.h"

/*
 * What is known of one enrolled button from what it sent so far.  Instants
 * are boot milliseconds.
 */
#define BUTTON_PRESSES 3
#define BUTTON_THREE_MS 10000
#define BUTTON_LATE_MS 10000
/* Who was told of other gateways has this long to announce it to all. */
#define BUTTON_WARNED_MS (10 * 60 * INT64_C(1000))
#define BUTTON_ANNOUNCE_MS 120000
#define BUTTON_DROP_MS (60 * 60 * INT64_C(1000))
/* A beacon seen for longer than both hides what comes after (R5). */
#define BUTTON_LASTS_MS (15 * 60 * INT64_C(1000))
#define BUTTON_LASTS_HOLDS 10
/* A ghost: the same event under a new number, this much later (R5). */
#define BUTTON_GHOST_FROM_MS 25000
#define BUTTON_GHOST_TO_MS (6 * 60 * 60 * INT64_C(1000))
/* So many presses on one alert are one frightened hand (P4, R6). */
#define BUTTON_PANIC 9
/* From the third unverified alert within this, texts are grouped (R6). */
#define BUTTON_FORGED 3
#define BUTTON_FORGED_MS (24 * 60 * 60 * INT64_C(1000))

struct button_state {
	struct replay replay;
	struct repeat repeat;
	struct counted counted;
	uint32_t presses;		/* accepted so far */
	int64_t press_ms[BUTTON_PRESSES];	/* the last ones, a ring */
	int64_t taken_ms;		/* last frame taken */
	int64_t dropped_ms;		/* last drop that was reported; 0 none */
	int64_t lasting_ms;		/* last told of a beacon that stays */
	int64_t announced_ms;		/* exercise announced until; 0 none */
	int64_t warned_ms;		/* that others hear it, until; 0 none */
	uint64_t event;			/* the last plain event; 0 none */
	int64_t event_ms;
	uint32_t unverified;		/* counted at trust none so far */
	int64_t unverified_ms[BUTTON_FORGED];	/* the last ones, a ring */
	int64_t forgery_told_ms;	/* 0 never */
};

enum button_verdict {
	BUTTON_TAKE = 1,	/* a new fact, as believed as its frame */
	BUTTON_TAKE_LOW,	/* a new fact, at trust none (R4) */
	BUTTON_MOVED,		/* no press, but to be written down */
	BUTTON_REPEAT,		/* a copy: silent */
	BUTTON_DROP		/* replayed: drop and count */
};

/*
 * Judge a frame of this button and remember it.  hold_ms: for how long after
 * it was last seen a beacon still tells the same press; 0 for frames that say
 * themselves what is a repeat.  heard_ms is when it was heard.
 */
enum button_verdict button_judge(struct button_state *b,
				 const struct alerte_frame *frame,
				 uint32_t hold_ms, int64_t heard_ms);

/* A press was accepted: true when it is the third within 10 s (P4). */
bool button_pressed(struct button_state *b, int64_t heard_ms);

/*
 * A frame without a counter was taken: true when it may be a ghost of the
 * press before (R5).
 */
bool button_ghost(struct button_state *b, const struct alerte_frame *frame,
		  int64_t heard_ms);

/* Count a press at trust none: true from the third within 24 h on (R6). */
bool button_unverified(struct button_state *b, int64_t heard_ms);
/* So many came lately, without this one. */
bool button_forged(const struct button_state *b, int64_t heard_ms);
/* The association has to hear of it: once in 24 h. */
bool button_tell_forgery(struct button_state *b, int64_t now_ms);

/* A frame was dropped: true when this is the first in an hour (R2). */
bool button_dropped(struct button_state *b, int64_t now_ms);

/*
 * Of a repeat: true when the beacon has been seen for so long that a press
 * may be hidden, the first time in an hour.
 */
bool button_lasts(struct button_state *b, const struct alerte_frame *frame,
		  uint32_t hold_ms, int64_t now_ms);

/*
 * What somebody else learned of the same button, its instants of the same
 * clock.  No counter goes back; of the rest the later counts.
 */
void button_merge(struct button_state *b, const struct button_state *other);

#endif
