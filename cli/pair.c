/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolling by a press: a key mistyped, or the address of the neighbour's lamp,
 * shows now and not on the day the button is needed (R1, P3).
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

#define LOOKS_A_SECOND 4
/* After so long without a frame it is worth looking at the button. */
#define QUIET_S 30

/* What was heard so far; the last that holds is told. */
enum verdict {
	VERDICT_NOTHING = 0,
	VERDICT_NO_PRESS,	/* frames, and no press among them */
	VERDICT_PLAIN,		/* not encrypted despite a key */
	VERDICT_UNOPENED	/* the key does not open them */
};

struct pairing {
	const char *file;
	char id[64];
	enum verdict verdict;
	long long told;		/* frames, when it was last said */
	int looks;
};

/* ------------------------------------------------------------------ words */

static enum verdict judge(const json_t *doc, long long *frames)
{
	long long heard = json_number(doc, "heard");
	long long unopened = json_number(doc, "unopened");
	long long plain = json_number(doc, "plain");

	*frames = unopened > 0 ? unopened : plain > 0 ? plain : heard;
	if (unopened > 0)
		return VERDICT_UNOPENED;
	if (plain > 0)
		return VERDICT_PLAIN;

	return heard > 0 ? VERDICT_NO_PRESS : VERDICT_NOTHING;
}

static const char *verdict_text(const struct cli *c, enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_NOTHING:
		return TR(c, "nothing was heard of it: is it near, is its battery good, is it the right address?",
			  "rien n'a été entendu de lui : est-il proche, sa pile est-elle bonne, est-ce la bonne adresse ?");
	case VERDICT_NO_PRESS:
		return TR(c, "heard, no press yet: press the button",
			  "entendu, aucun appui encore : appuyez sur le bouton");
	case VERDICT_PLAIN:
		return TR(c, "heard, not encrypted although a key was given: turn encryption on in the button",
			  "entendu, non chiffré alors qu'une clé est donnée : activez le chiffrement du bouton");
	case VERDICT_UNOPENED:
		return TR(c, "heard, and not opened by this key: is the key right?",
			  "entendu, et non ouvert par cette clé : est-ce la bonne clé ?");
	}

	return "";
}

static void tell_verdict(const struct cli *c, enum verdict verdict,
			 long long frames)
{
	if (verdict == VERDICT_NOTHING)
		fprintf(stderr, "  %s\n", verdict_text(c, verdict));
	else
		fprintf(stderr, frames == 1 ?
			TR(c, "  %lld frame: %s\n", "  %lld trame : %s\n") :
			TR(c, "  %lld frames: %s\n", "  %lld trames : %s\n"),
			frames, verdict_text(c, verdict));
}

/* Said when it is another thing, or twice as often. */
static void tell_progress(const struct cli *c, struct pairing *p,
			  const json_t *doc)
{
	long long frames;
	enum verdict verdict = judge(doc, &frames);

	p->looks++;
	if (verdict == VERDICT_NOTHING ? p->looks != QUIET_S * LOOKS_A_SECOND :
	    verdict == p->verdict && frames < 2 * p->told)
		return;

	p->verdict = verdict;
	p->told = frames;
	tell_verdict(c, verdict, frames);
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

/* Whom it reaches, in one sentence, and that nobody notices its silence. */
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
		snprintf(text + n, sizeof(text) - (size_t)n, "%s",
			 TR(c, " and the 114; its silence is not noticed.",
			    " et le 114 ; son silence n'est pas remarqué."));
	else
		snprintf(text + n, sizeof(text) - (size_t)n,
			 TR(c, " and not the 114: %s; its silence is not noticed.",
			    " et pas le 114 : %s ; son silence n'est pas remarqué."),
			 why_no_relay(c, doc, json_yes(status, "armed")));

	screen_wrap(text, 0, 0);
	json_decref(status);
	return 0;
}

static int tell_proved(struct cli *c, const json_t *doc)
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

static int tell_failed(const struct cli *c, const json_t *doc,
		       const char *file)
{
	bool expired = strcmp(json_word(doc, "state"), "expired") == 0;
	long long frames;
	enum verdict verdict = judge(doc, &frames);
	char next[512];

	snprintf(next, sizeof(next), "alerte pair %s",
		 file != NULL ? file : TR(c, "FILE", "FICHIER"));
	if (!expired)
		return complain(c, EX_TEMPFAIL,
				TR(c, "THE BUTTON IS NOT ENROLLED",
				   "LE BOUTON N'EST PAS ENREGISTRÉ"),
				TR(c, "the service does not wait for it any more: it was restarted, or told to stop",
				   "le service ne l'attend plus : il a redémarré, ou on le lui a dit"),
				next);

	return complainf(c, EX_TEMPFAIL,
			 TR(c, "EXPIRED: THE BUTTON IS NOT ENROLLED",
			    "DÉLAI PASSÉ : LE BOUTON N'EST PAS ENREGISTRÉ"),
			 next, frames == 1 ?
			 TR(c, "10 minutes passed; %lld frame: %s",
			    "10 minutes ont passé ; %lld trame : %s") :
			 TR(c, "10 minutes passed; %lld frames: %s",
			    "10 minutes ont passé ; %lld trames : %s"),
			 frames, verdict_text(c, verdict));
}

