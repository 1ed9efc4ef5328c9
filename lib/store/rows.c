/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in and out.  A body is bound to its table and its id: a row copied
 * over another does not open.
 */
#include "store/store_internal.h"

#include <string.h>

#define NAME_MAX_BYTES 64

static size_t bind_name(const char *table, const void *name, size_t len,
			uint8_t out[NAME_MAX_BYTES])
{
	size_t n = strlen(table);

	memcpy(out, table, n + 1);
	memcpy(out + n + 1, name, len);
	return n + 1 + len;
}

int store_seal(struct store *s, const uint8_t key[SEAL_KEY], const char *table,
	       const void *name, size_t name_len, const void *body, size_t len)
{
	uint8_t bound[NAME_MAX_BYTES], nonce[SEAL_NONCE];

	if (len > STORE_BODY_MAX)
		return ALERTE_ELIMIT;
	if (s->random.fill(s->random.context, nonce, sizeof(nonce)))
		return ALERTE_EKEY;
	seal(key, nonce, bound, bind_name(table, name, name_len, bound), body,
	     len, s->sealed);
	return (int)(len + SEAL_EXTRA);
}

int store_unseal(struct store *s, const uint8_t key[SEAL_KEY],
		 const char *table, const void *name, size_t name_len,
		 const void *sealed, int len)
{
	uint8_t bound[NAME_MAX_BYTES];
	int r;

	if (len < 0 || (size_t)len > sizeof(s->sealed))
		return ALERTE_EFORMAT;
	r = seal_open(key, bound, bind_name(table, name, name_len, bound),
		      sealed, (size_t)len, s->plain);
	return r == ALERTE_EFORMAT ? ALERTE_EKEY : r;
}

int store_meta_put(struct store *s, const char *name, const void *body,
		   size_t len)
{
	sqlite3_stmt *st = store_use(s, ST_META_PUT);
	int r = store_seal(s, s->keys.run, "meta", name, strlen(name), body,
			   len);

	if (r < 0 || !st)
		return r < 0 ? r : ALERTE_ESTORE;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	sqlite3_bind_blob(st, 2, s->sealed, r, SQLITE_STATIC);
	return store_run(s, st);
}

int store_meta_get(struct store *s, const char *name, void *out, size_t cap)
{
	sqlite3_stmt *st = store_use(s, ST_META_GET);
	int r, found;

	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
	found = sqlite3_step(st) == SQLITE_ROW;
	r = 0;
	if (found)
		r = store_unseal(s, s->keys.run, "meta", name, strlen(name),
				 sqlite3_column_blob(st, 0),
				 sqlite3_column_bytes(st, 0));
	if (r > 0) {
		if ((size_t)r > cap)
			r = (int)cap;
		memcpy(out, s->plain, (size_t)r);
	}
	found = store_end(s, st);
	return found ? found : r;
}

/* Names are people's: the column holds a keyed digest (K2). */
static void hide_name(const struct store *s, int kind, const char *name,
		      uint8_t out[DIGEST_BYTES])
{
	digest(s->naming, &kind, sizeof(kind), name, strlen(name), out);
}

int store_named_put(struct store *s, int kind, const char *name,
		    const void *body, size_t len)
{
	sqlite3_stmt *st = store_use(s, ST_NAMED_PUT);
	uint8_t hidden[DIGEST_BYTES];
	int r;

	hide_name(s, kind, name, hidden);
	r = store_seal(s, s->keys.run, "named", hidden, sizeof(hidden), body,
		       len);
	if (r < 0 || !st)
		return r < 0 ? r : ALERTE_ESTORE;
	sqlite3_bind_int(st, 1, kind);
	sqlite3_bind_blob(st, 2, hidden, sizeof(hidden), SQLITE_STATIC);
	sqlite3_bind_blob(st, 3, s->sealed, r, SQLITE_STATIC);
	return store_run(s, st);
}

int store_named_remove(struct store *s, int kind, const char *name)
{
	sqlite3_stmt *st = store_use(s, ST_NAMED_REMOVE);
	uint8_t hidden[DIGEST_BYTES];

	if (!st)
		return ALERTE_ESTORE;
	hide_name(s, kind, name, hidden);
	sqlite3_bind_int(st, 1, kind);
	sqlite3_bind_blob(st, 2, hidden, sizeof(hidden), SQLITE_STATIC);
	return store_run(s, st);
}

