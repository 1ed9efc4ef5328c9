/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening and judging.  sealed_make.c shows the frame; to open it, the order
 * is turned round: mask, body, tag.
 *
 * Freshness.  What a frame says of its button's clock, taken from the
 * receiver's, is the offset between both and the time it was under way.  Only
 * the second varies, and is never below 0, so the least value seen is the
 * offset: it falls at once, and rises no faster than two clocks can part.  What
 * is above it is delay.
 *
 *   clock    believed
 *   doubt    where late frames say it is instead.  When they still agree on it
 *            an epoch later, it is the clock and the clock becomes the doubt.
 *            It begins with the first frame of all, which may be an old one.
 *
 * Both stand in the table, so that neither a changed battery nor a capture
 * played back, which look the same, makes a genuine press unfound.
 *
 * A sequence number never comes back under one key, not even after a changed
 * battery.  Below the window is a replay: there is no second lane here.
 */
#include "frame/sealed_inside.h"

#include <string.h>

#include "crypto/keyed.h"
#include "crypto/seal.h"
#include "port/bytes.h"

#define HDR_MASK 0xe7			/* all but the kind */
#define HDR 0x20
#define HEAD_BYTES 7
#define TAG_AT 16
#define TAG_BYTES 8
#define BODY_BYTES 9
#define WINDOW 64

#define AGE_STEP 500
#define BATTERY_LEAST 1000
#define BATTERY_STEP 10
#define SECOND_MS 1000
#define BOOT_SECONDS 16			/* how finely a boot frame tells time */
#define EARLY_MS (SEALED_LATE_MS + BOOT_SECONDS * SECOND_MS)

#define BATTERY_EMPTY_MV 2000		/* of a lithium coin cell */
#define BATTERY_FULL_MV 3000

/* --------------------------------------------------------------- opening */

/*@
  assigns \nothing;
 */
bool sealed_head_ok(uint8_t head)
{
	return (head & HDR_MASK) == HDR && !(head >> 3 & 2);
}

bool sealed_try(const struct sealed_button *b, uint32_t index,
		const uint8_t *payload, uint8_t body[BODY_BYTES])
{
	uint8_t hidden[1 + HEAD_BYTES + TAG_BYTES] = { 'E' };
	uint8_t shown[1 + HEAD_BYTES + 4 + BODY_BYTES] = { 'M' };
	uint8_t digest[KEYED_DIGEST];

	memcpy(hidden + 1, payload, HEAD_BYTES);
	memcpy(hidden + 1 + HEAD_BYTES, payload + TAG_AT, TAG_BYTES);
	keyed_digest(b->keys.seal, hidden, sizeof(hidden), digest);
	memcpy(shown + 1, payload, HEAD_BYTES);
	put_le32(shown + 1 + HEAD_BYTES, index);
	/*@
	  loop invariant 0 <= i <= BODY_BYTES;
	  loop assigns i, shown[12 .. 20];
	  loop variant BODY_BYTES - i;
	 */
	for (int i = 0; i < BODY_BYTES; i++)
		shown[5 + HEAD_BYTES + i] = payload[HEAD_BYTES + i] ^ digest[i];

	keyed_digest(b->keys.seal, shown, sizeof(shown), digest);
	if (!same_bytes(digest, payload + TAG_AT, TAG_BYTES)) {
		wipe(shown, sizeof(shown));
		return false;
	}
	memcpy(body, shown + 5 + HEAD_BYTES, BODY_BYTES);
	return true;
}

/*@
  requires \valid_read(body + (0 .. BODY_BYTES - 1)) && \valid(f);
  requires \separated(f, body + (0 .. BODY_BYTES - 1));
  assigns f->seq, f->event, f->position, f->epoch, f->press, f->second,
    f->battery_mv, f->age_ms, f->age_over;
  ensures f->event <= 15 && f->position <= 15;
  ensures f->press < ALERTE_SEALED_PRESSES;
  ensures f->second < ALERTE_SEALED_EPOCH_S;
  ensures -1 <= f->age_ms <= 127500;
  ensures -1 <= f->battery_mv <= 3550;
 */
