/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a request is put to libcurl.
 *
 * Connections: of the requests to one endpoint at most one at a time `keeps`
 * its connection; the others open one of their own and close it.  So there
 * is always at most one idle connection an endpoint, it is never evicted for
 * another endpoint's, and no request ever waits behind another.
 */
#include "transport/request.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <alerte/peer.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "libcurl 7.87 or newer: older ones wait for a resolver that hangs"
#endif

#define HEADER_MAX 256
/* A path that swallows bytes is found out before the request's limit. */
#define UNACKED_MS 6000
#define IDLE_MAX_S 3600
#define CONNECTION_MAX_S 21600

struct request *request_new(enum request_kind kind, struct endpoint *e,
			    const struct clock_state *clock)
{
	struct request *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;

	r->kind = kind;
	r->endpoint = e;
	r->tls.clock = clock;
	e->refs++;
	e->under_way++;
	return r;
}

void request_hide(struct request *r)
{
	r->unseen = true;
	r->endpoint->unseen++;
}

static void wipe(char *bytes, size_t len)
{
	if (bytes)
		explicit_bzero(bytes, len);

	free(bytes);
}

void request_free(struct request *r)
{
	if (!r)
		return;

	curl_easy_cleanup(r->easy);
	curl_slist_free_all(r->headers);
	wipe(r->body, r->body_len);
	wipe(r->answer, r->answer_len);
	r->endpoint->under_way--;
	r->endpoint->unseen -= r->unseen;
	endpoint_drop(r->endpoint);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

/* ------------------------------------------------- what libcurl calls */

static int on_socket(void *user, curl_socket_t fd, curlsocktype purpose)
{
	unsigned int ms = UNACKED_MS;

	(void)user;
	(void)purpose;
	/* Best effort: without it a dead path costs the whole limit. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
	return CURL_SOCKOPT_OK;
}

static size_t on_body(char *bytes, size_t one, size_t n, void *user)
{
	struct request *r = user;
	size_t len = one * n;
	char *grown;

	if (len > ALERTE_HTTPS_ANSWER_MAX - r->answer_len)
		return 0;

	if (r->kind != REQUEST_POLL) {
		r->answer_len += len;
		return len;
	}

	/* Whole from the start: realloc() would leave copies unwiped. */
	grown = r->answer ? r->answer : malloc(ALERTE_HTTPS_ANSWER_MAX + 1);

	if (!grown)
		return 0;

	r->answer = grown;
	memcpy(r->answer + r->answer_len, bytes, len);
	r->answer_len += len;
	r->answer[r->answer_len] = '\0';
	return len;
}

static size_t on_header(char *bytes, size_t one, size_t n, void *user)
{
	struct request *r = user;

	(void)bytes;
	r->header_len += one * n;
	return r->header_len > ALERTE_HTTPS_ANSWER_MAX ? 0 : one * n;
}

/* ------------------------------------------------------------- set up */

static bool set_http(struct request *r)
{
	CURL *c = r->easy;

	return put_text(c, CURLOPT_URL, r->url) &&
	       put_text(c, CURLOPT_PROTOCOLS_STR, "https") &&
	       put_long(c, CURLOPT_FOLLOWLOCATION, 0) &&
	       /* HTTP/2 would share one connection: S3 forbids it. */
	       put_long(c, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1) &&
	       put_text(c, CURLOPT_USERAGENT, "alerte") &&
	       put_long(c, CURLOPT_CONNECTTIMEOUT_MS,
			ALERTE_HTTPS_CONNECT_MS) &&
	       curl_easy_setopt(c, CURLOPT_HTTPHEADER, r->headers) ==
		       CURLE_OK;
}

static bool set_connection(CURL *c)
{
	return put_long(c, CURLOPT_TCP_NODELAY, 1) &&
	       put_long(c, CURLOPT_TCP_KEEPALIVE, 1) &&
	       put_long(c, CURLOPT_TCP_KEEPIDLE, 30) &&
	       put_long(c, CURLOPT_TCP_KEEPINTVL, 10) &&
	       put_long(c, CURLOPT_MAXAGE_CONN, IDLE_MAX_S) &&
	       put_long(c, CURLOPT_MAXLIFETIME_CONN, CONNECTION_MAX_S);
}

static bool set_calls(struct request *r)
{
	CURL *c = r->easy;

	return curl_easy_setopt(c, CURLOPT_PRIVATE, r) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, on_socket) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_WRITEDATA, r) == CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header) ==
		       CURLE_OK &&
	       curl_easy_setopt(c, CURLOPT_HEADERDATA, r) == CURLE_OK;
}

static int set_up(struct request *r)
{
	const struct alerte_endpoint *set = &r->endpoint->set;
	const struct tls_identity id = {
		.ca_file = set->ca_file,
		.cert_file = set->cert_file,
		.key_file = set->key_file,
		.pin = { set->pin[0], set->pin[1] },
	};

	r->easy = curl_easy_init();

	if (!r->easy || !tls_set_process(r->easy) || !set_http(r) ||
	    !set_connection(r->easy) || !tls_set(r->easy, &r->tls, &id) ||
	    !set_calls(r))
		return ALERTE_ENOMEM;

	return 0;
}

/* ------------------------------------------------------- what is sent */

/* A value with a line end would begin a header of its own. */
static bool value_good(const char *value, size_t most)
{
	size_t n = 0;

	if (!value)
		return false;

	for (; value[n]; n++) {
		if (value[n] < ' ' || value[n] > '~')
			return false;
	}

	return n > 0 && n < most;
}

