/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crash.h"

#define READY_MS 10000

void give_up(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

char *world_path(const struct world *w, const char *name, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/%s", w->dir, name);
	return out;
}

/* No folder, bus or key of another is to be found by what is started. */
static void forget_surroundings(const struct world *w)
{
	static const char *const names[] = {
		"STATE_DIRECTORY", "RUNTIME_DIRECTORY", "LISTEN_FDS",
		"CREDENTIALS_DIRECTORY", "NOTIFY_SOCKET", "WATCHDOG_USEC",
		"LD_PRELOAD"
	};
	char bus[96];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		unsetenv(names[i]);

	snprintf(bus, sizeof(bus), "unix:path=%s/no-bus", w->dir);
	setenv("DBUS_SYSTEM_BUS_ADDRESS", bus, 1);
	setenv("DBUS_SESSION_BUS_ADDRESS", bus, 1);
}

/* ----------------------------------------------------------------- files */

static void file_put(const struct world *w, const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *f = fopen(world_path(w, name, path), "we");

	if (!f || fputs(text, f) < 0 || fclose(f))
		give_up("%s: %s", path, strerror(errno));
}

static char *file_get(const struct world *w, const char *name, char *out,
		      size_t cap)
{
	char path[PATH_MAX];
	FILE *f = fopen(world_path(w, name, path), "re");
	size_t n = f ? fread(out, 1, cap - 1, f) : 0;

	if (f)
		fclose(f);

	out[n] = '\0';
	return out;
}

static int files_open(pid_t pid)
{
	char path[64];
	int n = 0;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	d = opendir(path);

	while (d && readdir(d))
		n++;

	if (d)
		closedir(d);

	return n;
}

/* ------------------------------------------------------------- processes */

static pid_t spawn(const struct world *w, char *const argv[], const char *log)
{
	char path[PATH_MAX];
	pid_t parent = getpid(), child = fork();
	int fd;

	if (child < 0)
		give_up("fork: %s", strerror(errno));
	if (child > 0)
		return child;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = open(world_path(w, log, path), O_WRONLY | O_CREAT | O_APPEND,
		  0600);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);

	if (getppid() == parent)
		execv(argv[0], argv);

	_exit(127);
}

static bool take(const char *text, const char *name, char *out, size_t cap)
{
	const char *at = strstr(text, name);
	size_t n = at ? strcspn(at += strlen(name), "\n") : 0;

	if (!n || n >= cap)
		return false;

	memcpy(out, at, n);
	out[n] = '\0';
	return true;
}

static void receiver_start(struct world *w)
{
	char dir[PATH_MAX], said[4096];
	char *argv[] = { w->command, "receiver", "--dir",
			 world_path(w, "received", dir), NULL };
	int64_t until = now_ms() + READY_MS;

	w->receiver = spawn(w, argv, "receiver.log");

	while (!strstr(file_get(w, "receiver.log", said, sizeof(said)),
		       "ready\n")) {
		if (now_ms() > until)
			give_up("the receiver does not start: %s", said);
		pause_us(5000);
	}

	if (!take(said, "url=", w->url, sizeof(w->url)) ||
	    !take(said, "pin=", w->pin, sizeof(w->pin)) ||
	    !take(said, "cert=", w->cert, sizeof(w->cert)))
		give_up("the receiver said: %s", said);

	pause_us(20000);
	w->receiver_files = files_open(w->receiver);
}

/* Every byte a dead daemon has sent is read, and kept or not. */
static void receiver_settle(const struct world *w)
{
	int64_t until = now_ms() + READY_MS;

	while (files_open(w->receiver) > w->receiver_files) {
		if (now_ms() > until)
			give_up("the receiver keeps a dead connection");
		pause_us(300);
	}
}

void stage_start(struct world *w, const char *program, const char *point,
		 int count)
{
	char name[PATH_MAX], conf[PATH_MAX], state[PATH_MAX], run[PATH_MAX];
	char *argv[] = {
		name, "--config", world_path(w, "conf", conf),
		"--state", world_path(w, "state", state),
		"--runtime", world_path(w, "run", run), "--create-keys", NULL
	};
	char mark[PATH_MAX], number[16];
	int fd = open(world_path(w, "mark", mark),
		      O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

	snprintf(name, sizeof(name), "%s", program);
	snprintf(number, sizeof(number), "%d", fd);
	setenv("KILL_MARK", number, 1);
	snprintf(number, sizeof(number), "%d", count);
	setenv("KILL_COUNT", number, 1);

	if (point) {
		setenv("KILL_POINT", point, 1);
		setenv("LD_PRELOAD", w->hooks, 1);
	}

	w->life++;
	w->pid = spawn(w, argv, "alerted.log");
	unsetenv("LD_PRELOAD");
	unsetenv("KILL_POINT");
	close(fd);
}

static void collected(struct world *w, int status)
{
	w->pid = 0;
	bus_close(w);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		give_up("the daemon ended by itself (status %d), see %s",
			status, w->dir);

	receiver_settle(w);
}

bool stage_died(struct world *w)
{
	int status;

	if (waitpid(w->pid, &status, WNOHANG) != w->pid)
		return false;

	collected(w, status);
	return true;
}

void stage_kill(struct world *w)
{
	int status;

	kill(w->pid, SIGKILL);
	waitpid(w->pid, &status, 0);
	collected(w, status);
}

bool stage_hooked(const struct world *w)
{
	char text[4];

	return *file_get(w, "mark", text, sizeof(text)) == 'x';
}

/* ------------------------------------------------------------------ life */

static void apply(struct world *w, const char *site)
{
	json_t *document = bus_ask(w, "Apply", "ssb", "site", site, 0);
	json_t *errors = json_object_get(document, "errors");

	if (!errors || json_array_size(errors))
		give_up("the site is refused: %s",
			document ? json_dumps(document, 0) : "no answer");

	json_decref(document);
}

static void settle(struct world *w, const char *site)
{
	int64_t until = now_ms() + READY_MS;

	stage_start(w, w->real, NULL, 0);

	while (!bus_open(w)) {
		if (now_ms() > until)
			give_up("the daemon does not start, see %s", w->dir);
		pause_us(2000);
	}

	apply(w, site);
	stage_kill(w);
}

void stage_raise(struct world *w, int wearers)
{
	char path[PATH_MAX], *conf, *site;

	strcpy(w->dir, "/tmp/alerte-crash-XXXXXX");

	if (!mkdtemp(w->dir) || mkdir(world_path(w, "spool", path), 0700))
		give_up("%s: %s", w->dir, strerror(errno));

	forget_surroundings(w);
	receiver_start(w);
	settings_make(w, wearers, &conf, &site);
	file_put(w, "conf", conf);
	file_put(w, "frames", "");
	settle(w, site);
	free(conf);
	free(site);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

void stage_strike(struct world *w, bool keep)
{
	if (w->pid)
		stage_kill(w);

	kill(w->receiver, SIGTERM);
	waitpid(w->receiver, NULL, 0);
	free(w->sends);

	if (!keep)
		nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
