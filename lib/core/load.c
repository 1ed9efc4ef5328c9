/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows back into memory at open.
 *
 * Instants in a row belong to the boot that wrote it.  Within that boot they
 * stand.  After another boot they are moved by what the wall clock says went
 * by; if the wall clock is behind the newest row it is not believed, no time
 * is taken to have gone by, and every open step is due now (K4).
 */
#include <stdlib.h>
#include <string.h>

#include "core/duress.h"
#include "core/engine.h"
#include "core/rows.h"
#include "core/timer.h"
#include "core/unseen.h"
#include "port/bytes.h"

struct loader {
	struct alerte *e;
	int64_t newest;		/* newest trusted wall clock in the store */
	int64_t unseen;		/* the highest id of what nothing shows */
};

struct stamp {
	bool known, same_boot, believed;
	int64_t shift;		/* add to an instant of the row */
	int64_t still;		/* the same, had no time gone by */
};

static bool read_values(const struct unpack *u, int64_t *out, size_t n)
{
	size_t have = u->len / 8;

	for (size_t i = 0; i < n; i++)
		out[i] = i < have ? (int64_t)le64(u->bytes + 8 * i) : 0;
	return have > 0;
}

static struct alerte_time read_time(const struct unpack *u)
{
	int64_t v[4];

	read_values(u, v, 4);
	return (struct alerte_time){ v[0], v[1], (int32_t)v[2], v[3] != 0 };
}

static struct stamp read_stamp(struct loader *at, const uint8_t *body,
			       size_t len)
{
	struct alerte_time now = at->e->now, then = { 0 };
	struct stamp stamp = { 0 };
	uint8_t boot[16] = { 0 };
	struct unpack u;

	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_BOOT)
			stamp.known = unpack_bytes(&u, boot, sizeof(boot));
		else if (u.tag == ROW_NOW)
			then = read_time(&u);
	}
	stamp.same_boot = stamp.known &&
			  !memcmp(boot, at->e->boot_id, sizeof(boot)) &&
			  then.boot_ms <= now.boot_ms;
	stamp.believed = stamp.same_boot || (now.wall_ms >= at->newest &&
					     now.wall_ms >= then.wall_ms);
	if (!stamp.same_boot) {
		stamp.still = now.boot_ms - then.boot_ms;
		stamp.shift = stamp.still -
			      (stamp.believed ? now.wall_ms - then.wall_ms : 0);
	}
	return stamp;
}

/* 0 means "none" in every instant and stays so. */
static void shift(int64_t *instant, const struct stamp *stamp)
{
	if (*instant && *instant != ALERTE_NEVER)
		*instant += stamp->shift;
}

static void shift_due(struct loader *at, int64_t *due,
		      const struct stamp *stamp, int64_t most)
{
	int64_t now = at->e->now.boot_ms;

	shift(due, stamp);
	if (!stamp->believed)
		*due = now;
	if (*due != ALERTE_NEVER && *due > now + most)
		*due = now + most;
}

/*
 * "Arrived" ends an alert when its time is over (L2): unless the hour is sure,
 * no time is taken to have gone by.
 */
static void shift_alert_due(struct loader *at, struct alert *a,
			    const struct stamp *stamp)
{
	if (a->state == ALERTE_ALERT_ACKED && a->arrived &&
	    !(stamp->believed && at->e->now.wall_trusted))
		a->due += stamp->still;
	else
		shift_due(at, &a->due, stamp, ALERT_ARRIVED_MS);
}

static void read_relay(const struct unpack *u, struct relay *r)
{
	int64_t v[ROW_RELAY_VALUES];

	read_values(u, v, ROW_RELAY_VALUES);
	r->state = (enum alerte_relay_state)v[0];
	r->firsts = (uint32_t)v[1];
	r->second = v[2] != 0;
	r->told_silent = v[3] != 0;
	r->told_cannot = v[4] != 0;
	r->begun = v[5];
	r->again = v[6];
	r->auto_ack = v[7];
	r->question = v[8];
	r->traffic = v[9];
	r->nsent = (uint32_t)v[10];
	for (int i = 0; i < RELAY_BUDGET; i++)
		r->sent[i] = v[ROW_RELAY_SENT + i];
	r->other = v[ROW_RELAY_OTHER] != 0;
	r->ended = v[ROW_RELAY_ENDED] != 0;
	r->pressed = v[ROW_RELAY_PRESSED];
	r->press_told = v[ROW_RELAY_PRESS_TOLD];
	r->perhaps = v[ROW_RELAY_PERHAPS];
}

