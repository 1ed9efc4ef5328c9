/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"
#include "frame/format.h"
#include "port/bytes.h"
#include "port/text.h"

#define CODE_LEAST 4

/* ----------------------------------------------------------- runtime */

int run_start(struct button_run *run, const struct alerte_button *button)
{
	run->state.battery_percent = -1;
	run->sealed = FINDER_NONE;
	if (button->trigger[0]) {
		run->trigger = malloc(sizeof(*run->trigger));
		return run->trigger ? frame_trigger_parse(button->trigger,
							  run->trigger)
				    : ALERTE_ENOMEM;
	}
	if (!button->key_len || button_sealed(button))
		return 0;
	run->key = frame_key_new(button->key, button->key_len);
	return run->key ? 0 : ALERTE_ENOMEM;
}

void runs_free(struct button_run *run, uint32_t n)
{
	for (uint32_t i = 0; run && i < n; i++) {
		frame_key_free(run[i].key);
		free(run[i].trigger);
	}
	free(run);
}

void settings_device(const struct alerte *e, const struct alerte_button *button,
		     uint8_t out[DIGEST_BYTES])
{
	uint8_t what[sizeof(button->key) + sizeof(button->trigger)] = { 0 };

	memcpy(what, button->key, sizeof(button->key));
	memcpy(what + sizeof(button->key), button->trigger,
	       strlen(button->trigger));
	digest(e->site_key, button->address, sizeof(button->address), what,
	       sizeof(what), out);
	wipe(what, sizeof(what));
}

static bool same_device(const struct alerte_button *a,
			const struct alerte_button *b)
{
	return !memcmp(a->address, b->address, sizeof(a->address)) &&
	       a->key_len == b->key_len && !strcmp(a->trigger, b->trigger) &&
	       same_bytes(a->key, b->key, sizeof(a->key));
}

/*
 * The state of this button in the site in force.  Another device in its place
 * counts from anew: numbers of the old one say nothing of its presses.
 */
static const struct button_run *old_run(struct alerte *e,
					const struct alerte_button *button)
{
	int64_t i = e->run ? site_named(e->site, button->id) : -1;

	if (i < 0 || !same_device(site_button(e->site, (uint32_t)i), button))
		return NULL;
	return &e->run[i];
}

struct button_run *runs_new(struct alerte *e, const struct site *site)
{
	struct button_run *run = calloc(site->button.n + 1, sizeof(*run));

	for (uint32_t i = 0; run && i < site->button.n; i++) {
		const struct alerte_button *button = site_button(site, i);
		const struct button_run *old = old_run(e, button);

		if (run_start(&run[i], button)) {
			runs_free(run, i + 1);
			return NULL;
		}
		if (!old)
			continue;
		run[i].state = old->state;
		if (old->sealed != FINDER_NONE)
			run[i].learned = sealed_table_state(e->finder.table,
							    old->sealed);
	}
	return run;
}

/* ------------------------------------------------------- on the disk */

static int write_object(struct alerte *e, struct site *site,
			const struct site_mark *mark)
{
	uint8_t body[ROW_BODY];
	struct pack p;
	const uint8_t *object = site_find(site, mark->kind, mark->id);
	int r;

	if (mark->removed)
		return store_named_remove(e->store, (int)mark->kind, mark->id);
	if (!object)
		return 0;
	pack_start(&p, body, sizeof(body));
	pack_bytes(&p, ROW_OBJECT, object, le32(object));
	if (mark->kind == ALERTE_KIND_WEARER) {
		const struct site_wearer *w = (const void *)object;

		if (w->has_code)
			pack_bytes(&p, ROW_SECRET, w->code, sizeof(w->code));
	}
	if (p.cut)
		return ALERTE_ELIMIT;
	r = store_named_put(e->store, (int)mark->kind, mark->id, body, p.len);
	wipe(body, sizeof(body));
	return r;
}

int settings_write(struct alerte *e, struct site *site)
{
	const struct site_mark *mark = site->marks.at;
	int r = 0;

	for (uint32_t i = 0; !r && i < site->marks.n; i++)
		r = write_object(e, site, &mark[i]);
	return r;
}

