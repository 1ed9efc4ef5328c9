/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"
#include "core/timer.h"
#include "frame/format.h"
#include "port/bytes.h"
#include "port/text.h"

/* ----------------------------------------------------------- runtime */

int run_start(struct button_run *run, const struct alerte_button *button)
{
	battery_start(&run->battery);
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

bool settings_same_device(const struct alerte_button *a,
			  const struct alerte_button *b)
{
	return !memcmp(a->address, b->address, sizeof(a->address)) &&
	       a->key_len == b->key_len && !strcmp(a->trigger, b->trigger) &&
	       same_bytes(a->key, b->key, sizeof(a->key));
}

static bool is_device(const struct site *site, int64_t i,
		      const struct alerte_button *button)
{
	return i >= 0 && settings_same_device(site_button(site, (uint32_t)i),
					      button);
}

/* A button of this site has another id in the next one, or went. */
static bool some_gone(const struct site *site, const struct site *next)
{
	for (uint32_t i = 0; i < site->button.n; i++)
		if (site_named(next, site_button(site, i)->id) < 0)
			return true;
	return false;
}

/*
 * The same device in the site in force, or -1: under its id, or, where ids
 * went, under another.
 */
static int64_t find_device(const struct site *site,
			   const struct alerte_button *button, bool gone)
{
	int64_t i = site_named(site, button->id);

	if (is_device(site, i, button))
		return i;
	if (button_addressed(button)) {
		i = site_heard(site, button->address);
		return is_device(site, i, button) ? i : -1;
	}
	/* known by nothing but its id: a button on a screen */
	if (!gone || (!button->key_len && !button->trigger[0]))
		return -1;
	for (i = 0; i < site->button.n; i++)
		if (is_device(site, i, button))
			return i;
	return -1;
}

/*
 * The state of this button in the site in force.  Another device in its place
 * counts from anew: numbers of the old one say nothing of its presses.
 */
static const struct button_run *old_run(struct alerte *e,
					const struct alerte_button *button,
					bool gone)
{
	int64_t i = e->run ? find_device(e->site, button, gone) : -1;

	return i < 0 ? NULL : &e->run[i];
}

struct button_run *runs_new(struct alerte *e, const struct site *site)
{
	struct button_run *run = calloc(site->button.n + 1, sizeof(*run));
	bool gone = some_gone(e->site, site);

	for (uint32_t i = 0; run && i < site->button.n; i++) {
		const struct alerte_button *button = site_button(site, i);
		const struct button_run *old = old_run(e, button, gone);

		if (run_start(&run[i], button)) {
			runs_free(run, i + 1);
			return NULL;
		}
		if (old) {
			run[i].state = old->state;
			run[i].presence = old->presence;
			run[i].battery = old->battery;
		}
		presence_start(&run[i].presence, button->silence_s,
			       e->now.boot_ms);
		if (!old)
			continue;
		run[i].moved = old - e->run != site_named(e->site, button->id);
		if (old->sealed != FINDER_NONE)
			run[i].learned = sealed_table_state(e->finder.table,
							    old->sealed);
	}
	return run;
}

/* ------------------------------------------------------- on the disk */

void settings_pack(struct pack *p, enum alerte_kind kind, const void *object)
{
	pack_bytes(p, ROW_OBJECT, object, le32(object));
	if (kind == ALERTE_KIND_WEARER) {
		const struct site_wearer *w = object;

		if (w->has_code)
			pack_bytes(p, ROW_SECRET, w->code, sizeof(w->code));
		/* a row that has one is as long as one that has none */
		pack_bytes(p, ROW_DURESS, w->duress, sizeof(w->duress));
	}
}

static int write_object(struct alerte *e, const struct site *site,
			enum alerte_kind kind, const char *id)
{
	uint8_t body[ROW_BODY];
	struct pack p;
	const void *object = site_find(site, kind, id);
	int r;

	if (!object)
		return 0;
	pack_start(&p, body, sizeof(body));
	settings_pack(&p, kind, object);
	if (p.cut)
		return ALERTE_ELIMIT;
	r = store_named_put(e->store, (int)kind, id, body, p.len);
	wipe(body, sizeof(body));
	return r;
}

/* With a button goes what was learned of it: set again, it counts from anew. */
static int remove_object(struct alerte *e, enum alerte_kind kind,
			 const char *id)
{
	int r = store_named_remove(e->store, (int)kind, id);

	if (!r && kind == ALERTE_KIND_BUTTON)
		r = store_named_remove(e->store, STORE_KIND_STATE, id);
	return r;
}

int settings_write(struct alerte *e, struct site *site)
{
	const struct site_mark *mark = site->marks.at;
	int r = 0;

	for (uint32_t i = 0; !r && i < site->marks.n; i++)
		r = mark[i].removed
		    ? remove_object(e, mark[i].kind, mark[i].id)
		    : write_object(e, site, mark[i].kind, mark[i].id);
	return r;
}

static int remove_missing(struct alerte *e, const struct site *before,
			  enum alerte_kind kind)
{
	const struct alerte_endpoint *object;	/* size, id: any kind */
	const char *id = "";
	int r = 0;

	while (!r && (object = site_after(before, kind, id))) {
		id = object->id;
		if (!site_find(e->site, kind, id))
			r = remove_object(e, kind, id);
	}
	return r;
}

static int write_kind(struct alerte *e, enum alerte_kind kind)
{
	const struct alerte_endpoint *object;	/* size, id: any kind */
	const char *id = "";
	int r = 0;

	while (!r && (object = site_after(e->site, kind, id))) {
		id = object->id;
		r = write_object(e, e->site, kind, id);
	}
	return r;
}

int settings_rewrite(struct alerte *e, const struct site *before)
{
	int r = 0;

	for (int kind = ALERTE_KIND_ENDPOINT; !r && kind <= ALERTE_KIND_BUTTON;
	     kind++) {
		r = remove_missing(e, before, (enum alerte_kind)kind);
		if (!r)
			r = write_kind(e, (enum alerte_kind)kind);
	}
	return r;
}

/*
 * A commit that reports an error may be whole on the disk all the same.  The
 * next one undoes it: it must have something to write.
 */
int settings_unwritten(struct alerte *e)
{
	e->doubt = e->meta_dirty = true;
	return engine_error(e, ALERTE_ESTORE,
			    "the store refuses the settings: %s",
			    store_errmsg(e->store));
}

static int write_draft(struct alerte *e)
{
	int r = store_begin(e->store);

	if (!r)
		r = settings_write(e, e->site);
	for (uint32_t i = 0; !r && i < e->site->button.n; i++)
		if (e->run[i].moved)
			r = rows_put_button(e, i);
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

static const uint32_t sizes[] = {
	[ALERTE_KIND_ENDPOINT] = sizeof(struct alerte_endpoint),
	[ALERTE_KIND_CONTACT] = sizeof(struct alerte_contact),
	[ALERTE_KIND_WEARER] = sizeof(struct alerte_wearer),
	[ALERTE_KIND_POLICY] = sizeof(struct alerte_policy),
	[ALERTE_KIND_BUTTON] = sizeof(struct alerte_button),
};

static void unpack_code(const struct unpack *u, struct site_wearer *w)
{
	static const uint8_t none[DIGEST_BYTES];

	if (u->tag == ROW_SECRET)
		w->has_code = unpack_bytes(u, w->code, sizeof(w->code));
	if (u->tag == ROW_DURESS)
		w->has_duress = unpack_bytes(u, w->duress, sizeof(none)) &&
				!same_bytes(w->duress, none, sizeof(none));
}

uint32_t settings_unpack(enum alerte_kind kind, const uint8_t *body, size_t len,
			 union site_object *out)
{
	struct unpack u;
	uint32_t wrote;

	memset(out, 0, sizeof(*out));
	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_OBJECT && u.len <= sizes[kind])
			memcpy(out, u.bytes, u.len);
		if (kind == ALERTE_KIND_WEARER)
			unpack_code(&u, &out->wearer);
	}
	wrote = out->head.size;
	out->head.size = sizes[kind];
	return wrote;
}

