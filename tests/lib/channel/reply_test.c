/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "channel/code.h"

static struct reply r;

static enum reply_kind kind(const char *text)
{
	memset(&r, 0xa5, sizeof(r));
	reply_read(text, &r);
	return r.kind;
}

#define EACH(want, ...) \
	do { \
		static const char *const texts[] = { __VA_ARGS__ }; \
		for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) { \
			if (kind(texts[i]) != (want)) \
				fail_msg("\"%s\" is %d", texts[i], r.kind); \
			if ((want) == REPLY_OTHER || (want) == REPLY_BARE) \
				assert_string_equal(r.code, ""); \
			else \
				assert_string_equal(r.code, "7K2"); \
		} \
	} while (0)

static void a_listed_text_with_a_code_acknowledges(void **state)
{
	(void)state;
	EACH(REPLY_ACK, "ok 7K2", "OK 7K2", "oui 7K2", "j'arrive 7K2", "7K2",
	     "7k2", "Ok 7k2", "yes 7K2", "on my way 7K2", "I'm coming 7K2",
	     "Je m'en occupe 7K2");
}

static void case_accents_and_punctuation_do_not_count(void **state)
{
	(void)state;
	EACH(REPLY_ACK, "  OK   7K2  ", "ok, 7K2.", "Ok! 7K2", "OK-7K2",
	     "ok\n7K2\r\n", "J’ARRIVE 7k2", "J‘arrive 7K2", "j' arrive 7K2",
	     "J\u02bcarrive : 7K2 !!!", "ök 7K2", "« OK 7K2 »", "“ok 7K2”",
	     "ok\u00a07K2", "ok\u202f7K2…", "\ufeffok 7K2", "o\u0301k 7K2",
	     "7K2 ok", "7K2 : j'arrive", "jarrive 7K2", "d'accord 7K2");
}

static void what_parts_word_and_code_does_not_count(void **state)
{
	(void)state;
	EACH(REPLY_ACK, "OK7K2", "ok7k2.", "Oui7K2", "j'arrive7K2", "OK/7K2",
	     "OK #7K2", "ok#7K2", "OK_7K2", "ok\u00a0: 7K2");
	EACH(REPLY_DECLINE, "non7K2", "NON/7K2");
	kind("arrive7K2");
	assert_int_equal(r.kind, REPLY_ARRIVED);
	assert_true(r.unsure);
	kind("OKQWX");
	assert_int_equal(r.kind, REPLY_ACK);
	assert_string_equal(r.code, "QWX");
	/* No sign, and a whole word of the language. */
	EACH(REPLY_OTHER, "arriverez", "nosey", "okapi", "comingXYZ",
	     "merci7K2", "stop7K2", "pasok7K2", "okpas", "77K2", "ok77K2");
}

static void a_code_may_stand_amid_a_listed_text(void **state)
{
	(void)state;
	EACH(REPLY_ACK, "Oui 7K2 j'arrive", "ok 7K2 merci", "ok 7K2, j'arrive",
	     "ok 7K2 ok", "oui 7K2 d'accord", "j'arrive 7K2 tout de suite",
	     "ok 7K2 on arrive");
	EACH(REPLY_DECLINE, "non 7K2 désolée", "désolé 7K2 je peux pas");
	EACH(REPLY_OTHER, "ok 7K2 non", "j'arrive 7K2 pas", "oui 7K2 mais",
	     "ok 7K2 j'arrive pas", "ok 7K2 demain", "c'est 7K2 fini",
	     "merci 7K2 non", "ok 7K2 oui 8M3");
}

