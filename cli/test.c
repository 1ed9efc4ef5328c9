/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exercise (V4).  It writes to people, so it is asked for twice; it passes
 * only when a person answered, and otherwise names the link that is missing.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"

#define WAIT_MAX 86400

/* What the exercise had come to when it was last looked at. */
enum link {
	LINK_NO_PRESS,		/* announced, and nobody pressed */
	LINK_NOTHING_PLANNED,	/* no message was made */
	LINK_NOT_SENT,		/* made, and none left */
	LINK_NOT_DELIVERED,	/* left, and no network says it arrived */
	LINK_NO_REPLY,		/* arrived, and nobody answered */
	LINK_WHOLE		/* a person answered */
};

struct exercise {
	const char *wearer;
	const char *button;	/* announced, or NULL */
	bool yes;
	long long wait;
	long long alert;	/* 0: not open yet */
	long long newest;	/* id of the last alert before the start */
	enum link link;
	char who[128];		/* who answered */
};

static const char *link_name(enum link link)
{
	switch (link) {
	case LINK_NO_PRESS:
		return "press";
	case LINK_NOTHING_PLANNED:
		return "plan";
	case LINK_NOT_SENT:
		return "send";
	case LINK_NOT_DELIVERED:
		return "delivery";
	case LINK_NO_REPLY:
		return "reply";
	case LINK_WHOLE:
		return "none";
	}

	return "";
}

static const char *link_text(const struct cli *c, enum link link)
{
	switch (link) {
	case LINK_NO_PRESS:
		return TR(c, "the button: no press was heard",
			  "le bouton : aucun appui n'a été entendu");
	case LINK_NOTHING_PLANNED:
		return TR(c, "the policy: no message was made for anybody",
			  "la règle : aucun message n'a été préparé");
	case LINK_NOT_SENT:
		return TR(c, "the modem or the network: no message left",
			  "le modem ou le réseau : aucun message n'est parti");
	case LINK_NOT_DELIVERED:
		return TR(c, "the phones: messages left, none is known to have arrived, and nobody answered",
			  "les téléphones : des messages sont partis, aucun n'est dit arrivé, et personne n'a répondu");
	case LINK_NO_REPLY:
		return TR(c, "the people: messages arrived, nobody answered",
			  "les personnes : des messages sont arrivés, personne n'a répondu");
	case LINK_WHOLE:
		return TR(c, "none", "aucun");
	}

	return "";
}

static int agree(const struct cli *c, const struct exercise *e)
{
	char warning[256];

	if (e->yes)
		return 0;

	snprintf(warning, sizeof(warning),
		 TR(c, "The contacts of %s will get a text that says: exercise, no emergency.\n",
		    "Les contacts de %s recevront un texte qui dit : exercice, aucune urgence.\n"),
		 e->wearer);

	return question_ask(c, &(struct question){
		.undone = TR(c, "no exercise was started",
			     "aucun exercice n'a commencé"),
		.stake = TR(c, "it writes to real people",
			    "il écrit à de vraies personnes"),
		.warning = warning,
		.prompt = TR(c, "Type yes to write to them: ",
			     "Tapez oui pour leur écrire : "),
	});
}

/* The last alert there is, so that a new one is known. */
static int find_newest(struct cli *c, struct exercise *e)
{
	json_t *doc = NULL;
	const json_t *list, *a;
	size_t i, n;
	int r;

	do {
		r = bus_json(c, &doc, NULL, "Alerts", "xu",
			     (int64_t)e->newest, (uint32_t)1000);
		if (r != 0)
			return r;

		list = json_object_get(doc, "alerts");
		n = json_array_size(list);
		json_array_foreach(list, i, a)
			e->newest = json_number(a, "id");
		json_decref(doc);
	} while (n == 1000);

	return 0;
}

/* The exercise the announced press opened. */
static int find_opened(struct cli *c, struct exercise *e)
{
	json_t *doc = NULL;
	const json_t *list, *a;
	size_t i;
	int r = bus_json(c, &doc, NULL, "Alerts", "xu", (int64_t)e->newest,
			 (uint32_t)1000);

	if (r != 0)
		return r;

	list = json_object_get(doc, "alerts");
	json_array_foreach(list, i, a) {
		if (json_yes(a, "exercise") &&
		    strcmp(json_word(a, "wearer"), e->wearer) == 0)
			e->alert = json_number(a, "id");
	}

	json_decref(doc);
	return 0;
}

static enum link judge_attempts(const json_t *list)
{
	enum link link = LINK_NOTHING_PLANNED;
	const json_t *a;
	size_t i;

