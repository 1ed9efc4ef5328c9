/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Just enough of libconfuse's grammar to know which key stands on which line:
 *
 *   body     ( name '=' value | name [title] '{' body '}' )*
 *   value    word | string | '{' [ value ( ',' value )* ] '}'
 *   comment  # to the end of the line, // likewise, and the one of C
 *
 * It accepts more than libconfuse does, never less: what is wrong in other ways
 * is libconfuse's to say.
 */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 8
#define WORD_MAX 128

enum token { END, WORD, STRING, OPEN, CLOSE, EQUALS, OTHER, BROKEN };

struct scanner {
	struct syntax *s;
	const char *at, *end;
	const char *repeats;
	int line;
	int token_line;
	enum token token;
	char word[WORD_MAX];		/* of WORD and STRING, clipped */
	int depth;
	struct {
		char path[SYNTAX_PATH_MAX];
		int line;
		int again;		/* sections named `repeats` so far */
	} section[DEPTH_MAX];
};

/* The number of bytes of the well-formed character at p, or 0. */
static size_t utf8_length(const unsigned char *p, const unsigned char *end)
{
	static const unsigned int least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int c = *p;
	size_t n, i;

	if (c < 0x80)
		return 1;

	n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

	if (c < 0xc2 || c > 0xf4 || (size_t)(end - p) < n)
		return 0;

	c &= 0xffu >> (n + 1);

	for (i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}

	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;

	return n;
}

static bool is_control(unsigned char c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

bool syntax_text_valid(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text, *end = p + len;

	while (p < end) {
		size_t n = utf8_length(p, end);

		if (!n || is_control(*p))
			return false;
		p += n;
	}

	return true;
}

static bool bytes_are_text(struct syntax *s, const char *text, size_t len)
{
	const char *line = text, *end = text + len, *next;
	int n = 1;

	for (; line < end; line = next, n++) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next ? next + 1 : end;

		if (!syntax_text_valid(line, (size_t)(next - line))) {
			complain(s->out, s->file, n, "bytes that are not "
				 "UTF-8 text; save the file as UTF-8");
			return false;
		}
	}

	return true;
}

static void broken(struct scanner *c, int line, const char *what)
{
	complain(c->s->out, c->s->file, line, "%s", what);
	c->token = BROKEN;
}

static bool starts(const struct scanner *c, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(c->end - c->at) >= n && !memcmp(c->at, s, n);
}

static void skip_line(struct scanner *c)
{
	while (c->at < c->end && *c->at != '\n')
		c->at++;
}

static bool skip_comment(struct scanner *c)
{
	int line = c->line;

	for (c->at += 2; c->at < c->end; c->at++) {
		if (starts(c, "*/")) {
			c->at += 2;
			return true;
		}
		c->line += *c->at == '\n';
	}

	broken(c, line, "the comment that starts here never ends; add */");
	return false;
}

static bool skip_blank(struct scanner *c)
{
	while (c->at < c->end) {
		if (strchr(" \t\r\n", *c->at)) {
			c->line += *c->at++ == '\n';
		} else if (*c->at == '#' || starts(c, "//")) {
			skip_line(c);
		} else if (starts(c, "/*")) {
			if (!skip_comment(c))
				return false;
		} else {
			break;
		}
	}

	return true;
}

static void word_take(struct scanner *c, const char *from, const char *to)
{
	size_t n = (size_t)(to - from);

	if (n >= sizeof(c->word))
		n = sizeof(c->word) - 1;

	memcpy(c->word, from, n);
	c->word[n] = '\0';
}

static void expansion(struct scanner *c)
{
	broken(c, c->line, "${ would be replaced from the environment; write "
	       "the value itself, or put it in single quotes");
}

static void string_read(struct scanner *c)
{
	char quote = *c->at++;
	const char *from = c->at;

	for (; c->at < c->end && *c->at != quote; c->at++) {
		if (*c->at == '\n')
			break;
		if (quote == '"' && starts(c, "${")) {
			expansion(c);
			return;
		}
		if (*c->at == '\\' && c->at + 1 < c->end && c->at[1] != '\n')
			c->at++;
	}

	if (c->at >= c->end || *c->at != quote) {
		broken(c, c->line, "the string that starts here does not end "
		       "on this line; close it with the same quote");
		return;
	}

	word_take(c, from, c->at++);
	c->token = STRING;
}

static void word_read(struct scanner *c)
{
	const char *from = c->at;

	while (c->at < c->end && !strchr(" \t\r\n{}()=,+#\"'", *c->at)) {
		if (starts(c, "${")) {
			expansion(c);
			return;
		}
		c->at++;
	}

	if (c->at == from)
		c->at++;

	word_take(c, from, c->at);
	c->token = WORD;
}

static void next(struct scanner *c)
{
	if (c->token == BROKEN || !skip_blank(c))
		return;

	c->token_line = c->line;

	if (c->at >= c->end) {
		c->token = END;
		return;
	}

	switch (*c->at) {
	case '{':
		c->token = OPEN;
		c->at++;
		break;
	case '}':
		c->token = CLOSE;
		c->at++;
		break;
	case '=':
		c->token = EQUALS;
		c->at++;
		break;
	case ',':
	case '(':
	case ')':
	case '+':
		c->token = OTHER;
		c->at++;
		break;
	case '"':
	case '\'':
		string_read(c);
		break;
	default:
		word_read(c);
	}
}

