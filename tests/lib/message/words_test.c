/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden files: tests/golden/LANG/NAME.txt holds the septets of a text on its
 * first line, and the text on the second.  `words_test --write` writes them
 * anew from the tables, to be read by a person before they are kept.
 */
#include "message/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/message/golden.h"
#include "message/gsm.h"

#define MINUTE ((int64_t)60 * 1000)
#define HOUR (60 * MINUTE)
/* 2026-11-24, 14:05 in Lyon. */
#define PRESSED_MS 1795525500000
#define TEXT_MAX 1024

static struct alerte_time at(int64_t later_ms)
{
	return (struct alerte_time){
		.boot_ms = 100000000 + later_ms,
		.wall_ms = PRESSED_MS + later_ms,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};
}

static const struct alerte_wearer marie = {
	.size = sizeof(marie),
	.id = "marie",
	.name = "Marie Durand",
	.short_name = "Marie D.",
	.place = "12 rue Garibaldi, 69003 Lyon, 4e étage gauche, code 12B34",
	.area = "12 rue Garibaldi, Lyon 3e",
	.born = "1990-05-03",
	.details = "2 enfants",
	.association = "X",
};

static const struct alerte_position fix = {
	.size = sizeof(fix),
	.latitude_e7 = 457578000,
	.longitude_e7 = 48532000,
	.accuracy_m = 15,
	.wall_ms = PRESSED_MS + MINUTE,
};

static struct words_facts known(void)
{
	return (struct words_facts){
		.wearer = &marie,
		.code = "7K2",
		.pressed = at(0),
		.opened = at(0),
		.now = at(4 * MINUTE),
		.trust = ALERTE_TRUST_STRONG,
		.nth = 1,
		.who = "Paul",
		.quote = "Je suis à Bron, j'y suis dans 20 min",
		.site = "lieu 3",
		.fault = "radio",
	};
}

/* ------------------------------------------------------ golden texts */

static void golden(enum words kind, struct words_facts f, const char *name)
{
	golden_one(kind, f, ALERTE_LANG_FR, name);
	golden_one(kind, f, ALERTE_LANG_EN, name);
}

static void every_kind_says_what_its_golden_file_says(void **state)
{
	(void)state;
	for (enum words kind = WORDS_NONE + 1; kind < WORDS_LAST; kind++) {
		struct words_facts f = known();

		if (kind != WORDS_ALERT && kind != WORDS_NEW_PRESS)
			f.position = &fix;
		if (kind == WORDS_EXERCISE_END)
			f.quote = NULL;
		if (kind == WORDS_RELAY_QUESTION)
			f.who = WORDS_THE_114;
		golden(kind, f, words_name(kind));
	}
}

static void what_is_known_of_the_press_changes_the_words(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.trust = ALERTE_TRUST_NONE;
	golden(WORDS_ALERT, f, "alert-unverified");
	golden(WORDS_NEW_PRESS, f, "new-press-unverified");
	golden(WORDS_RELAY_FIRST, f, "relay-first-unverified");
	f.possible_repeat = true;
	golden(WORDS_ALERT, f, "alert-repeat");
	f.grouped = true;
	golden(WORDS_ALERT, f, "alert-grouped");
	f.possible_repeat = f.grouped = false;
	f.plain_despite_key = true;
	golden(WORDS_ALERT, f, "alert-plain");
	golden(WORDS_NEW_PRESS, f, "new-press-plain");
	f = known();
	f.by_timer = true;
	golden(WORDS_ALERT, f, "alert-timer");
	golden(WORDS_RELAY_FIRST, f, "relay-first-timer");
	golden(WORDS_NEW_PRESS, f, "new-press-timer");
	f.duress = true;
	golden(WORDS_RELAY_FIRST, f, "relay-first-duress");
	f = known();
	f.gesture = ALERTE_GESTURE_FALL;
	golden(WORDS_ALERT, f, "alert-fall");
	golden(WORDS_NEW_PRESS, f, "new-press-fall");
	f.gesture = ALERTE_GESTURE_INACTIVITY;
	golden(WORDS_ALERT, f, "alert-inactivity");
	f = known();
	f.nth = 2;
	golden(WORDS_RELAY_FIRST, f, "relay-first-again");
	f.roaming = true;
	golden(WORDS_RELAY_FIRST, f, "relay-first-roaming-again");
	f.nth = 1;
	golden(WORDS_RELAY_FIRST, f, "relay-first-roaming");
	f.relay_untried = true;
	golden(WORDS_RELAY_ROAMING, f, "relay-roaming-abroad");
	f.who = WORDS_THE_114;
	f.suggests = ALERTE_RELAY_DISPATCHED;
	golden(WORDS_RELAY_QUESTION, f, "relay-question-sent");
	f.suggests = ALERTE_RELAY_CLOSED;
	golden(WORDS_RELAY_QUESTION, f, "relay-question-done");
	f.trust = ALERTE_TRUST_NONE;
	golden(WORDS_RELAY_PRESS, f, "relay-press-unverified");
}