static int read_object(void *context, const uint8_t *body, size_t len)
{
	struct reading *at = context;
	union site_object object;
	uint32_t wrote = settings_unpack(at->kind, body, len, &object);
	int r;

	/* of before the first release, laid out otherwise */
	if (at->kind == ALERTE_KIND_BUTTON && wrote < BUTTON_FIRST) {
		engine_log(at->e, ALERTE_LOG_ERROR,
			   "button %.31s was set by an earlier build: enrol it "
			   "again", object.button.id);
		return 0;
	}
	r = site_put(at->site, at->kind, &object);
	wipe(&object, sizeof(object));
	return r;
}

/* A setting in the store that is not in force. */
static int mark_stranger(void *context, const uint8_t *body, size_t len)
{
	struct reading *at = context;
	union site_object object;
	int r = 0;

	settings_unpack(at->kind, body, len, &object);
	if (!site_find(at->site, at->kind, object.head.id))
		r = site_mark(at->site, at->kind, object.head.id, true);
	wipe(&object, sizeof(object));
	return r;
}

static int mark_strangers(struct alerte *e, enum alerte_kind kind)
{
	struct reading at = { .e = e, .site = e->site, .kind = kind };

	return store_named_each(e->store, (int)kind, mark_stranger, &at);
}

int settings_dirty(struct alerte *e)
{
	int r = 0;

	for (int kind = ALERTE_KIND_ENDPOINT; !r && kind <= ALERTE_KIND_BUTTON;
	     kind++) {
		const struct alerte_endpoint *object;	/* size, id: any kind */
		const char *id = "";

		r = mark_strangers(e, (enum alerte_kind)kind);
		while (!r && (object = site_after(e->site, kind, id))) {
			id = object->id;
			r = site_mark(e->site, kind, id, false);
		}
	}
	return r;
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
	if (!r)
		r = watch_start(&e->watch, e->site, e->now.boot_ms);
	if (r)
		return r;
	return store_named_each(e->store, STORE_KIND_STATE, learned_read, e);
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

static bool alert_kept(struct alerte *e, struct site *draft,
		       const struct alert *a)
{
	/* a button may go at any time: somebody may have found it */
	if (site_wearer(e->site, a->wearer) && !site_wearer(draft, a->wearer))
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
		if (alert_live(&l->alert) && !l->unseen &&
		    !alert_kept(e, draft, &l->alert))
			return ALERTE_EREFUSED;
	return 0;
}

const char *settings_refusal(int r)
{
	switch (r) {
	case ALERTE_ENOTFOUND:
		return "names something that does not exist";
	case ALERTE_EREFUSED:
		return "its last step reaches nobody who can answer (by e-mail "
		       "alone nobody can), a contact has the number "
		       "of a wearer or of the relay, or the place is too long "
		       "for one text to the 114";
	case ALERTE_ELIMIT:
		return "a delay is above its bound, or there is too much";
	default:
		return "a field breaks its rule, or another button is known by "
		       "the same address, key or beacon";
	}
}

int settings_prepare(struct alerte *e, struct site *site,
		     struct settings_next *next)
{
	*next = (struct settings_next){
		.site = site,
		.run = runs_new(e, site),
		.search = e->now.boot_ms,
	};
	memcpy(next->site_key, e->site_key, sizeof(next->site_key));
	if (next->run &&
	    !finder_start(&next->finder, site, next->run, e->now.boot_ms) &&
	    !watch_start(&next->watch, site, e->now.boot_ms)) {
		next->watch.floor = e->watch.floor;
		return 0;
	}
	settings_free(next);
	return ALERTE_ENOMEM;
}

void settings_swap(struct alerte *e, struct settings_next *next)
{
	struct settings_next old = {
		.site = e->site,
		.run = e->run,
		.finder = e->finder,
		.watch = e->watch,
		.search = e->search,
	};

	memcpy(old.site_key, e->site_key, sizeof(old.site_key));
	e->site = next->site;
	e->run = next->run;
	e->finder = next->finder;
	e->watch = next->watch;
	e->search = next->search;
	engine_site_key(e, next->site_key);
	e->dirty_from = e->dirty_to = 0;
	*next = old;
	wipe(&old, sizeof(old));
}

void settings_free(struct settings_next *next)
{
	finder_end(&next->finder);
	watch_end(&next->watch);
	runs_free(next->run, next->site->button.n);
	site_free(next->site);
	wipe(next, sizeof(*next));
}

/* Somebody asks for it now: a disk that failed is tried again now. */
static int settle_now(struct alerte *e)
{
	if (e->durable && engine_settle(e) == ALERTE_OK)
		return 0;
	e->retry = e->now.boot_ms;
	return engine_settle(e);
}

static int adopt(struct alerte *e, struct site *draft)
{
	struct settings_next next;
	int r = settings_prepare(e, draft, &next);

	if (r)
		return r;
	if (settle_now(e)) {
		settings_free(&next);
		return settings_unwritten(e);
	}
	settings_swap(e, &next);
	if (write_draft(e)) {
		settings_swap(e, &next);
		r = settings_unwritten(e);
	}
	settings_free(&next);
	e->site->marks.n = 0;
	watch_again(e);
	enrol_settings(e);
	consent_settings(e);
	return r;
}

int settings_check(struct alerte *e, struct site *site)
{
	const char *id = "";
	int r = site_check_whole(site, e->relay_number, &id);

	return r ? engine_error(e, r, "%s: %s", id, settings_refusal(r)) : 0;
}

int alerte_settings_check(struct alerte *e)
{
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!e->draft)
		return ALERTE_EINVAL;
	r = settings_check(e, e->draft);
	if (!r)
		r = consent_check(e, e->draft);
	if (r)
		return r;
	r = open_alerts_kept(e, e->draft);
	if (r)
		return engine_error(e, r, "an open alert needs what is being "
					  "removed; close it first");
	if (!timer_kept(e, e->draft))
		return engine_error(e, ALERTE_EREFUSED,
				    "a timer needs the wearer that is being "
				    "removed; end it first");
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
	if (keep && !r)
		return adopt(e, draft);
	site_free(draft);
	return r;
}

