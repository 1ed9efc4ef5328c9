/* SPDX-License-Identifier: Apache-2.0 */
/* A backup taken on a disk that fails, or over a restart. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/core/gateways.h"

static void disk_room(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/*
 * A store on the disk, of the same site, whose settings were changed since:
 * nothing but them tells what is on the disk from what is in force.
 */
static void start_on_disk(void)
{
	start(&new, new.path);
	assert_int_equal(restore(&new, 0), 0);
	assert_int_equal(alerte_settings_begin(new.a), 0);
	assert_int_equal(alerte_setting_remove(new.a, ALERTE_KIND_BUTTON,
					       "kitchen", at(&new, 0)), 0);
	assert_int_equal(alerte_setting_remove(new.a, ALERTE_KIND_CONTACT,
					       "c7", at(&new, 0)), 0);
	set_people(&new);
	set_button(&new, "hall");
	assert_int_equal(alerte_settings_end(new.a, true, at(&new, 0)), 0);
	press_keyed(&new, 190, 5);
	close_all(&new, 10);
	alerte_step(new.a, at(&new, 15));
}

static int setup_disk(void **state)
{
	setup(state);
	set_many(&old);
	press_keyed(&old, 100, 5);
	close_all(&old, 10);
	backup_at(&old, 20);
	alerte_close(new.a);
	snprintf(new.folder, sizeof(new.folder), "/tmp/alerte-backup-XXXXXX");
	if (!mkdtemp(new.folder))
		return -1;
	snprintf(new.path, sizeof(new.path), "%s/store", new.folder);
	snprintf(new.copy, sizeof(new.copy), "%s/copy", new.folder);
	start_on_disk();
	return 0;
}

static void forget(const char *path)
{
	char wal[128];

	snprintf(wal, sizeof(wal), "%s-wal", path);
	unlink(wal);
	unlink(path);
}

static int teardown_disk(void **state)
{
	disk_room(0);
	teardown(state);
	forget(new.path);
	forget(new.copy);
	rmdir(new.folder);
	return 0;
}

static void copy_file(const char *from, const char *to, const char *suffix)
{
	char a[128], b[128], bytes[4096];
	size_t n;
	FILE *in, *out;

	snprintf(a, sizeof(a), "%s%s", from, suffix);
	snprintf(b, sizeof(b), "%s%s", to, suffix);
	in = fopen(a, "rb");
	out = fopen(b, "wb");
	assert_non_null(out);
	while (in && (n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	if (in)
		fclose(in);
	fclose(out);
}

/* The power goes now: what would a start find? */
static void look_after_a_crash(struct all *out)
{
	struct world w = { .relay = RELAY, .boot_id = { 2 }, .random = 9 };

	forget(new.copy);
	copy_file(new.path, new.copy, "");
	copy_file(new.path, new.copy, "-wal");
	start(&w, new.copy);
	look(&w, out);
	alerte_close(w.a);
}

static bool same(const struct all *a, const struct all *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* The disk goes and comes back, so that the file is opened once more. */
static void break_and_mend(int64_t s)
{
	disk_room(4096);
	assert_int_equal(alerte_disarm(new.a, "asso", at(&new, s)),
			 ALERTE_VOLATILE);
	alerte_disarm(new.a, "asso", at(&new, s + 6));
	disk_room(0);
	assert_int_equal(alerte_disarm(new.a, "asso", at(&new, s + 12)), 0);
}

/*
 * A commit that reports an error may be whole on the disk all the same: then
 * a crash finds all of it, and whoever goes on writes what he has over it.
 */
static void a_disk_that_fails_anywhere_leaves_all_or_nothing(void **state)
{
	static struct all before, after, crashed, doubtful;
	rlim_t room = 53248;

	(void)state;
	for (;; room += 4096) {
		int r;

		look(&new, &before);
		disk_room(room);
		r = restore(&new, 100);
		disk_room(0);
		look(&new, &after);
		look_after_a_crash(&crashed);
		if (!r)
			break;
		assert_int_equal(r, ALERTE_ESTORE);
		assert_same(&before, &after);
		if (!same(&before, &crashed))
			doubtful = crashed;
		break_and_mend(110);
		look(&new, &after);
		assert_same(&before, &after);
		look_after_a_crash(&crashed);
		assert_same(&before, &crashed);
		alerte_close(new.a);
		forget(new.path);
		start_on_disk();
	}
	assert_true(room > 61440);
	assert_false(same(&before, &after));
	assert_same(&after, &crashed);
	if (doubtful.len)
		assert_same(&after, &doubtful);
}

static void a_restart_finds_what_was_restored(void **state)
{
	(void)state;
	assert_int_equal(restore(&new, 100), 0);
	alerte_close(new.a);
	start(&new, new.path);
	press_keyed(&new, 190, 200);
	assert_int_equal(status(&new).presses, 0);
	assert_int_equal(press_keyed(&new, 191, 260), ALERTE_ACCEPTED);
	assert_string_equal(newest(&new).button, "kitchen");
	alerte_step(new.a, at(&new, 260));
	assert_int_equal(alerte_cancel(new.a, newest(&new).id, "4321",
				       at(&new, 270)), ALERTE_ACCEPTED);
}

/* Of settings too: what is renamed is the same device. */
static void a_renamed_button_keeps_its_counter_over_a_restart(void **state)
{
	(void)state;
	assert_int_equal(alerte_settings_begin(new.a), 0);
	assert_int_equal(alerte_setting_remove(new.a, ALERTE_KIND_BUTTON,
					       "hall", at(&new, 20)), 0);
	set_button(&new, "cellar");
	assert_int_equal(alerte_settings_end(new.a, true, at(&new, 20)), 0);
	alerte_close(new.a);
	start(&new, new.path);
	press_keyed(&new, 190, 100);
	assert_int_equal(status(&new).presses, 0);
	assert_int_equal(press_keyed(&new, 191, 160), ALERTE_ACCEPTED);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup_disk, teardown_disk)
	const struct CMUnitTest tests[] = {
		T(a_disk_that_fails_anywhere_leaves_all_or_nothing),
		T(a_restart_finds_what_was_restored),
		T(a_renamed_button_keeps_its_counter_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
