/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_REFUGE_H
#define DAEMON_REFUGE_H

#include <limits.h>
#include <stdbool.h>

/*
 * A copy of the store in the runtime folder, for a disk that can be read and
 * takes no writes: a press must not be lost for it (S2).  The functions answer
 * 0 or -errno.  None may be called while an engine of this process has the
 * file open: closing a file gives up the locks on it.
 */
#define REFUGE_PATH_MAX (PATH_MAX + 32)

struct refuge {
	char store[REFUGE_PATH_MAX];	/* in the state folder */
	char copy[REFUGE_PATH_MAX];	/* in the runtime folder */
	bool taken;			/* the engine runs on the copy */
	bool refused;			/* the trial went well, the return not */
};

void refuge_name(struct refuge *r, const char *store, const char *runtime);

/*
 * Finish a refuge_return() that was cut short.  On failure the store may be
 * half of each: it is not to be opened, only refuge_take() reads it right.
 */
int refuge_mend(const struct refuge *r);
/*
 * An earlier alerted left a copy that it could not bring back, and the store
 * was not written since.  A copy older than the store is set aside.
 */
bool refuge_left(const struct refuge *r);

/* The store's folder takes a file of the copy's size. */
int refuge_folder_writable(const struct refuge *r);
/* The same, and the store's own files can be written. */
int refuge_store_writable(const struct refuge *r);

/* Copy the store here.  -EBUSY: another process owns it. */
int refuge_take(const struct refuge *r);
/* Put the copy in the store's place, whole or not at all, and wipe it. */
int refuge_return(const struct refuge *r);
/* Out of the way under another name: it cannot be opened, or is too old. */
void refuge_set_aside(const struct refuge *r);
void refuge_wipe(const struct refuge *r);

#endif
