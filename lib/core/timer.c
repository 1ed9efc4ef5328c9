/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The safe timer (L9).
 *
 *   none --set--> running --ran out--> none, and an alert
 *                  |   ^
 *                  |   +-- renewed, later
 *                  +-- ended, or sooner: with her code
 */
#include "core/timer.h"

#include <stdlib.h>
#include <string.h>

#include "core/duress.h"
#include "core/rows.h"
#include "port/bytes.h"
#include "port/text.h"

/* Where the timer of this wearer is, or would stand. */
static struct timer **timer_at(struct alerte *e, const char *wearer)
{
	struct timer **at = &e->timers;

	while (*at && strcmp((*at)->wearer, wearer) < 0)
		at = &(*at)->next;
	return at;
}

static struct timer *timer_of(struct alerte *e, const char *wearer)
{
	struct timer *t = *timer_at(e, wearer);

	return t && !strcmp(t->wearer, wearer) ? t : NULL;
}

static struct timer *timer_add(struct alerte *e, const char *wearer)
{
	struct timer **at = timer_at(e, wearer);
	struct timer *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	text_copy(t->wearer, sizeof(t->wearer), wearer);
	t->next = *at;
	*at = t;
	return t;
}

static void timer_end(struct alerte *e, struct timer *t)
{
	struct timer **at = timer_at(e, t->wearer);

	*at = t->next;
	free(t);
	e->timers_dirty = true;
}

static bool timer_room(const struct alerte *e)
{
	int n = 0;

	for (const struct timer *t = e->timers; t; t = t->next)
		n++;
	return n < TIMERS_MAX;
}

void timer_free(struct alerte *e)
{
	while (e->timers)
		timer_end(e, e->timers);
}

bool timer_kept(const struct alerte *e, const struct site *site)
{
	for (const struct timer *t = e->timers; t; t = t->next)
		if (site_wearer(e->site, t->wearer) &&
		    !site_wearer(site, t->wearer))
			return false;
	return true;
}

/* -------------------------------------------------------------- ran out */

static struct alerte_time ran_out(const struct alerte *e, const struct timer *t)
{
	struct alerte_time at = e->now;

	at.wall_ms -= at.boot_ms - t->ends;
	at.boot_ms = t->ends;
	return at;
}

/* One more signal on an alert that is open (P2). */
static void join(struct alerte *e, struct live *l, struct alerte_time at,
		 const struct alerte_policy *policy)
{
	struct alert *a = &l->alert;
	int64_t last = e->last_row;

	a->presses++;
	a->pressed = at;
	if (a->trust < ALERTE_TRUST_STRONG)
		a->trust = ALERTE_TRUST_STRONG;
	a->plain_despite_key = false;
	l->dirty = true;
	plan_ungroup(e, l);
	if (a->state == ALERTE_ALERT_PENDING) {
		plan_targets(e, l, policy);
		a->due = e->now.boot_ms;
		return;
	}
	if (a->state == ALERTE_ALERT_ACKED) {
		alert_happens(e, l, ALERT_EVENT_PRESS);
		a->due = e->now.boot_ms + policy_wait_ms(&a->plan, 0, 0);
	}
	plan_repeats_anew(e, l);
	plan_press_notice(e, l);
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->id > last)
			row->by_timer = true;
	plan_targets(e, l, policy);
}

static struct live *open_new(struct alerte *e, const struct timer *t,
			     struct alerte_time at,
			     const struct alerte_policy *policy)
{
	uint8_t from[16 + 8] = { 0 }, reference[DIGEST_BYTES];
	struct live *l;

	memcpy(from, e->boot_id, sizeof(e->boot_id));
	put_le64(from + 16, (uint64_t)t->ends);
	digest(e->site_key, t->wearer, strlen(t->wearer), from, sizeof(from),
	       reference);
	l = press_open(e, t->wearer, "", reference, at);
	if (!l)
		return NULL;
	l->alert.by_timer = true;
	l->alert.trust = ALERTE_TRUST_STRONG;
	l->alert.plan = *policy;
	alert_happens(e, l, ALERT_EVENT_PRESS);
	plan_step(e, l);
	return l;
}

/* False when memory ran out: it is tried again at the next step. */
static bool open_alert(struct alerte *e, const struct timer *t)
{
	const struct site_wearer *w = site_wearer(e->site, t->wearer);
	struct policy_people people = site_people(e->site);
	struct alerte_time at = ran_out(e, t);
	struct alerte_policy policy;
	struct live *l;

	if (!w)
		return true;
	policy_shipped(&w->set, false, &people, &policy);
	consent_filter(e, &policy);
	l = live_of_wearer(e, t->wearer, true);
	if (l)
		close_exercise(e, l, NULL);
	l = live_of_wearer(e, t->wearer, false);
	if (l)
		join(e, l, at, &policy);
	else
		l = open_new(e, t, at, &policy);
	if (l)
		note_add(e, l, ALERTE_NOTE_TIMER, "", "");
	return l;
}

void timer_run(struct alerte *e)
{
	struct timer *next;

	for (struct timer *t = e->timers; t; t = next) {
		next = t->next;
		if (t->ends <= e->now.boot_ms && open_alert(e, t))
			timer_end(e, t);
	}
}

