/* SPDX-License-Identifier: Apache-2.0 */
#include "site_links.h"

#include <stdio.h>
#include <string.h>

#include "site_button.h"

struct links {
	struct syntax *s;
	const struct site *site;
	const struct site_object *o;
	const char *kind;
	struct alerte *a;		/* what else there is, or NULL */
};

static int line_of(const struct links *l, const char *key)
{
	char path[SYNTAX_PATH_MAX];
	int line;

	snprintf(path, sizeof(path), "%s=%s/%s", l->kind, l->o->endpoint.id,
		 key);
	line = syntax_line(l->s, path);
	return line ? line : l->o->line;
}

static const struct site_object *need(const struct links *l, const char *key,
				      enum alerte_kind kind, const char *what,
				      const char *id)
{
	const struct site_object *o = site_find(l->site, kind, id);

	if (!o)
		complain(l->s->out, l->s->file, line_of(l, key), "no %s %s in "
			 "this file; add it or correct the name", what, id);

	return o;
}

static void contact_links(const struct links *l)
{
	const struct alerte_contact *c = &l->o->contact;

	if (*c->endpoint)
		need(l, "endpoint", ALERTE_KIND_ENDPOINT, "endpoint",
		     c->endpoint);

	if (!*c->endpoint && !*c->number && !*c->email)
		complain(l->s->out, l->s->file, l->o->line, "this contact has "
			 "neither number, endpoint nor email; give one");
}

static void target_link(const struct links *l, const char *key,
			const struct alerte_target *t)
{
	const struct site_object *o;
	const char *lacks = NULL;

	if (t->channel == ALERTE_CHANNEL_RELAY114 || !*t->contact)
		return;

	o = need(l, key, ALERTE_KIND_CONTACT, "contact", t->contact);

	if (o && (t->channel == ALERTE_CHANNEL_SMS ||
		  t->channel == ALERTE_CHANNEL_VOICE) && !*o->contact.number)
		lacks = "number";
	if (o && t->channel == ALERTE_CHANNEL_HTTPS && !*o->contact.endpoint)
		lacks = "endpoint";
	if (o && t->channel == ALERTE_CHANNEL_EMAIL && !*o->contact.email)
		lacks = "email";

	if (lacks)
		complain(l->s->out, l->s->file, line_of(l, key), "contact %s "
			 "has no %s to be reached by %s; give it one, or "
			 "change the step", t->contact, lacks,
			 alerte_channel_name(t->channel));
}

static void policy_links(const struct links *l)
{
	const struct alerte_policy *p = &l->o->policy;
	size_t before = l->s->out->n;
	char key[32];
	uint32_t i, k;

	for (i = 0; i < p->nsteps; i++) {
		snprintf(key, sizeof(key), "step#%u/to", i + 1);
		for (k = 0; k < p->step[i].ntargets; k++)
			target_link(l, key, &p->step[i].target[k]);
	}

	if (l->s->out->n == before && alerte_policy_check(p) < 0)
		complain(l->s->out, l->s->file, l->o->line, "this policy ends "
			 "without reaching a person; its last step needs a "
			 "contact, and each step at least one target");
}

static void wearer_links(const struct links *l)
{
	int i;

	for (i = 0; i < ALERTE_CONTACTS_MAX; i++)
		if (*l->o->wearer.contact[i])
			need(l, "contact", ALERTE_KIND_CONTACT, "contact",
			     l->o->wearer.contact[i]);
}

static void button_links(const struct links *l)
{
	const struct alerte_button *b = &l->o->button;
	const struct site_object *w;
	uint32_t i;

	w = need(l, "wearer", ALERTE_KIND_WEARER, "wearer", b->wearer);

	for (i = 0; i < b->nrules; i++)
		need(l, "rule", ALERTE_KIND_POLICY, "policy",
		     b->rule[i].policy);

	/* The shipped policy reaches the wearer's contacts, in their order. */
	if (w && !b->nrules && !*w->wearer.contact[0])
		complain(l->s->out, l->s->file, l->o->line, "this button has "
			 "no rule and its wearer no contact: it would reach "
			 "nobody; give one of them");
}

