/* SPDX-License-Identifier: Apache-2.0 */
#include "core/finder.h"

#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "port/bytes.h"

bool button_sealed(const struct alerte_button *button)
{
	return button->key_len == ALERTE_SEALED_MASTER_BYTES ||
	       button->key_len == SEALED_KEYS_BYTES;
}

bool button_addressed(const struct alerte_button *button)
{
	static const uint8_t none[6];

	return memcmp(button->address, none, sizeof(none)) != 0;
}

static bool button_watched(const struct alerte_button *button)
{
	return button->trigger[0] && !button_addressed(button);
}

static uint32_t count(const struct site *site,
		      bool (*is)(const struct alerte_button *button))
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < site->button.n; i++)
		n += is(site_button(site, i));
	return n;
}

static int add_sealed(struct finder *f, const struct site *site,
		      struct button_run *run, uint32_t i, int64_t now)
{
	const struct alerte_button *button = site_button(site, i);
	struct alerte_sealed_keys keys;
	int number;

	if (sealed_keys(button->key, button->key_len, &keys))
		return ALERTE_ENOMEM;
	number = sealed_table_add(f->table, &keys, run[i].learned, now);
	wipe(&keys, sizeof(keys));
	run[i].learned = NULL;	/* of the table that goes */
	if (number < 0)
		return number;
	run[i].sealed = (uint32_t)number;
	f->owner[number] = i;
	return 0;
}

static int start_sealed(struct finder *f, const struct site *site,
			struct button_run *run, int64_t now)
{
	uint32_t n = count(site, button_sealed);
	int r = 0;

	if (!n)
		return 0;
	f->memory = malloc(sealed_table_bytes(n));
	f->owner = calloc(n, sizeof(*f->owner));
	if (!f->memory || !f->owner)
		return ALERTE_ENOMEM;
	f->table = sealed_table_new(f->memory, n);
	for (uint32_t i = 0; !r && i < site->button.n; i++)
		if (button_sealed(site_button(site, i)))
			r = add_sealed(f, site, run, i, now);
	return r;
}

static int start_watched(struct finder *f, const struct site *site)
{
	uint32_t n = count(site, button_watched);

	f->watched = calloc(n + 1, sizeof(*f->watched));
	if (!f->watched)
		return ALERTE_ENOMEM;
	for (uint32_t i = 0; i < site->button.n; i++)
		if (button_watched(site_button(site, i)))
			f->watched[f->nwatched++] = i;
	return 0;
}

int finder_start(struct finder *f, const struct site *site,
		 struct button_run *run, int64_t now)
{
	int r;

	*f = (struct finder){ .nwatched = 0 };
	r = start_sealed(f, site, run, now);
	if (!r)
		r = start_watched(f, site);
	if (r)
		finder_end(f);
	return r;
}

void finder_end(struct finder *f)
{
	sealed_table_free(f->table);
	free(f->memory);
	free(f->owner);
	free(f->watched);
	*f = (struct finder){ .nwatched = 0 };
}

/* ------------------------------------------------------------ on the disk */

#define CLOCK_VALUES 3
#define STATE_VALUES (6 + 2 * CLOCK_VALUES + SEALED_PRESSES)

/* Beyond this nothing is an instant, and sums would overflow. */
#define INSTANT_MAX (INT64_C(1) << 60)

static bool instant_ok(int64_t ms)
{
	return ms > -INSTANT_MAX && ms < INSTANT_MAX;
}

static void put_clock(uint8_t *at, const struct sealed_clock *c)
{
	put_le64(at, c->known);
	put_le64(at + 8, (uint64_t)c->offset_ms);
	put_le64(at + 16, (uint64_t)c->set_ms);
}

static bool get_instant(const uint8_t *at, int64_t shift, int64_t *out)
{
	int64_t ms = (int64_t)le64(at);

	if (!instant_ok(ms) || !instant_ok(shift))
		return false;
	*out = ms + shift;
	return true;
}