static void read_body(const uint8_t *body, struct sealed_frame *f)
{
	uint32_t word = le32(body + 5);
	uint16_t t = le16(body + 7);

	f->seq = le32(body);
	f->event = body[4] >> 4 & 15;
	f->position = body[4] & 15;
	if (f->boot) {
		f->epoch = word & (ALERTE_SEALED_BOOT_EPOCHS - 1);
		f->press = word >> 20 & (ALERTE_SEALED_PRESSES - 1);
		/* The upper six bits. */
		f->second = word >> 22 & 63 * BOOT_SECONDS;
		f->battery_mv = -1;
		f->age_ms = -1;
		f->age_over = false;
		return;
	}
	f->epoch = f->index;
	f->battery_mv = BATTERY_LEAST + BATTERY_STEP * body[5];
	f->age_ms = AGE_STEP * body[6];
	f->age_over = body[6] == 255;
	f->second = t & (ALERTE_SEALED_EPOCH_S - 1);
	f->press = t >> 10 & (ALERTE_SEALED_PRESSES - 1);
}

/* What is judged later comes into the cache while the hashes are computed. */
/*@
  assigns \nothing;
 */
static void fetch(const struct sealed_button *b)
{
	const char *at = (const char *)b;

	/*@
	  loop invariant 0 <= i <= sizeof(*b) + SEALED_LINE;
	  loop assigns i;
	  loop variant sizeof(*b) - i;
	 */
	for (size_t i = 0; i < sizeof(*b); i += SEALED_LINE)
		__builtin_prefetch(at + i);
}

/* Every candidate of this identifier; the first that opens. */
/*@
  requires table_ok(t) && payload_ok(payload) && \valid(f);
  requires \separated(f, payload + (0 .. ALERTE_SEALED_BYTES - 1));
  requires \separated(f, t, t->slots + (0 .. t->mask));
  requires \separated(f, t->buttons + (0 .. t->most - 1));
  assigns *f;
  ensures \result == 1 || \result == ALERTE_EKEY ||
    \result == ALERTE_ENOTFOUND;
  ensures \result == ALERTE_EKEY ==> f->button < t->most;
  ensures \result == 1 ==> f->button < t->most;
  ensures \result == 1 ==> body_ok(f);
 */
static int find(const struct sealed_table *t, const uint8_t *payload,
		struct sealed_frame *f)
{
	uint64_t word = sealed_word_of(payload);
	uint32_t i = sealed_slot_at(t, word);
	uint8_t body[BODY_BYTES];
	bool ours = false;

	/*@
	  loop invariant 0 <= i <= t->mask;
	  loop invariant ours ==> f->button < t->most;
	  loop assigns i, ours, f->button, body[0 .. 8];
	 */
	for (; t->slots[i].word; i = sealed_slot_at(t, i + 1)) {
		const struct sealed_slot *s = &t->slots[i];

		if (s->word != word)
			continue;
		ours = true;
		f->button = s->button;
		fetch(&t->buttons[s->button]);
		if (!sealed_try(&t->buttons[s->button], s->index, payload,
				body))
			continue;
		f->boot = payload[0] >> 3 & 1;
		f->index = s->index;
		read_body(body, f);
		return 1;
	}
	return ours ? ALERTE_EKEY : ALERTE_ENOTFOUND;
}

/* ---------------------------------------------------------------- replay */

bool sealed_is_new(const struct sealed_state *s, uint32_t seq)
{
	return !s->any || seq > s->last;
}

/*@
  requires \valid_read(s);
  assigns \nothing;
  ensures \result == 1 || \result == 0 || \result == ALERTE_EREFUSED;
  ensures !s->any || seq > s->last ==> \result == 1;
  ensures s->any && seq <= s->last - WINDOW ==> \result == ALERTE_EREFUSED;
 */
