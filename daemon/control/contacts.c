/* SPDX-License-Identifier: Apache-2.0 */
/* The contacts there are, what they said of being one, and inviting them. */
#include <string.h>

#include "control/parts.h"
#include "daemon.h"

static json_t *channels_json(const struct alerte_contact *contact)
{
	json_t *list = json_array();

	if (*contact->number)
		json_array_append_new(list, json_string("sms"));
	if (*contact->endpoint)
		json_array_append_new(list, json_string("https"));
	if (*contact->email)
		json_array_append_new(list, json_string("email"));

	return list;
}

static json_t *contact_json(const struct alerte_contact *contact,
			    const struct alerte_consent *c)
{
	json_t *out = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:b}",
		"id", contact->id, "name", contact->name,
		"role", contact->role == ALERTE_ROLE_ASSOCIATION
			? "association" : "contact",
		"lang", alerte_lang_name(contact->lang),
		"consent", alerte_consent_state_name(c->state),
		"last", c->last);

	json_object_set_new(out, "channels", channels_json(contact));
	json_object_set_new(out, "invited", json_instant(c->invited_wall_ms));
	json_object_set_new(out, "answered", json_instant(c->answered_wall_ms));
	json_object_set_new(out, "heard", json_instant(c->heard_wall_ms));
	return out;
}

int on_contacts(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct alerte_contact contact = { .size = sizeof(contact) };
	struct alerte_consent c = { .size = sizeof(c) };
	json_t *out = json_document(), *list = json_array();
	char after[ALERTE_ID_MAX] = "";
	struct control *control = context;
	struct alerte *a = control->d->engine;

	for (; alerte_contact_next(a, after, &contact) == 1 &&
	     alerte_consent_next(a, after, &c) == 1;
	     strcpy(after, contact.id))
		json_array_append_new(list, contact_json(&contact, &c));

	explicit_bzero(&contact, sizeof(contact));
	json_object_set_new(out, "contacts", list);
	return answer(m, out, error);
}

int on_invite(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const char *id;
	int r = sd_bus_message_read(m, "s", &id);

	if (r < 0)
		return r;

	r = alerte_invite(c->d->engine, id, daemon_now(c->d));

	if (r == ALERTE_ENOTFOUND)
		return fail(error, r, "no such contact",
			    "list them with: alerte contacts");
	if (r < 0)
		return fail_engine(c, error, r, "nobody is written to; see how "
				   "it stands with: alerte contacts");

	return done(c, m);
}
