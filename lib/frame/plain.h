/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_PLAIN_H
#define FRAME_PLAIN_H

#include "frame/format.h"

/*
 * What the formats share that authenticate nothing: anybody can send them, so
 * trust stays none, and a button that has a key does not speak them.
 */
/*@
  requires frame_ok(out) && gesture != ALERTE_GESTURE_NONE;
  assigns out->npresses, out->press[0 .. ALERTE_PRESS_MAX - 1];
  ensures frame_ok(out) && \old(out->npresses) <= out->npresses;
 */
static inline void plain_press(struct alerte_frame *out, uint8_t button,
			       enum alerte_gesture gesture)
{
	if (out->npresses < ALERTE_PRESS_MAX)
		out->press[out->npresses++] = (struct alerte_press){
			.button = button, .gesture = gesture
		};
}

/*@
  requires frame_ok(out);
  assigns out->has_packet_id, out->packet_id;
  ensures frame_ok(out) && out->has_packet_id;
 */
static inline void plain_packet(struct alerte_frame *out, uint32_t id)
{
	out->has_packet_id = true;
	out->packet_id = id;
}

/*@
  requires frame_ok(out);
  assigns out->battery_percent;
  ensures frame_ok(out);
 */
static inline void plain_battery(struct alerte_frame *out, uint8_t percent)
{
	if (percent <= 100)
		out->battery_percent = percent;
}

/*@
  requires \valid_read(in) && frame_ok(out);
  requires in->has_key == 0 || in->has_key == 1;
  assigns \nothing;
  ensures \result == (in->has_key ? ALERTE_EREFUSED : out->npresses);
 */
static inline int plain_result(const struct frame_input *in,
			       const struct alerte_frame *out)
{
	return in->has_key ? ALERTE_EREFUSED : (int)out->npresses;
}

#endif
