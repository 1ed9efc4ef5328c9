/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_KEYS_H
#define DAEMON_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "complaint.h"
#include "conf.h"

/* The two keys of K1.  keys_wipe() when the engine has copied them. */
struct keys {
	uint8_t run[ALERTE_KEY_BYTES];
	uint8_t reading_public[ALERTE_KEY_BYTES];
	uint8_t reading_secret[ALERTE_KEY_BYTES];
	bool has_secret;		/* false: the engine runs locked */
};

/*
 * Each key is named in the configuration.  A name with a slash is a file that
 * only its owner may read.  Another is looked for in credentials (may be NULL),
 * then in state.  32 raw bytes, or 64 hex digits.  True when the run key and
 * the public half are there; else c says what to do, and *out is wiped.
 */
bool keys_read(const struct conf *conf, const char *credentials,
	       const char *state, struct complaints *c, struct keys *out);

/* The run key, or both halves of the reading key, are nowhere to be found. */
bool keys_missing(const struct conf *conf, const char *credentials,
		  const char *state);
/*
 * Make the keys that are missing, mode 0600, in state.  Refused, with a
 * complaint, when a store exists: it was sealed with others.
 */
bool keys_create(const struct conf *conf, const char *state,
		 const char *store, struct complaints *c);

/*
 * The text of a secret found as keys are, its line end cut off; malloc'd, to
 * be wiped, or NULL.
 */
char *secret_read(const char *name, const char *credentials,
		  const char *state, struct complaints *c);

void keys_wipe(struct keys *keys);

#endif