static int judge_seq(const struct sealed_state *s, uint32_t seq)
{
	if (sealed_is_new(s, seq))
		return 1;
	if (s->last - seq >= WINDOW)
		return ALERTE_EREFUSED;
	return s->seen >> (s->last - seq) & 1 ? 0 : 1;
}

/*@
  requires \valid(s);
  assigns s->seen, s->last, s->any;
  ensures s->last >= \old(s->last) || !\old(s->any);
 */
static void take_seq(struct sealed_state *s, uint32_t seq)
{
	uint32_t up = seq - s->last;

	if (!sealed_is_new(s, seq)) {
		if (s->last - seq < WINDOW)
			s->seen |= UINT64_C(1) << (s->last - seq);
		return;
	}
	s->seen = (s->any && up < WINDOW ? s->seen << up : 0) | 1;
	s->last = seq;
	s->any = true;
}

/* ------------------------------------------------------------- freshness */

/* The button's clock as the frame tells it: at least, and at most. */
/*@
  requires \valid_read(f) && f->second < ALERTE_SEALED_EPOCH_S;
  assigns \nothing;
  ensures 0 <= \result <= 0x10000000000000;
 */
static int64_t clock_least(const struct sealed_frame *f)
{
	return (int64_t)f->epoch * SEALED_EPOCH_MS +
	       (int64_t)f->second * SECOND_MS;
}

/*@
  requires \valid_read(f) && f->second < ALERTE_SEALED_EPOCH_S;
  assigns \nothing;
  ensures 0 <= \result <= 0x20000000000000;
 */
static int64_t clock_most(const struct sealed_frame *f)
{
	return clock_least(f) + (f->boot ? BOOT_SECONDS : 1) * SECOND_MS;
}

/* How far a clock may have risen by now. */
/*@
  requires \valid_read(c) && clock_ok(c) && now_ok(now);
  assigns \nothing;
  ensures c->offset_ms <= \result <= 0x1100000000000000;
 */
static int64_t offset_most(const struct sealed_clock *c, int64_t now)
{
	int64_t since = now > c->set_ms ? now - c->set_ms : 0;

	return c->offset_ms + since / (1000000 / SEALED_DRIFT_PPM);
}

/* Negative when it came earlier than this clock lets it. */
/*@
  requires \valid_read(c) && clock_ok(c) && \valid_read(f);
  requires f->second < ALERTE_SEALED_EPOCH_S && now_ok(now);
  assigns \nothing;
  ensures -0x2000000000000000 <= \result <= 0x2000000000000000;
 */
static int64_t delay_by(const struct sealed_clock *c,
			const struct sealed_frame *f, int64_t now)
{
	return now - clock_most(f) - offset_most(c, now);
}

/*@
  requires \valid_read(c) && clock_ok(c) && \valid_read(f) && now_ok(now);
  assigns \nothing;
 */
static bool agrees(const struct sealed_clock *c, const struct sealed_frame *f,
		   int64_t now)
{
	int64_t e = c->known ? (int64_t)sealed_epoch_at(c, now) : 0;

	return c->known && (int64_t)f->epoch >= e - 1 &&
	       (int64_t)f->epoch <= e + 1;
}

/*@
  requires v > INT64_MIN;
  assigns \nothing;
 */
static int64_t size_of(int64_t v)
{
	return v < 0 ? -v : v;
}

/*@
  requires \valid_read(s) && state_ok(s) && \valid_read(f) && body_ok(f);
  requires now_ok(now);
  assigns \nothing;
  ensures SEALED_MATCH_CLOCK <= \result <= SEALED_MATCH_BOOT;
 */
