/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A backup:
 *
 *   magic    version  stream of values (crypto/stream.h)
 *   "ALERTE-"  1      tag  length  body   (port/pack.h)
 *
 * The first eight bytes are the name of the stream: bound to each chunk, though
 * they stand in the clear.  Values are
 *
 *   STAMP      ROW_BOOT and ROW_NOW: where and when it was made
 *   SITE_KEY   32 bytes
 *   ARMED      1 when it was armed for the 114: that is lost, and told (M4)
 *   SETTING+k  one setting of kind k, as the body of its row
 *   LEARNED    what was learned of a button, as the body of its row; behind
 *              every setting
 *   CONSENT    what a contact said of being one, as the body of its row
 *
 * A reader passes over tags it does not know.  What an older reader must not
 * pass over makes a new version.
 */
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"
#include "crypto/stream.h"
#include "port/bytes.h"

#define VERSION 1
#define HEAD STREAM_NAME

static const uint8_t head[HEAD] = { 'A', 'L', 'E', 'R', 'T', 'E', '-',
				    VERSION };

enum value {
	VALUE_STAMP = 1,
	VALUE_SITE_KEY,
	VALUE_LEARNED,
	VALUE_ARMED,
	VALUE_CONSENT,
	VALUE_SETTING = 16		/* and its kind */
};

/* -------------------------------------------------------------- writing */

struct writer {
	struct alerte *e;
	int (*write)(void *context, const uint8_t *bytes, size_t len);
	void *context;
	struct stream stream;
	size_t len;			/* in plain */
	uint8_t plain[STREAM_CHUNK], sealed[STREAM_SEALED];
	uint8_t body[ROW_BODY];
};

/* What it does is outside, as a call of the host is. */
static int give(struct writer *w, const uint8_t *bytes, size_t len)
{
	int r;

	w->e->in_host = true;
	r = w->write(w->context, bytes, len);
	w->e->in_host = false;
	return r;
}

static int give_chunk(struct writer *w, bool last)
{
	stream_seal(&w->stream, last, w->plain, w->len, w->sealed);
	return give(w, w->sealed, w->len + SEAL_EXTRA);
}

/* A full chunk waits for what comes behind it: it may be the last. */
static int put(struct writer *w, const uint8_t *bytes, size_t len)
{
	while (len) {
		size_t n = sizeof(w->plain) - w->len;
		int r;

		if (!n) {
			r = give_chunk(w, false);
			if (r)
				return r;
			w->len = 0;
			continue;
		}
		if (n > len)
			n = len;
		memcpy(w->plain + w->len, bytes, n);
		w->len += n;
		bytes += n;
		len -= n;
	}
	return 0;
}

static int put_value(struct writer *w, int tag, const uint8_t *body, size_t len)
{
	const uint8_t start[3] = { (uint8_t)tag, (uint8_t)len,
				   (uint8_t)(len >> 8) };
	int r = put(w, start, sizeof(start));

	return r ? r : put(w, body, len);
}

static int put_body(struct writer *w, int tag, const struct pack *p)
{
	return p->cut ? ALERTE_ELIMIT : put_value(w, tag, p->at, p->len);
}

static int put_stamp(struct writer *w)
{
	struct pack p;

	pack_start(&p, w->body, sizeof(w->body));
	rows_stamp(w->e, &p);
	return put_body(w, VALUE_STAMP, &p);
}

static int put_settings(struct writer *w, enum alerte_kind kind)
{
	const struct alerte_endpoint *object;	/* size, id: any kind */
	const char *id = "";
	struct pack p;
	int r = 0;

	while (!r && (object = site_after(w->e->site, kind, id))) {
		id = object->id;
		pack_start(&p, w->body, sizeof(w->body));
		settings_pack(&p, kind, object);
		r = put_body(w, VALUE_SETTING + (int)kind, &p);
	}
	return r;
}

static int put_learned(struct writer *w, uint32_t button)
{
	struct pack p;

	pack_start(&p, w->body, sizeof(w->body));
	learned_pack(w->e, &p, button);
	return put_body(w, VALUE_LEARNED, &p);
}

static int put_consent(struct writer *w)
{
	const struct consents *all = &w->e->consents;
	struct pack p;
	int r = 0;

	for (uint32_t i = 0; !r && i < all->n; i++) {
		if (all->at[i].gone)
			continue;
		pack_start(&p, w->body, sizeof(w->body));
		consent_pack(&p, &all->at[i]);
		r = put_body(w, VALUE_CONSENT, &p);
	}
	return r;
}

