/* SPDX-License-Identifier: Apache-2.0 */
/* Whom we speak to: pins, certificates, and the clock that judges them. */
#include "ask.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define DAY_MS (86400 * (int64_t)1000)
#define OTHER_PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

static int64_t wall_ms(void)
{
	return (int64_t)time(NULL) * 1000;
}

static void a_wrong_pin_sends_nothing(void **state)
{
	struct alerte_endpoint e = at(SERVER_GOOD, "alerts");

	(void)state;
	strcpy(e.pin[0], OTHER_PIN);
	set(&e);
	assert_int_equal(outcome("pin-1", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_served("pin-1", 0);
	assert_int_equal(s->endpoint_faults, 1);
	assert_string_equal(describe("asso").error,
			    "another public key than the pins say");
}

static void either_pin_opens(void **state)
{
	struct alerte_endpoint e = at(SERVER_GOOD, "alerts");

	(void)state;
	cert_pin("server", e.pin[0]);
	strcpy(e.pin[1], OTHER_PIN);
	set(&e);
	assert_int_equal(outcome("pin-2", SOON_MS), ALERTE_RECEIPT_SENT);
	cert_pin("server", e.pin[1]);
	strcpy(e.pin[0], OTHER_PIN);
	set(&e);
	assert_int_equal(outcome("pin-3", SOON_MS), ALERTE_RECEIPT_SENT);
	e.pin[0][0] = '\0';
	set(&e);
	assert_int_equal(outcome("pin-4", SOON_MS), ALERTE_RECEIPT_SENT);
}

/* A connection kept under another pin is not this endpoint's. */
static void a_kept_connection_does_not_go_round_a_pin(void **state)
{
	struct alerte_endpoint e = at(SERVER_GOOD, "alerts");

	(void)state;
	set(&e);
	assert_int_equal(outcome("pin-5", SOON_MS), ALERTE_RECEIPT_SENT);
	strcpy(e.pin[0], OTHER_PIN);
	set(&e);
	assert_int_equal(outcome("pin-6", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_served("pin-6", 0);
}

static void refuses_to_speak(enum server server, const char *key)
{
	set_at(server, "alerts");
	assert_int_equal(outcome(key, SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_served(key, 0);
	assert_int_equal(s->endpoint_faults, 1);
	assert_string_equal(describe("asso").error,
			    "certificate not accepted");
}

static void an_expired_certificate_is_refused(void **state)
{
	(void)state;
	refuses_to_speak(SERVER_EXPIRED, "expired-1");
}

static void an_unknown_authority_is_refused(void **state)
{
	(void)state;
	refuses_to_speak(SERVER_STRANGER, "stranger-1");
}

static void a_certificate_of_another_name_is_refused(void **state)
{
	(void)state;
	refuses_to_speak(SERVER_MISNAMED, "misnamed-1");
}

static void a_pin_does_not_replace_the_chain(void **state)
{
	struct alerte_endpoint e = at(SERVER_STRANGER, "alerts");

	(void)state;
	cert_pin("stranger", e.pin[0]);
	set(&e);
	assert_int_equal(outcome("stranger-2", SOON_MS),
			 ALERTE_RECEIPT_FAILED);
	assert_served("stranger-2", 0);
}

/* --------------------------------------------------------- the clock (S7) */

static void the_last_trusted_instant_judges_the_chain(void **state)
{
	struct alerte_endpoint e = at(SERVER_EXPIRED, "alerts");

	(void)state;
	cert_pin("expired", e.pin[0]);
	set(&e);
	alerte_https_clock(s->t, wall_ms() - 200 * DAY_MS, false);
	assert_int_equal(outcome("clock-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(s->clock_faults, 1);
	assert_int_equal(alerte_https_faults(s->t, "clock"), 1);
}

static void what_had_expired_by_then_is_refused(void **state)
{
	struct alerte_endpoint e = at(SERVER_EXPIRED, "alerts");

	(void)state;
	cert_pin("expired", e.pin[0]);
	set(&e);
	alerte_https_clock(s->t, wall_ms() - 50 * DAY_MS, false);
	assert_int_equal(outcome("clock-2", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_served("clock-2", 0);
}

/* The box slept through a renewal: its last good hour is before it. */
static void a_certificate_renewed_since_is_accepted(void **state)
{
	(void)state;
	set_at(SERVER_FUTURE, "alerts");
	assert_int_equal(outcome("clock-3", SOON_MS), ALERTE_RECEIPT_FAILED);
	alerte_https_clock(s->t, wall_ms(), false);
	assert_int_equal(outcome("clock-4", SOON_MS), ALERTE_RECEIPT_SENT);
}

static void without_any_trusted_instant_it_is_tried_all_the_same(void **state)
{
	(void)state;
	set_at(SERVER_EXPIRED, "alerts");
	alerte_https_clock(s->t, 0, false);
	assert_int_equal(outcome("clock-5", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(s->clock_faults, 1);
}

static void an_untrusted_clock_opens_no_door_to_strangers(void **state)
{
	(void)state;
	alerte_https_clock(s->t, 0, false);
	set_at(SERVER_STRANGER, "alerts");
	assert_int_equal(outcome("clock-6", SOON_MS), ALERTE_RECEIPT_FAILED);
	set_at(SERVER_MISNAMED, "alerts");
	assert_int_equal(outcome("clock-7", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_served("clock-6", 0);
	assert_served("clock-7", 0);
}

static void a_clock_that_is_set_ends_its_fault(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "alerts");
	alerte_https_clock(s->t, 0, false);
	assert_int_equal(outcome("clock-8", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(s->clock_faults, 1);
	alerte_https_clock(s->t, wall_ms(), true);
	assert_int_equal(s->clock_faults, 0);
}

int identity_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(a_wrong_pin_sends_nothing),
		T(either_pin_opens),
		T(a_kept_connection_does_not_go_round_a_pin),
		T(an_expired_certificate_is_refused),
		T(an_unknown_authority_is_refused),
		T(a_certificate_of_another_name_is_refused),
		T(a_pin_does_not_replace_the_chain),
		T(the_last_trusted_instant_judges_the_chain),
		T(what_had_expired_by_then_is_refused),
		T(a_certificate_renewed_since_is_accepted),
		T(without_any_trusted_instant_it_is_tried_all_the_same),
		T(an_untrusted_clock_opens_no_door_to_strangers),
		T(a_clock_that_is_set_ends_its_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