static void people_say_it_twice_and_say_thanks(void **state)
{
	(void)state;
	EACH(REPLY_ACK, "ok ok 7K2", "oui oui oui 7K2", "ok merci 7K2",
	     "j'arrive, merci 7K2", "ok 7K2 thanks", "daccord 7K2",
	     "on arrive 7K2", "On y va 7K2", "Ok alerte 7K2");
	EACH(REPLY_DECLINE, "non non 7K2");
	EACH(REPLY_BARE, "ok ok", "d'accord merci", "daccord", "on arrive");
	EACH(REPLY_OTHER, "merci 7K2", "merci merci 7K2", "7K2 merci",
	     "fini merci 7K2", "on arrive pas 7K2", "on y va pas 7K2",
	     "ok non ok 7K2", "alerte 7K2");
}

static void a_question_acknowledges_nothing(void **state)
{
	(void)state;
	EACH(REPLY_OTHER, "ok ?", "ok?", "ok 7K2 ?", "oui 7K2?", "7K2 ?",
	     "7K2?", "? 7K2", "oui ?", "j'arrive 7K2 ?!", "ok 7K2？", "7K2 ⁇",
	     "¿ok 7K2", "ok 7K2\u203d", "c'est quoi 7K2", "c'est quoi 7K2 ?");
}

static void a_near_miss_acknowledges_nothing(void **state)
{
	(void)state;
	EACH(REPLY_OTHER, "j'arrive pas 7K2", "j'arrive pas", "pas ok 7K2",
	     "ok pour demain 7K2", "ok 7K2 mais pas avant 20h", "oui mais 7K2",
	     "je ne suis pas ok 7K2", "ok 7K", "ok 7K22", "ok 7 K 2",
	     "ok 7K2 8M3", "7K2 8M3", "7K2 ok 8M3", "ok 7K2 7K2", "ok 7O2",
	     "ok 701", "okk 7K2", "k 7K2", "ok=7K2",
	     "ok/non 7K2", "ok\\non 7K2", "ok 7K2 non", "ok non 7K2", "non ok 7K2", "recu 7K2",
	     "reçu 7K2", "merci 7K2", "stop 7K2",
	     "o k 7K2", "", " ", "?", "!!!", "\n", "non", "fini", "arrivé");
}

static void a_word_of_three_letters_is_no_code(void **state)
{
	(void)state;
	EACH(REPLY_OTHER, "j'arrive pas", "oui mec", "ok zut", "hey", "pas",
	     "the end", "j'y vais pas", "nan", "on est pas ok", "je viens pas");
	EACH(REPLY_BARE, "yes");
	/* Any other three letters may be the code of an alert. */
	assert_int_equal(kind("ok qwx"), REPLY_ACK);
	assert_string_equal(r.code, "QWX");
	assert_true(code_fits("QWX"));
	assert_true(code_fits("7K2"));
	assert_false(code_fits("PAS"));
	assert_false(code_fits("YES"));
	assert_false(code_fits("7k2"));
	assert_false(code_fits("7O2"));
	assert_false(code_fits("7K"));
	assert_false(code_fits("7K22"));
}

static void emoji_and_other_scripts_acknowledge_nothing(void **state)
{
	(void)state;
	EACH(REPLY_OTHER, "👍", "👍 7K2", "ok 7K2 👍", "ok 7K2 😭", "7K2❤️",
	     "ок 7K2", "ＯＫ ７Ｋ２", "ok 7К2", "\xff ok 7K2", "ok 7K2 \xe2\x82");
}

static void automatic_answers_acknowledge_nothing(void **state)
{
	(void)state;
	EACH(REPLY_OTHER,
	     "Je conduis. Je vous rappelle plus tard.",
	     "Message automatique: je suis absent. OK 7K2",
	     "Ceci est une réponse automatique",
	     "I'm driving right now. I'll see your message later.",
	     "Vous avez 1 nouveau message vocal",
	     "Liked “ALERTE. Marie D. a appuyé sur son bouton à 14h05, 12 rue "
	     "Garibaldi, Lyon 3e. Ne l'appelez pas. Appelez le 17. Si vous "
	     "vous en occupez, répondez OK 7K2”",
	     "A aimé « répondez OK 7K2 »", "Liked “OK 7K2”",
	     "Loved an image", "J’aime « ok 7K2 »",
	     "répondez OK 7K2",
	     "ALERTE. Marie D. a appuyé sur son bouton. Si vous vous en "
	     "occupez, répondez OK 7K2");
}

