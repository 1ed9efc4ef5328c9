/* SPDX-License-Identifier: Apache-2.0 */
#include "link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <alerte/transport.h>

#include "beat.h"
#include "clock.h"
#include "daemon.h"
#include "expiry.h"
#include "log.h"
#include "mail.h"
#include "watches.h"

#define POLLS_MAX 16384
#define MINUTE_MS 60000
#define CLOCK_KEEP_MS (60 * MINUTE_MS)	/* spares the flash */

/* When an endpoint was last asked about an alert (L4). */
struct polled {
	int64_t alert, asked_ms;
	char endpoint[ALERTE_ID_MAX];
};

struct link {
	struct daemon *d;
	struct alerte_https *https;
	struct watches watches;
	sd_event_source *minute, *poll;
	size_t npolls, poll_room;
	struct polled *polled;
	size_t nids;
	char id[ALERTE_HTTPS_ENDPOINTS_MAX][ALERTE_ID_MAX];
	int beat_status[ALERTE_HTTPS_ENDPOINTS_MAX];	/* as last told */
	int64_t kept_ms;
};

/* ------------------------------------------------- the transport's loop */

static void on_ready(void *context, int fd, unsigned int events)
{
	struct link *l = context;

	alerte_https_socket(l->https, fd, events);
}

static void on_timeout(void *context)
{
	struct link *l = context;

	alerte_https_timeout(l->https);
}

/* ----------------------------------------------- the transport's events */

static void on_receipt(void *context, int64_t attempt,
		       enum alerte_receipt_kind kind)
{
	struct link *l = context;

	host_receipt(l->d, attempt, 0, kind);
}

static void on_answers(void *context, const char *endpoint,
		       const char *reference, const char *body, size_t len)
{
	struct link *l = context;
	int r;

	r = alerte_answer(l->d->engine, endpoint, reference, body, len,
			  daemon_now(l->d));
	if (r < 0)
		log_line(ALERTE_LOG_WARNING, "endpoint %s: answer dropped: %s",
			 endpoint, alerte_strerror(r));

	loop_soon(l->d);
}

static void on_fault(void *context, const char *endpoint, const char *fault,
		     bool present)
{
	struct link *l = context;

	log_line(ALERTE_LOG_WARNING, "endpoint %s: fault %s %s", endpoint,
		 fault, present ? "begins" : "ends");
	/* Other endpoints may still have it. */
	host_fault(l->d, fault, alerte_https_faults(l->https, fault) > 0 ||
		   (!strcmp(fault, "clock") && mail_undated(l->d->mail)));
}

/* ----------------------------------------------------------- settings */

static bool still_set(struct link *l, const char *id)
{
	struct alerte_endpoint e = { .size = sizeof(e) };
	char after[ALERTE_ID_MAX] = "";

	while (alerte_endpoint_next(l->d->engine, after, &e) == 1) {
		if (!strcmp(e.id, id))
			return true;
		strcpy(after, e.id);
	}

	return false;
}

static void remove_gone(struct link *l)
{
	size_t i = 0;

	while (i < l->nids) {
		if (still_set(l, l->id[i])) {
			i++;
			continue;
		}
		alerte_https_endpoint_remove(l->https, l->id[i]);
		strcpy(l->id[i], l->id[--l->nids]);
		l->beat_status[i] = l->beat_status[l->nids];
	}
}

static void remember(struct link *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->nids; i++)
		if (!strcmp(l->id[i], id))
			return;

	if (l->nids < ALERTE_HTTPS_ENDPOINTS_MAX) {
		l->beat_status[l->nids] = 0;
		strcpy(l->id[l->nids++], id);
	}
}

static void clock_tell(struct link *l)
{
	struct alerte_time now = daemon_now(l->d);
	const char *state = l->d->options.state;

	if (l->https)
		alerte_https_clock(l->https, now.wall_trusted ? now.wall_ms
				   : clock_kept(state), now.wall_trusted);

	if (!now.wall_trusted)
		return;

	if (!l->kept_ms || now.boot_ms - l->kept_ms >= CLOCK_KEEP_MS) {
		clock_keep(state, now.wall_ms);
		l->kept_ms = now.boot_ms;
	}
}

