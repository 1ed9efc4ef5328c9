/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_MAIL_H
#define DAEMON_MAIL_H

#include <jansson.h>
#include <stdbool.h>

#include <alerte/host.h>

struct daemon;

/*
 * E-mail: libalerte-transport in the daemon's loop, with the server of
 * alerted.conf.  It exists while that names one and a contact has an address;
 * then it is probed, so that what would keep an alert from leaving is a fault
 * before there is one.
 */
struct mail;

/* 0, or -errno.  *out is to be freed by mail_free(), NULL allowed. */
int mail_new(struct daemon *d, struct mail **out);
void mail_free(struct mail *m);

/* The contract of alerte_host.send; refused without a server. */
int mail_send(struct mail *m, const struct alerte_message *message);
/* Take over conf and contacts: at start and after each change of either. */
void mail_settings(struct mail *m);
/* Something went out while the clock was not trusted (S7). */
bool mail_undated(const struct mail *m);
/* An object: state, under_way, failures, status, error. */
json_t *mail_describe(const struct mail *m);

#endif
