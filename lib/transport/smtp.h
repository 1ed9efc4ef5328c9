/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_SMTP_H
#define TRANSPORT_SMTP_H

#include <alerte/mail.h>

#include "transport/tls.h"

/* What a try waits for: libcurl, or the reply to this. */
enum smtp_stage {
	SMTP_CONNECTING = 1,
	SMTP_MAIL,
	SMTP_RCPT,
	SMTP_DATA,
	SMTP_TEXT
};

/* One message, or one probe, over all its tries. */
struct smtp {
	struct smtp *next;
	CURL *easy;
	struct tls tls;
	char url[ALERTE_URL_MAX + 32];

	bool probe;
	int64_t attempt;
	char from[ALERTE_EMAIL_MAX], to[ALERTE_EMAIL_MAX];
	char *message;			/* wiped at the end */
	size_t len;

	/* this try */
	enum smtp_stage stage;
	int fd;				/* its socket, or -1 */
	char line[ALERTE_EMAIL_MAX + 32];
	const char *out;		/* what is being said */
	size_t out_len, said;
	char reply[4];			/* of one line, its first bytes */
	size_t reply_len;
	size_t heard;			/* bytes the server said */
	int status;			/* its last code, 0: none */
	int64_t ends;			/* boot_ms */

	int64_t until;			/* boot_ms: no try ends after this */
	int64_t retry_at;		/* waiting for another try; 0: not */
	unsigned int tries;
	bool flying;			/* handed to libcurl */
	bool old;			/* to a server of before */
	bool unseen;			/* alerte_message.unseen */
};

enum smtp_verdict {
	SMTP_TAKEN = 1,		/* the server did what was asked */
	SMTP_AGAIN,		/* not now, it says */
	SMTP_UNWANTED,		/* not for this recipient */
	SMTP_REFUSED,		/* it says no */
	SMTP_STRANGER,		/* not our server, or no TLS with it */
	SMTP_LOST		/* no answer to speak of */
};

/* What a try came to. */
struct smtp_outcome {
	CURLcode code;
	long status;		/* the last code the server said, or 0 */
	bool recipient;
	bool whole;		/* it may have all of the message */
};

enum smtp_verdict smtp_verdict(const struct smtp_outcome *o);
/* Only what it did not have in whole has certainly not been taken. */
enum alerte_receipt_kind smtp_receipt(enum smtp_verdict v,
				      const struct smtp_outcome *o);
/* Milliseconds to wait before try number `tries` + 1. */
int64_t smtp_pause(unsigned int tries);
/* English words on a failure, for a person; static. */
const char *smtp_words(enum smtp_verdict v, const struct smtp_outcome *o);

/* 0, or ALERTE_EINVAL by the rules of alerte_mail_set(). */
int smtp_check(const struct alerte_mail_server *server);

/*
 * One that is a probe until smtp_message() gives it something to send; NULL
 * when memory is out.  smtp_free() takes every state of it but one that flies.
 */
struct smtp *smtp_new(const struct alerte_mail_server *server,
		      const struct clock_state *clock);
void smtp_free(struct smtp *s);
/* wall_ms: of its Date.  ALERTE_EINVAL, ALERTE_ENOMEM. */
int smtp_message(struct smtp *s, const struct alerte_mail_server *server,
		 const struct alerte_message *m, int64_t wall_ms);

/*
 * Begin or end one try.  Between, the caller hands s->easy to libcurl, and when
 * that has connected begins to talk: smtp_goes_on() whenever s->fd is ready,
 * for *events.  It returns false at the end, with the *code of it.
 */
void smtp_takes_off(struct smtp *s, int64_t now);
void smtp_talk(struct smtp *s);
bool smtp_goes_on(struct smtp *s, unsigned int *events, CURLcode *code);
/* Say goodbye, and do not wait: once libcurl has connected. */
void smtp_quit(struct smtp *s);
void smtp_lands(struct smtp *s, CURLcode code, struct smtp_outcome *o);

#endif
