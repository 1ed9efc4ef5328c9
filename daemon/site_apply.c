/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A site file becomes the settings: everything it names is set, everything
 * else removed, in one transaction of the engine.
 */
#include <stdlib.h>
#include <string.h>

#include "site_button.h"

struct change {
	struct alerte *a;
	const struct site_ways *ways;
	struct alerte_time now;
	const char *name;
	struct site *site;
	struct complaints *out;
	int changed;
	json_t *removed;
};

/* As the sections of a site file are called. */
static const char *kind_word(enum alerte_kind kind)
{
	switch (kind) {
	case ALERTE_KIND_ENDPOINT:
		return "endpoint";
	case ALERTE_KIND_CONTACT:
		return "contact";
	case ALERTE_KIND_WEARER:
		return "wearer";
	case ALERTE_KIND_POLICY:
		return "policy";
	case ALERTE_KIND_BUTTON:
		return "button";
	}

	return "";
}

/* A union large enough for the setting of any kind. */
static int setting_next(struct alerte *a, enum alerte_kind kind,
			const char *after, struct site_object *out)
{
	memset(out, 0, sizeof(*out));
	out->kind = kind;

	switch (kind) {
	case ALERTE_KIND_ENDPOINT:
		out->endpoint.size = sizeof(out->endpoint);
		return alerte_endpoint_next(a, after, &out->endpoint);
	case ALERTE_KIND_CONTACT:
		out->contact.size = sizeof(out->contact);
		return alerte_contact_next(a, after, &out->contact);
	case ALERTE_KIND_WEARER:
		out->wearer.size = sizeof(out->wearer);
		return alerte_wearer_next(a, after, &out->wearer);
	case ALERTE_KIND_POLICY:
		out->policy.size = sizeof(out->policy);
		return alerte_policy_next(a, after, &out->policy);
	case ALERTE_KIND_BUTTON:
		out->button.size = sizeof(out->button);
		return alerte_button_next(a, after, &out->button);
	}

	return 0;
}

static bool setting_get(struct alerte *a, enum alerte_kind kind,
			const char *id, struct site_object *out)
{
	char after[ALERTE_ID_MAX] = "";

	while (setting_next(a, kind, after, out) == 1) {
		if (!strcmp(out->endpoint.id, id))
			return true;
		strcpy(after, out->endpoint.id);
	}

	return false;
}

static size_t size_of(enum alerte_kind kind)
{
	switch (kind) {
	case ALERTE_KIND_ENDPOINT:
		return sizeof(struct alerte_endpoint);
	case ALERTE_KIND_CONTACT:
		return sizeof(struct alerte_contact);
	case ALERTE_KIND_WEARER:
		return sizeof(struct alerte_wearer);
	case ALERTE_KIND_POLICY:
		return sizeof(struct alerte_policy);
	case ALERTE_KIND_BUTTON:
		return sizeof(struct alerte_button);
	}

	return 0;
}

/* Secrets are never read back, so one that is given counts as a change. */
static bool same(const struct site_object *new, const struct site_object *old)
{
	struct site_object x = *new;
	bool equal;

	if (new->kind == ALERTE_KIND_BUTTON && new->kept_len)
		x.button.key_len = new->kept_len;
	else if (new->has_secret)
		return false;

	equal = !memcmp(&x.endpoint, &old->endpoint, size_of(x.kind));
	explicit_bzero(&x, sizeof(x));
	return equal;
}

static int setting_set(struct change *c, const struct site_object *o)
{
	switch (o->kind) {
	case ALERTE_KIND_ENDPOINT:
		return alerte_endpoint_set(c->a, &o->endpoint, c->now);
	case ALERTE_KIND_CONTACT:
		return alerte_contact_set(c->a, &o->contact, c->now);
	case ALERTE_KIND_WEARER:
		return alerte_wearer_set(c->a, &o->wearer, c->now);
	case ALERTE_KIND_POLICY:
		return alerte_policy_set(c->a, &o->policy, c->now);
	case ALERTE_KIND_BUTTON:
		return alerte_button_set(c->a, &o->button, c->now);
	}

	return ALERTE_EINVAL;
}

static void refused(struct change *c, int line, int result)
{
	const char *why = alerte_errmsg(c->a);

	complain(c->out, c->name, line, "%s",
		 *why ? why : alerte_strerror(result));
}

/*
 * A key that was left out would turn the button into one that anybody can
 * imitate: that has to be said.
 */
