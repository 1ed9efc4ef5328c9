/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_KINDS_H
#define CHANNEL_KINDS_H

#include "channel/channel.h"

/* One row a channel, each in the file of its name. */
extern const struct channel_kind channel_sms;
extern const struct channel_kind channel_https;
extern const struct channel_kind channel_relay114;
extern const struct channel_kind channel_email;
extern const struct channel_kind channel_voice;

/* The message of a channel that carries words. */
int channel_compose_text(enum words kind, const struct words_facts *facts,
			 struct channel_message *out);

/* An alert, and what speaks of it, is worth an hour (sms.md section 5). */
#define CHANNEL_VALIDITY_MS (60 * 60 * 1000)

#endif
