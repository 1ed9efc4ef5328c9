/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buttons whose clock is not where it should be: a battery that was out for
 * long and an hour of boot frames that nobody heard, or a receiver without the
 * time.  Frames of nobody wait here, while each button's identifiers of 30
 * days are computed and compared with all of them at once: a pass costs the
 * same for one as for SEALED_PENDING.
 *
 * What is found is not taken.  Its identifier is put into the table and the
 * payload handed out by sealed_table_again(), to be opened and judged as any
 * other; no clock agrees with it, so it is late.
 *
 * Strangers' frames, or forged ones, can fill the places here: then a lost
 * button waits for the end of a pass.  Buttons that are not lost wait for
 * nothing.
 */
#include "frame/sealed_inside.h"

#include <string.h>

#include "port/bytes.h"

#define BEHIND 2025			/* 24 days: a clock that stood still */
#define AHEAD 506			/* 6 days: a receiver's clock set back */
#define FIRST_YEAR 30800		/* of a button nothing is known of */
#define BOOTS 64
#define COST 2				/* ticks of one identifier */

/*@
  assigns \nothing;
  ensures \result <= 1023;
 */
static uint32_t filter_of(uint64_t word)
{
	return word & 1023;
}

/*@
  requires \valid(s);
  assigns \nothing;
  ensures \valid(\result);
 */
static uint64_t *stranger_of(struct sealed_search *s, uint64_t word)
{
	/* There are SEALED_STRANGERS, as many as a byte tells apart. */
	return &s->stranger[(uint8_t)(word >> 16)];
}

/*@
  requires \valid(s);
  assigns s->filter[0 .. 15];
 */
