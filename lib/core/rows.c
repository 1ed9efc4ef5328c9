/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changed in memory, written as rows.  A body is a list of tagged values
 * (port/pack.h); tags are never given a second meaning.
 */
#include "core/rows.h"

#include <string.h>

#include "core/engine.h"
#include "core/timer.h"
#include "core/unseen.h"

static void put_time(struct pack *p, uint8_t tag, struct alerte_time t)
{
	int64_t v[4] = { t.boot_ms, t.wall_ms, t.utc_offset_s, t.wall_trusted };

	pack_bytes(p, tag, v, sizeof(v));
}

void rows_stamp(struct alerte *e, struct pack *p)
{
	pack_bytes(p, ROW_BOOT, e->boot_id, sizeof(e->boot_id));
	put_time(p, ROW_NOW, e->now);
}

static void put_plan(struct pack *p, const struct alerte_policy *plan)
{
	pack_text(p, ROW_PLAN, plan->id);
	pack_int(p, ROW_PLAN_TRUST, plan->relay_trust);
	for (uint32_t i = 0; i < plan->nsteps; i++) {
		const struct alerte_step_rule *step = &plan->step[i];

		pack_int(p, ROW_PLAN_STEP, step->after_s);
		for (uint32_t j = 0; j < step->ntargets; j++) {
			pack_int(p, ROW_PLAN_CHANNEL, step->target[j].channel);
			pack_text(p, ROW_PLAN_CONTACT, step->target[j].contact);
		}
	}
}

/* Its hour as it was told: no reboot moves it. */
static void put_first(struct pack *p, const struct alert_reach *reach)
{
	int64_t v[3] = { reach->first, reach->first_at.wall_ms,
			 reach->first_at.utc_offset_s };

	if (reach->first)
		pack_bytes(p, ROW_REACH_FIRST, v, sizeof(v));
}

static void put_reach(struct pack *p, const struct alert *a)
{
	for (uint32_t i = 0; i < a->nreach; i++) {
		const struct alert_reach *reach = &a->reach[i];

		pack_int(p, ROW_REACH, reach->target.channel);
		pack_text(p, ROW_REACH_CONTACT, reach->target.contact);
		pack_int(p, ROW_REACH_FLAGS,
			 reach->reached << 1 | reach->told_roaming << 2 |
			 reach->hinted << 3 | reach->declined << 4 |
			 reach->gave_back << 5);
		pack_int(p, ROW_REACH_NOTICED, reach->noticed);
		put_first(p, reach);
	}
}

static void put_relay(struct pack *p, const struct relay *r)
{
	int64_t v[ROW_RELAY_VALUES] = {
		r->state, r->firsts, r->second, r->told_silent, r->told_cannot,
		r->begun, r->again, r->auto_ack, r->question, r->traffic,
		r->nsent,
	};

	for (int i = 0; i < RELAY_BUDGET; i++)
		v[ROW_RELAY_SENT + i] = r->sent[i];
	v[ROW_RELAY_OTHER] = r->other;
	v[ROW_RELAY_ENDED] = r->ended;
	v[ROW_RELAY_PRESSED] = r->pressed;
	v[ROW_RELAY_PRESS_TOLD] = r->press_told;
	v[ROW_RELAY_PERHAPS] = r->perhaps;
	if (r->state != ALERTE_RELAY_NONE)
		pack_bytes(p, ROW_RELAY, v, sizeof(v));
}

static void put_position(struct pack *p, const struct alerte_position *at)
{
	int64_t v[4] = { at->latitude_e7, at->longitude_e7, at->accuracy_m,
			 at->wall_ms };

	pack_bytes(p, ROW_POSITION, v, sizeof(v));
	pack_int(p, ROW_POSITION_HOW,
		 (int64_t)at->method << 8 | at->confidence_percent);
}

/* A ring, the oldest first; returns how many values it makes. */
static size_t unroll(const uint64_t *ring, size_t size, uint32_t n,
		     uint64_t *out)
{
	size_t held = n < size ? n : size;

	for (size_t i = 0; i < held; i++)
		out[i] = ring[(n - held + i) % size];
	return held;
}

static void put_taken(struct pack *p, const struct alert *a)
{
	uint64_t v[2 + TAKEN_IDS], claims[ALERT_CLAIMS_MAX];
	size_t n;

	for (int i = 0; i < TAKEN_ENDPOINTS; i++) {
		const struct taken *t = &a->taken[i];

		if (!t->endpoint)
			continue;
		v[0] = t->endpoint;
		v[1] = t->position;
		n = unroll(t->id, TAKEN_IDS, t->n, v + 2);
		pack_bytes(p, ROW_TAKEN_OF, v, (2 + n) * sizeof(*v));
	}
	n = unroll(a->claim, ALERT_CLAIMS_MAX, a->nclaims, claims);
	if (n)
		pack_bytes(p, ROW_CLAIMS, claims, n * sizeof(*claims));
}

