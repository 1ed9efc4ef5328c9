/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BTHome v2 frames (https://bthome.io/format), service data UUID 0xFCD2.
 *
 *   info  [address]  id  value ...  id  value ...
 *   info  [address]  ciphertext  counter  tag
 *   1     6          ...         4        4
 *
 * info: bit 0 encrypted, bit 1 the address follows (its last byte first; an
 * older meaning that some senders keep), bit 2 sent on an event, bits 5 to 7
 * the version.
 *
 * An object does not say how long it is: the reader must know the size of
 * every id, or lose its place.  Senders sort objects by id, so a button (0x3A)
 * stands behind any temperature or voltage, and a size missing from the table
 * below is a press not seen.  Reading ends at an id that is not defined.
 *
 * Encrypted: AES-CCM without associated data; the nonce is the address in
 * display order, D2 FC, info *as received*, counter.
 */
#include <string.h>

#include "frame/ad.h"
#include "frame/bthome.h"

#define UUID 0xfcd2
#define VERSION 2

#define INFO_ENCRYPTED 0x01
#define INFO_ADDRESS 0x02

/* Size of the value of each id, sixteen a row; 0 for an id not below. */
static const char sizes[] =
	"1122332221332221"
	"1122211111111111"
	"1111111111111111"
	"0000000000102242"
	"2232221222234444"
	"4220042111244222"
	"1244110000000000";

/* Not assigned one by one: what the device is and runs. */
#define DEVICE_TYPE 0xf0
#define FIRMWARE32 0xf1
#define FIRMWARE24 0xf2

/* Ids whose value begins with its own length. */
#define COMMAND 0x3b
#define TEXT 0x53
#define RAW 0x54

#define COMMAND_LENGTH 0x1f	/* of the arguments; the opcode is one more */

/*
 * Size of the value of an id, its own length included; 0 when the id is not
 * defined.  at is where the value stands, before end.
 */
/*@
  requires \valid_read(at);
  assigns \nothing;
 */
static size_t size_of(uint8_t id, const uint8_t *at)
{
	switch (id) {
	case COMMAND:
		return 2 + (size_t)(*at & COMMAND_LENGTH);
	case TEXT:
	case RAW:
		return 1 + (size_t)*at;
	case DEVICE_TYPE:
		return 2;
	case FIRMWARE24:
		return 3;
	case FIRMWARE32:
		return 4;
	default:
		if (id >= sizeof(sizes) - 1)
			return 0;
		return (size_t)(sizes[id] - '0');
	}
}

/*@
  requires reader_ok(r) && readable(at, end);
  assigns r->position, r->over, r->malformed, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1], r->out->has_packet_id,
    r->out->packet_id, r->out->battery_percent;
  ensures reader_ok(r);
 */
static void read_objects(struct bthome_reader *r, const uint8_t *at,
			 const uint8_t *end)
{
	/*@
	  loop invariant readable(at, end) && reader_ok(r);
	  loop assigns at, r->position, r->over, r->malformed,
	    r->out->npresses, r->out->press[0 .. ALERTE_PRESS_MAX - 1],
	    r->out->has_packet_id, r->out->packet_id,
	    r->out->battery_percent;
	  loop variant end - at;
	 */
	while (at < end && !r->malformed) {
		uint8_t id = *at++;
		size_t n;

		if (at == end) {
			r->malformed = true;
			return;
		}
		n = size_of(id, at);
		if (!n)
			return;
		if (n > (size_t)(end - at)) {
			r->malformed = true;
			return;
		}
		bthome_object(r, id, at);
		at += n;
	}
}

/*
 * The address that follows info is the one the sender sealed with: it stands
 * for the one the radio saw.
 */
/*@
  requires \valid_read(in) && \valid(out) && \separated(in, out);
  requires \valid(plain + (0 .. BTHOME_PLAIN_MAX - 1));
  requires \separated(plain + (0 .. BTHOME_PLAIN_MAX - 1), in, out);
  requires len <= FRAME_DATA_MAX && \valid_read(data + (0 .. len - 1));
  requires address != \null ==> \valid_read(address + (0 .. 5));
  requires in->address != \null ==> \valid_read(in->address + (0 .. 5));
  assigns plain[0 .. BTHOME_PLAIN_MAX - 1], out->encrypted, out->trust,
    out->has_counter, out->counter, out->counter_bits;
  ensures \result >= 0 ==>
    0 < \result <= BTHOME_PLAIN_MAX && out->encrypted == 1;
  ensures \result < 0 ==> \result == ALERTE_EFORMAT ||
    \result == ALERTE_EKEY || \result == ALERTE_EINVAL;
  ensures \result < 0 ==> out->encrypted == \old(out->encrypted) &&
    out->trust == \old(out->trust);
 */
static int open_objects(const struct frame_input *in, uint8_t info,
			const uint8_t *address, const uint8_t *data,
			size_t len, uint8_t *plain, struct alerte_frame *out)
{
	uint8_t head[9] = { [6] = UUID & 0xff, [7] = UUID >> 8, [8] = info };

	if (address)
		/*@
		  loop invariant 0 <= i <= 6;
		  loop assigns i, head[0 .. 5];
		  loop variant 6 - i;
		 */
		for (int i = 0; i < 6; i++)
			head[i] = address[5 - i];
	else if (in->address)
		memcpy(head, in->address, 6);
	else
		return ALERTE_EKEY;

	return bthome_open(in->key, head, sizeof(head), NULL, 0, data, len,
			   plain, out);
}

/*@
  requires input_ok(in) && frame_blank(out) && \separated(in, out);
  assigns *out;
  ensures decoded(in, out, \result);
 */
static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	struct bthome_reader r = { .out = out };
	const uint8_t *at = in->data, *end = at + in->len, *address = NULL;
	uint8_t plain[BTHOME_PLAIN_MAX];
	uint8_t info;
	int n;

	if (at == end || *at >> 5 != VERSION)
		return ALERTE_EFORMAT;

	info = *at++;
	if (info & INFO_ADDRESS) {
		if (end - at < 6)
			return ALERTE_EFORMAT;
		address = at;
		at += 6;
	}
	if (info & INFO_ENCRYPTED) {
		n = open_objects(in, info, address, at, (size_t)(end - at),
				 plain, out);
		if (n < 0)
			return n;
		at = plain;
		end = plain + n;
	}

	read_objects(&r, at, end);
	return bthome_result(&r, in);
}

const struct frame_format bthome2_format = {
	.name = "bthome-v2",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID },
	.packet_bits = 8,
	.decode = decode,
};
