/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another gateway of the place (S5): an engine of its own, restored from a
 * backup of the one that is played, that hears what that one hears.  What it
 * claims comes to the engine that is played as an endpoint's answer.
 */
#include <stdlib.h>
#include <string.h>

#include "play.h"

#define WAITING_MOST 64
#define DOCUMENT_MAX (ALERTE_CLAIM_MAX + 128)

struct peer {
	struct alerte *a;
	bool hangs;			/* its modem never answers */
	size_t nwaiting;
	int64_t waiting[WAITING_MOST];
	uint8_t random;
	uint8_t *copy;
	size_t copy_len;
	char claim[ALERTE_CLAIM_MAX];
};

static const uint8_t run_key[ALERTE_KEY_BYTES] = { 0x9e };
static const uint8_t copy_key[ALERTE_KEY_BYTES] = { 0xc0 };

static int peer_send(void *context, const struct alerte_message *m)
{
	struct peer *peer = context;

	if (peer->hangs && m->channel != ALERTE_CHANNEL_HTTPS)
		return 0;
	if (peer->nwaiting == WAITING_MOST)
		return ALERTE_EREFUSED;
	peer->waiting[peer->nwaiting++] = m->attempt;
	return 0;
}

static int peer_random(void *context, void *bytes, size_t len)
{
	struct peer *peer = context;
	uint8_t *out = bytes;

	while (len--)
		*out++ = peer->random += 29;
	return 0;
}

static int keep(void *context, const uint8_t *bytes, size_t len)
{
	struct peer *peer = context;
	uint8_t *grown = realloc(peer->copy, peer->copy_len + len);

	if (!grown)
		return -1;
	memcpy(grown + peer->copy_len, bytes, len);
	peer->copy = grown;
	peer->copy_len += len;
	return 0;
}

void peer_free(struct play *p)
{
	if (!p->peer)
		return;
	alerte_close(p->peer->a);
	free(p->peer->copy);
	free(p->peer);
	p->peer = NULL;
}

static int start(struct play *p, uint32_t rank)
{
	struct alerte_host host = {
		.size = sizeof(host), .context = p->peer, .send = peer_send,
		.random = peer_random,
	};
	struct alerte_options o = {
		.size = sizeof(o), .path = ":memory:", .run_key = run_key,
		.boot_id = p->boot_id, .relay_number = PLAY_RELAY_NUMBER,
		.rank = rank,
	};
	int r = alerte_open(&o, &host, p->now, &p->peer->a);

	if (!r)
		r = alerte_backup(p->a, copy_key, keep, p->peer, p->now);
	if (!r)
		r = alerte_restore(p->peer->a, copy_key, p->peer->copy,
				   p->peer->copy_len, p->now);
	return r ? play_fail(p, "no peer: %s", alerte_strerror(r)) : 0;
}

static int peer_turn(struct play *p)
{
	struct peer *peer = p->peer;
	int i, r = 0;

	for (i = 0; r >= 0 && i < 100 &&
	     alerte_deadline(peer->a) <= p->now.boot_ms; i++) {
		r = alerte_step(peer->a, p->now);
		while (r >= 0 && peer->nwaiting)
			r = alerte_receipt(peer->a,
					   peer->waiting[--peer->nwaiting], 0,
					   ALERTE_RECEIPT_SENT, p->now);
	}

	return r < 0 ? play_fail(p, "the peer: %s", alerte_strerror(r)) : 0;
}

int peer_hear(struct play *p, const struct alerte_advert *advert)
{
	if (!p->peer)
		return 0;
	alerte_advertisement(p->peer->a, advert, p->now);
	return peer_turn(p);
}

/* Its newest alert. */
static int64_t alert_of(struct peer *peer, struct alerte_alert *out)
{
	int64_t id = 0;

	out->size = sizeof(*out);
	while (alerte_alert_next(peer->a, id, out) == 1)
		id = out->id;
	return id;
}

static void answer_write(const char *claim, const char *age,
			 char doc[DOCUMENT_MAX])
{
	snprintf(doc, DOCUMENT_MAX, "{\"answers\":[{\"id\":\"c\",\"kind\":"
		 "\"claim\",\"age_s\":%s,\"claim\":\"%s\"}]}", age, claim);
}