/* What two buttons have in common that should tell them apart, or NULL. */
static const char *in_common(const struct alerte_button *a,
			     const struct alerte_button *b)
{
	bool addressed = button_addressed(a);

	if (addressed && !memcmp(a->address, b->address, sizeof(a->address)))
		return "address";
	if (addressed || button_addressed(b))
		return NULL;
	if (*a->trigger && !strcmp(a->trigger, b->trigger))
		return "trigger";
	if (button_key_seals(a->key_len) && a->key_len == b->key_len &&
	    !memcmp(a->key, b->key, sizeof(a->key)))
		return "key";

	return NULL;
}

static void buttons_differ(const struct links *l)
{
	const struct site_object *o;
	const char *key;

	for (o = l->site->object; o < l->o; o++) {
		key = o->kind == ALERTE_KIND_BUTTON
		      ? in_common(&o->button, &l->o->button) : NULL;
		if (key)
			complain(l->s->out, l->s->file, line_of(l, key),
				 "%s is that of button %s; one of them is not "
				 "right", key, o->button.id);
	}
}

/* ------------------------------------------- a button beside what is there */

static bool wearer_there(struct alerte *a, const char *id)
{
	struct alerte_wearer w = { .size = sizeof(w) };
	char after[ALERTE_ID_MAX] = "";
	bool found = false;

	while (!found && alerte_wearer_next(a, after, &w) == 1) {
		found = !strcmp(w.id, id);
		strcpy(after, w.id);
	}

	explicit_bzero(&w, sizeof(w));
	return found;
}

static bool policy_there(struct alerte *a, const char *id)
{
	struct alerte_policy p = { .size = sizeof(p) };
	char after[ALERTE_ID_MAX] = "";

	for (; alerte_policy_next(a, after, &p) == 1; strcpy(after, p.id))
		if (!strcmp(p.id, id))
			return true;

	return false;
}

static void need_there(const struct links *l, const char *key,
		       const char *what, const char *id, bool there)
{
	if (!there)
		complain(l->s->out, l->s->file, line_of(l, key), "no %s %s in "
			 "this file or on this gateway; set it with alerte "
			 "apply, or correct the name", what, id);
}

static void others_differ(const struct links *l)
{
	struct alerte_button b = { .size = sizeof(b) };
	char after[ALERTE_ID_MAX] = "";
	const char *key;

	for (; alerte_button_next(l->a, after, &b) == 1; strcpy(after, b.id)) {
		key = strcmp(b.id, l->o->button.id)
		      ? in_common(&b, &l->o->button) : NULL;
		/* Keys are not read back: the engine compares those. */
		if (key && strcmp(key, "key"))
			complain(l->s->out, l->s->file, line_of(l, key),
				 "%s is that of button %s; correct it, or "
				 "remove that one with: alerte buttons "
				 "remove %s", key, b.id, b.id);
	}
}

void site_links_button(struct syntax *s, const struct site *site,
		       struct alerte *a)
{
	struct links l = { .s = s, .site = site, .o = site->object,
			   .kind = "button", .a = a };
	const struct alerte_button *b = &l.o->button;
	uint32_t i;

	if (s->out->n)
		return;

	need_there(&l, "wearer", "wearer", b->wearer,
		   wearer_there(a, b->wearer));

	for (i = 0; i < b->nrules; i++)
		need_there(&l, "rule", "policy", b->rule[i].policy,
			   policy_there(a, b->rule[i].policy));

	others_differ(&l);
}

/* ----------------------------------------------------------- a whole file */

void site_links(struct syntax *s, const struct site *site)
{
	static const char *const kinds[] = {
		[ALERTE_KIND_ENDPOINT] = "endpoint",
		[ALERTE_KIND_CONTACT] = "contact",
		[ALERTE_KIND_WEARER] = "wearer",
		[ALERTE_KIND_POLICY] = "policy",
		[ALERTE_KIND_BUTTON] = "button"
	};
	struct links l = { .s = s, .site = site };
	size_t i;

	/* What could not be read would only be complained of twice. */
	if (s->out->n)
		return;

	for (i = 0; i < site->n; i++) {
		l.o = &site->object[i];
		l.kind = kinds[l.o->kind];

		switch (l.o->kind) {
		case ALERTE_KIND_ENDPOINT:
			break;
		case ALERTE_KIND_CONTACT:
			contact_links(&l);
			break;
		case ALERTE_KIND_WEARER:
			wearer_links(&l);
			break;
		case ALERTE_KIND_POLICY:
			policy_links(&l);
			break;
		case ALERTE_KIND_BUTTON:
			button_links(&l);
			buttons_differ(&l);
			break;
		}
	}
}