/* ------------------------------------------------------------ the waiting */

static bool is(const json_t *doc, const char *state)
{
	return strcmp(json_word(doc, "state"), state) == 0;
}

static int conclude(struct cli *c, const struct pairing *p,
		    const json_t *doc, const char *text)
{
	bool printed = bus_print_json(c, text);

	if (!is(doc, "proved"))
		return tell_failed(c, doc, p->file);

	return printed ? 0 : tell_proved(c, doc);
}

/* Those that would end us; what we were told to ignore stays ignored. */
static void signals_of_end(sigset_t *set)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;
	size_t i;

	sigemptyset(set);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (sigaction(all[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(set, all[i]);
	}
}

static bool interrupted(const sigset_t *end)
{
	const struct timespec wait = { .tv_nsec = 1000000000 / LOOKS_A_SECOND };

	return sigtimedwait(end, NULL, &wait) > 0;
}

/* Proved a moment ago, it counts: that must not be called cancelled. */
static int give_up(struct cli *c, const struct pairing *p)
{
	json_t *doc = NULL;
	char *text = NULL;
	int r = bus_json(c, &doc, &text, "Enrolment", NULL);

	if (r == 0 && is(doc, "proved")) {
		r = conclude(c, p, doc, text);
	} else if (r == 0) {
		r = bus_call(c, NULL, "EnrolCancel", NULL);
		if (r == 0)
			r = complain(c, EX_TEMPFAIL,
				     TR(c, "THE BUTTON IS NOT ENROLLED",
					"LE BOUTON N'EST PAS ENREGISTRÉ"),
				     TR(c, "you stopped before its press; nothing was changed",
					"vous avez arrêté avant son appui ; rien n'a été changé"),
				     NULL);
	}

	json_decref(doc);
	free(text);
	return r;
}

/* 0 when the wait goes on, 1 when it is over with *code. */
static int look(struct cli *c, struct pairing *p, int *code)
{
	json_t *doc = NULL;
	char *text = NULL;
	int over = 1;

	*code = bus_json(c, &doc, &text, "Enrolment", NULL);
	if (*code == 0 && p->id[0] == '\0')
		snprintf(p->id, sizeof(p->id), "%s", json_word(doc, "id"));

	if (*code == 0 && !is(doc, "none") &&
	    strcmp(p->id, json_word(doc, "id")) != 0) {
		*code = complain(c, EX_TEMPFAIL,
				 TR(c, "THE BUTTON IS NOT ENROLLED",
				    "LE BOUTON N'EST PAS ENREGISTRÉ"),
				 TR(c, "somebody began to enrol another one meanwhile",
				    "quelqu'un a commencé à en enregistrer un autre"),
				 "alerte pair --status");
	} else if (*code == 0 && is(doc, "waiting")) {
		tell_progress(c, p, doc);
		over = 0;
	} else if (*code == 0) {
		*code = conclude(c, p, doc, text);
	}

	json_decref(doc);
	free(text);
	return over;
}

static int wait_for_press(struct cli *c, struct pairing *p,
			  const sigset_t *end)
{
	int code;

	fputs(TR(c, "Press the button now, once: that press warns nobody. Ctrl-C gives up.\n",
		 "Appuyez sur le bouton, une fois : cet appui n'alerte personne. Ctrl-C abandonne.\n"),
	      stderr);

	while (!look(c, p, &code)) {
		if (interrupted(end))
			return give_up(c, p);
	}

	return code;
}

/* --------------------------------------------------------------- the verb */

static int status(struct cli *c)
{
	json_t *doc = NULL;
	char *text = NULL;
	long long frames;
	int r = bus_json(c, &doc, &text, "Enrolment", NULL);

	if (r == 0 && !bus_print_json(c, text)) {
		if (is(doc, "proved")) {
			r = tell_proved(c, doc);
		} else if (is(doc, "waiting")) {
			enum verdict verdict = judge(doc, &frames);

			fputs(TR(c, "Waiting for a press of ",
				 "En attente d'un appui sur "), stdout);
			screen_put(json_word(doc, "id"));
			puts("");
			fflush(stdout);
			tell_verdict(c, verdict, frames);
		} else if (is(doc, "expired")) {
			fputs(TR(c, "Expired, not enrolled: ",
				 "Délai passé, pas enregistré : "), stdout);
			screen_put(json_word(doc, "id"));
			puts("");
		} else {
			puts(TR(c, "No button is being enrolled.",
				"Aucun bouton n'est en cours d'enregistrement."));
		}
	}

	json_decref(doc);
	free(text);
	return r;
}

static int cancel(struct cli *c)
{
	int r = bus_call(c, NULL, "EnrolCancel", NULL);

	if (r == 0)
		fputs(TR(c, "No button is waited for any more; those enrolled stay.\n",
			 "Aucun bouton n'est plus attendu ; ceux enregistrés restent.\n"),
		      stderr);

	return r;
}

/* The section goes to the daemon; it holds the key, and is wiped here. */
static int begin(struct cli *c, const char *file, bool keep)
{
	json_t *doc = NULL;
	char *site = NULL, *text = NULL;
	size_t n;
	int r;

	if (strcmp(file, "-") == 0 && isatty(STDIN_FILENO))
		fputs(TR(c, "Wanted here: one button section of a site file, with its key; then Ctrl-D.\n",
			 "Attendu ici : une section button d'un fichier de site, avec sa clé ; puis Ctrl-D.\n"),
		      stderr);

	r = input_file(c, file, INPUT_MAX, &site);
	if (r == 0)
		r = bus_json(c, &doc, &text, "Enrol", "ssb", file, site,
			     keep);
	if (site != NULL)
		input_wipe(site, strlen(site));
	free(site);
	if (r != 0)
		return r;

	message_lines(json_object_get(doc, "warnings"),
		      TR(c, " (warning)", " (avertissement)"));
	message_lines(json_object_get(doc, "errors"), "");
	n = json_array_size(json_object_get(doc, "errors"));
	if (n > 0) {
		bus_print_json(c, text);
		r = complainf(c, EX_DATAERR,
			      TR(c, "nothing was begun",
				 "rien n'a été commencé"),
			      TR(c, "correct the lines above, then the same command", "corrigez les lignes ci-dessus, puis la même commande"),
			      TR(c, "%zu error(s) in the file",
				 "%zu erreur(s) dans le fichier"), n);
	}

	json_decref(doc);
	free(text);
	return r;
}

static int pair(struct cli *c, const char *file, bool no_wait)
{
	struct pairing p = { .file = file };
	sigset_t end, before;
	int r;

	signals_of_end(&end);
	r = begin(c, file, no_wait);
	if (r != 0 || no_wait) {
		if (r == 0)
			fputs(TR(c, "It waits 10 minutes for a press: alerte pair --status tells.\n",
				 "Il attend un appui pendant 10 minutes : alerte pair --status le dira.\n"),
			      stderr);
		return r != 0 || !c->json ? r : status(c);
	}

	sigprocmask(SIG_BLOCK, &end, &before);
	r = wait_for_press(c, &p, &end);
	sigprocmask(SIG_SETMASK, &before, NULL);

	return r;
}

static int run(struct cli *c, int argc, char **argv)
{
	bool no_wait = false, stop = false, tell = false;
	const struct arg args[] = {
		{ "--no-wait", NULL, &no_wait },
		{ "--cancel", NULL, &stop },
		{ "--status", NULL, &tell },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n + stop + tell != 1 || (no_wait && n != 1))
		return complain_usage(c, TR(c, "wanted: one FILE, or --status, or --cancel",
					    "attendu : un FICHIER, ou --status, ou --cancel"));
	if (stop)
		return cancel(c);

	return tell ? status(c) : pair(c, argv[1], no_wait);
}

const struct command pair_command = {
	.name = "pair",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "FILE [--no-wait] | --status | --cancel",
		   "FICHIER [--no-wait] | --status | --cancel" },
	.summary = { "enrol a button by a press of it",
		     "enregistrer un bouton en appuyant dessus" },
	.help = {
		"FILE, or - for standard input, holds one button section of a site file, with its\n"
		"key: never an argument. The service waits 10 minutes for a press that proves\n"
		"all of it; that press warns nobody. From then on every press is a real alert. A\n"
		"button of the same id is enrolled anew; until the proof the old one counts.\n"
		"\n"
		"  --no-wait   begin, and do not wait for the press here\n"
		"  --status    how far it is\n"
		"  --cancel    wait no longer; nothing changes\n"
		"\n"
		"Exit code 0: proved; 65: errors in FILE; 75: no press proved it.\n"
		"\n"
		"  alerte pair keyring.conf\n",

		"FICHIER, ou - pour l'entrée, contient une section button d'un fichier de site,\n"
		"avec sa clé : jamais en argument. Le service attend 10 minutes un appui qui\n"
		"prouve le tout ; cet appui n'alerte personne. Ensuite chaque appui est une vraie\n"
		"alerte. Un bouton du même nom est enregistré à nouveau ; d'ici la preuve,\n"
		"l'ancien compte.\n"
		"\n"
		"  --no-wait   commence, sans attendre l'appui ici\n"
		"  --status    où cela en est\n"
		"  --cancel    n'attend plus ; rien ne change\n"
		"\n"
		"Code 0 : prouvé ; 65 : erreurs dans FICHIER ; 75 : aucun appui ne l'a prouvé.\n"
		"\n"
		"  alerte pair porte-cles.conf\n",
	},
};
