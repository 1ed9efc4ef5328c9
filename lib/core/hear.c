/* SPDX-License-Identifier: Apache-2.0 */
/* From the bytes of an advertisement to presses that are new. */
#include <string.h>

#include "core/engine.h"
#include "frame/format.h"

/*
 * In a frame that holds both, a press beats a cancel or a test (P5).  The
 * same (position, gesture) twice in one frame is one event.
 */
static bool said_before(const struct alerte_frame *frame, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (frame->press[j].button == frame->press[i].button &&
		    frame->press[j].gesture == frame->press[i].gesture)
			return true;
	return false;
}

/*
 * What makes the press itself, the same at every gateway that hears it (S5):
 * its counter, else our own count.
 */
static uint64_t press_number(const struct alerte_frame *frame,
			     const struct button_state *b)
{
	if (frame->has_counter)
		return frame->counter;
	return UINT64_C(1) << 32 | b->presses;
}

static int take_one(struct alerte *e, const struct alerte_frame *frame,
		    const struct alerte_press *press, struct press_facts *facts)
{
	facts->position = press->button;
	facts->gesture = press->gesture;
	facts->number = press_number(frame, &e->run[facts->button].state);
	return press_take(e, facts) < 0 ? ALERTE_ENOMEM : 1;
}

static int take_presses(struct alerte *e, const struct alerte_frame *frame,
			struct press_facts *facts)
{
	int taken = 0;

	/* it was let go before we heard of it: its count tells */
	if (frame->counts && !frame->npresses) {
		struct alerte_press press = { 1, frame->counts };

		return take_one(e, frame, &press, facts);
	}
	for (size_t i = 0; i < frame->npresses; i++) {
		if (!gesture_alerts(frame->press[i].gesture) ||
		    said_before(frame, i))
			continue;
		if (take_one(e, frame, &frame->press[i], facts) < 0)
			return ALERTE_ENOMEM;
		taken++;
	}
	return taken;
}

/* What cannot be opened may be a press: the association hears of it (R2). */
static int drop(struct alerte *e, uint32_t button, int result)
{
	if (button_dropped(&e->run[button].state, e->now.boot_ms)) {
		fault_possible_press(e, button);
		rows_button(e, button);
		engine_settle(e);
	}
	return result;
}

static int judge(struct alerte *e, uint32_t button,
		 const struct alerte_frame *frame, struct press_facts *facts)
{
	switch (button_judge(&e->run[button].state, frame, facts->heard_ms)) {
	case BUTTON_TAKE:
		facts->ghost = !frame->has_counter && !frame->counts &&
			       frame->npresses &&
			       button_ghost(&e->run[button].state, frame,
					    facts->heard_ms);
		break;
	case BUTTON_TAKE_LOW:
		facts->trust = ALERTE_TRUST_NONE;
		facts->low_lane = true;
		break;
	case BUTTON_MOVED:
		rows_button(e, button);
		engine_settle(e);
		return 0;
	case BUTTON_REPEAT:
		e->count.repeats++;
		return 0;
	case BUTTON_DROP:
		e->count.replays++;
		return drop(e, button, 0);
	}
	return 1;
}

static int hear_frame(struct alerte *e, uint32_t button,
		      const struct alerte_frame *frame, bool plain,
		      int64_t heard_ms)
{
	struct press_facts facts = {
		.button = button,
		.trust = frame->trust,
		.plain_despite_key = plain,
		.heard_ms = heard_ms,
	};
	struct button_state before;
	int r;

	if (frame->battery_percent >= 0)
		e->run[button].state.battery_percent = frame->battery_percent;
	/* a sensor's counter moves too, and must not be played back later */
	if (!frame->has_counter && !frame->npresses && !frame->counts) {
		repeat_pass(&e->run[button].state.repeat, frame);
		return ALERTE_OK;
	}
	before = e->run[button].state;
	r = judge(e, button, frame, &facts);
	if (r <= 0)
		return r;
	rows_button(e, button);
	r = take_presses(e, frame, &facts);
	if (r < 0) {
		/* not taken: to its copies this frame is as new as ever */
		e->run[button].state = before;
		return r;
	}
	if (!r) {
		engine_settle(e);
		return ALERTE_OK;
	}
	e->count.presses += (uint64_t)r;
	step_claim(e);
	return engine_commit(e);
}

