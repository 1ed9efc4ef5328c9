/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a press to the last byte of its report at a server, over a warm
 * connection of libalerte-transport, interleaved with the same body sent by
 * libcurl alone over a warm connection of its own.
 */
#include "bench.h"

#include <alerte/transport.h>
#include <curl/curl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EACH 50
#define ROUNDS 8
#define ALL (EACH * ROUNDS)
#define WATCH_MAX 16
#define WAIT_NS INT64_C(5000000000)

struct way {
	struct alerte_https *t;
	struct pollfd watched[WATCH_MAX];
	nfds_t nwatched;
	int64_t timer;			/* now_ns() when due, or -1 */
	int64_t attempt;		/* under way, 0: none */
	char body[SERVER_BODY_MAX], key[128];
	size_t len;
};

/* -------------------------------------------------- the transport's loop */

static void on_watch(void *context, int fd, unsigned int events)
{
	struct way *w = context;
	nfds_t i = 0;

	while (i < w->nwatched && w->watched[i].fd != fd)
		i++;
	if (!events) {
		if (i < w->nwatched)
			w->watched[i] = w->watched[--w->nwatched];
		return;
	}
	need(i < WATCH_MAX, "a socket too many");
	if (i == w->nwatched)
		w->nwatched++;
	w->watched[i] = (struct pollfd){
		.fd = fd,
		.events = (short)((events & ALERTE_TRANSPORT_READ ? POLLIN : 0) |
				  (events & ALERTE_TRANSPORT_WRITE ? POLLOUT
								   : 0)),
	};
}

static void on_timer(void *context, int64_t ms)
{
	struct way *w = context;

	w->timer = ms < 0 ? -1 : now_ns() + ms * 1000000;
}

static void on_receipt(void *context, int64_t attempt,
		       enum alerte_receipt_kind kind)
{
	struct way *w = context;

	need(kind == ALERTE_RECEIPT_SENT, "the server takes the report");
	if (attempt == w->attempt)
		w->attempt = 0;
}

static void turn(struct way *w)
{
	struct pollfd fds[WATCH_MAX];
	nfds_t n = w->nwatched;
	int64_t left = w->timer < 0 ? 50000000 : w->timer - now_ns();

	memcpy(fds, w->watched, n * sizeof(*fds));
	poll(fds, n, left <= 0 ? 0 : left > 50000000 ? 50
					: (int)((left + 999999) / 1000000));
	for (nfds_t i = 0; i < n; i++) {
		unsigned int events =
			(fds[i].revents & ~POLLOUT ? ALERTE_TRANSPORT_READ : 0) |
			(fds[i].revents & POLLOUT ? ALERTE_TRANSPORT_WRITE : 0);

		if (events)
			alerte_https_socket(w->t, fds[i].fd, events);
	}
	if (w->timer >= 0 && now_ns() >= w->timer) {
		w->timer = -1;
		alerte_https_timeout(w->t);
	}
}

static void finish(struct way *w)
{
	int64_t end = now_ns() + WAIT_NS;

	while (w->attempt && now_ns() < end)
		turn(w);
	need(!w->attempt, "an answer in time");
}

/* ------------------------------------------------------------ one press */

static int on_send(void *context, const struct alerte_message *m)
{
	struct way *w = context;

	need(m->body_len < sizeof(w->body), "a body that fits");
	memcpy(w->body, m->body, m->body_len);
	w->len = m->body_len;
	snprintf(w->key, sizeof(w->key), "%s", m->key);
	w->attempt = m->attempt;
	need(!alerte_https_send(w->t, m), "a report the transport takes");
	return 0;
}

struct sample {
	double durable, received;	/* since the press, ns */
};

static struct sample press(struct site *s, struct way *w,
			   const struct server *server, size_t button)
{
	struct site_press p;
	struct sample out;
	int64_t start, attempt;

	site_pass(s, 60000);
	site_press_make(s, button, &p);
	s->carry = true;
	start = now_ns();
	site_press(s, &p);
	out.durable = (double)(now_ns() - start);
	alerte_step(s->a, s->now);
	attempt = w->attempt;
	need(attempt, "a report to send");
	finish(w);
	out.received = (double)(*server->stamp - start);
	alerte_receipt(s->a, attempt, 0, ALERTE_RECEIPT_SENT, s->now);
	site_rest(s);
	return out;
}

/* ---------------------------------------------------------- bare libcurl */

