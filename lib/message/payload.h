/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_PAYLOAD_H
#define MESSAGE_PAYLOAD_H

#include <stdint.h>

#include "message/words.h"
#include "port/text.h"

/*
 * The JSON bodies sent to an endpoint; PAYLOADS.md beside this file is their
 * manual.  Written by hand: the library parses no JSON.
 */
struct payload_facts {
	enum words kind;	/* which message: gives the body its "type" */
	const struct words_facts *facts;
	const struct alerte_alert *alert;	/* NULL for a fault */
	const char *site;	/* opaque reference of the gateway, hex */
	const char *gateway;	/* which one of that site, hex, or NULL */
	const char *key;	/* idempotency key of this attempt */
	uint32_t sequence;	/* grows with each message of one alert */
	enum alerte_shape shape;	/* of the endpoint it goes to */
	const char *endpoint;	/* its id, or NULL */
	const char *station;	/* SCAIP: of that endpoint, or NULL */
	/*
	 * The message that told this endpoint of the alert first, which may be
	 * this one: its key, or NULL, and when it was made.
	 */
	const char *first_key;
	struct alerte_time first_at;
};

/*
 * Returns the length of the body, or ALERTE_ELIMIT, or ALERTE_EINVAL.
 * Strings are escaped as RFC 8259 section 7 asks.
 */
int payload_compose(const struct payload_facts *p, char *out, size_t cap);

/* "alert", "cancel": the "type" of every shape; NULL when it has none. */
const char *payload_type(enum words kind);
/* False: do not compare its hours with yours. */
bool payload_clock_trusted(const struct words_facts *facts);
/* Degrees with seven decimals. */
void payload_degrees(struct text *t, int32_t e7);
/* "gnss", "wifi", "cell"; "" when not known. */
const char *payload_method(enum alerte_position_method method);

/* A heartbeat (V1): nothing personal, nothing of an alert. */
struct payload_beat {
	const char *site;	/* opaque references, hex */
	const char *gateway;
	const char *place;	/* what faults call it, or "" */
	uint64_t sequence;
	struct alerte_time now;
	uint32_t every_s;
	bool degraded, armed;
	const char *const *faults;
	size_t nfaults;
};

/* Returns the length of the body, or ALERTE_ELIMIT. */
int payload_beat(const struct payload_beat *b, char *out, size_t cap);

#endif
