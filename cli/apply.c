/* SPDX-License-Identifier: Apache-2.0 */
/* Settings come in as a site file: all of it, or nothing. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int report(const struct cli *c, const json_t *doc, bool dry)
{
	const json_t *errors = json_object_get(doc, "errors");
	size_t n = json_array_size(errors);

	message_lines(json_object_get(doc, "warnings"),
		      TR(c, " (warning)", " (avertissement)"));
	message_lines(errors, "");

	/* One sentence a button: whom it reaches (R1). */
	if (n == 0)
		message_lines(json_object_get(doc, "reach"), "");

	if (n > 0)
		return complainf(c, EX_DATAERR,
				 TR(c, "nothing was changed",
				    "rien n'a été changé"),
				 TR(c, "correct the lines above, then the same command", "corrigez les lignes ci-dessus, puis la même commande"),
				 TR(c, "%zu error(s) in the file",
				    "%zu erreur(s) dans le fichier"), n);

	if (!c->json)
		fprintf(stderr, dry ?
			TR(c, "Good: %lld object(s) would be set. Nothing was changed.\n", "Bon : %lld objet(s) seraient changés. Rien n'a été changé.\n") :
			TR(c, "Done: %lld object(s) set.\n",
			   "Fait : %lld objet(s) changés.\n"),
			json_number(doc, "changed"));

	return 0;
}

static int run(struct cli *c, int argc, char **argv)
{
	bool dry = false;
	const struct arg args[] = {
		{ "--dry-run", NULL, &dry },
		{ NULL, NULL, NULL },
	};
	char *site = NULL, *text = NULL;
	json_t *doc = NULL;
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 1)
		return complain_usage(c, TR(c, "wanted: one FILE, or - for standard input",
					    "attendu : un FICHIER, ou - pour l'entrée"));

	r = input_file(c, argv[1], INPUT_MAX, &site);
	if (r == 0)
		r = bus_json(c, &doc, &text, "Apply", "ssb", argv[1], site,
			     (int)dry);
	if (r == 0) {
		bus_print_json(c, text);
		r = report(c, doc, dry);
	}

	/* The file may hold keys and codes. */
	if (site != NULL)
		input_wipe(site, strlen(site));
	free(site);
	free(text);
	json_decref(doc);
	return r;
}

const struct command apply_command = {
	.name = "apply",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "FILE [--dry-run]", "FICHIER [--dry-run]" },
	.summary = { "set people, buttons and policies from a file",
		     "régler personnes, boutons et règles par un fichier" },
	.help = {
		"Reads a site file and gives it to the service: all of it is taken, or nothing.\n"
		"Errors are printed as file:line: message, exit code 65. FILE may be - for\n"
		"standard input. Its syntax is in alerted.conf(5).\n"
		"\n"
		"  --dry-run   check only, change nothing\n"
		"\n"
		"  alerte apply --dry-run site.conf\n"
		"  alerte apply site.conf\n",

		"Lit un fichier de site et le donne au service : tout est pris, ou rien. Les\n"
		"erreurs sont écrites fichier:ligne: message, code 65. FICHIER peut être - pour\n"
		"l'entrée. Sa syntaxe est dans alerted.conf(5).\n"
		"\n"
		"  --dry-run   vérifie seulement, ne change rien\n"
		"\n"
		"  alerte apply --dry-run site.conf\n"
		"  alerte apply site.conf\n",
	},
};
