/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a connection is asked of libcurl: name, TCP, TLS, EHLO and log in, and no
 * more (CURLOPT_CONNECT_ONLY).  smtp_talk.c does the rest.
 *
 * libcurl ends one that it is refused on with QUIT, and waits for the answer
 * where it is, in the caller's thread, for as long as the server likes.  It
 * shows each command it wrote to on_talk(): there the socket is told that
 * nothing more will be read, so the wait ends at once.  (RFC 5321 section
 * 4.1.1.10: QUIT must be sent; the answer should be waited for.)
 */
#include "transport/smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "transport/mime.h"

#define SMTPS "smtps://"
#define SMTP "smtp://"
#define SUBMISSION_PORT 587
/* [127.0.0.1], as the path of the url: the name libcurl gives in EHLO. */
#define EHLO_NAME "/%5B127.0.0.1%5D"

/* ------------------------------------------------------------- checks */

static bool ends(const char *s, size_t cap)
{
	return memchr(s, '\0', cap) != NULL;
}

#define ENDS(array) ends(array, sizeof(array))

static bool part_absent(CURLU *u, CURLUPart part)
{
	char *value = NULL;
	bool absent = curl_url_get(u, part, &value, 0) != CURLUE_OK;

	curl_free(value);
	return absent;
}

/* scheme://host[:port] and nothing behind it. */
static bool url_good(const char *url)
{
	size_t n = !strncmp(url, SMTPS, strlen(SMTPS)) ? strlen(SMTPS) :
		   !strncmp(url, SMTP, strlen(SMTP)) ? strlen(SMTP) : 0;
	CURLU *u;
	bool good;

	if (!n || strpbrk(url + n, "/?#@%\\"))
		return false;

	for (const char *s = url; *s; s++) {
		if (*s <= ' ' || *s > '~')
			return false;
	}

	u = curl_url();
	good = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK;
	curl_url_cleanup(u);
	return good;
}

static bool secret_good(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	}

	return true;
}

int smtp_check(const struct alerte_mail_server *s)
{
	if (!s || s->size != sizeof(*s) || !ENDS(s->url) || !ENDS(s->from) ||
	    !ENDS(s->user) || !ENDS(s->password) || !ENDS(s->pin[0]) ||
	    !ENDS(s->pin[1]) || !ENDS(s->ca_file) || !ENDS(s->cert_file) ||
	    !ENDS(s->key_file))
		return ALERTE_EINVAL;

	if (!url_good(s->url) || alerte_email_check(s->from) ||
	    !*s->user != !*s->password || !secret_good(s->user) ||
	    !secret_good(s->password) || !tls_pin_good(s->pin[0]) ||
	    !tls_pin_good(s->pin[1]) || (*s->key_file && !*s->cert_file))
		return ALERTE_EINVAL;

	return 0;
}

/* ------------------------------------------------- what libcurl calls */

/* The server's own words are of no use to us, and bounded. */
static size_t on_said(char *bytes, size_t one, size_t n, void *user)
{
	struct smtp *s = user;

	(void)bytes;
	s->heard += one * n;
	return s->heard > ALERTE_MAIL_ANSWER_MAX ? 0 : one * n;
}

static int on_talk(CURL *easy, curl_infotype type, char *data, size_t len,
		   void *user)
{
	struct smtp *s = user;

	(void)easy;

	if (type != CURLINFO_HEADER_OUT)
		return 0;

	if (len >= 4 && !memcmp(data, "QUIT", 4) && s->fd >= 0)
		(void)shutdown(s->fd, SHUT_RD);

	return 0;
}

static int on_socket(void *user, curl_socket_t fd, curlsocktype purpose)
{
	struct smtp *s = user;

	(void)purpose;
	s->fd = fd;
	return CURL_SOCKOPT_OK;
}

static int on_close(void *user, curl_socket_t fd)
{
	struct smtp *s = user;

	if (s->fd == fd)
		s->fd = -1;

	return close(fd);
}

/* ------------------------------------------------------------- set up */

static bool has_port(const char *url)
{
	CURLU *u = curl_url();
	bool has = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
		   !part_absent(u, CURLUPART_PORT);

	curl_url_cleanup(u);
	return has;
}

