/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that change settings. */
#include <stdlib.h>
#include <string.h>

#include "play.h"

/* Put a text into a fixed array; false when it does not fit. */
#define PUT(array, text) put(array, sizeof(array), text)

static bool put(char *out, size_t cap, const char *text)
{
	return (size_t)snprintf(out, cap, "%s", text) < cap;
}

/* The words of "a,b,c" in turn; the string is cut. */
static char *item(char **list)
{
	return strsep(list, ",");
}

static bool bytes_of(const char *hex, uint8_t *out, size_t len)
{
	unsigned int byte;
	size_t n = 0;

	for (; *hex && n < len; hex += 2) {
		if (*hex == ':')
			hex++;

		if (sscanf(hex, "%2x", &byte) != 1 || !hex[1])
			return false;

		out[n++] = (uint8_t)byte;
	}

	return n == len && !*hex;
}

static int cmd_endpoint(struct play *p, const struct args *args)
{
	struct alerte_endpoint e = { .size = sizeof(e) };
	const char *url = args_after(args, "url");
	const char *station = args_after(args, "station");

	if (args->n < 2 || !PUT(e.id, args->v[1]))
		return play_fail(p, "endpoint ID [url URL] [cap|scaip] "
				 "[station NUMBER]");

	if (args_has(args, "cap"))
		e.shape = ALERTE_SHAPE_CAP;

	if (args_has(args, "scaip"))
		e.shape = ALERTE_SHAPE_SCAIP;

	if (station && !PUT(e.station, station))
		return play_fail(p, "a station of that length");

	snprintf(e.url, sizeof(e.url), "%s",
		 url ? url : "https://127.0.0.1:8443/alerts");
	return world_input(p, "endpoint", alerte_endpoint_set(p->a, &e,
							      p->now));
}

static int contact(struct play *p, const struct args *args,
		   enum alerte_role role)
{
	struct alerte_contact c = { .size = sizeof(c), .role = role };
	const char *endpoint = args_after(args, "endpoint");
	const char *email = args_after(args, "email");
	const char *name = args_after(args, "name");
	struct thing *t;

	if (args->n < 3 || !PUT(c.id, args->v[1]))
		return play_fail(p, "contact ID NUMBER|- [endpoint ID] "
				 "[email ADDRESS] [name NAME] [lang en] "
				 "[entitled]");

	t = world_thing_add(p, c.id);

	if (!t)
		return play_fail(p, "too many people");

	if (strcmp(args->v[2], "-")) {
		snprintf(c.number, sizeof(c.number), "%s", args->v[2]);
		snprintf(t->number, sizeof(t->number), "%s", args->v[2]);
	}

	snprintf(c.name, sizeof(c.name), "%s", name ? name : c.id);

	if (endpoint)
		snprintf(c.endpoint, sizeof(c.endpoint), "%s", endpoint);

	if (email)
		snprintf(c.email, sizeof(c.email), "%s", email);
	c.duress_told = args_has(args, "told");

	if (args_has(args, "en"))
		c.lang = ALERTE_LANG_EN;

	c.relay_entitled = args_has(args, "entitled");

	return world_input(p, "contact", alerte_contact_set(p->a, &c, p->now));
}

static int cmd_contact(struct play *p, const struct args *args)
{
	return contact(p, args, ALERTE_ROLE_CONTACT);
}

static int cmd_association(struct play *p, const struct args *args)
{
	return contact(p, args, ALERTE_ROLE_ASSOCIATION);
}

/* Remember her number, to see that nothing is ever sent to it. */
static void remember_number(struct play *p, const char *number)
{
	if (*number && p->nwearers < PLAY_THINGS_MAX)
		snprintf(p->wearer_number[p->nwearers++], ALERTE_NUMBER_MAX,
			 "%s", number);
}

