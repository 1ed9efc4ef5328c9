/* SPDX-License-Identifier: Apache-2.0 */
/* The settings as a site file, without secrets. */

#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

/* The daemon answers text here, not JSON. */
static int print(const struct cli *c, const char *text)
{
	json_t *doc;

	if (!c->json) {
		fputs(text, stdout);
		return 0;
	}

	doc = json_pack("{s:s, s:s}", "schema", "alerte/1", "site", text);
	if (doc == NULL)
		return complain(c, EX_SOFTWARE,
				TR(c, "memory ran out", "mémoire épuisée"),
				NULL, NULL);

	json_dumpf(doc, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(doc);
	return 0;
}

static int run(struct cli *c, int argc, char **argv)
{
	sd_bus_message *reply = NULL;
	const char *text;
	int n, r = args_read(c, argc, argv, NULL, &n);

	if (r != 0)
		return r;
	if (n != 0)
		return complain_usage(c, TR(c, "export takes no argument",
					    "export ne prend pas d'argument"));

	r = bus_call(c, &reply, "Export", NULL);
	if (r == 0 && sd_bus_message_read(reply, "s", &text) < 0)
		r = complain(c, EX_SOFTWARE,
			     TR(c, "the daemon's answer was not understood",
				"la réponse du service n'a pas été comprise"),
			     NULL, "alerted --version");
	else if (r == 0)
		r = print(c, text);

	sd_bus_message_unref(reply);
	return r;
}

const struct command export_command = {
	.name = "export",
	.run = run,
	.group = GROUP_WATCH,
	.usage = { "", "" },
	.summary = { "people, buttons and policies, as a site file",
		     "personnes, boutons et règles, en fichier de site" },
	.help = {
		"Prints the settings in the syntax alerte apply reads, without secrets: the code\n"
		"of a wearer is left out, the key of a button is written as key = \"kept\". On\n"
		"this gateway the file applies as it is, and both stay in force; another one has\n"
		"neither: alerte backup. It holds names and numbers: keep it from others.\n"
		"\n"
		"  (umask 077; alerte export > site.conf)\n",

		"Écrit les réglages dans la syntaxe que lit alerte apply, sans secrets : le code\n"
		"d'une porteuse est omis, la clé d'un bouton s'écrit key = \"kept\". Sur ce boîtier\n"
		"le fichier s'applique tel quel, et les deux restent en vigueur ; un autre n'a ni\n"
		"l'un ni l'autre : alerte backup. Il contient des noms et des numéros : gardez-le\n"
		"à l'abri.\n"
		"\n"
		"  (umask 077; alerte export > site.conf)\n",
	},
};
