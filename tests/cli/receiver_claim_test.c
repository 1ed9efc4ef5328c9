/* SPDX-License-Identifier: Apache-2.0 */
/* What the receiver hands from one gateway to another. */
#include "receiver_claim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NONE "{\"answers\":[]}"

static struct claims *claims;
static char body[4096];

static int setup(void **state)
{
	(void)state;
	claims = claims_new();
	return claims ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	claims_free(claims);
	return 0;
}

/* What a poll of that alert is answered. */
static const char *polled(const char *reference, const char *claim,
			  int64_t now_ms, const char *answers)
{
	size_t len = strlen(strcpy(body, answers));

	claims_take(claims, reference, claim, now_ms);
	len = claims_add(claims, reference, claim, now_ms, body, len,
			 sizeof(body));
	body[len] = '\0';
	return body;
}

static void each_gateway_gets_the_last_claim_of_the_others(void **state)
{
	(void)state;
	assert_string_equal(polled("r1", "aa.01", 1000, NONE), NONE);
	polled("r1", "aa.02", 6000, NONE);
	assert_string_equal(polled("r1", "bb.03", 8500, NONE),
			    "{\"answers\":[{\"id\":\"claim-aa\",\"kind\":"
			    "\"claim\",\"gateway\":\"aa\",\"age_s\":3,"
			    "\"claim\":\"aa.02\"}]}");
}

static void a_claim_is_of_one_alert(void **state)
{
	(void)state;
	polled("r1", "aa.01", 1000, NONE);
	assert_string_equal(polled("r2", "bb.02", 1000, NONE), NONE);
}

static void who_claims_nothing_gets_none(void **state)
{
	(void)state;
	polled("r1", "aa.01", 1000, NONE);
	assert_string_equal(polled("r1", "", 1000, NONE), NONE);
	assert_string_equal(polled("r1", "b\"b.02", 1000, NONE), NONE);
	assert_string_equal(polled("r1", "bb.\"}", 1000, NONE), NONE);
	assert_string_equal(polled("r1", "bb", 1000, NONE), NONE);
}

static void the_answers_of_people_stand_before_them(void **state)
{
	const char *all;

	(void)state;
	polled("r1", "aa.01", 1000, NONE);
	all = polled("r1", "bb.02", 1000,
		     "{\"schema\":\"alerte/1\",\"answers\":[{\"id\":\"a1\"}]}");
	assert_non_null(strstr(all, "\"id\":\"a1\""));
	assert_true(strstr(all, "\"id\":\"a1\"") < strstr(all, "claim-aa"));
}

/* What somebody wrote wrong is shown as he wrote it. */
static void a_document_that_is_none_stays_as_it_is(void **state)
{
	(void)state;
	polled("r1", "aa.01", 1000, NONE);
	assert_string_equal(polled("r1", "bb.02", 1000, "no JSON"), "no JSON");
	assert_string_equal(polled("r1", "bb.02", 1000, "{}"), "{}");
}

static void a_gateway_silent_for_ten_minutes_is_named_no_more(void **state)
{
	(void)state;
	polled("r1", "aa.01", 0, NONE);
	assert_string_equal(polled("r1", "bb.02", 600000, NONE), NONE);
}

static void the_oldest_gives_way_when_there_are_too_many(void **state)
{
	char reference[16];

	(void)state;
	polled("r1", "aa.01", 0, NONE);
	for (int i = 0; i < 64; i++) {
		snprintf(reference, sizeof(reference), "n%d", i);
		polled(reference, "aa.01", 1 + i, NONE);
	}
	assert_string_equal(polled("r1", "bb.02", 100, NONE), NONE);
	assert_non_null(strstr(polled("n63", "bb.02", 100, NONE), "claim-aa"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_gateway_gets_the_last_claim_of_the_others),
		T(a_claim_is_of_one_alert),
		T(who_claims_nothing_gets_none),
		T(the_answers_of_people_stand_before_them),
		T(a_document_that_is_none_stays_as_it_is),
		T(a_gateway_silent_for_ten_minutes_is_named_no_more),
		T(the_oldest_gives_way_when_there_are_too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
