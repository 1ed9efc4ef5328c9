/* SPDX-License-Identifier: Apache-2.0 */
/* What is no whole backup, or finds the gateway busy, changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/core/gateways.h"
#include "crypto/stream.h"

static void any_byte_changed_is_refused_and_changes_nothing(void **state)
{
	static struct all before, after;

	(void)state;
	set_contact(&new, "here", "+33639980150");
	look(&new, &before);
	backup_at(&old, 10);
	for (size_t i = 0; i < file.len; i++)
		for (int bit = 0; bit < 8; bit += 7) {
			int r;

			file.bytes[i] ^= (uint8_t)(1 << bit);
			r = restore(&new, 20);
			assert_int_equal(r, i < HEAD ? ALERTE_EFORMAT
						     : ALERTE_EKEY);
			file.bytes[i] ^= (uint8_t)(1 << bit);
		}
	look(&new, &after);
	assert_same(&before, &after);
	assert_int_equal(restore(&new, 30), 0);
}

static void a_backup_that_was_cut_is_refused_and_changes_nothing(void **state)
{
	static struct all before, after;

	(void)state;
	set_many(&old);
	look(&new, &before);
	backup_at(&old, 10);
	assert_true(file.len > 3 * STREAM_SEALED);
	for (size_t len = 0; len < file.len; len++) {
		/* the bytes stand alone, so that a sanitizer sees a step out */
		uint8_t *part = malloc(len + 1);
		int r;

		assert_non_null(part);
		memcpy(part, file.bytes, len);
		r = alerte_restore(new.a, backup_key, part, len, at(&new, 20));
		free(part);
		assert_int_equal(r, len < HEAD ? ALERTE_EFORMAT : ALERTE_EKEY);
	}
	look(&new, &after);
	assert_same(&before, &after);
}

static void bytes_behind_it_are_refused(void **state)
{
	(void)state;
	backup_at(&old, 10);
	file.len++;
	assert_int_equal(restore(&new, 20), ALERTE_EKEY);
}

static void chunks_in_another_order_are_refused(void **state)
{
	uint8_t chunk[STREAM_SEALED];
	uint8_t *first = file.bytes + HEAD, *second = first + STREAM_SEALED;

	(void)state;
	set_many(&old);
	backup_at(&old, 10);
	memcpy(chunk, first, sizeof(chunk));
	memcpy(first, second, sizeof(chunk));
	memcpy(second, chunk, sizeof(chunk));
	assert_int_equal(restore(&new, 20), ALERTE_EKEY);
}

static void two_backups_put_together_are_refused(void **state)
{
	uint8_t chunk[STREAM_SEALED];

	(void)state;
	set_many(&old);
	backup_at(&old, 10);
	memcpy(chunk, file.bytes + HEAD, sizeof(chunk));
	backup_at(&old, 10);
	memcpy(file.bytes + HEAD, chunk, sizeof(chunk));
	assert_int_equal(restore(&new, 20), ALERTE_EKEY);
}

static void another_key_opens_nothing(void **state)
{
	(void)state;
	backup_at(&old, 10);
	assert_int_equal(alerte_restore(new.a, key, file.bytes, file.len,
					at(&new, 20)), ALERTE_EKEY);
	assert_true(strlen(alerte_errmsg(new.a)) > 0);
}

static void a_later_version_is_refused(void **state)
{
	static uint8_t plain[ROOM];
	size_t len;

	(void)state;
	backup_at(&old, 10);
	len = open_file(&file, plain);
	file.bytes[HEAD - 1]++;
	seal_file(plain, len);
	assert_int_equal(restore(&new, 20), ALERTE_EFORMAT);
}

