/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What arrived, one file each.  Whoever counts files after a crash must count
 * right: a file appears whole, under its last name, and is on disk before its
 * request is answered.  The name holds a digest of the key, so that repeats
 * are known again after a restart without any state but the folder.
 */
#include "receiver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIGEST_MAX 17
#define TEMPORARY ".incoming"

static void digest_of(const char *key, char out[DIGEST_MAX])
{
	unsigned char sum[SHA256_DIGEST_LENGTH];

	SHA256((const unsigned char *)key, strlen(key), sum);

	for (size_t i = 0; i < (DIGEST_MAX - 1) / 2; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

/* The highest number in use, and whether a request of this digest is there. */
static int look_around(int dir, const char *digest, unsigned long *highest,
		       bool *there)
{
	struct dirent *entry;
	DIR *d = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY |
						    O_CLOEXEC));

	if (!d)
		return -1;

	*highest = 0;
	*there = false;

	while ((entry = readdir(d))) {
		char *rest;
		unsigned long n = strtoul(entry->d_name, &rest, 10);

		if (rest == entry->d_name || *rest != '-')
			continue;

		if (n > *highest)
			*highest = n;

		if (!strncmp(rest + 1, digest, DIGEST_MAX - 1))
			*there = true;
	}

	closedir(d);
	return 0;
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;

		if (n < 0)
			return -1;

		bytes += n;
		len -= (size_t)n;
	}

	return 0;
}

static int write_request(int fd, const struct receiver_request *r,
			 const char *body, int status, bool repeat)
{
	char head[1200];
	int n = snprintf(head, sizeof(head),
			 "path: %s\nidempotency-key: %s\ncontent-type: %s\n"
			 "repeat: %s\nanswered: %d\n\n", r->path, r->key,
			 r->type, repeat ? "yes" : "no", status);

	if (write_all(fd, head, (size_t)n) ||
	    write_all(fd, body, r->body_len))
		return -1;

	return fsync(fd);
}

/* Only our own leftovers bear this name: one process owns the folder. */
static int open_temporary(int dir)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir, TEMPORARY, flags, 0600);

	if (fd < 0 && errno == EEXIST && !unlinkat(dir, TEMPORARY, 0))
		fd = openat(dir, TEMPORARY, flags, 0600);

	return fd;
}

static int keep_in(int dir, const struct receiver_request *r,
		   const char *body, int status, bool *repeat)
{
	char digest[DIGEST_MAX], name[64];
	unsigned long highest;
	int fd, result;

	digest_of(r->key, digest);

	if (look_around(dir, digest, &highest, repeat))
		return -1;

	/* Requests that bear no key are not each other's repeats. */
	*repeat = *repeat && *r->key;
	fd = open_temporary(dir);

	if (fd < 0)
		return -1;

	result = write_request(fd, r, body, status, *repeat);
	close(fd);
	snprintf(name, sizeof(name), "%08lu-%s.%s", highest + 1, digest,
		 *repeat ? "repeat" : "request");

	if (result || renameat(dir, TEMPORARY, dir, name))
		return -1;

	return fsync(dir);
}

int receiver_keep(const char *path, const struct receiver_request *r,
		  const char *body, int status, bool *repeat)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool again = false;
	int result;

	if (dir < 0)
		return -1;

	result = keep_in(dir, r, body, status, &again);
	close(dir);

	if (!result)
		*repeat = again;

	return result;
}

int receiver_answers(const char *dir, const char *reference, char *out,
		     size_t cap)
{
	char path[4096];
	size_t n;
	FILE *f;

	if (snprintf(path, sizeof(path), "%s/%s.json", dir, reference) >=
	    (int)sizeof(path))
		return -1;

	f = fopen(path, "re");

	if (!f)
		return -1;

	n = fread(out, 1, cap, f);

	if (ferror(f) || fgetc(f) != EOF) {
		fclose(f);
		return -1;
	}

	fclose(f);
	return (int)n;
}
