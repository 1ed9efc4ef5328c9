/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_internal.h"

#include <stdlib.h>
#include <string.h>

/* Checkpoint beyond this many pages; a quarter of what grow() made. */
#define WAL_PAGES 64
/* With something always due, at most 4 MB: a flood must not fill the disk. */
#define WAL_PAGES_MOST 1024

static const char *const sql[ST_LAST] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_ROLLBACK] = "ROLLBACK",
	[ST_META_PUT] = "INSERT OR REPLACE INTO meta VALUES (?1, ?2)",
	[ST_META_GET] = "SELECT body FROM meta WHERE name = ?1",
	[ST_NAMED_PUT] = "INSERT OR REPLACE INTO named VALUES (?1, ?2, ?3)",
	[ST_NAMED_REMOVE] = "DELETE FROM named WHERE kind = ?1 AND name = ?2",
	[ST_NAMED_EACH] = "SELECT name, body FROM named WHERE kind = ?1",
	/* an update in place leaves the indexes alone */
	[ST_ROW_PUT] = "INSERT INTO row VALUES"
		       " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
		       " ON CONFLICT (id) DO UPDATE SET state = ?4,"
		       " waiting = ?5, wall_ms = ?6, trusted = ?7, key = ?8,"
		       " body = ?9",
#define COLUMNS "id, alert, state, waiting, wall_ms, trusted, body, key"
	[ST_ROW_NEXT] = "SELECT " COLUMNS " FROM row WHERE alert = ?3"
			" AND kind = ?2 AND id > ?1 ORDER BY id LIMIT 1",
	[ST_ALERT_NEXT] = "SELECT " COLUMNS " FROM row NOT INDEXED"
			  " WHERE kind = ?2 AND id > ?1 ORDER BY id LIMIT 1",
	[ST_ROW_EACH] = "SELECT " COLUMNS " FROM row WHERE kind = ?1"
			" AND alert = ?2 ORDER BY id",
	[ST_ROW_WAITING] = "SELECT " COLUMNS " FROM row"
			   " WHERE kind = ?1 AND waiting ORDER BY id",
	[ST_ROW_LAST] = "SELECT max(id) FROM row",
	[ST_NEWEST] = "SELECT max(wall_ms) FROM (SELECT wall_ms FROM row"
		      " WHERE trusted ORDER BY id DESC LIMIT 64)",
	[ST_KEY_GET] = "SELECT body FROM row WHERE id = ?1 AND kind = ?2",
	/*
	 * json_valid() guards json_each(): SQLite may not evaluate a WHERE
	 * before a table-valued function, so the guard stands in its argument.
	 */
	[ST_ANSWERS] =
		"SELECT json_extract(value, '$.id'),"
		" json_extract(value, '$.kind'), json_extract(value, '$.by'),"
		" json_extract(value, '$.code'), json_extract(value, '$.text'),"
		" json_extract(value, '$.state'), type,"
		" json_extract(value, '$.claim'),"
		" json_extract(value, '$.age_s'), json_extract(value, '$.at'),"
		" json_extract(value, '$.latitude'),"
		" json_extract(value, '$.longitude'),"
		" json_extract(value, '$.accuracy_m') FROM json_each("
		"CASE WHEN json_valid(?1) THEN ?1 ELSE '{}' END, '$.answers')",
};

int store_fail(struct store *s, int code)
{
	sqlite3_snprintf(sizeof(s->error), s->error, "%s",
			 sqlite3_errstr(code));
	if (code == SQLITE_NOMEM)
		return ALERTE_ENOMEM;
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
		return ALERTE_EINUSE;
	return ALERTE_ESTORE;
}

const char *store_errmsg(const struct store *s)
{
	return s->error;
}

sqlite3_stmt *store_use(struct store *s, enum store_statement which)
{
	int r;

	if (!s->db)
		return NULL;
	if (!s->st[which]) {
		r = sqlite3_prepare_v3(s->db, sql[which], -1,
				       SQLITE_PREPARE_PERSISTENT, &s->st[which],
				       NULL);
		if (r) {
			store_fail(s, r);
			return NULL;
		}
	}
	return s->st[which];
}

int store_end(struct store *s, sqlite3_stmt *st)
{
	/* reset tells the error of the step, and frees its locks */
	int r = sqlite3_reset(st);

	sqlite3_clear_bindings(st);
	return r ? store_fail(s, r) : 0;
}

int store_run(struct store *s, sqlite3_stmt *st)
{
	sqlite3_step(st);
	return store_end(s, st);
}

static int run_plain(struct store *s, enum store_statement which)
{
	sqlite3_stmt *st = store_use(s, which);

	return st ? store_run(s, st) : ALERTE_ESTORE;
}

int store_begin(struct store *s)
{
	return run_plain(s, ST_BEGIN);
}

static void checkpoint(struct store *s, int beyond)
{
	if (s->db && s->wal_pages > beyond &&
	    !sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
				       NULL, NULL))
		s->wal_pages = 0;
}