static bool keeps_secret(struct change *c, const struct site_object *new,
			 const struct site_object *old)
{
	if (new->has_secret)
		return true;

	if (new->kind == ALERTE_KIND_BUTTON && old->button.key_len) {
		complain(c->out, c->name, new->line, "button %s has a key that "
			 "this file does not give; write key = "
			 "\"" SITE_KEY_KEPT "\" to keep it, the new key, or "
			 "key = \"\" to drop it", new->button.id);
		return false;
	}

	return true;
}

static void set_all(struct change *c)
{
	struct site_object old;
	size_t i;
	bool had;
	int r;

	for (i = 0; i < c->site->n; i++) {
		struct site_object *o = &c->site->object[i];

		had = setting_get(c->a, o->kind, o->endpoint.id, &old);

		if (had && o->kind == ALERTE_KIND_BUTTON &&
		    o->button.key_len == ALERTE_KEY_KEPT)
			o->kept_len = old.button.key_len;
		/* not in what is exported, where he might read it (L8) */
		if (had && o->kind == ALERTE_KIND_CONTACT && !o->told_given)
			o->contact.duress_told = old.contact.duress_told;
		if (had && !keeps_secret(c, o, &old))
			continue;
		if (had && same(o, &old))
			continue;

		r = setting_set(c, o);
		if (r == ALERTE_EINVAL && o->kind == ALERTE_KIND_BUTTON &&
		    button_format_strange(c->a, &o->button, c->now))
			complain(c->out, c->name, o->format_line,
				 BUTTON_FORMAT_STRANGE, o->button.format);
		else if (r < 0)
			refused(c, o->line, r);
		else
			c->changed++;
	}

	explicit_bzero(&old, sizeof(old));
}

static void remove_kind(struct change *c, enum alerte_kind kind)
{
	char after[ALERTE_ID_MAX] = "";
	struct site_object old;
	int r;

	while (setting_next(c->a, kind, after, &old) == 1) {
		strcpy(after, old.endpoint.id);
		if (site_find(c->site, kind, after))
			continue;
		r = alerte_setting_remove(c->a, kind, after, c->now);
		if (r < 0)
			refused(c, 0, r);
		else
			json_array_append_new(c->removed, json_sprintf("%s %s",
				kind_word(kind), after));
	}
}

/* What points to others goes before what is pointed to. */
static void remove_rest(struct change *c)
{
	int kind;

	for (kind = ALERTE_KIND_BUTTON; kind >= ALERTE_KIND_ENDPOINT; kind--)
		remove_kind(c, (enum alerte_kind)kind);
}

static void settings_change(struct change *c, bool dry_run)
{
	size_t before = c->out->n;
	bool good;
	int r = alerte_settings_begin(c->a);

	if (r < 0) {
		refused(c, 0, r);
		return;
	}

	set_all(c);

	if (c->out->n == before)
		remove_rest(c);

	good = c->out->n == before;

	if (good && dry_run) {
		r = alerte_settings_check(c->a);

		if (r < 0)
			refused(c, 0, r);
	}

	r = alerte_settings_end(c->a, good && !dry_run, c->now);

	if (r < 0 && good)
		refused(c, 0, r);
}

/* Takes c->removed. */
static json_t *document(const struct change *c)
{
	json_t *out = json_pack("{s:s}", "schema", "alerte/1");
	json_t *errors = json_array();
	size_t i;

	for (i = 0; i < c->out->n && i < COMPLAINTS_MAX; i++)
		json_array_append_new(errors, json_string(
			c->out->said[i] ? c->out->said[i] : "no memory"));

	json_object_set_new(out, "changed",
			    json_integer(c->out->n ? 0 : c->changed));
	if (c->out->n)
		json_array_clear(c->removed);

	json_object_set_new(out, "removed", c->removed);
	json_object_set_new(out, "errors", errors);
	json_object_set_new(out, "warnings", c->out->n ? json_array()
			    : site_warnings(c->site, c->ways));
	json_object_set_new(out, "reach", c->out->n ? json_array()
			    : site_reach(c->site, c->ways));
	return out;
}

json_t *site_apply(struct alerte *a, const struct site_ways *ways,
		   const char *name, const char *text, bool dry_run,
		   struct alerte_time now)
{
	struct complaints out = { .n = 0 };
	struct site site;
	struct change c = { .a = a, .ways = ways, .now = now,
			    .name = name, .site = &site, .out = &out,
			    .removed = json_array() };
	json_t *answer;

	if (site_parse(name, text, strlen(text), &out, &site))
		settings_change(&c, dry_run);

	answer = document(&c);
	site_free(&site);
	complaints_free(&out);
	return answer;
}
