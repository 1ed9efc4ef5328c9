/* SPDX-License-Identifier: Apache-2.0 */
/* The association closes an alert (L2). */

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
	if (n != 1 || who == NULL)
		return complain_usage(c, TR(c, "wanted: an ALERT and --as WHO",
					    "attendu : une ALERTE et --as QUI"));

	r = bus_call(c, NULL, "Close", "ss", argv[1], who);
	if (r == 0)
		fprintf(stderr, TR(c, "%s closed %s; all who were reached are told.\n", "%s a clos %s ; tous ceux qui étaient prévenus en sont avertis.\n"),
			who, argv[1]);

	return r;
}

const struct command close_command = {
	.name = "close",
	.run = run,
	.group = GROUP_ANSWER,
	.usage = { "ALERT --as WHO", "ALERTE --as QUI" },
	.summary = { "the association ends an alert",
		     "l'association met fin à une alerte" },
	.help = {
		"Ends an alert for the association. Everyone already reached is told that it was\n"
		"closed, never that it was a false alarm. A later press opens a new alert.\n"
		"\n"
		"  --as WHO   who closes it: kept with the alert\n"
		"\n"
		"  alerte close 7K2 --as \"Paul Martin\"\n",

		"Met fin à une alerte pour l'association. Tous ceux qui étaient prévenus\n"
		"apprennent qu'elle est close, jamais que c'était une fausse alerte. Un appui\n"
		"ultérieur ouvre une nouvelle alerte.\n"
		"\n"
		"  --as QUI   qui la clôt : gardé avec l'alerte\n"
		"\n"
		"  alerte close 7K2 --as \"Paul Martin\"\n",
	},
};