int settings_set(struct alerte *e, enum alerte_kind kind, const void *object,
		 const char *id, struct alerte_time now)
{
	bool alone = !e->draft;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	r = site_check(kind, object);
	if (r)
		return engine_error(e, r, "%.31s: %s", id, settings_refusal(r));
	if (alone) {
		r = alerte_settings_begin(e);
		if (r)
			return r;
	}
	r = site_mark_room(e->draft);
	if (!r)
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
	struct alerte_endpoint to;

	if (settings_widen_endpoint(e->draft ? e->draft : e->site, set, &to))
		return ALERTE_EINVAL;
	return settings_set(e, ALERTE_KIND_ENDPOINT, &to, to.id, now);
}

/* What its caller is too old to know stays as it is. */
static void newer_kept(const struct site *site, const uint32_t *size,
		       struct alerte_contact *c)
{
	const struct alerte_contact *old;

	if (*size == sizeof(*c) || strnlen(c->id, sizeof(c->id)) ==
				   sizeof(c->id))
		return;
	old = site_find(site, ALERTE_KIND_CONTACT, c->id);
	if (old)
		memcpy((char *)c + *size, (const char *)old + *size,
		       sizeof(*c) - *size);
}

int alerte_contact_set(struct alerte *e, const struct alerte_contact *set,
		       struct alerte_time now)
{
	struct alerte_contact c;

