/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SMS through a gateway that takes them as HTTP requests (alerte/gateway.h).
 * It can only send: a reply comes in by another path, and the relay never goes
 * this way (M4).
 *
 * It is asked every five minutes whether it is there, so that its loss is known
 * before an alert, and more often once it has failed.
 *
 * Fault:
 *   modem    what gateway.h calls "gateway"
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "log.h"
#include "modem/http_gateway.h"

#define PROBE_MS (5 * 60000)
#define PROBE_FAILING_MS 20000

static void describe_into(const struct http *h,
			  struct alerte_gateway_state *state)
{
	state->size = sizeof(*state);
	alerte_gateway_describe(h->gateway, state);
}

static void probe_in(struct http *h, int64_t ms)
{
	sd_event_source_set_time_relative(h->probe, (uint64_t)ms * 1000);
	sd_event_source_set_enabled(h->probe, SD_EVENT_ONESHOT);
}

/* What was asked may have failed by now: look again soon. */
static void pace(struct http *h)
{
	struct alerte_gateway_state state;
	bool before = h->failing;

	describe_into(h, &state);
	h->failing = state.failures > 0;
	if (h->failing && !before)
		probe_in(h, h->failing_ms);
}

/* ------------------------------------------------- the transport's loop */

static int on_ready(sd_event_source *source, int fd, uint32_t revents,
		    void *userdata)
{
	struct http *h = userdata;
	unsigned int events = 0;

	(void)source;
	if (revents & (EPOLLIN | EPOLLHUP | EPOLLERR))
		events |= ALERTE_TRANSPORT_READ;
	if (revents & (EPOLLOUT | EPOLLERR))
		events |= ALERTE_TRANSPORT_WRITE;

	alerte_gateway_socket(h->gateway, fd, events);
	pace(h);
	return 0;
}

static void watch_forget(struct http *h, int fd)
{
	for (size_t i = 0; i < HTTP_WATCHES_MAX; i++)
		if (h->watch[i].source && h->watch[i].fd == fd)
			h->watch[i].source = sd_event_source_disable_unref(
				h->watch[i].source);
}

static void watch(void *context, int fd, unsigned int events)
{
	struct http *h = context;
	uint32_t bits = (events & ALERTE_TRANSPORT_READ ? EPOLLIN : 0) |
			(events & ALERTE_TRANSPORT_WRITE ? EPOLLOUT : 0);

	watch_forget(h, fd);
	if (!events)
		return;

	for (size_t i = 0; i < HTTP_WATCHES_MAX; i++) {
		if (h->watch[i].source)
			continue;
		h->watch[i].fd = fd;
		if (sd_event_add_io(h->event, &h->watch[i].source, fd, bits,
				    on_ready, h) < 0)
			h->watch[i].source = NULL;
		return;
	}
}

static int on_timeout(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct http *h = userdata;

	(void)source;
	(void)usec;
	alerte_gateway_timeout(h->gateway);
	pace(h);
	return 0;
}

static void timer(void *context, int64_t timeout_ms)
{
	struct http *h = context;

	h->timeout = sd_event_source_disable_unref(h->timeout);
	if (timeout_ms >= 0)
		sd_event_add_time_relative(h->event, &h->timeout,
					   CLOCK_BOOTTIME,
					   (uint64_t)timeout_ms * 1000, 1000,
					   on_timeout, h);
}

/* --------------------------------------------------------------- events */

static bool unseen_take(struct http *h, int64_t attempt)
{
	for (size_t i = 0; i < h->nunseen; i++) {
		if (h->unseen[i] != attempt)
			continue;
		h->unseen[i] = h->unseen[--h->nunseen];
		return true;
	}

	return false;
}

static void on_receipt(void *context, int64_t attempt,
		       enum alerte_receipt_kind kind)
{
	struct http *h = context;
	bool seen = kind != ALERTE_RECEIPT_ACCEPTED &&
		    !unseen_take(h, attempt);

	switch (kind) {
	case ALERTE_RECEIPT_SENT:
	case ALERTE_RECEIPT_DELIVERED:
		h->count.sent += seen;
		break;
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_REJECTED:
		h->count.failed += seen;
		break;
	case ALERTE_RECEIPT_UNKNOWN:
		h->count.unknown += seen;
		break;
	case ALERTE_RECEIPT_ACCEPTED:
		break;
	}
	h->events.receipt(h->events.context, attempt, 0, kind);
}

