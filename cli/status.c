/* SPDX-License-Identifier: Apache-2.0 */
/* How the daemon is: what works, what does not, what is going on. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "status.h"
#include "supervision.h"

#define LABEL 16

void status_line(const char *label, const char *value)
{
	screen_cell(label, LABEL);
	putchar(' ');
	screen_wrap(value, LABEL + 1, LABEL + 1);
}

/* A member of any simple type, in a few words. */
static void value_text(const struct cli *c, const json_t *v, char *out,
		       size_t cap)
{
	if (json_is_string(v))
		snprintf(out, cap, "%s", word_part(c, json_string_value(v)));
	else if (json_is_integer(v))
		snprintf(out, cap, "%lld", (long long)json_integer_value(v));
	else if (json_is_true(v))
		snprintf(out, cap, "%s", TR(c, "yes", "oui"));
	else if (json_is_false(v))
		snprintf(out, cap, "%s", TR(c, "no", "non"));
	else
		snprintf(out, cap, "-");
}

static bool is_among(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;

	return false;
}

void status_members(const struct cli *c, const json_t *object,
		    const char *const *but, char *out, size_t cap)
{
	char value[128];
	const char *key;
	json_t *v;
	size_t n = 0;

	*out = '\0';
	json_object_foreach((json_t *)object, key, v) {
		int r;

		if (json_is_object(v) || json_is_array(v) || n >= cap ||
		    is_among(but, key))
			continue;

		value_text(c, v, value, sizeof(value));
		if (*value == '\0')
			continue;

		r = snprintf(out + n, cap - n, "%s%s %s", n == 0 ? "" : ", ",
			     word_part(c, key), value);
		n += r < 0 ? 0 : (size_t)r;
	}
}

static void part(const struct cli *c, const char *label, const json_t *doc,
		 const char *name)
{
	const json_t *v = json_object_get(doc, name), *one;
	char text[512];
	size_t i;

	if (json_is_array(v)) {
		json_array_foreach(v, i, one) {
			status_members(c, one, NULL, text, sizeof(text));
			status_line(i == 0 ? label : "", text);
		}
		return;
	}

	if (!json_is_object(v))
		return;

	status_members(c, v, NULL, text, sizeof(text));
	status_line(label, *text == '\0' ? "-" : text);
}

static void faults(const struct cli *c, const json_t *doc)
{
	const json_t *list = json_object_get(doc, "faults"), *v;
	char text[256];
	size_t i;

	if (json_array_size(list) == 0)
		status_line(TR(c, "faults", "pannes"), TR(c, "none", "aucune"));

	json_array_foreach(list, i, v) {
		const char *name = json_string_value(v);

		if (name == NULL)
			name = json_word(v, "fault");
		snprintf(text, sizeof(text), "%s: %s", name,
			 word_fault(c, name));
		status_line(i == 0 ? TR(c, "FAULTS", "PANNES") : "", text);
	}
}

/* One modem, or each way for SMS; an older alerted knows the modem only. */
static void paths(const struct cli *c, const json_t *doc)
{
	if (json_array_size(json_object_get(doc, "paths")) > 1)
		part(c, TR(c, "ways for SMS", "voies SMS"), doc, "paths");
	else
		part(c, "modem", doc, "modem");
}

/* L3: who wonders why nobody answers has to read it. */
static void answers_line(const struct cli *c, const json_t *doc)
{
	if (json_is_false(json_object_get(doc, "answers")))
		status_line("", TR(c, "NO WAY TAKES ANSWERS IN: no text asks "
				   "for one",
				   "AUCUNE VOIE NE REÇOIT : aucun texte ne "
				   "demande de réponse"));
}

static void number_line(const char *label, long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", value);
	status_line(label, text);
}

static void state_line(const struct cli *c, const json_t *doc)
{
	const char *state = json_word(doc, "state");

	status_line("alerted", strcmp(state, "ready") == 0 ?
		    TR(c, "ready", "prêt") : strcmp(state, "degraded") == 0 ?
		    TR(c, "DEGRADED: works, but not everything; see faults",
		       "DÉGRADÉ : marche, mais pas tout ; voir les pannes") : state);
}

/* What changes from one second to the next; it fits a small screen. */
static void show_live(const struct cli *c, const json_t *doc)
{
	state_line(c, doc);
	number_line(TR(c, "live alerts", "alertes en cours"),
		    json_number(doc, "live"));
	faults(c, doc);
	status_radio(c, json_object_get(doc, "radio"));
	part(c, TR(c, "counters", "compteurs"), doc, "counters");
}