static int cmd_wearer(struct play *p, const struct args *args)
{
	struct alerte_wearer w = { .size = sizeof(w) };
	const char *code = args_after(args, "code");
	const char *contacts = args_after(args, "contacts");
	const char *duress = args_after(args, "duress");
	const char *place = args_after(args, "place");
	char list[512], *rest = list, *id;
	int n = 0, r;

	if (args->n < 3 || !PUT(w.id, args->v[1]) || !PUT(w.number, args->v[2]))
		return play_fail(p, "wearer ID NUMBER [code CODE] "
				 "[place PLACE] [contacts A,B]");

	PUT(w.name, "Marie Durand");
	PUT(w.short_name, "Marie D.");
	snprintf(w.place, sizeof(w.place), "%s", place ? place :
		 "12 rue Garibaldi, 69003 Lyon, 4e étage gauche, code 12B34");
	PUT(w.area, "12 rue Garibaldi, Lyon 3e");
	PUT(w.born, "1990-05-03");
	PUT(w.details, "2 enfants.");
	PUT(w.association, "X");

	if (duress && !PUT(w.duress_code, duress))
		return play_fail(p, "code too long");

	if (code && !PUT(w.cancel_code, code))
		return play_fail(p, "code too long");

	snprintf(list, sizeof(list), "%s", contacts ? contacts : "");

	while (*list && n < ALERTE_CONTACTS_MAX && (id = item(&rest)))
		snprintf(w.contact[n++], ALERTE_ID_MAX, "%s", id);

	r = alerte_wearer_set(p->a, &w, p->now);

	if (r >= 0)
		remember_number(p, w.number);

	return world_input(p, "wearer", r);
}

/* sms:paul https:asso relay */
static bool target_of(const char *text, struct alerte_target *t)
{
	const char *colon = strchr(text, ':');

	if (!strcmp(text, "relay")) {
		t->channel = ALERTE_CHANNEL_RELAY114;
		return true;
	}

	if (!colon)
		return false;

	t->channel = !strncmp(text, "sms:", 4) ? ALERTE_CHANNEL_SMS :
		     !strncmp(text, "email:", 6) ? ALERTE_CHANNEL_EMAIL :
		     !strncmp(text, "voice:", 6) ? ALERTE_CHANNEL_VOICE :
		     ALERTE_CHANNEL_HTTPS;
	return PUT(t->contact, colon + 1);
}

/* policy ID [trust T] step 0s sms:paul https:asso step 60s sms:lea relay */
static int policy_read(const struct args *args, struct alerte_policy *policy)
{
	struct alerte_step_rule *s = NULL;
	int64_t ms;
	int i;

	policy->relay_trust = args_has(args, "unverified") ?
			      ALERTE_TRUST_NONE : ALERTE_TRUST_WEAK;

	if (args->n < 2 || !PUT(policy->id, args->v[1]))
		return -1;

	for (i = 2; i < args->n; i++) {
		if (!strcmp(args->v[i], "unverified"))
			continue;

		if (!strcmp(args->v[i], "step")) {
			ms = i + 1 < args->n ? play_duration(args->v[++i]) : -1;

			if (ms < 0 || policy->nsteps == ALERTE_STEPS_MAX)
				return -1;

			s = &policy->step[policy->nsteps++];
			s->after_s = (uint32_t)(ms / 1000);
			continue;
		}

		if (!s || s->ntargets == ALERTE_TARGETS_MAX ||
		    !target_of(args->v[i], &s->target[s->ntargets++]))
			return -1;
	}

	return 0;
}

static int cmd_policy(struct play *p, const struct args *args)
{
	struct alerte_policy policy = { .size = sizeof(policy) };

	if (policy_read(args, &policy) < 0)
		return play_fail(p, "policy ID [unverified] "
				 "step AFTER TARGET... ...");

	return world_input(p, "policy", alerte_policy_set(p->a, &policy,
							  p->now));
}

static bool gesture_find(const char *name, enum alerte_gesture *out)
{
	int g;

	if (!strcmp(name, "any")) {
		*out = ALERTE_GESTURE_NONE;
		return true;
	}

	for (g = ALERTE_GESTURE_PRESS; g <= ALERTE_GESTURE_UNKNOWN; g++) {
		if (strcmp(alerte_gesture_name((enum alerte_gesture)g), name))
			continue;

		*out = (enum alerte_gesture)g;
		return true;
	}

	return false;
}

/* rule 2:double=panic */
static bool rule_of(const char *text, struct alerte_rule *rule)
{
	const char *colon = strchr(text, ':');
	const char *is = strchr(text, '=');
	char name[32];

	if (!colon || !is || is < colon)
		return false;

	snprintf(name, sizeof(name), "%.*s", (int)(is - colon - 1), colon + 1);
	rule->position = (uint8_t)atoi(text);
	return gesture_find(name, &rule->gesture) && PUT(rule->policy, is + 1);
}

