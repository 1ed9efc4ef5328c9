/* SPDX-License-Identifier: Apache-2.0 */
/* Files and typed lines. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
	int error;

	if (buffer == NULL)
		return -ENOMEM;

	*len = fread(buffer, 1, most + 1, f);
	if (ferror(f)) {
		/* EISDIR, of a folder. */
		error = errno != 0 ? errno : EIO;
		input_wipe(buffer, *len);
		free(buffer);
		return -error;
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
		return complainf(c, EX_DATAERR, what,
				 TR(c, "the name of another file",
				    "le nom d'un autre fichier"),
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

/* It is read all the same: the key is needed, and the harm is done. */
static void warn_of_readers(const struct cli *c, const char *path, FILE *f)
{
	struct stat st;
	char line[2048];

	if (fstat(fileno(f), &st) < 0 || !S_ISREG(st.st_mode) ||
	    (st.st_mode & (S_IRGRP | S_IROTH)) == 0)
		return;

	snprintf(line, sizeof(line),
		 TR(c, "alerte: others can read %s: chmod 600 %s",
		    "alerte: d'autres peuvent lire %s : chmod 600 %s"),
		 path, path);
	screen_wrap_on(stderr, line, 2, 0);
}

static int not_read(const struct cli *c, int code, const char *path, int error)
{
	return complainf(c, code,
			 TR(c, "the file was not read",
			    "le fichier n'a pas été lu"), error == EISDIR ?
			 TR(c, "the name of a file in it",
			    "le nom d'un fichier qui s'y trouve") :
			 TR(c, "check the name and who may read it",
			    "vérifiez le nom et qui peut le lire"),
			 TR(c, "%s: %s", "%s : %s"), path, strerror(error));
}

static int read_text(const struct cli *c, const char *path, size_t most,
		     bool secret, char **text)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *f = standard ? stdin : fopen(path, "re");
	char *got = NULL;
	size_t len = 0;
	int r;

	if (f == NULL)
		return not_read(c, EX_NOINPUT, path, errno);
	if (secret && !standard)
		warn_of_readers(c, path, f);

	/* A secret must not stay behind in the stream's buffer. */
	setvbuf(f, NULL, _IONBF, 0);
	r = read_all(f, most, &got, &len);
	if (!standard)
		fclose(f);
	if (r < 0)
		return not_read(c, r == -ENOMEM ? EX_SOFTWARE : EX_NOINPUT,
				path, -r);

	r = judge(c, path, most, got, len);
	if (r != 0) {
		input_wipe(got, len);
		free(got);
		return r;
	}

	*text = got;
	return 0;
}

int input_file(const struct cli *c, const char *path, size_t most, char **text)
{
	return read_text(c, path, most, false, text);
}

int input_secret(const struct cli *c, const char *path, size_t most,
		 char **text)
{
	return read_text(c, path, most, true, text);
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
				TR(c, "the same command, and type the line",
				   "la même commande, et tapez la ligne"));

	out[strcspn(out, "\r\n")] = '\0';
	return 0;
}
