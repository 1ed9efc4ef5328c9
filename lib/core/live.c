/* SPDX-License-Identifier: Apache-2.0 */
/* The live part of the world: alerts, their attempts, their notes. */
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "port/text.h"
#include "port/utf8.h"

#define MINUTE_MS 60000
/* Notes of one alert that wait for the disk before forged ones are folded. */
#define UNWRITTEN_MOST 1024
/* ", 4294967295 more within 4294967295 minutes" */
#define MORE_BYTES 48

void live_start(struct live *l)
{
	l->attempts_end = &l->attempts;
	l->notes_end = &l->notes;
}

struct live *live_new(struct alerte *e)
{
	struct live *l = reserve_live(e), **end = &e->live;

	if (!l)
		return NULL;
	live_start(l);
	while (*end)
		end = &(*end)->next;
	*end = l;
	return l;
}

static void attempt_free(struct attempt *row)
{
	if (row->quote)
		wipe(row->quote, strlen(row->quote));
	free(row->quote);
	wipe(row, sizeof(*row));
	free(row);
}

static void note_free(struct note *note)
{
	wipe(note->text, strlen(note->text));
	free(note->text);
	wipe(note, sizeof(*note));
	free(note);
}

void live_free_contents(struct live *l)
{
	while (l->attempts) {
		struct attempt *row = l->attempts;

		l->attempts = row->next;
		attempt_free(row);
	}
	while (l->notes) {
		struct note *note = l->notes;

		l->notes = note->next;
		note_free(note);
	}
	live_start(l);
}

void live_free(struct live *l)
{
	live_free_contents(l);
	wipe(l, sizeof(*l));
	free(l);
}

struct live *live_find(struct alerte *e, int64_t alert)
{
	if (!alert)
		return &e->house;
	for (struct live *l = e->live; l; l = l->next)
		if (l->alert.id == alert)
			return l;
	return NULL;
}

struct live *live_shown(struct alerte *e, int64_t alert)
{
	struct live *l = live_find(e, alert);

	return l && l->unseen ? NULL : l;
}

struct live *live_of_wearer(struct alerte *e, const char *wearer,
			    bool exercise)
{
	for (struct live *l = e->live; l; l = l->next)
		if (alert_live(&l->alert) && !l->unseen &&
		    l->alert.exercise == exercise &&
		    !strcmp(l->alert.wearer, wearer))
			return l;
	return NULL;
}

struct live *live_of_code(struct alerte *e, const char *code)
{
	for (struct live *l = e->live; l; l = l->next)
		if (alert_live(&l->alert) && !strcmp(l->alert.code, code))
			return l;
	return NULL;
}

static bool is_waiting(const struct attempt *row)
{
	return row->state == ALERTE_ATTEMPT_PLANNED ||
	       row->state == ALERTE_ATTEMPT_SENDING;
}

bool live_waiting(const struct live *l)
{
	if (l->alert.id &&
	    (alert_live(&l->alert) || relay_lingers(&l->alert.relay)))
		return true;
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (is_waiting(row))
			return true;
	return false;
}

/* How long delivery reports are awaited, and answers of the 114. */
#define ENDED_MS (10 * 60 * INT64_C(1000))

bool live_over(const struct alerte *e, const struct live *l)
{
	int64_t since = e->now.boot_ms - ENDED_MS;

	if (!l->alert.id || l->unseen || live_waiting(l) ||
	    l->ended > since || peer_lingers(l, e->now.boot_ms))
		return false;
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->sends && row->sending > since)
			return false;
	return true;
}

static bool same_target(const struct alerte_target *a,
			const struct alerte_target *b)
{
	return a->channel == b->channel && !strcmp(a->contact, b->contact);
}

bool live_reached(const struct live *l, const struct alert_reach *reach)
{
	if (reach->reached)
		return true;
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->state == ALERTE_ATTEMPT_SENDING && !row->claimed &&
		    same_target(&row->target, &reach->target))
			return true;
	return false;
}

bool live_reached_contact(const struct live *l, const char *contact)
{
	const struct alert *a = &l->alert;

	for (uint32_t i = 0; i < a->nreach; i++)
		if (!strcmp(a->reach[i].target.contact, contact) &&
		    live_reached(l, &a->reach[i]))
			return true;
	return false;
}

void live_mark_reached(struct live *l, const struct attempt *row)
{
	struct alert_reach *reach;

	if (!l->alert.id)
		return;
	if (l->behind)
		live_mark_reached(l->behind, row);
	reach = alert_reach_find(&l->alert, &row->target);
	if (reach && !reach->reached) {
		reach->reached = true;
		l->dirty = true;
	}
}

