/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_SEALED_INSIDE_H
#define FRAME_SEALED_INSIDE_H

#include "frame/sealed.h"

/* What the files of the table share. */

#define SEALED_AHEAD 4			/* boots to come that are expected */
#define SEALED_NONE UINT32_MAX		/* no such epoch */
#define SEALED_PENDING 32
#define SEALED_AGAIN 8
#define SEALED_STRANGERS 256
#define SEALED_TICKS 16			/* of one unit of work */
#define SEALED_LINE 64			/* of a cache */

/*
 * An identifier in one word, with its kind; never 0.  Kind is the third byte
 * of the hashed message and does not show in the identifier's own bytes.
 */
#define SEALED_WORD(rid, kind) \
	((rid) | (uint64_t)(kind) << 48 | UINT64_C(1) << 49)

struct sealed_slot {
	uint64_t word;			/* 0: free */
	uint32_t button;
	uint32_t index;
};

/* Which identifiers of a button stand in the table. */
struct sealed_places {
	uint32_t epoch, doubt;		/* centres of three, or SEALED_NONE */
	uint32_t boot;			/* this one (not 0) and those ahead */
	uint32_t hint;			/* one more, found by the search */
	uint8_t hint_kind;
	bool hinted;
};

/* Four lines of a cache, the keys in the first. */
struct sealed_button {
	_Alignas(SEALED_LINE) struct alerte_sealed_keys keys;
	bool used;
	uint32_t next_free;
	struct sealed_state state;
	struct sealed_places places;
};

/* A frame of nobody, and how many buttons are yet to be tried. */
struct sealed_pending {
	uint64_t word;			/* 0: free */
	uint32_t left;
	uint8_t payload[ALERTE_SEALED_BYTES];
};

struct sealed_search {
	struct sealed_pending pending[SEALED_PENDING];
	uint32_t npending;
	uint64_t filter[16];		/* bit: low 10 bits of a pending word */
	uint64_t stranger[SEALED_STRANGERS];	/* searched for in vain */
	uint32_t button, at;		/* what is tried next */
	uint32_t first, epochs;		/* of that button */
	uint8_t again[SEALED_AGAIN][ALERTE_SEALED_BYTES];
	uint32_t nagain;
};

struct sealed_table {
	size_t bytes;
	uint32_t most, n;
	uint32_t high;			/* buttons above were never used */
	uint32_t free;			/* chain of numbers, or SEALED_NONE */
	uint32_t mask;
	bool sweeping, all;
	uint32_t swept;
	int64_t sweep_ms;
	struct sealed_slot *slots;
	int64_t *turn_ms;		/* when a button's places change */
	struct sealed_button *buttons;
	struct sealed_search search;
};

/* The first byte of a payload is one of version 1. */
bool sealed_head_ok(uint8_t head);
uint64_t sealed_word(const struct sealed_button *b, uint8_t kind,
		     uint32_t index);
uint64_t sealed_word_of(const uint8_t *payload);
uint32_t sealed_epoch_at(const struct sealed_clock *clock, int64_t now);
/* Make what stands in the table agree with the button's state. */
void sealed_place(struct sealed_table *t, uint32_t button, int64_t now);
/* One more identifier of it, or none. */
void sealed_hint(struct sealed_table *t, uint32_t button, bool hinted,
		 uint8_t kind, uint32_t index, int64_t now);
/* Open with one candidate; false when the tag is not of it. */
bool sealed_try(const struct sealed_button *b, uint32_t index,
		const uint8_t *payload, uint8_t body[9]);
/* seq of a body: above all that were taken. */
bool sealed_is_new(const struct sealed_state *s, uint32_t seq);

void sealed_search_add(struct sealed_table *t, uint64_t word,
		       const uint8_t *payload);
/* Spends *ticks; true when there is more to do. */
bool sealed_search_step(struct sealed_table *t, int64_t now, int64_t *ticks);

#endif