static void shift_relay(struct loader *at, struct relay *r,
			const struct stamp *stamp)
{
	shift(&r->begun, stamp);
	shift(&r->auto_ack, stamp);
	shift(&r->question, stamp);
	shift(&r->traffic, stamp);
	shift(&r->pressed, stamp);
	shift(&r->press_told, stamp);
	shift(&r->perhaps, stamp);
	for (int i = 0; i < RELAY_BUDGET; i++)
		shift(&r->sent[i], stamp);
	shift_due(at, &r->again, stamp, 30 * 60 * INT64_C(1000));
}

static void read_flags(struct live *l, int64_t flags)
{
	struct alert *a = &l->alert;

	a->exercise = flags & 1;
	a->plain_despite_key = flags >> 1 & 1;
	a->arrived = flags >> 2 & 1;
	a->bare_used = flags >> 3 & 1;
	a->relay_wanted = flags >> 4 & 1;
	l->low_lane = flags >> 5 & 1;
	a->possible_repeat = flags >> 6 & 1;
	a->grouped = flags >> 7 & 1;
	a->by_timer = flags >> 8 & 1;
}

/* Targets follow their step, a contact its channel. */
static void read_step(const struct unpack *u, struct alerte_policy *plan)
{
	struct alerte_step_rule *step;

	if (u->tag == ROW_PLAN_STEP && plan->nsteps < ALERTE_STEPS_MAX) {
		plan->step[plan->nsteps++].after_s = (uint32_t)unpack_int(u);
		return;
	}
	if (!plan->nsteps)
		return;
	step = &plan->step[plan->nsteps - 1];
	if (u->tag == ROW_PLAN_CHANNEL && step->ntargets < ALERTE_TARGETS_MAX)
		step->target[step->ntargets++].channel =
			(enum alerte_channel)unpack_int(u);
	if (u->tag == ROW_PLAN_CONTACT && step->ntargets)
		unpack_text(u, step->target[step->ntargets - 1].contact,
			    ALERTE_ID_MAX);
}

static void read_plan(const struct unpack *u, struct alerte_policy *plan)
{
	if (u->tag == ROW_PLAN)
		unpack_text(u, plan->id, sizeof(plan->id));
	else if (u->tag == ROW_PLAN_TRUST)
		plan->relay_trust = (enum alerte_trust)unpack_int(u);
	else
		read_step(u, plan);
}

static void read_first(const struct unpack *u, struct alert_reach *reach)
{
	int64_t v[3];

	if (!read_values(u, v, 3))
		return;
	reach->first = (uint32_t)v[0];
	reach->first_at.wall_ms = v[1];
	reach->first_at.utc_offset_s = (int32_t)v[2];
}

static void read_reach(const struct unpack *u, struct alert *a)
{
	struct alert_reach *reach;

	if (u->tag == ROW_REACH && a->nreach < ALERT_REACH_MAX) {
		a->reach[a->nreach++].target.channel =
			(enum alerte_channel)unpack_int(u);
		return;
	}
	if (!a->nreach)
		return;
	reach = &a->reach[a->nreach - 1];
	if (u->tag == ROW_REACH_CONTACT)
		unpack_text(u, reach->target.contact, ALERTE_ID_MAX);
	if (u->tag == ROW_REACH_FLAGS) {
		reach->reached = unpack_int(u) >> 1 & 1;
		reach->told_roaming = unpack_int(u) >> 2 & 1;
		reach->hinted = unpack_int(u) >> 3 & 1;
		reach->declined = unpack_int(u) >> 4 & 1;
		reach->gave_back = unpack_int(u) >> 5 & 1;
	}
	if (u->tag == ROW_REACH_NOTICED)
		reach->noticed = unpack_int(u);
	if (u->tag == ROW_REACH_FIRST)
		read_first(u, reach);
}

