/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is going on and what went on.  Memory is newer than the store: of two
 * rows with one id the one in memory is shown.
 */
#include <string.h>

#include "core/engine.h"
#include "port/bytes.h"
#include "port/text.h"

void view_alert(const struct alerte *e, const struct live *l,
		struct alerte_alert *out)
{
	const struct alert *a = &l->alert;

	out->id = a->id;
	hex_encode(a->reference, DIGEST_BYTES, out->reference);
	text_copy(out->code, sizeof(out->code), a->code);
	out->state = a->state;
	out->exercise = a->exercise;
	out->trust = a->trust;
	out->gesture = a->gesture;
	text_copy(out->wearer, sizeof(out->wearer), a->wearer);
	text_copy(out->button, sizeof(out->button), a->button);
	out->presses = a->presses;
	out->step = a->steps_done;
	out->opened = a->opened;
	out->pressed = a->pressed;
	out->changed_wall_ms = a->changed_wall_ms;
	text_copy(out->acked_by, sizeof(out->acked_by), a->acked_by);
	out->relay = a->relay.state;
	out->durable = !e || e->durable;
	out->by_timer = a->by_timer;
}

void view_attempt(const struct attempt *row, struct alerte_attempt *out)
{
	out->id = row->id;
	out->alert = row->alert;
	out->resends = row->resends;
	text_copy(out->what, sizeof(out->what), words_name(row->kind));
	out->channel = row->target.channel;
	out->state = row->state;
	text_copy(out->contact, sizeof(out->contact), row->target.contact);
	out->step = row->step;
	out->sends = row->sends;
	out->due_boot_ms = row->due;
	out->changed_wall_ms = row->changed_wall_ms;
}

/* ------------------------------------------------------------- alerts */

static int visit_alert(void *context, const struct store_row *row)
{
	return load_alert_view(row, context);
}

static struct live *memory_alert(struct alerte *e, int64_t after)
{
	struct live *best = NULL;

	for (struct live *l = e->live; l; l = l->next)
		if (l->alert.id > after && !l->unseen &&
		    (!best || l->alert.id < best->alert.id))
			best = l;
	return best;
}

int alerte_alert_next(struct alerte *e, int64_t after, struct alerte_alert *out)
{
	struct alerte_alert stored = { .size = sizeof(stored) };
	struct live *l;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	l = memory_alert(e, after);
	r = store_row_next(e->store, STORE_ALERT, 0, after, visit_alert,
			   &stored);
	if (r == 1 && (!l || stored.id < l->alert.id)) {
		*out = stored;
		return 1;
	}
	if (l) {
		view_alert(e, l, out);
		return 1;
	}
	return r;
}

int alerte_alert_get(struct alerte *e, int64_t alert, struct alerte_alert *out)
{
	struct alerte_alert found = { .size = sizeof(found) };
	int r;

	if (alert <= 0 || !out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	r = alerte_alert_next(e, alert - 1, &found);
	if (r == 1 && found.id != alert)
		r = 0;
	if (r == 0)
		return engine_error(e, ALERTE_ENOTFOUND, "no such alert");
	if (r < 0)
		return r;
	*out = found;
	return 1;
}

static struct live *shown_of_code(struct alerte *e, const char *code)
{
	struct live *best = NULL;

	for (struct live *l = e->live; l; l = l->next) {
		if (l->unseen || strcmp(l->alert.code, code))
			continue;
		if (alert_live(&l->alert))
			return l;
		if (relay_lingers(&l->alert.relay))
			best = l;
	}
	return best;
}

int alerte_alert_find(struct alerte *e, const char *code,
		      struct alerte_alert *out)
{
	struct alerte_alert at = { .size = sizeof(at) };
	struct live *l;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!code || !out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	l = shown_of_code(e, code);
	if (l) {
		view_alert(e, l, out);
		return 1;
	}
	while ((r = alerte_alert_next(e, at.id, &at)) == 1)
		if (!strcmp(at.reference, code)) {
			*out = at;
			return 1;
		}
	return r < 0 ? r : engine_error(e, ALERTE_ENOTFOUND, "no such alert");
}

/* ----------------------------------------------------------- attempts */

static int visit_attempt(void *context, const struct store_row *row)
{
	return load_attempt_view(row, context);
}

int alerte_attempt_next(struct alerte *e, int64_t alert, int64_t after,
			struct alerte_attempt *out)
{
	struct alerte_attempt stored = { .size = sizeof(stored) };
	const struct attempt *best = NULL;
	struct live *l;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!out || out->size != sizeof(*out) || alert < 0)
		return ALERTE_EINVAL;
	l = live_shown(e, alert);
	for (struct attempt *row = l ? l->attempts : NULL; row; row = row->next)
		if (row->id > after && (!best || row->id < best->id))
			best = row;
	r = store_row_next(e->store, STORE_ATTEMPT, alert, after,
			   visit_attempt, &stored);
	if (r == 1 && (!best || stored.id < best->id)) {
		*out = stored;
		return 1;
	}
	if (best) {
		view_attempt(best, out);
		return 1;
	}
	return r;
}

/* -------------------------------------------------------------- notes */

static int visit_note(void *context, const struct store_row *row)
{
	return load_note_view(row, context);
}