	if (settings_widen_contact(set, &c))
		return ALERTE_EINVAL;
	newer_kept(e->draft ? e->draft : e->site, &set->size, &c);
	return settings_set(e, ALERTE_KIND_CONTACT, &c, c.id, now);
}

int alerte_policy_set(struct alerte *e, const struct alerte_policy *set,
		      struct alerte_time now)
{
	return set ? settings_set(e, ALERTE_KIND_POLICY, set, set->id, now)
		   : ALERTE_EINVAL;
}

int settings_put(struct alerte *e, enum alerte_kind kind, const void *object)
{
	const struct alerte_button *named = object;	/* size, id: any kind */

	return settings_set(e, kind, object, named->id, e->now);
}

/* What its caller is too old to know stays as it is. */
static void silence_kept(const struct site *site, const uint32_t *size,
			 struct alerte_button *b)
{
	const struct alerte_button *old;

	if (*size == sizeof(*b) || strnlen(b->id, sizeof(b->id)) ==
				   sizeof(b->id))
		return;
	old = site_find(site, ALERTE_KIND_BUTTON, b->id);
	if (old)
		b->silence_s = old->silence_s;
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
	const struct site *site = e->draft ? e->draft : e->site;
	struct alerte_button b;
	int r;

	if (settings_widen(set, &b))
		return ALERTE_EINVAL;
	silence_kept(site, &set->size, &b);
	r = key_kept(site, &b);
	if (r)
		return engine_error(e, r, "%.31s: no button of that id has a "
				    "key to keep; give the key", set->id);
	r = settings_set(e, ALERTE_KIND_BUTTON, &b, b.id, now);
	wipe(&b, sizeof(b));
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
	r = site_mark_room(e->draft);
	if (!r)
		r = site_remove(e->draft, kind, id);
	if (!r)
		r = site_mark(e->draft, kind, id, true);
	if (alone) {
		int ended = alerte_settings_end(e, !r, now);

		r = r ? r : ended;
	}
	return r;
}
