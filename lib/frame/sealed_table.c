/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The identifiers that may come next, of all buttons: open addressing with
 * linear probing, at most half full.  For each button the epochs E-1, E, E+1
 * about where its clock should stand (twice while there is a doubt), its boot
 * and the four after it.
 *
 * Two buttons may have the same identifier: both stand there, and the tag
 * decides.  A removed entry leaves no mark: those behind it move up.
 *
 * A sweep each minute looks which buttons have gone to their next epoch.  An
 * epoch of 17 minutes on both sides is the margin for a sweep that is late.
 */
#include "frame/sealed_inside.h"

#include <string.h>

#include "crypto/keyed.h"
#include "crypto/seal.h"
#include "port/bytes.h"

#define ENTRIES_MAX (3 + 3 + 1 + SEALED_AHEAD + 1)
#define SWEEP_MS 60000
#define USUAL_ENTRIES 8

struct entry {
	uint8_t kind;
	uint32_t index;
};

uint64_t sealed_word(const struct sealed_button *b, uint8_t kind,
		     uint32_t index)
{
	uint8_t message[8] = { 'A', 'L', '1', kind }, rid[KEYED_SHORT];

	put_le32(message + 4, index);
	keyed_short(b->keys.id, message, sizeof(message), rid);
	return SEALED_WORD(le64(rid) & UINT64_C(0xffffffffffff), kind);
}

uint64_t sealed_word_of(const uint8_t *payload)
{
	uint64_t rid = le32(payload + 1) | (uint64_t)le16(payload + 5) << 32;

	return SEALED_WORD(rid, payload[0] >> 3 & 1);
}

uint32_t sealed_epoch_at(const struct sealed_clock *clock, int64_t now)
{
	int64_t e;

	if (!clock->known)
		return SEALED_NONE;

	e = (now - clock->offset_ms) / SEALED_EPOCH_MS;
	if (now < clock->offset_ms)
		return 0;
	return e > SEALED_NONE - 2 ? SEALED_NONE - 2 : (uint32_t)e;
}

/* ----------------------------------------------------------------- slots */

static void slot_insert(struct sealed_table *t, uint64_t word, uint32_t button,
			uint32_t index)
{
	uint32_t i = (uint32_t)word & t->mask;

	while (t->slots[i].word)
		i = (i + 1) & t->mask;
	t->slots[i] = (struct sealed_slot){ word, button, index };
}

/* Move up what would no longer be found behind the gap at i. */
static void slot_close(struct sealed_table *t, uint32_t i)
{
	uint32_t j = i;

	for (;;) {
		uint32_t home;

		t->slots[i].word = 0;
		do {
			j = (j + 1) & t->mask;
			if (!t->slots[j].word)
				return;
			home = (uint32_t)t->slots[j].word & t->mask;
		} while (((j - home) & t->mask) < ((j - i) & t->mask));
		t->slots[i] = t->slots[j];
		i = j;
	}
}

static void slot_remove(struct sealed_table *t, uint64_t word, uint32_t button,
			uint32_t index)
{
	uint32_t i = (uint32_t)word & t->mask;

	for (; t->slots[i].word; i = (i + 1) & t->mask) {
		const struct sealed_slot *s = &t->slots[i];

		if (s->word == word && s->button == button &&
		    s->index == index) {
			slot_close(t, i);
			return;
		}
	}
}

/* ---------------------------------------------------------------- places */

static size_t add_entry(struct entry *list, size_t n, uint8_t kind,
			uint32_t index)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].kind == kind && list[i].index == index)
			return n;
	}
	list[n] = (struct entry){ kind, index };
	return n + 1;
}

static size_t add_three(struct entry *list, size_t n, uint32_t centre)
{
	if (centre == SEALED_NONE)
		return n;
	if (centre)
		n = add_entry(list, n, ALERTE_SEALED_EPOCH, centre - 1);
	n = add_entry(list, n, ALERTE_SEALED_EPOCH, centre);
	return add_entry(list, n, ALERTE_SEALED_EPOCH, centre + 1);
}

