/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/plain.h"

#include <string.h>

#include "message/latin.h"
#include "port/text.h"
#include "port/utf8.h"

enum sign {
	SIGN_WORD,	/* part of a word */
	SIGN_SPACE,	/* between words */
	SIGN_NOTHING,	/* does not show */
	SIGN_FOREIGN	/* makes the text none of ours */
};

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

bool plain_asks(int32_t point)
{
	return point == '?' || point == 0x00bf || point == 0x037e ||
	       point == 0x061f || point == 0x203d ||
	       (point >= 0x2047 && point <= 0x2049) || point == 0xff1f;
}

static enum sign sign_of(int32_t point, char base[LATIN_MAX])
{
	if (point < 0 || plain_asks(point))
		return SIGN_FOREIGN;
	if (point < 0x20)
		return SIGN_SPACE;
	if (!latin_base(point, base))
		return SIGN_FOREIGN;
	if (!*base)
		return SIGN_NOTHING;
	if (is_alnum(base[0]))
		return SIGN_WORD;
	return strchr(" .,;:!'`\"()-_*/#", base[0]) ? SIGN_SPACE : SIGN_FOREIGN;
}

static bool is_blank(int32_t point)
{
	char base[LATIN_MAX] = "";

	return (point >= 0 && point < 0x20) ||
	       (latin_base(point, base) && base[0] == ' ');
}

static bool parts_words(int32_t point)
{
	char base[LATIN_MAX] = "";

	return sign_of(point, base) == SIGN_SPACE;
}

/* Shows nothing of its own at the edge of a word. */
static bool is_edge(int32_t point)
{
	char base[LATIN_MAX] = "";
	enum sign sign = sign_of(point, base);

	return sign == SIGN_SPACE || sign == SIGN_NOTHING;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void add_space(struct text *t)
{
	if (t->len && t->at[t->len - 1] != ' ')
		text_add(t, " ");
}

bool plain_words(const char *text, char *out, size_t cap)
{
	const char *end = text + strlen(text);
	char base[LATIN_MAX] = "";
	bool ours = true;
	struct text t;

	text_start(&t, out, cap);
	while (text < end) {
		switch (sign_of(utf8_next(&text, end), base)) {
		case SIGN_WORD:
			for (char *c = base; *c; c++)
				text_add_n(&t, &(char){ lower(*c) }, 1);
			break;
		case SIGN_SPACE:
			add_space(&t);
			break;
		case SIGN_NOTHING:
			break;
		case SIGN_FOREIGN:
			ours = false;
			add_space(&t);
			break;
		}
	}
	while (t.len && out[t.len - 1] == ' ')
		out[--t.len] = '\0';
	return ours && !t.cut;
}

/* What stands before the first character that `ends` is true of. */
static struct plain next(const char **text, bool (*ends)(int32_t point))
{
	const char *at = *text, *end = at + strlen(at);
	struct plain out = { at, 0 };

	while (at < end) {
		const char *here = at;

		if (!ends(utf8_next(&at, end))) {
			out.len = (size_t)(at - out.at);
			continue;
		}
		if (out.len) {
			at = here;
			break;
		}
		out.at = at;
	}
	*text = at;
	return out;
}

bool plain_next(const char **text, struct plain *out)
{
	struct plain word = next(text, parts_words);

	if (word.len)
		*out = word;
	return word.len > 0;
}

bool plain_next_blank(const char **text, struct plain *out)
{
	struct plain word = next(text, is_blank);

	if (word.len)
		*out = word;
	return word.len > 0;
}

/* Without what `drops` is true of at both ends. */
static struct plain strip(struct plain p, bool (*drops)(int32_t point))
{
	const char *at = p.at, *end = p.at + p.len;
	struct plain out = { end, 0 };

	while (at < end) {
		const char *here = at;

		if (drops(utf8_next(&at, end)))
			continue;
		if (!out.len)
			out.at = here;
		out.len = (size_t)(at - out.at);
	}
	return out;
}

struct plain plain_trim(struct plain p)
{
	return strip(p, is_blank);
}

struct plain plain_bare(struct plain p)
{
	return strip(p, is_edge);
}

bool plain_copy(struct plain p, char *out, size_t cap)
{
	if (p.len >= cap)
		return false;
	memcpy(out, p.at, p.len);
	out[p.len] = '\0';
	return true;
}

/* "-1" is a floor. */
static bool is_minus(const char *p)
{
	return p[0] == '-' && p[1] >= '0' && p[1] <= '9';
}

const char *plain_behind(const char *p)
{
	const char *end = p + strlen(p), *at = p;

	while (p < end && !is_minus(p)) {
		int32_t point = utf8_next(&at, end);

		if (is_blank(point) || !parts_words(point))
			break;
		p = at;
	}
	for (at = p; p < end; p = at) {
		int32_t point = utf8_next(&at, end);

		if (!is_blank(point) &&
		    !(point < 0x80 && strchr(".,:;", (int)point)))
			break;
	}
	return p;
}
