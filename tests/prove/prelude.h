/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read before each file that is proved: what Frama-C 25 does not know of C11.
 * How a struct is aligned does not matter to a proof.
 */
#define _Alignas(bytes)
