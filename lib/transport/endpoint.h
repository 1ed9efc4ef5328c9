/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_ENDPOINT_H
#define TRANSPORT_ENDPOINT_H

#include <alerte/transport.h>

#include "transport/verdict.h"

/*
 * One endpoint: its settings, and how it has been doing.  Held by the list of
 * the object while it is set, and by each request until that ends.
 */
struct endpoint {
	struct endpoint *next;
	struct alerte_endpoint set;
	unsigned int refs;
	bool listed;
	unsigned int unseen;		/* of those under way */
	unsigned int under_way;
	bool kept;		/* a request holds the connection to keep */
	int64_t pause_until;	/* polls wait (Retry-After) */
	struct alerte_https_state state;
	int64_t failing_since;	/* boot_ms, while state.failures > 0 */
	unsigned int refused;	/* bits: kinds of request last refused */
	bool clock;		/* reached without a trusted clock */
};

/* From a caller that may be older than the newest field; or ALERTE_EINVAL. */
int endpoint_widen(const struct alerte_endpoint *set,
		   struct alerte_endpoint *out);
/* 0, or ALERTE_EINVAL by the rules of alerte_https_endpoint_set(). */
int endpoint_check(const struct alerte_endpoint *set);
/* Same settings, string by string. */
bool endpoint_same(const struct alerte_endpoint *a,
		   const struct alerte_endpoint *b);
/* With one reference, or NULL. */
struct endpoint *endpoint_new(const struct alerte_endpoint *set);
void endpoint_drop(struct endpoint *e);

/* Room for one more request of this kind and importance. */
bool endpoint_room(const struct endpoint *e, enum alerte_importance importance);

/*
 * Write down what a request came to.  Returns whether the "endpoint" fault
 * is present after it.
 */
bool endpoint_note(struct endpoint *e, enum verdict v,
		   const struct outcome *o, int64_t now);

#endif
