/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/mime.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <alerte/mail.h>
#include <alerte/settings.h>

#define LINE_MAX_ 76
#define KEY_MAX 128
#define SUBJECT_MAX 200
/* "Subject: =?UTF-8?B?" and "?=" leave 55: 13 groups of four, 39 bytes. */
#define WORD_BYTES 39
/* Six headers of an address, a key or a date, and the fixed ones. */
#define HEADERS_MAX 2048

/* Filled to a bound that was worked out before: what is left out is a bug. */
struct buffer {
	char *at;
	size_t cap, len;
	bool cut;
};

static void add(struct buffer *b, const char *bytes, size_t n)
{
	if (n > b->cap - b->len) {
		b->cut = true;
		return;
	}

	memcpy(b->at + b->len, bytes, n);
	b->len += n;
}

static void addf(struct buffer *b, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void addf(struct buffer *b, const char *format, ...)
{
	char line[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);

	if (n < 0 || (size_t)n >= sizeof(line))
		b->cut = true;
	else
		add(b, line, (size_t)n);
}

/* ---------------------------------------------------------- what is given */

/* Length of the character at s, or 0 when it is none (RFC 3629 section 4). */
static size_t utf8_len(const unsigned char *s)
{
	static const struct {
		unsigned char mask, lead, least;	/* of the second byte */
		size_t n;
	} kinds[] = {
		{ 0x80, 0x00, 0x00, 1 },
		{ 0xe0, 0xc0, 0x80, 2 },
		{ 0xf0, 0xe0, 0x80, 3 },
		{ 0xf8, 0xf0, 0x80, 4 },
	};

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		size_t n = kinds[k].n;

		if ((s[0] & kinds[k].mask) != kinds[k].lead)
			continue;
		for (size_t i = 1; i < n; i++)
			if ((s[i] & 0xc0) != 0x80)
				return 0;
		/* overlong, surrogates, above U+10FFFF */
		if (s[0] == 0xc0 || s[0] == 0xc1 || s[0] > 0xf4 ||
		    (s[0] == 0xe0 && s[1] < 0xa0) ||
		    (s[0] == 0xed && s[1] > 0x9f) ||
		    (s[0] == 0xf0 && s[1] < 0x90) ||
		    (s[0] == 0xf4 && s[1] > 0x8f))
			return 0;
		return n;
	}

	return 0;
}

static bool utf8_good(const char *s)
{
	const unsigned char *at = (const unsigned char *)s;
	size_t n;

	for (; *at; at += n) {
		n = utf8_len(at);
		if (!n)
			return false;
	}

	return true;
}

static bool subject_good(const char *s)
{
	if (!s || !*s || strlen(s) > SUBJECT_MAX || !utf8_good(s))
		return false;

	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;

	return true;
}

/* Lines of a text end in "\n"; any other control character is none of ours. */
static bool text_good(const char *s)
{
	if (!s || strlen(s) > ALERTE_MAIL_TEXT_MAX || !utf8_good(s))
		return false;

	for (; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\n') || *s == 0x7f)
			return false;

	return true;
}

/* One word of a Message-ID (RFC 5322 section 3.6.4). */
static bool key_good(const char *s)
{
	size_t n = s ? strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "abcdefghijklmnopqrstuvwxyz0123456789-_") : 0;

	return n > 0 && n < KEY_MAX && !s[n];
}

/* ------------------------------------------------------------- headers */

/* RFC 5322 section 3.3, in UTC: the place is nobody's business. */
static void add_date(struct buffer *b, int64_t wall_ms)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || tm.tm_year < 0 || tm.tm_year > 8099) {
		b->cut = true;
		return;
	}

	addf(b, "Date: %.3s, %02d %.3s %04d %02d:%02d:%02d +0000\r\n",
	     days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
	     tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void add_base64(struct buffer *b, const unsigned char *s, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned int v = (unsigned int)s[i] << 16;
		char out[4];

		if (i + 1 < n)
			v |= (unsigned int)s[i + 1] << 8;
		if (i + 2 < n)
			v |= s[i + 2];
		out[0] = digits[v >> 18];
		out[1] = digits[v >> 12 & 63];
		out[2] = i + 1 < n ? digits[v >> 6 & 63] : '=';
		out[3] = i + 2 < n ? digits[v & 63] : '=';
		add(b, out, sizeof(out));
	}
}

