/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A daemon that acts before it commits, as if written by somebody in a hurry:
 * it says that a press is accepted, hands its messages over, and only then
 * writes.  Linked with --wrap=engine_commit, for the kill loop to catch.
 */
#include "core/engine.h"

int __real_engine_commit(struct alerte *e);
int __wrap_engine_commit(struct alerte *e);

int __wrap_engine_commit(struct alerte *e)
{
	static int owed;

	if (++owed < 3)
		return ALERTE_ACCEPTED;

	owed = 0;
	return __real_engine_commit(e);
}
