/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One curl multi handle, a list of endpoints, a list of requests.
 *
 *   send, poll, warm -> flying -> landed: an event, and gone
 *                          ^         |
 *                          |         v
 *                          +---- waiting (messages the server put off)
 *
 * Events go out only after libcurl has returned, from land(): a host may
 * call back into us from them.
 */
#include <alerte/transport.h>

#include <stdlib.h>
#include <string.h>

#include "transport/multi.h"
#include "transport/request.h"

/* A try given less than this would only be a way to lose it. */
#define SHORTEST_TRY_MS 2000
/* The engine began to count before we did, and must hear before it ends. */
#define HEAD_START_MS 1000

struct alerte_https {
	struct multi multi;
	struct alerte_https_events events;
	struct clock_state clock;
	struct endpoint *endpoints;
	struct request *requests;
};

/* -------------------------------------------------------------- timer */

static void arm(struct alerte_https *t)
{
	int64_t due = ALERTE_NEVER;

	for (const struct request *r = t->requests; r; r = r->next) {
		if (r->retry_at && r->retry_at < due)
			due = r->retry_at;
	}

	multi_arm(&t->multi, due);
}

/* ------------------------------------------------------------- events */

static void tell_fault(struct alerte_https *t, const char *endpoint,
		       const char *fault, bool present)
{
	if (t->events.fault)
		t->events.fault(t->events.context, endpoint, fault, present);
}

static void set_clock_fault(struct alerte_https *t, struct endpoint *e,
			    bool present)
{
	if (e->clock == present)
		return;

	e->clock = present;
	tell_fault(t, e->set.id, "clock", present);
}

static void tell_result(struct alerte_https *t, struct request *r,
			enum verdict v, const struct outcome *o)
{
	switch (r->kind) {
	case REQUEST_MESSAGE:
		if (t->events.receipt)
			t->events.receipt(t->events.context, r->attempt,
					  verdict_receipt(v, o));
		break;
	case REQUEST_POLL:
		if (t->events.answers && v == VERDICT_TAKEN &&
		    o->status == 200 && r->answer)
			t->events.answers(t->events.context,
					  r->endpoint->set.id, r->reference,
					  r->answer, r->answer_len);
		break;
	case REQUEST_WARM:
	case REQUEST_BEAT:
		break;
	}
}

/* ------------------------------------------------------------ requests */

static void unlink_request(struct alerte_https *t, struct request *r)
{
	struct request **at = &t->requests;

	while (*at != r)
		at = &(*at)->next;

	*at = r->next;
}

/* What the endpoint's state makes of it. */
static void note(struct alerte_https *t, struct request *r, enum verdict v,
		 const struct outcome *o)
{
	struct endpoint *e = r->endpoint;
	bool before = e->state.fault;
	bool fault = endpoint_note(e, v, o, multi_now());

	if (e->listed && r->tls.undated && !t->clock.trusted)
		set_clock_fault(t, e, true);

	if (e->listed && fault != before)
		tell_fault(t, e->set.id, "endpoint", fault);
}

/*
 * The end of a request.  It leaves the list first: what the events call back
 * into finds only what is still under way.
 */
static void land(struct alerte_https *t, struct request *r, enum verdict v,
		 const struct outcome *o)
{
	unlink_request(t, r);

	if (!r->unseen)
		note(t, r, v, o);

	tell_result(t, r, v, o);
	request_free(r);
}

/* Whether the server's wish to wait leaves time for another try. */
static bool waits(struct request *r, int64_t after_s, int64_t now)
{
	int64_t pause = verdict_pause(after_s, r->tries);

	if (r->kind != REQUEST_MESSAGE) {
		r->endpoint->pause_until = now + pause;
		return false;
	}

	if (now + pause + SHORTEST_TRY_MS > r->until)
		return false;

	r->retry_at = now + pause;
	return true;
}

static void ended(struct alerte_https *t, struct request *r, CURLcode code)
{
	struct outcome o;
	enum verdict v;
	int64_t after_s;

	request_outcome(r, code, &o, &after_s);
	curl_multi_remove_handle(t->multi.curl, r->easy);
	request_lands(r);
	v = verdict_of(&o);

	if (v == VERDICT_AGAIN && waits(r, after_s, multi_now()))
		return;

	land(t, r, v, &o);
}

static void collect(struct alerte_https *t)
{
	struct request *r;
	CURLcode code;

	while ((r = multi_ended(&t->multi, &code)))
		ended(t, r, code);
}

static bool fly(struct alerte_https *t, struct request *r, int64_t now)
{
	request_takes_off(r, now);

	if (curl_multi_add_handle(t->multi.curl, r->easy) == CURLM_OK)
		return true;

	request_lands(r);
	return false;
}

static struct request *first_due(const struct alerte_https *t, int64_t now)
{
	for (struct request *r = t->requests; r; r = r->next) {
		if (r->retry_at && r->retry_at <= now)
			return r;
	}

	return NULL;
}

