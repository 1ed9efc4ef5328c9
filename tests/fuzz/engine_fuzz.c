/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alerte_advertisement() with a whole engine behind it: an input is what one
 * house hears in some hours, who answers, and how long it takes.
 *
 *	byte 0   the action; see enrolled.h
 *	byte 1   time since the action before: its low half, shifted left by
 *	         twice its high half, in milliseconds, a day at most
 *	...      what the action needs
 *
 * To open a store takes longer than to hear: the engine goes on from input to
 * input, for so many actions.  What it heard since it was opened is in the file
 * that FUZZ_HISTORY names, which by itself is an input that does the same.
 * Leaks are looked for when it is closed.
 *
 * Whatever is sent, results are those of the header; nothing is sent but of an
 * alert, or to the association of a fault; no alert is more believed than the
 * frames it was raised by, and the relay hears of none that is not believed;
 * alerts do not vanish, over a restart neither; nothing of one is sent in its
 * grace; while one is live there is a deadline, and what is due ends.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "fuzz/house.h"
#include "fuzz/seal.h"
#include "lib/frame/sealed_button.h"
#include "port/bytes.h"

#define LIFE 512
#define REOPEN_RARELY 21
#define SLICE_MS 5

static bool addressed(const struct enrolled *e)
{
	return !e->stranger && !memcmp(e->address, e->sender, 6);
}

/*
 * What the same bytes are by themselves, to a button known by its address:
 * presses, or what alerte_frame_decode() answers.
 */
static int decode(struct house *w, const struct enrolled *e,
		  const struct fuzz_block *payload)
{
	struct alerte_frame f = { .size = sizeof(f) };
	int r;

	if (e->key_len > CCM_KEY_BYTES)
		return ALERTE_ENOTFOUND;
	r = alerte_frame_decode(e->sender, payload->at, payload->len,
				e->key_len ? e->key : NULL, e->key_len, &f);
	if ((r >= 0 || r == ALERTE_ELIMIT) && f.trust > w->best)
		w->best = f.trust;
	return r < 0 ? r : f.npresses || f.counts;
}

static bool seen(const struct fuzz_block *payload)
{
	struct alerte_frame f = { .size = sizeof(f) };

	for (size_t i = 0; i < enrolled_count; i++)
		if (enrolled[i].trigger &&
		    alerte_trigger_decode(enrolled[i].trigger, -60,
					  payload->at, payload->len, &f) == 1)
			return true;
	return false;
}

/* One that is probably forged is taken too, and written a little later. */
static bool taken(int r)
{
	return r == ALERTE_ACCEPTED || r == ALERTE_VOLATILE;
}

static void check_heard(const struct enrolled *e, int frame, int r,
			bool beacon)
{
	if (taken(r))
		must(beacon || frame > 0 || frame == ALERTE_EREFUSED ||
		     frame == ALERTE_ELIMIT);
	if (addressed(e)) {
		must((r == ALERTE_EKEY) == (frame == ALERTE_EKEY));
		must((r == ALERTE_EFORMAT) == (frame == ALERTE_EFORMAT));
	} else {
		must(r != ALERTE_EKEY);
	}
}

static void hear(struct house *w, const struct enrolled *e,
		 const uint8_t *data, size_t len, uint8_t late)
{
	struct fuzz_block payload = fuzz_block(data, len);
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = -60, .source = late & 1,
		.heard_boot_ms = w->now.boot_ms - late,
		.data = payload.at, .len = payload.len,
	};
	uint64_t presses = house_presses(w);
	int frame = decode(w, e, &payload), r;

	memcpy(advert.address, e->sender, sizeof(advert.address));
	r = alerte_advertisement(w->a, &advert, w->now);
	must(r == ALERTE_OK || taken(r) || r == ALERTE_EKEY ||
	     r == ALERTE_EFORMAT);
	presses = house_presses(w) - presses;
	must(!presses || taken(r));
	if (!w->enrolling) {
		must(presses || !taken(r));
		if (e->key_len <= CCM_KEY_BYTES)
			check_heard(e, frame, r,
				    !addressed(e) && seen(&payload));
	}
	fuzz_block_free(&payload);
}

static void hear_raw(struct house *w, const struct enrolled *e,
		     struct fuzz_input *in)
{
	size_t len = fuzz_byte(in);

	hear(w, e, in->at, len, 0);
	in->at += len;
}