static void what_goes_wrong_with_the_114_has_words_of_its_own(void **state)
{
	static const struct {
		enum words kind;
		const char *who, *quote, *name;
	} texts[] = {
		{ WORDS_RELAY_NOT_SENT, "", "long", "relay-not-sent-long" },
		{ WORDS_RELAY_NOT_SENT, "", "many", "relay-not-sent-many" },
		{ WORDS_RELAY_NOT_SENT, "", "silent", "relay-not-sent-silent" },
		{ WORDS_CLOSE_CONFIRM, "ABCD", "sent", "close-confirm-sent" },
		{ WORDS_CLOSE_CONFIRM, "ABCD", "done", "close-confirm-done" },
		{ WORDS_RELAY_QUESTION, "7K2, 9XB", "Où ?",
		  "relay-question-which" },
		{ WORDS_RELAY_QUESTION, "114", " ", "relay-question-empty" },
		{ WORDS_CLOSED, "Paul", "ran-out", "closed-ran-out" },
		{ WORDS_RELAY_CLOSED, "", "ran-out", "relay-closed-ran-out" },
	};
	struct words_facts f = known();

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		f.who = texts[i].who;
		f.quote = texts[i].quote;
		golden(texts[i].kind, f, texts[i].name);
	}
	f = known();
	f.cannot_answer = true;
	golden(WORDS_RELAY_QUESTION, f, "relay-question-nobody");
}

/* It may be read by somebody else: it names neither what it is, nor where. */
static void consent_is_asked_without_betraying(void **state)
{
	static const char *const betray[] = {
		"iolence", "lert", "bouton", "button", "114", "17", "police",
		"Garibaldi", "Lyon", "Durand", "ssociation", "danger",
		"protég", "protect", "7K2", "lieu 3",
	};
	struct words_facts f = known();

	(void)state;
	f.who = NULL;
	golden(WORDS_INVITE, f, "invite-unnamed");
	for (int kind = WORDS_INVITE; kind <= WORDS_STOP_LAST; kind++)
		for (int lang = ALERTE_LANG_FR; lang <= ALERTE_LANG_EN; lang++)
			for (size_t i = 0; i < sizeof(betray) / sizeof(*betray);
			     i++) {
				char text[TEXT_MAX];

				f.lang = (enum alerte_lang)lang;
				assert_true(words_compose((enum words)kind, &f,
							  text,
							  sizeof(text)) <= 160);
				if (strstr(text, betray[i]))
					fail_msg("%s", text);
			}
}

static void an_hour_is_told_as_it_is_known(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.now = at(25 * HOUR);
	golden(WORDS_ALERT, f, "alert-next-day");
	golden(WORDS_ALL_CLEAR, f, "all-clear-next-day");
	golden(WORDS_RELAY_SECOND, f, "relay-second-next-day");
	golden(WORDS_FAULT, f, "fault-next-day");
	f = known();
	f.pressed.wall_trusted = f.opened.wall_trusted = false;
	golden(WORDS_ALERT, f, "alert-unsure");
	golden(WORDS_ALL_CLEAR, f, "all-clear-unsure");
	golden(WORDS_RELAY_FIRST, f, "relay-first-unsure");
	f.now = at(25 * HOUR);
	f.nth = 3;
	golden(WORDS_RELAY_FIRST, f, "relay-first-unsure-again-next-day");
	f.trust = ALERTE_TRUST_NONE;
	golden(WORDS_RELAY_FIRST, f, "relay-first-worst");
}

