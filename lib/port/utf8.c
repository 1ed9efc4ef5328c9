/* SPDX-License-Identifier: Apache-2.0 */
#include "port/utf8.h"

/* Bytes of the sequence a lead byte opens; 0 when it opens none. */
static int sequence_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

int32_t utf8_next(const char **at, const char *end)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	static const uint8_t lead_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const uint8_t *p = (const uint8_t *)*at;
	int n = sequence_length(*p);
	int32_t point;

	if (!n || end - *at < n)
		goto bad;
	point = *p & lead_bits[n];
	for (int i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			goto bad;
		point = point << 6 | (p[i] & 0x3f);
	}
	if (point < least[n] || point > 0x10ffff ||
	    (point >= 0xd800 && point <= 0xdfff))
		goto bad;
	*at += n;
	return point;
bad:
	*at += 1;
	return -1;
}

size_t utf8_put(int32_t point, char out[4])
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

bool utf8_valid(const char *text, size_t len)
{
	const char *at = text, *end = text + len;

	while (at < end)
		if (utf8_next(&at, end) <= 0)
			return false;
	return true;
}

size_t utf8_clip(const char *text, size_t len, size_t cap)
{
	if (len <= cap)
		return len;
	while (cap && ((uint8_t)text[cap] & 0xc0) == 0x80)
		cap--;
	return cap;
}
