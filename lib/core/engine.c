/* SPDX-License-Identifier: Apache-2.0 */
#include "core/engine.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/timer.h"
#include "core/unseen.h"
#include "message/number.h"
#include "port/bytes.h"
#include "port/text.h"

/* After a failed commit the disk is tried again this much later. */
#define RETRY_MS 5000
#define LATER_MS 1000
#define SENDS_PER_STEP 16

int engine_error(struct alerte *e, int result, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(e->error, sizeof(e->error), format, ap);
	va_end(ap);
	return result;
}

void engine_log(struct alerte *e, enum alerte_log_level level,
		const char *format, ...)
{
	char line[256];
	bool inside = e->in_host;
	va_list ap;

	if (!e->host.log)
		return;
	va_start(ap, format);
	vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	e->in_host = true;
	e->host.log(e->host.context, level, line);
	e->in_host = inside;
}

struct alerte_time engine_now(struct alerte *e, struct alerte_time now)
{
	if (now.boot_ms < e->now.boot_ms)
		now.boot_ms = e->now.boot_ms;
	e->now = now;
	return now;
}

static int try_commit(struct alerte *e)
{
	int r = store_begin(e->store);

	if (!r)
		r = rows_write(e);
	if (!r)
		r = store_commit(e->store);
	if (r) {
		store_rollback(e->store);
		rows_undone(e);
		return r;
	}
	rows_clean(e);
	e->doubt = false;
	if (e->unseen_trim)
		store_trim(e->store);
	e->unseen_trim = false;
	return 0;
}

/* Memory is ahead of the disk: say so, and go on (S2). */
static int disk_failed(struct alerte *e)
{
	e->retry = e->now.boot_ms + RETRY_MS;
	if (!e->durable)
		return ALERTE_VOLATILE;
	e->durable = false;
	engine_log(e, ALERTE_LOG_ERROR,
		   "the store refuses writes (%s): going on in memory",
		   store_errmsg(e->store));
	fault_set(e, "store", true);
	return ALERTE_VOLATILE;
}

static void disk_returned(struct alerte *e)
{
	e->durable = true;
	e->retry = ALERTE_NEVER;
	engine_log(e, ALERTE_LOG_NOTICE, "the store takes writes again");
	fault_set(e, "store", false);
	if (try_commit(e))
		disk_failed(e);
}

/*
 * It failed before: the connection itself may be what is broken.  What comes
 * back may be another file, or a new one, which then gets the settings too.
 */
static int take_up_again(struct alerte *e)
{
	uint8_t site[SEAL_KEY];
	int r = store_reopen(e->store);

	if (!r)
		r = store_meta_get(e->store, "site", site, sizeof(site));
	if (r < 0)
		return r;
	if (!r || e->doubt || !same_bytes(site, e->site_key, sizeof(site))) {
		r = settings_dirty(e);
		if (r)
			return r;
	}
	wipe(site, sizeof(site));
	rows_dirty(e);
	return try_commit(e);
}

int engine_commit(struct alerte *e)
{
	e->urgent = false;
	e->later = ALERTE_NEVER;
	if (!e->durable && e->now.boot_ms < e->retry)
		return ALERTE_VOLATILE;
	if (!try_commit(e)) {
		if (!e->durable)
			disk_returned(e);
		return e->durable ? ALERTE_ACCEPTED : ALERTE_VOLATILE;
	}
	if (e->durable)
		return disk_failed(e);
	if (take_up_again(e))
		return disk_failed(e);
	disk_returned(e);
	return e->durable ? ALERTE_ACCEPTED : ALERTE_VOLATILE;
}

int engine_settle(struct alerte *e)
{
	return engine_commit(e) == ALERTE_ACCEPTED ? ALERTE_OK
						   : ALERTE_VOLATILE;
}

int engine_later(struct alerte *e)
{
	if (e->durable && e->later == ALERTE_NEVER)
		e->later = e->now.boot_ms + LATER_MS;
	if (e->durable && e->now.boot_ms < e->later)
		return ALERTE_VOLATILE;
	return engine_settle(e);
}

static int fill_random(void *context, void *bytes, size_t len)
{
	struct alerte *e = context;
	bool inside = e->in_host;
	int r;

	e->in_host = true;
	r = e->host.random(e->host.context, bytes, len);
	e->in_host = inside;
	return r;
}

int engine_random(struct alerte *e, void *bytes, size_t len)
{
	return fill_random(e, bytes, len);
}

void engine_site_key(struct alerte *e, const uint8_t key[SEAL_KEY])
{
	uint8_t name[DIGEST_BYTES];

	memcpy(e->site_key, key, SEAL_KEY);
	digest(e->site_key, "name", 4, NULL, 0, name);
	hex_encode(name, sizeof(name), e->site_name);
}

static int load_site_key(struct alerte *e)
{
	uint8_t key[SEAL_KEY];
	int r = store_meta_get(e->store, "site", key, SEAL_KEY);

	if (r == 0) {
		if (fill_random(e, key, SEAL_KEY))
			return ALERTE_EKEY;
		r = store_meta_put(e->store, "site", key, SEAL_KEY);
	}
	if (r < 0)
		return r;
	engine_site_key(e, key);
	wipe(key, sizeof(key));
	return 0;
}

/*
 * It was armed for one number: a trial's fictional relay arms nothing else.
 * Losing it that way is told (M4).
 */
