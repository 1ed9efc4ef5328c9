/* SPDX-License-Identifier: Apache-2.0 */
/* A backup out of one gateway, and into another. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "buttons.h"

/* What Backup or Restore answers: bytes, 0, or -1; `error` names the error. */
static int64_t with_file(struct scratch *s, const char *method, uint8_t key,
			 int fd, const char *error)
{
	sd_bus_error failure = SD_BUS_ERROR_NULL;
	sd_bus_message *m = NULL, *reply = NULL;
	uint8_t bytes[ALERTE_KEY_BYTES];
	int64_t n = 0;
	int r;

	memset(bytes, key, sizeof(bytes));
	assert_true(sd_bus_message_new_method_call(
		s->bus, &m, NULL, "/org/alerte/Alerted1",
		"org.alerte.Alerted1", method) >= 0);
	assert_true(sd_bus_message_append_array(m, 'y', bytes, key
						? sizeof(bytes) : 16) >= 0);
	assert_true(sd_bus_message_append(m, "h", fd) >= 0);
	r = sd_bus_call(s->bus, m, 10000000, &failure, &reply);

	if (r >= 0 && !strcmp(method, "Backup"))
		assert_true(sd_bus_message_read(reply, "x", &n) > 0);

	if (error)
		assert_string_equal(failure.name, error);
	else if (r < 0)
		fail_msg("%s: %s", failure.name, failure.message);

	sd_bus_error_free(&failure);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(m);
	return r < 0 ? -1 : n;
}

static void refused_as(struct scratch *s, const char *method, uint8_t key,
		       int fd, const char *error)
{
	char name[64];

	snprintf(name, sizeof(name), "org.alerte.Error.%s", error);
	assert_int_equal(with_file(s, method, key, fd, name), -1);
}

