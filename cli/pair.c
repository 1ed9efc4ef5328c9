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

#include "pair.h"

#define LOOKS_A_SECOND 4
/* After so long without a frame it is worth looking at the button. */
#define QUIET_S 30
/* Ctrl-C waits no longer for a service that does not answer. */
#define PATIENCE_US 2000000

struct pairing {
	const char *file;
	char id[64];
	enum pair_verdict verdict;
	long long told;		/* frames, when it was last said */
	int looks;
};

static bool is(const json_t *doc, const char *state)
{
	return strcmp(json_word(doc, "state"), state) == 0;
}

static const char *unknown(const struct cli *c)
{
	return TR(c, "IT IS NOT KNOWN WHETHER THE BUTTON IS ENROLLED",
		  "ON NE SAIT PAS SI LE BOUTON EST ENREGISTRÉ");
}

/* How far it is, once begun: without an answer nobody may call it a failure. */
static int ask(struct cli *c, json_t **doc, char **text, const char *method)
{
	const struct bus_doubt doubt = {
		.code = EX_UNAVAILABLE,
		.what = unknown(c),
		.next = "alerte pair --status",
	};
	int r;

	c->doubt = &doubt;
	c->patience_us = PATIENCE_US;
	r = doc != NULL ? bus_json(c, doc, text, method, NULL) :
	    bus_call(c, NULL, method, NULL);
	c->doubt = NULL;
	c->patience_us = 0;

	return r;
}

/* Said when it is another thing, or twice as often. */
static void tell_progress(const struct cli *c, struct pairing *p,
			  const json_t *doc)
{
	long long frames;
	enum pair_verdict verdict = pair_judge(doc, &frames);

	if (p->looks++ == 0)
		pair_tell_prompt(c, doc);
	if (verdict == PAIR_NOTHING ? p->looks != QUIET_S * LOOKS_A_SECOND :
	    verdict == p->verdict && frames < 2 * p->told)
		return;

	p->verdict = verdict;
	p->told = frames;
	pair_tell_verdict(c, stderr, doc);
}

/* A service that was restarted forgot how it ended, never a button. */
static int check_forgotten(struct cli *c, const struct pairing *p)
{
	json_t *doc = NULL, *one;
	size_t i;
	int r = ask(c, &doc, NULL, "Buttons");

	json_array_foreach(json_object_get(doc, "buttons"), i, one) {
		if (strcmp(json_word(one, "id"), p->id) != 0)
			continue;

		r = complainf(c, EX_UNAVAILABLE, unknown(c), "alerte buttons",
			      TR(c, "the service does not wait for it any more, and knows a button %s",
				 "le service ne l'attend plus, et connaît un bouton %s"),
			      p->id);
	}

	json_decref(doc);
	return r;
}

