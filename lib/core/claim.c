/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A claim: what this gateway has done for an alert, for its peers alone.
 *
 *   gateway "." hex of: nonce, sealed { tagged values, zeros }, tag
 *
 * Sealed under a key of the site, bound to the alert and the gateway.  Every
 * claim has the same length: whoever carries it learns that the gateway lives.
 *
 * What goes on behind a cancel (L8) has one claim with what it stands behind:
 * FLAG_UNSEEN, and the state of what goes on.
 */
#include <string.h>

#include "core/duress.h"
#include "core/engine.h"
#include "port/bytes.h"
#include "port/pack.h"
#include "port/text.h"
#include "port/utf8.h"

#define PLAIN 384
#define SEALED (PLAIN + SEAL_EXTRA)
#define GATEWAY (2 * DIGEST_BYTES)
#define DONE_MOST 30
#define DONE_NAME 6
#define DONE_BYTES (DONE_NAME + 2)
#define DONE_NTH_MOST 65535

_Static_assert(GATEWAY + 1 + 2 * SEALED < ALERTE_CLAIM_MAX, "a claim fits");

/* Tags; never given a second meaning. */
enum claim_tag {
	CLAIM_RANK = 1, CLAIM_SEQUENCE, CLAIM_FLAGS, CLAIM_STATE, CLAIM_CHANGED,
	CLAIM_BY, CLAIM_RELAY, CLAIM_DONE
};
#define FLAG_ABLE 1		/* its modem works, as far as it knows */
#define FLAG_ARRIVED 2
#define FLAG_UNSEEN 4		/* cancelled under duress, and goes on */
#define FLAG_RAN_OUT 8		/* nobody closed it, it ran out (L2) */

/* Texts of one kind to one target that left: the highest number of one. */
struct done {
	uint8_t name[DONE_NAME];
	uint32_t nth;
};

struct claim {
	uint32_t rank;
	int64_t sequence;
	int64_t flags;
	enum alerte_alert_state state;
	int64_t changed;
	char by[ALERTE_NAME_MAX];	/* who is on it, or ended it */
	enum alerte_relay_state relay;
	size_t ndone;
	struct done done[DONE_MOST];
};

/* ---------------------------------------------------------------- done */

static void name_of(struct alerte *e, const struct live *l,
		    const struct attempt *row, uint8_t out[DONE_NAME])
{
	/* as it reads: an all-clear elsewhere tells nobody of duress */
	uint8_t what[2 + ALERTE_ID_MAX] = { (uint8_t)duress_kind(row),
					    (uint8_t)row->target.channel };
	uint8_t all[DIGEST_BYTES];

	memcpy(what + 2, row->target.contact, strlen(row->target.contact));
	digest(e->site_key, l->alert.reference, DIGEST_BYTES, what,
	       sizeof(what), all);
	memcpy(out, all, DONE_NAME);
}

static struct done *done_of(struct claim *c, const uint8_t name[DONE_NAME])
{
	for (size_t i = 0; i < c->ndone; i++)
		if (!memcmp(c->done[i].name, name, DONE_NAME))
			return &c->done[i];
	return NULL;
}

static bool left(const struct attempt *row)
{
	return row->state == ALERTE_ATTEMPT_SENT ||
	       row->state == ALERTE_ATTEMPT_DELIVERED;
}

/* What finds no room is sent twice. */
static void add_done(struct alerte *e, const struct live *l, struct claim *c)
{
	for (struct attempt *row = l->attempts; row; row = row->next) {
		uint8_t name[DONE_NAME];
		struct done *d;

		if (!peer_shared(row) || !left(row))
			continue;
		name_of(e, l, row, name);
		d = done_of(c, name);
		if (!d && c->ndone == DONE_MOST)
			continue;
		if (!d) {
			d = &c->done[c->ndone++];
			memcpy(d->name, name, DONE_NAME);
		}
		if (row->nth_told > d->nth && row->nth_told <= DONE_NTH_MOST)
			d->nth = row->nth_told;
	}
}

/* ---------------------------------------------------------------- bytes */

