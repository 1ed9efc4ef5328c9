/* SPDX-License-Identifier: Apache-2.0 */
/* Every text of an alert as it would go, and nothing is sent. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *after_word(const struct cli *c, const json_t *t, char *out,
			      size_t cap)
{
	long long after = json_number(t, "after");

	if (!json_is_integer(json_object_get(t, "after")))
		return TR(c, "in its course", "en cours d'alerte");
	if (after == 0)
		return TR(c, "at once", "tout de suite");

	snprintf(out, cap, TR(c, "after %lld s", "après %lld s"), after);
	return out;
}

static void head(const struct cli *c, const json_t *t)
{
	const char *to = json_word(t, "contact");
	char after[32], line[320];
	size_t n = 0;

	if (json_number(t, "step") > 0)
		n = (size_t)snprintf(line, sizeof(line),
				     TR(c, "Step %lld, ", "Étape %lld, "),
				     json_number(t, "step"));

	snprintf(line + n, sizeof(line) - n,
		 TR(c, "%s: %s to %s (%s), %s, %s", "%s : %s à %s (%s), %s, %s"),
		 after_word(c, t, after, sizeof(after)),
		 word_what(c, json_word(t, "what")), *to ? to : "114",
		 json_word(t, "address"), json_word(t, "channel"),
		 json_word(t, "lang"));
	screen_wrap(line, 2, 0);
}

static void counts(const struct cli *c, const json_t *t)
{
	const json_t *septets = json_object_get(t, "septets");
	long long parts = json_number(t, "parts");

	if (!json_is_integer(septets)) {
		printf(TR(c, "  %lld characters, %s\n",
			  "  %lld caractères, %s\n"),
		       json_number(t, "characters"), json_word(t, "encoding"));
		return;
	}

	printf(TR(c, "  %lld characters, %lld septets of %s, %lld %s\n",
		  "  %lld caractères, %lld septets de %s, %lld %s\n"),
	       json_number(t, "characters"), json_integer_value(septets),
	       json_word(t, "encoding"), parts, parts == 1 ?
	       TR(c, "part", "partie") : TR(c, "parts", "parties"));
}

static void one(const struct cli *c, const json_t *t)
{
	head(c, t);

	if (json_yes(t, "refused"))
		puts(TR(c, "  NOT SENT as things are: not armed, or no way",
			"  PAS ENVOYÉ en l'état : pas armé, ou aucun moyen"));

	if (strcmp(json_word(t, "channel"), "voice") == 0) {
		puts(TR(c, "  rings, and says nothing",
			"  sonne, et ne dit rien"));
	} else if (*json_word(t, "text") != '\0') {
		counts(c, t);
		if (*json_word(t, "subject") != '\0') {
			fputs("  ", stdout);
			screen_wrap(json_word(t, "subject"), 2, 2);
		}
		fputs("    ", stdout);
		screen_wrap(json_word(t, "text"), 4, 4);
	} else if (*json_word(t, "body") != '\0') {
		printf(TR(c, "  %s, %zu bytes: see it with --json\n",
			  "  %s, %zu octets : à voir avec --json\n"),
		       json_word(t, "content_type"),
		       strlen(json_word(t, "body")));
	}
}

static bool in_course(const json_t *t)
{
	return json_is_null(json_object_get(t, "after"));
}

static void texts(const struct cli *c, const json_t *list, bool all)
{
	size_t i, left = 0;
	const json_t *t;

	json_array_foreach(list, i, t) {
		if (!all && in_course(t)) {
			left++;
			continue;
		}
		putchar('\n');
		one(c, t);
	}

	if (left > 0)
		printf(TR(c, "\nSaid in its course, shown with --all: %zu\n",
			  "\nDits ensuite selon les cas, montrés par --all : "
			  "%zu\n"), left);
}

static void about(const struct cli *c, const json_t *doc)
{
	char line[256];

	puts(TR(c, "Nothing is sent.", "Rien n'est envoyé."));

	if (!json_is_string(json_object_get(doc, "gesture")))
		return;

	snprintf(line, sizeof(line), TR(c, "%s: %s, trust %s",
					"%s : %s, confiance %s"),
		 json_word(doc, "id"),
		 word_gesture(c, json_word(doc, "gesture")),
		 word_trust(c, json_word(doc, "trust")));
	screen_wrap(line, 2, 0);
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *gesture = "", *trust = "";
	bool whole = false, all = false;
	const struct arg args[] = {
		{ "--gesture", &gesture, NULL },
		{ "--trust", &trust, NULL },
		{ "--show", NULL, &whole },
		{ "--all", NULL, &all },
		{ NULL, NULL, NULL },
	};
	json_t *doc = NULL;
	char *text = NULL;
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n > 1)
		return complain_usage(c, TR(c, "wanted: at most one WEARER, BUTTON or ALERT",
					    "attendu : au plus une PORTEUSE, un BOUTON ou une ALERTE"));

	r = bus_json(c, &doc, &text, "Preview", "sssb", n == 1 ? argv[1] : "",
		     gesture, trust, (int)whole);
	if (r == 0 && !bus_print_json(c, text)) {
		about(c, doc);
		texts(c, json_object_get(doc, "texts"), all);
	}

	json_decref(doc);
	free(text);
	return r;
}

const struct command preview_command = {
	.name = "preview",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "[WEARER|BUTTON|ALERT] [--gesture G] [--all]",
		   "[PORTEUSE|BOUTON|ALERTE] [--gesture G] [--all]" },
	.summary = { "every text as it would go; sends nothing",
		     "chaque texte tel qu'il partirait ; n'envoie rien" },
	.help = {
		"Shows each text of an alert: to whom, over what, in which language, how many\n"
		"characters, septets and parts, and when, if nobody answers. They are made by\n"
		"what makes them in an alert. Of an ALERT: what it has still to send. The only\n"
		"wearer need not be named.\n"
		"\n"
		"  --gesture G   press (unless given), double, triple, long, hold, fall ...\n"
		"  --trust T     strong (unless given), weak, none\n"
		"  --all         also what is said in its course: thanks, who is coming, its end\n"
		"  --show        whole numbers and addresses\n"
		"\n"
		"  alerte preview keyring --gesture double\n",

		"Montre chaque texte d'une alerte : à qui, par quel moyen, en quelle langue,\n"
		"combien de caractères, de septets et de parties, et quand, si personne ne\n"
		"répond. Ils sont faits par ce qui les fait lors d'une alerte. D'une ALERTE : ce\n"
		"qu'elle doit encore envoyer. L'unique porteuse n'a pas à être nommée.\n"
		"\n"
		"  --gesture G   press (sinon), double, triple, long, hold, fall ...\n"
		"  --trust T     strong (sinon), weak, none\n"
		"  --all         aussi ce qui se dit ensuite : merci, qui vient, la fin\n"
		"  --show        numéros et adresses en entier\n"
		"\n"
		"  alerte preview porte-cles --gesture double\n",
	},
};
