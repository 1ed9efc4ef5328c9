/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that talk back from anywhere, and a disk that comes back empty. */
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
#include <sqlite3.h>

#include <alerte/alerte.h>

struct world {
	struct alerte *a;
	char folder[64], path[96];
	uint8_t random;
	bool talk;			/* press from inside log */
	int inside, sends;
	int64_t first;			/* attempt handed over first */
};

static struct alerte_time at(int64_t s)
{
	struct alerte_time t = {
		.boot_ms = 1000000 + s * 1000,
		.wall_ms = 1773147900000 + s * 1000,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	if (!w->sends++)
		w->first = m->attempt;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	struct world *w = context;
	uint8_t *out = bytes;

	while (len--)
		*out++ = w->random += 37;

	return 0;
}

static int press(struct world *w, int64_t s)
{
	return alerte_press(w->a, "b1", 1, ALERTE_GESTURE_PRESS,
			    ALERTE_TRUST_WEAK, at(s));
}

static void host_log(void *context, enum alerte_log_level level,
		     const char *line)
{
	struct world *w = context;

	(void)level;
	(void)line;
	if (w->a && w->talk)
		w->inside = press(w, 1);
}

static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };

static void start(struct world *w)
{
	struct alerte_host h = { .size = sizeof(h), .context = w,
				 .send = host_send, .random = host_random,
				 .log = host_log };
	struct alerte_options o = {
		.size = sizeof(o), .path = w->path, .run_key = key,
		.boot_id = key, .relay_number = "+33639980114",
	};

	assert_int_equal(alerte_open(&o, &h, at(0), &w->a), 0);
}

static void set_people(struct alerte *a)
{
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = "+33639980101" };
	struct alerte_wearer w = {
		.size = sizeof(w), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon", .contact = { "paul" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	assert_true(alerte_contact_set(a, &c, at(0)) >= 0);
	assert_true(alerte_wearer_set(a, &w, at(0)) >= 0);
	assert_true(alerte_button_set(a, &b, at(0)) >= 0);
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	if (!w)
		return -1;

	snprintf(w->folder, sizeof(w->folder), "/tmp/alerte-host-XXXXXX");
	if (!mkdtemp(w->folder))
		return -1;

	snprintf(w->path, sizeof(w->path), "%s/store", w->folder);
	start(w);
	set_people(w->a);
	*state = w;
	return 0;
}

static void forget_file(struct world *w)
{
	char wal[128];

	snprintf(wal, sizeof(wal), "%s-wal", w->path);
	unlink(wal);
	unlink(w->path);
}

static int teardown(void **state)
{
	struct world *w = *state;

	w->talk = false;
	alerte_close(w->a);
	forget_file(w);
	rmdir(w->folder);
	free(w);
	return 0;
}

/* Every write of this process fails, or none does. */
static void refuse_writes(bool refuse)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = refuse ? 0 : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_press_from_inside_log_waits_and_is_taken(void **state)
{
	struct world *w = *state;

	w->talk = true;
	assert_true(alerte_fault(w->a, "modem", true, at(1)) >= 0);
	w->talk = false;
	assert_int_equal(w->inside, ALERTE_OK);
	assert_int_equal(alerte_deadline(w->a), at(1).boot_ms);
	assert_true(alerte_step(w->a, at(1)) >= 0);
	assert_true(alerte_step(w->a, at(1)) >= 0);
	assert_int_equal(w->sends, 1);
}

static void a_disk_that_comes_back_empty_gets_everything_again(void **state)
{
	struct alerte_status status = { .size = sizeof(status) };
	struct alerte_alert alert = { .size = sizeof(alert) };
	struct alerte_alert again = { .size = sizeof(again) };
	struct world *w = *state;
	char token[9];

	assert_int_equal(alerte_arm(w->a, "Anne", token, at(0)), 0);
	assert_true(alerte_arm_confirm(w->a, "Anne", token, at(0)) >= 0);
	refuse_writes(true);
	assert_int_equal(press(w, 1), ALERTE_VOLATILE);
	forget_file(w);
	assert_int_equal(press(w, 7), ALERTE_VOLATILE);
	refuse_writes(false);
	assert_int_equal(press(w, 13), ALERTE_ACCEPTED);
	assert_int_equal(alerte_alert_next(w->a, 0, &alert), 1);
	assert_int_equal(alerte_close(w->a), 0);

	start(w);
	assert_int_equal(alerte_status(w->a, &status), 0);
	assert_int_equal(status.buttons, 1);
	assert_true(status.armed);
	assert_int_equal(alerte_alert_next(w->a, 0, &again), 1);
	assert_string_equal(again.reference, alert.reference);
	assert_int_equal(press(w, 20), ALERTE_ACCEPTED);
}

