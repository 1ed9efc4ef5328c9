/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/button.h"

#include <string.h>

static enum button_verdict judge_counter(struct button_state *b,
					 const struct alerte_frame *frame,
					 int64_t heard_ms)
{
	uint8_t bits = frame->counter_bits ? frame->counter_bits : 32;

	switch (replay_judge(&b->replay, frame->counter, bits)) {
	case REPLAY_NEW:
		replay_take(&b->replay, frame->counter, bits);
		b->taken_ms = heard_ms;
		return BUTTON_TAKE;
	case REPLAY_LOW:
		replay_take(&b->replay, frame->counter, bits);
		b->taken_ms = heard_ms;
		return BUTTON_TAKE_LOW;
	case REPLAY_REPEAT:
		return BUTTON_REPEAT;
	case REPLAY_SEEN:
	case REPLAY_LOW_SEEN:
		break;
	}
	/*
	 * Two receivers, or a queue, deliver the copies of one burst in any
	 * order: shortly after a frame was taken an older copy is no attack.
	 */
	if (b->taken_ms && heard_ms - b->taken_ms <= BUTTON_LATE_MS)
		return BUTTON_REPEAT;
	return BUTTON_DROP;
}

static enum button_verdict judge_counted(struct button_state *b,
					 const struct alerte_frame *frame,
					 int64_t heard_ms)
{
	switch (counted_judge(&b->counted, frame, heard_ms)) {
	case COUNTED_PRESS:
		return BUTTON_TAKE;
	case COUNTED_MOVED:
		return BUTTON_MOVED;
	case COUNTED_SAME:
		break;
	}
	return BUTTON_REPEAT;
}

enum button_verdict button_judge(struct button_state *b,
				 const struct alerte_frame *frame,
				 uint32_t hold_ms, int64_t heard_ms)
{
	if (frame->has_counter)
		return judge_counter(b, frame, heard_ms);
	if (frame->counts != ALERTE_GESTURE_NONE)
		return judge_counted(b, frame, heard_ms);
	return repeat_heard(&b->repeat, frame, hold_ms, heard_ms)
	       ? BUTTON_REPEAT : BUTTON_TAKE;
}

bool button_pressed(struct button_state *b, int64_t heard_ms)
{
	uint32_t n = b->presses++;
	/* The first of the last three; 0 when it was in another boot. */
	int64_t first = b->press_ms[(n + 1) % BUTTON_PRESSES];

	b->press_ms[n % BUTTON_PRESSES] = heard_ms;
	return n >= 2 && first && heard_ms - first <= BUTTON_THREE_MS;
}

bool button_ghost(struct button_state *b, const struct alerte_frame *frame,
		  int64_t heard_ms)
{
	uint64_t event = repeat_event(frame);
	int64_t age = heard_ms - b->event_ms;
	bool ghost = frame->has_packet_id && b->event == event &&
		     age >= BUTTON_GHOST_FROM_MS && age <= BUTTON_GHOST_TO_MS;

	b->event = event;
	b->event_ms = heard_ms;
	return ghost;
}

bool button_unverified(struct button_state *b, int64_t heard_ms)
{
	b->unverified_ms[b->unverified++ % BUTTON_FORGED] = heard_ms;
	return button_forged(b, heard_ms);
}

bool button_forged(const struct button_state *b, int64_t heard_ms)
{
	/* The slot of the next one holds the oldest. */
	int64_t third = b->unverified_ms[b->unverified % BUTTON_FORGED];

	return b->unverified >= BUTTON_FORGED &&
	       heard_ms - third <= BUTTON_FORGED_MS;
}

bool button_tell_forgery(struct button_state *b, int64_t now_ms)
{
	if (b->forgery_told_ms &&
	    now_ms - b->forgery_told_ms < BUTTON_FORGED_MS)
		return false;
	b->forgery_told_ms = now_ms ? now_ms : 1;
	return true;
}

bool button_dropped(struct button_state *b, int64_t now_ms)
{
	if (b->dropped_ms && now_ms - b->dropped_ms < BUTTON_DROP_MS)
		return false;
	b->dropped_ms = now_ms ? now_ms : 1;
	return true;
}

bool button_lasts(struct button_state *b, const struct alerte_frame *frame,
		  uint32_t hold_ms, int64_t now_ms)
{
	int64_t lasts = hold_ms ? repeat_lasts(&b->repeat, frame) : 0;

	if (lasts <= BUTTON_LASTS_MS ||
	    lasts <= INT64_C(1) * hold_ms * BUTTON_LASTS_HOLDS ||
	    (b->lasting_ms && now_ms - b->lasting_ms < BUTTON_DROP_MS))
		return false;
	b->lasting_ms = now_ms ? now_ms : 1;
	return true;
}

static struct counted further(const struct counted *a, const struct counted *b)
{
	return b->known && (!a->known || b->count > a->count) ? *b : *a;
}

void button_merge(struct button_state *b, const struct button_state *other)
{
	struct button_state s = other->taken_ms >= b->taken_ms ? *other : *b;

	s.replay = b->replay;
	replay_merge(&s.replay, &other->replay);
	s.counted = further(&b->counted, &other->counted);
	/* the ring of instants goes with its count */
	if (b->presses > s.presses || other->presses > s.presses) {
		s.presses = b->presses > other->presses ? b->presses
							: other->presses;
		memset(s.press_ms, 0, sizeof(s.press_ms));
	}
	s.announced_ms = b->announced_ms;
	s.warned_ms = b->warned_ms;
	*b = s;
}