static void view_note(const struct live *l, const struct note *note,
		      bool locked, struct alerte_note *out)
{
	out->id = note->id;
	out->alert = l->alert.id;
	out->kind = note->kind;
	out->wall_ms = note->wall_ms;
	out->who[0] = out->text[0] = '\0';
	if (locked)
		return;
	text_copy(out->who, sizeof(out->who), note->who);
	text_copy(out->text, sizeof(out->text), note->text);
}

int alerte_note_next(struct alerte *e, int64_t alert, int64_t after,
		     struct alerte_note *out)
{
	struct alerte_note stored = { .size = sizeof(stored) };
	const struct note *best = NULL;
	struct live *l;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!out || out->size != sizeof(*out) || alert < 0)
		return ALERTE_EINVAL;
	l = live_shown(e, alert);
	for (struct note *note = l ? l->notes : NULL; note; note = note->next)
		if (note->id > after && (!best || note->id < best->id))
			best = note;
	r = store_row_next(e->store, STORE_NOTE, alert, after, visit_note,
			   &stored);
	if (r == 1 && (!best || stored.id < best->id)) {
		*out = stored;
		return 1;
	}
	if (best) {
		view_note(l, best, store_locked(e->store), out);
		return 1;
	}
	return r;
}

/* ------------------------------------------------------------- status */

static uint32_t count_waiting(const struct live *l)
{
	uint32_t n = 0;

	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->state == ALERTE_ATTEMPT_PLANNED ||
		    row->state == ALERTE_ATTEMPT_SENDING)
			n++;
	return n;
}

static void fill_status(struct alerte *e, struct alerte_status *out)
{
	*out = e->count;
	out->armed = e->armed;
	out->locked = store_locked(e->store);
	out->durable = e->durable;
	out->buttons = e->site->button.n;
	out->live = 0;
	out->waiting = count_waiting(&e->house);
	for (struct live *l = e->live; l; l = l->next) {
		if (l->unseen)
			continue;
		out->live += alert_live(&l->alert);
		out->waiting += count_waiting(l);
	}
	out->faults = 0;
	for (int i = 0; i < FAULTS_MAX; i++)
		out->faults += e->fault[i].present;
	out->buttons_silent = e->watch.silent;
	out->buttons_away = e->watch.away;
}

/* As the first release knew it. */
#define STATUS_FIRST \
	((uint32_t)offsetof(struct alerte_status, enrolled_heard_boot_ms))

int alerte_status(struct alerte *e, struct alerte_status *out)
{
	struct alerte_status all;
	uint32_t size;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!out || (out->size != sizeof(*out) && out->size != STATUS_FIRST))
		return ALERTE_EINVAL;
	size = out->size;
	fill_status(e, &all);
	all.size = size;
	memcpy(out, &all, size);
	return 0;
}

int alerte_presence_next(struct alerte *e, const char *after,
			 struct alerte_presence *out)
{
	const struct alerte_button *button;
	const struct button_run *run;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!after || !out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	button = site_after(e->site, ALERTE_KIND_BUTTON, after);
	if (!button)
		return 0;
	run = &e->run[site_named(e->site, button->id)];
	*out = (struct alerte_presence){
		.size = sizeof(*out),
		.state = run->presence.state,
		.linked = run->presence.linked,
		.heard_boot_ms = run->presence.heard_ms,
		.source = run->presence.source,
		.rssi_dbm = presence_rssi(&run->presence),
		.battery_percent = run->battery.percent,
		.battery_low = run->battery.low,
		.silence_s = button->silence_s,
	};
	memcpy(out->id, button->id, sizeof(out->id));
	return 1;
}

const char *alerte_presence_name(enum alerte_presence_state state)
{
	switch (state) {
	case ALERTE_PRESENCE_UNKNOWN:
		return "unknown";
	case ALERTE_PRESENCE_PRESENT:
		return "present";
	case ALERTE_PRESENCE_AWAY:
		return "away";
	case ALERTE_PRESENCE_SILENT:
		return "silent";
	}
	return "";
}

const char *alerte_attempt_state_name(enum alerte_attempt_state state)
{
	switch (state) {
	case ALERTE_ATTEMPT_PLANNED:
		return "planned";
	case ALERTE_ATTEMPT_SENDING:
		return "sending";
	case ALERTE_ATTEMPT_SENT:
		return "sent";
	case ALERTE_ATTEMPT_DELIVERED:
		return "delivered";
	case ALERTE_ATTEMPT_FAILED:
		return "failed";
	case ALERTE_ATTEMPT_UNKNOWN:
		return "unknown";
	case ALERTE_ATTEMPT_DROPPED:
		return "dropped";
	}
	return "";
}

const char *alerte_note_kind_name(enum alerte_note_kind kind)
{
	switch (kind) {
	case ALERTE_NOTE_PRESS:
		return "press";
	case ALERTE_NOTE_REPLY:
		return "reply";
	case ALERTE_NOTE_ACK:
		return "ack";
	case ALERTE_NOTE_RELAY_IN:
		return "relay-in";
	case ALERTE_NOTE_RELAY_OUT:
		return "relay-out";
	case ALERTE_NOTE_POSITION:
		return "position";
	case ALERTE_NOTE_CANCEL:
		return "cancel";
	case ALERTE_NOTE_CLOSE:
		return "close";
	case ALERTE_NOTE_WRONG_CODE:
		return "wrong-code";
	case ALERTE_NOTE_RELAY_MARK:
		return "relay-mark";
	case ALERTE_NOTE_DURESS:
		return "duress";
	case ALERTE_NOTE_TIMER:
		return "timer";
	}
	return "";
}
