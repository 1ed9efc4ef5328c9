/* SPDX-License-Identifier: Apache-2.0 */
/* The buttons that count here, and the end of one. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* "54:48:E6:8F:80:A5", "its key", "beacon (ibeacon)", "on a screen". */
static void known_by(const struct cli *c, const json_t *b, char *out,
		     size_t cap)
{
	const char *by = json_word(b, "by"), *rule = json_word(b, "trigger");
	int kind = (int)strcspn(rule, ":");

	if (strcmp(by, "key") == 0)
		snprintf(out, cap, "%s", TR(c, "its key", "sa clé"));
	else if (strcmp(by, "host") == 0)
		snprintf(out, cap, "%s", TR(c, "a screen, not a radio",
					    "un écran, pas une radio"));
	else if (strcmp(by, "beacon") == 0 && *json_word(b, "address") == '\0')
		snprintf(out, cap, TR(c, "beacon (%.*s)", "balise (%.*s)"),
			 kind, rule);
	else if (*rule != '\0')
		snprintf(out, cap, "%s (%.*s)", json_word(b, "address"), kind,
			 rule);
	else
		snprintf(out, cap, "%s", json_word(b, "address"));
}

static const char *presence_word(const struct cli *c, const char *name)
{
	if (strcmp(name, "present") == 0)
		return TR(c, ", here", ", présent");
	if (strcmp(name, "away") == 0)
		return TR(c, ", away", ", au loin");
	if (strcmp(name, "silent") == 0)
		return TR(c, ", SILENT", ", MUET");

	return TR(c, ", not heard yet", ", pas encore entendu");
}

/* ", here, battery 85 %"; of one whose silence is not noticed no presence. */
static void add_state(const struct cli *c, const json_t *b, char *by,
		      size_t cap)
{
	const json_t *battery = json_object_get(b, "battery");
	size_t n = strlen(by);

	if (json_number(b, "silence") != 0)
		n += (size_t)snprintf(by + n, cap - n, "%s",
				      presence_word(c, json_word(b, "presence")));
	if (!json_is_integer(battery) || n >= cap)
		return;

	snprintf(by + n, cap - n, json_yes(b, "battery_low") ?
		 TR(c, ", BATTERY LOW: %d %%", ", PILE FAIBLE : %d %%") :
		 TR(c, ", battery %d %%", ", pile %d %%"),
		 (int)json_integer_value(battery));
}

static int list(const struct cli *c, const json_t *buttons)
{
	struct table t = { .columns = 5, .most = { 17, 14, 13, 0, 0 },
			   .whole = true };
	const json_t *b;
	char by[160];
	size_t i;
	int r;

	if (json_array_size(buttons) == 0) {
		fputs(TR(c, "No button is known here: alerte pair FILE.\n",
			 "Aucun bouton n'est connu ici : alerte pair FICHIER.\n"),
		      stderr);
		return 0;
	}

	r = table_add(&t, (const char *[]){
		TR(c, "BUTTON", "BOUTON"), TR(c, "WEARER", "PORTEUSE"),
		"FORMAT", TR(c, "KEY", "CLÉ"),
		TR(c, "KNOWN BY, STATE", "CONNU PAR, ÉTAT"),
	});

	json_array_foreach(buttons, i, b) {
		const char *format = json_word(b, "format");

		known_by(c, b, by, sizeof(by));
		add_state(c, b, by, sizeof(by));
		if (r == 0)
			r = table_add(&t, (const char *[]){
				json_word(b, "id"), json_word(b, "wearer"),
				*format ? format : TR(c, "any", "tous"),
				word_key(c, json_word(b, "key")), by,
			});
	}

	table_print(&t);
	return r;
}

static int show(struct cli *c)
{
	json_t *doc = NULL;
	char *text = NULL;
	int r = bus_json(c, &doc, &text, "Buttons", NULL);

	if (r == 0 && !bus_print_json(c, text))
		r = list(c, json_object_get(doc, "buttons"));

	json_decref(doc);
	free(text);
	return r;
}

