/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be true, judged by what arrived: nothing that was accepted is
 * lost, and no attempt is sent more often than daemons died (S1).
 *
 * An attempt over SMS is named in its file.  Over HTTPS it is known by its
 * key, which a row that replaces another shares: the rows of a key are asked
 * of the daemon, and so many lives more are allowed.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"

#define SENDS_MAX 3

struct alert {
	int64_t id;
	char reference[33];
	int wearer;
	int sms, https;		/* rows that replace none */
	int again;		/* https rows that replace another */
};

/* ------------------------------------------------- what the daemon says */

static void rows_count(struct world *w, struct alert *a)
{
	char id[24];
	json_t *document, *row;
	size_t i;

	snprintf(id, sizeof(id), "%lld", (long long)a->id);
	document = bus_ask(w, "Show", "s", id);

	if (!document)
		give_up("the daemon does not show alert %s", id);

	json_array_foreach(json_object_get(document, "attempts"), i, row) {
		const char *channel = json_string_value(
			json_object_get(row, "channel"));
		bool first = !json_integer_value(
			json_object_get(row, "resends"));

		if (!strcmp(channel, "sms"))
			a->sms += first;
		else if (first)
			a->https++;
		else
			a->again++;
	}

	json_decref(document);
}

static int alert_read(struct world *w, const json_t *from, struct alert *a)
{
	memset(a, 0, sizeof(*a));
	a->id = json_integer_value(json_object_get(from, "id"));
	snprintf(a->reference, sizeof(a->reference), "%s",
		 json_string_value(json_object_get(from, "reference")));
	a->wearer = atoi(json_string_value(json_object_get(from, "button")) +
			 1);
	rows_count(w, a);
	return 1;
}

/* All alerts there are; *n of them. */
static struct alert *alerts_read(struct world *w, size_t *n)
{
	struct alert *list = calloc(WEARERS_MAX, sizeof(*list));
	json_t *document, *one;
	size_t i, got = 1;

	*n = 0;

	while (list && got) {
		int64_t after = *n ? list[*n - 1].id : 0;

		document = bus_ask(w, "Alerts", "xu", after, 100);
		if (!document)
			give_up("the daemon does not list its alerts");
		got = json_array_size(json_object_get(document, "alerts"));
		json_array_foreach(json_object_get(document, "alerts"), i, one)
			if (*n < WEARERS_MAX)
				*n += (size_t)alert_read(w, one, &list[*n]);
		json_decref(document);
	}

	return list;
}

/* ------------------------------------------------ what must have arrived */

static bool sms_arrived(const struct world *w, int wearer)
{
	char number[NUMBER_MAX];

	far_number(wearer, number);

	for (size_t i = 0; i < w->nsends; i++)
		if (!w->sends[i].https && !strcmp(w->sends[i].to, number))
			return true;

	return false;
}

static bool request_arrived(const struct world *w, const struct alert *a)
{
	for (size_t i = 0; i < w->nsends; i++)
		if (w->sends[i].https &&
		    !strcmp(w->sends[i].type, "alert") &&
		    !strcmp(w->sends[i].reference, a->reference))
			return true;

	return false;
}

static const struct alert *alert_of(const struct alert *list, size_t n,
				    int wearer)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].wearer == wearer)
			return &list[i];

	return NULL;
}

static void one_accepted(const struct world *w, int wearer,
			 const struct alert *a, struct verdict *v)
{
	if (!a || !sms_arrived(w, wearer) || !request_arrived(w, a))
		printf("# wearer %d: alert %s, SMS %s, request %s\n", wearer,
		       a ? a->reference : "missing",
		       sms_arrived(w, wearer) ? "arrived" : "missing",
		       a && request_arrived(w, a) ? "arrived" : "missing");

	v->lost += !a;
	v->no_sms += !sms_arrived(w, wearer);
	v->no_https += !a || !request_arrived(w, a);
}

/* By what the injector wrote down when it was told. */
static void judge_accepted(const struct world *w, const struct alert *list,
			   size_t n, struct verdict *v)
{
	char path[PATH_MAX];
	FILE *f = fopen(world_path(w, "accepted", path), "re");
	int wearer;

	while (f && fscanf(f, "%d", &wearer) == 1)
		one_accepted(w, wearer, alert_of(list, n, wearer), v);

	if (f)
		fclose(f);
}

/* ---------------------------------------------------- how often it was sent */

static bool same(const struct send *a, const struct send *b)
{
	if (a->https != b->https)
		return false;

	return a->https ? !strcmp(a->key, b->key) : a->attempt == b->attempt;
}

static bool first_of(const struct world *w, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (same(&w->sends[i], &w->sends[at]))
			return false;

	return true;
}

/* Rows that may stand behind one key. */
static int rows_of(const struct send *s, const struct alert *list, size_t n)
{
	for (size_t i = 0; s->https && i < n; i++)
		if (!strcmp(list[i].reference, s->reference))
			return 1 + list[i].again;

	return 1;
}

static void one_attempt(const struct world *w, size_t at, int rows,
			struct verdict *v)
{
	const struct send *s = &w->sends[at];
	int sends = 0, twice = 0, last = s->life, first = s->life, here = 0;

	for (size_t i = at; i < w->nsends; i++) {
		const struct send *t = &w->sends[i];

		if (!same(s, t))
			continue;
		here = t->life == last ? here + 1 : 1;
		twice += here > rows;
		last = t->life;
		sends++;
	}

	if (twice || sends > SENDS_MAX * rows || sends > rows + last - first)
		printf("# %s %s: %d sends, %d rows, lives %d to %d\n",
		       s->https ? "key" : "SMS to", s->https ? s->key : s->to,
		       sends, rows, first, last);

	v->twice += twice;
	v->too_often += sends > SENDS_MAX * rows;
	v->beyond += sends > rows + last - first;
	v->extra += sends - 1;
}

/* An alert has as many keys as it was begun anew, whatever was repeated. */
static int keys_of(const struct world *w, const struct alert *a)
{
	int keys = 0;

	for (size_t i = 0; i < w->nsends; i++)
		keys += w->sends[i].https &&
			!strcmp(w->sends[i].type, "alert") &&
			!strcmp(w->sends[i].reference, a->reference) &&
			first_of(w, i);

	return keys;
}

static bool was_pressed(const struct world *w, const struct send *s)
{
	char number[NUMBER_MAX];

	for (int i = 0; i < w->pressed; i++) {
		far_number(i, number);
		if (!strcmp(s->to, number))
			return true;
	}

	return false;
}

void verdict_reach(struct world *w, struct verdict *v)
{
	size_t n;
	struct alert *list = alerts_read(w, &n);

	judge_accepted(w, list, n, v);

	for (size_t i = 0; i < w->nsends; i++) {
		if (first_of(w, i))
			one_attempt(w, i, rows_of(&w->sends[i], list, n), v);
		v->strangers += !w->sends[i].https &&
				!was_pressed(w, &w->sends[i]);
	}

	for (size_t i = 0; i < n; i++)
		v->keys += keys_of(w, &list[i]) > list[i].https;

	free(list);
}

/* -------------------------------------------------------------- the store */

void verdict_store(const struct world *w, struct verdict *v)
{
	char path[PATH_MAX];
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;

	world_path(w, "state/alerte.db", path);

	if (!sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) &&
	    !sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &st, NULL) &&
	    sqlite3_step(st) == SQLITE_ROW)
		v->whole = !strcmp((const char *)sqlite3_column_text(st, 0),
				   "ok");

	sqlite3_finalize(st);
	sqlite3_close(db);
}
