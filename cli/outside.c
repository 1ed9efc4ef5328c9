/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The row of the verb whose work is in receiver.c.  It reads its own options:
 * the global ones are taken out before.
 */

#include <stdlib.h>

#include "cli.h"

/* Its argv, to be freed; NULL when a global option was wrong. */
static char **own_arguments(struct cli *c, int *argc, char **argv)
{
	char **own = calloc((size_t)*argc + 1, sizeof(*own));
	int n = 0, i = 0, taken;

	if (own == NULL)
		return NULL;

	own[n++] = argv[i++];
	while (i < *argc) {
		taken = args_global(c, *argc, argv, i);
		if (taken < 0) {
			free(own);
			return NULL;
		}

		if (taken == 0)
			own[n++] = argv[i++];
		i += taken;
	}

	*argc = n;
	return own;
}

static int run_receiver(struct cli *c, int argc, char **argv)
{
	char **own = own_arguments(c, &argc, argv);
	int r;

	if (own == NULL)
		return EX_USAGE;

	r = cmd_receiver(argc, own);
	free(own);
	return r;
}

const struct command receiver_command = {
	.name = "receiver",
	.run = run_receiver,
	.group = GROUP_TRY,
	.usage = { "--dir DIR [OPTIONS]", "--dir DOSSIER [OPTIONS]" },
	.summary = { "a small HTTPS server that keeps what it is sent",
		     "un petit serveur HTTPS qui garde ce qu'il reçoit" },
	.help = {
		"Listens on 127.0.0.1 and keeps every request as a file in DIR. For trials and\n"
		"demonstrations: it knows nobody and answers everybody. Prints url= and pin= for\n"
		"the site file, then ready.\n"
		"\n"
		"  --dir DIR           where requests go, and its key and certificate\n"
		"  --port N            0, as it stands, takes a free port\n"
		"  --address ADDRESS   127.0.0.1; any other is refused\n"
		"  --fail-first N      refuse the first N messages (503, Retry-After: 1)\n"
		"  --hang-after N      take N messages, leave the others without a word\n"
		"  --answers DIR       serve DIR/REFERENCE.json to polls\n"
		"  --client-ca FILE    let in only clients FILE vouches for\n"
		"  --gateway-key KEY   verify the heartbeats of that gateway, whose key alerte\n"
		"                      status shows, and print ALARM when it falls silent or\n"
		"                      reports a fault, END when that is over; may come again\n"
		"  --alarm-after S     silence is S seconds, not three beats and 10 s\n"
		"  --http-socket PATH  plain HTTP on a Unix socket, to stand behind a proxy\n"
		"\n"
		"  alerte receiver --dir ./received\n",

		"Écoute sur 127.0.0.1 et garde chaque requête dans un fichier de DOSSIER. Pour\n"
		"des essais : il ne connaît personne et répond à tous. Écrit url= et pin= pour le\n"
		"fichier de site, puis ready.\n"
		"\n"
		"  --dir DOSSIER         où vont les requêtes, sa clé et son certificat\n"
		"  --port N              0, par défaut, prend un port libre\n"
		"  --address ADRESSE     127.0.0.1 ; toute autre est refusée\n"
		"  --fail-first N        refuse les N premiers messages (503, Retry-After: 1)\n"
		"  --hang-after N        prend N messages, laisse les autres sans réponse\n"
		"  --answers DOSSIER     rend DOSSIER/REFERENCE.json à qui interroge\n"
		"  --client-ca FICHIER   n'admet que les clients dont FICHIER se porte garant\n"
		"  --gateway-key CLÉ     vérifie les battements de ce boîtier, dont alerte status\n"
		"                        montre la clé ; écrit ALARM quand il se tait ou dit une\n"
		"                        panne, END quand c'est fini ; peut être répété\n"
		"  --alarm-after S       le silence dure S secondes, non trois battements et 10 s\n"
		"  --http-socket CHEMIN  HTTP sans TLS sur une prise Unix, derrière un serveur\n"
		"\n"
		"  alerte receiver --dir ./recu\n",
	},
};