static void read_position(const struct unpack *u, struct alert *a)
{
	int64_t v[4];

	a->has_position = read_values(u, v, 4);
	a->position = (struct alerte_position){
		.size = sizeof(a->position),
		.latitude_e7 = (int32_t)v[0],
		.longitude_e7 = (int32_t)v[1],
		.accuracy_m = (uint32_t)v[2],
		.wall_ms = v[3],
	};
}

static void read_where(const struct unpack *u, struct alert *a)
{
	struct alerte_position *p = &a->position;

	if (u->tag == ROW_POSITION) {
		read_position(u, a);
		return;
	}
	if (u->tag == ROW_POSITION_AT) {
		a->position_at = unpack_int(u);
		return;
	}
	if (u->tag == ROW_CELL) {
		unpack_text(u, a->cell, sizeof(a->cell));
		return;
	}
	p->method = (enum alerte_position_method)(unpack_int(u) >> 8 & 3);
	p->confidence_percent = unpack_int(u) & 0xff;
}

static void read_claims(const struct unpack *u, struct alert *a)
{
	for (size_t i = 0; i + 8 <= u->len; i += 8)
		alert_claim_new(a, le64(u->bytes + i));
}

static void read_taken(const struct unpack *u, struct alert *a)
{
	struct taken *t;

	if (u->tag == ROW_CLAIMS) {
		read_claims(u, a);
		return;
	}
	if (u->len < 16 || !le64(u->bytes))
		return;
	t = taken_of(a->taken, le64(u->bytes));
	t->position = le64(u->bytes + 8);
	for (size_t i = 16; i + 8 <= u->len; i += 8)
		taken_new(t, le64(u->bytes + i));
}

static void read_alert_value(const struct unpack *u, struct live *l)
{
	struct alert *a = &l->alert;

	switch (u->tag) {
	case ROW_REFERENCE:
		unpack_bytes(u, a->reference, sizeof(a->reference));
		break;
	case ROW_CODE:
		unpack_text(u, a->code, sizeof(a->code));
		break;
	case ROW_FLAGS:
		read_flags(l, unpack_int(u));
		break;
	case ROW_TRUST:
		a->trust = (enum alerte_trust)unpack_int(u);
		break;
	case ROW_GESTURE:
		a->gesture = (enum alerte_gesture)unpack_int(u);
		break;
	case ROW_WEARER:
		unpack_text(u, a->wearer, sizeof(a->wearer));
		break;
	case ROW_BUTTON:
		unpack_text(u, a->button, sizeof(a->button));
		break;
	case ROW_PRESSES:
		a->presses = (uint32_t)unpack_int(u);
		break;
	case ROW_OPENED:
		a->opened = read_time(u);
		break;
	case ROW_PRESSED:
		a->pressed = read_time(u);
		break;
	case ROW_CHANGED:
		a->changed_wall_ms = unpack_int(u);
		break;
	case ROW_ACKED_BY:
		unpack_text(u, a->acked_by, sizeof(a->acked_by));
		break;
	case ROW_STEP:
		a->step = (uint32_t)unpack_int(u);
		break;
	case ROW_STEPS_DONE:
		a->steps_done = (uint32_t)unpack_int(u);
		break;
	case ROW_STARTED:
		a->started = unpack_int(u);
		break;
	case ROW_DUE:
		a->due = unpack_int(u);
		break;
	case ROW_SEQUENCE:
		a->sequence = (uint32_t)unpack_int(u);
		break;
	case ROW_PLAN:
	case ROW_PLAN_TRUST:
	case ROW_PLAN_STEP:
	case ROW_PLAN_CHANNEL:
	case ROW_PLAN_CONTACT:
		read_plan(u, &a->plan);
		break;
	case ROW_REACH:
	case ROW_REACH_CONTACT:
	case ROW_REACH_FLAGS:
	case ROW_REACH_NOTICED:
	case ROW_REACH_FIRST:
		read_reach(u, a);
		break;
	case ROW_RELAY:
		read_relay(u, &a->relay);
		break;
	case ROW_POSITION:
	case ROW_POSITION_HOW:
	case ROW_POSITION_AT:
	case ROW_CELL:
		read_where(u, a);
		break;
	case ROW_TAKEN_OF:
	case ROW_CLAIMS:
		read_taken(u, a);
		break;
	default:
		break;
	}
}

