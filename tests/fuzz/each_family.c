/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One row of the table of buttons that are connected to, on any notification.
 * Compiled once and linked once a row: `fuzzed_row` is the row, by the
 * linker's --defsym.
 *
 *	byte 0   1: its own characteristic; 2: the battery's; else
 *	2        the characteristic, unless byte 0 said it
 *	rest     the notification
 */
#include <string.h>

#include "frame/notification.h"
#include "fuzz/fuzz.h"
#include "port/bytes.h"

extern const struct notification_family fuzzed_row;

#define BATTERY 0x2a19

static uint16_t take_uuid(struct fuzz_input *in)
{
	uint8_t which = fuzz_byte(in), uuid[2];

	switch (which) {
	case 1:
		return fuzzed_row.uuid;
	case 2:
		return BATTERY;
	default:
		fuzz_take(in, uuid, sizeof(uuid));
		return le16(uuid);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, data + size };
	uint16_t uuid = take_uuid(&in);
	bool known = uuid == fuzzed_row.uuid || uuid == BATTERY;
	struct fuzz_block said = fuzz_block(in.at, fuzz_left(&in));
	struct alerte_frame f, before;
	int r;

	memset(&before, 0x5a, sizeof(before));
	before.size = sizeof(before);
	memcpy(&f, &before, sizeof(f));
	r = frame_notification(fuzzed_row.name, uuid, said.at, said.len, &f);
	if (r < 0) {
		must(r == (known ? ALERTE_EFORMAT : ALERTE_ENOTFOUND));
		must(!known || !said.len);
		must(!memcmp(&f, &before, sizeof(f)));
	} else {
		must(known && r <= 1);
		fuzz_check_frame(r, &f);
		must(!strcmp(f.format, fuzzed_row.name) && !f.encrypted);
		must(!r || f.press[0].gesture ==
				   fuzzed_row.gesture(said.at[0]));
	}
	fuzz_block_free(&said);
	return 0;
}