static size_t entries_of(const struct sealed_places *p,
			 struct entry list[ENTRIES_MAX])
{
	size_t n = add_three(list, 0, p->epoch);

	n = add_three(list, n, p->doubt);
	if (p->boot)
		n = add_entry(list, n, ALERTE_SEALED_BOOT, p->boot);
	for (uint32_t i = 1; i <= SEALED_AHEAD; i++)
		n = add_entry(list, n, ALERTE_SEALED_BOOT, p->boot + i);
	if (p->hinted)
		n = add_entry(list, n, p->hint_kind, p->hint);
	return n;
}

static bool in_list(const struct entry *list, size_t n, struct entry e)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i].kind == e.kind && list[i].index == e.index)
			return true;
	}
	return false;
}

/* Returns how many identifiers were computed. */
static uint32_t replace(struct sealed_table *t, uint32_t button,
			const struct entry *old, size_t nold,
			const struct entry *new, size_t nnew)
{
	const struct sealed_button *b = &t->buttons[button];
	uint32_t done = 0;

	for (size_t i = 0; i < nold; i++) {
		if (in_list(new, nnew, old[i]))
			continue;
		slot_remove(t, sealed_word(b, old[i].kind, old[i].index),
			    button, old[i].index);
		done++;
	}
	for (size_t i = 0; i < nnew; i++) {
		if (in_list(old, nold, new[i]))
			continue;
		slot_insert(t, sealed_word(b, new[i].kind, new[i].index),
			    button, new[i].index);
		done++;
	}
	return done;
}

/* The instant at which a clock comes to the epoch behind centre. */
static int64_t turn_of(const struct sealed_clock *clock, uint32_t centre)
{
	if (!clock->known)
		return INT64_MAX;
	return clock->offset_ms + ((int64_t)centre + 1) * SEALED_EPOCH_MS;
}

static uint32_t place(struct sealed_table *t, uint32_t button,
		      const struct sealed_places *old, size_t nold,
		      int64_t now)
{
	struct entry before[ENTRIES_MAX], after[ENTRIES_MAX];
	struct sealed_button *b = &t->buttons[button];
	const struct sealed_state *s = &b->state;
	int64_t turn, other;

	if (nold)
		nold = entries_of(old, before);
	b->places.epoch = sealed_epoch_at(&s->clock, now);
	b->places.doubt = sealed_epoch_at(&s->doubt, now);
	b->places.boot = s->boot;
	turn = turn_of(&s->clock, b->places.epoch);
	other = turn_of(&s->doubt, b->places.doubt);
	t->turn_ms[button] = turn < other ? turn : other;
	return replace(t, button, before, nold, after,
		       entries_of(&b->places, after));
}

void sealed_place(struct sealed_table *t, uint32_t button, int64_t now)
{
	struct sealed_places old = t->buttons[button].places;

	place(t, button, &old, 1, now);
}

void sealed_hint(struct sealed_table *t, uint32_t button, bool hinted,
		 uint8_t kind, uint32_t index, int64_t now)
{
	struct sealed_button *b = &t->buttons[button];
	struct sealed_places old = b->places;

	b->places.hinted = hinted;
	b->places.hint_kind = kind;
	b->places.hint = index;
	place(t, button, &old, 1, now);
}

/* ----------------------------------------------------------------- table */

static uint32_t slots_for(uint32_t most)
{
	uint32_t n = 32;

	while (n < 2 * USUAL_ENTRIES * most)
		n *= 2;
	return n;
}

static size_t aligned(size_t n)
{
	return (n + SEALED_LINE - 1) & ~(size_t)(SEALED_LINE - 1);
}

size_t sealed_table_bytes(uint32_t most)
{
	if (!most || most > SEALED_BUTTONS_MAX)
		return 0;

	return aligned(sizeof(struct sealed_table)) +
	       slots_for(most) * sizeof(struct sealed_slot) +
	       aligned(most * sizeof(int64_t)) +
	       most * sizeof(struct sealed_button) + SEALED_LINE;
}