static void retry(struct alerte_https *t)
{
	int64_t now = multi_now();
	struct request *r;

	while ((r = first_due(t, now))) {
		const struct outcome o = { .kind = r->kind,
					   .code = CURLE_OUT_OF_MEMORY };

		if (!fly(t, r, now))
			land(t, r, VERDICT_LOST, &o);
	}
}

/* ----------------------------------------------------------- endpoints */

static struct endpoint *find(const struct alerte_https *t, const char *id)
{
	for (struct endpoint *e = t->endpoints; e; e = e->next) {
		if (!strcmp(e->set.id, id))
			return e;
	}

	return NULL;
}

static void unlist(struct alerte_https *t, struct endpoint *e)
{
	struct endpoint **at = &t->endpoints;

	while (*at != e)
		at = &(*at)->next;

	*at = e->next;
	e->listed = false;
}

/* New settings, the same server: a fault goes on until it is seen to end. */
static void inherit(struct endpoint *e, const struct endpoint *old)
{
	e->state = old->state;
	e->failing_since = old->failing_since;
	e->refused = old->refused;
	e->clock = old->clock;
}

static int count(const struct alerte_https *t)
{
	int n = 0;

	for (const struct endpoint *e = t->endpoints; e; e = e->next)
		n++;

	return n;
}

int alerte_https_endpoint_set(struct alerte_https *t,
			      const struct alerte_endpoint *endpoint)
{
	struct alerte_endpoint set;
	struct endpoint *old, *e;
	int r = endpoint_widen(endpoint, &set);

	if (!r)
		r = endpoint_check(&set);

	if (r)
		return r;

	old = find(t, set.id);

	if (old && endpoint_same(&old->set, &set))
		return 0;

	if (!old && count(t) >= ALERTE_HTTPS_ENDPOINTS_MAX)
		return ALERTE_ELIMIT;

	e = endpoint_new(&set);

	if (!e)
		return ALERTE_ENOMEM;

	if (old) {
		inherit(e, old);
		unlist(t, old);
		endpoint_drop(old);
	}

	e->next = t->endpoints;
	t->endpoints = e;
	return 0;
}

int alerte_https_endpoint_remove(struct alerte_https *t, const char *id)
{
	struct endpoint *e = find(t, id);

	if (!e)
		return ALERTE_ENOTFOUND;

	unlist(t, e);
	set_clock_fault(t, e, false);

	if (e->state.fault)
		tell_fault(t, e->set.id, "endpoint", false);

	endpoint_drop(e);
	return 0;
}

static struct endpoint *first_undated(const struct alerte_https *t)
{
	for (struct endpoint *e = t->endpoints; e; e = e->next) {
		if (e->clock)
			return e;
	}

	return NULL;
}

void alerte_https_clock(struct alerte_https *t, int64_t wall_ms, bool trusted)
{
	struct endpoint *e;

	t->clock.trusted = trusted;

	/* A trusted clock may also be set back; an untrusted one never. */
	if (trusted || wall_ms > t->clock.instant_ms)
		t->clock.instant_ms = wall_ms;

	while (t->clock.trusted && (e = first_undated(t)))
		set_clock_fault(t, e, false);
}

/* ----------------------------------------------------------- what goes */

static void launch_limits(struct request *r, int64_t now, int64_t expires)
{
	r->until = now + ALERTE_HTTPS_LIMIT_MS - HEAD_START_MS;

	if (expires < r->until)
		r->until = expires;
}

/* Takes the request, whatever comes of it. */
static int launch(struct alerte_https *t, struct request *r, int64_t expires)
{
	int64_t now = multi_now();

	launch_limits(r, now, expires);

	if (!fly(t, r, now)) {
		request_free(r);
		return ALERTE_ENOMEM;
	}

	r->next = t->requests;
	t->requests = r;
	arm(t);
	return ALERTE_ACCEPTED;
}

int alerte_https_send(struct alerte_https *t, const struct alerte_message *m)
{
	struct endpoint *e;
	struct request *r;

	if (m->channel != ALERTE_CHANNEL_HTTPS || !m->address ||
	    m->expires_boot_ms <= multi_now())
		return ALERTE_EREFUSED;

	e = find(t, m->address);

	if (!e || !endpoint_room(e, m->importance))
		return ALERTE_EREFUSED;

	r = request_new(REQUEST_MESSAGE, e, &t->clock);

	if (!r)
		return ALERTE_EREFUSED;

	if (m->unseen)
		request_hide(r);

	if (request_set_message(r, m)) {
		request_free(r);
		return ALERTE_EREFUSED;
	}

	return launch(t, r, m->expires_boot_ms) < 0 ? ALERTE_EREFUSED : 0;
}

static bool under_way(const struct alerte_https *t, const struct endpoint *e,
		      enum request_kind kind, const char *reference)
{
	for (const struct request *r = t->requests; r; r = r->next) {
		if (r->kind == kind && r->endpoint == e &&
		    !strcmp(r->reference, reference))
			return true;
	}

	return false;
}

