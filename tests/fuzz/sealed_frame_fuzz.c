/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of sealed buttons that hears and is changed in any order: 25 bytes
 * an action.
 *
 *	byte 0     what is done; see act()
 *	rest       a payload as it is, or the fields of a frame that one of the
 *	           buttons seals
 *
 * Only what was sealed opens, says what was sealed, and counts once; a table
 * never holds more than its buttons need; what does not open leaves the output
 * as it was, but for whose identifier it had.
 */
#include <stdlib.h>
#include <string.h>

#include "frame/sealed_inside.h"
#include "lib/frame/sealed_button.h"
#include "port/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BUTTONS 3
#define ACTION 25
#define ACTIONS_MAX 200
#define ENTRIES 12

struct world {
	struct sealed_table *t;
	int64_t now;
	bool enrolled[BUTTONS];		/* under its own number */
};

static struct alerte_sealed_keys keys[BUTTONS];

static void must(int condition)
{
	if (!condition)
		abort();
}

static int hear(struct world *w, const uint8_t *payload, size_t len,
		struct sealed_frame *out)
{
	struct alerte_frame told = { .size = sizeof(told) };
	struct sealed_frame f, before;
	uint8_t *exact = malloc(len + 1);
	int r;

	must(exact != NULL);
	memcpy(exact + 1, payload, len);
	memset(&f, 0xa5, sizeof(f));
	before = f;
	r = sealed_open(w->t, exact + 1, len, w->now, &f);
	free(exact);

	if (r < 0 && r != ALERTE_EREFUSED) {
		must(r == ALERTE_EKEY || r == ALERTE_ENOTFOUND ||
		     r == ALERTE_EFORMAT);
		if (r == ALERTE_EKEY) {
			must(f.button < BUTTONS && w->enrolled[f.button]);
			before.button = f.button;
		}
		must(memcmp(&f, &before, sizeof(f)) == 0);
		return r;
	}
	must(f.button < BUTTONS && w->enrolled[f.button]);
	must(f.press < 64 && f.second < 1024 && f.position < 16);
	must(f.delay_ms >= 0);
	must(sealed_tell(&f, &told) == (int)told.npresses);
	*out = f;
	return r;
}

/* One that a button sealed: fields out of data. */
static void hear_sealed(struct world *w, const uint8_t *data)
{
	uint32_t n = data[0] % BUTTONS;
	struct alerte_sealed_frame frame = {
		.kind = data[1] & 1 ? ALERTE_SEALED_BOOT : ALERTE_SEALED_EPOCH,
		.epoch = 1000 + le16(data + 2), .boot = data[4],
		.second = le16(data + 5) % 1024, .seq = le32(data + 7),
		.event = (enum alerte_sealed_event)(data[11] & 15),
		.button = data[12] & 15, .press = data[13] & 63,
	};
	uint8_t payload[ALERTE_SEALED_BYTES];
	struct sealed_frame f;
	int r;

	sealed_button_make(n, frame, payload);
	r = hear(w, payload, sizeof(payload), &f);
	must(r != ALERTE_EFORMAT && r != ALERTE_EKEY);
	if (r == ALERTE_ENOTFOUND)
		return;

	must(f.button == n && f.boot == (frame.kind == ALERTE_SEALED_BOOT));
	must(f.seq == frame.seq && f.epoch == frame.epoch);
	must(f.event == frame.event && f.press == frame.press);
	must(f.second == (f.boot ? frame.second / 16 * 16 : frame.second));
	if (r != 1 || data[14] & 1)
		return;

	sealed_take(w->t, &f, w->now);
	/* Never twice; one that was overtaken may be known no longer. */
	r = hear(w, payload, sizeof(payload), &f);
	must(r == 0 || r == ALERTE_ENOTFOUND);
	payload[data[15] % 24] ^= (uint8_t)(1 << data[16] % 8);
	must(hear(w, payload, sizeof(payload), &f) < 0);
}

static void enrol(struct world *w, uint32_t n, bool known)
{
	struct sealed_state state = { .clock = { .known = true,
						 .set_ms = w->now } };

	if (w->enrolled[n]) {
		sealed_table_remove(w->t, n);
		w->enrolled[n] = false;
		return;
	}
	/* Numbers are handed out again last in, first out: keep them equal. */
	for (uint32_t i = 0; i < BUTTONS; i++) {
		int r;

		if (w->enrolled[i])
			continue;
		r = sealed_table_add(w->t, &keys[n], known ? &state : NULL,
				     w->now);
		must(r >= 0 && r < BUTTONS);
		if ((uint32_t)r == n) {
			w->enrolled[n] = true;
			return;
		}
		sealed_table_remove(w->t, (uint32_t)r);
		return;
	}
}

static void work(struct world *w, uint32_t most)
{
	uint8_t payload[ALERTE_SEALED_BYTES];
	struct sealed_frame f;

	sealed_table_step(w->t, w->now, most);
	while (sealed_table_again(w->t, payload))
		hear(w, payload, sizeof(payload), &f);
}

static void act(struct world *w, const uint8_t *data)
{
	struct sealed_frame f;

	switch (data[0] & 7) {
	case 0:
		hear(w, data + 1, 24, &f);
		break;
	case 1:
		hear(w, data + 2, data[1] % 24, &f);
		break;
	case 2:
		w->now += le32(data + 1) % (7 * 86400000u);
		break;
	case 3:
		w->now -= le32(data + 1) % 86400000u;
		break;
	case 4:
		work(w, le16(data + 1) % 512);
		break;
	case 5:
		enrol(w, data[1] % BUTTONS, data[2] & 1);
		break;
	default:
		hear_sealed(w, data + 1);
		break;
	}
}

static void check_slots(const struct world *w)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i <= w->t->mask; i++) {
		const struct sealed_slot *s = &w->t->slots[i];

		if (!s->word)
			continue;
		n++;
		must(s->button < BUTTONS && w->enrolled[s->button]);
	}
	must(n <= ENTRIES * w->t->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t bytes = sealed_table_bytes(BUTTONS);
	void *memory = malloc(bytes);
	struct world w = { .now = 1000 * SEALED_EPOCH_MS };

	must(memory != NULL);
	w.t = sealed_table_new(memory, BUTTONS);
	for (uint32_t n = 0; n < BUTTONS; n++) {
		sealed_button_keys(n, &keys[n]);
		enrol(&w, n, true);
	}
	for (size_t i = 0; i < ACTIONS_MAX && size >= ACTION; i++) {
		act(&w, data);
		data += ACTION;
		size -= ACTION;
	}
	check_slots(&w);
	sealed_table_free(w.t);
	free(memory);
	return 0;
}
