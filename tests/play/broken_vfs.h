/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLAY_BROKEN_VFS_H
#define PLAY_BROKEN_VFS_H

/*
 * A default VFS for SQLite that lies over the system's and can refuse to
 * write.  Reads and locks always work.
 */
enum disk {
	DISK_GOOD = 0,
	DISK_BROKEN,		/* every write, sync and truncate: I/O error */
	DISK_FULL		/* every write: no space left */
};

/* Put it in place, once, before the first store is opened: 0 or -1. */
int broken_vfs_install(void);
void broken_vfs_set(enum disk disk);
/* Number of calls refused since the last broken_vfs_set(). */
unsigned long broken_vfs_refused(void);

#endif
