/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PEER_H
#define CORE_PEER_H

#include <stdbool.h>
#include <stdint.h>

#include <alerte/peer.h>
#include <alerte/query.h>

#include "crypto/seal.h"

struct attempt;
struct live;
struct store_answer;

#define PEERS_MOST 4

/* What another gateway of the site said last of one alert. */
struct peer {
	char gateway[2 * DIGEST_BYTES + 1];
	int64_t sequence;	/* a claim is newer than those before, or none */
	int64_t until;		/* it stands; boot ms, 0 not before ours */
	enum alerte_relay_state relay;
	bool acked;		/* it is ACKED there, and was taken here */
};

/* In memory: after a crash all is sent that no row says was done. */
struct peers {
	uint32_t n;
	struct peer peer[PEERS_MOST];
	int64_t until;		/* a claim stands that texts wait for; boot ms */
	int64_t relay_from;	/* our turn with the 114; 0 not wanted yet */
	int64_t relay_at;	/* look again whether it is; 0 nothing waits */
	int64_t lingers;	/* ended, and still told of; boot ms */
	int64_t sequence;	/* of our last claim */
	bool released;		/* it went on unseen, and peers may yet (L8) */
	char ended_by[ALERTE_NAME_MAX];
	bool ran_out;		/* ... who arrived, and closed nothing */
};

/* Every gateway of the site has this text to send. */
bool peer_shared(const struct attempt *row);
/* How long after rank 0 it is sent; ms. */
int64_t peer_delay(const struct alerte *e, const struct attempt *row);
/* When a row is due, as far as peers let it. */
int64_t peer_due(const struct live *l, const struct attempt *row);
/* The 114 is a peer's, or may be: do not begin. */
bool peer_has_relay(struct alerte *e, struct live *l);
/* A peer has begun with the 114, or is waited for to begin. */
bool peer_relay(const struct live *l);
/* Something waits for what a peer says. */
bool peer_awaited(const struct alerte *e, const struct live *l);
/* The alert ended: the peers have to hear of it. */
void peer_ended(struct alerte *e, struct live *l);
bool peer_lingers(const struct live *l, int64_t now_boot_ms);
/* He is known to be on it: the same answer came by a peer's claim. */
bool peer_acked(const struct live *l, const char *who);
/* A claim; true when it changed anything. */
bool peer_take(struct alerte *e, struct live *l, const struct store_answer *a);

#endif
