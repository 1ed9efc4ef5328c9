/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/seal.h"

#include <sodium.h>
#include <string.h>

#include <alerte/error.h>

int seal_setup(void)
{
	return sodium_init() < 0 ? ALERTE_ENOMEM : 0;
}

void seal(const uint8_t key[SEAL_KEY], const uint8_t nonce[SEAL_NONCE],
	  const void *name, size_t name_len, const uint8_t *plain, size_t len,
	  uint8_t *out)
{
	memcpy(out, nonce, SEAL_NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out + SEAL_NONCE, NULL,
						   plain, len, name, name_len,
						   NULL, nonce, key);
}

int seal_open(const uint8_t key[SEAL_KEY], const void *name, size_t name_len,
	      const uint8_t *sealed, size_t len, uint8_t *out)
{
	if (len < SEAL_EXTRA)
		return ALERTE_EFORMAT;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(
		    out, NULL, NULL, sealed + SEAL_NONCE, len - SEAL_NONCE,
		    name, name_len, sealed, key))
		return ALERTE_EKEY;
	return (int)(len - SEAL_EXTRA);
}

/* The nonce of a sealed box is the digest of both public halves. */
static void box_nonce(const uint8_t *ephemeral, const uint8_t *reader,
		      uint8_t nonce[crypto_box_NONCEBYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, crypto_box_NONCEBYTES);
	crypto_generichash_update(&state, ephemeral, 32);
	crypto_generichash_update(&state, reader, 32);
	crypto_generichash_final(&state, nonce, crypto_box_NONCEBYTES);
}

int seal_key_for(const uint8_t reader_public[32], const uint8_t seed[SEAL_SEED],
		 const uint8_t key[SEAL_KEY], uint8_t out[SEAL_BOX])
{
	uint8_t secret[32], nonce[crypto_box_NONCEBYTES];
	int r;

	crypto_box_seed_keypair(out, secret, seed);
	box_nonce(out, reader_public, nonce);
	r = crypto_box_easy(out + 32, key, SEAL_KEY, nonce, reader_public,
			    secret);
	wipe(secret, sizeof(secret));
	return r ? ALERTE_EKEY : 0;
}

int seal_key_open(const uint8_t reader_public[32],
		  const uint8_t reader_secret[32],
		  const uint8_t sealed[SEAL_BOX], uint8_t out[SEAL_KEY])
{
	if (crypto_box_seal_open(out, sealed, SEAL_BOX, reader_public,
				 reader_secret))
		return ALERTE_EKEY;
	return 0;
}

void key_derive(const uint8_t key[SEAL_KEY], const char *purpose,
		uint8_t out[SEAL_KEY])
{
	char context[crypto_kdf_CONTEXTBYTES] = { 0 };

	memcpy(context, purpose, strnlen(purpose, sizeof(context)));
	crypto_kdf_derive_from_key(out, SEAL_KEY, 1, context, key);
}

void digest(const uint8_t key[SEAL_KEY], const void *a, size_t a_len,
	    const void *b, size_t b_len, uint8_t out[DIGEST_BYTES])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, key, SEAL_KEY, DIGEST_BYTES);
	crypto_generichash_update(&state, a, a_len);
	crypto_generichash_update(&state, b, b_len);
	crypto_generichash_final(&state, out, DIGEST_BYTES);
	wipe(&state, sizeof(state));
}

bool same_bytes(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void wipe(void *bytes, size_t len)
{
	sodium_memzero(bytes, len);
}
