/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One multi handle, one gateway, a list of texts and at most one probe of it.
 * A text flies once and lands: an event, and gone.  Events go out only after
 * libcurl has returned: a host may call back into us from them.
 */
#include <alerte/gateway.h>

#include <stdlib.h>
#include <string.h>

#include "transport/multi.h"
#include "transport/sms.h"

#define URGENT_ROOM 8

struct alerte_gateway {
	struct multi multi;
	struct alerte_gateway_events events;
	struct clock_state clock;
	struct sms_gateway gateway;
	struct sms *list;
	struct alerte_gateway_state state;
	int64_t failing_since;		/* while state.failures > 0 */
	/* A text it takes ends that, or stuck_ms of nothing but good probes. */
	bool stuck;
	int64_t stuck_ms, good_since;	/* -1: not good */
};

/* --------------------------------------------------------------- state */

/* A probe cannot know that; but for ever is too long for what may pass. */
static bool good_for_long(struct alerte_gateway *g, int64_t now)
{
	if (g->good_since < 0)
		g->good_since = now;

	return now - g->good_since >= g->stuck_ms;
}

static void note_success(struct alerte_gateway *g, bool probe)
{
	int64_t now = multi_now();

	if (!probe)
		g->state.success_boot_ms = now;
	if (g->stuck && probe && !good_for_long(g, now))
		return;

	g->stuck = false;

	g->state.failures = 0;
	g->state.fault = false;
	g->state.error[0] = '\0';
}

static void note_failure(struct alerte_gateway *g, enum sms_verdict v)
{
	int64_t now = multi_now();

	if (g->state.failures++ == 0)
		g->failing_since = now;

	g->state.failure_boot_ms = now;
	g->good_since = -1;
	g->stuck |= v == SMS_REFUSED || v == SMS_KEPT || v == SMS_UNCLEAR;
	if (g->stuck || v == SMS_STRANGER ||
	    now - g->failing_since >= ALERTE_GATEWAY_DEAF_MS)
		g->state.fault = true;
}

static void note(struct alerte_gateway *g, enum sms_verdict v,
		 const struct sms_outcome *o)
{
	const char *words = sms_words(v, o);
	bool before = g->state.fault;

	g->state.status = (int)(o->status >= 200 ? o->status : 0);

	switch (v) {
	case SMS_TAKEN:
		note_success(g, o->probe);
		break;
	case SMS_UNWANTED:
		/* It serves us; what it says of this text is told once. */
		note_success(g, true);
		break;
	case SMS_KEPT:
	case SMS_UNCLEAR:
	case SMS_BUSY:
	case SMS_REFUSED:
	case SMS_STRANGER:
	case SMS_LOST:
		note_failure(g, v);
		break;
	}

	if (*words)
		strncpy(g->state.error, words, sizeof(g->state.error) - 1);
	if (g->state.fault != before && g->events.fault)
		g->events.fault(g->events.context, "gateway", g->state.fault);
}

/* ------------------------------------------------------------- flights */

static void unlink_one(struct alerte_gateway *g, struct sms *s)
{
	struct sms **at = &g->list;

	while (*at != s)
		at = &(*at)->next;

	*at = s->next;
	g->state.under_way--;
}

static void tell(struct alerte_gateway *g, int64_t attempt,
		 enum alerte_receipt_kind kind)
{
	if (g->events.receipt)
		g->events.receipt(g->events.context, attempt, kind);
}

/* It leaves the list first: what is called back finds only what still flies. */
static void land(struct alerte_gateway *g, struct sms *s, CURLcode code)
{
	enum alerte_receipt_kind kind;
	struct sms_outcome o;
	int64_t attempt = s->attempt;
	enum sms_verdict v;

	sms_outcome(s, &g->gateway, code, &o);
	curl_multi_remove_handle(g->multi.curl, s->easy);
	unlink_one(g, s);
	v = sms_verdict(&o);
	kind = sms_receipt(v, &o);
	if (!s->unseen)
		note(g, v, &o);
	sms_free(s);

	if (o.probe)
		return;

	tell(g, attempt, kind);
	/* Nothing more will be heard of it: the alert goes on. */
	if (kind == ALERTE_RECEIPT_ACCEPTED)
		tell(g, attempt, ALERTE_RECEIPT_UNKNOWN);
}

static void collect(struct alerte_gateway *g)
{
	struct sms *s;
	CURLcode code;

	while ((s = multi_ended(&g->multi, &code)))
		land(g, s, code);
}

