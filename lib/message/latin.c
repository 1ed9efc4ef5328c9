/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every character of a European name in plain ASCII: Latin-1, Latin
 * Extended-A and -B, Latin Extended Additional, typographic punctuation and
 * the presentation forms that word processors write.
 *
 * A block is a string, one character an answer, sixteen a row; '*' stands for
 * an answer of another length, which is in answers[].
 */
#include "message/latin.h"

#include <stddef.h>
#include <string.h>

#define LATIN_FIRST 0x00a0
#define ADDITIONAL_FIRST 0x1e00

static const char latin[] =
	" !c*$Y/S *a\"-**-"	/* U+00A0 */
	" *23'u . 1 \"***?"	/* U+00B0 */
	"AAAAAA*CEEEEIIII"	/* U+00C0 */
	"DNOOOOOxOUUUUY**"	/* U+00D0 */
	"aaaaaa*ceeeeiiii"	/* U+00E0 */
	"dnooooo/ouuuuy*y"	/* U+00F0 */
	"AaAaAaCcCcCcCcDd"	/* U+0100 */
	"DdEeEeEeEeEeGgGg"	/* U+0110 */
	"GgGgHhHhIiIiIiIi"	/* U+0120 */
	"Ii**JjKkkLlLlLlL"	/* U+0130 */
	"lLlNnNnNn***OoOo"	/* U+0140 */
	"Oo**RrRrRrSsSsSs"	/* U+0150 */
	"SsTtTtTtUuUuUuUu"	/* U+0160 */
	"UuUuWwYyYZzZzZzs"	/* U+0170 */
	"bBBbbbOCcDDDddEE"	/* U+0180 */
	"EFfGG*IIKkllMNnO"	/* U+0190 */
	"Oo**PpRSsSstTtTU"	/* U+01A0 */
	"uUVYyZzZZzz255tw"	/* U+01B0 */
	"!!!!*********AaI"	/* U+01C0 */
	"iOoUuUuUuUuUueAa"	/* U+01D0 */
	"Aa**GgGgKkOoOoZz"	/* U+01E0 */
	"j***Gg*WNnAa**Oo"	/* U+01F0 */
	"AaAaEeEeIiIiOoOo"	/* U+0200 */
	"RrRrUuUuSsTtYyHh"	/* U+0210 */
	"Nd**ZzAaEeOoOoOo"	/* U+0220 */
	"OoYylntj**ACcLTs"	/* U+0230 */
	"z''BUVEeJjQqRrYy";	/* U+0240 */

static const char additional[] =
	"AaBbBbBbCcDdDdDd"	/* U+1E00 */
	"DdDdEeEeEeEeEeFf"	/* U+1E10 */
	"GgHhHhHhHhHhIiIi"	/* U+1E20 */
	"KkKkKkLlLlLlLlMm"	/* U+1E30 */
	"MmMmNnNnNnNnOoOo"	/* U+1E40 */
	"OoOoPpPpRrRrRrRr"	/* U+1E50 */
	"SsSsSsSsSsTtTtTt"	/* U+1E60 */
	"TtUuUuUuUuUuVvVv"	/* U+1E70 */
	"WwWwWwWwWwXxXxYy"	/* U+1E80 */
	"ZzZzZzhtwyasss*d"	/* U+1E90 */
	"AaAaAaAaAaAaAaAa"	/* U+1EA0 */
	"AaAaAaAaEeEeEeEe"	/* U+1EB0 */
	"EeEeEeEeIiIiOoOo"	/* U+1EC0 */
	"OoOoOoOoOoOoOoOo"	/* U+1ED0 */
	"OoOoUuUuUuUuUuUu"	/* U+1EE0 */
	"UuYyYyYyYy**VvYy";	/* U+1EF0 */

struct answer {
	uint16_t point;
	char text[LATIN_MAX];
};