static void a_fault_of_a_button_names_it(void **state)
{
	static const char *const faults[] = {
		"button-silent", "button-away", "buttons-silent",
		"button-battery",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct words_facts f = known();
		char name[64];

		f.fault = faults[i];
		f.quote = "porte-cles";
		snprintf(name, sizeof(name), "fault-%s", faults[i]);
		golden(WORDS_FAULT, f, name);
		snprintf(name, sizeof(name), "fault-end-%s", faults[i]);
		golden(WORDS_FAULT_END, f, name);
	}
}

static void every_fault_has_its_words(void **state)
{
	static const char *const faults[] = {
		"radio", "modem", "modem-registration", "modem-roaming", "path",
		"sim", "endpoint",
		"clock", "store", "button-unreadable", "wrong-codes", "probable-forgery",
		"beacon-lasting", "mail",
		"relay-arming", "mains", "battery-low", "battery-critical",
		"sms-selftest", "sim-expiry", "certificate-expiry",
		"certificate-unreadable", "other",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct words_facts f = known();
		char name[64];

		f.fault = faults[i];
		f.wearer = NULL;
		snprintf(name, sizeof(name), "fault-%s", faults[i]);
		golden(WORDS_FAULT, f, name);
		snprintf(name, sizeof(name), "fault-end-%s", faults[i]);
		golden(WORDS_FAULT_END, f, name);
		if (strcmp(faults[i], "battery-critical"))
			continue;
		f.position = &fix;
		golden(WORDS_FAULT, f, "fault-battery-critical-gps");
	}
}

/* ---------------------------------------------- the texts of section W */

static char said[TEXT_MAX];

static int say(enum words kind, const struct words_facts *f)
{
	return words_compose(kind, f, said, sizeof(said));
}

static void the_first_text_to_the_114_is_word_by_word(void **state)
{
	struct words_facts f = known();

	(void)state;
	assert_int_equal(say(WORDS_RELAY_FIRST, &f), 149);
	assert_string_equal(said,
		"URGENCE violences conjugales, bouton d'alerte (SMS "
		"automatique). 12 rue Garibaldi, 69003 Lyon, 4e étage gauche, "
		"code 12B34. 14h05. Ne pas téléphoner.");
	f.nth = 2;
	assert_int_equal(say(WORDS_RELAY_FIRST, &f), 158);
	assert_string_equal(said + strlen(said) - 9, " 2e envoi");
}

static void the_second_text_to_the_114_is_word_by_word(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.position = &fix;
	assert_true(say(WORDS_RELAY_SECOND, &f) > 0);
	assert_string_equal(said,
		"Suite 14h05. Marie Durand, née le 03/05/1990. 2 enfants. GPS "
		"14h06 à 15 m près: 45.75780,4.85320. Elle ne peut pas "
		"écrire. Réponses par l'association X.");
}

static void a_contact_reads_it_word_by_word(void **state)
{
	struct words_facts f = known();

	(void)state;
	assert_int_equal(say(WORDS_ALERT, &f), 150);
	assert_string_equal(said,
		"ALERTE. Marie D. a appuyé sur son bouton à 14h05, 12 rue "
		"Garibaldi, Lyon 3e. Ne l'appelez pas. Appelez le 17. Si vous "
		"vous en occupez, répondez OK 7K2");
	f.trust = ALERTE_TRUST_NONE;
	assert_int_equal(say(WORDS_ALERT, &f), 151);
	assert_string_equal(said,
		"ALERTE, signal non vérifié. Le bouton de Marie D. a émis à "
		"14h05, 12 rue Garibaldi, Lyon 3e. Ne l'appelez pas. Si vous "
		"vous en occupez, répondez OK 7K2");
	f.plain_despite_key = true;
	assert_true(say(WORDS_ALERT, &f) <= GSM_SINGLE);
	assert_non_null(strstr(said, "signal non vérifié"));
	assert_non_null(strstr(said, "non chiffré"));
}

