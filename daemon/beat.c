/* SPDX-License-Identifier: Apache-2.0 */
#include "beat.h"

#include <errno.h>
#include <stdlib.h>
#include <systemd/sd-event.h>

#include "daemon.h"
#include "link.h"
#include "log.h"

/* A path that flaps must not become a flood at the server. */
#define APART_MS 10000
#define APART_US 200000
/* What comes in and what is due go first. */
#define PRIORITY (SD_EVENT_PRIORITY_NORMAL + 10)

struct beat {
	struct daemon *d;
	sd_event_source *timer;
	int64_t told_ms;		/* a change, boot clock; 0: none */
	bool changed;			/* the next one tells a change */
};

static void set(struct beat *b, int64_t at_ms)
{
	sd_event_source_set_time(b->timer, (uint64_t)at_ms * 1000);
	sd_event_source_set_enabled(b->timer, SD_EVENT_ONESHOT);
}

static void send(struct beat *b, struct alerte_time now)
{
	struct daemon *d = b->d;
	struct alerte_heartbeat beat = {
		.size = sizeof(beat), .every_s = d->conf.heartbeat_s,
		.degraded = daemon_missing(d)
	};
	int r = alerte_heartbeat(d->engine, now, &beat);

	if (r < 0)
		log_line(ALERTE_LOG_WARNING, "heartbeat: %s",
			 alerte_strerror(r));
	else if (link_beat(d->link, &beat) && b->changed)
		b->told_ms = now.boot_ms;

	b->changed = false;

	/* Its number may have been the write that failed, or worked again. */
	loop_later(d);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	struct beat *b = context;
	struct alerte_time now = daemon_now(b->d);

	(void)source;
	(void)usec;

	if (b->d->stopping || !b->d->conf.heartbeat_s)
		return 0;

	send(b, now);
	set(b, now.boot_ms + b->d->conf.heartbeat_s * INT64_C(1000));
	return 0;
}

void beat_changed(struct beat *b)
{
	int64_t now;

	if (!b || !b->d->conf.heartbeat_s)
		return;

	now = daemon_now(b->d).boot_ms;
	b->changed = true;
	set(b, b->told_ms && b->told_ms + APART_MS > now
	       ? b->told_ms + APART_MS : now);
}

void beat_settings(struct beat *b)
{
	if (!b->d->conf.heartbeat_s)
		sd_event_source_set_enabled(b->timer, SD_EVENT_OFF);
	else
		beat_changed(b);
}

int beat_new(struct daemon *d, struct beat **out)
{
	struct beat *b = calloc(1, sizeof(*b));
	int r;

	if (!b)
		return -ENOMEM;

	b->d = d;
	r = sd_event_add_time(d->event, &b->timer, CLOCK_BOOTTIME, 0, APART_US,
			      on_timer, b);
	if (r < 0) {
		free(b);
		return r;
	}

	sd_event_source_set_priority(b->timer, PRIORITY);
	sd_event_source_set_enabled(b->timer, SD_EVENT_OFF);
	*out = b;
	return 0;
}

void beat_free(struct beat *b)
{
	if (!b)
		return;

	sd_event_source_disable_unref(b->timer);
	free(b);
}

json_t *beat_describe(const struct daemon *d)
{
	struct alerte_gateway g = { .size = sizeof(g) };

	if (alerte_gateway(d->engine, &g) < 0)
		return json_object();

	return json_pack("{s:s, s:s, s:i}", "gateway", g.name, "key", g.key,
			 "every_s", (int)d->conf.heartbeat_s);
}