static enum sealed_match match_of(const struct sealed_state *s,
				  const struct sealed_frame *f, int64_t now)
{
	bool clock = agrees(&s->clock, f, now);
	bool doubt = agrees(&s->doubt, f, now);

	if (f->boot && f->index > s->boot && sealed_is_new(s, f->seq))
		return SEALED_MATCH_BOOT;
	if (clock && doubt)
		return size_of(delay_by(&s->clock, f, now)) <=
		       size_of(delay_by(&s->doubt, f, now)) ?
		       SEALED_MATCH_CLOCK : SEALED_MATCH_DOUBT;
	if (clock)
		return SEALED_MATCH_CLOCK;
	return doubt ? SEALED_MATCH_DOUBT : SEALED_MATCH_NONE;
}

/* What this clock was set by had been held back. */
/*@
  requires \valid_read(c) && clock_ok(c) && \valid_read(f) && body_ok(f);
  requires now_ok(now);
  assigns \nothing;
 */
static bool is_early(const struct sealed_clock *c, const struct sealed_frame *f,
		     int64_t now)
{
	int64_t fall = offset_most(c, now) - c->offset_ms + EARLY_MS;

	return now - clock_least(f) < c->offset_ms - fall;
}

/* An epoch after it began to be doubted, by both clocks, and still so. */
/*@
  requires \valid_read(s) && state_ok(s) && \valid_read(f) && body_ok(f);
  requires now_ok(now);
  assigns \nothing;
 */
static bool confirms(const struct sealed_state *s, const struct sealed_frame *f,
		     int64_t now)
{
	return s->from_ms == SEALED_CONFIRMED ||
	       (clock_least(f) - s->from_ms >= SEALED_EPOCH_MS &&
		!is_early(&s->doubt, f, now));
}

/*@
  requires \valid_read(s) && state_ok(s) && \valid_read(f) && body_ok(f);
  requires now_ok(now);
  assigns \nothing;
 */
static bool is_late(const struct sealed_state *s, const struct sealed_frame *f,
		    int64_t now)
{
	switch (f->match) {
	case SEALED_MATCH_CLOCK:
		return delay_by(&s->clock, f, now) > SEALED_LATE_MS;
	case SEALED_MATCH_DOUBT:
		return delay_by(&s->doubt, f, now) > SEALED_LATE_MS ||
		       !confirms(s, f, now);
	case SEALED_MATCH_NONE:
		return true;
	case SEALED_MATCH_BOOT:
		/* A reset loses the second, a short time off an epoch. */
		return !s->clock.known ||
		       sealed_epoch_at(&s->clock, now) > f->epoch + 1;
	}
	return true;
}

/*@
  requires \valid_read(s) && state_ok(s) && \valid(f) && body_ok(f);
  requires now_ok(now) && \separated(s, f);
  assigns f->match, f->late, f->delay_ms;
  ensures SEALED_MATCH_CLOCK <= f->match <= SEALED_MATCH_BOOT;
  ensures f->delay_ms >= 0;
 */
static void judge_time(const struct sealed_state *s, int64_t now,
		       struct sealed_frame *f)
{
	int64_t delay;

	f->match = match_of(s, f, now);
	f->late = is_late(s, f, now);
	f->delay_ms = 0;
	if (!s->clock.known || (f->match == SEALED_MATCH_DOUBT && !f->late))
		return;

	delay = delay_by(&s->clock, f, now);
	f->delay_ms = delay > 0 ? delay : 0;
}

/*@
  requires \valid(c) && clock_ok(c) && \valid_read(f) && body_ok(f);
  requires now_ok(now) && \separated(c, f);
  assigns *c;
  ensures clock_ok(c) && c->known;
 */
static void set_clock(struct sealed_clock *c, const struct sealed_frame *f,
		      int64_t now)
{
	int64_t seen = now - clock_least(f), most = offset_most(c, now);

	c->offset_ms = c->known && most < seen ? most : seen;
	c->set_ms = now;
	c->known = true;
}

/*@
  requires \valid(s) && state_ok(s) && \valid_read(f) && body_ok(f);
  requires now_ok(now) && \separated(s, f);
  assigns s->doubt, s->from_ms;
  ensures state_ok(s);
 */
