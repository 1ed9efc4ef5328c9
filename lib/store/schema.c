/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema, as numbered migrations: each runs in one transaction and leaves
 * user_version at its number.  A migration, once released, is never edited.
 */
#include "store/store_internal.h"

static const char *const migrations[] = {
	/* 1 */
	"CREATE TABLE meta (name TEXT PRIMARY KEY, body BLOB NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE named (kind INTEGER NOT NULL, name BLOB NOT NULL,"
	" body BLOB NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;"
	/*
	 * Alerts, attempts, notes and history keys share one table and one
	 * sequence of ids: what a press writes stands side by side, so that
	 * its commit is a few pages and not one for each kind.
	 */
	"CREATE TABLE row (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
	" alert INTEGER NOT NULL, state INTEGER NOT NULL,"
	" waiting INTEGER NOT NULL, wall_ms INTEGER NOT NULL,"
	" trusted INTEGER NOT NULL, key INTEGER NOT NULL,"
	" body BLOB NOT NULL);"
	"CREATE INDEX row_alert ON row (alert, kind);"
	"CREATE INDEX row_waiting ON row (kind) WHERE waiting;",
};

#define NEWEST ((int)(sizeof(migrations) / sizeof(*migrations)))
/* "Alrt": tells our file from another program's (sqlite.org/fileformat2). */
#define APPLICATION 0x416c7274

static int read_pragma(struct store *s, const char *sql, int *out)
{
	sqlite3_stmt *st;
	int r = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);

	if (r)
		return store_fail(s, r);
	r = sqlite3_step(st);
	if (r == SQLITE_ROW)
		*out = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return r == SQLITE_ROW ? 0 : store_fail(s, r);
}

static int exec(struct store *s, const char *sql)
{
	int r = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return r ? store_fail(s, r) : 0;
}

static int migrate(struct store *s, int version)
{
	char pragma[80];
	int r;

	r = exec(s, "BEGIN IMMEDIATE");
	if (r)
		return r;
	sqlite3_snprintf(sizeof(pragma), pragma,
			 "PRAGMA user_version=%d;PRAGMA application_id=%d",
			 version + 1, APPLICATION);
	r = exec(s, migrations[version]);
	if (!r)
		r = exec(s, pragma);
	if (!r)
		r = exec(s, "COMMIT");
	if (r)
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return r;
}

/*
 * A WAL that still grows costs a press twice: the bytes, and the file's new
 * length.  Grow it once, at birth, and reuse it ever after.
 */
static int grow(struct store *s)
{
	return exec(s, "BEGIN IMMEDIATE;"
		       "CREATE TABLE spare (body BLOB);"
		       "INSERT INTO spare VALUES (zeroblob(1048576));"
		       "DROP TABLE spare;"
		       "COMMIT");
}

int store_schema(struct store *s)
{
	int version = 0, application = 0, r;

	r = read_pragma(s, "PRAGMA user_version", &version);
	if (!r)
		r = read_pragma(s, "PRAGMA application_id", &application);
	if (r)
		return r;
	if (version > NEWEST) {
		sqlite3_snprintf(sizeof(s->error), s->error,
				 "the store has schema %d, this library knows "
				 "%d", version, NEWEST);
		return ALERTE_ESTORE;
	}
	if (version && application != APPLICATION) {
		sqlite3_snprintf(sizeof(s->error), s->error,
				 "the file belongs to another program");
		return ALERTE_ESTORE;
	}
	for (int born = version; version < NEWEST; version++) {
		r = migrate(s, version);
		if (!r && !born)
			r = grow(s);
		if (r)
			return r;
	}
	return 0;
}
