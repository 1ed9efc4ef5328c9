/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes on unseen (L8), on the disk: small values of the store that every
 * store has from its birth, of one length whatever they hold, and written anew
 * with every cancel.  Who looks at the files without their key finds the same
 * lengths after both codes: so that the WAL never outgrows what it was born
 * with, it is trimmed after each of these.  That they are written again and
 * again later, while something goes on, does show in the times of the files,
 * and in what changed between two copies of them.
 *
 * Most of it is needed to go on: alerts, then what waits, then what was said.
 * What was sent is for the record, and is left out first when there is no room.
 * Until it is released the run key alone seals it; then it becomes history like
 * any other.
 */
#include "core/unseen.h"

#include <string.h>

#include "core/rows.h"
#include "port/bytes.h"

#define PIECE UNSEEN_PIECE
#define PIECES UNSEEN_PIECES
#define ROOM UNSEEN_ROOM

static void name_piece(int i, char out[8])
{
	static const char name[] = "unseen0";

	memcpy(out, name, sizeof(name));
	out[sizeof(name) - 2] = (char)('0' + i);
}

static bool is_dirty(const struct alerte *e)
{
	if (e->unseen_dirty)
		return true;
	for (const struct live *l = e->live; l; l = l->next) {
		if (!l->unseen)
			continue;
		if (l->dirty)
			return true;
		for (struct attempt *row = l->attempts; row; row = row->next)
			if (row->dirty)
				return true;
		for (struct note *note = l->notes; note; note = note->next)
			if (note->dirty)
				return true;
	}
	return false;
}

/* One more value, or, where it does not fit, none. */
static void put(struct pack *all, uint8_t tag, const struct pack *one)
{
	size_t before = all->len;

	if (one->cut)
		return;
	pack_bytes(all, tag, one->at, one->len);
	if (!all->cut)
		return;
	all->len = before;
	all->cut = false;
}

static void put_alert(struct alerte *e, struct pack *all, const struct live *l)
{
	uint8_t body[ROW_BODY];
	struct pack p;

	pack_start(&p, body, sizeof(body));
	pack_int(&p, ROW_ID, l->alert.id);
	pack_int(&p, ROW_STATE, l->alert.state);
	pack_int(&p, ROW_SHOWN, l->shown);
	rows_pack_alert(e, &p, l);
	put(all, ROW_UNSEEN_ALERT, &p);
	wipe(body, sizeof(body));
}

static void put_attempts(struct alerte *e, struct pack *all,
			 const struct live *l, bool waiting)
{
	uint8_t body[ROW_BODY];
	struct pack p;

	for (struct attempt *row = l->attempts; row; row = row->next) {
		bool waits = row->state == ALERTE_ATTEMPT_PLANNED ||
			     row->state == ALERTE_ATTEMPT_SENDING;

		if (waits != waiting)
			continue;
		pack_start(&p, body, sizeof(body));
		pack_int(&p, ROW_ID, row->id);
		pack_int(&p, ROW_ALERT, row->alert);
		pack_int(&p, ROW_STATE, row->state);
		rows_pack_attempt(e, &p, row);
		put(all, ROW_UNSEEN_ATTEMPT, &p);
	}
	wipe(body, sizeof(body));
}

static void put_notes(struct pack *all, const struct live *l)
{
	uint8_t body[ROW_BODY];
	struct pack p;

	for (struct note *note = l->notes; note; note = note->next) {
		pack_start(&p, body, sizeof(body));
		pack_int(&p, ROW_ID, note->id);
		pack_int(&p, ROW_ALERT, l->alert.id);
		pack_int(&p, ROW_STATE, note->kind);
		pack_int(&p, ROW_CHANGED, note->wall_ms);
		pack_int(&p, ROW_FLAGS, note->trusted);
		pack_text(&p, ROW_WHO, note->who);
		pack_text(&p, ROW_QUOTE, note->text);
		put(all, ROW_UNSEEN_NOTE, &p);
	}
	wipe(body, sizeof(body));
}

enum turn { TURN_ALERTS, TURN_WAITING, TURN_NOTES, TURN_DONE, TURNS };

static void put_turn(struct alerte *e, struct pack *all, const struct live *l,
		     enum turn turn)
{
	switch (turn) {
	case TURN_ALERTS:
		put_alert(e, all, l);
		break;
	case TURN_WAITING:
		put_attempts(e, all, l, true);
		break;
	case TURN_NOTES:
		put_notes(all, l);
		break;
	case TURN_DONE:
		put_attempts(e, all, l, false);
		break;
	case TURNS:
		break;
	}
}

int unseen_write(struct alerte *e)
{
	struct pack all;
	char name[8];
	int r = 0;

	if (!is_dirty(e))
		return 0;
	memset(e->unseen_room, 0, ROOM);
	pack_start(&all, e->unseen_room, ROOM);
	for (int turn = 0; turn < TURNS; turn++)
		for (struct live *l = e->live; l; l = l->next)
			if (l->unseen)
				put_turn(e, &all, l, (enum turn)turn);
	for (int i = 0; !r && i < PIECES; i++) {
		name_piece(i, name);
		r = store_meta_put(e->store, name, e->unseen_room + i * PIECE,
				   PIECE);
	}
	wipe(e->unseen_room, ROOM);
	e->unseen_trim = true;
	return r;
}

/* -------------------------------------------------------------- reading */

static int read_value(const struct unpack *value,
		      int (*visit)(void *context, uint8_t tag,
				   const struct store_row *row, int64_t shown),
		      void *context)
{
	struct store_row row = { .body = value->bytes, .len = value->len };
	int64_t shown = 0;
	struct unpack u;

	unpack_start(&u, value->bytes, value->len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_ID)
			row.id = unpack_int(&u);
		else if (u.tag == ROW_ALERT)
			row.alert = unpack_int(&u);
		else if (u.tag == ROW_STATE)
			row.state = (int)unpack_int(&u);
		else if (u.tag == ROW_SHOWN)
			shown = unpack_int(&u);
		else if (u.tag == ROW_CHANGED)
			row.wall_ms = unpack_int(&u);
		else if (u.tag == ROW_FLAGS)
			row.trusted = unpack_int(&u) & 1;
	}
	return visit(context, value->tag, &row, shown);
}

/* 0, or 1: a piece is missing or damaged, and what it held with it. */
static int read_pieces(struct alerte *e)
{
	char name[8];

	for (int i = 0; i < PIECES; i++) {
		int r;

		name_piece(i, name);
		r = store_meta_get(e->store, name, e->unseen_room + i * PIECE,
				   PIECE);
		if (r != PIECE)
			return r < 0 && r != ALERTE_EKEY ? r : 1;
	}
	return 0;
}

int unseen_read(struct alerte *e,
		int (*visit)(void *context, uint8_t tag,
			     const struct store_row *row, int64_t shown),
		void *context)
{
	struct unpack u;
	int r;

	memset(e->unseen_room, 0, ROOM);
	r = read_pieces(e);
	/* every store has it from now on, whether it holds anything or not */
	e->unseen_dirty = r == 1;
	if (r < 0)
		return r;
	r = 0;
	unpack_start(&u, e->unseen_room, ROOM);
	while (!r && unpack_next(&u) && u.tag)
		r = read_value(&u, visit, context);
	wipe(e->unseen_room, ROOM);
	return r;
}
