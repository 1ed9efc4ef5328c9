/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person should know of a site before she trusts it (S4, R1).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "conf_paths.h"
#include "site_button.h"

#define PERSONAL_DESTINATIONS 5
#define SENTENCE_MAX 1024

/* Whom one button reaches, over all its rules. */
struct reach {
	const struct site *site;
	const struct site_ways *ways;
	bool relay;
	enum alerte_trust relay_trust;
	size_t n;
	struct alerte_target target[ALERTE_RULES_MAX * ALERTE_STEPS_MAX *
				    ALERTE_TARGETS_MAX];
};

static void reach_add(struct reach *r, const char *contact,
		      enum alerte_channel channel)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->target[i].channel == channel &&
		    !strcmp(r->target[i].contact, contact))
			return;

	if (r->n == sizeof(r->target) / sizeof(*r->target))
		return;

	strcpy(r->target[r->n].contact, contact);
	r->target[r->n++].channel = channel;
}

static void relay_add(struct reach *r, enum alerte_trust trust)
{
	if (!r->relay || trust < r->relay_trust)
		r->relay_trust = trust;

	r->relay = true;
}

static void policy_add(struct reach *r, const struct alerte_policy *p)
{
	uint32_t i, k;

	for (i = 0; i < p->nsteps; i++) {
		for (k = 0; k < p->step[i].ntargets; k++) {
			const struct alerte_target *t = &p->step[i].target[k];

			if (t->channel == ALERTE_CHANNEL_RELAY114)
				relay_add(r, p->relay_trust);
			else
				reach_add(r, t->contact, t->channel);
		}
	}
}

/* P4: the shipped policy. */
static void contacts_add(struct reach *r, const struct alerte_wearer *w)
{
	const struct site_object *o;
	int i;

	for (i = 0; i < ALERTE_CONTACTS_MAX && *w->contact[i]; i++) {
		o = site_find(r->site, ALERTE_KIND_CONTACT, w->contact[i]);
		if (o && *o->contact.number)
			reach_add(r, o->contact.id, ALERTE_CHANNEL_SMS);
		if (o && *o->contact.endpoint)
			reach_add(r, o->contact.id, ALERTE_CHANNEL_HTTPS);
		if (o && *o->contact.email)
			reach_add(r, o->contact.id, ALERTE_CHANNEL_EMAIL);
	}

	relay_add(r, ALERTE_TRUST_WEAK);
}

static void button_add(struct reach *r, const struct alerte_button *b)
{
	const struct site_object *o;
	uint32_t i;

	for (i = 0; i < b->nrules; i++) {
		o = site_find(r->site, ALERTE_KIND_POLICY, b->rule[i].policy);
		if (o)
			policy_add(r, &o->policy);
	}

	o = b->nrules ? NULL
		      : site_find(r->site, ALERTE_KIND_WEARER, b->wearer);
	if (o)
		contacts_add(r, &o->wearer);
}

/* What frames of the button prove of their sender. */
static enum alerte_trust trust_of(const struct site_object *o)
{
	uint32_t key_len = o->kept_len ? o->kept_len : o->button.key_len;

	if (button_key_seals(key_len))
		return ALERTE_TRUST_STRONG;
	/* a key of 12 bytes opens frames and proves nothing of their sender */
	return key_len == 16 ? ALERTE_TRUST_WEAK : ALERTE_TRUST_NONE;
}

static const char *relay_words(const struct reach *r, enum alerte_trust trust)
{
	if (!r->relay)
		return "never the 114";
	if (trust < r->relay_trust)
		return trust == ALERTE_TRUST_NONE
		       ? "never the 114, as anybody can imitate it"
		       : "never the 114, which is to be reached by sealed "
			 "buttons only";
	if (trust == ALERTE_TRUST_NONE)
		return "the 114 once it is armed, although anybody can imitate "
		       "it";

	return "the 114 once it is armed";
}

static const char *rings(const struct reach *r)
{
	return r->ways->voice ? "whose telephone rings"
			      : "whose telephone nothing here can ring";
}

static json_t *sentence(const struct reach *r, const struct site_object *o)
{
	const struct alerte_target *t = r->target;
	char text[SENTENCE_MAX];
	size_t n, i;

	n = (size_t)snprintf(text, sizeof(text), "button %s reaches",
			     o->button.id);

	for (i = 0; i < r->n && n < sizeof(text); i++)
		n += t[i].channel == ALERTE_CHANNEL_VOICE
		     ? (size_t)snprintf(text + n, sizeof(text) - n,
					"%s %s, %s", i ? "," : "",
					t[i].contact, rings(r))
		     : (size_t)snprintf(text + n, sizeof(text) - n,
					"%s %s by %s", i ? "," : "",
					t[i].contact,
					alerte_channel_name(t[i].channel));

	if (n < sizeof(text))
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s and %s; ",
				      r->n ? "" : " nobody",
				      relay_words(r, trust_of(o)));

	if (n < sizeof(text) && o->button.silence_s)
		snprintf(text + n, sizeof(text) - n, "its silence is noticed "
			 "after %u s", o->button.silence_s);
	else if (n < sizeof(text))
		snprintf(text + n, sizeof(text) - n, "nobody notices its "
			 "silence");

	return json_string(text);
}

