/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_REPEAT_H
#define ALERT_REPEAT_H

#include <stdbool.h>
#include <stdint.h>

#include <alerte/frame.h>

/*
 * Repeats of frames that carry no authenticated counter (P1, R5): identical
 * content is one event within 10 s of the last copy heard, or 15 min when a
 * packet id says so.  Judged per frame, never per press.
 *
 * Where packet ids are of 8 bits or less, a device that numbers all it sends
 * may come to the same one again within those 15 min.  So we follow them round:
 * the same number one round later is another frame.  One of the 63 before the
 * newest is a late copy.
 */
#define REPEAT_RING 8

struct repeat {
	struct {
		uint64_t content;	/* 0: empty */
		int64_t heard_ms;	/* boot clock */
		int64_t since_ms;	/* of these copies; not over a restart */
		bool placed;		/* not over a restart */
		int64_t place;
	} last[REPEAT_RING];
	bool told;			/* a packet id was heard */
	uint32_t packet_id;		/* the newest, */
	int64_t place;			/* and how far they went by then */
};

/* What makes two frames the same: format, packet id, presses in order. */
uint64_t repeat_content(const struct alerte_frame *frame);
/* The same without the packet id: what was done, whatever its number. */
uint64_t repeat_event(const struct alerte_frame *frame);

/* A frame that is no press: its packet id was used all the same. */
void repeat_pass(struct repeat *r, const struct alerte_frame *frame);

/*
 * True when the frame is a copy of one heard lately.  The copy is noted, so
 * that a button that goes on sending stays one event.  hold_ms takes the place
 * of both times, where it is not 0.
 */
bool repeat_heard(struct repeat *r, const struct alerte_frame *frame,
		  uint32_t hold_ms, int64_t now_ms);
/* For how long the copies of this frame have come, of a copy. */
int64_t repeat_lasts(const struct repeat *r, const struct alerte_frame *frame);

#endif
