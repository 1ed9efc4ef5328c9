/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_WATCH_H
#define CORE_WATCH_H

#include "core/site.h"

/*
 * Buttons whose silence is noticed.  They are looked at when the first of them
 * may have fallen silent, and not more often than WATCH_EVERY_MS; a frame
 * costs nothing but to note it.  Made anew with each change of the settings.
 */
#define WATCH_EVERY_MS 60000
/* So many are told one by one; more than that are one fault. */
#define WATCH_SINGLE 3

struct watch {
	uint32_t *button;		/* index in the site */
	uint32_t n;
	int64_t next;			/* look at them; boot ms */
	int64_t floor;			/* nothing could be heard before */
	uint32_t silent, away, overdue, told;	/* of them, now */
};

/* 0, or ALERTE_ENOMEM. */
int watch_start(struct watch *w, const struct site *site, int64_t now);
void watch_end(struct watch *w);

#endif
