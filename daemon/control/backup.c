/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Backups go into memory that the caller shares, and come out of it: where the
 * file lies and who may read it is the caller's concern.  The key never lies
 * beside it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connected.h"
#include "control/parts.h"
#include "daemon.h"
#include "link.h"
#include "mail.h"

#define BACKUP_MAX (64 * 1024 * 1024)

/*
 * A disk that hangs, or a file served by somebody's program, would hold up
 * every press.  Seals are asked for first: that reads nothing of the file.  A
 * file of a tmpfs has some too, and a name.
 */
static bool is_memory(int fd, struct stat *st)
{
	return fcntl(fd, F_GET_SEALS) >= 0 && fstat(fd, st) == 0 &&
	       S_ISREG(st->st_mode) && !st->st_nlink;
}

/* The arguments of both: a key, which stays the message's, and a memfd. */
static int arguments(sd_bus_message *m, const uint8_t **key, int *fd,
		     struct stat *st, sd_bus_error *error)
{
	const void *bytes;
	size_t len;
	int r;

	sd_bus_message_sensitive(m);
	r = sd_bus_message_read_array(m, 'y', &bytes, &len);
	if (r >= 0)
		r = sd_bus_message_read(m, "h", fd);
	if (r < 0)
		return r;

	if (len != ALERTE_KEY_BYTES)
		return fail(error, ALERTE_EINVAL, "the key of a backup has 32 "
			    "bytes", "make it from a passphrase with: alerte "
			    "backup");

	if (!is_memory(*fd, st))
		return fail(error, ALERTE_EREFUSED, "a backup passes through "
			    "a memfd and this is none", "use: alerte backup "
			    "FILE, alerte restore FILE");

	*key = bytes;
	return 0;
}

/* It lies in the message's own buffer, which sd-bus wipes as well. */
static void key_wipe(const uint8_t *key)
{
	explicit_bzero((uint8_t *)(uintptr_t)key, ALERTE_KEY_BYTES);
}

struct written {
	int fd;
	int64_t bytes;
	int why;			/* errno of a write that failed, or 0 */
};

static int on_write(void *context, const uint8_t *bytes, size_t len)
{
	struct written *w = context;
	ssize_t n;

	while (len) {
		n = write(w->fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			w->why = n < 0 ? errno : EIO;
			return ALERTE_ESTORE;
		}
		w->bytes += n;
		bytes += n;
		len -= (size_t)n;
	}

	return 0;
}

int on_backup(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct written w = { .fd = -1 };
	struct control *c = context;
	const uint8_t *key;
	struct stat st;
	int r = arguments(m, &key, &w.fd, &st, error);

	if (r < 0)
		return r;

	r = alerte_backup(c->d->engine, key, on_write, &w, daemon_now(c->d));
	key_wipe(key);

	if (w.why)
		return fail(error, ALERTE_ESTORE, strerror(w.why), "throw it "
			    "away and make room for another");
	if (r < 0)
		return fail_engine(c, error, r, "throw it away and try "
				   "again");

	r = sd_bus_reply_method_return(m, "x", w.bytes);
	loop_turn(c->d);
	return r;
}

/*
 * From where the file stands to its end; -errno, or *out is malloc'd.  A copy:
 * the caller can still write to what it shares.
 */
static int read_rest(int fd, off_t end, uint8_t **out, size_t *len)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	size_t want = at >= 0 && at < end ? (size_t)(end - at) : 0, got = 0;
	uint8_t *bytes;
	ssize_t n;

	if (at < 0)
		return -errno;
	if (want > BACKUP_MAX)
		return -EFBIG;

	bytes = malloc(want + 1);
	if (!bytes)
		return -ENOMEM;

	while (got < want) {
		n = read(fd, bytes + got, want - got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			n = -errno;
			free(bytes);
			return (int)n;
		}
		if (!n)
			break;
		got += (size_t)n;
	}

	*out = bytes;
	*len = got;
	return 0;
}

static int read_fail(sd_bus_error *error, int r)
{
	if (r == -EFBIG)
		return fail(error, ALERTE_ELIMIT, "a backup has at most 64 MB",
			    "give the file that alerte backup wrote");

	return fail(error, r == -ENOMEM ? ALERTE_ENOMEM : ALERTE_ESTORE,
		    strerror(-r), "nothing has changed");
}

int on_restore(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct control *c = context;
	const uint8_t *key;
	uint8_t *bytes = NULL;
	struct stat st;
	size_t len = 0;
	int fd, r = arguments(m, &key, &fd, &st, error);

	if (r < 0)
		return r;

	r = read_rest(fd, st.st_size, &bytes, &len);
	if (r < 0) {
		key_wipe(key);
		return read_fail(error, r);
	}

	r = alerte_restore(c->d->engine, key, bytes, len, daemon_now(c->d));
	key_wipe(key);
	free(bytes);

	if (r == ALERTE_EKEY)
		return fail(error, r, "another passphrase, or a file that was "
			    "cut or changed", "nothing has changed; try "
			    "another one");
	if (r == ALERTE_EFORMAT)
		return fail(error, r, "no backup, or one of a later version",
			    "nothing has changed; give the file that alerte "
			    "backup wrote");
	if (r < 0)
		return fail_engine(c, error, r, "nothing has changed");

	link_settings(c->d->link);
	mail_settings(c->d->mail);
	connected_settings(c->d->connected);
	return done(c, m);
}
