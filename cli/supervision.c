/* SPDX-License-Identifier: Apache-2.0 */
/* What watches over the gateway itself, in words. */

#include "supervision.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"

typedef void put_line(const char *label, const char *value);

static void power(const struct cli *c, const json_t *p, put_line *line)
{
	const char *mains = json_word(p, "mains");
	const json_t *battery = json_object_get(p, "battery");
	char text[160];

	snprintf(text, sizeof(text), "%s, ", !strcmp(mains, "on") ?
		 TR(c, "mains on", "secteur présent") :
		 !strcmp(mains, "lost") ?
		 TR(c, "MAINS LOST", "SECTEUR COUPÉ") :
		 TR(c, "mains not supervised", "secteur non surveillé"));

	if (json_is_integer(battery))
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 TR(c, "battery %lld %%", "batterie %lld %%"),
			 (long long)json_integer_value(battery));
	else
		strcat(text, TR(c, "no battery supervised",
				"aucune batterie surveillée"));

	line(TR(c, "power", "alimentation"), text);
}

static void selftest(const struct cli *c, const json_t *t, put_line *line)
{
	const char *label = TR(c, "SMS self-test", "SMS d'essai");
	const char *state = json_word(t, "state");
	char passed[17], next[17], text[200];

	if (!strcmp(state, "off")) {
		line(label, TR(c, "off: no number; see selftest in "
			       "alerted.conf(5)",
			       "aucun : pas de numéro ; voir selftest dans "
			       "alerted.conf(5)"));
		return;
	}

	screen_instant(json_word(t, "passed"), passed);
	screen_instant(json_word(t, "next"), next);

	if (*json_word(t, "passed"))
		snprintf(text, sizeof(text), TR(c, "came back %s",
						"revenu le %s"), passed);
	else
		snprintf(text, sizeof(text), "%s",
			 TR(c, "never came back yet", "jamais revenu encore"));
	line(label, text);

	if (!strcmp(state, "waiting"))
		snprintf(text, sizeof(text), TR(c, "next %s",
						"prochain le %s"), next);
	else if (!strcmp(state, "out"))
		snprintf(text, sizeof(text), "%s", TR(c, "one is under way",
						      "un est en chemin"));
	else if (!strcmp(state, "held"))
		snprintf(text, sizeof(text), "%s",
			 TR(c, "waits: an alert is live, or no modem works",
			    "attend : une alerte est en cours, ou le modem "
			    "ne marche pas"));
	else
		snprintf(text, sizeof(text), "%s",
			 TR(c, "NOT SENT: its number is a contact's or a "
			    "wearer's",
			    "NON ENVOYÉ : son numéro est celui d'un contact "
			    "ou d'une personne protégée"));
	line("", text);
}

static const char *expiry_state(const struct cli *c, const char *state)
{
	if (!strcmp(state, "good"))
		return TR(c, "good", "bon");
	if (!strcmp(state, "soon"))
		return TR(c, "ENDS SOON", "FINIT BIENTÔT");
	if (!strcmp(state, "expired"))
		return TR(c, "HAS ENDED", "EXPIRÉ");
	if (!strcmp(state, "unreadable"))
		return TR(c, "CANNOT BE READ", "ILLISIBLE");

	return TR(c, "the hour is not sure", "l'heure n'est pas sûre");
}

static void expiry(const struct cli *c, const json_t *list, put_line *line)
{
	const json_t *one;
	char text[200];
	size_t i;

	json_array_foreach(list, i, one) {
		const char *ends = json_word(one, "ends");
		const char *what = json_word(one, "what");

		if (!strcmp(what, "sim"))
			what = "SIM";

		snprintf(text, sizeof(text), "%s%s%s: %s%s%s",
			 json_word(one, "endpoint"),
			 *json_word(one, "endpoint") ? " " : "", what,
			 expiry_state(c, json_word(one, "state")),
			 *ends ? ", " : "", ends);
		line(i == 0 ? TR(c, "valid until", "valables") : "", text);
	}
}

void supervision_show(const struct cli *c, const json_t *doc, put_line *line)
{
	const json_t *p = json_object_get(doc, "power");
	const json_t *t = json_object_get(doc, "selftest");

	if (p)
		power(c, p, line);
	if (t)
		selftest(c, t, line);
	expiry(c, json_object_get(doc, "expiry"), line);
}
