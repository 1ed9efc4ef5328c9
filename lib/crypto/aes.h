/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_AES_H
#define CRYPTO_AES_H

#include <stdint.h>

/*
 * One block of AES-128 (FIPS 197) under a key that serves only once.  Nothing
 * is authenticated: of use only to undo what a vendor hid.
 */
#define AES_BYTES 16

/* in and out hold AES_BYTES, key too.  0, or ALERTE_ENOMEM. */
int aes_decrypt(const uint8_t *key, const uint8_t *in, uint8_t *out);

#endif
