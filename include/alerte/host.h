/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_HOST_H
#define ALERTE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/error.h>
#include <alerte/time.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A way to reach a contact. */
enum alerte_channel {
	ALERTE_CHANNEL_SMS = 1,
	ALERTE_CHANNEL_HTTPS,
	/* The 114, by SMS, over a path that can also receive. */
	ALERTE_CHANNEL_RELAY114,
	ALERTE_CHANNEL_EMAIL,
	/* Rings, so that a text is looked at; never an acknowledgement (L3). */
	ALERTE_CHANNEL_VOICE
};

/* What goes first when not everything can go at once (S3). */
enum alerte_importance {
	ALERTE_IMPORTANCE_RELAY = 0,	/* the 114 */
	ALERTE_IMPORTANCE_ALERT,
	ALERTE_IMPORTANCE_REPLY,
	ALERTE_IMPORTANCE_NOTICE,
	ALERTE_IMPORTANCE_EXERCISE,
	ALERTE_IMPORTANCE_HOUSEKEEPING
};

/*
 * One attempt, handed to the host by alerte_step().  Everything is borrowed:
 * valid until `send` returns, not a moment longer.  Texts are UTF-8.
 */
struct alerte_message {
	uint32_t size;			/* of this struct, set by the library */
	int64_t attempt;		/* name it in the receipt */
	int64_t alert;			/* 0 when it belongs to no alert */
	enum alerte_channel channel;
	const char *contact;		/* id; "" for the 114 and a self-test */
	/* E.164 number, id of the endpoint, or address of an e-mail. */
	const char *address;
	const char *key;		/* idempotency key, printable ASCII */
	/* SMS: in GSM 03.38 only; EMAIL: its text; HTTPS, VOICE: NULL. */
	const char *text;
	const void *body;		/* HTTPS: the request's body, else NULL */
	size_t body_len;
	const char *content_type;	/* HTTPS: media type of the body */
	int64_t expires_boot_ms;	/* no use sending it after this */
	enum alerte_importance importance;
	bool exercise;			/* nobody is in danger */
	int parts;			/* SMS: how many parts the text takes */
	/*
	 * The attempt this one takes the place of, or 0: where there are two
	 * paths it had better not go the way that one went.
	 */
	int64_t resends;
	/*
	 * Only over a path that `resends` did not go over (M2); refuse it when
	 * there is no such path.
	 */
	bool other_path;
	/*
	 * Leave no sign that it went: no count, no line in a log (L8).
	 */
	bool unseen;
	const char *subject;		/* EMAIL: one line, else NULL */
};

/* What a network says of an attempt.  None of these is an acknowledgement. */
enum alerte_receipt_kind {
	ALERTE_RECEIPT_ACCEPTED = 1,	/* taken by the next hand, not yet sent */
	ALERTE_RECEIPT_SENT,		/* handed to the network or the server */
	ALERTE_RECEIPT_DELIVERED,	/* the far end's network says delivered */
	ALERTE_RECEIPT_FAILED,		/* certainly not sent; may work later */
	ALERTE_RECEIPT_REJECTED,	/* certainly not sent; no use again */
	ALERTE_RECEIPT_UNKNOWN		/* perhaps sent, perhaps not */
};

enum alerte_log_level {
	ALERTE_LOG_ERROR = 3,		/* the numbers of syslog(3) */
	ALERTE_LOG_WARNING = 4,
	ALERTE_LOG_NOTICE = 5,
	ALERTE_LOG_INFO = 6,
	ALERTE_LOG_DEBUG = 7
};

/*
 * What the engine asks of its host, on the caller's thread.  Only alerte_step()
 * calls send and locate; random and log are called by any function of the
 * engine, alerte_open() included.  Inputs may be given from inside a call: they
 * answer ALERTE_OK, are queued, and are made durable before alerte_step()
 * returns (A3), the next one where none is under way.  ALERTE_ELIMIT when 4096
 * wait, ALERTE_ENOMEM.
 */
struct alerte_host {
	uint32_t size;			/* set by the caller: sizeof */
	void *context;			/* passed back as it is */
	/*
	 * Required.  A request to send.  0: taken, a receipt will tell;
	 * ALERTE_EREFUSED: certainly not sent (path down, busy); anything
	 * else: not known whether it left.
	 */
	int (*send)(void *context, const struct alerte_message *message);
	/* Required.  Fill with random bytes fit for keys; 0, or negative. */
	int (*random)(void *context, void *bytes, size_t len);
	/*
	 * Optional.  Where is she?  When an alert opens; where the receiver
	 * moves (`moving` of the options) every four minutes while it is not
	 * over, and after alerte_open().  Answered later by alerte_fix(), as
	 * often as something better is known, for five minutes at least.
	 */
	void (*locate)(void *context, int64_t alert);
	/* Optional.  One line, nothing personal in it. */
	void (*log)(void *context, enum alerte_log_level level,
		    const char *line);
};

#ifdef __cplusplus
}
#endif

#endif
