/* SPDX-License-Identifier: Apache-2.0 */
/* For what a stop waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "daemon.h"

static struct daemon d;

static int setup(void **state)
{
	(void)state;
	d = (struct daemon){ .stopping = false };
	return sd_event_new(&d.event) < 0 || loop_start(&d) < 0;
}

static int teardown(void **state)
{
	(void)state;
	loop_free(&d);
	d.event = sd_event_unref(d.event);
	return 0;
}

static bool left(void)
{
	int code;

	return sd_event_get_exit_code(d.event, &code) >= 0;
}

static void a_stop_waits_for_what_is_not_answered_yet(void **state)
{
	(void)state;
	flight_begin(&d.flight, 1, false);
	loop_stop(&d);
	assert_false(left());
	flight_end(&d.flight, 1);
	loop_turn(&d);
	assert_true(left());
}

/* L8: it takes as long after both codes. */
static void a_stop_does_not_wait_for_what_is_unseen(void **state)
{
	(void)state;
	flight_begin(&d.flight, 1, true);
	loop_stop(&d);
	assert_true(left());
}

static void once_what_shows_is_answered_a_stop_waits_no_more(void **state)
{
	(void)state;
	flight_begin(&d.flight, 1, true);
	flight_begin(&d.flight, 2, false);
	loop_stop(&d);
	assert_false(left());
	flight_end(&d.flight, 2);
	loop_turn(&d);
	assert_true(left());
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_stop_waits_for_what_is_not_answered_yet),
		T(a_stop_does_not_wait_for_what_is_unseen),
		T(once_what_shows_is_answered_a_stop_waits_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