struct sealed_table *sealed_table_new(void *memory, uint32_t most)
{
	struct sealed_table *t = memory;
	uint8_t *at = (uint8_t *)memory + aligned(sizeof(*t));
	size_t bytes = sealed_table_bytes(most);

	memset(memory, 0, bytes);
	t->bytes = bytes;
	t->most = most;
	t->free = SEALED_NONE;
	t->mask = slots_for(most) - 1;
	at += -(uintptr_t)at & (SEALED_LINE - 1);
	t->slots = (struct sealed_slot *)(void *)at;
	at += ((size_t)t->mask + 1) * sizeof(*t->slots);
	t->turn_ms = (int64_t *)(void *)at;
	at += aligned(most * sizeof(*t->turn_ms));
	t->buttons = (struct sealed_button *)(void *)at;
	return t;
}

void sealed_table_free(struct sealed_table *t)
{
	if (t)
		wipe(t, t->bytes);
}

int sealed_table_add(struct sealed_table *t,
		     const struct alerte_sealed_keys *keys,
		     const struct sealed_state *state, int64_t now)
{
	static const struct sealed_places nowhere;
	uint32_t number = t->free;
	struct sealed_button *b;

	if (t->n == t->most)
		return ALERTE_ELIMIT;
	if (number == SEALED_NONE)
		number = t->high++;
	else
		t->free = t->buttons[number].next_free;

	t->n++;
	b = &t->buttons[number];
	memset(b, 0, sizeof(*b));
	b->used = true;
	b->keys = *keys;
	if (state)
		b->state = *state;
	place(t, number, &nowhere, 0, now);
	sealed_search_renew(t);
	return (int)number;
}

void sealed_table_remove(struct sealed_table *t, uint32_t button)
{
	struct entry list[ENTRIES_MAX];
	struct sealed_button *b;

	if (!sealed_table_state(t, button))
		return;

	b = &t->buttons[button];
	replace(t, button, list, entries_of(&b->places, list), NULL, 0);
	wipe(b, sizeof(*b));
	b->next_free = t->free;
	t->free = button;
	t->turn_ms[button] = INT64_MAX;
	t->n--;
}

void sealed_table_restore(struct sealed_table *t, uint32_t button,
			  const struct sealed_state *state, int64_t now)
{
	if (!sealed_table_state(t, button))
		return;
	t->buttons[button].state = *state;
	sealed_place(t, button, now);
}

const struct sealed_state *sealed_table_state(const struct sealed_table *t,
					      uint32_t button)
{
	if (button >= t->high || !t->buttons[button].used)
		return NULL;
	return &t->buttons[button].state;
}

/* ----------------------------------------------------------------- sweep */

static void sweep_start(struct sealed_table *t, int64_t now)
{
	int64_t since = now - t->sweep_ms;

	if (t->sweeping || (since >= 0 && since < SWEEP_MS))
		return;

	t->sweeping = true;
	t->all = since < 0;		/* the clock was set back */
	t->swept = 0;
	t->sweep_ms = now;
}

static void sweep(struct sealed_table *t, int64_t now, int64_t *ticks)
{
	while (t->swept < t->high && *ticks > 0) {
		uint32_t i = t->swept++, done;
		struct sealed_places old;

		(*ticks)--;
		if ((t->turn_ms[i] > now && !t->all) || !t->buttons[i].used)
			continue;
		old = t->buttons[i].places;
		done = 1 + place(t, i, &old, 1, now);
		*ticks -= (int64_t)done * SEALED_TICKS;
	}
	if (t->swept == t->high)
		t->sweeping = false;
}

bool sealed_table_step(struct sealed_table *t, int64_t now, uint32_t max_work)
{
	int64_t ticks = (int64_t)max_work * SEALED_TICKS;
	bool more;

	sweep_start(t, now);
	if (t->sweeping)
		sweep(t, now, &ticks);
	more = sealed_search_step(t, now, &ticks);
	return more || t->sweeping;
}
