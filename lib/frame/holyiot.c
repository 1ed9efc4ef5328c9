/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HolyIOT: service data, UUID 0x5242.
 *
 *   41  battery  address  06 06  type  value ...
 *   1   1        6        2      1     1
 *
 * Type 6 is the button, value 1 pressed; the others are sensors.
 */
#include "frame/ad.h"
#include "frame/plain.h"

#define UUID 0x5242
#define TYPE_BUTTON 6
#define PRESSED 1

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *d = in->data;

	if (in->len < 12)
		return ALERTE_EFORMAT;
	plain_battery(out, d[1]);
	if (d[10] == TYPE_BUTTON && d[11] == PRESSED)
		plain_press(out, 1, ALERTE_GESTURE_PRESS);
	return plain_result(in, out);
}

const struct frame_format holyiot_format = {
	.name = "holyiot",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID },
	.decode = decode,
};
