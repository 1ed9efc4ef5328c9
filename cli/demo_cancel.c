/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two more presses, ended by two codes: hers, and the one for when somebody
 * forces her hand (L8).  The screen is the real command's, by the same words,
 * into a file each: whoever stands behind her reads one as the other.  What
 * differs has left already, and is looked for where it arrived.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "demo.h"

#define HEARD_MS 3000

struct ending {
	const char *secret;	/* what she types */
	const char *screen;	/* the file of what is then shown */
	char id[24], code[8];
};

/* ------------------------------------------------------------------ screen */

/* `alerte show`, as anybody at the gateway would ask: 0 or an exit code. */
static int show(const struct demo *d, const struct ending *e)
{
	char self[PROGRAM_MAX], path[DEMO_PATH], id[24];
	char *argv[] = { self, "--lang", d->cli.french ? "fr" : "en",
			 "--socket", (char *)d->cli.socket, "show", id, NULL };
	int64_t until = demo_now_ms() + HEARD_MS;
	pid_t pid;
	int r;

	snprintf(id, sizeof(id), "%s", e->id);
	demo_path(d, e->screen, path);
	/* it is written to at its end */
	if (unlink(path) < 0 && errno != ENOENT)
		return EX_IOERR;
	if (program_self(self) < 0)
		return EX_OSERR;

	pid = program_start(argv, path);
	if (pid < 0)
		return EX_OSERR;

	while ((r = program_poll(pid)) == -EAGAIN && demo_wait(d, until))
		;
	if (r == -EAGAIN)
		program_stop(pid);

	return r == 0 ? 0 : EX_OSERR;
}

#define REFERENCE 32

/* Code, reference and every digit: two alerts never share them. */
static void mask(char *text, const char *code)
{
	char *at = text;

	while ((at = strstr(at, code)) != NULL)
		memset(at, '#', strlen(code));
	for (at = text; *at; at++) {
		if (strspn(at, "0123456789abcdef") >= REFERENCE)
			memset(at, '#', REFERENCE);
		if (isdigit((unsigned char)*at))
			*at = '#';
	}
}

static char *masked(const struct demo *d, const struct ending *e)
{
	char path[DEMO_PATH], *text;

	demo_path(d, e->screen, path);
	text = demo_read(path);
	if (text != NULL)
		mask(text, e->code);

	return text;
}

/* Receipts come in one by one: in the end both screens say the same. */
static bool same_screens(struct demo *d, const struct ending *a,
			 const struct ending *b)
{
	int64_t until = demo_now_ms() + HEARD_MS;
	bool same = false;
	char *x, *y;

	do {
		if (show(d, a) != 0 || show(d, b) != 0)
			break;

		x = masked(d, a);
		y = masked(d, b);
		same = x != NULL && y != NULL && *x && strcmp(x, y) == 0;
		free(x);
		free(y);
	} while (!same && demo_wait(d, until));

	return same;
}

/* ------------------------------------------------------------------ ending */

/* As the first time, and told in one line. */
static bool reached(struct demo *d, struct ending *e)
{
	int64_t until = demo_now_ms() + HEARD_MS;
	char path[DEMO_PATH];
	struct demo_sms sms;

	if (demo_press_again(d) != 0 || !demo_alert_next(d, until))
		return false;

	snprintf(e->id, sizeof(e->id), "%s", d->id);
	snprintf(e->code, sizeof(e->code), "%s", d->code);
	if (!demo_sms_wait(d, DEMO_PAUL, d->code, until, &sms) ||
	    !demo_report_wait(d, d->code, "alert", "open", until, path) ||
	    !demo_alert_has(d, "relay", "submitted", until))
		return false;

	demo_tell(d, TR(&d->cli, "Marie presses again: Paul, the 114's stand-in and the association are reached, as before.",
			"Marie appuie encore : Paul, la doublure du 114 et l'association sont prévenus, comme avant."));
	return true;
}

/* The code goes by the bus: `alerte cancel` asks for it, never in argv. */
static bool cancelled(struct demo *d, const struct ending *e,
		      const char *told)
{
	const struct cli *c = &d->cli;

	if (bus_call(&d->cli, NULL, "Cancel", "ss", e->id, e->secret) != 0 ||
	    !demo_alert_has(d, "state", "cancelled", demo_now_ms() + HEARD_MS))
		return false;

	demo_tell(d, TR(c, "%s: alerte cancel %s", "%s : alerte cancel %s"), told, e->code);
	demo_tell(d, TR(c, "alerte show %s: %s", "alerte show %s : %s"),
		  e->code, word_alert_state(c, "cancelled"));
	return true;
}

