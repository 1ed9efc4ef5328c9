/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where she is.  A position that says something new is told once to each who
 * was reached without one, in a text of its own; what follows it rides in the
 * texts that go anyway (W).  Endpoints and the 114 hear of each that says
 * something new: the one at most once a minute, the other inside its budget
 * (M2), since anybody may write with her number as sender.
 */
#include "core/position.h"

#include <string.h>

#include "core/engine.h"
#include "port/text.h"

#define TOLD_EVERY_MS 60000
/* A fine position stands for this long before a rough one takes its place. */
#define FINE_FOR_MS (2 * 60 * 1000)
/* A clock that is this much ahead of ours is no clock. */
#define AHEAD_MS (2 * 60 * 1000)
#define KEPT_MS (10 * 60 * INT64_C(1000))
#define FAR_M 50

int position_widen(const struct alerte_position *given,
		   struct alerte_position *out)
{
	struct alerte_position p = { .size = 0 };

	if (!given || (given->size != sizeof(p) &&
		       given->size != POSITION_FIRST))
		return ALERTE_EINVAL;
	memcpy(&p, given, given->size);
	p.size = sizeof(p);
	if (p.latitude_e7 < -900000000 || p.latitude_e7 > 900000000 ||
	    p.longitude_e7 < -1800000000 || p.longitude_e7 > 1800000000 ||
	    p.method > ALERTE_POSITION_CELL || p.confidence_percent > 100)
		return ALERTE_EINVAL;
	*out = p;
	return 0;
}

/* ------------------------------------------------------------ judging */

/* Bhaskara's cosine, within two thousandths: no more is asked here. */
static double cosine(int32_t latitude_e7)
{
	double x = (double)latitude_e7 / 1e7;

	return (32400 - 4 * x * x) / (32400 + x * x);
}

#define METRES_E7 0.0111320	/* of 10^-7 degrees on a great circle */

static double metres_apart(const struct alerte_position *a,
			   const struct alerte_position *b)
{
	double north = ((double)a->latitude_e7 - b->latitude_e7) * METRES_E7;
	double east = (double)a->longitude_e7 - b->longitude_e7;

	north = north < 0 ? -north : north;
	east = east < 0 ? -east : east;
	if (east > 180e7)
		east = 360e7 - east;
	east *= METRES_E7 * cosine(a->latitude_e7);
	return north > east ? north + east / 2 : east + north / 2;
}

/* For comparing only, where no precision was given: never told. */
static uint32_t rough_m(const struct alerte_position *p)
{
	if (p->accuracy_m)
		return p->accuracy_m;
	switch (p->method) {
	case ALERTE_POSITION_UNKNOWN:
		return 500;
	case ALERTE_POSITION_GNSS:
		return 50;
	case ALERTE_POSITION_WIFI:
		return 100;
	case ALERTE_POSITION_CELL:
		return 5000;
	}
	return 500;
}

/*
 * Of when it is by the boot clock, as the wall clock has it now.  A wall clock
 * that was set makes what is new look old by one of the two.
 */
static int64_t instant_of(const struct alerte *e,
			  const struct alerte_position *p)
{
	return e->now.boot_ms - (e->now.wall_ms - p->wall_ms);
}

static int64_t later_by(const struct alerte *e, const struct alert *a,
			const struct alerte_position *p)
{
	int64_t wall = p->wall_ms - a->position.wall_ms;
	int64_t boot = instant_of(e, p) - a->position_at;

	return boot > wall ? boot : wall;
}

/* Later, and not a rough guess on the heels of a measurement. */
static bool takes_place(const struct alerte *e, const struct alert *a,
			const struct alerte_position *p)
{
	int64_t later = later_by(e, a, p);

	return later >= FINE_FOR_MS ||
	       (later >= 0 && rough_m(p) / 4 <= rough_m(&a->position));
}

static bool says_new(const struct alerte_position *held,
		     const struct alerte_position *p)
{
	uint32_t had = rough_m(held), has = rough_m(p);

	if (had > has && had - has > FAR_M && has < had / 2)
		return true;
	return metres_apart(held, p) > FAR_M + (had > has ? had : has);
}

/* ------------------------------------------------------------ telling */