static void begin_doubt(struct sealed_state *s, const struct sealed_frame *f,
			int64_t now)
{
	s->doubt.known = false;
	set_clock(&s->doubt, f, now);
	s->from_ms = clock_least(f);
}

/* The clock is as it was, too, unless it never was. */
/*@
  requires \valid(s) && state_ok(s);
  assigns s->doubt, s->from_ms;
  ensures state_ok(s);
 */
static void put_clock_in_doubt(struct sealed_state *s)
{
	if (!s->clock.known)
		return;
	s->doubt = s->clock;
	s->from_ms = SEALED_CONFIRMED;
}

/*@
  requires \valid(s) && state_ok(s) && \valid_read(f) && body_ok(f);
  requires now_ok(now) && \separated(s, f);
  assigns s->boot, s->seen, s->press[0 .. SEALED_PRESSES - 1], s->doubt,
    s->clock, s->from_ms;
  ensures state_ok(s);
 */
static void take_boot(struct sealed_state *s, const struct sealed_frame *f,
		      int64_t now)
{
	s->boot = f->index;
	/*
	 * Its numbers of presses begin anew, so nothing would tell copies of
	 * those before: no number below is taken any more.
	 */
	memset(s->press, 0, sizeof(s->press));
	s->seen = UINT64_MAX;
	if (f->late) {
		begin_doubt(s, f, now);
		return;
	}
	put_clock_in_doubt(s);
	s->clock.known = false;
	set_clock(&s->clock, f, now);
}

/*@
  requires \valid(s) && state_ok(s);
  assigns s->clock, s->doubt, s->from_ms;
  ensures state_ok(s);
 */
static void believe_doubt(struct sealed_state *s)
{
	struct sealed_clock was = s->clock;

	s->clock = s->doubt;
	/*@ assert clock_ok(&s->clock) && clock_ok(&was); */
	s->doubt = was;
	/*@ assert clock_ok(&s->clock) && clock_ok(&s->doubt); */
	s->from_ms = SEALED_CONFIRMED;
}

/*@
  requires \valid(s) && state_ok(s) && \valid_read(f) && body_ok(f);
  requires now_ok(now) && \separated(s, f);
  requires SEALED_MATCH_CLOCK <= f->match <= SEALED_MATCH_BOOT;
  assigns s->boot, s->seen, s->press[0 .. SEALED_PRESSES - 1], s->doubt,
    s->clock, s->from_ms;
  ensures state_ok(s);
 */
static void take_time(struct sealed_state *s, const struct sealed_frame *f,
		      int64_t now)
{
	switch (f->match) {
	case SEALED_MATCH_CLOCK:
		if (f->late)
			begin_doubt(s, f, now);
		else
			set_clock(&s->clock, f, now);
		break;
	case SEALED_MATCH_DOUBT:
		if (delay_by(&s->doubt, f, now) > SEALED_LATE_MS)
			break;
		if (f->late && is_early(&s->doubt, f, now)) {
			begin_doubt(s, f, now);
			break;
		}
		set_clock(&s->doubt, f, now);
		if (f->late)
			break;
		believe_doubt(s);
		break;
	case SEALED_MATCH_NONE:
		begin_doubt(s, f, now);
		break;
	case SEALED_MATCH_BOOT:
		take_boot(s, f, now);
		break;
	}
}

/* --------------------------------------------------------------- presses */

/*@
  requires \valid_read(f);
  assigns \nothing;
 */
static bool has_press(const struct sealed_frame *f)
{
	return f->event != ALERTE_SEALED_HEARTBEAT;
}

/* When it was sent, by the button's clock. */
/*@
  requires \valid_read(f);
  assigns \nothing;
 */
static uint32_t sent_at(const struct sealed_frame *f)
{
	return f->epoch * ALERTE_SEALED_EPOCH_S + f->second;
}

