/* SPDX-License-Identifier: Apache-2.0 */
/* From a press that is new to an alert, opened or joined. */
#include <string.h>

#include "channel/code.h"
#include "core/engine.h"
#include "port/bytes.h"
#include "port/text.h"

/* A code no live alert uses (L3). */
static void choose_code(struct alerte *e, struct alert *a)
{
	uint32_t turn = 0;

	do {
		alert_code(a->reference, turn++, a->code);
	} while ((!code_fits(a->code) || conversation_named(e, a->code)) &&
		 turn < 10000);
}

static void press_note(struct alerte *e, struct live *l,
		       const struct press_facts *facts, bool forged)
{
	const char *button = site_button(e->site, facts->button)->id;
	char text[96];
	struct text t;

	text_start(&t, text, sizeof(text));
	text_addf(&t, "button %u %s trust %s%s%s", facts->position,
		  alerte_gesture_name(facts->gesture),
		  alerte_trust_name(facts->trust),
		  facts->plain_despite_key ? " plain" : "",
		  facts->low_lane ? " second-lane" :
		  facts->ghost ? " possible-repeat" :
		  facts->late ? " late" : "");
	if (facts->trust == ALERTE_TRUST_NONE)
		note_unverified(e, l, button, text, forged);
	else
		note_add(e, l, ALERTE_NOTE_PRESS, button, text);
}

/*
 * The policy of this press: what the button's rules name, else the shipped
 * one, with the 114 for a deliberate gesture or three presses in 10 s (P4).
 */
void press_policy(struct alerte *e, const struct alerte_button *button,
		  uint8_t position, enum alerte_gesture gesture, bool third,
		  struct alerte_policy *out)
{
	const struct site_wearer *wearer = site_wearer(e->site, button->wearer);
	struct policy_people people = site_people(e->site);
	const char *id = policy_choose(button, position, gesture);
	const struct alerte_policy *chosen = NULL;

	if (id)
		chosen = site_find(e->site, ALERTE_KIND_POLICY, id);
	if (chosen)
		*out = *chosen;
	else
		policy_shipped(&wearer->set,
			       third || gesture_is_panic(gesture),
			       &people, out);
	consent_filter(e, out);
}

/*
 * The press that brings the 114 must itself be believed as far as its policy
 * asks; plaintext from a button with a key never is (R1, R3).
 */
static bool reaches_relay(const struct press_facts *facts,
			  const struct alerte_policy *policy)
{
	return policy_has_relay(policy) && !facts->plain_despite_key &&
	       facts->trust >= policy->relay_trust;
}

/*
 * S5: gateways of one site agree on a press by its counter.  The second lane
 * meets old numbers again, and our own count is ours alone: there the boot and
 * the instant count too, as the answer to an old alert must not end a new one.
 */
static void press_reference(struct alerte *e, const struct press_facts *facts,
			    uint8_t out[DIGEST_BYTES])
{
	const struct alerte_button *button =
		site_button(e->site, facts->button);
	uint8_t press[DIGEST_BYTES + 8 + 16 + 8] = { 0 };

	settings_device(e, button, press);
	put_le64(press + DIGEST_BYTES, facts->number);
	if (facts->low_lane || facts->own_number) {
		memcpy(press + 24, e->boot_id, sizeof(e->boot_id));
		put_le64(press + 40, (uint64_t)facts->heard_ms);
	}
	digest(e->site_key, "press", 5, press, sizeof(press), out);
}

static struct alerte_time press_time(struct alerte *e, int64_t heard_ms)
{
	struct alerte_time at = e->now;

	at.wall_ms -= at.boot_ms - heard_ms;
	at.boot_ms = heard_ms;
	return at;
}

static void begin(struct alerte *e, struct live *l, const char *wearer,
		  const char *button, const uint8_t reference[DIGEST_BYTES],
		  struct alerte_time pressed)
{
	struct alert *a = &l->alert;

	a->id = ++e->last_row;
	memcpy(a->reference, reference, DIGEST_BYTES);
	choose_code(e, a);
	text_copy(a->wearer, sizeof(a->wearer), wearer);
	text_copy(a->button, sizeof(a->button), button);
	a->presses = 1;
	a->opened = a->pressed = pressed;
	a->started = e->now.boot_ms;
	a->due = e->now.boot_ms;
	l->dirty = true;
	l->locate = true;
	position_open(e, l);
}

