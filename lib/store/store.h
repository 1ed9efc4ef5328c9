/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>

#include "crypto/seal.h"

/*
 * The only room that knows SQL.  SQLite in WAL mode, synchronous=FULL: what
 * was committed outlives a power cut.  The file is locked exclusively (K3).
 *
 * Every body is sealed: settings, alerts and attempts under the run key;
 * notes, the history of an alert, under a key of their alert that is itself
 * sealed to the reading key (K1).  Columns in the clear hold ids, states and
 * instants, nothing personal.
 *
 * Every function returns 0 or a count, or ALERTE_ESTORE when the disk or the
 * file fails, ALERTE_EKEY when a body does not open, ALERTE_ENOMEM.
 */
struct store;

#define STORE_BODY_MAX 16384

struct store_keys {
	uint8_t run[SEAL_KEY];
	bool has_reading;		/* without: history under the run key */
	uint8_t reading_public[SEAL_KEY];
	bool has_secret;		/* without: history cannot be read */
	uint8_t reading_secret[SEAL_KEY];
};

/* Where randomness comes from (A5). */
struct store_random {
	void *context;
	int (*fill)(void *context, void *bytes, size_t len);
};

/*
 * Open or create.  keys are copied.  ALERTE_EINUSE when another engine holds
 * the file, ALERTE_EKEY for the wrong run key, ALERTE_ESTORE for a file that
 * cannot be read, is none of ours, or was written by a newer library.
 */
int store_open(const char *path, const struct store_keys *keys,
	       const struct store_random *random, struct store **out);
void store_close(struct store *s);
/*
 * Let go of the file and take it again after it failed; on failure nothing is
 * open, and everything answers ALERTE_ESTORE until this succeeds.
 */
int store_reopen(struct store *s);
/* What SQLite said of the last failure; nothing personal. */
const char *store_errmsg(const struct store *s);
/* Forget the private half of the reading key. */
void store_lock(struct store *s);
bool store_locked(const struct store *s);

int store_begin(struct store *s);
int store_commit(struct store *s);
void store_rollback(struct store *s);
/* House work when nothing is due: checkpoint a long WAL, make a spare key. */
void store_tidy(struct store *s);
/* The first half of it, after a commit that may have made the WAL long. */
void store_trim(struct store *s);

/* ---- small values: arming, site key, counters */
int store_meta_put(struct store *s, const char *name, const void *body,
		   size_t len);
/* The length of the body, 0 when there is none; at most cap bytes. */
int store_meta_get(struct store *s, const char *name, void *out, size_t cap);

/* ---- named objects: settings (kind > 0) and button states (kind 0) */
#define STORE_KIND_STATE 0
/* What contacts said of being one; above every enum alerte_kind. */
#define STORE_KIND_CONSENT 64
int store_named_put(struct store *s, int kind, const char *name,
		    const void *body, size_t len);
int store_named_remove(struct store *s, int kind, const char *name);
/* Every object of a kind; visit returns 0 to go on, or an error to stop. */
int store_named_each(struct store *s, int kind,
		     int (*visit)(void *context, const uint8_t *body,
				  size_t len),
		     void *context);

/* ---- rows, of one sequence of ids that grows */
enum store_table { STORE_ALERT = 1, STORE_ATTEMPT, STORE_NOTE };

struct store_row {
	int64_t id;
	int64_t alert;		/* STORE_ALERT: 0 */
	int state;		/* of the alert or attempt; kind of the note */
	bool waiting;		/* still has something to do */
	int64_t wall_ms;
	bool trusted;		/* the wall clock was, when this was written */
	int64_t key;		/* STORE_NOTE: its history key */
	const uint8_t *body;	/* plain; borrowed during a visit */
	size_t len;
};

/* Insert or replace. */
int store_row_put(struct store *s, enum store_table table,
		  const struct store_row *row);
/* The same for a note, sealed under a history key. */
int store_note_put(struct store *s, const struct store_row *row,
		   const uint8_t key[SEAL_KEY]);
/*
 * The first row after `after`: of that alert, or of no alert when it is 0
 * (alerts themselves belong to none).  Returns 1 with visit called once, or 0.
 * A note's body is NULL while locked.
 */
int store_row_next(struct store *s, enum store_table table, int64_t alert,
		   int64_t after,
		   int (*visit)(void *context, const struct store_row *row),
		   void *context);
/*
 * Every row of an alert, in order of id.  This, the next, and
 * store_named_each() pass over a body that does not open: a damaged one must
 * not keep the others from us.  store_damaged() counts them.
 */
int store_row_each(struct store *s, enum store_table table, int64_t alert,
		   int (*visit)(void *context, const struct store_row *row),
		   void *context);
uint32_t store_damaged(const struct store *s);
/*
 * Every row that is waiting, in order of id: alerts, or attempts that belong
 * to no alert.
 */
int store_row_waiting(struct store *s, enum store_table table,
		      int (*visit)(void *context, const struct store_row *row),
		      void *context);
/* The highest id in use, of any table; 0 when there is none, or an error. */
int64_t store_row_last(struct store *s);
/* The newest wall_ms written with a trusted clock; 0 when none (K4). */
int64_t store_newest(struct store *s);

/*
 * A new history key for an alert, as row `id`: key is filled, the sealed key
 * is written in the transaction under way.
 */
int store_history_key(struct store *s, int64_t alert, int64_t id,
		      uint8_t key[SEAL_KEY]);

/* ---- JSON, read by SQLite's own functions */
struct store_answer {
	const char *id, *kind, *by, *code, *text, *state;	/* never NULL */
	const char *claim;		/* never NULL */
	int64_t age_s;			/* 0 when missing */
	const char *at;
	bool located;			/* latitude and longitude are numbers */
	double latitude, longitude;	/* degrees */
	double accuracy_m;		/* 0: not told */
};
/*
 * The list "answers" of a document; see message/PAYLOADS.md.  ALERTE_EFORMAT
 * when it is no such JSON, ALERTE_ELIMIT beyond `most` answers.
 */
int store_answers(struct store *s, const char *json, size_t len, int most,
		  int (*visit)(void *context, const struct store_answer *a),
		  void *context);

#endif