/* As many whole characters as one encoded word takes. */
static size_t word_len(const unsigned char *s)
{
	size_t n = 0, next;

	while (s[n] && (next = utf8_len(s + n)) && n + next <= WORD_BYTES)
		n += next;

	return n;
}

static bool plain(const char *s)
{
	/* What looks like an encoded word would be read as one. */
	if (strlen(s) > LINE_MAX_ - strlen("Subject: ") || strstr(s, "=?"))
		return false;

	for (; *s; s++)
		if (*s < ' ' || *s > '~')
			return false;

	return true;
}

static void add_subject(struct buffer *b, const char *subject)
{
	const unsigned char *s = (const unsigned char *)subject;
	size_t n;

	if (plain(subject)) {
		addf(b, "Subject: %s\r\n", subject);
		return;
	}

	addf(b, "Subject:");

	for (; *s; s += n) {
		n = word_len(s);
		addf(b, "%s =?UTF-8?B?", s == (const unsigned char *)subject
		     ? "" : "\r\n");
		add_base64(b, s, n);
		addf(b, "?=");
	}

	addf(b, "\r\n");
}

static void add_headers(struct buffer *b, const struct mime *m)
{
	add_date(b, m->wall_ms);
	addf(b, "From: <%s>\r\n", m->from);
	addf(b, "To: <%s>\r\n", m->to);
	addf(b, "Message-ID: <%s@%s>\r\n", m->key, strchr(m->from, '@') + 1);
	add_subject(b, m->subject);
	addf(b, "Auto-Submitted: auto-generated\r\n");

	if (m->important)
		addf(b, "Importance: high\r\n");

	addf(b, "MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

/* ---------------------------------------------------------------- text */

/* What one byte is in a line; a blank at the end of one is not to be seen. */
static size_t quoted(const char *s, char out[4])
{
	static const char hex[] = "0123456789ABCDEF";
	unsigned char c = (unsigned char)*s;
	bool blank = c == ' ' && (s[1] == '\n' || !s[1]);

	if (c >= ' ' && c <= '~' && c != '=' && !blank) {
		out[0] = (char)c;
		return 1;
	}

	out[0] = '=';
	out[1] = hex[c >> 4];
	out[2] = hex[c & 15];
	return 3;
}

static void add_text(struct buffer *b, const char *text)
{
	size_t column = 0;
	char out[4];

	for (const char *s = text; *s; s++) {
		size_t n;

		if (*s == '\n') {
			addf(b, "\r\n");
			column = 0;
			continue;
		}
		n = quoted(s, out);
		if (column + n > LINE_MAX_ - 1) {
			addf(b, "=\r\n");
			column = 0;
		}
		/* A dot alone would end the message (RFC 5321 4.5.2). */
		if (!column && *s == '.')
			add(b, ".", 1);
		add(b, out, n);
		column += n;
	}

	if (column)
		addf(b, "\r\n");
}

int mime_compose(const struct mime *m, char **out, size_t *len)
{
	struct buffer b = { .cap = 0 };

	if (!m->from || alerte_email_check(m->from) || !m->to ||
	    alerte_email_check(m->to) || !key_good(m->key) ||
	    !subject_good(m->subject) || !text_good(m->text))
		return ALERTE_EINVAL;

	/* Three for a byte, and "=\r\n" for each 25 of those. */
	b.cap = HEADERS_MAX + 4 * strlen(m->text);
	b.at = malloc(b.cap);

	if (!b.at)
		return ALERTE_ENOMEM;

	add_headers(&b, m);
	add_text(&b, m->text);
	addf(&b, ".\r\n");

	if (b.cut) {
		explicit_bzero(b.at, b.cap);
		free(b.at);
		return ALERTE_EINVAL;
	}

	*out = b.at;
	*len = b.len;
	return 0;
}
