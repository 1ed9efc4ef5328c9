/* SPDX-License-Identifier: Apache-2.0 */
/* What the demo asks its daemon: what is not there in time is missing. */

#include <stdio.h>
#include <string.h>

#include "demo.h"

long long demo_counter(struct demo *d, const char *name)
{
	json_t *doc = NULL;
	long long n;

	if (bus_json(&d->cli, &doc, NULL, "Status", NULL) != 0)
		return -1;

	n = json_number(json_object_get(doc, "counters"), name);
	json_decref(doc);
	return n;
}

bool demo_counter_reaches(struct demo *d, const char *name, long long least,
			  int64_t until_ms)
{
	do {
		if (demo_counter(d, name) >= least)
			return true;
	} while (demo_wait(d, until_ms));

	return false;
}

/* The alert as Show has it, to be released; NULL when there is none. */
static json_t *shown(struct demo *d)
{
	json_t *doc = NULL;

	if (bus_json(&d->cli, &doc, NULL, "Show", "s", d->id) != 0)
		return NULL;

	return doc;
}

bool demo_alert_has(struct demo *d, const char *member, const char *value,
		    int64_t until_ms)
{
	json_t *doc;
	bool has;

	do {
		doc = shown(d);
		has = strcmp(json_word(json_object_get(doc, "alert"), member),
			     value) == 0;
		json_decref(doc);
		if (has || doc == NULL)
			return has;
	} while (demo_wait(d, until_ms));

	return false;
}

size_t demo_alerts(struct demo *d)
{
	json_t *doc = NULL;
	const json_t *list, *last;
	size_t n;

	if (bus_json(&d->cli, &doc, NULL, "Alerts", "xu", (int64_t)0,
		     (uint32_t)10) != 0)
		return 0;

	list = json_object_get(doc, "alerts");
	n = json_array_size(list);
	last = n == 0 ? NULL : json_array_get(list, n - 1);
	if (last != NULL) {
		snprintf(d->id, sizeof(d->id), "%lld",
			 json_number(last, "id"));
		snprintf(d->code, sizeof(d->code), "%s",
			 json_word(last, "code"));
	}

	json_decref(doc);
	return n;
}

bool demo_alert_next(struct demo *d, int64_t until_ms)
{
	char before[sizeof(d->id)];

	memcpy(before, d->id, sizeof(before));
	do {
		if (demo_alerts(d) > 0 && strcmp(before, d->id) != 0)
			return true;
	} while (demo_wait(d, until_ms));

	return false;
}
