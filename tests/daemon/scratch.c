/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define CONTROL "org.alerte.Alerted1"
#define OBJECT "/org/alerte/Alerted1"
#define TRIES 500			/* of 10 ms */

char *scratch_path(const struct scratch *s, const char *name,
		   char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/%s", s->dir, name);
	return out;
}

static void pause_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

int scratch_setup(void **state)
{
	struct scratch *s = calloc(1, sizeof(*s));
	char path[PATH_MAX], address[PATH_MAX + 16];

	assert_non_null(s);
	strcpy(s->dir, "/tmp/alerted-test-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(address, sizeof(address), "unix:path=%s",
		 scratch_path(s, "no-bus", path));
	setenv("DBUS_SYSTEM_BUS_ADDRESS", address, 1);
	setenv("DBUS_SESSION_BUS_ADDRESS", address, 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(mkdir(scratch_path(s, "spool", path), 0700), 0);
	*state = s;
	return 0;
}

static void remove_tree(const char *path)
{
	pid_t child = fork();

	if (child == 0) {
		execlp("rm", "rm", "-rf", "--", path, (char *)NULL);
		_exit(127);
	}

	waitpid(child, NULL, 0);
}

int scratch_teardown(void **state)
{
	struct scratch *s = *state;

	alerted_kill(s);
	remove_tree(s->dir);
	free(s);
	return 0;
}

static void put(const struct scratch *s, const char *name, const char *text,
		int how)
{
	char path[PATH_MAX];
	int fd = open(scratch_path(s, name, path), O_WRONLY | O_CREAT | how,
		      0600);
	size_t n = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	close(fd);
}

void scratch_write(const struct scratch *s, const char *name, const char *text)
{
	put(s, name, text, O_TRUNC);
}

void scratch_append(const struct scratch *s, const char *name,
		    const char *text)
{
	put(s, name, text, O_APPEND);
}

static void read_into(FILE *out, const char *path)
{
	char bytes[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	if (!f)
		return;

	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		fwrite(bytes, 1, n, out);

	fclose(f);
}

char *scratch_read(const struct scratch *s, const char *name)
{
	char path[PATH_MAX], *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	read_into(out, scratch_path(s, name, path));
	fclose(out);
	return text;
}

bool scratch_logs(const struct scratch *s, const char *words)
{
	bool found = false;
	char *text;
	int tries;

	for (tries = 0; tries < 500 && !found; tries++) {
		text = scratch_read(s, "err");
		found = strstr(text, words);
		free(text);
		usleep(10000);
	}

	return found;
}

/* ---------------------------------------------------------------- safety */

/* Every value of this key begins with `begins`; an absent key is no value. */
static bool all_begin(const char *conf, const char *key, const char *begins)
{
	const char *at = conf;

	while ((at = strstr(at, key))) {
		at += strlen(key);
		if (strncmp(at, begins, strlen(begins)))
			return false;
	}

	return true;
}

static bool bus_inside(const struct scratch *s, const char *variable)
{
	const char *address = getenv(variable);
	size_t n = strlen("unix:path=");

	return address && !strncmp(address, "unix:path=", n) &&
	       !strncmp(address + n, s->dir, strlen(s->dir)) &&
	       !strchr(address, ';');
}

bool scratch_is_safe(const struct scratch *s, const char *conf)
{
	char spool[PATH_MAX], *own;

	snprintf(spool, sizeof(spool), "\"%s/", s->dir);
	own = spool;

	return bus_inside(s, "DBUS_SYSTEM_BUS_ADDRESS") &&
	       bus_inside(s, "DBUS_SESSION_BUS_ADDRESS") &&
	       !strstr(conf, "${") && strstr(conf, "number = \"+3363998") &&
	       all_begin(conf, "number = ", "\"+3363998") &&
	       all_begin(conf, "spool = ", own) &&
	       all_begin(conf, "path = ", own) &&
	       all_begin(conf, "file = ", own);
}

static void guard(const struct scratch *s)
{
	char *conf = scratch_read(s, "conf");
	bool safe = scratch_is_safe(s, conf);

	free(conf);

	if (!safe) {
		fputs("this test could reach beyond its folder\n", stderr);
		abort();
	}
}

/* ---------------------------------------------------------------- daemon */

void scratch_conf(const struct scratch *s)
{
	char text[4 * PATH_MAX];

	snprintf(text, sizeof(text),
		 "radio {\n\tdriver = replay\n\tfile = \"%s/frames\"\n}\n"
		 "modem {\n\tdriver = spool\n\tspool = \"%s/spool\"\n}\n"
		 "relay {\n\tnumber = \"+33639980114\"\n}\n"
		 "control {\n\tbus = none\n}\n"
		 "clock {\n\ttrusted = yes\n}\n"
		 "power {\n\tsupply = \"%s/power\"\n}\n"
		 "log {\n\tlevel = debug\n}\n", s->dir, s->dir, s->dir);
	scratch_write(s, "conf", text);
}

static const char *program(void)
{
	static char path[PATH_MAX];
	const char *named = getenv("ALERTED");
	char self[PATH_MAX], *slash;
	ssize_t n;
	int up;

	if (named)
		return named;

	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	assert_true(n > 0);
	self[n] = '\0';

	for (up = 0; up < 3; up++) {
		slash = strrchr(self, '/');
		assert_non_null(slash);
		*slash = '\0';
	}

	snprintf(path, sizeof(path), "%.4000s/alerted", self);
	return path;
}

static pid_t spawn(const struct scratch *s, const char *const *argv)
{
	const char *args[24] = { "alerted" };
	char path[PATH_MAX];
	pid_t child;
	int fd, n = 1;

	while (argv[n - 1] && n < 23) {
		args[n] = argv[n - 1];
		n++;
	}

	child = fork();
	assert_true(child >= 0);

	if (child > 0)
		return child;

	fd = open(scratch_path(s, "err", path),
		  O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, STDERR_FILENO);
	execv(program(), (char *const *)args);
	_exit(127);
}

static int exit_code(pid_t pid)
{
	int status, tries;

	for (tries = 0; tries < 2 * TRIES; tries++) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status)
						 : 128 + WTERMSIG(status);
		pause_ms(10);
	}

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

int alerted_run(const struct scratch *s, const char *const *argv)
{
	return exit_code(spawn(s, argv));
}

static bool connect_once(struct scratch *s)
{
	char path[PATH_MAX], address[PATH_MAX + 16];
	sd_bus *bus = NULL;
	sd_bus_message *reply = NULL;
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r;

	snprintf(address, sizeof(address), "unix:path=%s",
		 scratch_path(s, "run/control", path));
	r = sd_bus_new(&bus);
	if (r >= 0)
		r = sd_bus_set_address(bus, address);
	if (r >= 0)
		r = sd_bus_start(bus);
	if (r >= 0)
		r = sd_bus_call_method(bus, NULL, OBJECT, CONTROL, "Status",
				       &error, &reply, "");

	sd_bus_message_unref(reply);
	sd_bus_error_free(&error);

	if (r < 0) {
		sd_bus_close_unref(bus);
		return false;
	}

	s->bus = bus;
	return true;
}

void alerted_start(struct scratch *s, bool create_keys)
{
	char conf[PATH_MAX], state[PATH_MAX], runtime[PATH_MAX];
	const char *argv[] = {
		"--config", scratch_path(s, "conf", conf),
		"--state", scratch_path(s, "state", state),
		"--runtime", scratch_path(s, "run", runtime),
		create_keys ? "--create-keys" : NULL, NULL
	};
	int tries;

	guard(s);
	s->pid = spawn(s, argv);

	for (tries = 0; tries < TRIES; tries++) {
		if (connect_once(s))
			return;
		pause_ms(10);
	}

	fail_msg("alerted does not answer: see err in %s", s->dir);
}

static void disconnect(struct scratch *s)
{
	s->bus = sd_bus_close_unref(s->bus);
}

void alerted_reconnect(struct scratch *s)
{
	disconnect(s);
	assert_true(connect_once(s));
}

int alerted_stop(struct scratch *s)
{
	pid_t pid = s->pid;

	disconnect(s);
	s->pid = 0;
	kill(pid, SIGTERM);
	return exit_code(pid);
}

void alerted_kill(struct scratch *s)
{
	if (!s->pid)
		return;

	disconnect(s);
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

/* --------------------------------------------------------------- control */

static char *send_message(struct scratch *s, sd_bus_message *m)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	sd_bus_message *reply = NULL;
	const char *text = "";
	char *copy = NULL;

	if (sd_bus_call(s->bus, m, 10000000, &error, &reply) >= 0) {
		if (sd_bus_message_has_signature(reply, "s"))
			sd_bus_message_read(reply, "s", &text);
		copy = strdup(text);
	} else {
		print_message("%s: %s\n", error.name, error.message);
	}

	sd_bus_error_free(&error);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(m);
	return copy;
}

static sd_bus_message *method_call(struct scratch *s, const char *method)
{
	sd_bus_message *m = NULL;

	assert_true(sd_bus_message_new_method_call(s->bus, &m, NULL, OBJECT,
						   CONTROL, method) >= 0);
	return m;
}

char *call(struct scratch *s, const char *method, const char *types, ...)
{
	sd_bus_message *m = method_call(s, method);
	va_list ap;

	va_start(ap, types);
	assert_true(sd_bus_message_appendv(m, types, ap) >= 0);
	va_end(ap);
	return send_message(s, m);
}

static json_t *document(char *text)
{
	json_t *doc;

	assert_non_null(text);
	doc = json_loads(text, 0, NULL);
	assert_non_null(doc);
	assert_string_equal(json_string_value(json_object_get(doc, "schema")),
			    "alerte/1");
	free(text);
	return doc;
}

json_t *ask(struct scratch *s, const char *method, const char *types, ...)
{
	sd_bus_message *m = method_call(s, method);
	va_list ap;

	va_start(ap, types);
	assert_true(sd_bus_message_appendv(m, types, ap) >= 0);
	va_end(ap);
	return document(send_message(s, m));
}

char *hear(struct scratch *s, const char *address, const uint8_t *data,
	   size_t len)
{
	sd_bus_message *m = method_call(s, "Hear");

	assert_true(sd_bus_message_append(m, "s", address) >= 0);
	assert_true(sd_bus_message_append_array(m, 'y', data, len) >= 0);
	return send_message(s, m);
}

json_t *apply(struct scratch *s, const char *text, bool dry_run)
{
	return ask(s, "Apply", "ssb", "site", text, (int)dry_run);
}

/* ----------------------------------------------------------------- spool */

static size_t spool_each(const struct scratch *s, FILE *out)
{
	char path[PATH_MAX], file[2 * PATH_MAX];
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(scratch_path(s, "spool/out", path));

	if (!d)
		return 0;

	while ((e = readdir(d))) {
		if (e->d_name[0] == '.')
			continue;
		n++;
		snprintf(file, sizeof(file), "%s/%s", path, e->d_name);
		if (out)
			read_into(out, file);
	}

	closedir(d);
	return n;
}

size_t spool_count(const struct scratch *s)
{
	return spool_each(s, NULL);
}

bool spool_wait(const struct scratch *s, size_t n)
{
	int tries;

	for (tries = 0; tries < TRIES && spool_count(s) < n; tries++)
		pause_ms(10);

	return spool_count(s) >= n;
}

char *spool_text(const struct scratch *s)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	spool_each(s, out);
	fclose(out);
	return text;
}

void spool_reply(const struct scratch *s, const char *from, const char *text)
{
	static int number;
	char whole[1024], before[PATH_MAX], after[PATH_MAX], name[64];

	snprintf(whole, sizeof(whole), "From: %s\n\n%s", from, text);
	scratch_write(s, "spool/in/.new", whole);
	snprintf(name, sizeof(name), "spool/in/reply-%d", number++);
	assert_int_equal(rename(scratch_path(s, "spool/in/.new", before),
				scratch_path(s, name, after)), 0);
}

bool alert_wait(struct scratch *s, const char *state)
{
	const char *now;
	bool found = false;
	json_t *doc;
	int tries;

	for (tries = 0; tries < TRIES && !found; tries++) {
		doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
		now = json_string_value(json_object_get(json_array_get(
			json_object_get(doc, "alerts"), 0), "state"));
		found = now && !strcmp(now, state);
		json_decref(doc);
		if (!found)
			pause_ms(10);
	}

	return found;
}
