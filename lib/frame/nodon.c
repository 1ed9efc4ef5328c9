/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NodOn's NIU button, service data under the UUID 0x0000, which is nobody's:
 * what is not of its length is a stranger's.
 *
 *   ?   colour  battery  ?  gesture
 *   10  2       1        2  1
 *
 * colour has its high byte first, and tells which of the six it is.
 */
#include "frame/ad.h"
#include "frame/plain.h"

#define UUID 0x0000
#define FRAME_BYTES 16
#define COLOUR_AT 10
#define BATTERY_AT 12
#define BATTERY 0x7f
#define GESTURE_AT 15

/* Four and five presses have no word: still a finger on the button. */
static enum alerte_gesture gesture_of(uint8_t code)
{
	switch (code) {
	case 0:
		return ALERTE_GESTURE_NONE;
	case 1:
		return ALERTE_GESTURE_PRESS;
	case 2:
		return ALERTE_GESTURE_DOUBLE;
	case 3:
		return ALERTE_GESTURE_LONG;
	case 4:		/* let go, after a long one */
		return ALERTE_GESTURE_NONE;
	case 5:
		return ALERTE_GESTURE_TRIPLE;
	default:
		return ALERTE_GESTURE_UNKNOWN;
	}
}

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *d = in->data;
	enum alerte_gesture gesture;

	if (in->len != FRAME_BYTES || d[COLOUR_AT])
		return ALERTE_ENOTFOUND;

	gesture = gesture_of(d[GESTURE_AT]);
	plain_battery(out, d[BATTERY_AT] & BATTERY);
	if (gesture != ALERTE_GESTURE_NONE)
		plain_press(out, 1, gesture);
	return plain_result(in, out);
}

const struct frame_format nodon_format = {
	.name = "nodon",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID },
	.decode = decode,
};
