/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A press becomes help, on real parts.
 *
 *   raise    receiver, daemon, settings, the relay armed
 *   press    a stranger's frame, then hers, four times over
 *   reach    SMS to the first contact, the 114, the association's server
 *   converse the 114 answers by itself, an agent asks, the operator answers
 *   climb    the first contact stays silent, the second one answers
 *   close    all who were reached are told
 *   cancel   a second alert by her code, a third by the one for duress
 *   attack   the first frame again, and a tampered one
 *   verdict  each effect is looked for on disk
 *
 * Nothing here can reach anybody: numbers are fictional (M5), the server is
 * on 127.0.0.1, the bus is the daemon's own socket.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

#define AUTOMATIC "Le 114 a bien reçu votre SMS et répond bientôt."
#define QUESTION "Bonjour, ici le 114. Combien de personnes sont avec vous ?"

/* -------------------------------------------------------------- preparation */

static int apply_site(struct demo *d)
{
	char path[DEMO_PATH];
	char *text;
	json_t *doc = NULL;
	int r;

	demo_path(d, "site.conf", path);
	text = demo_read(path);
	if (text == NULL)
		return EX_IOERR;

	r = bus_json(&d->cli, &doc, NULL, "Apply", "ssb", path, text, 0);
	input_wipe(text, strlen(text));
	free(text);

	if (r == 0 && json_array_size(json_object_get(doc, "errors")) > 0)
		r = complain(&d->cli, EX_SOFTWARE,
			     TR(&d->cli, "the demo's own site file was refused",
				"le fichier de site de la démonstration est refusé"),
			     json_string_value(json_array_get(
				     json_object_get(doc, "errors"), 0)), NULL);

	json_decref(doc);
	return r;
}

static int arm(struct demo *d)
{
	sd_bus_message *reply = NULL;
	const char *token = "";
	int r = bus_call(&d->cli, &reply, "Arm", "s", "demo");

	if (r == 0 && sd_bus_message_read(reply, "s", &token) < 0)
		r = EX_SOFTWARE;
	if (r == 0)
		r = bus_call(&d->cli, NULL, "ArmConfirm", "ss", "demo", token);

	sd_bus_message_unref(reply);
	return r;
}

static int prepare(struct demo *d)
{
	const struct cli *c = &d->cli;
	int r = apply_site(d);

	if (r != 0)
		return r;

	demo_tell(d, TR(c, "alerte apply: Marie Durand, her button, Paul and Nadia, the association.",
			"alerte apply : Marie Durand, son bouton, Paul et Nadia, l'association."));
	demo_at(d, "site.conf");

	r = arm(d);
	if (r == 0)
		demo_tell(d, TR(c, "alerte arm, twice: presses may reach the 114, played here by the fictional %s.",
				"alerte arm, deux fois : un appui peut atteindre le 114, joué ici par le numéro fictif %s."),
			  DEMO_RELAY);

	return r;
}

/* -------------------------------------------------------------------- press */

static int press(struct demo *d)
{
	const struct cli *c = &d->cli;
	int64_t until;
	int r = demo_hear(d, DEMO_STRANGER, 3);

	if (r != 0)
		return r;

	demo_tell(d, TR(c, "The radio hears a stranger's button, not encrypted.",
			"La radio entend le bouton d'un inconnu, non chiffré."));
	until = demo_now_ms() + 2000;
	demo_expect(d, demo_counter_reaches(d, "strangers", 1, until) &&
		    demo_alerts(d) == 0,
		    "the stranger's button is counted and raises nothing",
		    "le bouton de l'inconnu est compté et ne déclenche rien");

	r = demo_hear(d, DEMO_DOUBLE, 4);
	if (r != 0)
		return r;

	demo_tell(d, TR(c, "Marie presses twice: one encrypted frame, which her button repeats four times.",
			"Marie appuie deux fois : une trame chiffrée, que son bouton répète quatre fois."));
	demo_at(d, "frames");

	/* Her battery's level uses up the next counter. */
	r = demo_hear(d, DEMO_SENSOR, 2);
	d->last_ms = demo_now_ms();

	return r;
}

static void tell_sms(struct demo *d, const char *who,
		     const struct demo_sms *sms)
{
	demo_tell(d, TR(&d->cli, "SMS to %s: %s", "SMS à %s : %s"), who,
		  sms->text);
	demo_at(d, sms->path);
}