/* The same number and event, no further apart than one press goes; or -1. */
/*@
  requires \valid_read(s) && state_ok(s) && \valid_read(f);
  assigns \nothing;
  ensures -1 <= \result < SEALED_PRESSES;
 */
static int press_of(const struct sealed_state *s, const struct sealed_frame *f)
{
	uint32_t at = sent_at(f) + SEALED_PRESS_S;

	/*@
	  loop invariant 0 <= i <= SEALED_PRESSES;
	  loop assigns i;
	  loop variant SEALED_PRESSES - i;
	 */
	for (int i = 0; i < SEALED_PRESSES; i++) {
		const struct sealed_press *p = &s->press[i];

		if (p->known && p->number == f->press && p->event == f->event &&
		    at - p->at <= 2 * SEALED_PRESS_S)
			return i;
	}
	return -1;
}

/*@
  requires \valid(s) && state_ok(s) && \valid_read(f);
  requires \separated(s, f);
  assigns s->press_at, s->press[0 .. SEALED_PRESSES - 1];
  ensures state_ok(s);
 */
static void take_press(struct sealed_state *s, const struct sealed_frame *f)
{
	if (!has_press(f) || press_of(s, f) >= 0)
		return;
	s->press[s->press_at] = (struct sealed_press){
		.at = sent_at(f), .number = f->press, .event = f->event,
		.known = true,
	};
	s->press_at = (uint8_t)((s->press_at + 1) % SEALED_PRESSES);
}

/* ------------------------------------------------------------------ both */

/*@
  requires table_ok(t) && states_ok(t);
  requires \valid_read(payload + (0 .. len - 1));
  requires \valid(out) && now_ok(now);
  requires \separated(out, t, t->slots + (0 .. t->mask),
      t->buttons + (0 .. t->most - 1));
  requires \separated(&t->search, payload + (0 .. len - 1));
  assigns *out, t->search;
  ensures \result == 1 || \result == 0 || \result == ALERTE_EREFUSED ||
    \result == ALERTE_EKEY || \result == ALERTE_ENOTFOUND ||
    \result == ALERTE_EFORMAT;
 */
int sealed_open(struct sealed_table *t, const uint8_t *payload, size_t len,
		int64_t now, struct sealed_frame *out)
{
	struct sealed_frame f;
	const struct sealed_state *s;
	int r;

	if (len != ALERTE_SEALED_BYTES || !sealed_head_ok(payload[0]))
		return ALERTE_EFORMAT;

	r = find(t, payload, &f);
	if (r == ALERTE_ENOTFOUND)
		sealed_search_add(t, sealed_word_of(payload), payload);
	if (r == ALERTE_EKEY)
		out->button = f.button;
	if (r < 0)
		return r;

	s = &t->buttons[f.button].state;
	judge_time(s, now, &f);
	/* A new boot numbers its presses anew: none of it was taken. */
	f.again = has_press(&f) && f.match != SEALED_MATCH_BOOT &&
		  press_of(s, &f) >= 0;
	/*@ assert f.button < t->most && body_ok(&f) && f.delay_ms >= 0; */
	*out = f;
	return judge_seq(s, f.seq);
}

/*@
  requires \valid(s) && state_ok(s) && \valid_read(f) && body_ok(f);
  requires now_ok(now) && \separated(s, f);
  requires SEALED_MATCH_CLOCK <= f->match <= SEALED_MATCH_BOOT;
  assigns *s;
  ensures state_ok(s);
 */
static void learn(struct sealed_state *s, const struct sealed_frame *f,
		  int64_t now)
{
	bool rises = sealed_is_new(s, f->seq);

	take_seq(s, f->seq);
	/* One that others overtook says nothing of the clock as it is now. */
	if (rises)
		take_time(s, f, now);
	take_press(s, f);
}

