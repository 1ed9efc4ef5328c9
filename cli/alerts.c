/* SPDX-License-Identifier: Apache-2.0 */
/* The list of alerts. */

#include <errno.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define MOST 50
#define PAGE 1000			/* the daemon gives no more at once */

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

/*
 * Where to begin so that the last `limit` are shown: whoever looks in a hurry
 * looks for what is open now.
 */
static int find_begin(struct cli *c, size_t limit, int64_t *begin)
{
	int64_t ring[PAGE + 1], last = 0;
	const json_t *list, *a;
	json_t *doc = NULL;
	size_t n = 0, got, i;
	int r;

	do {
		r = bus_json(c, &doc, NULL, "Alerts", "xu", last,
			     (uint32_t)PAGE);
		if (r != 0)
			return r;

		list = json_object_get(doc, "alerts");
		got = json_array_size(list);
		json_array_foreach(list, i, a) {
			last = json_number(a, "id");
			ring[n++ % (limit + 1)] = last;
		}
		json_decref(doc);
	} while (got == PAGE);

	*begin = n > limit ? ring[(n - limit - 1) % (limit + 1)] : 0;
	return 0;
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *after = NULL, *most = NULL;
	const struct arg args[] = {
		{ "--after", &after, NULL },
		{ "--most", &most, NULL },
		{ NULL, NULL, NULL },
	};
	long long given = 0, limit = MOST;
	int64_t from;
	json_t *doc = NULL;
	char *text = NULL;
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 0 ||
	    (after != NULL && !number_read(after, INT64_MAX, &given)) ||
	    (most != NULL && !number_read(most, PAGE, &limit)) || limit == 0)
		return complain_usage(c, TR(c, "wanted: --after ID, --most N (at most 1000)",
					    "attendu : --after ID, --most N (au plus 1000)"));

	from = given;
	if (after == NULL)
		r = find_begin(c, (size_t)limit, &from);
	if (r == 0)
		r = bus_json(c, &doc, &text, "Alerts", "xu", from,
			     (uint32_t)limit);
	if (r == 0 && !bus_print_json(c, text)) {
		r = show(c, doc);
		if (after == NULL && from > 0)
			fputs(TR(c, "There are older ones: alerte alerts --after 0\n",
				 "Il y en a de plus anciennes : alerte alerts --after 0\n"),
			      stderr);
	}

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
		"One line an alert, the newest last. The code (7K2) is what contacts answer\n"
		"with. \"114\" tells how far the conversation with the 114 is: handed to the\n"
		"network is not received, and an automatic answer is not a person.\n"
		"\n"
		"  --after ID   those that follow this one, instead of the last ones\n"
		"  --most N     at most so many (50)\n"
		"\n"
		"  alerte alerts\n"
		"  alerte show 7K2\n",

		"Une ligne par alerte, la plus récente en dernier. Le code (7K2) est celui que\n"
		"les contacts renvoient. « 114 » dit où en est l'échange avec le 114 : remis au\n"
		"réseau n'est pas reçu, et une réponse automatique n'est pas une personne.\n"
		"\n"
		"  --after ID   celles qui suivent celle-ci, au lieu des dernières\n"
		"  --most N     au plus ce nombre (50)\n"
		"\n"
		"  alerte alerts\n"
		"  alerte show 7K2\n",
	},
};