int settings_dirty(struct alerte *e)
{
	int r = 0;

	for (int kind = ALERTE_KIND_ENDPOINT; !r && kind <= ALERTE_KIND_BUTTON;
	     kind++) {
		const struct alerte_endpoint *object;	/* size, id: any kind */
		const char *id = "";

		while (!r && (object = site_after(e->site, kind, id))) {
			id = object->id;
			r = site_mark(e->site, kind, id, false);
		}
	}
	return r;
}

static int write_draft(struct alerte *e, struct site *draft)
{
	int r = store_begin(e->store);

	if (!r)
		r = settings_write(e, draft);
	if (!r)
		r = store_commit(e->store);
	if (r)
		store_rollback(e->store);
	return r;
}

struct reading {
	struct alerte *e;
	struct site *site;
	enum alerte_kind kind;
};

/* What an older library wrote is shorter: the rest of the struct is zero. */
static int read_object(void *context, const uint8_t *body, size_t len)
{
	struct reading *at = context;
	union {
		struct alerte_endpoint endpoint;
		struct alerte_contact contact;
		struct site_wearer wearer;
		struct alerte_policy policy;
		struct alerte_button button;
		uint32_t size;
	} object;
	static const uint32_t sizes[] = {
		[ALERTE_KIND_ENDPOINT] = sizeof(struct alerte_endpoint),
		[ALERTE_KIND_CONTACT] = sizeof(struct alerte_contact),
		[ALERTE_KIND_WEARER] = sizeof(struct alerte_wearer),
		[ALERTE_KIND_POLICY] = sizeof(struct alerte_policy),
		[ALERTE_KIND_BUTTON] = sizeof(struct alerte_button),
	};
	struct unpack u;
	int r;

	memset(&object, 0, sizeof(object));
	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_OBJECT && u.len <= sizes[at->kind])
			memcpy(&object, u.bytes, u.len);
		if (u.tag == ROW_SECRET && at->kind == ALERTE_KIND_WEARER)
			object.wearer.has_code =
				unpack_bytes(&u, object.wearer.code,
					     sizeof(object.wearer.code));
	}
	/* of before the first release, laid out otherwise */
	if (at->kind == ALERTE_KIND_BUTTON && object.size < sizes[at->kind]) {
		engine_log(at->e, ALERTE_LOG_ERROR,
			   "button %.31s was set by an earlier build: enrol it "
			   "again", object.button.id);
		return 0;
	}
	object.size = sizes[at->kind];
	r = site_put(at->site, at->kind, &object);
	wipe(&object, sizeof(object));
	return r;
}

/* One button's row of states, as it is read. */
struct state_row {
	struct button_state b;
	char id[ALERTE_ID_MAX];
	uint8_t boot[16], device[DIGEST_BYTES];
	bool bound;			/* device was there */
	int64_t written[4];		/* instant, as rows.c puts it */
	struct unpack sealed;		/* or of tag 0 */
	uint32_t npress, nrepeat, nunverified;
};

static void read_about(const struct unpack *u, struct state_row *row)
{
	switch (u->tag) {
	case ROW_BUTTON:
		unpack_text(u, row->id, sizeof(row->id));
		break;
	case ROW_BOOT:
		unpack_bytes(u, row->boot, sizeof(row->boot));
		break;
	case ROW_NOW:
		unpack_bytes(u, row->written, sizeof(row->written));
		break;
	case ROW_DEVICE:
		row->bound = unpack_bytes(u, row->device, sizeof(row->device));
		break;
	case ROW_SEALED:
		row->sealed = *u;
		break;
	default:
		break;
	}
}

