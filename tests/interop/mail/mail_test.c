/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E-mail, the whole way: a press into the real alerted, a message out of the
 * real exim4.  Beside it an SMS into a spool folder, which goes its own way
 * whatever becomes of the e-mail.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../daemon/scratch.h"
#include "mail.h"

#define MARC "+33639980001"
#define BUTTON "54:48:E6:8F:80:A5"
#define LIMIT_MS 10000

static const char site[] =
	"contact \"marc\" {\n\tname = \"Marc\"\n\tnumber = \"" MARC "\"\n"
	"\temail = \"marc@example.net\"\n}\n"
	"contact \"asso\" {\n\tname = \"Association X\"\n"
	"\temail = \"asso@example.org\"\n\trole = \"association\"\n"
	"\tlang = \"en\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"Marie D.\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n"
	"\tarea = \"12 rue Garibaldi, Lyon 3e\"\n"
	"\tcancel_code = \"tulipe42\"\n\tcontact = {\"marc\", \"asso\"}\n}\n"
	"button \"kitchen\" {\n\twearer = \"marie\"\n"
	"\taddress = \"" BUTTON "\"\n}\n";

/* Until it holds: a busy machine may take its time, a broken one fails. */
#define UNTIL(condition) \
	do { \
		int left_ = LIMIT_MS / 20; \
		while (!(condition)) { \
			if (!left_--) { \
				tell(s); \
				fail_msg("never: %s", #condition); \
			} \
			usleep(20000); \
		} \
	} while (0)

static void tell(const struct scratch *s)
{
	static const char *const files[] = { "err", "mail/mainlog" };

	for (size_t i = 0; i < 2; i++) {
		char *text = scratch_read(s, files[i]);
		size_t n = strlen(text);

		print_message("--- %s\n%s\n", files[i],
			      n > 3000 ? text + n - 3000 : text);
		free(text);
	}
}

/* ------------------------------------------------------------- scenes */

/* more: further lines of the section mail. */
static void start(struct scratch *s, const char *scheme, enum door door,
		  const char *pin, const char *more)
{
	char section[2048];
	json_t *doc;

	snprintf(section, sizeof(section),
		 "mail {\n\tserver = \"%s://127.0.0.1:%d\"\n"
		 "\tfrom = \"alerte@example.org\"\n\tpin = {\"%s\"}\n"
		 "\tca_file = \"%s/ca.pem\"\n%s}\n",
		 scheme, door_port(door), pin, s->dir, more);
	scratch_conf(s);
	scratch_append(s, "conf", section);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	doc = apply(s, site, false);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 0);
	json_decref(doc);
}

static void press(struct scratch *s)
{
	static const uint8_t frame[] = { 0x02, 0x01, 0x06, 0x08, 0x16, 0xd2,
		0xfc, 0x44, 0x00, 0x01, 0x3a, 0x01 };
	char *word = hear(s, BUTTON, frame, sizeof(frame));

	assert_non_null(word);
	free(word);
}

static json_t *first(json_t *doc, const char *list)
{
	return json_array_get(json_object_get(doc, list), 0);
}

static void alert_word(struct scratch *s, const char *key, char out[64])
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	const char *word = json_string_value(json_object_get(
		first(doc, "alerts"), key));

	snprintf(out, 64, "%s", word ? word : "");
	json_decref(doc);
}

static bool has_attempt(struct scratch *s, const char *contact,
			const char *channel, const char *state)
{
	bool found = false;
	json_t *doc, *one;
	char code[64];
	size_t i;

	alert_word(s, "code", code);
	doc = ask(s, "Show", "s", code);
	json_array_foreach(json_object_get(doc, "attempts"), i, one)
		found |= !strcmp(contact, json_string_value(json_object_get(
					 one, "contact"))) &&
			 !strcmp(channel, json_string_value(json_object_get(
					 one, "channel"))) &&
			 !strcmp(state, json_string_value(json_object_get(
					one, "state")));
	json_decref(doc);
	return found;
}

static bool mail_is(struct scratch *s, const char *key, const char *value)
{
	json_t *doc = ask(s, "Status", "");
	const char *word = json_string_value(json_object_get(
		json_object_get(doc, "mail"), key));
	bool is = word && !strcmp(word, value);

	json_decref(doc);
	return is;
}

static bool has_fault(struct scratch *s)
{
	json_t *doc = ask(s, "Status", ""), *one;
	bool found = false;
	size_t i;

	json_array_foreach(json_object_get(doc, "faults"), i, one)
		found |= !strcmp(json_string_value(one), "mail");
	json_decref(doc);
	return found;
}

