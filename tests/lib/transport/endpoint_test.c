/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "transport/endpoint.h"

#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static struct alerte_endpoint settings(const char *url)
{
	struct alerte_endpoint set = { .size = sizeof(set), .id = "asso-1" };

	strncpy(set.url, url, sizeof(set.url) - 1);
	return set;
}

static int check_url(const char *url)
{
	const struct alerte_endpoint set = settings(url);

	return endpoint_check(&set);
}

static int check_pin(const char *pin)
{
	struct alerte_endpoint set = settings("https://127.0.0.1/alerts");

	strncpy(set.pin[1], pin, sizeof(set.pin[1]) - 1);
	return endpoint_check(&set);
}

static bool note(struct endpoint *e, enum request_kind kind, CURLcode code,
		 long status, int64_t now)
{
	const struct outcome o = { .kind = kind, .code = code,
				   .status = status };

	return endpoint_note(e, verdict_of(&o), &o, now);
}

static int make(void **state)
{
	const struct alerte_endpoint set = settings("https://127.0.0.1/");

	*state = endpoint_new(&set);
	return *state ? 0 : -1;
}

static int drop(void **state)
{
	endpoint_drop(*state);
	return 0;
}

static void only_https_addresses_are_taken(void **state)
{
	(void)state;
	assert_int_equal(check_url("https://127.0.0.1:8443/a/b"), 0);
	assert_int_equal(check_url("https://[::1]/"), 0);
	assert_int_equal(check_url("http://127.0.0.1/"), ALERTE_EINVAL);
	assert_int_equal(check_url("HTTP://127.0.0.1/"), ALERTE_EINVAL);
	assert_int_equal(check_url("file:///etc/passwd"), ALERTE_EINVAL);
	assert_int_equal(check_url("127.0.0.1/"), ALERTE_EINVAL);
	assert_int_equal(check_url("https://"), ALERTE_EINVAL);
	assert_int_equal(check_url(""), ALERTE_EINVAL);
}

static void an_address_holds_no_secret_and_no_query(void **state)
{
	(void)state;
	assert_int_equal(check_url("https://u:p@127.0.0.1/"), ALERTE_EINVAL);
	assert_int_equal(check_url("https://u@127.0.0.1/"), ALERTE_EINVAL);
	assert_int_equal(check_url("https://127.0.0.1/?k=v"), ALERTE_EINVAL);
	assert_int_equal(check_url("https://127.0.0.1/?"), ALERTE_EINVAL);
	assert_int_equal(check_url("https://127.0.0.1/#f"), ALERTE_EINVAL);
	assert_int_equal(check_url("https://127.0.0.1/a b"), ALERTE_EINVAL);
	assert_int_equal(check_url("https://127.0.0.1/a\r\nX: y"),
			 ALERTE_EINVAL);
}

static void a_pin_is_the_digest_of_a_key_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(check_pin(PIN), 0);
	assert_int_equal(check_pin(""), 0);
	assert_int_equal(check_pin("sha256//AAAA"), ALERTE_EINVAL);
	assert_int_equal(check_pin(PIN "="), ALERTE_EINVAL);
	assert_int_equal(check_pin("/etc/ssl/certs/server.pem"), ALERTE_EINVAL);
	assert_int_equal(check_pin("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAA;"
				   "AAAAAAAAAAAAAA="), ALERTE_EINVAL);
}

static void a_field_without_an_end_is_refused(void **state)
{
	struct alerte_endpoint set = settings("https://127.0.0.1/");

	(void)state;
	memset(set.ca_file, 'x', sizeof(set.ca_file));
	assert_int_equal(endpoint_check(&set), ALERTE_EINVAL);
}

static void a_key_needs_its_certificate(void **state)
{
	struct alerte_endpoint set = settings("https://127.0.0.1/");

	(void)state;
	strcpy(set.key_file, "/nowhere/key.pem");
	assert_int_equal(endpoint_check(&set), ALERTE_EINVAL);
	strcpy(set.cert_file, "/nowhere/cert.pem");
	assert_int_equal(endpoint_check(&set), 0);
}

static void a_refusal_is_a_fault_at_once(void **state)
{
	struct endpoint *e = *state;

	assert_true(note(e, REQUEST_MESSAGE, CURLE_OK, 403, 0));
	assert_string_equal(e->state.error, "server refused");
	assert_false(note(e, REQUEST_MESSAGE, CURLE_OK, 201, 5));
	assert_string_equal(e->state.error, "");
}

static void a_wrong_key_is_a_fault_at_once(void **state)
{
	assert_true(note(*state, REQUEST_WARM, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
			 0, 0));
}