static void read_state_value(const struct unpack *u, struct state_row *row)
{
	struct button_state *b = &row->b;

	switch (u->tag) {
	case ROW_PRESSES:
		b->presses = (uint32_t)unpack_int(u);
		break;
	case ROW_COUNTER:
		b->replay.any = unpack_int(u) >= 0;
		b->replay.high = (uint32_t)unpack_int(u);
		break;
	case ROW_SEEN:
		b->replay.seen = (uint64_t)unpack_int(u);
		break;
	case ROW_LOW:
		if (b->replay.nlow < REPLAY_LOW_MAX)
			b->replay.low[b->replay.nlow++] =
				(uint32_t)unpack_int(u);
		break;
	case ROW_LOW_AT:
		b->replay.low_at = (uint32_t)unpack_int(u) % REPLAY_LOW_MAX;
		break;
	case ROW_REPEAT:
		if (row->nrepeat < REPEAT_RING && u->len == 16) {
			b->repeat.last[row->nrepeat].content = le64(u->bytes);
			b->repeat.last[row->nrepeat++].heard_ms =
				(int64_t)le64(u->bytes + 8);
		}
		break;
	case ROW_PRESS_AT:
		if (row->npress < BUTTON_PRESSES)
			b->press_ms[row->npress++] = unpack_int(u);
		break;
	case ROW_TAKEN:
		b->taken_ms = unpack_int(u);
		break;
	case ROW_DROPPED:
		b->dropped_ms = unpack_int(u);
		break;
	case ROW_EVENT:
		b->event = (uint64_t)unpack_int(u);
		break;
	case ROW_EVENT_AT:
		b->event_ms = unpack_int(u);
		break;
	case ROW_UNVERIFIED:
		b->unverified = (uint32_t)unpack_int(u);
		break;
	case ROW_UNVERIFIED_AT:
		if (row->nunverified < BUTTON_FORGED)
			b->unverified_ms[row->nunverified++] = unpack_int(u);
		break;
	case ROW_FORGERY_TOLD:
		b->forgery_told_ms = unpack_int(u);
		break;
	case ROW_COUNTED:
		b->counted.known = true;
		b->counted.count = (uint32_t)unpack_int(u);
		b->counted.down = unpack_int(u) >> 32 & 1;
		break;
	default:
		break;
	}
}

/*
 * Instants of another boot mean nothing here: repeats and triples are then
 * judged afresh, which errs towards an alert.  Counters stand.
 */
static void forget_instants(struct button_state *b)
{
	memset(&b->repeat, 0, sizeof(b->repeat));
	memset(b->press_ms, 0, sizeof(b->press_ms));
	b->unverified = 0;
	b->event = 0;
	b->forgery_told_ms = 0;
	b->taken_ms = b->dropped_ms = 0;
}

/*
 * What an instant of that row is in this boot: by the wall clock, or as if no
 * time had gone by when that was set back (K4).
 */
static int64_t state_shift(const struct alerte *e, const struct state_row *row)
{
	int64_t shift = e->now.boot_ms - row->written[0];
	int64_t gone = e->now.wall_ms - row->written[1];

	if (!memcmp(row->boot, e->boot_id, sizeof(row->boot)))
		return 0;
	return gone > 0 ? shift - gone : shift;
}

static void restore_sealed(struct alerte *e, const struct state_row *row,
			   uint32_t number)
{
	struct sealed_state state;

	if (row->sealed.tag && number != FINDER_NONE &&
	    sealed_state_unpack(&row->sealed, state_shift(e, row), &state))
		sealed_table_restore(e->finder.table, number, &state,
				     e->now.boot_ms);
}

static int read_state(void *context, const uint8_t *body, size_t len)
{
	struct alerte *e = context;
	struct state_row row = { .b = { .battery_percent = -1 } };
	uint8_t device[DIGEST_BYTES];
	struct unpack u;
	int64_t i;

	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		read_about(&u, &row);
		read_state_value(&u, &row);
	}
	i = site_named(e->site, row.id);
	if (i < 0)
		return 0;
	settings_device(e, site_button(e->site, (uint32_t)i), device);
	if (row.bound && !same_bytes(row.device, device, sizeof(device)))
		return 0;
	if (memcmp(row.boot, e->boot_id, sizeof(row.boot)))
		forget_instants(&row.b);
	e->run[i].state = row.b;
	restore_sealed(e, &row, e->run[i].sealed);
	return 0;
}

