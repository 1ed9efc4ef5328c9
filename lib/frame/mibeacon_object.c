/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the objects of a MiBeacon frame mean.  Xiaomi numbers presses anew for
 * each family of products: what is known of one is pinned to its product id,
 * and a product not in the table is read in the most common way, since a
 * button nobody has described yet is still a button.
 */
#include "frame/mibeacon.h"
#include "frame/plain.h"
#include "port/bytes.h"

#define OBJECT_HEAD 3

enum object {
	BUTTON = 0x1001,
	BATTERY = 0x100a, BATTERY_48 = 0x4803, BATTERY_4C = 0x4c03,
	BATTERY_50 = 0x5003, BATTERY_54 = 0x5403,
	BODY = 0x2000,		/* two temperatures, then the battery */
	SENSOR_BUTTON = 0x4a13	/* the one on a door or motion sensor */
};

/* press, double, long: the low byte 0C, 0D, 0E in each of three families. */
#define KEY_PRESS 0x0c

/* How products differ. */
enum kind {
	OTHER,
	WALL,			/* long and double change places */
	WALL_TWO, WALL_THREE,	/* also: several buttons in one value */
	PAIR,			/* 1 left, 2 right, 3 both */
	FROM_ZERO,		/* 0 left, 1 right */
	BY_VALUE,		/* one button, its value is the gesture */
	NO_BUTTON		/* thermometers and plants */
};

static const struct product {
	uint16_t id;
	uint8_t kind;
} products[] = {
	{ 0x1568, WALL },		/* K9B, one button */
	{ 0x1569, WALL_TWO },		/* K9B, two */
	{ 0x0dfd, WALL_THREE },		/* K9B, three */
	{ 0x1949, PAIR },		/* XMWXKG01YL */
	{ 0x5968, FROM_ZERO },		/* XMWS01XS */
	{ 0x1c10, BY_VALUE },		/* K9BB, one button */
	{ 0x0098, NO_BUTTON },		/* HHCCJCY01 */
	{ 0x015d, NO_BUTTON },		/* HHCCPOT002 */
	{ 0x01aa, NO_BUTTON },		/* LYWSDCGQ */
	{ 0x02df, NO_BUTTON },		/* JQJCY01YM */
	{ 0x0347, NO_BUTTON },		/* CGG1 */
	{ 0x0387, NO_BUTTON },		/* MHO-C401 */
	{ 0x03bc, NO_BUTTON },		/* GCLS002 */
	{ 0x045b, NO_BUTTON },		/* LYWSD02 */
	{ 0x055b, NO_BUTTON },		/* LYWSD03MMC */
	{ 0x066f, NO_BUTTON },		/* CGDK2 */
	{ 0x06d3, NO_BUTTON },		/* MHO-C303 */
	{ 0x0b48, NO_BUTTON },		/* CGG1, encrypted */
	{ 0x1203, NO_BUTTON },		/* XMWSDJ04MMC */
	{ 0x16e4, NO_BUTTON },		/* LYWSD02MMC */
	{ 0x2542, NO_BUTTON },		/* LYWSD02MMC */
	{ 0x2832, NO_BUTTON },		/* MJWSD05MMC */
	{ 0x55b5, NO_BUTTON },		/* MJWSD06MMC */
	{ 0x5bea, NO_BUTTON },		/* MJWSD06MMC */
};

/*@
  assigns \nothing;
 */
static enum kind kind_of(uint16_t product)
{
	/*@
	  loop invariant 0 <= i <= sizeof(products) / sizeof(products[0]);
	  loop assigns i;
	  loop variant sizeof(products) / sizeof(products[0]) - i;
	 */
	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++)
		if (products[i].id == product)
			return (enum kind)products[i].kind;
	return OTHER;
}

/*@
  requires objects_ok(r);
  assigns r->over, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1];
  ensures objects_ok(r);
 */
static void press(struct mibeacon_reader *r, uint8_t button,
		  enum alerte_gesture gesture)
{
	if (gesture == ALERTE_GESTURE_NONE)
		return;
	if (r->out->npresses == ALERTE_PRESS_MAX)
		r->over = true;
	plain_press(r->out, button, gesture);
}

/* Bit 0 for button 1, and so on. */
/*@
  requires objects_ok(r);
  assigns r->over, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1];
  ensures objects_ok(r);
 */
static void press_mask(struct mibeacon_reader *r, uint8_t mask,
		       enum alerte_gesture gesture)
{
	/*@
	  loop invariant 0 <= i <= 3 && objects_ok(r);
	  loop assigns i, r->over, r->out->npresses,
	    r->out->press[0 .. ALERTE_PRESS_MAX - 1];
	  loop variant 3 - i;
	 */
	for (uint8_t i = 0; i < 3; i++)
		if (mask >> i & 1)
			press(r, i + 1, gesture);
}

/*@
  assigns \nothing;
 */
