/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/stream.h"

#include <string.h>

#include <alerte/error.h>

#include "port/bytes.h"

/* What is bound to a chunk: name, number, last. */
#define BOUND (STREAM_NAME + 8 + 1)

static void bind(const struct stream *s, bool last, uint8_t out[BOUND])
{
	memcpy(out, s->name, STREAM_NAME);
	put_le64(out + STREAM_NAME, s->n);
	out[STREAM_NAME + 8] = last;
}

static void nonce_of(const struct stream *s, uint8_t out[SEAL_NONCE])
{
	memcpy(out, s->random, STREAM_RANDOM);
	put_le64(out + STREAM_RANDOM, s->n);
}

void stream_start(struct stream *s, const uint8_t key[SEAL_KEY],
		  const uint8_t random[STREAM_RANDOM],
		  const uint8_t name[STREAM_NAME])
{
	memcpy(s->key, key, sizeof(s->key));
	memcpy(s->random, random, sizeof(s->random));
	memcpy(s->name, name, sizeof(s->name));
	s->n = 0;
}

void stream_seal(struct stream *s, bool last, const uint8_t *plain, size_t len,
		 uint8_t *out)
{
	uint8_t nonce[SEAL_NONCE], bound[BOUND];

	nonce_of(s, nonce);
	bind(s, last, bound);
	seal(s->key, nonce, bound, sizeof(bound), plain, len, out);
	s->n++;
}

/* A chunk of another stream, or of another place in this one, has its nonce. */
static int open_chunk(struct stream *s, bool last, const uint8_t *sealed,
		      size_t len, uint8_t *out)
{
	uint8_t nonce[SEAL_NONCE], bound[BOUND];

	if (len < SEAL_EXTRA)
		return ALERTE_EKEY;
	nonce_of(s, nonce);
	if (memcmp(nonce, sealed, sizeof(nonce)))
		return ALERTE_EKEY;
	bind(s, last, bound);
	s->n++;
	return seal_open(s->key, bound, sizeof(bound), sealed, len, out);
}

int stream_open(const uint8_t key[SEAL_KEY], const uint8_t name[STREAM_NAME],
		const uint8_t *sealed, size_t len, uint8_t *out,
		size_t *out_len)
{
	struct stream s;
	size_t done = 0;
	int n = 0;

	if (len < SEAL_EXTRA)
		return ALERTE_EKEY;
	stream_start(&s, key, sealed, name);
	do {
		bool last = len <= STREAM_SEALED;
		size_t chunk = last ? len : STREAM_SEALED;

		n = open_chunk(&s, last, sealed, chunk, out + done);
		if (n < 0)
			break;
		done += (size_t)n;
		sealed += chunk;
		len -= chunk;
	} while (len);
	wipe(&s, sizeof(s));
	if (n < 0)
		return n;
	*out_len = done;
	return 0;
}