/* reference: NULL to warm; claim: of a poll, or NULL. */
static int fetch(struct alerte_https *t, enum request_kind kind,
		 const char *endpoint, const char *reference,
		 const char *claim, bool unseen)
{
	struct endpoint *e = find(t, endpoint);
	struct request *r;
	int result;

	if (!e)
		return ALERTE_ENOTFOUND;

	if (under_way(t, e, kind, reference ? reference : "") ||
	    multi_now() < e->pause_until)
		return ALERTE_OK;

	if (!endpoint_room(e, ALERTE_IMPORTANCE_HOUSEKEEPING))
		return ALERTE_ELIMIT;

	r = request_new(kind, e, &t->clock);

	if (!r)
		return ALERTE_ENOMEM;

	if (unseen)
		request_hide(r);

	result = reference ? request_set_poll(r, reference, claim) :
			     request_set_warm(r);

	if (result) {
		request_free(r);
		return result;
	}

	return launch(t, r, ALERTE_NEVER);
}

int alerte_https_poll(struct alerte_https *t, const char *endpoint,
		      const char *reference)
{
	return reference ? fetch(t, REQUEST_POLL, endpoint, reference, NULL,
				 false) :
			   ALERTE_EINVAL;
}

int alerte_https_poll_unseen(struct alerte_https *t, const char *endpoint,
			     const char *reference)
{
	return reference ? fetch(t, REQUEST_POLL, endpoint, reference, NULL,
				 true) :
			   ALERTE_EINVAL;
}

int alerte_https_poll_claim(struct alerte_https *t, const char *endpoint,
			    const char *reference, const char *claim)
{
	return reference && claim ? fetch(t, REQUEST_POLL, endpoint, reference,
					  claim, false) : ALERTE_EINVAL;
}

int alerte_https_warm(struct alerte_https *t, const char *endpoint)
{
	return fetch(t, REQUEST_WARM, endpoint, NULL, NULL, false);
}

/*
 * The pause a server asked for is not heeded: it is shorter than the silence
 * that would be taken for a dead gateway.
 */
int alerte_https_beat(struct alerte_https *t, const char *endpoint,
		      const void *body, size_t len, const char *signature)
{
	struct endpoint *e = find(t, endpoint);
	struct request *r;
	int result;

	if (!e)
		return ALERTE_ENOTFOUND;

	if (under_way(t, e, REQUEST_BEAT, ""))
		return ALERTE_OK;

	if (!endpoint_room(e, ALERTE_IMPORTANCE_HOUSEKEEPING))
		return ALERTE_ELIMIT;

	r = request_new(REQUEST_BEAT, e, &t->clock);

	if (!r)
		return ALERTE_ENOMEM;

	result = request_set_beat(r, body, len, signature);

	if (result) {
		request_free(r);
		return result;
	}

	return launch(t, r, ALERTE_NEVER);
}

/* ---------------------------------------------------------------- loop */

void alerte_https_socket(struct alerte_https *t, int fd, unsigned int events)
{
	multi_socket(&t->multi, fd, events);
	collect(t);
	arm(t);
}

void alerte_https_timeout(struct alerte_https *t)
{
	retry(t);
	multi_timeout(&t->multi);
	collect(t);
	arm(t);
}

/* ---------------------------------------------------------------- life */

int alerte_https_new(const struct alerte_transport_loop *loop,
		     const struct alerte_https_events *events,
		     struct alerte_https **out)
{
	struct alerte_https *t;
	int r;

	if (loop->size != sizeof(*loop) || events->size != sizeof(*events) ||
	    !loop->watch || !loop->timer)
		return ALERTE_EINVAL;

	t = calloc(1, sizeof(*t));

	if (!t)
		return ALERTE_ENOMEM;

	t->events = *events;
	t->clock.trusted = true;
	/* One kept and, for a while, those under way. */
	r = multi_open(&t->multi, loop, 2L * ALERTE_HTTPS_ENDPOINTS_MAX);

	if (r) {
		free(t);
		return r;
	}

	*out = t;
	return 0;
}

void alerte_https_free(struct alerte_https *t)
{
	if (!t)
		return;

	while (t->requests) {
		struct request *r = t->requests;

		t->requests = r->next;

		if (r->flying)
			curl_multi_remove_handle(t->multi.curl, r->easy);

		request_free(r);
	}

	while (t->endpoints) {
		struct endpoint *e = t->endpoints;

		t->endpoints = e->next;
		endpoint_drop(e);
	}

	multi_close(&t->multi);
	free(t);
}

/* --------------------------------------------------------------- state */

int alerte_https_describe(const struct alerte_https *t, const char *endpoint,
			  struct alerte_https_state *out)
{
	const struct endpoint *e = find(t, endpoint);

	if (out->size != sizeof(*out))
		return ALERTE_EINVAL;

	if (!e)
		return ALERTE_ENOTFOUND;

	*out = e->state;
	out->under_way = e->under_way - e->unseen;
	return 0;
}

int alerte_https_faults(const struct alerte_https *t, const char *fault)
{
	bool clock = !strcmp(fault, "clock");
	int n = 0;

	if (!clock && strcmp(fault, "endpoint"))
		return 0;

	for (const struct endpoint *e = t->endpoints; e; e = e->next)
		n += clock ? e->clock : e->state.fault;

	return n;
}
