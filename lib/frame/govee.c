/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Govee's buttons H5122, H5125 and H5126, and the button of the pressure
 * sensor H5130: manufacturer data, company 0xEF88.
 *
 *   id  time  ciphertext  CRC
 *   2   4     16          2, its high byte first
 *
 * AES with its key in the frame (time, then zeros; all of it reversed) hides
 * the content and proves nothing.  Inside, of what is known:
 *
 *   ?  ?  model  ?  battery  button ...
 *
 * Sensors that nobody presses send the same frame.
 */
#include <string.h>

#include "crypto/aes.h"
#include "frame/ad.h"
#include "frame/plain.h"

#define COMPANY 0xef88
#define FRAME_BYTES 24
#define TIME_AT 2
#define TIME_BYTES 4
#define TEXT_AT (TIME_AT + TIME_BYTES)
#define CRC_AT (TEXT_AT + AES_BYTES)

enum model {
	ONE_BUTTON = 8, SIX_BUTTONS = 10, TWO_BUTTONS = 11, PRESSURE = 13
};

#define PRESSURE_BUTTON 16

/* CRC-16, polynomial 0x1021, high bit first. */
static uint16_t crc(const uint8_t *at, size_t len)
{
	uint32_t crc = 0x1d0f;

	while (len--) {
		crc ^= (uint32_t)*at++ << 8;
		for (int i = 0; i < 8; i++)
			crc = crc << 1 ^ (crc & 0x8000 ? 0x11021 : 0);
	}
	return (uint16_t)crc;
}

static void reverse(const uint8_t *from, uint8_t *to, size_t len)
{
	for (size_t i = 0; i < len; i++)
		to[i] = from[len - 1 - i];
}

static int open_text(const uint8_t *d, uint8_t *plain)
{
	uint8_t key[AES_BYTES] = { 0 }, in[AES_BYTES], out[AES_BYTES];
	int r;

	reverse(d + TIME_AT, key + AES_BYTES - TIME_BYTES, TIME_BYTES);
	reverse(d + TEXT_AT, in, AES_BYTES);
	r = aes_decrypt(key, in, out);
	if (r == 0)
		reverse(out, plain, AES_BYTES);
	return r;
}

static void take(struct alerte_frame *out, const uint8_t *plain)
{
	uint8_t button = plain[5];

	plain_battery(out, plain[4]);
	switch (plain[2]) {
	case ONE_BUTTON:
	case SIX_BUTTONS:
	case TWO_BUTTONS:
		plain_press(out, button < UINT8_MAX ? button + 1 : button,
			    ALERTE_GESTURE_PRESS);
		break;
	case PRESSURE:
		if (button == PRESSURE_BUTTON)
			plain_press(out, 1, ALERTE_GESTURE_PRESS);
		break;
	default:
		break;
	}
}

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *d = in->data;
	uint8_t plain[AES_BYTES];
	int r;

	if (in->len < FRAME_BYTES ||
	    crc(d + TEXT_AT, AES_BYTES) != (d[CRC_AT] << 8 | d[CRC_AT + 1]))
		return ALERTE_EFORMAT;

	r = open_text(d, plain);
	if (r < 0)
		return r;

	plain_packet(out, (uint32_t)d[2] << 24 | (uint32_t)d[3] << 16 |
			  (uint32_t)d[4] << 8 | d[5]);
	take(out, plain);
	return plain_result(in, out);
}

const struct frame_format govee_format = {
	.name = "govee",
	.type = AD_MANUFACTURER,
	.ids = { COMPANY, COMPANY },
	.packet_bits = 32,
	.decode = decode,
};
