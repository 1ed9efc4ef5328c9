/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_GATEWAY_H
#define ALERTE_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/host.h>
#include <alerte/transport.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The SMS gateway part of libalerte-transport: it hands what an engine sends on
 * the channel ALERTE_CHANNEL_SMS to a server that takes texts as HTTP requests,
 * in the host's loop, as transport.h does for HTTPS; what is said there of
 * libcurl in a process is true here too.
 *
 * Such a server can only send.  The relay's channel is refused, always (M4).
 *
 *	alerte_gateway_new(&loop, &events, &config, &g);
 *	...
 *	in alerte_host.send: return alerte_gateway_send(g, message);
 *	in events.receipt:   alerte_receipt(a, attempt, 0, kind, now);
 *
 * One request and one connection a message, never tried again from here: an
 * SMS asked for twice is two.  TLS 1.2 or newer, or plain HTTP to this very
 * machine.  Redirects are not followed.
 *
 * Kinds of request
 *
 *  "kannel"  sendsms of Kannel's smsbox: POST, the text as the body, all else
 *            in headers, so that neither password nor text stands in the log
 *            of a proxy.  Its answer begins with a digit that counts.
 *
 *  a template, one of
 *            GET TARGET                 TARGET is put behind the url
 *            POST TYPE BODY             TYPE: application/json or
 *                                       application/x-www-form-urlencoded
 *            in which stand, escaped as the place asks for,
 *            %n number, "+" first    %d its digits alone    %t text
 *            %s sender    %u user    %p password    %k idempotency key
 *            %% a percent sign
 *            It has a number and the text.  In JSON they stand in strings.
 *            "expect=WORD" before TARGET or TYPE: an answer that does not
 *            hold WORD says nothing.
 *
 *            POST application/json {"to":"%n","text":"%t"}
 *            GET expect=OK ?user=%u&pass=%p&to=%d&text=%t
 *
 *  Where a template names no password, it goes in a header: with a user Basic,
 *  without one Bearer.
 *
 * libcurl copies what goes into headers and URLs, and frees it unwiped.
 *
 * One thread at a time for each object.
 */
struct alerte_gateway;

/* Strings are copied; NULL or "" for none. */
struct alerte_gateway_config {
	uint32_t size;			/* set by the caller: sizeof */
	uint32_t answer_ms;		/* 0: ALERTE_GATEWAY_ANSWER_MS */
	const char *url;		/* without query or fragment */
	const char *request;		/* kind or template; "kannel" */
	const char *user, *password;
	const char *sender;		/* what the gateway is to show as one */
	const char *pin[2];		/* "sha256//..." */
	const char *ca_file;		/* replaces the system's authorities */
	uint32_t stuck_ms;		/* 0: ALERTE_GATEWAY_STUCK_MS */
};

/*
 * Called from alerte_gateway_socket() and alerte_gateway_timeout(), never from
 * alerte_gateway_send().  They may call any function below but
 * alerte_gateway_free().  Each may be NULL.
 */
struct alerte_gateway_events {
	uint32_t size;			/* set by the caller: sizeof */
	void *context;			/* passed back as it is */
	/*
	 * What became of an attempt that was taken, once, but for the pair
	 * below:
	 *   ALERTE_RECEIPT_SENT      the gateway took it: 2xx, and what is
	 *                            asked of the answer (Kannel: 0, it has a
	 *                            network to hand it to).  Nobody has
	 *                            received anything yet
	 *   ALERTE_RECEIPT_ACCEPTED  the gateway keeps it, as it has no network
	 *                            now (Kannel: 3); UNKNOWN follows at once,
	 *                            for nothing more will be heard
	 *   ALERTE_RECEIPT_FAILED    never left, or the gateway said no
	 *   ALERTE_RECEIPT_UNKNOWN   bytes may have left and no answer came, or
	 *                            none that says anything
	 */
	void (*receipt)(void *context, int64_t attempt,
			enum alerte_receipt_kind kind);
	/*
	 * "gateway": it cannot be identified (pin, certificate), refuses us
	 * (3xx, 401, 403, 404), answers what says nothing, or has no network:
	 * at once; or it has been failing for ALERTE_GATEWAY_DEAF_MS.  What
	 * was said of a message ends with one that it takes, or when it has
	 * answered every probe well for ALERTE_GATEWAY_STUCK_MS; anything
	 * else with any answer.
	 */
	void (*fault)(void *context, const char *fault, bool present);
};

