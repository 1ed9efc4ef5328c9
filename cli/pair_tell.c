/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a button while it is enrolled, and at the end of that. */

#include <stdio.h>
#include <string.h>

#include "pair.h"

enum pair_verdict pair_judge(const json_t *doc, long long *frames)
{
	long long heard = json_number(doc, "heard");
	long long unopened = json_number(doc, "unopened");
	long long plain = json_number(doc, "plain");

	*frames = unopened > 0 ? unopened : plain > 0 ? plain : heard;
	if (unopened > 0)
		return PAIR_UNOPENED;
	if (plain > 0)
		return PAIR_PLAIN;

	return heard > 0 ? PAIR_NO_PRESS : PAIR_NOTHING;
}

static const char *verdict_text(const struct cli *c, enum pair_verdict verdict,
				bool one)
{
	switch (verdict) {
	case PAIR_NOTHING:
		return TR(c, "nothing was heard of it: is it near, is its battery good, is it the right address?",
			  "rien n'a été entendu de lui : est-il proche, sa pile est-elle bonne, est-ce la bonne adresse ?");
	case PAIR_NO_PRESS:
		return TR(c, "heard, no press yet: press the button", one ?
			  "entendue, aucun appui encore : appuyez sur le bouton" :
			  "entendues, aucun appui encore : appuyez sur le bouton");
	case PAIR_PLAIN:
		return TR(c, "heard, not encrypted although a key was given: turn encryption on in the button", one ?
			  "entendue, non chiffrée alors qu'une clé est donnée : activez le chiffrement du bouton" :
			  "entendues, non chiffrées alors qu'une clé est donnée : activez le chiffrement du bouton");
	case PAIR_UNOPENED:
		return TR(c, "heard, and not opened by this key: is the key right?", one ?
			  "entendue, et non ouverte par cette clé : est-ce la bonne clé ?" :
			  "entendues, et non ouvertes par cette clé : est-ce la bonne clé ?");
	}

	return "";
}

/* "3 frames: heard, and not opened by this key: is the key right?" */
static void verdict_sentence(const struct cli *c, const json_t *doc,
			     char *out, size_t cap)
{
	long long frames;
	enum pair_verdict verdict = pair_judge(doc, &frames);
	const char *text = verdict_text(c, verdict, frames == 1);

	if (verdict == PAIR_NOTHING)
		snprintf(out, cap, "%s", text);
	else
		snprintf(out, cap, frames == 1 ?
			 TR(c, "%lld frame: %s", "%lld trame : %s") :
			 TR(c, "%lld frames: %s", "%lld trames : %s"),
			 frames, text);
}

void pair_tell_verdict(const struct cli *c, FILE *f, const json_t *doc)
{
	char sentence[256];

	verdict_sentence(c, doc, sentence, sizeof(sentence));
	fputs("  ", f);
	screen_wrap_on(f, sentence, 4, 2);
}

void pair_tell_again(const struct cli *c, const json_t *doc)
{
	char text[256];

	if (!json_yes(doc, "again"))
		return;

	snprintf(text, sizeof(text),
		 TR(c, "%s is known here already: if the button still has its old key, this press is a REAL ALERT.",
		    "%s est déjà connu ici : si le bouton a encore son ancienne clé, cet appui est une VRAIE ALERTE."),
		 json_word(doc, "id"));
	screen_wrap_on(stderr, text, 0, 0);
}

void pair_tell_prompt(const struct cli *c, const json_t *doc)
{
	bool again = json_yes(doc, "again");

	/* Read before the press, not after. */
	pair_tell_again(c, doc);
	fputs(again ?
	      TR(c, "Press the button now, once. Ctrl-C gives up.\n",
		 "Appuyez sur le bouton, une fois. Ctrl-C abandonne.\n") :
	      TR(c, "Press the button now, once: that press warns nobody. Ctrl-C gives up.\n",
		 "Appuyez sur le bouton, une fois : cet appui n'alerte personne. Ctrl-C abandonne.\n"),
	      stderr);
}

static const char *why_no_relay(const struct cli *c, const json_t *doc,
				bool armed)
{
	if (strcmp(json_word(doc, "trust"), "none") == 0)
		return TR(c, "anybody can send what it sends (trust none)",
			  "n'importe qui peut émettre ce qu'il émet (confiance nulle)");
	if (!armed)
		return TR(c, "this gateway is not armed for it",
			  "ce boîtier n'est pas armé pour cela");

	return TR(c, "its policies do not write to it, or ask for more trust",
		  "ses règles ne lui écrivent pas, ou demandent plus de confiance");
}

