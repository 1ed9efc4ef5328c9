/* SPDX-License-Identifier: Apache-2.0 */
#include "message/xml.h"

#include <string.h>

#include "port/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Section 2.2, the production Char, but for what utf8_next() refuses. */
static bool is_char(int32_t point)
{
	return point >= 0x20 ? point != 0xfffe && point != 0xffff :
	       point == '\t' || point == '\n' || point == '\r';
}

void xml_start(struct text *t)
{
	text_add(t, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

/* A parser reads a bare CR as LF: section 2.11. */
static const char *escape_of(int32_t point)
{
	switch (point) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '\r':
		return "&#13;";
	default:
		return is_char(point) ? NULL : REPLACEMENT;
	}
}

void xml_text(struct text *t, const char *s)
{
	const char *end = s + strlen(s);

	while (s < end) {
		const char *from = s;
		const char *escape = escape_of(utf8_next(&s, end));

		if (escape)
			text_add(t, escape);
		else
			text_add_n(t, from, (size_t)(s - from));
	}
}

void xml_element(struct text *t, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	text_addf(t, "<%s>", name);
	xml_text(t, value);
	text_addf(t, "</%s>\n", name);
}

static char plain_of(int32_t point)
{
	switch (point) {
	case '<':
		return '(';
	case '>':
		return ')';
	case '&':
		return '+';
	default:
		return ' ';
	}
}

void xml_flatten(const char *s, char *out, size_t cap)
{
	const char *end = s + utf8_clip(s, strlen(s), cap - 1);
	size_t n = 0;

	while (s < end) {
		const char *from = s;
		int32_t point = utf8_next(&s, end);

		if (escape_of(point)) {
			out[n++] = plain_of(point);
			continue;
		}
		memcpy(out + n, from, (size_t)(s - from));
		n += (size_t)(s - from);
	}
	out[n] = '\0';
}