struct live *press_open(struct alerte *e, const char *wearer,
			const char *button,
			const uint8_t reference[DIGEST_BYTES],
			struct alerte_time pressed)
{
	struct live *l = live_new(e);

	if (l)
		begin(e, l, wearer, button, reference, pressed);
	return l;
}

/* From the third one counted at trust none within 24 h on (R6). */
static bool probably_forged(struct alerte *e, const struct press_facts *facts)
{
	struct button_state *b = &e->run[facts->button].state;

	if (facts->trust > ALERTE_TRUST_NONE ||
	    !button_unverified(b, facts->heard_ms))
		return false;
	if (button_tell_forgery(b, e->now.boot_ms))
		fault_forgery(e);
	return true;
}

static int open_real(struct alerte *e, const struct press_facts *facts,
		     const struct alerte_policy *policy)
{
	const struct alerte_button *button =
		site_button(e->site, facts->button);
	uint8_t reference[DIGEST_BYTES];
	struct live *l;
	struct alert *a;

	press_reference(e, facts, reference);
	l = press_open(e, button->wearer, button->id, reference,
		       press_time(e, facts->heard_ms));
	if (!l)
		return ALERTE_ENOMEM;
	a = &l->alert;
	a->trust = facts->trust;
	a->gesture = facts->gesture;
	a->plain_despite_key = facts->plain_despite_key;
	a->possible_repeat = facts->ghost;
	a->grouped = probably_forged(e, facts);
	a->plan = *policy;
	a->relay_wanted = reaches_relay(facts, policy);
	l->low_lane = facts->low_lane;
	press_note(e, l, facts, false);
	if (button->grace_s) {
		alert_happens(e, l, ALERT_EVENT_PRESS_HELD);
		a->due = e->now.boot_ms + button->grace_s * INT64_C(1000);
		return 0;
	}
	alert_happens(e, l, ALERT_EVENT_PRESS);
	plan_step(e, l);
	conversation_run(e, l);
	return 0;
}

/* A ghost is noted on an alert nobody took yet (R5). */
static bool is_noted(const struct alert *a, const struct press_facts *facts)
{
	return facts->ghost && a->state == ALERTE_ALERT_OPEN;
}

void press_draft(struct alerte *e, const struct press_facts *facts,
		 struct live *l)
{
	const struct alerte_button *button =
		site_button(e->site, facts->button);
	uint8_t reference[DIGEST_BYTES];
	struct alert *a = &l->alert;

	press_reference(e, facts, reference);
	live_start(l);
	begin(e, l, button->wearer, button->id, reference,
	      press_time(e, facts->heard_ms));
	a->trust = facts->trust;
	a->gesture = facts->gesture;
	press_policy(e, button, facts->position, facts->gesture, false,
		     &a->plan);
	a->relay_wanted = reaches_relay(facts, &a->plan);
	alert_happens(e, l, ALERT_EVENT_PRESS);
}

/*
 * What a press changes beside the number of presses.  At trust none no part
 * of it goes down: the same sum is the same alert.
 */
static uint32_t standing(const struct alerte *e, const struct alert *a)
{
	uint32_t sum = e->house.alert.sequence + a->sequence + a->grouped +
		       a->relay_wanted;

	for (uint32_t i = 0; i < a->plan.nsteps; i++)
		sum += a->plan.step[i].ntargets;
	return sum;
}

/*
 * A press on an open alert is a new fact (P2): what its policy has and the
 * alert lacks starts at once, those reached are told, ACKED is OPEN again.
 */
static void join(struct alerte *e, struct live *l,
		 const struct press_facts *facts,
		 const struct alerte_policy *policy, bool forged)
{
	const struct alerte_button *button =
		site_button(e->site, facts->button);
	struct alert *a = &l->alert;
	bool acked = a->state == ALERTE_ALERT_ACKED;

	a->presses++;
	a->pressed = press_time(e, facts->heard_ms);
	l->dirty = true;
	press_note(e, l, facts, forged);
	if (is_noted(a, facts))
		return;
	a->possible_repeat = facts->ghost;
	if (facts->trust > ALERTE_TRUST_NONE)
		plan_ungroup(e, l);
	else if (forged && a->trust == ALERTE_TRUST_NONE)
		a->grouped = true;
	if (facts->trust > a->trust)
		a->trust = facts->trust;
	if (a->trust > ALERTE_TRUST_NONE)
		a->plain_despite_key = false;
	/* second-lane frames are noted on the alert such a frame opened (R4) */
	if (facts->low_lane && l->low_lane && a->state == ALERTE_ALERT_OPEN)
		return;
	if (!facts->low_lane)
		l->low_lane = false;
	if (reaches_relay(facts, policy)) {
		a->relay_wanted = true;
		relay_pressed(&a->relay, e->now.boot_ms);
	}
	alert_happens(e, l, ALERT_EVENT_PRESS);
	if (a->state == ALERTE_ALERT_PENDING) {
		plan_targets(e, l, policy);
		/* grace is of one button: no other's press waits for it (P4) */
		if (strcmp(a->button, button->id))
			a->due = e->now.boot_ms;
		return;
	}
	if (acked)
		a->due = e->now.boot_ms +
			 policy_wait_ms(&a->plan, 0, 0);
	plan_repeats_anew(e, l);
	plan_press_notice(e, l);
	plan_targets(e, l, policy);
	conversation_run(e, l);
}

