/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was learned of a button, as the body of a row: its counters (R4), and
 * the instants of its last frames, which are of the boot that wrote them.
 */
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"
#include "port/bytes.h"

void learned_pack(struct alerte *e, struct pack *p, uint32_t i)
{
	const struct alerte_button *button = site_button(e->site, i);
	const struct button_state *b = &e->run[i].state;
	uint8_t device[DIGEST_BYTES];

	rows_stamp(e, p);
	pack_text(p, ROW_BUTTON, button->id);
	settings_device(e, button, device);
	pack_bytes(p, ROW_DEVICE, device, sizeof(device));
	pack_int(p, ROW_PRESSES, b->presses);
	pack_int(p, ROW_COUNTER, b->replay.any ? (int64_t)b->replay.high : -1);
	pack_int(p, ROW_SEEN, (int64_t)b->replay.seen);
	for (uint32_t j = 0; j < b->replay.nlow; j++)
		pack_int(p, ROW_LOW, b->replay.low[j]);
	pack_int(p, ROW_LOW_AT, b->replay.low_at);
	for (int j = 0; j < REPEAT_RING; j++) {
		int64_t v[2] = { (int64_t)b->repeat.last[j].content,
				 b->repeat.last[j].heard_ms };

		if (b->repeat.last[j].content)
			pack_bytes(p, ROW_REPEAT, v, sizeof(v));
	}
	for (int j = 0; j < BUTTON_PRESSES; j++)
		pack_int(p, ROW_PRESS_AT, b->press_ms[j]);
	pack_int(p, ROW_TAKEN, b->taken_ms);
	pack_int(p, ROW_DROPPED, b->dropped_ms);
	pack_int(p, ROW_EVENT, (int64_t)b->event);
	pack_int(p, ROW_EVENT_AT, b->event_ms);
	pack_int(p, ROW_UNVERIFIED, b->unverified);
	for (int j = 0; j < BUTTON_FORGED; j++)
		pack_int(p, ROW_UNVERIFIED_AT, b->unverified_ms[j]);
	pack_int(p, ROW_FORGERY_TOLD, b->forgery_told_ms);
	if (b->counted.known)
		pack_int(p, ROW_COUNTED,
			 b->counted.count | (int64_t)b->counted.down << 32);
	watch_pack(p, &e->run[i]);
	if (e->run[i].sealed != FINDER_NONE)
		sealed_state_pack(p, ROW_SEALED,
				  sealed_table_state(e->finder.table,
						     e->run[i].sealed));
}

/* One button's row of states, as it is read. */
struct state_row {
	struct button_state b;
	struct button_run seen;		/* presence and battery of it */
	char id[ALERTE_ID_MAX];
	uint8_t boot[16], device[DIGEST_BYTES];
	bool bound;			/* device was there */
	int64_t written[4];		/* instant, as rows.c puts it */
	struct unpack sealed;		/* or of tag 0 */
	uint32_t npress, nrepeat, nunverified;
};

/* Beyond this nothing is an instant, and sums would overflow. */
static int64_t instant(int64_t ms)
{
	const int64_t most = INT64_C(1) << 58;

	return ms > -most && ms < most ? ms : 0;
}

static void read_about(const struct unpack *u, struct state_row *row)
{
	switch (u->tag) {
	case ROW_BUTTON:
		unpack_text(u, row->id, sizeof(row->id));
		break;
	case ROW_BOOT:
		unpack_bytes(u, row->boot, sizeof(row->boot));
		break;
	case ROW_NOW:
		unpack_bytes(u, row->written, sizeof(row->written));
		break;
	case ROW_DEVICE:
		row->bound = unpack_bytes(u, row->device, sizeof(row->device));
		break;
	case ROW_SEALED:
		row->sealed = *u;
		break;
	default:
		break;
	}
}

