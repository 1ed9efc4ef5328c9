/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands between the engine and its tables in the player that `check-model`
 * builds (ld --wrap): each row is told when it is taken for the first time, in
 * the words the models use.
 */
#include <stdio.h>

#include "alert/transition.h"

bool __real_transition_alert(enum alerte_alert_state *state,
			     enum alert_event event);
bool __real_transition_relay(enum alerte_relay_state *state,
			     enum relay_event event);
bool __wrap_transition_alert(enum alerte_alert_state *state,
			     enum alert_event event);
bool __wrap_transition_relay(enum alerte_relay_state *state,
			     enum relay_event event);

#define TELL(machine, state, n, from, event, to) \
	if (before == (state) && took == (n)) { \
		static bool told; \
		if (!told) \
			puts("transition " machine " " #from " " #event \
			     " " #to); \
		told = true; \
	}
#define TELL_ALERT(from, event, to) \
	TELL("alert", ALERTE_ALERT_##from, ALERT_EVENT_##event, from, event, to)
#define TELL_RELAY(from, event, to) \
	TELL("relay", ALERTE_RELAY_##from, RELAY_EVENT_##event, from, event, to)

bool __wrap_transition_alert(enum alerte_alert_state *state,
			     enum alert_event took)
{
	enum alerte_alert_state before = *state;

	if (!__real_transition_alert(state, took))
		return false;
	ALERT_TRANSITIONS(TELL_ALERT)
	return true;
}

bool __wrap_transition_relay(enum alerte_relay_state *state,
			     enum relay_event took)
{
	enum alerte_relay_state before = *state;

	if (!__real_transition_relay(state, took))
		return false;
	RELAY_TRANSITIONS(TELL_RELAY)
	return true;
}
