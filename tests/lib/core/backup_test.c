/* SPDX-License-Identifier: Apache-2.0 */
/* A gateway is lost, and another takes its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/core/gateways.h"
#include "crypto/stream.h"

static void all_of_one_gateway_is_in_the_other(void **state)
{
	static struct all before, after;

	(void)state;
	/* the same boot: instants stay what they were */
	memcpy(new.boot_id, old.boot_id, sizeof(new.boot_id));
	alerte_close(new.a);
	start(&new, ":memory:");
	set_many(&old);
	set_contact(&new, "goes", "+33639980177");
	assert_int_equal(press_keyed(&old, 100, 5), ALERTE_ACCEPTED);
	assert_int_equal(press_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	close_all(&old, 20);
	backup_at(&old, 9000);
	before.len = open_file(&file, before.bytes);
	/* of the old one's clock, since of its boot */
	assert_int_equal(alerte_restore(new.a, backup_key, file.bytes, file.len,
					at(&old, 9000)), 0);
	file.len = 0;
	assert_int_equal(alerte_backup(new.a, backup_key, keep, &file,
				       at(&old, 9000)), 0);
	after.len = open_file(&file, after.bytes);
	assert_same(&before, &after);
	assert_true(before.len > 2 * STREAM_CHUNK);
}

static enum alerte_consent_state consent(struct world *w, const char *id)
{
	struct alerte_consent c = { .size = sizeof(c) };

	while (alerte_consent_next(w->a, c.id, &c) == 1)
		if (!strcmp(c.id, id))
			return c.state;
	fail_msg("no contact %s", id);
	return ALERTE_CONSENT_NONE;
}

static void who_left_is_not_alerted_by_its_replacement(void **state)
{
	(void)state;
	set_contact(&old, "gone", "+33639980177");
	assert_true(alerte_reply(old.a, "+33639980177", "stop",
				 at(&old, 5)) >= 0);
	assert_int_equal(consent(&old, "gone"), ALERTE_CONSENT_LEFT);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(consent(&new, "gone"), ALERTE_CONSENT_LEFT);
	/* What he said here since then is newer. */
	assert_true(alerte_reply(new.a, "+33639980177", "oui",
				 at(&new, 30)) >= 0);
	assert_int_equal(restore(&new, 40), 0);
	assert_int_equal(consent(&new, "gone"), ALERTE_CONSENT_ACCEPTED);
}

static void nothing_of_it_stands_in_the_clear(void **state)
{
	(void)state;
	backup_at(&old, 10);
	assert_null(memmem(file.bytes, file.len, "Marie", 5));
	assert_null(memmem(file.bytes, file.len, "kitchen", 7));
	assert_null(memmem(file.bytes, file.len, bind_key, 3));
}

static void a_captured_frame_is_a_replay_there_too(void **state)
{
	(void)state;
	assert_int_equal(press_keyed(&old, 100, 5), ALERTE_ACCEPTED);
	backup_at(&old, 60);
	assert_int_equal(restore(&new, 120), 0);
	assert_int_equal(press_keyed(&new, 100, 125), ALERTE_OK);
	assert_int_equal(status(&new).presses, 0);
	assert_int_equal(press_keyed(&new, 101, 130), ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).trust, ALERTE_TRUST_WEAK);
}

/* Its clock goes on by the wall clock, from one boot to another. */
static void a_sealed_button_is_known_at_once(void **state)
{
	(void)state;
	set_sealed(&old);
	assert_int_equal(press_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	backup_at(&old, 60);
	assert_int_equal(restore(&new, 7190), 0);
	assert_int_equal(press_sealed(&new, 300, 2, 7200), ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).trust, ALERTE_TRUST_STRONG);
}

static void a_captured_sealed_frame_is_a_replay_there_too(void **state)
{
	(void)state;
	set_sealed(&old);
	assert_int_equal(press_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	assert_int_equal(press_sealed(&old, 100, 2, 1000), ALERTE_ACCEPTED);
	backup_at(&old, 1010);
	assert_int_equal(restore(&new, 1100), 0);
	press_sealed(&new, 7, 1, 1104);
	press_sealed(&new, 100, 2, 1008);
	assert_int_equal(status(&new).presses, 0);
}

static void her_code_ends_an_alert_there_too(void **state)
{
	struct alerte_alert alert;

	(void)state;
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(press_keyed(&new, 1, 30), ALERTE_ACCEPTED);
	alerte_step(new.a, at(&new, 30));
	alert = newest(&new);
	assert_int_equal(alerte_cancel(new.a, alert.id, "1234", at(&new, 40)),
			 ALERTE_EKEY);
	assert_int_equal(alerte_cancel(new.a, alert.id, "4321", at(&new, 50)),
			 ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).state, ALERTE_ALERT_CANCELLED);
}

/* S5: both make the same reference of the same counter. */
static void a_press_has_the_reference_the_old_one_would_have_given(void **state)
{
	char reference[ALERTE_REFERENCE_MAX];

	(void)state;
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(press_keyed(&old, 44, 30), ALERTE_ACCEPTED);
	assert_int_equal(press_keyed(&new, 44, 30), ALERTE_ACCEPTED);
	memcpy(reference, newest(&old).reference, sizeof(reference));
	assert_string_equal(newest(&new).reference, reference);
}