/*
 * HTTPS is made with the first endpoint: a gateway without one keeps libcurl
 * and all it brings out of its memory.
 */
static bool https_ready(struct link *l)
{
	struct alerte_transport_loop loop = watches_loop(&l->watches);
	struct alerte_https_events events = {
		.size = sizeof(events), .context = l, .receipt = on_receipt,
		.answers = on_answers, .fault = on_fault
	};

	if (l->https)
		return true;

	if (alerte_https_new(&loop, &events, &l->https) < 0) {
		log_line(ALERTE_LOG_ERROR, "no memory for HTTPS; apply the "
			 "settings again");
		return false;
	}

	clock_tell(l);
	return true;
}

void link_settings(struct link *l)
{
	struct alerte_endpoint e = { .size = sizeof(e) };
	char after[ALERTE_ID_MAX] = "";
	int r;

	if (!l)
		return;

	remove_gone(l);

	while (alerte_endpoint_next(l->d->engine, after, &e) == 1) {
		r = https_ready(l) ? alerte_https_endpoint_set(l->https, &e)
		    : ALERTE_ENOMEM;
		if (r < 0)
			log_line(ALERTE_LOG_ERROR, "endpoint %s: %s", e.id,
				 alerte_strerror(r));
		else
			remember(l, e.id);
		strcpy(after, e.id);
	}

	/* A new one should not wait to know of us. */
	beat_changed(l->d->beat);
	expiry_look(l->d->expiry);
}

/* ------------------------------------------------------------- polls */

/* Room for one more poll; false when there can be none. */
static bool poll_room(struct link *l)
{
	size_t room = l->poll_room ? 2 * l->poll_room : 16;
	struct polled *polled;

	if (l->npolls < l->poll_room)
		return true;

	polled = room <= POLLS_MAX ? reallocarray(l->polled, room,
						  sizeof(*polled)) : NULL;
	if (!polled)
		return false;

	l->polled = polled;
	l->poll_room = room;
	return true;
}

/*
 * When this poll was last asked; a new one was never.  Without room the one
 * asked longest ago gives way.
 */
static int64_t *asked(struct link *l, const struct alerte_poll *p)
{
	size_t i, oldest = 0;

	for (i = 0; i < l->npolls; i++) {
		if (l->polled[i].alert == p->alert &&
		    !strcmp(l->polled[i].endpoint, p->endpoint))
			return &l->polled[i].asked_ms;
		if (l->polled[i].asked_ms < l->polled[oldest].asked_ms)
			oldest = i;
	}

	if (poll_room(l))
		oldest = l->npolls++;
	else if (!l->npolls)
		return NULL;

	l->polled[oldest].alert = p->alert;
	strcpy(l->polled[oldest].endpoint, p->endpoint);
	l->polled[oldest].asked_ms = INT64_MIN / 2;
	return &l->polled[oldest].asked_ms;
}

/* Without a claim the other gateways of the place do not wait for us. */
static void ask(struct link *l, const struct alerte_poll *p,
		struct alerte_time now)
{
	char claim[ALERTE_CLAIM_MAX];
	bool claims = alerte_claim(l->d->engine, p->alert, now, claim) >= 0;

	if (p->unseen)
		alerte_https_poll_unseen(l->https, p->endpoint, p->reference,
					 claims ? claim : NULL);
	else if (!claims)
		alerte_https_poll(l->https, p->endpoint, p->reference);
	else
		alerte_https_poll_claim(l->https, p->endpoint, p->reference,
					claim);
}

void link_poll(struct link *l)
{
	struct alerte_poll p = { .size = sizeof(p) };
	struct alerte_time now;
	int64_t next = ALERTE_NEVER, *last;

	if (!l || l->d->stopping)
		return;

	now = daemon_now(l->d);

	while (alerte_poll_next(l->d->engine, p.id, now, &p) == 1) {
		last = asked(l, &p);
		if (!last)
			continue;
		if (*last + p.every_ms <= now.boot_ms) {
			*last = now.boot_ms;
			ask(l, &p, now);
		}
		if (*last + p.every_ms < next)
			next = *last + p.every_ms;
	}

	if (next == ALERTE_NEVER) {
		l->npolls = 0;
		sd_event_source_set_enabled(l->poll, SD_EVENT_OFF);
		return;
	}

	sd_event_source_set_time(l->poll, (uint64_t)next * 1000);
	sd_event_source_set_enabled(l->poll, SD_EVENT_ONESHOT);
}

