/* SPDX-License-Identifier: Apache-2.0 */
#include "site_button.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "radio/radio.h"

cfg_opt_t site_button_opts[] = {
	CFG_STR("wearer", "", CFGF_NONE),
	CFG_STR("address", "", CFGF_NONE),
	CFG_STR("format", "", CFGF_NONE),
	CFG_STR("trigger", "", CFGF_NONE),
	CFG_STR("key", "", CFGF_NONE),
	CFG_INT("grace", 0, CFGF_NONE),
	CFG_INT("silence", 0, CFGF_NONE),
	CFG_STR_LIST("rule", "{}", CFGF_NONE),
	CFG_END()
};

bool button_addressed(const struct alerte_button *b)
{
	static const uint8_t none[sizeof(b->address)];

	return memcmp(b->address, none, sizeof(none)) != 0;
}

bool button_key_seals(uint32_t key_len)
{
	return key_len == 32 || key_len == 48;
}

void button_address_print(const struct alerte_button *b,
			  char out[BUTTON_ADDRESS_MAX])
{
	const uint8_t *a = b->address;

	out[0] = '\0';

	if (button_addressed(b))
		snprintf(out, BUTTON_ADDRESS_MAX, "%02X:%02X:%02X:%02X:%02X"
			 ":%02X", a[0], a[1], a[2], a[3], a[4], a[5]);
}

static bool gesture_parse(const char *word, size_t n, enum alerte_gesture *out)
{
	int g;

	if (n == 1 && *word == '*') {
		*out = ALERTE_GESTURE_NONE;
		return true;
	}

	for (g = ALERTE_GESTURE_PRESS; g <= ALERTE_GESTURE_UNKNOWN; g++) {
		const char *name = alerte_gesture_name((enum alerte_gesture)g);

		if (strlen(name) == n && !memcmp(name, word, n)) {
			*out = (enum alerte_gesture)g;
			return true;
		}
	}

	return false;
}

/* POSITION:GESTURE=POLICY, * for any */
static bool rule_parse(const char *text, struct alerte_rule *rule)
{
	const char *colon = strchr(text, ':'), *equals;
	char *end;
	long position;

	equals = colon ? strchr(colon, '=') : NULL;

	if (!equals || strlen(equals + 1) >= sizeof(rule->policy))
		return false;

	if (text[0] == '*' && colon == text + 1) {
		rule->position = 0;
	} else {
		position = strtol(text, &end, 10);
		if (end != colon || position < 1 || position > UINT8_MAX)
			return false;
		rule->position = (uint8_t)position;
	}

	strcpy(rule->policy, equals + 1);
	return gesture_parse(colon + 1, (size_t)(equals - colon - 1),
			     &rule->gesture);
}

static void key_get(const struct place *p, struct alerte_button *b)
{
	const char *text = cfg_getstr(p->at, "key");
	int n;

	if (text && !strcmp(text, SITE_KEY_KEPT)) {
		b->key_len = ALERTE_KEY_KEPT;
		return;
	}

	n = radio_hex_parse(text ? text : "", b->key, sizeof(b->key));

	if (n == 0 || n == 12 || n == 16 ||
	    (n > 0 && button_key_seals((uint32_t)n)))
		b->key_len = (uint32_t)n;
	else
		wrong(p, "key", "key is not 24, 32, 64 or 96 hex digits, nor "
		      "the word " SITE_KEY_KEPT "; copy it from the button's "
		      "papers");
}

static void address_get(const struct place *p, struct alerte_button *b)
{
	const char *text = cfg_getstr(p->at, "address");

	if (text && *text && (!radio_address_parse(text, b->address) ||
			      !button_addressed(b)))
		wrong(p, "address", "address is no address of a button; write "
		      "it as AA:BB:CC:DD:EE:FF");
}

