/* SPDX-License-Identifier: Apache-2.0 */
/* The contacts, whether they agreed to be one, and asking one of them. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char *consent_word(const struct cli *c, const json_t *contact)
{
	const char *name = json_word(contact, "consent");

	if (strcmp(json_word(contact, "role"), "association") == 0)
		return TR(c, "association", "association");
	if (strcmp(name, "invited") == 0)
		return TR(c, "invited, no answer", "invité, sans réponse");
	if (strcmp(name, "accepted") == 0)
		return TR(c, "accepted", "a accepté");
	if (strcmp(name, "leaving") == 0)
		return json_yes(contact, "last") ?
		       TR(c, "STOP, BUT THE LAST", "STOP, MAIS LE DERNIER") :
		       TR(c, "STOP, after the alert", "STOP, après l'alerte");
	if (strcmp(name, "left") == 0)
		return TR(c, "LEFT", "PARTI");

	return TR(c, "not invited", "pas invité");
}

/* "sms, https". */
static void channels(const json_t *contact, char *out, size_t cap)
{
	const json_t *one;
	size_t i, n = 0;

	snprintf(out, cap, "-");
	json_array_foreach(json_object_get(contact, "channels"), i, one) {
		n += (size_t)snprintf(out + n, cap - n, "%s%s",
				      i == 0 ? "" : ", ",
				      json_string_value(one));
		if (n >= cap)
			return;
	}
}

static int list(const struct cli *c, const json_t *contacts)
{
	struct table t = { .columns = 5, .most = { 17, 16, 0, 0, 0 },
			   .whole = true };
	char by[64], heard[17];
	const json_t *one;
	size_t i;
	int r;

	if (json_array_size(contacts) == 0) {
		fputs(TR(c, "No contact is known here: alerte apply FILE.\n",
			 "Aucun contact n'est connu ici : alerte apply FICHIER.\n"),
		      stderr);
		return 0;
	}

	r = table_add(&t, (const char *[]){
		"CONTACT", TR(c, "NAME", "NOM"), TR(c, "BY", "PAR"),
		TR(c, "LAST TEXT", "DERNIER SMS"),
		TR(c, "CONSENT", "ACCORD"),
	});

	json_array_foreach(contacts, i, one) {
		channels(one, by, sizeof(by));
		screen_instant(json_word(one, "heard"), heard);
		if (r == 0)
			r = table_add(&t, (const char *[]){
				json_word(one, "id"), json_word(one, "name"),
				by, heard, consent_word(c, one),
			});
	}

	table_print(&t);
	return r;
}

static int show(struct cli *c)
{
	json_t *doc = NULL;
	char *text = NULL;
	int r = bus_json(c, &doc, &text, "Contacts", NULL);

	if (r == 0 && !bus_print_json(c, text))
		r = list(c, json_object_get(doc, "contacts"));

	json_decref(doc);
	free(text);
	return r;
}

static int print_invited(const char *id)
{
	json_t *doc = json_pack("{s:s, s:s}", "schema", "alerte/1",
				"invited", id);
	int r = doc == NULL ? -1 : json_dumpf(doc, stdout, JSON_COMPACT);

	json_decref(doc);
	if (r == 0)
		putchar('\n');

	return r == 0 ? 0 : EX_OSERR;
}

static int invite(struct cli *c, const char *id, bool yes)
{
	int r = 0;

	if (!yes)
		r = question_ask(c, &(struct question){
			.undone = TR(c, "nobody was invited",
				     "personne n'a été invité"),
			.stake = TR(c, "it writes to a real person",
				    "cela écrit à une personne réelle"),
			.warning = TR(c, "An SMS asks this contact for YES or STOP; the wearer's short name is in it.\n"
				      "Speak to the person first, and be sure that nobody else reads that phone.\n",
				      "Un SMS demande à ce contact OUI ou STOP ; le nom court de la porteuse y est.\n"
				      "Parlez d'abord à la personne ; nul autre ne doit lire ce téléphone.\n"),
			.prompt = TR(c, "Type yes to send it: ",
				     "Tapez oui pour l'envoyer : "),
		});
	if (r == 0)
		r = bus_call(c, NULL, "Invite", "s", id);
	if (r == 0 && c->json)
		r = print_invited(id);
	if (r == 0)
		fprintf(stderr, TR(c, "Invited: %s. Alerted all the same until STOP is the answer.\n",
				   "Invité : %s. Prévenu de toute façon, sauf réponse STOP.\n"),
			id);

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
	if (n != 2 || strcmp(argv[1], "invite") != 0)
		return complain_usage(c, TR(c, "wanted: nothing, or invite and one CONTACT",
					    "attendu : rien, ou invite et un CONTACT"));

	return invite(c, argv[2], yes);
}

const struct command contacts_command = {
	.name = "contacts",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "[invite CONTACT [--yes]]", "[invite CONTACT [--yes]]" },
	.summary = { "who is alerted, and whether they agreed; invite one",
		     "qui est prévenu, et avec quel accord ; inviter" },
	.help = {
		"One line a contact: how he is reached, when his last text came in, and whether\n"
		"he agreed to be a contact. Who never answered is alerted all the same. Who\n"
		"texts STOP is not alerted any more once the open alerts are over, unless an\n"
		"alert would then reach nobody: he stays until he is replaced.\n"
		"\n"
		"  invite CONTACT   an SMS that asks: it says who asks, by the wearer's short\n"
		"                   name, that YES accepts and STOP leaves, and no more\n"
		"  --yes            do not ask before it is sent\n"
		"\n"
		"  alerte contacts\n"
		"  alerte contacts invite paul\n",

		"Une ligne par contact : par où il est joint, quand son dernier SMS est arrivé,\n"
		"s'il a accepté d'être contact. Qui n'a jamais répondu est prévenu tout de même.\n"
		"Qui répond STOP n'est plus prévenu une fois les alertes en cours finies, sauf si\n"
		"une alerte n'atteindrait plus personne : il reste jusqu'à son remplacement.\n"
		"\n"
		"  invite CONTACT   un SMS qui demande : il dit qui demande, par le nom court\n"
		"                   de la porteuse, que OUI accepte et STOP quitte, rien d'autre\n"
		"  --yes            ne demande rien avant de l'envoyer\n"
		"\n"
		"  alerte contacts\n"
		"  alerte contacts invite paul\n",
	},
};
