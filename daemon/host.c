/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine asks of its host, and what the drivers say back.
 */
#include <errno.h>
#include <sys/random.h>

#include "connected.h"
#include "daemon.h"
#include "link.h"
#include "log.h"
#include "mail.h"
#include "paths.h"

static int on_send(void *context, const struct alerte_message *m)
{
	struct daemon *d = context;
	int r = ALERTE_EREFUSED;

	switch (m->channel) {
	case ALERTE_CHANNEL_SMS:
	case ALERTE_CHANNEL_RELAY114:
	case ALERTE_CHANNEL_VOICE:
		r = d->paths ? paths_send(d->paths, m) : ALERTE_EREFUSED;
		break;
	case ALERTE_CHANNEL_HTTPS:
		r = link_send(d->link, m);
		break;
	case ALERTE_CHANNEL_EMAIL:
		r = mail_send(d->mail, m);
		break;
	}

	if (!r) {
		flight_begin(&d->flight, m->attempt, m->unseen);
		connected_sent(d->connected, m);
	}

	return r;
}

static int on_random(void *context, void *bytes, size_t len)
{
	size_t got = 0;
	ssize_t n;

	(void)context;

	while (got < len) {
		n = getrandom((char *)bytes + got, len - got, 0);
		if (n < 0 && errno != EINTR)
			return ALERTE_EREFUSED;
		if (n > 0)
			got += (size_t)n;
	}

	return 0;
}

/*
 * A receiver that stays where it is knows its place from the settings: a
 * network would only know it less well.
 */
static void on_locate(void *context, int64_t alert)
{
	struct daemon *d = context;

	if (d->conf.place_moving)
		paths_locate(d->paths, alert);
}

static void on_log(void *context, enum alerte_log_level level,
		   const char *line)
{
	(void)context;
	log_line(level, "%s", line);
}

struct alerte_host host_of(struct daemon *d)
{
	struct alerte_host host = {
		.size = sizeof(host), .context = d, .send = on_send,
		.random = on_random, .locate = on_locate, .log = on_log
	};

	return host;
}

static bool is_last(enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_ACCEPTED:
		return false;
	case ALERTE_RECEIPT_SENT:
	case ALERTE_RECEIPT_DELIVERED:
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_REJECTED:
	case ALERTE_RECEIPT_UNKNOWN:
		return true;
	}

	return true;
}

void host_receipt(struct daemon *d, int64_t attempt, int part,
		  enum alerte_receipt_kind kind)
{
	int r = alerte_receipt(d->engine, attempt, part, kind, daemon_now(d));

	if (r < 0)
		log_line(ALERTE_LOG_DEBUG, "receipt of attempt %lld: %s",
			 (long long)attempt, alerte_strerror(r));

	if (is_last(kind))
		flight_end(&d->flight, attempt);

	connected_receipt(d->connected, attempt, kind);

	loop_soon(d);
}

void host_fault(struct daemon *d, const char *fault, bool present)
{
	int r = alerte_fault(d->engine, fault, present, daemon_now(d));

	if (r < 0)
		log_line(ALERTE_LOG_WARNING, "fault %s: %s", fault,
			 alerte_strerror(r));

	loop_soon(d);
}

static void position_take(struct daemon *d, int64_t alert,
			  const struct alerte_position *position)
{
	int r = alerte_fix(d->engine, alert, position, daemon_now(d));

	if (r < 0)
		log_line(ALERTE_LOG_DEBUG, "a position was left: %s",
			 alerte_strerror(r));
}

void host_position(struct daemon *d, int64_t alert,
		   const struct alerte_position *position)
{
	if (alert)
		position_take(d, alert, position);

	/* and where the receiver was last: what a dying battery tells */
	position_take(d, 0, position);
	loop_soon(d);
}

void host_cell(struct daemon *d, int64_t alert, const char *cell)
{
	int r = alert ? alerte_cell(d->engine, alert, cell, daemon_now(d)) : 0;

	if (r < 0)
		log_line(ALERTE_LOG_DEBUG, "a cell was left: %s",
			 alerte_strerror(r));

	loop_soon(d);
}

bool host_fault_public(const char *fault)
{
	return strncmp(fault, "button-", strlen("button-")) != 0;
}
