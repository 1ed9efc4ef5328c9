/* SPDX-License-Identifier: Apache-2.0 */
/* R6: who floods forged presses gets no disk, no memory and no delay. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/core/gateways.h"

#define APART_MS 2
#define WAL_MOST (5 << 20)

static const uint8_t twin[6] = { 0xc0, 0xff, 0xee, 0, 0, 9 };
static int64_t now_ms, sealed;
static int accepted;

static struct alerte_time now(void)
{
	struct alerte_time t = at(&old, 0);

	t.boot_ms += now_ms;
	t.wall_ms += now_ms;
	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	(void)m;
	w->sends++;
	return 0;
}

/* Each sealed row asks once. */
static int host_random(void *context, void *bytes, size_t len)
{
	struct world *w = context;
	uint8_t *out = bytes;

	sealed++;
	while (len--)
		*out++ = w->random += 37;
	return 0;
}

static void open_world(struct world *w, const char *path)
{
	struct alerte_host h = { .size = sizeof(h), .context = w,
				 .send = host_send, .random = host_random };
	struct alerte_options o = {
		.size = sizeof(o), .path = path, .run_key = key,
		.boot_id = w->boot_id, .relay_number = RELAY,
	};

	assert_int_equal(alerte_open(&o, &h, now(), &w->a), 0);
}

static int begin(void **state)
{
	struct alerte_button b = { .size = sizeof(b), .id = "twin",
				   .wearer = "marie" };

	(void)state;
	old = (struct world){ .boot_id = { 1 }, .random = 5 };
	now_ms = 0;
	snprintf(old.folder, sizeof(old.folder), "/tmp/alerte-flood-XXXXXX");
	assert_non_null(mkdtemp(old.folder));
	snprintf(old.path, sizeof(old.path), "%s/store", old.folder);
	snprintf(old.copy, sizeof(old.copy), "%s/copy", old.folder);
	open_world(&old, old.path);
	set_people(&old);
	set_button(&old, "kitchen");
	memcpy(b.address, twin, sizeof(twin));
	assert_int_equal(alerte_button_set(old.a, &b, now()), 0);
	sealed = accepted = 0;
	return 0;
}

static void disk_room(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void forget(const char *path)
{
	char wal[128];

	snprintf(wal, sizeof(wal), "%s-wal", path);
	unlink(wal);
	unlink(path);
}

static int finish(void **state)
{
	(void)state;
	disk_room(0);
	alerte_close(old.a);
	forget(old.path);
	forget(old.copy);
	return rmdir(old.folder);
}

static long wal_size(void)
{
	char wal[128];
	struct stat st;

	snprintf(wal, sizeof(wal), "%s-wal", old.path);
	assert_int_equal(stat(wal, &st), 0);
	return (long)st.st_size;
}

/* As hosts do: an input, then a step. */
static int hear_twin(const uint8_t *frame, size_t len)
{
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = -60, .data = frame,
		.len = len, .heard_boot_ms = now().boot_ms,
	};
	int r;

	memcpy(advert.address, twin, sizeof(twin));
	r = alerte_advertisement(old.a, &advert, now());
	alerte_step(old.a, now());
	now_ms += APART_MS;
	return r;
}

static void forge(uint32_t n)
{
	uint8_t frame[] = { 0x0a, 0x16, 0xd2, 0xfc, 0x44, 0x00, 0, 0x01, 100,
			    0x3a, 0x01 };
	int r;

	frame[6] = (uint8_t)n;
	r = hear_twin(frame, sizeof(frame));
	assert_in_range(r, ALERTE_ACCEPTED, ALERTE_VOLATILE);
	accepted += r == ALERTE_ACCEPTED;
}

static void copy_file(const char *suffix)
{
	char from[128], to[128], bytes[4096];
	size_t n;
	FILE *in, *out;

	snprintf(from, sizeof(from), "%s%s", old.path, suffix);
	snprintf(to, sizeof(to), "%s%s", old.copy, suffix);
	in = fopen(from, "rb");
	out = fopen(to, "wb");
	assert_non_null(in);
	assert_non_null(out);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		assert_int_equal(fwrite(bytes, 1, n, out), n);
	fclose(in);
	fclose(out);
}

/* The power goes now: what would a start find? */
static struct alerte_alert after_a_crash(void)
{
	struct world w = { .boot_id = { 2 }, .random = 9 };
	struct alerte_alert found;

	forget(old.copy);
	copy_file("");
	copy_file("-wal");
	open_world(&w, old.copy);
	found = newest(&w);
	alerte_close(w.a);
	return found;
}

static void a_flood_of_forged_presses_is_one_commit_a_second(void **state)
{
	long most = 0;

	(void)state;
	for (uint32_t i = 0; i < 20000; i++) {
		forge(i);
		if (wal_size() > most)
			most = wal_size();
	}
	assert_int_equal(status(&old).presses, 20000);
	assert_true(most < WAL_MOST);
	/* 40 s of it; each commit writes a button, an alert and a note */
	assert_true(accepted < 60);
	assert_true(sealed < 400);
}

