/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/presence.h"

#include <string.h>

void presence_start(struct presence *p, uint32_t silence_s, int64_t now_ms)
{
	if (p->silence_s == silence_s && p->since_ms)
		return;
	p->silence_s = silence_s;
	p->since_ms = now_ms ? now_ms : 1;
	p->state = ALERTE_PRESENCE_UNKNOWN;
	p->overdue = p->told = false;
}

/* Of one burst, and of receivers that hear the same, the strongest counts. */
static void note_strength(struct presence *p, const struct presence_sign *s)
{
	if (s->rssi_dbm == PRESENCE_NO_RSSI)
		return;
	if (p->nring && s->heard_ms - p->ring_ms < PRESENCE_APART_MS) {
		if (s->rssi_dbm <= p->ring[0])
			return;
		p->ring[0] = s->rssi_dbm;
		p->source = s->source;
		return;
	}
	memmove(p->ring + 1, p->ring, PRESENCE_RING - 1);
	p->ring[0] = s->rssi_dbm;
	p->ring_ms = s->heard_ms;
	p->source = s->source;
	if (p->nring < PRESENCE_RING)
		p->nring++;
}

/* There again; what it was before: true when that was worth a word. */
static bool come_back(struct presence *p)
{
	bool gone = p->state == ALERTE_PRESENCE_AWAY ||
		    p->state == ALERTE_PRESENCE_SILENT;

	p->state = p->silence_s ? ALERTE_PRESENCE_PRESENT
				: ALERTE_PRESENCE_UNKNOWN;
	p->overdue = false;
	return gone;
}

bool presence_heard(struct presence *p, const struct presence_sign *sign)
{
	if (p->heard_ms && sign->heard_ms < p->heard_ms)
		return false;
	p->heard_ms = sign->heard_ms > 0 ? sign->heard_ms : 1;
	if (!p->nring)
		p->source = sign->source;
	note_strength(p, sign);
	return come_back(p);
}

void presence_link(struct presence *p, bool up, int64_t now_ms)
{
	if (p->linked || up)
		p->heard_ms = now_ms > 0 ? now_ms : 1;
	p->linked = up;
}

int64_t presence_last(const struct presence *p, int64_t floor_ms)
{
	int64_t last = p->heard_ms;

	if (p->since_ms > last)
		last = p->since_ms;
	return floor_ms > last ? floor_ms : last;
}

static int64_t silence_ms(const struct presence *p)
{
	return INT64_C(1000) * p->silence_s;
}

static int64_t away_ms(const struct presence *p)
{
	int64_t twice = 2 * silence_ms(p);

	return twice > PRESENCE_AWAY_MS ? twice : PRESENCE_AWAY_MS;
}

int64_t presence_due(const struct presence *p, int64_t floor_ms)
{
	int64_t last = presence_last(p, floor_ms);

	if (!p->silence_s || p->linked)
		return ALERTE_NEVER;
	switch (p->state) {
	case ALERTE_PRESENCE_UNKNOWN:
	case ALERTE_PRESENCE_PRESENT:
		return last + silence_ms(p);
	case ALERTE_PRESENCE_AWAY:
		return p->overdue ? ALERTE_NEVER : last + away_ms(p);
	case ALERTE_PRESENCE_SILENT:
		break;
	}
	return ALERTE_NEVER;
}

int presence_rssi(const struct presence *p)
{
	int n = p->nring < PRESENCE_RECENT ? p->nring : PRESENCE_RECENT;
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += p->ring[i];
	return n ? sum / n : PRESENCE_NO_RSSI;
}

/* Where no strength is known, nothing says that it went away. */
static bool faded(const struct presence *p)
{
	int now = presence_rssi(p), best = INT8_MIN;

	if (now == PRESENCE_NO_RSSI)
		return false;
	if (now <= PRESENCE_EDGE_DBM)
		return true;
	for (int i = PRESENCE_RECENT; i < p->nring; i++)
		if (p->ring[i] > best)
			best = p->ring[i];
	return now <= PRESENCE_FALLEN_DBM && best - now >= PRESENCE_FALLEN_DB;
}

enum presence_news presence_judge(struct presence *p, int64_t floor_ms,
				  int64_t now_ms)
{
	if (now_ms < presence_due(p, floor_ms))
		return PRESENCE_SAME;
	switch (p->state) {
	case ALERTE_PRESENCE_UNKNOWN:
	case ALERTE_PRESENCE_PRESENT:
		if (faded(p)) {
			p->state = ALERTE_PRESENCE_AWAY;
			return PRESENCE_LEFT;
		}
		p->state = ALERTE_PRESENCE_SILENT;
		return PRESENCE_FELL_SILENT;
	case ALERTE_PRESENCE_AWAY:
		p->overdue = true;
		return PRESENCE_OVERDUE;
	case ALERTE_PRESENCE_SILENT:
		break;
	}
	return PRESENCE_SAME;
}

void presence_forgive(struct presence *p)
{
	p->state = ALERTE_PRESENCE_UNKNOWN;
	p->overdue = p->told = false;
}

void presence_merge(struct presence *p, const struct presence *row)
{
	uint32_t silence_s = p->silence_s;
	int64_t since = p->since_ms;

	if (p->heard_ms || p->state != ALERTE_PRESENCE_UNKNOWN)
		return;
	*p = *row;
	p->silence_s = silence_s;
	p->since_ms = since;
	p->linked = false;
	if (!silence_s)
		presence_forgive(p);
}
