/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_KEYED_H
#define CRYPTO_KEYED_H

#include <stddef.h>
#include <stdint.h>

/*
 * Keyed hashes of short messages, over libsodium: for frames, where each call
 * has to be as cheap as it can be.
 */
#define KEYED_SHORT_KEY 16
#define KEYED_SHORT 8
#define KEYED_KEY 32
#define KEYED_DIGEST 16
#define KEYED_CONTEXT 8

/* SipHash-2-4, 64 bits. */
/*@
  requires \valid_read(key + (0 .. KEYED_SHORT_KEY - 1));
  requires \valid_read(message + (0 .. len - 1));
  requires \valid(out + (0 .. KEYED_SHORT - 1));
  assigns out[0 .. KEYED_SHORT - 1];
 */
void keyed_short(const uint8_t key[KEYED_SHORT_KEY], const uint8_t *message,
		 size_t len, uint8_t out[KEYED_SHORT]);

/* BLAKE2b with a digest length of 16. */
/*@
  requires \valid_read(key + (0 .. KEYED_KEY - 1));
  requires \valid_read(message + (0 .. len - 1));
  requires \valid(out + (0 .. KEYED_DIGEST - 1));
  assigns out[0 .. KEYED_DIGEST - 1];
 */
void keyed_digest(const uint8_t key[KEYED_KEY], const uint8_t *message,
		  size_t len, uint8_t out[KEYED_DIGEST]);

/* Subkey number n of a master key: 16 to 64 bytes. */
void keyed_subkey(const uint8_t master[KEYED_KEY],
		  const char context[KEYED_CONTEXT], uint64_t n, uint8_t *out,
		  size_t len);

#endif