static void add_silence(const struct cli *c, const json_t *doc, char *out,
			size_t cap)
{
	long long silence = json_number(doc, "silence");

	if (silence == 0)
		snprintf(out, cap, "%s", TR(c, "; its silence is not noticed.",
					    " ; son silence n'est pas remarqué."));
	else
		snprintf(out, cap, TR(c, "; its silence is noticed after %lld s.",
				      " ; son silence est remarqué après %lld s."),
			 silence);
}

/* Whom it reaches, in one sentence, and whether its silence is noticed. */
static int tell_reach(struct cli *c, const json_t *doc)
{
	long long contacts = json_number(doc, "contacts");
	json_t *status = NULL;
	char text[512];
	int n, r;

	r = bus_json(c, &status, NULL, "Status", NULL);
	if (r != 0)
		return r;

	n = snprintf(text, sizeof(text), contacts == 1 ?
		     TR(c, "A press of it reaches %lld contact",
			"Un appui atteint %lld contact") :
		     TR(c, "A press of it reaches %lld contacts",
			"Un appui atteint %lld contacts"), contacts);
	if (json_yes(doc, "reaches_relay"))
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s",
			      TR(c, " and the 114", " et le 114"));
	else
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      TR(c, " and not the 114: %s", " et pas le 114 : %s"),
			      why_no_relay(c, doc, json_yes(status, "armed")));
	add_silence(c, doc, text + n, sizeof(text) - (size_t)n);

	screen_wrap(text, 0, 0);
	json_decref(status);
	return 0;
}

int pair_tell_proved(struct cli *c, const json_t *doc)
{
	char text[256];
	int r;

	snprintf(text, sizeof(text),
		 TR(c, "PROVED: %s is enrolled (%s), trust %s.",
		    "PROUVÉ : %s est enregistré (%s), confiance %s."),
		 json_word(doc, "id"), json_word(doc, "format"),
		 word_trust(c, json_word(doc, "trust")));
	screen_wrap(text, 0, 0);
	r = tell_reach(c, doc);
	if (r != 0)
		return r;

	if (json_yes(doc, "again"))
		puts(TR(c, "What it was enrolled with before counts no more.",
			"Ce qui était enregistré avant sous ce nom ne compte plus."));
	puts(TR(c, "From now on every press of it is a real alert.",
		"Désormais chaque appui est une vraie alerte."));
	return 0;
}

static int tell_refused(const struct cli *c, const json_t *doc,
			const char *next)
{
	return complainf(c, EX_DATAERR,
			 TR(c, "THE BUTTON IS NOT ENROLLED",
			    "LE BOUTON N'EST PAS ENREGISTRÉ"), next,
			 TR(c, "its press proved it, and the settings did not take it: %s",
			    "son appui l'a prouvé, et les réglages ne l'ont pas pris : %s"),
			 json_word(doc, "why"));
}

int pair_tell_failed(const struct cli *c, const json_t *doc, const char *file)
{
	const char *state = json_word(doc, "state");
	char next[512], sentence[256];

	snprintf(next, sizeof(next), "alerte pair %s",
		 file != NULL ? file : TR(c, "FILE", "FICHIER"));
	if (strcmp(state, "refused") == 0)
		return tell_refused(c, doc, next);
	if (strcmp(state, "expired") != 0)
		return complain(c, EX_TEMPFAIL,
				TR(c, "THE BUTTON IS NOT ENROLLED",
				   "LE BOUTON N'EST PAS ENREGISTRÉ"),
				TR(c, "the service does not wait for it any more: it was restarted, or told to stop",
				   "le service ne l'attend plus : il a redémarré, ou on le lui a dit"),
				next);

	verdict_sentence(c, doc, sentence, sizeof(sentence));
	return complainf(c, EX_TEMPFAIL,
			 TR(c, "EXPIRED: THE BUTTON IS NOT ENROLLED",
			    "DÉLAI PASSÉ : LE BOUTON N'EST PAS ENREGISTRÉ"),
			 next, TR(c, "10 minutes passed; %s",
				  "10 minutes ont passé ; %s"), sentence);
}
