/* SPDX-License-Identifier: Apache-2.0 */
/* Files and typed lines. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "hidden.h"

void input_wipe(void *at, size_t len)
{
	explicit_bzero(at, len);
}

static int read_all(FILE *f, size_t most, char **text, size_t *len)
{
	char *buffer = malloc(most + 2);

	if (buffer == NULL)
		return -ENOMEM;

	*len = fread(buffer, 1, most + 1, f);
	if (ferror(f)) {
		free(buffer);
		return -EIO;
	}

	buffer[*len] = '\0';
	*text = buffer;
	return 0;
}

/* The first byte that is not of a UTF-8 text (RFC 3629), or len; NUL ended. */
static size_t first_bad_byte(const char *text, size_t len)
{
	size_t i = 0, n, k;

	while (i < len) {
		unsigned char c = (unsigned char)text[i];
		unsigned char d = (unsigned char)text[i + 1];

		if (c == 0)
			return i;

		n = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 :
		    c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
		if (n == 0 || i + n > len)
			return i;
		/* Overlong forms, surrogates, above U+10FFFF. */
		if ((c == 0xe0 && d < 0xa0) || (c == 0xed && d >= 0xa0) ||
		    (c == 0xf0 && d < 0x90) || (c == 0xf4 && d >= 0x90))
			return i;

		for (k = 1; k < n; k++) {
			if (((unsigned char)text[i + k] & 0xc0) != 0x80)
				return i;
		}

		i += n;
	}

	return len;
}

static size_t line_of(const char *text, size_t at)
{
	size_t line = 1, i;

	for (i = 0; i < at; i++)
		line += text[i] == '\n';

	return line;
}

static int judge(const struct cli *c, const char *path, size_t most,
		 const char *text, size_t len)
{
	const char *what = TR(c, "the file was not read",
			      "le fichier n'a pas été lu");
	size_t bad;

	if (len > most)
		return complainf(c, EX_DATAERR, what, NULL,
				 TR(c, "%s is larger than %zu bytes",
				    "%s dépasse %zu octets"), path, most);

	bad = first_bad_byte(text, len);
	if (bad < len)
		return complainf(c, EX_DATAERR, what,
				 TR(c, "save it as UTF-8 and try again",
				    "enregistrez-le en UTF-8, puis recommencez"),
				 TR(c, "%s:%zu: not UTF-8 text",
				    "%s:%zu: ce n'est pas du texte UTF-8"),
				 path, line_of(text, bad));

	return 0;
}

int input_file(const struct cli *c, const char *path, size_t most, char **text)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *f = standard ? stdin : fopen(path, "re");
	char *read_text = NULL;
	size_t len = 0;
	int r;

	if (f == NULL)
		return complainf(c, EX_NOINPUT,
				 TR(c, "the file was not read",
				    "le fichier n'a pas été lu"),
				 TR(c, "check the name and who may read it",
				    "vérifiez le nom et qui peut le lire"),
				 "%s: %s", path, strerror(errno));

	/* A secret must not stay behind in the stream's buffer. */
	setvbuf(f, NULL, _IONBF, 0);
	r = read_all(f, most, &read_text, &len);
	if (!standard)
		fclose(f);
	if (r < 0)
		return complainf(c, r == -EIO ? EX_NOINPUT : EX_SOFTWARE,
				 TR(c, "the file was not read",
				    "le fichier n'a pas été lu"), NULL,
				 "%s: %s", path, strerror(-r));

	r = judge(c, path, most, read_text, len);
	if (r != 0) {
		input_wipe(read_text, len);
		free(read_text);
		return r;
	}

	*text = read_text;
	return 0;
}

/* 1, or 0 at the end of the file. */
static int plain_line(const char *prompt, bool echo, char *out, size_t cap)
{
	/* A secret must not stay behind in the stream's buffer. */
	if (!echo)
		setvbuf(stdin, NULL, _IONBF, 0);

	if (isatty(STDIN_FILENO)) {
		fputs(prompt, stderr);
		fflush(stderr);
	}

	return fgets(out, (int)cap, stdin) != NULL;
}

int input_line(const struct cli *c, const char *prompt, bool echo, char *out,
	       size_t cap)
{
	int got = !echo && isatty(STDIN_FILENO) ?
		  hidden_line(prompt, out, cap) :
		  plain_line(prompt, echo, out, cap);

	if (got == 0)
		return complain(c, EX_NOINPUT,
				TR(c, "nothing was done", "rien n'a été fait"),
				TR(c, "standard input ended before a line came",
				   "l'entrée s'est terminée sans une ligne"),
				NULL);

	out[strcspn(out, "\r\n")] = '\0';
	return 0;
}