static void read_alert(const struct store_row *row, struct live *l)
{
	struct unpack u;

	l->alert.id = row->id;
	l->alert.state = (enum alerte_alert_state)row->state;
	l->alert.plan.size = sizeof(l->alert.plan);
	unpack_start(&u, row->body, row->len);
	while (unpack_next(&u))
		read_alert_value(&u, l);
}

static int visit_alert(void *context, const struct store_row *row)
{
	struct loader *at = context;
	struct live *l = live_new(at->e);
	struct alert *a;
	struct stamp stamp;

	if (!l)
		return ALERTE_ENOMEM;
	read_alert(row, l);
	a = &l->alert;
	stamp = read_stamp(at, row->body, row->len);
	shift(&a->started, &stamp);
	shift(&a->position_at, &stamp);
	shift(&a->opened.boot_ms, &stamp);
	shift(&a->pressed.boot_ms, &stamp);
	shift_alert_due(at, a, &stamp);
	for (uint32_t i = 0; i < a->nreach; i++)
		shift(&a->reach[i].noticed, &stamp);
	shift_relay(at, &a->relay, &stamp);
	l->ended = at->e->now.boot_ms;
	/* its instants are of this boot now */
	l->dirty = !stamp.same_boot;
	return 0;
}

static void read_attempt_value(const struct unpack *u, struct attempt *row)
{
	switch (u->tag) {
	case ROW_KIND:
		row->kind = (enum words)unpack_int(u);
		break;
	case ROW_CHANNEL:
		row->target.channel = (enum alerte_channel)unpack_int(u);
		break;
	case ROW_CONTACT:
		unpack_text(u, row->target.contact, ALERTE_ID_MAX);
		break;
	case ROW_IMPORTANCE:
		row->importance = (enum alerte_importance)unpack_int(u);
		break;
	case ROW_FLAGS:
		row->exercise = unpack_int(u) & 1;
		row->other_path = unpack_int(u) >> 1 & 1;
		row->duress = unpack_int(u) >> 2 & 1;
		row->by_timer = unpack_int(u) >> 3 & 1;
		break;
	case ROW_RESENDS:
		row->resends = unpack_int(u);
		break;
	case ROW_STEP:
		row->step = (uint32_t)unpack_int(u);
		break;
	case ROW_SENDS:
		row->sends = (uint32_t)unpack_int(u);
		break;
	case ROW_TRIES:
		row->tries = (uint32_t)unpack_int(u);
		break;
	case ROW_NTH:
		row->nth = (uint32_t)unpack_int(u);
		break;
	case ROW_NTH_TOLD:
		row->nth_told = (uint32_t)unpack_int(u);
		break;
	case ROW_SEQUENCE:
		row->sequence = (uint32_t)unpack_int(u);
		break;
	case ROW_DUE:
		row->due = unpack_int(u);
		break;
	case ROW_SENDING:
		row->sending = unpack_int(u);
		break;
	case ROW_CHANGED:
		row->changed_wall_ms = unpack_int(u);
		break;
	case ROW_PRESSED:
		row->pressed = read_time(u);
		break;
	case ROW_PARTS:
		row->parts_sent = (uint64_t)unpack_int(u);
		break;
	case ROW_WHO:
		unpack_text(u, row->who, sizeof(row->who));
		break;
	default:
		break;
	}
}

static int read_attempt(const struct store_row *from, struct attempt *row,
			bool quote)
{
	struct unpack u;

	row->id = from->id;
	row->alert = from->alert;
	row->state = (enum alerte_attempt_state)from->state;
	unpack_start(&u, from->body, from->len);
	while (unpack_next(&u)) {
		read_attempt_value(&u, row);
		if (!quote || u.tag != ROW_QUOTE || row->quote)
			continue;
		row->quote = malloc(u.len + 1);
		if (!row->quote)
			return ALERTE_ENOMEM;
		unpack_text(&u, row->quote, u.len + 1);
	}
	return 0;
}

