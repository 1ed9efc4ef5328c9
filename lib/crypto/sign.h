/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SIGN_H
#define CRYPTO_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Ed25519 (RFC 8032 section 5.1), over libsodium: for what others must be able
 * to verify.  The pair follows from a seed, which is the secret.
 */
#define SIGN_SEED 32
#define SIGN_PUBLIC 32
#define SIGN_BYTES 64

void sign_public(const uint8_t seed[SIGN_SEED], uint8_t out[SIGN_PUBLIC]);
void sign(const uint8_t seed[SIGN_SEED], const void *message, size_t len,
	  uint8_t out[SIGN_BYTES]);
bool sign_good(const uint8_t public[SIGN_PUBLIC], const void *message,
	       size_t len, const uint8_t signature[SIGN_BYTES]);

/* With padding (RFC 4648 section 4); out holds 4 * ((len + 2) / 3) + 1. */
void base64_encode(const uint8_t *bytes, size_t len, char *out);

#endif