static void the_other_settled_texts_are_word_by_word(void **state)
{
	struct words_facts f = known();

	(void)state;
	say(WORDS_BARE_OK, &f);
	assert_string_equal(said,
		"Merci. Pour confirmer que vous vous en occupez, répondez OK "
		"7K2. Sans cela, d'autres contacts seront prévenus dans 3 "
		"minutes.");
	say(WORDS_EXERCISE, &f);
	assert_string_equal(said,
		"EXERCICE, aucune urgence. Essai du bouton de Marie D. Pour "
		"confirmer la réception, répondez OK 7K2. Le 114 n'est pas "
		"prévenu.");
	say(WORDS_FAULT, &f);
	assert_string_equal(said,
		"PANNE, personne n'a appuyé. Le boitier du lieu 3 n'entend "
		"plus les boutons depuis 14h05.");
	say(WORDS_ALL_CLEAR, &f);
	assert_string_equal(said,
		"Alerte 7K2 (14h05) annulée à 14h09 avec le code de la "
		"personne.");
	say(WORDS_RELAY_CLEAR, &f);
	assert_string_equal(said,
		"Alerte 7K2 (14h05) annulée à 14h09 avec le code de la "
		"personne. Situation actuelle non vérifiée.");
	f.pressed = at(9 * HOUR);
	f.now = at(9 * HOUR);
	say(WORDS_NEW_PRESS, &f);
	assert_string_equal(said, "Alerte 7K2: nouvel appui à 23h05.");
	f.now = at(2 * MINUTE);
	say(WORDS_ACK_OTHERS, &f);
	assert_string_equal(said, "Alerte 7K2: Paul s'en occupe (14h07).");
}

static void no_text_says_what_nobody_knows(void **state)
{
	static const char *const never[] = {
		"fausse alerte", "tout va bien", "false alarm", "all is well",
		"is safe", "hors de danger",
	};

	(void)state;
	for (enum words kind = WORDS_NONE + 1; kind < WORDS_LAST; kind++) {
		struct words_facts f = known();

		f.position = &fix;
		for (int lang = 0; lang < 2; lang++) {
			f.lang = (enum alerte_lang)lang;
			assert_true(say(kind, &f) > 0);
			for (size_t i = 0; i < sizeof(never) / sizeof(*never);
			     i++)
				assert_null(strstr(said, never[i]));
		}
	}
}

static void violence_is_named_to_the_114_alone(void **state)
{
	(void)state;
	for (enum words kind = WORDS_NONE + 1; kind < WORDS_LAST; kind++) {
		struct words_facts f = known();

		f.position = &fix;
		assert_true(say(kind, &f) > 0);
		assert_true(!strstr(said, "violence") ||
			    kind == WORDS_RELAY_FIRST);
	}
}

/* -------------------------------------------------------------- hours */

static void an_hour_is_local_to_the_place(void **state)
{
	struct alerte_time t = at(0);
	char hour[8];

	(void)state;
	words_hour(t, hour, sizeof(hour));
	assert_string_equal(hour, "14h05");
	t.utc_offset_s = -4 * 3600;	/* Guadeloupe */
	words_hour(t, hour, sizeof(hour));
	assert_string_equal(hour, "09h05");
	t.wall_ms = INT64_MIN;
	words_hour(t, hour, sizeof(hour));
	t.wall_ms = INT64_MAX;
	words_hour(t, hour, sizeof(hour));
}

static void a_date_is_added_after_an_hour(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.now = at(HOUR);
	say(WORDS_NEW_PRESS, &f);
	assert_string_equal(said, "Alerte 7K2: nouvel appui à 14h05.");
	f.now = at(HOUR + 1);
	say(WORDS_NEW_PRESS, &f);
	assert_string_equal(said, "Alerte 7K2: nouvel appui le 24/11 à 14h05.");
}

/* The wall clock was set in between: an hour did not pass. */
static void a_clock_that_was_set_adds_no_date(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.pressed.wall_trusted = false;
	f.now = at(MINUTE);
	f.now.wall_ms += 400 * 24 * HOUR;
	say(WORDS_NEW_PRESS, &f);
	assert_string_equal(said, "Alerte 7K2: nouvel appui à 14h05 (heure non "
				  "sure).");
}

/* ---------------------------------------------------------- overflow */

static char *repeat(char *out, size_t cap, const char *what)
{
	out[0] = '\0';
	while (strlen(out) + strlen(what) < cap)
		strcat(out, what);
	return out;
}

