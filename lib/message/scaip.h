/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_SCAIP_H
#define MESSAGE_SCAIP_H

#include "message/payload.h"

#define SCAIP_TYPE "application/scaip+xml"

/*
 * A social alarm's request (<mrq>), of the elements seen in use; PAYLOADS.md
 * says what of it is not known.  Returns its length, ALERTE_ELIMIT, or
 * ALERTE_EINVAL.
 */
int scaip_compose(const struct payload_facts *p, char *out, size_t cap);

#endif
