/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that can be read and takes no writes: the real daemon, as a user
 * whom the modes of files bind, and the files of the refuge by themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "refuge.h"
#include "scratch.h"

#define MARC "+33639980001"
#define BUTTON "54:48:E6:8F:80:A5"

static const char site[] =
	"contact \"marc\" {\n\tname = \"Marc\"\n\tnumber = \"" MARC "\"\n}\n"
	"wearer \"marie\" {\n\tname = \"Marie Durand\"\n"
	"\tshort_name = \"Marie D.\"\n"
	"\tplace = \"12 rue Garibaldi, 69003 Lyon\"\n"
	"\tarea = \"12 rue Garibaldi, Lyon 3e\"\n"
	"\tassociation = \"l'association X\"\n\tcontact = {\"marc\"}\n}\n"
	"policy \"day\" {\n\tstep {\n\t\tto = {\"marc:sms\"}\n\t}\n}\n"
	"button \"kitchen\" {\n\twearer = \"marie\"\n"
	"\taddress = \"" BUTTON "\"\n\trule = {\"*:*=day\"}\n}\n";

/* ------------------------------------------------------------ the user */

static void sh(const struct scratch *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void sh(const struct scratch *s, const char *format, ...)
{
	char command[2 * PATH_MAX], whole[3 * PATH_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(command, sizeof(command), format, ap);
	va_end(ap);
	snprintf(whole, sizeof(whole), "cd %s && %s", s->dir, command);

	if (system(whole) != 0)
		fail_msg("%s", whole);
}

/*
 * For root modes mean nothing: alerted then runs as nobody, by a script in
 * its place.
 */
static void as_nobody(const struct scratch *s)
{
	char self[PATH_MAX], path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int up;

	if (geteuid() != 0)
		return;

	if (access("/usr/bin/setpriv", X_OK)) {
		print_message("SKIP: no setpriv\n");
		skip();
	}

	assert_true(n > 0);
	self[n] = '\0';
	for (up = 0; up < 3; up++)
		*strrchr(self, '/') = '\0';

	sh(s, "cp %s/alerted real", self);
	sh(s, "printf '#!/bin/sh\\nexec setpriv --reuid=nobody "
	   "--regid=nogroup --clear-groups %s/real \"$@\"\\n' >alerted",
	   s->dir);
	sh(s, "chmod 755 alerted real");
	setenv("ALERTED", scratch_path(s, "alerted", path), 1);
}

static void hand_over(const struct scratch *s)
{
	if (geteuid() == 0)
		sh(s, "chown -R nobody:nogroup .");
}

static void disk_breaks(const struct scratch *s)
{
	sh(s, "chmod 444 state/alerte.db*; chmod 400 state/*key*; "
	   "chmod 555 state");
}

static void disk_returns(const struct scratch *s)
{
	sh(s, "chmod 700 state");
}

/* A daemon with a site, stopped. */
static void made(struct scratch *s)
{
	json_t *doc;

	as_nobody(s);
	scratch_conf(s);
	scratch_write(s, "frames", "");
	hand_over(s);
	alerted_start(s, true);
	doc = apply(s, site, false);
	assert_int_equal(json_array_size(json_object_get(doc, "errors")), 0);
	json_decref(doc);
	assert_int_equal(alerted_stop(s), 0);
}

/* ----------------------------------------------------------- the daemon */

static void pressed(struct scratch *s, uint8_t packet, const char *answer)
{
	const uint8_t press[] = { 0x02, 0x01, 0x06, 0x08, 0x16, 0xd2, 0xfc,
				  0x44, 0x00, packet, 0x3a, 0x01 };
	char *word = hear(s, BUTTON, press, sizeof(press));

	assert_non_null(word);
	assert_string_equal(word, answer);
	free(word);
}

static void status_is(struct scratch *s, const char *state, bool durable,
		      const char *fault)
{
	json_t *doc = ask(s, "Status", "");
	json_t *faults = json_object_get(doc, "faults");

	assert_string_equal(json_string_value(json_object_get(doc, "state")),
			    state);
	assert_int_equal(json_is_true(json_object_get(doc, "durable")),
			 durable);
	assert_int_equal(json_array_size(faults), fault ? 1 : 0);
	if (fault)
		assert_string_equal(json_string_value(json_array_get(faults,
								     0)),
				    fault);
	json_decref(doc);
}

static int64_t only_alert(struct scratch *s, bool durable)
{
	json_t *doc = ask(s, "Alerts", "xu", (int64_t)0, 0);
	json_t *list = json_object_get(doc, "alerts");
	int64_t id;

	assert_int_equal(json_array_size(list), 1);
	list = json_array_get(list, 0);
	assert_int_equal(json_is_true(json_object_get(list, "durable")),
			 durable);
	id = json_integer_value(json_object_get(list, "id"));
	json_decref(doc);
	return id;
}

static bool is_there(const struct scratch *s, const char *name)
{
	char path[PATH_MAX];

	return access(scratch_path(s, name, path), F_OK) == 0;
}

static void said(const struct scratch *s, const char *words)
{
	char *text = scratch_read(s, "err");

	if (!strstr(text, words))
		fail_msg("not said: %s", words);
	free(text);
}

/* It ends by itself: its exit code. */
static int ended(struct scratch *s)
{
	int status = 0, tries;
	pid_t pid = s->pid;

	for (tries = 0; tries < 1000; tries++) {
		if (waitpid(pid, &status, WNOHANG) == pid) {
			s->pid = 0;
			s->bus = sd_bus_close_unref(s->bus);
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		}
		usleep(10000);
	}

	return -2;
}

static void a_disk_that_takes_no_writes_silences_no_press(void **state)
{
	struct scratch *s = *state;
	struct stat st;
	char path[PATH_MAX], *text;

	made(s);
	disk_breaks(s);
	alerted_start(s, false);
	pressed(s, 1, "volatile");
	assert_true(spool_wait(s, 1));
	text = spool_text(s);
	assert_non_null(strstr(text, "To: " MARC));
	free(text);
	status_is(s, "degraded", false, "store");
	only_alert(s, false);
	said(s, "alerte.db: cannot be written: ");
	said(s, "systemctl reload alerted");
	assert_int_equal(stat(scratch_path(s, "run/refuge.db", path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void what_was_pressed_goes_back_when_no_alert_is_live(void **state)
{
	struct scratch *s = *state;
	int64_t id;
	char *word, alert[24];

	made(s);
	disk_breaks(s);
	alerted_start(s, false);
	pressed(s, 1, "volatile");
	assert_true(spool_wait(s, 1));
	id = only_alert(s, false);

	disk_returns(s);
	kill(s->pid, SIGHUP);
	assert_true(scratch_logs(s, "when no alert is live"));
	status_is(s, "degraded", false, "store");

	snprintf(alert, sizeof(alert), "%lld", (long long)id);
	word = call(s, "Close", "ss", alert, "the association");
	assert_non_null(word);
	free(word);
	kill(s->pid, SIGHUP);
	assert_int_equal(ended(s), 0);
	assert_false(is_there(s, "run/refuge.db"));
	assert_false(is_there(s, "run/refuge.db-wal"));
	assert_false(is_there(s, "state/alerte.db-new"));

	alerted_start(s, false);
	status_is(s, "ready", true, NULL);
	assert_int_equal(only_alert(s, true), id);
	assert_true(alert_wait(s, "closed"));
}

static void a_kill_on_the_copy_loses_nothing(void **state)
{
	struct scratch *s = *state;
	int64_t id;

	made(s);
	disk_breaks(s);
	alerted_start(s, false);
	pressed(s, 1, "volatile");
	id = only_alert(s, false);
	alerted_kill(s);

	alerted_start(s, false);
	assert_int_equal(only_alert(s, false), id);
	status_is(s, "degraded", false, "store");
	alerted_kill(s);

	disk_returns(s);
	alerted_start(s, false);
	assert_int_equal(only_alert(s, true), id);
	status_is(s, "ready", true, NULL);
	assert_false(is_there(s, "run/refuge.db"));
}

static void a_stop_leaves_the_copy_for_the_next_start(void **state)
{
	struct scratch *s = *state;
	int64_t id;

	made(s);
	disk_breaks(s);
	alerted_start(s, false);
	pressed(s, 1, "volatile");
	id = only_alert(s, false);
	assert_int_equal(alerted_stop(s), 0);
	said(s, "stays for the next start");
	alerted_start(s, false);
	assert_int_equal(only_alert(s, false), id);
	disk_returns(s);
	assert_int_equal(alerted_stop(s), 0);
	assert_false(is_there(s, "run/refuge.db"));
	alerted_start(s, false);
	assert_int_equal(only_alert(s, true), id);
}

static void a_file_system_that_went_read_only_silences_no_press(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];
	int64_t id;

	assert_int_equal(mkdir(scratch_path(s, "state", path), 0700), 0);

	if (geteuid() != 0 ||
	    mount("tmpfs", path, "tmpfs", 0, "size=16m") != 0) {
		print_message("SKIP: a read-only disk needs root and tmpfs\n");
		skip();
	}

	made(s);
	assert_int_equal(mount(NULL, path, NULL, MS_REMOUNT | MS_RDONLY, NULL),
			 0);
	alerted_start(s, false);
	said(s, "Read-only file system");
	pressed(s, 1, "volatile");
	assert_true(spool_wait(s, 1));
	status_is(s, "degraded", false, "store");
	id = only_alert(s, false);
	assert_int_equal(mount(NULL, path, NULL, MS_REMOUNT, NULL), 0);
	assert_int_equal(alerted_stop(s), 0);
	alerted_start(s, false);
	status_is(s, "ready", true, NULL);
	assert_int_equal(only_alert(s, true), id);
}

static int start_fails(const struct scratch *s)
{
	char conf[PATH_MAX], state[PATH_MAX], run[PATH_MAX];
	const char *argv[] = { "--config", scratch_path(s, "conf", conf),
			       "--state", scratch_path(s, "state", state),
			       "--runtime", scratch_path(s, "run", run), NULL };

	return alerted_run(s, argv);
}

static void a_file_that_is_no_store_finds_no_refuge(void **state)
{
	struct scratch *s = *state;

	made(s);
	scratch_write(s, "state/alerte.db", "a letter, not a store\n");
	disk_breaks(s);
	assert_int_equal(start_fails(s), 74);
	assert_false(is_there(s, "run/refuge.db"));
}

static void another_run_key_finds_no_refuge(void **state)
{
	struct scratch *s = *state;

	made(s);
	scratch_write(s, "state/run-key", "0123456789abcdef0123456789abcdef");
	disk_breaks(s);
	assert_int_equal(start_fails(s), 78);
	assert_false(is_there(s, "run/refuge.db"));
}

/* ------------------------------------------------------------ the files */

static void folders(struct scratch *s, struct refuge *r)
{
	char store[PATH_MAX], run[PATH_MAX];

	assert_int_equal(mkdir(scratch_path(s, "state", store), 0700), 0);
	assert_int_equal(mkdir(scratch_path(s, "run", run), 0700), 0);
	refuge_name(r, scratch_path(s, "state/alerte.db", store), run);
}

static void holds(const struct scratch *s, const char *name, const char *text)
{
	char *found = scratch_read(s, name);

	assert_string_equal(found, text);
	free(found);
}

static void both_files_go_and_come_back(void **state)
{
	struct scratch *s = *state;
	struct refuge r;

	folders(s, &r);
	scratch_write(s, "state/alerte.db", "old");
	scratch_write(s, "state/alerte.db-wal", "old log");
	assert_int_equal(refuge_take(&r), 0);
	holds(s, "run/refuge.db", "old");
	holds(s, "run/refuge.db-wal", "old log");

	scratch_write(s, "run/refuge.db", "new");
	scratch_write(s, "run/refuge.db-wal", "new log");
	assert_true(refuge_left(&r));
	assert_int_equal(refuge_return(&r), 0);
	holds(s, "state/alerte.db", "new");
	holds(s, "state/alerte.db-wal", "new log");
	assert_false(is_there(s, "state/alerte.db-new"));
	assert_false(is_there(s, "state/alerte.db-trial"));
	assert_false(refuge_left(&r));
}

/* After `cuts` steps of the return the power went; then mend. */
static void cut_after(struct scratch *s, const struct refuge *r, int cuts)
{
	scratch_write(s, "state/alerte.db", "old");
	scratch_write(s, "state/alerte.db-wal", "old log");
	sh(s, "mkdir state/alerte.db-new");
	scratch_write(s, "state/alerte.db-new/db", "new");
	scratch_write(s, "state/alerte.db-new/wal", "new log");

	if (cuts > 0)
		sh(s, "rm state/alerte.db-wal");
	if (cuts > 1)
		sh(s, "mv state/alerte.db-new/db state/alerte.db");
	if (cuts > 2)
		sh(s, "mv state/alerte.db-new/wal state/alerte.db-wal");

	assert_int_equal(refuge_take(r), 0);
	holds(s, "run/refuge.db", "new");
	holds(s, "run/refuge.db-wal", "new log");
	assert_int_equal(refuge_mend(r), 0);
	holds(s, "state/alerte.db", "new");
	holds(s, "state/alerte.db-wal", "new log");
	assert_false(is_there(s, "state/alerte.db-new"));
}

static void a_return_cut_short_anywhere_is_finished(void **state)
{
	struct scratch *s = *state;
	struct refuge r;
	int cuts;

	folders(s, &r);
	for (cuts = 0; cuts <= 3; cuts++)
		cut_after(s, &r, cuts);
}

static void a_store_written_since_is_not_overwritten(void **state)
{
	struct scratch *s = *state;
	struct refuge r;

	folders(s, &r);
	scratch_write(s, "state/alerte.db", "old");
	assert_int_equal(refuge_take(&r), 0);
	sh(s, "touch -d '1 hour ago' run/refuge.db");
	/* The clock was set forward meanwhile: it is still what was copied. */
	assert_true(refuge_left(&r));
	scratch_write(s, "state/alerte.db", "restored");
	assert_false(refuge_left(&r));
	assert_true(is_there(s, "run/refuge.db-aside"));
	holds(s, "state/alerte.db", "restored");
}

static void a_store_in_use_is_neither_taken_nor_replaced(void **state)
{
	struct scratch *s = *state;
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct refuge r;
	int status, fd;
	pid_t child;

	folders(s, &r);
	scratch_write(s, "state/alerte.db", "old");
	fd = open(r.store, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_SETLK, &lock), 0);
	child = fork();
	if (child == 0)
		_exit(refuge_take(&r) != -EBUSY ||
		      refuge_return(&r) != -EBUSY);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(fd);
}

static int teardown(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	unsetenv("ALERTED");
	alerted_kill(s);
	umount2(scratch_path(s, "state", path), MNT_DETACH);
	chmod(path, 0700);
	return scratch_teardown(state);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_disk_that_takes_no_writes_silences_no_press),
		T(what_was_pressed_goes_back_when_no_alert_is_live),
		T(a_kill_on_the_copy_loses_nothing),
		T(a_stop_leaves_the_copy_for_the_next_start),
		T(a_file_system_that_went_read_only_silences_no_press),
		T(a_file_that_is_no_store_finds_no_refuge),
		T(another_run_key_finds_no_refuge),
		T(both_files_go_and_come_back),
		T(a_return_cut_short_anywhere_is_finished),
		T(a_store_written_since_is_not_overwritten),
		T(a_store_in_use_is_neither_taken_nor_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
