/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_LINK_H
#define DAEMON_LINK_H

#include <jansson.h>
#include <stdbool.h>

#include <alerte/alerte.h>

struct daemon;

/*
 * HTTPS: libalerte-transport in the daemon's loop, its endpoints those of the
 * engine's settings, and the polls of L4.
 */
struct link;

/* 0, or -errno.  *out is to be freed by link_free(), NULL allowed. */
int link_new(struct daemon *d, struct link **out);
void link_free(struct link *l);

/* The contract of alerte_host.send; refused without a link. */
int link_send(struct link *l, const struct alerte_message *message);
/* Take over the endpoints of the settings: at start and after each change. */
void link_settings(struct link *l);
/* Ask what is due (L4), and come back by a timer of its own. */
void link_poll(struct link *l);
/* To every endpoint: how many.  What they answer is in link_describe(). */
size_t link_beat(struct link *l, const struct alerte_heartbeat *beat);
/* A request went out while the clock was not trusted (S7). */
bool link_undated(const struct link *l);
/* A list: id, state, failures, status, error, heartbeat of each endpoint. */
json_t *link_describe(struct link *l);

#endif
