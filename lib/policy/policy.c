/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <string.h>

#define TIER_S 90
#define REPEAT_MS (5 * 60 * INT64_C(1000))
#define REPEAT_LATE_MS (30 * 60 * INT64_C(1000))
#define LATE_AFTER_MS (2 * 60 * 60 * INT64_C(1000))
#define BACKOFF_MS 5000
#define BACKOFF_MAX_MS (5 * 60 * INT64_C(1000))

bool policy_target_reachable(const struct alerte_target *target,
			     const struct policy_people *people)
{
	const struct alerte_contact *contact;

	contact = people->contact(people->context, target->contact);
	if (!contact)
		return false;
	switch (target->channel) {
	case ALERTE_CHANNEL_SMS:
		return contact->number[0] != '\0';
	case ALERTE_CHANNEL_HTTPS:
		return contact->endpoint[0] != '\0';
	case ALERTE_CHANNEL_EMAIL:
		return contact->email[0] != '\0';
	case ALERTE_CHANNEL_VOICE:	/* it rings, and is no message */
	case ALERTE_CHANNEL_RELAY114:
		break;
	}
	return false;
}

/*
 * Nothing reads what an e-mail is answered with: its reader acknowledges by
 * SMS from his number, or at his server.
 */
static bool target_answers(const struct alerte_target *target,
			   const struct policy_people *people)
{
	const struct alerte_contact *contact;

	if (!policy_target_reachable(target, people))
		return false;
	if (target->channel != ALERTE_CHANNEL_EMAIL)
		return true;
	contact = people->contact(people->context, target->contact);
	return contact->number[0] || contact->endpoint[0];
}

static int target_check(const struct alerte_target *target)
{
	if (!memchr(target->contact, '\0', sizeof(target->contact)))
		return ALERTE_EINVAL;
	switch (target->channel) {
	case ALERTE_CHANNEL_RELAY114:
		return target->contact[0] ? ALERTE_EINVAL : 0;
	case ALERTE_CHANNEL_SMS:
	case ALERTE_CHANNEL_HTTPS:
	case ALERTE_CHANNEL_EMAIL:
	case ALERTE_CHANNEL_VOICE:
		return target->contact[0] ? 0 : ALERTE_EINVAL;
	}
	return ALERTE_EINVAL;
}

static bool step_has_person(const struct alerte_step_rule *step)
{
	for (uint32_t i = 0; i < step->ntargets; i++)
		if (step->target[i].channel != ALERTE_CHANNEL_RELAY114)
			return true;
	return false;
}

int alerte_policy_check(const struct alerte_policy *policy)
{
	if (!policy || policy->size != sizeof(*policy) || !policy->nsteps ||
	    policy->nsteps > ALERTE_STEPS_MAX)
		return ALERTE_EINVAL;
	for (uint32_t i = 0; i < policy->nsteps; i++) {
		const struct alerte_step_rule *step = &policy->step[i];

		if (!step->ntargets || step->ntargets > ALERTE_TARGETS_MAX)
			return ALERTE_EINVAL;
		if (step->after_s > ALERTE_STEP_DELAY_MAX_S)
			return ALERTE_ELIMIT;
		for (uint32_t j = 0; j < step->ntargets; j++)
			if (target_check(&step->target[j]))
				return ALERTE_EINVAL;
	}
	if (!step_has_person(&policy->step[policy->nsteps - 1]))
		return ALERTE_EREFUSED;
	return 0;
}

int policy_check(const struct alerte_policy *policy,
		 const struct policy_people *people)
{
	const struct alerte_step_rule *last;
	int r = alerte_policy_check(policy);

	if (r)
		return r;
	for (uint32_t i = 0; i < policy->nsteps; i++) {
		const struct alerte_step_rule *step = &policy->step[i];

		for (uint32_t j = 0; j < step->ntargets; j++)
			if (step->target[j].channel !=
				    ALERTE_CHANNEL_RELAY114 &&
			    !people->contact(people->context,
					     step->target[j].contact))
				return ALERTE_ENOTFOUND;
	}
	last = &policy->step[policy->nsteps - 1];
	for (uint32_t j = 0; j < last->ntargets; j++)
		if (target_answers(&last->target[j], people))
			return 0;
	return ALERTE_EREFUSED;
}

static bool add_target(struct alerte_step_rule *step, const char *contact,
		       enum alerte_channel channel)
{
	struct alerte_target *target;

	if (step->ntargets == ALERTE_TARGETS_MAX)
		return false;
	target = &step->target[step->ntargets++];
	target->channel = channel;
	memcpy(target->contact, contact, strlen(contact) + 1);
	return true;
}