static bool live_dirty(const struct live *l)
{
	if (l->dirty)
		return true;
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->dirty)
			return true;
	for (struct note *note = l->notes; note; note = note->next)
		if (note->dirty)
			return true;
	return false;
}

/* Forget finished rows that are written; a long siege must not fill memory. */
#define ROWS_KEPT 256
#define UNSEEN_ROWS 64
/* A flood of short alerts must not either. */
#define ENDED_KEPT 64

static void sweep_rows(struct live *l, size_t keep)
{
	struct attempt **at = &l->attempts;
	size_t n = 0;

	for (struct attempt *row = l->attempts; row; row = row->next)
		n++;
	while (*at && n > keep) {
		struct attempt *row = *at;

		if (is_waiting(row) || row->dirty) {
			at = &row->next;
			continue;
		}
		*at = row->next;
		attempt_free(row);
		n--;
	}
	l->attempts_end = &l->attempts;
	while (*l->attempts_end)
		l->attempts_end = &(*l->attempts_end)->next;
}

static bool is_counting(const struct alerte *e, const struct note *note)
{
	return note->counting && e->now.boot_ms - note->from < MINUTE_MS;
}

/* What is written is read from the store, by whoever has the key (K1). */
static void sweep_notes(struct alerte *e, struct live *l)
{
	struct note **at = &l->notes;

	while (*at) {
		struct note *note = *at;

		if (note->dirty || is_counting(e, note)) {
			at = &note->next;
			continue;
		}
		*at = note->next;
		note_free(note);
	}
	l->notes_end = at;
}

/* How many of those that ended must go, the oldest first. */
static int ended_excess(const struct alerte *e)
{
	int n = -ENDED_KEPT;

	for (const struct live *l = e->live; l; l = l->next)
		n += !l->unseen && !live_waiting(l);
	return n;
}

static bool may_go(const struct alerte *e, const struct live *l, int *excess)
{
	/* what nothing shows is in no row: it stays in memory */
	if (l->unseen || live_waiting(l) || live_dirty(l))
		return false;
	return (*excess)-- > 0 || live_over(e, l);
}

void live_sweep(struct alerte *e)
{
	struct live **at = &e->live;
	int excess = ended_excess(e);

	sweep_rows(&e->house, 16);
	sweep_notes(e, &e->house);
	while (*at) {
		struct live *l = *at;

		if (!may_go(e, l, &excess)) {
			sweep_rows(l, l->unseen ? UNSEEN_ROWS : ROWS_KEPT);
			if (!l->unseen)
				sweep_notes(e, l);
			at = &l->next;
			continue;
		}
		*at = l->next;
		live_free(l);
	}
}

struct attempt *attempt_find(struct alerte *e, int64_t id, struct live **of)
{
	for (struct live *l = &e->house; l;
	     l = l == &e->house ? e->live : l->next)
		for (struct attempt *row = l->attempts; row; row = row->next)
			if (row->id == id || (id && row->unseen_id == id)) {
				*of = l;
				return row;
			}
	return NULL;
}

struct attempt *attempt_waiting(struct live *l, enum words kind,
				const struct alerte_target *target)
{
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->kind == kind && is_waiting(row) && !row->other_path &&
		    row->target.channel == target->channel &&
		    !strcmp(row->target.contact, target->contact))
			return row;
	return NULL;
}

/* One more than the last of its kind to this target. */
static uint32_t nth_told(const struct live *l, const struct attempt *row)
{
	uint32_t last = 0;

	for (const struct attempt *r = l->attempts; r; r = r->next)
		if (r->kind == row->kind && r->nth_told > last &&
		    same_target(&r->target, &row->target))
			last = r->nth_told;
	return last + 1;
}

int64_t live_next_id(struct alerte *e, const struct live *l)
{
	return l->unseen ? ++e->last_unseen : ++e->last_row;
}

struct attempt *attempt_plan(struct alerte *e, struct live *l, enum words kind,
			     const struct alerte_target *target,
			     enum alerte_importance importance)
{
	struct attempt *row = reserve_attempt(e);

