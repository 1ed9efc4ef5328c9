/* SPDX-License-Identifier: Apache-2.0 */
/* A passphrase comes by the terminal, a file or standard input: never argv. */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define SHORTEST 12

static int fail(const struct cli *c, int code, const char *why,
		const char *next)
{
	return complain(c, code, TR(c, "nothing was done", "rien n'a été fait"),
			why, next);
}

static int too_long(const struct cli *c)
{
	return fail(c, EX_DATAERR,
		    TR(c, "the passphrase is longer than 1000 bytes",
		       "la phrase secrète dépasse 1000 octets"), NULL);
}

static int from_file(const struct cli *c, const char *path, char *out)
{
	char *text = NULL;
	size_t len;
	int r = input_secret(c, path, 65536, &text);

	if (r != 0)
		return r;

	len = strlen(text);
	text[strcspn(text, "\r\n")] = '\0';
	if (strlen(text) > 1000)
		r = too_long(c);
	else
		strcpy(out, text);

	input_wipe(text, len);
	free(text);
	return r;
}

static int from_line(const struct cli *c, const char *prompt, char *out)
{
	int r = input_line(c, prompt, false, out, PASSPHRASE_MAX);

	return r == 0 && strlen(out) > 1000 ? too_long(c) : r;
}

static int again(const struct cli *c, const char *first)
{
	char second[PASSPHRASE_MAX] = "";
	int r = from_line(c, TR(c, "The same again: ",
				"La même encore une fois : "), second);

	if (r == 0 && strcmp(first, second) != 0)
		r = fail(c, EX_DATAERR,
			 TR(c, "the two passphrases differ",
			    "les deux phrases secrètes diffèrent"),
			 TR(c, "the same command", "la même commande"));

	input_wipe(second, sizeof(second));
	return r;
}

int input_passphrase(const struct cli *c, const char *path, bool fresh,
		     char out[PASSPHRASE_MAX])
{
	char got[PASSPHRASE_MAX] = "";
	int r;

	if (path != NULL)
		r = from_file(c, path, got);
	else
		r = from_line(c, fresh ?
			      TR(c, "A passphrase for this file, not shown: ",
				 "Une phrase secrète pour ce fichier, non affichée : ") :
			      TR(c, "The passphrase of this file, not shown: ",
				 "La phrase secrète de ce fichier, non affichée : "), got);

	if (r == 0 && fresh && screen_width(got) < SHORTEST)
		r = fail(c, EX_DATAERR,
			 TR(c, "the passphrase has less than 12 characters: whoever finds the file can guess it",
			    "la phrase secrète a moins de 12 caractères : qui trouve le fichier peut la deviner"),
			 TR(c, "take five words that do not belong together",
			    "prenez cinq mots sans rapport entre eux"));
	if (r == 0 && fresh && path == NULL && isatty(STDIN_FILENO))
		r = again(c, got);
	if (r == 0)
		strcpy(out, got);

	input_wipe(got, sizeof(got));
	return r;
}
