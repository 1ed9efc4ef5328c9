/* SPDX-License-Identifier: Apache-2.0 */
/*
 * https://www.sqlite.org/vfs.html: a file of ours is our methods followed by
 * a file of the system's VFS, to which every call is handed on.
 */
#include "broken_vfs.h"

#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

struct file {
	sqlite3_file base;
	sqlite3_file *real;
};

static sqlite3_vfs shim;
static sqlite3_vfs *system_vfs;
static enum disk state;
static unsigned long refused;

static sqlite3_file *real(sqlite3_file *f)
{
	return ((struct file *)f)->real;
}

static int f_close(sqlite3_file *f)
{
	return real(f)->pMethods->xClose(real(f));
}

static int f_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	return real(f)->pMethods->xRead(real(f), out, n, at);
}

static int f_write(sqlite3_file *f, const void *in, int n, sqlite3_int64 at)
{
	if (state != DISK_GOOD) {
		refused++;
		return state == DISK_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
	}

	return real(f)->pMethods->xWrite(real(f), in, n, at);
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	if (state == DISK_BROKEN) {
		refused++;
		return SQLITE_IOERR_TRUNCATE;
	}

	return real(f)->pMethods->xTruncate(real(f), size);
}

static int f_sync(sqlite3_file *f, int flags)
{
	if (state == DISK_BROKEN) {
		refused++;
		return SQLITE_IOERR_FSYNC;
	}

	/* a play loses processes, not power: what was written is there */
	(void)f;
	(void)flags;
	return SQLITE_OK;
}

static int f_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real(f)->pMethods->xFileSize(real(f), size);
}

static int f_lock(sqlite3_file *f, int kind)
{
	return real(f)->pMethods->xLock(real(f), kind);
}

static int f_unlock(sqlite3_file *f, int kind)
{
	return real(f)->pMethods->xUnlock(real(f), kind);
}

static int f_reserved(sqlite3_file *f, int *out)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), out);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), op, arg);
}

static int f_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int f_traits(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int f_shm_map(sqlite3_file *f, int region, int size, int extend,
		     void volatile **out)
{
	return real(f)->pMethods->xShmMap(real(f), region, size, extend, out);
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int f_shm_unmap(sqlite3_file *f, int delete)
{
	return real(f)->pMethods->xShmUnmap(real(f), delete);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = f_close,
	.xRead = f_read,
	.xWrite = f_write,
	.xTruncate = f_truncate,
	.xSync = f_sync,
	.xFileSize = f_size,
	.xLock = f_lock,
	.xUnlock = f_unlock,
	.xCheckReservedLock = f_reserved,
	.xFileControl = f_control,
	.xSectorSize = f_sector,
	.xDeviceCharacteristics = f_traits,
	.xShmMap = f_shm_map,
	.xShmLock = f_shm_lock,
	.xShmBarrier = f_shm_barrier,
	.xShmUnmap = f_shm_unmap,
};

static int v_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f,
		  int flags, int *out_flags)
{
	struct file *file = (struct file *)f;
	int r;

	(void)vfs;
	file->base.pMethods = NULL;
	file->real = (sqlite3_file *)(file + 1);
	r = system_vfs->xOpen(system_vfs, name, file->real, flags, out_flags);

	if (file->real->pMethods)
		file->base.pMethods = &methods;

	return r;
}

int broken_vfs_install(void)
{
	system_vfs = sqlite3_vfs_find(NULL);

	if (!system_vfs)
		return -1;

	shim = *system_vfs;
	shim.zName = "alerte-broken";
	shim.pNext = NULL;
	shim.szOsFile = (int)sizeof(struct file) + system_vfs->szOsFile;
	shim.xOpen = v_open;
	return sqlite3_vfs_register(&shim, 1) == SQLITE_OK ? 0 : -1;
}

void broken_vfs_set(enum disk disk)
{
	state = disk;
	refused = 0;
}

unsigned long broken_vfs_refused(void)
{
	return refused;
}
