/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/store.h"

/* One prepared statement a purpose, made at first use. */
enum store_statement {
	ST_BEGIN, ST_COMMIT, ST_ROLLBACK,
	ST_META_PUT, ST_META_GET,
	ST_NAMED_PUT, ST_NAMED_REMOVE, ST_NAMED_EACH,
	ST_ROW_PUT, ST_ROW_NEXT, ST_ALERT_NEXT, ST_ROW_EACH, ST_ROW_WAITING,
	ST_ROW_LAST,
	ST_NEWEST, ST_KEY_GET,
	ST_ANSWERS,
	ST_LAST
};

#define SPARES_MAX 16
struct spare {
	uint8_t key[SEAL_KEY], sealed[SEAL_BOX];
};

/* The kind of a history key's row, beside those of enum store_table. */
#define STORE_HISTORY_KEY 4

struct store {
	sqlite3 *db;
	char *path;
	struct store_keys keys;
	uint8_t naming[SEAL_KEY];	/* names objects without showing them */
	struct store_random random;
	sqlite3_stmt *st[ST_LAST];
	int wal_pages;
	uint32_t damaged;		/* bodies that did not open */
	char error[128];
	/* History keys made ahead, so that a press does not wait for one. */
	uint32_t spares;
	struct spare spare[SPARES_MAX];
	/* The history key opened last. */
	int64_t open_key;
	uint8_t opened[SEAL_KEY];
	uint8_t plain[STORE_BODY_MAX], sealed[STORE_BODY_MAX + SEAL_EXTRA];
};

/* Notes what SQLite says and returns ALERTE_ESTORE (or ENOMEM, EINUSE). */
int store_fail(struct store *s, int code);
/* The statement, reset and ready for binding; NULL after store_fail(). */
sqlite3_stmt *store_use(struct store *s, enum store_statement which);
/* Step a statement that gives no row, and reset it. */
int store_run(struct store *s, sqlite3_stmt *st);
/*
 * Put a statement that was read from away: 0, or why its last step failed.
 * Never another step: it would begin anew, and what could not be read would
 * be told as not there.
 */
int store_end(struct store *s, sqlite3_stmt *st);
int store_schema(struct store *s);

/* Seal and open with a fresh nonce; the name binds the bytes to their row. */
int store_seal(struct store *s, const uint8_t key[SEAL_KEY], const char *table,
	       const void *name, size_t name_len, const void *body, size_t len);
int store_unseal(struct store *s, const uint8_t key[SEAL_KEY],
		 const char *table, const void *name, size_t name_len,
		 const void *sealed, int len);

/* A history key: sealed to the reading key, or NULL: under the run key. */
int store_key_put(struct store *s, const struct store_row *row,
		  const uint8_t key[SEAL_KEY], const uint8_t *sealed);

#endif
