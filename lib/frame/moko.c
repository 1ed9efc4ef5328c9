/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MOKO's MK Button and BXP-B: service data UUID 0xFEE0, and 0xEA00 in the
 * answer to a scan.
 *
 *   type  status  count  device id ...
 *   1     1       2      3 to 6
 *
 * Each kind of press is a slot of its own with its own count (its high byte
 * first).  status bit 1 is set while the slot is triggered, which lasts for
 * as long as it is advertised: 10 to 30 s.  0xEA00: the battery at 13 and 14,
 * a percentage up to 100, else millivolts.
 *
 * 0xFEE0 is not MOKO's alone: what has no type of theirs is a stranger's.
 */
#include "frame/ad.h"
#include "frame/plain.h"

#define UUID 0xfee0
#define UUID_INFO 0xea00
#define STATUS_TRIGGERED 0x02
#define TYPE 0x20

static const enum alerte_gesture gestures[] = {
	ALERTE_GESTURE_PRESS, ALERTE_GESTURE_DOUBLE, ALERTE_GESTURE_LONG,
	ALERTE_GESTURE_INACTIVITY
};

static int decode_info(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *d = in->data;

	if (in->len < 15)
		return ALERTE_EFORMAT;
	if (!d[13])
		plain_battery(out, d[14]);
	return plain_result(in, out);
}

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *d = in->data;
	size_t kind;

	if (in->id == UUID_INFO)
		return decode_info(in, out);
	if (!in->len)
		return ALERTE_EFORMAT;
	kind = (size_t)d[0] - TYPE;
	if (d[0] < TYPE || kind >= sizeof(gestures) / sizeof(gestures[0]))
		return ALERTE_ENOTFOUND;
	if (in->len < 4)
		return ALERTE_EFORMAT;

	plain_packet(out, (uint32_t)d[2] << 8 | d[3]);
	if (d[1] & STATUS_TRIGGERED)
		plain_press(out, 1, gestures[kind]);
	return plain_result(in, out);
}

const struct frame_format moko_format = {
	.name = "moko",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID_INFO },
	.packet_bits = 16,
	.decode = decode,
};
