/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   SMS-SUBMIT     smsc fo mr number pid dcs [validity] udl ud
 *   SMS-DELIVER    smsc fo number pid dcs time(7) udl ud
 *   STATUS-REPORT  smsc fo mr number time(7) discharge(7) status
 *
 * A user data header takes whole octets; the septets of the text start at the
 * next septet boundary behind it.
 */
#include <stdio.h>
#include <string.h>

#include "pdu.h"

/* TS 23.038 section 6.2.1; 0 stands for the escape. */
static const uint16_t alphabet[128] = {
	'@', 0xa3, '$', 0xa5, 0xe8, 0xe9, 0xf9, 0xec,
	0xf2, 0xc7, '\n', 0xd8, 0xf8, '\r', 0xc5, 0xe5,
	0x394, '_', 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8,
	0x3a3, 0x398, 0x39e, 0, 0xc6, 0xe6, 0xdf, 0xc9,
	' ', '!', '"', '#', 0xa4, '%', '&', '\'',
	'(', ')', '*', '+', ',', '-', '.', '/',
	'0', '1', '2', '3', '4', '5', '6', '7',
	'8', '9', ':', ';', '<', '=', '>', '?',
	0xa1, 'A', 'B', 'C', 'D', 'E', 'F', 'G',
	'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O',
	'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W',
	'X', 'Y', 'Z', 0xc4, 0xd6, 0xd1, 0xdc, 0xa7,
	0xbf, 'a', 'b', 'c', 'd', 'e', 'f', 'g',
	'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o',
	'p', 'q', 'r', 's', 't', 'u', 'v', 'w',
	'x', 'y', 'z', 0xe4, 0xf6, 0xf1, 0xfc, 0xe0,
};

static const struct {
	uint8_t septet;
	uint16_t point;
} extension[] = {
	{ 0x0a, '\f' }, { 0x14, '^' }, { 0x28, '{' }, { 0x29, '}' },
	{ 0x2f, '\\' }, { 0x3c, '[' }, { 0x3d, '~' }, { 0x3e, ']' },
	{ 0x40, '|' }, { 0x65, 0x20ac },
};

#define ESCAPE 0x1b
#define NELEM(a) (sizeof(a) / sizeof((a)[0]))

struct octets {
	uint8_t at[256];
	size_t len;
};

static int hex_read(const char *hex, struct octets *o)
{
	size_t n = strlen(hex);
	unsigned int byte;

	if (n % 2 || n / 2 > sizeof(o->at))
		return -1;

	for (o->len = 0; o->len < n / 2; o->len++) {
		if (sscanf(hex + 2 * o->len, "%2x", &byte) != 1)
			return -1;
		o->at[o->len] = (uint8_t)byte;
	}

	return 0;
}

static void hex_write(const struct octets *o, char hex[PDU_HEX_MAX])
{
	for (size_t i = 0; i < o->len; i++)
		sprintf(hex + 2 * i, "%02X", o->at[i]);
}

static void put(struct octets *o, unsigned int byte)
{
	if (o->len < sizeof(o->at))
		o->at[o->len++] = (uint8_t)byte;
}

static size_t utf8_write(uint32_t c, char *out)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}

	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}

	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}

	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* Tests give well-formed text; a stray octet is read as Latin-1. */
static uint32_t utf8_read(const char **at)
{
	const uint8_t *s = (const uint8_t *)*at;
	int more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : s[0] >= 0xc0 ? 1 : 0;
	uint32_t c = more ? s[0] & (0x3fu >> more) : s[0];

	for (int i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80) {
			*at += 1;
			return s[0];
		}
		c = c << 6 | (s[i] & 0x3f);
	}

	*at += 1 + more;
	return c;
}

static unsigned int septet_at(const uint8_t *ud, size_t i)
{
	size_t bit = i * 7;
	unsigned int two = ud[bit / 8] | (unsigned int)ud[bit / 8 + 1] << 8;

	return two >> bit % 8 & 0x7f;
}

static void septet_put(uint8_t *ud, size_t i, unsigned int septet)
{
	size_t bit = i * 7;
	unsigned int two = septet << bit % 8;

	ud[bit / 8] |= (uint8_t)two;
	ud[bit / 8 + 1] |= (uint8_t)(two >> 8);
}