static int put_armed(struct writer *w)
{
	uint8_t armed[8] = { w->e->armed };

	return put_value(w, VALUE_ARMED, armed, sizeof(armed));
}

static int put_all(struct writer *w)
{
	struct alerte *e = w->e;
	int r = give(w, head, sizeof(head));

	if (!r)
		r = put_stamp(w);
	if (!r)
		r = put_value(w, VALUE_SITE_KEY, e->site_key, SEAL_KEY);
	if (!r)
		r = put_armed(w);
	for (int kind = ALERTE_KIND_ENDPOINT; !r && kind <= ALERTE_KIND_BUTTON;
	     kind++)
		r = put_settings(w, (enum alerte_kind)kind);
	for (uint32_t i = 0; !r && i < e->site->button.n; i++)
		r = put_learned(w, i);
	if (!r)
		r = put_consent(w);
	return r ? r : give_chunk(w, true);
}

int alerte_backup(struct alerte *e, const uint8_t *key,
		  int (*write)(void *context, const uint8_t *bytes, size_t len),
		  void *context, struct alerte_time now)
{
	uint8_t random[STREAM_RANDOM];
	struct writer *w;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!key || !write)
		return ALERTE_EINVAL;
	if (engine_random(e, random, sizeof(random)))
		return engine_error(e, ALERTE_EKEY,
				    "the host has no random bytes");
	w = calloc(1, sizeof(*w));
	if (!w)
		return ALERTE_ENOMEM;
	engine_now(e, now);
	w->e = e;
	w->write = write;
	w->context = context;
	stream_start(&w->stream, key, random, head);
	r = put_all(w);
	wipe(w, sizeof(*w));
	free(w);
	return r;
}

/* -------------------------------------------------------------- reading */

struct reader {
	struct alerte *e;
	uint8_t *plain;
	size_t room, len;
	struct site *site;		/* NULL once it was taken */
	bool stamped, keyed, armed;
	uint8_t site_key[SEAL_KEY];
};

static int malformed(struct reader *at)
{
	return engine_error(at->e, ALERTE_EFORMAT,
			    "what is in the backup is malformed");
}

static int open_all(struct reader *at, const uint8_t *key, const uint8_t *bytes,
		    size_t len)
{
	if (len < HEAD || memcmp(bytes, head, HEAD - 1))
		return engine_error(at->e, ALERTE_EFORMAT, "this is no backup");
	if (bytes[HEAD - 1] != VERSION)
		return engine_error(at->e, ALERTE_EFORMAT,
				    "a backup of version %d: a later library "
				    "reads it", bytes[HEAD - 1]);
	at->room = len;
	at->plain = malloc(len);
	if (!at->plain)
		return ALERTE_ENOMEM;
	if (stream_open(key, head, bytes + HEAD, len - HEAD, at->plain,
			&at->len))
		return engine_error(at->e, ALERTE_EKEY,
				    "another key, or a backup that was changed "
				    "or cut");
	return 0;
}

static bool body_whole(const struct unpack *value)
{
	struct unpack u;

	unpack_start(&u, value->bytes, value->len);
	while (unpack_next(&u))
		;
	return unpack_whole(&u);
}

static int refuse(struct reader *at, const char *id, int r)
{
	if (r == ALERTE_ENOMEM)
		return r;
	return engine_error(at->e, ALERTE_EREFUSED, "%.31s: %s", id,
			    settings_refusal(r));
}

static int read_setting(struct reader *at, const struct unpack *value)
{
	enum alerte_kind kind = (enum alerte_kind)(value->tag - VALUE_SETTING);
	union site_object object;
	int r;

	if (!body_whole(value) ||
	    !settings_unpack(kind, value->bytes, value->len, &object))
		return malformed(at);
	if (kind == ALERTE_KIND_WEARER) {
		memset(object.wearer.set.cancel_code, 0,
		       sizeof(object.wearer.set.cancel_code));
		memset(object.wearer.set.duress_code, 0,
		       sizeof(object.wearer.set.duress_code));
	}
	r = site_check(kind, &object);
	if (!r)
		r = site_put(at->site, kind, &object);
	if (r)
		r = refuse(at, object.head.id, r);
	wipe(&object, sizeof(object));
	return r;
}

