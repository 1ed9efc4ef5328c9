/* SPDX-License-Identifier: Apache-2.0 */
/* The operator answers the 114's agent, or says where it stands (M1, M3). */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define TEXT_MAX 2048

/* The words after the alert, with single spaces between them. */
static int join(const struct cli *c, int n, char **words, char *out)
{
	size_t len = 0;
	int i;

	for (i = 0; i < n; i++) {
		int r = snprintf(out + len, TEXT_MAX - len, "%s%s",
				 i == 0 ? "" : " ", words[i]);

		if (r < 0 || len + (size_t)r >= TEXT_MAX)
			return complain_usage(c, TR(c, "the answer is too long",
						    "la réponse est trop longue"));
		len += (size_t)r;
	}

	return 0;
}

/* The answer goes all the same: it is urgent, and they were seen already. */
static void warn_of_words(const struct cli *c)
{
	fputs(TR(c, "Warning: others on this machine can read words that stand "
		 "in a command, and\nthe shell keeps them. Next time: alerte "
		 "relay ALERT --as WHO, then type them.\n",
		 "Attention : les mots d'une commande se lisent de toute cette "
		 "machine, et le\nshell les garde. La prochaine fois : alerte "
		 "relay ALERTE --as QUI,\npuis les taper.\n"),
	      stderr);
}

static int from_input(const struct cli *c, char *out)
{
	char *text = NULL;
	int r;

	if (isatty(STDIN_FILENO))
		fputs(TR(c, "Words for the 114, then Ctrl-D:\n",
			 "Mots pour le 114, puis Ctrl-D :\n"), stderr);
	r = input_file(c, "-", TEXT_MAX - 1, &text);

	if (r != 0)
		return r;

	while (*text != '\0' && strchr("\r\n ", text[strlen(text) - 1]))
		text[strlen(text) - 1] = '\0';

	strcpy(out, text);
	free(text);
	return 0;
}

/* Nothing is sent: what the operator read there is noted. */
static int mark(struct cli *c, int n, char **argv, const char *who,
		const char *state)
{
	int r;

	if (n != 1 || who == NULL)
		return complain_usage(c, TR(c, "wanted: an ALERT, --as WHO, and no words",
					    "attendu : une ALERTE, --as QUI, et pas de mots"));

	r = bus_call(c, NULL, "RelayMark", "sss", argv[1], who, state);
	if (r == 0)
		fputs(TR(c, "Noted. Nothing is sent to the 114 for it.\n",
			 "Noté. Rien n'est envoyé au 114 pour cela.\n"),
		      stderr);
	return r;
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *who = NULL;
	bool dispatched = false, closed = false;
	const struct arg args[] = {
		{ "--as", &who, NULL },
		{ "--dispatched", NULL, &dispatched },
		{ "--closed", NULL, &closed },
		{ NULL, NULL, NULL },
	};
	char text[TEXT_MAX] = "";
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (dispatched && closed)
		return complain_usage(c, TR(c, "--dispatched or --closed, not both",
					    "--dispatched ou --closed, pas les deux"));
	if (dispatched || closed)
		return mark(c, n, argv, who,
			    closed ? "closed" : "dispatched");
	if (n < 1 || who == NULL)
		return complain_usage(c, TR(c, "wanted: an ALERT and --as WHO; the words are typed, or come from a pipe",
					    "attendu : une ALERTE et --as QUI ; les mots se tapent, ou viennent d'un tube"));

	if (n > 1)
		warn_of_words(c);
	r = n > 1 ? join(c, n - 1, argv + 2, text) : from_input(c, text);
	if (r == 0 && *text == '\0')
		r = complain_usage(c, TR(c, "there is no text to send",
					 "il n'y a pas de texte à envoyer"));
	if (r == 0)
		r = bus_call(c, NULL, "RelayAnswer", "sss", argv[1], who, text);
	if (r == 0)
		fputs(TR(c, "On its way to the 114. alerte show tells when it left.\n", "En route vers le 114. alerte show dit quand c'est parti.\n"), stderr);

	return r;
}

const struct command relay_command = {
	.name = "relay",
	.run = run,
	.group = GROUP_ANSWER,
	.usage = { "ALERT --as WHO [--dispatched|--closed] [-- TEXT...]",
		   "ALERTE --as QUI [--dispatched|--closed] [-- TEXTE...]" },
	.summary = { "answer what the 114's agent asks",
		     "répondre à ce que demande l'agent du 114" },
	.help = {
		"Sends the association's answer to the 114 in the conversation of this alert,\n"
		"opened by \"Réponse de l'association:\". The words are typed, or come from a\n"
		"pipe: what stands after -- everyone on this machine can read while it runs,\n"
		"and the shell keeps it. The agent's questions are in alerte show.\n"
		"\n"
		"  --as WHO       who answers: kept with the alert\n"
		"  --dispatched   sends nothing: you read there that help is on its way\n"
		"  --closed       sends nothing: the 114 is done with this alert\n"
		"\n"
		"  alerte relay 7K2 --as paul\n"
		"  alerte relay 7K2 --as paul < answer.txt\n",

		"Envoie au 114 la réponse de l'association, dans l'échange de cette alerte,\n"
		"précédée de « Réponse de l'association: ». Les mots se tapent, ou viennent d'un\n"
		"tube : ce qui suit -- se lit de toute cette machine pendant ce temps, et le\n"
		"shell le garde. Les questions de l'agent sont dans alerte show.\n"
		"\n"
		"  --as QUI       qui répond : gardé avec l'alerte\n"
		"  --dispatched   n'envoie rien : vous y avez lu que les secours partent\n"
		"  --closed       n'envoie rien : le 114 en a fini avec cette alerte\n"
		"\n"
		"  alerte relay 7K2 --as paul\n"
		"  alerte relay 7K2 --as paul < reponse.txt\n",
	},
};
