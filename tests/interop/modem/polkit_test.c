/* SPDX-License-Identifier: Apache-2.0 */
/* What ModemManager lets a service user do, by the rule we ship. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

#define RULE "packaging/polkit/50-alerted.rules"
#define NOBODY 65534

static struct world w;
static int64_t the_attempt;
static enum alerte_receipt_kind the_kind;

static bool has_receipt(struct world *world)
{
	return world_has(world, the_attempt, the_kind);
}

static bool receipt_of(int64_t attempt, enum alerte_receipt_kind kind, int ms)
{
	the_attempt = attempt;
	the_kind = kind;
	return world_until(&w, has_receipt, ms);
}

static int send_alert(int64_t attempt, const char *text)
{
	return world_send(&w, attempt, FRIEND, text, ALERTE_IMPORTANCE_ALERT);
}

static int open_stage(void **state)
{
	const char *const args[] = { "--rule", RULE, "--user", "nobody",
				     NULL };
	int r = stage_open(&w.stage, args);

	(void)state;
	if (r == 77)
		exit(77);
	return r;
}

static int close_stage(void **state)
{
	(void)state;
	stage_close(&w.stage);
	return 0;
}

/* As a service user, in a child: its exit status is what work() says. */
static int as_nobody(int (*work)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))
			_exit(100);
		world_start(&w, NULL, true);
		_exit(work());
	}

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool action_missing(struct world *world)
{
	return world_word(world, "missing_polkit_action")[0];
}

static int misses_control(void)
{
	if (!world_until(&w, action_missing, 5000))
		return 1;
	if (strcmp(world_word(&w, "missing_polkit_action"),
		   "org.freedesktop.ModemManager1.Device.Control"))
		return 2;
	return send_alert(90, "no") == ALERTE_EREFUSED ? 0 : 3;
}

static int sends(void)
{
	if (!world_until(&w, world_ready, 10000))
		return 1;
	world_run(&w, 300);
	if (action_missing(&w))
		return 2;
	if (send_alert(91, "bonjour") != 0)
		return 3;
	return receipt_of(91, ALERTE_RECEIPT_SENT, 3000) ? 0 : 4;
}

static int misses_messaging(void)
{
	if (!world_until(&w, world_ready, 10000) ||
	    !world_until(&w, action_missing, 5000))
		return 1;
	if (strcmp(world_word(&w, "missing_polkit_action"),
		   "org.freedesktop.ModemManager1.Messaging"))
		return 2;
	if (send_alert(92, "tried all the same") != 0)
		return 3;
	return receipt_of(92, ALERTE_RECEIPT_FAILED, 3000) ? 0 : 4;
}

static void without_the_rule_a_service_names_what_it_may_not(void **state)
{
	(void)state;
	assert_int_equal(stage_say(&w.stage, "rule-off"), 0);
	usleep(1500000);	/* polkitd notices within that time */
	assert_int_equal(as_nobody(misses_control), 0);
}

static void with_the_rule_a_service_enables_and_sends(void **state)
{
	(void)state;
	assert_int_equal(stage_say(&w.stage, "rule-on"), 0);
	usleep(1500000);
	assert_int_equal(as_nobody(sends), 0);
	assert_int_equal(stage_count_sent(&w.stage), 1);
}

static void a_rule_taken_away_is_noticed_before_the_next_alert(void **state)
{
	(void)state;
	assert_int_equal(stage_say(&w.stage, "rule-off"), 0);
	usleep(1500000);
	assert_int_equal(as_nobody(misses_messaging), 0);
	assert_int_equal(stage_count_sent(&w.stage), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			without_the_rule_a_service_names_what_it_may_not),
		cmocka_unit_test(with_the_rule_a_service_enables_and_sends),
		cmocka_unit_test(
			a_rule_taken_away_is_noticed_before_the_next_alert),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
