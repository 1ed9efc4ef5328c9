/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/frame/sealed_button.h"

#include <stdlib.h>

void sealed_button_keys(uint32_t n, struct alerte_sealed_keys *keys)
{
	uint8_t master[ALERTE_SEALED_MASTER_BYTES];

	for (int i = 0; i < 32; i++)
		master[i] = (uint8_t)(i < 4 ? (uint32_t)i ^ n >> 8 * i : (uint32_t)i);
	*keys = (struct alerte_sealed_keys){ .size = sizeof(*keys) };
	if (alerte_sealed_derive(master, keys))
		abort();
}

void sealed_button_make(uint32_t n, struct alerte_sealed_frame frame,
			uint8_t payload[ALERTE_SEALED_BYTES])
{
	struct alerte_sealed_keys keys;

	frame.size = sizeof(frame);
	sealed_button_keys(n, &keys);
	if (alerte_sealed_make(alerte_sealed_host_hash(), &keys, &frame,
			       payload))
		abort();
}
