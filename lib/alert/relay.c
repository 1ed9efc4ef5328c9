/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/relay.h"

#include <string.h>

#include "alert/transition.h"

#define FIRSTS_SOON 3		/* at once, after 60 s, after 120 s */
#define SECOND_AFTER_MS 20000
#define AGAIN_MS 60000
#define SILENT_MS (3 * 60 * 1000)
#define CANNOT_MS 60000
#define DORMANT_MS (24 * 60 * 60 * INT64_C(1000))
#define SLOW_AFTER_MS (2 * 60 * 60 * INT64_C(1000))
#define PRESS_EVERY_MS (2 * 60 * 1000)

void relay_begin(struct relay *r, int64_t now)
{
	if (!transition_relay(&r->state, RELAY_EVENT_BEGIN))
		return;
	*r = (struct relay){
		.state = r->state,
		.begun = now,
		.again = now,
		.traffic = now,
	};
}

bool relay_open(const struct relay *r)
{
	return r->state != ALERTE_RELAY_NONE &&
	       r->state != ALERTE_RELAY_CLOSED &&
	       r->state != ALERTE_RELAY_DORMANT;
}

bool relay_unanswered(const struct relay *r)
{
	return r->state == ALERTE_RELAY_NEW ||
	       r->state == ALERTE_RELAY_SUBMITTED;
}

/* The instant at which the budget has room again; 0 when it has room now. */
static int64_t budget_at(const struct relay *r)
{
	if (r->nsent < RELAY_BUDGET)
		return 0;
	return r->sent[r->nsent % RELAY_BUDGET] + RELAY_BUDGET_MS;
}

bool relay_spend(struct relay *r, int64_t now)
{
	if (budget_at(r) > now)
		return false;
	r->sent[r->nsent++ % RELAY_BUDGET] = now;
	r->traffic = now;
	return true;
}

bool relay_spare(struct relay *r, int64_t now, bool other)
{
	uint32_t kept = 0, taken = 0;

	if (relay_unanswered(r) && relay_speaks(r) && r->firsts < FIRSTS_SOON)
		kept = FIRSTS_SOON - r->firsts + (other && !r->other);
	for (uint32_t i = 0; i < RELAY_BUDGET && i < r->nsent; i++)
		taken += r->sent[i] + RELAY_BUDGET_MS > now;
	return taken + kept < RELAY_BUDGET && relay_spend(r, now);
}

void relay_unspend(struct relay *r, int64_t at)
{
	uint32_t n = r->nsent < RELAY_BUDGET ? r->nsent : RELAY_BUDGET;
	int64_t kept[RELAY_BUDGET];
	uint32_t m = 0;
	bool found = false;

	for (uint32_t i = n; i; i--) {
		int64_t sent = r->sent[(r->nsent - i) % RELAY_BUDGET];

		if (sent == at && !found)
			found = true;
		else
			kept[m++] = sent;
	}
	/* what the ring forgot before these is ten minutes older */
	memcpy(r->sent, kept, m * sizeof(*kept));
	r->nsent = m;
}

void relay_pressed(struct relay *r, int64_t now)
{
	/* what goes out again and again says the newest press */
	if (r->state != ALERTE_RELAY_NONE && !relay_unanswered(r))
		r->pressed = now ? now : 1;
}

bool relay_renew(struct relay *r, int64_t now)
{
	struct relay before = *r;

	if (relay_open(r) || !r->pressed ||
	    !transition_relay(&r->state, RELAY_EVENT_PRESS))
		return false;
	*r = (struct relay){
		.state = r->state,
		.begun = now,
		.again = now,
		.traffic = now,
		.nsent = before.nsent,
	};
	memcpy(r->sent, before.sent, sizeof(r->sent));
	if (budget_at(r) > now)
		relay_unspend(r, r->sent[r->nsent % RELAY_BUDGET]);
	return true;
}

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t first_due(const struct relay *r)
{
	return relay_unanswered(r) ? later(r->again, budget_at(r))
				   : ALERTE_NEVER;
}

static int64_t second_due(const struct relay *r)
{
	if (r->second || !r->firsts)
		return ALERTE_NEVER;
	return later(r->auto_ack ? r->auto_ack : r->begun + SECOND_AFTER_MS,
		     budget_at(r));
}

static int64_t silent_due(const struct relay *r)
{
	if (r->told_silent || !(relay_unanswered(r) ||
				r->state == ALERTE_RELAY_AUTO_ACK))
		return ALERTE_NEVER;
	return (r->auto_ack ? r->auto_ack : r->begun) + SILENT_MS;
}

static int64_t cannot_due(const struct relay *r)
{
	if (r->told_cannot || !r->question)
		return ALERTE_NEVER;
	return later(r->question + CANNOT_MS, budget_at(r));
}

