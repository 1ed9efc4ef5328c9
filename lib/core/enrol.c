/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrolling by a press.  The candidate lives in a site of its own, with one
 * button, so that it is heard by the very code that will hear it afterwards.
 *
 *   alerte_enrol()  --> WAITING --> a press of it --> PROVED, and in force
 *                          |
 *                          +--> ALERTE_ENROL_MS, or a cancel: EXPIRED, NONE
 *                          +--> the settings changed under it: REFUSED
 *
 * What proves is taken as seen in the button's state, which goes with it: its
 * copies raise nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "core/engine.h"
#include "frame/format.h"
#include "frame/notification.h"

struct enrolment {
	struct site *site;		/* the candidate alone; NULL when over */
	struct button_run *run;
	struct finder finder;
	int64_t begun, until;
	struct alerte_enrolment told;
};

static const struct alerte_button *candidate(const struct enrolment *n)
{
	return site_button(n->site, 0);
}

/* The key goes, what is told stays. */
static void enrol_end(struct enrolment *n, enum alerte_enrol_state state)
{
	n->told.state = state;
	finder_end(&n->finder);
	if (n->site)
		runs_free(n->run, n->site->button.n);
	site_free(n->site);
	n->site = NULL;
	n->run = NULL;
}

void enrol_free(struct enrolment *n)
{
	if (n)
		enrol_end(n, ALERTE_ENROL_NONE);
	free(n);
}

static bool waits(struct alerte *e)
{
	struct enrolment *n = e->enrolment;

	if (!n || n->told.state != ALERTE_ENROL_WAITING)
		return false;
	if (e->now.boot_ms < n->until)
		return true;
	enrol_end(n, ALERTE_ENROL_EXPIRED);
	return false;
}

bool enrol_searches(const struct alerte *e)
{
	return e->enrolment && e->enrolment->site &&
	       e->enrolment->finder.table;
}

/* ------------------------------------------------------------- the proof */

/* Contacts in the steps of a policy, each once. */
static uint32_t contacts_of(const struct alerte_policy *policy)
{
	const struct alerte_target *seen[ALERTE_STEPS_MAX * ALERTE_TARGETS_MAX];
	uint32_t n = 0;

	for (uint32_t i = 0; i < policy->nsteps; i++)
		for (uint32_t j = 0; j < policy->step[i].ntargets; j++) {
			const struct alerte_target *t =
				&policy->step[i].target[j];
			uint32_t k = 0;

			while (k < n && strcmp(seen[k]->contact, t->contact))
				k++;
			if (k == n && t->contact[0])
				seen[n++] = t;
		}
	return n;
}

/* Whom the button reaches, by its most far-reaching gesture (R1). */
static void tell_reach(struct alerte *e, const struct alerte_button *button,
		       struct alerte_enrolment *told)
{
	told->contacts = 0;
	told->reaches_relay = false;
	for (int g = ALERTE_GESTURE_PRESS; g <= ALERTE_GESTURE_UNKNOWN; g++) {
		struct alerte_policy policy;
		uint32_t contacts;

		if (!gesture_alerts((enum alerte_gesture)g))
			continue;
		press_policy(e, button, 1, (enum alerte_gesture)g, false,
			     &policy);
		contacts = contacts_of(&policy);
		if (contacts > told->contacts)
			told->contacts = contacts;
		if (policy_has_relay(&policy) && e->armed &&
		    told->trust >= policy.relay_trust)
			told->reaches_relay = true;
	}
}

/* In force, with what the candidate has seen so far. */
static int adopt(struct alerte *e, struct enrolment *n)
{
	const struct alerte_button *button = candidate(n);
	const struct sealed_state *learned = NULL;
	int64_t i;
	int r = settings_put(e, ALERTE_KIND_BUTTON, button);

	if (r)
		return r;
	i = site_named(e->site, button->id);
	e->run[i].state = n->run[0].state;
	watch_again(e);
	if (n->finder.table)
		learned = sealed_table_state(n->finder.table, 0);
	if (learned)
		sealed_table_restore(e->finder.table, e->run[i].sealed, learned,
				     e->now.boot_ms);
	rows_button(e, (uint32_t)i);
	tell_reach(e, site_button(e->site, (uint32_t)i), &n->told);
	enrol_end(n, ALERTE_ENROL_PROVED);
	return engine_settle(e);
}

static int prove(struct alerte *e, const struct alerte_frame *frame)
{
	struct enrolment *n = e->enrolment;
	int r;

	memcpy(n->told.format, frame->format, sizeof(n->told.format));
	n->told.trust = n->finder.table ? ALERTE_TRUST_STRONG : frame->trust;
	/* the settings are being changed: the next press will prove it */
	r = e->draft ? ALERTE_OK : adopt(e, n);
	if (r < 0 && r != ALERTE_ESTORE && r != ALERTE_ENOMEM)
		enrol_end(n, ALERTE_ENROL_REFUSED);
	if (r < 0)
		engine_log(e, ALERTE_LOG_ERROR,
			   "a button was proved, and cannot be enrolled: %s",
			   alerte_strerror(r));
	return r;
}

