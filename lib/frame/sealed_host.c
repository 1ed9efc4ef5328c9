/* SPDX-License-Identifier: Apache-2.0 */
#include <alerte/sealed.h>

#include "crypto/keyed.h"

static const char context[KEYED_CONTEXT] = { 'a', 'l', 'e', 'r',
					     't', 'e', 'L', '1' };

static int siphash(void *unused, const uint8_t key[16], const uint8_t *message,
		   size_t len, uint8_t out[8])
{
	(void)unused;
	keyed_short(key, message, len, out);
	return 0;
}

static int blake2b(void *unused, const uint8_t key[32], const uint8_t *message,
		   size_t len, uint8_t out[16])
{
	(void)unused;
	keyed_digest(key, message, len, out);
	return 0;
}

const struct alerte_sealed_hash *alerte_sealed_host_hash(void)
{
	static const struct alerte_sealed_hash hash = {
		.size = sizeof(hash), .siphash = siphash, .blake2b = blake2b,
	};

	return &hash;
}

int alerte_sealed_derive(const uint8_t master[ALERTE_SEALED_MASTER_BYTES],
			 struct alerte_sealed_keys *keys)
{
	if (keys->size < sizeof(*keys))
		return ALERTE_EINVAL;

	keyed_subkey(master, context, 1, keys->id, sizeof(keys->id));
	keyed_subkey(master, context, 2, keys->seal, sizeof(keys->seal));
	return 0;
}
