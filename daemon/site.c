/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "site_button.h"
#include "site_links.h"
#include "site_place.h"
#include "syntax.h"

#define OBJECTS_MAX 4096

static cfg_opt_t endpoint_opts[] = {
	CFG_STR("url", "", CFGF_NONE),
	CFG_STR_LIST("pin", "{}", CFGF_NONE),
	CFG_STR("ca_file", "", CFGF_NONE),
	CFG_STR("cert_file", "", CFGF_NONE),
	CFG_STR("key_file", "", CFGF_NONE),
	CFG_STR("shape", "json", CFGF_NONE),
	CFG_STR("station", "", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t contact_opts[] = {
	CFG_STR("name", "", CFGF_NONE),
	CFG_STR("number", "", CFGF_NONE),
	CFG_STR("endpoint", "", CFGF_NONE),
	CFG_STR("email", "", CFGF_NONE),
	CFG_STR("lang", "fr", CFGF_NONE),
	CFG_STR("role", "contact", CFGF_NONE),
	CFG_BOOL("duress_told", cfg_false, CFGF_NONE),
	CFG_BOOL("relay_entitled", cfg_false, CFGF_NONE),
	CFG_END()
};

static cfg_opt_t wearer_opts[] = {
	CFG_STR("name", "", CFGF_NONE),
	CFG_STR("short_name", "", CFGF_NONE),
	CFG_STR("number", "", CFGF_NONE),
	CFG_STR("place", "", CFGF_NONE),
	CFG_STR("area", "", CFGF_NONE),
	CFG_STR("born", "", CFGF_NONE),
	CFG_STR("details", "", CFGF_NONE),
	CFG_STR("association", "", CFGF_NONE),
	CFG_STR("cancel_code", "", CFGF_NONE),
	CFG_STR("duress_code", "", CFGF_NONE),
	CFG_STR_LIST("contact", "{}", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t step_opts[] = {
	CFG_INT("after", 0, CFGF_NONE),
	CFG_STR_LIST("to", "{}", CFGF_NONE),
	CFG_END()
};

static cfg_opt_t policy_opts[] = {
	CFG_STR("relay_trust", "weak", CFGF_NONE),
	CFG_SEC("step", step_opts, CFGF_MULTI),
	CFG_END()
};

#define MANY (CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)

static cfg_opt_t opts[] = {
	CFG_SEC("endpoint", endpoint_opts, MANY),
	CFG_SEC("contact", contact_opts, MANY),
	CFG_SEC("wearer", wearer_opts, MANY),
	CFG_SEC("policy", policy_opts, MANY),
	CFG_SEC("button", site_button_opts, MANY),
	CFG_END()
};

static void number_get(const struct place *p, char out[ALERTE_NUMBER_MAX])
{
	const char *value = cfg_getstr(p->at, "number");

	if (value && *value && alerte_number_parse(value, out) < 0)
		wrong(p, "number", "number is no phone number; write it as "
		      "+33 6 39 98 00 01, and never an emergency number");
}

static void email_get(const struct place *p, char out[ALERTE_EMAIL_MAX])
{
	place_text(p, "email", out, ALERTE_EMAIL_MAX);

	if (*out && alerte_email_check(out) < 0)
		wrong(p, "email", "email is no plain address; write it as "
		      "someone@example.org");
}

/* A path means the same whatever folder the daemon runs in. */
static void path_get(const struct place *p, const char *key, char *out)
{
	place_text(p, key, out, ALERTE_PATH_MAX);

	if (*out && *out != '/')
		wrong(p, key, "%s is not a whole path; begin it with /", key);
}

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* HOST[:PORT][/PATH] of printable ASCII: no user, no query, no fragment. */
static bool server_valid(const char *at)
{
	size_t n = *at == '[' ? strspn(at, "[0123456789abcdefABCDEF:.") :
				strspn(at, ALNUM ".-"), digits;
	const char *s;

	if (*at == '[' && at[n++] != ']')
		return false;
	if (!n)
		return false;

	at += n;

	if (*at == ':') {
		digits = strspn(++at, "0123456789");
		if (!digits || digits > 5 || atoi(at) > UINT16_MAX)
			return false;
		at += digits;
	}

	for (s = at; *s; s++)
		if (*s <= ' ' || *s > '~' || strchr("?#@\"", *s))
			return false;

	return !*at || *at == '/';
}

static void url_get(const struct place *p, char out[ALERTE_URL_MAX])
{
	place_text(p, "url", out, ALERTE_URL_MAX);

	if (strncmp(out, "https://", 8) || !out[8])
		wrong(p, "url", "url does not begin with https://; nothing is "
		      "sent in the clear");
	else if (!server_valid(out + 8))
		wrong(p, "url", "url is not https://HOST:PORT/PATH; write it "
		      "without a user, ?, # or blanks");
}

/* SHA-256 of a public key, in base64 (RFC 7469 section 2.4). */
static bool pin_valid(const char *pin)
{
	return !strncmp(pin, "sha256//", 8) &&
	       strspn(pin + 8, ALNUM "+/") == 43 && !strcmp(pin + 51, "=");
}

static void shape_get(const struct place *p, struct alerte_endpoint *e)
{
	char word[16] = "";

	TEXT(p, "shape", word);
	TEXT(p, "station", e->station);

	if (!strcmp(word, "json"))
		e->shape = ALERTE_SHAPE_JSON;
	else if (!strcmp(word, "cap"))
		e->shape = ALERTE_SHAPE_CAP;
	else if (!strcmp(word, "scaip"))
		e->shape = ALERTE_SHAPE_SCAIP;
	else
		wrong(p, "shape", "shape is none of: json cap scaip");

	if (e->station[strspn(e->station, ALNUM "_.-")])
		wrong(p, "station", "station is letters, digits, _ . - only");
	else if (e->shape == ALERTE_SHAPE_SCAIP && !*e->station)
		wrong(p, "shape", "shape scaip needs a station: the number by "
		      "which the centre knows the wearer's set");
}

static void endpoint_get(const struct place *p, struct alerte_endpoint *e)
{
	unsigned int i, n = place_list(p, "pin", 2);

	url_get(p, e->url);

	for (i = 0; i < n; i++) {
		place_text_check(p, "pin", cfg_getnstr(p->at, "pin", i),
				 e->pin[i], sizeof(e->pin[i]));
		if (!pin_valid(e->pin[i]))
			wrong(p, "pin", "pin is not sha256// and 44 characters "
			      "of base64; the example of a site file tells "
			      "how to get one");
	}

	path_get(p, "ca_file", e->ca_file);
	path_get(p, "cert_file", e->cert_file);
	path_get(p, "key_file", e->key_file);

	if (!*e->cert_file != !*e->key_file)
		wrong(p, *e->cert_file ? "cert_file" : "key_file", "cert_file "
		      "and key_file come together; add the other");

	shape_get(p, e);
}

static void contact_get(const struct place *p, struct alerte_contact *c)
{
	char word[16] = "";

	TEXT(p, "name", c->name);
	number_get(p, c->number);
	TEXT(p, "endpoint", c->endpoint);
	email_get(p, c->email);
	TEXT(p, "lang", word);

	if (!strcmp(word, "fr"))
		c->lang = ALERTE_LANG_FR;
	else if (!strcmp(word, "en"))
		c->lang = ALERTE_LANG_EN;
	else
		wrong(p, "lang", "lang is none of: fr en");

	TEXT(p, "role", word);

	if (!strcmp(word, "contact"))
		c->role = ALERTE_ROLE_CONTACT;
	else if (!strcmp(word, "association"))
		c->role = ALERTE_ROLE_ASSOCIATION;
	else
		wrong(p, "role", "role is none of: contact association");

	c->duress_told = cfg_getbool(p->at, "duress_told");
	c->relay_entitled = cfg_getbool(p->at, "relay_entitled");
}

static void wearer_get(const struct place *p, struct alerte_wearer *w)
{
	unsigned int i, n = place_list(p, "contact", ALERTE_CONTACTS_MAX);

	TEXT(p, "name", w->name);
	TEXT(p, "short_name", w->short_name);
	number_get(p, w->number);
	TEXT(p, "place", w->place);
	TEXT(p, "area", w->area);
	TEXT(p, "born", w->born);
	TEXT(p, "details", w->details);
	TEXT(p, "association", w->association);
	TEXT(p, "cancel_code", w->cancel_code);
	TEXT(p, "duress_code", w->duress_code);

	for (i = 0; i < n; i++)
		place_text_check(p, "contact", cfg_getnstr(p->at, "contact", i),
				 w->contact[i], sizeof(w->contact[i]));
}

static bool target_parse(const char *text, struct alerte_target *t)
{
	const char *colon = strchr(text, ':');

	if (!strcmp(text, "relay114")) {
		t->channel = ALERTE_CHANNEL_RELAY114;
		return true;
	}

	if (!colon || colon == text || colon - text >= ALERTE_ID_MAX)
		return false;

	memcpy(t->contact, text, (size_t)(colon - text));

	if (!strcmp(colon + 1, "sms"))
		t->channel = ALERTE_CHANNEL_SMS;
	else if (!strcmp(colon + 1, "https"))
		t->channel = ALERTE_CHANNEL_HTTPS;
	else if (!strcmp(colon + 1, "email"))
		t->channel = ALERTE_CHANNEL_EMAIL;
	else if (!strcmp(colon + 1, "voice"))
		t->channel = ALERTE_CHANNEL_VOICE;
	else
		return false;

	return true;
}

static void step_get(const struct place *p, struct alerte_step_rule *rule)
{
	unsigned int i, n = place_list(p, "to", ALERTE_TARGETS_MAX);
	long after = cfg_getint(p->at, "after");

	if (after < 0 || after > ALERTE_STEP_DELAY_MAX_S)
		wrong(p, "after", "after is not between 0 and %d seconds",
		      ALERTE_STEP_DELAY_MAX_S);
	else
		rule->after_s = (uint32_t)after;

	for (i = 0; i < n; i++)
		if (!target_parse(cfg_getnstr(p->at, "to", i),
				  &rule->target[i]))
			wrong(p, "to", "to has an entry that is none of "
			      "CONTACT:sms, CONTACT:https, CONTACT:email, "
			      "CONTACT:voice, relay114");

	rule->ntargets = n;
}

static bool trust_parse(const char *word, enum alerte_trust *out)
{
	int t;

	for (t = ALERTE_TRUST_NONE; t <= ALERTE_TRUST_STRONG; t++) {
		if (!strcmp(word, alerte_trust_name((enum alerte_trust)t))) {
			*out = (enum alerte_trust)t;
			return true;
		}
	}

	return false;
}

static void policy_get(const struct place *p, struct alerte_policy *policy)
{
	unsigned int i, n = place_list(p, "step", ALERTE_STEPS_MAX);
	struct place step = { .s = p->s };
	char word[16] = "";

	TEXT(p, "relay_trust", word);

	if (!trust_parse(word, &policy->relay_trust))
		wrong(p, "relay_trust", "relay_trust is none of: none weak "
		      "strong");

	for (i = 0; i < n; i++) {
		step.at = cfg_getnsec(p->at, "step", i);
		snprintf(step.path, sizeof(step.path), "%.*s/step#%u",
			 SYNTAX_PATH_MAX - 24, p->path, i + 1);
		step_get(&step, &policy->step[i]);
	}

	policy->nsteps = n;
}

static bool id_valid(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n < ALERTE_ID_MAX &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

static void object_get(const struct place *p, struct site_object *o)
{
	switch (o->kind) {
	case ALERTE_KIND_ENDPOINT:
		o->endpoint.size = sizeof(o->endpoint);
		endpoint_get(p, &o->endpoint);
		break;
	case ALERTE_KIND_CONTACT:
		o->contact.size = sizeof(o->contact);
		contact_get(p, &o->contact);
		o->told_given = place_has(p, "duress_told");
		break;
	case ALERTE_KIND_WEARER:
		o->wearer.size = sizeof(o->wearer);
		wearer_get(p, &o->wearer);
		o->has_secret = place_has(p, "cancel_code") ||
				place_has(p, "duress_code");
		break;
	case ALERTE_KIND_POLICY:
		o->policy.size = sizeof(o->policy);
		policy_get(p, &o->policy);
		break;
	case ALERTE_KIND_BUTTON:
		o->button.size = sizeof(o->button);
		site_button_get(p, &o->button);
		o->has_secret = place_has(p, "key");
		o->format_line = place_line(p, "format");
		break;
	}
}

static void section_get(struct syntax *s, cfg_t *at, const char *name,
			enum alerte_kind kind, struct site_object *o)
{
	struct place p = { .s = s, .at = at };
	const char *id = cfg_title(at);

	snprintf(p.path, sizeof(p.path), "%s=%.127s", name, id ? id : "");
	o->kind = kind;
	o->line = place_line(&p, "");

	if (!id || !id_valid(id)) {
		complain(s->out, s->file, o->line, "the name of this %s is "
			 "not 1 to 31 characters of a-z 0-9 _ -", name);
		return;
	}

	object_get(&p, o);
	strcpy(o->endpoint.id, id);
}

static bool objects_get(struct syntax *s, struct site *site)
{
	static const struct {
		const char *name;
		enum alerte_kind kind;
	} kinds[] = {
		{ "endpoint", ALERTE_KIND_ENDPOINT },
		{ "contact", ALERTE_KIND_CONTACT },
		{ "wearer", ALERTE_KIND_WEARER },
		{ "policy", ALERTE_KIND_POLICY },
		{ "button", ALERTE_KIND_BUTTON }
	};
	size_t n = 0, k;
	unsigned int i;

	for (k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		n += cfg_size(s->cfg, kinds[k].name);

	site->object = n <= OBJECTS_MAX ? calloc(n + 1, sizeof(*site->object))
					: NULL;
	if (!site->object)
		return false;

	for (k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		for (i = 0; i < cfg_size(s->cfg, kinds[k].name); i++)
			section_get(s, cfg_getnsec(s->cfg, kinds[k].name, i),
				    kinds[k].name, kinds[k].kind,
				    &site->object[site->n++]);

	return true;
}

/* The copies of libconfuse, at once and whatever free() does. */
static void secrets_wipe(cfg_t *cfg)
{
	unsigned int i;
	char *value;

	for (i = 0; i < cfg_size(cfg, "button"); i++) {
		value = cfg_getstr(cfg_getnsec(cfg, "button", i), "key");
		if (value)
			explicit_bzero(value, strlen(value));
	}

	for (i = 0; i < cfg_size(cfg, "wearer"); i++) {
		value = cfg_getstr(cfg_getnsec(cfg, "wearer", i),
				   "cancel_code");
		if (value)
			explicit_bzero(value, strlen(value));
		value = cfg_getstr(cfg_getnsec(cfg, "wearer", i),
				   "duress_code");
		if (value)
			explicit_bzero(value, strlen(value));
	}
}

const struct site_object *site_find(const struct site *s,
				    enum alerte_kind kind, const char *id)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->object[i].kind == kind &&
		    !strcmp(s->object[i].endpoint.id, id))
			return &s->object[i];

	return NULL;
}

void site_free(struct site *s)
{
	if (s->object)
		explicit_bzero(s->object, s->n * sizeof(*s->object));

	free(s->object);
	memset(s, 0, sizeof(*s));
}

static void whole(struct syntax *s, const struct site *site, struct alerte *a)
{
	(void)a;
	site_links(s, site);
}

static void one_button(struct syntax *s, const struct site *site,
		       struct alerte *a)
{
	if (site->n != 1 || site->object->kind != ALERTE_KIND_BUTTON)
		complain(s->out, s->file, 0, "not one button and nothing else; "
			 "what stands beside it is set by: alerte apply");
	else
		site_links_button(s, site, a);
}

static bool parse(const char *name, const char *text, size_t len,
		  void (*check)(struct syntax *s, const struct site *site,
				struct alerte *a),
		  struct alerte *a, struct complaints *c, struct site *out)
{
	size_t before = c->n;
	struct syntax s;

	memset(out, 0, sizeof(*out));

	if (syntax_open(&s, name, text, len, opts, "step", c)) {
		if (!objects_get(&s, out))
			complain(c, name, 0, "too many objects; at most %d",
				 OBJECTS_MAX);
		check(&s, out, a);
	}

	if (s.cfg)
		secrets_wipe(s.cfg);

	syntax_close(&s);
	return c->n == before;
}

bool site_parse(const char *name, const char *text, size_t len,
		struct complaints *c, struct site *out)
{
	return parse(name, text, len, whole, NULL, c, out);
}

bool site_parse_button(const char *name, const char *text, size_t len,
		       struct alerte *beside, struct complaints *c,
		       struct site *out)
{
	return parse(name, text, len, one_button, beside, c, out);
}