static void pack_done(struct pack *p, const struct claim *c)
{
	uint8_t bytes[DONE_MOST * DONE_BYTES];

	for (size_t i = 0; i < c->ndone; i++) {
		uint8_t *at = bytes + i * DONE_BYTES;

		memcpy(at, c->done[i].name, DONE_NAME);
		at[DONE_NAME] = (uint8_t)c->done[i].nth;
		at[DONE_NAME + 1] = (uint8_t)(c->done[i].nth >> 8);
	}
	pack_bytes(p, CLAIM_DONE, bytes, c->ndone * DONE_BYTES);
}

static void read_done(const struct unpack *u, struct claim *c)
{
	for (size_t i = 0; i < u->len / DONE_BYTES && i < DONE_MOST; i++) {
		const uint8_t *at = u->bytes + i * DONE_BYTES;

		memcpy(c->done[i].name, at, DONE_NAME);
		c->done[i].nth = le16(at + DONE_NAME);
		c->ndone = i + 1;
	}
}

static void claim_pack(const struct claim *c, uint8_t out[PLAIN])
{
	struct pack p;

	memset(out, 0, PLAIN);
	pack_start(&p, out, PLAIN);
	pack_int(&p, CLAIM_RANK, c->rank);
	pack_int(&p, CLAIM_SEQUENCE, c->sequence);
	pack_int(&p, CLAIM_FLAGS, c->flags);
	pack_int(&p, CLAIM_STATE, c->state);
	pack_int(&p, CLAIM_CHANGED, c->changed);
	pack_text(&p, CLAIM_BY, c->by);
	pack_int(&p, CLAIM_RELAY, c->relay);
	pack_done(&p, c);
}

static void claim_unpack(const uint8_t bytes[PLAIN], struct claim *c)
{
	struct unpack u;

	memset(c, 0, sizeof(*c));
	unpack_start(&u, bytes, PLAIN);
	while (unpack_next(&u)) {
		switch (u.tag) {
		case CLAIM_RANK:
			c->rank = (uint32_t)unpack_int(&u);
			break;
		case CLAIM_SEQUENCE:
			c->sequence = unpack_int(&u);
			break;
		case CLAIM_FLAGS:
			c->flags = unpack_int(&u);
			break;
		case CLAIM_STATE:
			c->state = (enum alerte_alert_state)unpack_int(&u);
			break;
		case CLAIM_CHANGED:
			c->changed = unpack_int(&u);
			break;
		case CLAIM_BY:
			unpack_text(&u, c->by, sizeof(c->by));
			break;
		case CLAIM_RELAY:
			c->relay = (enum alerte_relay_state)unpack_int(&u);
			break;
		case CLAIM_DONE:
			read_done(&u, c);
			break;
		default:
			break;
		}
	}
}

/* What it is bound to: nobody gives one alert's for another's. */
#define NAME (DIGEST_BYTES + GATEWAY)

static void claim_name(const struct live *l, const char *gateway,
		       uint8_t out[NAME])
{
	memcpy(out, l->alert.reference, DIGEST_BYTES);
	memcpy(out + DIGEST_BYTES, gateway, GATEWAY);
}

static int claim_seal(struct alerte *e, const struct live *l,
		      const struct claim *c, char out[ALERTE_CLAIM_MAX])
{
	uint8_t nonce[SEAL_NONCE], key[SEAL_KEY], name[NAME];
	uint8_t plain[PLAIN], sealed[SEALED];

	if (engine_random(e, nonce, sizeof(nonce)))
		return ALERTE_EKEY;
	claim_pack(c, plain);
	claim_name(l, e->gateway, name);
	key_derive(e->site_key, "claim", key);
	seal(key, nonce, name, sizeof(name), plain, PLAIN, sealed);
	wipe(key, sizeof(key));
	wipe(plain, sizeof(plain));
	memcpy(out, e->gateway, GATEWAY);
	out[GATEWAY] = '.';
	hex_encode(sealed, SEALED, out + GATEWAY + 1);
	return 0;
}

