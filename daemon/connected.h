/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CONNECTED_H
#define DAEMON_CONNECTED_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include <alerte/alerte.h>

struct daemon;

/*
 * Enrolled buttons that must be connected to, and the one that is being
 * enrolled: a GATT driver beside the radio while there is one of them, and the
 * system bus.  Calls take NULL as there being none.
 */
struct connected;

/* 0 or -errno; *out is to be freed. */
int connected_new(struct daemon *d, struct connected **out);
void connected_free(struct connected *c);

/* The buttons or the settings may be others: looked at when the loop turns. */
void connected_settings(struct connected *c);
/* d->bus is there now, or is about to go. */
void connected_bus(struct connected *c, bool there);
/* There is one, so the system bus is needed. */
bool connected_wanted(const struct connected *c);

/*
 * An attempt was taken by a path, and what became of it: the button whose
 * alert was the first time really handed over is shown so, where the settings
 * ask for it.
 */
void connected_sent(struct connected *c, const struct alerte_message *m);
void connected_receipt(struct connected *c, int64_t attempt,
		       enum alerte_receipt_kind kind);

/* A list, or NULL when there is no such button. */
json_t *connected_describe(const struct connected *c);

#endif
