/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_MAIL_H
#define ALERTE_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/host.h>
#include <alerte/settings.h>
#include <alerte/transport.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The e-mail part of libalerte-transport: it carries what an engine hands to
 * alerte_host.send on the channel ALERTE_CHANNEL_EMAIL to one server of
 * outgoing mail (SMTP submission), in the host's loop, as transport.h does for
 * HTTPS; what is said there of libcurl in a process is true here too.
 *
 *	alerte_mail_new(&loop, &events, &m);
 *	alerte_mail_set(m, &server);
 *	...
 *	in alerte_host.send: return alerte_mail_send(m, message);
 *	in events.receipt:   alerte_receipt(a, attempt, 0, kind, now);
 *
 * What goes out
 *
 *  - One connection and one recipient a message, closed behind it.  TLS 1.2 or
 *    newer from the first byte (smtps://), or before anything is said of us or
 *    of the message (smtp://, STARTTLS): a server that offers none is refused.
 *  - The name in EHLO is [127.0.0.1]: the machine's own would tell the server
 *    what this box is called.
 *  - Date, From, To, Message-ID, Subject, Auto-Submitted: auto-generated (RFC
 *    3834: no vacation notice comes back), and the text in UTF-8 as
 *    quoted-printable.  Importance: high when it speaks of an alert that is no
 *    exercise.  No name of a program, no machine's name, no HTML.
 *  - Message-ID is the key at the domain of From: a message sent twice is one
 *    to whoever compares.
 *  - Notices of failure (bounces) go to the mailbox of From.  Nobody reads
 *    them here: a message that a later server gives up on stays
 *    ALERTE_RECEIPT_SENT.
 *
 * libcurl makes the connection, TLS and EHLO, chooses the way to log in, and
 * copies user and password, which it frees and does not wipe.  From MAIL on we
 * talk ourselves: libcurl would wait for the reply behind the text on the
 * caller's thread.  QUIT is sent and not waited for.
 *
 * One thread at a time for each object.
 */
struct alerte_mail;

#define ALERTE_MAIL_USER_MAX 128
#define ALERTE_MAIL_PASSWORD_MAX 128

struct alerte_mail_server {
	uint32_t size;			/* set by the caller: sizeof */
	/*
	 * smtps://host[:port] (465), or smtp://host[:port] (587) with
	 * STARTTLS.
	 */
	char url[ALERTE_URL_MAX];
	char from[ALERTE_EMAIL_MAX];
	char user[ALERTE_MAIL_USER_MAX];		/* or "" */
	char password[ALERTE_MAIL_PASSWORD_MAX];
	/* As in struct alerte_endpoint. */
	char pin[2][ALERTE_PIN_MAX];
	char ca_file[ALERTE_PATH_MAX];
	char cert_file[ALERTE_PATH_MAX];
	char key_file[ALERTE_PATH_MAX];
};

/*
 * What is told.  Called from alerte_mail_socket(), alerte_mail_timeout(),
 * alerte_mail_set() and alerte_mail_clock(), never from alerte_mail_send() or
 * alerte_mail_probe().  They may call any function below but
 * alerte_mail_free().  Each may be NULL.
 */
struct alerte_mail_events {
	uint32_t size;			/* set by the caller: sizeof */
	void *context;			/* passed back as it is */
	/*
	 * What became of an attempt: once for each message that was taken,
	 * within ALERTE_MAIL_LIMIT_MS.
	 *   ALERTE_RECEIPT_SENT     the server took it (250 behind the text).
	 *                           Never an acknowledgement, nor that it
	 *                           arrived
	 *   ALERTE_RECEIPT_FAILED   the server did not take it, or it never
	 *                           got the whole of it
	 *   ALERTE_RECEIPT_UNKNOWN  it may have the whole of it and did not
	 *                           say so
	 */
	void (*receipt)(void *context, int64_t attempt,
			enum alerte_receipt_kind kind);
	/*
	 * A fault begins or ends; a word of alerte_fault():
	 *   "mail"   the server cannot be identified, offers no TLS, or
	 *            refuses us (at once), or has been failing for
	 *            ALERTE_MAIL_DEAF_MS; ends when it serves us again.  One
	 *            recipient it does not want is no fault of it
	 *   "clock"  a connection was judged while the wall clock was not
	 *            trusted (S7); ends when it is
	 */
	void (*fault)(void *context, const char *fault, bool present);
};

#define ALERTE_MAIL_CONNECT_MS 15000	/* name, TCP, TLS, and log in */
#define ALERTE_MAIL_REQUEST_MS 25000	/* one try */
/* All tries of one message: the receipt limit of the channel. */
#define ALERTE_MAIL_LIMIT_MS 60000
#define ALERTE_MAIL_DEAF_MS 60000
#define ALERTE_MAIL_TEXT_MAX 16384	/* bytes of one text */
#define ALERTE_MAIL_ANSWER_MAX 65536	/* bytes a server may say in one try */
/* Under way at once; the last 8 for alerts (S3), as with HTTPS. */
#define ALERTE_MAIL_FLIGHT_MAX 32

/*
 * *m is to be freed by alerte_mail_free().  Both structs are copied; their
 * contexts must outlive the object.  loop.timer asks for
 * alerte_mail_timeout().  ALERTE_EINVAL, ALERTE_ENOMEM, ALERTE_EREFUSED: this
 * libcurl lacks OpenSSL or SMTP.
 */
ALERTE_API int alerte_mail_new(const struct alerte_transport_loop *loop,
			       const struct alerte_mail_events *events,
			       struct alerte_mail **m);
/*
 * Close every connection, wipe every text and the password, free.  Messages
 * under way get no receipt.  NULL is allowed.
 */
ALERTE_API void alerte_mail_free(struct alerte_mail *m);

/* 0, or ALERTE_EINVAL by the rules of alerte_mail_set(). */
ALERTE_API int alerte_mail_check(const struct alerte_mail_server *server);
/*
 * The server to use from now on; NULL: none.  Messages under way end as they
 * began.  With another server a fault of the old one ends.  ALERTE_EINVAL: an
 * url that is none of the two above or holds a user, a path or a query; From
 * that is no plain address; a user without a password, a password without a
 * user, or either with a control character; pins and files as in
 * alerte_https_endpoint_set().  ALERTE_ENOMEM.
 */
ALERTE_API int alerte_mail_set(struct alerte_mail *m,
			       const struct alerte_mail_server *server);
/* As alerte_https_clock(). */
ALERTE_API void alerte_mail_clock(struct alerte_mail *m, int64_t wall_ms,
				  bool trusted);

/*
 * Send message->text, with message->subject, to message->address.  The
 * contract of alerte_host.send: 0, taken, events.receipt will tell;
 * ALERTE_EREFUSED, certainly not sent: another channel, no server, already
 * expired, too many under way, an address, a subject or a key that cannot
 * stand in a header, a text too long, no memory.
 *
 * A server that says "not now" (4yz) is tried again after 2, 4, 8 ... s as long
 * as that ends within ALERTE_MAIL_LIMIT_MS and before the message expires.
 */
ALERTE_API int alerte_mail_send(struct alerte_mail *m,
				const struct alerte_message *message);

/*
 * Connect, log in, and hang up, so that what would keep an alert from leaving
 * is known before there is one.  ALERTE_ACCEPTED: under way; ALERTE_OK: one
 * still is; ALERTE_ENOTFOUND: no server; ALERTE_ENOMEM, ALERTE_ELIMIT.
 */
ALERTE_API int alerte_mail_probe(struct alerte_mail *m);

/* As alerte_https_socket() and alerte_https_timeout(). */
ALERTE_API void alerte_mail_socket(struct alerte_mail *m, int fd,
				   unsigned int events);
ALERTE_API void alerte_mail_timeout(struct alerte_mail *m);

#define ALERTE_MAIL_WORDS_MAX 64

/* How the server is doing.  Nothing personal in it. */
struct alerte_mail_state {
	uint32_t size;			/* set by the caller: sizeof */
	int64_t success_boot_ms;	/* the last one; -1: never */
	int64_t failure_boot_ms;	/* the last one; -1: never */
	uint32_t failures;		/* in a row */
	uint32_t under_way;		/* messages and probes */
	int status;			/* last code of SMTP, 0: none */
	bool fault;			/* "mail" is present */
	/* Waiting mends nothing: not our server, or it refuses us. */
	bool refused;
	/* English words on the last failure, "" after a success. */
	char error[ALERTE_MAIL_WORDS_MAX];
};

/* ALERTE_EINVAL. */
ALERTE_API int alerte_mail_describe(const struct alerte_mail *m,
				    struct alerte_mail_state *out);
/* "clock" is present. */
ALERTE_API bool alerte_mail_undated(const struct alerte_mail *m);

#ifdef __cplusplus
}
#endif

#endif