static void heard(struct demo *d, const struct ending *e, const char *to,
		  const char *words, const char *english, const char *french)
{
	const char *who = strcmp(to, DEMO_RELAY) != 0 ? "Paul" :
			  TR(&d->cli, "the 114's stand-in",
			     "la doublure du 114");
	struct demo_sms sms;
	bool good = demo_sms_both(d, to, e->code, words,
				  demo_now_ms() + HEARD_MS, &sms);

	demo_expect(d, good, english, french);
	if (good) {
		demo_tell(d, TR(&d->cli, "SMS to %s: %s", "SMS à %s : %s"),
			  who, sms.text);
		demo_at(d, sms.path);
	}
}

static void reported(struct demo *d, const struct ending *e, const char *type,
		     const char *state, const char *english, const char *french)
{
	char path[DEMO_PATH];
	bool good = demo_report_wait(d, e->code, type, state,
				     demo_now_ms() + HEARD_MS, path);

	demo_expect(d, good, english, french);
	if (good) {
		demo_tell(d, TR(&d->cli, "The association's server takes a report: type %s, state %s.",
				"Le serveur de l'association prend un rapport : type %s, état %s."),
			  type, state);
		demo_at(d, path + strlen(d->dir) + 1);
	}
}

static bool by_her_code(struct demo *d, struct ending *e)
{
	const char *ordinary = TR(&d->cli, "with the person's code",
				  "avec le code de la personne");

	if (!demo_expect(d, reached(d, e) &&
			 cancelled(d, e, TR(&d->cli, "She types her cancel code",
					    "Elle tape son code d'annulation")),
			 "her code cancels a second alert",
			 "son code annule une deuxième alerte"))
		return false;

	heard(d, e, DEMO_PAUL, ordinary,
	      "the first contact is told so", "le premier contact l'apprend");
	heard(d, e, DEMO_RELAY, "avec le code de la personne",
	      "the 114's stand-in too, as not verified",
	      "la doublure du 114 aussi, comme non vérifié");
	reported(d, e, "cancel", "cancelled",
		 "and the association", "et l'association");

	return true;
}

static bool under_duress(struct demo *d, struct ending *e)
{
	return demo_expect(d, reached(d, e) &&
			   cancelled(d, e, TR(&d->cli, "Somebody forces her to, and she types her other code",
					      "Quelqu'un l'y force, et elle tape son autre code")),
			   "her other code seems to cancel a third one",
			   "son autre code semble en annuler une troisième");
}

/* What he sees is the same; what those who can help receive is not. */
static void compare(struct demo *d, const struct ending *free_will,
		    const struct ending *forced)
{
	const struct cli *c = &d->cli;
	const char *ordinary = TR(c, "with the person's code",
				  "avec le code de la personne");

	if (demo_expect(d, same_screens(d, free_will, forced),
			"the screen says the same after both codes",
			"l'écran dit la même chose après les deux codes")) {
		demo_tell(d, TR(c, "alerte show %s and alerte show %s: the same screen, but for code, number and hour.",
				"alerte show %s et alerte show %s : le même écran, sauf code, numéro et heure."),
			  free_will->code, forced->code);
		demo_at(d, "screen-cancel, screen-duress");
	}

	heard(d, forced, DEMO_PAUL, ordinary,
	      "the first contact reads the ordinary words: he may hold that phone",
	      "le premier contact lit les mots ordinaires : il tient peut-être ce téléphone");
	heard(d, forced, DEMO_RELAY, "sous la contrainte",
	      "the 114's stand-in reads that she was forced",
	      "la doublure du 114 lit qu'elle y a été forcée");
	reported(d, forced, "duress", "open",
		 "so does the association, and the alert goes on",
		 "l'association aussi, et l'alerte continue");
}

void demo_cancels(struct demo *d)
{
	struct ending free_will = { DEMO_CANCEL, "screen-cancel", "", "" };
	struct ending forced = { DEMO_DURESS, "screen-duress", "", "" };

	if (by_her_code(d, &free_will) && under_duress(d, &forced))
		compare(d, &free_will, &forced);
}