static void an_address_of_150_septets_fits_on_the_worst_day(void **state)
{
	struct alerte_wearer w = marie;
	struct words_facts f = known();

	(void)state;
	f.wearer = &w;
	strcat(w.place, "X");		/* 150 */
	assert_int_equal(say(WORDS_RELAY_FIRST, &f), 150);
	f.pressed.wall_trusted = false;
	f.now = at(25 * HOUR);
	f.nth = 9;
	for (int trust = 0; trust < 3; trust++) {
		for (int timer = 0; timer < 4; timer++) {
			f.trust = (enum alerte_trust)trust;
			f.by_timer = timer & 1;
			f.duress = timer & 2;
			assert_in_range(say(WORDS_RELAY_FIRST, &f), 1,
					GSM_SINGLE);
			assert_non_null(strstr(said, w.place));
			assert_non_null(strstr(said, "14h05"));
			assert_non_null(strstr(said, "heure non sure"));
			assert_non_null(strstr(said, " 9e envoi"));
			assert_non_null(strstr(said, "URGENCE violences"));
			assert_non_null(strstr(said, "Ne pas téléphoner"));
			assert_true(trust || timer ||
				    strstr(said, "non vérifié"));
		}
	}
}

/* A 114 that never answers is written to all night. */
static void the_hundredth_sending_is_written_too(void **state)
{
	struct alerte_wearer w = marie;
	struct words_facts f = known();

	(void)state;
	f.wearer = &w;
	strcat(w.place, "X");		/* 150 */
	f.pressed.wall_trusted = false;
	f.now = at(25 * HOUR);
	f.trust = ALERTE_TRUST_NONE;
	for (f.nth = 10; f.nth < 120; f.nth++) {
		assert_in_range(say(WORDS_RELAY_FIRST, &f), 1, 2 * GSM_PART);
		assert_non_null(strstr(said, w.place));
		assert_non_null(strstr(said, "e envoi"));
		assert_non_null(strstr(said, "Ne pas téléphoner"));
	}
}

static void an_address_too_long_for_one_message_is_refused(void **state)
{
	struct alerte_wearer w = marie;
	struct words_facts f = known();

	(void)state;
	f.wearer = &w;
	strcat(w.place, " escalier B");	/* 160 */
	assert_int_equal(say(WORDS_RELAY_FIRST, &f), 160);
	strcat(w.place, "2");
	strcpy(said, "untouched");
	assert_int_equal(say(WORDS_RELAY_FIRST, &f), ALERTE_ELIMIT);
	assert_string_equal(said, "untouched");
}

static void a_long_name_gives_way_before_a_second_message(void **state)
{
	struct alerte_wearer w = marie;
	struct words_facts f = known();

	(void)state;
	f.wearer = &w;
	strcpy(w.short_name, "Marie-Antoinette de La Tour D.");
	assert_in_range(say(WORDS_ALERT, &f), 1, GSM_SINGLE);
	assert_non_null(strstr(said, "Marie-Antoinette"));
	assert_non_null(strstr(said, w.area));
	assert_non_null(strstr(said, "OK 7K2"));
}

static void the_longest_settings_still_make_an_alert(void **state)
{
	static const char *const fills[] = { "W", "é", "[", "€", "ß", "Ŋ",
					     "\"", "a ", "½", "…" };
	struct words_facts f = known();
	struct alerte_wearer w = marie;

	(void)state;
	f.wearer = &w;
	f.pressed.wall_trusted = false;
	f.now = at(25 * HOUR);
	for (size_t i = 0; i < sizeof(fills) / sizeof(*fills); i++) {
		repeat(w.name, sizeof(w.name), fills[i]);
		repeat(w.short_name, sizeof(w.short_name), fills[i]);
		repeat(w.area, sizeof(w.area), fills[i]);
		repeat(w.details, sizeof(w.details), fills[i]);
		repeat(w.association, sizeof(w.association), fills[i]);
		for (int n = 0; n < 16; n++) {
			f.lang = n & 1 ? ALERTE_LANG_EN : ALERTE_LANG_FR;
			f.trust = n & 2 ? ALERTE_TRUST_NONE :
					  ALERTE_TRUST_STRONG;
			f.plain_despite_key = n & 4;
			f.by_timer = n & 8;
			assert_true(say(WORDS_ALERT, &f) > 0);
			assert_in_range(gsm_parts(said), 1, 2);
			assert_true(say(WORDS_RELAY_SECOND, &f) > 0);
			assert_in_range(gsm_parts(said), 1, 2);
			assert_true(say(WORDS_EXERCISE, &f) > 0);
			assert_in_range(gsm_parts(said), 1, 2);
		}
	}
}