static void on_fault(void *context, const char *fault, bool present)
{
	struct alerte_gateway_state state;
	struct http *h = context;

	(void)fault;
	describe_into(h, &state);
	if (present)
		log_line(ALERTE_LOG_WARNING, "SMS gateway: %s", state.error);
	else
		log_line(ALERTE_LOG_NOTICE, "SMS gateway: works again");
	h->events.fault(h->events.context, "modem", present);
}

/* --------------------------------------------------------------- probing */

static void clock_tell(struct http *h)
{
	struct alerte_time now = clock_now(false);

	alerte_gateway_clock(h->gateway, now.wall_trusted ? now.wall_ms
			     : h->state ? clock_kept(h->state) : 0,
			     now.wall_trusted);
}

static int on_probe(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct http *h = userdata;

	(void)source;
	(void)usec;
	clock_tell(h);
	alerte_gateway_probe(h->gateway);
	probe_in(h, h->failing ? h->failing_ms : PROBE_MS);
	return 0;
}

/* ----------------------------------------------------------------- life */

static void stop(void *modem)
{
	struct http *h = modem;

	if (!h)
		return;

	sd_event_source_disable_unref(h->probe);
	alerte_gateway_free(h->gateway);
	for (size_t i = 0; i < HTTP_WATCHES_MAX; i++)
		sd_event_source_disable_unref(h->watch[i].source);
	sd_event_source_disable_unref(h->timeout);
	sd_event_unref(h->event);
	free(h->state);
	free(h);
}

static int gateway_new(struct http *h, const struct modem_config *config)
{
	const struct alerte_transport_loop loop = {
		.size = sizeof(loop), .context = h, .watch = watch,
		.timer = timer
	};
	const struct alerte_gateway_events events = {
		.size = sizeof(events), .context = h, .receipt = on_receipt,
		.fault = on_fault
	};
	const struct alerte_gateway_config c = {
		.size = sizeof(c), .url = config->url,
		.request = config->request, .user = config->user,
		.password = config->password, .sender = config->sender,
		.pin = { config->key_pin, NULL }, .ca_file = config->ca_file
	};
	const char *wrong = alerte_gateway_wrong(&c);

	if (wrong) {
		log_line(ALERTE_LOG_ERROR, "SMS gateway: %s", wrong);
		return -EINVAL;
	}

	return alerte_gateway_new(&loop, &events, &c, &h->gateway) < 0
		? -ENOMEM : 0;
}

static int start(const struct modem_config *config, sd_event *event,
		 sd_bus *bus, const struct modem_events *events, void **out)
{
	struct http *h = calloc(1, sizeof(*h));
	int r = -ENOMEM;

	(void)bus;
	if (!h)
		return -ENOMEM;

	h->events = *events;
	h->failing_ms = PROBE_FAILING_MS;
	h->event = sd_event_ref(event);
	if (config->state)
		h->state = strdup(config->state);
	if (!config->state || h->state)
		r = gateway_new(h, config);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &h->probe,
					       CLOCK_BOOTTIME, 0, 1000,
					       on_probe, h);
	if (r < 0) {
		stop(h);
		return r;
	}

	*out = h;
	return 0;
}

static int send_message(void *modem, const struct alerte_message *message)
{
	struct http *h = modem;
	int r;

	clock_tell(h);
	r = alerte_gateway_send(h->gateway, message);
	if (!r && message->unseen && h->nunseen < ALERTE_GATEWAY_FLIGHT_MAX)
		h->unseen[h->nunseen++] = message->attempt;
	return r;
}

static void describe(void *modem, json_t *out)
{
	const struct http *h = modem;
	struct alerte_gateway_state state;

	describe_into(h, &state);
	json_object_set_new(out, "driver", json_string("http"));
	json_object_set_new(out, "state", json_string(
		state.fault ? "failing" : "ready"));
	json_object_set_new(out, "two_way", json_false());
	json_object_set_new(out, "delivery_reports", json_false());
	json_object_set_new(out, "http_status", json_integer(state.status));
	if (state.error[0])
		json_object_set_new(out, "error", json_string(state.error));
	json_object_set_new(out, "waiting", json_integer(
		(json_int_t)state.under_way));
	json_object_set_new(out, "counters", json_pack("{s:I, s:I, s:I}",
		"sent", (json_int_t)h->count.sent,
		"failed", (json_int_t)h->count.failed,
		"unknown", (json_int_t)h->count.unknown));
}

const struct modem_driver modem_http = {
	.name = "http",
	.start = start,
	.send = send_message,
	.two_way = false,
	.describe = describe,
	.stop = stop,
};
