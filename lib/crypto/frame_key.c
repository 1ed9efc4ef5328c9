/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/frame_key.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

/*
 * The twelve bytes of an old MiBeacon key stand around four that are the same
 * for everybody.
 */
#define MIDDLE_AT 6
static const uint8_t middle[] = { 0x8d, 0x3d, 0x3c, 0x97 };

struct frame_key *frame_key_new(const uint8_t *key, size_t len)
{
	struct frame_key *k = calloc(1, sizeof(*k));
	uint8_t whole[CCM_KEY_BYTES];

	if (!k)
		return NULL;

	k->full = len == CCM_KEY_BYTES;
	if (k->full) {
		memcpy(whole, key, CCM_KEY_BYTES);
	} else {
		memcpy(whole, key, MIDDLE_AT);
		memcpy(whole + MIDDLE_AT, middle, sizeof(middle));
		memcpy(whole + MIDDLE_AT + sizeof(middle), key + MIDDLE_AT,
		       FRAME_KEY_SHORT - MIDDLE_AT);
	}
	k->ccm = ccm_new(whole);
	OPENSSL_cleanse(whole, sizeof(whole));
	if (!k->ccm) {
		free(k);
		return NULL;
	}
	return k;
}

void frame_key_free(struct frame_key *key)
{
	if (!key)
		return;

	ccm_free(key->ccm);
	free(key);
}