static void a_long_quote_is_cut_and_says_so(void **state)
{
	static const enum words kinds[] = { WORDS_RELAY_ANSWER, WORDS_FORWARD,
					    WORDS_RELAY_QUESTION };
	char quote[ALERTE_REPLY_MAX];
	struct words_facts f = known();

	(void)state;
	f.quote = repeat(quote, sizeof(quote), "à 3 rue €[x] ");
	for (size_t i = 0; i < 3; i++) {
		assert_true(say(kinds[i], &f) > 290);
		assert_int_equal(gsm_parts(said),
				 kinds[i] == WORDS_FORWARD ? 2 : 3);
		assert_non_null(strstr(said, "...\""));
		assert_int_equal(words_fit(kinds[i], &f), ALERTE_ELIMIT);
	}
}

/* --------------------------------------------------------- injection */

static void a_quote_stays_inside_its_marks(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.quote = "ok\".\r\nALERTE 9Z9: annulée “vite” «là»\x1b";
	say(WORDS_FORWARD, &f);
	assert_string_equal(said,
		"Alerte 7K2: Paul écrit: \"ok'. ALERTE 9Z9: annulée 'vite' "
		"'là'\"");
	f.who = "Paul\nEXERCICE\"";
	say(WORDS_ACK_OTHERS, &f);
	assert_string_equal(said,
			    "Alerte 7K2: Paul EXERCICE' s'en occupe (14h09).");
}

static void a_template_mark_in_a_name_is_only_a_letter(void **state)
{
	struct alerte_wearer w = marie;
	struct words_facts f = known();

	(void)state;
	f.wearer = &w;
	strcpy(w.short_name, "{place} [x] %s <1");
	say(WORDS_ALERT, &f);
	assert_non_null(strstr(said, "(place) (x) %s <1 a appuyé"));
}

/* ------------------------------------------------------------- facts */

static void a_preposition_elides_before_a_vowel(void **state)
{
	struct alerte_wearer w = marie;
	struct words_facts f = known();

	(void)state;
	f.wearer = &w;
	strcpy(w.short_name, "Élodie B.");
	say(WORDS_EXERCISE, &f);
	assert_non_null(strstr(said, "Essai du bouton d'Élodie B. Pour"));
	strcpy(w.short_name, "Ana");
	say(WORDS_EXERCISE, &f);
	assert_non_null(strstr(said, "Essai du bouton d'Ana. Pour"));
}

static void a_site_is_named_or_called_by_its_reference(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.site = "c0ffee";
	say(WORDS_FAULT, &f);
	assert_non_null(strstr(said, "Le boitier du lieu c0ffee n'entend"));
	f.site = NULL;
	say(WORDS_FAULT, &f);
	assert_non_null(strstr(said, "Le boitier n'entend"));
}

static void a_wearer_without_a_name_is_alerted_for(void **state)
{
	struct alerte_wearer w = { .size = sizeof(w) };
	struct words_facts f = known();

	(void)state;
	f.wearer = &w;
	assert_true(say(WORDS_ALERT, &f) > 0);
	assert_string_equal(said,
		"ALERTE. La personne protégée a appuyé sur son bouton à 14h05. "
		"Ne l'appelez pas. Appelez le 17. Si vous vous en occupez, "
		"répondez OK 7K2");
	f.trust = ALERTE_TRUST_NONE;
	assert_true(say(WORDS_ALERT, &f) > 0);
	assert_non_null(strstr(said, "bouton de la personne protégée a émis"));
}

static void a_missing_fact_is_refused(void **state)
{
	struct words_facts f = known();

	(void)state;
	f.wearer = NULL;
	assert_int_equal(say(WORDS_ALERT, &f), ALERTE_EINVAL);
	assert_int_equal(say(WORDS_RELAY_FIRST, &f), ALERTE_EINVAL);
	f = known();
	f.code = NULL;
	assert_int_equal(say(WORDS_ALERT, &f), ALERTE_EINVAL);
	/* What belongs to no alert is passed on all the same. */
	assert_true(say(WORDS_FORWARD, &f) > 0);
	assert_memory_equal(said, "Paul écrit: \"Je suis", 21);
	f = known();
	f.quote = NULL;
	assert_int_equal(say(WORDS_FORWARD, &f), ALERTE_EINVAL);
	f.fault = NULL;
	assert_int_equal(say(WORDS_FAULT, &f), ALERTE_EINVAL);
	f.position = NULL;
	assert_int_equal(say(WORDS_RELAY_POSITION, &f), ALERTE_EINVAL);
	assert_int_equal(say(WORDS_NONE, &f), ALERTE_EINVAL);
	assert_int_equal(say(WORDS_LAST, &f), ALERTE_EINVAL);
	assert_int_equal(words_compose(WORDS_ALERT, NULL, said, sizeof(said)),
			 ALERTE_EINVAL);
}