/* A button is of no use without its wearer, whose setting may be damaged. */
static void drop_orphans(struct alerte *e)
{
	for (uint32_t i = e->site->button.n; i > 0; i--) {
		const struct alerte_button *button =
			site_button(e->site, i - 1);
		char id[ALERTE_ID_MAX];

		if (site_wearer(e->site, button->wearer))
			continue;
		memcpy(id, button->id, sizeof(id));
		engine_log(e, ALERTE_LOG_ERROR,
			   "button %s has no wearer: enrol them again", id);
		site_remove(e->site, ALERTE_KIND_BUTTON, id);
	}
}

int settings_load(struct alerte *e)
{
	struct reading at = { .e = e, .site = e->site };
	int r = 0;

	for (int kind = ALERTE_KIND_ENDPOINT; !r && kind <= ALERTE_KIND_BUTTON;
	     kind++) {
		at.kind = (enum alerte_kind)kind;
		r = store_named_each(e->store, kind, read_object, &at);
	}
	if (r)
		return r;
	drop_orphans(e);
	r = site_index(e->site);
	if (r)
		return r;
	e->run = runs_new(e, e->site);
	if (!e->run)
		return ALERTE_ENOMEM;
	r = finder_start(&e->finder, e->site, e->run, e->now.boot_ms);
	if (r)
		return r;
	return store_named_each(e->store, STORE_KIND_STATE, read_state, e);
}

/* ----------------------------------------------------------- changes */

int alerte_settings_begin(struct alerte *e)
{
	if (e->in_host)
		return ALERTE_EBUSY;
	if (e->draft)
		return engine_error(e, ALERTE_EINVAL,
				    "settings are being changed already");
	e->draft = site_copy(e->site);
	return e->draft ? 0 : ALERTE_ENOMEM;
}

/* Whom it can reach now it can reach with the draft. */
static bool target_kept(struct alerte *e, struct site *draft,
			const struct alerte_target *target)
{
	struct policy_people now = site_people(e->site);
	struct policy_people then = site_people(draft);

	return !policy_target_reachable(target, &now) ||
	       policy_target_reachable(target, &then);
}

static bool object_kept(struct alerte *e, struct site *draft,
			enum alerte_kind kind, const char *id)
{
	return !site_find(e->site, kind, id) || site_find(draft, kind, id);
}

static bool alert_kept(struct alerte *e, struct site *draft,
		       const struct alert *a)
{
	if (!object_kept(e, draft, ALERTE_KIND_WEARER, a->wearer) ||
	    !object_kept(e, draft, ALERTE_KIND_BUTTON, a->button))
		return false;
	for (uint32_t i = 0; i < a->nreach; i++)
		if (!target_kept(e, draft, &a->reach[i].target))
			return false;
	for (uint32_t i = 0; i < a->plan.nsteps; i++)
		for (uint32_t j = 0; j < a->plan.step[i].ntargets; j++)
			if (!target_kept(e, draft, &a->plan.step[i].target[j]))
				return false;
	return true;
}

/* What an open alert needs must stay: its plan is of the day it opened. */
static int open_alerts_kept(struct alerte *e, struct site *draft)
{
	for (struct live *l = e->live; l; l = l->next)
		if (alert_live(&l->alert) && !alert_kept(e, draft, &l->alert))
			return ALERTE_EREFUSED;
	return 0;
}

static const char *refusal(int r)
{
	switch (r) {
	case ALERTE_ENOTFOUND:
		return "names something that does not exist";
	case ALERTE_EREFUSED:
		return "its last step reaches nobody, a contact has the number "
		       "of a wearer or of the relay, or the place is too long "
		       "for one text to the 114";
	case ALERTE_ELIMIT:
		return "a delay is above its bound, or there is too much";
	default:
		return "a field breaks its rule, or another button is known by "
		       "the same address, key or beacon";
	}
}

