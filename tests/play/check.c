/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold after every event of every play.
 *
 *   L1  no PENDING or OPEN alert waits for nothing
 *   L5  once ACKED, no alert text to a contact
 *   M2  at most five messages to the relay in ten minutes of one alert,
 *       answers, all-clears, what certainly never left and the same once more
 *       after a crash apart
 *   M4  the relay's number and channel go together, only when armed, never
 *       in an exercise
 *   M5  every number is of the range kept for fiction
 *   S1  a row is sent at most once, and once more for each crash; three times
 *       at most; always under the same key
 *   S3  within one step, the more important goes first
 *   S6  nothing goes to the wearer
 */
#include <string.h>

#include "play.h"

#define FICTION "+3363998"

static bool same_line(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	return n >= 9 && m >= 9 && !strcmp(a + n - 9, b + m - 9);
}

static int check_number(struct play *p, const struct sent *s)
{
	bool relay = s->channel == ALERTE_CHANNEL_RELAY114;
	int i;

	if (strncmp(s->address, FICTION, strlen(FICTION)))
		return play_fail(p, "M5: sent to %s", s->address);

	if (relay != same_line(s->address, PLAY_RELAY_NUMBER))
		return play_fail(p, "M4: %s over the channel %s", s->address,
				 alerte_channel_name(s->channel));

	if (relay && (!p->armed || s->exercise))
		return play_fail(p, "M4: sent to the relay, %s",
				 s->exercise ? "in an exercise" : "unarmed");

	for (i = 0; i < p->nwearers; i++)
		if (same_line(s->address, p->wearer_number[i]))
			return play_fail(p, "S6: sent to the wearer");

	return 0;
}

/* Sends of this row so far, this one included. */
static int check_row(struct play *p, size_t at)
{
	const struct sent *s = &p->sent[at];
	int n = 0;
	size_t i;

	for (i = 0; i <= at; i++) {
		if (p->sent[i].attempt != s->attempt || p->sent[i].refused)
			continue;

		n++;

		if (strcmp(p->sent[i].key, s->key))
			return play_fail(p, "S1: attempt %lld changed its key",
					 (long long)s->attempt);
	}

	if (n > 1 + p->crashes + p->dead || n > 3)
		return play_fail(p, "S1: attempt %lld sent %d times, "
				 "%d crashes", (long long)s->attempt, n,
				 p->crashes);

	return 0;
}

/* An answer of the operator and an all-clear are not held back by M2. */
static bool is_answer(const struct sent *s)
{
	static const char answer[] = "Réponse de";

	return !strncmp(s->text, answer, sizeof(answer) - 1) ||
	       strstr(s->text, "annul") || strstr(s->text, "vérifiée");
}

/* Once more after a crash: S1 has its own bound. */
static bool sent_before(const struct play *p, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (p->sent[i].attempt == p->sent[at].attempt &&
		    !p->sent[i].lost)
			return true;

	return false;
}

static int check_relay_rate(struct play *p, size_t at)
{
	const struct sent *s = &p->sent[at], *t;
	int n = 0;
	size_t i;

	if (s->channel != ALERTE_CHANNEL_RELAY114)
		return 0;

	for (i = 0; i <= at; i++) {
		t = &p->sent[i];
		n += t->channel == s->channel && t->alert == s->alert &&
		     t->play_ms > s->play_ms - 600000 && !t->lost &&
		     !is_answer(t) && !sent_before(p, i);
	}

	return n <= 5 ? 0 :
	       play_fail(p, "M2: %d messages to the relay in ten minutes", n);
}

static const char *what_of(struct play *p, const struct sent *s,
			   struct alerte_attempt *row)
{
	row->size = sizeof(*row);

	if (alerte_attempt_next(p->a, s->alert, s->attempt - 1, row) != 1 ||
	    row->id != s->attempt)
		return "";

	return row->what;
}

static int check_after_ack(struct play *p, const struct sent *s)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	struct alerte_attempt row;

	if (p->dead || !s->alert || s->exercise ||
	    alerte_alert_get(p->a, s->alert, &alert) < 0)
		return 0;

	if (alert.state == ALERTE_ALERT_OPEN)
		return 0;

	if (!strcmp(what_of(p, s, &row), "alert"))
		return play_fail(p, "L5: an alert text while the alert is %s",
				 alerte_alert_state_name(alert.state));

	return 0;
}

static int check_sent(struct play *p, size_t at)
{
	const struct sent *s = &p->sent[at];

	bool rings = s->channel == ALERTE_CHANNEL_VOICE;

	if (rings == !!*s->text || !*s->key || !*s->address)
		return play_fail(p, "A2: a message without text, key or "
				 "address, or a call with words");

	if (s->channel != ALERTE_CHANNEL_HTTPS &&
	    s->channel != ALERTE_CHANNEL_EMAIL && check_number(p, s) < 0)
		return -1;

	if (at > 0 && s[-1].step_call == s->step_call &&
	    s[-1].importance > s->importance)
		return play_fail(p, "S3: importance %d after %d",
				 (int)s->importance, (int)s[-1].importance);

	if (check_row(p, at) < 0 || check_relay_rate(p, at) < 0)
		return -1;

	return check_after_ack(p, s);
}

static int check_alerts(struct play *p)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t after = 0;

	while (alerte_alert_next(p->a, after, &alert) == 1) {
		after = alert.id;

		if (alert.state != ALERTE_ALERT_PENDING &&
		    alert.state != ALERTE_ALERT_OPEN)
			continue;

		if (alerte_deadline(p->a) == ALERTE_NEVER)
			return play_fail(p, "L1: alert %lld is %s and nothing "
					 "is due", (long long)alert.id,
					 alerte_alert_state_name(alert.state));

		if (strlen(alert.code) != 3 || strpbrk(alert.code, "0O1IL"))
			return play_fail(p, "L3: the code is \"%s\"",
					 alert.code);
	}

	return 0;
}

int check_invariants(struct play *p)
{
	if (p->failed)
		return -1;

	for (; p->checked < p->nsent; p->checked++)
		if (check_sent(p, p->checked) < 0)
			return -1;

	return check_alerts(p);
}
