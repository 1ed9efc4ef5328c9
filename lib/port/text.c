/* SPDX-License-Identifier: Apache-2.0 */
#include "port/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "port/utf8.h"

void text_start(struct text *t, char *out, size_t cap)
{
	*t = (struct text){ .at = out, .cap = cap };
	out[0] = '\0';
}

void text_add_n(struct text *t, const char *s, size_t n)
{
	if (n >= t->cap - t->len) {
		t->cut = true;
		return;
	}
	memcpy(t->at + t->len, s, n);
	t->len += n;
	t->at[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_n(t, s, strlen(s));
}

void text_addf(struct text *t, const char *format, ...)
{
	size_t room = t->cap - t->len;
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(t->at + t->len, room, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= room) {
		t->at[t->len] = '\0';
		t->cut = true;
		return;
	}
	t->len += (size_t)n;
}

bool text_copy(char *out, size_t cap, const char *s)
{
	size_t len = strlen(s);

	out[0] = '\0';
	if (len >= cap)
		return false;
	memcpy(out, s, len + 1);
	return true;
}

bool text_whole(const char *array, size_t cap)
{
	const char *end = memchr(array, '\0', cap);

	return end && utf8_valid(array, (size_t)(end - array));
}
