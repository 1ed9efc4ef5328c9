/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sign.h"

#include <sodium.h>

void sign_public(const uint8_t seed[SIGN_SEED], uint8_t out[SIGN_PUBLIC])
{
	uint8_t secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(out, secret, seed);
	sodium_memzero(secret, sizeof(secret));
}

void sign(const uint8_t seed[SIGN_SEED], const void *message, size_t len,
	  uint8_t out[SIGN_BYTES])
{
	uint8_t public[SIGN_PUBLIC], secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(public, secret, seed);
	crypto_sign_detached(out, NULL, message, len, secret);
	sodium_memzero(secret, sizeof(secret));
}

bool sign_good(const uint8_t public[SIGN_PUBLIC], const void *message,
	       size_t len, const uint8_t signature[SIGN_BYTES])
{
	return !crypto_sign_verify_detached(signature, message, len, public);
}

void base64_encode(const uint8_t *bytes, size_t len, char *out)
{
	sodium_bin2base64(out, sodium_base64_ENCODED_LEN(
				       len, sodium_base64_VARIANT_ORIGINAL),
			  bytes, len, sodium_base64_VARIANT_ORIGINAL);
}
