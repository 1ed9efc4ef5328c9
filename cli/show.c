/* SPDX-License-Identifier: Apache-2.0 */
/* One alert: what happened, who was written to, who answered. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define LABEL 13

static void line(const char *label, const char *value)
{
	fputs("  ", stdout);
	screen_cell(label, LABEL);
	putchar(' ');
	screen_wrap(value, LABEL + 3, LABEL + 3);
}

static void head(const struct cli *c, const json_t *a)
{
	char text[128], opened[17];

	screen_instant(json_word(a, "opened"), opened);
	printf("%s ", json_yes(a, "exercise") ?
	       TR(c, "EXERCISE", "EXERCICE") : TR(c, "ALERT", "ALERTE"));
	screen_put(json_word(a, "code"));
	printf(" (%lld, ", json_number(a, "id"));
	screen_put(json_word(a, "reference"));
	puts(")");

	line(TR(c, "state", "état"),
	     word_alert_state(c, json_word(a, "state")));
	if (*json_word(a, "acked_by") != '\0')
		line(TR(c, "taken by", "prise par"),
		     json_word(a, "acked_by"));

	line(TR(c, "wearer", "porteuse"), json_word(a, "wearer"));
	line(TR(c, "button", "bouton"), json_word(a, "button"));
	snprintf(text, sizeof(text), "%s, %s, %lld %s", opened,
		 word_gesture(c, json_word(a, "gesture")),
		 json_number(a, "presses"), json_number(a, "presses") == 1 ?
		 TR(c, "press", "appui") : TR(c, "presses", "appuis"));
	line(TR(c, "opened", "ouverte le"), text);
	line(TR(c, "trust", "confiance"), word_trust(c, json_word(a, "trust")));
	line("114", word_relay_state(c, json_word(a, "relay")));

	if (json_is_false(json_object_get(a, "durable")))
		line(TR(c, "DISK", "DISQUE"),
		     TR(c, "this alert lives in memory only",
			"cette alerte ne vit qu'en mémoire"));
}

static int attempts(const struct cli *c, const json_t *list)
{
	struct table t = { .columns = 5, .most = { 5, 23, 8, 14, 0 } };
	const json_t *a;
	char step[24];
	size_t i;
	int r;

	if (json_array_size(list) == 0)
		return 0;

	printf("\n%s\n", TR(c, "Messages", "Messages"));
	r = table_add(&t, (const char *[]){
		TR(c, "STEP", "ÉTAPE"), TR(c, "WHAT", "QUOI"), TR(c, "BY", "PAR"),
		TR(c, "TO", "À"), TR(c, "STATE", "ÉTAT"),
	});

	json_array_foreach(list, i, a) {
		const char *to = json_word(a, "contact");

		/* Notices and the 114's conversation belong to no step. */
		if (json_number(a, "step") == 0)
			strcpy(step, "-");
		else
			snprintf(step, sizeof(step), "%lld",
				 json_number(a, "step"));
		if (r == 0)
			r = table_add(&t, (const char *[]){
				step, word_what(c, json_word(a, "what")),
				json_word(a, "channel"), *to ? to : "114",
				word_attempt_state(c, json_word(a, "channel"),
						   json_word(a, "state")),
			});
	}

	table_print(&t);
	return r;
}

static void notes(const struct cli *c, const json_t *list)
{
	const json_t *n;
	char at[17];
	size_t i, width;

	if (json_array_size(list) == 0)
		return;

	printf("\n%s\n", TR(c, "What was heard and said",
			    "Ce qui a été entendu et dit"));

	json_array_foreach(list, i, n) {
		const char *kind = word_note(c, json_word(n, "kind"));
		const char *who = json_word(n, "who");

		screen_instant(json_word(n, "at"), at);
		fputs(at, stdout);
		printf("  %s", kind);
		width = 18 + screen_width(kind);
		/* "from the 114" needs no "114". */
		if (*who != '\0' && strcmp(who, "114") != 0) {
			printf(", ");
			screen_put(who);
			width += 2 + screen_width(who);
		}

		if (*json_word(n, "text") == '\0') {
			putchar('\n');
			continue;
		}

		printf(": ");
		screen_wrap(json_word(n, "text"), 18, width + 2);
	}
}

static int run(struct cli *c, int argc, char **argv)
{
	json_t *doc = NULL;
	char *text = NULL;
	int n, r = args_read(c, argc, argv, NULL, &n);

	if (r != 0)
		return r;
	if (n != 1)
		return complain_usage(c, TR(c, "wanted: one ALERT, as 7K2",
					    "attendu : une ALERTE, comme 7K2"));

	r = bus_json(c, &doc, &text, "Show", "s", argv[1]);
	if (r == 0 && !bus_print_json(c, text)) {
		head(c, json_object_get(doc, "alert"));
		r = attempts(c, json_object_get(doc, "attempts"));
		notes(c, json_object_get(doc, "notes"));
	}

	json_decref(doc);
	free(text);
	return r;
}

const struct command show_command = {
	.name = "show",
	.run = run,
	.group = GROUP_WATCH,
	.usage = { "ALERT", "ALERTE" },
	.summary = { "one alert: whom it reached, who answered what",
		     "une alerte : qui est prévenu, qui a répondu quoi" },
	.help = {
		"Shows one alert in full: its state, each message and what became of it, and\n"
		"every text that came back. \"Handed to the network\" and \"delivered\" do not\n"
		"mean that somebody read it: only an acknowledgement does.\n"
		"\n"
		"  alerte show 7K2\n",

		"Montre une alerte en entier : son état, chaque message et son sort, et tout ce\n"
		"qui a été répondu. « Remis au réseau » et « arrivé » ne disent pas que quelqu'un\n"
		"a lu : seule une prise en charge le dit.\n"
		"\n"
		"  alerte show 7K2\n",
	},
};
