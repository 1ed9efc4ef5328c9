/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_COMPLAINT_H
#define DAEMON_COMPLAINT_H

#include <stddef.h>

#define COMPLAINTS_MAX 64

/*
 * What is wrong with a text a person wrote: one sentence a fault, each
 * "file:line: what; what to do".  More than COMPLAINTS_MAX are counted only.
 */
struct complaints {
	size_t n;
	char *said[COMPLAINTS_MAX];
};

/* line 0 leaves the line out. */
void complain(struct complaints *c, const char *file, int line,
	      const char *format, ...) __attribute__((format(printf, 4, 5)));
void complaints_print(const struct complaints *c);
void complaints_free(struct complaints *c);

#endif
