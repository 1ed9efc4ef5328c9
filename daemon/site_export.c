/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site_button.h"

/* A text as libconfuse reads it back. */
static void quoted(FILE *f, const char *text)
{
	fputc('"', f);

	for (; *text; text++) {
		/* "${" would be refused: an escape keeps it apart. */
		if (text[0] == '$' && text[1] == '{') {
			fputs("\\x24", f);
			continue;
		}
		if (*text == '"' || *text == '\\')
			fputc('\\', f);
		fputc(*text, f);
	}

	fputc('"', f);
}

static void field(FILE *f, const char *key, const char *value)
{
	if (!*value)
		return;

	fprintf(f, "\t%s = ", key);
	quoted(f, value);
	fputc('\n', f);
}

static void endpoints(struct alerte *a, FILE *f)
{
	struct alerte_endpoint e = { .size = sizeof(e) };
	char after[ALERTE_ID_MAX] = "";

	for (; alerte_endpoint_next(a, after, &e) == 1; strcpy(after, e.id)) {
		fprintf(f, "endpoint \"%s\" {\n", e.id);
		field(f, "url", e.url);
		if (*e.pin[0] || *e.pin[1])
			fprintf(f, "\tpin = {\"%s\"%s%s%s}\n",
				*e.pin[0] ? e.pin[0] : e.pin[1],
				*e.pin[0] && *e.pin[1] ? ", \"" : "",
				*e.pin[0] ? e.pin[1] : "",
				*e.pin[0] && *e.pin[1] ? "\"" : "");
		field(f, "ca_file", e.ca_file);
		field(f, "cert_file", e.cert_file);
		field(f, "key_file", e.key_file);
		if (e.shape != ALERTE_SHAPE_JSON)
			field(f, "shape", alerte_shape_name(e.shape));
		field(f, "station", e.station);
		fputs("}\n\n", f);
	}
}

static void contacts(struct alerte *a, FILE *f)
{
	struct alerte_contact c = { .size = sizeof(c) };
	char after[ALERTE_ID_MAX] = "";

	for (; alerte_contact_next(a, after, &c) == 1; strcpy(after, c.id)) {
		fprintf(f, "contact \"%s\" {\n", c.id);
		field(f, "name", c.name);
		field(f, "number", c.number);
		field(f, "endpoint", c.endpoint);
		field(f, "email", c.email);
		field(f, "lang", alerte_lang_name(c.lang));
		field(f, "role", c.role == ALERTE_ROLE_ASSOCIATION
				 ? "association" : "contact");
		if (c.relay_entitled)
			fputs("\trelay_entitled = true\n", f);
		fputs("}\n\n", f);
	}
}

static void wearer_contacts(const struct alerte_wearer *w, FILE *f)
{
	int i;

	if (!*w->contact[0])
		return;

	fputs("\tcontact = {", f);

	for (i = 0; i < ALERTE_CONTACTS_MAX && *w->contact[i]; i++)
		fprintf(f, "%s\"%s\"", i ? ", " : "", w->contact[i]);

	fputs("}\n", f);
}

static void wearers(struct alerte *a, FILE *f)
{
	struct alerte_wearer w = { .size = sizeof(w) };
	char after[ALERTE_ID_MAX] = "";

	for (; alerte_wearer_next(a, after, &w) == 1; strcpy(after, w.id)) {
		fprintf(f, "wearer \"%s\" {\n", w.id);
		field(f, "name", w.name);
		field(f, "short_name", w.short_name);
		field(f, "number", w.number);
		field(f, "place", w.place);
		field(f, "area", w.area);
		field(f, "born", w.born);
		field(f, "details", w.details);
		field(f, "association", w.association);
		fputs("\t# cancel_code and duress_code are kept as digests and "
		      "cannot be shown;\n\t# left out, they stay\n", f);
		wearer_contacts(&w, f);
		fputs("}\n\n", f);
	}
}

static void step(const struct alerte_step_rule *s, FILE *f)
{
	uint32_t i;

	fprintf(f, "\tstep {\n\t\tafter = %u\n\t\tto = {", s->after_s);

	for (i = 0; i < s->ntargets; i++) {
		const struct alerte_target *t = &s->target[i];

		fprintf(f, "%s\"%s%s%s\"", i ? ", " : "", t->contact,
			*t->contact ? ":" : "",
			alerte_channel_name(t->channel));
	}

	fputs("}\n\t}\n", f);
}

static void policies(struct alerte *a, FILE *f)
{
	struct alerte_policy p = { .size = sizeof(p) };
	char after[ALERTE_ID_MAX] = "";
	uint32_t i;

	for (; alerte_policy_next(a, after, &p) == 1; strcpy(after, p.id)) {
		fprintf(f, "policy \"%s\" {\n", p.id);
		field(f, "relay_trust", alerte_trust_name(p.relay_trust));
		for (i = 0; i < p.nsteps; i++)
			step(&p.step[i], f);
		fputs("}\n\n", f);
	}
}

static void rules(const struct alerte_button *b, FILE *f)
{
	uint32_t i;

	if (!b->nrules)
		return;

	fputs("\trule = {", f);

	for (i = 0; i < b->nrules; i++) {
		const struct alerte_rule *r = &b->rule[i];

		fputs(i ? ", \"" : "\"", f);
		if (r->position)
			fprintf(f, "%u", r->position);
		else
			fputc('*', f);
		fprintf(f, ":%s=%s\"", r->gesture == ALERTE_GESTURE_NONE ? "*"
			: alerte_gesture_name(r->gesture), r->policy);
	}

	fputs("}\n", f);
}

static void buttons(struct alerte *a, FILE *f)
{
	char after[ALERTE_ID_MAX] = "", address[BUTTON_ADDRESS_MAX];
	struct alerte_button b = { .size = sizeof(b) };

	for (; alerte_button_next(a, after, &b) == 1; strcpy(after, b.id)) {
		button_address_print(&b, address);
		fprintf(f, "button \"%s\" {\n", b.id);
		field(f, "wearer", b.wearer);
		field(f, "address", address);
		field(f, "format", b.format);
		field(f, "trigger", b.trigger);
		if (b.key_len)
			field(f, "key", SITE_KEY_KEPT);
		if (b.grace_s)
			fprintf(f, "\tgrace = %u\n", b.grace_s);
		if (b.silence_s)
			fprintf(f, "\tsilence = %u\n", b.silence_s);
		rules(&b, f);
		fputs("}\n\n", f);
	}
}

char *site_export(struct alerte *a)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	bool good;

	if (!f)
		return NULL;

	fputs("# Settings of this site, without its secrets.\n\n", f);
	endpoints(a, f);
	contacts(a, f);
	wearers(a, f);
	policies(a, f);
	buttons(a, f);
	good = !ferror(f);

	if (fclose(f) == 0 && good)
		return text;

	free(text);
	return NULL;
}
