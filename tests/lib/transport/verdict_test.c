/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "transport/verdict.h"

static enum verdict judge(enum request_kind kind, CURLcode code, long status)
{
	const struct outcome o = { .kind = kind, .code = code,
				   .status = status, .sent = 1 };

	return verdict_of(&o);
}

static enum alerte_receipt_kind receipt(CURLcode code, long status, long sent)
{
	const struct outcome o = { .kind = REQUEST_MESSAGE, .code = code,
				   .status = status, .sent = sent };

	return verdict_receipt(verdict_of(&o), &o);
}

static void every_2xx_takes_a_message(void **state)
{
	static const long taken[] = { 200, 201, 202, 204, 299 };

	(void)state;

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		assert_int_equal(receipt(CURLE_OK, taken[i], 1),
				 ALERTE_RECEIPT_SENT);
}

static void a_conflict_says_that_the_server_has_the_message(void **state)
{
	(void)state;
	assert_int_equal(judge(REQUEST_MESSAGE, CURLE_OK, 409), VERDICT_TAKEN);
	assert_int_equal(judge(REQUEST_POLL, CURLE_OK, 409), VERDICT_REFUSED);
}

static void a_busy_server_is_asked_again(void **state)
{
	static const long busy[] = { 408, 425, 429, 500, 502, 503, 504 };

	(void)state;

	for (size_t i = 0; i < sizeof(busy) / sizeof(busy[0]); i++)
		assert_int_equal(judge(REQUEST_MESSAGE, CURLE_OK, busy[i]),
				 VERDICT_AGAIN);
}

/* The request may be wrong; the alert is not. */
static void a_refusal_never_rejects_a_message(void **state)
{
	(void)state;

	for (long status = 300; status < 600; status++) {
		if (status != 409)
			assert_int_equal(receipt(CURLE_OK, status, 1),
					 ALERTE_RECEIPT_FAILED);
	}
}

static void a_status_counts_even_when_the_rest_is_lost(void **state)
{
	(void)state;
	assert_int_equal(receipt(CURLE_OPERATION_TIMEDOUT, 201, 1),
			 ALERTE_RECEIPT_SENT);
	assert_int_equal(receipt(CURLE_WRITE_ERROR, 200, 1),
			 ALERTE_RECEIPT_SENT);
	assert_int_equal(receipt(CURLE_RECV_ERROR, 400, 1),
			 ALERTE_RECEIPT_FAILED);
}

static void a_poll_is_worth_its_whole_body(void **state)
{
	(void)state;
	assert_int_equal(judge(REQUEST_POLL, CURLE_OK, 200), VERDICT_TAKEN);
	assert_int_equal(judge(REQUEST_POLL, CURLE_PARTIAL_FILE, 200),
			 VERDICT_LOST);
	assert_int_equal(judge(REQUEST_POLL, CURLE_WRITE_ERROR, 200),
			 VERDICT_LOST);
}

static void an_interim_answer_is_no_answer(void **state)
{
	(void)state;
	assert_int_equal(receipt(CURLE_OPERATION_TIMEDOUT, 100, 1),
			 ALERTE_RECEIPT_UNKNOWN);
}

static void only_what_never_left_has_failed(void **state)
{
	(void)state;
	assert_int_equal(receipt(CURLE_COULDNT_CONNECT, 0, 0),
			 ALERTE_RECEIPT_FAILED);
	assert_int_equal(receipt(CURLE_OPERATION_TIMEDOUT, 0, 0),
			 ALERTE_RECEIPT_FAILED);
	assert_int_equal(receipt(CURLE_SSL_PINNEDPUBKEYNOTMATCH, 0, 0),
			 ALERTE_RECEIPT_FAILED);
	assert_int_equal(receipt(CURLE_OPERATION_TIMEDOUT, 0, 1),
			 ALERTE_RECEIPT_UNKNOWN);
	assert_int_equal(receipt(CURLE_GOT_NOTHING, 0, 1),
			 ALERTE_RECEIPT_UNKNOWN);
}

/* A kept connection took the request, was closed, and the next was a thief's. */
static void a_stranger_after_a_first_writing_leaves_doubt(void **state)
{
	(void)state;
	assert_int_equal(judge(REQUEST_MESSAGE, CURLE_PEER_FAILED_VERIFICATION,
			       0), VERDICT_STRANGER);
	assert_int_equal(receipt(CURLE_PEER_FAILED_VERIFICATION, 0, 1),
			 ALERTE_RECEIPT_UNKNOWN);
}

static void any_answer_warms(void **state)
{
	(void)state;
	assert_int_equal(judge(REQUEST_WARM, CURLE_OK, 405), VERDICT_TAKEN);
	assert_int_equal(judge(REQUEST_WARM, CURLE_COULDNT_CONNECT, 0),
			 VERDICT_LOST);
}

static void a_server_cannot_ask_for_more_than_thirty_seconds(void **state)
{
	(void)state;
	assert_int_equal(verdict_pause(7, 1), 7000);
	assert_int_equal(verdict_pause(30, 1), 30000);
	assert_int_equal(verdict_pause(3600, 1), 30000);
	assert_int_equal(verdict_pause(INT64_MAX, 1), 30000);
	assert_int_equal(verdict_pause(-5, 1), 1000);
}

static void without_a_wish_the_pause_grows_and_stops_growing(void **state)
{
	(void)state;
	assert_int_equal(verdict_pause(0, 1), 1000);
	assert_int_equal(verdict_pause(0, 2), 2000);
	assert_int_equal(verdict_pause(0, 3), 4000);
	assert_int_equal(verdict_pause(0, 4), 4000);
	assert_int_equal(verdict_pause(0, 4000000000u), 4000);
}

/* A server that knows no heartbeats takes alerts all the same. */
static void whatever_it_answers_to_a_beat_it_is_there(void **state)
{
	(void)state;

	for (long status = 200; status < 600; status++)
		assert_int_equal(judge(REQUEST_BEAT, CURLE_OK, status),
				 VERDICT_TAKEN);

	assert_int_equal(judge(REQUEST_BEAT, CURLE_OPERATION_TIMEDOUT, 0),
			 VERDICT_LOST);
	assert_int_equal(judge(REQUEST_BEAT, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
			       0), VERDICT_STRANGER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_2xx_takes_a_message),
		cmocka_unit_test(
			a_conflict_says_that_the_server_has_the_message),
		cmocka_unit_test(a_busy_server_is_asked_again),
		cmocka_unit_test(a_refusal_never_rejects_a_message),
		cmocka_unit_test(a_status_counts_even_when_the_rest_is_lost),
		cmocka_unit_test(a_poll_is_worth_its_whole_body),
		cmocka_unit_test(an_interim_answer_is_no_answer),
		cmocka_unit_test(only_what_never_left_has_failed),
		cmocka_unit_test(a_stranger_after_a_first_writing_leaves_doubt),
		cmocka_unit_test(any_answer_warms),
		cmocka_unit_test(
			a_server_cannot_ask_for_more_than_thirty_seconds),
		cmocka_unit_test(
			without_a_wish_the_pause_grows_and_stops_growing),
		cmocka_unit_test(whatever_it_answers_to_a_beat_it_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
