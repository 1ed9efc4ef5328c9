/* SPDX-License-Identifier: Apache-2.0 */
/* The host has another way for an attempt that did not go. */
#include "core/engine.h"

static bool hurry(struct live *l, int64_t attempt, int64_t now)
{
	for (struct attempt *row = l->attempts; row; row = row->next) {
		if (row->resends != attempt ||
		    row->state != ALERTE_ATTEMPT_PLANNED || row->due <= now)
			continue;
		row->due = now;
		row->dirty = true;
		return true;
	}
	return false;
}

static int run_elsewhere(struct alerte *e, const struct queued *q)
{
	return alerte_elsewhere(e, q->number, q->now);
}

int alerte_elsewhere(struct alerte *e, int64_t attempt,
		     struct alerte_time now)
{
	struct live *l;

	if (attempt <= 0)
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_elsewhere, .number = attempt,
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	if (hurry(&e->house, attempt, e->now.boot_ms))
		return engine_settle(e);
	for (l = e->live; l; l = l->next)
		if (hurry(l, attempt, e->now.boot_ms))
			return engine_settle(e);
	return ALERTE_OK;
}
