/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telephone numbers, ITU-T E.164.  A French number has nine digits behind the
 * 33 (thirteen in the 700 range of machines) and the first is never 0, so no
 * short number fits there.  Elsewhere only the 116 xxx lines are long enough
 * to pass for a number once a country code stands before them.
 */
#include "message/number.h"

#include <string.h>

#include <alerte/settings.h>

#include "port/text.h"
#include "port/utf8.h"

#define DIGITS_MIN 7
#define DIGITS_MAX 15

/* From here all French rescue services call back. */
#define CALL_BACK "33800112112"

static bool is_help_line(const char *digits, size_t len)
{
	return len > 6 && len <= 9 && !strncmp(digits + len - 6, "116", 3);
}

bool number_is_plain(const char *number)
{
	const char *digits = number + 1;
	size_t len;

	if (number[0] != '+' || digits[0] < '1' || digits[0] > '9')
		return false;
	len = strspn(digits, "0123456789");
	if (digits[len] || len < DIGITS_MIN || len > DIGITS_MAX)
		return false;
	if (is_help_line(digits, len) || !strcmp(digits, CALL_BACK))
		return false;
	if (!strncmp(digits, "33", 2))
		return digits[2] != '0' &&
		       (len == 11 || (len == 15 && !strncmp(digits + 2,
							     "700", 3)));
	return true;
}

/* What people put between digits. */
static bool is_filler(int32_t point)
{
	return point == ' ' || point == '.' || point == '-' ||
	       point == 0x00a0 || point == 0x202f;
}

/* Digits and a leading "+" of text; false at anything else. */
static bool collect(const char *text, struct text *t)
{
	const char *end = text + strlen(text);

	while (text < end) {
		const char *from = text;
		int32_t point = utf8_next(&text, end);

		if (is_filler(point))
			continue;
		if (point == '+' ? t->len != 0 : point < '0' || point > '9')
			return false;
		text_add_n(t, from, 1);
	}
	return !t->cut;
}

int alerte_number_parse(const char *text, char out[ALERTE_NUMBER_MAX])
{
	char typed[ALERTE_NUMBER_MAX + 4], number[ALERTE_NUMBER_MAX + 4];
	struct text t;

	if (!text || !out)
		return ALERTE_EINVAL;
	text_start(&t, typed, sizeof(typed));
	if (!collect(text, &t))
		return ALERTE_EINVAL;

	text_start(&t, number, sizeof(number));
	if (typed[0] == '+') {
		text_add(&t, typed);
	} else if (!strncmp(typed, "00", 2)) {
		text_addf(&t, "+%s", typed + 2);
	} else if (typed[0] == '0') {
		text_addf(&t, "+33%s", typed + 1);
	}
	if (t.cut || t.len >= ALERTE_NUMBER_MAX || !number_is_plain(number))
		return ALERTE_EINVAL;
	memcpy(out, number, t.len + 1);
	return 0;
}
