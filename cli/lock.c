/* SPDX-License-Identifier: Apache-2.0 */
/* Forget the key that reads the history (K1). */

#include <stdio.h>

#include "cli.h"

static int run(struct cli *c, int argc, char **argv)
{
	int n, r = args_read(c, argc, argv, NULL, &n);

	if (r != 0)
		return r;
	if (n != 0)
		return complain_usage(c, TR(c, "lock takes no argument",
					    "lock ne prend pas d'argument"));

	r = bus_call(c, NULL, "Lock", NULL);
	if (r == 0)
		fputs(TR(c, "Locked: alerts go on, their history cannot be read here.\n", "Verrouillé : les alertes continuent, l'historique n'est plus lisible ici.\n"), stderr);

	return r;
}

const struct command lock_command = {
	.name = "lock",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "", "" },
	.summary = { "make the history unreadable on this machine",
		     "rendre l'historique illisible sur cette machine" },
	.help = {
		"The service forgets the key that reads the history: names, replies, positions.\n"
		"Presses are still received and people still warned. The history is readable\n"
		"again once the service starts with that key.\n"
		"\n"
		"  alerte lock\n",

		"Le service oublie la clé qui lit l'historique : noms, réponses, positions. Les\n"
		"appuis sont toujours reçus et les gens prévenus. L'historique redevient lisible\n"
		"quand le service redémarre avec cette clé.\n"
		"\n"
		"  alerte lock\n",
	},
};