static int adopt(struct alerte *e, struct site *draft)
{
	struct button_run *run = runs_new(e, draft);
	struct finder finder = { .nwatched = 0 };
	int r;

	if (!run || finder_start(&finder, draft, run, e->now.boot_ms)) {
		runs_free(run, draft->button.n);
		return ALERTE_ENOMEM;
	}
	r = engine_settle(e);
	if (!r)
		r = write_draft(e, draft);
	if (r) {
		finder_end(&finder);
		runs_free(run, draft->button.n);
		return engine_error(e, ALERTE_ESTORE,
				    "the store refuses the settings: %s",
				    store_errmsg(e->store));
	}
	finder_end(&e->finder);
	e->finder = finder;
	e->search = e->now.boot_ms;
	runs_free(e->run, e->site->button.n);
	site_free(e->site);
	e->site = draft;
	e->run = run;
	e->dirty_from = e->dirty_to = 0;
	draft->marks.n = 0;
	return 0;
}

int alerte_settings_check(struct alerte *e)
{
	const char *id = "";
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!e->draft)
		return ALERTE_EINVAL;
	r = site_check_whole(e->draft, e->relay_number, &id);
	if (r)
		return engine_error(e, r, "%s: %s", id, refusal(r));
	r = open_alerts_kept(e, e->draft);
	if (r)
		return engine_error(e, r, "an open alert needs what is being "
					  "removed; close it first");
	return 0;
}

int alerte_settings_end(struct alerte *e, bool keep, struct alerte_time now)
{
	struct site *draft = e->draft;
	int r = keep ? alerte_settings_check(e) : 0;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!draft)
		return ALERTE_EINVAL;
	engine_now(e, now);
	e->draft = NULL;
	if (!keep) {
		site_free(draft);
		return 0;
	}
	if (!r)
		r = adopt(e, draft);
	if (r)
		site_free(draft);
	return r;
}

static int set_object(struct alerte *e, enum alerte_kind kind,
		      const void *object, const char *id,
		      struct alerte_time now)
{
	bool alone = !e->draft;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	r = site_check(kind, object);
	if (r)
		return engine_error(e, r, "%.31s: %s", id, refusal(r));
	if (alone) {
		r = alerte_settings_begin(e);
		if (r)
			return r;
	}
	r = site_put(e->draft, kind, object);
	if (!r)
		r = site_mark(e->draft, kind, id, false);
	if (alone) {
		int ended = alerte_settings_end(e, !r, now);

		r = r ? r : ended;
	}
	return r;
}

int alerte_endpoint_set(struct alerte *e, const struct alerte_endpoint *set,
			struct alerte_time now)
{
	return set ? set_object(e, ALERTE_KIND_ENDPOINT, set, set->id, now)
		   : ALERTE_EINVAL;
}

int alerte_contact_set(struct alerte *e, const struct alerte_contact *set,
		       struct alerte_time now)
{
	return set ? set_object(e, ALERTE_KIND_CONTACT, set, set->id, now)
		   : ALERTE_EINVAL;
}

int alerte_policy_set(struct alerte *e, const struct alerte_policy *set,
		      struct alerte_time now)
{
	return set ? set_object(e, ALERTE_KIND_POLICY, set, set->id, now)
		   : ALERTE_EINVAL;
}

int settings_put(struct alerte *e, enum alerte_kind kind, const void *object)
{
	const struct alerte_button *named = object;	/* size, id: any kind */

	return set_object(e, kind, object, named->id, e->now);
}

/* A button that keeps its key, with the key it has now. */
static int key_kept(const struct site *site, struct alerte_button *b)
{
	const struct alerte_button *old;

	if (b->key_len != ALERTE_KEY_KEPT)
		return 0;
	if (strnlen(b->id, sizeof(b->id)) == sizeof(b->id))
		return ALERTE_EINVAL;
	old = site_find(site, ALERTE_KIND_BUTTON, b->id);
	if (!old || !old->key_len)
		return ALERTE_ENOTFOUND;
	memcpy(b->key, old->key, sizeof(b->key));
	b->key_len = old->key_len;
	return 0;
}

int alerte_button_set(struct alerte *e, const struct alerte_button *set,
		      struct alerte_time now)
{
	struct alerte_button b;
	int r;

