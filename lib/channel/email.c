/* SPDX-License-Identifier: Apache-2.0 */
/* The words of an SMS as an e-mail; who reads it answers by SMS or telephone. */
#include "channel/kinds.h"

static int compose(const struct payload_facts *p, struct channel_message *out)
{
	return channel_sms.compose(p, out);
}

const struct channel_kind channel_email = {
	.channel = ALERTE_CHANNEL_EMAIL,
	.name = "email",
	.receipt_limit_ms = 60 * 1000,
	.validity_ms = CHANNEL_VALIDITY_MS,
	.compose = compose,
};
