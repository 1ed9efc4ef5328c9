/* SPDX-License-Identifier: Apache-2.0 */
/* Arming for the 114, in two calls (M4). */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static int confirm(struct cli *c, const char *who, const char *token)
{
	int r = bus_call(c, NULL, "ArmConfirm", "ss", who, token);

	if (r == 0)
		fputs(TR(c, "ARMED: a press may now text the 114.\n",
			 "ARMÉ : un appui peut maintenant écrire au 114.\n"),
		      stderr);

	return r;
}

static void print_token(const struct cli *c, const char *token)
{
	if (c->json)
		printf("{\"schema\":\"alerte/1\",\"token\":\"%s\"}\n", token);
	else
		printf("%s\n", token);

	fflush(stdout);
}

/* A terminal has a person before it: the token is to be typed back. */
static int second_step(struct cli *c, const char *who, const char *token)
{
	char typed[64];
	int r;

	print_token(c, token);

	if (!isatty(STDIN_FILENO)) {
		fprintf(stderr, TR(c, "Not armed yet. Within 5 minutes: alerte arm --as \"%s\" --token %s\n",
				   "Pas encore armé. Avant 5 minutes : alerte arm --as \"%s\" --token %s\n"), who, token);
		return 0;
	}

	fputs(TR(c, "Once armed, a press of a button texts the 114, a real emergency service.\n", "Une fois armé, un appui sur un bouton écrit au 114, un vrai service d'urgence.\n"), stderr);
	r = input_line(c, TR(c, "Type the token above to arm: ",
			     "Pour armer, tapez le jeton ci-dessus : "), true,
		       typed, sizeof(typed));
	if (r != 0)
		return r;

	if (strcmp(typed, token) != 0)
		return complain(c, EX_NOPERM, TR(c, "not armed", "pas armé"),
				TR(c, "what was typed is not the token",
				   "ce qui a été tapé n'est pas le jeton"),
				TR(c, "alerte arm --as WHO",
				   "alerte arm --as QUI"));

	return confirm(c, who, token);
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *who = NULL, *token = NULL, *given;
	const struct arg args[] = {
		{ "--as", &who, NULL },
		{ "--token", &token, NULL },
		{ NULL, NULL, NULL },
	};
	sd_bus_message *reply = NULL;
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 0 || who == NULL)
		return complain_usage(c, TR(c, "wanted: --as WHO",
					    "attendu : --as QUI"));

	if (token != NULL)
		return confirm(c, who, token);

	r = bus_call(c, &reply, "Arm", "s", who);
	if (r == 0 && sd_bus_message_read(reply, "s", &given) < 0)
		r = complain(c, EX_SOFTWARE,
			     TR(c, "the daemon's answer was not understood",
				"la réponse du service n'a pas été comprise"),
			     NULL, "alerted --version");
	else if (r == 0)
		r = second_step(c, who, given);

	sd_bus_message_unref(reply);
	return r;
}

const struct command arm_command = {
	.name = "arm",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "--as WHO [--token TOKEN]", "--as QUI [--token JETON]" },
	.summary = { "let presses text the 114, in two steps",
		     "autoriser l'envoi au 114, en deux temps" },
	.help = {
		"The 114 is a real emergency service. As installed, nothing can reach it. The\n"
		"first step prints a token, good for 5 minutes; the second takes it back, typed\n"
		"on the terminal or with --token. Who and when are kept. Agree with the\n"
		"association before you arm.\n"
		"\n"
		"  --as WHO        who arms\n"
		"  --token TOKEN   the second step\n"
		"\n"
		"  alerte arm --as \"Paul Martin\"\n",

		"Le 114 est un vrai service d'urgence. À l'installation, rien ne peut lui\n"
		"écrire. Le premier temps affiche un jeton valable 5 minutes ; le second le\n"
		"reprend, tapé au terminal ou par --token. Qui et quand sont gardés. Convenez-en\n"
		"avec l'association avant d'armer.\n"
		"\n"
		"  --as QUI        qui arme\n"
		"  --token JETON   le second temps\n"
		"\n"
		"  alerte arm --as \"Paul Martin\"\n",
	},
};