static bool is_press(struct enrolment *n, const struct alerte_frame *frame,
		     uint32_t hold_ms, int64_t heard_ms)
{
	return button_judge(&n->run[0].state, frame, hold_ms, heard_ms) ==
		       BUTTON_TAKE &&
	       hear_alerts(frame);
}

/* ------------------------------------------------------------ adverts */

static bool tells_press(const struct alerte *e, uint32_t button,
			const struct alerte_advert *advert)
{
	struct alerte_frame frame = { .size = sizeof(frame) };
	int r = hear_decode(site_button(e->site, button), &e->run[button],
			    advert, &frame);

	return (r >= 0 || r == ALERTE_EREFUSED || r == ALERTE_ELIMIT) &&
	       (frame.npresses || frame.counts);
}

static bool opened(const struct alerte *e, const struct alerte_advert *advert)
{
	const uint8_t *payload = NULL;
	struct sealed_frame s;

	if (e->finder.table)
		payload = sealed_payload(e->sealed_id, advert->data,
					 advert->len);
	return payload &&
	       sealed_open(e->finder.table, payload, ALERTE_SEALED_BYTES,
			   hear_instant(e, advert->heard_boot_ms), &s) >= 0;
}

/* A press to a button in force, whatever the candidate makes of it. */
static bool understood(const struct alerte *e,
		       const struct alerte_advert *advert)
{
	int64_t button = hear_sender(e, advert);

	if (button >= 0 && tells_press(e, (uint32_t)button, advert))
		return true;
	for (uint32_t i = 0; i < e->finder.nwatched; i++)
		if (tells_press(e, e->finder.watched[i], advert))
			return true;
	return opened(e, advert);
}

static bool from_candidate(const struct enrolment *n,
			   const struct alerte_advert *advert)
{
	const uint8_t *address = candidate(n)->address;
	uint8_t own[6];

	if (!button_addressed(candidate(n)))
		return n->run[0].trigger != NULL;
	if (!memcmp(address, advert->address, 6))
		return true;
	return frame_own_address(advert->address, advert->data, advert->len,
				 own) && !memcmp(address, own, 6);
}

static bool hear_plain(struct alerte *e, const struct alerte_advert *advert,
		       int *result)
{
	struct enrolment *n = e->enrolment;
	struct button_run *run = &n->run[0];
	struct alerte_frame frame = { .size = sizeof(frame) };
	uint32_t hold = run->trigger ? run->trigger->hold_ms : 0;
	int64_t heard = hear_instant(e, advert->heard_boot_ms);
	int r;

	if (!from_candidate(n, advert))
		return false;
	r = hear_decode(candidate(n), run, advert, &frame);
	if (r == ALERTE_ENOTFOUND)
		return false;
	n->told.heard++;
	n->told.unopened += r == ALERTE_EKEY;
	n->told.plain += r == ALERTE_EREFUSED;
	if (r < 0 && r != ALERTE_ELIMIT)
		return false;
	*result = is_press(n, &frame, hold, heard) ? prove(e, &frame)
						    : ALERTE_OK;
	return true;
}

static bool hear_sealed_payload(struct alerte *e, const uint8_t *payload,
				int64_t heard_ms, int *result)
{
	struct enrolment *n = e->enrolment;
	struct alerte_frame frame = { .size = sizeof(frame) };
	struct sealed_frame s;
	int r = sealed_open(n->finder.table, payload, ALERTE_SEALED_BYTES,
			    heard_ms, &s);

	if (r == ALERTE_ENOTFOUND) {
		e->search = e->now.boot_ms;
		return false;
	}
	n->told.heard++;
	n->told.unopened += r == ALERTE_EKEY;
	if (r < 0)
		return false;
	*result = ALERTE_OK;
	if (r == 0)
		return true;
	sealed_tell(&s, &frame);
	sealed_take(n->finder.table, &s, heard_ms);
	if (!s.again && hear_alerts(&frame))
		*result = prove(e, &frame);
	return true;
}

bool enrol_hear(struct alerte *e, const struct alerte_advert *advert,
		int *result)
{
	struct enrolment *n = e->enrolment;
	int64_t heard = hear_instant(e, advert->heard_boot_ms);
	const uint8_t *payload;

	if (!waits(e) || heard < n->begun || understood(e, advert))
		return false;
	if (!n->finder.table)
		return hear_plain(e, advert, result);
	payload = sealed_payload(e->sealed_id, advert->data, advert->len);
	return payload && hear_sealed_payload(e, payload, heard, result);
}

bool enrol_search(struct alerte *e)
{
	uint8_t payload[ALERTE_SEALED_BYTES];
	bool more;
	int r;

	if (!waits(e) || !enrol_searches(e))
		return false;
	more = sealed_table_step(e->enrolment->finder.table, e->now.boot_ms,
				 SEALED_STEP_WORK / 2);
	while (enrol_searches(e) &&
	       sealed_table_again(e->enrolment->finder.table, payload))
		hear_sealed_payload(e, payload, e->now.boot_ms, &r);
	return more;
}