/* Sealed by who has the key: each length and each tag is looked at all the same. */
static void what_is_malformed_inside_changes_nothing_or_is_whole(void **state)
{
	static uint8_t plain[ROOM], bad[ROOM];
	size_t len;

	(void)state;
	set_sealed(&old);
	assert_int_equal(press_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	backup_at(&old, 20);
	len = open_file(&file, plain);
	for (size_t n = 0; n < len; n++) {
		seal_file(plain, n);
		/* a cut between two values is no malformation */
		assert_true(restore(&new, 20) <= 0);
	}
	for (size_t i = 0; i < len; i++) {
		memcpy(bad, plain, len);
		bad[i] ^= 0xff;
		seal_file(bad, len);
		assert_true(restore(&new, 20) <= 0);
	}
	seal_file(plain, 2);
	assert_int_equal(restore(&new, 20), ALERTE_EFORMAT);
	seal_file(plain, 0);
	assert_int_equal(restore(&new, 20), ALERTE_EFORMAT);
	seal_file(plain, len);
	assert_int_equal(restore(&new, 30), 0);
}

static void settings_that_break_a_rule_here_are_refused(void **state)
{
	static struct all before, after;

	(void)state;
	alerte_close(new.a);
	new.relay = "+33639980199";
	start(&new, ":memory:");
	look(&new, &before);
	set_contact(&old, "trial", "+33639980199");
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), ALERTE_EREFUSED);
	assert_non_null(strstr(alerte_errmsg(new.a), "trial"));
	assert_non_null(strstr(alerte_errmsg(new.a), "relay"));
	look(&new, &after);
	assert_same(&before, &after);
}

static void an_open_alert_is_not_taken_away(void **state)
{
	(void)state;
	backup_at(&old, 10);
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(press_keyed(&new, 5, 5), ALERTE_ACCEPTED);
	assert_int_equal(restore(&new, 20), ALERTE_EREFUSED);
	assert_non_null(strstr(alerte_errmsg(new.a), "open"));
	close_all(&new, 30);
	assert_int_equal(restore(&new, 40), 0);
}

static void settings_under_way_are_not_taken_away(void **state)
{
	(void)state;
	backup_at(&old, 10);
	assert_int_equal(alerte_settings_begin(new.a), 0);
	assert_int_equal(restore(&new, 20), ALERTE_EBUSY);
	assert_int_equal(alerte_settings_end(new.a, false, at(&new, 20)), 0);
	assert_int_equal(restore(&new, 20), 0);
}

/* ---------------------------------------------------------------- the host */

static void what_write_answers_is_passed_on(void **state)
{
	(void)state;
	backup_at(&old, 10);
	for (size_t fail = 1; fail <= file.len; fail += 500) {
		static struct file f;

		f.len = 0;
		f.fail_at = fail;
		assert_int_equal(alerte_backup(old.a, backup_key, keep, &f,
					       at(&old, 10)), -77);
	}
}

static int talk_back(void *context, const uint8_t *bytes, size_t len)
{
	struct world *w = context;

	(void)bytes;
	(void)len;
	w->inside[0] = alerte_backup(w->a, backup_key, keep, &file, at(w, 9));
	w->inside[1] = alerte_restore(w->a, backup_key, key, 1, at(w, 9));
	w->inside[2] = alerte_press(w->a, "kitchen", 1, ALERTE_GESTURE_PRESS,
				    ALERTE_TRUST_WEAK, at(w, 9));
	return 0;
}

static void inside_write_it_is_busy_and_a_press_waits(void **state)
{
	(void)state;
	assert_int_equal(alerte_backup(old.a, backup_key, talk_back, &old,
				       at(&old, 9)), 0);
	assert_int_equal(old.inside[0], ALERTE_EBUSY);
	assert_int_equal(old.inside[1], ALERTE_EBUSY);
	assert_int_equal(old.inside[2], ALERTE_OK);
	alerte_step(old.a, at(&old, 10));
	assert_true(status(&old).presses > 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(any_byte_changed_is_refused_and_changes_nothing),
		T(a_backup_that_was_cut_is_refused_and_changes_nothing),
		T(bytes_behind_it_are_refused),
		T(chunks_in_another_order_are_refused),
		T(two_backups_put_together_are_refused),
		T(another_key_opens_nothing),
		T(a_later_version_is_refused),
		T(what_is_malformed_inside_changes_nothing_or_is_whole),
		T(settings_that_break_a_rule_here_are_refused),
		T(an_open_alert_is_not_taken_away),
		T(settings_under_way_are_not_taken_away),
		T(what_write_answers_is_passed_on),
		T(inside_write_it_is_busy_and_a_press_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