int64_t timer_due(const struct alerte *e)
{
	int64_t due = ALERTE_NEVER;

	for (const struct timer *t = e->timers; t; t = t->next)
		if (t->ends < due)
			due = t->ends;
	return due;
}

/* ------------------------------------------------------------ the store */

int timer_write(struct alerte *e)
{
	uint8_t body[ROW_BODY];
	struct pack p;

	pack_start(&p, body, sizeof(body));
	rows_stamp(e, &p);
	for (const struct timer *t = e->timers; t; t = t->next) {
		pack_text(&p, ROW_WEARER, t->wearer);
		pack_int(&p, ROW_PRESS_AT, t->set.boot_ms);
		pack_int(&p, ROW_CHANGED, t->set.wall_ms);
		pack_int(&p, ROW_FLAGS, t->set.wall_trusted);
		pack_int(&p, ROW_REPEAT, t->set.utc_offset_s);
		pack_int(&p, ROW_DUE, t->ends);
	}
	return p.cut ? ALERTE_ELIMIT
		     : store_meta_put(e->store, "timers", body, p.len);
}

int timer_read(struct alerte *e, const uint8_t *body, size_t len)
{
	struct timer *t = NULL;
	char wearer[ALERTE_ID_MAX];
	struct unpack u;

	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_WEARER) {
			unpack_text(&u, wearer, sizeof(wearer));
			t = timer_add(e, wearer);
			if (!t)
				return ALERTE_ENOMEM;
		}
		if (!t)
			continue;
		if (u.tag == ROW_PRESS_AT)
			t->set.boot_ms = unpack_int(&u);
		else if (u.tag == ROW_CHANGED)
			t->set.wall_ms = unpack_int(&u);
		else if (u.tag == ROW_FLAGS)
			t->set.wall_trusted = unpack_int(&u) & 1;
		else if (u.tag == ROW_REPEAT)
			t->set.utc_offset_s = (int32_t)unpack_int(&u);
		else if (u.tag == ROW_DUE)
			t->ends = unpack_int(&u);
	}
	return 0;
}

/* ------------------------------------------------------------- the host */

/* 0, or why this cannot be without her code, or at all. */
static int may_set(struct alerte *e, const struct site_wearer *w,
		   const struct timer *t, uint32_t seconds, bool coded)
{
	int64_t ends = e->now.boot_ms + seconds * INT64_C(1000);

	if (!t && !seconds)
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no timer of hers runs");
	if (!t && !w->has_code)
		return engine_error(e, ALERTE_EREFUSED,
				    "she has no code that could end it");
	if (!t && !timer_room(e))
		return engine_error(e, ALERTE_ELIMIT, "too many timers");
	if (t && (!seconds || ends < t->ends) && !coded)
		return engine_error(e, ALERTE_EREFUSED,
				    "it takes her code to end it sooner");
	return 0;
}

static int run_on(struct alerte *e, struct timer *t, const char *wearer,
		  uint32_t seconds)
{
	if (!seconds) {
		timer_end(e, t);
		return 0;
	}
	if (!t)
		t = timer_add(e, wearer);
	if (!t)
		return ALERTE_ENOMEM;
	t->set = e->now;
	t->ends = e->now.boot_ms + seconds * INT64_C(1000);
	e->timers_dirty = true;
	return 0;
}

static int set_timer(struct alerte *e, const char *wearer, uint32_t seconds,
		     const char *code)
{
	const struct site_wearer *w = site_wearer(e->site, wearer);
	struct timer *t = timer_of(e, wearer);
	bool coded = code && code[0];
	int r;

	if (!w)
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no wearer of that id");
	r = may_set(e, w, t, seconds, coded);
	if (r)
		return r;
	r = coded ? close_try(e, live_of_wearer(e, wearer, false), wearer, code)
		  : CODE_CANCEL;
	/* after both codes as much is written */
	e->unseen_dirty = e->unseen_dirty || coded;
	if (r == CODE_DURESS)
		r = duress_begin(e, wearer);
	return r < 0 ? r : run_on(e, t, wearer, seconds);
}

int alerte_timer_set(struct alerte *e, const char *wearer, uint32_t seconds,
		     const char *code, struct alerte_time now)
{
	int r, settled;

	if (!wearer || strlen(wearer) >= ALERTE_ID_MAX ||
	    (seconds && (seconds < ALERTE_TIMER_MIN_S ||
			 seconds > ALERTE_TIMER_MAX_S)) ||
	    (code && strlen(code) >= ALERTE_CODE_MAX))
		return ALERTE_EINVAL;
	if (e->in_host)
		return ALERTE_EBUSY;
	engine_now(e, now);
	r = set_timer(e, wearer, seconds, code);
	settled = engine_commit(e);
	return r < 0 ? r : settled;
}

int alerte_timer_next(struct alerte *e, const char *after,
		      struct alerte_timer *out)
{
	const struct timer *t = e->timers;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!after || !out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	while (t && strcmp(t->wearer, after) <= 0)
		t = t->next;
	if (!t)
		return 0;
	*out = (struct alerte_timer){
		.size = sizeof(*out),
		.set = t->set,
		.ends_boot_ms = t->ends,
		.ends_wall_ms = e->now.wall_ms + t->ends - e->now.boot_ms,
	};
	memcpy(out->wearer, t->wearer, sizeof(out->wearer));
	return 1;
}
