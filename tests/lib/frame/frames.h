/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_LIB_FRAME_FRAMES_H
#define TESTS_LIB_FRAME_FRAMES_H

#include <alerte/frame.h>

/*
 * The key and address of the example on https://bthome.io/encryption.
 */
#define FRAMES_KEY "231d39c1d7cc1ab1aee224cd096db932"
#define FRAMES_ADDRESS "5448e68f80a5"

/*
 * Decode a payload written in hex, from memory that ends where it ends.  key
 * and address may be NULL.  *f is emptied first.
 */
int frame_of(const char *hex, const char *address, const char *key,
	     struct alerte_frame *f);

/* "1:press 3:triple", or "" of none. */
const char *presses_of(const struct alerte_frame *f);

/*
 * Formats without a key: what each payload says.  A list ends with adv NULL.
 */
struct frames_vector {
	const char *adv, *presses;
	int battery;		/* -1 not told */
	int64_t packet;		/* -1 none */
};

/* Every vector says what it must, in format, believed by nobody. */
void frames_check(const char *format, const struct frames_vector *vectors);

/*
 * Every vector cut at every length, with the length byte as it was and made
 * to agree, raises nothing that the whole did not raise; with a key, it is
 * refused.
 */
void frames_check_cut(const struct frames_vector *vectors);

#endif
