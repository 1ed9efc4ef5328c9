/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/transition.h"

#include <stddef.h>

struct row {
	int from, event, to;
};

#define ALERT_ROW(from, event, to) \
	{ (int)ALERTE_ALERT_##from, ALERT_EVENT_##event, \
	  (int)ALERTE_ALERT_##to },
#define RELAY_ROW(from, event, to) \
	{ ALERTE_RELAY_##from, RELAY_EVENT_##event, ALERTE_RELAY_##to },

static const struct row alert_rows[] = { ALERT_TRANSITIONS(ALERT_ROW) };
static const struct row relay_rows[] = { RELAY_TRANSITIONS(RELAY_ROW) };

static const struct row *find(const struct row *row, size_t n, int from,
			      int event)
{
	for (; n; n--, row++)
		if (row->from == from && row->event == event)
			return row;
	return NULL;
}

bool transition_alert(enum alerte_alert_state *state, enum alert_event event)
{
	const struct row *row =
		find(alert_rows, sizeof(alert_rows) / sizeof(*alert_rows),
		     (int)*state, (int)event);

	if (row)
		*state = (enum alerte_alert_state)row->to;
	return row;
}

bool transition_relay(enum alerte_relay_state *state, enum relay_event event)
{
	const struct row *row =
		find(relay_rows, sizeof(relay_rows) / sizeof(*relay_rows),
		     (int)*state, (int)event);

	if (row)
		*state = (enum alerte_relay_state)row->to;
	return row;
}
