/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/counted.h"

static bool lately(int64_t then_ms, int64_t heard_ms)
{
	return then_ms && heard_ms - then_ms <= COUNTED_LATE_MS;
}

static uint32_t mask_of(const struct alerte_frame *frame)
{
	uint8_t bits = frame->counter_bits;

	return bits && bits < 32 ? (UINT32_C(1) << bits) - 1 : UINT32_MAX;
}

static enum counted_verdict move(struct counted *c, uint32_t count, bool down,
				 bool press, int64_t heard_ms)
{
	bool fell = c->known && c->down && !down && count == c->count;
	int64_t now = heard_ms ? heard_ms : 1;

	*c = (struct counted){
		.known = true, .down = down, .count = count,
		.changed_ms = now,
		.told_ms = press && down ? now : 0,
		.fell_ms = fell ? now : 0,
	};
	return press ? COUNTED_PRESS : COUNTED_MOVED;
}

enum counted_verdict counted_judge(struct counted *c,
				   const struct alerte_frame *frame,
				   int64_t heard_ms)
{
	uint32_t mask = mask_of(frame), count = frame->packet_id & mask;
	uint32_t step = (count - c->count) & mask;
	bool down = frame->npresses > 0;

	if (!c->known)
		return move(c, count, down, false, heard_ms);

	if (!step && down == c->down) {
		if (c->told_ms)
			c->told_ms = heard_ms ? heard_ms : 1;
		return COUNTED_SAME;
	}
	if (step && step - 1 > mask / 2) {
		/* what a forged jump left below it is a press all the same */
		bool late = !down || mask + 1 - step <= COUNTED_LATE_STEPS;

		if (late && lately(c->changed_ms, heard_ms))
			return COUNTED_SAME;
		return move(c, count, down, down || count, heard_ms);
	}
	if (!step) {
		/* an old copy of the press that has just ended */
		if (down && lately(c->fell_ms, heard_ms))
			return COUNTED_SAME;
		return move(c, count, down, down, heard_ms);
	}
	if (step == 1 && !down && lately(c->told_ms, heard_ms))
		return move(c, count, down, false, heard_ms);
	return move(c, count, down, true, heard_ms);
}
