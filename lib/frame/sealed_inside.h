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

/* Going over all buttons in turn, and the frames that wait for it. */
struct sealed_scan {
	struct sealed_pending pending[SEALED_PENDING];
	uint32_t npending;
	uint64_t filter[16];		/* bit: low 10 bits of a pending word */
	uint32_t button, at;		/* what is tried next */
	uint32_t first, epochs;		/* of that button */
	uint32_t boot, boots;		/* and these, counted from boot */
};

struct sealed_search {
	struct sealed_scan near, far;
	uint64_t stranger[SEALED_STRANGERS];	/* searched for in vain */
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

/*@
  // Far more than any clock shows, and far from where sums overflow.
  predicate instant_ok(integer ms) =
    -0x1000000000000000 <= ms <= 0x1000000000000000;

  predicate now_ok(integer ms) = 0 <= ms <= 0x1000000000000000;

  predicate clock_ok{L}(struct sealed_clock *c) =
    instant_ok(c->offset_ms) && instant_ok(c->set_ms);

  predicate state_ok{L}(struct sealed_state *s) =
    clock_ok(&s->clock) && clock_ok(&s->doubt) &&
    (s->from_ms == INT64_MIN || instant_ok(s->from_ms)) &&
    s->press_at < SEALED_PRESSES;

  predicate scan_ok{L}(struct sealed_scan *c) =
    c->npending <= SEALED_PENDING;

  predicate search_ok{L}(struct sealed_search *s) =
    scan_ok(&s->near) && scan_ok(&s->far) && s->nagain <= SEALED_AGAIN;

  predicate slots_ok{L}(struct sealed_table *t) =
    \forall integer i; 0 <= i <= t->mask && t->slots[i].word != 0 ==>
      t->slots[i].button < t->most;

  predicate states_ok{L}(struct sealed_table *t) =
    \forall integer i; 0 <= i < t->most ==> state_ok(&t->buttons[i].state);

  predicate table_shape{L}(struct sealed_table *t) =
    \valid(t) && 1 <= t->most <= SEALED_BUTTONS_MAX && t->high <= t->most &&
    t->n <= t->most && 31 <= t->mask < 0x200000 &&
    \valid(t->slots + (0 .. t->mask)) &&
    \valid(t->turn_ms + (0 .. t->most - 1)) &&
    \valid(t->buttons + (0 .. t->most - 1)) &&
    \separated(t, t->slots + (0 .. t->mask), t->turn_ms + (0 .. t->most - 1),
      t->buttons + (0 .. t->most - 1));

  predicate table_ok{L}(struct sealed_table *t) =
    table_shape(t) && slots_ok(t) && search_ok(&t->search);

  // What a frame carries in so few bits.
  predicate body_ok{L}(struct sealed_frame *f) =
    f->event <= 15 && f->position <= 15 &&
    f->press < ALERTE_SEALED_PRESSES && f->second < ALERTE_SEALED_EPOCH_S &&
    -1 <= f->age_ms <= 127500 && -1 <= f->battery_mv <= 3550;

  predicate payload_ok{L}(uint8_t *payload) =
    \valid_read(payload + (0 .. ALERTE_SEALED_BYTES - 1));
 */

/* The first byte of a payload is one of version 1. */
bool sealed_head_ok(uint8_t head);
/* Where a word's slot is, and behind the last one the first. */
/*@
  requires \valid_read(t);
  assigns \nothing;
  ensures \result <= t->mask;
 */
static inline uint32_t sealed_slot_at(const struct sealed_table *t, uint64_t i)
{
	return (uint32_t)i & t->mask;
}

/*@
  requires \valid_read(b);
  assigns \nothing;
 */
uint64_t sealed_word(const struct sealed_button *b, uint8_t kind,
		     uint32_t index);
/*@
  requires payload_ok(payload);
  assigns \nothing;
 */
uint64_t sealed_word_of(const uint8_t *payload);
/*@
  requires \valid_read(clock) && clock_ok(clock) && now_ok(now);
  assigns \nothing;
 */
uint32_t sealed_epoch_at(const struct sealed_clock *clock, int64_t now);
/* Once more, where its contract can name what a table holds. */
/*@
  requires table_shape(t);
  assigns \nothing;
  ensures \result != \null ==> button < t->high &&
    \result == &t->buttons[button].state;
 */
const struct sealed_state *sealed_table_state(const struct sealed_table *t,
					      uint32_t button);
/* Make what stands in the table agree with the button's state. */
/*@
  requires table_shape(t);
  requires slots_ok(t);
  requires button < t->most;
  requires state_ok(&t->buttons[button].state) && now_ok(now);
  assigns t->slots[0 .. t->mask], t->turn_ms[button],
    t->buttons[button].places;
  ensures slots_ok(t);
 */
void sealed_place(struct sealed_table *t, uint32_t button, int64_t now);
/* One more identifier of it, or none. */
/*@
  requires table_shape(t);
  requires slots_ok(t);
  requires button < t->most;
  requires state_ok(&t->buttons[button].state) && now_ok(now);
  assigns t->slots[0 .. t->mask], t->turn_ms[button],
    t->buttons[button].places;
  ensures slots_ok(t);
 */
void sealed_hint(struct sealed_table *t, uint32_t button, bool hinted,
		 uint8_t kind, uint32_t index, int64_t now);
/* Open with one candidate; false when the tag is not of it. */
/*@
  requires \valid_read(b) && payload_ok(payload);
  requires \valid(body + (0 .. 8));
  assigns body[0 .. 8];
  ensures !\result ==>
    \forall integer i; 0 <= i < 9 ==> body[i] == \old(body[i]);
 */
bool sealed_try(const struct sealed_button *b, uint32_t index,
		const uint8_t *payload, uint8_t body[9]);
/* seq of a body: above all that were taken. */
/*@
  requires \valid_read(s);
  assigns \nothing;
  ensures \result <==> !s->any || seq > s->last;
 */
bool sealed_is_new(const struct sealed_state *s, uint32_t seq);

/*@
  requires table_ok(t) && payload_ok(payload);
  requires \separated(&t->search, payload + (0 .. ALERTE_SEALED_BYTES - 1));
  assigns t->search;
  ensures search_ok(&t->search);
 */
void sealed_search_add(struct sealed_table *t, uint64_t word,
		       const uint8_t *payload);
/* A button was added: it may be whose frames wait, or waited in vain. */
void sealed_search_renew(struct sealed_table *t);
/* Spends *ticks; true when there is more to do. */
/*@
  requires table_ok(t) && states_ok(t) && now_ok(now) && \valid(ticks);
  requires \separated(ticks, t, t->slots + (0 .. t->mask),
      t->turn_ms + (0 .. t->most - 1),
      t->buttons + (0 .. t->most - 1));
  requires 0 <= *ticks <= 0x1000000000000;
  assigns *ticks, t->search, t->slots[0 .. t->mask],
    t->turn_ms[0 .. t->most - 1], t->buttons[0 .. t->most - 1].places;
  ensures table_ok(t);
 */
bool sealed_search_step(struct sealed_table *t, int64_t now, int64_t *ticks);

#endif