	json_array_foreach(list, i, a) {
		const char *state = json_word(a, "state");

		if (strcmp(state, "delivered") == 0)
			return LINK_NO_REPLY;
		if (strcmp(state, "sent") == 0)
			link = LINK_NOT_DELIVERED;
		else if (link == LINK_NOTHING_PLANNED)
			link = LINK_NOT_SENT;
	}

	return link;
}

/* A receipt is no answer: only what a person wrote, or an acknowledgement. */
static bool answered(const json_t *doc, char *who, size_t cap)
{
	const json_t *alert = json_object_get(doc, "alert"), *n;
	size_t i;

	if (*json_word(alert, "acked_by") != '\0') {
		snprintf(who, cap, "%s", json_word(alert, "acked_by"));
		return true;
	}

	json_array_foreach(json_object_get(doc, "notes"), i, n) {
		const char *kind = json_word(n, "kind");

		if (strcmp(kind, "reply") == 0 || strcmp(kind, "ack") == 0) {
			snprintf(who, cap, "%s", json_word(n, "who"));
			return true;
		}
	}

	return false;
}

static int look(struct cli *c, struct exercise *e)
{
	json_t *doc = NULL;
	char id[24];
	int r;

	if (e->alert == 0) {
		e->link = LINK_NO_PRESS;
		r = find_opened(c, e);
		if (r != 0 || e->alert == 0)
			return r;
	}

	snprintf(id, sizeof(id), "%lld", e->alert);
	r = bus_json(c, &doc, NULL, "Show", "s", id);
	if (r != 0)
		return r;

	e->link = answered(doc, e->who, sizeof(e->who)) ? LINK_WHOLE :
		  judge_attempts(json_object_get(doc, "attempts"));
	json_decref(doc);
	return 0;
}

static int64_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec;
}

static int wait_for_answer(struct cli *c, struct exercise *e)
{
	int64_t end = now_s() + e->wait;
	int r;

	for (;;) {
		r = look(c, e);
		if (r != 0 || e->link == LINK_WHOLE || now_s() >= end)
			return r;

		nanosleep(&(struct timespec){ .tv_nsec = 500000000 }, NULL);
	}
}

static int start(struct cli *c, struct exercise *e)
{
	sd_bus_message *reply = NULL;
	int64_t id = 0;
	int r;

	if (e->button != NULL) {
		r = find_newest(c, e);
		if (r == 0)
			r = bus_call(c, NULL, "ExerciseAnnounce", "s",
				     e->button);
		if (r == 0)
			fputs(TR(c, "The next press of this button within 2 minutes is the exercise. A second press,\nor another gesture, is a real alert. So is this one for any other gateway that\nhears the button, until you announce it there too.\n",
				 "Le prochain appui sur ce bouton, avant 2 minutes, est l'exercice. Un second appui,\nou un autre geste, est une vraie alerte. Cet appui aussi, pour toute autre\npasserelle qui entend le bouton, tant que vous ne le lui avez pas annoncé.\n"),
			      stderr);
		return r;
	}

	r = bus_call(c, &reply, "Exercise", "s", e->wearer);
	if (r == 0 && sd_bus_message_read(reply, "x", &id) < 0)
		r = complain(c, EX_SOFTWARE,
			     TR(c, "the daemon's answer was not understood",
				"la réponse du service n'a pas été comprise"),
			     NULL, "alerted --version");

	e->alert = id;
	sd_bus_message_unref(reply);
	return r;
}

/* Said every time: an exercise proves nothing of the 114. */
static void say_untried(const struct cli *c)
{
	fputs(TR(c, "The 114 was not tried: an exercise cannot reach it.\n",
		 "Le 114 n'a pas été essayé : un exercice ne peut l'atteindre.\n"),
	      stderr);
}

