/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of the refuge.  A store is two files, STORE and STORE-wal, which
 * only mean something together: the frames of one log laid over another
 * database destroy it.  So both travel, and both change place at once:
 *
 *   taking     COPY-wal, COPY-of, then COPY by rename: a COPY is complete
 *   returning  STORE-part/ is filled and renamed STORE-new/: from here on the
 *              copy counts, whatever happens
 *              STORE-wal goes; STORE-new/db becomes STORE,
 *              STORE-new/wal becomes STORE-wal; STORE-new/ goes
 *
 * Every prefix of the last line can be taken up again by refuge_mend().  The
 * copy is wiped last.
 *
 * COPY-of says what the store looked like when it was copied.  The clock of
 * such a machine may stand wrong after a power cut, so a store that still
 * looks so is older than the copy whatever the times say.
 */
#include "refuge.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_NAME "refuge.db"
#define SIZE_SLACK 65536		/* what the folder must take besides */
#define LOOK_MAX 160

struct path {
	char s[REFUGE_PATH_MAX + 32];
};

static struct path with(const char *base, const char *suffix)
{
	struct path p;
	int n = snprintf(p.s, sizeof(p.s), "%s", base);

	snprintf(p.s + n, sizeof(p.s) - (size_t)n, "%s", suffix);
	return p;
}

static struct path folder_of(const char *path)
{
	struct path p = with(path, "");
	char *slash = strrchr(p.s, '/');

	if (!slash)
		strcpy(p.s, ".");
	else
		slash[slash == p.s] = '\0';

	return p;
}

static bool there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* A link stays a link: what it leads to is what is replaced. */
void refuge_name(struct refuge *r, const char *store, const char *runtime)
{
	char *real = realpath(store, NULL);

	memset(r, 0, sizeof(*r));
	snprintf(r->store, sizeof(r->store), "%s", real ? real : store);
	snprintf(r->copy, sizeof(r->copy), "%s/" COPY_NAME, runtime);
	free(real);
}

/* --------------------------------------------------------------- files */

static int close_with(int fd, int result)
{
	close(fd);
	return result;
}

static int folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;

	return close_with(fd, fsync(fd) < 0 ? -errno : 0);
}

static int write_all(int fd, const char *bytes, size_t n)
{
	ssize_t done;

	while (n) {
		done = write(fd, bytes, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		bytes += done;
		n -= (size_t)done;
	}

	return 0;
}

static int pour(int from, int to)
{
	char bytes[16384];
	ssize_t n;
	int r = 0;

	while (!r && (n = read(from, bytes, sizeof(bytes))) != 0) {
		if (n > 0)
			r = write_all(to, bytes, (size_t)n);
		else if (errno != EINTR)
			r = -errno;
	}

	return !r && fsync(to) < 0 ? -errno : r;
}

/* A new file, for us alone. */
static int file_new(const char *path)
{
	int fd;

	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd < 0 ? -errno : fd;
}

static int file_copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out;

	if (in < 0)
		return -errno;

	out = file_new(to);
	if (out < 0)
		return close_with(in, out);

	return close_with(out, close_with(in, pour(in, out)));
}

/* A log that is not there is none. */
static int log_copy(const char *from, const char *to)
{
	int r = file_copy(from, to);

	return r == -ENOENT && !there(from) ? 0 : r;
}

static int gone(const char *path)
{
	return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
}

static int moved(const char *from, const char *to)
{
	return rename(from, to) < 0 ? -errno : 0;
}

/* ---------------------------------------------------------------- looks */