/* The alert goes on beside it. */
static void assert_texted(struct scratch *s)
{
	char *text;

	UNTIL(spool_count(s) > 0);
	text = spool_text(s);
	assert_non_null(strstr(text, "To: " MARC));
	free(text);
}

static void assert_nothing_arrived(void)
{
	assert_int_equal(mailbox_count("marc"), 0);
	assert_int_equal(mailbox_count("asso"), 0);
}

static int setup(void **state)
{
	struct scratch *s;
	int r = scratch_setup(state);

	s = *state;
	server_start(s->dir);
	return r;
}

static int teardown(void **state)
{
	alerted_kill(*state);
	server_stop();
	return scratch_teardown(state);
}

/* --------------------------------------------------------------- tests */

static void an_alert_arrives_once_with_its_words(void **state)
{
	struct scratch *s = *state;
	char reference[64], code[64], words[160], *text;

	start(s, "smtp", DOOR_STARTTLS, server_pin(), "");
	press(s);
	UNTIL(has_attempt(s, "marc", "email", "sent") &&
	      has_attempt(s, "asso", "email", "sent"));
	UNTIL(mailbox_count("marc") && mailbox_count("asso"));
	assert_texted(s);
	alert_word(s, "reference", reference);
	alert_word(s, "code", code);

	text = letter_text("marc");
	assert_memory_equal(text, "ALERTE, signal non vérifié. ", 30);
	snprintf(words, sizeof(words), "répondez OK %s\n\nPour répondre : par "
		 "SMS", code);
	assert_non_null(strstr(text, words));
	assert_non_null(strstr(text, "Marie D."));
	assert_non_null(strstr(text, reference));
	assert_null(strstr(text, "http"));
	free(text);

	/* Nobody knows a number of theirs. */
	text = letter_text("asso");
	assert_memory_equal(text, "ALERT, signal not verified. ", 28);
	assert_non_null(strstr(text, "You cannot answer in writing"));
	free(text);
	assert_int_equal(mailbox_count("marc"), 1);
	assert_int_equal(mailbox_count("asso"), 1);
	UNTIL(mail_is(s, "state", "ok"));
}

static void what_is_outside_says_no_more_than_it_must(void **state)
{
	struct scratch *s = *state;
	char reference[64], id[128], host[256], *box;

	start(s, "smtp", DOOR_STARTTLS, server_pin(), "");
	press(s);
	UNTIL(mailbox_count("marc"));
	alert_word(s, "reference", reference);
	box = mailbox("marc");
	strstr(box, "\n\n")[1] = '\0';
	assert_non_null(strstr(box, "From: <alerte@example.org>\n"));
	assert_non_null(strstr(box, "To: <marc@example.net>\n"));
	assert_non_null(strstr(box, "Auto-Submitted: auto-generated\n"));
	assert_non_null(strstr(box, "Content-Type: text/plain; charset=utf-8"));
	snprintf(id, sizeof(id), "Message-ID: <%s-alert-", reference);
	assert_non_null(strstr(box, id));
	assert_int_equal(gethostname(host, sizeof(host)), 0);
	assert_null(strstr(box, host));
	assert_null(strstr(box, "Marie"));
	assert_null(strstr(box, "Garibaldi"));
	assert_null(strstr(box, "curl"));
	free(box);
}

static void it_logs_in_and_is_probed_before_there_is_an_alert(void **state)
{
	struct scratch *s = *state;

	scratch_write(s, "password", MAIL_PASSWORD "\n");
	char more[PATH_MAX + 80];

	snprintf(more, sizeof(more), "\tuser = \"" MAIL_USER "\"\n"
		 "\tpassword_credential = \"%s/password\"\n", s->dir);
	start(s, "smtps", DOOR_TLS, server_pin(), more);
	UNTIL(mail_is(s, "state", "ok"));
	assert_nothing_arrived();
	press(s);
	UNTIL(mailbox_count("marc"));
}

static void a_wrong_password_is_a_fault_before_there_is_an_alert(void **state)
{
	struct scratch *s = *state;
	char more[PATH_MAX + 80];

	scratch_write(s, "password", "another\n");
	snprintf(more, sizeof(more), "\tuser = \"" MAIL_USER "\"\n"
		 "\tpassword_credential = \"%s/password\"\n", s->dir);
	start(s, "smtps", DOOR_TLS, server_pin(), more);
	UNTIL(has_fault(s));
	assert_true(mail_is(s, "error", "server refuses user or password"));
	press(s);
	assert_texted(s);
	UNTIL(has_attempt(s, "marc", "email", "failed"));
	assert_nothing_arrived();

	/* Put right, it is over at once. */
	scratch_write(s, "password", MAIL_PASSWORD "\n");
	kill(s->pid, SIGHUP);
	UNTIL(!has_fault(s));
	UNTIL(mailbox_count("marc"));
}

