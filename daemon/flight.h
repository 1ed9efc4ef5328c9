/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_FLIGHT_H
#define DAEMON_FLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FLIGHT_MAX 64

/*
 * The attempts taken and not answered, so that a stop can wait for them.  What
 * is not waited for the engine finds SENDING after the start: what does not fit
 * here, and what is unseen.
 */
struct flight {
	size_t n;
	struct {
		int64_t attempt;
		bool unseen;		/* neither waited for nor told of (L8) */
	} at[FLIGHT_MAX];
};

static inline size_t flight_seen(const struct flight *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++)
		n += !f->at[i].unseen;
	return n;
}

static inline void flight_end(struct flight *f, int64_t attempt)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (f->at[i].attempt == attempt)
			f->at[i--] = f->at[--f->n];
}

static inline void flight_begin(struct flight *f, int64_t attempt,
				bool unseen)
{
	flight_end(f, attempt);

	if (f->n == FLIGHT_MAX)
		return;

	f->at[f->n].attempt = attempt;
	f->at[f->n++].unseen = unseen;
}

#endif
