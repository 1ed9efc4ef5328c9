/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_TIMER_H
#define ALERTE_TIMER_H

#include <stdint.h>

#include <alerte/engine.h>
#include <alerte/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The safe timer (L9): she says how long she means to be, and an alert opens by
 * itself unless she renews or ends it.  One for each wearer, kept in the store:
 * a reboot does not stop it.
 *
 * The alert is that of a fall or of inactivity: contacts and association, by
 * the shipped policy, without grace; texts and payloads say that a timer ran
 * out and not that she pressed.  The trust is strong: it is this gateway's own
 * clock.  On an alert of hers that is open it is one more signal.
 */
#define ALERTE_TIMER_MIN_S 60
#define ALERTE_TIMER_MAX_S (24 * 3600)

/*
 * Start the wearer's timer, or make the one that runs end `seconds` from now.
 * That asks for no code as long as it ends later than before.  To end it
 * sooner, or for good (seconds 0), takes the wearer's code; so nobody else can
 * stop it.
 * With her duress code the same happens and the same is answered, and the
 * association and the 114 are told (L8).  code may be NULL or "".
 *
 * ALERTE_ACCEPTED, ALERTE_VOLATILE.  ALERTE_EINVAL: seconds is neither 0 nor
 * between the bounds.  ALERTE_ENOTFOUND: no such wearer, or nothing to end.
 * ALERTE_EREFUSED: it takes the code, and none was given; or she has no code,
 * so that nothing could end it.  ALERTE_EKEY, ALERTE_ELIMIT: as
 * alerte_cancel().  A command: ALERTE_EBUSY from inside a host call.
 */
ALERTE_API int alerte_timer_set(struct alerte *a, const char *wearer,
				uint32_t seconds, const char *code,
				struct alerte_time now);

struct alerte_timer {
	uint32_t size;
	char wearer[ALERTE_ID_MAX];
	struct alerte_time set;		/* started or last renewed */
	int64_t ends_boot_ms;
	int64_t ends_wall_ms;		/* as the clock is now */
};
/* The timer of the wearer whose id sorts after `after` ("" to start). */
ALERTE_API int alerte_timer_next(struct alerte *a, const char *after,
				 struct alerte_timer *out);

#ifdef __cplusplus
}
#endif

#endif
