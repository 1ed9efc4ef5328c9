/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "policy/policy.h"

#define MINUTE INT64_C(60000)

static const struct alerte_contact contacts[] = {
	{ .id = "asso", .endpoint = "srv", .role = ALERTE_ROLE_ASSOCIATION },
	{ .id = "paul", .number = "+33639980101" },
	{ .id = "lea", .number = "+33639980102" },
	{ .id = "ines", .number = "+33639980103",
	  .email = "ines@example.net" },
	{ .id = "box", .email = "box@example.net" },
};

static const struct alerte_contact *find(void *context, const char *id)
{
	(void)context;
	for (size_t i = 0; i < sizeof(contacts) / sizeof(*contacts); i++)
		if (!strcmp(contacts[i].id, id))
			return &contacts[i];
	return NULL;
}

static const struct policy_people people = { NULL, find };

static struct alerte_policy two_steps(void)
{
	struct alerte_policy p = { .size = sizeof(p), .id = "p", .nsteps = 2 };

	p.step[0].ntargets = 2;
	p.step[0].target[0] = (struct alerte_target){ "paul",
						      ALERTE_CHANNEL_SMS };
	p.step[0].target[1] = (struct alerte_target){ "",
						ALERTE_CHANNEL_RELAY114 };
	p.step[1].after_s = 60;
	p.step[1].ntargets = 1;
	p.step[1].target[0] = (struct alerte_target){ "lea",
						      ALERTE_CHANNEL_SMS };
	return p;
}

static struct alerte_wearer marie(void)
{
	struct alerte_wearer w = { .size = sizeof(w), .id = "marie",
				   .contact = { "paul", "asso", "lea" } };
	return w;
}

static void a_policy_that_reaches_somebody_at_the_end_is_good(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	assert_int_equal(policy_check(&p, &people), 0);
	assert_true(policy_has_relay(&p));
}

/* L1: the 114 is no person who answers. */
static void a_last_step_of_the_114_alone_is_refused(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	p.step[1].target[0] = (struct alerte_target){ "",
						ALERTE_CHANNEL_RELAY114 };
	assert_int_equal(policy_check(&p, &people), ALERTE_EREFUSED);
}

static void a_last_step_without_a_way_is_refused(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	p.step[1].target[0] = (struct alerte_target){ "lea",
						ALERTE_CHANNEL_HTTPS };
	assert_int_equal(policy_check(&p, &people), ALERTE_EREFUSED);
}

static void somebody_unknown_is_not_found(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	strcpy(p.step[0].target[0].contact, "nobody");
	assert_int_equal(policy_check(&p, &people), ALERTE_ENOTFOUND);
}

static void a_delay_has_an_upper_bound(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	p.step[1].after_s = ALERTE_STEP_DELAY_MAX_S;
	assert_int_equal(alerte_policy_check(&p), 0);
	p.step[1].after_s++;
	assert_int_equal(alerte_policy_check(&p), ALERTE_ELIMIT);
}

static void a_shape_that_is_none_is_refused(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	p.nsteps = 0;
	assert_int_equal(alerte_policy_check(&p), ALERTE_EINVAL);
	p.nsteps = ALERTE_STEPS_MAX + 1;
	assert_int_equal(alerte_policy_check(&p), ALERTE_EINVAL);
	p = two_steps();
	p.step[0].target[1].channel = (enum alerte_channel)9;
	assert_int_equal(alerte_policy_check(&p), ALERTE_EINVAL);
	p = two_steps();
	memset(p.step[0].target[0].contact, 'a', ALERTE_ID_MAX);
	assert_int_equal(alerte_policy_check(&p), ALERTE_EINVAL);
	p = two_steps();
	p.size = 3;
	assert_int_equal(alerte_policy_check(&p), ALERTE_EINVAL);
}

/* P4 */
static void the_shipped_policy_begins_with_association_and_first(void **state)
{
	struct alerte_wearer w = marie();
	struct alerte_policy p;

	(void)state;
	policy_shipped(&w, false, &people, &p);
	assert_int_equal(p.nsteps, 2);
	assert_int_equal(p.step[0].ntargets, 2);
	assert_int_equal(p.step[0].after_s, 0);
	assert_string_equal(p.step[0].target[0].contact, "paul");
	assert_string_equal(p.step[0].target[1].contact, "asso");
	assert_string_equal(p.step[1].target[0].contact, "lea");
	assert_false(policy_has_relay(&p));
	assert_int_equal(policy_check(&p, &people), 0);
}

static void a_deliberate_gesture_adds_the_114(void **state)
{
	struct alerte_wearer w = marie();
	struct alerte_policy p;

	(void)state;
	policy_shipped(&w, true, &people, &p);
	assert_true(policy_has_relay(&p));
	assert_int_equal(p.relay_trust, ALERTE_TRUST_WEAK);
}

