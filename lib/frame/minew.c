/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Minew's beacons: service data, UUID 0xFFE1: A1, type, battery ...
 *
 * No frame of theirs says "pressed": a model with a button shows a beacon for
 * as long as it was pressed (frame/trigger.h).  This is its battery only.
 */
#include "frame/ad.h"
#include "frame/plain.h"

#define UUID 0xffe1
#define MARK 0xa1

static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	if (!in->len)
		return ALERTE_EFORMAT;
	if (in->data[0] != MARK)
		return ALERTE_ENOTFOUND;
	if (in->len < 3)
		return ALERTE_EFORMAT;
	plain_battery(out, in->data[2]);
	return plain_result(in, out);
}

const struct frame_format minew_format = {
	.name = "minew",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID },
	.decode = decode,
};