static void a_bare_word_asks_for_the_code(void **state)
{
	(void)state;
	EACH(REPLY_BARE, "ok", "OK", "oui", "Oui !", "j'arrive", "J’arrive.",
	     "ok.", " ok ", "yes", "Yes!", "on my way", "je m'en occupe");
}

static void a_refusal_passes_to_the_next(void **state)
{
	(void)state;
	EACH(REPLY_DECLINE, "non 7K2", "NON 7k2.", "je ne peux pas 7K2",
	     "Je peux pas, 7K2", "no 7K2", "I can't 7K2", "I can’t 7k2",
	     "7K2 non", "désolé je ne peux pas 7K2");
}

static void arriving_and_ending_are_told_apart(void **state)
{
	(void)state;
	EACH(REPLY_ARRIVED, "arrivé 7K2", "arrivée 7K2", "ARRIVÉ 7K2",
	     "ARRIVE 7k2", "Sur place. 7K2", "arrived 7K2", "7K2 arrivé");
	EACH(REPLY_DONE, "fini 7K2", "Fini, 7k2", "c'est fini 7K2",
	     "terminé 7K2", "done 7K2");
	EACH(REPLY_OTHER, "pas arrivé 7K2", "pas fini 7K2", "fini ? 7K2",
	     "bientôt arrivé 7K2");
}

static void an_answer_for_the_114_keeps_its_words(void **state)
{
	(void)state;
	EACH(REPLY_RELAY, "114 7K2 texte", "114 7k2: Texte ?", "114, 7K2 é 👍");
	kind("114 7K2 Il est armé ? Oui, d'un couteau. ");
	assert_string_equal(r.rest, "Il est armé ? Oui, d'un couteau.");
	kind("114 7K2: 3e étage\nporte B");
	assert_string_equal(r.rest, "3e étage\nporte B");
	kind("114\u00a07K2\u00a0Deux enfants\u00a0");
	assert_string_equal(r.rest, "Deux enfants");
	kind("114 «7K2» Deux enfants");
	assert_string_equal(r.rest, "Deux enfants");
	kind("114 « 7K2 » : \"au secours\"");
	assert_int_equal(r.kind, REPLY_RELAY);
	kind("114-7K2 : -1, porte B");
	assert_string_equal(r.rest, "-1, porte B");
	kind("114/7K2-1 étage");
	assert_string_equal(r.rest, "-1 étage");
	EACH(REPLY_OTHER, "114 ? 7K2 texte", "114 7K2👍 texte",
	     "114 «7K2»", "114\u00a07K2\u00a0");
	EACH(REPLY_OTHER, "114 7K2", "114 7K2 ", "114", "114 texte",
	     "1147K2 texte", "le 114 7K2 texte", "114 0O1 texte", "114 7K2:",
	     "17 7K2 texte", "7K2 114 texte");
}

static void a_cancel_carries_the_code_as_it_was_typed(void **state)
{
	(void)state;
	EACH(REPLY_CANCEL, "annuler 7K2 1234", "Annulez 7k2 1234",
	     "ANNULÉ 7K2 1234", "cancel 7K2 1234", "annuler, 7K2: 1234");
	kind("annuler 7K2  Été-42? ");
	assert_string_equal(r.rest, "Été-42?");
	kind("cancel 7K2 .:1234");
	assert_string_equal(r.rest, ".:1234");
	kind("annuler\u00a07K2\u202f4321\u00a0");
	assert_string_equal(r.rest, "4321");
	EACH(REPLY_OTHER, "annuler 7K2", "annuler 1234", "annuler",
	     "annuler 7K2 parce que c'est une erreur, elle va bien",
	     "ne pas annuler 7K2 1234");
}