/* Nothing but the engine knows its clock, so what comes of it is not checked. */
static void hear_button(struct house *w, const struct enrolled *e,
			uint32_t seq, const uint8_t *fields, size_t len)
{
	struct fuzz_input in = { fields, fields + len };
	struct alerte_sealed_frame frame = { .seq = seq };
	uint8_t adv[31] = { 27, 0x16, ALERTE_SEALED_TRIAL_ID & 0xff,
			    ALERTE_SEALED_TRIAL_ID >> 8 };

	frame.kind = fuzz_byte(&in) & 1 ? ALERTE_SEALED_BOOT :
					  ALERTE_SEALED_EPOCH;
	frame.epoch = fuzz_byte(&in);
	frame.boot = fuzz_byte(&in);
	frame.second = fuzz_byte(&in) * 4u;
	frame.event = (enum alerte_sealed_event)(fuzz_byte(&in) & 15);
	frame.press = fuzz_byte(&in) & 63;
	frame.button = fuzz_byte(&in) & 15;
	frame.age_ms = fuzz_byte(&in) * 500u;
	sealed_button_make(0, frame, adv + 4);
	w->best = ALERTE_TRUST_STRONG;
	hear(w, e, adv, 4 + ALERTE_SEALED_BYTES, 0);
}

static uint8_t type_of(const char *format, uint16_t *id)
{
	for (size_t i = 0; frame_formats[i]; i++)
		if (!strcmp(frame_formats[i]->name, format)) {
			*id = frame_formats[i]->ids[0];
			return frame_formats[i]->type;
		}
	abort();
}

static const struct frame_key *key_of(const struct enrolled *e)
{
	struct fuzz_sender sender = { .key = e->key, .key_len = e->key_len };

	return fuzz_key(&sender);
}

static void hear_sealed(struct house *w, const struct enrolled *e,
			struct fuzz_input *in)
{
	struct sealing s = { .address = e->sender };
	uint8_t counter[4], adv[256];
	const uint8_t *body;

	fuzz_take(in, counter, sizeof(counter));
	s.counter = le32(counter);
	s.len = fuzz_byte(in);
	body = in->at;
	in->at += s.len;
	if (!e->seals || s.len > sizeof(s.body))
		return;
	if (e->key_len > CCM_KEY_BYTES) {
		hear_button(w, e, s.counter, body, s.len);
		return;
	}
	memcpy(s.body, body, s.len);
	s.key = key_of(e);
	adv[1] = type_of(e->seals, &s.id);
	if (!seal_body(e->seals, &s))
		return;
	adv[0] = (uint8_t)(3 + s.len);
	adv[2] = (uint8_t)s.id;
	adv[3] = (uint8_t)(s.id >> 8);
	memcpy(adv + 4, s.body, s.len);
	hear(w, e, adv, 4 + s.len, counter[3]);
}

static void hear_notification(struct house *w, const struct enrolled *e,
			      struct fuzz_input *in)
{
	struct alerte_frame f = { .size = sizeof(f) };
	struct alerte_notification heard = { .size = sizeof(heard) };
	struct fuzz_block said;
	uint8_t uuid[2];
	int r, frame;

	fuzz_take(in, uuid, sizeof(uuid));
	heard.uuid = le16(uuid);
	heard.len = fuzz_byte(in);
	said = fuzz_block(in->at, heard.len);
	in->at += heard.len;
	heard.data = said.at;
	memcpy(heard.address, e->sender, sizeof(heard.address));
	r = alerte_notification(w->a, &heard, w->now);
	frame = alerte_notification_decode(e->format ? e->format : "",
					   heard.uuid, said.at, said.len, &f);
	fuzz_block_free(&said);
	must(r == ALERTE_OK || taken(r) || r == ALERTE_EFORMAT);
	if (w->enrolling)
		return;
	must(taken(r) == (addressed(e) && frame > 0));
	must((r == ALERTE_EFORMAT) ==
	     (addressed(e) && frame == ALERTE_EFORMAT));
}

/* Of one that was sent lately, or of all of them. */
static void give_receipt(struct house *w, uint8_t which)
{
	enum alerte_receipt_kind kind =
		(enum alerte_receipt_kind)(which % 6 + 1);
	size_t from = which / 6, n = from < 4 ? from + 1 : HOUSE_RECENT;

	for (size_t i = from < 4 ? from : 0; i < n; i++) {
		int r;

		if (!w->recent[i])
			continue;
		r = alerte_receipt(w->a, w->recent[i], 0, kind, w->now);
		must(r == ALERTE_OK || r == ALERTE_ACCEPTED ||
		     r == ALERTE_ENOTFOUND);
	}
}

