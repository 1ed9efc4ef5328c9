/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Supervision of the buttons themselves: heard or not (alert/presence.h), and
 * their batteries (alert/battery.h).  Told to the association alone, once
 * each, and the end of what was told.
 *
 * Silence proves nothing while nothing can be heard: with the fault "radio",
 * before the store was opened, while the machine slept.  It counts from the
 * end of that.
 */
#include "core/watch.h"

#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"
#include "port/bytes.h"

#define DAY_MS (24 * 60 * 60 * INT64_C(1000))
#define WRITE_WITHIN_MS 1000

#define FAULT_SILENT "button-silent"
#define FAULT_AWAY "button-away"
#define FAULT_MANY "buttons-silent"
#define FAULT_BATTERY "button-battery"

int watch_start(struct watch *w, const struct site *site, int64_t now)
{
	uint32_t n = 0;

	*w = (struct watch){ .next = ALERTE_NEVER };
	for (uint32_t i = 0; i < site->button.n; i++)
		n += site_button(site, i)->silence_s != 0;
	if (!n)
		return 0;
	w->button = calloc(n, sizeof(*w->button));
	if (!w->button)
		return ALERTE_ENOMEM;
	for (uint32_t i = 0; i < site->button.n; i++)
		if (site_button(site, i)->silence_s)
			w->button[w->n++] = i;
	w->next = now;
	return 0;
}

void watch_end(struct watch *w)
{
	free(w->button);
	*w = (struct watch){ .next = ALERTE_NEVER };
}

/* What it changes is written with the next row, or within a second. */
static void write_soon(struct alerte *e, uint32_t button)
{
	rows_button(e, button);
	if (e->durable && e->later == ALERTE_NEVER)
		e->later = e->now.boot_ms + WRITE_WITHIN_MS;
}

static const char *id_of(const struct alerte *e, uint32_t button)
{
	return site_button(e->site, button)->id;
}

/* ------------------------------------------------------- what is told */

/* Counts of all; the names of faults follow them. */
static void count_all(struct alerte *e)
{
	struct watch *w = &e->watch;

	w->silent = w->away = w->overdue = w->told = 0;
	for (uint32_t i = 0; i < w->n; i++) {
		const struct presence *p = &e->run[w->button[i]].presence;

		w->silent += p->state == ALERTE_PRESENCE_SILENT;
		w->away += p->state == ALERTE_PRESENCE_AWAY;
		w->overdue += p->overdue;
		w->told += p->told;
	}
}

static bool many(const struct watch *w)
{
	return w->silent + w->overdue > WATCH_SINGLE;
}

static void show(struct alerte *e)
{
	fault_show(e, FAULT_SILENT, e->watch.silent > 0);
	fault_set(e, FAULT_MANY, many(&e->watch));
}

void watch_again(struct alerte *e)
{
	count_all(e);
	show(e);
	if (e->watch.n)
		e->watch.next = e->now.boot_ms;
}

void watch_open(struct alerte *e)
{
	count_all(e);
	fault_show(e, FAULT_SILENT, e->watch.silent > 0);
	fault_show(e, FAULT_MANY, many(&e->watch));
}

static void tell(struct alerte *e, uint32_t button, const char *fault)
{
	struct presence *p = &e->run[button].presence;

	fault_button(e, fault, id_of(e, button),
		     presence_last(p, e->watch.floor), true);
	p->told = true;
	e->watch.told++;
}

static bool is_missed(const struct presence *p)
{
	return p->state == ALERTE_PRESENCE_SILENT || p->overdue;
}

/*
 * Of many no more is told one by one, until they are few again.  Who comes and
 * goes is nobody's business who reads the log: only what is told stands in it,
 * and not of which button.
 */
static void tell_missed(struct alerte *e, uint32_t button)
{
	struct presence *p = &e->run[button].presence;

	if (!is_missed(p) || p->told || many(&e->watch) ||
	    e->watch.told >= WATCH_SINGLE)
		return;
	engine_log(e, ALERTE_LOG_WARNING, "a button %s", p->overdue ?
		   "has been out of range for too long" :
		   "fell silent, its signal strong before");
	tell(e, button, p->overdue ? FAULT_AWAY : FAULT_SILENT);
	write_soon(e, button);
}