/* What the words of a "button" or an "enrol" line set. */
int button_read(struct play *p, const struct args *args,
		struct alerte_button *b)
{
	const char *wearer = args_after(args, "wearer");
	const char *address = args_after(args, "address");
	const char *format = args_after(args, "format");
	const char *trigger = args_after(args, "trigger");
	const char *key = args_after(args, "key");
	const char *grace = args_after(args, "grace");
	const char *silence = args_after(args, "silence");
	int i;

	*b = (struct alerte_button){ .size = sizeof(*b) };

	if (args->n < 2 || !PUT(b->id, args->v[1]) ||
	    (address && !bytes_of(address, b->address, 6)) ||
	    (format && !PUT(b->format, format)))
		return play_fail(p, "%s ID wearer W [address A] [format F] "
				 "[trigger RULE] [key K] [grace D] [silence D] "
				 "[rule POS:GESTURE=POLICY]...", args->v[0]);

	if (trigger && alerte_trigger_check(trigger, b->trigger))
		return play_fail(p, "no such rule: %s", trigger);

	if (wearer)
		PUT(b->wearer, wearer);

	b->key_len = key ? (uint32_t)strlen(key) / 2 : 0;

	if (key && (b->key_len > sizeof(b->key) ||
		    !bytes_of(key, b->key, b->key_len)))
		return play_fail(p, "a key has 24, 32, 64 or 96 hex digits");

	if (grace)
		b->grace_s = (uint32_t)(play_duration(grace) / 1000);

	if (silence)
		b->silence_s = (uint32_t)(play_duration(silence) / 1000);

	for (i = 2; i + 1 < args->n; i++)
		if (!strcmp(args->v[i], "rule") &&
		    (b->nrules == ALERTE_RULES_MAX ||
		     !rule_of(args->v[i + 1], &b->rule[b->nrules++])))
			return play_fail(p, "rule POS:GESTURE=POLICY");

	return 0;
}

/* The device itself, which is on the air whatever the settings say of it. */
static int add_thing(struct play *p, const struct alerte_button *b)
{
	struct thing *t = world_thing_add(p, b->id);

	if (!t)
		return play_fail(p, "too many things");

	memcpy(t->address, b->address, 6);
	memcpy(t->key, b->key, sizeof(t->key));
	t->key_len = b->key_len;
	return 0;
}

static int cmd_thing(struct play *p, const struct args *args)
{
	struct alerte_button b;

	return button_read(p, args, &b) < 0 ? -1 : add_thing(p, &b);
}

static int cmd_button(struct play *p, const struct args *args)
{
	struct alerte_button b;

	if (button_read(p, args, &b) < 0 || add_thing(p, &b) < 0)
		return -1;

	return world_input(p, "button", alerte_button_set(p->a, &b, p->now));
}

static int cmd_remove(struct play *p, const struct args *args)
{
	static const char *const kinds[] = { "", "endpoint", "contact",
					     "wearer", "policy", "button" };
	int k;

	for (k = 1; args->n == 3 && k <= 5; k++)
		if (!strcmp(kinds[k], args->v[1]))
			return world_input(p, "remove",
				alerte_setting_remove(p->a,
						      (enum alerte_kind)k,
						      args->v[2], p->now));

	return play_fail(p, "remove KIND ID");
}

static int cmd_settings(struct play *p, const struct args *args)
{
	if (args_has(args, "begin"))
		return world_input(p, "settings begin",
				   alerte_settings_begin(p->a));

	return world_input(p, "settings end",
			   alerte_settings_end(p->a, args_has(args, "keep"),
					       p->now));
}

const struct command people_commands[] = {
	{ "endpoint", cmd_endpoint },
	{ "contact", cmd_contact },
	{ "association", cmd_association },
	{ "wearer", cmd_wearer },
	{ "policy", cmd_policy },
	{ "button", cmd_button },
	{ "thing", cmd_thing },
	{ "remove", cmd_remove },
	{ "settings", cmd_settings },
	{ NULL, NULL }
};
