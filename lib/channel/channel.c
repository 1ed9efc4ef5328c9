/* SPDX-License-Identifier: Apache-2.0 */
#include "channel/channel.h"

#include <string.h>

#include <alerte/settings.h>

#include "channel/kinds.h"
#include "channel/reply.h"
#include "message/email.h"
#include "message/gsm.h"
#include "message/number.h"

static const struct channel_kind *const kinds[] = {
	&channel_sms,
	&channel_https,
	&channel_relay114,
	&channel_email,
	&channel_voice,
};

const struct channel_kind *channel_find(enum alerte_channel channel)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i]->channel == channel)
			return kinds[i];
	return NULL;
}

const char *alerte_channel_name(enum alerte_channel channel)
{
	const struct channel_kind *kind = channel_find(channel);

	return kind ? kind->name : "";
}

int channel_compose_text(enum words kind, const struct words_facts *facts,
			 struct channel_message *out)
{
	char text[CHANNEL_TEXT_MAX];
	int r = words_compose(kind, facts, text, sizeof(text));

	if (r < 0)
		return r;
	memcpy(out->text, text, strlen(text) + 1);
	out->subject[0] = '\0';
	out->body[0] = '\0';
	out->body_len = 0;
	out->content_type = NULL;
	out->parts = gsm_parts(text);
	return 0;
}

static bool is_id(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return len && !s[len] && len < ALERTE_ID_MAX;
}

int channel_allows(enum alerte_channel channel, const char *address,
		   const char *relay_number, bool armed)
{
	bool allowed = false;

	if (!address)
		return ALERTE_EREFUSED;
	switch (channel) {
	case ALERTE_CHANNEL_SMS:
	case ALERTE_CHANNEL_VOICE:
		allowed = number_is_plain(address) &&
			  (!relay_number ||
			   !number_same(address, relay_number));
		break;
	case ALERTE_CHANNEL_HTTPS:
		allowed = is_id(address);
		break;
	case ALERTE_CHANNEL_EMAIL:
		allowed = email_is_plain(address);
		break;
	case ALERTE_CHANNEL_RELAY114:
		allowed = armed && relay_number && *relay_number &&
			  !strcmp(address, relay_number);
		break;
	}
	return allowed ? 0 : ALERTE_EREFUSED;
}

enum alerte_channel channel_of_exercise(enum channel_exercise channel)
{
	switch (channel) {
	case CHANNEL_EXERCISE_SMS:
		return ALERTE_CHANNEL_SMS;
	case CHANNEL_EXERCISE_HTTPS:
		return ALERTE_CHANNEL_HTTPS;
	case CHANNEL_EXERCISE_EMAIL:
		return ALERTE_CHANNEL_EMAIL;
	case CHANNEL_EXERCISE_VOICE:
		return ALERTE_CHANNEL_VOICE;
	}
	return (enum alerte_channel)0;
}

enum channel_exercise channel_exercise_of(enum alerte_channel channel)
{
	switch (channel) {
	case ALERTE_CHANNEL_SMS:
		return CHANNEL_EXERCISE_SMS;
	case ALERTE_CHANNEL_HTTPS:
		return CHANNEL_EXERCISE_HTTPS;
	case ALERTE_CHANNEL_EMAIL:
		return CHANNEL_EXERCISE_EMAIL;
	case ALERTE_CHANNEL_VOICE:
		return CHANNEL_EXERCISE_VOICE;
	case ALERTE_CHANNEL_RELAY114:
		break;
	}
	return (enum channel_exercise)0;
}
