/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "alert/transition.h"

#define ALERT_STATES (ALERTE_ALERT_CANCELLED + 1)
#define RELAY_STATES (ALERTE_RELAY_DORMANT + 1)
#define ONE(name) +1
#define NALERT (0 ALERT_EVENTS(ONE))
#define NRELAY (0 RELAY_EVENTS(ONE))

#define ALERT_PAIR(from, event, to) \
	alerts[ALERTE_ALERT_##from][ALERT_EVENT_##event]++;
#define RELAY_PAIR(from, event, to) \
	relays[ALERTE_RELAY_##from][RELAY_EVENT_##event]++;

static void no_state_and_event_have_two_rows(void **state)
{
	int alerts[ALERT_STATES][NALERT] = { 0 };
	int relays[RELAY_STATES][NRELAY] = { 0 };

	(void)state;
	ALERT_TRANSITIONS(ALERT_PAIR)
	RELAY_TRANSITIONS(RELAY_PAIR)
	for (int s = 0; s < ALERT_STATES; s++)
		for (int n = 0; n < NALERT; n++)
			assert_in_range(alerts[s][n], 0, 1);
	for (int s = 0; s < RELAY_STATES; s++)
		for (int n = 0; n < NRELAY; n++)
			assert_in_range(relays[s][n], 0, 1);
}

static void an_ended_alert_takes_nothing(void **state)
{
	(void)state;
	for (int s = ALERTE_ALERT_CLOSED; s < (int)ALERT_STATES; s++)
		for (int n = 0; n < NALERT; n++) {
			enum alerte_alert_state at = (enum alerte_alert_state)s;

			assert_false(transition_alert(&at,
						      (enum alert_event)n));
			assert_int_equal(at, s);
		}
}

/* L2 L5 */
static void an_acknowledgement_is_taken_back_by_a_press(void **state)
{
	enum alerte_alert_state at = ALERTE_ALERT_OPEN;

	(void)state;
	assert_true(transition_alert(&at, ALERT_EVENT_ACK));
	assert_int_equal(at, ALERTE_ALERT_ACKED);
	assert_true(transition_alert(&at, ALERT_EVENT_PRESS));
	assert_int_equal(at, ALERTE_ALERT_OPEN);
}

/* M1: what is written cannot say that help is on its way, or that it is over. */
static void only_an_operator_dispatches_and_closes(void **state)
{
	(void)state;
	for (int s = 0; s < (int)RELAY_STATES; s++)
		for (int n = 0; n < NRELAY; n++) {
			enum alerte_relay_state at = (enum alerte_relay_state)s;

			if (!transition_relay(&at, (enum relay_event)n) ||
			    (int)at == s)
				continue;
			if (at == ALERTE_RELAY_DISPATCHED)
				assert_int_equal(n, RELAY_EVENT_DISPATCH);
			if (at == ALERTE_RELAY_CLOSED)
				assert_int_equal(n, RELAY_EVENT_CLOSE);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_state_and_event_have_two_rows),
		cmocka_unit_test(an_ended_alert_takes_nothing),
		cmocka_unit_test(an_acknowledgement_is_taken_back_by_a_press),
		cmocka_unit_test(only_an_operator_dispatches_and_closes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
