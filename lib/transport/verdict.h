/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_VERDICT_H
#define TRANSPORT_VERDICT_H

#include <curl/curl.h>
#include <stdint.h>

#include <alerte/host.h>

/* What one try of one request came to, and what that means. */

enum request_kind {
	REQUEST_MESSAGE = 1,
	REQUEST_POLL,
	REQUEST_WARM,
	REQUEST_BEAT
};

enum verdict {
	VERDICT_TAKEN = 1,	/* the server did what was asked */
	VERDICT_AGAIN,		/* not now, it says */
	VERDICT_REFUSED,	/* it says no, or points elsewhere */
	VERDICT_STRANGER,	/* not our server, or we are strangers to it */
	VERDICT_LOST		/* no answer to speak of */
};

struct outcome {
	enum request_kind kind;
	CURLcode code;
	long status;		/* of HTTP; below 200: no final answer */
	long sent;		/* bytes of request handed to the system */
};

enum verdict verdict_of(const struct outcome *o);

/*
 * The receipt of a message.  Only a request of which no byte was written has
 * certainly not arrived.
 */
enum alerte_receipt_kind verdict_receipt(enum verdict v,
					 const struct outcome *o);

/* Milliseconds to wait before try number `tries` + 1; after_s: Retry-After. */
int64_t verdict_pause(int64_t after_s, unsigned int tries);

/* English words on a failure, for a person; static. */
const char *verdict_words(enum verdict v, const struct outcome *o);

#endif
