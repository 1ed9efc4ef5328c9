/* SPDX-License-Identifier: Apache-2.0 */
/* What is to leave no sign leaves none in what is told of its endpoint (L8). */
#include <string.h>

#include "ask.h"

static void assert_same(const struct alerte_https_state *a)
{
	struct alerte_https_state b = describe(a->id);

	assert_memory_equal(a, &b, sizeof(b));
}

static void an_unseen_message_arrives_and_is_told_nowhere(void **state)
{
	struct alerte_https_state before;
	struct alerte_message m = message("unseen-1");

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	before = describe("asso");
	m.unseen = true;
	assert_int_equal(alerte_https_send(s->t, &m), 0);
	assert_same(&before);
	assert_int_equal(loop_receipt(m.attempt, SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(kept("alerts", "unseen-1"), 1);
	assert_same(&before);
}

static void an_unseen_message_that_is_refused_is_no_fault(void **state)
{
	struct alerte_https_state before;
	struct alerte_message m = message("unseen-2");

	(void)state;
	set_at(SERVER_GOOD, "refused");
	before = describe("asso");
	m.unseen = true;
	assert_int_equal(alerte_https_send(s->t, &m), 0);
	assert_int_equal(loop_receipt(m.attempt, SOON_MS),
			 ALERTE_RECEIPT_FAILED);
	assert_int_equal(s->endpoint_faults, 0);
	assert_same(&before);
}

static bool polled_again(void)
{
	return alerte_https_poll_unseen(s->t, "asso", "0a", NULL) ==
	       ALERTE_ACCEPTED;
}

static void an_unseen_poll_is_told_nowhere(void **state)
{
	struct alerte_https_state before;

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	before = describe("asso");
	assert_int_equal(alerte_https_poll_unseen(s->t, "asso", "0a", NULL),
			 ALERTE_ACCEPTED);
	assert_same(&before);
	assert_int_equal(alerte_https_poll_unseen(s->t, "asso", "0a", NULL),
			 ALERTE_OK);
	assert_true(loop_until(polled_again, SOON_MS));
	assert_same(&before);
	assert_int_equal(alerte_https_poll_unseen(s->t, "asso", NULL, NULL),
			 ALERTE_EINVAL);
}

int unseen_tests(void)
{
	const struct CMUnitTest tests[] = {
		T(an_unseen_message_arrives_and_is_told_nowhere),
		T(an_unseen_message_that_is_refused_is_no_fault),
		T(an_unseen_poll_is_told_nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
