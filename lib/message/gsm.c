/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GSM 7-bit default alphabet, 3GPP TS 23.038 section 6.2.1, and its extension
 * table, section 6.2.1.1.
 *
 * A character of the extension table is an ESC and a septet: it costs two, and
 * the two never stand in different parts.
 */
#include "message/gsm.h"

#include <stdbool.h>
#include <string.h>

#include <alerte/error.h>

#include "message/latin.h"
#include "port/text.h"
#include "port/utf8.h"

/* What ASCII does not share with the default alphabet at one septet. */
static const uint16_t beyond_ascii[] = {
	0x00a1, 0x00a3, 0x00a4, 0x00a5, 0x00a7, 0x00bf, 0x00c4, 0x00c5,
	0x00c6, 0x00c7, 0x00c9, 0x00d1, 0x00d6, 0x00d8, 0x00dc, 0x00df,
	0x00e0, 0x00e4, 0x00e5, 0x00e6, 0x00e8, 0x00e9, 0x00ec, 0x00f1,
	0x00f2, 0x00f6, 0x00f8, 0x00f9, 0x00fc, 0x0393, 0x0394, 0x0398,
	0x039b, 0x039e, 0x03a0, 0x03a3, 0x03a6, 0x03a8, 0x03a9,
};

/* 0: not in the alphabet; else the septets it costs. */
static int cost(int32_t point)
{
	if (point == '\n' || point == '\r')
		return 1;
	if (point >= 0x20 && point < 0x7f) {
		if (point == '`')
			return 0;
		return strchr("^{}\\[~]|", (int)point) ? 2 : 1;
	}
	if (point == '\f' || point == 0x20ac)
		return 2;
	for (size_t i = 0; i < sizeof(beyond_ascii) / sizeof(uint16_t); i++)
		if (beyond_ascii[i] == point)
			return 1;
	return 0;
}

static bool is_control(int32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/* One character brought into the alphabet. */
static void add(struct text *t, int32_t point, const char *from, size_t len)
{
	char base[LATIN_MAX];

	if (point < 0)
		text_add(t, "?");
	else if (is_control(point))
		text_add(t, " ");
	else if (point == 0x00b0)
		/* "n°" is read as a number, "45°" as a degree. */
		text_add(t, t->len && strchr("nN", t->at[t->len - 1]) ?
				    "o " : " ");
	else if (cost(point))
		text_add_n(t, from, len);
	else if (point == '`')
		text_add(t, "'");
	else if (latin_base(point, base))
		text_add(t, base);
	else
		text_add(t, "?");
}

int gsm_transliterate(const char *text, char *out, size_t cap)
{
	const char *end = text + strlen(text);
	struct text t;

	if (!cap)
		return ALERTE_ELIMIT;
	text_start(&t, out, cap);
	while (text < end && !t.cut) {
		const char *from = text;
		int32_t point = utf8_next(&text, end);

		add(&t, point, from, (size_t)(text - from));
	}
	if (t.cut) {
		out[0] = '\0';
		return ALERTE_ELIMIT;
	}
	return (int)t.len;
}

int gsm_septets(const char *text)
{
	const char *end = text + strlen(text);
	int septets = 0;

	while (text < end) {
		int32_t point = utf8_next(&text, end);
		int n = point < 0 ? 0 : cost(point);

		if (!n)
			return -1;
		septets += n;
	}
	return septets;
}

int gsm_parts(const char *text)
{
	const char *end = text + strlen(text);
	int parts = 1, used = 0;

	if (gsm_septets(text) <= GSM_SINGLE)
		return 1;
	while (text < end) {
		int32_t point = utf8_next(&text, end);
		int n = point < 0 ? 1 : cost(point);

		if (used + n > GSM_PART) {
			parts++;
			used = 0;
		}
		used += n;
	}
	return parts;
}

size_t gsm_clip(const char *text, int septets)
{
	const char *at = text, *end = text + strlen(text);

	while (at < end) {
		const char *next = at;
		int32_t point = utf8_next(&next, end);

		septets -= point < 0 ? 1 : cost(point);
		if (septets < 0)
			break;
		at = next;
	}
	return (size_t)(at - text);
}
