/* SPDX-License-Identifier: Apache-2.0 */
/*
 * L3, from the other side: what comes close to an acknowledgement and is none.
 * Our alert's code is 7K2 throughout.
 */
#include "channel/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "message/words.h"

static enum reply_kind kind(const char *text)
{
	struct reply r;

	memset(&r, 0xa5, sizeof(r));
	reply_read(text, &r);
	return r.kind;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NONE(...) \
	do { \
		static const char *const texts[] = { __VA_ARGS__ }; \
		for (size_t i = 0; i < COUNT(texts); i++) \
			if (kind(texts[i]) != REPLY_OTHER) \
				fail_msg("\"%s\" is %d", texts[i], \
					 kind(texts[i])); \
	} while (0)
#define EACH(want, ...) \
	do { \
		static const char *const texts[] = { __VA_ARGS__ }; \
		for (size_t i = 0; i < COUNT(texts); i++) \
			if (kind(texts[i]) != (want)) \
				fail_msg("\"%s\" is %d", texts[i], \
					 kind(texts[i])); \
	} while (0)

static void what_people_type_acknowledges(void **state)
{
	(void)state;
	EACH(REPLY_ACK, "ok 7K2 !", "OK 7k2.", "j arrive 7K2", "J’arrive 7K2",
	     "Ok,7k2", "OK  7K2  ", "ok 7K2.\n", "« 7K2 »", "7k2 !",
	     "Oui, j'y vais 7K2", "je suis en route 7k2", "En route ! 7K2",
	     "j'arrive tout de suite 7K2", "d’accord 7K2",
	     "OUI 7K2!!!", "yes, on my way 7K2", "I’m going 7k2",
	     "OK thanks, 7K2", "ok (7K2)", "\"OK 7K2\"", "*ok* 7K2");
}

static void a_question_is_no_answer(void **state)
{
	(void)state;
	NONE("oui ?", "c'est quoi 7K2", "c'est quoi 7K2 ?", "ok 7K2?",
	     "ok 7K2 ?", "7K2 ??", "ok? 7K2", "j'arrive 7K2 ?", "hein ? 7K2",
	     "quoi 7K2", "7K2 quoi", "qui est-ce 7K2", "what is 7K2",
	     "is it real 7K2", "ok 7K2 c'est ça", "vraiment 7K2",
	     "je fais quoi 7K2", "je viens ou pas 7K2", "faut venir 7K2");
}

static void a_refusal_or_a_condition_is_no_acknowledgement(void **state)
{
	(void)state;
	NONE("j'arrive pas", "j'arrive pas 7K2", "j arrive pas 7K2",
	     "j'arrive pas à venir 7K2", "j'arriverai 7K2 demain",
	     "je suis ok 7K2 mais", "ok 7K2 mais dans une heure",
	     "ok 7K2 si personne", "ok 7K2 sauf si", "oui mais non 7K2",
	     "pas ok 7K2", "ok pas 7K2", "je n'y vais pas 7K2",
	     "j'y vais pas 7K2", "je viens pas 7K2", "je pars pas 7K2",
	     "je m'en occupe pas 7K2", "je m'en occupe demain 7K2",
	     "not ok 7K2", "not on my way 7K2", "not coming 7K2",
	     "i'm not coming 7K2", "can't come 7K2", "ok later 7K2",
	     "on my way home 7K2", "peut-être 7K2", "maybe 7K2",
	     "j'essaie 7K2", "je vais voir 7K2", "j'arrive peut-être 7K2",
	     "si je peux 7K2", "ok j'appelle 7K2", "reçu 7K2", "bien reçu 7K2",
	     "vu 7K2", "lu 7K2", "noté 7K2", "merci 7K2", "désolé 7K2");
	EACH(REPLY_DECLINE, "je ne peux pas 7K2", "Non merci 7K2",
	     "Impossible, 7K2", "désolée je peux pas 7K2", "can’t 7K2",
	     "No, sorry 7K2", "pas disponible 7K2");
}

static void an_automatic_answer_is_no_person(void **state)
{
	(void)state;
	NONE("Je suis en réunion, je vous rappelle. 7K2",
	     "Je suis en réunion. Votre message: OK 7K2",
	     "[Réponse automatique] OK 7K2", "(Réponse automatique) OK 7K2",
	     "Réponse automatique : OK 7K2", "Réponse automatique: 7K2",
	     "Auto: OK 7K2", "[Auto] OK 7K2", "Autoreply: OK 7K2",
	     "Ne pas déranger : OK 7K2", "Je conduis. OK 7K2",
	     "Je conduis, j'arrive 7K2", "I'm driving. OK 7K2",
	     "Driving Focus is on. OK 7K2", "Absent jusqu'au 7K2",
	     "Sorry, I can't talk right now. 7K2", "Message lu : OK 7K2",
	     "Désolé, je ne peux pas parler pour le moment. 7K2",
	     "(Je ne reçois pas de notifications. Si urgent: 7K2)");
}

static void a_reaction_quotes_and_says_nothing(void **state)
{
	(void)state;
	NONE("A aimé « ALERTE. Marie D. a appuyé sur son bouton à 14h05. Si "
	     "vous vous en occupez, répondez OK 7K2 »",
	     "A aimé \"OK 7K2\"", "A adoré « OK 7K2 »", "A aimé « ok 7K2 »",
	     "N’a pas aimé « OK 7K2 »", "A ri de « OK 7K2 »",
	     "A mis en évidence « OK 7K2 »", "A réagi 👍 à « OK 7K2 »",
	     "Liked “OK 7K2”", "Loved “OK 7K2”", "Disliked “OK 7K2”",
	     "Laughed at “OK 7K2”", "Emphasized “OK 7K2”",
	     "Questioned “OK 7K2”", "Reacted 👍 to “OK 7K2”",
	     "Removed a like from “OK 7K2”", "👍 to \"OK 7K2\"",
	     "👍 à « OK 7K2 »", "\u200a👍\u200b to \u201c OK 7K2 \u201d",
	     "Liked \"ALERT. Marie D. pressed her button at 14:05. If you are "
	     "taking care of it, reply OK 7K2\"", "Re: OK 7K2", "Fwd: OK 7K2",
	     "> OK 7K2", "Tr: ok 7K2");
}

/* It may take back what the words say: nobody rules on faces. */
static void an_emoji_is_read_by_a_person(void **state)
{
	(void)state;
	NONE("👍", "👌", "🙏", "✅", "❤️", "👍🏽", "👍 7K2", "7K2 👍", "OK 7K2 👍",
	     "ok 7K2 🙏", "✔ 7K2", "ok 7K2 ❌", "ok 7K2 😂", "🚗 7K2",
	     "ok 7K2 ☹", "ok 7K2 →");
}

/* What stands beside a listed word would else be read as a code. */
static void a_code_is_one_word_of_three(void **state)
{
	(void)state;
	NONE("7 k 2", "7 K2", "7K 2", "ok 7 k 2", "ok 7K 2", "ok 7-K-2",
	     "ok 7.K.2", "ok 7K2 8M3", "7K2 8M3", "ok 7K2 et 8M3",
	     "ok 7K2, 8M3", "8M3 ok 7K2", "ok 7K2 ok 8M3", "ok 7K2 7K2",
	     "ok 77K2", "ok 7K22", "ok 7K", "ok @7K2", "ok +7K2", "ok 7K2€",
	     "ok 7K2/8M3", "ok 7K2#8M3", "ok7K28M3", "j'arrive à 22h 7K2", "j'arrive dans 20", "oui 17",
	     "ok 114", "ok 112", "oui 15", "ok code 7K2", "ok le 7K2",
	     "ok pour 7K2", "ok l'alerte 7K2", "alerte 7K2", "code 7K2");
	EACH(REPLY_ACK, "ok 8M3", "OK 8m3");
}

static void networks_and_machines_are_no_person(void **state)
{
	(void)state;
	NONE("Message vocal : ok 7K2", "Messagerie vocale 7K2",
	     "Vous avez un nouveau message: ok 7K2",
	     "Transcription: j'arrive 7K2", "Voicemail: OK 7K2",
	     "Delivered: OK 7K2", "Message remis: OK 7K2",
	     "Accusé de réception OK 7K2", "Accusé de réception : 7K2",
	     "Message non remis: OK 7K2", "Appel manqué 7K2",
	     "Votre SMS OK 7K2 a été remis", "Read: 7K2", "Distribué 7K2",
	     "Le numéro 7K2 n'est pas attribué", "MMS: OK 7K2",
	     "Envoyé de mon iPhone\nOK 7K2", "OK 7K2\nEnvoyé de mon iPhone",
	     "OK 7K2\n-- \nPaul");
}

static void our_own_texts_sent_back_say_nothing(void **state)
{
	static const struct alerte_wearer marie = {
		.size = sizeof(marie), .name = "Marie Durand",
		.short_name = "Marie D.", .place = "12 rue Garibaldi, Lyon",
		.area = "Lyon 3e", .association = "X",
	};
	struct words_facts facts = {
		.wearer = &marie, .code = "7K2", .who = "Paul", .quote = "ok",
		.fault = "radio", .nth = 1, .trust = ALERTE_TRUST_STRONG,
	};
	char text[1024];

	(void)state;
	for (int k = WORDS_NONE + 1; k < WORDS_LAST; k++)
		for (int lang = 0; lang < 2; lang++) {
			facts.lang = (enum alerte_lang)lang;
			if (words_compose((enum words)k, &facts, text,
					  sizeof(text)) < 0)
				continue;
			if (kind(text) != REPLY_OTHER)
				fail_msg("%s", text);
			if (reply_consent_read(text) != REPLY_CONSENT_OTHER)
				fail_msg("%s", text);
		}
}

static void arriving_is_not_ending(void **state)
{
	(void)state;
	NONE("bientôt arrivé 7K2", "pas arrivé 7K2", "presque arrivé 7K2",
	     "arrivé demain 7K2", "arrivé chez moi 7K2", "arrivé ? 7K2",
	     "pas fini 7K2", "c'est pas fini 7K2", "bientôt fini 7K2",
	     "fini ? 7K2", "not done 7K2", "not over 7K2", "is it over 7K2",
	     "fini", "terminé", "arrivé", "done", "tout va bien 7K2",
	     "fausse alerte 7K2", "c'est bon 7K2", "all good 7K2");
}

static void arrive_without_its_accent_is_told(void **state)
{
	static const char *const unsure[] = {
		"arrive 7K2", "ARRIVE 7K2", "Arrive ! 7k2", "7K2 arrive",
	};
	static const char *const sure[] = {
		"arrivé 7K2", "ARRIVÉ 7K2", "7K2 arrivé", "arrivee 7K2",
		"je suis arrive 7K2", "sur place 7K2", "arrived 7K2", "ok 7K2",
	};
	struct reply r;

	(void)state;
	for (size_t i = 0; i < COUNT(unsure); i++) {
		reply_read(unsure[i], &r);
		assert_int_equal(r.kind, REPLY_ARRIVED);
		assert_true(r.unsure);
	}
	for (size_t i = 0; i < COUNT(sure); i++) {
		reply_read(sure[i], &r);
		assert_false(r.unsure);
	}
}

static void what_was_asked_for_ends_it_word_by_word(void **state)
{
	struct reply r;

	(void)state;
	EACH(REPLY_DONE, "fini 7K2 ABCD", "Fini, 7k2: abcd !", "DONE 7K2 2x9z.",
	     "terminé 7K2 ABCD", "fini 7K2");
	reply_read("Fini 7k2 abcd.", &r);
	assert_string_equal(r.code, "7K2");
	assert_string_equal(r.rest, "ABCD");
	reply_read("fini 7K2", &r);
	assert_string_equal(r.rest, "");
	NONE("fini 7K2 ABC", "fini 7K2 ABCDE", "fini 7K2 ABCD EFGH",
	     "fini 7K2 ABC1", "fini 7K2 AB CD", "fini 7K2 ABCD ?",
	     "pas fini 7K2 ABCD", "fini 7K2 ABÉD", "fini ABCD",
	     "c'est fini 7K2 ABCD", "ok 7K2 ABCD");
}

/* Forged without what was sent to him alone: asked back, by M1. */
static void a_mark_brings_back_what_was_asked_for(void **state)
{
	struct reply r;

	(void)state;
	EACH(REPLY_DISPATCHED, "secours envoyés 7K2 ABCD",
	     "SECOURS ENVOYES 7K2 ABCD", "secours en route 7k2, abcd.",
	     "help sent 7K2 2x9z", "secours envoyés 7K2");
	EACH(REPLY_RELAY_DONE, "114 fini 7K2 ABCD", "114 FINI 7k2 abcd",
	     "114 done 7K2 ABCD!", "114 fini 7K2");
	reply_read("Secours envoyés 7k2 abcd.", &r);
	assert_string_equal(r.code, "7K2");
	assert_string_equal(r.rest, "ABCD");
	reply_read("114 fini 7K2", &r);
	assert_string_equal(r.rest, "");
	NONE("secours envoyés 7K2 ABC", "secours envoyés 7K2 ABCD EFGH",
	     "secours envoyés ABCD", "pas de secours 7K2 ABCD",
	     "secours envoyés ? 7K2 ABCD", "114 fini 7K2 ABC1");
}

static void stop_is_the_whole_text(void **state)
{
	(void)state;
	EACH(REPLY_STOP, "STOP", "stop", "Stop.", " stop !", "arrêt", "ARRET",
	     "Arrêt.", "unsubscribe", "Unsubscribe!", "STOP SMS", "stop merci",
	     "désabonner", "opt-out", "Arrêtez", "Arrêtez svp",
	     "arretez !", "stop stp", "Stop, s'il vous plaît", "STOP aux SMS");
	NONE("stop ?", "stop 7K2", "7K2 stop", "stop alerte 7K2", "non stop",
	     "ne pas stop", "stoppé", "stop there", "le bus est à l'arrêt",
	     "arrêtez-le", "arrêtez tout", "arrêtez ?", "arrête", "arrête de m'écrire", "don't stop",
	     "stop ou encore", "stop 👍", "Liked “STOP”",
	     "répondez STOP", "pour arrêter: STOP", "quit", "end", "fin");
}

static enum reply_consent consent(const char *text)
{
	return reply_consent_read(text);
}

static void an_invitation_is_answered_by_the_whole_text(void **state)
{
	static const char *const yes[] = {
		"oui", "OUI", "Oui !", "oui, merci", "Oui, d'accord.",
		"je suis d'accord", "Oui, bien sûr !", "yes", "Yes please",
		"Oui 👍", "oui👍🏽", "OUI ✅ 🙏", "oui daccord",
	};
	static const char *const nod[] = {
		"D’accord", "ok", "Ok merci", "Bien sûr !", "volontiers",
		"Of course", "OK, thanks.",
	};
	static const char *const no[] = {
		"non", "Non merci.", "NON", "no", "No thanks", "je refuse",
	};
	static const char *const other[] = {
		"oui ?", "oui mais", "oui et non", "ok ?", "qui ?", "",
		"oui si c'est pas la nuit", "d'accord pour quoi",
		"ouiii", "non ?", "oui 👎", "oui 😂", "oui ? 👍", "👍 oui", "👍", "je ne sais pas", "oui 7K2",
		"ok 7K2", "j'arrive", "Liked “OUI”", "A aimé « OUI »",
		"[Réponse automatique] oui", "répondez OUI", "stop", "oui stop",
		"non stop", "yes?", "yes but", "no way to know",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		if (consent(yes[i]) != REPLY_CONSENT_YES)
			fail_msg("%s", yes[i]);
	for (size_t i = 0; i < COUNT(nod); i++)
		if (consent(nod[i]) != REPLY_CONSENT_OK)
			fail_msg("%s", nod[i]);
	for (size_t i = 0; i < COUNT(no); i++)
		if (consent(no[i]) != REPLY_CONSENT_NO)
			fail_msg("%s", no[i]);
	for (size_t i = 0; i < COUNT(other); i++)
		if (consent(other[i]) != REPLY_CONSENT_OTHER)
			fail_msg("%s", other[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_people_type_acknowledges),
		cmocka_unit_test(a_question_is_no_answer),
		cmocka_unit_test(a_refusal_or_a_condition_is_no_acknowledgement),
		cmocka_unit_test(an_automatic_answer_is_no_person),
		cmocka_unit_test(a_reaction_quotes_and_says_nothing),
		cmocka_unit_test(an_emoji_is_read_by_a_person),
		cmocka_unit_test(a_code_is_one_word_of_three),
		cmocka_unit_test(networks_and_machines_are_no_person),
		cmocka_unit_test(our_own_texts_sent_back_say_nothing),
		cmocka_unit_test(arriving_is_not_ending),
		cmocka_unit_test(arrive_without_its_accent_is_told),
		cmocka_unit_test(what_was_asked_for_ends_it_word_by_word),
		cmocka_unit_test(a_mark_brings_back_what_was_asked_for),
		cmocka_unit_test(stop_is_the_whole_text),
		cmocka_unit_test(an_invitation_is_answered_by_the_whole_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
