/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_TIME_H
#define ALERTE_TIME_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* No deadline: come back only with an input. */
#define ALERTE_NEVER INT64_MAX

/*
 * An instant, as the host knows it.  The library reads no clock: every
 * instant is an argument.
 */
struct alerte_time {
	/*
	 * Milliseconds since boot, counting through suspend (Linux:
	 * CLOCK_BOOTTIME; Android: SystemClock.elapsedRealtime()).  Deadlines
	 * run on it.  Never goes back within one boot.
	 */
	int64_t boot_ms;
	/* Milliseconds since 1970-01-01 UTC (CLOCK_REALTIME). */
	int64_t wall_ms;
	/* Seconds to add to UTC for the local time of the place. */
	int32_t utc_offset_s;
	/*
	 * True once something outside this machine has set the wall clock.
	 * Without it texts say that the hour is not sure.
	 */
	bool wall_trusted;
};

#ifdef __cplusplus
}
#endif

#endif
