/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A value can hold anything: a name with a quote in it, a text with a line
 * end.  Escaped for the place it stands in, it can never end that place.
 * Escapes: RFC 3986 section 2.1 (all but unreserved characters), RFC 8259
 * section 7.
 */
#include "transport/form.h"

#include <string.h>

static const char json_type[] = "application/json";
static const char form_type[] = "application/x-www-form-urlencoded";

/* ---------------------------------------------------------------- read */

/* The word at *at, and the blanks behind it, are passed over. */
static bool skip_word(const char **at, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*at, word, n) || ((*at)[n] && (*at)[n] != ' '))
		return false;

	*at += n;
	while (**at == ' ')
		++*at;
	return true;
}

static const char *read_expect(const char **at, struct form *t)
{
	static const char word[] = "expect=";
	size_t n;

	if (strncmp(*at, word, strlen(word)))
		return NULL;

	*at += strlen(word);
	n = strcspn(*at, " ");
	if (!n || n >= sizeof(t->expect))
		return "its expect= has no word, or a word too long";

	memcpy(t->expect, *at, n);
	*at += n;
	while (**at == ' ')
		++*at;
	return NULL;
}

static const char *read_method(const char **at, struct form *t)
{
	const char *wrong;

	t->post = skip_word(at, "POST");
	if (!t->post && !skip_word(at, "GET"))
		return "it is no known kind, and begins with neither GET nor "
		       "POST";

	wrong = read_expect(at, t);
	if (wrong || !t->post)
		return wrong;

	if (skip_word(at, json_type)) {
		t->escape = FORM_JSON;
		t->type = json_type;
	} else if (skip_word(at, form_type)) {
		t->type = form_type;
	} else {
		return "its type is neither application/json nor "
		       "application/x-www-form-urlencoded";
	}

	return NULL;
}

/* Follows where a JSON text stands: in a string, behind a backslash. */
struct quoting {
	bool inside, escaped;
};

static void quote(struct quoting *q, char c)
{
	if (q->escaped)
		q->escaped = false;
	else if (c == '\\' && q->inside)
		q->escaped = true;
	else if (c == '"')
		q->inside = !q->inside;
}

static const char *read_places(struct form *t)
{
	struct quoting q = { false, false };
	bool number = false, text = false;

	for (const char *s = t->text; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return "it holds a control character";
		if (t->escape == FORM_URL && (*s == ' ' || *s == '#'))
			return "it holds a blank or a # that is not escaped";
		if (*s != '%') {
			quote(&q, *s);
			continue;
		}

		s++;
		if (!*s || !strchr("ndtsupk%", *s))
			return "a percent sign stands before none of "
			       "n d t s u p k %";
		if (t->escape == FORM_JSON && *s != '%' &&
		    (!q.inside || q.escaped))
			return "a place stands outside of a JSON string";
		number |= *s == 'n' || *s == 'd';
		text |= *s == 't';
		t->user |= *s == 'u';
		t->password |= *s == 'p';
		t->sender |= *s == 's';
	}

	if (!number || !text)
		return "it lacks the number (%n or %d) or the text (%t)";

	return q.inside ? "a JSON string in it does not end" : NULL;
}

const char *form_read(const char *request, struct form *out)
{
	struct form t = { .escape = FORM_URL };
	const char *at = request, *wrong;

	wrong = read_method(&at, &t);
	if (wrong)
		return wrong;
	if (strlen(at) >= sizeof(t.text))
		return "it is too long";
	strcpy(t.text, at);
	if (!t.post && t.text[0] != '?' && t.text[0] != '/')
		return "what follows GET begins with neither ? nor /";

	wrong = read_places(&t);
	if (!wrong)
		*out = t;
	return wrong;
}

/* ---------------------------------------------------------------- fill */

struct filled {
	char *out;
	size_t len, cap;	/* len beyond cap: it does not fit */
};

static void put(struct filled *f, char c)
{
	if (f->len + 1 < f->cap)
		f->out[f->len] = c;
	f->len++;
}

static void put_hex(struct filled *f, unsigned char c)
{
	static const char hex[] = "0123456789ABCDEF";

	put(f, hex[c >> 4]);
	put(f, hex[c & 15]);
}

static bool unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

static void put_url(struct filled *f, const char *value)
{
	for (; *value; value++) {
		if (unreserved(*value)) {
			put(f, *value);
		} else {
			put(f, '%');
			put_hex(f, (unsigned char)*value);
		}
	}
}

static void put_json(struct filled *f, const char *value)
{
	for (; *value; value++) {
		if (*value == '"' || *value == '\\') {
			put(f, '\\');
			put(f, *value);
		} else if ((unsigned char)*value < ' ') {
			put(f, '\\');
			put(f, 'u');
			put(f, '0');
			put(f, '0');
			put_hex(f, (unsigned char)*value);
		} else {
			put(f, *value);
		}
	}
}

static const char *value_of(char place, const struct form_values *v)
{
	switch (place) {
	case 'n':
		return v->number;
	case 'd':
		return v->number + (v->number[0] == '+');
	case 't':
		return v->text;
	case 's':
		return v->sender;
	case 'u':
		return v->user;
	case 'p':
		return v->password;
	case 'k':
		return v->key;
	default:
		return "%";
	}
}

int form_fill(const struct form *t, const struct form_values *v,
		  char *out, size_t cap)
{
	struct filled f = { .out = out, .cap = cap };

	for (const char *s = t->text; *s; s++) {
		const char *value;

		if (*s != '%') {
			put(&f, *s);
			continue;
		}

		s++;
		value = value_of(*s, v);
		if (!value)
			return ALERTE_EINVAL;
		if (*s == '%')
			put(&f, '%');
		else if (t->escape == FORM_JSON)
			put_json(&f, value);
		else
			put_url(&f, value);
	}

	if (f.len >= cap)
		return ALERTE_ELIMIT;

	out[f.len] = '\0';
	return (int)f.len;
}