/* One body that does not open must not keep the others from us. */
static bool skip_damaged(struct store *s, int result)
{
	s->damaged += result == ALERTE_EKEY;
	return result == ALERTE_EKEY;
}

uint32_t store_damaged(const struct store *s)
{
	return s->damaged;
}

int store_named_each(struct store *s, int kind,
		     int (*visit)(void *context, const uint8_t *body,
				  size_t len),
		     void *context)
{
	sqlite3_stmt *st = store_use(s, ST_NAMED_EACH);
	int r = 0, ended;

	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_int(st, 1, kind);
	while (r >= 0 && sqlite3_step(st) == SQLITE_ROW) {
		r = store_unseal(s, s->keys.run, "named",
				 sqlite3_column_blob(st, 0),
				 (size_t)sqlite3_column_bytes(st, 0),
				 sqlite3_column_blob(st, 1),
				 sqlite3_column_bytes(st, 1));
		if (r >= 0)
			r = visit(context, s->plain, (size_t)r);
		else if (skip_damaged(s, r))
			r = 0;
	}
	ended = store_end(s, st);
	return r < 0 ? r : ended;
}

static const char *table_name(enum store_table table)
{
	switch (table) {
	case STORE_ALERT:
		return "alert";
	case STORE_ATTEMPT:
		return "attempt";
	case STORE_NOTE:
		return "note";
	}
	return "";
}

static int bind_row(struct store *s, int kind, const struct store_row *row,
		    const void *body, int len)
{
	sqlite3_stmt *st = store_use(s, ST_ROW_PUT);

	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_int64(st, 1, row->id);
	sqlite3_bind_int(st, 2, kind);
	/* an alert stands with its own rows in the index, on one page */
	sqlite3_bind_int64(st, 3, kind == STORE_ALERT ? row->id : row->alert);
	sqlite3_bind_int(st, 4, row->state);
	/* an alert's attempts are found by their alert */
	sqlite3_bind_int(st, 5, row->waiting && !row->alert);
	sqlite3_bind_int64(st, 6, row->wall_ms);
	sqlite3_bind_int(st, 7, row->trusted);
	sqlite3_bind_int64(st, 8, row->key);
	sqlite3_bind_blob(st, 9, body, len, SQLITE_STATIC);
	return store_run(s, st);
}

static int row_put(struct store *s, enum store_table table,
		   const struct store_row *row, const uint8_t key[SEAL_KEY])
{
	int r = store_seal(s, key, table_name(table), &row->id,
			   sizeof(row->id), row->body, row->len);

	return r < 0 ? r : bind_row(s, (int)table, row, s->sealed, r);
}

int store_row_put(struct store *s, enum store_table table,
		  const struct store_row *row)
{
	return row_put(s, table, row, s->keys.run);
}

int store_note_put(struct store *s, const struct store_row *row,
		   const uint8_t key[SEAL_KEY])
{
	return row_put(s, STORE_NOTE, row, key);
}

int store_key_put(struct store *s, const struct store_row *row,
		  const uint8_t key[SEAL_KEY], const uint8_t *sealed)
{
	int r = SEAL_BOX;

	if (!sealed) {
		r = store_seal(s, s->keys.run, "history_key", &row->id,
			       sizeof(row->id), key, SEAL_KEY);
		sealed = s->sealed;
	}
	return r < 0 ? r : bind_row(s, STORE_HISTORY_KEY, row, sealed, r);
}

/* The history key of that id, opened; kept until another is asked for. */
static int history_open(struct store *s, int64_t id)
{
	sqlite3_stmt *st;
	const uint8_t *sealed;
	int r = ALERTE_EKEY, len;

	if (s->open_key == id)
		return 0;
	st = store_use(s, ST_KEY_GET);
	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_int(st, 2, STORE_HISTORY_KEY);
	if (sqlite3_step(st) == SQLITE_ROW) {
		sealed = sqlite3_column_blob(st, 0);
		len = sqlite3_column_bytes(st, 0);
		if (len == SEAL_BOX && s->keys.has_secret)
			r = seal_key_open(s->keys.reading_public,
					  s->keys.reading_secret, sealed,
					  s->opened);
		else if (len == SEAL_KEY + SEAL_EXTRA) {
			r = store_unseal(s, s->keys.run, "history_key", &id,
					 sizeof(id), sealed, len);
			if (r == SEAL_KEY)
				memcpy(s->opened, s->plain, SEAL_KEY);
			r = r == SEAL_KEY ? 0 : ALERTE_EKEY;
		}
	}
	s->open_key = r ? 0 : id;
	len = store_end(s, st);
	return len ? len : r;
}