static void trigger_get(const struct place *p, struct alerte_button *b)
{
	const char *text = cfg_getstr(p->at, "trigger");

	if (text && *text && alerte_trigger_check(text, b->trigger) < 0)
		wrong(p, "trigger", "trigger is no rule of a beacon; write it "
		      "as ibeacon:UUID:MAJOR:MINOR or another kind that "
		      "alerted.conf(5) lists");
}

/* A button that must be connected to: its battery is read by any family. */
static bool is_connected_to(const struct alerte_button *b)
{
	struct alerte_frame frame = { .size = sizeof(frame) };
	uint8_t percent = 50;

	return alerte_notification_decode(b->format, 0x2a19, &percent, 1,
					  &frame) >= 0;
}

bool button_format_strange(struct alerte *a, const struct alerte_button *b,
			   struct alerte_time now)
{
	struct alerte_button any = *b;
	int r = ALERTE_EINVAL;

	if (*b->format && !is_connected_to(b)) {
		memset(any.format, 0, sizeof(any.format));
		r = alerte_button_set(a, &any, now);
	}

	explicit_bzero(&any, sizeof(any));
	return r >= 0;
}

/* What goes with what: settings.h.  Of a key that is kept the engine knows. */
static void known_by(const struct place *p, const struct alerte_button *b)
{
	bool sealed = button_key_seals(b->key_len);

	if (*b->trigger && b->key_len)
		wrong(p, "key", "a beacon has no key; remove key, or trigger");
	else if (*b->trigger && *b->format)
		wrong(p, "format", "trigger says what the beacon sends; remove "
		      "format, or trigger");
	else if (*b->trigger)
		return;
	else if (sealed && button_addressed(b))
		wrong(p, "address", "a sealed button changes its address; "
		      "remove address, or give a key of 24 or 32 hex digits");
	else if (!sealed && b->key_len != ALERTE_KEY_KEPT &&
		 !button_addressed(b))
		wrong(p, "address", "nothing tells this button from others; "
		      "give its address, the key of a sealed button, or a "
		      "trigger");
	else if (b->key_len && is_connected_to(b))
		wrong(p, "key", "a button of this format has no key; remove "
		      "key, or correct format");
}

/* Of a button that is heard only when it is pressed nothing can be noticed. */
static void silence_get(const struct place *p, struct alerte_button *b,
			bool good)
{
	long silence = cfg_getint(p->at, "silence");

	if (!silence)
		return;

	if (silence < ALERTE_SILENCE_MIN_S || silence > ALERTE_SILENCE_MAX_S)
		wrong(p, "silence", "silence is neither 0 nor between %d and "
		      "%d seconds", ALERTE_SILENCE_MIN_S,
		      ALERTE_SILENCE_MAX_S);
	else if (good && *b->trigger && !button_addressed(b))
		wrong(p, "silence", "a beacon known by its rule alone is heard "
		      "only when it is pressed; remove silence, or give its "
		      "address");
	else
		b->silence_s = (uint32_t)silence;
}

void site_button_get(const struct place *p, struct alerte_button *b)
{
	unsigned int i, n = place_list(p, "rule", ALERTE_RULES_MAX);
	long grace = cfg_getint(p->at, "grace");
	size_t before = p->s->out->n;

	TEXT(p, "wearer", b->wearer);
	TEXT(p, "format", b->format);
	key_get(p, b);
	address_get(p, b);
	trigger_get(p, b);

	/* What could not be read would only be complained of twice. */
	if (p->s->out->n == before)
		known_by(p, b);

	silence_get(p, b, p->s->out->n == before);

	if (grace < 0 || grace > ALERTE_GRACE_MAX_S)
		wrong(p, "grace", "grace is not between 0 and %d seconds",
		      ALERTE_GRACE_MAX_S);
	else
		b->grace_s = (uint32_t)grace;

	for (i = 0; i < n; i++)
		if (!rule_parse(cfg_getnstr(p->at, "rule", i), &b->rule[i]))
			wrong(p, "rule", "rule has an entry that is not "
			      "POSITION:GESTURE=POLICY, with * for any");

	b->nrules = n;
}
