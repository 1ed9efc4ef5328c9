/* SPDX-License-Identifier: Apache-2.0 */
#include "message/template.h"

#include <string.h>

#include <alerte/error.h>

static const char *const names[SLOT_LAST] = {
	[SLOT_NAME] = "name",
	[SLOT_SHORT] = "short",
	[SLOT_OF_SHORT] = "of_short",
	[SLOT_PLACE] = "place",
	[SLOT_AREA] = "area",
	[SLOT_BORN] = "born",
	[SLOT_DETAILS] = "details",
	[SLOT_ASSOCIATION] = "association",
	[SLOT_CODE] = "code",
	[SLOT_OK] = "ok",
	[SLOT_AT] = "at",
	[SLOT_HOUR] = "hour",
	[SLOT_SINCE] = "since",
	[SLOT_OPENED] = "opened",
	[SLOT_NOW_AT] = "now_at",
	[SLOT_NOW] = "now",
	[SLOT_WHO] = "who",
	[SLOT_QUOTE] = "quote",
	[SLOT_FAULT] = "fault",
	[SLOT_SITE] = "site",
	[SLOT_GPS] = "gps",
	[SLOT_ALSO] = "also",
	[SLOT_HOME] = "home",
	[SLOT_NTH] = "nth",
	[SLOT_ROAMING] = "roaming",
};

/* The value of the slot at "{", or NULL; *after is behind its "}". */
static const char *value_at(const char *at, const struct slots *slots,
			    const char **after)
{
	size_t len = strcspn(at, "}");

	*after = at[len] ? at + len + 1 : at + len;
	for (int i = 0; i < SLOT_LAST; i++)
		if (strlen(names[i]) == len - 1 &&
		    !strncmp(at + 1, names[i], len - 1))
			return slots->value[i];
	return NULL;
}

/* Whether every slot of the "[" at `at` has a value. */
static bool section_full(const char *at, const struct slots *slots)
{
	while (*at && *at != ']') {
		const char *value;

		if (*at != '{') {
			at++;
			continue;
		}
		value = value_at(at, slots, &at);
		if (!value || !*value)
			return false;
	}
	return true;
}

static const char *past(const char *at, char close)
{
	at = strchr(at, close);
	return at ? at + 1 : "";
}

int template_fill(const char *at, const struct slots *slots, int level,
		  struct text *t)
{
	const char *value;

	while (*at) {
		size_t plain = strcspn(at, "{[]<>");

		if (*at == '.' && t->len && t->at[t->len - 1] == '.') {
			at++;
			continue;
		}
		if (plain) {
			text_add_n(t, at, plain);
			at += plain;
			continue;
		}
		switch (*at) {
		case '{':
			value = value_at(at, slots, &at);
			if (!value || !*value)
				return ALERTE_EINVAL;
			text_add(t, value);
			break;
		case '[':
			at = section_full(at, slots) ? at + 1 : past(at, ']');
			break;
		case '<':
			at = level < at[1] - '0' ? at + 2 : past(at, '>');
			break;
		default:
			at++;
			break;
		}
	}
	return 0;
}
