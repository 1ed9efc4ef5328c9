/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_TRANSITION_H
#define ALERT_TRANSITION_H

#include <stdbool.h>

#include <alerte/query.h>

#include "alert/transitions.h"

#define ALERT_EVENT(name) ALERT_EVENT_##name,
#define RELAY_EVENT(name) RELAY_EVENT_##name,
enum alert_event { ALERT_EVENTS(ALERT_EVENT) };
enum relay_event { RELAY_EVENTS(RELAY_EVENT) };
#undef ALERT_EVENT
#undef RELAY_EVENT

/* An alert that nothing opened yet. */
#define ALERTE_ALERT_NONE ((enum alerte_alert_state)0)

/*
 * Take an event: *state is what the table says.  False when it has no row for
 * it; *state is as it was.
 */
bool transition_alert(enum alerte_alert_state *state, enum alert_event event);
bool transition_relay(enum alerte_relay_state *state, enum relay_event event);

#endif
