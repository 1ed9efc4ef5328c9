/* SPDX-License-Identifier: Apache-2.0 */
#include "core/site.h"

#include <stdlib.h>
#include <string.h>

/* Every settings struct begins so. */
struct head {
	uint32_t size;
	char id[ALERTE_ID_MAX];
};

static struct site_list *list_of(const struct site *site, enum alerte_kind kind)
{
	struct site *s = (struct site *)site;

	switch (kind) {
	case ALERTE_KIND_ENDPOINT:
		return &s->endpoint;
	case ALERTE_KIND_CONTACT:
		return &s->contact;
	case ALERTE_KIND_WEARER:
		return &s->wearer;
	case ALERTE_KIND_POLICY:
		return &s->policy;
	case ALERTE_KIND_BUTTON:
		break;
	}
	return &s->button;
}

static size_t size_of(enum alerte_kind kind)
{
	switch (kind) {
	case ALERTE_KIND_ENDPOINT:
		return sizeof(struct alerte_endpoint);
	case ALERTE_KIND_CONTACT:
		return sizeof(struct alerte_contact);
	case ALERTE_KIND_WEARER:
		return sizeof(struct site_wearer);
	case ALERTE_KIND_POLICY:
		return sizeof(struct alerte_policy);
	case ALERTE_KIND_BUTTON:
		break;
	}
	return sizeof(struct alerte_button);
}