/* A button that tells its count, pressed and let go without end. */
static void a_flood_of_a_count_is_no_more(void **state)
{
	uint8_t touch[] = { 0x06, 0xff, 0x57, 0x07, 0xb2, 0, 0 };

	(void)state;
	for (uint32_t i = 0; i < 10000; i++) {
		touch[5] = (uint8_t)i;
		touch[6] = (uint8_t)(i >> 8);
		assert_true(hear_twin(touch, sizeof(touch)) >= 0);
	}
	assert_int_equal(status(&old).presses, 5000);
	assert_true(sealed < 400);
}

static void a_real_press_in_the_flood_is_durable_when_it_is_accepted(void **state)
{
	struct alerte_alert found;

	(void)state;
	for (uint32_t i = 0; i < 700; i++)
		forge(i);
	assert_int_not_equal(after_a_crash().presses, 700);
	assert_int_equal(press_keyed(&old, 100, now_ms / 1000 + 1),
			 ALERTE_ACCEPTED);
	found = after_a_crash();
	assert_int_equal(found.presses, 701);
	assert_int_equal(found.trust, ALERTE_TRUST_WEAK);
}

static void a_forged_press_is_written_within_a_second_by_the_deadline(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 20; i++)
		forge(i);
	assert_int_equal(after_a_crash().presses, 11);
	assert_true(alerte_deadline(old.a) <= now().boot_ms + 1000);
	now_ms += 1000;
	alerte_step(old.a, now());
	assert_int_equal(after_a_crash().presses, 20);
}

/* ------------------------------------------------------------- notes */

struct notes {
	uint32_t n, believed, presses;
	char last[ALERTE_REPLY_MAX];
};

static struct notes notes_of_newest(void)
{
	struct alerte_note note = { .size = sizeof(note) };
	struct notes found = { 0 };
	int64_t alert = newest(&old).id;

	while (alerte_note_next(old.a, alert, note.id, &note) == 1) {
		const char *comma = strchr(note.text, ',');

		found.n++;
		found.believed += strstr(note.text, "trust weak") != NULL;
		found.presses += 1 + (comma ? (uint32_t)atoi(comma + 1) : 0);
		snprintf(found.last, sizeof(found.last), "%s", note.text);
	}
	return found;
}

static void one_note_a_minute_counts_the_forged_presses(void **state)
{
	struct notes found;

	(void)state;
	for (uint32_t i = 0; i < 700; i++)
		forge(i);
	found = notes_of_newest();
	assert_int_equal(found.n, 11);
	assert_string_equal(found.last, "button 1 press trust none, "
			    "689 more within a minute");
	now_ms += 60000;
	forge(700);
	found = notes_of_newest();
	assert_int_equal(found.n, 12);
	assert_string_equal(found.last,
			    "button 1 press trust none possible-repeat");
	assert_int_equal(found.presses, 701);
}

/* The key a note was sealed under may be another when it is written again. */
static void a_counted_note_survives_a_disk_that_was_full_for_a_while(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 700; i++)
		forge(i);
	disk_room(4096);
	for (uint32_t i = 700; i < 1400; i++)
		forge(i);
	disk_room(0);
	now_ms += 10000;
	for (uint32_t i = 1400; i < 1402; i++) {
		forge(i);
		now_ms += 60000;
	}
	alerte_step(old.a, now());
	assert_int_equal(status(&old).durable, 1);
	assert_int_equal(notes_of_newest().presses, 1402);
}

static void a_flood_on_a_full_disk_keeps_few_notes(void **state)
{
	(void)state;
	disk_room(4096);
	for (uint32_t i = 0; i < 100000; i++)
		forge(i);
	assert_int_equal(status(&old).durable, 0);
	assert_int_equal(newest(&old).presses, 100000);
	assert_int_equal(notes_of_newest().presses, 100000);
	assert_true(notes_of_newest().n < 18);
}

static void twenty_hours_of_it_folds_the_oldest_and_no_believed_press(void **state)
{
	struct notes found;

	(void)state;
	disk_room(4096);
	for (uint32_t i = 0; i < 1200; i++) {
		forge(i);
		if (i % 240 == 0)
			press_keyed(&old, 100 + i, now_ms / 1000 + 1);
		now_ms += 60000;
	}
	found = notes_of_newest();
	assert_int_equal(found.believed, 5);
	assert_int_equal(found.presses, 1205);
	assert_int_equal(found.n, 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_flood_of_forged_presses_is_one_commit_a_second,
			begin, finish),
		cmocka_unit_test_setup_teardown(
			a_flood_of_a_count_is_no_more, begin, finish),
		cmocka_unit_test_setup_teardown(
			a_real_press_in_the_flood_is_durable_when_it_is_accepted,
			begin, finish),
		cmocka_unit_test_setup_teardown(
			a_forged_press_is_written_within_a_second_by_the_deadline,
			begin, finish),
		cmocka_unit_test_setup_teardown(
			one_note_a_minute_counts_the_forged_presses,
			begin, finish),
		cmocka_unit_test_setup_teardown(
			a_counted_note_survives_a_disk_that_was_full_for_a_while,
			begin, finish),
		cmocka_unit_test_setup_teardown(
			a_flood_on_a_full_disk_keeps_few_notes, begin, finish),
		cmocka_unit_test_setup_teardown(
			twenty_hours_of_it_folds_the_oldest_and_no_believed_press,
			begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