void watch_step(struct alerte *e)
{
	struct watch *w = &e->watch;
	int64_t now = e->now.boot_ms, due = ALERTE_NEVER;

	if (now < w->next)
		return;
	/* so late is a host that slept, and heard nothing meanwhile */
	if (now - w->next > WATCH_EVERY_MS)
		w->floor = now;
	w->next = ALERTE_NEVER;
	if (fault_present(e, "radio"))
		return;
	for (uint32_t i = 0; i < w->n; i++) {
		const struct presence *p = &e->run[w->button[i]].presence;
		int64_t at;

		if (presence_judge(&e->run[w->button[i]].presence, w->floor,
				   now))
			write_soon(e, w->button[i]);
		tell_missed(e, w->button[i]);
		at = presence_due(p, w->floor);
		due = at < due ? at : due;
	}
	count_all(e);
	show(e);
	if (due != ALERTE_NEVER)
		w->next = due > now + WATCH_EVERY_MS ? due
						     : now + WATCH_EVERY_MS;
}

static void sooner(struct alerte *e, const struct presence *p)
{
	int64_t due = presence_due(p, e->watch.floor);

	if (due < e->watch.next)
		e->watch.next = due;
}

static void one_less(uint32_t *count, bool was)
{
	if (was && *count)
		--*count;
}

static void came_back(struct alerte *e, uint32_t button,
		      const struct presence *was)
{
	struct watch *w = &e->watch;

	if (was->told) {
		engine_log(e, ALERTE_LOG_NOTICE, "a button is heard again");
		fault_button_end(e, was->overdue ? FAULT_AWAY : FAULT_SILENT,
				 id_of(e, button));
	}
	e->run[button].presence.told = false;
	one_less(&w->silent, was->state == ALERTE_PRESENCE_SILENT);
	one_less(&w->away, was->state == ALERTE_PRESENCE_AWAY);
	one_less(&w->overdue, was->overdue);
	one_less(&w->told, was->told);
	if (!many(w) && w->silent + w->overdue > w->told)
		w->next = e->now.boot_ms;
	show(e);
	write_soon(e, button);
}

void watch_heard(struct alerte *e, uint32_t button,
		 const struct presence_sign *sign)
{
	struct presence *p = &e->run[button].presence, was = *p;

	if (sign->heard_ms > e->count.enrolled_heard_boot_ms)
		e->count.enrolled_heard_boot_ms = sign->heard_ms;
	if (!presence_heard(p, sign))
		return;
	came_back(e, button, &was);
	sooner(e, p);
}

/*
 * Judged silent a moment before it was known that nothing can be heard: what
 * nobody was told yet was no fault of the button.
 */
static void forgive(struct alerte *e, uint32_t button)
{
	struct presence *p = &e->run[button].presence;

	if (p->state != ALERTE_PRESENCE_SILENT || !p->told ||
	    fault_button_drop(e, FAULT_SILENT, id_of(e, button)))
		return;
	presence_forgive(p);
	write_soon(e, button);
}

void watch_radio(struct alerte *e, bool deaf)
{
	struct watch *w = &e->watch;

	for (uint32_t i = 0; deaf && i < w->n; i++)
		forgive(e, w->button[i]);
	if (!deaf)
		w->floor = e->now.boot_ms;
	watch_again(e);
}

/* ---------------------------------------------------------- batteries */

void watch_battery(struct alerte *e, uint32_t button, int percent)
{
	int64_t day = e->now.wall_ms / DAY_MS;

	if (!e->now.wall_trusted || day < 0 || day > INT32_MAX)
		day = BATTERY_NO_DAY;
	switch (battery_heard(&e->run[button].battery, percent, (int32_t)day,
			      e->now.boot_ms)) {
	case BATTERY_SAME:
		return;
	case BATTERY_MOVED:
		write_soon(e, button);
		return;
	case BATTERY_TELL:
		break;
	}
	engine_log(e, ALERTE_LOG_WARNING,
		   "the battery of a button has to be changed");
	fault_button(e, FAULT_BATTERY, id_of(e, button), e->now.boot_ms,
		     false);
	write_soon(e, button);
}

/* -------------------------------------------------------------- links */

static int run_link(struct alerte *e, const struct queued *q)
{
	return alerte_link(e, q->bytes, q->flag, q->now);
}