/* P5 */
static void the_most_exact_rule_wins(void **state)
{
	struct alerte_button b = {
		.nrules = 4,
		.rule = {
			{ 0, ALERTE_GESTURE_NONE, "any" },
			{ 0, ALERTE_GESTURE_DOUBLE, "double" },
			{ 2, ALERTE_GESTURE_NONE, "second" },
			{ 2, ALERTE_GESTURE_DOUBLE, "exact" },
		},
	};

	(void)state;
	assert_string_equal(policy_choose(&b, 1, ALERTE_GESTURE_PRESS), "any");
	assert_string_equal(policy_choose(&b, 1, ALERTE_GESTURE_DOUBLE),
			    "double");
	assert_string_equal(policy_choose(&b, 2, ALERTE_GESTURE_PRESS),
			    "second");
	assert_string_equal(policy_choose(&b, 2, ALERTE_GESTURE_DOUBLE),
			    "exact");
	b.nrules = 0;
	assert_null(policy_choose(&b, 1, ALERTE_GESTURE_PRESS));
}

/* L1 */
static void the_last_two_steps_come_again_every_five_minutes(void **state)
{
	struct alerte_policy p = two_steps();
	int64_t at[2] = { -1, -1 }, now = 0;

	(void)state;
	for (uint32_t done = 0; now < 120 * MINUTE; done++) {
		uint32_t step = policy_step_index(&p, done);

		if (at[step] >= 0)
			assert_true(now - at[step] <= 5 * MINUTE);
		at[step] = now;
		now += policy_wait_ms(&p, done, now);
	}
}

static void after_two_hours_every_thirty(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	assert_int_equal(policy_wait_ms(&p, 7, 121 * MINUTE) +
				 policy_wait_ms(&p, 8, 121 * MINUTE),
			 30 * MINUTE);
}

static void one_step_repeats_itself(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	p.nsteps = 1;
	assert_int_equal(policy_step_index(&p, 12), 0);
	assert_int_equal(policy_wait_ms(&p, 12, MINUTE), 5 * MINUTE);
}

static void trying_again_slows_down_to_five_minutes(void **state)
{
	(void)state;
	assert_int_equal(policy_backoff_ms(1), 5000);
	assert_int_equal(policy_backoff_ms(2), 10000);
	assert_int_equal(policy_backoff_ms(7), 5 * MINUTE);
	assert_int_equal(policy_backoff_ms(UINT32_MAX), 5 * MINUTE);
}

/* P4 */
static void every_way_of_a_contact_starts_at_the_same_instant(void **state)
{
	struct alerte_wearer w = { .size = sizeof(w), .id = "marie",
				   .contact = { "paul", "ines" } };
	struct alerte_policy p;

	(void)state;
	assert_int_equal(policy_shipped(&w, false, &people, &p), 0);
	assert_int_equal(p.nsteps, 2);
	assert_int_equal(p.step[1].ntargets, 2);
	assert_int_equal(p.step[1].target[0].channel, ALERTE_CHANNEL_SMS);
	assert_int_equal(p.step[1].target[1].channel, ALERTE_CHANNEL_EMAIL);
	assert_string_equal(p.step[1].target[1].contact, "ines");
}

/* L1: nobody reads what an e-mail is answered with. */
static void a_last_step_nobody_can_answer_is_refused(void **state)
{
	struct alerte_policy p = two_steps();

	(void)state;
	p.step[1].target[0] = (struct alerte_target){ "box",
						ALERTE_CHANNEL_EMAIL };
	assert_int_equal(policy_check(&p, &people), ALERTE_EREFUSED);
	p.step[1].target[0] = (struct alerte_target){ "ines",
						ALERTE_CHANNEL_EMAIL };
	assert_int_equal(policy_check(&p, &people), 0);
	p.step[1].target[0] = (struct alerte_target){ "lea",
						ALERTE_CHANNEL_EMAIL };
	assert_int_equal(policy_check(&p, &people), ALERTE_EREFUSED);
}

/* L1: waiting for who cannot answer would only cost time. */
static void who_has_e_mail_alone_is_told_at_once(void **state)
{
	struct alerte_wearer w = { .size = sizeof(w), .id = "marie",
				   .contact = { "paul", "box" } };
	struct alerte_policy p;

	(void)state;
	assert_int_equal(policy_shipped(&w, false, &people, &p), 0);
	assert_int_equal(p.nsteps, 1);
	assert_int_equal(p.step[0].ntargets, 2);
	assert_string_equal(p.step[0].target[1].contact, "box");
	assert_int_equal(policy_check(&p, &people), 0);
	w = (struct alerte_wearer){ .contact = { "box" } };
	assert_int_equal(policy_shipped(&w, false, &people, &p), 0);
	assert_int_equal(policy_check(&p, &people), ALERTE_EREFUSED);
}

int main(void)
{
#define T(name) cmocka_unit_test(name)
	const struct CMUnitTest tests[] = {
		T(a_policy_that_reaches_somebody_at_the_end_is_good),
		T(a_last_step_of_the_114_alone_is_refused),
		T(a_last_step_without_a_way_is_refused),
		T(somebody_unknown_is_not_found),
		T(a_delay_has_an_upper_bound),
		T(a_shape_that_is_none_is_refused),
		T(the_shipped_policy_begins_with_association_and_first),
		T(a_deliberate_gesture_adds_the_114),
		T(the_most_exact_rule_wins),
		T(the_last_two_steps_come_again_every_five_minutes),
		T(after_two_hours_every_thirty),
		T(one_step_repeats_itself),
		T(trying_again_slows_down_to_five_minutes),
		T(every_way_of_a_contact_starts_at_the_same_instant),
		T(a_last_step_nobody_can_answer_is_refused),
		T(who_has_e_mail_alone_is_told_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
