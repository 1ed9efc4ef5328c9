/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include "message/letter.h"
#include "message/payload.h"

/*
 * A channel composes a message and says what it needs of its path.  One file
 * a channel, one row in the table of channel.c.
 */
#define CHANNEL_TEXT_MAX 2048
#define CHANNEL_BODY_MAX 8192
#define CHANNEL_SUBJECT_MAX LETTER_SUBJECT_MAX

struct channel_message {
	char text[CHANNEL_TEXT_MAX];	/* SMS, EMAIL, or "" */
	char subject[CHANNEL_SUBJECT_MAX];	/* EMAIL, or "" */
	char body[CHANNEL_BODY_MAX];	/* HTTPS, or empty */
	size_t body_len;
	const char *content_type;	/* static, or NULL */
	int parts;
};

struct channel_kind {
	enum alerte_channel channel;
	const char *name;
	/*
	 * A message handed over and unanswered this long is UNKNOWN (S1).
	 */
	int64_t receipt_limit_ms;
	/* How long a message of this kind is worth sending. */
	int64_t validity_ms;
	/* 0, or the error of words_compose() or payload_compose(). */
	int (*compose)(const struct payload_facts *p,
		       struct channel_message *out);
};

/* The row of a channel, or NULL. */
const struct channel_kind *channel_find(enum alerte_channel channel);

/*
 * May this channel write to this address?  An SMS contact is a plain E.164
 * number, never the relay's, never a short number in any spelling (M4); the
 * relay channel writes to relay_number only, and only when armed.
 * 0, or ALERTE_EREFUSED.
 */
int channel_allows(enum alerte_channel channel, const char *address,
		   const char *relay_number, bool armed);

/*
 * An exercise names its channel by this type, which has no relay: a call that
 * would send an exercise to the 114 does not compile (M4).
 */
enum channel_exercise {
	CHANNEL_EXERCISE_SMS = 1,
	CHANNEL_EXERCISE_HTTPS,
	CHANNEL_EXERCISE_EMAIL,
	CHANNEL_EXERCISE_VOICE
};
enum alerte_channel channel_of_exercise(enum channel_exercise channel);
/* The exercise's channel for a policy's; 0 where there is none (the 114). */
enum channel_exercise channel_exercise_of(enum alerte_channel channel);

#endif
