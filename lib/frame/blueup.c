/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BlueUp's SafeX, Tag and Badge: one byte of service data, UUID 0x8800.
 *
 * Bit 7: the alarm is on, in every advertisement until it is taken back.  Bit
 * 6 only says that this model has one.  The battery is told in a structure of
 * its own, UUID 0x180F.
 */
#include "frame/ad.h"
#include "frame/plain.h"

#define UUID 0x8800
#define FLAG_ALARM 0x80

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	if (!in->len)
		return ALERTE_EFORMAT;
	if (in->data[0] & FLAG_ALARM)
		plain_press(out, 1, ALERTE_GESTURE_PRESS);
	return plain_result(in, out);
}

const struct frame_format blueup_format = {
	.name = "blueup",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID },
	.decode = decode,
};