int store_commit(struct store *s)
{
	int r = run_plain(s, ST_COMMIT);

	if (!r)
		checkpoint(s, WAL_PAGES_MOST);
	return r;
}

void store_rollback(struct store *s)
{
	if (s->db && !sqlite3_get_autocommit(s->db))
		run_plain(s, ST_ROLLBACK);
}

static int count_pages(void *context, sqlite3 *db, const char *name, int pages)
{
	struct store *s = context;

	(void)db;
	(void)name;
	s->wal_pages = pages;
	return SQLITE_OK;
}

static void drop_connection(struct store *s)
{
	for (int i = 0; i < ST_LAST; i++) {
		sqlite3_finalize(s->st[i]);
		s->st[i] = NULL;
	}
	sqlite3_close(s->db);
	s->db = NULL;
}

/*
 * The order matters: exclusive locking before WAL keeps the index in memory
 * instead of a -shm file, and the first transaction takes the lock (K3).
 */
static const char setup[] =
	"PRAGMA locking_mode=EXCLUSIVE;"
	"PRAGMA journal_mode=WAL;"
	"PRAGMA synchronous=FULL;"
	"PRAGMA wal_autocheckpoint=0;"
	"PRAGMA secure_delete=ON;"
	"PRAGMA temp_store=MEMORY;"
	"PRAGMA trusted_schema=OFF;"
	"PRAGMA cell_size_check=ON;"
	"PRAGMA cache_size=-512;";

static int connect_file(struct store *s)
{
	int persist = 1, r;

	r = sqlite3_open_v2(s->path, &s->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				    SQLITE_OPEN_NOMUTEX,
			    NULL);
	if (!r)
		r = sqlite3_extended_result_codes(s->db, 0);
	if (!r)
		r = sqlite3_exec(s->db, setup, NULL, NULL, NULL);
	if (r)
		return store_fail(s, r);
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
	sqlite3_wal_hook(s->db, count_pages, s);
	return store_schema(s);
}

/* Does the run key open what it sealed when the store was made? */
static int check_key(struct store *s)
{
	static const char word[] = "alerte";
	char seen[sizeof(word)] = "";
	int r = store_meta_get(s, "check", seen, sizeof(seen));

	if (r == 0)
		return store_meta_put(s, "check", word, sizeof(word));
	if (r == ALERTE_EKEY)
		sqlite3_snprintf(sizeof(s->error), s->error,
				 "the run key is not the store's");
	return r < 0 ? r : 0;
}

int store_open(const char *path, const struct store_keys *keys,
	       const struct store_random *random, struct store **out)
{
	struct store *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return ALERTE_ENOMEM;
	s->keys = *keys;
	s->random = *random;
	key_derive(keys->run, "naming", s->naming);
	s->path = strdup(path);
	r = s->path ? connect_file(s) : ALERTE_ENOMEM;
	if (!r)
		r = check_key(s);
	if (r) {
		store_close(s);
		return r;
	}
	*out = s;
	return 0;
}

void store_close(struct store *s)
{
	drop_connection(s);
	free(s->path);
	wipe(s, sizeof(*s));
	free(s);
}

int store_reopen(struct store *s)
{
	int r;

	/* Exclusive locking: the old connection must let go first. */
	drop_connection(s);
	r = connect_file(s);
	if (!r)
		r = check_key(s);
	return r;
}

void store_lock(struct store *s)
{
	s->keys.has_secret = false;
	s->open_key = 0;
	wipe(s->keys.reading_secret, sizeof(s->keys.reading_secret));
	wipe(s->opened, sizeof(s->opened));
	wipe(s->plain, sizeof(s->plain));
}

bool store_locked(const struct store *s)
{
	return s->keys.has_reading && !s->keys.has_secret;
}

static int make_spare(struct store *s)
{
	struct spare *spare = &s->spare[s->spares];
	uint8_t seed[SEAL_SEED];
	int r;

	if (s->random.fill(s->random.context, spare->key, SEAL_KEY) ||
	    s->random.fill(s->random.context, seed, sizeof(seed)))
		return ALERTE_EKEY;
	r = s->keys.has_reading ? seal_key_for(s->keys.reading_public, seed,
					       spare->key, spare->sealed)
				: 0;
	wipe(seed, sizeof(seed));
	s->spares += !r;
	return r;
}

void store_trim(struct store *s)
{
	checkpoint(s, WAL_PAGES);
}

void store_tidy(struct store *s)
{
	while (s->spares < SPARES_MAX && !make_spare(s))
		;
	store_trim(s);
}

int store_history_key(struct store *s, int64_t alert, int64_t id,
		      uint8_t key[SEAL_KEY])
{
	struct store_row row = { .id = id, .alert = alert };
	struct spare *spare;
	int r = s->spares ? 0 : make_spare(s);

	if (r)
		return r;
	spare = &s->spare[s->spares - 1];
	r = store_key_put(s, &row, spare->key,
			  s->keys.has_reading ? spare->sealed : NULL);
	if (r)
		return r;
	memcpy(key, spare->key, SEAL_KEY);
	wipe(spare, sizeof(*spare));
	s->spares--;
	return 0;
}
