/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_REQUEST_H
#define TRANSPORT_REQUEST_H

#include "transport/endpoint.h"
#include "transport/tls.h"

#define REQUEST_REFERENCE_MAX 33

/* One request, over all its tries. */
struct request {
	struct request *next;
	enum request_kind kind;
	struct endpoint *endpoint;	/* a reference of its own */
	struct tls tls;
	CURL *easy;
	struct curl_slist *headers;
	char url[ALERTE_URL_MAX + REQUEST_REFERENCE_MAX + 16];

	int64_t attempt;
	char *body;			/* a copy of its own, wiped at the end */
	size_t body_len;

	char reference[REQUEST_REFERENCE_MAX];
	char *answer;			/* of a poll, NUL ended */
	size_t answer_len;
	size_t header_len;

	int64_t until;			/* boot_ms: no try ends after this */
	int64_t retry_at;		/* waiting for another try; 0: not */
	unsigned int tries;
	bool flying;			/* handed to libcurl */
	bool keeps;			/* its connection is the one to keep */
	bool unseen;			/* leaves no sign in what is told (L8) */
};

/*
 * A request that names its endpoint and nothing else yet.  NULL when memory
 * is out.  request_free() takes every state of it, but not one that flies.
 */
struct request *request_new(enum request_kind kind, struct endpoint *e,
			    const struct clock_state *clock);
void request_free(struct request *r);
/* It is not counted, and what becomes of it is not told of its endpoint. */
void request_hide(struct request *r);

/* What is sent: 0, ALERTE_EINVAL for what cannot stand there, or ENOMEM. */
int request_set_message(struct request *r, const struct alerte_message *m);
/* claim: as alerte_https_poll_claim(), or NULL. */
int request_set_poll(struct request *r, const char *reference,
		     const char *claim);
int request_set_warm(struct request *r);
int request_set_beat(struct request *r, const void *body, size_t len,
		     const char *signature);

/* Begin or end one try; the caller hands r->easy to libcurl between. */
void request_takes_off(struct request *r, int64_t now);
void request_lands(struct request *r);

/* After a try: what came of it; *after_s is Retry-After, 0 without one. */
void request_outcome(struct request *r, CURLcode code, struct outcome *o,
		     int64_t *after_s);

#endif