static size_t swallow(char *bytes, size_t size, size_t n, void *context)
{
	(void)bytes;
	(void)context;
	return size * n;
}

static double post(CURL *curl, const struct server *server)
{
	int64_t start = now_ns();

	need(curl_easy_perform(curl) == CURLE_OK, "libcurl's own POST");
	return (double)(*server->stamp - start);
}

static struct curl_slist *prepare(CURL *curl, const struct way *w,
				  const struct server *server)
{
	char line[160];
	struct curl_slist *head =
		curl_slist_append(NULL, "Content-Type: application/json");

	snprintf(line, sizeof(line), "Idempotency-Key: %s", w->key);
	head = curl_slist_append(head, line);
	curl_easy_setopt(curl, CURLOPT_URL, server->url);
	curl_easy_setopt(curl, CURLOPT_CAINFO, server->cert);
	curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY, server->pin);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, w->body);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)w->len);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	return head;
}

/* --------------------------------------------------------------- figures */

struct samples {
	double sync[ALL], durable[ALL], received[ALL], beyond[ALL], post[ALL];
};

static void measure(struct site *s, struct way *w, struct blocks *d,
		    const struct server *server, CURL *curl, struct samples *m)
{
	for (size_t i = 0; i < ALL; i += EACH) {
		for (size_t j = i; j < i + EACH; j++)
			m->sync[j] = blocks_sync(d);
		for (size_t j = i; j < i + EACH; j++)
			m->post[j] = post(curl, server);
		for (size_t j = i; j < i + EACH; j++) {
			struct sample one = press(s, w, server, j % s->n);

			m->durable[j] = one.durable;
			m->received[j] = one.received;
			m->beyond[j] = one.received - one.durable;
		}
	}
}

static void print(struct samples *m)
{
	double bare = percentile(m->post, ALL, 50) / 1e3;
	double sync = percentile(m->sync, ALL, 50) / 1e3;
	double beyond = percentile(m->beyond, ALL, 50) / 1e3;

	figure_print(&(struct figure){
		"press-https-beyond-durable", beyond, "us", "curl-post", bare,
		"<= 1.5" });
	figure_print(&(struct figure){
		"press-https-beyond-durable-ms", beyond / 1e3, "ms", NULL, 0,
		"<= 0.15" });
	/* two commits stand before a request: the press, then SENDING */
	figure_print(&(struct figure){
		"press-https", percentile(m->received, ALL, 50) / 1e3, "us",
		"two-fdatasync-and-curl-post", 2 * sync + bare, "<= 1.5" });
}

static void open_way(struct way *w, const struct alerte_endpoint *endpoint)
{
	const struct alerte_transport_loop loop = {
		.size = sizeof(loop), .context = w, .watch = on_watch,
		.timer = on_timer,
	};
	const struct alerte_https_events events = {
		.size = sizeof(events), .context = w, .receipt = on_receipt,
	};

	w->timer = -1;
	need(!alerte_https_new(&loop, &events, &w->t) &&
		     !alerte_https_endpoint_set(w->t, endpoint),
	     "the transport");
}

void bench_https(const char *dir)
{
	struct alerte_endpoint e = { .size = sizeof(e), .id = "server" };
	struct samples *m = calloc(1, sizeof(*m));
	struct way *w = calloc(1, sizeof(*w));
	struct curl_slist *head;
	struct server server;
	char path[512];
	struct blocks d;
	struct site s;
	CURL *curl;

	need(m && w, "memory");
	server_start(&server, dir);
	strcpy(e.url, server.url);
	strcpy(e.pin[0], server.pin);
	need(strlen(server.cert) < sizeof(e.ca_file), "a shorter path");
	strcpy(e.ca_file, server.cert);
	snprintf(path, sizeof(path), "%s/https.db", dir);
	blocks_open(&d, dir);
	site_open(&s, path, EACH, &e);
	open_way(w, &e);
	s.send = on_send;
	s.context = w;
	curl = curl_easy_init();
	need(curl, "libcurl");
	for (size_t i = 0; i < EACH; i++)
		press(&s, w, &server, i);
	head = prepare(curl, w, &server);
	post(curl, &server);
	hurry(true);
	measure(&s, w, &d, &server, curl, m);
	hurry(false);
	print(m);
	curl_easy_cleanup(curl);
	curl_slist_free_all(head);
	alerte_https_free(w->t);
	site_close(&s);
	blocks_close(&d);
	server_stop(&server);
	free(w);
	free(m);
}
