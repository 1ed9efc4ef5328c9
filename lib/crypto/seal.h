/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Sealing of what rests on disk, over libsodium.  Randomness is an argument
 * (A5): the caller draws it from its host.
 */
#define SEAL_KEY 32
#define SEAL_NONCE 24
#define SEAL_TAG 16
#define SEAL_EXTRA (SEAL_NONCE + SEAL_TAG)
#define SEAL_SEED 32
#define DIGEST_BYTES 16

/* Once a process; 0, or ALERTE_ENOMEM.  Calling it again is harmless. */
int seal_setup(void);

/*
 * XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha).  out holds len + SEAL_EXTRA:
 * nonce, ciphertext, tag.  `name` is bound to the bytes: what was sealed for
 * one row does not open as another.
 */
void seal(const uint8_t key[SEAL_KEY], const uint8_t nonce[SEAL_NONCE],
	  const void *name, size_t name_len, const uint8_t *plain, size_t len,
	  uint8_t *out);
/*
 * out holds len - SEAL_EXTRA.  Returns the number of bytes, ALERTE_EFORMAT
 * when too short, ALERTE_EKEY when it does not open.
 */
int seal_open(const uint8_t key[SEAL_KEY], const void *name, size_t name_len,
	      const uint8_t *sealed, size_t len, uint8_t *out);

/*
 * A 32-byte key for whoever holds the private half: X25519 and
 * XSalsa20-Poly1305 in the shape of libsodium's sealed boxes, the ephemeral
 * pair made from `seed`.
 */
#define SEAL_BOX (32 + SEAL_KEY + SEAL_TAG)
int seal_key_for(const uint8_t reader_public[32], const uint8_t seed[SEAL_SEED],
		 const uint8_t key[SEAL_KEY], uint8_t out[SEAL_BOX]);
int seal_key_open(const uint8_t reader_public[32],
		  const uint8_t reader_secret[32],
		  const uint8_t sealed[SEAL_BOX], uint8_t out[SEAL_KEY]);

/* A key for one purpose out of another; `purpose` is at most 8 characters. */
void key_derive(const uint8_t key[SEAL_KEY], const char *purpose,
		uint8_t out[SEAL_KEY]);

/* Keyed BLAKE2b (RFC 7693) of two pieces, 16 bytes. */
void digest(const uint8_t key[SEAL_KEY], const void *a, size_t a_len,
	    const void *b, size_t b_len, uint8_t out[DIGEST_BYTES]);

/* Constant time. */
bool same_bytes(const void *a, const void *b, size_t len);
void wipe(void *bytes, size_t len);

#endif