json_t *site_reach(const struct site *s, const struct site_ways *ways)
{
	json_t *list = json_array();
	struct reach r;
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->object[i].kind != ALERTE_KIND_BUTTON)
			continue;
		memset(&r, 0, sizeof(r));
		r.site = s;
		r.ways = ways;
		button_add(&r, &s->object[i].button);
		json_array_append_new(list, sentence(&r, &s->object[i]));
	}

	return list;
}

/* Distinct numbers, and one for the 114 when something reaches it. */
static int destinations(const struct site *s)
{
	struct reach r = { .site = s };
	int count = 0;
	size_t i, k;

	for (i = 0; i < s->n; i++)
		if (s->object[i].kind == ALERTE_KIND_BUTTON)
			button_add(&r, &s->object[i].button);

	for (i = 0; i < s->n; i++) {
		const char *number = s->object[i].contact.number;

		if (s->object[i].kind != ALERTE_KIND_CONTACT || !*number)
			continue;
		for (k = 0; k < i; k++)
			if (s->object[k].kind == ALERTE_KIND_CONTACT &&
			    !strcmp(s->object[k].contact.number, number))
				break;
		count += k == i;
	}

	return count + r.relay;
}

/* Read when the server is called, which may be the night she presses. */
static void file_warn(json_t *list, const char *endpoint, const char *key,
		      const char *path)
{
	char text[ALERTE_PATH_MAX + 256];

	if (!*path || access(path, R_OK) == 0)
		return;

	snprintf(text, sizeof(text), "endpoint %s: %s %s: %s; nothing can be "
		 "sent there before the service may read it", endpoint, key,
		 path, strerror(errno));
	json_array_append_new(list, json_string(text));
}

static void files_warn(json_t *list, const struct alerte_endpoint *e)
{
	file_warn(list, e->id, "ca_file", e->ca_file);
	file_warn(list, e->id, "cert_file", e->cert_file);
	file_warn(list, e->id, "key_file", e->key_file);
}

/* The first policy that wants a telephone to ring, or NULL. */
static const char *ringing(const struct site *s)
{
	uint32_t k, t;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct alerte_policy *p = &s->object[i].policy;

		if (s->object[i].kind != ALERTE_KIND_POLICY)
			continue;
		for (k = 0; k < p->nsteps; k++)
			for (t = 0; t < p->step[k].ntargets; t++)
				if (p->step[k].target[t].channel ==
				    ALERTE_CHANNEL_VOICE)
					return p->id;
	}

	return NULL;
}

/* What the file asks of ways that the machine does not have. */
static void ways_warn(json_t *list, const struct site *s,
		      const struct site_ways *ways)
{
	const char *policy = ringing(s);
	char text[256];

	if (policy && !ways->voice) {
		snprintf(text, sizeof(text), "policy %s rings a telephone, and "
			 "no way of this machine can call: each ring fails; "
			 "use driver = modemmanager, or remove its voice "
			 "targets", policy);
		json_array_append_new(list, json_string(text));
	}

	if (ways->sms && !ways->answers)
		json_array_append_new(list, json_string(CONF_PATHS_UNHEARD));
}

json_t *site_warnings(const struct site *s, const struct site_ways *ways)
{
	json_t *list = json_array();
	int n = destinations(s);
	char text[256];
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->object[i].kind == ALERTE_KIND_ENDPOINT)
			files_warn(list, &s->object[i].endpoint);

	ways_warn(list, s, ways);

	for (i = 0; i < s->n; i++) {
		if (s->object[i].kind != ALERTE_KIND_WEARER ||
		    *s->object[i].wearer.cancel_code)
			continue;
		snprintf(text, sizeof(text), "this file gives wearer %s no "
			 "cancel_code: that of before stays; if there was none "
			 "she cannot cancel",
			 s->object[i].wearer.id);
		json_array_append_new(list, json_string(text));
	}

	if (n > PERSONAL_DESTINATIONS) {
		snprintf(text, sizeof(text), "%d numbers can be written to; a "
			 "personal plan (06, 07) may block a machine that "
			 "writes to more than %d: take a plan made for "
			 "machines, or remove some", n, PERSONAL_DESTINATIONS);
		json_array_append_new(list, json_string(text));
	}

	return list;
}
