/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/replay.h"

#define WINDOW 64

enum replay_verdict replay_judge(const struct replay *r, uint32_t counter)
{
	uint32_t behind = r->high - counter;

	if (!r->any || counter > r->high)
		return REPLAY_NEW;
	if (behind == 0)
		return REPLAY_REPEAT;
	if (behind < WINDOW)
		return r->seen >> behind & 1 ? REPLAY_SEEN : REPLAY_NEW;
	for (uint32_t i = 0; i < r->nlow; i++)
		if (r->low[i] == counter)
			return REPLAY_LOW_SEEN;
	return REPLAY_LOW;
}

static void take_low(struct replay *r, uint32_t counter)
{
	r->low[r->low_at] = counter;
	r->low_at = (r->low_at + 1) % REPLAY_LOW_MAX;
	if (r->nlow < REPLAY_LOW_MAX)
		r->nlow++;
}

void replay_take(struct replay *r, uint32_t counter)
{
	if (!r->any) {
		r->any = true;
		r->high = counter;
		r->seen = 1;
		return;
	}
	if (counter > r->high) {
		uint32_t ahead = counter - r->high;

		r->seen = ahead < WINDOW ? r->seen << ahead : 0;
		r->seen |= 1;
		r->high = counter;
		return;
	}
	if (r->high - counter < WINDOW)
		r->seen |= UINT64_C(1) << (r->high - counter);
	else
		take_low(r, counter);
}
