/* SPDX-License-Identifier: Apache-2.0 */
/* The dead-man rule, minute by minute. */
#include "receiver_deadman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SAID_MAX 16

static struct deadman rule;
static char said[SAID_MAX][256];
static size_t nsaid;
static uint64_t sequence;

static void note(void *context, const char *line)
{
	(void)context;
	assert_true(nsaid < SAID_MAX);
	snprintf(said[nsaid++], sizeof(said[0]), "%s", line);
}

static int setup(void **state)
{
	(void)state;
	rule = (struct deadman){ .tell = note };
	nsaid = 0;
	sequence = 0;
	return 0;
}

/* Seconds after 2026-11-24T13:05:00Z. */
static struct deadman_now at(int64_t s)
{
	return (struct deadman_now){ 1000 + s * 1000, 1795525500 + s };
}

static struct deadman_beat beat_of(const char *gateway, const char *faults)
{
	struct deadman_beat b = { .key = "KEY", .place = "lieu 3",
				  .every_s = 60, .sequence = ++sequence };
	char list[128], *save, *one;

	snprintf(b.gateway, sizeof(b.gateway), "%s", gateway);
	snprintf(b.state, sizeof(b.state), "%s",
		 *faults ? "degraded" : "ready");
	snprintf(list, sizeof(list), "%s", faults);
	for (one = strtok_r(list, " ", &save); one;
	     one = strtok_r(NULL, " ", &save))
		strcpy(b.fault[b.nfaults++], one);
	return b;
}

static void heard(const char *gateway, const char *faults, int64_t s)
{
	struct deadman_beat b = beat_of(gateway, faults);

	assert_int_equal(deadman_beat(&rule, &b, at(s)), DEADMAN_TAKEN);
}

#define SAYS(...) says((const char *const[]){ __VA_ARGS__, NULL })

/* What was said since the last time, in order, and nothing else. */
static void says(const char *const lines[])
{
	size_t n = 0;

	for (; lines[n]; n++)
		assert_string_equal(n < nsaid ? said[n] : "(nothing)",
				    lines[n]);
	assert_int_equal(nsaid, n);
	nsaid = 0;
}

static void three_missed_beats_and_ten_seconds_are_silence(void **state)
{
	(void)state;
	heard("g1", "", 0);
	deadman_look(&rule, at(190));
	SAYS(NULL);
	deadman_look(&rule, at(191));
	SAYS("ALARM gateway g1 (lieu 3) silent since 2026-11-24T13:05:00Z, "
	     "last state ready");
	deadman_look(&rule, at(100000));
	SAYS(NULL);
}

static void a_beat_ends_the_silence(void **state)
{
	(void)state;
	heard("g1", "", 0);
	deadman_look(&rule, at(200));
	nsaid = 0;
	heard("g1", "", 300);
	SAYS("END gateway g1 (lieu 3) heard again at 2026-11-24T13:10:00Z, "
	     "state ready");
	deadman_look(&rule, at(490));
	SAYS(NULL);
	deadman_look(&rule, at(491));
	assert_int_equal(nsaid, 1);
}

static void two_lost_beats_wake_nobody(void **state)
{
	(void)state;
	for (int64_t s = 0; s < 36000; s += 180) {
		heard("g1", "", s);
		deadman_look(&rule, at(s + 179));
	}
	SAYS(NULL);
}

static void the_pace_is_that_of_the_last_beat(void **state)
{
	struct deadman_beat b = beat_of("g1", "");

	(void)state;
	b.every_s = 10;
	deadman_beat(&rule, &b, at(0));
	deadman_look(&rule, at(40));
	SAYS(NULL);
	deadman_look(&rule, at(41));
	assert_int_equal(nsaid, 1);
}

static void a_repeated_or_older_beat_is_refused_and_proves_nothing(void **state)
{
	struct deadman_beat b, old = beat_of("g1", "");

	(void)state;
	b = beat_of("g1", "");
	assert_int_equal(deadman_beat(&rule, &b, at(0)), DEADMAN_TAKEN);
	assert_int_equal(deadman_beat(&rule, &b, at(100)), DEADMAN_OLD);
	assert_int_equal(deadman_beat(&rule, &old, at(150)), DEADMAN_OLD);
	deadman_look(&rule, at(191));
	assert_int_equal(nsaid, 1);
	assert_int_equal(deadman_beat(&rule, &b, at(192)), DEADMAN_OLD);
	assert_int_equal(nsaid, 1);
}