static int64_t press_due(const struct relay *r)
{
	if (!r->pressed || relay_unanswered(r))
		return ALERTE_NEVER;
	return later(r->press_told ? r->press_told + PRESS_EVERY_MS : 0,
		     later(r->pressed, budget_at(r)));
}

bool relay_speaks(const struct relay *r)
{
	return relay_open(r) && !r->ended && !r->barred;
}

/* While the first text goes out again and again there is traffic. */
static int64_t dormant_due(const struct relay *r)
{
	if (!relay_open(r) || (relay_unanswered(r) && relay_speaks(r)))
		return ALERTE_NEVER;
	return r->traffic + DORMANT_MS;
}

int64_t relay_due(const struct relay *r)
{
	int64_t due = dormant_due(r);

	if (!relay_speaks(r))
		return due;
	due = sooner(due, press_due(r));
	return sooner(sooner(first_due(r), second_due(r)),
		      sooner(sooner(silent_due(r), cannot_due(r)), due));
}

/* 60 s, 60 s, then 5 min, and 30 min once two hours have gone by. */
static int64_t again_delay(const struct relay *r, int64_t now)
{
	if (r->firsts < FIRSTS_SOON)
		return AGAIN_MS;
	return now - r->begun < SLOW_AFTER_MS ? 5 * AGAIN_MS : 30 * AGAIN_MS;
}

static enum relay_act say(struct relay *r, int64_t now)
{
	if (first_due(r) <= now && relay_spend(r, now)) {
		r->firsts++;
		r->again = now + again_delay(r, now);
		return RELAY_SEND_FIRST;
	}
	if (press_due(r) <= now && relay_spend(r, now) &&
	    transition_relay(&r->state, RELAY_EVENT_PRESS)) {
		r->pressed = 0;
		r->press_told = now ? now : 1;
		return RELAY_SEND_PRESS;
	}
	if (second_due(r) <= now && relay_spend(r, now)) {
		r->second = true;
		return RELAY_SEND_SECOND;
	}
	if (cannot_due(r) <= now && relay_spend(r, now)) {
		r->told_cannot = true;
		return RELAY_SEND_CANNOT;
	}
	if (silent_due(r) <= now) {
		r->told_silent = true;
		return RELAY_TELL_SILENT;
	}
	return RELAY_NOTHING;
}

enum relay_act relay_next(struct relay *r, int64_t now)
{
	enum relay_act act = relay_speaks(r) ? say(r, now) : RELAY_NOTHING;

	if (act)
		return act;
	if (dormant_due(r) <= now &&
	    transition_relay(&r->state, RELAY_EVENT_SILENCE))
		return RELAY_FALL_SILENT;
	return RELAY_NOTHING;
}

void relay_submitted(struct relay *r, int64_t now)
{
	if (transition_relay(&r->state, RELAY_EVENT_SUBMIT))
		r->traffic = now;
}

void relay_heard_auto(struct relay *r, int64_t now)
{
	if (!transition_relay(&r->state, RELAY_EVENT_AUTO))
		return;
	r->traffic = now;
	if (!r->auto_ack)
		r->auto_ack = now;
}

void relay_heard_human(struct relay *r, int64_t now)
{
	if (!transition_relay(&r->state, RELAY_EVENT_AGENT))
		return;
	r->traffic = now;
	if (!r->question)
		r->question = now;
}

void relay_heard_perhaps(struct relay *r, int64_t now)
{
	r->perhaps = now ? now : 1;
	r->traffic = now;
}

/* An operator speaks of it: what was perhaps of it was. */
static void settle(struct relay *r)
{
	if (r->perhaps)
		transition_relay(&r->state, RELAY_EVENT_AGENT);
	r->perhaps = 0;
}

void relay_answered(struct relay *r, int64_t now)
{
	settle(r);
	r->traffic = now;
	r->told_cannot = true;
	r->question = 0;
}

bool relay_mark(struct relay *r, enum alerte_relay_state state, int64_t now)
{
	settle(r);
	if (!transition_relay(&r->state, state == ALERTE_RELAY_DISPATCHED
						 ? RELAY_EVENT_DISPATCH
						 : RELAY_EVENT_CLOSE))
		return false;
	r->traffic = now;
	return true;
}

void relay_end(struct relay *r, bool said, int64_t now)
{
	if (!said)
		transition_relay(&r->state, RELAY_EVENT_UNSAID);
	r->ended = true;
	r->traffic = now;
}

bool relay_lingers(const struct relay *r)
{
	return r->ended && relay_open(r);
}

bool relay_spoke(const struct relay *r, int64_t since)
{
	return r->nsent && r->sent[(r->nsent - 1) % RELAY_BUDGET] > since;
}
