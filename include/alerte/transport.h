/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_TRANSPORT_H
#define ALERTE_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/host.h>
#include <alerte/settings.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * libalerte-transport: HTTPS for a host that has no HTTPS of its own.  It
 * carries what an engine hands to alerte_host.send on the channel
 * ALERTE_CHANNEL_HTTPS, and fetches answers (L4).  libalerte itself never
 * needs it.
 *
 * It runs inside the host's own loop and never waits: sockets to watch and
 * one timer go out through struct alerte_transport_loop; readiness comes back
 * through alerte_https_socket() and alerte_https_timeout().
 *
 *	alerte_https_new(&loop, &events, &t);
 *	alerte_https_clock(t, wall_ms, trusted);
 *	alerte_https_endpoint_set(t, &endpoint);
 *	...
 *	in alerte_host.send: return alerte_https_send(t, message);
 *	in events.receipt:   alerte_receipt(a, attempt, 0, kind, now);
 *
 * What libcurl does to a process
 *
 *  - alerte_https_new() calls curl_global_init(), alerte_https_free()
 *    curl_global_cleanup().  They are counted, so other users of libcurl are
 *    not disturbed; but a process that runs threads should call
 *    curl_global_init() itself before it starts them.
 *  - Names are resolved by getaddrinfo() on a short-lived thread for each
 *    connection.  A resolver that hangs is left behind, never waited for: the
 *    thread ends by itself and may outlive alerte_https_free() by some
 *    seconds.
 *  - libcurl is told to use no signal (CURLOPT_NOSIGNAL) and leaves the
 *    disposition of SIGPIPE alone.  A host sets it to SIG_IGN.
 *  - Proxies named in the environment, .netrc and cookies are ignored.
 *  - The files of an endpoint are read anew for each connection, on the
 *    caller's thread: a renewed certificate needs no restart.
 *
 * One thread at a time for each object.  Times it needs (limits, expiry) it
 * reads from CLOCK_BOOTTIME, the clock of struct alerte_time.boot_ms.
 */
struct alerte_https;

/* ------------------------------------------------------------- loop */

#define ALERTE_TRANSPORT_READ 1u
#define ALERTE_TRANSPORT_WRITE 2u

/*
 * What the transport asks of the host's loop.  Both are called from inside
 * any function below that takes the object, alerte_https_free() included;
 * they must not call back into the object.
 */
struct alerte_transport_loop {
	uint32_t size;			/* set by the caller: sizeof */
	void *context;			/* passed back as it is */
	/*
	 * Required.  Watch fd, level-triggered, for ALERTE_TRANSPORT_READ,
	 * _WRITE or both, in place of what was asked for this fd before;
	 * events 0: forget it, now, as it is about to be closed.
	 */
	void (*watch)(void *context, int fd, unsigned int events);
	/*
	 * Required.  Call alerte_https_timeout() once, in timeout_ms
	 * milliseconds or later (0: as soon as the loop turns), in place of
	 * what was asked before; -1: not at all.
	 */
	void (*timer)(void *context, int64_t timeout_ms);
};

/*
 * What the transport tells its host.  Called from alerte_https_socket() and
 * alerte_https_timeout() (fault also from alerte_https_clock() and
 * alerte_https_endpoint_remove()), never from alerte_https_send() or
 * alerte_https_poll().  They may call any function below but
 * alerte_https_free().  Each may be NULL.
 */
struct alerte_https_events {
	uint32_t size;			/* set by the caller: sizeof */
	void *context;			/* passed back as it is */
	/*
	 * What became of an attempt: once for each message that was taken,
	 * within ALERTE_HTTPS_LIMIT_MS.
	 *   ALERTE_RECEIPT_SENT     the server answered 2xx, or 409: it
	 *                           already holds a message of this key.
	 *                           Never an acknowledgement, whatever the
	 *                           answer says
	 *   ALERTE_RECEIPT_FAILED   never left (no name, no connection, TLS
	 *                           refused, wrong pin), or the server
	 *                           answered that it did not take it.  A 4xx
	 *                           too: the request may be wrong, the alert
	 *                           is not, so it is never REJECTED
	 *   ALERTE_RECEIPT_UNKNOWN  bytes may have left and no answer came
	 */
	void (*receipt)(void *context, int64_t attempt,
			enum alerte_receipt_kind kind);
	/*
	 * The body of a 200 to a poll, as it came, at most
	 * ALERTE_HTTPS_ANSWER_MAX bytes and not checked: for alerte_answer().
	 * Everything is borrowed until the call returns; the body is wiped
	 * then.  A poll that brings nothing calls nothing.
	 */
	void (*answers)(void *context, const char *endpoint,
			const char *reference, const char *body, size_t len);
	/*
	 * A fault of an endpoint begins or ends.  fault is a word of
	 * alerte_fault():
	 *   "endpoint"  it cannot be identified or refuses us (wrong pin,
	 *               certificate, 3xx, 4xx: at once), or has been failing
	 *               for ALERTE_HTTPS_DEAF_MS; ends with the first success
	 *   "clock"     a request went out while the wall clock was not
	 *               trusted (S7); ends when it is
	 * Several endpoints can have one fault: alerte_https_faults() counts.
	 */
	void (*fault)(void *context, const char *endpoint, const char *fault,
		      bool present);
};