/* Sorted by code point. */
static const struct answer answers[] = {
	{ 0x00a3, "GBP" }, { 0x00a9, "(c)" }, { 0x00ad, "" },
	{ 0x00ae, "(r)" }, { 0x00b1, "+-" }, { 0x00bc, "1/4" },
	{ 0x00bd, "1/2" }, { 0x00be, "3/4" }, { 0x00c6, "AE" },
	{ 0x00de, "Th" }, { 0x00df, "ss" }, { 0x00e6, "ae" },
	{ 0x00fe, "th" }, { 0x0132, "IJ" }, { 0x0133, "ij" },
	{ 0x0149, "'n" }, { 0x014a, "Ng" }, { 0x014b, "ng" },
	{ 0x0152, "OE" }, { 0x0153, "oe" }, { 0x0195, "hv" },
	{ 0x01a2, "Oi" }, { 0x01a3, "oi" }, { 0x01c4, "DZ" },
	{ 0x01c5, "Dz" }, { 0x01c6, "dz" }, { 0x01c7, "LJ" },
	{ 0x01c8, "Lj" }, { 0x01c9, "lj" }, { 0x01ca, "NJ" },
	{ 0x01cb, "Nj" }, { 0x01cc, "nj" }, { 0x01e2, "AE" },
	{ 0x01e3, "ae" }, { 0x01f1, "DZ" }, { 0x01f2, "Dz" },
	{ 0x01f3, "dz" }, { 0x01f6, "Hv" }, { 0x01fc, "AE" },
	{ 0x01fd, "ae" }, { 0x0222, "Ou" }, { 0x0223, "ou" },
	{ 0x0238, "db" }, { 0x0239, "qp" }, { 0x02bb, "'" }, { 0x02bc, "'" },
	{ 0x02bd, "'" }, { 0x02c6, "'" }, { 0x02c8, "'" }, { 0x02da, " " },
	{ 0x1e9e, "SS" }, { 0x1efa, "Ll" }, { 0x1efb, "ll" }, { 0x2022, "-" },
	{ 0x2024, "." }, { 0x2025, ".." }, { 0x2026, "..." }, { 0x2027, "." },
	{ 0x2030, "0/00" }, { 0x2032, "'" }, { 0x2033, "\"" },
	{ 0x2034, "\"" }, { 0x2035, "'" }, { 0x2039, "'" }, { 0x203a, "'" },
	{ 0x203c, "!!" }, { 0x2043, "-" }, { 0x2044, "/" }, { 0x2047, "?\?" },
	{ 0x2048, "?!" }, { 0x2049, "!?" }, { 0x2070, "0" }, { 0x2074, "4" },
	{ 0x2116, "No " }, { 0x2122, "TM" }, { 0x2212, "-" }, { 0x2215, "/" },
	{ 0x2248, "=" }, { 0x2260, "<>" }, { 0x2264, "<=" }, { 0x2265, ">=" },
	{ 0x3000, " " }, { 0xfb00, "ff" }, { 0xfb01, "fi" }, { 0xfb02, "fl" },
	{ 0xfb03, "ffi" }, { 0xfb04, "ffl" }, { 0xfb05, "st" },
	{ 0xfb06, "st" },
};

struct range {
	uint16_t first, last;
	char text[2];
};

/* Runs of characters with one answer. */
static const struct range ranges[] = {
	{ 0x02b9, 0x02ba, "'" },	/* modifier primes */
	{ 0x0300, 0x036f, "" },		/* combining marks */
	{ 0x2000, 0x200a, " " },	/* spaces of every width */
	{ 0x200b, 0x200f, "" },		/* zero width, direction marks */
	{ 0x2010, 0x2015, "-" },	/* hyphens and dashes */
	{ 0x2018, 0x201b, "'" },
	{ 0x201c, 0x201f, "\"" },
	{ 0x2028, 0x2029, " " },	/* line and paragraph separators */
	{ 0x202a, 0x202e, "" },		/* direction overrides */
	{ 0x202f, 0x202f, " " },	/* the French narrow space */
	{ 0x205f, 0x205f, " " },
	{ 0x2060, 0x206f, "" },
	{ 0xfe00, 0xfe0f, "" },		/* variation selectors */
	{ 0xfeff, 0xfeff, "" },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool find_answer(int32_t point, char out[LATIN_MAX])
{
	size_t low = 0, high = COUNT(answers);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (answers[middle].point < point)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == COUNT(answers) || answers[low].point != point)
		return false;
	memcpy(out, answers[low].text, LATIN_MAX);
	return true;
}

static bool find_range(int32_t point, char out[LATIN_MAX])
{
	for (size_t i = 0; i < COUNT(ranges); i++) {
		if (point < ranges[i].first || point > ranges[i].last)
			continue;
		memcpy(out, ranges[i].text, sizeof(ranges[i].text));
		return true;
	}
	return false;
}

static char find_block(int32_t point)
{
	int32_t at = point - LATIN_FIRST;

	if (at >= 0 && at < (int32_t)sizeof(latin) - 1)
		return latin[at];
	at = point - ADDITIONAL_FIRST;
	if (at >= 0 && at < (int32_t)sizeof(additional) - 1)
		return additional[at];
	return '*';
}

bool latin_base(int32_t point, char out[LATIN_MAX])
{
	char c = point >= 0x20 && point < 0x7f ? (char)point :
						 find_block(point);

	if (c == '*' && point != '*')
		return find_answer(point, out) || find_range(point, out);
	out[0] = c;
	out[1] = '\0';
	return true;
}
