/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the plays do not show of supervised buttons: callers and stores of
 * before, what a backup carries, and how often it wants to be called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/engine.h"
#include "core/rows.h"
#include "lib/core/gateways.h"

#define OLD_BUTTON ((uint32_t)offsetof(struct alerte_button, silence_s))
#define OLD_STATUS \
	((uint32_t)offsetof(struct alerte_status, enrolled_heard_boot_ms))

static struct alerte_button plain(const char *id, uint32_t number)
{
	struct alerte_button b = { .size = sizeof(b), .wearer = "marie",
				   .silence_s = 3600 };

	snprintf(b.id, sizeof(b.id), "%s", id);
	b.address[0] = 0xc0;
	memcpy(b.address + 2, &number, sizeof(number));
	return b;
}

static int set(const struct alerte_button *b)
{
	return alerte_button_set(old.a, b, at(&old, 0));
}

static int hear(const struct alerte_button *b, int64_t s)
{
	const uint8_t frame[] = { 8, 0x16, 0xd2, 0xfc, 0x44, 0, 1, 1, 90 };
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = -60, .data = frame,
		.len = sizeof(frame), .source = 3,
		.heard_boot_ms = at(&old, s).boot_ms,
	};

	memcpy(advert.address, b->address, sizeof(advert.address));
	return alerte_advertisement(old.a, &advert, at(&old, s));
}

static struct alerte_presence presence(const char *id)
{
	struct alerte_presence p = { .size = sizeof(p) };

	while (alerte_presence_next(old.a, p.id, &p) == 1)
		if (!strcmp(p.id, id))
			return p;
	fail_msg("no button %s", id);
	return p;
}

/* ------------------------------------------------------ older callers */

static void an_older_caller_leaves_the_silence_as_it_is(void **state)
{
	struct alerte_button b = plain("door", 1), out = { .size = 0 };

	(void)state;
	assert_int_equal(set(&b), 0);
	b.size = OLD_BUTTON;
	b.silence_s = 7;	/* lies behind what it knows of */
	b.grace_s = 4;
	assert_int_equal(set(&b), 0);
	assert_int_equal(presence("door").silence_s, 3600);

	memset(&out, 0xa5, sizeof(out));
	out.size = OLD_BUTTON;
	assert_int_equal(alerte_button_next(old.a, "", &out), 1);
	assert_string_equal(out.id, "door");
	assert_int_equal(out.grace_s, 4);
	assert_int_equal(out.size, OLD_BUTTON);
	assert_int_equal(out.silence_s, 0xa5a5a5a5);
	out.size = OLD_BUTTON - 4;
	assert_int_equal(alerte_button_next(old.a, "", &out), ALERTE_EINVAL);
	b.size = sizeof(b) + 4;
	assert_int_equal(set(&b), ALERTE_EINVAL);
}

static void an_older_caller_enrols_a_button_without_it(void **state)
{
	struct alerte_button b = plain("door", 1);

	(void)state;
	b.size = OLD_BUTTON;
	assert_int_equal(alerte_enrol(old.a, &b, at(&old, 0)), 0);
	assert_int_equal(set(&b), 0);
	assert_int_equal(presence("door").silence_s, 0);
}

static void an_older_caller_reads_the_status_it_knows(void **state)
{
	struct alerte_status s = { .size = 0 };

	(void)state;
	memset(&s, 0xa5, sizeof(s));
	s.size = OLD_STATUS;
	assert_int_equal(alerte_status(old.a, &s), 0);
	assert_int_equal(s.size, OLD_STATUS);
	assert_int_equal(s.buttons, 1);
	assert_int_equal(s.buttons_silent, 0xa5a5a5a5);
	s.size = OLD_STATUS + 4;
	assert_int_equal(alerte_status(old.a, &s), ALERTE_EINVAL);
}