static uint32_t extended(unsigned int septet)
{
	for (size_t i = 0; i < NELEM(extension); i++)
		if (extension[i].septet == septet)
			return extension[i].point;

	return ' ';
}

static void gsm_read(const uint8_t *ud, size_t from, size_t to, char *text)
{
	size_t len = 0;

	for (size_t i = from; i < to; i++) {
		unsigned int s = septet_at(ud, i);
		uint32_t c = alphabet[s];

		if (s == ESCAPE) {
			if (++i == to)
				break;
			c = extended(septet_at(ud, i));
		}
		len += utf8_write(c, text + len);
	}
	text[len] = '\0';
}

static void ucs2_read(const uint8_t *ud, size_t from, size_t to, char *text)
{
	size_t len = 0;

	for (size_t i = from; i + 1 < to; i += 2) {
		uint32_t c = (uint32_t)ud[i] << 8 | ud[i + 1];

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < to) {
			uint32_t low = (uint32_t)ud[i + 2] << 8 | ud[i + 3];

			c = 0x10000 + ((c & 0x3ff) << 10 | (low & 0x3ff));
			i += 2;
		}
		len += utf8_write(c, text + len);
	}
	text[len] = '\0';
}

/* Octets of the header, its length octet included; fills *part. */
static size_t header_read(const uint8_t *ud, size_t len, struct pdu_part *part)
{
	size_t n = (size_t)ud[0] + 1;

	if (n > len)
		return len;

	for (size_t i = 1; i + 1 < n; i += 2u + ud[i + 1]) {
		if (ud[i] == 0x00 && ud[i + 1] == 3 && i + 4 < n)
			*part = (struct pdu_part){ ud[i + 2], ud[i + 3],
						   ud[i + 4] };
		if (ud[i] == 0x08 && ud[i + 1] == 4 && i + 5 < n)
			*part = (struct pdu_part){
				(unsigned int)ud[i + 2] << 8 | ud[i + 3],
				ud[i + 4], ud[i + 5] };
	}

	return n;
}

static void number_read(const uint8_t *at, size_t digits, uint8_t type,
			char out[PDU_NUMBER_MAX])
{
	size_t len = 0;

	if ((type & 0x70) == 0x10)
		out[len++] = '+';
	for (size_t i = 0; i < digits; i++)
		out[len++] = "0123456789*#abc?"[i % 2 ? at[i / 2] >> 4
						      : at[i / 2] & 0xf];
	out[len] = '\0';
}

static void number_put(struct octets *o, const char *number)
{
	const char *d = number + (number[0] == '+');
	size_t n = strlen(d);

	put(o, (unsigned int)n);
	put(o, number[0] == '+' ? 0x91 : 0x81);
	for (size_t i = 0; i < n; i += 2)
		put(o, (i + 1 < n ? (d[i + 1] - '0') << 4 : 0xf0)
		       | (d[i] - '0'));
}

static void ud_read(const uint8_t *ud, size_t len, size_t units, bool header,
		    struct pdu_submit *out)
{
	size_t skip = header ? header_read(ud, len, &out->part) : 0;

	switch (out->dcs & 0x0c) {
	case 0x08:
		ucs2_read(ud, skip, units, out->text);
		break;
	case 0x04:
		out->text[0] = '\0';
		break;
	default:
		gsm_read(ud, (skip * 8 + 6) / 7, units, out->text);
		break;
	}
}

int pdu_submit_read(const char *hex, size_t length, struct pdu_submit *out)
{
	static const size_t validity_size[4] = { 0, 7, 1, 7 };
	struct octets o = { .len = 0 };
	size_t at, digits, units, octets;
	unsigned int first;

	if (hex_read(hex, &o) < 0 || o.len < 8)
		return -1;

	at = 1u + o.at[0];
	if (at + 8 > o.len || o.len - at != length)
		return -1;

	first = o.at[at];
	digits = o.at[at + 2];
	if ((first & 3) != 1 || digits > 20 || at + 4 + digits > o.len)
		return -1;

	memset(out, 0, sizeof(*out));
	out->part = (struct pdu_part){ 0, 1, 1 };
	out->report = first & 0x20;
	number_read(o.at + at + 4, digits, o.at[at + 3], out->number);

	at += 4 + (digits + 1) / 2 + 1;
	out->dcs = o.at[at++];
	out->validity = (first >> 3 & 3) == 2 ? o.at[at] : -1;
	at += validity_size[first >> 3 & 3];
	if (at >= o.len)
		return -1;

	units = o.at[at++];
	octets = out->dcs & 0x0c ? units : (units * 7 + 7) / 8;
	if (octets != o.len - at || octets > 140)
		return -1;

	ud_read(o.at + at, octets, units, first & 0x40, out);
	return 0;
}