static const char *hers(const char *text)
{
	static char code[ALERTE_CODE_MAX];

	return reply_cancel_read(text, "7K2", code) ? code : NULL;
}

static void her_own_number_cancels_in_few_words(void **state)
{
	static const char *const texts[] = {
		"4321", " 4321 ", "annuler 4321", "Annulez 4321",
		"annule\u00a04321", "ANNULER 7k2 4321", "annulation 7K2 4321",
		"Annuler : 4321", "annuler, 7K2 : 4321", "cancel 7K2\n4321",
		"annuler «7K2» 4321", "annuler 4321 !",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		if (!hers(texts[i]))
			fail_msg("%s", texts[i]);
		assert_string_equal(hers(texts[i]), "4321");
	}
	assert_string_equal(hers("annuler 4321."), "4321.");
	assert_string_equal(hers("annuler 7K2 .a,b!"), ".a,b!");
	assert_string_equal(hers("annuler 7K2"), "7K2");
	assert_string_equal(hers("stop"), "stop");
	assert_null(hers(""));
	assert_null(hers("!!"));
	assert_null(hers("annuler 8M3 4321"));
	assert_null(hers("annuler 4321 ?"));
	assert_null(hers("annuler 4321 👍"));
	assert_null(hers("annuler 4321 s'il vous plait"));
	assert_null(hers("mon code est 4321"));
	assert_null(hers("12345678901234567890123456789012"));
}

static void a_text_names_a_code_in_any_dress(void **state)
{
	static const char *const names[] = {
		"7K2", "c'est quoi 7K2 ?", "ok 7k2 mais", "OK 7 K 2", "7-K-2",
		"xx7K2xx", "👍 «7K2»", "Liked “répondez OK 7K2”",
	};
	static const char *const other[] = {
		"", "ok", "ok 8M3", "7K", "j'arrive", "7 fois K",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!reply_names(names[i], "7K2"))
			fail_msg("%s", names[i]);
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		if (reply_names(other[i], "7K2"))
			fail_msg("%s", other[i]);
	assert_true(reply_names("ok nft mais", "NFT"));
	/* letters stand in many words */
	assert_false(reply_names("en ft", "NFT"));
	assert_false(reply_names("7K2", ""));
}

static void the_longest_text_is_read(void **state)
{
	char text[ALERTE_REPLY_MAX];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "114 7K2 ", 8);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(kind(text), REPLY_RELAY);
	assert_int_equal(strlen(r.rest), sizeof(text) - 9);
	memset(text, ' ', sizeof(text) - 1);
	memcpy(text, "ok", 2);
	memcpy(text + sizeof(text) - 4, "7K2", 3);
	assert_int_equal(kind(text), REPLY_ACK);
	memset(text, 'k', sizeof(text) - 1);
	assert_int_equal(kind(text), REPLY_OTHER);
}

/* ------------------------------------------------------------ the 114 */

static void the_automatic_answer_of_the_114_is_known(void **state)
{
	(void)state;
	assert_int_equal(relay_reply_read("Le 114 a bien reçu votre SMS et "
					  "répond bientôt"),
			 RELAY_REPLY_AUTO);
	assert_int_equal(relay_reply_read("LE 114 A BIEN RECU VOTRE SMS"),
			 RELAY_REPLY_AUTO);
	assert_int_equal(relay_reply_read("« Le 114  a bien rec\u0327u »"),
			 RELAY_REPLY_AUTO);
}