/* A row as the release before wrote it. */
static void put_older_row(const struct alerte_button *b)
{
	struct alerte_button row = *b;
	uint8_t body[2048];
	struct pack p;

	row.size = OLD_BUTTON;
	pack_start(&p, body, sizeof(body));
	pack_bytes(&p, ROW_OBJECT, &row, OLD_BUTTON);
	assert_false(p.cut);
	assert_int_equal(store_named_put(old.a->store, ALERTE_KIND_BUTTON,
					 row.id, body, p.len), 0);
}

static void a_button_of_an_older_store_is_in_force(void **state)
{
	char folder[] = "/tmp/alerte-watch-XXXXXX", path[64];
	struct alerte_button b = plain("door", 1);

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store", folder);
	alerte_close(old.a);
	start(&old, path);
	set_people(&old);
	put_older_row(&b);
	assert_int_equal(alerte_close(old.a), 0);
	start(&old, path);
	assert_int_equal(presence("door").silence_s, 0);
	assert_int_equal(hear(&b, 1), ALERTE_OK);
	assert_int_equal(presence("door").battery_percent, 90);
	alerte_close(old.a);
	/* and what was learned of it outlives a restart */
	start(&old, path);
	assert_int_equal(presence("door").battery_percent, 90);
	alerte_close(old.a);
	start(&old, ":memory:");
	snprintf(path, sizeof(path), "rm -rf %s", folder);
	assert_int_equal(system(path), 0);
}

/* ------------------------------------------------------------- queries */

static void what_was_heard_and_where_is_told(void **state)
{
	struct alerte_button b = plain("door", 1);
	struct alerte_presence p;

	(void)state;
	assert_int_equal(set(&b), 0);
	p = presence("door");
	assert_int_equal(p.state, ALERTE_PRESENCE_UNKNOWN);
	assert_int_equal(p.heard_boot_ms, 0);
	assert_int_equal(p.rssi_dbm, 127);
	assert_int_equal(p.battery_percent, -1);
	hear(&b, 5);
	p = presence("door");
	assert_int_equal(p.state, ALERTE_PRESENCE_PRESENT);
	assert_int_equal(p.heard_boot_ms, at(&old, 5).boot_ms);
	assert_int_equal(p.rssi_dbm, -60);
	assert_int_equal(p.source, 3);
	assert_int_equal(p.battery_percent, 90);
	assert_int_equal(status(&old).enrolled_heard_boot_ms,
			 at(&old, 5).boot_ms);
}

static void only_what_the_key_opens_is_the_last_of_an_enrolled_one(void **state)
{
	(void)state;
	assert_int_equal(status(&old).enrolled_heard_boot_ms, 0);
	assert_true(press_keyed(&old, 100, 10) >= 0);
	assert_int_equal(status(&old).enrolled_heard_boot_ms,
			 at(&old, 10).boot_ms);
	/* a copy of it, much later */
	assert_true(press_keyed(&old, 100, 500) >= 0);
	assert_int_equal(status(&old).enrolled_heard_boot_ms,
			 at(&old, 10).boot_ms);
}

static void a_backup_carries_the_silence_and_the_battery(void **state)
{
	struct alerte_button b = plain("door", 1);
	struct alerte_presence p = { .size = sizeof(p) };

	(void)state;
	assert_int_equal(set(&b), 0);
	hear(&b, 5);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(alerte_presence_next(new.a, "", &p), 1);
	assert_string_equal(p.id, "door");
	assert_int_equal(p.silence_s, 3600);
	assert_int_equal(p.battery_percent, 90);
	/* heard by another, in another boot */
	assert_int_equal(p.heard_boot_ms, 0);
}

static void what_has_no_button_has_no_link(void **state)
{
	static const uint8_t nobody[6] = { 1, 2, 3, 4, 5, 6 };

	(void)state;
	assert_int_equal(alerte_link(old.a, nobody, true, at(&old, 1)),
			 ALERTE_ENOTFOUND);
	assert_int_equal(alerte_link(old.a, NULL, true, at(&old, 1)),
			 ALERTE_EINVAL);
}

/* ------------------------------------------------------------- the log */

static char logged[2048];