/* Remember that path stands on line; complain when it already stood. */
static void mark(struct scanner *c, const char *path, const char *name,
		 int line)
{
	struct syntax *s = c->s;
	struct syntax_mark *grown;
	size_t i;

	for (i = 0; i < s->nmarks; i++) {
		if (strcmp(s->mark[i].path, path))
			continue;
		complain(s->out, s->file, line, "%s is given twice, first on "
			 "line %d; keep one of them", name, s->mark[i].line);
		return;
	}

	grown = realloc(s->mark, (s->nmarks + 1) * sizeof(*grown));

	if (!grown) {
		broken(c, line, "memory ran out");
		return;
	}

	s->mark = grown;
	grown[s->nmarks].line = line;
	strcpy(grown[s->nmarks++].path, path);
}

static bool path_join(char out[SYNTAX_PATH_MAX], const char *parent,
		      const char *name, const char *title, int again)
{
	int n;

	if (title)
		n = snprintf(out, SYNTAX_PATH_MAX, "%s%s%s=%s", parent,
			     *parent ? "/" : "", name, title);
	else if (again)
		n = snprintf(out, SYNTAX_PATH_MAX, "%s%s%s#%d", parent,
			     *parent ? "/" : "", name, again);
	else
		n = snprintf(out, SYNTAX_PATH_MAX, "%s%s%s", parent,
			     *parent ? "/" : "", name);

	return n < SYNTAX_PATH_MAX;
}

static void section_open(struct scanner *c, const char *name,
			 const char *title, int line)
{
	char what[2 * WORD_MAX + 16], path[SYNTAX_PATH_MAX];
	int again = 0;

	if (c->depth + 1 >= DEPTH_MAX) {
		broken(c, line, "sections stand too deep in one another");
		return;
	}

	if (c->repeats && !title && !strcmp(name, c->repeats))
		again = ++c->section[c->depth].again;

	if (!path_join(path, c->section[c->depth].path, name, title, again)) {
		broken(c, line, "a name is too long; shorten it");
		return;
	}

	snprintf(what, sizeof(what), title ? "section %s \"%s\"" : "section %s",
		 name, title);
	mark(c, path, what, line);

	c->depth++;
	memset(&c->section[c->depth], 0, sizeof(c->section[0]));
	strcpy(c->section[c->depth].path, path);
	c->section[c->depth].line = line;
}

static void list_skip(struct scanner *c, int line)
{
	do {
		next(c);
	} while (c->token == WORD || c->token == STRING || c->token == OTHER);

	if (c->token == END)
		broken(c, line, "the file ends inside this list; close it "
		       "with }");
	else if (c->token == CLOSE)
		next(c);
}

static void value_skip(struct scanner *c, const char *name, int line)
{
	next(c);

	if (c->token == WORD || c->token == STRING) {
		next(c);
	} else if (c->token == OPEN) {
		list_skip(c, line);
	} else if (c->token != BROKEN) {
		complain(c->s->out, c->s->file, line, "%s has no value; write "
			 "%s = VALUE", name, name);
		c->token = BROKEN;
	}
}

/* The word itself is not shown: it may be the rest of a secret. */
static void neither(struct scanner *c, int line)
{
	broken(c, line, "a word that is followed by neither = nor {; write "
	       "NAME = VALUE, and a value that holds spaces in quotes");
}

static void key_or_section(struct scanner *c)
{
	char name[WORD_MAX], title[WORD_MAX], path[SYNTAX_PATH_MAX];
	int line = c->token_line;

	strcpy(name, c->word);
	next(c);

	if (c->token == EQUALS) {
		if (path_join(path, c->section[c->depth].path, name, NULL, 0))
			mark(c, path, name, line);
		value_skip(c, name, line);
	} else if (c->token == OPEN) {
		section_open(c, name, NULL, line);
		next(c);
	} else if (c->token == STRING || c->token == WORD) {
		strcpy(title, c->word);
		next(c);
		if (c->token == OPEN) {
			section_open(c, name, title, line);
			next(c);
		} else if (c->token != BROKEN) {
			neither(c, line);
		}
	} else if (c->token == END) {
		broken(c, line, "the file ends in the middle of this line; "
		       "it may have been cut");
	} else if (c->token != BROKEN) {
		neither(c, line);
	}
}

void scan(struct syntax *s, const char *text, size_t len, const char *repeats)
{
	struct scanner c = { .s = s, .at = text, .end = text + len,
			     .repeats = repeats, .line = 1, .token = END };

	if (!bytes_are_text(s, text, len))
		return;

	next(&c);

	while (c.token != BROKEN && c.token != END) {
		if (c.token == WORD) {
			key_or_section(&c);
		} else if (c.token == CLOSE && c.depth > 0) {
			c.depth--;
			next(&c);
		} else {
			broken(&c, c.token_line, "a name was expected here");
		}
	}

	if (c.token == END && c.depth > 0)
		broken(&c, c.section[c.depth].line, "the file ends inside the "
		       "section that starts here; close it with }");
}
