/* SQLite's own VFS with one call made to fail, and one allocation. A failing write may have written half. Or
 * something happens before that call, which then goes on. */
#ifndef FAULTY_VFS_H
#define FAULTY_VFS_H

#include <errno.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct fault {
	long calls;	      /* so far */
	long fail_at;	      /* the call that fails; 0: none */
	bool persists;	      /* and every one after it */
	bool full;	      /* writes fail for want of room */
	bool in_memory;	      /* allocations are what is counted, not calls to the VFS */
	void (*before)(void); /* runs in place of the failure */
};
static struct fault fault;

static inline bool fails(bool memory)
{
	if (!fault.fail_at || memory != fault.in_memory)
		return false;
	fault.calls++;
	if (fault.before && fault.calls == fault.fail_at)
		fault.before();
	return !fault.before &&
	       (fault.calls == fault.fail_at || (fault.persists && fault.calls > fault.fail_at));
}

struct faulty_file {
	sqlite3_file base;
	sqlite3_file *real; /* behind this struct */
};

static inline sqlite3_file *real(sqlite3_file *f)
{
	return ((struct faulty_file *)f)->real;
}

#define FORWARD(name, code, parameters, arguments)                                                           \
	static int f_##name parameters                                                                       \
	{                                                                                                    \
		return fails(false) ? (errno = EIO, code) : real(f)->pMethods->name arguments;               \
	}
#define PASS(name, parameters, arguments)                                                                    \
	static int f_##name parameters                                                                       \
	{                                                                                                    \
		return real(f)->pMethods->name arguments;                                                    \
	}

FORWARD(xRead, SQLITE_IOERR_READ, (sqlite3_file * f, void *p, int n, sqlite3_int64 at), (real(f), p, n, at))
FORWARD(xTruncate, SQLITE_IOERR_TRUNCATE, (sqlite3_file * f, sqlite3_int64 n), (real(f), n))
FORWARD(xSync, SQLITE_IOERR_FSYNC, (sqlite3_file * f, int flags), (real(f), flags))
FORWARD(xFileSize, SQLITE_IOERR_FSTAT, (sqlite3_file * f, sqlite3_int64 *n), (real(f), n))
FORWARD(xLock, SQLITE_IOERR_LOCK, (sqlite3_file * f, int n), (real(f), n))
FORWARD(xShmMap, SQLITE_IOERR_SHMMAP, (sqlite3_file * f, int n, int size, int grow, void volatile **p),
	(real(f), n, size, grow, p))
PASS(xUnlock, (sqlite3_file * f, int n), (real(f), n))
PASS(xCheckReservedLock, (sqlite3_file * f, int *out), (real(f), out))
PASS(xFileControl, (sqlite3_file * f, int op, void *arg), (real(f), op, arg))
PASS(xSectorSize, (sqlite3_file * f), (real(f)))
PASS(xDeviceCharacteristics, (sqlite3_file * f), (real(f)))
PASS(xShmUnmap, (sqlite3_file * f, int gone), (real(f), gone))

static int f_xShmLock(sqlite3_file *f, int at, int n, int flags)
{
	if (flags & SQLITE_SHM_LOCK && fails(false))
		return SQLITE_IOERR_SHMLOCK;
	return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}

static int f_xWrite(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (!fails(false))
		return real(f)->pMethods->xWrite(real(f), p, n, at);
	real(f)->pMethods->xWrite(real(f), p, n / 2, at);
	errno = fault.full ? ENOSPC : EIO;
	return fault.full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static void f_xShmBarrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int f_xClose(sqlite3_file *f)
{
	return real(f)->pMethods->xClose(real(f));
}

static const sqlite3_io_methods faulty_methods = {
	.iVersion = 2,
	.xClose = f_xClose,
	.xRead = f_xRead,
	.xWrite = f_xWrite,
	.xTruncate = f_xTruncate,
	.xSync = f_xSync,
	.xFileSize = f_xFileSize,
	.xLock = f_xLock,
	.xUnlock = f_xUnlock,
	.xCheckReservedLock = f_xCheckReservedLock,
	.xFileControl = f_xFileControl,
	.xSectorSize = f_xSectorSize,
	.xDeviceCharacteristics = f_xDeviceCharacteristics,
	.xShmMap = f_xShmMap,
	.xShmLock = f_xShmLock,
	.xShmBarrier = f_xShmBarrier,
	.xShmUnmap = f_xShmUnmap,
};

static sqlite3_vfs *real_vfs, faulty_vfs;

static int v_xOpen(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
	struct faulty_file *file = (struct faulty_file *)f;
	int rc;

	(void)v;
	file->base.pMethods = NULL;
	if (fails(false))
		return SQLITE_CANTOPEN;
	file->real = (sqlite3_file *)(file + 1);
	rc = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
	if (rc == SQLITE_OK)
		file->base.pMethods = &faulty_methods;
	return rc;
}

static int v_xDelete(sqlite3_vfs *v, const char *name, int sync)
{
	(void)v;
	return fails(false) ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, name, sync);
}

static int v_xAccess(sqlite3_vfs *v, const char *name, int flags, int *out)
{
	(void)v;
	return fails(false) ? SQLITE_IOERR_ACCESS : real_vfs->xAccess(real_vfs, name, flags, out);
}

static sqlite3_mem_methods real_memory;

static void *m_xMalloc(int n)
{
	return fails(true) ? NULL : real_memory.xMalloc(n);
}

static void *m_xRealloc(void *p, int n)
{
	return fails(true) ? NULL : real_memory.xRealloc(p, n);
}

/* Before anything else is done with SQLite. */
static inline int install_faults(void **state)
{
	sqlite3_mem_methods memory;

	(void)state;
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) != SQLITE_OK)
		return -1;
	memory = real_memory;
	memory.xMalloc = m_xMalloc;
	memory.xRealloc = m_xRealloc;
	if (sqlite3_config(SQLITE_CONFIG_MALLOC, &memory) != SQLITE_OK || sqlite3_initialize() != SQLITE_OK)
		return -1;
	real_vfs = sqlite3_vfs_find(NULL);
	faulty_vfs = *real_vfs;
	faulty_vfs.zName = "faulty";
	faulty_vfs.szOsFile = (int)sizeof(struct faulty_file) + real_vfs->szOsFile;
	faulty_vfs.xOpen = v_xOpen;
	faulty_vfs.xDelete = v_xDelete;
	faulty_vfs.xAccess = v_xAccess;
	return sqlite3_vfs_register(&faulty_vfs, 1) == SQLITE_OK ? 0 : -1;
}

/* The ways to fail that a test goes through. */
static const struct {
	const char *name;
	bool persists, full, in_memory;
} kinds[] = {
	{"one call fails", false, false, false},	{"calls fail from there on", true, false, false},
	{"no room from there on", true, true, false},	{"one allocation fails", false, false, true},
	{"no memory from there on", true, false, true},
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static inline void arm(unsigned kind, long at)
{
	fault = (struct fault){.fail_at = at,
			       .persists = kinds[kind].persists,
			       .full = kinds[kind].full,
			       .in_memory = kinds[kind].in_memory};
}

/* Disarms. Whether the fault came at all: when it did not, every call has had its turn. */
static inline bool disarm(void)
{
	bool came = fault.calls >= fault.fail_at;

	memset(&fault, 0, sizeof(fault));
	return came;
}

#endif
