/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded into the daemon: it kills its own process when KILL_POINT is
 * passed for the KILL_COUNT-th time, after a byte to KILL_MARK.
 *
 *   SENDING committed
 *	out-open	before the spool's file is made
 *	rename-before	written, not yet sent
 *	rename-after	sent, and nobody has said so
 *	folder-sync	the sync of the folder
 *	receipt-write	before the receipt's transaction is written
 *	receipt-sync	written, not yet synced
 *	post-before	before the request leaves
 *	post-after	it has left
 *	answer-before	before its answer is read
 *	answer-after	read, and nobody has said so
 *	answer-write	before the receipt's transaction is written
 *   receipt committed
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define HOOK __attribute__((visibility("default")))

int renameat(int from, const char *old, int to, const char *new);
int openat(int at, const char *path, int flags, ...);
int openat64(int at, const char *path, int flags, ...);
int SSL_write(void *ssl, const void *bytes, int n);
int SSL_read(void *ssl, void *bytes, int n);

/* Sent by the spool, or answered over HTTPS, and no receipt written yet. */
static bool renamed, answered;
static void *posting;		/* the connection of a request, or NULL */

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static void die(void)
{
	int mark = atoi(getenv("KILL_MARK"));

	if (write(mark, "x", 1) == 1)
		kill(getpid(), SIGKILL);
}

static void pass(const char *point)
{
	static int left;
	const char *wanted = getenv("KILL_POINT");

	if (!wanted || strcmp(wanted, point))
		return;
	if (!left)
		left = atoi(getenv("KILL_COUNT"));
	if (!--left)
		die();
}

static bool is_folder(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static int open_at(const char *name, int at, const char *path, int flags,
		   mode_t mode)
{
	int (*go_on)(int, const char *, int, ...);

	/* Only the spool makes hidden files anew. */
	if (flags & O_EXCL && *path == '.')
		pass("out-open");

	*(void **)&go_on = real(name);
	return go_on(at, path, flags, mode);
}

static mode_t mode_of(int flags, va_list ap)
{
	return flags & O_CREAT ? va_arg(ap, mode_t) : 0;
}

HOOK int openat(int at, const char *path, int flags, ...)
{
	mode_t mode;
	va_list ap;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_at("openat", at, path, flags, mode);
}

HOOK int openat64(int at, const char *path, int flags, ...)
{
	mode_t mode;
	va_list ap;

	va_start(ap, flags);
	mode = mode_of(flags, ap);
	va_end(ap);
	return open_at("openat64", at, path, flags, mode);
}

HOOK int renameat(int from, const char *old, int to, const char *new)
{
	int (*go_on)(int, const char *, int, const char *);
	int r;

	*(void **)&go_on = real("renameat");

	if (*old != '.')
		return go_on(from, old, to, new);

	pass("rename-before");
	r = go_on(from, old, to, new);
	renamed = r == 0;
	pass("rename-after");
	return r;
}

static int sync_of(const char *name, int fd)
{
	int (*go_on)(int);

	if (renamed && is_folder(fd))
		pass("folder-sync");
	else if (renamed && is_file(fd)) {
		pass("receipt-sync");
		renamed = false;
	}

	*(void **)&go_on = real(name);
	return go_on(fd);
}

HOOK int fsync(int fd)
{
	return sync_of("fsync", fd);
}

HOOK int fdatasync(int fd)
{
	return sync_of("fdatasync", fd);
}

static ssize_t write_at(const char *name, int fd, const void *bytes, size_t n,
			off_t at)
{
	ssize_t (*go_on)(int, const void *, size_t, off_t);

	if (renamed && is_file(fd))
		pass("receipt-write");

	if (answered && is_file(fd)) {
		answered = false;
		pass("answer-write");
	}

	*(void **)&go_on = real(name);
	return go_on(fd, bytes, n, at);
}

HOOK ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
	return write_at("pwrite", fd, bytes, n, at);
}

HOOK ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
	return write_at("pwrite64", fd, bytes, n, at);
}

HOOK int SSL_write(void *ssl, const void *bytes, int n)
{
	int (*go_on)(void *, const void *, int);
	bool post = n > 5 && !memcmp(bytes, "POST ", 5);
	int r;

	if (post)
		pass("post-before");

	*(void **)&go_on = real("SSL_write");
	r = go_on(ssl, bytes, n);

	if (post && r > 0) {
		posting = ssl;
		pass("post-after");
	}

	return r;
}

HOOK int SSL_read(void *ssl, void *bytes, int n)
{
	int (*go_on)(void *, void *, int);
	bool ours = ssl == posting;
	int r;

	if (ours)
		pass("answer-before");

	*(void **)&go_on = real("SSL_read");
	r = go_on(ssl, bytes, n);

	if (ours && r > 0) {
		posting = NULL;
		answered = true;
		pass("answer-after");
	}

	return r;
}
