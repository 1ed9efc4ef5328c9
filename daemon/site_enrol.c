/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "site_button.h"

struct enrolling {
	struct alerte *a;
	const char *name;
	struct complaints out;
	struct site site;
};

static bool has_key(struct alerte *a, const char *id)
{
	struct alerte_button b = { .size = sizeof(b) };
	char after[ALERTE_ID_MAX] = "";

	for (; alerte_button_next(a, after, &b) == 1; strcpy(after, b.id))
		if (!strcmp(b.id, id))
			return b.key_len != 0;

	return false;
}

static bool format_strange(struct alerte *a, const struct alerte_button *b,
			   struct alerte_time now)
{
	bool strange;

	if (alerte_settings_begin(a) < 0)
		return false;

	strange = button_format_strange(a, b, now);
	alerte_settings_end(a, false, now);
	return strange;
}

static int begin(struct enrolling *e, struct alerte_time now)
{
	const struct site_object *o = e->site.object;
	const char *why;
	int r;

	if (o->button.key_len == ALERTE_KEY_KEPT) {
		complain(&e->out, e->name, o->line, "a key that is kept cannot "
			 "be proved; give the key itself, or change the rest "
			 "with: alerte apply");
		return 0;
	}

	r = alerte_enrol(e->a, &o->button, now);
	if (!r || r == ALERTE_EBUSY || r == ALERTE_ENOMEM)
		return r;

	why = alerte_errmsg(e->a);
	why = *why ? why : alerte_strerror(r);

	/* Refused is what is in force already, and nothing else. */
	if (r == ALERTE_EREFUSED)
		complain(&e->out, e->name, o->line, "%s: alerte test %s "
			 "--announce %s", why, o->button.wearer, o->button.id);
	else if (r == ALERTE_EINVAL && format_strange(e->a, &o->button, now))
		complain(&e->out, e->name, o->format_line,
			 BUTTON_FORMAT_STRANGE, o->button.format);
	else
		complain(&e->out, e->name, o->line, "%s", why);

	return 0;
}

static json_t *errors_of(const struct complaints *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->n && i < COMPLAINTS_MAX; i++)
		json_array_append_new(list, json_string(
			c->said[i] ? c->said[i] : "no memory"));

	return list;
}

static json_t *warnings_of(const struct enrolling *e)
{
	const struct alerte_button *b = &e->site.object->button;
	json_t *list = json_array();

	if (!b->key_len && has_key(e->a, b->id))
		json_array_append_new(list, json_sprintf("button %s has a key "
			"now, and this one has none: once it is enrolled "
			"anybody can imitate it", b->id));

	return list;
}

static json_t *document(const struct enrolling *e)
{
	json_t *out = json_pack("{s:s}", "schema", "alerte/1");

	json_object_set_new(out, "errors", errors_of(&e->out));
	json_object_set_new(out, "warnings", e->out.n ? json_array()
			    : warnings_of(e));
	return out;
}

int site_enrol(struct alerte *a, const char *name, const char *text,
	       struct alerte_time now, json_t **out)
{
	struct enrolling e = { .a = a, .name = name };
	int r = 0;

	if (site_parse_button(name, text, strlen(text), a, &e.out, &e.site))
		r = begin(&e, now);
	if (!r)
		*out = document(&e);

	site_free(&e.site);
	complaints_free(&e.out);
	return r;
}
