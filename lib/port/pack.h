/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PORT_PACK_H
#define PORT_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Values as bytes, for a row's body:
 *
 *   tag  length  bytes ...
 *   1    2 LE
 *
 * Integers take eight bytes.  A reader passes over tags it does not know, so
 * an older library reads what a newer one wrote.
 */
struct pack {
	uint8_t *at;
	size_t cap, len;
	bool cut;		/* something did not fit: the body is useless */
};

void pack_start(struct pack *p, uint8_t *out, size_t cap);
void pack_bytes(struct pack *p, uint8_t tag, const void *bytes, size_t len);
void pack_int(struct pack *p, uint8_t tag, int64_t value);
/* "" takes no room. */
void pack_text(struct pack *p, uint8_t tag, const char *text);

struct unpack {
	const uint8_t *at, *end;
	uint8_t tag;
	const uint8_t *bytes;
	size_t len;
};

void unpack_start(struct unpack *u, const uint8_t *bytes, size_t len);
/* Moves to the next value; false at the end or when malformed. */
bool unpack_next(struct unpack *u);
/* All was read: the body ended where a value ended. */
bool unpack_whole(const struct unpack *u);
/* The current value; 0 when it is not an integer. */
int64_t unpack_int(const struct unpack *u);
/* The current value into a string of cap bytes; cut when too long. */
void unpack_text(const struct unpack *u, char *out, size_t cap);
/* Copies exactly len bytes; false, and out untouched, for another length. */
bool unpack_bytes(const struct unpack *u, void *out, size_t len);

#endif
