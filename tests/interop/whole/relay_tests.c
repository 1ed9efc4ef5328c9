/* SPDX-License-Identifier: Apache-2.0 */
/* The 114's stand-in, a number for fiction at the simulated network. */
#include <stdlib.h>
#include <string.h>

#include "whole.h"

static void arm(void)
{
	char *token = NULL;

	assert_int_equal(alerte(&token, (const char *const[]){
			 "arm", "--as", "Claire", NULL }), 0);
	token[strcspn(token, "\n")] = '\0';
	assert_int_equal(ALERTE("arm", "--as", "Claire", "--token", token), 0);
	free(token);
	assert_string_equal(status_word("armed"), "yes");
}

static void a_relay_answers_and_is_answered(void **state)
{
	json_t *doc;

	(void)state;
	arm();
	air_press(LONG);
	UNTIL(alert_is("relay", "submitted"));
	assert_int_equal(texts(RELAY), 1);
	assert_int_equal(strncmp(text_to(RELAY), "URGENCE", 7), 0);
	assert_non_null(strstr(text_to(RELAY), "12 rue Garibaldi"));

	modem_do("sms " RELAY " Le 114 a bien reçu votre SMS et répond "
		 "bientôt");
	UNTIL(alert_is("relay", "auto_ack"));
	UNTIL(texts(RELAY) == 2);
	assert_int_equal(strncmp(text_to(RELAY), "Suite", 5), 0);

	modem_do("sms " RELAY " Bonjour, où êtes-vous exactement ?");
	UNTIL(alert_is("relay", "human"));
	UNTIL(reports("relay-question") == 1);
	doc = report("relay-question");
	assert_string_equal(json_string_value(json_object_get(doc, "quote")),
			    "Bonjour, où êtes-vous exactement ?");
	json_decref(doc);

	assert_int_equal(ALERTE("relay", alert_word("code"), "--as", "Claire",
				"--", "Au 4e étage, porte gauche"), 0);
	UNTIL(texts(RELAY) == 3);
	assert_non_null(strstr(text_to(RELAY), "Réponse de l'association:"));
	assert_non_null(strstr(text_to(RELAY), "Au 4e étage, porte gauche"));
	assert_true(alert_is("state", "open"));
}

/* A long press, and the first text has left. */
static void call_the_relay(void)
{
	arm();
	air_press(LONG);
	UNTIL(alert_is("relay", "submitted"));
	UNTIL(texts(RELAY) == 1);
}

/* M1: a failure notice is nobody. */
static void a_notice_of_the_network_is_not_an_agent(void **state)
{
	static const char notice[] =
		"Votre message n'a pas pu être remis au destinataire.";
	char line[128];

	(void)state;
	call_the_relay();
	snprintf(line, sizeof(line), "sms " RELAY " %s", notice);
	modem_do(line);
	UNTIL(note_is("relay-in", notice));
	assert_true(alert_is("relay", "submitted"));
	assert_int_equal(reports("relay-question"), 0);
	assert_int_equal(texts(RELAY), 1);
}

static bool question_is(const char *quote, const char *suggests)
{
	json_t *doc = report_quoting("relay-question", quote);
	const char *s = json_string_value(json_object_get(doc, "suggests"));
	bool is = doc && !strcmp(s ? s : "", suggests);

	json_decref(doc);
	return is;
}

/* The same number, as networks write it. */
static void a_chatty_relay_is_passed_on_in_any_spelling(void **state)
{
	(void)state;
	call_the_relay();
	modem_do("sms 0639980114 Le 114 a bien reçu votre SMS et répond "
		 "bientôt");
	UNTIL(alert_is("relay", "auto_ack"));
	UNTIL(texts(RELAY) == 2);

	modem_do("sms 0033639980114 Bonjour.");
	UNTIL(reports("relay-question") == 1);
	modem_do("sms " RELAY " Quel étage ?");
	UNTIL(reports("relay-question") == 2);
	modem_do("sms 0639980114 Est-elle seule ?");
	UNTIL(reports("relay-question") == 3);
	assert_true(question_is("Est-elle seule ?", ""));
	assert_int_equal(texts(RELAY), 2);
	assert_true(alert_is("state", "open"));
}

/* M1: words suggest, and an operator says. */
static void help_that_is_not_on_its_way_is_not_taken_for_help(void **state)
{
	(void)state;
	call_the_relay();
	modem_do("sms " RELAY " Les secours ne sont pas en route");
	UNTIL(reports("relay-question") == 1);
	assert_true(question_is("Les secours ne sont pas en route", ""));
	modem_do("sms " RELAY " Les secours sont en route");
	UNTIL(reports("relay-question") == 2);
	assert_true(question_is("Les secours sont en route", "dispatched"));
	assert_true(alert_is("relay", "human"));
	assert_true(alert_is("state", "open"));
}

/* M2, only for as long as a person waits: its minutes are in tests/play. */
static void a_silent_relay_is_told_more_and_heard_late(void **state)
{
	(void)state;
	call_the_relay();
	UNTIL(texts(RELAY) == 2);
	assert_int_equal(strncmp(text_to(RELAY), "Suite", 5), 0);
	assert_true(alert_is("relay", "submitted"));

	modem_do("sms " RELAY " Combien sont-ils ?");
	UNTIL(alert_is("relay", "human"));
	assert_int_equal(ALERTE("relay", alert_word("code"), "--as", "Claire",
				"--dispatched"), 0);
	UNTIL(alert_is("relay", "dispatched"));
	assert_int_equal(texts(RELAY), 2);
}

static void an_unarmed_engine_never_writes_to_the_relay(void **state)
{
	(void)state;
	assert_string_equal(status_word("armed"), "no");
	air_press(LONG);
	UNTIL(attempt_is("sms", "marc", "sent"));
	UNTIL(attempt_is("https", "asso", "sent"));
	assert_true(alert_is("relay", "none"));
	assert_int_equal(texts(RELAY), 0);
	assert_false(attempt_is("relay114", "", "planned"));
}

static void an_exercise_never_writes_to_the_relay(void **state)
{
	(void)state;
	arm();
	assert_int_equal(ALERTE("test", "marie", "--yes"), 0);
	UNTIL(texts(MARC) == 1);
	assert_int_equal(strncmp(text_to(MARC), "EXERCICE", 8), 0);
	UNTIL(reports("exercise") == 1);
	assert_string_equal(alert_word("exercise"), "yes");

	write_back(MARC, "ok %s");
	UNTIL(reports("exercise-end") == 1);
	assert_true(alert_is("relay", "none"));
	assert_int_equal(texts(RELAY), 0);
}

int relay_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(a_relay_answers_and_is_answered),
		T(a_notice_of_the_network_is_not_an_agent),
		T(a_chatty_relay_is_passed_on_in_any_spelling),
		T(help_that_is_not_on_its_way_is_not_taken_for_help),
		T(a_silent_relay_is_told_more_and_heard_late),
		T(an_unarmed_engine_never_writes_to_the_relay),
		T(an_exercise_never_writes_to_the_relay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
