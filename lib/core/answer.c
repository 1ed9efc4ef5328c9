/* SPDX-License-Identifier: Apache-2.0 */
/* What an endpoint answers when polled (L4), and positions. */
#include <stddef.h>
#include <string.h>

#include "core/duress.h"
#include "core/engine.h"
#include "core/position.h"
#include "message/aml.h"
#include "message/civil.h"
#include "port/bytes.h"
#include "port/text.h"
#include "port/utf8.h"

/* More than 64 KiB, which bound a document, can hold. */
#define ANSWERS_MOST 6000
#define ANSWER_ID_MOST 63
#define ACCURACY_MOST 20000000	/* metres: half way round the earth */
#define POLL_FAST_MS 5000
#define POLL_SLOW_MS 10000
#define POLL_PEER_MS 2000
#define POLL_FAST_FOR_MS (2 * 60 * INT64_C(1000))

enum answer {
	ANSWER_ACK, ANSWER_CLOSE, ANSWER_CANCEL, ANSWER_RELAY,
	ANSWER_RELAY_STATE, ANSWER_POSITION, ANSWER_CLAIM,
	ANSWER_OTHER		/* of a newer server, or without an id */
};

struct answers {
	struct alerte *e;
	const char *endpoint;
	struct live *live;	/* the alert this document speaks of */
	struct taken *before;	/* what was taken of it */
	bool reads_positions;
	/* Of what people did, and positions: so many, the first are not read */
	uint32_t acts, acts_passed, positions, positions_passed;
	int taken, result;
};

static enum answer kind_of(const struct store_answer *a)
{
	static const char *const name[] = {
		[ANSWER_ACK] = "ack", [ANSWER_CLOSE] = "close",
		[ANSWER_CANCEL] = "cancel", [ANSWER_RELAY] = "relay",
		[ANSWER_RELAY_STATE] = "relay-state",
		[ANSWER_POSITION] = "position", [ANSWER_CLAIM] = "claim",
	};
	int kind = ANSWER_ACK;

	while (kind < ANSWER_OTHER && strcmp(a->kind, name[kind]))
		kind++;
	if (kind != ANSWER_CLAIM && strlen(a->id) > ANSWER_ID_MOST)
		return ANSWER_OTHER;
	return (enum answer)kind;
}

static uint64_t answer_id(struct alerte *e, const char *endpoint,
			  const char *id)
{
	uint8_t out[DIGEST_BYTES];

	digest(e->site_key, endpoint, strlen(endpoint), id, strlen(id), out);
	return le64(out);
}

/* The operator says where the 114 stands: only he may (M1). */
static int relay_state(struct alerte *e, struct live *l, const char *who,
		       const char *state)
{
	if (!strcmp(state, "dispatched"))
		return conversation_mark(e, l, who, ALERTE_RELAY_DISPATCHED);
	if (!strcmp(state, "closed"))
		return conversation_mark(e, l, who, ALERTE_RELAY_CLOSED);
	return 0;
}

/* A number of JSON in degrees. */
static bool degrees_e7(double degrees, double most, int32_t *out)
{
	if (!(degrees >= -most && degrees <= most))
		return false;
	*out = (int32_t)(degrees * 1e7 + (degrees < 0 ? -0.5 : 0.5));
	return true;
}

/*
 * Her companion told the endpoint where she is: numbers, or the text or form it
 * sent, as it came.
 */
static bool take_position(struct answers *at, const struct store_answer *a)
{
	struct alerte_position p = { .size = sizeof(p) };
	struct aml aml;

	if (a->text[0]) {
		if (aml_read(a->text, strlen(a->text), &aml) || !aml.located)
			return false;
		p = aml.position;
	} else {
		if (!a->located ||
		    !degrees_e7(a->latitude, 90, &p.latitude_e7) ||
		    !degrees_e7(a->longitude, 180, &p.longitude_e7))
			return false;
		if (a->accuracy_m > 0 && a->accuracy_m < ACCURACY_MOST)
			p.accuracy_m = (uint32_t)(a->accuracy_m + 0.999);
		civil_read(a->at, &p.wall_ms);
	}
	position_take(at->e, at->live, &p);
	return true;
}

