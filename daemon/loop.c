/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn: what is due is done, who listens is told, the timer is set to the
 * engine's deadline on the boot clock.
 */
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#include "beat.h"
#include "clock.h"
#include "control/control.h"
#include "daemon.h"
#include "ear.h"
#include "link.h"
#include "log.h"
#include "paths.h"

/*
 * An engine that asks to be called at once and then sends nothing must not
 * take the processor for itself.
 */
#define SPIN_GUARD_MS 50
/* Between steps for inputs that raised nothing; the pace of a search. */
#define PACE_MS 5
#define STOP_US 3000000
#define HEALTH_US 5000000

struct alerte_time daemon_now(const struct daemon *d)
{
	return clock_now(d->conf.clock_trusted);
}

bool daemon_missing(const struct daemon *d)
{
	return ear_missing(d->ear) || paths_missing(d->paths) ||
	       (bus_needed(d) && !d->bus) || d->refuge.taken;
}

bool daemon_degraded(const struct daemon *d)
{
	struct alerte_status s = { .size = sizeof(s) };

	if (daemon_missing(d))
		return true;

	return alerte_status(d->engine, &s) < 0 || s.faults || !s.durable;
}

static void arm(struct daemon *d, int64_t not_before_ms)
{
	int64_t at = alerte_deadline(d->engine);

	d->armed_ms = at;

	if (at == ALERTE_NEVER || d->stopping) {
		sd_event_source_set_enabled(d->deadline, SD_EVENT_OFF);
		return;
	}

	if (at < not_before_ms)
		at = not_before_ms;

	sd_event_source_set_time(d->deadline, (uint64_t)at * 1000);
	sd_event_source_set_enabled(d->deadline, SD_EVENT_ONESHOT);
}

/* systemctl status shows it to every user of the machine. */
static void status_tell(struct daemon *d)
{
	char status[sizeof(d->status)];
	char fault[ALERTE_ID_MAX], after[ALERTE_ID_MAX] = "";
	size_t n;

	n = (size_t)snprintf(status, sizeof(status), "%s",
			     daemon_degraded(d) ? "degraded" : "ready");

	while (n < sizeof(status) &&
	       alerte_fault_next(d->engine, after, fault) == 1) {
		strcpy(after, fault);
		if (host_fault_public(fault))
			n += (size_t)snprintf(status + n, sizeof(status) - n,
					      " %s", fault);
	}

	if (!strcmp(status, d->status))
		return;

	strcpy(d->status, status);
	sd_notifyf(0, "STATUS=%s", status);
	log_line(ALERTE_LOG_NOTICE, "state: %s", status);
	beat_changed(d->beat);
}

/* A step that failed for the disk alone has acted all the same (S2). */
static int step(struct daemon *d, struct alerte_time now)
{
	int r;

	d->stepping = true;
	d->stepped_ms = now.boot_ms;
	r = alerte_step(d->engine, now);
	d->stepping = false;

	if (r < 0)
		log_line(ALERTE_LOG_ERROR, "step: %s", alerte_errmsg(d->engine));

	return r;
}

/* What is unseen is not waited for: how long a stop takes shows too (L8). */
static void leave_when_done(struct daemon *d)
{
	if (!flight_seen(&d->flight))
		sd_event_exit(d->event, 0);
}

void loop_turn(struct daemon *d)
{
	struct alerte_time now;
	int64_t not_before = 0;

	if (d->stepping) {
		loop_soon(d);
		return;
	}

	if (d->stopping) {
		leave_when_done(d);
		return;
	}

	now = daemon_now(d);

	if (alerte_deadline(d->engine) <= now.boot_ms && step(d, now) <= 0 &&
	    alerte_deadline(d->engine) <= now.boot_ms)
		not_before = now.boot_ms + SPIN_GUARD_MS;

	control_watch(d->control);
	link_poll(d->link);
	status_tell(d);
	arm(d, not_before);
}

void loop_later(struct daemon *d)
{
	if (!d->stopping && alerte_deadline(d->engine) < d->armed_ms)
		arm(d, d->stepped_ms + PACE_MS);
}

void loop_soon(struct daemon *d)
{
	sd_event_source_set_enabled(d->soon, SD_EVENT_ONESHOT);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	loop_turn(context);
	return 0;
}

static int on_soon(sd_event_source *source, void *context)
{
	(void)source;
	loop_turn(context);
	return 0;
}

static int on_health(sd_event_source *source, uint64_t usec, void *context)
{
	struct daemon *d = context;
	uint64_t limit = 0;
	int r = ALERTE_OK;

	(void)usec;

	/* Sets no message going that was not due anyway. */
	if (!d->stopping)
		r = step(d, daemon_now(d));

	if (r >= 0 || r == ALERTE_ESTORE)
		sd_notify(0, "WATCHDOG=1");

	if (sd_watchdog_enabled(0, &limit) <= 0 || limit / 3 > HEALTH_US)
		limit = 3 * HEALTH_US;

	sd_event_source_set_time_relative(source, limit / 3);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	loop_turn(d);
	return 0;
}

int loop_start(struct daemon *d)
{
	int r;

	r = sd_event_add_time(d->event, &d->deadline, CLOCK_BOOTTIME, 0, 1000,
			      on_deadline, d);
	if (r >= 0)
		r = sd_event_add_defer(d->event, &d->soon, on_soon, d);
	if (r >= 0)
		r = sd_event_add_time_relative(d->event, &d->health,
					       CLOCK_BOOTTIME, 0, 100000,
					       on_health, d);
	if (r < 0)
		return r;

	/* What is due goes before what comes in: strangers cannot delay it. */
	sd_event_source_set_priority(d->deadline, SD_EVENT_PRIORITY_IMPORTANT);
	sd_event_source_set_priority(d->soon, SD_EVENT_PRIORITY_IMPORTANT);
	return 0;
}

void loop_free(struct daemon *d)
{
	d->deadline = sd_event_source_disable_unref(d->deadline);
	d->soon = sd_event_source_disable_unref(d->soon);
	d->health = sd_event_source_disable_unref(d->health);
	d->grace = sd_event_source_disable_unref(d->grace);
}

static int on_stop_limit(sd_event_source *source, uint64_t usec, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)usec;
	if (flight_seen(&d->flight))
		log_line(ALERTE_LOG_NOTICE, "messages without an answer yet: "
			 "%zu; they are taken up at the next start",
			 flight_seen(&d->flight));
	return sd_event_exit(d->event, 0);
}

void loop_stop(struct daemon *d)
{
	if (d->stopping)
		return;

	d->stopping = true;
	sd_notify(0, "STOPPING=1");
	radio_stop(d);
	control_close(d->control);
	sd_event_source_set_enabled(d->deadline, SD_EVENT_OFF);

	if (!flight_seen(&d->flight) ||
	    sd_event_add_time_relative(d->event, &d->grace, CLOCK_BOOTTIME,
				       STOP_US, 1000, on_stop_limit, d) < 0)
		sd_event_exit(d->event, 0);
}
