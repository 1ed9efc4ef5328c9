/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read before each file that is proved: what Frama-C 25 does not know of C11,
 * and functions over void pointers as the bytes they are given here.
 */
#include "crypto/seal.h"

/* How a struct is aligned does not matter to a proof. */
#define _Alignas(bytes)
#define __builtin_prefetch(at) ((void)(at))

/*@
  requires \valid_read(a + (0 .. len - 1));
  requires \valid_read(b + (0 .. len - 1));
  assigns \nothing;
 */
bool prove_same_bytes(const uint8_t *a, const uint8_t *b, size_t len);
#define same_bytes prove_same_bytes

/*@
  requires \valid(bytes + (0 .. len - 1));
  assigns bytes[0 .. len - 1];
 */
void prove_wipe(uint8_t *bytes, size_t len);
#define wipe prove_wipe
