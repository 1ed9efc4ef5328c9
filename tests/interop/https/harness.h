/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTPS_HARNESS_H
#define HTTPS_HARNESS_H

/* What a fixture asserts it also does. */
#undef NDEBUG
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <alerte/transport.h>

/*
 * What the tests of the transport stand on: a scratch folder, certificates, a
 * real nginx, receivers behind it, and a loop.  The guard (M5): this program
 * cannot connect() to anything but loopback, resolves no name, and aborts
 * before nginx starts if its configuration leaves the scratch folder.
 */

/* ------------------------------------------------------------- scratch */

#define PATH_MAX_ 512

/* A path in the scratch folder; eight results live at a time. */
const char *scratch(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void scratch_make(void);
void scratch_remove(void);
void scratch_write(const char *path, const char *text, size_t len);
/* The whole file, NUL ended, to be freed; "" when there is none. */
char *scratch_read(const char *path);
/* Aborts unless path lies in the scratch folder. */
void guard_path(const char *path);
/* Aborts unless every path and address of an nginx configuration is ours. */
void guard_conf(const char *conf);

/* -------------------------------------------------------- certificates */

struct cert {
	const char *name;	/* NAME.pem and NAME.key */
	const char *issuer;	/* another's name; its own: self-signed */
	const char *san;	/* NULL: an authority */
	int from_days, to_days;	/* relative to now */
};
void cert_make(const struct cert *c);
void cert_pin(const char *name, char pin[ALERTE_PIN_MAX]);

/* ------------------------------------------------------------- servers */

enum server {
	SERVER_GOOD = 0,	/* TLS 1.3, nobody asked who he is */
	SERVER_CLIENTS,		/* wants a client certificate */
	SERVER_EXPIRED,
	SERVER_FUTURE,		/* not yet valid */
	SERVER_STRANGER,	/* of an authority nobody trusts */
	SERVER_MISNAMED,	/* a certificate for another name */
	SERVER_SHORT,		/* closes idle connections after a second */
	SERVER_PLAIN,		/* no TLS */
	SERVER_HUNG,		/* takes connections, never says a word */
	SERVER_LAST
};

/* false: nginx is not installed. */
bool servers_start(void);
void servers_stop(void);
int server_port(enum server s);

/*
 * What nginx wrote of the requests that bore this key, oldest first; waits a
 * while for as many as are expected.
 */
struct served {
	long connection, nth;	/* which connection, nth request on it */
	char tls[16];
	char method[8], path[128];
	int status;
};
size_t served(const char *key, size_t expected, struct served *out, size_t cap);
/* Files the receiver of /alerts, /busy ... kept that bear this key. */
size_t kept(const char *receiver, const char *key);
/* The first of them, to be freed; "" when there is none. */
char *kept_text(const char *receiver, const char *key);

/* The receiver that speaks TLS itself: what it printed. */
void receiver_printed(int *out_port, char pin[ALERTE_PIN_MAX]);
/* The tests of shape_tests.c: how many failed. */
int shape_tests(void);
/* The tests of receiver_tests.c: how many failed. */
int receiver_tests(void);

/* ---------------------------------------------------------------- loop */

#define SEEN_MAX 128

struct seen {
	struct alerte_https *t;
	size_t nreceipts;
	struct {
		int64_t attempt;
		enum alerte_receipt_kind kind;
		int64_t at_ms;		/* since loop_open() */
	} receipt[SEEN_MAX];
	size_t nanswers;
	char answer[ALERTE_HTTPS_ANSWER_MAX + 1];
	size_t answer_len;
	int endpoint_faults, clock_faults;	/* present now */
	int fault_changes;
	int64_t longest_call_ms;
};

/* The one object of a test, with nothing in it. */
struct seen *loop_open(void);
void loop_close(void);
int64_t loop_ms(void);
/* Turn until the condition holds; false when `ms` have passed before. */
bool loop_until(bool (*condition)(void), int64_t ms);
void loop_for(int64_t ms);
/* The receipt of an attempt, waiting for it; 0 when none comes in time. */
enum alerte_receipt_kind loop_receipt(int64_t attempt, int64_t ms);
/* When it came. */
int64_t loop_receipt_at(int64_t attempt);
/* Requests under way, all endpoints together, have ended. */
bool loop_idle(int64_t ms);

#endif