static int on_poll(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	link_poll(context);
	return 0;
}

/* -------------------------------------------------------- heartbeats */

/* What became of the last one, in a word. */
static const char *beat_word(const struct alerte_https_state *s)
{
	if (s->beat_status >= 200 && s->beat_status < 300)
		return "taken";
	if (s->beat_status)
		return "refused";

	return s->beat_boot_ms < 0 ? "none" : "lost";
}

/* Once for each change: a server that knows no heartbeats is no fault. */
static void beat_tell(struct link *l, size_t i)
{
	struct alerte_https_state s = { .size = sizeof(s) };

	if (alerte_https_describe(l->https, l->id[i], &s) < 0 ||
	    s.beat_status == l->beat_status[i])
		return;

	l->beat_status[i] = s.beat_status;
	log_line(s.beat_status >= 200 && s.beat_status < 300
		 ? ALERTE_LOG_NOTICE : ALERTE_LOG_WARNING,
		 "endpoint %s: heartbeat %s, status %d", l->id[i],
		 beat_word(&s), s.beat_status);
}

size_t link_beat(struct link *l, const struct alerte_heartbeat *beat)
{
	size_t i = 0;

	for (; l && i < l->nids; i++) {
		beat_tell(l, i);
		alerte_https_beat(l->https, l->id[i], beat->body, beat->len,
				  beat->signature);
	}

	return i;
}

/* ------------------------------------------------------- each minute */

static int on_minute(sd_event_source *source, uint64_t usec, void *context)
{
	struct link *l = context;
	size_t i;

	(void)usec;
	clock_tell(l);

	for (i = 0; i < l->nids; i++)
		alerte_https_warm(l->https, l->id[i]);

	sd_event_source_set_time_relative(source, MINUTE_MS * 1000);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

/* --------------------------------------------------------------- life */

static int timers_add(struct link *l)
{
	sd_event *event = l->d->event;
	int r;

	l->watches.context = l;
	l->watches.ready = on_ready;
	l->watches.expired = on_timeout;
	r = watches_open(&l->watches, event);
	if (r >= 0)
		r = sd_event_add_time(event, &l->poll, CLOCK_BOOTTIME, 0,
				      50000, on_poll, l);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &l->minute,
					       CLOCK_BOOTTIME, 1000000, 1000000,
					       on_minute, l);
	if (r < 0)
		return r;

	sd_event_source_set_enabled(l->poll, SD_EVENT_OFF);
	return 0;
}

int link_new(struct daemon *d, struct link **out)
{
	struct link *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;

	l->d = d;

	if (timers_add(l) < 0) {
		link_free(l);
		return -ENOMEM;
	}

	clock_tell(l);
	*out = l;
	return 0;
}

void link_free(struct link *l)
{
	if (!l)
		return;

	alerte_https_free(l->https);
	watches_close(&l->watches);
	sd_event_source_disable_unref(l->poll);
	sd_event_source_disable_unref(l->minute);
	free(l->polled);
	free(l);
}

int link_send(struct link *l, const struct alerte_message *message)
{
	return l && l->https ? alerte_https_send(l->https, message)
	       : ALERTE_EREFUSED;
}

bool link_undated(const struct link *l)
{
	return l && l->https && alerte_https_faults(l->https, "clock") > 0;
}

json_t *link_describe(struct link *l)
{
	struct alerte_https_state s = { .size = sizeof(s) };
	json_t *list = json_array();
	size_t i;

	for (i = 0; l && i < l->nids; i++) {
		if (alerte_https_describe(l->https, l->id[i], &s) < 0)
			continue;
		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:i, s:i, s:i, s:s, s:s}", "id", s.id, "state",
			s.fault ? "fault" : s.success_boot_ms < 0 &&
			s.failure_boot_ms < 0 ? "unused" : s.failures ?
			"failing" : "ok", "under_way", (int)s.under_way,
			"failures", (int)s.failures, "status", s.status,
			"error", s.error, "heartbeat", beat_word(&s)));
	}

	return list;
}
