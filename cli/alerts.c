/* SPDX-License-Identifier: Apache-2.0 */
/* The list of alerts. */

#include <errno.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define MOST 50

static int add_alert(const struct cli *c, struct table *t, const json_t *a)
{
	char id[24], opened[17], state[64];
	const char *relay = json_word(a, "relay");

	snprintf(id, sizeof(id), "%lld", json_number(a, "id"));
	screen_instant(json_word(a, "opened"), opened);
	snprintf(state, sizeof(state), "%s%s",
		 json_yes(a, "exercise") ? TR(c, "exercise, ", "exercice, ") :
		 "", word_alert_state(c, json_word(a, "state")));

	return table_add(t, (const char *[]){
		id, json_word(a, "code"), state, opened,
		json_word(a, "wearer"), word_gesture(c, json_word(a, "gesture")),
		strcmp(relay, "none") == 0 ? "-" : word_relay_state(c, relay),
	});
}

static int show(const struct cli *c, const json_t *doc)
{
	struct table t = { .columns = 7, .most = { 6, 4, 22, 0, 12, 13, 0 } };
	const json_t *list = json_object_get(doc, "alerts"), *a;
	size_t i;
	int r;

	if (json_array_size(list) == 0) {
		puts(TR(c, "No alert.", "Aucune alerte."));
		return 0;
	}

	r = table_add(&t, (const char *[]){
		"ID", "CODE", TR(c, "STATE", "ÉTAT"),
		TR(c, "OPENED", "OUVERTE LE"), TR(c, "WEARER", "PORTEUSE"),
		TR(c, "GESTURE", "GESTE"), "114",
	});
	json_array_foreach(list, i, a) {
		if (r == 0)
			r = add_alert(c, &t, a);
	}

	table_print(&t);
	return r;
}

/* Decimal, from 0 to most. */
static bool number_read(const char *text, long long most, long long *out)
{
	char *end;
	long long v;

	if (*text < '0' || *text > '9')
		return false;

	errno = 0;
	v = strtoll(text, &end, 10);
	if (*end != '\0' || errno != 0 || v > most)
		return false;

	*out = v;
	return true;
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *after = "0", *most = NULL;
	const struct arg args[] = {
		{ "--after", &after, NULL },
		{ "--most", &most, NULL },
		{ NULL, NULL, NULL },
	};
	long long from, limit = MOST;
	json_t *doc = NULL;
	char *text = NULL;
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 0 || !number_read(after, INT64_MAX, &from) ||
	    (most != NULL && !number_read(most, 1000, &limit)))
		return complain_usage(c, TR(c, "wanted: --after ID, --most N (at most 1000)",
					    "attendu : --after ID, --most N (au plus 1000)"));

	r = bus_json(c, &doc, &text, "Alerts", "xu", (int64_t)from,
		     (uint32_t)limit);
	if (r == 0 && !bus_print_json(c, text))
		r = show(c, doc);

	json_decref(doc);
	free(text);
	return r;
}

const struct command alerts_command = {
	.name = "alerts",
	.run = run,
	.group = GROUP_WATCH,
	.usage = { "[--after ID] [--most N]", "[--after ID] [--most N]" },
	.summary = { "the list of alerts", "la liste des alertes" },
	.help = {
		"One line an alert, the oldest first. The code (7K2) is what contacts answer\n"
		"with. \"114\" tells how far the conversation with the 114 is: handed to the\n"
		"network is not received, and an automatic answer is not a person.\n"
		"\n"
		"  --after ID   only alerts after this one\n"
		"  --most N     at most so many (50)\n"
		"\n"
		"  alerte alerts\n"
		"  alerte show 7K2\n",

		"Une ligne par alerte, la plus ancienne d'abord. Le code (7K2) est celui que\n"
		"les contacts renvoient. « 114 » dit où en est l'échange avec le 114 : remis au\n"
		"réseau n'est pas reçu, et une réponse automatique n'est pas une personne.\n"
		"\n"
		"  --after ID   seulement les alertes qui suivent celle-ci\n"
		"  --most N     au plus ce nombre (50)\n"
		"\n"
		"  alerte alerts\n"
		"  alerte show 7K2\n",
	},
};
