/* SPDX-License-Identifier: Apache-2.0 */
/* A person says: I am on it (L3). */

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

	r = bus_call(c, NULL, "Acknowledge", "ss", argv[1], who);
	if (r == 0)
		fprintf(stderr, TR(c, "%s takes care of %s; the others are told.\n", "%s s'occupe de %s ; les autres en sont avertis.\n"), who, argv[1]);

	return r;
}

const struct command ack_command = {
	.name = "ack",
	.run = run,
	.group = GROUP_ANSWER,
	.usage = { "ALERT --as WHO", "ALERTE --as QUI" },
	.summary = { "say who takes care of an alert",
		     "dire qui s'occupe d'une alerte" },
	.help = {
		"Says that WHO is on it: the alert stops climbing, and the others who were\n"
		"written to are told. It does not stop the conversation with the 114, and it\n"
		"lapses after 20 minutes unless somebody arrived or closed the alert.\n"
		"\n"
		"  --as WHO   id of a contact, or a name\n"
		"\n"
		"  alerte ack 7K2 --as paul\n",

		"Dit que QUI s'en occupe : l'alerte cesse de monter, et ceux qui étaient\n"
		"prévenus l'apprennent. Cela n'arrête pas l'échange avec le 114, et tombe après\n"
		"20 minutes si personne n'est arrivé ni n'a clos l'alerte.\n"
		"\n"
		"  --as QUI   identifiant d'un contact, ou un nom\n"
		"\n"
		"  alerte ack 7K2 --as paul\n",
	},
};
