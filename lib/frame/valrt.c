/* SPDX-License-Identifier: Apache-2.0 */
/*
 * V.ALRT and V.BTTN of VSN Mobil: one byte by characteristic fff4 of service
 * fffffff0-00f7-4000-b000-000000000000.
 *
 * Whoever connects has 30 s to write 80 BE F5 AC FF to fff5, the same for
 * every one of them, and chooses in fff2 what is told (0F: all).
 */
#include "frame/notification.h"

static enum alerte_gesture gesture(uint8_t code)
{
	switch (code) {
	case 0:		/* let go */
		return ALERTE_GESTURE_NONE;
	case 1:
		return ALERTE_GESTURE_PRESS;
	case 3:
		return ALERTE_GESTURE_LONG;
	case 4:
	case 5:		/* a blow */
		return ALERTE_GESTURE_FALL;
	default:
		return ALERTE_GESTURE_UNKNOWN;
	}
}

const struct notification_family valrt_family = {
	.name = "valrt",
	.uuid = 0xfff4,
	.gesture = gesture,
};