static int memory_file(void)
{
	int fd = memfd_create("backup", MFD_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void from(int fd, off_t at)
{
	assert_int_equal(lseek(fd, at, SEEK_SET), at);
}

/* Behind four bytes that are somebody else's. */
static int backup_of(struct scratch *s)
{
	char name[] = { 'n', 'a', 'm', 'e' }, head[4];
	int fd = memory_file();
	int64_t n;

	assert_int_equal(write(fd, name, sizeof(name)), 4);
	n = with_file(s, "Backup", 7, fd, NULL);
	assert_true(n > 0);
	assert_int_equal(lseek(fd, 0, SEEK_END), 4 + n);
	assert_int_equal(pread(fd, head, 4, 0), 4);
	assert_memory_equal(head, name, 4);
	from(fd, 4);
	return fd;
}

static void a_replacement_gateway_refuses_old_captures(void **state)
{
	struct alerte_sealed_frame f = { .event = ALERTE_SEALED_PRESS,
					 .second = 100, .seq = 1000 }, old;
	char here[PATH_MAX], aside[PATH_MAX], *text;
	struct scratch *s = *state;
	json_int_t before;
	json_t *doc;
	int fd;

	start(s, PEOPLE KEYED);
	enrol(s, SEALED);
	sealed_send(s, f, "nothing");
	proved_wait(s);
	old = f;
	f.seq += 100, f.press++;
	sealed_send(s, f, "accepted");
	keyed_press(s, KEY1, 90, "accepted");
	keyed_press(s, KEY1, 100, "accepted");
	fd = backup_of(s);
	/* It goes on all the same, and takes none while an alert is open. */
	refused_as(s, "Restore", 7, fd, "Refused");
	assert_int_equal(alerted_stop(s), 0);

	/* The other one: another store, and other keys. */
	assert_int_equal(rename(scratch_path(s, "state", here),
				scratch_path(s, "aside", aside)), 0);
	start(s, "");
	from(fd, 4);
	assert_int_equal(with_file(s, "Restore", 7, fd, NULL), 0);
	doc = ask(s, "Buttons", "");
	assert_int_equal(json_array_size(json_object_get(doc, "buttons")), 2);
	json_decref(doc);
	assert_int_equal(alerts(s), 0);

	keyed_press(s, KEY1, 90, "nothing");
	keyed_press(s, KEY1, 100, "nothing");
	sealed_send(s, f, "nothing");
	before = counter_of(s, "replays");
	sealed_send(s, old, "nothing");
	assert_int_equal(counter_of(s, "replays"), before + 1);
	assert_int_equal(alerts(s), 0);
	f.seq++, f.press++;
	sealed_send(s, f, "accepted");
	trust_is(s, "weak");
	keyed_press(s, KEY1, 101, "accepted");
	assert_true(spool_wait(s, 1));
	close(fd);

	text = scratch_read(s, "err");
	assert_null(strcasestr(text, KEY1));
	free(text);
}

static void a_backup_that_is_not_whole_changes_nothing(void **state)
{
	struct scratch *s = *state;
	char *text;
	off_t end;
	int fd;

	start(s, PEOPLE KEYED);
	fd = backup_of(s);
	end = lseek(fd, 0, SEEK_END);
	text = call(s, "ButtonRemove", "s", "keyring");
	free(text);

	from(fd, 4);
	refused_as(s, "Restore", 8, fd, "Key");
	from(fd, 4);
	refused_as(s, "Restore", 0, fd, "Invalid");
	from(fd, 0);
	refused_as(s, "Restore", 7, fd, "Format");
	from(fd, end);
	refused_as(s, "Restore", 7, fd, "Format");
	assert_int_equal(ftruncate(fd, end - 1), 0);
	from(fd, 4);
	refused_as(s, "Restore", 7, fd, "Key");
	assert_int_equal(ftruncate(fd, 4 + 64 * 1024 * 1024 + 1), 0);
	from(fd, 4);
	refused_as(s, "Restore", 7, fd, "Limit");
	close(fd);

	text = call(s, "Export", "");
	assert_non_null(text);
	assert_null(strstr(text, "keyring"));
	free(text);
}

/* What can hold up a read or a write holds up every press. */
static void only_shared_memory_is_read_and_written(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX], *text;
	int fd, file, ends[2];
	uint8_t bytes[65536];
	ssize_t n;

	start(s, PEOPLE KEYED);
	fd = backup_of(s);
	n = read(fd, bytes, sizeof(bytes));
	assert_true(n > 0);
	close(fd);

	/* On a disk, and as good as any. */
	scratch_write(s, "backup", "");
	file = open(scratch_path(s, "backup", path), O_RDWR | O_CLOEXEC);
	assert_true(file >= 0);
	assert_int_equal(write(file, bytes, (size_t)n), n);
	from(file, 0);
	refused_as(s, "Restore", 7, file, "Refused");
	from(file, 0);
	refused_as(s, "Backup", 7, file, "Refused");
	assert_int_equal(lseek(file, 0, SEEK_CUR), 0);
	close(file);

	assert_int_equal(pipe(ends), 0);
	refused_as(s, "Restore", 7, ends[0], "Refused");
	refused_as(s, "Backup", 7, ends[1], "Refused");
	close(ends[0]);
	close(ends[1]);

	text = call(s, "Export", "");
	assert_non_null(text);
	assert_non_null(strstr(text, "keyring"));
	free(text);
}

static void a_backup_that_does_not_fit_is_told(void **state)
{
	struct scratch *s = *state;
	int fd = memfd_create("backup", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), 0);
	start(s, PEOPLE KEYED);
	refused_as(s, "Backup", 7, fd, "Store");
	close(fd);
	keyed_press(s, KEY1, 1, "accepted");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(a_replacement_gateway_refuses_old_captures),
		T(a_backup_that_is_not_whole_changes_nothing),
		T(only_shared_memory_is_read_and_written),
		T(a_backup_that_does_not_fit_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