static void filter_make(struct sealed_search *s)
{
	memset(s->filter, 0, sizeof(s->filter));
	/*@
	  loop invariant 0 <= i <= SEALED_PENDING;
	  loop assigns i, s->filter[0 .. 15];
	  loop variant SEALED_PENDING - i;
	 */
	for (uint32_t i = 0; i < SEALED_PENDING; i++) {
		uint32_t bit = filter_of(s->pending[i].word);

		if (s->pending[i].word)
			s->filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

/*@
  requires \valid(s);
  assigns \nothing;
  ensures \result != \null ==>
    \exists integer i; 0 <= i < SEALED_PENDING && \result == &s->pending[i];
 */
static struct sealed_pending *pending_of(struct sealed_search *s,
					 uint64_t word)
{
	uint32_t bit = filter_of(word);

	if (!(s->filter[bit / 64] >> bit % 64 & 1))
		return NULL;

	/*@
	  loop invariant 0 <= i <= SEALED_PENDING;
	  loop assigns i;
	  loop variant SEALED_PENDING - i;
	 */
	for (uint32_t i = 0; i < SEALED_PENDING; i++) {
		if (s->pending[i].word == word)
			return &s->pending[i];
	}
	return NULL;
}

static void pending_end(struct sealed_search *s, struct sealed_pending *p)
{
	p->word = 0;
	s->npending--;
	filter_make(s);
}

void sealed_search_add(struct sealed_table *t, uint64_t word,
		       const uint8_t *payload)
{
	struct sealed_search *s = &t->search;
	struct sealed_pending *p;
	uint32_t i = 0;

	if (!t->n || s->npending == SEALED_PENDING ||
	    *stranger_of(s, word) == word || pending_of(s, word))
		return;

	if (!s->npending)
		s->at = 0;	/* nobody waits for the rest of this button */
	/*@
	  loop invariant 0 <= i <= SEALED_PENDING;
	  loop assigns i;
	  loop variant SEALED_PENDING - i;
	 */
	while (i < SEALED_PENDING && s->pending[i].word)
		i++;
	if (i == SEALED_PENDING)
		return;

	p = &s->pending[i];
	p->word = word;
	/* The button at hand was begun without it. */
	p->left = t->n + 1;
	memcpy(p->payload, payload, sizeof(p->payload));
	s->npending++;
	filter_make(s);
}

/* Which epochs of a button are tried: fixed when it is begun. */
static void begin_button(struct sealed_table *t,
			 const struct sealed_button *b, int64_t now)
{
	struct sealed_search *s = &t->search;
	uint32_t e = sealed_epoch_at(&b->state.clock, now);

	s->first = 0;
	/* A single one is being enrolled: however old its clock is. */
	s->epochs = t->n == 1 ? ALERTE_SEALED_BOOT_EPOCHS : FIRST_YEAR;
	if (!b->state.clock.known)
		return;

	s->first = e > BEHIND ? e - BEHIND : 0;
	s->epochs = e - s->first + AHEAD + 1;
}

/* The next identifier of the button at hand; false behind the last. */
static bool candidate(struct sealed_search *s, const struct sealed_button *b,
		      uint8_t *kind, uint32_t *index)
{
	uint32_t at = s->at++;

	*kind = at < s->epochs ? ALERTE_SEALED_EPOCH : ALERTE_SEALED_BOOT;
	*index = at < s->epochs ? s->first + at :
		 b->state.boot + SEALED_AHEAD + 1 + (at - s->epochs);
	return at < s->epochs + BOOTS;
}

static void found(struct sealed_table *t, struct sealed_pending *p,
		  uint8_t kind, uint32_t index, int64_t now)
{
	struct sealed_search *s = &t->search;
	uint32_t button = s->button;
	uint8_t body[9];

	if (!sealed_try(&t->buttons[button], index, p->payload, body))
		return;

	/* An old capture must not displace anything. */
	if (!sealed_is_new(&t->buttons[button].state, le32(body)) ||
	    s->nagain == SEALED_AGAIN) {
		*stranger_of(s, p->word) = p->word;
	} else {
		sealed_hint(t, button, true, kind, index, now);
		memcpy(s->again[s->nagain++], p->payload, sizeof(p->payload));
	}
	pending_end(s, p);
}

static void next_button(struct sealed_table *t, bool searched)
{
	struct sealed_search *s = &t->search;

	s->at = 0;
	s->button = s->button + 1 < t->high ? s->button + 1 : 0;
	if (!searched)
		return;

	for (uint32_t i = 0; i < SEALED_PENDING; i++) {
		struct sealed_pending *p = &s->pending[i];

		if (!p->word || --p->left)
			continue;
		*stranger_of(s, p->word) = p->word;
		pending_end(s, p);
	}
}

bool sealed_search_step(struct sealed_table *t, int64_t now, int64_t *ticks)
{
	struct sealed_search *s = &t->search;

	while (s->npending && t->n && *ticks > 0) {
		const struct sealed_button *b = &t->buttons[s->button];
		struct sealed_pending *p;
		uint32_t index;
		uint64_t word;
		uint8_t kind;

		*ticks -= COST;
		if (!s->at)
			begin_button(t, b, now);
		if (!b->used || !candidate(s, b, &kind, &index)) {
			next_button(t, b->used);
			continue;
		}
		word = sealed_word(b, kind, index);
		p = pending_of(s, word);
		if (!p)
			continue;
		*ticks -= SEALED_TICKS * 16;
		found(t, p, kind, index, now);
	}
	return s->npending && t->n;
}

/*@
  requires \valid(t) && search_ok(&t->search);
  requires \valid(payload + (0 .. ALERTE_SEALED_BYTES - 1));
  requires \separated(t, payload + (0 .. ALERTE_SEALED_BYTES - 1));
  assigns t->search.nagain, payload[0 .. ALERTE_SEALED_BYTES - 1];
  ensures search_ok(&t->search);
 */
bool sealed_table_again(struct sealed_table *t,
			uint8_t payload[ALERTE_SEALED_BYTES])
{
	struct sealed_search *s = &t->search;

	if (!s->nagain)
		return false;

	memcpy(payload, s->again[--s->nagain], ALERTE_SEALED_BYTES);
	return true;
}