static void take_act(struct answers *at, enum answer kind,
		     const struct store_answer *a)
{
	const char *by = a->by[0] ? a->by : at->endpoint;
	struct live *l = at->live;

	switch (kind) {
	case ANSWER_ACK:
		at->taken++;
		if (!peer_acked(l, by))
			close_ack(at->e, l, by, NULL, false);
		break;
	case ANSWER_CLOSE:
		at->taken++;
		close_alert(at->e, l, by);
		break;
	case ANSWER_CANCEL:
		if (l->unseen)
			break;
		at->taken++;
		at->result = close_cancel(at->e, l, a->code);
		break;
	case ANSWER_RELAY:
		if (!a->text[0] || strlen(a->text) >= ALERTE_REPLY_MAX)
			break;
		at->taken++;
		at->result = conversation_answer(at->e, l, by, a->text);
		break;
	case ANSWER_RELAY_STATE:
		at->taken++;
		at->result = relay_state(at->e, l, by, a->state);
		break;
	case ANSWER_POSITION:
	case ANSWER_CLAIM:
	case ANSWER_OTHER:
		break;
	}
}

static bool is_news(struct answers *at, enum answer kind, uint64_t id)
{
	if (kind != ANSWER_POSITION)
		return at->acts++ >= at->acts_passed &&
		       taken_new(at->before, id);
	if (!at->reads_positions || at->positions++ < at->positions_passed)
		return false;
	at->before->position = id;
	return true;
}

static int visit(void *context, const struct store_answer *a)
{
	struct answers *at = context;
	enum answer kind = kind_of(a);

	if (kind == ANSWER_CLAIM)
		at->taken += peer_take(at->e, at->live, a);
	if (kind == ANSWER_CLAIM || kind == ANSWER_OTHER ||
	    !alert_live(&at->live->alert) ||
	    !is_news(at, kind, answer_id(at->e, at->endpoint, a->id)))
		return 0;
	at->live->dirty = true;
	if (kind == ANSWER_POSITION)
		at->taken += take_position(at, a);
	else
		take_act(at, kind, a);
	return 0;
}

static int count(void *context, const struct store_answer *a)
{
	struct answers *at = context;

	switch (kind_of(a)) {
	case ANSWER_ACK:
	case ANSWER_CLOSE:
	case ANSWER_CANCEL:
	case ANSWER_RELAY:
	case ANSWER_RELAY_STATE:
		at->acts++;
		break;
	case ANSWER_POSITION:
		at->positions++;
		if (answer_id(at->e, at->endpoint, a->id) ==
		    at->before->position)
			at->positions_passed = at->positions;
		break;
	case ANSWER_CLAIM:
	case ANSWER_OTHER:
		break;
	}
	return 0;
}

/* Read once more from its beginning, what is known is passed over. */
static void pass_known(struct answers *at)
{
	if (at->acts > TAKEN_READ)
		at->acts_passed = at->acts - TAKEN_READ;
	if (at->positions > TAKEN_READ + at->positions_passed)
		at->positions_passed = at->positions - TAKEN_READ;
	at->acts = at->positions = 0;
}

static int take_document(struct answers *at, const char *json, size_t len)
{
	uint64_t endpoint = answer_id(at->e, at->endpoint, "");

	at->before = taken_of(at->live->alert.taken, endpoint);
	at->reads_positions = at->before->endpoint == endpoint;
	store_answers(at->e->store, json, len, ANSWERS_MOST, count, at);
	pass_known(at);
	/* what stands before a mistake was meant all the same: it is told now */
	return store_answers(at->e->store, json, len, ANSWERS_MOST, visit, at);
}

static int run_answer(struct alerte *e, const struct queued *q)
{
	return alerte_answer(e, q->text[0], q->text[1],
			     (const char *)q->bytes, q->len, q->now);
}

/* What goes on before what has ended and is told of: they share it (L8). */
static struct live *of_reference(struct alerte *e, const char *reference)
{
	struct live *lingers = NULL;
	char hex[ALERTE_REFERENCE_MAX];

	for (struct live *l = e->live; l; l = l->next) {
		hex_encode(l->alert.reference, DIGEST_BYTES, hex);
		if (strcmp(hex, reference))
			continue;
		if (alert_live(&l->alert))
			return l;
		if (peer_lingers(l, e->now.boot_ms))
			lingers = l;
	}
	return lingers;
}

int alerte_answer(struct alerte *e, const char *endpoint,
		  const char *reference, const char *json, size_t len,
		  struct alerte_time now)
{
	struct answers at = { .e = e, .endpoint = endpoint };
	bool unseen;
	int r;

