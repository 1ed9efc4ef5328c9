/* SPDX-License-Identifier: Apache-2.0 */
/* Text on a screen of 80 columns. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

#define COLUMNS 80

/* Bytes of the UTF-8 character at s, 1 for one that is malformed. */
static size_t char_bytes(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1, i;

	for (i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 1;
	}

	return n;
}

/*
 * Characters that would move the cursor, colour the screen or turn the line
 * round: C0, DEL, C1, and the bidirectional controls.
 */
static bool drives_screen(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;

	if (n == 1)
		return u[0] < 0x20 || u[0] >= 0x7f;
	if (n == 2)
		return u[0] == 0xc2 && u[1] < 0xa0;
	if (n == 3 && u[0] == 0xe2)
		return (u[1] == 0x80 && u[2] >= 0xa8 && u[2] <= 0xae) ||
		       (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9);

	return false;
}

static void put_char(FILE *f, const char *s, size_t n)
{
	if (drives_screen(s, n))
		fputc('?', f);
	else
		fwrite(s, 1, n, f);
}

size_t screen_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text += char_bytes(text))
		width++;

	return width;
}

void screen_put(const char *text)
{
	size_t n;

	for (; *text != '\0'; text += n) {
		n = char_bytes(text);
		put_char(stdout, text, n);
	}
}

void screen_cell(const char *text, size_t width)
{
	size_t whole = screen_width(text), shown, i, n;

	shown = whole <= width ? whole : width - 1;

	for (i = 0; i < shown; i++, text += n) {
		n = char_bytes(text);
		put_char(stdout, text, n);
	}

	if (whole > width) {
		fputs("…", stdout);
		shown++;
	}

	for (; shown < width; shown++)
		putchar(' ');
}

/* Columns and bytes of the word at s. */
static size_t word_at(const char *s, size_t *bytes)
{
	size_t width = 0, n = 0;

	while (s[n] != '\0' && s[n] != ' ' && s[n] != '\n') {
		n += char_bytes(s + n);
		width++;
	}

	*bytes = n;
	return width;
}

void screen_wrap_on(FILE *f, const char *text, size_t indent, size_t at)
{
	size_t bytes, width, i;
	bool first = true;

	while (*text != '\0') {
		width = word_at(text, &bytes);

		if (!first && at + 1 + width > COLUMNS) {
			fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			fputc(' ', f);
			at++;
		}

		for (i = 0; i < bytes; i += char_bytes(text + i))
			put_char(f, text + i, char_bytes(text + i));

		at += width;
		first = false;
		text += bytes;
		text += strspn(text, " \n");
	}

	fputc('\n', f);
}

void screen_wrap(const char *text, size_t indent, size_t at)
{
	screen_wrap_on(stdout, text, indent, at);
}

void screen_instant(const char *iso, char out[17])
{
	if (strlen(iso) < 16) {
		strcpy(out, "-");
		return;
	}

	memcpy(out, iso, 16);
	out[10] = ' ';
	out[16] = '\0';
}

int table_add(struct table *t, const char *const *cells)
{
	void *grown = realloc(t->cell, (t->rows + 1) * sizeof(*t->cell));
	size_t i;

	if (grown == NULL)
		return EX_SOFTWARE;

	t->cell = grown;
	memset(t->cell[t->rows], 0, sizeof(*t->cell));

	for (i = 0; i < t->columns; i++)
		t->cell[t->rows][i] = strdup(cells[i] == NULL ? "" : cells[i]);

	t->rows++;
	return 0;
}

static size_t column_width(const struct table *t, size_t column)
{
	size_t widest = 0, row, width;

	for (row = 0; row < t->rows; row++) {
		width = screen_width(t->cell[row][column]);
		if (width > widest)
			widest = width;
	}

	if (t->most[column] != 0 && widest > t->most[column])
		return t->most[column];

	return widest;
}

/* One that is wider than its column is alone in the rest of its line. */
static void put_cell(const struct table *t, const char *text, size_t width,
		     size_t end)
{
	if (!t->whole || screen_width(text) <= width) {
		screen_cell(text, width);
		fputs("  ", stdout);
		return;
	}

	screen_put(text);
	printf("\n%*s", (int)end, "");
}

static void put_last(const char *text, size_t at, bool one_line)
{
	if (!one_line) {
		screen_wrap(text, at, at);
		return;
	}

	screen_put(text);
	putchar('\n');
}

void table_print(struct table *t)
{
	bool one_line = t->whole && !isatty(STDOUT_FILENO);
	size_t width[TABLE_COLUMNS], row, i, end;

	if (one_line)
		memset(t->most, 0, sizeof(t->most));
	for (i = 0; i < t->columns; i++)
		width[i] = column_width(t, i);

	for (row = 0; row < t->rows; row++) {
		for (i = 0, end = 0; i + 1 < t->columns; i++) {
			end += width[i] + 2;
			put_cell(t, t->cell[row][i], width[i], end);
		}

		put_last(t->cell[row][i], end, one_line);

		for (i = 0; i < t->columns; i++)
			free(t->cell[row][i]);
	}

	free(t->cell);
	t->cell = NULL;
	t->rows = 0;
}
