/* SPDX-License-Identifier: Apache-2.0 */
/* The words of an SMS as an e-mail; its reader answers by SMS or telephone. */
#include "channel/kinds.h"

#include <string.h>

#include "message/letter.h"

static int compose(const struct payload_facts *p, struct channel_message *out)
{
	char subject[LETTER_SUBJECT_MAX], letter[CHANNEL_TEXT_MAX];
	struct channel_message sms;
	int r;

	if (!p->facts)
		return ALERTE_EINVAL;
	r = letter_subject(p, subject);
	if (!r)
		r = channel_sms.compose(p, &sms);
	if (!r)
		r = letter_compose(p, sms.text, letter, sizeof(letter));
	if (r)
		return r;
	memcpy(out->text, letter, sizeof(letter));
	memcpy(out->subject, subject, sizeof(subject));
	out->body[0] = '\0';
	out->body_len = 0;
	out->content_type = NULL;
	out->parts = 1;
	return 0;
}

const struct channel_kind channel_email = {
	.channel = ALERTE_CHANNEL_EMAIL,
	.name = "email",
	.receipt_limit_ms = 60 * 1000,
	.validity_ms = CHANNEL_VALIDITY_MS,
	.compose = compose,
};