static void tell_relay(struct alerte *e, struct live *l)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_RELAY114 };

	/* the second text says it; once that left, a text of its own (M2) */
	if (!l->alert.relay.second || !relay_speaks(&l->alert.relay) ||
	    attempt_waiting(l, WORDS_RELAY_POSITION, &target) ||
	    !relay_spare(&l->alert.relay, e->now.boot_ms, e->paths > 1))
		return;
	attempt_plan(e, l, WORDS_RELAY_POSITION, &target,
		     ALERTE_IMPORTANCE_RELAY);
}

/* By this channel a position goes out, the first or a later one. */
static bool is_told(const struct live *l, enum alerte_channel channel,
		    bool first)
{
	switch (channel) {
	case ALERTE_CHANNEL_HTTPS:
		return true;
	case ALERTE_CHANNEL_SMS:
		/* the next grouped text says it (R6) */
		return first && !l->alert.grouped;
	case ALERTE_CHANNEL_EMAIL:
		return first;
	case ALERTE_CHANNEL_RELAY114:
	case ALERTE_CHANNEL_VOICE:
		break;
	}
	return false;
}

static void tell_people(struct alerte *e, struct live *l, bool first)
{
	struct alert *a = &l->alert;
	int64_t now = e->now.boot_ms;
	int64_t due = l->located ? l->located + TOLD_EVERY_MS : now;

	for (uint32_t i = 0; i < a->nreach; i++) {
		const struct alerte_target *to = &a->reach[i].target;
		struct attempt *row;

		if (!is_told(l, to->channel, first) ||
		    !live_reached(l, &a->reach[i]) ||
		    attempt_waiting(l, WORDS_POSITION, to))
			continue;
		row = attempt_plan(e, l, WORDS_POSITION, to,
				   ALERTE_IMPORTANCE_NOTICE);
		if (row && due > now)
			row->due += due - now;
	}
	l->located = due > now ? due : now;
}

static void add_note(struct alerte *e, struct live *l,
		     const struct alerte_position *p)
{
	char text[80];
	struct text t;

	text_start(&t, text, sizeof(text));
	text_addf(&t, "%d %d %u", p->latitude_e7, p->longitude_e7,
		  p->accuracy_m);
	note_add(e, l, ALERTE_NOTE_POSITION, "", text);
}

void position_take(struct alerte *e, struct live *l,
		   const struct alerte_position *given)
{
	struct alerte_position p = *given;
	struct alert *a = &l->alert;
	bool first = !a->has_position, new;

	if (p.wall_ms <= 0 || p.wall_ms > e->now.wall_ms + AHEAD_MS)
		p.wall_ms = e->now.wall_ms;
	if (!first && !takes_place(e, a, &p))
		return;
	new = first || says_new(l->told.size ? &l->told : &a->position, &p);
	a->position = p;
	a->position_at = instant_of(e, &p);
	a->has_position = true;
	l->dirty = true;
	if (!new)
		return;
	l->told = p;
	add_note(e, l, &p);
	tell_relay(e, l);
	tell_people(e, l, first);
}

/* ---------------------------------------------- before there is an alert */

static struct kept_position *kept_of(struct alerte *e, const char *wearer)
{
	struct kept_position *oldest = &e->kept[0];

	for (int i = 0; i < KEPT_POSITIONS; i++) {
		struct kept_position *k = &e->kept[i];

		if (!strcmp(k->wearer, wearer))
			return k;
		if (k->until < oldest->until)
			oldest = k;
	}
	return oldest;
}

void position_keep(struct alerte *e, const char *wearer,
		   const struct alerte_position *p)
{
	struct kept_position *k = kept_of(e, wearer);

	*k = (struct kept_position){ .position = *p,
				     .until = e->now.boot_ms + KEPT_MS };
	text_copy(k->wearer, sizeof(k->wearer), wearer);
	if (p->wall_ms <= 0 || p->wall_ms > e->now.wall_ms + AHEAD_MS)
		k->position.wall_ms = e->now.wall_ms;
}

void position_open(struct alerte *e, struct live *l)
{
	struct kept_position *k = kept_of(e, l->alert.wearer);

	if (!strcmp(k->wearer, l->alert.wearer) && k->until > e->now.boot_ms)
		position_take(e, l, &k->position);
}