static void read_state_value(const struct unpack *u, struct state_row *row)
{
	struct button_state *b = &row->b;

	switch (u->tag) {
	case ROW_PRESSES:
		b->presses = (uint32_t)unpack_int(u);
		break;
	case ROW_COUNTER:
		b->replay.any = unpack_int(u) >= 0;
		b->replay.high = (uint32_t)unpack_int(u);
		break;
	case ROW_SEEN:
		b->replay.seen = (uint64_t)unpack_int(u);
		break;
	case ROW_LOW:
		if (b->replay.nlow < REPLAY_LOW_MAX)
			b->replay.low[b->replay.nlow++] =
				(uint32_t)unpack_int(u);
		break;
	case ROW_LOW_AT:
		b->replay.low_at = (uint32_t)unpack_int(u) % REPLAY_LOW_MAX;
		break;
	case ROW_REPEAT:
		if (row->nrepeat < REPEAT_RING && u->len == 16) {
			b->repeat.last[row->nrepeat].content = le64(u->bytes);
			b->repeat.last[row->nrepeat++].heard_ms =
				instant((int64_t)le64(u->bytes + 8));
		}
		break;
	case ROW_PRESS_AT:
		if (row->npress < BUTTON_PRESSES)
			b->press_ms[row->npress++] = instant(unpack_int(u));
		break;
	case ROW_TAKEN:
		b->taken_ms = instant(unpack_int(u));
		break;
	case ROW_DROPPED:
		b->dropped_ms = instant(unpack_int(u));
		break;
	case ROW_EVENT:
		b->event = (uint64_t)unpack_int(u);
		break;
	case ROW_EVENT_AT:
		b->event_ms = instant(unpack_int(u));
		break;
	case ROW_UNVERIFIED:
		b->unverified = (uint32_t)unpack_int(u);
		break;
	case ROW_UNVERIFIED_AT:
		if (row->nunverified < BUTTON_FORGED)
			b->unverified_ms[row->nunverified++] =
				instant(unpack_int(u));
		break;
	case ROW_FORGERY_TOLD:
		b->forgery_told_ms = instant(unpack_int(u));
		break;
	case ROW_COUNTED:
		b->counted.known = true;
		b->counted.count = (uint32_t)unpack_int(u);
		b->counted.down = unpack_int(u) >> 32 & 1;
		break;
	default:
		break;
	}
}

/*
 * Instants of another boot mean nothing here: repeats and triples are then
 * judged afresh, which errs towards an alert.  Counters stand.
 */
static void forget_instants(struct button_state *b)
{
	memset(&b->repeat, 0, sizeof(b->repeat));
	memset(b->press_ms, 0, sizeof(b->press_ms));
	b->unverified = 0;
	b->event = 0;
	b->forgery_told_ms = 0;
	b->taken_ms = b->dropped_ms = 0;
}

/*
 * What an instant of that row is in this boot: by the wall clock, or as if no
 * time had gone by when that was set back (K4).
 */
static int64_t state_shift(const struct alerte *e, const struct state_row *row)
{
	int64_t shift = e->now.boot_ms - instant(row->written[0]);
	int64_t gone = e->now.wall_ms - instant(row->written[1]);

	if (!memcmp(row->boot, e->boot_id, sizeof(row->boot)))
		return 0;
	return gone > 0 ? shift - gone : shift;
}

static void merge_sealed(struct alerte *e, const struct state_row *row,
			 uint32_t number)
{
	struct sealed_state state, read;

	if (!row->sealed.tag || number == FINDER_NONE ||
	    !sealed_state_unpack(&row->sealed, state_shift(e, row), &read))
		return;
	state = *sealed_table_state(e->finder.table, number);
	sealed_state_merge(&state, &read);
	sealed_table_restore(e->finder.table, number, &state, e->now.boot_ms);
}

int learned_read(void *context, const uint8_t *body, size_t len)
{
	struct alerte *e = context;
	struct state_row row = { .bound = false };
	uint8_t device[DIGEST_BYTES];
	struct unpack u;
	int64_t i;

	battery_start(&row.seen.battery);
	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		read_about(&u, &row);
		read_state_value(&u, &row);
		watch_unpack(&u, &row.seen);
	}
	i = site_named(e->site, row.id);
	if (i < 0)
		return 0;
	settings_device(e, site_button(e->site, (uint32_t)i), device);
	if (row.bound && !same_bytes(row.device, device, sizeof(device)))
		return 0;
	if (memcmp(row.boot, e->boot_id, sizeof(row.boot))) {
		forget_instants(&row.b);
		row.seen.presence.heard_ms = 0;
	}
	presence_merge(&e->run[i].presence, &row.seen.presence);
	battery_merge(&e->run[i].battery, &row.seen.battery);
	button_merge(&e->run[i].state, &row.b);
	merge_sealed(e, &row, e->run[i].sealed);
	return 0;
}

