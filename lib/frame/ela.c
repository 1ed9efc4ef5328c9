/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELA Innovation's Blue PUCK and Blue COIN: manufacturer data, company 0x0757.
 *
 *   type  value ...  type  value ...
 *
 * The low half of a type is the size of its value.  A contact is a u16: bit 0
 * its state, bits 1 to 15 how often it closed.  It is told over and over,
 * pressed or not, so that one frame alone says nothing about *when*: see
 * counts in struct alerte_frame.
 */
#include "frame/ad.h"
#include "frame/plain.h"
#include "port/bytes.h"

#define COMPANY 0x0757
#define SIZE 0x0f

enum type {
	TYPE_MAGNET = 0x32, TYPE_INPUT = 0x62, TYPE_TOUCH = 0xb2,
	TYPE_BATTERY = 0xf1
};

/* Motion (42, 92) counts alike, but nobody means it. */
static void take_contact(struct alerte_frame *out, uint16_t value)
{
	if (out->counts != ALERTE_GESTURE_NONE)
		return;
	out->counts = ALERTE_GESTURE_PRESS;
	plain_packet(out, value >> 1);
	if (value & 1)
		plain_press(out, 1, ALERTE_GESTURE_PRESS);
}

static void take(struct alerte_frame *out, uint8_t type, const uint8_t *value)
{
	switch (type) {
	case TYPE_MAGNET:
	case TYPE_INPUT:
	case TYPE_TOUCH:
		take_contact(out, le16(value));
		break;
	case TYPE_BATTERY:
		plain_battery(out, value[0]);
		break;
	}
}

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *at = in->data, *end = at + in->len;

	if (at == end)
		return ALERTE_EFORMAT;
	while (at < end) {
		uint8_t type = *at++;
		size_t n = type & SIZE;

		/* What stands before a cut value was said in full. */
		if (n > (size_t)(end - at))
			return out->has_packet_id ? plain_result(in, out)
						  : ALERTE_EFORMAT;
		take(out, type, at);
		at += n;
	}
	return plain_result(in, out);
}

const struct frame_format ela_format = {
	.name = "ela",
	.type = AD_MANUFACTURER,
	.ids = { COMPANY, COMPANY },
	.packet_bits = 15,
	.decode = decode,
};
