/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_RESERVE_H
#define CORE_RESERVE_H

struct alerte;
struct attempt;
struct live;

/*
 * Memory laid by while there is some: with none left an alert still opens, and
 * whom it has to tell is still written down.  What is taken is zero, and freed
 * like any other.  Two alerts and their first steps: by the time more is
 * needed alerte_step() has come by.
 */
#define RESERVE_LIVES 2
#define RESERVE_ATTEMPTS 16

struct reserve {
	struct live *live[RESERVE_LIVES];
	struct attempt *attempt[RESERVE_ATTEMPTS];
	int lives, attempts;
};

/* As far as there is memory. */
void reserve_fill(struct alerte *e);
void reserve_free(struct alerte *e);
/* New, or from the reserve, the caller's; NULL when that is used up too. */
struct live *reserve_live(struct alerte *e);
struct attempt *reserve_attempt(struct alerte *e);

#endif
