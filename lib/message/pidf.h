/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_PIDF_H
#define MESSAGE_PIDF_H

#include "message/payload.h"

#define PIDF_TYPE "application/pidf+xml"
#define PIDF_MAX 2048

/*
 * Where she is, as a presence document (RFC 3863) with locations (RFC 4119,
 * 5139, 5491, 7459): the position when there is one, and the address.
 * Returns its length, 0 when neither is known, or ALERTE_ELIMIT.
 */
int pidf_compose(const struct words_facts *facts, const char *site, char *out,
		 size_t cap);

#endif
