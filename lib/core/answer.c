/* SPDX-License-Identifier: Apache-2.0 */
/* What an endpoint answers when polled (L4), and positions. */
#include <stddef.h>
#include <string.h>

#include "core/duress.h"
#include "core/engine.h"
#include "port/bytes.h"
#include "port/text.h"
#include "port/utf8.h"

#define ANSWERS_MOST 32
#define POLL_FAST_MS 5000
#define POLL_SLOW_MS 10000
#define POLL_PEER_MS 2000
#define POLL_FAST_FOR_MS (2 * 60 * INT64_C(1000))

struct answers {
	struct alerte *e;
	const char *endpoint;
	struct live *live;	/* the alert this document speaks of */
	int taken, result;
};

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

static void take_answer(struct answers *at, const struct store_answer *a)
{
	const char *by = a->by[0] ? a->by : at->endpoint;
	struct live *l = at->live;

	at->taken++;
	if (!strcmp(a->kind, "ack") && !peer_acked(l, by))
		close_ack(at->e, l, by, NULL, false);
	else if (!strcmp(a->kind, "ack"))
		return;
	else if (!strcmp(a->kind, "close"))
		close_alert(at->e, l, by);
	else if (!strcmp(a->kind, "cancel") && !l->unseen)
		at->result = close_cancel(at->e, l, a->code);
	else if (!strcmp(a->kind, "relay") && a->text[0] &&
		 strlen(a->text) < ALERTE_REPLY_MAX)
		at->result = conversation_answer(at->e, l, by, a->text);
	else if (!strcmp(a->kind, "relay-state"))
		at->result = relay_state(at->e, l, by, a->state);
	else
		at->taken--;
}

static int visit(void *context, const struct store_answer *a)
{
	struct answers *at = context;

	if (!strcmp(a->kind, "claim")) {
		at->taken += peer_take(at->e, at->live, a);
		return 0;
	}
	if (strlen(a->id) > 63 || !alert_live(&at->live->alert))
		return 0;
	if (!alert_answer_new(&at->live->alert,
			      answer_id(at->e, at->endpoint, a->id)))
		return 0;
	at->live->dirty = true;
	take_answer(at, a);
	return 0;
}

static int run_answer(struct alerte *e, const struct queued *q)
{
	return alerte_answer(e, q->text[0], q->text[1],
			     (const char *)q->bytes, q->len, q->now);
}

static struct live *of_reference(struct alerte *e, const char *reference)
{
	char hex[ALERTE_REFERENCE_MAX];

	for (struct live *l = e->live; l; l = l->next) {
		hex_encode(l->alert.reference, DIGEST_BYTES, hex);
		if (!strcmp(hex, reference) && (alert_live(&l->alert) ||
		    peer_lingers(l, e->now.boot_ms)))
			return l;
	}
	return NULL;
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
	r = store_answers(e->store, json, len, ANSWERS_MOST, visit, &at);
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

static bool position_ok(const struct alerte_position *p)
{
	return p && p->size == sizeof(*p) && p->latitude_e7 >= -900000000 &&
	       p->latitude_e7 <= 900000000 && p->longitude_e7 >= -1800000000 &&
	       p->longitude_e7 <= 1800000000;
}

static void position_note(struct alerte *e, struct live *l,
			  const struct alerte_position *p)
{
	char text[80];
	struct text t;

	text_start(&t, text, sizeof(text));
	text_addf(&t, "%d %d %u", p->latitude_e7, p->longitude_e7,
		  p->accuracy_m);
	note_add(e, l, ALERTE_NOTE_POSITION, "", text);
}

static void take_fix(struct alerte *e, struct live *l,
		     const struct alerte_position *position)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_RELAY114 };

	l->alert.position = *position;
	l->alert.has_position = true;
	l->dirty = true;
	position_note(e, l, position);
	/* the second text says it; once that left, a text of its own (M2) */
	if (l->alert.relay.second && relay_speaks(&l->alert.relay) &&
	    relay_spare(&l->alert.relay, e->now.boot_ms, e->paths > 1))
		attempt_plan(e, l, WORDS_RELAY_POSITION, &target,
			     ALERTE_IMPORTANCE_RELAY);
}

static int run_fix(struct alerte *e, const struct queued *q)
{
	struct alerte_position position;

	memcpy(&position, q->bytes, sizeof(position));
	return alerte_fix(e, q->number, &position, q->now);
}

int alerte_fix(struct alerte *e, int64_t alert,
	       const struct alerte_position *position, struct alerte_time now)
{
	struct live *l;

	if (!position_ok(position))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_fix, .number = alert,
				    .bytes = (uint8_t *)position,
				    .len = sizeof(*position), .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	if (!alert) {
		e->house.alert.position = *position;
		e->house.alert.has_position = true;
		return ALERTE_OK;
	}
	/* it was asked before the cancel: the answer says what it says then */
	l = duress_behind(e, alert);
	if (l) {
		take_fix(e, l, position);
		engine_commit(e);
	}
	l = live_shown(e, alert);
	if (!l || !alert_live(&l->alert))
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	take_fix(e, l, position);
	return engine_commit(e);
}