/* From a gateway of this site that is not this one. */
static bool claim_open(struct alerte *e, const struct live *l,
		       const char *text, struct claim *out)
{
	uint8_t key[SEAL_KEY], name[NAME], plain[PLAIN], sealed[SEALED];
	int r;

	if (strlen(text) != GATEWAY + 1 + 2 * SEALED ||
	    text[GATEWAY] != '.' || !memcmp(text, e->gateway, GATEWAY) ||
	    hex_decode(text + GATEWAY + 1, NULL, sealed, SEALED) != SEALED)
		return false;
	claim_name(l, text, name);
	key_derive(e->site_key, "claim", key);
	r = seal_open(key, name, sizeof(name), sealed, SEALED, plain);
	wipe(key, sizeof(key));
	if (r != PLAIN)
		return false;
	claim_unpack(plain, out);
	wipe(plain, sizeof(plain));
	return utf8_valid(out->by, strlen(out->by));
}

/* --------------------------------------------------------------- making */

static bool able(const struct alerte *e)
{
	return !fault_present(e, "modem") && !fault_present(e, "sim") &&
	       !fault_present(e, "modem-registration");
}

/* What this one goes on behind, if it does. */
static struct live *shown_of(struct alerte *e, const struct live *l)
{
	return l->unseen && l->shown ? live_find(e, l->shown) : NULL;
}

int alerte_claim(struct alerte *e, int64_t alert, struct alerte_time now,
		 char out[ALERTE_CLAIM_MAX])
{
	char text[ALERTE_CLAIM_MAX];
	struct claim c = { .rank = e->rank };
	struct live *l, *shown;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	engine_now(e, now);
	l = alert > 0 ? live_find(e, alert) : NULL;
	/* what shows is found as after any cancel (L8) */
	if (!l || !(alert_live(&l->alert) ||
		    peer_lingers(l, e->now.boot_ms)))
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	if (duress_behind(e, alert))
		l = duress_behind(e, alert);
	shown = shown_of(e, l);
	l->peers.sequence = now.wall_ms > l->peers.sequence
			  ? now.wall_ms : l->peers.sequence + 1;
	c.sequence = l->peers.sequence;
	c.flags = (able(e) ? FLAG_ABLE : 0) |
		  (l->alert.arrived ? FLAG_ARRIVED : 0) |
		  (l->unseen || l->peers.released ? FLAG_UNSEEN : 0) |
		  (l->peers.ran_out ? FLAG_RAN_OUT : 0);
	c.state = l->alert.state;
	c.changed = l->alert.changed_wall_ms;
	c.relay = l->alert.relay.state;
	text_copy(c.by, sizeof(c.by), alert_live(&l->alert)
		  ? l->alert.acked_by : l->peers.ended_by);
	add_done(e, l, &c);
	if (shown)
		add_done(e, shown, &c);
	r = claim_seal(e, l, &c, text);
	wipe(&c, sizeof(c));
	if (r)
		return engine_error(e, r, "no random bytes for a claim");
	memcpy(out, text, strlen(text) + 1);
	return 0;
}

/* --------------------------------------------------------------- taking */

static struct peer *peer_of(struct peers *p, const char *gateway)
{
	struct peer *peer;

	for (uint32_t i = 0; i < p->n; i++)
		if (!memcmp(p->peer[i].gateway, gateway, GATEWAY))
			return &p->peer[i];
	if (p->n == PEERS_MOST)
		return NULL;
	peer = &p->peer[p->n++];
	*peer = (struct peer){ .sequence = 0 };
	memcpy(peer->gateway, gateway, GATEWAY);
	return peer;
}

/* How long it stands, counted from when the server had it. */
static void take_standing(struct alerte *e, struct live *l, struct peer *peer,
			  const struct claim *c, int64_t age_s)
{
	bool before_us = c->rank < e->rank && c->flags & FLAG_ABLE;
	int64_t most = ALERTE_CLAIM_FRESH_MS / 1000;
	int64_t age = age_s < 0 ? 0 : age_s < most ? age_s : most;

	peer->relay = c->relay;
	peer->until = before_us ? e->now.boot_ms + ALERTE_CLAIM_FRESH_MS -
				  age * 1000 : 0;
	l->peers.until = 0;
	for (uint32_t i = 0; i < l->peers.n; i++)
		if (l->peers.peer[i].until > l->peers.until)
			l->peers.until = l->peers.peer[i].until;
}

