/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_BEAT_H
#define DAEMON_BEAT_H

#include <jansson.h>

struct daemon;

/*
 * Heartbeats (V1): one to each endpoint at the start, whenever state or faults
 * change, and every so many seconds; behind everything else, and by the link
 * that alerts take too.
 */
struct beat;

#define BEAT_EVERY_S 60
#define BEAT_EVERY_LEAST_S 10
#define BEAT_EVERY_MOST_S 3600

/* 0, or -errno.  *out is to be freed by beat_free(), NULL allowed. */
int beat_new(struct daemon *d, struct beat **out);
void beat_free(struct beat *b);
/* State or faults changed: tell it now, or 10 s after the change before. */
void beat_changed(struct beat *b);
/* The configuration was read again. */
void beat_settings(struct beat *b);
/* Whose they are: gateway, key, every_s. */
json_t *beat_describe(const struct daemon *d);

#endif