static bool expect_sms(struct demo *d, const char *to, const char *words,
		       int64_t wait_ms, const char *english,
		       const char *french, struct demo_sms *out)
{
	return demo_expect(d, demo_sms_wait(d, to, words,
					    demo_now_ms() + wait_ms, out),
			   english, french);
}

/* ------------------------------------------------------------------- attack */

/* So long a copy of her burst may come late, by another receiver. */
#define LATE_MS 10000

static int attack(struct demo *d)
{
	const struct cli *c = &d->cli;
	int64_t until = d->last_ms + LATE_MS + 100;
	int r;

	while (demo_wait(d, until))
		;

	r = demo_hear(d, DEMO_REPLAYED, 2);
	if (r == 0)
		r = demo_hear(d, DEMO_TAMPERED, 2);
	if (r != 0)
		return r;

	demo_tell(d, TR(c, "Ten seconds later somebody plays back her first frame, and sends one with a bit changed: refused, and counted.",
			"Dix secondes après, quelqu'un rejoue sa première trame, et en envoie une dont un bit est changé : refusées, et comptées."));

	until = demo_now_ms() + 2000;
	demo_expect(d, demo_counter_reaches(d, "replays", 1, until),
		    "the replayed frame is counted in status",
		    "la trame rejouée est comptée dans status");
	demo_expect(d, demo_counter_reaches(d, "bad_tag", 1, until),
		    "the tampered frame is counted in status",
		    "la trame falsifiée est comptée dans status");
	demo_expect(d, demo_counter_reaches(d, "repeats", 3, until),
		    "the button's repeats are counted as repeats",
		    "les répétitions du bouton sont comptées comme telles");
	demo_expect(d, demo_alerts(d) == 3 && demo_counter(d, "presses") == 3,
		    "there are exactly three alerts, from three presses",
		    "il y a exactement trois alertes, pour trois appuis");

	return 0;
}

/* The daemon removes a message once it has kept it. */
static void came_in(const struct demo *d, const char *path)
{
	char text[DEMO_PATH + 64];

	snprintf(text, sizeof(text), TR(&d->cli, "%s (taken at once)",
					"%s (pris aussitôt)"), path);
	demo_at(d, text);
}

/* ------------------------------------------------------------------ the 114 */

static int relay_says(struct demo *d, const char *text)
{
	char path[DEMO_PATH];
	int r = demo_sms_in(d, DEMO_RELAY, text, path);

	if (r == 0) {
		demo_tell(d, TR(&d->cli, "The 114's stand-in answers: %s",
				"La doublure du 114 répond : %s"), text);
		came_in(d, path);
	}

	return r;
}

static void relay_state(struct demo *d, const char *state, const char *english,
			const char *french)
{
	if (demo_expect(d, demo_alert_has(d, "relay", state, demo_now_ms() + 2000),
			english, french))
		demo_tell(d, TR(&d->cli, "alerte show %s, 114: %s",
				"alerte show %s, 114 : %s"), d->code,
			  word_relay_state(&d->cli, state));
}

static int operator_answers(struct demo *d)
{
	const char *text = "Deux enfants avec elle, 4e étage";
	struct demo_sms sms;
	int r = bus_call(&d->cli, NULL, "RelayAnswer", "sss", d->id,
			 "Operateur", text);

	if (r != 0)
		return r;

	demo_tell(d, TR(&d->cli, "The operator types, in alerte relay %s --as Operateur: %s",
			"L'opérateur tape, dans alerte relay %s --as Operateur : %s"),
		  d->code, text);
	if (expect_sms(d, DEMO_RELAY, "Deux enfants avec elle", 2000,
		       "the operator's answer left for the 114",
		       "la réponse de l'opérateur est partie vers le 114",
		       &sms))
		tell_sms(d, TR(&d->cli, "the 114's stand-in",
				"la doublure du 114"), &sms);

	return 0;
}

static int converse(struct demo *d)
{
	int r = relay_says(d, AUTOMATIC);

	if (r != 0)
		return r;

	relay_state(d, "auto_ack", "the automatic answer is no person",
		    "la réponse automatique n'est pas une personne");
	r = relay_says(d, QUESTION);
	if (r != 0)
		return r;

	relay_state(d, "human", "the agent's question is a person's",
		    "la question de l'agent est celle d'une personne");

	return operator_answers(d);
}

