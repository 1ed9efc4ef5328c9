/* SPDX-License-Identifier: Apache-2.0 */
/* Settings come in as a site file: all of it, or nothing. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

struct site {
	const char *name;
	char *text;		/* it may hold keys and codes */
};

/* The id in "button keyring"; NULL of "contact paul". */
static const char *button_of(const char *removed)
{
	return strncmp(removed, "button ", 7) == 0 ? removed + 7 : NULL;
}

/* What the file does not hold any more; the number of buttons among it. */
static size_t tell_removed(const struct cli *c, const json_t *doc)
{
	const char *name, *id;
	const json_t *one;
	size_t i, n = 0;
	char line[256];

	json_array_foreach(json_object_get(doc, "removed"), i, one) {
		name = json_string_value(one);
		if (name == NULL)
			continue;

		id = button_of(name);
		n += id != NULL;
		snprintf(line, sizeof(line), id != NULL ?
			 TR(c, "REMOVES button %s: its presses reach nobody",
			    "RETIRE le bouton %s : ses appuis n'atteignent personne") :
			 TR(c, "REMOVES %s", "RETIRE %s"),
			 id != NULL ? id : name);
		screen_wrap_on(stderr, line, 2, 0);
	}

	return n;
}

/* Whether a button disappears, which no word of the file says. */
static bool loses_button(const json_t *doc)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(doc, "removed"), i, one) {
		if (json_is_string(one) && button_of(json_string_value(one)))
			return true;
	}

	return false;
}

/* One sentence a button: whom it reaches (R1). */
static void tell_reach(const json_t *doc)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(doc, "reach"), i, one) {
		if (json_is_string(one))
			screen_wrap_on(stderr, json_string_value(one), 2, 0);
	}
}

static void tell_count(const struct cli *c, const json_t *doc, bool dry)
{
	long long removed = (long long)json_array_size(
				json_object_get(doc, "removed"));
	long long set = json_number(doc, "changed");

	if (removed == 0)
		fprintf(stderr, dry ?
			TR(c, "Good: %lld object(s) would be set. Nothing was changed.\n", "Bon : %lld objet(s) seraient changés. Rien n'a été changé.\n") :
			TR(c, "Done: %lld object(s) set.\n",
			   "Fait : %lld objet(s) changés.\n"), set);
	else
		fprintf(stderr, dry ?
			TR(c, "Good: %lld object(s) would be set, %lld removed. Nothing was changed.\n", "Bon : %lld objet(s) seraient changés, %lld retirés. Rien n'a été changé.\n") :
			TR(c, "Done: %lld object(s) set, %lld removed.\n",
			   "Fait : %lld objet(s) changés, %lld retirés.\n"),
			set, removed);
}

static int report_errors(const struct cli *c, const json_t *doc)
{
	const json_t *errors = json_object_get(doc, "errors");
	size_t n = json_array_size(errors);

	message_lines(json_object_get(doc, "warnings"),
		      TR(c, " (warning)", " (avertissement)"));
	message_lines(errors, "");
	if (n == 0)
		return 0;

	return complainf(c, EX_DATAERR,
			 TR(c, "nothing was changed", "rien n'a été changé"),
			 TR(c, "correct the lines above, then the same command", "corrigez les lignes ci-dessus, puis la même commande"),
			 TR(c, "%zu error(s) in the file",
			    "%zu erreur(s) dans le fichier"), n);
}

static int agree(const struct cli *c)
{
	return question_ask(c, &(struct question){
		.undone = TR(c, "nothing was changed", "rien n'a été changé"),
		.stake = TR(c, "the presses of the buttons above would reach nobody any more",
			    "les appuis sur ces boutons n'atteindraient plus personne"),
		.warning = TR(c, "The file does not hold these buttons, which are known here.\n",
			      "Le fichier ne contient pas ces boutons, qui sont connus ici.\n"),
		.prompt = TR(c, "Type yes to remove them: ",
			     "Tapez oui pour les retirer : "),
	});
}

/* *asked: what it removes was told, and agreed to. */
static int rehearse(struct cli *c, const struct site *site, bool *asked)
{
	char *text = NULL;
	json_t *doc = NULL;
	int r = bus_json(c, &doc, &text, "Apply", "ssb", site->name,
			 site->text, 1);

	if (r == 0 && json_array_size(json_object_get(doc, "errors")) > 0) {
		bus_print_json(c, text);
		r = report_errors(c, doc);
	} else if (r == 0 && loses_button(doc)) {
		tell_removed(c, doc);
		r = agree(c);
		*asked = true;
	}

	free(text);
	json_decref(doc);
	return r;
}

static int apply(struct cli *c, const struct site *site, bool dry, bool asked)
{
	char *text = NULL;
	json_t *doc = NULL;
	int r = bus_json(c, &doc, &text, "Apply", "ssb", site->name,
			 site->text, (int)dry);

	if (r == 0) {
		bus_print_json(c, text);
		r = report_errors(c, doc);
		if (r == 0) {
			tell_reach(doc);
			if (!asked)
				tell_removed(c, doc);
			if (!c->json)
				tell_count(c, doc, dry);
		}
	}

	free(text);
	json_decref(doc);
	return r;
}

static int run(struct cli *c, int argc, char **argv)
{
	bool dry = false, yes = false, asked = false;
	const struct arg args[] = {
		{ "--dry-run", NULL, &dry },
		{ "--yes", NULL, &yes },
		{ NULL, NULL, NULL },
	};
	struct site site = { .text = NULL };
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 1)
		return complain_usage(c, TR(c, "wanted: one FILE, or - for standard input",
					    "attendu : un FICHIER, ou - pour l'entrée"));

	site.name = argv[1];
	r = input_file(c, site.name, INPUT_MAX, &site.text);
	if (r == 0 && !dry && !yes)
		r = rehearse(c, &site, &asked);
	if (r == 0)
		r = apply(c, &site, dry, asked);

	if (site.text != NULL)
		input_wipe(site.text, strlen(site.text));
	free(site.text);
	return r;
}

const struct command apply_command = {
	.name = "apply",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "FILE [--dry-run | --yes]",
		   "FICHIER [--dry-run | --yes]" },
	.summary = { "set people, buttons and policies from a file",
		     "régler personnes, boutons et règles par un fichier" },
	.help = {
		"Reads a site file and gives it to the service: all of it is taken, or nothing.\n"
		"Errors are printed as file:line: message, exit code 65. FILE may be - for\n"
		"standard input. Its syntax is in alerted.conf(5). What FILE does not hold is\n"
		"removed; it asks first where that is a button, whose presses reach nobody then.\n"
		"\n"
		"  --dry-run   check only, change nothing\n"
		"  --yes       do not ask before buttons are removed\n"
		"\n"
		"  alerte apply --dry-run site.conf\n"
		"  alerte apply site.conf\n",

		"Lit un fichier de site et le donne au service : tout est pris, ou rien. Les\n"
		"erreurs sont écrites fichier:ligne: message, code 65. FICHIER peut être - pour\n"
		"l'entrée. Sa syntaxe est dans alerted.conf(5). Ce que FICHIER ne contient pas\n"
		"est retiré ; il demande d'abord si c'est un bouton, dont les appuis\n"
		"n'atteindraient plus personne.\n"
		"\n"
		"  --dry-run   vérifie seulement, ne change rien\n"
		"  --yes       ne demande rien avant de retirer des boutons\n"
		"\n"
		"  alerte apply --dry-run site.conf\n"
		"  alerte apply site.conf\n",
	},
};