static void arm(struct world *g)
{
	char token[9];

	alerte_arm(g->a, "asso", token, at(g, 1));
	alerte_arm_confirm(g->a, "asso", token, at(g, 2));
	assert_true(status(g).armed);
}

static bool arming_lost(struct world *g)
{
	char name[ALERTE_ID_MAX] = "", next[ALERTE_ID_MAX];

	while (alerte_fault_next(g->a, name, next) == 1) {
		if (!strcmp(next, "relay-arming"))
			return true;
		strcpy(name, next);
	}
	return false;
}

static void arming_goes_to_no_other_gateway_and_is_told(void **state)
{
	(void)state;
	arm(&old);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_false(status(&new).armed);
	assert_true(arming_lost(&new));
}

/* It was armed for the people of another place. */
static void an_armed_gateway_is_not_when_other_people_come(void **state)
{
	(void)state;
	backup_at(&old, 10);
	set_people(&new);
	arm(&new);
	assert_int_equal(restore(&new, 20), 0);
	assert_false(status(&new).armed);
	assert_true(arming_lost(&new));
}

/* ------------------------------------------------------- counters (R4) */

static void a_higher_counter_here_is_kept(void **state)
{
	(void)state;
	assert_int_equal(press_keyed(&old, 100, 5), ALERTE_ACCEPTED);
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(press_keyed(&new, 500, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	press_keyed(&new, 500, 50);
	assert_int_equal(status(&new).presses, 1);
	assert_int_equal(press_keyed(&new, 101, 60), ALERTE_ACCEPTED);
	assert_int_equal(newest(&new).trust, ALERTE_TRUST_NONE);
}

static void it_is_kept_under_another_name_too(void **state)
{
	(void)state;
	set_people(&new);
	set_button(&new, "hall");
	assert_int_equal(press_keyed(&new, 500, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	press_keyed(&new, 500, 50);
	assert_int_equal(status(&new).presses, 1);
	assert_string_equal(newest(&new).button, "hall");
	assert_int_equal(press_keyed(&new, 501, 60), ALERTE_ACCEPTED);
	assert_string_equal(newest(&new).button, "kitchen");
}

static void a_lower_counter_here_is_raised(void **state)
{
	(void)state;
	assert_int_equal(press_keyed(&old, 500, 5), ALERTE_ACCEPTED);
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(press_keyed(&new, 450, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	press_keyed(&new, 500, 50);
	/* within the window: seen here, not there */
	press_keyed(&new, 450, 70);
	assert_int_equal(status(&new).presses, 1);
	assert_int_equal(press_keyed(&new, 451, 90), ALERTE_ACCEPTED);
}

static void what_a_sealed_button_sent_here_is_kept(void **state)
{
	(void)state;
	set_sealed(&old);
	assert_int_equal(press_sealed(&old, 7, 1, 16), ALERTE_ACCEPTED);
	set_people(&new);
	set_sealed(&new);
	assert_int_equal(press_sealed(&new, 90, 2, 32), ALERTE_ACCEPTED);
	close_all(&new, 40);
	backup_at(&old, 40);
	assert_int_equal(restore(&new, 50), 0);
	press_sealed(&new, 90, 3, 64);
	press_sealed(&new, 8, 4, 80);
	/* more of a press that the old one answered */
	press_sealed(&new, 91, 1, 80);
	assert_int_equal(status(&new).presses, 1);
	assert_int_equal(press_sealed(&new, 92, 5, 96), ALERTE_ACCEPTED);
}

static void another_device_of_the_same_name_counts_from_anew(void **state)
{
	struct alerte_button b = { .size = sizeof(b), .id = "kitchen",
				   .wearer = "marie",
				   .address = { 2, 2, 2, 2, 2, 2 },
				   .key = { 4 }, .key_len = 16 };

	(void)state;
	set_people(&new);
	set_button(&new, "kitchen");
	assert_int_equal(press_keyed(&new, 500, 5), ALERTE_ACCEPTED);
	close_all(&new, 10);
	assert_int_equal(alerte_button_set(old.a, &b, at(&old, 1)), 0);
	set_button(&old, "hall");
	backup_at(&old, 10);
	assert_int_equal(restore(&new, 20), 0);
	assert_int_equal(press_keyed(&new, 501, 50), ALERTE_ACCEPTED);
	assert_string_equal(newest(&new).button, "hall");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(all_of_one_gateway_is_in_the_other),
		T(who_left_is_not_alerted_by_its_replacement),
		T(nothing_of_it_stands_in_the_clear),
		T(a_captured_frame_is_a_replay_there_too),
		T(a_sealed_button_is_known_at_once),
		T(a_captured_sealed_frame_is_a_replay_there_too),
		T(her_code_ends_an_alert_there_too),
		T(a_press_has_the_reference_the_old_one_would_have_given),
		T(arming_goes_to_no_other_gateway_and_is_told),
		T(an_armed_gateway_is_not_when_other_people_come),
		T(a_higher_counter_here_is_kept),
		T(it_is_kept_under_another_name_too),
		T(a_lower_counter_here_is_raised),
		T(what_a_sealed_button_sent_here_is_kept),
		T(another_device_of_the_same_name_counts_from_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