	if (!row)
		return NULL;
	row->id = live_next_id(e, l);
	row->alert = l->alert.id;
	row->kind = kind;
	row->target = *target;
	row->state = ALERTE_ATTEMPT_PLANNED;
	row->exercise = l->alert.exercise;
	row->importance = row->exercise ? ALERTE_IMPORTANCE_EXERCISE
					: importance;
	row->sequence = ++l->alert.sequence;
	row->due = e->now.boot_ms + peer_delay(e, row);
	row->nth_told = l->alert.id ? nth_told(l, row) : 0;
	row->changed_wall_ms = e->now.wall_ms;
	row->pressed = l->alert.pressed;
	row->dirty = true;
	l->dirty = true;
	*l->attempts_end = row;
	l->attempts_end = &row->next;
	return row;
}

void attempt_state(struct alerte *e, struct attempt *row,
		   enum alerte_attempt_state state)
{
	row->state = state;
	row->changed_wall_ms = e->now.wall_ms;
	row->dirty = true;
}

/* A copy of at most cap bytes, cut between characters; NULL without memory. */
static char *copy_clipped(const char *text, size_t cap)
{
	size_t n = utf8_clip(text, strlen(text), cap);
	char *copy = malloc(n + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}

static void set_who(char out[ALERTE_NAME_MAX], const char *who)
{
	size_t n = utf8_clip(who, strlen(who), ALERTE_NAME_MAX - 1);

	memcpy(out, who, n);
	out[n] = '\0';
}

void attempt_quote(struct attempt *row, const char *who, const char *quote)
{
	if (!row)
		return;
	if (who)
		set_who(row->who, who);
	if (quote)
		row->quote = copy_clipped(quote, ALERTE_REPLY_MAX - 1);
}

struct note *note_add(struct alerte *e, struct live *l,
		      enum alerte_note_kind kind, const char *who,
		      const char *text)
{
	struct note *note = calloc(1, sizeof(*note));

	if (note)
		note->text = copy_clipped(text, ALERTE_REPLY_MAX - 1);
	if (!note || !note->text) {
		free(note);
		return NULL;
	}
	note->id = live_next_id(e, l);
	note->kind = kind;
	note->wall_ms = e->now.wall_ms;
	note->trusted = e->now.wall_trusted;
	note->dirty = true;
	set_who(note->who, who);
	*l->notes_end = note;
	l->notes_end = &note->next;
	return note;
}

/* ---------------------------------------------- presses at trust none (R6) */

static void say_more(struct note *note)
{
	uint32_t minutes = (uint32_t)((note->to - note->from) / MINUTE_MS) + 1;
	struct text t;

	text_start(&t, note->text + note->said, MORE_BYTES);
	if (minutes == 1)
		text_addf(&t, ", %u more within a minute", note->more);
	else
		text_addf(&t, ", %u more within %u minutes", note->more,
			  minutes);
	note->dirty = true;
}

/* The next unwritten one of the same button, or NULL. */
static struct note **next_alike(struct note *note)
{
	for (struct note **at = &note->next; *at; at = &(*at)->next)
		if ((*at)->said && (*at)->dirty &&
		    !strcmp((*at)->who, note->who))
			return at;
	return NULL;
}

static void fold_oldest(struct live *l)
{
	for (struct note *note = l->notes; note; note = note->next) {
		struct note **at = note->said && note->dirty
				   ? next_alike(note) : NULL;
		struct note *gone;

		if (!at)
			continue;
		gone = *at;
		note->more += gone->more + 1;
		note->to = gone->to;
		say_more(note);
		*at = gone->next;
		if (l->notes_end == &gone->next)
			l->notes_end = at;
		note_free(gone);
		return;
	}
}

static size_t notes_unwritten(const struct live *l)
{
	size_t n = 0;

	for (struct note *note = l->notes; note; note = note->next)
		n += note->dirty;
	return n;
}

static void count_from(struct alerte *e, struct note *note, bool forged)
{
	size_t said = strlen(note->text);
	char *room = realloc(note->text, said + MORE_BYTES);

	if (!room)
		return;
	note->text = room;
	note->said = said;
	note->counting = forged;
	note->from = note->to = e->now.boot_ms;
}

void note_unverified(struct alerte *e, struct live *l, const char *button,
		     const char *text, bool forged)
{
	struct note *note = forged ? l->notes : NULL;

	for (; note; note = note->next) {
		if (!is_counting(e, note) || strcmp(note->who, button))
			continue;
		note->more++;
		note->to = e->now.boot_ms;
		say_more(note);
		return;
	}
	note = note_add(e, l, ALERTE_NOTE_PRESS, button, text);
	if (!note)
		return;
	count_from(e, note, forged);
	if (notes_unwritten(l) > UNWRITTEN_MOST)
		fold_oldest(l);
}