static enum alerte_gesture gesture_of(uint8_t code, bool wall)
{
	switch (code) {
	case 0:
	case 5:
		return ALERTE_GESTURE_PRESS;
	case 1:
		return wall ? ALERTE_GESTURE_LONG : ALERTE_GESTURE_DOUBLE;
	case 2:
		return wall ? ALERTE_GESTURE_DOUBLE : ALERTE_GESTURE_LONG;
	case 3:		/* a dimmer */
	case 4:
		return ALERTE_GESTURE_NONE;
	case 6:
		return ALERTE_GESTURE_LONG;
	default:
		return ALERTE_GESTURE_UNKNOWN;
	}
}

/* Object 0x1001: button from 0, a value, gesture. */
/*@
  requires objects_ok(r) && \valid_read(value + (0 .. 2));
  assigns r->over, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1];
  ensures objects_ok(r);
 */
static void take_button(struct mibeacon_reader *r, enum kind kind,
			const uint8_t *value)
{
	/* left, middle, right; then left and middle ..., all of them */
	static const uint8_t masks[] = { 1, 2, 4, 3, 6, 5, 7 };
	bool wall = kind == WALL || kind == WALL_TWO || kind == WALL_THREE;
	enum alerte_gesture gesture = gesture_of(value[2], wall);
	uint8_t n = value[0];

	if (kind == WALL_TWO && n == 2)
		press_mask(r, 3, gesture);
	else if (kind == WALL_THREE && n < sizeof(masks))
		press_mask(r, masks[n], gesture);
	else
		press(r, n < UINT8_MAX ? n + 1 : n, gesture);
}

/*@
  assigns \nothing;
  ensures \result != ALERTE_GESTURE_NONE;
 */
static enum alerte_gesture by_value(uint8_t value)
{
	switch (value) {
	case 1:
		return ALERTE_GESTURE_PRESS;
	case 8:
		return ALERTE_GESTURE_LONG;
	case 15:
		return ALERTE_GESTURE_DOUBLE;
	default:
		return ALERTE_GESTURE_UNKNOWN;
	}
}

/* Value 0, where there is one at all: the button, which counts from 1. */
/*@
  requires objects_ok(r) && \valid_read(value + (0 .. len - 1));
  requires KEY_PRESS <= low <= KEY_PRESS + 2;
  assigns r->over, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1];
  ensures objects_ok(r);
 */
static void take_key(struct mibeacon_reader *r, enum kind kind, uint8_t low,
		     const uint8_t *value, size_t len)
{
	static const enum alerte_gesture gestures[] = {
		ALERTE_GESTURE_PRESS, ALERTE_GESTURE_DOUBLE, ALERTE_GESTURE_LONG
	};
	enum alerte_gesture gesture = gestures[low - KEY_PRESS];
	uint8_t n = len ? value[0] : 0;

	if (kind == BY_VALUE && len)
		press(r, 1, by_value(n));
	else if (kind == PAIR && n == 3)
		press_mask(r, 3, gesture);
	else if (kind == FROM_ZERO && n < UINT8_MAX)
		press(r, n + 1, gesture);
	else
		press(r, n ? n : 1, gesture);
}

/*@
  assigns \nothing;
  ensures \result == 0 || \result == 1;
  ensures \result ==> KEY_PRESS <= (uint8_t)type <= KEY_PRESS + 2;
 */
static bool is_key(uint16_t type)
{
	uint8_t high = type >> 8, low = (uint8_t)type;

	return (high == 0x4a || high == 0x4e || high == 0x56) &&
	       low >= KEY_PRESS && low <= KEY_PRESS + 2;
}

/*@
  requires objects_ok(r) && \valid_read(value + (0 .. len - 1));
  assigns r->over, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1], r->out->battery_percent;
  ensures objects_ok(r);
 */
static void take_object(struct mibeacon_reader *r, uint16_t type,
			const uint8_t *value, size_t len)
{
	enum kind kind = kind_of(r->product);

	if (is_key(type) && kind != NO_BUTTON)
		take_key(r, kind, (uint8_t)type, value, len);

	switch (type) {
	case BUTTON:
		if (len >= 3 && kind != NO_BUTTON)
			take_button(r, kind, value);
		break;
	case SENSOR_BUTTON:
		if (len && value[0] == 1 && kind != NO_BUTTON)
			press(r, 1, ALERTE_GESTURE_PRESS);
		break;
	case BATTERY:
	case BATTERY_48:
	case BATTERY_4C:
	case BATTERY_50:
	case BATTERY_54:
		if (len)
			plain_battery(r->out, value[0]);
		break;
	case BODY:
		if (len == 5)
			plain_battery(r->out, value[4]);
		break;
	default:
		break;
	}
}

void mibeacon_objects(struct mibeacon_reader *r, const uint8_t *at,
		      const uint8_t *end)
{
	/*@
	  loop invariant readable(at, end) && objects_ok(r);
	  loop assigns at, r->over, r->malformed, r->out->npresses,
	    r->out->press[0 .. ALERTE_PRESS_MAX - 1],
	    r->out->battery_percent;
	  loop variant end - at;
	 */
	while (at < end) {
		uint8_t n = end - at < OBJECT_HEAD ? 0 : at[2];

		if (end - at < OBJECT_HEAD + n) {
			r->malformed = true;
			return;
		}
		take_object(r, le16(at), at + OBJECT_HEAD, n);
		at += OBJECT_HEAD + n;
	}
}
