/* SPDX-License-Identifier: Apache-2.0 */
/* Which way a message goes. */
#include "paths_inside.h"

#include <string.h>

/* The lower, the better. */
static unsigned int rank(const struct path *at, uint32_t tried, bool last,
			 bool relay)
{
	size_t i = (size_t)(at - at->paths->path);

	return (path_usable(at) ? 0 : 8) + (last ? 4 : 0) +
	       (tried & 1u << i ? 2 : 0) +
	       (relay && at->fault[ROAMING] ? 1 : 0);
}

/*
 * What is known of the attempt this one replaces.  Of one of an earlier life,
 * nothing: it went the first way, most likely.
 */
static struct trip before(struct paths *p, const struct alerte_message *m)
{
	struct trip none = { .path = NOWHERE }, *t;

	if (!m->resends)
		return none;

	t = trip_of(p, m->resends);
	if (t)
		return *t;

	for (size_t i = 0; i < p->n; i++)
		if (path_carries(&p->path[i], m->channel)) {
			none.path = (int)i;
			none.tried = 1u << i;
			break;
		}

	return none;
}

/* The next to be asked, or NULL; asked: those that refused it just now. */
static struct path *next_path(struct paths *p, const struct alerte_message *m,
			      const struct trip *last, uint32_t asked)
{
	struct path *best = NULL;
	unsigned int least = UINT32_MAX;

	for (size_t i = 0; i < p->n; i++) {
		struct path *at = &p->path[i];
		bool same = last->path == (int)i;
		unsigned int own = rank(at, last->tried, same, m->channel ==
					ALERTE_CHANNEL_RELAY114);

		if (!at->modem || !path_carries(at, m->channel) ||
		    asked & 1u << i || (m->other_path && same) ||
		    own >= least)
			continue;
		best = at;
		least = own;
	}

	return best;
}

static struct trip *trip_new(struct paths *p, const struct alerte_message *m)
{
	struct trip *t = trip_of(p, m->attempt);

	if (!t)
		t = &p->trip[p->next_trip++ % TRIPS_MAX];

	*t = (struct trip){ .attempt = m->attempt, .channel = m->channel,
			    .unseen = m->unseen, .path = NOWHERE };
	return t;
}

/* A call rings for as long as it rings. */
static bool is_watched(enum alerte_channel channel, int result)
{
	return !result && channel != ALERTE_CHANNEL_VOICE;
}

static int hand(struct path *at, const struct alerte_message *m)
{
	return m->channel == ALERTE_CHANNEL_VOICE
	       ? at->driver->ring(at->modem, m)
	       : at->driver->send(at->modem, m);
}

static void left(struct path *at, const struct alerte_message *m,
		 uint32_t tried, int result)
{
	struct paths *p = at->paths;
	bool idle = !path_pending(p, at);
	struct trip *t = trip_new(p, m);

	t->path = (int)(at - p->path);
	t->tried = tried;
	t->pending = is_watched(m->channel, result);

	if (t->pending && idle)
		at->progress_ms = paths_now_ms();
	if (result)
		p->events.elsewhere(p->events.context, m->attempt);
	sd_event_source_set_enabled(p->defer, SD_EVENT_ONESHOT);
}

static void meet_busy(struct paths *p, const struct alerte_message *m)
{
	for (size_t i = 0; i < p->n; i++)
		if (path_carries(&p->path[i], m->channel))
			path_meet_busy(&p->path[i], m->unseen);

	sd_event_source_set_enabled(p->defer, SD_EVENT_ONESHOT);
}

int paths_send(struct paths *p, const struct alerte_message *m)
{
	struct trip last = before(p, m);
	uint32_t asked = 0;
	struct path *at;
	int r;

	meet_busy(p, m);

	/* A new round. */
	if (!paths_another(p, m->channel, last.tried))
		last.tried = 0;

	while ((at = next_path(p, m, &last, asked))) {
		r = hand(at, m);
		asked |= 1u << (at - p->path);
		if (r == ALERTE_EREFUSED)
			continue;
		left(at, m, last.tried | asked, r);
		return r;
	}

	trip_new(p, m);
	return ALERTE_EREFUSED;
}

void paths_locate(struct paths *p, int64_t alert)
{
	for (size_t i = 0; p && i < p->n; i++) {
		const struct path *at = &p->path[i];

		if (at->modem && at->driver->locate)
			at->driver->locate(at->modem, alert);
	}
}
