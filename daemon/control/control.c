/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may connect: the bus asks its policy; on the socket we look at the peer.
 * A peer is an sd-bus of its own, served without a bus in between.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

#include "control/parts.h"
#include "daemon.h"
#include "log.h"

static void peer_drop(struct peer *p)
{
	if (!p->bus)
		return;

	p->object = sd_bus_slot_unref(p->object);
	p->gone = sd_bus_slot_unref(p->gone);
	sd_bus_detach_event(p->bus);
	p->bus = sd_bus_close_unref(p->bus);
}

static void peer_gone(struct peer *p)
{
	if (p->bus == p->control->enroller_peer)
		enroller_gone(p->control);

	peer_drop(p);
}

/* sd-bus is still using this connection: it is swept when the loop turns. */
static int on_gone(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer *p = context;

	(void)m;
	(void)error;
	sd_event_source_set_enabled(p->control->sweep, SD_EVENT_ONESHOT);
	return 0;
}

static int on_sweep(sd_event_source *source, void *context)
{
	struct control *c = context;
	int i;

	(void)source;

	for (i = 0; i < PEERS_MAX; i++)
		if (c->peer[i].bus && sd_bus_is_open(c->peer[i].bus) <= 0)
			peer_gone(&c->peer[i]);

	return 0;
}

static bool peer_allowed(int fd)
{
	socklen_t len = sizeof(struct ucred);
	struct ucred who;

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &len) == 0 &&
	       (who.uid == 0 || who.uid == geteuid());
}

static int peer_serve(struct peer *p, int fd)
{
	sd_id128_t id;
	int r;

	r = sd_id128_randomize(&id);
	if (r >= 0)
		r = sd_bus_new(&p->bus);
	if (r < 0) {
		close(fd);
		return r;
	}

	r = sd_bus_set_fd(p->bus, fd, fd);
	if (r < 0)
		close(fd);
	if (r >= 0)
		r = sd_bus_set_server(p->bus, 1, id);
	if (r >= 0)
		r = sd_bus_add_object_vtable(p->bus, &p->object, CONTROL_PATH,
					     CONTROL_NAME, control_vtable,
					     p->control);
	if (r >= 0)
		r = sd_bus_match_signal(p->bus, &p->gone, NULL,
					"/org/freedesktop/DBus/Local",
					"org.freedesktop.DBus.Local",
					"Disconnected", on_gone, p);
	if (r >= 0)
		r = sd_bus_start(p->bus);
	if (r >= 0)
		r = sd_bus_attach_event(p->bus, p->control->d->event,
					SD_EVENT_PRIORITY_NORMAL);
	return r;
}

static int on_accept(sd_event_source *source, int fd, uint32_t revents,
		     void *context)
{
	struct control *c = context;
	int i, peer, r;

	(void)source;
	(void)revents;
	peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (peer < 0)
		return 0;

	if (!peer_allowed(peer)) {
		log_line(ALERTE_LOG_WARNING, "control: a caller of another "
			 "user was turned away");
		close(peer);
		return 0;
	}

	for (i = 0; i < PEERS_MAX && c->peer[i].bus; i++)
		;

	if (i == PEERS_MAX) {
		log_line(ALERTE_LOG_WARNING, "control: too many callers");
		close(peer);
		return 0;
	}

	c->peer[i].control = c;
	r = peer_serve(&c->peer[i], peer);

	if (r < 0) {
		log_line(ALERTE_LOG_WARNING, "control: %s", strerror(-r));
		peer_drop(&c->peer[i]);
	}

	return 0;
}

static int socket_listen(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mode_t old;
	int r;

	if (fd < 0)
		return -errno;

	strcpy(at.sun_path, path);
	/* The store is ours by now, so nobody else listens here. */
	unlink(path);
	old = umask(0177);
	r = bind(fd, (struct sockaddr *)&at, sizeof(at));
	umask(old);

	if (r < 0 || listen(fd, 8) < 0) {
		r = -errno;
		close(fd);
		return r;
	}

	return fd;
}

static int socket_open(struct control *c)
{
	int n = snprintf(c->path, sizeof(c->path), "%s/control",
			 c->d->options.runtime);

	if (n >= (int)sizeof(c->path))
		return -ENAMETOOLONG;

	c->listening = socket_listen(c->path);

	if (c->listening < 0)
		return c->listening;

	return sd_event_add_io(c->d->event, &c->accept, c->listening, EPOLLIN,
			       on_accept, c);
}

int control_new(struct daemon *d, struct control **out)
{
	struct control *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;

	c->d = d;
	c->listening = -1;
	r = sd_event_add_defer(d->event, &c->sweep, on_sweep, c);

	if (r < 0) {
		control_free(c);
		return r;
	}

	sd_event_source_set_enabled(c->sweep, SD_EVENT_OFF);
	r = d->conf.control_socket ? socket_open(c) : 0;

	/* Help does not depend on who can look at it. */
	if (r < 0)
		log_line(ALERTE_LOG_ERROR, "control socket in %s: %s",
			 d->options.runtime, strerror(-r));

	*out = c;
	return 0;
}

void control_close(struct control *c)
{
	int i;

	if (!c)
		return;

	c->accept = sd_event_source_disable_unref(c->accept);

	if (c->listening >= 0) {
		close(c->listening);
		unlink(c->path);
	}

	c->listening = -1;
	control_bus_detach(c);

	for (i = 0; i < PEERS_MAX; i++)
		peer_drop(&c->peer[i]);
}

void control_free(struct control *c)
{
	if (!c)
		return;

	control_close(c);
	enroller_forget(c);
	c->sweep = sd_event_source_disable_unref(c->sweep);
	free(c);
}

int control_bus_attach(struct control *c, sd_bus *bus)
{
	int r = sd_bus_add_object_vtable(bus, &c->object, CONTROL_PATH,
					 CONTROL_NAME, control_vtable, c);

	if (r >= 0)
		c->bus = bus;

	return r;
}

void control_bus_detach(struct control *c)
{
	if (!c)
		return;

	/* Who is on a bus that went can end nothing any more. */
	if (c->enroller)
		enroller_gone(c);

	c->object = sd_bus_slot_unref(c->object);
	c->bus = NULL;
}
