/* SPDX-License-Identifier: Apache-2.0 */
/* A telephone that rings, so that its owner looks at the SMS that came. */
#include "channel/kinds.h"

static int compose(const struct payload_facts *p, struct channel_message *out)
{
	if (!p->facts ||
	    (p->kind != WORDS_ALERT && p->kind != WORDS_DURESS &&
	     p->kind != WORDS_EXERCISE))
		return ALERTE_EINVAL;
	out->text[0] = '\0';
	out->subject[0] = '\0';
	out->body[0] = '\0';
	out->body_len = 0;
	out->content_type = NULL;
	out->parts = 1;
	return 0;
}

const struct channel_kind channel_voice = {
	.channel = ALERTE_CHANNEL_VOICE,
	.name = "voice",
	/* Twice within three minutes. */
	.receipt_limit_ms = 4 * 60 * 1000,
	.validity_ms = 10 * 60 * 1000,
	.compose = compose,
};