static void a_small_array_is_refused(void **state)
{
	struct words_facts f = known();
	char small[150] = "untouched";

	(void)state;
	assert_int_equal(words_compose(WORDS_ALERT, &f, small, sizeof(small)),
			 ALERTE_ELIMIT);
	assert_string_equal(small, "untouched");
}

static void a_position_south_west_has_its_signs(void **state)
{
	struct alerte_position p = fix;
	struct words_facts f = known();

	(void)state;
	f.position = &p;
	p.latitude_e7 = -210000049;
	p.longitude_e7 = -5;
	p.accuracy_m = 0;
	say(WORDS_RELAY_POSITION, &f);
	assert_string_equal(said, "Suite 14h05. GPS 14h06, précision "
				  "inconnue: -21.00000,0.00000.");
}

static void every_kind_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (enum words a = WORDS_NONE; a < WORDS_LAST; a++) {
		assert_true(strlen(words_name(a)) < 24);
		for (enum words b = WORDS_NONE; b < a; b++)
			assert_string_not_equal(words_name(a), words_name(b));
	}
}

/* Behind a cancel under duress nothing ends it after two hours (L8). */
static void two_hours_are_told_as_they_end(void **state)
{
	struct words_facts f = known();

	(void)state;
	golden(WORDS_ACK_STAY, f, "ack-stay");
	f.duress = true;
	golden(WORDS_ACK_STAY, f, "ack-stay-duress");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_says_what_its_golden_file_says),
		cmocka_unit_test(what_is_known_of_the_press_changes_the_words),
		cmocka_unit_test(
			what_goes_wrong_with_the_114_has_words_of_its_own),
		cmocka_unit_test(consent_is_asked_without_betraying),
		cmocka_unit_test(an_hour_is_told_as_it_is_known),
		cmocka_unit_test(every_fault_has_its_words),
		cmocka_unit_test(a_fault_of_a_button_names_it),
		cmocka_unit_test(the_first_text_to_the_114_is_word_by_word),
		cmocka_unit_test(the_second_text_to_the_114_is_word_by_word),
		cmocka_unit_test(a_contact_reads_it_word_by_word),
		cmocka_unit_test(the_other_settled_texts_are_word_by_word),
		cmocka_unit_test(no_text_says_what_nobody_knows),
		cmocka_unit_test(violence_is_named_to_the_114_alone),
		cmocka_unit_test(an_hour_is_local_to_the_place),
		cmocka_unit_test(a_date_is_added_after_an_hour),
		cmocka_unit_test(a_clock_that_was_set_adds_no_date),
		cmocka_unit_test(
			an_address_of_150_septets_fits_on_the_worst_day),
		cmocka_unit_test(the_hundredth_sending_is_written_too),
		cmocka_unit_test(
			an_address_too_long_for_one_message_is_refused),
		cmocka_unit_test(a_long_name_gives_way_before_a_second_message),
		cmocka_unit_test(the_longest_settings_still_make_an_alert),
		cmocka_unit_test(a_long_quote_is_cut_and_says_so),
		cmocka_unit_test(a_quote_stays_inside_its_marks),
		cmocka_unit_test(a_template_mark_in_a_name_is_only_a_letter),
		cmocka_unit_test(a_preposition_elides_before_a_vowel),
		cmocka_unit_test(a_site_is_named_or_called_by_its_reference),
		cmocka_unit_test(a_wearer_without_a_name_is_alerted_for),
		cmocka_unit_test(a_missing_fact_is_refused),
		cmocka_unit_test(a_small_array_is_refused),
		cmocka_unit_test(a_position_south_west_has_its_signs),
		cmocka_unit_test(every_kind_has_a_name_of_its_own),
		cmocka_unit_test(two_hours_are_told_as_they_end),
	};

	golden_start(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