static void look_one(const char *path, char *out, size_t cap)
{
	struct stat st;

	if (stat(path, &st) < 0)
		snprintf(out, cap, "none");
	else
		snprintf(out, cap, "%jd %jd.%09ld", (intmax_t)st.st_size,
			 (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static void look(const char *db, char out[LOOK_MAX])
{
	char file[64], log[64];

	look_one(db, file, sizeof(file));
	look_one(with(db, "-wal").s, log, sizeof(log));
	snprintf(out, LOOK_MAX, "%s, %s\n", file, log);
}

static int look_write(const struct refuge *r)
{
	char now[LOOK_MAX];
	int fd = file_new(with(r->copy, "-of").s);

	if (fd < 0)
		return fd;

	look(r->store, now);
	return close_with(fd, write_all(fd, now, strlen(now)));
}

static bool looks_as_copied(const struct refuge *r)
{
	char now[LOOK_MAX], then[LOOK_MAX] = "";
	int fd = open(with(r->copy, "-of").s, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;

	n = read(fd, then, sizeof(then) - 1);
	close(fd);
	look(r->store, now);
	return n > 0 && !strcmp(now, then);
}

static struct timespec file_time(const char *path)
{
	struct stat st = { .st_size = 0 };

	return stat(path, &st) < 0 ? (struct timespec){ 0 } : st.st_mtim;
}

static bool later(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec
				    : a.tv_nsec > b.tv_nsec;
}

static struct timespec written(const char *db)
{
	struct timespec file = file_time(db);
	struct timespec log = file_time(with(db, "-wal").s);

	return later(log, file) ? log : file;
}

bool refuge_left(const struct refuge *r)
{
	if (!there(r->copy))
		return false;
	if (looks_as_copied(r) || !later(written(r->store), written(r->copy)))
		return true;

	refuge_set_aside(r);
	return false;
}

/* ----------------------------------------------------------- may we write */

static off_t file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_size;
}

int refuge_folder_writable(const struct refuge *r)
{
	struct path trial = with(r->store, "-trial");
	off_t size = file_size(r->copy) + SIZE_SLACK +
		     file_size(with(r->copy, "-wal").s);
	int fd = file_new(trial.s), done;

	if (fd < 0)
		return fd;

	done = -posix_fallocate(fd, 0, size);
	if (!done)
		done = write_all(fd, "trial", 5);
	if (!done && fsync(fd) < 0)
		done = -errno;

	close(fd);
	if (unlink(trial.s) < 0 && !done)
		done = -errno;

	return done;
}

static int file_writable(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 ? -errno : close_with(fd, 0);
}

int refuge_store_writable(const struct refuge *r)
{
	int log = file_writable(with(r->store, "-wal").s);
	int done = file_writable(r->store);

	if (!done && log != -ENOENT)
		done = log;

	return done ? done : refuge_folder_writable(r);
}

/* ------------------------------------------------------- there and back */

/* An engine keeps a lock on its store for as long as it has it (K3). */
static int owned(const char *store)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int fd = open(store, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;

	r = fcntl(fd, F_GETLK, &lock) < 0 ? -errno : 0;
	if (!r && lock.l_type != F_UNLCK)
		r = -EBUSY;

	return close_with(fd, r);
}

static int take_files(const struct refuge *r, const char *db, const char *log)
{
	struct path part = with(r->copy, "-part");
	int done = log_copy(log, with(r->copy, "-wal").s);

	if (!done)
		done = look_write(r);
	if (!done)
		done = file_copy(db, part.s);

	return done ? done : moved(part.s, r->copy);
}

/* The store, or what a return cut short was about to make of it. */
int refuge_take(const struct refuge *r)
{
	struct path db = with(r->store, ""), log = with(r->store, "-wal");
	int done = owned(r->store);

	if (done)
		return done;

	if (there(with(r->store, "-new/db").s)) {
		db = with(r->store, "-new/db");
		log = with(r->store, "-new/wal");
	} else if (there(with(r->store, "-new/wal").s)) {
		log = with(r->store, "-new/wal");
	}

	refuge_wipe(r);
	done = take_files(r, db.s, log.s);
	if (done)
		refuge_wipe(r);

	return done;
}

static int part_clear(const char *part)
{
	int r = gone(with(part, "/db").s);

	if (!r)
		r = gone(with(part, "/wal").s);
	if (!r && rmdir(part) < 0 && errno != ENOENT)
		r = -errno;

	return r;
}

static int part_fill(const struct refuge *r, const char *part)
{
	int done = part_clear(part);

	if (!done && mkdir(part, 0700) < 0)
		done = -errno;
	if (!done)
		done = log_copy(with(r->copy, "-wal").s, with(part, "/wal").s);
	if (!done)
		done = file_copy(r->copy, with(part, "/db").s);

	return done ? done : folder_sync(part);
}

int refuge_mend(const struct refuge *r)
{
	struct path new = with(r->store, "-new"), log = with(r->store, "-wal");
	struct path folder = folder_of(r->store), db = with(new.s, "/db");
	struct path newlog = with(new.s, "/wal");
	int done = 0;

	if (!there(new.s))
		return 0;

	if (there(db.s)) {
		done = gone(log.s);
		if (!done)
			done = folder_sync(folder.s);
		if (!done)
			done = moved(db.s, r->store);
		if (!done)
			done = folder_sync(folder.s);
	}

	if (!done && there(newlog.s))
		done = moved(newlog.s, log.s);
	if (!done)
		done = folder_sync(folder.s);
	if (!done && rmdir(new.s) < 0)
		done = -errno;

	return done ? done : folder_sync(folder.s);
}

int refuge_return(const struct refuge *r)
{
	struct path part = with(r->store, "-part");
	int done = owned(r->store);

	if (!done)
		done = refuge_mend(r);
	if (!done)
		done = part_fill(r, part.s);
	if (done) {
		part_clear(part.s);
		return done;
	}

	done = moved(part.s, with(r->store, "-new").s);
	if (!done)
		done = folder_sync(folder_of(r->store).s);
	if (!done)
		done = refuge_mend(r);
	if (!done)
		refuge_wipe(r);

	return done;
}

void refuge_set_aside(const struct refuge *r)
{
	struct path aside = with(r->copy, "-aside");

	unlink(with(aside.s, "-wal").s);
	rename(r->copy, aside.s);
	rename(with(r->copy, "-wal").s, with(aside.s, "-wal").s);
	unlink(with(r->copy, "-of").s);
}

/* First the name that says a copy is there. */
void refuge_wipe(const struct refuge *r)
{
	static const char *const suffix[] = {
		"", "-wal", "-of", "-part", "-journal", "-shm"
	};
	size_t i;

	for (i = 0; i < sizeof(suffix) / sizeof(*suffix); i++)
		unlink(with(r->copy, suffix[i]).s);
}