static int launch(struct alerte_gateway *g, struct sms *s)
{
	if (curl_multi_add_handle(g->multi.curl, s->easy) != CURLM_OK) {
		sms_free(s);
		return ALERTE_ENOMEM;
	}

	s->next = g->list;
	g->list = s;
	g->state.under_way++;
	multi_arm(&g->multi, ALERTE_NEVER);
	return ALERTE_ACCEPTED;
}

/* ----------------------------------------------------------- what goes */

static bool has_room(const struct alerte_gateway *g,
		     enum alerte_importance importance)
{
	unsigned int room = ALERTE_GATEWAY_FLIGHT_MAX;

	if (importance > ALERTE_IMPORTANCE_ALERT)
		room -= URGENT_ROOM;

	return g->state.under_way < room;
}

int alerte_gateway_send(struct alerte_gateway *g,
			const struct alerte_message *m)
{
	struct sms *s;

	/* M4: what cannot receive never carries the relay's. */
	if (m->channel != ALERTE_CHANNEL_SMS ||
	    m->expires_boot_ms <= multi_now() || !has_room(g, m->importance))
		return ALERTE_EREFUSED;

	s = sms_new(&g->gateway, &g->clock, m);
	if (!s)
		return ALERTE_EREFUSED;

	s->unseen = m->unseen;
	return launch(g, s) < 0 ? ALERTE_EREFUSED : 0;
}

int alerte_gateway_probe(struct alerte_gateway *g)
{
	struct sms *s;

	for (s = g->list; s; s = s->next) {
		if (s->probe)
			return ALERTE_OK;
	}

	s = sms_new(&g->gateway, &g->clock, NULL);
	return s ? launch(g, s) : ALERTE_ENOMEM;
}

void alerte_gateway_clock(struct alerte_gateway *g, int64_t instant_ms,
			  bool trusted)
{
	g->clock.trusted = trusted;

	/* A trusted clock may also be set back; an untrusted one never. */
	if (trusted || instant_ms > g->clock.instant_ms)
		g->clock.instant_ms = instant_ms;
}

/* ---------------------------------------------------------------- loop */

void alerte_gateway_socket(struct alerte_gateway *g, int fd,
			   unsigned int events)
{
	multi_socket(&g->multi, fd, events);
	collect(g);
	multi_arm(&g->multi, ALERTE_NEVER);
}

void alerte_gateway_timeout(struct alerte_gateway *g)
{
	multi_timeout(&g->multi);
	collect(g);
	multi_arm(&g->multi, ALERTE_NEVER);
}

/* ---------------------------------------------------------------- life */

const char *alerte_gateway_wrong(const struct alerte_gateway_config *config)
{
	struct sms_gateway g;
	const char *wrong = sms_gateway_read(config, &g);

	if (!wrong)
		explicit_bzero(&g, sizeof(g));
	return wrong;
}

int alerte_gateway_new(const struct alerte_transport_loop *loop,
		       const struct alerte_gateway_events *events,
		       const struct alerte_gateway_config *config,
		       struct alerte_gateway **out)
{
	struct alerte_gateway *g;
	int r;

	if (loop->size != sizeof(*loop) || events->size != sizeof(*events) ||
	    !loop->watch || !loop->timer)
		return ALERTE_EINVAL;

	g = calloc(1, sizeof(*g));
	if (!g)
		return ALERTE_ENOMEM;

	g->events = *events;
	g->clock.trusted = true;
	g->good_since = -1;
	g->stuck_ms = config->stuck_ms ? config->stuck_ms
				       : ALERTE_GATEWAY_STUCK_MS;
	g->state.size = sizeof(g->state);
	g->state.success_boot_ms = g->state.failure_boot_ms = -1;
	r = sms_gateway_read(config, &g->gateway) ? ALERTE_EINVAL
		: multi_open(&g->multi, loop, 1);
	if (r) {
		explicit_bzero(g, sizeof(*g));
		free(g);
		return r;
	}

	*out = g;
	return 0;
}

void alerte_gateway_free(struct alerte_gateway *g)
{
	if (!g)
		return;

	while (g->list) {
		struct sms *s = g->list;

		g->list = s->next;
		curl_multi_remove_handle(g->multi.curl, s->easy);
		sms_free(s);
	}

	multi_close(&g->multi);
	explicit_bzero(g, sizeof(*g));
	free(g);
}

int alerte_gateway_describe(const struct alerte_gateway *g,
			    struct alerte_gateway_state *out)
{
	if (out->size != sizeof(*out))
		return ALERTE_EINVAL;

	*out = g->state;
	for (const struct sms *s = g->list; s; s = s->next)
		out->under_way -= s->unseen;
	return 0;
}
