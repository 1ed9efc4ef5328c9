/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sonoff's remotes R5 and S-MATE, in what should be a list of 32-bit UUIDs.
 *
 *   FF FF EE 1B C8 78 F6 4A  model  ?  sequence  device  seed  hidden
 *                            1      1  1         4       1     10
 *
 * hidden, each byte an exclusive or with seed and a table:
 *
 *   0  button  gesture  count                 0  CRC
 *                       4, high byte first       2, how is not known
 *
 * All of them send from the address 66:55:44:33:22:11: one is told from a
 * neighbour's by its device, and enrolled under 00:00 and those four bytes.
 */
#include <string.h>

#include "frame/ad.h"
#include "frame/plain.h"
#include "port/bytes.h"

#define ID 0xffff
#define DEVICE_AT 9
#define DEVICE_BYTES 4
#define SEED_AT 13
#define HIDDEN_AT 14
#define HIDDEN_BYTES 10

static const uint8_t magic[] = { 0xee, 0x1b, 0xc8, 0x78, 0xf6, 0x4a };
static const uint8_t table[HIDDEN_BYTES] = {
	0x0f, 0x39, 0xbe, 0x5f, 0x27, 0x05, 0xbe, 0xf9, 0x66, 0xb5
};

static bool is_ours(const uint8_t *d, size_t len)
{
	return len >= sizeof(magic) && memcmp(d, magic, sizeof(magic)) == 0;
}

static enum alerte_gesture gesture_of(uint8_t code)
{
	switch (code) {
	case 0:
		return ALERTE_GESTURE_PRESS;
	case 1:
		return ALERTE_GESTURE_DOUBLE;
	case 2:
		return ALERTE_GESTURE_LONG;
	default:
		return ALERTE_GESTURE_UNKNOWN;
	}
}

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *d = in->data;
	uint8_t plain[HIDDEN_BYTES];

	if (!is_ours(d, in->len))
		return ALERTE_ENOTFOUND;
	if (in->len < HIDDEN_AT + HIDDEN_BYTES)
		return ALERTE_EFORMAT;

	for (int i = 0; i < HIDDEN_BYTES; i++)
		plain[i] = d[HIDDEN_AT + i] ^ d[SEED_AT] ^ table[i];
	plain_packet(out, (uint32_t)plain[3] << 24 | (uint32_t)plain[4] << 16 |
			  (uint32_t)plain[5] << 8 | plain[6]);
	plain_press(out, plain[1] < UINT8_MAX ? plain[1] + 1 : plain[1],
		    gesture_of(plain[2]));
	return plain_result(in, out);
}

bool frame_own_address(const uint8_t *address, const uint8_t *data, size_t len,
		       uint8_t own[6])
{
	static const uint8_t shared[] = { 0x66, 0x55, 0x44, 0x33, 0x22, 0x11 };
	const uint8_t *at = data;
	struct ad ad;

	if (!len || memcmp(address, shared, sizeof(shared)) != 0)
		return false;

	while (ad_next(&at, data + len, &ad)) {
		if (ad.type != AD_UUIDS32 || ad.cut ||
		    ad.len < 2 + HIDDEN_AT || le16(ad.data) != ID ||
		    !is_ours(ad.data + 2, ad.len - 2))
			continue;

		own[0] = own[1] = 0;
		memcpy(own + 2, ad.data + 2 + DEVICE_AT, DEVICE_BYTES);
		return true;
	}
	return false;
}

const struct frame_format sonoff_format = {
	.name = "sonoff",
	.type = AD_UUIDS32,
	.ids = { ID, ID },
	.packet_bits = 32,
	.decode = decode,
};