/* What a peer has sent is not sent again; who has it counts as reached. */
static bool take_done(struct alerte *e, struct live *l, struct claim *c)
{
	bool changed = false;

	for (struct attempt *row = l->attempts; row; row = row->next) {
		uint8_t name[DONE_NAME];
		struct done *d;

		if (row->state != ALERTE_ATTEMPT_PLANNED || !peer_shared(row))
			continue;
		name_of(e, l, row, name);
		d = done_of(c, name);
		if (!d || d->nth < row->nth_told)
			continue;
		attempt_state(e, row, ALERTE_ATTEMPT_DROPPED);
		live_mark_reached(l, row);
		changed = true;
	}
	return changed;
}

/* One change of its state counts once, whatever happens here after it. */
static bool is_news(struct alerte *e, struct live *l, const struct peer *peer,
		    const struct claim *c)
{
	uint8_t what[16], id[DIGEST_BYTES];

	put_le64(what, (uint64_t)c->state);
	put_le64(what + 8, (uint64_t)c->changed);
	digest(e->site_key, peer->gateway, GATEWAY, what, sizeof(what), id);
	if (!alert_claim_new(&l->alert, le64(id)))
		return false;
	l->dirty = true;
	return true;
}

static bool take_ack(struct alerte *e, struct live *l, struct peer *peer,
		     const struct claim *c)
{
	if (!is_news(e, l, peer, c))
		return false;
	peer->acked = true;
	if (!peer_acked(l, c->by))
		close_acked_there(e, l, c->by, c->flags & FLAG_ARRIVED);
	return true;
}

/* It gave back what it had taken: so is what was taken from it here. */
static bool take_open(struct alerte *e, struct live *l, struct peer *peer)
{
	bool gone = peer->acked && l->alert.state == ALERTE_ALERT_ACKED;

	peer->acked = false;
	if (!gone)
		return false;
	alert_happens(e, l, ALERT_EVENT_DECLINE);
	l->alert.due = e->now.boot_ms;
	return true;
}

/* No code ends what goes on unseen: a cancel there is only shown (L8). */
static bool counts_here(const struct live *l, const struct claim *c)
{
	if (!alert_live(&l->alert) || l->alert.exercise)
		return false;
	return !l->unseen || c->flags & FLAG_UNSEEN;
}

static bool take_state(struct alerte *e, struct live *l, struct peer *peer,
		       const struct claim *c)
{
	if (!counts_here(l, c))
		return false;
	switch (c->state) {
	case ALERTE_ALERT_PENDING:
		break;
	case ALERTE_ALERT_OPEN:
		return take_open(e, l, peer);
	case ALERTE_ALERT_ACKED:
		return take_ack(e, l, peer, c);
	case ALERTE_ALERT_CLOSED:
		if (!is_news(e, l, peer, c))
			break;
		close_ended_there(e, l, c->by, c->flags & FLAG_RAN_OUT);
		return true;
	case ALERTE_ALERT_CANCELLED:
		if (!is_news(e, l, peer, c))
			break;
		close_cancelled(e, l);
		return true;
	}
	return false;
}

/* It was cancelled there under duress: so it is here; else what goes on. */
static struct live *follow(struct alerte *e, struct live *l,
			   const struct claim *c)
{
	if (!(c->flags & FLAG_UNSEEN) || c->state == ALERTE_ALERT_CLOSED ||
	    l->unseen || !alert_live(&l->alert) || l->alert.exercise ||
	    duress_cancel(e, l))
		return l;
	return l->behind;
}

bool peer_take(struct alerte *e, struct live *l, const struct store_answer *a)
{
	struct live *shown;
	struct peer *peer;
	struct claim c;
	bool changed = false;

	if (!claim_open(e, l, a->claim, &c))
		return false;
	e->peered = true;
	l = follow(e, l, &c);
	peer = peer_of(&l->peers, a->claim);
	if (peer && c.sequence > peer->sequence) {
		peer->sequence = c.sequence;
		take_standing(e, l, peer, &c, a->age_s);
		changed = take_state(e, l, peer, &c);
	}
	if (e->rank)
		changed |= take_done(e, l, &c);
	/* only now: what ended has taken its place */
	shown = shown_of(e, l);
	if (shown)
		shown->peers.until = l->peers.until;
	if (shown && e->rank)
		changed |= take_done(e, shown, &c);
	if (alert_live(&l->alert))
		conversation_run(e, l);
	wipe(&c, sizeof(c));
	return changed || l->dirty;
}
