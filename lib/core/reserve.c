/* SPDX-License-Identifier: Apache-2.0 */
#include "core/reserve.h"

#include <stdlib.h>

#include "core/engine.h"

void reserve_fill(struct alerte *e)
{
	struct reserve *r = &e->reserve;

	while (r->lives < RESERVE_LIVES) {
		struct live *l = calloc(1, sizeof(*l));

		if (!l)
			return;
		r->live[r->lives++] = l;
	}
	while (r->attempts < RESERVE_ATTEMPTS) {
		struct attempt *row = calloc(1, sizeof(*row));

		if (!row)
			return;
		r->attempt[r->attempts++] = row;
	}
}

void reserve_free(struct alerte *e)
{
	struct reserve *r = &e->reserve;

	while (r->lives)
		free(r->live[--r->lives]);
	while (r->attempts)
		free(r->attempt[--r->attempts]);
}

struct live *reserve_live(struct alerte *e)
{
	struct live *l = calloc(1, sizeof(*l));

	return l || !e->reserve.lives ? l :
	       e->reserve.live[--e->reserve.lives];
}

struct attempt *reserve_attempt(struct alerte *e)
{
	struct attempt *row = calloc(1, sizeof(*row));

	return row || !e->reserve.attempts ? row :
	       e->reserve.attempt[--e->reserve.attempts];
}
