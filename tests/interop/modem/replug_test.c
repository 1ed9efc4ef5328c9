/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two modems that udev announces and ModemManager probes, as real ones: the
 * first is pulled out in the middle of sending, and plugged in again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "pair.h"

static bool first_hangs(void)
{
	json_t *log = stage_modem(&w.stage, "log");
	char *text = json_dumps(log, 0);
	bool has = text && strstr(text, "\"pdu ");

	free(text);
	json_decref(log);
	return has;
}

static bool second_has_sent(void)
{
	return sent_second() == 1 && attempts(ALERTE_ATTEMPT_SENT);
}

static bool first_is_gone(void)
{
	return path_is(0, "state", "no-modem");
}

static bool first_has_sent(void)
{
	return sent_first() == 1;
}

static int setup(void **state)
{
	(void)state;
	if (!until(both_ready, 20000))
		return -1;

	tell_first("reset");
	tell_second("reset");
	return 0;
}

/* S1, S3 */
static void a_modem_pulled_out_while_it_sends_is_used_again_once_it_is_back(
	void **state)
{
	int64_t begin;

	(void)state;
	tell_first("set cmgs hang");
	press();
	assert_true(until(first_hangs, 8000));
	begin = now_ms(CLOCK_BOOTTIME);
	assert_int_equal(stage_say(&w.stage, "unplug"), 0);
	tell_first("restart");
	assert_true(until(second_has_sent, 10000));
	print_message("the other path carried it after %lld ms\n",
		      (long long)(now_ms(CLOCK_BOOTTIME) - begin));

	/* Nobody knows of the first: once or twice, never not at all. */
	assert_true(until(first_is_gone, 10000));
	assert_int_equal(attempts(ALERTE_ATTEMPT_UNKNOWN), 1);
	assert_int_equal(sent_first(), 0);

	/* It is another object then; its device is the same. */
	assert_int_equal(stage_say(&w.stage, "plug"), 0);
	assert_true(until(both_ready, 30000));
	tell_second("reset");
	alerte_close(w.a);
	start_engine();
	press();
	assert_true(until(first_has_sent, 10000));
	assert_int_equal(sent_second(), 0);
}

static int open_all(void **state)
{
	const char *const args[] = { "--two-modems", "--plugged", NULL };

	(void)state;
	return open_pair(args);
}

static int close_all(void **state)
{
	(void)state;
	return close_pair();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			a_modem_pulled_out_while_it_sends_is_used_again_once_it_is_back,
			setup),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
