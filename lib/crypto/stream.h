/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_STREAM_H
#define CRYPTO_STREAM_H

#include "crypto/seal.h"

/*
 * Bytes of any length, sealed in chunks:
 *
 *   nonce  ciphertext         tag  |  nonce ...
 *   24     0 to STREAM_CHUNK  16
 *
 * A nonce is 16 random bytes of the stream and the number of the chunk (8 LE).
 * To each chunk are bound its number, whether it is the last one, and the name
 * of the stream: what was changed, cut, put in another order or together from
 * two streams does not open.  Every chunk but the last is full.
 */
#define STREAM_CHUNK 4096
#define STREAM_SEALED (STREAM_CHUNK + SEAL_EXTRA)
#define STREAM_RANDOM 16
#define STREAM_NAME 8

struct stream {
	uint8_t key[SEAL_KEY];
	uint8_t random[STREAM_RANDOM];
	uint8_t name[STREAM_NAME];
	uint64_t n;			/* chunks so far */
};

/* All is copied.  To be wiped when the last chunk is sealed. */
void stream_start(struct stream *s, const uint8_t key[SEAL_KEY],
		  const uint8_t random[STREAM_RANDOM],
		  const uint8_t name[STREAM_NAME]);
/* out holds len + SEAL_EXTRA; len is STREAM_CHUNK unless this is the last. */
void stream_seal(struct stream *s, bool last, const uint8_t *plain, size_t len,
		 uint8_t *out);

/*
 * A whole stream: *out_len bytes into out, which holds len.  0, or ALERTE_EKEY
 * when any of it does not open; of out nothing is to be used then.
 */
int stream_open(const uint8_t key[SEAL_KEY], const uint8_t name[STREAM_NAME],
		const uint8_t *sealed, size_t len, uint8_t *out,
		size_t *out_len);

#endif
