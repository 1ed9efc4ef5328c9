/* SPDX-License-Identifier: Apache-2.0 */
/* A JSON body to an endpoint; lib/message/PAYLOADS.md is its manual. */
#include "channel/kinds.h"

#include <string.h>

static int compose(const struct payload_facts *p, struct channel_message *out)
{
	char body[CHANNEL_BODY_MAX];
	int len = payload_compose(p, body, sizeof(body));

	if (len < 0)
		return len;
	out->text[0] = '\0';
	out->subject[0] = '\0';
	memcpy(out->body, body, (size_t)len + 1);
	out->body_len = (size_t)len;
	out->content_type = "application/json";
	out->parts = 1;
	return 0;
}

const struct channel_kind channel_https = {
	.channel = ALERTE_CHANNEL_HTTPS,
	.name = "https",
	.receipt_limit_ms = 20 * 1000,
	.validity_ms = CHANNEL_VALIDITY_MS,
	.compose = compose,
};
