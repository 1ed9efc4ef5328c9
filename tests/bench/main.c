/* SPDX-License-Identifier: Apache-2.0 */
/* bench [PART]...: without a part, all of them. */
#include "bench.h"

#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *name;
	void (*run)(const char *dir);
} parts[] = {
	{ "press", bench_press },
	{ "https", bench_https },
	{ "sms", bench_sms },
	{ "decode", bench_decode },
	{ "sealed", bench_sealed },
	{ "radio", bench_radio },
	{ "daemon", bench_daemon },
	{ "size", bench_size },
};

#define PARTS (sizeof(parts) / sizeof(*parts))

static char scratch[PATH_MAX];
static pid_t owner;

static int forget(const char *name, const struct stat *st, int type,
		  struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(name);
}

static void clear(void)
{
	if (getpid() == owner)
		nftw(scratch, forget, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* Beside the program, on the disk it was built on: /tmp may be memory. */
static void make_scratch(void)
{
	char self[PATH_MAX - 16];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	need(n > 0, "/proc/self/exe");
	self[n] = '\0';
	snprintf(scratch, sizeof(scratch), "%s.XXXXXX", self);
	need(mkdtemp(scratch), scratch);
	owner = getpid();
	atexit(clear);
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc < 2;
}

void bench_size(const char *dir)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/../libalerte.so", dir);
	need(!stat(path, &st), path);
	figure_print(&(struct figure){ .name = "size-libalerte",
				       .value = (double)st.st_size / 1000,
				       .unit = "kB", .goal = "<= 150" });
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	make_scratch();
	for (size_t i = 0; i < PARTS; i++)
		if (wanted(parts[i].name, argc, argv))
			parts[i].run(scratch);
	if (figures_missed())
		fprintf(stderr, "%d goals missed\n", figures_missed());
	return 0;
}
