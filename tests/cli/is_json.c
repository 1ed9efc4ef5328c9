/* SPDX-License-Identifier: Apache-2.0 */
/* Succeeds when standard input is one JSON document that names its schema. */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	json_error_t error;
	json_t *doc = json_loadf(stdin, JSON_REJECT_DUPLICATES, &error);
	const char *schema = json_string_value(json_object_get(doc, "schema"));
	bool good;

	if (doc == NULL)
		fprintf(stderr, "%d: %s\n", error.column, error.text);

	good = schema != NULL && strcmp(schema, "alerte/1") == 0;
	json_decref(doc);
	return good ? 0 : 1;
}
