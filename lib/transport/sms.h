/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_SMS_H
#define TRANSPORT_SMS_H

#include <curl/curl.h>

#include <alerte/gateway.h>

#include "transport/form.h"
#include "transport/tls.h"

/* Longer answers are cut short: nothing in them is needed. */
#define SMS_ANSWER_MAX 4096
#define SMS_URL_MAX (ALERTE_URL_MAX + 3 * ALERTE_GATEWAY_TEXT_MAX + \
		     ALERTE_GATEWAY_REQUEST_MAX)
#define SMS_BODY_MAX SMS_URL_MAX

/* A gateway's settings, as they are used. */
struct sms_gateway {
	char url[ALERTE_URL_MAX];
	char user[128], password[256], sender[64];
	char pin[2][ALERTE_PIN_MAX];
	char ca_file[ALERTE_PATH_MAX];
	bool kannel;
	struct form template;	/* of any other */
	uint32_t answer_ms;
};

/* One request. */
struct sms {
	struct sms *next;
	bool probe;
	bool unseen;		/* alerte_message.unseen */
	int64_t attempt;
	CURL *easy;
	struct curl_slist *headers;
	struct tls tls;
	char url[SMS_URL_MAX];
	char body[SMS_BODY_MAX];
	char answer[SMS_ANSWER_MAX + 1];	/* NUL ended */
	size_t answer_len;
};

/* What one request came to, and what that means. */
struct sms_outcome {
	bool probe, kannel;
	CURLcode code;
	long status;		/* below 200: no final answer */
	long sent;		/* bytes of request handed to the system */
	const char *answer, *expect;
};

enum sms_verdict {
	SMS_TAKEN = 1,		/* the gateway took it */
	SMS_KEPT,		/* it has it, and no network for it */
	SMS_UNCLEAR,		/* it answered, and that says nothing */
	SMS_BUSY,		/* not now, it says */
	SMS_UNWANTED,		/* it says no to this message */
	SMS_REFUSED,		/* it says no to us, or points elsewhere */
	SMS_STRANGER,		/* not our gateway */
	SMS_LOST		/* no answer to speak of */
};

/* NULL, or what is wrong with it: English words, static. */
const char *sms_gateway_read(const struct alerte_gateway_config *config,
			     struct sms_gateway *out);

/* message: NULL for a probe.  NULL when memory is out or it does not fit. */
struct sms *sms_new(const struct sms_gateway *gateway,
		    const struct clock_state *clock,
		    const struct alerte_message *message);
void sms_free(struct sms *s);
/* After it ended; answer and expect are borrowed from s and gateway. */
void sms_outcome(const struct sms *s, const struct sms_gateway *gateway,
		 CURLcode code, struct sms_outcome *o);

enum sms_verdict sms_verdict(const struct sms_outcome *o);
enum alerte_receipt_kind sms_receipt(enum sms_verdict v,
				     const struct sms_outcome *o);
/* English words on a failure, for a person; static. */
const char *sms_words(enum sms_verdict v, const struct sms_outcome *o);

#endif
