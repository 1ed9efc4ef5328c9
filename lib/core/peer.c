/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What other gateways of the site have in hand (S5): which rows wait for them,
 * and for how long.
 *
 *          due              a claim stands     none does     held this long
 *   row  -- rank x 5 s --> waits ------------> sent <------- 30 s
 *                            |
 *                            +-- a peer sent it --> dropped, as reached
 *
 * Everything in doubt is sent.  A claim is believed for 15 s, and only when it
 * is newer than the one before: a server that keeps claims of a gateway that
 * died gains 30 s of a text, and no more.
 */
#include <string.h>

#include "core/engine.h"

/* Of a server's delay, and two polls: whoever is told hears how it ended. */
#define LINGER_MS 60000

bool peer_shared(const struct attempt *row)
{
	switch (row->target.channel) {
	case ALERTE_CHANNEL_SMS:
	case ALERTE_CHANNEL_EMAIL:
	case ALERTE_CHANNEL_VOICE:
		break;
	case ALERTE_CHANNEL_HTTPS:
	case ALERTE_CHANNEL_RELAY114:	/* waits as a whole */
		return false;
	}
	switch (row->kind) {
	case WORDS_ALERT:
	case WORDS_NEW_PRESS:
	case WORDS_ACK_OTHERS:
	case WORDS_ALL_CLEAR:
	case WORDS_CLOSED:
	case WORDS_DURESS:
	case WORDS_POSITION:
		return row->alert && !row->exercise;
	case WORDS_NONE:
	case WORDS_RELAY_FIRST:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_CLEAR:
	case WORDS_RELAY_CLOSED:
	case WORDS_RELAY_POSITION:
	case WORDS_RELAY_QUESTION:
	case WORDS_RELAY_SILENT:
	case WORDS_RELAY_PRESS:
	case WORDS_RELAY_NOT_SENT:
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_ROAMING:
	case WORDS_BARE_OK:
	case WORDS_HOW_TO_ANSWER:
	case WORDS_ACK_THANKS:
	case WORDS_ACK_STAY:
	case WORDS_DECLINED:
	case WORDS_FORWARD:
	case WORDS_EXERCISE:
	case WORDS_EXERCISE_END:
	case WORDS_FAULT:
	case WORDS_FAULT_END:
	case WORDS_SELFTEST:
	case WORDS_INVITE:
	case WORDS_INVITE_THANKS:
	case WORDS_STOP_DONE:
	case WORDS_STOP_LATER:
	case WORDS_STOP_LAST:
	case WORDS_CONTACT_ACCEPTED:
	case WORDS_CONTACT_LEAVING:
	case WORDS_CONTACT_LEFT:
	case WORDS_CONTACT_LAST:
	case WORDS_CLOSE_CONFIRM:
	case WORDS_RELAY_DURESS:
	case WORDS_LAST:
		break;
	}
	return false;
}

int64_t peer_delay(const struct alerte *e, const struct attempt *row)
{
	return peer_shared(row) ? e->rank * INT64_C(1) * ALERTE_RANK_MS : 0;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int64_t peer_due(const struct live *l, const struct attempt *row)
{
	if (l->peers.until <= row->due || !peer_shared(row))
		return row->due;
	return sooner(l->peers.until, row->due + ALERTE_CLAIM_HOLD_MS);
}

/* Of one who has begun with it, or who says that he is about to. */
static int64_t relay_held(const struct peers *p, const struct peer *peer)
{
	switch (peer->relay) {
	case ALERTE_RELAY_NONE:
		return 0;
	case ALERTE_RELAY_NEW:
		return sooner(peer->until,
			      p->relay_from + ALERTE_CLAIM_HOLD_MS);
	case ALERTE_RELAY_SUBMITTED:
	case ALERTE_RELAY_AUTO_ACK:
	case ALERTE_RELAY_HUMAN:
	case ALERTE_RELAY_DISPATCHED:
	case ALERTE_RELAY_CLOSED:
	case ALERTE_RELAY_DORMANT:
		break;
	}
	return peer->until;
}

bool peer_has_relay(struct alerte *e, struct live *l)
{
	struct peers *p = &l->peers;
	int64_t at;

	if (!e->rank)
		return false;
	if (!p->relay_from)
		p->relay_from = e->now.boot_ms + e->rank * ALERTE_RANK_MS;
	at = p->relay_from;
	for (uint32_t i = 0; i < p->n; i++) {
		int64_t until = relay_held(p, &p->peer[i]);

		at = until > at ? until : at;
	}
	if (at <= e->now.boot_ms)
		return false;
	p->relay_at = at;
	return true;
}

bool peer_relay(const struct live *l)
{
	for (uint32_t i = 0; i < l->peers.n; i++)
		if (l->peers.peer[i].relay != ALERTE_RELAY_NONE)
			return true;
	return l->peers.relay_at != 0;
}

bool peer_awaited(const struct alerte *e, const struct live *l)
{
	if (!e->rank)
		return false;
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->state == ALERTE_ATTEMPT_PLANNED && peer_shared(row))
			return true;
	return alert_live(&l->alert) && l->peers.relay_at;
}

void peer_ended(struct alerte *e, struct live *l)
{
	if (e->rank || e->peered)
		l->peers.lingers = e->now.boot_ms + LINGER_MS;
}

bool peer_lingers(const struct live *l, int64_t now_boot_ms)
{
	return !alert_live(&l->alert) && l->peers.lingers > now_boot_ms;
}

bool peer_acked(const struct live *l, const char *who)
{
	return l->peers.n && l->alert.state == ALERTE_ALERT_ACKED &&
	       !strcmp(l->alert.acked_by, who);
}
