/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/keyed.h"

#include <sodium.h>

void keyed_short(const uint8_t key[KEYED_SHORT_KEY], const uint8_t *message,
		 size_t len, uint8_t out[KEYED_SHORT])
{
	crypto_shorthash(out, message, len, key);
}

void keyed_digest(const uint8_t key[KEYED_KEY], const uint8_t *message,
		  size_t len, uint8_t out[KEYED_DIGEST])
{
	crypto_generichash(out, KEYED_DIGEST, message, len, key, KEYED_KEY);
}

void keyed_subkey(const uint8_t master[KEYED_KEY],
		  const char context[KEYED_CONTEXT], uint64_t n, uint8_t *out,
		  size_t len)
{
	crypto_kdf_derive_from_key(out, len, n, context, master);
}
