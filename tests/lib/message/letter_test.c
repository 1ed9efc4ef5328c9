/* SPDX-License-Identifier: Apache-2.0 */
#include "message/letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct alerte_wearer marie = {
	.size = sizeof(marie),
	.id = "marie",
	.name = "Marie Durand",
	.short_name = "Marie D.",
	.place = "12 rue Garibaldi, 69003 Lyon",
	.area = "12 rue Garibaldi, Lyon 3e",
};

static const struct alerte_position fix = {
	.size = sizeof(fix),
	.latitude_e7 = 457578000,
	.longitude_e7 = 48532000,
	.accuracy_m = 15,
	.wall_ms = 1795525560000,
};

static struct alerte_alert alert;
static struct words_facts facts;
static struct payload_facts payload;
static char subject[LETTER_SUBJECT_MAX], letter[2048];

static int setup(void **state)
{
	(void)state;
	alert = (struct alerte_alert){
		.size = sizeof(alert),
		.reference = "00112233445566778899aabbccddeeff",
	};
	facts = (struct words_facts){
		.wearer = &marie,
		.code = "7K2",
		.pressed = { 1, 1795525500000, 3600, true },
		.opened = { 1, 1795525500000, 3600, true },
		.now = { 2, 1795525560000, 3600, true },
		.trust = ALERTE_TRUST_STRONG,
		.answers_sms = true,
	};
	payload = (struct payload_facts){
		.kind = WORDS_ALERT,
		.facts = &facts,
		.alert = &alert,
	};
	return 0;
}

static const char *subject_of(enum words kind)
{
	payload.kind = kind;
	assert_int_equal(letter_subject(&payload, subject), 0);
	return subject;
}

static const char *letter_of(const char *text)
{
	assert_int_equal(letter_compose(&payload, text, letter,
					sizeof(letter)), 0);
	return letter;
}

static void a_subject_says_what_it_is_and_no_name(void **state)
{
	(void)state;
	assert_string_equal(subject_of(WORDS_ALERT), "ALERTE 7K2");
	assert_string_equal(subject_of(WORDS_NEW_PRESS),
			    "ALERTE 7K2, nouvel appui");
	assert_string_equal(subject_of(WORDS_ALL_CLEAR), "Alerte 7K2");
	assert_string_equal(subject_of(WORDS_RELAY_QUESTION), "Alerte 7K2");
	facts.trust = ALERTE_TRUST_NONE;
	assert_string_equal(subject_of(WORDS_ALERT),
			    "ALERTE 7K2, signal non vérifié");
	facts.lang = ALERTE_LANG_EN;
	assert_string_equal(subject_of(WORDS_ALERT),
			    "ALERT 7K2, signal not verified");
}

/* V2: what wakes nobody is in words unlike an alert. */
static void a_fault_is_no_alert(void **state)
{
	(void)state;
	payload.alert = NULL;
	assert_string_equal(subject_of(WORDS_FAULT), "PANNE du boîtier");
	assert_string_equal(subject_of(WORDS_FAULT_END),
			    "FIN DE PANNE du boîtier");
	assert_string_equal(letter_of("PANNE."),
			    "PANNE.\n\n"
			    "Personne ne lit les réponses à ce courriel.\n");
}

static void an_exercise_is_one_whatever_it_says(void **state)
{
	(void)state;
	alert.exercise = true;
	assert_string_equal(subject_of(WORDS_ALERT), "EXERCICE 7K2");
	assert_string_equal(subject_of(WORDS_EXERCISE), "EXERCICE 7K2");
	assert_string_equal(subject_of(WORDS_ACK_OTHERS), "EXERCICE 7K2");
	assert_null(strstr(letter_of("EXERCICE."), "Appui"));
}

static void nothing_of_the_114_has_a_subject(void **state)
{
	(void)state;
	for (enum words k = WORDS_RELAY_FIRST; k <= WORDS_RELAY_POSITION; k++) {
		payload.kind = k;
		assert_int_equal(letter_subject(&payload, subject),
				 ALERTE_EINVAL);
	}
}

static void a_letter_says_how_to_answer_and_what_an_sms_has_no_room_for(
	void **state)
{
	(void)state;
	facts.position = &fix;
	assert_string_equal(letter_of("ALERTE."),
		"ALERTE.\n\n"
		"Pour répondre : par SMS, de votre téléphone, au numéro d'où "
		"viennent les SMS de l'alerte.\n"
		"Personne ne lit les réponses à ce courriel.\n\n"
		"Référence : 00112233445566778899aabbccddeeff\n"
		"Appui : 24/11/2026 à 14:05 (UTC+01:00)\n"
		"Position : GPS 14h06 à 15 m près: 45.75780,4.85320\n");
}

static void an_hour_that_is_not_sure_says_so(void **state)
{
	(void)state;
	facts.pressed.wall_trusted = false;
	assert_non_null(strstr(letter_of("ALERTE."),
			       "14:05 (UTC+01:00), heure non sûre\n"));
}

static void who_has_no_telephone_known_here_is_told_another_way(void **state)
{
	(void)state;
	facts.answers_sms = false;
	facts.answers_server = true;
	assert_non_null(strstr(letter_of("ALERTE."), "sur votre serveur"));
	facts.answers_server = false;
	assert_non_null(strstr(letter_of("ALERTE."),
			       "Vous ne pouvez pas répondre par écrit"));
	payload.kind = WORDS_ACK_OTHERS;
	assert_null(strstr(letter_of("Marc s'en occupe."), "répondre"));
}

/* It goes out without the rest rather than not at all. */
static void a_letter_without_room_is_the_text_alone(void **state)
{
	char small[16];

	(void)state;
	assert_int_equal(letter_compose(&payload, "ALERTE.", small,
					sizeof(small)), 0);
	assert_string_equal(small, "ALERTE.\n");
	assert_int_equal(letter_compose(&payload, "ALERTE.", small, 8),
			 ALERTE_ELIMIT);
}

#define T(f) cmocka_unit_test_setup(f, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_subject_says_what_it_is_and_no_name),
		T(a_fault_is_no_alert),
		T(an_exercise_is_one_whatever_it_says),
		T(nothing_of_the_114_has_a_subject),
		T(a_letter_says_how_to_answer_and_what_an_sms_has_no_room_for),
		T(an_hour_that_is_not_sure_says_so),
		T(who_has_no_telephone_known_here_is_told_another_way),
		T(a_letter_without_room_is_the_text_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
