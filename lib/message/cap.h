/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_CAP_H
#define MESSAGE_CAP_H

#include "message/payload.h"

#define CAP_TYPE "application/cap+xml"

/*
 * A message as a CAP 1.2 alert, with the PIDF-LO document of pidf.h inside;
 * PAYLOADS.md says what becomes what.  Returns its length, ALERTE_ELIMIT, or
 * ALERTE_EINVAL.
 */
int cap_compose(const struct payload_facts *p, char *out, size_t cap);

#endif
