/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store_internal.h"

#include "port/utf8.h"

static const char *column(sqlite3_stmt *st, int i)
{
	const unsigned char *text;

	if (sqlite3_column_type(st, i) != SQLITE_TEXT)
		return "";
	text = sqlite3_column_text(st, i);
	return text ? (const char *)text : "";
}

static bool is_number(sqlite3_stmt *st, int i)
{
	int type = sqlite3_column_type(st, i);

	return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

static int is_json(struct store *s, const char *json, size_t len)
{
	sqlite3_stmt *st;
	int valid = 0, r;

	if (!s->db)
		return ALERTE_ESTORE;
	r = sqlite3_prepare_v2(s->db,
			       "SELECT json_valid(?1) AND"
			       " json_type(?1, '$.answers') = 'array'",
			       -1, &st, NULL);

	if (r)
		return store_fail(s, r);
	sqlite3_bind_text(st, 1, json, (int)len, SQLITE_STATIC);
	/* a malformed document makes json_type() an error, not a row */
	if (sqlite3_step(st) == SQLITE_ROW)
		valid = sqlite3_column_int(st, 0);
	r = sqlite3_finalize(st);
	if (r == SQLITE_NOMEM)
		return store_fail(s, r);
	return valid ? 0 : ALERTE_EFORMAT;
}

static int visit_all(sqlite3_stmt *st, int most,
		     int (*visit)(void *context, const struct store_answer *a),
		     void *context)
{
	int n = 0, r;

	while (sqlite3_step(st) == SQLITE_ROW) {
		const char *type = column(st, 6);
		struct store_answer answer = {
			.id = column(st, 0), .kind = column(st, 1),
			.by = column(st, 2), .code = column(st, 3),
			.text = column(st, 4), .state = column(st, 5),
			.claim = column(st, 7),
			.age_s = sqlite3_column_int64(st, 8),
			.at = column(st, 9),
			.located = is_number(st, 10) && is_number(st, 11),
			.latitude = sqlite3_column_double(st, 10),
			.longitude = sqlite3_column_double(st, 11),
			.accuracy_m = is_number(st, 12) ?
				      sqlite3_column_double(st, 12) : 0,
		};

		if (++n > most)
			return ALERTE_ELIMIT;
		if (sqlite3_stricmp(type, "object") || !answer.id[0])
			return ALERTE_EFORMAT;
		r = visit(context, &answer);
		if (r < 0)
			return r;
	}
	return n;
}

int store_answers(struct store *s, const char *json, size_t len, int most,
		  int (*visit)(void *context, const struct store_answer *a),
		  void *context)
{
	sqlite3_stmt *st;
	int r, ended;

	if (len > 65536)
		return ALERTE_ELIMIT;
	if (!utf8_valid(json, len))
		return ALERTE_EFORMAT;
	r = is_json(s, json, len);
	if (r)
		return r;
	st = store_use(s, ST_ANSWERS);
	if (!st)
		return ALERTE_ESTORE;
	sqlite3_bind_text(st, 1, json, (int)len, SQLITE_STATIC);
	r = visit_all(st, most, visit, context);
	ended = store_end(s, st);
	/* a value for which there was no memory looks malformed */
	if (ended == ALERTE_ENOMEM)
		return ended;
	if (r < 0)
		return r;
	return ended ? ALERTE_EFORMAT : r;
}
