/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_SEALED_H
#define FRAME_SEALED_H

#include <alerte/frame.h>
#include <alerte/sealed.h>

/*
 * Opening the sealed frame.  SEALED.md has the format and what each decision
 * below rests on.
 *
 * A table holds 1 to SEALED_BUTTONS_MAX buttons and finds the one that sent a
 * frame by the identifier that changes every 1024 s.  It stands in memory of
 * its caller; nothing here allocates, reads a clock or draws a random number.
 * One thread at a time.
 *
 *   advert --> sealed_open()  judges, and changes nothing of the button
 *              alert committed to disk
 *              sealed_take()  the frame counts as seen from now on
 *              sealed_table_state() is what to write down, with the alert
 *
 * Every instant is `now`: milliseconds of one clock of the receiver that goes
 * on through sleep.  A kept state that meets another clock has the difference
 * added to each field whose name ends in _ms but from_ms.
 */
#define SEALED_BUTTONS_MAX 100000
#define SEALED_NAME "sealed-v1"
/* For sealed_table_step(): below 5 ms on a slow gateway. */
#define SEALED_STEP_WORK 1024

#define SEALED_EPOCH_MS INT64_C(1024000)
#define SEALED_LATE_MS 10000
/* Two clocks part by less than this many millionths. */
#define SEALED_DRIFT_PPM 50
/* Frames of one press are no further apart: 10 min, and what a clock tells. */
#define SEALED_PRESS_S (11 * 60 + 16)
#define SEALED_PRESSES 8
#define SEALED_CONFIRMED INT64_MIN	/* a doubt that was the clock before */

/* Where a button's clock stands. */
struct sealed_clock {
	bool known;
	int64_t offset_ms;	/* receiver's clock less the button's */
	int64_t set_ms;		/* when this was last true */
};

/* Judged by the button's clock alone: a copy is one whenever it is heard. */
struct sealed_press {
	uint32_t at;		/* seconds since epoch 0, of its first frame */
	uint8_t number;
	uint8_t event;
	bool known;
};

/* What was learned of a button; zeroed: nothing yet. */
struct sealed_state {
	bool any;			/* a frame was taken */
	uint32_t last;			/* highest seq taken */
	uint64_t seen;			/* bit i: last - i was taken */
	uint32_t boot;			/* newest boot taken; 0 none */
	struct sealed_clock clock;
	struct sealed_clock doubt;	/* what it may be instead */
	/* Of the button's clock: the doubt's first frame; or that mark. */
	int64_t from_ms;
	struct sealed_press press[SEALED_PRESSES];
	uint8_t press_at;
};

/* Which clock a frame agrees with. */
enum sealed_match {
	SEALED_MATCH_CLOCK = 1,
	SEALED_MATCH_DOUBT,
	SEALED_MATCH_NONE,
	SEALED_MATCH_BOOT	/* first of a new boot: its clock starts anew */
};

/* What one frame says. */
struct sealed_frame {
	uint32_t button;	/* as sealed_table_add() numbered it */
	bool boot;		/* a boot frame */
	uint32_t index;		/* epoch, or number of the boot */
	uint32_t seq;
	uint8_t event;		/* enum alerte_sealed_event, or 9 to 15 */
	uint8_t position;	/* 0 to 15 */
	uint8_t press;		/* number of the event */
	uint32_t epoch;
	uint32_t second;	/* a multiple of 16 in a boot frame */
	int age_ms;		/* since the press; -1 in a boot frame */
	bool age_over;		/* age_ms is the most that can be told */
	int battery_mv;		/* -1 in a boot frame */
	/* Delivered late, or it cannot be told, as of a button's first ones. */
	bool late;
	int64_t delay_ms;	/* at least so late; 0 when not known */
	bool again;		/* another frame of a press already taken */
	enum sealed_match match;
};

struct sealed_table;

/* Bytes for a table of `most` buttons; 0 when that is not 1 to the maximum. */
size_t sealed_table_bytes(uint32_t most);
/* memory: so many bytes, aligned for any type, borrowed until free. */
struct sealed_table *sealed_table_new(void *memory, uint32_t most);
/* Wipes all of it, keys too.  NULL is allowed. */
void sealed_table_free(struct sealed_table *t);

/*
 * Enrol a button.  state (may be NULL) is what was kept of it.  Where only its
 * epoch is known, state->clock says now - epoch * SEALED_EPOCH_MS.  Returns
 * its number, which stays until it is removed, or ALERTE_ELIMIT.
 */
int sealed_table_add(struct sealed_table *t,
		     const struct alerte_sealed_keys *keys,
		     const struct sealed_state *state, int64_t now);
void sealed_table_remove(struct sealed_table *t, uint32_t button);
/* What was kept of a button that was added without it. */
void sealed_table_restore(struct sealed_table *t, uint32_t button,
			  const struct sealed_state *state, int64_t now);
/* Borrowed, until the table changes; NULL when there is no such button. */
const struct sealed_state *sealed_table_state(const struct sealed_table *t,
					      uint32_t button);

/*
 * Where the sealed payload stands in an advert, behind the identifier id as
 * service data or manufacturer data; NULL when there is none of version 1.
 */
const uint8_t *sealed_payload(uint16_t id, const uint8_t *data, size_t len);

/*
 * What that payload says.
 *
 *   1                 a frame not taken before: *out
 *   0                 one that was taken: *out, for who is heard; silent
 *   ALERTE_EREFUSED   below the window of 64: a replay; *out, to count it
 *   ALERTE_EKEY       an identifier of ours, and no key opens it; of *out
 *                     only button, one whose identifier it is
 *   ALERTE_ENOTFOUND  nobody's: it is searched for by the next steps
 *   ALERTE_EFORMAT    no sealed frame of version 1
 */
int sealed_open(struct sealed_table *t, const uint8_t *payload, size_t len,
		int64_t now, struct sealed_frame *out);
/* A frame that sealed_open() answered 1 or 0 for; 0 changes nothing. */
void sealed_take(struct sealed_table *t, const struct sealed_frame *frame,
		 int64_t now);

/*
 * Work in the background: identifiers of the next epochs, and the search of
 * buttons whose clock was lost.  max_work bounds a call: one is about the cost
 * of one identifier put into the table.  Returns true when there is more to do
 * at once; false: call again within a minute.
 */
bool sealed_table_step(struct sealed_table *t, int64_t now, uint32_t max_work);
/*
 * A payload that was nobody's and is now known to be a button's: true, and
 * sealed_open() finds it.  To be asked after each step until false.
 */
bool sealed_table_again(struct sealed_table *t,
			uint8_t payload[ALERTE_SEALED_BYTES]);

/*
 * As other formats tell it: strong trust, but weak for one that is late.
 * Returns the number of presses, 0 or 1.  out->size is kept.
 */
int sealed_tell(const struct sealed_frame *frame, struct alerte_frame *out);

/* The keys of ALERTE_SEALED_MASTER_BYTES, or of 48 as they are: id, seal. */
#define SEALED_KEYS_BYTES 48
int sealed_keys(const uint8_t *key, size_t len, struct alerte_sealed_keys *out);

/*
 * One advert with one key and nothing known of the button: as
 * alerte_frame_decode().
 */
int sealed_decode(const uint8_t *key, size_t key_len, uint16_t id,
		  const uint8_t *data, size_t len, struct alerte_frame *out);

#endif
