/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stdint.h>

#include <alerte/settings.h>

/*
 * The ordered steps an alert goes through.  Pure: who the contacts are is
 * asked through `known`.
 */
struct policy_people {
	void *context;
	/* The contact of that id, or NULL. */
	const struct alerte_contact *(*contact)(void *context, const char *id);
};

/*
 * Can this target be reached at all?  A number for SMS, an endpoint for
 * HTTPS, an address for e-mail; the 114 is never counted as a person who
 * answers.
 */
bool policy_target_reachable(const struct alerte_target *target,
			     const struct policy_people *people);

/*
 * The policy against the people it names: 0, ALERTE_EINVAL (shape),
 * ALERTE_ELIMIT (a delay above its bound), ALERTE_ENOTFOUND (a contact
 * nobody knows), ALERTE_EREFUSED (its last step reaches nobody who can answer:
 * L1; by e-mail alone nobody can).
 */
int policy_check(const struct alerte_policy *policy,
		 const struct policy_people *people);

/*
 * The shipped policy (P4) for a wearer: the association and her first contact
 * at once, each further contact after 90 s more; the 114 too when `panic`.
 * Every way of a contact at the same instant; who has an e-mail address and
 * nothing else is told at once.
 * ALERTE_ELIMIT when the first step has no room for all of them: *out is
 * filled, and lacks somebody.
 */
int policy_shipped(const struct alerte_wearer *wearer, bool panic,
		    const struct policy_people *people,
		    struct alerte_policy *out);

/* The 114 is among the targets. */
bool policy_has_relay(const struct alerte_policy *policy);

/* The policy id the most exact rule of a button names, or NULL (P5). */
const char *policy_choose(const struct alerte_button *button, uint8_t position,
			  enum alerte_gesture gesture);

/* From step `done` (counting on through repeats) to an index of the policy. */
uint32_t policy_step_index(const struct alerte_policy *policy, uint32_t done);
/*
 * Milliseconds to wait after having started step number `done` (from 0),
 * before the next: the policy's own delay, then L1's repeats, counted from
 * `since_ms` after the alert started.
 */
int64_t policy_wait_ms(const struct alerte_policy *policy, uint32_t done,
		       int64_t since_ms);

/* Milliseconds before the nth (from 1) try again after a failed attempt. */
int64_t policy_backoff_ms(uint32_t nth);

#endif
