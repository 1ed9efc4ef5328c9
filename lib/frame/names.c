/* SPDX-License-Identifier: Apache-2.0 */
#include <alerte/frame.h>

const char *alerte_gesture_name(enum alerte_gesture gesture)
{
	switch (gesture) {
	case ALERTE_GESTURE_NONE:
		return "none";
	case ALERTE_GESTURE_PRESS:
		return "press";
	case ALERTE_GESTURE_DOUBLE:
		return "double";
	case ALERTE_GESTURE_TRIPLE:
		return "triple";
	case ALERTE_GESTURE_LONG:
		return "long";
	case ALERTE_GESTURE_LONG_DOUBLE:
		return "long-double";
	case ALERTE_GESTURE_LONG_TRIPLE:
		return "long-triple";
	case ALERTE_GESTURE_HOLD:
		return "hold";
	case ALERTE_GESTURE_FALL:
		return "fall";
	case ALERTE_GESTURE_INACTIVITY:
		return "inactivity";
	case ALERTE_GESTURE_CANCEL:
		return "cancel";
	case ALERTE_GESTURE_TEST:
		return "test";
	case ALERTE_GESTURE_UNKNOWN:
		return "unknown";
	}
	return "unknown";
}

const char *alerte_trust_name(enum alerte_trust trust)
{
	switch (trust) {
	case ALERTE_TRUST_NONE:
		return "none";
	case ALERTE_TRUST_WEAK:
		return "weak";
	case ALERTE_TRUST_STRONG:
		return "strong";
	}
	return "none";
}
