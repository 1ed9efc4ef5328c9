/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>

#include "store/store.h"

static char folder[64], path[96];
static struct store *store;
static struct store_keys keys;
static uint8_t seen[256];
static size_t seen_len;
static int visits;

/* Deterministic: the tests need different bytes, not secret ones. */
static int fill(void *context, void *bytes, size_t len)
{
	static uint8_t next;

	(void)context;
	memset(bytes, ++next, len);
	return 0;
}

static const struct store_random randomness = { NULL, fill };

static int open_it(void)
{
	return store_open(path, &keys, &randomness, &store);
}

static int start(void **state)
{
	uint8_t seed[32] = { 3 };

	(void)state;
	assert_int_equal(seal_setup(), 0);
	strcpy(folder, "/tmp/alerte-store-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/alerte.db", folder);
	memset(&keys, 0, sizeof(keys));
	keys.run[0] = 42;
	keys.has_reading = keys.has_secret = true;
	crypto_box_seed_keypair(keys.reading_public, keys.reading_secret, seed);
	visits = 0;
	return open_it();
}

static int end(void **state)
{
	char command[160];

	(void)state;
	if (store)
		store_close(store);
	store = NULL;
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void reopen(void)
{
	store_close(store);
	store = NULL;
	assert_int_equal(open_it(), 0);
}

static int look(void *context, const struct store_row *row)
{
	(void)context;
	visits++;
	seen_len = row->body ? row->len : 0;
	assert_true(seen_len <= sizeof(seen));
	memcpy(seen, row->body ? row->body : seen, seen_len);
	return 0;
}

static struct store_row row_of(int64_t id, const char *body)
{
	return (struct store_row){ .id = id, .state = 1,
				   .waiting = true, .wall_ms = id * 1000,
				   .trusted = true,
				   .body = (const uint8_t *)body,
				   .len = strlen(body) };
}

static void put_alert(int64_t id, const char *body)
{
	struct store_row row = row_of(id, body);

	assert_int_equal(store_begin(store), 0);
	assert_int_equal(store_row_put(store, STORE_ALERT, &row), 0);
	assert_int_equal(store_commit(store), 0);
}

static void a_row_comes_back_after_reopening(void **state)
{
	(void)state;
	put_alert(1, "Marie D.");
	reopen();
	assert_int_equal(store_row_next(store, STORE_ALERT, 0, 0, look, NULL),
			 1);
	assert_memory_equal(seen, "Marie D.", 8);
	assert_int_equal(store_row_last(store), 1);
	assert_int_equal(store_row_next(store, STORE_ALERT, 0, 1, look, NULL),
			 0);
}

static void what_was_rolled_back_is_not_there(void **state)
{
	struct store_row row = row_of(1, "x");

	(void)state;
	store_begin(store);
	store_row_put(store, STORE_ALERT, &row);
	store_rollback(store);
	assert_int_equal(store_row_next(store, STORE_ALERT, 0, 0, look, NULL),
			 0);
}

/* K3 */
static void a_second_engine_is_told_it_is_in_use(void **state)
{
	struct store *second = NULL;

	(void)state;
	assert_int_equal(store_open(path, &keys, &randomness, &second),
			 ALERTE_EINUSE);
	assert_null(second);
}

static void another_run_key_opens_nothing(void **state)
{
	(void)state;
	store_close(store);
	store = NULL;
	keys.run[0]++;
	assert_int_equal(open_it(), ALERTE_EKEY);
}

static void nothing_personal_stands_in_the_file(void **state)
{
	static char bytes[8 << 20];
	char wal[128];
	ssize_t n;

	(void)state;
	put_alert(1, "Garibaldi");
	store_begin(store);
	store_named_put(store, 2, "paulette", "+33639980101", 12);
	store_commit(store);
	snprintf(wal, sizeof(wal), "%s-wal", path);
	for (int i = 0; i < 2; i++) {
		int fd = open(i ? wal : path, O_RDONLY);

		assert_true(fd >= 0);
		n = read(fd, bytes, sizeof(bytes));
		close(fd);
		assert_true(n > 0);
		assert_null(memmem(bytes, (size_t)n, "Garibaldi", 9));
		assert_null(memmem(bytes, (size_t)n, "paulette", 8));
		assert_null(memmem(bytes, (size_t)n, "39980101", 8));
	}
}

static int raw(const char *sql)
{
	sqlite3 *db;
	int r = sqlite3_open(path, &db);

	if (!r)
		r = sqlite3_exec(db, sql, NULL, NULL, NULL);
	sqlite3_close(db);
	return r;
}

static void a_row_copied_over_another_does_not_open(void **state)
{
	(void)state;
	put_alert(1, "one");
	put_alert(2, "two");
	store_close(store);
	store = NULL;
	assert_int_equal(raw("UPDATE row SET body = (SELECT body FROM row"
			     " WHERE id = 1) WHERE id = 2"),
			 0);
	assert_int_equal(open_it(), 0);
	assert_int_equal(store_row_next(store, STORE_ALERT, 0, 1, look, NULL),
			 ALERTE_EKEY);
}

static void a_store_of_a_newer_library_is_left_alone(void **state)
{
	(void)state;
	store_close(store);
	store = NULL;
	assert_int_equal(raw("PRAGMA user_version = 999"), 0);
	assert_int_equal(open_it(), ALERTE_ESTORE);
}

static void another_program_s_file_is_left_alone(void **state)
{
	(void)state;
	store_close(store);
	store = NULL;
	assert_int_equal(raw("PRAGMA application_id = 7"), 0);
	assert_int_equal(open_it(), ALERTE_ESTORE);
}

static void put_note(const char *text)
{
	struct store_row row = row_of(2, text);
	uint8_t key[SEAL_KEY];

	store_begin(store);
	row.key = 1;
	row.alert = 9;
	assert_int_equal(store_history_key(store, 9, 1, key), 0);
	assert_int_equal(store_note_put(store, &row, key), 0);
	assert_int_equal(store_commit(store), 0);
}

/* K1 */
static void a_locked_store_writes_what_it_cannot_read(void **state)
{
	(void)state;
	keys.has_secret = false;
	reopen();
	assert_true(store_locked(store));
	put_note("ok 7K2");
	assert_int_equal(store_row_next(store, STORE_NOTE, 9, 0, look, NULL),
			 1);
	assert_int_equal(seen_len, 0);
	keys.has_secret = true;
	reopen();
	assert_int_equal(store_row_next(store, STORE_NOTE, 9, 0, look, NULL),
			 1);
	assert_memory_equal(seen, "ok 7K2", 6);
}

static void locking_forgets_the_key_it_had_open(void **state)
{
	(void)state;
	put_note("ok 7K2");
	assert_int_equal(store_row_next(store, STORE_NOTE, 9, 0, look, NULL),
			 1);
	assert_int_equal(seen_len, 6);
	store_lock(store);
	assert_int_equal(store_row_next(store, STORE_NOTE, 9, 0, look, NULL),
			 1);
	assert_int_equal(seen_len, 0);
}

/* K4 */
static void only_a_trusted_clock_says_what_is_newest(void **state)
{
	struct store_row row = row_of(2, "x");

	(void)state;
	put_alert(1, "x");
	row.trusted = false;
	store_begin(store);
	store_row_put(store, STORE_ALERT, &row);
	store_commit(store);
	assert_int_equal(store_newest(store), 1000);
}

static int count_answer(void *context, const struct store_answer *a)
{
	(void)context;
	visits++;
	assert_non_null(a->by);
	return 0;
}

static int answers(const char *json)
{
	return store_answers(store, json, strlen(json), 3, count_answer, NULL);
}

static void answers_are_read_and_anything_else_refused(void **state)
{
	(void)state;
	assert_int_equal(answers("{\"answers\":[]}"), 0);
	assert_int_equal(answers("{\"answers\":[{\"id\":\"1\",\"kind\":\"ack\"},"
				 "{\"id\":\"2\",\"kind\":\"close\"}]}"),
			 2);
	assert_int_equal(visits, 2);
	assert_int_equal(answers("{\"answers\":"), ALERTE_EFORMAT);
	assert_int_equal(answers("[]"), ALERTE_EFORMAT);
	assert_int_equal(answers("{\"answers\":7}"), ALERTE_EFORMAT);
	assert_int_equal(answers("{\"answers\":[7]}"), ALERTE_EFORMAT);
	assert_int_equal(answers("{\"answers\":[\"x\"]}"), ALERTE_EFORMAT);
	assert_int_equal(answers("{\"answers\":[{\"kind\":\"ack\"}]}"),
			 ALERTE_EFORMAT);
	assert_int_equal(answers("\xff"), ALERTE_EFORMAT);
	assert_int_equal(answers("{\"answers\":[{\"id\":\"1\"},{\"id\":\"2\"},"
				 "{\"id\":\"3\"},{\"id\":\"4\"}]}"),
			 ALERTE_ELIMIT);
}

/* R6: with something always due nobody tidies. */
static void the_wal_stays_small_without_tidying(void **state)
{
	char wal[112];
	struct stat st;

	(void)state;
	snprintf(wal, sizeof(wal), "%s-wal", path);
	for (int64_t id = 1; id < 3000; id++)
		put_alert(id, "Marie D.");
	assert_int_equal(stat(wal, &st), 0);
	assert_true(st.st_size < 5 << 20);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		T(a_row_comes_back_after_reopening),
		T(what_was_rolled_back_is_not_there),
		T(the_wal_stays_small_without_tidying),
		T(a_second_engine_is_told_it_is_in_use),
		T(another_run_key_opens_nothing),
		T(nothing_personal_stands_in_the_file),
		T(a_row_copied_over_another_does_not_open),
		T(a_store_of_a_newer_library_is_left_alone),
		T(another_program_s_file_is_left_alone),
		T(a_locked_store_writes_what_it_cannot_read),
		T(locking_forgets_the_key_it_had_open),
		T(only_a_trusted_clock_says_what_is_newest),
		T(answers_are_read_and_anything_else_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