static bool formats_agree(const struct alerte_button *button,
			  const struct alerte_frame *frame)
{
	return !button->format[0] || !strcmp(button->format, frame->format);
}

static int hear_button(struct alerte *e, uint32_t i,
		       const struct alerte_advert *advert)
{
	const struct alerte_button *button = site_button(e->site, i);
	struct alerte_frame frame = { .size = sizeof(frame) };
	int64_t heard = advert->heard_boot_ms;
	int r = frame_decode(advert->address, advert->data, advert->len,
			     e->run[i].key, &frame);

	if (heard <= 0 || heard > e->now.boot_ms)
		heard = e->now.boot_ms;
	switch (r) {
	case ALERTE_ENOTFOUND:
		return ALERTE_OK;
	case ALERTE_EFORMAT:
		e->count.malformed++;
		return drop(e, i, r);
	case ALERTE_EKEY:
		e->count.bad_tag++;
		return drop(e, i, r);
	case ALERTE_EREFUSED:
		if (!formats_agree(button, &frame) || !frame.npresses)
			return ALERTE_OK;
		return hear_frame(e, i, &frame, true, heard);
	case ALERTE_ELIMIT:
		e->count.malformed++;
		break;
	default:
		if (r < 0)
			return r;
		break;
	}
	if (!formats_agree(button, &frame))
		return ALERTE_OK;
	return hear_frame(e, i, &frame, false, heard);
}

static int run_queued(struct alerte *e, const struct queued *q)
{
	struct alerte_advert advert = {
		.size = sizeof(advert),
		.heard_boot_ms = q->number,
		.source = (uint32_t)q->value,
		.rssi_dbm = (int8_t)q->value2,
		.random = q->flag,
		.data = q->bytes + 6,
		.len = q->len - 6,
	};

	memcpy(advert.address, q->bytes, 6);
	return alerte_advertisement(e, &advert, q->now);
}

static int queue_advert(struct alerte *e, const struct alerte_advert *advert,
			struct alerte_time now)
{
	uint8_t bytes[6 + 1650];
	struct queued q = {
		.run = run_queued,
		.number = advert->heard_boot_ms,
		.value = (int)advert->source,
		.value2 = advert->rssi_dbm,
		.flag = advert->random,
		.bytes = bytes,
		.len = 6 + advert->len,
		.now = now,
	};

	if (q.len > sizeof(bytes))
		return ALERTE_EFORMAT;
	memcpy(bytes, advert->address, 6);
	memcpy(bytes + 6, advert->data, advert->len);
	return queue_input(e, &q);
}

static int64_t sender_of(const struct alerte *e,
			 const struct alerte_advert *advert)
{
	uint8_t own[6];
	int64_t button = -1;

	if (frame_own_address(advert->address, advert->data, advert->len, own))
		button = site_heard(e->site, own);
	return button >= 0 ? button : site_heard(e->site, advert->address);
}

int alerte_advertisement(struct alerte *e, const struct alerte_advert *advert,
			 struct alerte_time now)
{
	int64_t button;

	if (!advert || advert->size != sizeof(*advert) ||
	    (advert->len && !advert->data))
		return ALERTE_EINVAL;
	if (e->in_host)
		return queue_advert(e, advert, now);
	engine_now(e, now);
	e->count.heard++;
	button = sender_of(e, advert);
	if (button < 0) {
		e->count.strangers++;
		return ALERTE_OK;
	}
	return hear_button(e, (uint32_t)button, advert);
}
