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
#include <string.h>

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

/* While the text of one is read, the next is dropped. */
static void three_texts_at_once_all_come(void **state)
{
	(void)state;
	for (int round = 1; round <= 2; round++) {
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
	for (int round = 1; round <= 2; round++) {
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

static void a_text_that_meets_a_deletion_comes(void **state)
{
	(void)state;
	wanted = 2;
	tell("meet " RELAY " Est-elle seule ?");
	tell("sms " RELAY " Quel étage ?");
	assert_true(world_until(&w, all_came, 15000));
	assert_string_equal(w.text, "Est-elle seule ?");
	assert_true(world_until(&w, no_objects, 15000));
	assert_int_equal(w.nreplies, 2);
}

/* -------------------------------------------------- what leaves meanwhile */

static void two_at_once(void)
{
	wanted = 2;
	tell("sms " RELAY " Combien sont-ils ?");
	tell("sms " RELAY " Quel étage ?");
}

static bool lists(struct world *world)
{
	return !strcmp(world_word(world, "state"), "listing");
}

/* The store, since the last reset. */
static bool has_listed(struct world *world)
{
	json_t *log = stage_modem(&world->stage, "log");
	char *text = json_dumps(log, 0);
	bool has = text && strstr(text, "AT+CMGL");

	free(text);
	json_decref(log);
	return has;
}

static bool first_came(struct world *world)
{
	return world->nreplies == 1;
}

static bool one_left(struct world *world)
{
	return world_has(world, 1, ALERTE_RECEIPT_SENT);
}

static bool two_left(struct world *world)
{
	return world_has(world, 2, ALERTE_RECEIPT_SENT);
}

static bool one_failed(struct world *world)
{
	return world_has(world, 1, ALERTE_RECEIPT_FAILED);
}

static void send_text(int64_t attempt)
{
	assert_int_equal(world_send(&w, attempt, FRIEND, "Bonjour",
				    ALERTE_IMPORTANCE_ALERT), 0);
}

static size_t count_sent(void)
{
	json_t *all = stage_modem(&w.stage, "sent");
	size_t n = json_array_size(all);

	json_decref(all);
	return n;
}

static void a_text_taken_while_the_modem_lists_leaves_after_it(void **state)
{
	(void)state;
	two_at_once();
	assert_true(world_until(&w, lists, 15000));
	send_text(1);
	assert_int_equal(count_sent(), 0);
	assert_true(world_until(&w, one_left, 15000));
	assert_true(world_until(&w, all_came, 15000));
	assert_int_equal(count_sent(), 1);
	assert_false(w.modem_fault);
}

/* S3: it certainly did not leave, and may go another way. */
static void a_text_taken_while_the_modem_lists_for_long_fails(void **state)
{
	(void)state;
	tell("set list hang");
	two_at_once();
	assert_true(world_until(&w, lists, 15000));
	send_text(1);
	assert_true(world_until(&w, one_failed, 15000));
	assert_int_equal(count_sent(), 0);
	tell("release");
	assert_true(world_until(&w, world_ready, 30000));
	send_text(2);
	assert_true(world_until(&w, two_left, 15000));
	assert_true(world_until(&w, all_came, 15000));
}

/* The modem is not switched: what it is about to say would be lost. */
static void nothing_is_listed_while_a_text_leaves(void **state)
{
	(void)state;
	w.unseen = true;	/* no report to wait for */
	tell("reset");
	tell("sms " RELAY " Combien sont-ils ?");
	assert_true(world_until(&w, first_came, 15000));
	tell("set cmgs delay:5");
	send_text(1);
	assert_true(world_until(&w, one_left, 15000));
	assert_false(lists(&w) || has_listed(&w));
	assert_true(world_until(&w, has_listed, 15000));
}

#define RUNNING(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		RUNNING(three_texts_at_once_all_come),
		RUNNING(a_text_whose_second_part_comes_first_is_whole),
		RUNNING(a_text_that_meets_a_deletion_comes),
		RUNNING(a_text_taken_while_the_modem_lists_leaves_after_it),
		RUNNING(a_text_taken_while_the_modem_lists_for_long_fails),
		RUNNING(nothing_is_listed_while_a_text_leaves),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, open_stage, close_stage);
}
