/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alert/alert.h"
#include "channel/code.h"

static void a_code_has_three_letters_nobody_confuses(void **state)
{
	char code[ALERTE_SHORT_CODE_MAX];

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		uint8_t reference[DIGEST_BYTES] = { (uint8_t)i,
						    (uint8_t)(i >> 8) };

		alert_code(reference, i % 7, code);
		assert_int_equal(strlen(code), CODE_LENGTH);
		assert_int_equal(strspn(code, CODE_ALPHABET), CODE_LENGTH);
		assert_null(strpbrk(code, "0O1IL"));
	}
}

/* S5: gateways of one site agree on it. */
static void one_reference_has_one_code(void **state)
{
	const uint8_t reference[DIGEST_BYTES] = { 1, 2, 3, 4 };
	char a[ALERTE_SHORT_CODE_MAX], b[ALERTE_SHORT_CODE_MAX];

	(void)state;
	alert_code(reference, 0, a);
	alert_code(reference, 0, b);
	assert_string_equal(a, b);
	alert_code(reference, 1, b);
	assert_string_not_equal(a, b);
}

static void a_claim_is_taken_once(void **state)
{
	struct alert a = { 0 };

	(void)state;
	assert_true(alert_claim_new(&a, 7));
	assert_false(alert_claim_new(&a, 7));
	for (uint64_t i = 100; i < 100 + ALERT_CLAIMS_MAX; i++)
		assert_true(alert_claim_new(&a, i));
	assert_false(alert_claim_new(&a, 100 + ALERT_CLAIMS_MAX - 1));
}

static void a_target_stands_once_among_those_reached(void **state)
{
	struct alerte_target paul = { "paul", ALERTE_CHANNEL_SMS };
	struct alert a = { 0 };

	(void)state;
	assert_ptr_equal(alert_reach_for(&a, &paul), alert_reach_for(&a, &paul));
	assert_int_equal(a.nreach, 1);
	paul.channel = ALERTE_CHANNEL_HTTPS;
	assert_null(alert_reach_find(&a, &paul));
}

/* L1 */
static void an_open_alert_always_has_a_deadline(void **state)
{
	struct alert a = { .state = ALERTE_ALERT_OPEN, .due = 1000 };

	(void)state;
	assert_int_equal(alert_due(&a), 1000);
	a.state = ALERTE_ALERT_CLOSED;
	assert_int_equal(alert_due(&a), ALERTE_NEVER);
}

static void every_deliberate_gesture_also_alerts(void **state)
{
	(void)state;
	for (int g = ALERTE_GESTURE_NONE; g <= ALERTE_GESTURE_UNKNOWN; g++)
		if (gesture_is_panic((enum alerte_gesture)g))
			assert_true(gesture_alerts((enum alerte_gesture)g));
	assert_true(gesture_is_panic(ALERTE_GESTURE_UNKNOWN));
	assert_false(gesture_is_panic(ALERTE_GESTURE_FALL));
	assert_false(gesture_alerts(ALERTE_GESTURE_CANCEL));
	assert_false(gesture_alerts(ALERTE_GESTURE_TEST));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_code_has_three_letters_nobody_confuses),
		cmocka_unit_test(one_reference_has_one_code),
		cmocka_unit_test(a_claim_is_taken_once),
		cmocka_unit_test(a_target_stands_once_among_those_reached),
		cmocka_unit_test(an_open_alert_always_has_a_deadline),
		cmocka_unit_test(every_deliberate_gesture_also_alerts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
