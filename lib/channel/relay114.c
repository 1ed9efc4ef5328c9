/* SPDX-License-Identifier: Apache-2.0 */
/* An SMS to the 114, and nothing but what is meant for it. */
#include "channel/kinds.h"

static int compose(const struct payload_facts *p, struct channel_message *out)
{
	if (!p->facts)
		return ALERTE_EINVAL;
	if (!p->alert || p->alert->exercise)
		return ALERTE_EREFUSED;
	switch (p->kind) {
	case WORDS_RELAY_FIRST:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_CLEAR:
	case WORDS_RELAY_CLOSED:
	case WORDS_RELAY_POSITION:
	case WORDS_RELAY_DURESS:
	case WORDS_RELAY_PRESS:
		return channel_compose_text(p->kind, p->facts, out);
	case WORDS_NONE:
	case WORDS_RELAY_QUESTION:
	case WORDS_RELAY_SILENT:
	case WORDS_ALERT:
	case WORDS_NEW_PRESS:
	case WORDS_BARE_OK:
	case WORDS_HOW_TO_ANSWER:
	case WORDS_ACK_THANKS:
	case WORDS_ACK_STAY:
	case WORDS_ACK_OTHERS:
	case WORDS_DECLINED:
	case WORDS_ALL_CLEAR:
	case WORDS_CLOSED:
	case WORDS_FORWARD:
	case WORDS_EXERCISE:
	case WORDS_EXERCISE_END:
	case WORDS_FAULT:
	case WORDS_FAULT_END:
	case WORDS_SELFTEST:
	case WORDS_POSITION:
	case WORDS_INVITE:
	case WORDS_INVITE_THANKS:
	case WORDS_STOP_DONE:
	case WORDS_STOP_LATER:
	case WORDS_STOP_LAST:
	case WORDS_CONTACT_ACCEPTED:
	case WORDS_CONTACT_LEAVING:
	case WORDS_CONTACT_LEFT:
	case WORDS_CONTACT_LAST:
	case WORDS_DURESS:
	case WORDS_CLOSE_CONFIRM:
	case WORDS_RELAY_NOT_SENT:
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_ROAMING:
	case WORDS_LAST:
		break;
	}
	return ALERTE_EINVAL;
}

const struct channel_kind channel_relay114 = {
	.channel = ALERTE_CHANNEL_RELAY114,
	.name = "relay114",
	.receipt_limit_ms = 40 * 1000,
	.validity_ms = CHANNEL_VALIDITY_MS,
	.compose = compose,
};