static void a_network_that_is_away_is_a_fault_after_a_minute(void **state)
{
	struct endpoint *e = *state;

	assert_false(note(e, REQUEST_POLL, CURLE_COULDNT_CONNECT, 0, 1000));
	assert_false(note(e, REQUEST_POLL, CURLE_COULDNT_CONNECT, 0, 60999));
	assert_true(note(e, REQUEST_POLL, CURLE_COULDNT_CONNECT, 0, 61000));
	assert_int_equal(e->state.failures, 3);
	assert_false(note(e, REQUEST_POLL, CURLE_OK, 200, 62000));
	assert_int_equal(e->state.failures, 0);
	assert_int_equal(e->state.success_boot_ms, 62000);
}

static void a_poll_that_works_does_not_hide_refused_messages(void **state)
{
	struct endpoint *e = *state;

	assert_true(note(e, REQUEST_MESSAGE, CURLE_OK, 400, 0));
	assert_true(note(e, REQUEST_POLL, CURLE_OK, 200, 1));
	assert_true(note(e, REQUEST_WARM, CURLE_OK, 404, 2));
	assert_false(note(e, REQUEST_MESSAGE, CURLE_OK, 202, 3));
}

static void alerts_have_room_when_notices_have_none(void **state)
{
	struct endpoint *e = *state;

	e->under_way = ALERTE_HTTPS_FLIGHT_MAX - 8;
	assert_false(endpoint_room(e, ALERTE_IMPORTANCE_NOTICE));
	assert_true(endpoint_room(e, ALERTE_IMPORTANCE_ALERT));
	e->under_way = ALERTE_HTTPS_FLIGHT_MAX;
	assert_false(endpoint_room(e, ALERTE_IMPORTANCE_ALERT));
}

#define WITH_ENDPOINT(test) cmocka_unit_test_setup_teardown(test, make, drop)

/* One lost beat is no fault; nothing but lost ones for a minute is. */
static void beats_that_are_lost_for_a_minute_are_a_fault(void **state)
{
	struct endpoint *e = *state;

	assert_false(note(e, REQUEST_BEAT, CURLE_COULDNT_CONNECT, 0, 1000));
	assert_false(note(e, REQUEST_BEAT, CURLE_COULDNT_CONNECT, 0, 60000));
	assert_true(note(e, REQUEST_BEAT, CURLE_COULDNT_CONNECT, 0, 61000));
	assert_false(note(e, REQUEST_BEAT, CURLE_OK, 200, 62000));
}

static void a_beat_refused_is_shown_and_is_no_fault(void **state)
{
	struct endpoint *e = *state;

	note(e, REQUEST_MESSAGE, CURLE_OK, 201, 1000);
	assert_false(note(e, REQUEST_BEAT, CURLE_OK, 200, 2000));
	assert_false(note(e, REQUEST_BEAT, CURLE_OK, 404, 3000));
	assert_int_equal(e->state.beat_status, 404);
	assert_int_equal(e->state.beat_boot_ms, 2000);
	assert_int_equal(e->state.status, 201);
	assert_int_equal(e->state.failures, 0);
}

/* It shows that the server is there, not that it takes messages. */
static void a_beat_does_not_end_what_a_refused_message_began(void **state)
{
	struct endpoint *e = *state;

	assert_true(note(e, REQUEST_MESSAGE, CURLE_OK, 400, 1000));
	assert_true(note(e, REQUEST_BEAT, CURLE_OK, 200, 2000));
	assert_false(note(e, REQUEST_MESSAGE, CURLE_OK, 201, 3000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_https_addresses_are_taken),
		cmocka_unit_test(an_address_holds_no_secret_and_no_query),
		cmocka_unit_test(a_pin_is_the_digest_of_a_key_and_nothing_else),
		cmocka_unit_test(a_field_without_an_end_is_refused),
		cmocka_unit_test(a_key_needs_its_certificate),
		WITH_ENDPOINT(a_refusal_is_a_fault_at_once),
		WITH_ENDPOINT(a_wrong_key_is_a_fault_at_once),
		WITH_ENDPOINT(a_network_that_is_away_is_a_fault_after_a_minute),
		WITH_ENDPOINT(a_poll_that_works_does_not_hide_refused_messages),
		WITH_ENDPOINT(alerts_have_room_when_notices_have_none),
		WITH_ENDPOINT(beats_that_are_lost_for_a_minute_are_a_fault),
		WITH_ENDPOINT(a_beat_refused_is_shown_and_is_no_fault),
		WITH_ENDPOINT(a_beat_does_not_end_what_a_refused_message_began),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