/* One bit of one body: the row of that kind with the highest id. */
static void damage(struct world *w, const char *which)
{
	char sql[256];
	sqlite3 *db;

	assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
	snprintf(sql, sizeof(sql), "UPDATE %s SET body = zeroblob(60) WHERE "
		 "rowid = (SELECT max(rowid) FROM %s)", which, which);
	if (!strncmp(which, "named", 5))
		snprintf(sql, sizeof(sql), "UPDATE named SET body ="
			 " zeroblob(60) WHERE kind = %s", which + 6);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_true(sqlite3_changes(db) > 0);
	sqlite3_close(db);
}

static void one_damaged_body_does_not_keep_the_engine_shut(void **state)
{
	/* an attempt or note, a contact, a policy or state, the wearer */
	static const char *const what[] = { "row", "named 2", "named 0",
					    "named 3" };
	struct world *w = *state;

	assert_int_equal(press(w, 1), ALERTE_ACCEPTED);
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
		alerte_close(w->a);
		damage(w, what[i]);
		start(w);
		if (strcmp(what[i], "named 3"))
			assert_int_equal(press(w, 10 + (int64_t)i),
					 ALERTE_ACCEPTED);
		else
			assert_int_equal(press(w, 10 + (int64_t)i),
					 ALERTE_ENOTFOUND);
		assert_true(alerte_step(w->a, at(10 + (int64_t)i)) >= 0);
	}

	set_people(w->a);
	assert_int_equal(press(w, 60), ALERTE_ACCEPTED);
}

static void a_message_has_its_whole_limit_however_late_the_step(void **state)
{
	struct world *w = *state;

	assert_int_equal(press(w, 1), ALERTE_ACCEPTED);
	assert_int_equal(alerte_step(w->a, at(61)), 1);
	alerte_step(w->a, at(62));
	alerte_step(w->a, at(80));
	assert_int_equal(w->sends, 1);
	assert_int_equal(alerte_receipt(w->a, w->first, 0,
					ALERTE_RECEIPT_SENT, at(90)), ALERTE_OK);
	alerte_step(w->a, at(120));
	assert_int_equal(w->sends, 1);
}

/* Nobody ever answers for what was sent: rows must not pile up for months. */
static void what_is_over_and_unknown_is_forgotten_in_the_end(void **state)
{
	struct alerte_contact c = { .size = sizeof(c), .id = "asso",
				    .number = "+33639980103",
				    .role = ALERTE_ROLE_ASSOCIATION };
	struct world *w = *state;
	int64_t s = 10;

	assert_true(alerte_contact_set(w->a, &c, at(0)) >= 0);
	for (int i = 0; i < 40; i++, s += 3600) {
		alerte_fault(w->a, "radio", true, at(s));
		for (int64_t later = s; later < s + 3000; later += 30)
			alerte_step(w->a, at(later));
		alerte_fault(w->a, "radio", false, at(s + 3000));
	}

	assert_true(w->sends > 40);
	assert_int_equal(alerte_receipt(w->a, w->first, 0,
					ALERTE_RECEIPT_SENT, at(s)),
			 ALERTE_ENOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_press_from_inside_log_waits_and_is_taken,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_disk_that_comes_back_empty_gets_everything_again,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			one_damaged_body_does_not_keep_the_engine_shut,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_message_has_its_whole_limit_however_late_the_step,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			what_is_over_and_unknown_is_forgotten_in_the_end,
			setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
