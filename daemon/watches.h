/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_WATCHES_H
#define DAEMON_WATCHES_H

#include <systemd/sd-event.h>

#include <alerte/transport.h>

#define WATCHES_MAX 128

/* The loop of a transport: what struct alerte_transport_loop asks for. */
struct watches {
	sd_event *event;
	sd_event_source *timeout;
	void *context;
	/* alerte_..._socket() and alerte_..._timeout() of its object. */
	void (*ready)(void *context, int fd, unsigned int events);
	void (*expired)(void *context);
	size_t n;
	struct {
		int fd;
		sd_event_source *source;
	} watch[WATCHES_MAX];
};

/* context, ready and expired are set by the caller.  0, or -errno. */
int watches_open(struct watches *w, sd_event *event);
void watches_close(struct watches *w);
struct alerte_transport_loop watches_loop(struct watches *w);

#endif
