/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_MAIL_H
#define INTEROP_MAIL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The real exim4 on loopback, in the scratch folder of a test: it takes in and
 * writes to files, and has no way to send anything on.
 */

/* One port each; a certificate of our own authority behind all with TLS. */
enum door {
	DOOR_STARTTLS = 0,
	DOOR_TLS,		/* from the first byte; wants a login */
	DOOR_CLEAR,		/* offers no TLS */
	DOOR_LATER,		/* 451 for a recipient until door_open_later() */
	DOOR_UNWANTED,		/* 550 for a recipient */
	DOOR_REFUSED,		/* 550 behind the text */
	DOOR_SLOW,		/* has the text, and is long about it */
	DOOR_LAST,
	DOOR_HUNG = DOOR_LAST	/* not exim: takes the connection, no more */
};

#define MAIL_USER "gateway"
#define MAIL_PASSWORD "neuf-tulipes"

/* Why it cannot be, or NULL. */
const char *server_missing(void);
void server_start(const char *dir);
/* With all connections, at once. */
void server_stop(void);
int door_port(enum door door);
void door_open_later(void);

/* Of the server's key, and of another. */
const char *server_pin(void);
const char *other_pin(void);

/* What arrived for a local part, malloc'd, "" for nothing; and how often. */
char *mailbox(const char *local_part);
size_t mailbox_count(const char *local_part);
/* The text of the first message in there, decoded, malloc'd. */
char *letter_text(const char *local_part);
/* The server's log has a line with this. */
bool server_saw(const char *text);

#endif
