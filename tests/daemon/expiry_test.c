/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates made here, that end when the test wants it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "expiry.h"
#include "scratch.h"

#define DAY_S (24 * 3600)

/* One more certificate at the end of a file of the scratch folder. */
static void certificate_add(const struct scratch *s, const char *name,
			    long ends_in_s)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *cert = X509_new();
	char path[PATH_MAX];
	FILE *f = fopen(scratch_path(s, name, path), "a");

	assert_true(f && key && cert);
	X509_gmtime_adj(X509_getm_notBefore(cert), -400L * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(cert), ends_in_s);
	X509_set_pubkey(cert, key);
	assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
	assert_true(PEM_write_X509(f, cert));
	fclose(f);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static long ends_in(const struct scratch *s, const char *name, bool authorities)
{
	char path[PATH_MAX];
	int64_t end = 0;

	assert_int_equal(expiry_file(scratch_path(s, name, path), authorities,
				     &end), 0);
	return (long)(end - time(NULL));
}

static void a_chain_ends_with_its_first_and_authorities_with_their_last(
	void **state)
{
	struct scratch *s = *state;

	certificate_add(s, "pem", 90 * DAY_S);
	assert_in_range(ends_in(s, "pem", false), 89 * DAY_S, 90 * DAY_S + 60);
	certificate_add(s, "pem", 10 * DAY_S);
	certificate_add(s, "pem", 50 * DAY_S);
	assert_in_range(ends_in(s, "pem", false), 9 * DAY_S, 10 * DAY_S + 60);
	assert_in_range(ends_in(s, "pem", true), 89 * DAY_S, 90 * DAY_S + 60);
}

static void a_file_without_a_certificate_is_told(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];
	int64_t end = 7;

	assert_int_equal(expiry_file(scratch_path(s, "none", path), false,
				     &end), -ENOENT);
	scratch_write(s, "text", "-----BEGIN CERTIFICATE-----\nAAAA\n");
	assert_int_equal(expiry_file(scratch_path(s, "text", path), false,
				     &end), -EBADMSG);
	assert_int_equal(end, 7);
}

static int looked_at(const struct scratch *s, const char *name)
{
	char path[PATH_MAX];
	int64_t end;

	return expiry_file(scratch_path(s, name, path), false, &end);
}

/* What waits here is deaf to presses meanwhile. */
static void nothing_in_the_place_of_a_file_is_waited_for(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];
	int64_t end;

	assert_int_equal(mkfifo(scratch_path(s, "fifo", path), 0600), 0);
	alarm(5);
	assert_int_equal(looked_at(s, "fifo"), -EBADMSG);
	assert_int_equal(expiry_file("/dev/zero", false, &end), -EBADMSG);
	assert_true(expiry_file("/", false, &end) < 0);
	certificate_add(s, "huge", 90 * DAY_S);
	assert_int_equal(truncate(scratch_path(s, "huge", path), 1 << 30), 0);
	assert_int_equal(looked_at(s, "huge"), -EFBIG);
	alarm(0);
}

static void a_chain_that_is_cut_is_unreadable(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];
	FILE *f;

	certificate_add(s, "cut", 90 * DAY_S);
	f = fopen(scratch_path(s, "cut", path), "a");
	assert_non_null(f);
	fputs("-----BEGIN CERTIFICATE-----\nAAAA\n", f);
	fclose(f);
	assert_int_equal(looked_at(s, "cut"), -EBADMSG);
}

/* Nobody is asked for a passphrase on a terminal. */
static void an_encrypted_certificate_is_unreadable(void **state)
{
	struct scratch *s = *state;

	scratch_write(s, "locked", "-----BEGIN CERTIFICATE-----\n"
		      "Proc-Type: 4,ENCRYPTED\n"
		      "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF"
		      "\n\nAAAAAAAAAAAAAAAAAAAAAA==\n"
		      "-----END CERTIFICATE-----\n");
	alarm(5);
	assert_int_equal(looked_at(s, "locked"), -EBADMSG);
	alarm(0);
}

