/* SPDX-License-Identifier: Apache-2.0 */
/* Members of the daemon's documents. */

#include "cli.h"

const char *json_word(const json_t *doc, const char *name)
{
	const char *s = json_string_value(json_object_get(doc, name));

	return s == NULL ? "" : s;
}

bool json_yes(const json_t *doc, const char *name)
{
	return json_is_true(json_object_get(doc, name));
}

long long json_number(const json_t *doc, const char *name)
{
	return json_integer_value(json_object_get(doc, name));
}
