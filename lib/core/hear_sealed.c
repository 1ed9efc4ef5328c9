/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealed buttons: found by an identifier that changes, judged by a number that
 * never comes back.  frame/SEALED.md says how.
 */
#include <string.h>

#include "core/engine.h"

#define SLICE_EVERY_MS 5	/* a flood of strangers leaves time for the rest */
#define SWEEP_EVERY_MS 60000

/*
 * The same at every gateway that hears one of a press's many frames (S5): its
 * number, and the epoch in which it was pressed or the boot it was sent in.
 */
static uint64_t press_number(const struct sealed_frame *s)
{
	uint32_t when = s->index;

	if (!s->boot && (int)s->second * 1000 < s->age_ms && when)
		when--;
	return (uint64_t)s->boot << 40 | (uint64_t)s->press << 32 | when;
}

/* L6: only during grace, only fresh, which the first frames cannot show. */
static bool cancels(struct alerte *e, uint32_t button,
		    const struct sealed_frame *s,
		    const struct alerte_frame *frame)
{
	struct live *l;

	if (s->again || s->late || !frame->npresses ||
	    frame->press[0].gesture != ALERTE_GESTURE_CANCEL)
		return false;
	l = live_of_wearer(e, site_button(e->site, button)->wearer, false);
	if (!l || l->alert.state != ALERTE_ALERT_PENDING ||
	    l->alert.due <= e->now.boot_ms ||
	    strcmp(l->alert.button, site_button(e->site, button)->id))
		return false;
	close_cancelled(e, l);
	return true;
}

static int take_press(struct alerte *e, uint32_t button,
		      const struct sealed_frame *s,
		      const struct alerte_frame *frame, int64_t heard_ms)
{
	struct press_facts facts = {
		.button = button,
		.position = frame->press[0].button,
		.gesture = frame->press[0].gesture,
		.trust = frame->trust,
		.late = s->late,
		.number = press_number(s),
		.heard_ms = heard_ms,
	};

	return press_take(e, &facts);
}

/* A frame that was not taken yet. */
static int take(struct alerte *e, uint32_t button, const struct sealed_frame *s,
		const struct presence_sign *sign)
{
	int64_t heard_ms = sign->heard_ms;
	struct sealed_table *t = e->finder.table;
	struct alerte_frame frame = { .size = sizeof(frame) };
	bool pressed, settle;
	int r = 0;

	sealed_tell(s, &frame);
	/* of one that was kept back nobody knows when it was there */
	if (!s->late)
		watch_heard(e, button, sign);
	if (frame.battery_percent >= 0)
		watch_battery(e, button, frame.battery_percent);
	pressed = !s->again && hear_alerts(&frame);
	if (pressed)
		r = take_press(e, button, s, &frame, heard_ms);
	if (r)
		return r;
	/* Where its clock stands is told anew: the way to find it again. */
	settle = s->match == SEALED_MATCH_BOOT ||
		 s->match == SEALED_MATCH_NONE;
	if (cancels(e, button, s, &frame))
		settle = true;
	sealed_take(t, s, heard_ms);
	rows_button(e, button);
	if (pressed) {
		e->count.presses++;
		step_claim(e);
		return engine_commit(e);
	}
	/*
	 * Two frames a second for ten minutes: what they change is written
	 * with the next row that has to be.
	 */
	if (s->again)
		e->count.repeats++;
	return settle ? engine_settle(e) : ALERTE_OK;
}

static int hear_payload(struct alerte *e, const uint8_t *payload,
			const struct presence_sign *sign)
{
	struct sealed_frame s;
	int r = sealed_open(e->finder.table, payload, ALERTE_SEALED_BYTES,
			    sign->heard_ms, &s);
	uint32_t button;

	if (r == ALERTE_ENOTFOUND || r == ALERTE_EFORMAT)
		return ALERTE_ENOTFOUND;
	button = e->finder.owner[s.button];
	switch (r) {
	case 1:
		return take(e, button, &s, sign);
	case 0:
		e->count.repeats++;
		return ALERTE_OK;
	case ALERTE_EREFUSED:
		e->count.replays++;
		return hear_drop(e, button, ALERTE_OK);
	default:
		e->count.bad_tag++;
		return hear_drop(e, button, ALERTE_EKEY);
	}
}

int hear_sealed(struct alerte *e, const struct alerte_advert *advert)
{
	struct presence_sign sign = hear_sign(e, advert);
	const uint8_t *payload = NULL;
	int r;

	if (e->finder.table)
		payload = sealed_payload(e->sealed_id, advert->data,
					 advert->len);
	if (!payload)
		return ALERTE_ENOTFOUND;
	r = hear_payload(e, payload, &sign);
	if (r == ALERTE_ENOTFOUND)
		e->search = e->now.boot_ms;
	return r;
}

void hear_search(struct alerte *e)
{
	/* An enrolment has the other half. */
	uint32_t work = SEALED_STEP_WORK / (enrol_searches(e) ? 2 : 1);
	struct presence_sign sign = { .heard_ms = e->now.boot_ms,
				      .rssi_dbm = PRESENCE_NO_RSSI };
	uint8_t payload[ALERTE_SEALED_BYTES];
	bool more = false;

	if (e->now.boot_ms < e->search)
		return;
	if (e->finder.table) {
		more = sealed_table_step(e->finder.table, e->now.boot_ms,
					 work);
		while (sealed_table_again(e->finder.table, payload))
			hear_payload(e, payload, &sign);
	}
	if (enrol_search(e))
		more = true;
	e->search = e->now.boot_ms + (more ? SLICE_EVERY_MS : SWEEP_EVERY_MS);
}
