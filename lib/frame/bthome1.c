/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BTHome v1 frames, service data UUID 0x181C plain, 0x181E encrypted.
 *
 *   head  id  value ...  head  id  value ...
 *   ciphertext  counter  tag
 *   ...         4        4
 *
 * head: bits 0 to 4 how many bytes follow it (id and value), bits 5 to 7 of
 * which kind.  Kind 4 is an address, which has no id.
 *
 * Encrypted: AES-CCM with 0x11 as associated data; the nonce is the address in
 * display order, 1E 18, counter.
 */
#include <string.h>

#include "frame/ad.h"
#include "frame/bthome.h"

#define UUID_PLAIN 0x181c
#define UUID_ENCRYPTED 0x181e

#define KIND_ADDRESS 4

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
		uint8_t kind = *at >> 5;
		size_t n = *at++ & 0x1f;

		if (n > (size_t)(end - at)) {
			r->malformed = true;
			return;
		}
		if (n >= 2 && kind != KIND_ADDRESS)
			bthome_object(r, at[0], at + 1);
		else if (n == 1)
			r->malformed = true;
		at += n;
	}
}

/*@
  requires input_ok(in) && \valid(out) && \separated(in, out);
  requires \valid(plain + (0 .. BTHOME_PLAIN_MAX - 1));
  requires \separated(plain + (0 .. BTHOME_PLAIN_MAX - 1), in, out);
  assigns plain[0 .. BTHOME_PLAIN_MAX - 1], out->encrypted, out->trust,
    out->has_counter, out->counter, out->counter_bits;
  ensures \result >= 0 ==>
    0 < \result <= BTHOME_PLAIN_MAX && out->encrypted == 1;
  ensures \result < 0 ==> \result == ALERTE_EFORMAT ||
    \result == ALERTE_EKEY || \result == ALERTE_EINVAL;
  ensures \result < 0 ==> out->encrypted == \old(out->encrypted) &&
    out->trust == \old(out->trust);
 */
static int open_objects(const struct frame_input *in, uint8_t *plain,
			struct alerte_frame *out)
{
	static const uint8_t aad[] = { 0x11 };
	uint8_t head[8] = { [6] = UUID_ENCRYPTED & 0xff,
			    [7] = UUID_ENCRYPTED >> 8 };

	if (!in->address)
		return ALERTE_EKEY;

	memcpy(head, in->address, 6);
	return bthome_open(in->key, head, sizeof(head), aad, sizeof(aad),
			   in->data, in->len, plain, out);
}

/*@
  requires input_ok(in) && frame_blank(out) && \separated(in, out);
  assigns *out;
  ensures decoded(in, out, \result);
 */
static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	struct bthome_reader r = { .out = out };
	uint8_t plain[BTHOME_PLAIN_MAX];
	int n;

	if (!in->len)
		return ALERTE_EFORMAT;
	if (in->id == UUID_PLAIN) {
		read_objects(&r, in->data, in->data + in->len);
		return bthome_result(&r, in);
	}

	n = open_objects(in, plain, out);
	if (n < 0)
		return n;

	read_objects(&r, plain, plain + n);
	return bthome_result(&r, in);
}

const struct frame_format bthome1_format = {
	.name = "bthome-v1",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID_PLAIN, UUID_ENCRYPTED },
	.packet_bits = 8,
	.decode = decode,
};