static bool get_clock(const uint8_t *at, int64_t shift, struct sealed_clock *c)
{
	c->known = le64(at) & 1;
	if (!c->known)
		shift = 0;
	return get_instant(at + 8, shift, &c->offset_ms) &&
	       get_instant(at + 16, shift, &c->set_ms);
}

static void put_press(uint8_t *at, const struct sealed_press *p)
{
	put_le32(at, p->at);
	at[4] = p->number;
	at[5] = p->event;
	at[6] = p->known;
	at[7] = 0;
}

static void get_press(const uint8_t *at, struct sealed_press *p)
{
	p->at = le32(at);
	p->number = at[4];
	p->event = at[5];
	p->known = at[6] & 1;
}

void sealed_state_pack(struct pack *p, uint8_t tag,
		       const struct sealed_state *s)
{
	uint8_t v[8 * STATE_VALUES], *at = v + 8 * 6;

	put_le64(v, s->any);
	put_le64(v + 8, s->last);
	put_le64(v + 16, s->seen);
	put_le64(v + 24, s->boot);
	put_le64(v + 32, (uint64_t)s->from_ms);
	put_le64(v + 40, s->press_at);
	put_clock(at, &s->clock);
	put_clock(at + 8 * CLOCK_VALUES, &s->doubt);
	at += 8 * 2 * CLOCK_VALUES;
	for (int i = 0; i < SEALED_PRESSES; i++)
		put_press(at + 8 * i, &s->press[i]);
	pack_bytes(p, tag, v, sizeof(v));
}

bool sealed_state_unpack(const struct unpack *u, int64_t shift,
			 struct sealed_state *out)
{
	const uint8_t *v = u->bytes, *at = v + 8 * 6;
	struct sealed_state s;

	if (u->len != 8 * STATE_VALUES)
		return false;
	s = (struct sealed_state){
		.any = le64(v) & 1,
		.last = le32(v + 8),
		.seen = le64(v + 16),
		.boot = le32(v + 24),
		.press_at = v[40] % SEALED_PRESSES,
	};
	/* of the button's clock, or a mark no instant can be */
	if (!get_instant(v + 32, 0, &s.from_ms))
		s.from_ms = SEALED_CONFIRMED;
	if (!get_clock(at, shift, &s.clock) ||
	    !get_clock(at + 8 * CLOCK_VALUES, shift, &s.doubt))
		return false;
	at += 8 * 2 * CLOCK_VALUES;
	for (int i = 0; i < SEALED_PRESSES; i++)
		get_press(at + 8 * i, &s.press[i]);
	*out = s;
	return true;
}

static bool knows_press(const struct sealed_state *s,
			const struct sealed_press *p)
{
	for (int i = 0; i < SEALED_PRESSES; i++) {
		const struct sealed_press *known = &s->press[i];

		if (known->known && known->number == p->number &&
		    known->event == p->event && known->at == p->at)
			return true;
	}
	return false;
}

/* Where there is room: what is known of later ones comes first. */
static void merge_presses(struct sealed_state *s,
			  const struct sealed_state *lower)
{
	for (int i = 0; i < SEALED_PRESSES; i++) {
		const struct sealed_press *p = &lower->press[i];

		if (s->press[s->press_at].known)
			return;
		if (!p->known || knows_press(s, p))
			continue;
		s->press[s->press_at] = *p;
		s->press_at = (uint8_t)((s->press_at + 1) % SEALED_PRESSES);
	}
}

void sealed_state_merge(struct sealed_state *s,
			const struct sealed_state *other)
{
	bool further = !s->any || (other->any && other->last > s->last);
	struct sealed_state lower = further ? *s : *other;
	uint32_t n;

	if (further)
		*s = *other;
	if (lower.boot == s->boot)
		merge_presses(s, &lower);
	if (lower.boot > s->boot)
		s->boot = lower.boot;
	n = s->last - lower.last;
	if (lower.any && n < 64)
		s->seen |= lower.seen << n;
}
