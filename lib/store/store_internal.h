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
	ST_ALERT_PUT, ST_ATTEMPT_PUT, ST_NOTE_PUT,
	ST_ALERT_NEXT, ST_ATTEMPT_NEXT, ST_NOTE_NEXT,
	ST_ATTEMPT_OF, ST_NOTE_OF,
	ST_ALERT_WAITING, ST_ATTEMPT_WAITING,
	ST_KEY_PUT, ST_KEY_GET,
	ST_ANSWERS,
	ST_LAST
};

struct store {
	sqlite3 *db;
	char *path;
	struct store_keys keys;
	uint8_t naming[SEAL_KEY];	/* names objects without showing them */
	struct store_random random;
	sqlite3_stmt *st[ST_LAST];
	int wal_pages;
	char error[128];
	/* A history key made ahead, so that a press does not wait for it. */
	bool has_spare;
	uint8_t spare[SEAL_KEY], spare_sealed[SEAL_BOX];
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
int store_schema(struct store *s);

/* Seal and open with a fresh nonce; the name binds the bytes to their row. */
int store_seal(struct store *s, const uint8_t key[SEAL_KEY], const char *table,
	       const void *name, size_t name_len, const void *body, size_t len);
int store_unseal(struct store *s, const uint8_t key[SEAL_KEY],
		 const char *table, const void *name, size_t name_len,
		 const void *sealed, int len);

#endif
