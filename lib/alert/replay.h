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
 */
#define REPLAY_LOW_MAX 128

struct replay {
	bool any;		/* a counter was taken */
	uint32_t high;
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

/* Judge a counter whose frame was authenticated; changes nothing. */
enum replay_verdict replay_judge(const struct replay *r, uint32_t counter);

/* Note a counter judged REPLAY_NEW or REPLAY_LOW. */
void replay_take(struct replay *r, uint32_t counter);

#endif