/* Whose it is: 0, or EX_NOINPUT, said, when there is no such button. */
static int find(struct cli *c, const char *id, char *wearer, size_t cap)
{
	json_t *doc = NULL;
	const json_t *b;
	size_t i;
	int r = bus_json(c, &doc, NULL, "Buttons", NULL);

	if (r != 0)
		return r;

	r = EX_NOINPUT;
	json_array_foreach(json_object_get(doc, "buttons"), i, b) {
		if (strcmp(json_word(b, "id"), id) != 0)
			continue;
		snprintf(wearer, cap, "%s", json_word(b, "wearer"));
		r = 0;
	}

	json_decref(doc);
	if (r != 0)
		complainf(c, r, TR(c, "nothing was removed",
				   "rien n'a été retiré"), "alerte buttons",
			  TR(c, "there is no button \"%s\"",
			     "il n'y a pas de bouton « %s »"), id);
	return r;
}

static int print_removed(const char *id, const char *wearer)
{
	json_t *doc = json_pack("{s:s, s:s, s:s}", "schema", "alerte/1",
				"removed", id, "wearer", wearer);
	int r = doc == NULL ? -1 : json_dumpf(doc, stdout, JSON_COMPACT);

	json_decref(doc);
	if (r == 0)
		putchar('\n');

	return r == 0 ? 0 : EX_OSERR;
}

static int remove_one(struct cli *c, const char *id, bool yes)
{
	char wearer[64], warning[256];
	int r = find(c, id, wearer, sizeof(wearer));

	if (r != 0)
		return r;

	snprintf(warning, sizeof(warning),
		 TR(c, "The presses of %s, of %s, will reach nobody any more.\n",
		    "Les appuis sur %s, de %s, n'atteindront plus personne.\n"),
		 id, wearer);
	if (!yes)
		r = question_ask(c, &(struct question){
			.undone = TR(c, "nothing was removed",
				     "rien n'a été retiré"),
			.stake = TR(c, "its presses would reach nobody any more",
				    "ses appuis n'atteindraient plus personne"),
			.warning = warning,
			.prompt = TR(c, "Type yes to remove it: ",
				     "Tapez oui pour le retirer : "),
		});
	if (r == 0)
		r = bus_call(c, NULL, "ButtonRemove", "s", id);
	if (r == 0 && c->json)
		r = print_removed(id, wearer);
	if (r == 0)
		fprintf(stderr, TR(c, "Removed: %s. Its presses reach nobody, its key is forgotten.\n",
				   "Retiré : %s. Ses appuis n'atteignent plus personne, sa clé est oubliée.\n"), id);

	return r;
}

static int run(struct cli *c, int argc, char **argv)
{
	bool yes = false;
	const struct arg args[] = {
		{ "--yes", NULL, &yes },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n == 0 && !yes)
		return show(c);
	if (n != 2 || strcmp(argv[1], "remove") != 0)
		return complain_usage(c, TR(c, "wanted: nothing, or remove and one BUTTON",
					    "attendu : rien, ou remove et un BOUTON"));

	return remove_one(c, argv[2], yes);
}

const struct command buttons_command = {
	.name = "buttons",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "[remove BUTTON [--yes]]", "[remove BOUTON [--yes]]" },
	.summary = { "the buttons known here; remove a lost one",
		     "les boutons connus ; en retirer un qui est perdu" },
	.help = {
		"One line a button: whose it is, its format, its kind of key and what it is known\n"
		"by; whether it is heard, where its silence is noticed, and its battery, where it\n"
		"tells it. Keys are never shown. Without a key anybody can imitate a button.\n"
		"\n"
		"  remove BUTTON   its presses reach nobody any more and its key is forgotten:\n"
		"                  for a button that was lost or found by somebody else\n"
		"  --yes           do not ask before it is removed\n"
		"\n"
		"  alerte buttons\n"
		"  alerte buttons remove keyring\n",

		"Une ligne par bouton : à qui il est, son format, le genre de sa clé et ce qui le\n"
		"fait reconnaître ; s'il est entendu, là où son silence est remarqué, et sa pile,\n"
		"s'il la dit. Les clés ne sont jamais montrées. Sans clé, n'importe qui peut\n"
		"imiter un bouton.\n"
		"\n"
		"  remove BOUTON   ses appuis n'atteignent plus personne et sa clé est oubliée :\n"
		"                  pour un bouton perdu, ou tombé en d'autres mains\n"
		"  --yes           ne demande rien avant de le retirer\n"
		"\n"
		"  alerte buttons\n"
		"  alerte buttons remove porte-cles\n",
	},
};