/* One that is in force, one with another key, which is never proved, or new. */
static void enrol(struct house *w, const struct enrolled *e, uint8_t which)
{
	struct alerte_button b = house_button(e);
	bool changed = which & 16 && b.key_len;
	int r;

	if (changed)
		b.key[0] ^= 0x80;
	r = alerte_enrol(w->a, &b, w->now);
	must(r >= 0 || (r == ALERTE_EREFUSED && !changed));
	w->enrolling = w->enrolling || r >= 0;
}

/* Of a button in force, or of a stranger. */
static void link_to(struct house *w, const struct enrolled *e, bool up)
{
	int r = alerte_link(w->a, e->address, up, w->now);

	must(r == ALERTE_OK || r == ALERTE_ENOTFOUND);
}

/* So many slices of what is done in the background, or more than half an hour. */
static void wait_on(struct house *w, uint8_t which)
{
	if (which & 16) {
		house_live_on(w);
		return;
	}
	while (which--) {
		house_do_due(w);
		house_pass(w, SLICE_MS);
	}
}

static void acknowledge(struct house *w)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int r;

	while (alerte_alert_next(w->a, alert.id, &alert) == 1)
		;
	if (!alert.id)
		return;
	r = alerte_ack(w->a, alert.id, "paul", w->now);
	must(r == ALERTE_ACCEPTED || (r == ALERTE_ENOTFOUND &&
				      alert.state == ALERTE_ALERT_CANCELLED));
}

/* Of the next action; 0 when it is not all there. */
static size_t action_len(const struct fuzz_input *in)
{
	size_t left = fuzz_left(in), at = 2;

	switch (left ? in->at[0] & ENGINE_KIND : 0) {
	case ENGINE_HEAR:
		at = 3;
		break;
	case ENGINE_SEALED:
		at = 7;
		break;
	case ENGINE_NOTIFY:
		at = 5;
		break;
	default:
		return left < at ? 0 : at;
	}
	if (left < at || left - at < in->at[at - 1])
		return 0;
	return at + in->at[at - 1];
}

static int64_t time_of(uint8_t byte)
{
	return (int64_t)(byte & 15) << (byte >> 4) * 2;
}

static void act(struct house *w, struct fuzz_input *in)
{
	uint8_t action = fuzz_byte(in), which = action >> ENGINE_WHICH;
	const struct enrolled *e = &enrolled[which % enrolled_count];

	house_pass(w, time_of(fuzz_byte(in)));
	switch (action & ENGINE_KIND) {
	case ENGINE_HEAR:
		hear_raw(w, e, in);
		break;
	case ENGINE_SEALED:
		hear_sealed(w, e, in);
		break;
	case ENGINE_NOTIFY:
		hear_notification(w, e, in);
		break;
	case ENGINE_WAIT:
		wait_on(w, which);
		break;
	case ENGINE_RECEIPT:
		give_receipt(w, which);
		break;
	case ENGINE_ACK:
		acknowledge(w);
		break;
	case ENGINE_REOPEN:
		if (which == REOPEN_RARELY)
			house_reopen(w);
		break;
	case ENGINE_ENROL:
		if (which % 8 < 3)
			enrol(w, e, which);
		else if (which % 8 == 3)
			link_to(w, e, which & 8);
		break;
	}
	house_do_due(w);
}

/* ---------------------------------------------------------------- life */

/* What was heard since the engine was opened. */
static int history = -1;

static void note(const uint8_t *action, size_t len)
{
	if (history >= 0)
		must(write(history, action, len) == (ssize_t)len);
}

static void begin(struct house *w)
{
	const char *name = getenv("FUZZ_HISTORY");

	if (history >= 0)
		close(history);
	history = name ? open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;
	house_begin(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct house w;
	static uint32_t actions;
	struct fuzz_input in = { data, data + size };
	size_t len;

	if (!w.a) {
		begin(&w);
		actions = 0;
	}
	for (; (len = action_len(&in)) > 0; actions++) {
		note(in.at, len);
		act(&w, &in);
	}
	house_check_alerts(&w);
	if (actions >= LIFE)
		house_end(&w);
	return 0;
}
