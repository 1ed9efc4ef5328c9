/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_FRAME_KEY_H
#define CRYPTO_FRAME_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypto/ccm.h"

/* The key of a button, made once: whatever its format does with it. */
struct frame_key {
	struct ccm *ccm;
	bool full;		/* it had CCM_KEY_BYTES */
};

#define FRAME_KEY_SHORT 12	/* MiBeacon before version 4 */

/*
 * len is FRAME_KEY_SHORT or CCM_KEY_BYTES; the bytes are copied.  NULL when
 * memory ran out.
 */
struct frame_key *frame_key_new(const uint8_t *key, size_t len);
/* Wipes the key.  NULL is allowed. */
void frame_key_free(struct frame_key *key);

#endif
