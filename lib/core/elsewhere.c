/* SPDX-License-Identifier: Apache-2.0 */
/* What the host says of its ways for SMS. */
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

static int run_answers(struct alerte *e, const struct queued *q)
{
	return alerte_answers(e, q->value, q->now);
}

int alerte_answers(struct alerte *e, bool heard, struct alerte_time now)
{
	if (e->in_host) {
		struct queued q = { .run = run_answers, .value = heard,
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	e->unheard = !heard;
	return ALERTE_OK;
}