static const enum alerte_kind kinds[] = {
	ALERTE_KIND_ENDPOINT, ALERTE_KIND_CONTACT, ALERTE_KIND_WEARER,
	ALERTE_KIND_POLICY, ALERTE_KIND_BUTTON,
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static struct head **items(const struct site_list *list)
{
	return list->at;
}

struct site *site_new(void)
{
	return calloc(1, sizeof(struct site));
}

void site_free(struct site *site)
{
	if (!site)
		return;
	for (size_t k = 0; k < KINDS; k++) {
		struct site_list *list = list_of(site, kinds[k]);

		for (uint32_t i = 0; i < list->n; i++) {
			wipe(items(list)[i], size_of(kinds[k]));
			free(items(list)[i]);
		}
		free(list->at);
	}
	free(site->marks.at);
	free(site->address.at);
	free(site);
}

/* Room for one more element of `size` bytes. */
static bool make_room(struct site_list *list, size_t size)
{
	uint32_t room = list->room ? list->room * 2 : 8;
	void *at;

	if (list->n < list->room)
		return true;
	at = realloc(list->at, room * size);
	if (!at)
		return false;
	list->at = at;
	list->room = room;
	return true;
}

/* Where the id is, or where it would stand. */
static uint32_t place_of(const struct site_list *list, const char *id,
			 bool *found)
{
	uint32_t low = 0, high = list->n;

	*found = false;
	while (low < high) {
		uint32_t mid = (low + high) / 2;
		int order = strcmp(items(list)[mid]->id, id);

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

static int insert(struct site_list *list, enum alerte_kind kind,
		  const void *object)
{
	const struct head *head = object;
	struct head *copy;
	bool found;
	uint32_t at = place_of(list, head->id, &found);

	if (found) {
		memcpy(items(list)[at], object, size_of(kind));
		return 0;
	}
	if (list->n == SITE_MAX)
		return ALERTE_ELIMIT;
	copy = malloc(size_of(kind));
	if (!copy || !make_room(list, sizeof(copy))) {
		free(copy);
		return ALERTE_ENOMEM;
	}
	memcpy(copy, object, size_of(kind));
	memmove(items(list) + at + 1, items(list) + at,
		(list->n - at) * sizeof(copy));
	items(list)[at] = copy;
	list->n++;
	return 0;
}

struct site *site_copy(const struct site *site)
{
	struct site *copy = site_new();

	for (size_t k = 0; copy && k < KINDS; k++) {
		struct site_list *list = list_of(site, kinds[k]);

		for (uint32_t i = 0; i < list->n; i++)
			if (insert(list_of(copy, kinds[k]), kinds[k],
				   items(list)[i])) {
				site_free(copy);
				return NULL;
			}
	}
	return copy;
}

int site_mark_room(struct site *site)
{
	return make_room(&site->marks, sizeof(struct site_mark))
		       ? 0 : ALERTE_ENOMEM;
}

int site_mark(struct site *site, enum alerte_kind kind, const char *id,
	      bool removed)
{
	struct site_mark *mark = site->marks.at;

	for (uint32_t i = 0; i < site->marks.n; i++, mark++)
		if (mark->kind == kind && !strcmp(mark->id, id)) {
			mark->removed = removed;
			return 0;
		}
	if (!make_room(&site->marks, sizeof(*mark)))
		return ALERTE_ENOMEM;
	mark = (struct site_mark *)site->marks.at + site->marks.n++;
	*mark = (struct site_mark){ .kind = kind, .removed = removed };
	memcpy(mark->id, id, strlen(id) + 1);
	return 0;
}

int site_put(struct site *site, enum alerte_kind kind, const void *object)
{
	return insert(list_of(site, kind), kind, object);
}

int site_remove(struct site *site, enum alerte_kind kind, const char *id)
{
	struct site_list *list = list_of(site, kind);
	bool found;
	uint32_t at = place_of(list, id, &found);

	if (!found)
		return ALERTE_ENOTFOUND;
	wipe(items(list)[at], size_of(kind));
	free(items(list)[at]);
	list->n--;
	memmove(items(list) + at, items(list) + at + 1,
		(list->n - at) * sizeof(void *));
	return 0;
}

void *site_find(const struct site *site, enum alerte_kind kind, const char *id)
{
	struct site_list *list = list_of(site, kind);
	bool found;
	uint32_t at = place_of(list, id, &found);

	return found ? items(list)[at] : NULL;
}

const void *site_after(const struct site *site, enum alerte_kind kind,
		       const char *id)
{
	struct site_list *list = list_of(site, kind);
	bool found;
	uint32_t at = place_of(list, id, &found);

	at += found;
	return at < list->n ? items(list)[at] : NULL;
}

static bool addressed(const struct alerte_button *b)
{
	static const uint8_t none[sizeof(b->address)];

	return memcmp(b->address, none, sizeof(none)) != 0;
}

static int by_address(const void *a, const void *b)
{
	return memcmp(a, b, 6);
}

int site_index(struct site *site)
{
	struct site_list *list = &site->address;
	struct site_address *at;

	list->n = 0;
	for (uint32_t i = 0; i < site->button.n; i++) {
		if (!addressed(site_button(site, i)))
			continue;
		if (!make_room(list, sizeof(*at)))
			return ALERTE_ENOMEM;
		at = (struct site_address *)list->at + list->n++;
		memcpy(at->address, site_button(site, i)->address, 6);
		at->button = i;
	}
	if (!list->n)
		return 0;
	qsort(list->at, list->n, sizeof(*at), by_address);
	at = list->at;
	for (uint32_t i = 1; i < list->n; i++)
		if (!memcmp(at[i - 1].address, at[i].address, 6))
			return ALERTE_EINVAL;
	return 0;
}

static int by_what_they_send(const void *a, const void *b)
{
	const struct alerte_button *x = *(struct alerte_button *const *)a;
	const struct alerte_button *y = *(struct alerte_button *const *)b;
	int order = memcmp(x->address, y->address, sizeof(x->address));

	if (!order)
		order = strcmp(x->trigger, y->trigger);
	return order ? order : memcmp(x->key, y->key, sizeof(x->key));
}

/* Something of it is heard: it is not known to the host alone. */
static bool sends(const struct alerte_button *b)
{
	return b->key_len || b->trigger[0] || addressed(b);
}

int site_twins(const struct site *site, const char **id)
{
	uint32_t n = site->button.n;
	struct alerte_button **at = malloc((n + 1) * sizeof(*at));
	int r = 0;

	if (!at)
		return ALERTE_ENOMEM;
	if (n) {
		memcpy(at, site->button.at, n * sizeof(*at));
		qsort(at, n, sizeof(*at), by_what_they_send);
	}
	for (uint32_t i = 1; !r && i < n; i++)
		if (sends(at[i]) && !by_what_they_send(&at[i - 1], &at[i])) {
			*id = at[i]->id;
			r = ALERTE_EINVAL;
		}
	free(at);
	return r;
}

int64_t site_heard(const struct site *site, const uint8_t address[6])
{
	const struct site_address *at;

	if (!site->address.n)
		return -1;
	at = bsearch(address, site->address.at, site->address.n, sizeof(*at),
		     by_address);
	return at ? (int64_t)at->button : -1;
}

int64_t site_named(const struct site *site, const char *id)
{
	bool found;
	uint32_t at = place_of(&site->button, id, &found);

	return found ? (int64_t)at : -1;
}

const struct alerte_button *site_button(const struct site *site, uint32_t i)
{
	return (const void *)items(&site->button)[i];
}

const struct alerte_contact *site_contact(const struct site *site,
					  const char *id)
{
	return site_find(site, ALERTE_KIND_CONTACT, id);
}

const struct site_wearer *site_wearer(const struct site *site, const char *id)
{
	return site_find(site, ALERTE_KIND_WEARER, id);
}

static const struct alerte_contact *ask_contact(void *context, const char *id)
{
	return site_contact(context, id);
}

struct policy_people site_people(struct site *site)
{
	return (struct policy_people){ site, ask_contact };
}
