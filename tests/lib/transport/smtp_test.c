/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/smtp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct smtp_outcome o;

static enum smtp_verdict verdict(CURLcode code, long status)
{
	o.code = code;
	o.status = status;
	return smtp_verdict(&o);
}

static void the_servers_last_word_decides(void **state)
{
	(void)state;
	o = (struct smtp_outcome){ .code = CURLE_OK };
	assert_int_equal(verdict(CURLE_OK, 250), SMTP_TAKEN);
	assert_int_equal(verdict(CURLE_WEIRD_SERVER_REPLY, 451), SMTP_AGAIN);
	assert_int_equal(verdict(CURLE_WEIRD_SERVER_REPLY, 421), SMTP_AGAIN);
	assert_int_equal(verdict(CURLE_WEIRD_SERVER_REPLY, 554), SMTP_REFUSED);
	o.recipient = true;
	assert_int_equal(verdict(CURLE_WEIRD_SERVER_REPLY, 550),
			 SMTP_UNWANTED);
	assert_int_equal(verdict(CURLE_WEIRD_SERVER_REPLY, 450), SMTP_AGAIN);
}

static void who_is_not_our_server_is_a_stranger(void **state)
{
	(void)state;
	o = (struct smtp_outcome){ .code = CURLE_OK };
	assert_int_equal(verdict(CURLE_SSL_PINNEDPUBKEYNOTMATCH, 220),
			 SMTP_STRANGER);
	assert_int_equal(verdict(CURLE_PEER_FAILED_VERIFICATION, 220),
			 SMTP_STRANGER);
	assert_int_equal(verdict(CURLE_USE_SSL_FAILED, 250), SMTP_STRANGER);
	assert_int_equal(verdict(CURLE_USE_SSL_FAILED, 454), SMTP_AGAIN);
	assert_int_equal(verdict(CURLE_LOGIN_DENIED, 535), SMTP_REFUSED);
	assert_int_equal(verdict(CURLE_LOGIN_DENIED, 454), SMTP_AGAIN);
}

/* A code heard before the silence says nothing of it. */
static void silence_is_no_answer(void **state)
{
	(void)state;
	o = (struct smtp_outcome){ .code = CURLE_OK };
	assert_int_equal(verdict(CURLE_OPERATION_TIMEDOUT, 502), SMTP_LOST);
	assert_int_equal(verdict(CURLE_RECV_ERROR, 354), SMTP_LOST);
	assert_int_equal(verdict(CURLE_COULDNT_CONNECT, 0), SMTP_LOST);
}

/* A2 */
static void only_what_it_may_have_in_whole_is_not_known(void **state)
{
	(void)state;
	o = (struct smtp_outcome){ .code = CURLE_RECV_ERROR };
	assert_int_equal(smtp_receipt(SMTP_LOST, &o), ALERTE_RECEIPT_FAILED);
	o.whole = true;
	assert_int_equal(smtp_receipt(SMTP_LOST, &o), ALERTE_RECEIPT_UNKNOWN);
	assert_int_equal(smtp_receipt(SMTP_TAKEN, &o), ALERTE_RECEIPT_SENT);
	assert_int_equal(smtp_receipt(SMTP_AGAIN, &o), ALERTE_RECEIPT_FAILED);
	assert_int_equal(smtp_receipt(SMTP_REFUSED, &o),
			 ALERTE_RECEIPT_FAILED);
}

static void it_waits_longer_each_time(void **state)
{
	(void)state;
	assert_int_equal(smtp_pause(1), 2000);
	assert_int_equal(smtp_pause(2), 4000);
	assert_int_equal(smtp_pause(99), 16000);
}

/* ------------------------------------------------------------- settings */

static struct alerte_mail_server good(void)
{
	struct alerte_mail_server s = {
		.size = sizeof(s),
		.url = "smtps://mail.example.org",
		.from = "alerte@example.org",
	};

	return s;
}

static int with_url(const char *url)
{
	struct alerte_mail_server s = good();

	snprintf(s.url, sizeof(s.url), "%s", url);
	return alerte_mail_check(&s);
}

static void a_server_is_reached_with_tls_or_not_at_all(void **state)
{
	static const char *const bad[] = {
		"", "mail.example.org", "http://mail.example.org",
		"smtps://", "smtp:mail", "smtps://u:p@mail.example.org",
		"smtps://mail.example.org/path", "smtps://mail.example.org?x",
		"smtps://mail.example.org#x", "smtps://a b", "smtps://a:x",
		"SMTPS://mail.example.org", "smtps://mail.example.org:99999",
	};

	(void)state;
	assert_int_equal(with_url("smtps://mail.example.org"), 0);
	assert_int_equal(with_url("smtps://mail.example.org:465"), 0);
	assert_int_equal(with_url("smtp://127.0.0.1:587"), 0);
	assert_int_equal(with_url("smtp://[::1]:587"), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (with_url(bad[i]) != ALERTE_EINVAL)
			fail_msg("\"%s\" is taken", bad[i]);
}

static void user_and_password_come_together(void **state)
{
	struct alerte_mail_server s = good();

	(void)state;
	strcpy(s.user, "gateway");
	assert_int_equal(alerte_mail_check(&s), ALERTE_EINVAL);
	strcpy(s.password, "secret");
	assert_int_equal(alerte_mail_check(&s), 0);
	strcpy(s.password, "se\ncret");
	assert_int_equal(alerte_mail_check(&s), ALERTE_EINVAL);
	s = good();
	strcpy(s.password, "secret");
	assert_int_equal(alerte_mail_check(&s), ALERTE_EINVAL);
}

static void a_field_that_is_none_is_refused(void **state)
{
	struct alerte_mail_server s = good();

	(void)state;
	s.size--;
	assert_int_equal(alerte_mail_check(&s), ALERTE_EINVAL);
	s = good();
	strcpy(s.from, "alerte@example.org,x@example.org");
	assert_int_equal(alerte_mail_check(&s), ALERTE_EINVAL);
	s = good();
	strcpy(s.pin[1], "sha256//short=");
	assert_int_equal(alerte_mail_check(&s), ALERTE_EINVAL);
	s = good();
	strcpy(s.key_file, "/etc/key");
	assert_int_equal(alerte_mail_check(&s), ALERTE_EINVAL);
	assert_int_equal(alerte_mail_check(NULL), ALERTE_EINVAL);
}

int main(void)
{
#define T(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		T(the_servers_last_word_decides),
		T(who_is_not_our_server_is_a_stranger),
		T(silence_is_no_answer),
		T(only_what_it_may_have_in_whole_is_not_known),
		T(it_waits_longer_each_time),
		T(a_server_is_reached_with_tls_or_not_at_all),
		T(user_and_password_come_together),
		T(a_field_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
