/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STATUS_H
#define CLI_STATUS_H

#include "cli.h"

/* Of status.c: a label, and its text from one column on. */
void status_line(const char *label, const char *value);
/* "driver spool, state ready": the simple members that are not in `but`. */
void status_members(const struct cli *c, const json_t *object,
		    const char *const *but, char *out, size_t cap);

/* Of status_radio.c: what listens, and each adapter in a line or two. */
void status_radio(const struct cli *c, const json_t *radio);

/*
 * Of status_live.c: ask and show anew each second, until a signal ends it or
 * nobody reads any more.
 */
int status_live(struct cli *c, void (*show)(const struct cli *c,
					    const json_t *doc));

#endif
