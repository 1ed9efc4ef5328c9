/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path is out when its driver did not start, tells a fault, or is busy:
 *
 *   send ----> pending ----> receipt                (progress)
 *                 |
 *                 nothing for PATHS_BUSY_MS, and another path can carry it:
 *                 busy; what is pending is given up there, and UNKNOWN
 *
 * Busy with nothing but unseen messages does not show (L8), until one that may
 * be known of goes round it.
 *
 * A trip is one attempt on its way.  It is kept after its receipt, so that what
 * takes its place knows which paths were tried.  When all were, a new round
 * begins, which the engine puts off; within a round nothing waits.
 */
#include "paths_inside.h"

#include <time.h>

#define OVERDUE_MS 1000		/* looked at again, while nothing can move */

int64_t paths_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

struct trip *trip_of(struct paths *p, int64_t attempt)
{
	for (size_t i = 0; attempt && i < TRIPS_MAX; i++)
		if (p->trip[i].attempt == attempt)
			return &p->trip[i];

	return NULL;
}

bool path_pending(const struct paths *p, const struct path *at)
{
	for (size_t i = 0; i < TRIPS_MAX; i++)
		if (p->trip[i].pending && &p->path[p->trip[i].path] == at)
			return true;

	return false;
}

/* Usable, can carry it, and not among those that were tried. */
bool paths_another(const struct paths *p, enum alerte_channel channel,
		       uint32_t tried)
{
	for (size_t i = 0; i < p->n; i++)
		if (!(tried & 1u << i) && path_usable(&p->path[i]) &&
		    path_carries(&p->path[i], channel))
			return true;

	return false;
}

void paths_watch(struct paths *p)
{
	int64_t due = ALERTE_NEVER, now = paths_now_ms();

	for (size_t i = 0; i < p->n; i++) {
		const struct path *at = &p->path[i];
		int64_t own = at->busy_ms;

		if (!own && path_pending(p, at)) {
			own = at->progress_ms + p->events.busy_ms;
			if (own <= now)
				own = now + OVERDUE_MS;
		}
		if (own && own < due)
			due = own;
	}

	sd_event_source_set_enabled(p->watch, due == ALERTE_NEVER
					      ? SD_EVENT_OFF
					      : SD_EVENT_ONESHOT);
	if (due != ALERTE_NEVER)
		sd_event_source_set_time(p->watch, (uint64_t)due * 1000);
}

static bool is_failure(enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_UNKNOWN:
		return true;
	case ALERTE_RECEIPT_ACCEPTED:
	case ALERTE_RECEIPT_SENT:
	case ALERTE_RECEIPT_DELIVERED:
	case ALERTE_RECEIPT_REJECTED:
		return false;
	}

	return false;
}

/* The engine is told, and where there is another way for it that too. */
void trip_receipt(struct paths *p, int64_t attempt, int part,
		    enum alerte_receipt_kind kind)
{
	struct trip *t = trip_of(p, attempt);
	bool move = t && is_failure(kind) &&
		    paths_another(p, t->channel, t->tried);

	if (t && kind != ALERTE_RECEIPT_ACCEPTED)
		t->pending = false;

	p->events.receipt(p->events.context, attempt, part, kind);

	if (move)
		p->events.elsewhere(p->events.context, attempt);
}

/* Perhaps sent; what the driver says later is told all the same. */
void path_give_up(struct paths *p, struct path *at)
{
	for (size_t i = 0; i < TRIPS_MAX; i++)
		if (p->trip[i].pending && &p->path[p->trip[i].path] == at)
			p->trip[i].given_up = true;

	for (size_t i = 0; i < TRIPS_MAX; i++) {
		const struct trip *t = &p->trip[i];
		int64_t attempt = t->attempt;

		if (!t->pending || &p->path[t->path] != at)
			continue;

		at->moved += !t->unseen;
		if (at->modem && at->driver->give_up)
			at->driver->give_up(at->modem, attempt);
		if (t->pending && t->attempt == attempt)
			trip_receipt(p, attempt, 0, ALERTE_RECEIPT_UNKNOWN);
	}
}

/* Something that is pending there could go another way. */
static bool can_move(const struct paths *p, const struct path *at)
{
	for (size_t i = 0; i < TRIPS_MAX; i++) {
		const struct trip *t = &p->trip[i];

		if (t->pending && &p->path[t->path] == at &&
		    paths_another(p, t->channel, 1u << t->path))
			return true;
	}

	return false;
}

/* Something that may be known of waits there. */
static bool seen_pending(const struct paths *p, const struct path *at)
{
	for (size_t i = 0; i < TRIPS_MAX; i++)
		if (p->trip[i].pending && !p->trip[i].unseen &&
		    &p->path[p->trip[i].path] == at)
			return true;

	return false;
}

void path_meet_busy(struct path *at, bool unseen)
{
	if (unseen || !at->busy_ms || at->busy_shown)
		return;

	path_say(at, ALERTE_LOG_ERROR, "a message is not answered; what waits "
		 "moves to another path", "");
	at->busy_shown = true;
}

int paths_on_watch(sd_event_source *source, uint64_t usec, void *context)
{
	struct paths *p = context;
	int64_t now = paths_now_ms();

	(void)source;
	(void)usec;

	for (size_t i = 0; i < p->n; i++) {
		struct path *at = &p->path[i];

		if (at->busy_ms && at->busy_ms <= now) {
			at->busy_ms = 0;
			at->progress_ms = now;
		}
		if (at->busy_ms || !path_pending(p, at) ||
		    at->progress_ms + p->events.busy_ms > now ||
		    !can_move(p, at))
			continue;

		at->busy_ms = now + PATHS_BUSY_MOST_MS;
		at->busy_shown = false;
		path_meet_busy(at, !seen_pending(p, at));
		path_give_up(p, at);
	}

	paths_health(p);
	paths_watch(p);
	return 0;
}
