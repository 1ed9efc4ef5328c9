/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_RECEIVER_H
#define CLI_RECEIVER_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * `alerte receiver`: an endpoint to try things with, on this machine only.
 * Not a server for an association: it knows nobody and answers everybody.
 */
int cmd_receiver(int argc, char **argv);

/* ------------------------------------------------------------ the wire */

#define RECEIVER_HEAD_MAX 16384
#define RECEIVER_BODY_MAX 65536
#define RECEIVER_NAME_MAX 64
#define RECEIVER_CLAIM_MAX 1024

struct receiver_request {
	char method[8];
	char path[512];
	char key[256];		/* Idempotency-Key, or "" */
	char type[128];		/* Content-Type, or "" */
	char signature[128];	/* Alerte-Signature, or "" */
	char claim[RECEIVER_CLAIM_MAX];	/* Alerte-Claim, or "" */
	size_t body_at;		/* offset in what was read */
	size_t body_len;
	bool close;		/* the peer wants no further request */
};

/*
 * Read one HTTP/1.1 request (RFC 9112) from the len bytes that have come.
 * Returns its length, 0 while it is not whole, or minus the status to refuse
 * it with.
 */
int receiver_parse(const char *in, size_t len, struct receiver_request *out);

/*
 * The reference in ".../REFERENCE/answers".  False for any other path, and
 * for a reference that could name anything but a file of its folder.
 */
bool receiver_reference(const char *path, char out[RECEIVER_NAME_MAX]);

/* A heartbeat's path: ".../heartbeat". */
bool receiver_is_beat(const char *path);

/* ------------------------------------------------------------ the disk */

/*
 * Keep one request as a file of its own in dir, under a name no other has:
 * NUMBER-DIGEST.request, or .repeat when a request of the same key is there
 * already (*repeat).  It is on disk when this returns 0.  status: what it is
 * going to be answered, 0 for nothing.  -1: errno says why.
 */
int receiver_keep(const char *dir, const struct receiver_request *r,
		  const char *body, int status, bool *repeat);

/*
 * What DIR/REFERENCE.json holds, up to cap bytes.  Its length, or -1 when
 * there is no such file or it is longer.
 */
int receiver_answers(const char *dir, const char *reference, char *out,
		     size_t cap);

/* ----------------------------------------------------------------- TLS */

#define RECEIVER_PIN_MAX 64

/*
 * A server's context from DIR/key.pem and DIR/cert.pem, made if they are not
 * there: P-256, self-signed for 127.0.0.1.  client_ca: file of those whose
 * clients are let in, or NULL for anybody.  NULL: said why on stderr.
 */
SSL_CTX *receiver_tls(const char *dir, const char *client_ca,
		      char pin[RECEIVER_PIN_MAX]);

#endif