int alerte_link(struct alerte *e, const uint8_t address[6], bool up,
		struct alerte_time now)
{
	struct presence_sign sign = { .rssi_dbm = PRESENCE_NO_RSSI };
	int64_t button;

	if (!address)
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_link, .flag = up, .len = 6,
				    .bytes = (uint8_t *)address, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	button = site_heard(e->site, address);
	if (button < 0)
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no button has this address");
	sign.heard_ms = e->now.boot_ms;
	sign.source = e->run[button].presence.source;
	if (up)
		watch_heard(e, (uint32_t)button, &sign);
	presence_link(&e->run[button].presence, up, e->now.boot_ms);
	sooner(e, &e->run[button].presence);
	return engine_settle(e);
}

/* ------------------------------------------------------------ on the disk */

#define PRESENCE_VALUES 5
#define FLAG_OVERDUE 1
#define FLAG_TOLD 2

void watch_pack(struct pack *p, const struct button_run *run)
{
	const struct presence *at = &run->presence;
	const struct battery *b = &run->battery;
	uint8_t bytes[3 + 3 * BATTERY_SAMPLES];
	int64_t v[PRESENCE_VALUES] = {
		at->heard_ms, at->state,
		(at->overdue ? FLAG_OVERDUE : 0) | (at->told ? FLAG_TOLD : 0),
		at->source, at->nring,
	};
	uint8_t whole[sizeof(v) + PRESENCE_RING];

	memcpy(whole, v, sizeof(v));
	memcpy(whole + sizeof(v), at->ring, PRESENCE_RING);
	if (at->silence_s)
		pack_bytes(p, ROW_PRESENCE, whole, sizeof(whole));
	if (b->percent < 0)
		return;
	bytes[0] = (uint8_t)b->percent;
	bytes[1] = (uint8_t)b->least;
	bytes[2] = b->told;
	for (int i = 0; i < b->n; i++) {
		bytes[3 + 3 * i] = (uint8_t)b->at[i].day;
		bytes[4 + 3 * i] = (uint8_t)(b->at[i].day >> 8);
		bytes[5 + 3 * i] = b->at[i].percent;
	}
	pack_bytes(p, ROW_BATTERY, bytes, 3 + 3 * (size_t)b->n);
}

static void read_presence(const struct unpack *u, struct presence *p)
{
	const int64_t most = INT64_C(1) << 58;
	int64_t v[PRESENCE_VALUES];

	if (u->len != sizeof(v) + PRESENCE_RING)
		return;
	for (int i = 0; i < PRESENCE_VALUES; i++)
		v[i] = (int64_t)le64(u->bytes + 8 * i);
	if (v[0] < -most || v[0] > most || v[1] < ALERTE_PRESENCE_UNKNOWN ||
	    v[1] > ALERTE_PRESENCE_SILENT || v[4] < 0 || v[4] > PRESENCE_RING)
		return;
	p->heard_ms = v[0];
	p->state = (enum alerte_presence_state)v[1];
	p->overdue = v[2] & FLAG_OVERDUE;
	p->told = v[2] & FLAG_TOLD;
	p->source = (uint32_t)v[3];
	p->nring = (uint8_t)v[4];
	memcpy(p->ring, u->bytes + sizeof(v), PRESENCE_RING);
}

static void read_battery(const struct unpack *u, struct battery *b)
{
	size_t n = u->len / 3;

	if (u->len % 3 || n < 1 || n > 1 + BATTERY_SAMPLES ||
	    u->bytes[0] > 100 || u->bytes[1] > 100)
		return;
	b->percent = (int8_t)u->bytes[0];
	b->least = (int8_t)u->bytes[1];
	b->told = b->low = u->bytes[2] & 1;
	b->n = (uint8_t)(n - 1);
	for (size_t i = 0; i < b->n; i++) {
		const uint8_t *at = u->bytes + 3 + 3 * i;

		b->at[i].day = (uint16_t)(at[0] | at[1] << 8);
		b->at[i].percent = at[2] > 100 ? 100 : at[2];
	}
}

void watch_unpack(const struct unpack *u, struct button_run *run)
{
	if (u->tag == ROW_PRESENCE)
		read_presence(u, &run->presence);
	if (u->tag == ROW_BATTERY)
		read_battery(u, &run->battery);
}
