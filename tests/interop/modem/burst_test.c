/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that come in together, as from a 114 that asks three things at once:
 * each is passed on (M3), whatever is deleted meanwhile.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "world.h"

static struct world w;
static int wanted;

static void tell(const char *command)
{
	json_t *answer = stage_modem(&w.stage, "%s", command);

	assert_true(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
}

static bool all_came(struct world *world)
{
	return world->nreplies >= wanted;
}

static bool no_objects(struct world *world)
{
	return world_objects(world) == 0;
}

static int open_stage(void **state)
{
	const char *const args[] = { NULL };
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

static int start(void **state)
{
	(void)state;
	tell("reset");
	world_start(&w, NULL, true);
	return world_until(&w, world_ready, 10000) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	world_stop(&w);
	return 0;
}

static void three_texts_at_once_all_come(void **state)
{
	(void)state;
	for (int round = 1; round <= 5; round++) {
		wanted = 3 * round;
		tell("sms " RELAY " Combien sont-ils ?");
		tell("sms " RELAY " Quel étage ?");
		tell("sms " RELAY " Est-elle seule ?");
		assert_true(world_until(&w, all_came, 15000));
		world_run(&w, 50 * round);
	}
	assert_true(world_until(&w, no_objects, 15000));
	assert_int_equal(w.nreplies, wanted);
}

static void a_text_whose_second_part_comes_first_is_whole(void **state)
{
	(void)state;
	for (int round = 1; round <= 5; round++) {
		char line[128];

		wanted = round;
		snprintf(line, sizeof(line), "smsl " RELAY " %d 2 2 et fin",
			 40 + round);
		tell(line);
		snprintf(line, sizeof(line), "smsl " RELAY " %d 2 1 debut ",
			 40 + round);
		tell(line);
		assert_true(world_until(&w, all_came, 15000));
		assert_string_equal(w.text, "debut et fin");
		world_run(&w, 50 * round);
	}
	assert_true(world_until(&w, no_objects, 15000));
}

#define RUNNING(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUNNING(three_texts_at_once_all_come),
		RUNNING(a_text_whose_second_part_comes_first_is_whole),
	};

	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
