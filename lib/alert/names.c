/* SPDX-License-Identifier: Apache-2.0 */
/* Stable words for the states of alerts and of conversations. */
#include <alerte/query.h>

const char *alerte_alert_state_name(enum alerte_alert_state state)
{
	switch (state) {
	case ALERTE_ALERT_PENDING:
		return "pending";
	case ALERTE_ALERT_OPEN:
		return "open";
	case ALERTE_ALERT_ACKED:
		return "acked";
	case ALERTE_ALERT_CLOSED:
		return "closed";
	case ALERTE_ALERT_CANCELLED:
		return "cancelled";
	}
	return "";
}

const char *alerte_relay_state_name(enum alerte_relay_state state)
{
	switch (state) {
	case ALERTE_RELAY_NONE:
		return "none";
	case ALERTE_RELAY_NEW:
		return "new";
	case ALERTE_RELAY_SUBMITTED:
		return "submitted";
	case ALERTE_RELAY_AUTO_ACK:
		return "auto_ack";
	case ALERTE_RELAY_HUMAN:
		return "human";
	case ALERTE_RELAY_DISPATCHED:
		return "dispatched";
	case ALERTE_RELAY_CLOSED:
		return "closed";
	case ALERTE_RELAY_DORMANT:
		return "dormant";
	}
	return "";
}
