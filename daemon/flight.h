/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_FLIGHT_H
#define DAEMON_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLIGHT_MAX 64

/*
 * The attempts taken and not answered, so that a stop can wait for them.  What
 * does not fit is not waited for: the engine finds it SENDING after the start.
 */
struct flight {
	size_t n;
	int64_t attempt[FLIGHT_MAX];
};

static inline void flight_end(struct flight *f, int64_t attempt)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->attempt[i] == attempt)
			f->attempt[i--] = f->attempt[--f->n];
}

static inline void flight_begin(struct flight *f, int64_t attempt)
{
	flight_end(f, attempt);

	if (f->n < FLIGHT_MAX)
		f->attempt[f->n++] = attempt;
}

#endif