/* ----------------------------------------------------------- limits */

#define ALERTE_HTTPS_CONNECT_MS 4000	/* name, TCP and TLS together */
#define ALERTE_HTTPS_REQUEST_MS 10000	/* one request, first to last byte */
/* All tries of one message: the receipt limit of the channel. */
#define ALERTE_HTTPS_LIMIT_MS 20000
#define ALERTE_HTTPS_RETRY_AFTER_MAX_MS 30000
#define ALERTE_HTTPS_DEAF_MS 60000
#define ALERTE_HTTPS_ANSWER_MAX 65536	/* bytes of one response body */
#define ALERTE_HTTPS_BODY_MAX 65536	/* bytes of one request body */
#define ALERTE_HTTPS_ENDPOINTS_MAX 64
/*
 * Requests under way to one endpoint.  The last 8 are kept for messages of
 * importance ALERTE_IMPORTANCE_ALERT and above (S3).
 */
#define ALERTE_HTTPS_FLIGHT_MAX 32

/* ------------------------------------------------------------- life */

/*
 * *t is to be freed by alerte_https_free().  Both structs are copied; their
 * contexts must outlive the object.  ALERTE_EINVAL, ALERTE_ENOMEM, or
 * ALERTE_EREFUSED: this libcurl does not use OpenSSL, without which an
 * untrusted clock (S7) would be a closed door.
 */
ALERTE_API int alerte_https_new(const struct alerte_transport_loop *loop,
				const struct alerte_https_events *events,
				struct alerte_https **t);
/*
 * Close every connection, wipe every body, free.  Messages under way get no
 * receipt: the engine's own limit makes them UNKNOWN.  NULL is allowed.
 */
ALERTE_API void alerte_https_free(struct alerte_https *t);

/* -------------------------------------------------------- endpoints */

/*
 * Add an endpoint, or replace the one of this id.  Requests under way end
 * with the settings they began with.  ALERTE_EINVAL: the id, a url that is
 * not https://host..., or holds a user, a query or a fragment; a pin that is
 * not "sha256//" and the base64 of 32 bytes; a key without a certificate.
 * The files are not looked at before they are used.  ALERTE_ELIMIT,
 * ALERTE_ENOMEM.
 *
 * TLS 1.2 or newer.  A pin must match besides the chain and the name; with
 * both pins set, either.  ca_file replaces the system's authorities.
 */
ALERTE_API int
alerte_https_endpoint_set(struct alerte_https *t,
			  const struct alerte_endpoint *endpoint);
/*
 * Forget an endpoint.  Its faults end.  Messages under way still get their
 * receipts; the connection kept to it may stay open until the next request.
 * ALERTE_ENOTFOUND.
 */
ALERTE_API int alerte_https_endpoint_remove(struct alerte_https *t,
					    const char *id);

/*
 * How far the wall clock can be believed (S7); to be called whenever that
 * changes, and from time to time while it is trusted.  Until the first call
 * the system's clock is trusted.
 *
 * trusted   certificates are judged by the system's clock; wall_ms is
 *           remembered as the last trusted instant
 * otherwise wall_ms is the newest instant at which it was trusted, in this
 *           boot or an earlier one, or 0.  The later of it and what is
 *           remembered is the instant at which certificates are judged: one
 *           expired then is refused, one not yet valid then is accepted, as
 *           it may be a renewed one.  Without any such instant dates are not
 *           judged.  Pins, chain and name decide as ever.
 */
ALERTE_API void alerte_https_clock(struct alerte_https *t, int64_t wall_ms,
				   bool trusted);

/* --------------------------------------------------------- requests */

