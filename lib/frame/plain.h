/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_PLAIN_H
#define FRAME_PLAIN_H

#include "frame/format.h"

/*
 * What the formats share that authenticate nothing: anybody can send them, so
 * trust stays none, and a button that has a key does not speak them.
 */
static inline void plain_press(struct alerte_frame *out, uint8_t button,
			       enum alerte_gesture gesture)
{
	if (out->npresses < ALERTE_PRESS_MAX)
		out->press[out->npresses++] = (struct alerte_press){
			.button = button, .gesture = gesture
		};
}

static inline void plain_packet(struct alerte_frame *out, uint32_t id)
{
	out->has_packet_id = true;
	out->packet_id = id;
}

static inline void plain_battery(struct alerte_frame *out, uint8_t percent)
{
	if (percent <= 100)
		out->battery_percent = percent;
}

static inline int plain_result(const struct frame_input *in,
			       const struct alerte_frame *out)
{
	return in->has_key ? ALERTE_EREFUSED : (int)out->npresses;
}

#endif