/* ----------------------------------------------------------------- contacts */

/* As a person would: the code is the word after OK in what she received. */
static bool code_in(const char *text, char code[8])
{
	const char *at = strstr(text, "OK ");

	if (at == NULL || strlen(at) < 6)
		return false;

	snprintf(code, 8, "%.3s", at + 3);
	return true;
}

static int nadia_answers(struct demo *d, const struct demo_sms *received)
{
	char path[DEMO_PATH], text[16], code[8];
	int r;

	if (!code_in(received->text, code)) {
		demo_expect(d, false, "the second contact's text has a code",
			    "le texte du second contact a un code");
		return 0;
	}

	snprintf(text, sizeof(text), "ok %s", code);
	r = demo_sms_in(d, DEMO_NADIA, text, path);
	if (r != 0)
		return r;

	demo_tell(d, TR(&d->cli, "Nadia answers by SMS: %s",
			"Nadia répond par SMS : %s"), text);
	came_in(d, path);

	return 0;
}

static int climb(struct demo *d)
{
	const struct cli *c = &d->cli;
	struct demo_sms sms;
	int r;

	demo_tell(d, TR(c, "Paul does not answer. A message that arrived is no help yet: after 3 s the alert climbs.",
			"Paul ne répond pas. Un message arrivé n'est pas encore une aide : après 3 s l'alerte monte."));
	if (!expect_sms(d, DEMO_NADIA, d->code, 5000,
			"the second contact was written to, as nobody answered",
			"le second contact est prévenu, car nul n'a répondu",
			&sms))
		return 0;

	tell_sms(d, "Nadia", &sms);
	r = nadia_answers(d, &sms);
	if (r != 0)
		return r;

	if (demo_expect(d, demo_alert_has(d, "state", "acked",
				     demo_now_ms() + 2000),
			"the alert is acknowledged",
			"l'alerte est prise en charge"))
		demo_tell(d, TR(c, "alerte show %s: %s", "alerte show %s : %s"),
			  d->code, word_alert_state(c, "acked"));
	demo_expect(d, demo_alert_has(d, "acked_by", "Nadia Petit",
				 demo_now_ms()) ||
		    demo_alert_has(d, "acked_by", "nadia", demo_now_ms()),
		    "by the second contact", "par le second contact");

	if (expect_sms(d, DEMO_PAUL, "Nadia", 2000,
		       "the first contact is told who is on it",
		       "le premier contact apprend qui s'en occupe", &sms))
		tell_sms(d, "Paul", &sms);

	return 0;
}

static int close_it(struct demo *d)
{
	const struct cli *c = &d->cli;
	const char *clear = TR(c, "closed", "close");
	struct demo_sms sms;
	int r = bus_call(&d->cli, NULL, "Close", "ss", d->id, "Operateur");

	if (r != 0)
		return r;

	demo_tell(d, TR(c, "Nadia is with her. The operator: alerte close %s --as Operateur",
			"Nadia est auprès d'elle. L'opérateur : alerte close %s --as Operateur"),
		  d->code);
	demo_expect(d, demo_alert_has(d, "state", "closed", demo_now_ms() + 2000),
		    "the alert is closed", "l'alerte est close");

	if (expect_sms(d, DEMO_PAUL, clear, 2000,
		       "the first contact is told that it is closed",
		       "le premier contact apprend qu'elle est close", &sms))
		tell_sms(d, "Paul", &sms);
	expect_sms(d, DEMO_NADIA, clear, 2000,
		   "so is the second one", "le second aussi", &sms);

	return 0;
}

/* -------------------------------------------------------------------- story */

static void reach(struct demo *d)
{
	struct demo_sms sms;

	if (expect_sms(d, DEMO_PAUL, "Marie D.", 3000,
		       "the first contact was written to",
		       "le premier contact est prévenu", &sms))
		tell_sms(d, "Paul", &sms);
	if (expect_sms(d, DEMO_RELAY, "12 rue Garibaldi", 3000,
		       "the 114's stand-in was written to",
		       "la doublure du 114 est prévenue", &sms))
		tell_sms(d, TR(&d->cli, "the 114's stand-in",
				"la doublure du 114"), &sms);

	demo_alerts(d);
	demo_server(d);
}

