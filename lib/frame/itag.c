/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The iTag family of finders: 01 by characteristic FFE1 of service FFE0, once
 * a click.  Their advertisements are the same pressed or not.
 */
#include "frame/notification.h"

static enum alerte_gesture gesture(uint8_t code)
{
	switch (code) {
	case 0:
		return ALERTE_GESTURE_NONE;
	case 1:
		return ALERTE_GESTURE_PRESS;
	default:
		return ALERTE_GESTURE_UNKNOWN;
	}
}

const struct notification_family itag_family = {
	.name = "itag",
	.uuid = 0xffe1,
	.gesture = gesture,
};
