/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECEIVER_BEAT_H
#define CLI_RECEIVER_BEAT_H

#include "receiver.h"
#include "receiver_deadman.h"

/* Heartbeats: who signed them, what they say, and the rule on both. */
struct beats;

/* NULL: no memory.  Alarms and their ends go to standard output. */
struct beats *beats_new(void);
void beats_free(struct beats *b);
/* base64 of a public key, as `alerte status` shows it; false: it is none. */
bool beats_key(struct beats *b, const char *base64);
/* Alarm after that many seconds, whatever the gateways say. */
void beats_after(struct beats *b, long seconds);
/* Take up what DIR/gateways says was heard before; false: told why. */
bool beats_start(struct beats *b, const char *dir);

/* The status to answer, and a sentence. */
int beats_take(struct beats *b, const struct receiver_request *r,
	       const char *body, const char **why);
void beats_look(struct beats *b);
void beats_counts(const struct beats *b, long *taken, long *refused);

#endif
