/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCKS 256

static const char block[BLOCK_BYTES];

static bool put(int fd, size_t at)
{
	return pwrite(fd, block, sizeof(block), (off_t)(at * BLOCK_BYTES)) ==
	       (ssize_t)sizeof(block);
}

void blocks_open(struct blocks *d, const char *dir)
{
	char path[512];
	bool good = true;

	snprintf(path, sizeof(path), "%s/blocks", dir);
	d->at = 0;
	d->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	need(d->fd >= 0, path);
	/* written beforehand: what grows a file also writes its metadata */
	for (size_t i = 0; i < BLOCKS; i++)
		good = put(d->fd, i) && good;
	need(good && !fsync(d->fd), path);
}

double blocks_sync(struct blocks *d)
{
	int64_t start = now_ns();

	need(put(d->fd, d->at++ % BLOCKS) && !fdatasync(d->fd),
	     "fdatasync");
	return (double)(now_ns() - start);
}

void blocks_close(struct blocks *d)
{
	close(d->fd);
}
