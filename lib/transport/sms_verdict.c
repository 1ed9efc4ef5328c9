/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an answer of a gateway means.
 *
 * Kannel answers 202 to whatever it takes and tells in the first character of
 * its body what that is worth: 0, handed towards a network; 3, kept until there
 * is one.  Of any other gateway a 2xx is all it says, unless the template
 * expects a word.  None of them says that anybody received anything.
 */
#include "transport/sms.h"

#include <string.h>

static enum sms_verdict of_taken(const struct sms_outcome *o)
{
	if (o->kannel)
		return !strncmp(o->answer, "0:", 2) ? SMS_TAKEN :
		       !strncmp(o->answer, "3:", 2) ? SMS_KEPT : SMS_UNCLEAR;

	if (*o->expect && !strstr(o->answer, o->expect))
		return SMS_UNCLEAR;

	return SMS_TAKEN;
}

static enum sms_verdict of_status(const struct sms_outcome *o)
{
	/* It is there; what it thinks of the question is no matter. */
	if (o->probe)
		return SMS_TAKEN;

	if (o->status < 300)
		return of_taken(o);

	if (o->status == 408 || o->status == 425 || o->status == 429 ||
	    o->status >= 500)
		return SMS_BUSY;

	if (o->status < 400 || o->status == 401 || o->status == 403 ||
	    o->status == 404)
		return SMS_REFUSED;

	return SMS_UNWANTED;
}

enum sms_verdict sms_verdict(const struct sms_outcome *o)
{
	if (o->status >= 200)
		return of_status(o);

	switch (o->code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
		return SMS_STRANGER;
	default:
		return SMS_LOST;
	}
}

enum alerte_receipt_kind sms_receipt(enum sms_verdict v,
				     const struct sms_outcome *o)
{
	switch (v) {
	case SMS_TAKEN:
		return ALERTE_RECEIPT_SENT;
	case SMS_KEPT:
		return ALERTE_RECEIPT_ACCEPTED;
	case SMS_UNCLEAR:
		return ALERTE_RECEIPT_UNKNOWN;
	case SMS_BUSY:
	case SMS_UNWANTED:
	case SMS_REFUSED:
		return ALERTE_RECEIPT_FAILED;
	case SMS_STRANGER:
	case SMS_LOST:
		break;
	}

	/* Of what no byte was written nothing has arrived. */
	return o->sent > 0 ? ALERTE_RECEIPT_UNKNOWN : ALERTE_RECEIPT_FAILED;
}

static const char *of_code(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "name not found";
	case CURLE_COULDNT_CONNECT:
		return "no connection";
	case CURLE_OPERATION_TIMEDOUT:
		return "no answer in time";
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return "another public key than the pins say";
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return "certificate not accepted";
	case CURLE_SSL_CACERT_BADFILE:
		return "file of authorities not usable";
	case CURLE_SSL_CONNECT_ERROR:
		return "no TLS";
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return "connection cut";
	case CURLE_OUT_OF_MEMORY:
		return "out of memory";
	default:
		return "request failed";
	}
}

const char *sms_words(enum sms_verdict v, const struct sms_outcome *o)
{
	switch (v) {
	case SMS_TAKEN:
		return "";
	case SMS_KEPT:
		return "the gateway has no network now";
	case SMS_UNCLEAR:
		return "not the answer that was expected";
	case SMS_BUSY:
		return "gateway busy or broken";
	case SMS_UNWANTED:
		return "gateway refused the message";
	case SMS_REFUSED:
		return o->status < 400 ? "gateway points elsewhere" :
		       o->status == 404 ? "nothing at this address" :
					  "gateway refused user or password";
	case SMS_STRANGER:
	case SMS_LOST:
		break;
	}

	return of_code(o->code);
}
