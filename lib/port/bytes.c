/* SPDX-License-Identifier: Apache-2.0 */
#include "port/bytes.h"

#include <string.h>

#include <alerte/error.h>

void hex_encode(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int hex_decode(const char *text, const char *skip, uint8_t *out, size_t cap)
{
	size_t n = 0;

	while (*text) {
		int high, low;

		if (skip && strchr(skip, *text)) {
			text++;
			continue;
		}
		high = digit_value(text[0]);
		low = high < 0 ? -1 : digit_value(text[1]);
		if (low < 0)
			return ALERTE_EFORMAT;
		if (n == cap)
			return ALERTE_ELIMIT;
		out[n++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return (int)n;
}
