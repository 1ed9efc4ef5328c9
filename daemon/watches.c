/* SPDX-License-Identifier: Apache-2.0 */
#include "watches.h"

#include <sys/epoll.h>

static int on_ready(sd_event_source *source, int fd, uint32_t revents,
		    void *context)
{
	struct watches *w = context;
	unsigned int events = 0;

	(void)source;

	if (revents & (EPOLLIN | EPOLLHUP | EPOLLERR))
		events |= ALERTE_TRANSPORT_READ;
	if (revents & (EPOLLOUT | EPOLLERR))
		events |= ALERTE_TRANSPORT_WRITE;

	w->ready(w->context, fd, events);
	return 0;
}

static void forget(struct watches *w, size_t i)
{
	sd_event_source_disable_unref(w->watch[i].source);
	w->watch[i] = w->watch[--w->n];
}

static void on_watch(void *context, int fd, unsigned int events)
{
	struct watches *w = context;
	uint32_t want = 0;
	size_t i;

	if (events & ALERTE_TRANSPORT_READ)
		want |= EPOLLIN;
	if (events & ALERTE_TRANSPORT_WRITE)
		want |= EPOLLOUT;

	for (i = 0; i < w->n && w->watch[i].fd != fd; i++)
		;

	if (i < w->n && !want) {
		forget(w, i);
	} else if (i < w->n) {
		sd_event_source_set_io_events(w->watch[i].source, want);
	} else if (want && i < WATCHES_MAX &&
		   sd_event_add_io(w->event, &w->watch[i].source, fd, want,
				   on_ready, w) >= 0) {
		w->watch[i].fd = fd;
		w->n++;
	}
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *context)
{
	struct watches *w = context;

	(void)source;
	(void)usec;
	w->expired(w->context);
	return 0;
}

static void on_timer(void *context, int64_t timeout_ms)
{
	struct watches *w = context;

	if (timeout_ms < 0) {
		sd_event_source_set_enabled(w->timeout, SD_EVENT_OFF);
		return;
	}

	sd_event_source_set_time_relative(w->timeout,
					  (uint64_t)timeout_ms * 1000);
	sd_event_source_set_enabled(w->timeout, SD_EVENT_ONESHOT);
}

int watches_open(struct watches *w, sd_event *event)
{
	int r = sd_event_add_time(event, &w->timeout, CLOCK_BOOTTIME, 0, 1000,
				  on_timeout, w);

	if (r < 0)
		return r;

	w->event = event;
	sd_event_source_set_enabled(w->timeout, SD_EVENT_OFF);
	return 0;
}

void watches_close(struct watches *w)
{
	while (w->n)
		forget(w, w->n - 1);

	w->timeout = sd_event_source_disable_unref(w->timeout);
}

struct alerte_transport_loop watches_loop(struct watches *w)
{
	struct alerte_transport_loop loop = {
		.size = sizeof(loop), .context = w,
		.watch = on_watch, .timer = on_timer
	};

	return loop;
}
