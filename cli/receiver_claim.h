/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECEIVER_CLAIM_H
#define CLI_RECEIVER_CLAIM_H

#include <stddef.h>
#include <stdint.h>

/*
 * What several gateways of one place say of one alert, handed from each to the
 * others (lib/message/PAYLOADS.md, section 6).  Sealed: read by none but them.
 * In memory; a server that forgets makes them text for themselves.
 */
struct claims;

/* NULL when memory is out. */
struct claims *claims_new(void);
void claims_free(struct claims *c);

/* Keep the last one of its gateway; "" and what is no claim are passed over. */
void claims_take(struct claims *c, const char *reference, const char *claim,
		 int64_t now_ms);
/*
 * Add those of the other gateways to a document of answers.  Returns its
 * length; a document that is none, or would not fit, stays as it is.
 */
size_t claims_add(const struct claims *c, const char *reference,
		  const char *claim, int64_t now_ms, char *body, size_t len,
		  size_t cap);

#endif
