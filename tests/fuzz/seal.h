/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_SEAL_H
#define TESTS_FUZZ_SEAL_H

#include "frame/format.h"

/*
 * The other end of the formats that encrypt: what a button would have sent
 * that holds this key, so that a tag does not keep a target's bytes from the
 * reader behind it.
 */
#define SEAL_BODY_MAX 252	/* behind type and identifier */

struct sealing {
	const uint8_t *address;		/* display order */
	const struct frame_key *key;
	uint32_t counter;
	uint16_t id;			/* may be changed */
	uint8_t body[SEAL_BODY_MAX];
	size_t len;
	bool covered;			/* by a tag, from covered_at on */
	size_t covered_at;
};

/*
 * body is a plain frame of that format; false when it cannot be sealed, and
 * nothing was changed.
 */
bool seal_body(const char *format, struct sealing *s);

#endif