void rows_pack_alert(struct alerte *e, struct pack *p, const struct live *l)
{
	const struct alert *a = &l->alert;

	rows_stamp(e, p);
	pack_bytes(p, ROW_REFERENCE, a->reference, sizeof(a->reference));
	pack_text(p, ROW_CODE, a->code);
	pack_int(p, ROW_FLAGS,
		 a->exercise | a->plain_despite_key << 1 | a->arrived << 2 |
			 a->bare_used << 3 | a->relay_wanted << 4 |
			 l->low_lane << 5 | a->possible_repeat << 6 |
			 a->grouped << 7 | a->by_timer << 8);
	pack_int(p, ROW_TRUST, a->trust);
	pack_int(p, ROW_GESTURE, a->gesture);
	pack_text(p, ROW_WEARER, a->wearer);
	pack_text(p, ROW_BUTTON, a->button);
	pack_int(p, ROW_PRESSES, a->presses);
	put_time(p, ROW_OPENED, a->opened);
	put_time(p, ROW_PRESSED, a->pressed);
	pack_int(p, ROW_CHANGED, a->changed_wall_ms);
	pack_text(p, ROW_ACKED_BY, a->acked_by);
	pack_int(p, ROW_STEP, a->step);
	pack_int(p, ROW_STEPS_DONE, a->steps_done);
	pack_int(p, ROW_STARTED, a->started);
	pack_int(p, ROW_DUE, a->due);
	pack_int(p, ROW_SEQUENCE, a->sequence);
	put_plan(p, &a->plan);
	put_reach(p, a);
	put_relay(p, &a->relay);
	if (a->has_position) {
		put_position(p, &a->position);
		pack_int(p, ROW_POSITION_AT, a->position_at);
	}
	if (a->cell[0])
		pack_text(p, ROW_CELL, a->cell);
	put_taken(p, a);
}

void rows_pack_attempt(struct alerte *e, struct pack *p,
		       const struct attempt *row)
{
	rows_stamp(e, p);
	pack_int(p, ROW_KIND, row->kind);
	pack_int(p, ROW_CHANNEL, row->target.channel);
	pack_text(p, ROW_CONTACT, row->target.contact);
	pack_int(p, ROW_IMPORTANCE, row->importance);
	pack_int(p, ROW_FLAGS, row->exercise | row->other_path << 1 |
			       row->duress << 2 | row->by_timer << 3);
	pack_int(p, ROW_RESENDS, row->resends);
	pack_int(p, ROW_STEP, row->step);
	pack_int(p, ROW_SENDS, row->sends);
	pack_int(p, ROW_TRIES, row->tries);
	pack_int(p, ROW_NTH, row->nth);
	pack_int(p, ROW_NTH_TOLD, row->nth_told);
	pack_int(p, ROW_SEQUENCE, row->sequence);
	pack_int(p, ROW_DUE, row->due);
	pack_int(p, ROW_SENDING, row->sending);
	pack_int(p, ROW_CHANGED, row->changed_wall_ms);
	put_time(p, ROW_PRESSED, row->pressed);
	pack_int(p, ROW_PARTS, (int64_t)row->parts_sent);
	pack_text(p, ROW_WHO, row->who);
	if (row->quote)
		pack_text(p, ROW_QUOTE, row->quote);
}

static int put_row(struct alerte *e, enum store_table table,
		   struct store_row *row, const struct pack *p)
{
	if (p->cut)
		return ALERTE_ELIMIT;
	row->wall_ms = e->now.wall_ms;
	row->trusted = e->now.wall_trusted;
	row->body = p->at;
	row->len = p->len;
	return store_row_put(e->store, table, row);
}

static int write_alert(struct alerte *e, struct live *l)
{
	uint8_t body[ROW_BODY];
	struct pack p;
	struct store_row row = {
		.id = l->alert.id,
		.state = (int)l->alert.state,
		.waiting = live_waiting(l),
	};

	pack_start(&p, body, sizeof(body));
	rows_pack_alert(e, &p, l);
	return put_row(e, STORE_ALERT, &row, &p);
}

static int write_attempt(struct alerte *e, struct attempt *at)
{
	uint8_t body[ROW_BODY];
	struct pack p;
	struct store_row row = {
		.id = at->id,
		.alert = at->alert,
		.state = (int)at->state,
		.waiting = at->state == ALERTE_ATTEMPT_PLANNED ||
			   at->state == ALERTE_ATTEMPT_SENDING,
	};

	pack_start(&p, body, sizeof(body));
	rows_pack_attempt(e, &p, at);
	return put_row(e, STORE_ATTEMPT, &row, &p);
}

