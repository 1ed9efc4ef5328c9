/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_POSITION_H
#define CORE_POSITION_H

#include <stddef.h>

#include <alerte/engine.h>

struct live;

/* Heard of a wearer who has no alert: kept for the next one, in memory. */
#define KEPT_POSITIONS 16
struct kept_position {
	char wearer[ALERTE_ID_MAX];
	struct alerte_position position;
	int64_t until;			/* boot ms */
};

/* A position as the first release knew it. */
#define POSITION_FIRST ((uint32_t)offsetof(struct alerte_position, method))
/* From a caller that may be older than that; ALERTE_EINVAL for what is none. */
int position_widen(const struct alerte_position *given,
		   struct alerte_position *out);

/* She is there, this live alert learns.  wall_ms 0: now. */
void position_take(struct alerte *e, struct live *l,
		   const struct alerte_position *p);
/* The same while no alert of hers is live. */
void position_keep(struct alerte *e, const char *wearer,
		   const struct alerte_position *p);
/* An alert was opened: what was kept of her is told with it. */
void position_open(struct alerte *e, struct live *l);

#endif
