/* SPDX-License-Identifier: Apache-2.0 */
/* An SMS to a contact.  What is written to the 114 never goes this way. */
#include "channel/kinds.h"

static bool is_for_relay(enum words kind)
{
	switch (kind) {
	case WORDS_RELAY_FIRST:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_CLEAR:
	case WORDS_RELAY_CLOSED:
	case WORDS_RELAY_POSITION:
	case WORDS_RELAY_DURESS:
	case WORDS_RELAY_PRESS:
		return true;
	case WORDS_NONE:
	case WORDS_RELAY_QUESTION:
	case WORDS_RELAY_SILENT:
	case WORDS_RELAY_NOT_SENT:
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_ROAMING:
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
	case WORDS_LAST:
		break;
	}
	return false;
}

static int compose(const struct payload_facts *p, struct channel_message *out)
{
	struct words_facts facts;
	enum words kind = p->kind;

	if (!p->facts || is_for_relay(kind))
		return ALERTE_EINVAL;
	facts = *p->facts;
	if (p->alert && kind == WORDS_ALERT && !facts.gesture)
		facts.gesture = p->alert->gesture;
	/* Nobody must be frightened by an exercise, whoever planned it. */
	if (p->alert && p->alert->exercise &&
	    (kind == WORDS_ALERT || kind == WORDS_NEW_PRESS))
		kind = WORDS_EXERCISE;
	return channel_compose_text(kind, &facts, out);
}

const struct channel_kind channel_sms = {
	.channel = ALERTE_CHANNEL_SMS,
	.name = "sms",
	/* A modem may try its network for half a minute before it says no. */
	.receipt_limit_ms = 40 * 1000,
	.validity_ms = CHANNEL_VALIDITY_MS,
	.compose = compose,
};