/* By which its host asks for a claim: as polls say, where any is unseen. */
static int64_t polled(struct alerte *a, const struct alerte_alert *alert,
		      struct alerte_time now)
{
	struct alerte_poll poll = { .size = sizeof(poll) };

	while (alerte_poll_next(a, poll.id, now, &poll) == 1)
		if (poll.unseen && !strcmp(poll.reference, alert->reference))
			return poll.alert;
	return alert->id;
}

/* What is claimed here comes to the peer. */
static void hears(struct play *p, const char *endpoint, const char *reference)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	char claim[ALERTE_CLAIM_MAX], doc[DOCUMENT_MAX];

	if (world_alert(p, 0, &alert) != 1 ||
	    alerte_claim(p->a, polled(p->a, &alert, p->now), p->now,
			 claim) < 0)
		return;
	answer_write(claim, "0", doc);
	alerte_answer(p->peer->a, endpoint, reference, doc, strlen(doc),
		      p->now);
}

static int says(struct play *p, const struct args *args)
{
	const char *age = args_after(args, "age");
	struct alerte_alert alert;
	char doc[DOCUMENT_MAX];
	int64_t id = alert_of(p->peer, &alert);
	int r = 0;

	if (args->n < 3 || !id)
		return play_fail(p, "peer says ENDPOINT [age SECONDS] [again],"
				 " once it has an alert");
	if (peer_turn(p) < 0)
		return -1;
	if (!args_has(args, "again"))
		r = alerte_claim(p->peer->a,
				 polled(p->peer->a, &alert, p->now), p->now,
				 p->peer->claim);
	if (r < 0)
		return play_fail(p, "no claim: %s", alerte_strerror(r));
	answer_write(p->peer->claim, age ? age : "0", doc);
	hears(p, args->v[2], alert.reference);
	return world_input(p, "claim",
			   alerte_answer(p->a, args->v[2], alert.reference, doc,
					 strlen(doc), p->now));
}

/* Arming is of one gateway: no backup brings it. */
static int arm(struct play *p)
{
	char token[9];
	int r = alerte_arm(p->peer->a, "play", token, p->now);

	return r < 0 ? r : alerte_arm_confirm(p->peer->a, "play", token,
					      p->now);
}

static int fix(struct play *p, int64_t id, const struct args *args)
{
	struct alerte_position at = {
		.size = sizeof(at),
		.latitude_e7 = (int32_t)(atof(args->v[2]) * 1e7),
		.longitude_e7 = (int32_t)(atof(args->v[3]) * 1e7),
	};

	return alerte_fix(p->peer->a, id, &at, p->now);
}

/* What happens at the peer alone. */
static int at_peer(struct play *p, const struct args *args)
{
	struct alerte_alert alert;
	int64_t id = alert_of(p->peer, &alert);
	const char *what = args->v[1];
	int r = ALERTE_EINVAL;

	if (!strcmp(what, "arm"))
		r = arm(p);
	else if (!strcmp(what, "fix") && args->n > 3)
		r = fix(p, id, args);
	else if (!strcmp(what, "ack") && args->n > 2)
		r = alerte_ack(p->peer->a, id, args->v[2], p->now);
	else if (!strcmp(what, "cancel") && args->n > 2)
		r = alerte_cancel(p->peer->a, id, args->v[2], p->now);
	else if (!strcmp(what, "reply") && args->n > 3)
		r = alerte_reply(p->peer->a, args->v[2], args->v[3], p->now);
	else if (!strcmp(what, "fault") && args->n > 2)
		r = alerte_fault(p->peer->a, args->v[2], true, p->now);
	if (r < 0)
		return play_fail(p, "peer %s: %s", what, alerte_strerror(r));
	return peer_turn(p);
}

static int cmd_peer(struct play *p, const struct args *args)
{
	const char *rank = args_after(args, "rank");

	if (rank && !p->peer) {
		p->peer = calloc(1, sizeof(*p->peer));
		return p->peer ? start(p, (uint32_t)atoi(rank)) : -1;
	}
	if (!p->peer || args->n < 2)
		return play_fail(p, "peer rank N begins");
	if (!strcmp(args->v[1], "says"))
		return says(p, args);
	if (!strcmp(args->v[1], "hangs")) {
		p->peer->hangs = true;
		return 0;
	}
	return at_peer(p, args);
}

const struct command peer_commands[] = {
	{ "peer", cmd_peer },
	{ NULL, NULL }
};
