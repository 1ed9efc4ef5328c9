/* SPDX-License-Identifier: Apache-2.0 */
#include "radio/radio.h"

#include <string.h>

static const struct radio_driver *const drivers[] = {
	&radio_mgmt,
	&radio_bluez,
	&radio_replay
};

const struct radio_driver *radio_driver_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(drivers) / sizeof(*drivers); i++)
		if (!strcmp(drivers[i]->name, name))
			return drivers[i];

	return NULL;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}

static int byte_parse(const char *text)
{
	int high = nibble(text[0]), low;

	if (high < 0)
		return -1;

	low = nibble(text[1]);
	return low < 0 ? -1 : high << 4 | low;
}

bool radio_address_parse(const char *text, uint8_t out[6])
{
	uint8_t address[6];
	int i, b;

	if (strlen(text) != 17)
		return false;

	for (i = 0; i < 6; i++) {
		b = byte_parse(text + 3 * i);
		if (b < 0 || (i < 5 && text[3 * i + 2] != ':'))
			return false;
		address[i] = (uint8_t)b;
	}

	memcpy(out, address, sizeof(address));
	return true;
}

int radio_hex_parse(const char *text, uint8_t *out, size_t cap)
{
	size_t n = 0;
	int b;

	for (; *text; text += 2) {
		b = byte_parse(text);
		if (b < 0 || n >= cap)
			return -1;
		out[n++] = (uint8_t)b;
	}

	return (int)n;
}