static int story(struct demo *d)
{
	int r = prepare(d);

	if (r == 0)
		r = press(d);
	if (r != 0)
		return r;

	reach(d);
	if (d->id[0] == '\0')
		return 0;

	r = converse(d);
	if (r == 0)
		r = climb(d);
	if (r == 0)
		r = close_it(d);
	if (r == 0) {
		demo_cancels(d);
		r = attack(d);
	}

	demo_expect(d, demo_sms_astray(d) == 0,
		    "nobody else was written to",
		    "personne d'autre n'a été prévenu");
	demo_expect(d, program_poll(d->daemon) == -EAGAIN,
		    "alerted is still running", "alerted tourne toujours");

	return r;
}

static int play(struct demo *d, const char *parent)
{
	const struct cli *c = &d->cli;
	int r, v;

	if (!c->json)
		puts(TR(c, "A press becomes help. Nothing leaves this machine; every number is fictional.\n",
			"Un appui devient des secours. Rien ne sort d'ici ; les numéros sont fictifs.\n"));

	r = demo_raise(d, parent);
	if (r == 0)
		r = story(d);

	demo_strike(d);
	v = d->nchecks > 0 ? demo_verdict(d) : 1;
	if (d->keep && d->dir[0] != '\0' && !c->json)
		printf(TR(c, "Everything is in %s\n", "Tout est dans %s\n"),
		       d->dir);

	return r != 0 ? r : v;
}

static int run(struct cli *c, int argc, char **argv)
{
	struct demo d = { 0 };
	const char *parent = NULL;
	const struct arg args[] = {
		{ "--keep", NULL, &d.keep },
		{ "--dir", &parent, NULL },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 0)
		return complain_usage(c, TR(c, "demo takes no argument",
					    "demo ne prend pas d'argument"));

	d.cli = *c;
	d.cli.bus = NULL;
	d.cli.system = false;
	d.began_ms = demo_now_ms();
	r = play(&d, parent);
	input_wipe(d.key, sizeof(d.key));

	return r;
}

const struct command demo_command = {
	.name = "demo",
	.run = run,
	.group = GROUP_TRY,
	.usage = { "[--keep] [--dir DIR]", "[--keep] [--dir DOSSIER]" },
	.summary = { "a press becomes help, before your eyes, in 15 seconds",
		     "un appui devient des secours, sous vos yeux, en 15 s" },
	.help = {
		"Runs the real service in a scratch folder, with no hardware and no network:\n"
		"encrypted frames with repeats, a replay, a tampered one and a stranger's; SMS as\n"
		"files; a local HTTPS server that refuses once; a stand-in for the 114, which\n"
		"asks and is answered; a first contact who stays silent and a second one who\n"
		"answers; a cancel, and one under duress. Every number is one of those that\n"
		"belong to nobody. Ends with 0 only if every effect is on disk, and\n"
		"with 1 and the missing ones otherwise.\n"
		"\n"
		"  --keep      leave the folder, to look into it\n"
		"  --dir DIR   make it there (else in $TMPDIR or /tmp)\n"
		"\n"
		"  alerte demo\n"
		"  alerte demo --keep --lang fr\n",

		"Lance le vrai service dans un dossier provisoire, sans matériel ni réseau : des\n"
		"trames chiffrées avec répétitions, une rejouée, une falsifiée, celle d'un\n"
		"inconnu ; des SMS en fichiers ; un serveur HTTPS local qui refuse une fois ; une\n"
		"doublure du 114, qui interroge et reçoit réponse ; un premier contact qui se\n"
		"tait, un second qui répond ; une annulation, et une sous la contrainte. Chaque\n"
		"numéro est de ceux qui ne sont à personne. Sort avec 0 seulement si chaque effet\n"
		"est sur le disque, sinon avec 1 et la liste de ce qui manque.\n"
		"\n"
		"  --keep          garde le dossier, pour y regarder\n"
		"  --dir DOSSIER   le crée là (sinon dans $TMPDIR ou /tmp)\n"
		"\n"
		"  alerte demo\n"
		"  alerte demo --keep --lang fr\n",
	},
};
