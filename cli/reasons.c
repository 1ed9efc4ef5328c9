/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the daemon did not do it, in the reader's language.  The daemon says
 * "reason; hint", in English; the word of the error is what programs go by.
 */

#include <stdio.h>
#include <string.h>

#include "cli.h"

/* Sentences of the engine and of the daemon, up to the hint. */
static const struct {
	const char *says, *french;
} sentences[] = {
	{ "too soon after a wrong code: wait a minute and try again",
	  "trop tôt après un code faux : attendez une minute, puis "
	  "recommencez" },
	{ "the code is wrong", "le code est faux" },
	{ "no such alert", "aucune alerte de ce nom" },
	{ "no such live alert", "cette alerte est finie, ou n'existe pas" },
	{ "no such contact", "aucun contact de ce nom" },
	{ "no such button", "aucun bouton de ce nom" },
	{ "no wearer of that id", "aucune porteuse de ce nom" },
	{ "no button of that id", "aucun bouton de ce nom" },
	{ "no alert, button or wearer of that name",
	  "aucune alerte, aucun bouton, aucune porteuse de ce nom" },
	{ "no gesture or trust of that name",
	  "aucun geste, aucune confiance de ce nom" },
	{ "there is not just one wearer", "il n'y a pas qu'une porteuse" },
	{ "no alert comes of that gesture",
	  "ce geste n'ouvre pas d'alerte" },
	{ "the 114 was not reached in this alert",
	  "le 114 n'a pas été joint dans cette alerte" },
	{ "too long for the 114: some 400 characters at most",
	  "trop long pour le 114 : 400 caractères environ au plus" },
	{ "a real alert of this wearer is open",
	  "une vraie alerte de cette porteuse est ouverte" },
	{ "an exercise of this wearer is under way",
	  "un exercice de cette porteuse est en cours" },
	{ "not the token just given, or it is older than 5 minutes: start "
	  "again",
	  "ce n'est pas le mot qui vient d'être donné, ou il a plus de 5 "
	  "minutes : recommencez" },
	{ "no timer of hers runs", "aucune minuterie ne court pour elle" },
	{ "she has no code that could end it",
	  "elle n'a pas de code qui pourrait l'arrêter" },
	{ "it takes her code to end it sooner",
	  "il faut son code pour l'arrêter plus tôt" },
	{ "this contact has no number to text",
	  "ce contact n'a pas de numéro" },
	{ "an association is not invited", "une association ne s'invite pas" },
	{ "no way for SMS hears an answer",
	  "aucune voie SMS ne reçoit de réponse" },
	{ "this contact has accepted", "ce contact a déjà accepté" },
	{ "an alert that concerns this contact is open",
	  "une alerte qui concerne ce contact est ouverte" },
	{ "invited less than an hour ago", "invité il y a moins d'une heure" },
	{ "an alert is open; close it first",
	  "une alerte est ouverte ; qu'elle soit d'abord close" },
	{ "another passphrase, or a file that was cut or changed",
	  "une autre phrase de passe, ou un fichier coupé ou modifié" },
	{ "no backup, or one of a later version",
	  "ce n'est pas une sauvegarde, ou elle est d'une version plus "
	  "récente" },
	{ "memory ran out", "plus de mémoire" },
};

/* What is known of a sentence that is not above. */
static const struct {
	const char *word, *french;
} words[] = {
	{ "Invalid", "la demande n'est pas valable" },
	{ "Format", "ce contenu est illisible" },
	{ "Key", "un code ou une clé est faux, ou manque" },
	{ "NotFound", "introuvable" },
	{ "Refused", "refusé en l'état" },
	{ "Limit", "trop nombreux, trop long, ou trop tôt" },
	{ "Busy", "occupé à autre chose" },
	{ "InUse", "un autre alerted tient ces données" },
	{ "Store", "le disque ne le permet pas" },
	{ "NoMemory", "plus de mémoire" },
	{ "Access", "accès refusé" },
};

/* At its end, or before the hint. */
static bool ends(const char *rest)
{
	return *rest == '\0' || strncmp(rest, "; ", 2) == 0;
}

const char *reason_text(const struct cli *c, const char *word, const char *why,
			char *out, size_t cap)
{
	size_t i, n;

	if (!c->french)
		return why;

	for (i = 0; i < sizeof(sentences) / sizeof(*sentences); i++) {
		n = strlen(sentences[i].says);
		if (strncmp(why, sentences[i].says, n) == 0 && ends(why + n))
			return sentences[i].french;
	}

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i].word) == 0) {
			snprintf(out, cap, "%s (alerted : %s)",
				 words[i].french, why);
			return out;
		}

	return why;
}
