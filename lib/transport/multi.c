/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/multi.h"

#include <string.h>
#include <time.h>

int64_t multi_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void multi_arm(struct multi *m, int64_t due)
{
	int64_t now = multi_now();
	long ms = -1;

	curl_multi_timeout(m->curl, &ms);

	if (ms >= 0 && now + ms < due)
		due = now + ms;

	if (due == m->armed)
		return;

	m->armed = due;

	if (due == ALERTE_NEVER)
		m->loop.timer(m->loop.context, -1);
	else
		m->loop.timer(m->loop.context, due > now ? due - now : 0);
}

void multi_socket(struct multi *m, int fd, unsigned int events)
{
	int bits = 0, running;

	if (events & ALERTE_TRANSPORT_READ)
		bits |= CURL_CSELECT_IN;

	if (events & ALERTE_TRANSPORT_WRITE)
		bits |= CURL_CSELECT_OUT;

	curl_multi_socket_action(m->curl, fd, bits, &running);
}

void multi_timeout(struct multi *m)
{
	int running;

	m->armed = ALERTE_NEVER;
	curl_multi_socket_action(m->curl, CURL_SOCKET_TIMEOUT, 0, &running);
}

void *multi_ended(struct multi *m, CURLcode *code)
{
	struct CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(m->curl, &left))) {
		void *owner = NULL;

		if (msg->msg != CURLMSG_DONE)
			continue;

		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &owner);
		*code = msg->data.result;
		return owner;
	}

	return NULL;
}

static int on_watch(CURL *easy, curl_socket_t fd, int what, void *user,
		    void *per_socket)
{
	struct multi *m = user;
	unsigned int events = 0;

	(void)easy;
	(void)per_socket;

	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= ALERTE_TRANSPORT_READ;

	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= ALERTE_TRANSPORT_WRITE;

	m->loop.watch(m->loop.context, fd, events);
	return 0;
}

static bool curl_has_openssl(void)
{
	const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);

	return v->ssl_version && strstr(v->ssl_version, "OpenSSL/");
}

int multi_open(struct multi *m, const struct alerte_transport_loop *loop,
	       long connections)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return ALERTE_ENOMEM;

	if (!curl_has_openssl()) {
		curl_global_cleanup();
		return ALERTE_EREFUSED;
	}

	m->loop = *loop;
	m->armed = ALERTE_NEVER;
	m->curl = curl_multi_init();

	if (!m->curl ||
	    curl_multi_setopt(m->curl, CURLMOPT_SOCKETFUNCTION, on_watch) !=
		    CURLM_OK ||
	    curl_multi_setopt(m->curl, CURLMOPT_SOCKETDATA, m) != CURLM_OK ||
	    curl_multi_setopt(m->curl, CURLMOPT_MAXCONNECTS, connections) !=
		    CURLM_OK) {
		curl_multi_cleanup(m->curl);
		curl_global_cleanup();
		return ALERTE_ENOMEM;
	}

	return 0;
}

void multi_close(struct multi *m)
{
	curl_multi_cleanup(m->curl);
	m->loop.timer(m->loop.context, -1);
	curl_global_cleanup();
}
