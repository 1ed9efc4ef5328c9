/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PORT_BYTES_H
#define PORT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*@
  predicate readable{L}(uint8_t *at, uint8_t *end) =
    \base_addr(at) == \base_addr(end) && 0 <= end - at <= PTRDIFF_MAX &&
    \valid_read(at + (0 .. end - at - 1));
 */

/* Integers as they stand on the wire. */
/*@
  requires \valid_read(p + (0 .. 1));
  assigns \nothing;
 */
static inline uint16_t le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | (uint32_t)p[1] << 8);
}

/*@
  requires \valid_read(p + (0 .. 3));
  assigns \nothing;
 */
static inline uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/*@
  requires \valid_read(p + (0 .. 7));
  assigns \nothing;
 */
static inline uint64_t le64(const uint8_t *p)
{
	return le32(p) | (uint64_t)le32(p + 4) << 32;
}

/*@
  requires \valid(p + (0 .. 3));
  assigns p[0 .. 3];
 */
static inline void put_le32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

/*@
  requires \valid(p + (0 .. 7));
  assigns p[0 .. 7];
 */
static inline void put_le64(uint8_t *p, uint64_t v)
{
	put_le32(p, (uint32_t)v);
	put_le32(p + 4, (uint32_t)(v >> 32));
}

/*
 * Lower-case hex of len bytes, NUL ended; out holds 2 * len + 1.
 */
void hex_encode(const uint8_t *bytes, size_t len, char *out);

/*
 * Read hex digits in pairs until NUL; `skip` (may be NULL) lists characters
 * passed over between pairs, as ":" or " ".  Returns the number of bytes, or
 * ALERTE_EFORMAT, or ALERTE_ELIMIT when out (cap bytes) is too small.
 */
int hex_decode(const char *text, const char *skip, uint8_t *out, size_t cap);

#endif