	if (!set || set->size != sizeof(*set))
		return ALERTE_EINVAL;
	b = *set;
	r = key_kept(e->draft ? e->draft : e->site, &b);
	if (r)
		return engine_error(e, r, "%.31s: no button of that id has a "
				    "key to keep; give the key", set->id);
	r = set_object(e, ALERTE_KIND_BUTTON, &b, b.id, now);
	wipe(&b, sizeof(b));
	return r;
}

static bool code_ok(const char code[ALERTE_CODE_MAX])
{
	size_t n = strnlen(code, ALERTE_CODE_MAX);

	if (n < CODE_LEAST || n == ALERTE_CODE_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (code[i] <= ' ' || code[i] > '~')
			return false;
	return true;
}

int alerte_wearer_set(struct alerte *e, const struct alerte_wearer *set,
		      struct alerte_time now)
{
	const struct site_wearer *old;
	struct site_wearer w = { 0 };
	int r;

	if (!set || set->size != sizeof(*set) ||
	    strnlen(set->id, ALERTE_ID_MAX) == ALERTE_ID_MAX)
		return ALERTE_EINVAL;
	w.set = *set;
	memset(w.set.cancel_code, 0, sizeof(w.set.cancel_code));
	old = site_wearer(e->draft ? e->draft : e->site, set->id);
	if (set->cancel_code[0]) {
		if (!code_ok(set->cancel_code))
			return engine_error(e, ALERTE_EINVAL,
					    "%s: a cancel code has 4 to 31 "
					    "printable characters, no space",
					    set->id);
		digest(e->site_key, set->id, strlen(set->id), set->cancel_code,
		       strlen(set->cancel_code), w.code);
		w.has_code = true;
	} else if (old) {
		w.has_code = old->has_code;
		memcpy(w.code, old->code, sizeof(w.code));
	}
	r = set_object(e, ALERTE_KIND_WEARER, &w, set->id, now);
	wipe(&w, sizeof(w));
	return r;
}

int alerte_setting_remove(struct alerte *e, enum alerte_kind kind,
			  const char *id, struct alerte_time now)
{
	bool alone = !e->draft;
	int r = 0;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!id || strlen(id) >= ALERTE_ID_MAX || kind < ALERTE_KIND_ENDPOINT ||
	    kind > ALERTE_KIND_BUTTON)
		return ALERTE_EINVAL;
	if (alone)
		r = alerte_settings_begin(e);
	if (r)
		return r;
	r = site_remove(e->draft, kind, id);
	if (!r)
		r = site_mark(e->draft, kind, id, true);
	if (alone) {
		int ended = alerte_settings_end(e, !r, now);

		r = r ? r : ended;
	}
	return r;
}

/* ----------------------------------------------------------- reading */

static int next_object(struct alerte *e, enum alerte_kind kind,
		       const char *after, void *out, uint32_t size)
{
	const void *object;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!after || !out || le32(out) != size)
		return ALERTE_EINVAL;
	object = site_after(e->site, kind, after);
	if (!object)
		return 0;
	memcpy(out, object, size);
	return 1;
}

int alerte_endpoint_next(struct alerte *e, const char *after,
			 struct alerte_endpoint *out)
{
	return next_object(e, ALERTE_KIND_ENDPOINT, after, out, sizeof(*out));
}

int alerte_contact_next(struct alerte *e, const char *after,
			struct alerte_contact *out)
{
	return next_object(e, ALERTE_KIND_CONTACT, after, out, sizeof(*out));
}

int alerte_wearer_next(struct alerte *e, const char *after,
		       struct alerte_wearer *out)
{
	return next_object(e, ALERTE_KIND_WEARER, after, out, sizeof(*out));
}

int alerte_policy_next(struct alerte *e, const char *after,
		       struct alerte_policy *out)
{
	return next_object(e, ALERTE_KIND_POLICY, after, out, sizeof(*out));
}

int alerte_button_next(struct alerte *e, const char *after,
		       struct alerte_button *out)
{
	int r = next_object(e, ALERTE_KIND_BUTTON, after, out, sizeof(*out));

	if (r == 1)
		wipe(out->key, sizeof(out->key));
	return r;
}
