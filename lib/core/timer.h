/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_TIMER_H
#define CORE_TIMER_H

#include "core/engine.h"

/* No timer runs longer: what a row says beyond it is not believed (K4). */
#define TIMER_MOST_MS (ALERTE_TIMER_MAX_S * INT64_C(1000))
#define TIMERS_MAX 128

struct timer {
	struct timer *next;		/* sorted by wearer */
	char wearer[ALERTE_ID_MAX];
	struct alerte_time set;
	int64_t ends;			/* boot ms */
};

/* Those that have run out become alerts. */
void timer_run(struct alerte *e);
int64_t timer_due(const struct alerte *e);
/* Every wearer with a timer is in this site. */
bool timer_kept(const struct alerte *e, const struct site *site);
/* A small value of the store, in the transaction under way, and back. */
int timer_write(struct alerte *e);
int timer_read(struct alerte *e, const uint8_t *body, size_t len);
void timer_free(struct alerte *e);

#endif
