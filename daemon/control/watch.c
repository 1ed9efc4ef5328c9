/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals, by comparing.  Only live alerts are looked at again: ids grow, so
 * whatever is not above `seen` and not live has ended and was told.
 */
#include <stdio.h>
#include <string.h>

#include "connected.h"
#include "control/parts.h"
#include "daemon.h"
#include "log.h"

static bool has_ended(enum alerte_alert_state state)
{
	switch (state) {
	case ALERTE_ALERT_PENDING:
	case ALERTE_ALERT_OPEN:
	case ALERTE_ALERT_ACKED:
		return false;
	case ALERTE_ALERT_CLOSED:
	case ALERTE_ALERT_CANCELLED:
		return true;
	}

	return true;
}

static size_t find(const struct watch *w, int64_t id)
{
	size_t i;

	for (i = 0; i < w->nlive && w->live[i].id != id; i++)
		;

	return i;
}

static void questions(struct control *c, const struct alerte_alert *alert,
		      int64_t *last)
{
	struct alerte_note note = { .size = sizeof(note) };

	while (alerte_note_next(c->d->engine, alert->id, *last, &note) == 1) {
		*last = note.id;
		if (c->watch.primed && note.kind == ALERTE_NOTE_RELAY_IN)
			emit(c, "RelayQuestion", "xss", alert->id, alert->code,
			     note.text);
	}

	explicit_bzero(note.text, sizeof(note.text));
}

static void tell(struct control *c, const struct alerte_alert *alert)
{
	if (!c->watch.primed)
		return;

	emit(c, "AlertChanged", "xss", alert->id, alert->code,
	     alerte_alert_state_name(alert->state));
	log_line(ALERTE_LOG_NOTICE, "alert %lld: %s", (long long)alert->id,
		 alerte_alert_state_name(alert->state));
}

static void compare(struct control *c, const struct alerte_alert *alert)
{
	struct watch *w = &c->watch;
	size_t i = find(w, alert->id);

	if (i == w->nlive) {
		if (alert->id <= w->seen)
			return;
		w->seen = alert->id;
		tell(c, alert);
		if (has_ended(alert->state) || i == WATCH_MAX)
			return;
		memset(&w->live[i], 0, sizeof(w->live[i]));
		w->live[i].id = alert->id;
		w->live[i].state = alert->state;
		w->nlive++;
	} else if (w->live[i].state != alert->state) {
		w->live[i].state = alert->state;
		tell(c, alert);
	}

	if (alert->relay != ALERTE_RELAY_NONE)
		questions(c, alert, &w->live[i].note);
	if (has_ended(alert->state))
		w->live[i] = w->live[--w->nlive];
}

/* Every alert before this one has ended and was told. */
static int64_t oldest(const struct watch *w)
{
	int64_t at = w->seen;
	size_t i;

	for (i = 0; i < w->nlive; i++)
		if (w->live[i].id - 1 < at)
			at = w->live[i].id - 1;

	return at;
}

static void alerts_watch(struct control *c)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t after = oldest(&c->watch);

	while (alerte_alert_next(c->d->engine, after, &alert) == 1) {
		after = alert.id;
		compare(c, &alert);
	}
}

static size_t faults_read(struct control *c,
			  char out[FAULTS_MAX][ALERTE_ID_MAX])
{
	char after[ALERTE_ID_MAX] = "";
	size_t n = 0;

	while (n < FAULTS_MAX &&
	       alerte_fault_next(c->d->engine, after, out[n]) == 1)
		strcpy(after, out[n++]);

	return n;
}

static bool among(const char *fault, char list[FAULTS_MAX][ALERTE_ID_MAX],
		  size_t n)
{
	while (n--)
		if (!strcmp(list[n], fault))
			return true;

	return false;
}

static void faults_watch(struct control *c)
{
	char now[FAULTS_MAX][ALERTE_ID_MAX];
	struct watch *w = &c->watch;
	size_t n = faults_read(c, now), i;

	for (i = 0; i < n; i++)
		if (!among(now[i], w->fault, w->nfaults))
			emit(c, "FaultChanged", "sb", now[i], 1);

	for (i = 0; i < w->nfaults; i++)
		if (!among(w->fault[i], now, n))
			emit(c, "FaultChanged", "sb", w->fault[i], 0);

	memcpy(w->fault, now, n * sizeof(now[0]));
	w->nfaults = n;
}

static bool enrolment_read(struct control *c, struct alerte_enrolment *out)
{
	*out = (struct alerte_enrolment){ .size = sizeof(*out) };
	return alerte_enrolment(c->d->engine, daemon_now(c->d), out) >= 0;
}

static void enrolment_watch(struct control *c)
{
	struct alerte_enrolment now;
	struct watch *w = &c->watch;
	bool waiting;

	if (!enrolment_read(c, &now))
		return;

	waiting = now.state == ALERTE_ENROL_WAITING;

	/* The engine keeps only the last of its reasons. */
	if (w->enrolling && now.state == ALERTE_ENROL_REFUSED)
		snprintf(w->refused, sizeof(w->refused), "%s",
			 alerte_errmsg(c->d->engine));

	if (w->enrolling && !waiting) {
		emit(c, "EnrolmentChanged", "ss", enrolment_word(now.state),
		     w->enrolled);
		log_line(ALERTE_LOG_NOTICE, "enrolment: %s",
			 enrolment_word(now.state));
	}

	if (w->enrolling != waiting)
		connected_settings(c->d->connected);
	if (waiting)
		strcpy(w->enrolled, now.id);

	w->enrolling = waiting;
}

bool control_enrolment_over(struct control *c)
{
	struct alerte_enrolment now;

	return c && c->watch.enrolling && enrolment_read(c, &now) &&
	       now.state != ALERTE_ENROL_WAITING;
}

void control_watch(struct control *c)
{
	bool degraded;

	if (!c)
		return;

	alerts_watch(c);
	faults_watch(c);
	enrolment_watch(c);
	degraded = daemon_degraded(c->d);

	if (c->watch.primed && degraded != c->watch.degraded)
		emit_state(c);

	c->watch.degraded = degraded;
	c->watch.primed = true;
}