/* Septets of a code point, into s; 0 when the alphabet has it not. */
static int gsm_of(uint32_t c, unsigned int s[2])
{
	for (unsigned int i = 0; i < 128; i++) {
		if (i != ESCAPE && alphabet[i] == c) {
			s[0] = i;
			return 1;
		}
	}

	for (size_t i = 0; i < NELEM(extension); i++) {
		if (extension[i].point == c) {
			s[0] = ESCAPE;
			s[1] = extension[i].septet;
			return 2;
		}
	}

	return 0;
}

static bool gsm_only(const char *text)
{
	unsigned int s[2];

	while (*text)
		if (!gsm_of(utf8_read(&text), s))
			return false;

	return true;
}

static size_t header_write(const struct pdu_part *part, uint8_t *ud)
{
	const uint8_t header[] = { 5, 0, 3, (uint8_t)part->reference,
				   (uint8_t)part->total,
				   (uint8_t)part->sequence };

	if (part->total < 2)
		return 0;

	memcpy(ud, header, sizeof(header));
	return sizeof(header);
}

/* Returns the units (septets), or -1; *octets is what they take. */
static int gsm_write(const char *text, uint8_t *ud, size_t skip,
		     size_t *octets)
{
	size_t n = (skip * 8 + 6) / 7;
	unsigned int s[2];

	while (*text) {
		int k = gsm_of(utf8_read(&text), s);

		if (n + (size_t)k > 160)
			return -1;
		for (int i = 0; i < k; i++)
			septet_put(ud, n++, s[i]);
	}

	*octets = (n * 7 + 7) / 8;
	return (int)n;
}

static int ucs2_write(const char *text, uint8_t *ud, size_t skip,
		      size_t *octets)
{
	size_t n = skip;

	while (*text) {
		uint32_t c = utf8_read(&text);

		if (n + 4 > 140)
			return -1;
		if (c >= 0x10000) {
			uint32_t high = 0xd800 + ((c - 0x10000) >> 10);

			ud[n++] = (uint8_t)(high >> 8);
			ud[n++] = (uint8_t)high;
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		ud[n++] = (uint8_t)(c >> 8);
		ud[n++] = (uint8_t)c;
	}

	*octets = n;
	return (int)n;
}

/* 24 November 2026, 14:05:00, +1 h: semi-octets swapped. */
static void time_put(struct octets *o)
{
	static const uint8_t stamp[7] = { 0x62, 0x11, 0x42, 0x41, 0x50, 0x00,
					  0x40 };

	for (size_t i = 0; i < sizeof(stamp); i++)
		put(o, stamp[i]);
}

int pdu_deliver_write(const char *from, const char *text,
		      const struct pdu_part *part, char hex[PDU_HEX_MAX],
		      size_t *length)
{
	struct octets o = { .len = 0 };
	uint8_t ud[142] = { 0 };
	size_t skip = header_write(part, ud), octets = 0;
	bool gsm = gsm_only(text);
	int units = gsm ? gsm_write(text, ud, skip, &octets)
			: ucs2_write(text, ud, skip, &octets);

	if (units < 0 || strlen(from) > 20)
		return -1;

	put(&o, 0);
	put(&o, skip ? 0x44 : 0x04);
	number_put(&o, from);
	put(&o, 0);
	put(&o, gsm ? 0x00 : 0x08);
	time_put(&o);
	put(&o, (unsigned int)units);
	for (size_t i = 0; i < octets; i++)
		put(&o, ud[i]);

	hex_write(&o, hex);
	*length = o.len - 1;
	return 0;
}

int pdu_report_write(uint8_t reference, const char *to, uint8_t status,
		     char hex[PDU_HEX_MAX], size_t *length)
{
	struct octets o = { .len = 0 };

	if (strlen(to) > 20)
		return -1;

	put(&o, 0);
	put(&o, 0x06);
	put(&o, reference);
	number_put(&o, to);
	time_put(&o);
	time_put(&o);
	put(&o, status);

	hex_write(&o, hex);
	*length = o.len - 1;
	return 0;
}