static bool header_good(const char *value)
{
	return value_good(value, HEADER_MAX);
}

static bool header_add(struct request *r, const char *name, const char *value)
{
	char line[ALERTE_CLAIM_MAX + 32];
	struct curl_slist *longer;

	/* "Name:" alone tells libcurl to leave out its own. */
	snprintf(line, sizeof(line), "%s:%s%s", name, *value ? " " : "",
		 value);
	longer = curl_slist_append(r->headers, line);

	if (!longer)
		return false;

	r->headers = longer;
	return true;
}

/* The part of an URL behind which a path can be put. */
static int base_len(const char *url)
{
	size_t n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		n--;

	return (int)n;
}

static int copy_body(struct request *r, const void *body, size_t len)
{
	r->body = malloc(len + 1);

	if (!r->body)
		return ALERTE_ENOMEM;

	memcpy(r->body, body, len);
	r->body_len = len;
	return 0;
}

static int set_post(struct request *r)
{
	if (!put_long(r->easy, CURLOPT_POST, 1) ||
	    !put_long(r->easy, CURLOPT_POSTFIELDSIZE, (long)r->body_len) ||
	    curl_easy_setopt(r->easy, CURLOPT_POSTFIELDS, r->body) != CURLE_OK)
		return ALERTE_ENOMEM;

	return 0;
}

int request_set_message(struct request *r, const struct alerte_message *m)
{
	if (!header_good(m->key) || !header_good(m->content_type) ||
	    !m->body || m->body_len > ALERTE_HTTPS_BODY_MAX)
		return ALERTE_EINVAL;

	r->attempt = m->attempt;
	snprintf(r->url, sizeof(r->url), "%s", r->endpoint->set.url);

	/* No "100 Continue": a round trip, and a second with old servers. */
	if (copy_body(r, m->body, m->body_len) ||
	    !header_add(r, "Idempotency-Key", m->key) ||
	    !header_add(r, "Content-Type", m->content_type) ||
	    !header_add(r, "Expect", "") || set_up(r))
		return ALERTE_ENOMEM;

	return set_post(r);
}

int request_set_beat(struct request *r, const void *body, size_t len,
		     const char *signature)
{
	const char *url = r->endpoint->set.url;

	if (!header_good(signature) || !body || len > ALERTE_HTTPS_BODY_MAX)
		return ALERTE_EINVAL;

	snprintf(r->url, sizeof(r->url), "%.*s/heartbeat", base_len(url), url);

	if (copy_body(r, body, len) ||
	    !header_add(r, "Alerte-Signature", signature) ||
	    !header_add(r, "Content-Type", "application/json") ||
	    !header_add(r, "Expect", "") || set_up(r))
		return ALERTE_ENOMEM;

	return set_post(r);
}

static bool reference_good(const char *reference)
{
	size_t n = strspn(reference,
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz0123456789-_");

	return n > 0 && n < REQUEST_REFERENCE_MAX && !reference[n];
}

int request_set_poll(struct request *r, const char *reference,
		     const char *claim)
{
	const char *url = r->endpoint->set.url;

	if (!reference || !reference_good(reference) ||
	    (claim && !value_good(claim, ALERTE_CLAIM_MAX)))
		return ALERTE_EINVAL;

	if (claim && !header_add(r, "Alerte-Claim", claim))
		return ALERTE_ENOMEM;

	snprintf(r->reference, sizeof(r->reference), "%s", reference);
	snprintf(r->url, sizeof(r->url), "%.*s/%s/answers", base_len(url), url,
		 reference);

	if (!header_add(r, "Accept", "application/json") || set_up(r))
		return ALERTE_ENOMEM;

	return 0;
}

int request_set_warm(struct request *r)
{
	snprintf(r->url, sizeof(r->url), "%s", r->endpoint->set.url);

	if (set_up(r) || !put_long(r->easy, CURLOPT_NOBODY, 1))
		return ALERTE_ENOMEM;

	return 0;
}

/* --------------------------------------------------------------- tries */

void request_takes_off(struct request *r, int64_t now)
{
	int64_t limit = r->until - now;

	if (limit > ALERTE_HTTPS_REQUEST_MS)
		limit = ALERTE_HTTPS_REQUEST_MS;

	/* 0 would be no limit at all. */
	if (limit < 1)
		limit = 1;

	r->retry_at = 0;
	r->tries++;
	r->answer_len = 0;
	r->header_len = 0;
	r->keeps = !r->endpoint->kept;
	r->flying = true;

	if (r->keeps)
		r->endpoint->kept = true;

	put_long(r->easy, CURLOPT_TIMEOUT_MS, (long)limit);
	put_long(r->easy, CURLOPT_FRESH_CONNECT, !r->keeps);
	put_long(r->easy, CURLOPT_FORBID_REUSE, !r->keeps);
}

void request_lands(struct request *r)
{
	r->flying = false;

	if (r->keeps)
		r->endpoint->kept = false;

	r->keeps = false;
}

void request_outcome(struct request *r, CURLcode code, struct outcome *o,
		     int64_t *after_s)
{
	curl_off_t after = 0;

	memset(o, 0, sizeof(*o));
	o->kind = r->kind;
	o->code = code;
	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &o->status);
	curl_easy_getinfo(r->easy, CURLINFO_REQUEST_SIZE, &o->sent);
	curl_easy_getinfo(r->easy, CURLINFO_RETRY_AFTER, &after);
	*after_s = after;
}
