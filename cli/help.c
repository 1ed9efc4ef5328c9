/* SPDX-License-Identifier: Apache-2.0 */
/* Help: every line at most 80 columns, in both languages. */

#include <stdio.h>
#include <string.h>

#include "cli.h"

static const char *const intro[2] = {
	"alerte: a press on a discreet button becomes help. This command talks\n"
	"to alerted, the service that receives the button and warns people.\n"
	"\n"
	"Usage: alerte [OPTIONS] VERB [ARGUMENTS]\n",

	"alerte : un appui sur un bouton discret devient des secours. Cette\n"
	"commande parle à alerted, le service qui reçoit le bouton et prévient.\n"
	"\n"
	"Usage : alerte [OPTIONS] VERBE [ARGUMENTS]\n",
};

static const char *const heading[GROUP_LAST][2] = {
	[GROUP_WATCH] = { "Look (changes nothing)",
			  "Regarder (ne change rien)" },
	[GROUP_ANSWER] = { "Answer an alert", "Répondre à une alerte" },
	[GROUP_PREPARE] = { "Prepare and try out", "Préparer et essayer" },
	[GROUP_TRY] = { "Without the service", "Sans le service" },
};

static const char *const options[2] = {
	"Options, before or after the verb\n"
	"  --json         print data as JSON, one document a line\n"
	"  --lang fr|en   language of the texts (else LC_ALL, LC_MESSAGES, LANG)\n"
	"  --socket PATH  the service's socket (else $ALERTE_SOCKET, then\n"
	"                 /run/alerted/control, then the system bus)\n"
	"  --system       use the system bus\n"
	"  --help         this text, or the verb's\n"
	"  --version      the version\n"
	"\n"
	"ALERT is the code people were given (7K2), a reference or a number of\n"
	"the list. Exit codes are those of sysexits: 0 done, 64 wrong usage,\n"
	"65 wrong data, 66 not found, 69 service not reached, 70 our mistake,\n"
	"71 memory or system, 73 not created, 74 disk, 75 try again later,\n"
	"77 not allowed, 78 configuration.\n"
	"\n"
	"In danger now? This command is not the way: call 17 or 112, or text 114.\n"
	"\n"
	"To see the whole at work, with no hardware and no network: alerte demo\n",

	"Options, avant ou après le verbe\n"
	"  --json         écrit les données en JSON, un document par ligne\n"
	"  --lang fr|en   langue des textes (sinon LC_ALL, LC_MESSAGES, LANG)\n"
	"  --socket CHEMIN\n"
	"                 la prise du service (sinon $ALERTE_SOCKET, puis\n"
	"                 /run/alerted/control, puis le bus système)\n"
	"  --system       passe par le bus système\n"
	"  --help         ce texte, ou celui du verbe\n"
	"  --version      la version\n"
	"\n"
	"ALERTE est le code donné aux gens (7K2), une référence ou un numéro de\n"
	"la liste. Les codes de sortie sont ceux de sysexits : 0 fait, 64 usage,\n"
	"65 données fausses, 66 introuvable, 69 service non joint, 70 erreur de\n"
	"notre part, 71 mémoire ou système, 73 non créé, 74 disque,\n"
	"75 réessayer plus tard, 77 interdit, 78 configuration.\n"
	"\n"
	"En danger maintenant ? Pas cette commande : appelez le 17 ou le 112,\n"
	"ou envoyez un SMS au 114.\n"
	"\n"
	"Pour voir le tout marcher, sans matériel ni réseau : alerte demo\n",
};

void help_all(const struct cli *c)
{
	size_t i, g;

	fputs(intro[c->french], stdout);

	for (g = 0; g < GROUP_LAST; g++) {
		printf("\n%s\n", heading[g][c->french]);

		for (i = 0; commands[i] != NULL; i++) {
			if (commands[i]->group == g)
				printf("  %-9s  %s\n", commands[i]->name,
				       commands[i]->summary[c->french]);
		}
	}

	printf("\n%s", options[c->french]);
	printf("%s\n", TR(c, "Help on one verb: alerte help VERB",
			  "Aide sur un verbe : alerte help VERBE"));
}

void help_one(const struct cli *c, const struct command *cmd)
{
	const char *usage = cmd->usage[c->french];

	printf(TR(c, "alerte %s: %s\n\nUsage: alerte %s%s%s\n\n%s",
		  "alerte %s : %s\n\nUsage : alerte %s%s%s\n\n%s"),
	       cmd->name, cmd->summary[c->french], cmd->name,
	       *usage == '\0' ? "" : " ", usage, cmd->help[c->french]);
}
