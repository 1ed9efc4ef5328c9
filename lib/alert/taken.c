/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/taken.h"

struct taken *taken_of(struct taken all[TAKEN_ENDPOINTS], uint64_t endpoint)
{
	struct taken *t = all;

	while (t < all + TAKEN_ENDPOINTS - 1 && t->endpoint &&
	       t->endpoint != endpoint)
		t++;
	if (!t->endpoint)
		t->endpoint = endpoint;
	return t;
}

bool ring_new(uint64_t *ring, size_t size, uint32_t *n, uint64_t id)
{
	for (size_t i = 0; i < size && i < *n; i++)
		if (ring[i] == id)
			return false;
	ring[(*n)++ % size] = id;
	return true;
}

bool taken_new(struct taken *t, uint64_t id)
{
	return ring_new(t->id, TAKEN_IDS, &t->n, id);
}
