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
 * All of them send from the address 66:55:44:33:22:11, so that an enrolled
 * one cannot be told from a neighbour's by its address.
 */
#include <string.h>

#include "frame/ad.h"
#include "frame/plain.h"

#define ID 0xffff
#define SEED_AT 13
#define HIDDEN_AT 14
#define HIDDEN_BYTES 10

static const uint8_t magic[] = { 0xee, 0x1b, 0xc8, 0x78, 0xf6, 0x4a };
static const uint8_t table[HIDDEN_BYTES] = {
	0x0f, 0x39, 0xbe, 0x5f, 0x27, 0x05, 0xbe, 0xf9, 0x66, 0xb5
};

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

	if (in->len < sizeof(magic) || memcmp(d, magic, sizeof(magic)) != 0)
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

const struct frame_format sonoff_format = {
	.name = "sonoff",
	.type = AD_UUIDS32,
	.ids = { ID, ID },
	.decode = decode,
};
