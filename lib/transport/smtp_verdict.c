/* SPDX-License-Identifier: Apache-2.0 */
/* What a try of an e-mail came to; codes are those of RFC 5321 section 4.2. */
#include "transport/smtp.h"

#define PAUSE_MS 2000
#define PAUSE_MAX_MS 16000

/* The server's last word, where it was one on this and not lost behind it. */
static enum smtp_verdict of_status(const struct smtp_outcome *o)
{
	if (o->status < 500)
		return SMTP_AGAIN;

	return o->recipient ? SMTP_UNWANTED : SMTP_REFUSED;
}

enum smtp_verdict smtp_verdict(const struct smtp_outcome *o)
{
	switch (o->code) {
	case CURLE_OK:
		return SMTP_TAKEN;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return SMTP_STRANGER;
	case CURLE_USE_SSL_FAILED:
		return o->status >= 400 && o->status < 500 ? SMTP_AGAIN :
							     SMTP_STRANGER;
	case CURLE_LOGIN_DENIED:
		return o->status >= 400 && o->status < 500 ? SMTP_AGAIN :
							     SMTP_REFUSED;
	case CURLE_OPERATION_TIMEDOUT:
		return SMTP_LOST;
	default:
		break;
	}

	return o->status >= 400 ? of_status(o) : SMTP_LOST;
}

enum alerte_receipt_kind smtp_receipt(enum smtp_verdict v,
				      const struct smtp_outcome *o)
{
	switch (v) {
	case SMTP_TAKEN:
		return ALERTE_RECEIPT_SENT;
	case SMTP_AGAIN:
	case SMTP_UNWANTED:
	case SMTP_REFUSED:
	case SMTP_STRANGER:
		return ALERTE_RECEIPT_FAILED;
	case SMTP_LOST:
		break;
	}

	return o->whole ? ALERTE_RECEIPT_UNKNOWN : ALERTE_RECEIPT_FAILED;
}

int64_t smtp_pause(unsigned int tries)
{
	int64_t pause = PAUSE_MS;

	while (tries-- > 1 && pause < PAUSE_MAX_MS)
		pause *= 2;

	return pause;
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
	case CURLE_SSL_CERTPROBLEM:
		return "own certificate or key not usable";
	case CURLE_SSL_CACERT_BADFILE:
		return "file of authorities not usable";
	case CURLE_SSL_CONNECT_ERROR:
		return "no TLS";
	case CURLE_USE_SSL_FAILED:
		return "server offers no TLS";
	case CURLE_OUT_OF_MEMORY:
		return "out of memory";
	default:
		return "connection cut";
	}
}

const char *smtp_words(enum smtp_verdict v, const struct smtp_outcome *o)
{
	switch (v) {
	case SMTP_TAKEN:
		return "";
	case SMTP_AGAIN:
		return "server says: not now";
	case SMTP_UNWANTED:
		return "server does not take this recipient";
	case SMTP_REFUSED:
		return o->code == CURLE_LOGIN_DENIED ?
			       "server refuses user or password" :
			       "server refused";
	case SMTP_STRANGER:
	case SMTP_LOST:
		break;
	}

	return of_code(o->code);
}
