/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_COUNTED_H
#define ALERT_COUNTED_H

#include <stdbool.h>
#include <stdint.h>

#include <alerte/frame.h>

/*
 * A button that tells over and over whether it is down and how often it was
 * pressed (counts in struct alerte_frame).  The first frame heard tells where
 * it stands.  From then on a step of the count is a press, and so is going
 * down, once: some models count when it goes down, some when it comes up.
 *
 * A count below the last one is an old copy right after a change, else a
 * button that starts again: what it counted since then, it counted unheard.
 * Down, and further below than a hand can press while copies are late, it is
 * no copy: anybody can send a count that is far ahead.
 *
 * Only where it stands is kept over a restart of the process.  Without the
 * instants a press may be told twice, never missed.
 */
#define COUNTED_LATE_MS 10000
#define COUNTED_LATE_STEPS 20

struct counted {
	bool known, down;
	uint32_t count;
	int64_t changed_ms;	/* last change of either */
	int64_t told_ms;	/* last heard down after this press was told */
	int64_t fell_ms;	/* came up without a step */
};

enum counted_verdict {
	COUNTED_PRESS = 1,
	COUNTED_MOVED,		/* no press, but to be remembered */
	COUNTED_SAME
};

enum counted_verdict counted_judge(struct counted *c,
				   const struct alerte_frame *frame,
				   int64_t heard_ms);

#endif