static void note_log(void *context, enum alerte_log_level level,
		     const char *line)
{
	size_t len = strlen(logged);

	(void)context;
	(void)level;
	snprintf(logged + len, sizeof(logged) - len, "%s\n", line);
}

static void hear_at(const struct alerte_button *b, int8_t rssi, int64_t s)
{
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = rssi,
		.heard_boot_ms = at(&old, s).boot_ms,
	};

	memcpy(advert.address, b->address, sizeof(advert.address));
	assert_int_equal(alerte_advertisement(old.a, &advert, at(&old, s)),
			 ALERTE_OK);
}

/* With one button the journal would be a diary of her. */
static void that_she_goes_out_and_comes_home_is_not_logged(void **state)
{
	struct alerte_button b = plain("door", 1);

	(void)state;
	assert_int_equal(set(&b), 0);
	logged[0] = '\0';
	old.a->host.log = note_log;
	for (int64_t s = 1; s < 10; s += 2)
		hear_at(&b, -90, s);
	assert_true(alerte_step(old.a, at(&old, 10)) >= 0);
	for (int64_t s = 3600; s < 4000; s += 50)
		assert_true(alerte_step(old.a, at(&old, s)) >= 0);
	assert_int_equal(presence("door").state, ALERTE_PRESENCE_AWAY);
	hear_at(&b, -60, 4000);
	assert_int_equal(presence("door").state, ALERTE_PRESENCE_PRESENT);
	alerte_link(old.a, b.address, true, at(&old, 4001));
	alerte_link(old.a, b.address, false, at(&old, 4002));
	assert_string_equal(logged, "");
}

/* ------------------------------------------------------------ deadlines */

#define MANY 500

static void many_buttons_are_looked_at_once_a_minute(void **state)
{
	struct alerte_button b[MANY];
	int64_t s = 1, looked = 0;

	(void)state;
	assert_int_equal(alerte_settings_begin(old.a), 0);
	for (uint32_t i = 0; i < MANY; i++) {
		char id[16];

		snprintf(id, sizeof(id), "b%u", i);
		b[i] = plain(id, i + 1);
		assert_int_equal(set(&b[i]), 0);
	}
	assert_int_equal(alerte_settings_end(old.a, true, at(&old, 0)), 0);
	assert_int_equal(alerte_deadline(old.a), at(&old, 0).boot_ms);
	assert_true(alerte_step(old.a, at(&old, 0)) >= 0);
	/* nobody can be silent before an hour is over */
	assert_int_equal(alerte_deadline(old.a), at(&old, 3600).boot_ms);
	for (; s < 2 * 3600; s++) {
		hear(&b[s % MANY], s);
		if (alerte_deadline(old.a) > at(&old, s).boot_ms)
			continue;
		assert_true(alerte_step(old.a, at(&old, s)) >= 0);
		looked++;
	}
	/* 500 of them, each heard every 500 s: looked at twice or so */
	assert_true(looked < 2 * MANY);
	assert_int_equal(status(&old).buttons_silent, 0);
	assert_true(alerte_deadline(old.a) >= at(&old, s + 59).boot_ms);
}

static void nothing_to_notice_is_no_deadline(void **state)
{
	struct alerte_button b = plain("door", 1);

	(void)state;
	b.silence_s = 0;
	assert_int_equal(set(&b), 0);
	hear(&b, 1);
	assert_true(alerte_step(old.a, at(&old, 9)) >= 0);
	assert_int_equal(alerte_deadline(old.a), ALERTE_NEVER);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(an_older_caller_leaves_the_silence_as_it_is),
		T(an_older_caller_enrols_a_button_without_it),
		T(an_older_caller_reads_the_status_it_knows),
		T(a_button_of_an_older_store_is_in_force),
		T(what_was_heard_and_where_is_told),
		T(only_what_the_key_opens_is_the_last_of_an_enrolled_one),
		T(a_backup_carries_the_silence_and_the_battery),
		T(what_has_no_button_has_no_link),
		T(that_she_goes_out_and_comes_home_is_not_logged),
		T(many_buttons_are_looked_at_once_a_minute),
		T(nothing_to_notice_is_no_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
