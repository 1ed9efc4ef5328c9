/* SPDX-License-Identifier: Apache-2.0 */
/* No press reaches the 114 any more. */

#include <stdio.h>

#include "cli.h"

static int run(struct cli *c, int argc, char **argv)
{
	const char *who = NULL;
	const struct arg args[] = {
		{ "--as", &who, NULL },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 0 || who == NULL)
		return complain_usage(c, TR(c, "wanted: --as WHO and nothing more", "attendu : --as QUI et rien de plus"));

	r = bus_call(c, NULL, "Disarm", "s", who);
	if (r == 0)
		fputs(TR(c, "Not armed: no press is sent to the 114.\n",
			 "Désarmé : aucun appui n'est envoyé au 114.\n"),
		      stderr);

	return r;
}

const struct command disarm_command = {
	.name = "disarm",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "--as WHO", "--as QUI" },
	.summary = { "let no press text the 114",
		     "qu'aucun appui n'écrive au 114" },
	.help = {
		"From now on no press texts the 114; contacts and the association are still\n"
		"warned. Arming again takes both calls of alerte arm.\n"
		"\n"
		"  --as WHO   who disarms: kept\n"
		"\n"
		"  alerte disarm --as \"Paul Martin\"\n",

		"Désormais aucun appui n'écrit au 114 ; les contacts et l'association sont\n"
		"toujours prévenus. Armer à nouveau demande les deux temps d'alerte arm.\n"
		"\n"
		"  --as QUI   qui désarme : gardé\n"
		"\n"
		"  alerte disarm --as \"Paul Martin\"\n",
	},
};
