/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mistakes of the library, as they are made: each stands in the place of the
 * function it has the name of, and is what it was until it is chosen.
 */
#include "faults.h"

#include "core/engine.h"
#include "store/store_internal.h"

#include <string.h>

void *__wrap_calloc(size_t n, size_t size);
struct attempt *__real_reserve_attempt(struct alerte *e);
struct attempt *__wrap_reserve_attempt(struct alerte *e);
int __real_store_end(struct store *s, sqlite3_stmt *st);
int __wrap_store_end(struct store *s, sqlite3_stmt *st);
int __real_engine_commit(struct alerte *e);
int __wrap_engine_commit(struct alerte *e);

static const char *const names[] = { "memory", "read", "commit" };
static enum { MEMORY, READ, COMMIT, NONE } mistake = NONE;

int planted_choose(const char *name)
{
	for (int i = 0; i < NONE; i++)
		if (!strcmp(names[i], name)) {
			mistake = i;
			return 0;
		}

	return -1;
}

/* Nobody looks whether there was memory for a text. */
struct attempt *__wrap_reserve_attempt(struct alerte *e)
{
	return mistake == MEMORY ? __wrap_calloc(1, sizeof(struct attempt)) :
	       __real_reserve_attempt(e);
}

/* What could not be read is not there. */
int __wrap_store_end(struct store *s, sqlite3_stmt *st)
{
	int r = __real_store_end(s, st);

	return mistake == READ ? 0 : r;
}

/* What could not be written is written. */
int __wrap_engine_commit(struct alerte *e)
{
	int r = __real_engine_commit(e);

	return mistake == COMMIT ? ALERTE_ACCEPTED : r;
}