/* Fill a row from a statement's columns and open its body. */
static int read_row(struct store *s, enum store_table table, sqlite3_stmt *st,
		    struct store_row *row)
{
	const uint8_t *key = s->keys.run;
	int r;

	*row = (struct store_row){
		.id = sqlite3_column_int64(st, 0),
		.alert = sqlite3_column_int64(st, 1),
		.state = sqlite3_column_int(st, 2),
		.waiting = sqlite3_column_int(st, 3),
		.wall_ms = sqlite3_column_int64(st, 4),
		.trusted = sqlite3_column_int(st, 5),
		.key = sqlite3_column_int64(st, 7),
	};
	if (table == STORE_ALERT)
		row->alert = 0;
	if (table == STORE_NOTE) {
		if (store_locked(s))
			return 0;
		r = history_open(s, row->key);
		if (r)
			return r;
		key = s->opened;
	}
	r = store_unseal(s, key, table_name(table), &row->id, sizeof(row->id),
			 sqlite3_column_blob(st, 6),
			 sqlite3_column_bytes(st, 6));
	if (r < 0)
		return r;
	row->body = s->plain;
	row->len = (size_t)r;
	return 0;
}

int store_row_next(struct store *s, enum store_table table, int64_t alert,
		   int64_t after,
		   int (*visit)(void *context, const struct store_row *row),
		   void *context)
{
	sqlite3_stmt *st = store_use(s, table == STORE_ALERT ? ST_ALERT_NEXT
							     : ST_ROW_NEXT);
	struct store_row row;
	int r = 0, ended;

	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_int64(st, 1, after);
	sqlite3_bind_int(st, 2, (int)table);
	if (table != STORE_ALERT)
		sqlite3_bind_int64(st, 3, alert);
	if (sqlite3_step(st) == SQLITE_ROW) {
		r = read_row(s, table, st, &row);
		if (!r)
			r = visit(context, &row);
		if (!r)
			r = 1;
	}
	ended = store_end(s, st);
	return r < 0 ? r : ended ? ended : r;
}

static int visit_rows(struct store *s, enum store_table table,
		      sqlite3_stmt *st,
		      int (*visit)(void *context, const struct store_row *row),
		      void *context)
{
	struct store_row row;
	int r = 0;

	while (!r && sqlite3_step(st) == SQLITE_ROW) {
		r = read_row(s, table, st, &row);
		if (!r)
			r = visit(context, &row);
		else if (skip_damaged(s, r))
			r = 0;
	}
	return r;
}

int store_row_each(struct store *s, enum store_table table, int64_t alert,
		   int (*visit)(void *context, const struct store_row *row),
		   void *context)
{
	sqlite3_stmt *st = store_use(s, ST_ROW_EACH);
	int r, ended;

	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_int(st, 1, (int)table);
	sqlite3_bind_int64(st, 2, alert);
	r = visit_rows(s, table, st, visit, context);
	ended = store_end(s, st);
	return r ? r : ended;
}

int store_row_waiting(struct store *s, enum store_table table,
		      int (*visit)(void *context, const struct store_row *row),
		      void *context)
{
	sqlite3_stmt *st = store_use(s, ST_ROW_WAITING);
	int r, ended;

	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_int(st, 1, (int)table);
	r = visit_rows(s, table, st, visit, context);
	ended = store_end(s, st);
	return r ? r : ended;
}

static int64_t read_number(struct store *s, enum store_statement which)
{
	sqlite3_stmt *st = store_use(s, which);
	int64_t value = 0;
	int r;

	if (!st)
		return ALERTE_ESTORE;
	if (sqlite3_step(st) == SQLITE_ROW)
		value = sqlite3_column_int64(st, 0);
	r = store_end(s, st);
	return r ? r : value;
}

int64_t store_row_last(struct store *s)
{
	return read_number(s, ST_ROW_LAST);
}

int64_t store_newest(struct store *s)
{
	return read_number(s, ST_NEWEST);
}
