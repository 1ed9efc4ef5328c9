/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of contacts: entries in memory, and their rows. */
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "core/rows.h"

/* Where the id is, or where it would stand. */
static uint32_t place_of(const struct consents *c, const char *id, bool *found)
{
	uint32_t low = 0, high = c->n;

	*found = false;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int order = strcmp(c->at[mid].id, id);

		if (!order) {
			*found = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Of this number: another one is another person, for all we know. */
static bool is_his(const struct consent *c,
		   const struct alerte_contact *contact)
{
	return !c->gone && !strcmp(c->number, contact->number);
}

const struct consent *consent_of(const struct alerte *e,
				 const struct alerte_contact *contact)
{
	bool found;
	uint32_t at = place_of(&e->consents, contact->id, &found);

	return found && is_his(&e->consents.at[at], contact)
	       ? &e->consents.at[at] : NULL;
}

static bool make_room(struct consents *c)
{
	uint32_t room = c->room ? c->room * 2 : 8;
	struct consent *at;

	if (c->n < c->room)
		return true;
	at = calloc(room, sizeof(*at));
	if (!at)
		return false;
	if (c->n)
		memcpy(at, c->at, c->n * sizeof(*at));
	if (c->at)
		wipe(c->at, c->n * sizeof(*at));
	free(c->at);
	c->at = at;
	c->room = room;
	return true;
}

/* The entry of this id, made when missing; NULL without memory. */
static struct consent *entry(struct alerte *e, const char *id)
{
	struct consents *c = &e->consents;
	bool found;
	uint32_t at = place_of(c, id, &found);

	if (found)
		return &c->at[at];
	if (!make_room(c))
		return NULL;
	memmove(c->at + at + 1, c->at + at, (c->n - at) * sizeof(*c->at));
	c->n++;
	c->at[at] = (struct consent){ 0 };
	memcpy(c->at[at].id, id, strlen(id) + 1);
	return &c->at[at];
}

static void touch(struct alerte *e, struct consent *c)
{
	c->dirty = true;
	e->consents.dirty = true;
}

struct consent *consent_edit(struct alerte *e,
			     const struct alerte_contact *contact)
{
	struct consent *c = entry(e, contact->id);

	if (!c)
		return NULL;
	if (!is_his(c, contact)) {
		*c = (struct consent){ 0 };
		memcpy(c->id, contact->id, sizeof(c->id));
		memcpy(c->number, contact->number, sizeof(c->number));
	}
	touch(e, c);
	return c;
}

bool consent_left(const struct alerte *e, const struct alerte_contact *contact)
{
	const struct consent *c = consent_of(e, contact);

	return c && c->state == ALERTE_CONSENT_LEFT;
}

void consent_settings(struct alerte *e)
{
	struct consents *all = &e->consents;

	all->again = true;
	for (uint32_t i = 0; i < all->n; i++) {
		struct consent *c = &all->at[i];
		const struct alerte_contact *contact =
			site_contact(e->site, c->id);

		if (c->gone || (contact && is_his(c, contact)))
			continue;
		c->gone = true;
		touch(e, c);
	}
}

void consent_free(struct alerte *e)
{
	struct consents *c = &e->consents;

	if (c->at)
		wipe(c->at, c->room * sizeof(*c->at));
	free(c->at);
	*c = (struct consents){ 0 };
}

/* ------------------------------------------------------------ the store */

void consent_pack(struct pack *p, const struct consent *c)
{
	pack_text(p, ROW_CONTACT, c->id);
	pack_text(p, ROW_NUMBER, c->number);
	pack_int(p, ROW_CONSENT, c->state);
	pack_int(p, ROW_CONSENT_FLAGS, c->told_last | c->awaited << 1);
	pack_int(p, ROW_INVITED, c->invited);
	pack_int(p, ROW_ANSWERED, c->answered);
	pack_int(p, ROW_HEARD, c->heard);
}

static enum alerte_consent_state state_of(int64_t value)
{
	return value < ALERTE_CONSENT_NONE || value > ALERTE_CONSENT_LEFT
	       ? ALERTE_CONSENT_NONE : (enum alerte_consent_state)value;
}

static void read_flags(struct consent *c, int64_t flags)
{
	c->told_last = flags & 1;
	c->awaited = flags >> 1 & 1;
}

static void unpack(const uint8_t *body, size_t len, struct consent *c)
{
	struct unpack u;

	*c = (struct consent){ 0 };
	unpack_start(&u, body, len);
	while (unpack_next(&u)) {
		if (u.tag == ROW_CONTACT)
			unpack_text(&u, c->id, sizeof(c->id));
		else if (u.tag == ROW_NUMBER)
			unpack_text(&u, c->number, sizeof(c->number));
		else if (u.tag == ROW_CONSENT)
			c->state = state_of(unpack_int(&u));
		else if (u.tag == ROW_CONSENT_FLAGS)
			read_flags(c, unpack_int(&u));
		else if (u.tag == ROW_INVITED)
			c->invited = unpack_int(&u);
		else if (u.tag == ROW_ANSWERED)
			c->answered = unpack_int(&u);
		else if (u.tag == ROW_HEARD)
			c->heard = unpack_int(&u);
	}
}

static int visit(void *context, const uint8_t *body, size_t len)
{
	struct alerte *e = context;
	struct consent read, *c;

	unpack(body, len, &read);
	if (!read.id[0])
		return 0;
	c = entry(e, read.id);
	if (c)
		*c = read;
	wipe(&read, sizeof(read));
	return c ? 0 : ALERTE_ENOMEM;
}

int consent_load(struct alerte *e)
{
	int r = store_named_each(e->store, STORE_KIND_CONSENT, visit, e);

	/* what was of nobody when we died did not go yet */
	consent_settings(e);
	return r;
}

int consent_merge(struct alerte *e, const uint8_t *body, size_t len)
{
	const struct alerte_contact *contact;
	struct consent read, *c;

	unpack(body, len, &read);
	contact = site_contact(e->site, read.id);
	if (!contact || strcmp(contact->number, read.number))
		return 0;
	c = consent_edit(e, contact);
	if (!c)
		return ALERTE_ENOMEM;
	if (c->answered <= read.answered && c->invited <= read.invited)
		*c = read;
	touch(e, c);
	e->consents.again = true;
	wipe(&read, sizeof(read));
	return 0;
}

static int write_one(struct alerte *e, const struct consent *c)
{
	uint8_t body[256];
	struct pack p;
	int r;

	if (c->gone)
		return store_named_remove(e->store, STORE_KIND_CONSENT, c->id);
	pack_start(&p, body, sizeof(body));
	consent_pack(&p, c);
	r = p.cut ? ALERTE_ELIMIT
		  : store_named_put(e->store, STORE_KIND_CONSENT, c->id, body,
				    p.len);
	wipe(body, sizeof(body));
	return r;
}

int consent_write(struct alerte *e)
{
	const struct consents *all = &e->consents;
	int r = 0;

	for (uint32_t i = 0; all->dirty && !r && i < all->n; i++)
		if (all->at[i].dirty)
			r = write_one(e, &all->at[i]);
	return r;
}

void consent_clean(struct alerte *e)
{
	struct consents *all = &e->consents;
	uint32_t kept = 0;

	if (!all->dirty)
		return;
	for (uint32_t i = 0; i < all->n; i++) {
		all->at[i].dirty = false;
		if (!all->at[i].gone)
			all->at[kept++] = all->at[i];
	}
	if (kept < all->n)
		wipe(all->at + kept, (all->n - kept) * sizeof(*all->at));
	all->n = kept;
	all->dirty = false;
}

void consent_dirty(struct alerte *e)
{
	for (uint32_t i = 0; i < e->consents.n; i++)
		touch(e, &e->consents.at[i]);
}