static void anything_else_is_a_person(void **state)
{
	static const char *const texts[] = {
		"Quel étage ?", "Les secours ne sont pas en route", "",
		"Le 114 a bien reçu votre SMS. Quel étage ?", "Police prévenue",
		"Il n'a pas pu être remis sur pied ?", "ok", "👮",
		"Message non distribué ? Je ne comprends pas",
		"Avez-vous un message non distribué", "\xff",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (relay_reply_read(texts[i]) != RELAY_REPLY_HUMAN)
			fail_msg("%s", texts[i]);
}

static void a_failure_notice_is_no_person(void **state)
{
	static const char *const texts[] = {
		"Message non distribué", "MESSAGE NON DISTRIBUE : 114",
		"Votre message n'a pas pu être remis",
		"Votre message n’a pas pu être remis à son destinataire.",
		"Votre SMS n'a pas pu être envoyé.", "Échec de l'envoi",
		"Message not delivered", "Numéro non attribué",
		"Your message could not be delivered",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (relay_reply_read(texts[i]) != RELAY_REPLY_NETWORK)
			fail_msg("%s", texts[i]);
}

/* ------------------------------------------------------------ numbers */

static void one_line_has_many_spellings(void **state)
{
	(void)state;
	assert_true(number_same("+33639980001", "0639980001"));
	assert_true(number_same("0639980001", "+33639980001"));
	assert_true(number_same("+33639980001", "0033639980001"));
	assert_true(number_same("0033639980001", "06 39 98 00 01"));
	assert_true(number_same("tel:+33639980001", "+33 6.39.98.00.01"));
	assert_true(number_same("+262692000001", "0692000001"));
	assert_true(number_same("+33114", "114"));
	assert_true(number_same("0033114", "114"));
	assert_true(number_same("00114", "114"));
	assert_true(number_same("114", "114"));
}

static void other_lines_are_not_the_same(void **state)
{
	(void)state;
	assert_false(number_same("+33639980001", "+33639980002"));
	assert_false(number_same("+32639980001", "+33639980001"));
	assert_false(number_same("+32639980001", "0639980001"));
	assert_false(number_same("+33639980114", "114"));
	assert_false(number_same("0114", "+33639980114"));
	assert_false(number_same("1144", "114"));
	assert_false(number_same("15", "115"));
	assert_false(number_same("+33115", "15"));
	assert_false(number_same("LE114", "114"));
	assert_false(number_same("Free", "Free"));
	assert_false(number_same("", ""));
	assert_false(number_same("639980001", "+33639980001"));
	assert_false(number_same("9999999999999999999999999999", "114"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_listed_text_with_a_code_acknowledges),
		cmocka_unit_test(case_accents_and_punctuation_do_not_count),
		cmocka_unit_test(what_parts_word_and_code_does_not_count),
		cmocka_unit_test(a_code_may_stand_amid_a_listed_text),
		cmocka_unit_test(people_say_it_twice_and_say_thanks),
		cmocka_unit_test(a_question_acknowledges_nothing),
		cmocka_unit_test(a_near_miss_acknowledges_nothing),
		cmocka_unit_test(a_word_of_three_letters_is_no_code),
		cmocka_unit_test(emoji_and_other_scripts_acknowledge_nothing),
		cmocka_unit_test(automatic_answers_acknowledge_nothing),
		cmocka_unit_test(a_bare_word_asks_for_the_code),
		cmocka_unit_test(a_refusal_passes_to_the_next),
		cmocka_unit_test(arriving_and_ending_are_told_apart),
		cmocka_unit_test(an_answer_for_the_114_keeps_its_words),
		cmocka_unit_test(a_cancel_carries_the_code_as_it_was_typed),
		cmocka_unit_test(her_own_number_cancels_in_few_words),
		cmocka_unit_test(a_text_names_a_code_in_any_dress),
		cmocka_unit_test(the_longest_text_is_read),
		cmocka_unit_test(the_automatic_answer_of_the_114_is_known),
		cmocka_unit_test(anything_else_is_a_person),
		cmocka_unit_test(a_failure_notice_is_no_person),
		cmocka_unit_test(one_line_has_many_spellings),
		cmocka_unit_test(other_lines_are_not_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