	if (!endpoint || !reference || !json)
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_answer,
				    .text = { (char *)endpoint,
					      (char *)reference },
				    .bytes = (uint8_t *)json, .len = len,
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	if (!site_find(e->site, ALERTE_KIND_ENDPOINT, endpoint))
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no endpoint of that id");
	at.live = of_reference(e, reference);
	if (!at.live)
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	unseen = at.live->unseen;
	r = take_document(&at, json, len);
	if (r < 0)
		engine_error(e, r, "the endpoint's answer cannot be read");
	if (at.taken) {
		int settled = engine_commit(e);

		r = at.result ? at.result : settled;
	}
	if (unseen)
		return ALERTE_UNSEEN;
	return at.taken || r < 0 ? r : ALERTE_OK;
}

/* As callers knew it before any of them was to leave no sign. */
#define POLL_FIRST ((uint32_t)offsetof(struct alerte_poll, unseen))

static int64_t poll_id(const struct alert *a, uint32_t reach)
{
	return a->id * ALERT_REACH_MAX + reach;
}

static bool is_polled(struct alerte *e, const struct live *l, uint32_t i)
{
	const struct alert_reach *reach = &l->alert.reach[i];

	return reach->target.channel == ALERTE_CHANNEL_HTTPS &&
	       live_reached(l, reach) &&
	       site_contact(e->site, reach->target.contact);
}

/* The one that comes next after `after`; what is unseen comes last. */
static const struct live *next_poll(struct alerte *e, int64_t after,
				    int64_t now, uint32_t *reach)
{
	const struct live *best = NULL;

	for (const struct live *l = e->live; l; l = l->next) {
		const struct alert *a = &l->alert;

		if ((!alert_live(a) && !peer_lingers(l, now)) ||
		    (best && best->alert.id < a->id))
			continue;
		for (uint32_t i = 0; i < a->nreach; i++) {
			if (poll_id(a, i) <= after || !is_polled(e, l, i))
				continue;
			best = l;
			*reach = i;
			break;
		}
	}
	return best;
}

/* What waits for a peer's word is not to wait for the poll as well. */
static int64_t poll_every(const struct alerte *e, const struct live *l,
			  struct alerte_time now)
{
	if (peer_awaited(e, l))
		return POLL_PEER_MS;
	return now.boot_ms - l->alert.started < POLL_FAST_FOR_MS ? POLL_FAST_MS
								 : POLL_SLOW_MS;
}

int alerte_poll_next(struct alerte *e, int64_t after, struct alerte_time now,
		     struct alerte_poll *out)
{
	const struct live *l;
	const struct alert *a;
	uint32_t i = 0;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!out || (out->size != sizeof(*out) && out->size != POLL_FIRST))
		return ALERTE_EINVAL;
	l = next_poll(e, after, now.boot_ms, &i);
	if (!l)
		return 0;
	a = &l->alert;
	out->id = poll_id(a, i);
	out->alert = a->id;
	text_copy(out->endpoint, sizeof(out->endpoint),
		  site_contact(e->site, a->reach[i].target.contact)->endpoint);
	hex_encode(a->reference, DIGEST_BYTES, out->reference);
	out->every_ms = poll_every(e, l, now);
	if (out->size == sizeof(*out))
		out->unseen = l->unseen;
	return 1;
}

/* ----------------------------------------------------------- position */

static int run_fix(struct alerte *e, const struct queued *q)
{
	struct alerte_position position;

	memcpy(&position, q->bytes, sizeof(position));
	return alerte_fix(e, q->number, &position, q->now);
}

int alerte_fix(struct alerte *e, int64_t alert,
	       const struct alerte_position *position, struct alerte_time now)
{
	struct alerte_position p;
	struct live *l;

	if (position_widen(position, &p))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_fix, .number = alert,
				    .bytes = (uint8_t *)&p, .len = sizeof(p),
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	if (!alert) {
		e->house.alert.position = p;
		e->house.alert.has_position = true;
		return ALERTE_OK;
	}
	/* it was asked before the cancel: the answer says what it says then */
	l = duress_behind(e, alert);
	if (l) {
		position_take(e, l, &p);
		engine_commit(e);
	}
	l = live_shown(e, alert);
	if (!l || !alert_live(&l->alert))
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	position_take(e, l, &p);
	return engine_commit(e);
}