static int read_value(struct reader *at, const struct unpack *u)
{
	if (u->tag == VALUE_STAMP)
		at->stamped = body_whole(u);
	if (u->tag == VALUE_SITE_KEY)
		at->keyed = unpack_bytes(u, at->site_key, SEAL_KEY);
	if (u->tag == VALUE_ARMED)
		at->armed = unpack_int(u) == 1;
	if (u->tag >= VALUE_SETTING + ALERTE_KIND_ENDPOINT &&
	    u->tag <= VALUE_SETTING + ALERTE_KIND_BUTTON)
		return read_setting(at, u);
	if (u->tag == VALUE_LEARNED || u->tag == VALUE_CONSENT)
		return body_whole(u) ? 0 : malformed(at);
	return 0;
}

static int read_all(struct reader *at)
{
	struct unpack u;
	int r = 0;

	at->site = site_new();
	if (!at->site)
		return ALERTE_ENOMEM;
	unpack_start(&u, at->plain, at->len);
	while (!r && unpack_next(&u))
		r = read_value(at, &u);
	if (r)
		return r;
	if (!unpack_whole(&u) || !at->stamped || !at->keyed)
		return malformed(at);
	r = settings_check(at->e, at->site);
	return r && r != ALERTE_ENOMEM ? ALERTE_EREFUSED : r;
}

/* Of the settings in force, which are those of the backup by now. */
static int read_learned(struct reader *at)
{
	struct unpack u;
	int r = 0;

	unpack_start(&u, at->plain, at->len);
	while (!r && unpack_next(&u))
		if (u.tag == VALUE_LEARNED)
			r = learned_read(at->e, u.bytes, u.len);
	return r;
}

/*
 * Behind the settings, in a transaction of its own: without it somebody who
 * left is alerted again.
 */
static int take_consents(struct reader *at)
{
	struct unpack u;
	int r = 0;

	consent_settings(at->e);
	unpack_start(&u, at->plain, at->len);
	while (!r && unpack_next(&u))
		if (u.tag == VALUE_CONSENT)
			r = consent_merge(at->e, u.bytes, u.len);
	engine_settle(at->e);
	return r;
}

static int write_all(struct alerte *e, const struct site *before)
{
	int r = store_begin(e->store);

	if (!r)
		r = rows_put_meta(e);
	if (!r)
		r = settings_rewrite(e, before);
	for (uint32_t i = 0; !r && i < e->site->button.n; i++)
		r = rows_put_button(e, i);
	if (!r)
		r = store_commit(e->store);
	if (r)
		store_rollback(e->store);
	return r;
}

/* All is written from where it will be in force, or goes back. */
static int take(struct reader *at)
{
	struct alerte *e = at->e;
	struct settings_next next;
	bool armed = e->armed;
	int r = settings_prepare(e, at->site, &next);

	at->site = NULL;
	if (r)
		return r;
	memcpy(next.site_key, at->site_key, sizeof(next.site_key));
	if (engine_settle(e)) {
		settings_free(&next);
		return settings_unwritten(e);
	}
	settings_swap(e, &next);
	e->armed = false;
	r = read_learned(at);
	if (!r)
		r = write_all(e, next.site);
	if (r) {
		e->armed = armed;
		settings_swap(e, &next);
		r = settings_unwritten(e);
	}
	watch_again(e);
	settings_free(&next);
	at->armed = at->armed || armed;
	return r;
}

/* The people of one of both agreed to the 114, not those of the other. */
static void tell_arming(struct alerte *e)
{
	fault_set(e, "relay-arming", true);
	engine_settle(e);
}

static bool alert_open(const struct alerte *e)
{
	for (const struct live *l = e->live; l; l = l->next)
		if (alert_live(&l->alert) && !l->unseen)
			return true;
	return false;
}

static void reader_free(struct reader *at)
{
	if (at->plain)
		wipe(at->plain, at->room);
	free(at->plain);
	site_free(at->site);
	wipe(at, sizeof(*at));
}

int alerte_restore(struct alerte *e, const uint8_t *key, const uint8_t *bytes,
		   size_t len, struct alerte_time now)
{
	struct reader at = { .e = e };
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!key || !bytes)
		return ALERTE_EINVAL;
	if (e->draft)
		return engine_error(e, ALERTE_EBUSY,
				    "settings are being changed");
	engine_now(e, now);
	if (alert_open(e))
		return engine_error(e, ALERTE_EREFUSED,
				    "an alert is open; close it first");
	r = open_all(&at, key, bytes, len);
	if (!r)
		r = read_all(&at);
	if (!r)
		r = take(&at);
	if (!r) {
		r = take_consents(&at);
		enrol_free(e->enrolment);
		e->enrolment = NULL;
		if (at.armed)
			tell_arming(e);
	}
	reader_free(&at);
	if (!r)
		engine_log(e, ALERTE_LOG_NOTICE,
			   "the settings of a backup are in force");
	return r;
}
