/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that fail: a VFS before whichever is the default one.  A write that
 * fails may have left the half of what it was to write.
 */
#include "faults.h"

#include <sqlite3.h>

struct file {
	sqlite3_file base;
	sqlite3_file *below;
};

static sqlite3_vfs shim, *below;

static sqlite3_file *below_of(sqlite3_file *f)
{
	return ((struct file *)f)->below;
}

#define CALL(f) (below_of(f)->pMethods)
#define FAILS(what) fault_here(SOURCE_DISK, what)

static int f_close(sqlite3_file *f)
{
	return CALL(f)->xClose(below_of(f));
}

static int f_read(sqlite3_file *f, void *out, int n, sqlite3_int64 at)
{
	return FAILS("read") ? SQLITE_IOERR_READ :
	       CALL(f)->xRead(below_of(f), out, n, at);
}

static int f_write(sqlite3_file *f, const void *in, int n, sqlite3_int64 at)
{
	if (!FAILS("write"))
		return CALL(f)->xWrite(below_of(f), in, n, at);

	if (fault_requests(SOURCE_DISK) % 2)
		return SQLITE_FULL;

	CALL(f)->xWrite(below_of(f), in, n / 2, at);
	return SQLITE_IOERR_WRITE;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	return FAILS("truncate") ? SQLITE_IOERR_TRUNCATE :
	       CALL(f)->xTruncate(below_of(f), size);
}

static int f_sync(sqlite3_file *f, int flags)
{
	return FAILS("sync") ? SQLITE_IOERR_FSYNC :
	       CALL(f)->xSync(below_of(f), flags);
}

static int f_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return FAILS("size") ? SQLITE_IOERR_FSTAT :
	       CALL(f)->xFileSize(below_of(f), size);
}

static int f_lock(sqlite3_file *f, int kind)
{
	return FAILS("lock") ? SQLITE_IOERR_LOCK :
	       CALL(f)->xLock(below_of(f), kind);
}

static int f_unlock(sqlite3_file *f, int kind)
{
	return CALL(f)->xUnlock(below_of(f), kind);
}

static int f_reserved(sqlite3_file *f, int *out)
{
	return FAILS("reserved") ? SQLITE_IOERR_CHECKRESERVEDLOCK :
	       CALL(f)->xCheckReservedLock(below_of(f), out);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
	return CALL(f)->xFileControl(below_of(f), op, arg);
}

static int f_sector(sqlite3_file *f)
{
	return CALL(f)->xSectorSize(below_of(f));
}

static int f_traits(sqlite3_file *f)
{
	return CALL(f)->xDeviceCharacteristics(below_of(f));
}

static int f_shm_map(sqlite3_file *f, int region, int size, int extend,
		     void volatile **out)
{
	return FAILS("map") ? SQLITE_IOERR_SHMMAP :
	       CALL(f)->xShmMap(below_of(f), region, size, extend, out);
}

static int f_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
	return CALL(f)->xShmLock(below_of(f), offset, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
	CALL(f)->xShmBarrier(below_of(f));
}

static int f_shm_unmap(sqlite3_file *f, int remove)
{
	return CALL(f)->xShmUnmap(below_of(f), remove);
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

	if (FAILS("open"))
		return SQLITE_CANTOPEN;

	file->below = (sqlite3_file *)(file + 1);
	r = below->xOpen(below, name, file->below, flags, out_flags);

	if (file->below->pMethods)
		file->base.pMethods = &methods;

	return r;
}

static int v_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	(void)vfs;
	return FAILS("delete") ? SQLITE_IOERR_DELETE :
	       below->xDelete(below, name, sync);
}

static int v_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
	(void)vfs;
	return FAILS("access") ? SQLITE_IOERR_ACCESS :
	       below->xAccess(below, name, flags, out);
}

int disk_install(void)
{
	below = sqlite3_vfs_find(NULL);

	if (!below)
		return -1;

	shim = *below;
	shim.zName = "alerte-faults";
	shim.pNext = NULL;
	shim.szOsFile = (int)sizeof(struct file) + below->szOsFile;
	shim.xOpen = v_open;
	shim.xDelete = v_delete;
	shim.xAccess = v_access;
	return sqlite3_vfs_register(&shim, 1) == SQLITE_OK ? 0 : -1;
}