static bool set_server(struct smtp *s, const struct alerte_mail_server *server)
{
	const struct tls_identity id = {
		.ca_file = server->ca_file,
		.cert_file = server->cert_file,
		.key_file = server->key_file,
		.pin = { server->pin[0], server->pin[1] },
	};
	CURL *c = s->easy;

	snprintf(s->url, sizeof(s->url), "%s%s", server->url, EHLO_NAME);

	if (!put_text(c, CURLOPT_URL, s->url) ||
	    !put_text(c, CURLOPT_PROTOCOLS_STR, "smtp,smtps") ||
	    /* STARTTLS, or nothing. */
	    !put_long(c, CURLOPT_USE_SSL, CURLUSESSL_ALL) ||
	    !put_long(c, CURLOPT_CONNECTTIMEOUT_MS, ALERTE_MAIL_CONNECT_MS) ||
	    !put_long(c, CURLOPT_FRESH_CONNECT, 1) ||
	    !put_long(c, CURLOPT_CONNECT_ONLY, 1) || !tls_set_process(c) ||
	    !tls_set(c, &s->tls, &id))
		return false;

	if (!strncmp(server->url, SMTP, strlen(SMTP)) &&
	    !has_port(server->url) &&
	    !put_long(c, CURLOPT_PORT, SUBMISSION_PORT))
		return false;

	return !*server->user ||
	       (put_text(c, CURLOPT_USERNAME, server->user) &&
		put_text(c, CURLOPT_PASSWORD, server->password));
}

#define PUT(c, option, value) (curl_easy_setopt(c, option, value) == CURLE_OK)

static bool set_calls(struct smtp *s)
{
	CURL *c = s->easy;

	return PUT(c, CURLOPT_PRIVATE, s) &&
	       PUT(c, CURLOPT_SOCKOPTFUNCTION, on_socket) &&
	       PUT(c, CURLOPT_SOCKOPTDATA, s) &&
	       PUT(c, CURLOPT_CLOSESOCKETFUNCTION, on_close) &&
	       PUT(c, CURLOPT_CLOSESOCKETDATA, s) &&
	       PUT(c, CURLOPT_WRITEFUNCTION, on_said) &&
	       PUT(c, CURLOPT_WRITEDATA, s) &&
	       PUT(c, CURLOPT_HEADERFUNCTION, on_said) &&
	       PUT(c, CURLOPT_HEADERDATA, s) &&
	       /* Nothing is printed: it all ends in on_talk(). */
	       PUT(c, CURLOPT_DEBUGFUNCTION, on_talk) &&
	       PUT(c, CURLOPT_DEBUGDATA, s) && put_long(c, CURLOPT_VERBOSE, 1);
}

struct smtp *smtp_new(const struct alerte_mail_server *server,
		      const struct clock_state *clock)
{
	struct smtp *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;

	s->probe = true;
	s->fd = -1;
	s->tls.clock = clock;
	s->easy = curl_easy_init();

	if (s->easy && set_server(s, server) && set_calls(s))
		return s;

	smtp_free(s);
	return NULL;
}

void smtp_free(struct smtp *s)
{
	if (!s)
		return;

	curl_easy_cleanup(s->easy);

	if (s->message)
		explicit_bzero(s->message, s->len);

	free(s->message);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

int smtp_message(struct smtp *s, const struct alerte_mail_server *server,
		 const struct alerte_message *m, int64_t wall_ms)
{
	const struct mime mime = {
		.from = server->from,
		.to = m->address,
		.key = m->key,
		.subject = m->subject,
		.text = m->text,
		.wall_ms = wall_ms,
		.important = !m->exercise &&
			     m->importance <= ALERTE_IMPORTANCE_ALERT,
	};
	int r = mime_compose(&mime, &s->message, &s->len);

	if (r)
		return r;

	s->probe = false;
	s->attempt = m->attempt;
	strcpy(s->from, server->from);
	strcpy(s->to, m->address);
	return 0;
}

/* --------------------------------------------------------------- tries */

void smtp_takes_off(struct smtp *s, int64_t now)
{
	int64_t limit = s->until - now;

	if (limit > ALERTE_MAIL_REQUEST_MS)
		limit = ALERTE_MAIL_REQUEST_MS;

	/* 0 would be no limit at all. */
	if (limit < 1)
		limit = 1;

	s->retry_at = 0;
	s->tries++;
	s->ends = now + limit;
	s->stage = SMTP_CONNECTING;
	s->fd = -1;
	s->said = s->out_len = 0;
	s->heard = 0;
	s->status = 0;
	s->flying = true;
	put_long(s->easy, CURLOPT_TIMEOUT_MS, (long)limit);
}

/* libcurl's own talk had its code there; ours counts once it began. */
void smtp_lands(struct smtp *s, CURLcode code, struct smtp_outcome *o)
{
	memset(o, 0, sizeof(*o));
	o->code = code;
	o->recipient = s->stage == SMTP_RCPT;
	o->whole = s->stage == SMTP_TEXT && s->said == s->len;
	o->status = s->status;

	if (!o->status)
		curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &o->status);

	s->flying = false;
}
