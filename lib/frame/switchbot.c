/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SwitchBot's contact sensor, which has a button: service data UUID 0xFD3D,
 * and 0x0D00 of older firmware.
 *
 *   'd'  state  battery  contact  ...  entries and presses
 *   1    1      1        1        4    1
 *
 * The low half of the last byte counts presses, 1 to 15 and from 1 again; 0
 * before the first.  It is told over and over: see counts in struct
 * alerte_frame.  Whatever does not begin with 'd' is another product.
 *
 * Newer firmware sends the first three bytes only, and the last one at 12 of
 * manufacturer data, company 0x0969, which do not tell the product.
 */
#include "frame/ad.h"
#include "frame/plain.h"
#include "port/bytes.h"

#define UUID 0xfd3d
#define UUID_OLD 0x0d00

#define CONTACT 'd'
#define CONTACT_PAIRING 'D'
#define BATTERY_AT 2
#define BATTERY 0x7f
#define COUNT_AT 8
#define COUNT_BITS 4

#define COMPANY 0x0969
#define COMPANY_COUNT_AT 12

/* Where the count stands beside a short structure, or NULL. */
static const uint8_t *count_beside(const struct frame_input *in)
{
	const uint8_t *at = in->payload, *end = at + in->payload_len;
	struct ad ad;

	while (ad_next(&at, end, &ad))
		if (ad.type == AD_MANUFACTURER && !ad.cut &&
		    ad.len > 2 + COMPANY_COUNT_AT && le16(ad.data) == COMPANY)
			return ad.data + 2 + COMPANY_COUNT_AT;
	return NULL;
}

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	const uint8_t *d = in->data, *count;

	if (!in->len || (d[0] != CONTACT && d[0] != CONTACT_PAIRING))
		return ALERTE_ENOTFOUND;
	if (in->len <= BATTERY_AT)
		return ALERTE_EFORMAT;

	plain_battery(out, d[BATTERY_AT] & BATTERY);
	count = in->len > COUNT_AT ? d + COUNT_AT : count_beside(in);
	if (!count)
		return plain_result(in, out);

	plain_packet(out, *count & ((1 << COUNT_BITS) - 1));
	out->counts = ALERTE_GESTURE_PRESS;
	return plain_result(in, out);
}

const struct frame_format switchbot_format = {
	.name = "switchbot",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID_OLD },
	.packet_bits = COUNT_BITS,
	.decode = decode,
};