static int visit_attempt(void *context, const struct store_row *from)
{
	struct loader *at = context;
	struct live *l = live_find(at->e, from->alert);
	struct attempt *row;
	struct stamp stamp;
	int r;

	if (!l)
		return 0;
	row = calloc(1, sizeof(*row));
	if (!row)
		return ALERTE_ENOMEM;
	*l->attempts_end = row;
	l->attempts_end = &row->next;
	r = read_attempt(from, row, true);
	stamp = read_stamp(at, from->body, from->len);
	shift(&row->pressed.boot_ms, &stamp);
	shift(&row->sending, &stamp);
	shift_due(at, &row->due, &stamp, 30 * 60 * INT64_C(1000));
	row->dirty = !stamp.same_boot;
	/* a channel of a newer library: nobody here can send it */
	if (!channel_find(row->target.channel))
		row->state = ALERTE_ATTEMPT_FAILED;
	/*
	 * SENDING at open: it may have left or not when we died.  It goes out
	 * once more, three times in all (S1; step.c counts), unless the alert
	 * was acknowledged or ended since.
	 */
	if (row->state == ALERTE_ATTEMPT_SENDING) {
		row->state = plan_worth(l, row) ? ALERTE_ATTEMPT_PLANNED
						: ALERTE_ATTEMPT_UNKNOWN;
		row->dirty = true;
		row->due = at->e->now.boot_ms;
		live_mark_reached(l, row);
	}
	return r;
}

/* Finished rows of live alerts: who was reached, late receipts. */
static int load_finished(struct loader *at)
{
	for (struct live *l = at->e->live; l; l = l->next) {
		int r = store_row_each(at->e->store, STORE_ATTEMPT,
				       l->alert.id, visit_attempt, at);

		if (r < 0)
			return r;
	}
	return 0;
}

/* Of what belongs to no alert only what still has to go out. */
static int visit_house(void *context, const struct store_row *from)
{
	return from->alert ? 0 : visit_attempt(context, from);
}

/*
 * The wait for a text begins again: it may lie on the SIM, unread while nobody
 * was there.
 */
static int load_selftest(struct loader *at)
{
	struct selftest *t = &at->e->selftest;
	uint8_t body[512];
	struct stamp stamp;
	int r = store_meta_get(at->e->store, "selftest", body, sizeof(body));

	if (r <= 0)
		return r;
	selftest_read(t, body, (size_t)r);
	if (t->every_ms <= 0 || t->every_ms > SELFTEST_MOST_MS)
		t->every_ms = SELFTEST_MOST_MS;
	stamp = read_stamp(at, body, (size_t)r);
	shift_due(at, &t->due, &stamp, SELFTEST_MOST_MS);
	shift_due(at, &t->next, &stamp, SELFTEST_MOST_MS);
	if (t->out)
		t->due = at->e->now.boot_ms + SELFTEST_RETURN_MS;
	t->dirty = !stamp.same_boot;
	return 0;
}

static int load_faults(struct loader *at)
{
	uint8_t body[1024];
	int r = store_meta_get(at->e->store, "faults", body, sizeof(body));

	if (r > 0)
		fault_read(at->e, body, (size_t)r);
	return r < 0 ? r : 0;
}

static int unseen_note(struct loader *at, const struct store_row *from)
{
	struct alerte_note view = { .size = sizeof(view) };
	struct live *l = live_find(at->e, from->alert);
	struct note *note;

	if (!l || !l->unseen || load_note_view(from, &view))
		return 0;
	note = note_add(at->e, l, (enum alerte_note_kind)from->state, view.who,
			view.text);
	if (!note)
		return ALERTE_ENOMEM;
	note->id = from->id;
	note->wall_ms = from->wall_ms;
	note->trusted = from->trusted;
	note->dirty = false;
	return 0;
}

