/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it does with a store that it cannot open: says so, leaves every byte
 * as it was, and ends.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"

#define VERSION_AT 60			/* user_version, in the file's head */

/* The store whole in its file, so that a test can change it there. */
static void store_made(struct scratch *s)
{
	char path[PATH_MAX];

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	assert_int_equal(alerted_stop(s), 0);
	unlink(scratch_path(s, "state/alerte.db-wal", path));
	scratch_write(s, "err", "");
}

static void bytes_put(const struct scratch *s, const char *name, off_t at,
		      const void *bytes, size_t n)
{
	char path[PATH_MAX];
	int fd = open(scratch_path(s, name, path), O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
	close(fd);
}

static off_t size_of(const struct scratch *s, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	assert_int_equal(stat(scratch_path(s, name, path), &st), 0);
	return st.st_size;
}

/* Its exit code; what it said is to be freed. */
static int start_fails(const struct scratch *s, char **said)
{
	char conf[PATH_MAX], state[PATH_MAX], run[PATH_MAX];
	const char *argv[] = { "--config", scratch_path(s, "conf", conf),
			       "--state", scratch_path(s, "state", state),
			       "--runtime", scratch_path(s, "run", run),
			       "--create-keys", NULL };
	int code = alerted_run(s, argv);

	*said = scratch_read(s, "err");
	return code;
}

static void another_run_key_opens_nothing_and_is_said(void **state)
{
	struct scratch *s = *state;
	char key[32], *said;

	store_made(s);
	memset(key, 7, sizeof(key));
	bytes_put(s, "state/run-key", 0, key, sizeof(key));
	assert_int_equal(start_fails(s, &said), 78);
	assert_non_null(strstr(said, "bring back the run key"));
	free(said);
}

static void a_store_of_a_newer_version_is_left_alone(void **state)
{
	static const unsigned char version[4] = { 0, 0, 3, 231 };
	struct scratch *s = *state;
	off_t size;
	char *said;

	store_made(s);
	bytes_put(s, "state/alerte.db", VERSION_AT, version, sizeof(version));
	size = size_of(s, "state/alerte.db");
	assert_int_equal(start_fails(s, &said), 74);
	assert_non_null(strstr(said, "alerte.db: "));
	assert_non_null(strstr(said, "newer alerted"));
	assert_int_equal(size_of(s, "state/alerte.db"), size);
	free(said);
}

static void a_file_that_is_no_store_is_left_alone(void **state)
{
	struct scratch *s = *state;
	char *said, *kept;

	store_made(s);
	scratch_write(s, "state/alerte.db", "a letter, not a store\n");
	assert_int_equal(start_fails(s, &said), 74);
	assert_non_null(strstr(said, "alerte.db: "));
	kept = scratch_read(s, "state/alerte.db");
	assert_string_equal(kept, "a letter, not a store\n");
	free(kept);
	free(said);
}

static void a_key_that_others_may_read_is_refused(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX], *said;

	store_made(s);
	assert_int_equal(chmod(scratch_path(s, "state/run-key", path), 0644),
			 0);
	assert_int_equal(start_fails(s, &said), 78);
	assert_non_null(strstr(said, "others may read this secret"));
	assert_non_null(strstr(said, "chmod 600"));
	free(said);
}

static void a_folder_that_cannot_be_made_is_said(void **state)
{
	struct scratch *s = *state;
	char conf[PATH_MAX], *said;
	const char *argv[] = { "--config", scratch_path(s, "conf", conf),
			       "--state", "/proc/nowhere", "--runtime",
			       "/proc/nowhere", NULL };

	scratch_conf(s);
	assert_int_equal(alerted_run(s, argv), 73);
	said = scratch_read(s, "err");
	assert_non_null(strstr(said, "/proc/nowhere: "));
	assert_non_null(strstr(said, "give another folder"));
	free(said);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(another_run_key_opens_nothing_and_is_said),
		T(a_store_of_a_newer_version_is_left_alone),
		T(a_file_that_is_no_store_is_left_alone),
		T(a_key_that_others_may_read_is_refused),
		T(a_folder_that_cannot_be_made_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