static void a_day_is_good_until_its_end(void **state)
{
	int64_t end = 7;

	(void)state;
	assert_int_equal(expiry_day("2027-03-31", &end), 0);
	assert_int_equal(end, 1806537600);
	end = 7;
	assert_int_equal(expiry_day("2027-02-31", &end), -EINVAL);
	assert_int_equal(expiry_day("31/03/2027", &end), -EINVAL);
	assert_int_equal(expiry_day("2027-03-31 ", &end), -EINVAL);
	assert_int_equal(expiry_day("2027-3-31", &end), -EINVAL);
	assert_int_equal(expiry_day("", &end), -EINVAL);
	assert_int_equal(end, 7);
}

/* ------------------------------------------------------- the real daemon */

static bool has(struct scratch *s, const char *list, const char *words)
{
	json_t *doc = ask(s, "Status", "");
	char *text = json_dumps(json_object_get(doc, list), JSON_COMPACT);
	bool found = text && strstr(text, words);

	free(text);
	json_decref(doc);
	return found;
}

static void put_in_force(struct scratch *s)
{
	char text[4 * PATH_MAX];

	snprintf(text, sizeof(text),
		 "endpoint \"asso\" {\n\turl = \"https://127.0.0.1:9/a\"\n"
		 "\tcert_file = \"%s/pem\"\n\tkey_file = \"%s/key\"\n"
		 "\tca_file = \"%s/ca\"\n}\n", s->dir, s->dir, s->dir);
	json_decref(apply(s, text, false));
}

static void what_ends_within_thirty_days_is_a_fault(void **state)
{
	struct scratch *s = *state;
	char day[64], line[128];
	time_t end = time(NULL) + 29 * DAY_S;
	struct tm tm;

	gmtime_r(&end, &tm);
	strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	certificate_add(s, "pem", 31 * DAY_S);
	certificate_add(s, "ca", 400 * DAY_S);
	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	put_in_force(s);
	assert_true(has(s, "expiry", "\"state\":\"good\""));
	assert_false(has(s, "faults", "expiry"));
	/* one that ends soon in its place, and another that is none */
	scratch_write(s, "pem", "");
	certificate_add(s, "pem", 29 * DAY_S);
	scratch_write(s, "ca", "no certificate");
	put_in_force(s);
	assert_true(has(s, "expiry", "\"state\":\"soon\""));
	assert_true(has(s, "expiry", "\"state\":\"unreadable\""));
	assert_true(has(s, "faults", "certificate-expiry"));
	assert_true(has(s, "faults", "certificate-unreadable"));
	assert_false(has(s, "faults", "sim-expiry"));
	scratch_write(s, "pem", "");
	certificate_add(s, "pem", -1);
	scratch_write(s, "ca", "");
	certificate_add(s, "ca", 400 * DAY_S);
	put_in_force(s);
	assert_true(has(s, "expiry", "\"state\":\"expired\""));
	assert_false(has(s, "faults", "certificate-unreadable"));
	assert_int_equal(alerted_stop(s), 0);
	snprintf(line, sizeof(line),
		 "modem {\n\tdriver = none\n\tsim_expires = \"%s\"\n}\n", day);
	scratch_write(s, "conf", "control {\n\tbus = none\n}\n"
		      "relay {\n\tnumber = \"+33639980114\"\n}\n"
		      "clock {\n\ttrusted = yes\n}\n"
		      "power {\n\tsupply = \"/nowhere\"\n}\n");
	scratch_append(s, "conf", line);
	alerted_start(s, false);
	assert_true(has(s, "faults", "sim-expiry"));
	assert_true(has(s, "expiry", day));
	assert_true(has(s, "faults", "certificate-expiry"));
	assert_int_equal(alerted_stop(s), 0);
}

#define T(test) \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_chain_ends_with_its_first_and_authorities_with_their_last),
		T(a_file_without_a_certificate_is_told),
		T(nothing_in_the_place_of_a_file_is_waited_for),
		T(a_chain_that_is_cut_is_unreadable),
		T(an_encrypted_certificate_is_unreadable),
		T(a_day_is_good_until_its_end),
		T(what_ends_within_thirty_days_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