/* Every way to reach a contact, in one step; false when one has no room. */
static bool add_contact(struct alerte_step_rule *step,
			const struct alerte_contact *contact)
{
	bool all = true;

	if (contact->endpoint[0])
		all = add_target(step, contact->id, ALERTE_CHANNEL_HTTPS);
	if (contact->number[0])
		all = add_target(step, contact->id, ALERTE_CHANNEL_SMS) && all;
	if (contact->email[0])
		all = add_target(step, contact->id, ALERTE_CHANNEL_EMAIL) &&
		      all;
	return all;
}

/* Told at once: who cannot answer is nobody to wait for. */
static bool told_first(const struct alerte_contact *contact)
{
	return contact->role == ALERTE_ROLE_ASSOCIATION ||
	       (!contact->endpoint[0] && !contact->number[0]);
}

int policy_shipped(const struct alerte_wearer *wearer, bool panic,
		    const struct policy_people *people,
		    struct alerte_policy *out)
{
	uint32_t persons = 0;
	bool all = true;

	memset(out, 0, sizeof(*out));
	out->size = sizeof(*out);
	out->relay_trust = ALERTE_TRUST_WEAK;
	out->nsteps = 1;
	if (panic)
		add_target(&out->step[0], "", ALERTE_CHANNEL_RELAY114);
	for (int i = 0; i < ALERTE_CONTACTS_MAX; i++) {
		const struct alerte_contact *contact;

		if (!wearer->contact[i][0])
			continue;
		contact = people->contact(people->context, wearer->contact[i]);
		if (!contact)
			continue;
		if (told_first(contact)) {
			all = add_contact(&out->step[0], contact) && all;
			continue;
		}
		if (persons++)
			out->step[out->nsteps++].after_s = TIER_S;
		all = add_contact(&out->step[out->nsteps - 1], contact) && all;
	}
	return all ? 0 : ALERTE_ELIMIT;
}

/* How exact a rule is; 0 when it does not match. */
static int rule_weight(const struct alerte_rule *rule, uint8_t position,
		       enum alerte_gesture gesture)
{
	if (rule->position && rule->position != position)
		return 0;
	if (rule->gesture != ALERTE_GESTURE_NONE && rule->gesture != gesture)
		return 0;
	return 1 + (rule->position ? 2 : 0) +
	       (rule->gesture != ALERTE_GESTURE_NONE ? 1 : 0);
}

const char *policy_choose(const struct alerte_button *button, uint8_t position,
			  enum alerte_gesture gesture)
{
	const char *best = NULL;
	int weight = 0;

	for (uint32_t i = 0; i < button->nrules; i++) {
		int w = rule_weight(&button->rule[i], position, gesture);

		if (w > weight) {
			weight = w;
			best = button->rule[i].policy;
		}
	}
	return best;
}

uint32_t policy_step_index(const struct alerte_policy *policy, uint32_t done)
{
	uint32_t n = policy->nsteps;

	if (done < n)
		return done;
	if (n == 1)
		return 0;
	return n - 2 + (done - n) % 2;
}

int64_t policy_wait_ms(const struct alerte_policy *policy, uint32_t done,
		       int64_t since_ms)
{
	uint32_t next = done + 1, n = policy->nsteps;
	int64_t round, gap;

	if (next < n)
		return policy->step[next].after_s * INT64_C(1000);
	/* A round is the last two steps, a gap apart, once every period. */
	round = since_ms < LATE_AFTER_MS ? REPEAT_MS : REPEAT_LATE_MS;
	gap = n > 1 ? policy->step[n - 1].after_s * INT64_C(1000) : 0;
	if (gap > REPEAT_MS / 2)
		gap = REPEAT_MS / 2;
	return n > 1 && (next - n) % 2 ? gap : round - gap;
}

bool policy_has_relay(const struct alerte_policy *policy)
{
	for (uint32_t i = 0; i < policy->nsteps; i++)
		for (uint32_t j = 0; j < policy->step[i].ntargets; j++)
			if (policy->step[i].target[j].channel ==
			    ALERTE_CHANNEL_RELAY114)
				return true;
	return false;
}

int64_t policy_backoff_ms(uint32_t nth)
{
	int64_t wait = BACKOFF_MS;

	while (nth-- > 1 && wait < BACKOFF_MAX_MS)
		wait *= 2;
	return wait < BACKOFF_MAX_MS ? wait : BACKOFF_MAX_MS;
}
