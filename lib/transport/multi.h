/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_MULTI_H
#define TRANSPORT_MULTI_H

#include <curl/curl.h>
#include <stdint.h>

#include <alerte/transport.h>

/*
 * A multi handle in the host's loop.  The timer is asked for once, when a
 * public function leaves: the earlier of what libcurl wants and what its
 * owner has due.
 */
struct multi {
	struct alerte_transport_loop loop;
	CURLM *curl;
	int64_t armed;		/* boot_ms of the timer asked for */
};

/* connections: how many are kept at most.  The errors of alerte_https_new(). */
int multi_open(struct multi *m, const struct alerte_transport_loop *loop,
	       long connections);
void multi_close(struct multi *m);

/* CLOCK_BOOTTIME in ms. */
int64_t multi_now(void);

/* Ask for the timer; due: of the owner, or ALERTE_NEVER. */
void multi_arm(struct multi *m, int64_t due);

/* What the host found: fd ready for ALERTE_TRANSPORT_..., or the timer. */
void multi_socket(struct multi *m, int fd, unsigned int events);
void multi_timeout(struct multi *m);

/*
 * The next transfer that ended: what CURLOPT_PRIVATE of it holds, or NULL.  It
 * is still in the multi handle.
 */
void *multi_ended(struct multi *m, CURLcode *code);

#endif
