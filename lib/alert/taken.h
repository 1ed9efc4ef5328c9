/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_TAKEN_H
#define ALERT_TAKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What was taken of the answers of one endpoint.  Its document holds them all
 * at every poll, in the order given (L4), and grows for as long as the alert
 * lasts.  So what people did is known by id, as far back as a document is
 * read, and some more, should a server change the order.  Positions, which a
 * telephone sends each minute, are known by the last one taken.
 */
#define TAKEN_READ 48		/* of what people did; and of positions */
#define TAKEN_IDS 64
/* As many as the contacts of a wearer; those beyond share the last. */
#define TAKEN_ENDPOINTS 8

_Static_assert(TAKEN_IDS > TAKEN_READ, "what is read is remembered");

struct taken {
	uint64_t endpoint;	/* 0: of none yet */
	uint64_t position;	/* 0: none */
	uint32_t n;		/* ids there ever were, a ring */
	uint64_t id[TAKEN_IDS];
};

/* The one of this endpoint, which is not 0, made if there is room. */
struct taken *taken_of(struct taken all[TAKEN_ENDPOINTS], uint64_t endpoint);
/* True when this id was not taken yet; it is now. */
bool taken_new(struct taken *t, uint64_t id);
/* The same of any ring; n counts what it ever held. */
bool ring_new(uint64_t *ring, size_t size, uint32_t *n, uint64_t id);

#endif
