/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECEIVER_SHAPE_H
#define CLI_RECEIVER_SHAPE_H

#include "receiver.h"

/*
 * The shape of a message by its media type: "json", "cap", "scaip", or "" for
 * any other.  what: "alert" or "Update" or "ME 0010", what the body says it
 * is, of letters, digits, _ and - only; "" when it does not say.
 */
#define RECEIVER_WHAT_MAX 48
const char *receiver_shape(const struct receiver_request *r, const char *body,
			   char what[RECEIVER_WHAT_MAX]);

/*
 * What a centre of social alarms answers: <mrs>, status 0, of the same ref.
 * False, and out is "", when the request has no ref that could be one.
 */
bool receiver_mrs(const char *body, size_t len, char *out, size_t cap);

#endif
