/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/replay.h"

#define WINDOW 64

/* Where a counter stands; n is how far from high, of the first two. */
enum place {
	PLACE_ABOVE,
	PLACE_WINDOW,
	PLACE_BELOW
};

static enum place place_of(const struct replay *r, uint32_t counter,
			   uint8_t bits, uint32_t *n)
{
	uint32_t mask = UINT32_MAX >> (32 - bits);
	uint32_t high = r->high & mask, behind = (high - counter) & mask;
	bool round = r->high > mask;

	*n = (counter - high) & mask;
	if (!r->any || (*n && *n < WINDOW))
		return PLACE_ABOVE;
	if (behind < WINDOW) {
		*n = behind;
		return PLACE_WINDOW;
	}
	return counter > high && !round ? PLACE_ABOVE : PLACE_BELOW;
}

static bool low_seen(const struct replay *r, uint32_t counter)
{
	for (uint32_t i = 0; i < r->nlow; i++)
		if (r->low[i] == counter)
			return true;
	return false;
}

enum replay_verdict replay_judge(const struct replay *r, uint32_t counter,
				 uint8_t bits)
{
	uint32_t n;

	switch (place_of(r, counter, bits, &n)) {
	case PLACE_ABOVE:
		return REPLAY_NEW;
	case PLACE_WINDOW:
		if (n == 0)
			return REPLAY_REPEAT;
		return r->seen >> n & 1 ? REPLAY_SEEN : REPLAY_NEW;
	case PLACE_BELOW:
		break;
	}
	return low_seen(r, counter) ? REPLAY_LOW_SEEN : REPLAY_LOW;
}

static void take_low(struct replay *r, uint32_t counter)
{
	r->low[r->low_at] = counter;
	r->low_at = (r->low_at + 1) % REPLAY_LOW_MAX;
	if (r->nlow < REPLAY_LOW_MAX)
		r->nlow++;
}

void replay_take(struct replay *r, uint32_t counter, uint8_t bits)
{
	uint32_t n;

	switch (place_of(r, counter, bits, &n)) {
	case PLACE_ABOVE:
		r->seen = r->any && n < WINDOW ? r->seen << n | 1 : 1;
		r->high = r->any ? r->high + n : counter;
		r->any = true;
		break;
	case PLACE_WINDOW:
		r->seen |= UINT64_C(1) << n;
		break;
	case PLACE_BELOW:
		take_low(r, counter);
		break;
	}
}

static void take_lower(struct replay *r, const struct replay *lower)
{
	uint32_t n = r->high - lower->high;

	if (n < WINDOW)
		r->seen |= lower->seen << n;
	for (uint32_t i = 0; i < lower->nlow; i++)
		if (!low_seen(r, lower->low[i]))
			take_low(r, lower->low[i]);
}

void replay_merge(struct replay *r, const struct replay *other)
{
	struct replay lower = *r;

	if (!other->any)
		return;
	if (r->any && other->high <= r->high) {
		take_lower(r, other);
		return;
	}
	*r = *other;
	if (lower.any)
		take_lower(r, &lower);
}