static void nothing_is_said_in_the_clear(void **state)
{
	struct scratch *s = *state;

	start(s, "smtp", DOOR_CLEAR, server_pin(), "");
	UNTIL(has_fault(s));
	assert_true(mail_is(s, "error", "server offers no TLS"));
	press(s);
	assert_texted(s);
	UNTIL(has_attempt(s, "marc", "email", "failed"));
	assert_nothing_arrived();
	assert_false(server_saw("example.org"));
}

static void another_key_than_the_pin_says_is_refused(void **state)
{
	struct scratch *s = *state;

	start(s, "smtp", DOOR_STARTTLS, other_pin(), "");
	UNTIL(has_fault(s));
	press(s);
	assert_texted(s);
	UNTIL(has_attempt(s, "marc", "email", "failed"));
	assert_nothing_arrived();
	assert_false(server_saw("example.org"));
}

static void not_now_is_tried_again_and_arrives_once(void **state)
{
	struct scratch *s = *state;

	start(s, "smtp", DOOR_LATER, server_pin(), "");
	press(s);
	UNTIL(server_saw("temporarily rejected RCPT <marc@example.net>"));
	assert_true(has_attempt(s, "marc", "email", "sending"));
	assert_texted(s);
	door_open_later();
	UNTIL(has_attempt(s, "marc", "email", "sent") &&
	      has_attempt(s, "asso", "email", "sent"));
	UNTIL(mailbox_count("marc") && mailbox_count("asso"));
	assert_int_equal(mailbox_count("marc"), 1);
	assert_int_equal(mailbox_count("asso"), 1);
}

static void a_recipient_it_does_not_take_is_no_fault_of_the_server(void **state)
{
	struct scratch *s = *state;

	start(s, "smtp", DOOR_UNWANTED, server_pin(), "");
	press(s);
	assert_texted(s);
	UNTIL(has_attempt(s, "marc", "email", "failed"));
	UNTIL(mail_is(s, "state", "ok"));
	assert_false(has_fault(s));
	assert_true(server_saw("rejected RCPT <marc@example.net>"));
}

static void a_text_it_refuses_has_failed(void **state)
{
	struct scratch *s = *state;

	start(s, "smtp", DOOR_REFUSED, server_pin(), "");
	press(s);
	assert_texted(s);
	UNTIL(has_attempt(s, "marc", "email", "failed"));
	UNTIL(has_fault(s));
	assert_nothing_arrived();
}

static void a_server_that_says_nothing_holds_nothing_up(void **state)
{
	struct scratch *s = *state;

	start(s, "smtp", DOOR_HUNG, server_pin(), "");
	press(s);
	assert_texted(s);
	assert_true(has_attempt(s, "marc", "email", "sending"));
}

static void a_cut_behind_the_text_is_not_known_to_have_failed(void **state)
{
	struct scratch *s = *state;

	start(s, "smtp", DOOR_SLOW, server_pin(), "");
	press(s);
	assert_texted(s);
	UNTIL(server_saw("has the text of marc@example.net"));
	server_stop();
	UNTIL(has_attempt(s, "marc", "email", "unknown"));
	assert_false(has_attempt(s, "marc", "email", "failed"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(an_alert_arrives_once_with_its_words),
		T(what_is_outside_says_no_more_than_it_must),
		T(it_logs_in_and_is_probed_before_there_is_an_alert),
		T(a_wrong_password_is_a_fault_before_there_is_an_alert),
		T(nothing_is_said_in_the_clear),
		T(another_key_than_the_pin_says_is_refused),
		T(not_now_is_tried_again_and_arrives_once),
		T(a_recipient_it_does_not_take_is_no_fault_of_the_server),
		T(a_text_it_refuses_has_failed),
		T(a_server_that_says_nothing_holds_nothing_up),
		T(a_cut_behind_the_text_is_not_known_to_have_failed),
	};
	const char *why = server_missing();

	if (why) {
		printf("SKIP: %s\n", why);
		return 77;
	}

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);

	return cmocka_run_group_tests(tests, NULL, NULL);
}
