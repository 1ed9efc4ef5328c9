/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/verdict.h"

#include <alerte/transport.h>

/* RFC 9110 section 15; 425 is RFC 8470, 429 is RFC 6585. */
static enum verdict of_status(enum request_kind kind, long status)
{
	if (kind == REQUEST_WARM || (status >= 200 && status < 300))
		return VERDICT_TAKEN;

	/* It is there; whether it listens to beats is no fault of the path. */
	if (kind == REQUEST_BEAT)
		return VERDICT_TAKEN;

	/* The server holds a message of this key already. */
	if (kind == REQUEST_MESSAGE && status == 409)
		return VERDICT_TAKEN;

	/* It knows nothing of this alert: nobody has answered yet. */
	if (kind == REQUEST_POLL && status == 404)
		return VERDICT_TAKEN;

	if (status == 408 || status == 425 || status == 429 || status >= 500)
		return VERDICT_AGAIN;

	return VERDICT_REFUSED;
}

enum verdict verdict_of(const struct outcome *o)
{
	if (o->status >= 200) {
		/* A poll is worth its body; a message its status line. */
		if (o->kind == REQUEST_POLL && o->status < 300 &&
		    o->code != CURLE_OK)
			return VERDICT_LOST;

		return of_status(o->kind, o->status);
	}

	switch (o->code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return VERDICT_STRANGER;
	default:
		return VERDICT_LOST;
	}
}

enum alerte_receipt_kind verdict_receipt(enum verdict v,
					 const struct outcome *o)
{
	switch (v) {
	case VERDICT_TAKEN:
		return ALERTE_RECEIPT_SENT;
	case VERDICT_AGAIN:
	case VERDICT_REFUSED:
		return ALERTE_RECEIPT_FAILED;
	case VERDICT_STRANGER:
	case VERDICT_LOST:
		break;
	}

	/* A kept connection may have swallowed a first copy. */
	return o->sent > 0 ? ALERTE_RECEIPT_UNKNOWN : ALERTE_RECEIPT_FAILED;
}

int64_t verdict_pause(int64_t after_s, unsigned int tries)
{
	if (after_s >= ALERTE_HTTPS_RETRY_AFTER_MAX_MS / 1000)
		return ALERTE_HTTPS_RETRY_AFTER_MAX_MS;

	if (after_s > 0)
		return after_s * 1000;

	return 1000 << (tries > 3 ? 2 : tries > 0 ? tries - 1 : 0);
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
	case CURLE_WRITE_ERROR:
	case CURLE_FILESIZE_EXCEEDED:
		return "answer too long";
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

const char *verdict_words(enum verdict v, const struct outcome *o)
{
	switch (v) {
	case VERDICT_TAKEN:
		return "";
	case VERDICT_AGAIN:
		return "server busy or broken";
	case VERDICT_REFUSED:
		return o->status < 400 ? "server points elsewhere" :
					 "server refused";
	case VERDICT_STRANGER:
	case VERDICT_LOST:
		break;
	}

	return of_code(o->code);
}