static void print_json(const struct exercise *e, bool waited)
{
	bool passed = waited && e->link == LINK_WHOLE;
	json_t *doc = json_pack("{s:s, s:I, s:b, s:o, s:o, s:s, s:b}",
				"schema", "alerte/1",
				"alert", (json_int_t)e->alert,
				"waited", waited,
				"passed", waited ? json_boolean(passed) :
						   json_null(),
				"missing", waited && !passed ?
					   json_string(link_name(e->link)) :
					   json_null(),
				"answered_by", e->who,
				"relay_tried", 0);

	json_dumpf(doc, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(doc);
}

static int report(struct cli *c, const struct exercise *e)
{
	char next[64];

	if (c->json)
		print_json(e, true);

	if (e->link == LINK_WHOLE) {
		if (!c->json)
			printf(TR(c, "PASSED: %s answered.\n",
				  "RÉUSSI : %s a répondu.\n"), e->who);
		say_untried(c);
		return 0;
	}

	say_untried(c);
	if (e->alert == 0)
		snprintf(next, sizeof(next), "alerte status");
	else
		snprintf(next, sizeof(next), "alerte show %lld", e->alert);

	return complainf(c, EX_TEMPFAIL,
			 TR(c, "THE EXERCISE DID NOT PASS",
			    "L'EXERCICE N'EST PAS RÉUSSI"), next,
			 TR(c, "no person answered in %lld s; missing link: %s",
			    "personne n'a répondu en %lld s ; maillon manquant : %s"),
			 e->wait, link_text(c, e->link));
}

static int go(struct cli *c, struct exercise *e)
{
	int r = start(c, e);

	if (r != 0)
		return r;

	if (e->wait == 0) {
		if (c->json)
			print_json(e, false);
		else if (e->alert != 0)
			printf("%lld\n", e->alert);
		say_untried(c);
		fputs(TR(c, "It passes once a person answered: alerte alerts, or --wait 300.\n",
			 "Il est réussi quand quelqu'un a répondu : alerte alerts, ou --wait 300.\n"),
		      stderr);
		return 0;
	}

	r = wait_for_answer(c, e);
	return r != 0 ? r : report(c, e);
}

static bool seconds_read(const char *text, long long *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;

	*out = strtoll(text, &end, 10);
	return *end == '\0' && *out >= 1 && *out <= WAIT_MAX;
}

static int run(struct cli *c, int argc, char **argv)
{
	const char *wait = NULL;
	struct exercise e = { 0 };
	const struct arg args[] = {
		{ "--announce", &e.button, NULL },
		{ "--wait", &wait, NULL },
		{ "--yes", NULL, &e.yes },
		{ NULL, NULL, NULL },
	};
	int n, r = args_read(c, argc, argv, args, &n);

	if (r != 0)
		return r;
	if (n != 1 || (wait != NULL && !seconds_read(wait, &e.wait)))
		return complain_usage(c, TR(c, "wanted: one WEARER; --wait takes seconds, at most 86400",
					    "attendu : une PORTEUSE ; --wait prend des secondes, au plus 86400"));

	e.wearer = argv[1];
	r = agree(c, &e);

	return r != 0 ? r : go(c, &e);
}

const struct command test_command = {
	.name = "test",
	.run = run,
	.group = GROUP_PREPARE,
	.usage = { "WEARER [--announce BUTTON] [--wait SECONDS] [--yes]",
		   "PORTEUSE [--announce BOUTON] [--wait SECONDES] [--yes]" },
	.summary = { "an exercise: do people answer? (never the 114)",
		     "un exercice : répond-on ? (jamais le 114)" },
	.help = {
		"Writes to the contacts of WEARER that this is an exercise and waits for one of\n"
		"them to answer. It passes only if a person answered; otherwise it names the\n"
		"missing link and exits 75. It cannot reach the 114, and says so. It does not\n"
		"start while an alert of hers is open.\n"
		"\n"
		"  --announce BUTTON   the next press of this button, within 2 minutes, is the\n"
		"                      exercise: tries the radio too. Announce it to every\n"
		"                      gateway that hears the button: to others it is real\n"
		"  --wait SECONDS      wait for the answer\n"
		"  --yes               do not ask before writing to people\n"
		"\n"
		"  alerte test marie --wait 300\n"
		"  alerte test marie --announce keyring --wait 300\n",

		"Écrit aux contacts de la PORTEUSE que c'est un exercice, et attend que l'un\n"
		"d'eux réponde. Il n'est réussi que si quelqu'un a répondu ; sinon il nomme le\n"
		"maillon manquant et sort avec 75. Il ne peut atteindre le 114, et le dit. Il ne\n"
		"commence pas tant qu'une alerte d'elle est en cours.\n"
		"\n"
		"  --announce BOUTON   le prochain appui sur ce bouton, avant 2 minutes, est\n"
		"                      l'exercice : essaie aussi la radio. Annoncez-le à chaque\n"
		"                      passerelle qui entend le bouton : ailleurs il est vrai\n"
		"  --wait SECONDES     attend la réponse\n"
		"  --yes               ne demande rien avant d'écrire aux gens\n"
		"\n"
		"  alerte test marie --wait 300\n"
		"  alerte test marie --announce porte-cles --wait 300\n",
	},
};
