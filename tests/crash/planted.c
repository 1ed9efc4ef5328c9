/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon that acts before it commits, as if written by somebody in a hurry:
 * it says that a press is accepted, hands its messages over, and writes later.
 * Linked with --wrap, for the kill loop to catch.
 */
#include "core/engine.h"

#define LATE 4			/* of so many commits one is made */

int __real_engine_commit(struct alerte *e);
int __wrap_engine_commit(struct alerte *e);
int __wrap_engine_settle(struct alerte *e);

int __wrap_engine_commit(struct alerte *e)
{
	static int owed;

	if (++owed < LATE)
		return ALERTE_ACCEPTED;

	owed = 0;
	return __real_engine_commit(e);
}

int __wrap_engine_settle(struct alerte *e)
{
	return __wrap_engine_commit(e) == ALERTE_ACCEPTED ? ALERTE_OK
							  : ALERTE_VOLATILE;
}
