/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buttons whose clock is not where it should be: a battery that was out for
 * long and an hour of boot frames that nobody heard, or a receiver without the
 * time.  Frames of nobody wait here, while identifiers of each button are
 * computed and compared with all of them at once: a pass costs the same for
 * one as for SEALED_PENDING.
 *
 *   near  30 days about each clock: soon done
 *   far   all that a button can ever say, so that no clock, however wrong,
 *         loses a press; a frame waits for it when near was in vain
 *
 * Each has its own frames and its own place, and half of the work while both
 * have any, so that near never waits for far.
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
#define NEAR_BOOTS 64
#define FAR_BOOTS 1024
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
  requires \valid(c);
  assigns c->filter[0 .. 15];
 */
static void filter_make(struct sealed_scan *c)
{
	memset(c->filter, 0, sizeof(c->filter));
	/*@
	  loop invariant 0 <= i <= SEALED_PENDING;
	  loop assigns i, c->filter[0 .. 15];
	  loop variant SEALED_PENDING - i;
	 */
	for (uint32_t i = 0; i < SEALED_PENDING; i++) {
		uint32_t bit = filter_of(c->pending[i].word);

		if (c->pending[i].word)
			c->filter[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

/*@
  requires \valid(c);
  assigns \nothing;
  ensures \result != \null ==>
    \exists integer i; 0 <= i < SEALED_PENDING && \result == &c->pending[i];
 */
static struct sealed_pending *pending_of(struct sealed_scan *c,
					 uint64_t word)
{
	uint32_t bit = filter_of(word);

	if (!(c->filter[bit / 64] >> bit % 64 & 1))
		return NULL;

	/*@
	  loop invariant 0 <= i <= SEALED_PENDING;
	  loop assigns i;
	  loop variant SEALED_PENDING - i;
	 */
	for (uint32_t i = 0; i < SEALED_PENDING; i++) {
		if (c->pending[i].word == word)
			return &c->pending[i];
	}
	return NULL;
}

static void pending_end(struct sealed_scan *c, struct sealed_pending *p)
{
	p->word = 0;
	c->npending--;
	filter_make(c);
}

/* Until each of n buttons was begun with it; false when there is no room. */
/*@
  requires \valid(c) && scan_ok(c) && payload_ok(payload);
  requires \separated(c, payload + (0 .. ALERTE_SEALED_BYTES - 1));
  requires n <= SEALED_BUTTONS_MAX;
  assigns *c;
  ensures scan_ok(c);
 */
static bool pending_begin(struct sealed_scan *c, uint32_t n, uint64_t word,
			  const uint8_t *payload)
{
	struct sealed_pending *p;
	uint32_t i = 0;

	if (c->npending == SEALED_PENDING)
		return false;
	if (!c->npending)
		c->at = 0;	/* nobody waits for the rest of this button */
	/*@
	  loop invariant 0 <= i <= SEALED_PENDING;
	  loop assigns i;
	  loop variant SEALED_PENDING - i;
	 */
	while (i < SEALED_PENDING && c->pending[i].word)
		i++;
	if (i == SEALED_PENDING)
		return false;

	p = &c->pending[i];
	p->word = word;
	/* The button at hand was begun without it. */
	p->left = c->at ? n + 1 : n;
	memcpy(p->payload, payload, sizeof(p->payload));
	c->npending++;
	filter_make(c);
	return true;
}

void sealed_search_add(struct sealed_table *t, uint64_t word,
		       const uint8_t *payload)
{
	struct sealed_search *s = &t->search;

	if (!t->n || *stranger_of(s, word) == word ||
	    pending_of(&s->near, word) || pending_of(&s->far, word))
		return;
	pending_begin(&s->near, t->n, word, payload);
}

static void wait_longer(struct sealed_scan *c)
{
	for (uint32_t i = 0; i < SEALED_PENDING; i++)
		c->pending[i].left++;
}

void sealed_search_renew(struct sealed_table *t)
{
	struct sealed_search *s = &t->search;

	memset(s->stranger, 0, sizeof(s->stranger));
	wait_longer(&s->near);
	wait_longer(&s->far);
}

/* What of a button is tried: fixed when it is begun. */
static void begin_button(struct sealed_table *t, struct sealed_scan *c,
			 int64_t now)
{
	const struct sealed_state *state = &t->buttons[c->button].state;
	uint32_t e = sealed_epoch_at(&state->clock, now);

	c->boot = state->boot + SEALED_AHEAD + 1;
	c->first = 0;
	if (c == &t->search.far) {
		c->epochs = ALERTE_SEALED_BOOT_EPOCHS;
		c->boots = FAR_BOOTS;
		return;
	}
	c->boots = NEAR_BOOTS;
	c->epochs = FIRST_YEAR;
	if (!state->clock.known)
		return;

	c->first = e > BEHIND ? e - BEHIND : 0;
	c->epochs = e - c->first + AHEAD + 1;
}

/* The next identifier of the button at hand; false behind the last. */
static bool candidate(struct sealed_scan *c, uint8_t *kind, uint32_t *index)
{
	uint32_t at = c->at++;

	*kind = at < c->epochs ? ALERTE_SEALED_EPOCH : ALERTE_SEALED_BOOT;
	*index = at < c->epochs ? c->first + at : c->boot + (at - c->epochs);
	return at < c->epochs + c->boots;
}

static void found(struct sealed_table *t, struct sealed_scan *c,
		  struct sealed_pending *p, uint8_t kind, uint32_t index,
		  int64_t now)
{
	struct sealed_search *s = &t->search;
	uint32_t button = c->button;
	uint8_t body[9];

	if (!sealed_try(&t->buttons[button], index, p->payload, body))
		return;

	/* An old capture must not displace anything. */
	if (!sealed_is_new(&t->buttons[button].state, le32(body))) {
		*stranger_of(s, p->word) = p->word;
	} else {
		sealed_hint(t, button, true, kind, index, now);
		memcpy(s->again[s->nagain++], p->payload, sizeof(p->payload));
	}
	pending_end(c, p);
}

/* Gone over all buttons in vain.  Where far is full, it may come again. */
static void give_up(struct sealed_table *t, struct sealed_scan *c,
		    struct sealed_pending *p)
{
	struct sealed_search *s = &t->search;

	if (c == &s->far)
		*stranger_of(s, p->word) = p->word;
	else
		pending_begin(&s->far, t->n, p->word, p->payload);
	pending_end(c, p);
}

static void next_button(struct sealed_table *t, struct sealed_scan *c,
			bool searched)
{
	c->at = 0;
	c->button = c->button + 1 < t->high ? c->button + 1 : 0;
	if (!searched)
		return;

	for (uint32_t i = 0; i < SEALED_PENDING; i++) {
		struct sealed_pending *p = &c->pending[i];

		if (p->word && !--p->left)
			give_up(t, c, p);
	}
}

static void scan(struct sealed_table *t, struct sealed_scan *c, int64_t now,
		 int64_t *ticks)
{
	/* Where what was found has no room, it waits until that is asked for. */
	while (c->npending && t->n && *ticks > 0 &&
	       t->search.nagain < SEALED_AGAIN) {
		const struct sealed_button *b = &t->buttons[c->button];
		struct sealed_pending *p;
		uint32_t index;
		uint64_t word;
		uint8_t kind;

		*ticks -= COST;
		if (!c->at)
			begin_button(t, c, now);
		if (!b->used || !candidate(c, &kind, &index)) {
			next_button(t, c, b->used);
			continue;
		}
		word = sealed_word(b, kind, index);
		p = pending_of(c, word);
		if (!p)
			continue;
		*ticks -= SEALED_TICKS * 16;
		found(t, c, p, kind, index, now);
	}
}

bool sealed_search_step(struct sealed_table *t, int64_t now, int64_t *ticks)
{
	struct sealed_search *s = &t->search;
	int64_t half = s->far.npending ? *ticks / 2 : 0, rest = *ticks - half;

	scan(t, &s->near, now, &rest);
	/* And what near left. */
	*ticks = half + rest;
	scan(t, &s->far, now, ticks);
	return t->n && (s->near.npending || s->far.npending);
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
