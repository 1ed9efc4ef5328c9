/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int program_self(char out[PROGRAM_MAX])
{
	ssize_t n = readlink("/proc/self/exe", out, PROGRAM_MAX - 1);

	if (n < 0)
		return -errno;

	out[n] = '\0';
	return 0;
}

static bool runs(const char *folder, size_t len, const char *name, char *out)
{
	char path[PROGRAM_MAX];
	int n = snprintf(path, sizeof(path), "%.*s/%s", (int)len, folder,
			 name);

	if (n < 0 || n >= PROGRAM_MAX || access(path, X_OK) < 0)
		return false;

	strcpy(out, path);
	return true;
}

static bool beside_us(const char *name, char *out)
{
	char self[PROGRAM_MAX + sizeof("/../sbin")], *slash;

	if (program_self(self) < 0)
		return false;

	slash = strrchr(self, '/');
	if (slash == NULL)
		return false;

	*slash = '\0';
	if (runs(self, strlen(self), name, out))
		return true;

	strcpy(slash, "/../sbin");
	return runs(self, strlen(self), name, out);
}

static bool in_path(const char *path, const char *name, char *out)
{
	size_t n;

	for (; path != NULL && *path != '\0'; path += n + (path[n] == ':')) {
		n = strcspn(path, ":");
		if (n > 0 && runs(path, n, name, out))
			return true;
	}

	return false;
}

int program_find(const char *name, char out[PROGRAM_MAX])
{
	const char *named = getenv("ALERTED");

	if (strcmp(name, "alerted") == 0 && named != NULL && *named != '\0') {
		if (strlen(named) >= PROGRAM_MAX || access(named, X_OK) < 0)
			return -ENOENT;
		strcpy(out, named);
		return 0;
	}

	if (beside_us(name, out) || in_path(getenv("PATH"), name, out) ||
	    in_path("/usr/local/sbin:/usr/sbin", name, out))
		return 0;

	return -ENOENT;
}

/* In the child: everything it says goes to its log. */
static void become(char *const argv[], const char *log, pid_t parent)
{
	int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int in = open("/dev/null", O_RDONLY);

	if (out < 0 || in < 0)
		_exit(127);

	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	signal(SIGPIPE, SIG_DFL);

	/* However we end, it does not outlive us. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);

	closefrom(3);
	execv(argv[0], argv);
	_exit(127);
}

pid_t program_start(char *const argv[], const char *log)
{
	pid_t parent = getpid(), pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become(argv, log, parent);

	return pid;
}

int program_poll(pid_t pid)
{
	int status;
	pid_t r = waitpid(pid, &status, WNOHANG);

	if (r == 0)
		return -EAGAIN;
	if (r < 0)
		return -errno;

	return WIFEXITED(status) ? WEXITSTATUS(status) :
				   128 + WTERMSIG(status);
}

void program_stop(pid_t pid)
{
	int tries;

	if (pid <= 0 || kill(pid, SIGTERM) < 0)
		return;

	for (tries = 0; tries < 100; tries++) {
		if (program_poll(pid) != -EAGAIN)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	}

	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