/* "12", "12, 1 silent, 2 away" */
static void buttons_line(const struct cli *c, const json_t *doc)
{
	long long silent = json_number(doc, "buttons_silent");
	long long away = json_number(doc, "buttons_away");
	char text[128];
	int n = snprintf(text, sizeof(text), "%lld",
			 json_number(doc, "buttons"));

	if (silent != 0)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      TR(c, ", %lld SILENT", ", %lld MUETS"), silent);
	if (away != 0)
		snprintf(text + n, sizeof(text) - (size_t)n,
			 TR(c, ", %lld away", ", %lld au loin"), away);
	status_line(TR(c, "buttons", "boutons"), text);
}

/* Nothing, where nobody is written to by e-mail. */
static void mail_line(const struct cli *c, const json_t *doc)
{
	const json_t *mail = json_object_get(doc, "mail");

	if (mail != NULL && strcmp(json_word(mail, "state"), "none") != 0)
		part(c, TR(c, "mail", "courriel"), doc, "mail");
}

static void show(const struct cli *c, const json_t *doc)
{
	state_line(c, doc);
	status_line("version", json_word(doc, "version"));
	status_line("114", json_yes(doc, "armed") ?
		    TR(c, "ARMED: a press may text it",
		       "ARMÉ : un appui peut lui écrire") :
		    TR(c, "not armed: nothing is sent to it",
		       "non armé : rien ne lui est envoyé"));
	status_line(TR(c, "history", "historique"), json_yes(doc, "locked") ?
		    TR(c, "locked: written, not readable here",
		       "verrouillé : écrit, illisible ici") :
		    TR(c, "readable", "lisible"));
	status_line(TR(c, "disk", "disque"), json_yes(doc, "durable") ?
		    TR(c, "keeps what is written", "garde ce qui est écrit") :
		    TR(c, "REFUSES WRITES: alerts live in memory only",
		       "REFUSE D'ÉCRIRE : les alertes ne vivent qu'en mémoire"));
	number_line(TR(c, "live alerts", "alertes en cours"),
		    json_number(doc, "live"));
	number_line(TR(c, "to send", "à envoyer"),
		    json_number(doc, "waiting"));
	buttons_line(c, doc);
	faults(c, doc);
	status_radio(c, json_object_get(doc, "radio"));
	paths(c, doc);
	answers_line(c, doc);
	part(c, TR(c, "endpoints", "serveurs"), doc, "endpoints");
	mail_line(c, doc);
	supervision_show(c, doc, status_line);
	part(c, TR(c, "heartbeat", "battement"), doc, "heartbeat");
	part(c, TR(c, "counters", "compteurs"), doc, "counters");
}

static int run(struct cli *c, int argc, char **argv)
{
	bool live = false;
	const struct arg args[] = { { "--live", NULL, &live },
				    { NULL, NULL, NULL } };
	json_t *doc = NULL;
	char *text = NULL;
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 0)
		return complain_usage(c, TR(c, "status takes no argument",
					    "status ne prend pas d'argument"));
	if (live)
		return status_live(c, show_live);

	r = bus_json(c, &doc, &text, "Status", NULL);
	if (r == 0 && !bus_print_json(c, text))
		show(c, doc);

	json_decref(doc);
	free(text);
	return r;
}

const struct command status_command = {
	.name = "status",
	.run = run,
	.group = GROUP_WATCH,
	.usage = { "[--live]", "[--live]" },
	.summary = { "is the service well, is the 114 armed, is anything on",
		     "le service va-t-il bien, le 114 est-il armé" },
	.help = {
		"Shows whether alerted works in full, which parts fail, whether a press may\n"
		"text the 114, and how many alerts are live. The counters tell what the radio\n"
		"heard: strangers are other people's devices, replays and bad tags are frames\n"
		"that were refused.\n"
		"\n"
		"With --live, what the radio hears is shown anew each second, until Ctrl-C.\n"
		"\n"
		"  alerte status\n"
		"  alerte status --live\n"
		"  alerte status --json\n",

		"Dit si alerted marche en entier, ce qui est en panne, si un appui peut\n"
		"écrire au 114, et combien d'alertes sont en cours. Les compteurs disent ce\n"
		"que la radio a entendu : les inconnus sont les appareils des autres, rejeux et\n"
		"falsifiées des trames refusées.\n"
		"\n"
		"Avec --live, ce que la radio entend est montré à nouveau chaque seconde,\n"
		"jusqu'à Ctrl-C.\n"
		"\n"
		"  alerte status\n"
		"  alerte status --live\n"
		"  alerte status --json\n",
	},
};