/*
 * R6 counts alerts; who is in danger presses again and again (P4), and is no
 * forger.  More than that on one alert is a flood, and counts too.
 */
static bool is_counted(const struct alert *a, const struct press_facts *facts)
{
	return !is_noted(a, facts) && a->presses >= BUTTON_PANIC;
}

/* A flood of forged presses must not become a flood of commits (R6). */
static void join_alert(struct alerte *e, struct live *l,
		       const struct press_facts *facts,
		       const struct alerte_policy *policy)
{
	uint32_t before = standing(e, &l->alert);
	bool open = l->alert.state == ALERTE_ALERT_OPEN;
	bool forged;

	if (is_counted(&l->alert, facts))
		forged = probably_forged(e, facts);
	else
		forged = facts->trust == ALERTE_TRUST_NONE &&
			 button_forged(&e->run[facts->button].state,
				       facts->heard_ms);
	join(e, l, facts, policy, forged);
	if (!forged || !open || standing(e, &l->alert) != before)
		e->urgent = true;
}

/* P3: an announced exercise takes one plain press and nothing else. */
static bool is_announced(struct alerte *e, struct button_state *b,
			 const struct press_facts *facts)
{
	bool announced = b->announced_ms >= e->now.boot_ms &&
			 b->announced_ms > 0 &&
			 facts->gesture == ALERTE_GESTURE_PRESS;

	b->announced_ms = 0;
	return announced;
}

static int open_exercise(struct alerte *e, const char *wearer,
			 const char *button,
			 const struct alerte_policy *policy,
			 struct live **out);

int press_take(struct alerte *e, const struct press_facts *facts)
{
	const struct alerte_button *button =
		site_button(e->site, facts->button);
	struct button_state *b = &e->run[facts->button].state;
	bool third = button_pressed(b, facts->heard_ms);
	struct alerte_policy policy;
	struct live *l;

	rows_button(e, facts->button);
	press_policy(e, button, facts->position, facts->gesture, third,
		     &policy);
	l = live_of_wearer(e, button->wearer, false);
	if (is_announced(e, b, facts) && !l &&
	    !live_of_wearer(e, button->wearer, true)) {
		e->urgent = true;
		if (open_exercise(e, button->wearer, button->id, &policy, &l))
			return ALERTE_ENOMEM;
		press_note(e, l, facts, false);
		return 0;
	}
	if (l) {
		join_alert(e, l, facts, &policy);
		return 0;
	}
	e->urgent = true;
	l = live_of_wearer(e, button->wearer, true);
	if (l)
		close_exercise(e, l, NULL);
	return open_real(e, facts, &policy);
}

int press_commit(struct alerte *e)
{
	if (!e->urgent)
		return engine_later(e) ? ALERTE_VOLATILE : ALERTE_ACCEPTED;
	step_claim(e);
	return engine_commit(e);
}

/* --------------------------------------------------------- exercises */

/*
 * The plan of an exercise is built from channels of the exercise type, which
 * has no 114 (M4).
 */
static void exercise_plan(const struct alerte_policy *policy,
			  struct alerte_policy *out)
{
	memset(out, 0, sizeof(*out));
	out->size = sizeof(*out);
	out->relay_trust = ALERTE_TRUST_STRONG;
	out->nsteps = policy->nsteps;
	for (uint32_t i = 0; i < policy->nsteps; i++) {
		const struct alerte_step_rule *from = &policy->step[i];
		struct alerte_step_rule *to = &out->step[i];

		to->after_s = from->after_s;
		for (uint32_t j = 0; j < from->ntargets; j++) {
			enum channel_exercise channel =
				channel_exercise_of(from->target[j].channel);

			if (!channel)
				continue;
			to->target[to->ntargets] = from->target[j];
			to->target[to->ntargets++].channel =
				channel_of_exercise(channel);
		}
	}
}

