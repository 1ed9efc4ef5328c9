/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/mime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct mime mail;
static char *made;
static size_t len;

static int setup(void **state)
{
	(void)state;
	mail = (struct mime){
		.from = "alerte@example.org",
		.to = "marc@example.net",
		.key = "00ff-alert-1",
		.subject = "ALERTE 7K2",
		.text = "ALERTE.\n",
		.wall_ms = 1795525500000,
	};
	made = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(made);
	return 0;
}

/* As one string, so that it can be looked into. */
static const char *compose(void)
{
	free(made);
	made = NULL;
	assert_int_equal(mime_compose(&mail, &made, &len), 0);
	made = realloc(made, len + 1);
	assert_non_null(made);
	made[len] = '\0';
	return made;
}

static int refused(void)
{
	char *out = NULL;
	size_t n = 7;
	int r = mime_compose(&mail, &out, &n);

	assert_null(out);
	assert_int_equal(n, 7);
	return r;
}

static void a_message_is_word_by_word(void **state)
{
	(void)state;
	assert_string_equal(compose(),
		"Date: Tue, 24 Nov 2026 13:05:00 +0000\r\n"
		"From: <alerte@example.org>\r\n"
		"To: <marc@example.net>\r\n"
		"Message-ID: <00ff-alert-1@example.org>\r\n"
		"Subject: ALERTE 7K2\r\n"
		"Auto-Submitted: auto-generated\r\n"
		"MIME-Version: 1.0\r\n"
		"Content-Type: text/plain; charset=utf-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n"
		"\r\n"
		"ALERTE.\r\n"
		".\r\n");
	mail.important = true;
	assert_non_null(strstr(compose(), "\r\nImportance: high\r\n"));
}

/* S5: a repeat is known by its Message-ID. */
static void the_same_key_is_the_same_message(void **state)
{
	char *first;

	(void)state;
	first = strdup(compose());
	assert_string_equal(compose(), first);
	free(first);
}

static void letters_with_accents_are_quoted(void **state)
{
	(void)state;
	mail.text = "à 14h05 = oui \nfin";
	assert_non_null(strstr(compose(), "\r\n\r\n=C3=A0 14h05 =3D oui=20\r\n"
					  "fin\r\n.\r\n"));
}

static void a_subject_with_accents_is_encoded(void **state)
{
	(void)state;
	mail.subject = "vérifié";
	assert_non_null(strstr(compose(),
			       "Subject: =?UTF-8?B?dsOpcmlmacOp?=\r\n"));
	mail.subject = "=?UTF-8?Q?x?=";
	assert_null(strstr(compose(), "Subject: =?UTF-8?Q?x?="));
}

static void a_long_subject_is_folded_between_its_letters(void **state)
{
	const char *at;

	(void)state;
	mail.subject = "ééééééééééééééééééééééééééééééé";
	at = strstr(compose(), "Subject: ");
	assert_non_null(at);
	assert_non_null(strstr(at, "?=\r\n =?UTF-8?B?"));
	while (*at) {
		assert_true(strcspn(at, "\r") <= 76);
		at = strchr(at, '\n') + 1;
	}
}

static void a_line_is_never_long_and_a_dot_never_alone(void **state)
{
	char text[600], *at;

	(void)state;
	memset(text, '.', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	mail.text = text;
	compose();
	at = strstr(made, "\r\n\r\n") + 4;
	while (strcmp(at, ".\r\n")) {
		assert_true(strcspn(at, "\r") <= 77);
		assert_memory_equal(at, "..", 2);
		at = strchr(at, '\n') + 1;
	}
	mail.text = ".\n.x\n";
	assert_non_null(strstr(compose(), "\r\n\r\n..\r\n..x\r\n.\r\n"));
}

static void nothing_begins_a_header_of_its_own(void **state)
{
	static const char *const bad[] = {
		"a\r\nBcc: x@y.z", "a\nb", "a\rb", "", "\x7f", "\xff",
		"\xc0\xaf", "\xed\xa0\x80",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		mail.subject = bad[i];
		assert_int_equal(refused(), ALERTE_EINVAL);
	}
	mail.subject = NULL;
	assert_int_equal(refused(), ALERTE_EINVAL);
	mail.subject = "a";
	mail.key = "a@b";
	assert_int_equal(refused(), ALERTE_EINVAL);
	mail.key = "a>\r\nBcc: x";
	assert_int_equal(refused(), ALERTE_EINVAL);
	mail.key = "a";
	mail.to = "a@b.c>\r\nBcc: <x@y.z";
	assert_int_equal(refused(), ALERTE_EINVAL);
	mail.to = "a@b.c";
	mail.from = "a@b.c\n";
	assert_int_equal(refused(), ALERTE_EINVAL);
	mail.from = "a@b.c";
	mail.text = "a\r\n.\r\nMAIL FROM:<x>";
	assert_int_equal(refused(), ALERTE_EINVAL);
	mail.text = NULL;
	assert_int_equal(refused(), ALERTE_EINVAL);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_message_is_word_by_word),
		T(the_same_key_is_the_same_message),
		T(letters_with_accents_are_quoted),
		T(a_subject_with_accents_is_encoded),
		T(a_long_subject_is_folded_between_its_letters),
		T(a_line_is_never_long_and_a_dot_never_alone),
		T(nothing_begins_a_header_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
