/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wearer's code ends an alert (L6).  The code never stands in argv, where
 * everyone on the machine and the shell's history would read it.
 */

#include <stdio.h>

#include "cli.h"

static int run(struct cli *c, int argc, char **argv)
{
	char code[128];
	int n, r = args_read(c, argc, argv, NULL, &n);

	if (r != 0)
		return r;
	if (n != 1)
		return complain_usage(c, TR(c, "wanted: one ALERT and nothing more; the code is asked for, never given as an argument",
					    "attendu : une ALERTE et rien de plus ; le code est demandé, jamais donné en argument"));

	r = input_line(c, TR(c, "Code of the wearer: ",
			     "Code de la porteuse : "), false, code,
		       sizeof(code));
	if (r == 0)
		r = bus_call(c, NULL, "Cancel", "ss", argv[1], code);
	input_wipe(code, sizeof(code));

	if (r == 0)
		fprintf(stderr, TR(c, "%s is cancelled; all who were reached are told.\n", "%s est annulée ; tous ceux qui étaient prévenus en sont avertis.\n"),
			argv[1]);

	return r;
}

const struct command cancel_command = {
	.name = "cancel",
	.run = run,
	.group = GROUP_ANSWER,
	.usage = { "ALERT", "ALERTE" },
	.summary = { "cancel an alert with the wearer's code",
		     "annuler une alerte avec le code de la porteuse" },
	.help = {
		"Asks for the wearer's code, without showing it; from a pipe, reads one line of\n"
		"standard input. The code is never an argument: other users would see it. A\n"
		"wrong code changes nothing, is counted, and slows the next try.\n"
		"\n"
		"  alerte cancel 7K2\n",

		"Demande le code de la porteuse sans l'afficher ; depuis un tube, lit une ligne\n"
		"de l'entrée. Le code n'est jamais un argument : d'autres le verraient. Un code\n"
		"faux ne change rien, est compté, et ralentit l'essai suivant.\n"
		"\n"
		"  alerte cancel 7K2\n",
	},
};