static int write_note(struct alerte *e, struct live *l, struct note *note)
{
	uint8_t body[ROW_BODY];
	struct pack p;
	struct store_row row = {
		.id = note->id,
		.alert = l->alert.id,
		.state = (int)note->kind,
		.wall_ms = note->wall_ms,
		.trusted = note->trusted,
	};
	int r;

	if (!l->key_id) {
		int64_t id = ++e->last_row;

		r = store_history_key(e->store, l->alert.id, id, l->key);
		if (r)
			return r;
		l->key_id = id;
	}
	row.key = l->key_id;
	pack_start(&p, body, sizeof(body));
	pack_text(&p, ROW_WHO, note->who);
	pack_text(&p, ROW_QUOTE, note->text);
	if (p.cut)
		return ALERTE_ELIMIT;
	row.body = p.at;
	row.len = p.len;
	r = store_note_put(e->store, &row, l->key);
	wipe(body, sizeof(body));
	return r;
}

static int write_live(struct alerte *e, struct live *l)
{
	bool rows = false;
	int r = 0;

	for (struct attempt *row = l->attempts; !r && row; row = row->next)
		if (row->dirty) {
			rows = true;
			r = write_attempt(e, row);
		}
	for (struct note *note = l->notes; !r && note; note = note->next)
		if (note->dirty)
			r = write_note(e, l, note);
	/* a row that finished may end the alert's waiting */
	if (!r && l->alert.id && (l->dirty || (rows && !alert_live(&l->alert))))
		r = write_alert(e, l);
	return r;
}

int rows_put_button(struct alerte *e, uint32_t button)
{
	uint8_t body[ROW_BODY];
	struct pack p;

	pack_start(&p, body, sizeof(body));
	learned_pack(e, &p, button);
	if (p.cut)
		return ALERTE_ELIMIT;
	return store_named_put(e->store, STORE_KIND_STATE,
			       site_button(e->site, button)->id, body, p.len);
}

int rows_put_meta(struct alerte *e)
{
	/* armed for this number and no other (M4) */
	const char *number = e->armed ? e->relay_number : "";
	int r = store_meta_put(e->store, "site", e->site_key, SEAL_KEY);

	if (!r)
		r = store_meta_put(e->store, "armed", number, strlen(number));
	if (!r)
		r = fault_write(e);
	return r ? r : beat_put(e);
}

int rows_write(struct alerte *e)
{
	int r = e->meta_dirty ? rows_put_meta(e) : 0;

	if (!r)
		r = settings_write(e, e->site);
	if (!r && e->selftest.dirty)
		r = selftest_write(e);
	if (!r && e->timers_dirty)
		r = timer_write(e);
	if (!r)
		r = unseen_write(e);
	if (!r)
		r = consent_write(e);
	if (!r)
		r = write_live(e, &e->house);
	for (uint32_t i = e->dirty_from; !r && i < e->dirty_to; i++)
		if (e->run[i].dirty)
			r = rows_put_button(e, i);
	for (struct live *l = e->live; !r && l; l = l->next)
		if (!l->unseen)
			r = write_live(e, l);
	return r;
}

static void mark_live(struct live *l, bool dirty)
{
	l->dirty = dirty;
	for (struct attempt *row = l->attempts; row; row = row->next)
		row->dirty = dirty;
	for (struct note *note = l->notes; note; note = note->next)
		note->dirty = dirty;
}

static void mark_all(struct alerte *e, bool dirty)
{
	e->meta_dirty = e->selftest.dirty = dirty;
	e->unseen_dirty = e->timers_dirty = dirty;
	mark_live(&e->house, dirty);
	for (struct live *l = e->live; l; l = l->next)
		mark_live(l, dirty);
	if (dirty) {
		e->dirty_from = 0;
		e->dirty_to = e->site->button.n;
	}
	for (uint32_t i = e->dirty_from; i < e->dirty_to; i++)
		e->run[i].dirty = dirty;
	if (!dirty)
		e->dirty_from = e->dirty_to = 0;
}

void rows_button(struct alerte *e, uint32_t button)
{
	e->run[button].dirty = true;
	if (e->dirty_to == 0) {
		e->dirty_from = button;
		e->dirty_to = button + 1;
	}
	if (button < e->dirty_from)
		e->dirty_from = button;
	if (button >= e->dirty_to)
		e->dirty_to = button + 1;
}

/* A history key of a transaction that was undone does not exist. */
void rows_undone(struct alerte *e)
{
	for (struct live *l = &e->house; l;
	     l = l == &e->house ? e->live : l->next)
		for (struct note *note = l->notes; note; note = note->next)
			if (note->dirty)
				l->key_id = 0;
}

void rows_clean(struct alerte *e)
{
	e->site->marks.n = 0;
	mark_all(e, false);
	consent_clean(e);
}

void rows_dirty(struct alerte *e)
{
	mark_all(e, true);
	consent_dirty(e);
}
