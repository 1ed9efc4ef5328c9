/* SPDX-License-Identifier: Apache-2.0 */
/*
 * V.ALRT, V.BTTN (VSN Mobil), service fffffff0-00f7-4000-b000-000000000000:
 *
 *   fff2  what it tells: 1 press, 2 long, 4 fall, 8 blow
 *   fff3  01 received: it lights; 00: dark
 *   fff4  it tells
 *   fff5  its key, the same for every one, within 30 s of connecting
 *
 * iTag: FFE1 of service FFE0 tells; Alert Level of Immediate Alert makes it
 * ring until it is told 0, and has no light apart from that.  Alert Level of
 * Link Loss is set to 0: it must not ring by itself when she walks away.
 */
#include <string.h>
#include <strings.h>

#include "radio/gatt_inside.h"

static const struct gatt_family families[] = {
	{
		.name = "valrt",
		.press = 0xfff4,
		.key = 0xfff5,
		.key_bytes = { 0x80, 0xbe, 0xf5, 0xac, 0xff },
		.choice = 0xfff2,
		.choice_byte = 0x0f,
		.show = 0xfff3,
		.least = GATT_CONFIRM_LIGHT,
	},
	{
		.name = "itag",
		.press = 0xffe1,
		.show = UUID_ALERT_LEVEL,
		.show_service = UUID_IMMEDIATE_ALERT,
		.least = GATT_CONFIRM_BUZZER,
	},
};

const struct gatt_family *gatt_family_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (!strcmp(families[i].name, name))
			return &families[i];

	return NULL;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;

	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

uint16_t gatt_uuid(const char *text)
{
	uint16_t uuid = 0;
	int i, d;

	if (strlen(text) != 36)
		return 0;

	for (i = 4; i < 8; i++) {
		d = digit(text[i]);
		if (d < 0)
			return 0;
		uuid = (uint16_t)(uuid << 4 | d);
	}

	if ((!strncmp(text, "0000", 4) &&
	     !strcasecmp(text + 8, "-0000-1000-8000-00805f9b34fb")) ||
	    (!strncasecmp(text, "ffff", 4) &&
	     !strcasecmp(text + 8, "-00f7-4000-b000-000000000000")))
		return uuid;

	return 0;
}
