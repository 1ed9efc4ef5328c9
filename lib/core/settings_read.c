/* SPDX-License-Identifier: Apache-2.0 */
/* Settings as their callers know them, who may be older than the library. */
#include <string.h>

#include "core/engine.h"
#include "port/bytes.h"

int settings_widen(const struct alerte_button *button,
		   struct alerte_button *out)
{
	if (!button || (button->size != sizeof(*button) &&
			button->size != BUTTON_FIRST))
		return ALERTE_EINVAL;
	*out = (struct alerte_button){ .size = 0 };
	memcpy(out, button, button->size);
	out->size = sizeof(*out);
	return 0;
}

int settings_widen_contact(const struct alerte_contact *contact,
			   struct alerte_contact *out)
{
	if (!contact || (contact->size != sizeof(*contact) &&
			 contact->size != CONTACT_FIRST))
		return ALERTE_EINVAL;
	*out = (struct alerte_contact){ .size = 0 };
	memcpy(out, contact, contact->size);
	out->size = sizeof(*out);
	return 0;
}

int settings_widen_wearer(const struct alerte_wearer *wearer,
			  struct alerte_wearer *out)
{
	if (!wearer || (wearer->size != sizeof(*wearer) &&
			wearer->size != WEARER_FIRST))
		return ALERTE_EINVAL;
	*out = (struct alerte_wearer){ .size = 0 };
	memcpy(out, wearer, wearer->size);
	out->size = sizeof(*out);
	return 0;
}

/* What its caller is too old to know stays as it is. */
static void shape_kept(const struct site *site, struct alerte_endpoint *to)
{
	const struct alerte_endpoint *old;

	if (strnlen(to->id, sizeof(to->id)) == sizeof(to->id))
		return;
	old = site_find(site, ALERTE_KIND_ENDPOINT, to->id);
	if (!old)
		return;
	to->shape = old->shape;
	memcpy(to->station, old->station, sizeof(to->station));
}

int settings_widen_endpoint(const struct site *site,
			    const struct alerte_endpoint *set,
			    struct alerte_endpoint *out)
{
	if (!set || (set->size != sizeof(*out) && set->size != ENDPOINT_FIRST))
		return ALERTE_EINVAL;
	*out = (struct alerte_endpoint){ .size = 0 };
	memcpy(out, set, set->size);
	out->size = sizeof(*out);
	if (set->size == ENDPOINT_FIRST)
		shape_kept(site, out);
	return 0;
}

static int next_object(struct alerte *e, enum alerte_kind kind,
		       const char *after, void *out, uint32_t size)
{
	const void *object;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!after || !out || le32(out) != size)
		return ALERTE_EINVAL;
	object = site_after(e->site, kind, after);
	if (!object)
		return 0;
	memcpy(out, object, size);
	return 1;
}

int alerte_endpoint_next(struct alerte *e, const char *after,
			 struct alerte_endpoint *out)
{
	struct alerte_endpoint all = { .size = sizeof(all) };
	uint32_t size = out ? out->size : 0;
	int r;

	if (size != sizeof(all) && size != ENDPOINT_FIRST)
		return e->in_host ? ALERTE_EBUSY : ALERTE_EINVAL;
	r = next_object(e, ALERTE_KIND_ENDPOINT, after, &all, sizeof(all));
	if (r != 1)
		return r;
	memcpy(out, &all, size);
	out->size = size;
	return r;
}

int alerte_contact_next(struct alerte *e, const char *after,
			struct alerte_contact *out)
{
	struct alerte_contact c = { .size = sizeof(c) };
	uint32_t size = out ? out->size : 0;
	int r;

	if (size != sizeof(c) && size != CONTACT_FIRST)
		return e->in_host ? ALERTE_EBUSY : ALERTE_EINVAL;
	r = next_object(e, ALERTE_KIND_CONTACT, after, &c, sizeof(c));
	if (r != 1)
		return r;
	memcpy(out, &c, size);
	out->size = size;
	return r;
}

int alerte_wearer_next(struct alerte *e, const char *after,
		       struct alerte_wearer *out)
{
	struct alerte_wearer w = { .size = sizeof(w) };
	uint32_t size = out ? out->size : 0;
	int r;

	if (size != sizeof(w) && size != WEARER_FIRST)
		return e->in_host ? ALERTE_EBUSY : ALERTE_EINVAL;
	r = next_object(e, ALERTE_KIND_WEARER, after, &w, sizeof(w));
	if (r != 1)
		return r;
	memcpy(out, &w, size);
	out->size = size;
	return r;
}

int alerte_policy_next(struct alerte *e, const char *after,
		       struct alerte_policy *out)
{
	return next_object(e, ALERTE_KIND_POLICY, after, out, sizeof(*out));
}

int alerte_button_next(struct alerte *e, const char *after,
		       struct alerte_button *out)
{
	struct alerte_button b = { .size = sizeof(b) };
	uint32_t size = out ? out->size : 0;
	int r;

	if (size != sizeof(b) && size != BUTTON_FIRST)
		return e->in_host ? ALERTE_EBUSY : ALERTE_EINVAL;
	r = next_object(e, ALERTE_KIND_BUTTON, after, &b, sizeof(b));
	if (r != 1)
		return r;
	wipe(b.key, sizeof(b.key));
	memcpy(out, &b, size);
	out->size = size;
	return r;
}