static int open_exercise(struct alerte *e, const char *wearer,
			 const char *button,
			 const struct alerte_policy *policy,
			 struct live **out)
{
	uint8_t reference[DIGEST_BYTES];
	struct live *l;

	if (engine_random(e, reference, sizeof(reference)))
		return ALERTE_EKEY;
	l = press_open(e, wearer, button, reference, e->now);
	if (!l)
		return ALERTE_ENOMEM;
	exercise_plan(policy, &l->alert.plan);
	l->alert.exercise = true;
	l->alert.gesture = ALERTE_GESTURE_TEST;
	l->locate = false;
	alert_happens(e, l, ALERT_EVENT_EXERCISE);
	plan_step(e, l);
	*out = l;
	return 0;
}

int alerte_exercise(struct alerte *e, const char *wearer,
		    struct alerte_time now, int64_t *alert)
{
	struct policy_people people = site_people(e->site);
	const struct site_wearer *w;
	struct alerte_policy shipped;
	struct live *l;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!wearer || !alert)
		return ALERTE_EINVAL;
	engine_now(e, now);
	w = site_wearer(e->site, wearer);
	if (!w)
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no wearer of that id");
	if (live_of_wearer(e, wearer, false))
		return engine_error(e, ALERTE_EREFUSED,
				    "a real alert of this wearer is open");
	if (live_of_wearer(e, wearer, true))
		return engine_error(e, ALERTE_EREFUSED,
				    "an exercise of this wearer is under way");
	policy_shipped(&w->set, false, &people, &shipped);
	consent_filter(e, &shipped);
	r = open_exercise(e, wearer, "", &shipped, &l);
	if (r)
		return r;
	*alert = l->alert.id;
	return engine_commit(e);
}

/*
 * Other gateways of the place take the press for real, and rightly so: nothing
 * but a press has a reference they know (S5).  Whoever announces it is told,
 * and has to say it once more (P3).
 */
static bool others_know(struct alerte *e, struct button_state *b)
{
	if ((!e->rank && !e->peered) || b->warned_ms > e->now.boot_ms)
		return true;
	b->warned_ms = e->now.boot_ms + BUTTON_WARNED_MS;
	return false;
}

int alerte_exercise_announce(struct alerte *e, const char *button,
			     struct alerte_time now)
{
	int64_t i;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!button)
		return ALERTE_EINVAL;
	engine_now(e, now);
	i = site_named(e->site, button);
	if (i < 0)
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no button of that id");
	if (live_of_wearer(e, site_button(e->site, (uint32_t)i)->wearer, false))
		return engine_error(e, ALERTE_EREFUSED,
				    "a real alert of this wearer is open");
	if (!others_know(e, &e->run[i].state))
		return engine_error(e, ALERTE_EREFUSED,
				    "another gateway hears this button and "
				    "would alert for real: announce the press "
				    "there too");
	/* in memory only: after a crash the press is real */
	e->run[i].state.announced_ms = e->now.boot_ms + BUTTON_ANNOUNCE_MS;
	return 0;
}

/* ------------------------------------------------- by another way */

static int run_press(struct alerte *e, const struct queued *q)
{
	return alerte_press(e, q->text[0], (uint8_t)q->value,
			    (enum alerte_gesture)q->value2,
			    (enum alerte_trust)q->number, q->now);
}

int alerte_press(struct alerte *e, const char *button, uint8_t position,
		 enum alerte_gesture gesture, enum alerte_trust trust,
		 struct alerte_time now)
{
	struct press_facts facts = {
		.position = position,
		.gesture = gesture,
		.trust = trust,
	};
	int64_t i;
	int r;

	if (!button || !gesture_alerts(gesture) || trust > ALERTE_TRUST_STRONG)
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_press,
				    .text = { (char *)button },
				    .value = position,
				    .value2 = (int)gesture,
				    .number = trust,
				    .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	i = site_named(e->site, button);
	if (i < 0)
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no button of that id");
	facts.button = (uint32_t)i;
	facts.heard_ms = e->now.boot_ms;
	facts.number = e->run[i].state.presses;
	facts.own_number = true;
	r = press_take(e, &facts);
	if (r)
		return r;
	e->count.presses++;
	return press_commit(e);
}
