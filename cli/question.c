/* SPDX-License-Identifier: Apache-2.0 */
/* What reaches people, or cannot be taken back, is asked for twice. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

int question_ask(const struct cli *c, const struct question *q)
{
	char typed[16];
	int r;

	if (!isatty(STDIN_FILENO))
		return complainf(c, EX_USAGE, q->undone,
				 TR(c, "the same command with --yes",
				    "la même commande avec --yes"),
				 TR(c, "%s and nobody is here to say yes",
				    "%s et nul n'est là pour dire oui"),
				 q->stake);

	fputs(q->warning, stderr);
	/* A file typed here ended before the answer is. */
	clearerr(stdin);
	r = input_line(c, q->prompt, true, typed, sizeof(typed));
	if (r != 0)
		return EX_USAGE;

	if (strcmp(typed, "yes") == 0 || strcmp(typed, "oui") == 0)
		return 0;

	return complain(c, EX_USAGE, q->undone,
			TR(c, "the answer was not yes",
			   "la réponse n'était pas oui"), NULL);
}