bool enrol_notified(struct alerte *e, const struct alerte_notification *heard,
		    int *result)
{
	struct enrolment *n = e->enrolment;
	struct alerte_frame frame = { .size = sizeof(frame) };
	int64_t button = site_heard(e->site, heard->address);
	int r;

	if (!waits(e) || hear_instant(e, heard->heard_boot_ms) < n->begun ||
	    memcmp(candidate(n)->address, heard->address, 6))
		return false;
	/* a press to the button in force stays one */
	if (button >= 0 &&
	    frame_notification(site_button(e->site, (uint32_t)button)->format,
			       heard->uuid, heard->data, heard->len,
			       &frame) > 0)
		return false;
	r = frame_notification(candidate(n)->format, heard->uuid, heard->data,
			       heard->len, &frame);
	if (r < 0)
		return false;
	n->told.heard++;
	*result = hear_alerts(&frame) ? prove(e, &frame) : ALERTE_OK;
	return true;
}

/* ----------------------------------------------------------------- calls */

/* Would the settings take it? */
static int acceptable(struct alerte *e, const struct alerte_button *button)
{
	int r = alerte_settings_begin(e), ended;

	if (r)
		return r;
	r = alerte_button_set(e, button, e->now);
	if (!r)
		r = alerte_settings_check(e);
	ended = alerte_settings_end(e, false, e->now);
	return r ? r : ended;
}

static int enrol_start(struct alerte *e, const struct alerte_button *button,
		       struct enrolment *n)
{
	int r;

	n->site = site_new();
	if (!n->site)
		return ALERTE_ENOMEM;
	r = site_put(n->site, ALERTE_KIND_BUTTON, button);
	if (r)
		return r;
	n->run = calloc(1, sizeof(*n->run));
	r = n->run ? run_start(&n->run[0], candidate(n)) : ALERTE_ENOMEM;
	if (!r)
		r = finder_start(&n->finder, n->site, n->run, e->now.boot_ms);
	return r;
}

void enrol_settings(struct alerte *e)
{
	struct enrolment *n = e->enrolment;

	if (!n || site_named(e->site, n->told.id) >= 0)
		return;
	/* revoked: neither told of as enrolled, nor enrolled again */
	if (n->told.state == ALERTE_ENROL_PROVED ||
	    (n->told.state == ALERTE_ENROL_WAITING && n->told.again))
		enrol_end(n, ALERTE_ENROL_NONE);
}

static int enrol(struct alerte *e, const struct alerte_button *button)
{
	const struct alerte_button *old;
	struct enrolment *n;
	int r = acceptable(e, button);
	if (r)
		return r;
	old = site_find(e->site, ALERTE_KIND_BUTTON, button->id);
	if (old && settings_same_device(old, button) &&
	    !strcmp(old->format, button->format))
		return engine_error(e, ALERTE_EREFUSED,
				    "button %s is in force: its presses are "
				    "real; try it with an exercise",
				    button->id);
	n = calloc(1, sizeof(*n));
	if (!n)
		return ALERTE_ENOMEM;
	r = enrol_start(e, button, n);
	if (r) {
		enrol_free(n);
		return r;
	}
	n->begun = e->now.boot_ms;
	n->until = e->now.boot_ms + ALERTE_ENROL_MS;
	n->told.state = ALERTE_ENROL_WAITING;
	n->told.again = site_named(e->site, button->id) >= 0;
	memcpy(n->told.id, button->id, sizeof(n->told.id));
	memcpy(n->told.address, button->address, sizeof(n->told.address));
	memcpy(n->told.wanted, button->format, sizeof(n->told.wanted));
	enrol_free(e->enrolment);
	e->enrolment = n;
	return 0;
}

int alerte_enrol(struct alerte *e, const struct alerte_button *button,
		 struct alerte_time now)
{
	struct alerte_button b;
	int r;

	if (e->in_host || e->draft)
		return ALERTE_EBUSY;
	if (settings_widen(button, &b) || b.key_len == ALERTE_KEY_KEPT)
		return ALERTE_EINVAL;
	engine_now(e, now);
	r = enrol(e, &b);
	wipe(&b, sizeof(b));
	return r;
}

int alerte_enrol_cancel(struct alerte *e)
{
	if (e->in_host)
		return ALERTE_EBUSY;
	enrol_free(e->enrolment);
	e->enrolment = NULL;
	return 0;
}

int alerte_enrolment(struct alerte *e, struct alerte_time now,
		     struct alerte_enrolment *out)
{
	uint32_t size;

	if (!out || out->size != sizeof(*out))
		return ALERTE_EINVAL;
	if (e->in_host)
		return ALERTE_EBUSY;
	engine_now(e, now);
	waits(e);
	size = out->size;
	*out = e->enrolment ? e->enrolment->told
			    : (struct alerte_enrolment){ .heard = 0 };
	out->size = size;
	return 0;
}