#define ALERTE_GATEWAY_ANSWER_MS 10000	/* one request, first to last byte */
#define ALERTE_GATEWAY_DEAF_MS 60000
#define ALERTE_GATEWAY_STUCK_MS (5 * 60000)
#define ALERTE_GATEWAY_TEXT_MAX 2048	/* bytes of one message's text */
#define ALERTE_GATEWAY_REQUEST_MAX 1024	/* bytes of a template */
/*
 * Requests under way.  The last 8 are kept for messages of importance
 * ALERTE_IMPORTANCE_ALERT and above (S3).
 */
#define ALERTE_GATEWAY_FLIGHT_MAX 32

/*
 * What is wrong with it, in English words for a person, static; NULL: nothing.
 * Never quotes what was given.
 */
ALERTE_API const char *
alerte_gateway_wrong(const struct alerte_gateway_config *config);

/*
 * *g is to be freed by alerte_gateway_free().  ALERTE_EINVAL, ALERTE_ENOMEM,
 * ALERTE_EREFUSED as alerte_https_new().
 */
ALERTE_API int
alerte_gateway_new(const struct alerte_transport_loop *loop,
		   const struct alerte_gateway_events *events,
		   const struct alerte_gateway_config *config,
		   struct alerte_gateway **g);
/* Messages under way get no receipt.  NULL is allowed. */
ALERTE_API void alerte_gateway_free(struct alerte_gateway *g);

/* As alerte_https_clock(). */
ALERTE_API void alerte_gateway_clock(struct alerte_gateway *g,
				     int64_t instant_ms, bool trusted);

/*
 * The contract of alerte_host.send: 0, taken; ALERTE_EREFUSED, certainly not
 * sent: another channel, a number that is not "+" and digits, a text too long,
 * expired, too many under way, no memory.
 */
ALERTE_API int alerte_gateway_send(struct alerte_gateway *g,
				   const struct alerte_message *message);
/*
 * Ask whether it is there: HEAD of the url, any answer will do.  ALERTE_OK: one
 * is under way already; ALERTE_ACCEPTED, ALERTE_ENOMEM.
 */
ALERTE_API int alerte_gateway_probe(struct alerte_gateway *g);

/* The loop found fd ready (ALERTE_TRANSPORT_READ, _WRITE or both). */
ALERTE_API void alerte_gateway_socket(struct alerte_gateway *g, int fd,
				      unsigned int events);
/* The timer ran out.  Too early or too often does no harm. */
ALERTE_API void alerte_gateway_timeout(struct alerte_gateway *g);

/* How it is doing.  Nothing personal in it. */
struct alerte_gateway_state {
	uint32_t size;			/* set by the caller: sizeof */
	uint32_t failures;		/* in a row */
	int64_t success_boot_ms;	/* of a message; -1: never */
	int64_t failure_boot_ms;	/* the last one; -1: never */
	uint32_t under_way;		/* requests */
	int status;			/* last HTTP status, 0: none */
	bool fault;			/* "gateway" is present */
	/* English words on the last failure, "" after a success. */
	char error[ALERTE_HTTPS_WORDS_MAX];
};

/* ALERTE_EINVAL. */
ALERTE_API int alerte_gateway_describe(const struct alerte_gateway *g,
				       struct alerte_gateway_state *out);

#ifdef __cplusplus
}
#endif

#endif