static int conclude(struct cli *c, const struct pairing *p,
		    const json_t *doc, const char *text)
{
	bool printed = bus_print_json(c, text);
	int r = is(doc, "none") ? check_forgotten(c, p) : 0;

	if (r != 0)
		return r;
	if (!is(doc, "proved"))
		return pair_tell_failed(c, doc, p->file);

	return printed ? 0 : pair_tell_proved(c, doc);
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
	int r = ask(c, &doc, &text, "Enrolment");

	if (r == 0 && (!is(doc, "waiting") && !is(doc, "none"))) {
		r = conclude(c, p, doc, text);
	} else if (r == 0) {
		r = ask(c, NULL, NULL, "EnrolCancel");
		if (r == 0)
			bus_print_json(c, text);
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

	*code = ask(c, &doc, &text, "Enrolment");
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
	int r = bus_json(c, &doc, &text, "Enrolment", NULL);

	if (r == 0 && !bus_print_json(c, text)) {
		if (is(doc, "proved")) {
			r = pair_tell_proved(c, doc);
		} else if (is(doc, "waiting")) {
			fputs(TR(c, "Waiting for a press of ",
				 "En attente d'un appui sur "), stdout);
			screen_put(json_word(doc, "id"));
			puts("");
			fflush(stdout);
			pair_tell_verdict(c, stderr, doc);
		} else if (is(doc, "expired")) {
			fputs(TR(c, "Expired, not enrolled: ",
				 "Délai passé, pas enregistré : "), stdout);
			screen_put(json_word(doc, "id"));
			puts("");
		} else if (is(doc, "refused")) {
			fputs(TR(c, "Refused by the settings, not enrolled: ",
				 "Refusé par les réglages, pas enregistré : "),
			      stdout);
			screen_put(json_word(doc, "id"));
			puts("");
			fputs("  ", stdout);
			screen_wrap(json_word(doc, "why"), 2, 2);
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

	return r != 0 || !c->json ? r : status(c);
}

static void deafness(const struct cli *c, const json_t *radio, char *out,
		     size_t cap)
{
	const char *driver = word_part(c, json_word(radio, "driver"));

	if (is(radio, "none"))
		snprintf(out, cap, TR(c, "this gateway has no receiver (%s): it hears no press",
				      "ce boîtier n'a pas de récepteur (%s) : il n'entend aucun appui"), driver);
	else if (is(radio, "deaf"))
		snprintf(out, cap, TR(c, "this gateway's receiver (%s) is deaf now: it hears no press",
				      "le récepteur de ce boîtier (%s) est sourd : il n'entend aucun appui"), driver);
	else
		snprintf(out, cap, TR(c, "this gateway has no receiver now (%s is not there): it hears no press",
				      "ce boîtier n'a plus de récepteur (%s manque) : il n'entend aucun appui"), driver);
}

/* One whose canary alone is missed may well hear a button. */
static bool may_hear(const json_t *radio)
{
	return is(radio, "listening") ||
	       strcmp(json_word(radio, "deaf"), "canary-missed") == 0;
}

/* Without a receiver no press would ever be heard. */
static int check_receiver(struct cli *c)
{
	const json_t *radio;
	json_t *doc = NULL;
	char why[256];
	int r = bus_json(c, &doc, NULL, "Status", NULL);

	if (r != 0)
		return r;

	radio = json_object_get(doc, "radio");
	if (!may_hear(radio)) {
		deafness(c, radio, why, sizeof(why));
		r = complain(c, EX_UNAVAILABLE, TR(c, "nothing was begun",
						   "rien n'a été commencé"),
			     why, is(radio, "deaf") ? "alerte status" :
			     "man 5 alerted.conf: radio");
	}

	json_decref(doc);
	return r;
}

/* Of a button in force nothing is to be corrected: its line says what to do. */
static bool says_next(const json_t *errors)
{
	const char *first = json_string_value(json_array_get(errors, 0));

	return first != NULL && strstr(first, "alerte test ") != NULL;
}

/*
 * The section goes to the daemon; it holds the key, and is wiped here.  Unless
 * it is to keep waiting, the daemon stops when we are gone, however we went.
 */
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

	r = input_secret(c, file, INPUT_MAX, &site);
	c->refused_hint = TR(c, "alerte test WEARER --announce BUTTON",
			     "alerte test PORTEUSE --announce BOUTON");
	if (r == 0)
		r = bus_json(c, &doc, &text, "Enrol", "ssb", file, site,
			     keep);
	c->refused_hint = NULL;
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
			      says_next(json_object_get(doc, "errors")) ? NULL :
			      TR(c, "correct the lines above, then the same command", "corrigez les lignes ci-dessus, puis la même commande"),
			      TR(c, "%zu error(s) in the file",
				 "%zu erreur(s) dans le fichier"), n);
	}

	json_decref(doc);
	free(text);
	return r;
}

/* It waits without us. */
static int leave(struct cli *c)
{
	json_t *doc = NULL;
	char *text = NULL;
	int r = ask(c, &doc, &text, "Enrolment");

	if (r == 0) {
		fputs(TR(c, "It waits 10 minutes for a press: alerte pair --status tells.\n",
			 "Il attend un appui pendant 10 minutes : alerte pair --status le dira.\n"),
		      stderr);
		pair_tell_again(c, doc);
		bus_print_json(c, text);
	}

	json_decref(doc);
	free(text);
	return r;
}

static int pair(struct cli *c, const char *file, bool no_wait)
{
	struct pairing p = { .file = file };
	sigset_t end, before;
	int r = check_receiver(c);

	signals_of_end(&end);
	if (r == 0)
		r = begin(c, file, no_wait);
	if (r != 0)
		return r;
	if (no_wait)
		return leave(c);

	sigprocmask(SIG_BLOCK, &end, &before);
	r = wait_for_press(c, &p, &end);
	/* What came too late must not take the answer away. */
	while (sigtimedwait(&end, NULL, &(struct timespec){ 0, 0 }) > 0)
		;
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
		"button of the same id is enrolled anew; until the proof the old one counts,\n"
		"and a press with its old key is a real alert.\n"
		"\n"
		"  --no-wait   begin, and do not wait for the press here\n"
		"  --status    how far it is\n"
		"  --cancel    wait no longer; nothing changes\n"
		"\n"
		"Exit code 0: proved; 65: errors in FILE, or the settings did not take it; 75: no\n"
		"press proved it; 69: no receiver here, or it is not known.\n"
		"\n"
		"  alerte pair keyring.conf\n",

		"FICHIER, ou - pour l'entrée, contient une section button d'un fichier de site,\n"
		"avec sa clé : jamais en argument. Le service attend 10 minutes un appui qui\n"
		"prouve le tout ; cet appui n'alerte personne. Ensuite chaque appui est une vraie\n"
		"alerte. Un bouton du même nom est enregistré à nouveau ; jusqu'à la preuve\n"
		"l'ancien compte, et un appui avec son ancienne clé est une vraie alerte.\n"
		"\n"
		"  --no-wait   commence, sans attendre l'appui ici\n"
		"  --status    où cela en est\n"
		"  --cancel    n'attend plus ; rien ne change\n"
		"\n"
		"Code 0 : prouvé ; 65 : erreurs dans FICHIER, ou réglages qui ne l'ont pas pris ;\n"
		"75 : aucun appui ne l'a prouvé ; 69 : pas de récepteur ici, ou on ne sait pas.\n"
		"\n"
		"  alerte pair porte-cles.conf\n",
	},
};
