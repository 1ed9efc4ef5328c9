/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files pass between command and daemon as memory.  A disk that hangs, or a
 * folder that is on a network, keeps the command waiting and never the daemon,
 * which has presses to hear.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

int memory_make(void)
{
	int fd = memfd_create("alerte", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return fd < 0 ? -errno : fd;
}

static int write_whole(int to, const uint8_t *at, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(to, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += n;
		len -= (size_t)n;
	}

	return 0;
}

int64_t memory_copy(int from, int to, int64_t most)
{
	uint8_t block[65536];
	int64_t copied = 0;
	ssize_t n;
	int r;

	for (;;) {
		n = read(from, block, sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : copied;
		if (n > most - copied)
			return -EFBIG;

		r = write_whole(to, block, (size_t)n);
		if (r < 0)
			return r;
		copied += n;
	}
}

int memory_seal(int fd)
{
	if (lseek(fd, 0, SEEK_SET) < 0 || fcntl(fd, F_ADD_SEALS, SEALS) < 0)
		return -errno;

	return 0;
}

void memory_close(int fd)
{
	if (fd < 0)
		return;
	/* Pages that are sealed stay as they are until the last close. */
	if (ftruncate(fd, 0) < 0)
		errno = 0;
	close(fd);
}
