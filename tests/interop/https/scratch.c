/* SPDX-License-Identifier: Apache-2.0 */
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

static char root[64];

void scratch_make(void)
{
	/* Short, whatever TMPDIR says: sockets in it have 107 bytes. */
	strcpy(root, "/tmp/alerte-https-XXXXXX");
	assert(mkdtemp(root));
}

const char *scratch(const char *format, ...)
{
	static char paths[8][PATH_MAX_];
	static size_t next;
	char *path = paths[next++ % 8];
	int n = snprintf(path, PATH_MAX_, "%s/", root);
	va_list args;

	va_start(args, format);
	vsnprintf(path + n, PATH_MAX_ - (size_t)n, format, args);
	va_end(args);
	return path;
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

void scratch_remove(void)
{
	if (*root)
		nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Whole at once: a reader never sees half a file. */
void scratch_write(const char *path, const char *text, size_t len)
{
	char incoming[PATH_MAX_ + 8];
	FILE *f;

	guard_path(path);
	snprintf(incoming, sizeof(incoming), "%s.new", path);
	f = fopen(incoming, "w");
	assert(f && fwrite(text, 1, len, f) == len);
	assert(!fclose(f) && !rename(incoming, path));
}

char *scratch_read(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1);
	size_t len = 0, n = 0;

	while (f) {
		text = realloc(text, len + 4097);
		n = fread(text + len, 1, 4096, f);
		len += n;
		text[len] = '\0';

		if (n == 0)
			break;
	}

	if (f)
		fclose(f);

	return text;
}
