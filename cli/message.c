/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every error has three parts: what did not happen, why, and what to type
 * next.  The reader may be in a hurry.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

/* Red is for a terminal whose owner did not say NO_COLOR (no-color.org). */
static bool coloured(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDERR_FILENO) && (no == NULL || *no == '\0');
}

/* The daemon's sentences may be of several lines: each stays indented. */
static void put_lines(const char *label, const char *text)
{
	fprintf(stderr, "  %s ", label);

	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\n')
			fputs(text[1] == '\0' ? "" : "\n    ", stderr);
		else
			fputc(c < 0x20 || c == 0x7f ? '?' : c, stderr);
	}

	fputc('\n', stderr);
}

/* A screen breaks words; a command in another line is as it was typed. */
static void put_why(const char *label, const char *why)
{
	size_t n = screen_width(label) + 3;

	if (!isatty(STDERR_FILENO) || strchr(why, '\n') != NULL) {
		put_lines(label, why);
		return;
	}

	fprintf(stderr, "  %s ", label);
	screen_wrap_on(stderr, why, 4, n);
}

int complain(const struct cli *c, int code, const char *what, const char *why,
	     const char *next)
{
	fflush(stdout);
	if (coloured())
		fprintf(stderr, "\033[1;31malerte:\033[0m %s\n", what);
	else
		fprintf(stderr, "alerte: %s\n", what);

	if (why != NULL)
		put_why(TR(c, "why:", "cause :"), why);
	if (next != NULL)
		put_lines(TR(c, "next:", "ensuite :"), next);

	return code;
}

int complainf(const struct cli *c, int code, const char *what,
	      const char *next, const char *why, ...)
{
	char text[2048];
	va_list list;

	va_start(list, why);
	vsnprintf(text, sizeof(text), why, list);
	va_end(list);

	return complain(c, code, what, text, next);
}

int complain_usage(const struct cli *c, const char *why)
{
	char next[64];

	snprintf(next, sizeof(next), "alerte help %s", c->verb);

	return complain(c, EX_USAGE,
			TR(c, "nothing was done",
			   "rien n'a été fait"), why, next);
}

void message_lines(const json_t *list, const char *label)
{
	const json_t *line;
	const char *s;
	size_t i;

	json_array_foreach(list, i, line) {
		s = json_string_value(line);
		if (s == NULL)
			continue;

		for (; *s != '\0'; s++)
			fputc((unsigned char)*s < 0x20 ? ' ' : *s, stderr);
		fprintf(stderr, "%s\n", label);
	}
}