static void a_fault_in_two_beats_is_told_once_and_its_end(void **state)
{
	(void)state;
	heard("g1", "", 0);
	heard("g1", "modem", 60);
	SAYS(NULL);
	heard("g1", "modem radio", 120);
	SAYS("ALARM gateway g1 (lieu 3) reports: modem");
	heard("g1", "modem radio", 180);
	SAYS("ALARM gateway g1 (lieu 3) reports: radio");
	heard("g1", "radio", 240);
	SAYS("END gateway g1 (lieu 3) reports no more: modem");
	heard("g1", "", 300);
	SAYS("END gateway g1 (lieu 3) reports no more: radio");
}

static void a_fault_in_one_beat_wakes_nobody(void **state)
{
	(void)state;
	for (int64_t s = 0; s < 6000; s += 120) {
		heard("g1", "modem", s);
		heard("g1", "", s + 60);
	}
	SAYS(NULL);
}

static void degraded_without_a_fault_is_one(void **state)
{
	struct deadman_beat b;

	(void)state;
	for (int i = 0; i < 2; i++) {
		b = beat_of("g1", "");
		strcpy(b.state, "degraded");
		deadman_beat(&rule, &b, at(60 * i));
	}
	SAYS("ALARM gateway g1 (lieu 3) reports: degraded");
	heard("g1", "", 120);
	SAYS("END gateway g1 (lieu 3) reports no more: degraded");
}

static void gateways_of_one_key_are_told_apart(void **state)
{
	(void)state;
	heard("g1", "", 0);
	heard("g2", "", 0);
	heard("g2", "", 180);
	deadman_look(&rule, at(191));
	SAYS("ALARM gateway g1 (lieu 3) silent since 2026-11-24T13:05:00Z, "
	     "last state ready");
}

/* Another key does not speak for a gateway, whatever name it takes. */
static void a_name_belongs_to_its_key(void **state)
{
	struct deadman_beat b = beat_of("g1", "");

	(void)state;
	heard("g1", "", 0);
	strcpy(b.key, "OTHER");
	b.sequence = 1;
	assert_int_equal(deadman_beat(&rule, &b, at(180)), DEADMAN_TAKEN);
	deadman_look(&rule, at(191));
	assert_int_equal(nsaid, 1);
}

static void a_key_never_heard_is_an_alarm(void **state)
{
	struct deadman_beat none = { .key = "KEY", .every_s = 60 };

	(void)state;
	assert_true(deadman_expect(&rule, &none, at(0)));
	assert_true(deadman_expect(&rule, &none, at(0)));
	deadman_look(&rule, at(191));
	SAYS("ALARM key KEY never heard, since 2026-11-24T13:05:00Z");
	heard("g1", "", 200);
	SAYS("END key KEY heard again at 2026-11-24T13:08:20Z, state ready");
	assert_int_equal(rule.n, 1);
}

static void a_restart_of_the_receiver_forgets_no_gateway(void **state)
{
	struct deadman_beat known = beat_of("g1", "");
	struct deadman_beat none = { .key = "KEY", .every_s = 60 };

	(void)state;
	assert_true(deadman_expect(&rule, &known, at(0)));
	assert_true(deadman_expect(&rule, &none, at(0)));
	assert_int_equal(rule.n, 1);
	assert_int_equal(deadman_beat(&rule, &known, at(1)), DEADMAN_OLD);
	deadman_look(&rule, at(191));
	SAYS("ALARM gateway g1 (lieu 3) silent since 2026-11-24T13:05:00Z, "
	     "last state unknown");
}

static void there_is_room_for_so_many(void **state)
{
	struct deadman_beat b;
	char name[8];

	(void)state;
	for (int i = 0; i < DEADMAN_GATEWAYS_MAX; i++) {
		snprintf(name, sizeof(name), "g%d", i);
		heard(name, "", 0);
	}
	b = beat_of("one-more", "");
	assert_int_equal(deadman_beat(&rule, &b, at(0)), DEADMAN_FULL);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(three_missed_beats_and_ten_seconds_are_silence),
		T(a_beat_ends_the_silence),
		T(two_lost_beats_wake_nobody),
		T(the_pace_is_that_of_the_last_beat),
		T(a_repeated_or_older_beat_is_refused_and_proves_nothing),
		T(a_fault_in_two_beats_is_told_once_and_its_end),
		T(a_fault_in_one_beat_wakes_nobody),
		T(degraded_without_a_fault_is_one),
		T(gateways_of_one_key_are_told_apart),
		T(a_name_belongs_to_its_key),
		T(a_key_never_heard_is_an_alarm),
		T(a_restart_of_the_receiver_forgets_no_gateway),
		T(there_is_room_for_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
