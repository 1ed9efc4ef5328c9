/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_REPLAY_H
#define ALERT_REPLAY_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Authenticated counters of one button (R2, R4).
 *
 *   below the window      window of 64        above
 *   ------------------ | high-63 ... high | ----------
 *   second lane          first lane          first lane
 *
 * The first lane is never lowered.  What falls below it comes from a changed
 * battery or from a capture played back, which cannot be told apart: each
 * value not seen there is a press, at trust none.
 *
 * A counter of `bits` bits begins at 0 again after its largest value.  The 63
 * values behind high are its last ones and the 63 ahead the next ones, across
 * that end too.  Any other lower value is of the second lane: "small, so it
 * came round" would believe every old capture.  Once a counter of less than
 * 32 bits did come round, its larger values were all sent before, and are
 * believed no more than lower ones; 32 bits outlive a button.
 */
#define REPLAY_LOW_MAX 128

struct replay {
	bool any;		/* a counter was taken */
	uint32_t high;		/* in the bits above the counter: its rounds */
	uint64_t seen;		/* bit i: high - i was taken */
	uint32_t nlow;		/* values of the second lane, a ring */
	uint32_t low_at;
	uint32_t low[REPLAY_LOW_MAX];
};

enum replay_verdict {
	REPLAY_NEW = 1,		/* take it, in full */
	REPLAY_REPEAT,		/* the last one again: silent */
	REPLAY_SEEN,		/* taken before: drop and count */
	REPLAY_LOW,		/* second lane, not seen there: trust none */
	REPLAY_LOW_SEEN		/* second lane, seen: drop and count */
};

/*
 * Judge a counter whose frame was authenticated; changes nothing.  bits is its
 * width, 8 to 32.
 */
enum replay_verdict replay_judge(const struct replay *r, uint32_t counter,
				 uint8_t bits);

/* Note a counter judged REPLAY_NEW or REPLAY_LOW. */
void replay_take(struct replay *r, uint32_t counter, uint8_t bits);

/* What somebody else saw of the same counter is seen here too. */
void replay_merge(struct replay *r, const struct replay *other);

#endif
