/* SPDX-License-Identifier: Apache-2.0 */
/* From the bytes a radio heard to presses that are new. */
#include <string.h>

#include "core/engine.h"
#include "frame/format.h"
#include "frame/notification.h"

/* An attribute holds no more (Core Specification, Vol 3 Part F 3.2.9). */
#define NOTIFICATION_MAX 512

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

static int take_one(struct alerte *e, const struct alerte_frame *frame,
		    const struct alerte_press *press, struct press_facts *facts)
{
	facts->position = press->button;
	facts->gesture = press->gesture;
	/* its counter, the same at every gateway (S5), else our own count */
	facts->own_number = !frame->has_counter;
	facts->number = frame->has_counter ? frame->counter
			: e->run[facts->button].state.presses;
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

bool hear_alerts(const struct alerte_frame *frame)
{
	for (size_t i = 0; i < frame->npresses; i++)
		if (gesture_alerts(frame->press[i].gesture))
			return true;
	return frame->counts != ALERTE_GESTURE_NONE;
}

int hear_drop(struct alerte *e, uint32_t button, int result)
{
	if (button_dropped(&e->run[button].state, e->now.boot_ms)) {
		fault_possible_press(e, button);
		rows_button(e, button);
		engine_settle(e);
	}
	return result;
}

/* Never from what is played back, or what a button's key should have sealed. */
static void take_battery(struct alerte *e, const struct hearing *h)
{
	struct button_run *run = &e->run[h->button];
	const struct alerte_frame *frame = h->frame;

	if (frame->battery_percent < 0 || h->plain ||
	    (run->key && frame->trust == ALERTE_TRUST_NONE))
		return;
	watch_battery(e, h->button, frame->battery_percent);
}

/*
 * Of a button with a key only what was opened with it, above all that was
 * heard before: anybody can send the rest for a button that is dead.
 */
static void take_sign(struct alerte *e, const struct hearing *h)
{
	if (e->run[h->button].key && !h->plain && h->frame->encrypted &&
	    h->frame->has_counter && h->sign)
		watch_heard(e, h->button, h->sign);
}

static int judge(struct alerte *e, const struct hearing *h,
		 struct press_facts *facts)
{
	struct button_state *b = &e->run[h->button].state;
	const struct alerte_frame *frame = h->frame;
	bool stood = b->counted.known;

	if (h->once) {
		take_battery(e, h);
		return 1;
	}
	switch (button_judge(b, frame, h->hold_ms, h->heard_ms)) {
	case BUTTON_TAKE:
		take_sign(e, h);
		take_battery(e, h);
		facts->ghost = !frame->has_counter && !frame->counts &&
			       frame->npresses &&
			       button_ghost(b, frame, h->heard_ms);
		break;
	case BUTTON_TAKE_LOW:
		facts->trust = ALERTE_TRUST_NONE;
		facts->low_lane = true;
		break;
	case BUTTON_MOVED:
		take_battery(e, h);
		rows_button(e, h->button);
		/* without the first one a press would be missed */
		if (stood)
			engine_later(e);
		else
			engine_settle(e);
		return 0;
	case BUTTON_REPEAT:
		e->count.repeats++;
		if (button_lasts(b, frame, h->hold_ms, e->now.boot_ms)) {
			fault_lasting_press(e);
			engine_settle(e);
		}
		return 0;
	case BUTTON_DROP:
		e->count.replays++;
		return hear_drop(e, h->button, 0);
	}
	return 1;
}

int hear_frame(struct alerte *e, const struct hearing *h)
{
	const struct alerte_frame *frame = h->frame;
	struct press_facts facts = {
		.button = h->button,
		.trust = frame->trust,
		.plain_despite_key = h->plain,
		.heard_ms = h->heard_ms,
	};
	struct button_state *b = &e->run[h->button].state, before;
	int r;

	/* a sensor's counter moves too, and must not be played back later */
	if (!frame->has_counter && !frame->npresses && !frame->counts) {
		take_battery(e, h);
		repeat_pass(&b->repeat, frame);
		return ALERTE_OK;
	}
	before = *b;
	r = judge(e, h, &facts);
	if (r <= 0)
		return r;
	rows_button(e, h->button);
	r = take_presses(e, frame, &facts);
	if (r < 0) {
		/* not taken: to its copies this frame is as new as ever */
		*b = before;
		return r;
	}
	if (!r) {
		if (frame->has_counter)
			engine_settle(e);
		else
			engine_later(e);
		return ALERTE_OK;
	}
	e->count.presses += (uint64_t)r;
	return press_commit(e);
}

static bool formats_agree(const struct alerte_button *button,
			  const struct alerte_frame *frame)
{
	return !button->format[0] || !strcmp(button->format, frame->format);
}

int64_t hear_instant(const struct alerte *e, int64_t heard_boot_ms)
{
	return heard_boot_ms > 0 && heard_boot_ms < e->now.boot_ms
	       ? heard_boot_ms : e->now.boot_ms;
}

struct presence_sign hear_sign(const struct alerte *e,
			       const struct alerte_advert *advert)
{
	return (struct presence_sign){
		.heard_ms = hear_instant(e, advert->heard_boot_ms),
		.rssi_dbm = advert->rssi_dbm,
		.source = advert->source,
	};
}

int hear_decode(const struct alerte_button *button,
		const struct button_run *run,
		const struct alerte_advert *advert, struct alerte_frame *out)
{
	int r;

	if (run->trigger)
		return frame_trigger_decode(run->trigger, advert->rssi_dbm,
					    advert->data, advert->len, out);
	r = frame_decode(advert->address, advert->data, advert->len, run->key,
			 out);
	if ((r >= 0 || r == ALERTE_EREFUSED || r == ALERTE_ELIMIT) &&
	    !formats_agree(button, out))
		return ALERTE_ENOTFOUND;
	return r;
}

static int hear_button(struct alerte *e, uint32_t i,
		       const struct alerte_advert *advert)
{
	struct alerte_frame frame = { .size = sizeof(frame) };
	struct presence_sign sign = hear_sign(e, advert);
	struct hearing h = {
		.button = i,
		.frame = &frame,
		.hold_ms = e->run[i].trigger ? e->run[i].trigger->hold_ms : 0,
		.heard_ms = sign.heard_ms,
		.sign = &sign,
	};
	int r = hear_decode(site_button(e->site, i), &e->run[i], advert,
			    &frame);

	/* without a key its address is all there is, whatever it sends */
	if (!e->run[i].key)
		watch_heard(e, i, &sign);
	switch (r) {
	case ALERTE_ENOTFOUND:
		return ALERTE_OK;
	case ALERTE_EFORMAT:
		e->count.malformed++;
		return hear_drop(e, i, r);
	case ALERTE_EKEY:
		e->count.bad_tag++;
		return hear_drop(e, i, r);
	case ALERTE_EREFUSED:
		if (!frame.npresses)
			return ALERTE_OK;
		h.plain = true;
		break;
	case ALERTE_ELIMIT:
		e->count.malformed++;
		break;
	default:
		if (r < 0)
			return r;
		break;
	}
	return hear_frame(e, &h);
}

/*
 * Beacons known by their rule alone.  One may match several rules: each is a
 * press, as they may be of several wearers.
 */
static int hear_watched(struct alerte *e, const struct alerte_advert *advert)
{
	struct alerte_frame frame = { .size = sizeof(frame) };
	int result = ALERTE_ENOTFOUND;

	for (uint32_t i = 0; i < e->finder.nwatched; i++) {
		uint32_t button = e->finder.watched[i];
		int r;

		if (frame_trigger_decode(e->run[button].trigger,
					 advert->rssi_dbm, advert->data,
					 advert->len, &frame) != 1)
			continue;
		r = hear_button(e, button, advert);
		if (result == ALERTE_ENOTFOUND || r > result)
			result = r;
	}
	return result;
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

int64_t hear_sender(const struct alerte *e,
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
	int r;

	if (!advert || advert->size != sizeof(*advert) ||
	    (advert->len && !advert->data))
		return ALERTE_EINVAL;
	if (e->in_host)
		return queue_advert(e, advert, now);
	engine_now(e, now);
	e->count.heard++;
	if (enrol_hear(e, advert, &r))
		return r;
	button = hear_sender(e, advert);
	if (button >= 0)
		return hear_button(e, (uint32_t)button, advert);
	r = hear_sealed(e, advert);
	if (r == ALERTE_ENOTFOUND)
		r = hear_watched(e, advert);
	if (r != ALERTE_ENOTFOUND)
		return r;
	e->count.strangers++;
	return ALERTE_OK;
}

/* -------------------------------------------------------- notifications */

static int run_notification(struct alerte *e, const struct queued *q)
{
	struct alerte_notification heard = {
		.size = sizeof(heard),
		.heard_boot_ms = q->number,
		.source = (uint32_t)q->value,
		.uuid = (uint16_t)q->value2,
		.data = q->bytes + 6,
		.len = q->len - 6,
	};

	memcpy(heard.address, q->bytes, 6);
	return alerte_notification(e, &heard, q->now);
}

static int queue_notification(struct alerte *e,
			      const struct alerte_notification *heard,
			      struct alerte_time now)
{
	uint8_t bytes[6 + NOTIFICATION_MAX];
	struct queued q = {
		.run = run_notification,
		.number = heard->heard_boot_ms,
		.value = (int)heard->source,
		.value2 = heard->uuid,
		.bytes = bytes,
		.len = 6 + heard->len,
		.now = now,
	};

	memcpy(bytes, heard->address, 6);
	memcpy(bytes + 6, heard->data, heard->len);
	return queue_input(e, &q);
}

int alerte_notification(struct alerte *e,
			const struct alerte_notification *heard,
			struct alerte_time now)
{
	struct alerte_frame frame = { .size = sizeof(frame) };
	struct presence_sign sign = { .rssi_dbm = PRESENCE_NO_RSSI };
	struct hearing h = { .frame = &frame, .once = true };
	int64_t button;
	int r;

	if (!heard || heard->size != sizeof(*heard) ||
	    (heard->len && !heard->data))
		return ALERTE_EINVAL;
	if (heard->len > NOTIFICATION_MAX)
		return ALERTE_EFORMAT;
	if (e->in_host)
		return queue_notification(e, heard, now);
	engine_now(e, now);
	e->count.heard++;
	if (enrol_notified(e, heard, &r))
		return r;
	button = site_heard(e->site, heard->address);
	if (button < 0) {
		e->count.strangers++;
		return ALERTE_OK;
	}
	h.button = (uint32_t)button;
	h.heard_ms = sign.heard_ms = hear_instant(e, heard->heard_boot_ms);
	sign.source = heard->source;
	watch_heard(e, h.button, &sign);
	r = frame_notification(site_button(e->site, h.button)->format,
			       heard->uuid, heard->data, heard->len, &frame);
	if (r == ALERTE_ENOTFOUND)
		return ALERTE_OK;
	if (r < 0) {
		e->count.malformed++;
		return hear_drop(e, h.button, r);
	}
	return hear_frame(e, &h);
}
