/* SPDX-License-Identifier: Apache-2.0 */
#include "site_place.h"

#include <stdio.h>
#include <string.h>

static void path_of(const struct place *p, const char *key,
		    char out[SYNTAX_PATH_MAX + 64])
{
	snprintf(out, SYNTAX_PATH_MAX + 64, "%s/%s", p->path, key);
}

int place_line(const struct place *p, const char *key)
{
	char path[SYNTAX_PATH_MAX + 64];
	int line;

	path_of(p, key, path);
	line = syntax_line(p->s, path);
	return line ? line : p->at->line;
}

bool place_has(const struct place *p, const char *key)
{
	char path[SYNTAX_PATH_MAX + 64];

	path_of(p, key, path);
	return syntax_has(p->s, path);
}

void place_text_check(const struct place *p, const char *key,
		      const char *value, char *out, size_t cap)
{
	if (!syntax_text_valid(value, strlen(value)) || strchr(value, '\n'))
		wrong(p, key, "%s is not one line of plain UTF-8 text; write "
		      "it without escapes", key);
	else if (strlen(value) >= cap)
		wrong(p, key, "%s is too long; at most %zu bytes", key,
		      cap - 1);
	else
		strcpy(out, value);
}

void place_text(const struct place *p, const char *key, char *out, size_t cap)
{
	const char *value = cfg_getstr(p->at, key);

	place_text_check(p, key, value ? value : "", out, cap);
}

unsigned int place_list(const struct place *p, const char *key,
			unsigned int most)
{
	unsigned int n = cfg_size(p->at, key);

	if (n <= most)
		return n;

	wrong(p, key, "%s has more than %u entries; remove some", key, most);
	return 0;
}