/*@
  requires table_shape(t) && slots_ok(t) && now_ok(now);
  requires \valid_read(frame) && body_ok(frame);
  requires frame->button < t->high ==>
    state_ok(&t->buttons[frame->button].state);
  requires SEALED_MATCH_CLOCK <= frame->match <= SEALED_MATCH_BOOT;
  requires \separated(frame, t, t->slots + (0 .. t->mask),
      t->turn_ms + (0 .. t->most - 1));
  requires \separated(frame, t->buttons + (0 .. t->most - 1));
  assigns t->slots[0 .. t->mask], t->turn_ms[0 .. t->most - 1],
    t->buttons[0 .. t->most - 1];
  ensures slots_ok(t);
 */
void sealed_take(struct sealed_table *t, const struct sealed_frame *frame,
		 int64_t now)
{
	struct sealed_state *s;

	if (!sealed_table_state(t, frame->button))
		return;

	s = &t->buttons[frame->button].state;
	if (judge_seq(s, frame->seq) != 1)
		return;

	learn(s, frame, now);
	/*@ assert slots_ok(t); */
	sealed_hint(t, frame->button, false, 0, 0, now);
}

/*@
  assigns \nothing;
 */
static enum alerte_gesture gesture_of(uint8_t event)
{
	switch (event) {
	case ALERTE_SEALED_PRESS:
		return ALERTE_GESTURE_PRESS;
	case ALERTE_SEALED_DOUBLE:
		return ALERTE_GESTURE_DOUBLE;
	case ALERTE_SEALED_LONG:
		return ALERTE_GESTURE_LONG;
	case ALERTE_SEALED_CANCEL:
		return ALERTE_GESTURE_CANCEL;
	case ALERTE_SEALED_FALL:
		return ALERTE_GESTURE_FALL;
	case ALERTE_SEALED_TEST:
		return ALERTE_GESTURE_TEST;
	case ALERTE_SEALED_HEARTBEAT:
	case ALERTE_SEALED_LOW_BATTERY:
	case ALERTE_SEALED_TAMPER:
		return ALERTE_GESTURE_NONE;
	default:	/* a later button: still a finger on it */
		return ALERTE_GESTURE_UNKNOWN;
	}
}

/*@
  assigns \nothing;
  ensures -1 <= \result <= 100;
 */
static int percent_of(int mv)
{
	if (mv < 0)
		return -1;
	if (mv <= BATTERY_EMPTY_MV)
		return 0;
	if (mv >= BATTERY_FULL_MV)
		return 100;
	return (mv - BATTERY_EMPTY_MV) * 100 /
	       (BATTERY_FULL_MV - BATTERY_EMPTY_MV);
}

/*@
  requires \valid_read(frame) && frame->position <= 15 && \valid(out);
  requires \separated(frame, out);
  assigns *out;
  ensures (\result == 0 || \result == 1) && \result == out->npresses;
  ensures \result == 1 ==> out->press[0].gesture != ALERTE_GESTURE_NONE &&
    1 <= out->press[0].button <= 16;
  ensures -1 <= out->battery_percent <= 100;
  ensures out->size == \old(out->size);
  ensures out->trust == ALERTE_TRUST_STRONG <==> !frame->late;
 */
int sealed_tell(const struct sealed_frame *frame, struct alerte_frame *out)
{
	enum alerte_gesture gesture = gesture_of(frame->event);
	uint32_t size = out->size;

	*out = (struct alerte_frame){
		.size = size, .format = SEALED_NAME,
		.trust = frame->late ? ALERTE_TRUST_WEAK : ALERTE_TRUST_STRONG,
		.encrypted = true, .has_counter = true, .counter = frame->seq,
		.counter_bits = 32,
		.battery_percent = percent_of(frame->battery_mv),
	};
	if (gesture == ALERTE_GESTURE_NONE)
		return 0;

	out->npresses = 1;
	out->press[0].button = (uint8_t)(frame->position + 1);
	out->press[0].gesture = gesture;
	return 1;
}
