/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/repeat.h"

#include <string.h>

#define PLAIN_MS 10000
#define PACKET_MS (15 * 60 * 1000)
#define ROUND_BITS 8		/* wider ones do not come round in that time */
#define LATE 64

/* FNV-1a, 64 bits: anybody can send these frames, nothing hangs on it. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t mix_presses(const struct alerte_frame *frame, uint64_t hash)
{
	hash = mix(hash, frame->format, strlen(frame->format));
	for (size_t i = 0; i < frame->npresses; i++) {
		uint8_t press[2] = { frame->press[i].button,
				     (uint8_t)frame->press[i].gesture };

		hash = mix(hash, press, sizeof(press));
	}
	return hash ? hash : 1;
}

uint64_t repeat_event(const struct alerte_frame *frame)
{
	return mix_presses(frame, UINT64_C(0xcbf29ce484222325));
}

uint64_t repeat_content(const struct alerte_frame *frame)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	if (frame->has_packet_id)
		hash = mix(hash, &frame->packet_id, sizeof(frame->packet_id));
	return mix_presses(frame, hash);
}

/* How far the packet ids went when this frame was made; 0 where none counts. */
static int64_t follow(struct repeat *r, const struct alerte_frame *frame)
{
	uint8_t bits = frame->counter_bits;
	uint32_t mask, behind;

	if (!frame->has_packet_id || !bits || bits > ROUND_BITS)
		return 0;

	mask = (UINT32_C(1) << bits) - 1;
	behind = (r->packet_id - frame->packet_id) & mask;
	if (r->told && behind < LATE)
		return r->place - behind;
	if (r->told)
		r->place += (frame->packet_id - r->packet_id) & mask;
	r->told = true;
	r->packet_id = frame->packet_id;
	return r->place;
}

void repeat_pass(struct repeat *r, const struct alerte_frame *frame)
{
	follow(r, frame);
}

static bool same_place(struct repeat *r, int i, int64_t place)
{
	bool same = !r->last[i].placed || r->last[i].place == place;

	r->last[i].placed = true;
	r->last[i].place = place;
	return same;
}

bool repeat_heard(struct repeat *r, const struct alerte_frame *frame,
		  uint32_t hold_ms, int64_t now_ms)
{
	int64_t within = hold_ms ? hold_ms
			 : frame->has_packet_id ? PACKET_MS : PLAIN_MS;
	uint64_t content = repeat_content(frame);
	int64_t place = follow(r, frame);
	int oldest = 0;

	for (int i = 0; i < REPEAT_RING; i++) {
		int64_t age = now_ms - r->last[i].heard_ms;

		if (r->last[i].content == content) {
			bool copy = same_place(r, i, place) && age <= within;

			r->last[i].heard_ms = now_ms;
			if (!copy || !r->last[i].since_ms)
				r->last[i].since_ms = now_ms;
			return copy;
		}
		if (!r->last[i].content)
			oldest = i;
		else if (r->last[oldest].content &&
			 r->last[i].heard_ms < r->last[oldest].heard_ms)
			oldest = i;
	}
	r->last[oldest].content = content;
	r->last[oldest].heard_ms = r->last[oldest].since_ms = now_ms;
	r->last[oldest].placed = true;
	r->last[oldest].place = place;
	return false;
}

int64_t repeat_lasts(const struct repeat *r, const struct alerte_frame *frame)
{
	uint64_t content = repeat_content(frame);

	for (int i = 0; i < REPEAT_RING; i++)
		if (r->last[i].content == content)
			return r->last[i].heard_ms - r->last[i].since_ms;
	return 0;
}
