/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the verbs whose work is in decode.c and receiver.c. */

#include "cli.h"

static int run_decode(struct cli *c, int argc, char **argv)
{
	(void)c;
	return cmd_decode(argc, argv);
}

const struct command decode_command = {
	.name = "decode",
	.run = run_decode,
	.group = GROUP_TRY,
	.usage = { "HEX... | --batch", "HEX... | --batch" },
	.summary = { "explain what a button's advertisement says",
		     "expliquer ce que dit l'annonce d'un bouton" },
	.help = { "", "" },
};

static int run_receiver(struct cli *c, int argc, char **argv)
{
	(void)c;
	return cmd_receiver(argc, argv);
}

const struct command receiver_command = {
	.name = "receiver",
	.run = run_receiver,
	.group = GROUP_TRY,
	.usage = { "[OPTIONS]", "[OPTIONS]" },
	.summary = { "a small HTTPS server that keeps what it is sent",
		     "un petit serveur HTTPS qui garde ce qu'il reçoit" },
	.help = { "", "" },
};