static int unseen_alert(struct loader *at, const struct store_row *from,
			int64_t shown)
{
	int r = visit_alert(at, from);
	struct live *l = r ? NULL : live_find(at->e, from->id);

	if (!l)
		return r;
	l->unseen = true;
	l->shown = shown;
	return 0;
}

/* What goes on unseen (L8): of each alert first itself. */
static int visit_unseen(void *context, uint8_t tag, const struct store_row *row,
			int64_t shown)
{
	struct loader *at = context;

	if (row->id > at->unseen)
		at->unseen = row->id;
	if (tag == ROW_UNSEEN_ALERT)
		return unseen_alert(at, row, shown);
	if (tag == ROW_UNSEEN_ATTEMPT)
		return visit_attempt(at, row);
	return tag == ROW_UNSEEN_NOTE ? unseen_note(at, row) : 0;
}

static int load_unseen(struct loader *at)
{
	struct alerte *e = at->e;
	int r = unseen_read(e, visit_unseen, at);

	if (at->unseen > UNSEEN_FIRST)
		e->last_unseen = at->unseen;
	for (struct live *l = e->live; l; l = l->next)
		l->behind = duress_behind(e, l->alert.id);
	return r;
}

/* While the hour is not believed one that runs is over: rather an alert. */
static int load_timers(struct loader *at)
{
	struct alerte *e = at->e;
	uint8_t body[ROW_BODY];
	struct stamp stamp;
	int r = store_meta_get(e->store, "timers", body, sizeof(body));

	if (r <= 0)
		return r;
	stamp = read_stamp(at, body, (size_t)r);
	r = timer_read(e, body, (size_t)r);
	for (struct timer *t = e->timers; t; t = t->next) {
		shift(&t->set.boot_ms, &stamp);
		shift_due(at, &t->ends, &stamp, TIMER_MOST_MS);
	}
	e->timers_dirty = e->timers && !stamp.same_boot;
	return r;
}

int engine_load(struct alerte *e)
{
	struct loader at = { .e = e, .newest = store_newest(e->store) };
	int r = at.newest < 0 ? (int)at.newest : settings_load(e);

	if (!r)
		r = store_row_waiting(e->store, STORE_ALERT, visit_alert, &at);
	if (!r)
		r = load_finished(&at);
	if (!r)
		r = store_row_waiting(e->store, STORE_ATTEMPT, visit_house,
				      &at);
	if (!r)
		r = load_unseen(&at);
	if (!r)
		r = load_timers(&at);
	if (!r)
		r = load_selftest(&at);
	if (!r)
		r = load_faults(&at);
	if (!r)
		r = consent_load(e);
	e->last_row = store_row_last(e->store);
	if (!r && e->last_row < 0)
		r = (int)e->last_row;
	/* never a sequence that a server knows from before (S5) */
	if (!r)
		e->house.alert.sequence = (uint32_t)e->last_row;
	if (store_damaged(e->store))
		engine_log(e, ALERTE_LOG_ERROR,
			   "%u parts of the store are damaged: going on "
			   "without them", store_damaged(e->store));
	watch_open(e);
	live_sweep(e);
	return r;
}

/* ------------------------------------------------------------- views */

int load_alert_view(const struct store_row *row, struct alerte_alert *out)
{
	struct live l = { 0 };

	read_alert(row, &l);
	view_alert(NULL, &l, out);
	return 0;
}

int load_attempt_view(const struct store_row *from, struct alerte_attempt *out)
{
	struct attempt row = { 0 };
	int r = read_attempt(from, &row, false);

	view_attempt(&row, out);
	return r;
}

int load_note_view(const struct store_row *row, struct alerte_note *out)
{
	struct unpack u;

	out->id = row->id;
	out->alert = row->alert;
	out->kind = (enum alerte_note_kind)row->state;
	out->wall_ms = row->wall_ms;
	out->who[0] = out->text[0] = '\0';
	if (!row->body)
		return 0;
	unpack_start(&u, row->body, row->len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_WHO)
			unpack_text(&u, out->who, sizeof(out->who));
		if (u.tag == ROW_QUOTE)
			unpack_text(&u, out->text, sizeof(out->text));
	}
	return 0;
}
