/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body to an endpoint, in the shape it takes; lib/message/PAYLOADS.md is the
 * manual of all three.
 */
#include "channel/kinds.h"

#include <string.h>

#include "message/cap.h"
#include "message/scaip.h"

struct shape {
	const char *content_type;
	int (*compose)(const struct payload_facts *p, char *out, size_t cap);
};

static const struct shape *shape_of(enum alerte_shape shape)
{
	static const struct shape json = { "application/json",
					   payload_compose };
	static const struct shape cap = { CAP_TYPE, cap_compose };
	static const struct shape scaip = { SCAIP_TYPE, scaip_compose };

	switch (shape) {
	case ALERTE_SHAPE_JSON:
		return &json;
	case ALERTE_SHAPE_CAP:
		return &cap;
	case ALERTE_SHAPE_SCAIP:
		return &scaip;
	}
	return NULL;
}

static int compose(const struct payload_facts *p, struct channel_message *out)
{
	const struct shape *shape = shape_of(p->shape);
	char body[CHANNEL_BODY_MAX];
	int len;

	if (!shape || !p->facts || !p->key || !p->site)
		return ALERTE_EINVAL;
	len = shape->compose(p, body, sizeof(body));
	if (len < 0)
		return len;
	out->text[0] = '\0';
	out->subject[0] = '\0';
	memcpy(out->body, body, (size_t)len + 1);
	out->body_len = (size_t)len;
	out->content_type = shape->content_type;
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