static int load_arming(struct alerte *e)
{
	char number[ALERTE_NUMBER_MAX] = "";
	int r = store_meta_get(e->store, "armed", number, sizeof(number) - 1);

	if (r < 0)
		return r;
	e->armed = r > 0 && !strcmp(number, e->relay_number);
	e->arming_lost = r > 0 && !e->armed;
	return 0;
}

/* The 114, or in tests a whole number: no other short one is a relay (M4). */
static bool relay_ok(const char *number)
{
	return number && (!strcmp(number, "114") || number_is_plain(number)) &&
	       strlen(number) < ALERTE_NUMBER_MAX;
}

/* A caller built before there were ranks has none. */
static uint32_t rank_of(const struct alerte_options *o)
{
	return o->size < sizeof(*o) ? 0 : o->rank;
}

static bool options_size_ok(const struct alerte_options *o)
{
	return (o->size == sizeof(*o) ||
		o->size == offsetof(struct alerte_options, rank)) &&
	       rank_of(o) <= ALERTE_RANK_MAX;
}

static bool options_ok(const struct alerte_options *o,
		       const struct alerte_host *h)
{
	return o && options_size_ok(o) && o->path && o->run_key &&
	       o->boot_id && relay_ok(o->relay_number) &&
	       (!o->reading_secret || o->reading_public) && h &&
	       h->size == sizeof(*h) && h->send && h->random;
}

static int open_store(struct alerte *e, const struct alerte_options *o)
{
	struct store_random random = { e, fill_random };
	struct store_keys keys = {
		.has_reading = o->reading_public,
		.has_secret = o->reading_secret,
	};
	int r;

	beat_name(e, o->run_key);
	memcpy(keys.run, o->run_key, SEAL_KEY);
	if (o->reading_public)
		memcpy(keys.reading_public, o->reading_public, SEAL_KEY);
	if (o->reading_secret)
		memcpy(keys.reading_secret, o->reading_secret, SEAL_KEY);
	r = store_open(o->path, &keys, &random, &e->store);
	wipe(&keys, sizeof(keys));
	return r;
}

static void engine_start(struct alerte *e, const struct alerte_options *o,
			 const struct alerte_host *host)
{
	e->host = *host;
	memcpy(e->boot_id, o->boot_id, sizeof(e->boot_id));
	text_copy(e->relay_number, sizeof(e->relay_number), o->relay_number);
	if (o->place)
		text_copy(e->place, sizeof(e->place), o->place);
	e->moving = o->size == sizeof(*o) && o->moving;
	e->sends_per_step = o->sends_per_step ? o->sends_per_step
					      : SENDS_PER_STEP;
	e->rank = rank_of(o);
	e->sealed_id = o->sealed_id ? o->sealed_id : ALERTE_SEALED_TRIAL_ID;
	e->abroad = o->size == sizeof(*o) ? o->abroad : ALERTE_ABROAD_TRY;
	e->paths = 1;
	e->durable = true;
	e->retry = e->later = e->watch.next = ALERTE_NEVER;
	e->house.attempts_end = &e->house.attempts;
	e->house.notes_end = &e->house.notes;
	e->queue_end = &e->queue;
	e->last_unseen = UNSEEN_FIRST;
}

static void engine_free(struct alerte *e)
{
	if (e->store)
		store_close(e->store);
	queue_free(e);
	reserve_free(e);
	while (e->live) {
		struct live *l = e->live;

		e->live = l->next;
		live_free(l);
	}
	live_free_contents(&e->house);
	free(e->unseen_room);
	timer_free(e);
	enrol_free(e->enrolment);
	consent_free(e);
	finder_end(&e->finder);
	watch_end(&e->watch);
	if (e->site)
		runs_free(e->run, e->site->button.n);
	site_free(e->site);
	site_free(e->draft);
	wipe(e, sizeof(*e));
	free(e);
}

int alerte_open(const struct alerte_options *options,
		const struct alerte_host *host, struct alerte_time now,
		struct alerte **out)
{
	struct alerte *e;
	int r;

	if (!options_ok(options, host) || !out)
		return ALERTE_EINVAL;
	r = seal_setup();
	if (r)
		return r;
	e = calloc(1, sizeof(*e));
	if (!e)
		return ALERTE_ENOMEM;
	engine_start(e, options, host);
	engine_now(e, now);
	e->site = site_new();
	e->unseen_room = malloc(UNSEEN_ROOM);
	r = e->site && e->unseen_room ? open_store(e, options) : ALERTE_ENOMEM;
	if (!r)
		r = load_site_key(e);
	if (!r)
		r = load_arming(e);
	if (!r)
		r = beat_load(e);
	if (!r)
		r = engine_load(e);
	if (r) {
		engine_log(e, ALERTE_LOG_ERROR, "cannot open the store: %s",
			   alerte_strerror(r));
		engine_free(e);
		return r;
	}
	if (e->arming_lost) {
		fault_set(e, "relay-arming", true);
		e->meta_dirty = true;
		engine_settle(e);
	}
	store_tidy(e->store);
	reserve_fill(e);
	*out = e;
	return 0;
}

int alerte_close(struct alerte *e)
{
	int r;

	if (!e)
		return 0;
	if (e->in_host)
		return ALERTE_EBUSY;
	e->retry = e->now.boot_ms;
	beat_end(e);
	r = engine_settle(e);
	engine_free(e);
	return r == ALERTE_OK ? ALERTE_OK : ALERTE_ESTORE;
}

const char *alerte_errmsg(const struct alerte *e)
{
	return e->error;
}

int alerte_lock(struct alerte *e)
{
	if (e->in_host)
		return ALERTE_EBUSY;
	live_sweep(e);
	store_lock(e->store);
	return 0;
}