/*
 * POST message->body to the endpoint message->address, with the header
 * Idempotency-Key: message->key.  The contract of alerte_host.send: 0, taken,
 * events.receipt will tell; ALERTE_EREFUSED, certainly not sent: another
 * channel, an unknown endpoint, already expired, too many under way, a field
 * that cannot stand in a header, a body too long, no memory.
 *
 * 408, 425, 429 and 5xx are tried again with the same key after Retry-After
 * (1, 2, 4 s without one) as long as that ends within
 * ALERTE_HTTPS_LIMIT_MS and before the message expires; else FAILED at once.
 * Redirects are never followed.
 *
 * A kept connection that turns out to be closed is replaced by libcurl, and
 * the request written once more, with the same key.
 */
ALERTE_API int alerte_https_send(struct alerte_https *t,
				 const struct alerte_message *message);

/*
 * GET <url>/<reference>/answers (L4).  reference: 1 to 32 characters of
 * A-Z a-z 0-9 - _.  ALERTE_ACCEPTED: under way.  ALERTE_OK: not now, because
 * a poll of this reference still is, or because the server asked for a pause
 * (Retry-After, at most ALERTE_HTTPS_RETRY_AFTER_MAX_MS; it holds back polls,
 * never messages).  ALERTE_EINVAL, ALERTE_ENOTFOUND, ALERTE_ELIMIT,
 * ALERTE_ENOMEM.
 */
ALERTE_API int alerte_https_poll(struct alerte_https *t, const char *endpoint,
				 const char *reference);
/*
 * The same with what alerte_claim() made, for the other gateways of the place
 * (peer.h): a header of the request, "Alerte-Claim".
 */
ALERTE_API int alerte_https_poll_claim(struct alerte_https *t,
				       const char *endpoint,
				       const char *reference,
				       const char *claim);

/*
 * The same for an alert whose alerte_poll says `unseen`: nothing of it shows in
 * alerte_https_describe() or in a fault, as nothing does of an unseen message.
 * claim: as above, or NULL.
 */
ALERTE_API int alerte_https_poll_unseen(struct alerte_https *t,
					const char *endpoint,
					const char *reference,
					const char *claim);

/*
 * Open or renew the one connection kept to an endpoint, by HEAD <url>: any
 * answer will do.  For a host that wants the next alert to find it warm; once
 * a minute is enough.  Results as alerte_https_poll().
 */
ALERTE_API int alerte_https_warm(struct alerte_https *t, const char *endpoint);

/*
 * POST <url>/heartbeat: body and signature of an alerte_heartbeat (V1).  Never
 * tried again, and never kept waiting for: the next one tells more.  Whatever
 * the server answers shows that it is there; alerte_https_describe() says what
 * it answered.  ALERTE_OK: the one before is still under way.  Other results as
 * alerte_https_poll().
 */
ALERTE_API int alerte_https_beat(struct alerte_https *t, const char *endpoint,
				 const void *body, size_t len,
				 const char *signature);

/* ------------------------------------------------------------- loop */

/* The loop found fd ready (ALERTE_TRANSPORT_READ, _WRITE or both). */
ALERTE_API void alerte_https_socket(struct alerte_https *t, int fd,
				    unsigned int events);
/* The timer ran out.  Too early or too often does no harm. */
ALERTE_API void alerte_https_timeout(struct alerte_https *t);

/* ------------------------------------------------------------ state */

#define ALERTE_HTTPS_WORDS_MAX 64

/* How an endpoint is doing.  Nothing personal in it. */
struct alerte_https_state {
	uint32_t size;			/* set by the caller: sizeof */
	char id[ALERTE_ID_MAX];
	int64_t success_boot_ms;	/* the last one; -1: never */
	int64_t failure_boot_ms;	/* the last one; -1: never */
	uint32_t failures;		/* in a row */
	uint32_t under_way;		/* requests */
	int status;			/* last HTTP status, 0: none */
	int64_t beat_boot_ms;		/* last heartbeat taken; -1: never */
	int beat_status;		/* of the last heartbeat, 0: none */
	bool fault;			/* "endpoint" is present */
	/* English words on the last failure, "" after a success. */
	char error[ALERTE_HTTPS_WORDS_MAX];
};

/* ALERTE_ENOTFOUND, ALERTE_EINVAL. */
ALERTE_API int alerte_https_describe(const struct alerte_https *t,
				     const char *endpoint,
				     struct alerte_https_state *out);
/* How many endpoints have this fault: "endpoint" or "clock". */
ALERTE_API int alerte_https_faults(const struct alerte_https *t,
				   const char *fault);

#ifdef __cplusplus
}
#endif

#endif
