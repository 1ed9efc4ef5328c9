/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Xiaomi MiBeacon frames, versions 2 to 5, service data UUID 0xFE95.
 *
 *   control  product  count  [address]  [capability  [io]]  object ...
 *   2        2        1      6          1            1
 *
 * control: bit 3 encrypted, bit 4 the address follows (its last byte first),
 * bit 5 a capability, with bit 0x20 of it one more byte, bit 6 objects; bits
 * 12 to 15 the version.  Where there are objects and bit 3:
 *
 *   ciphertext  count  tag        version 4 and 5, a key of 16 bytes
 *   ...         3      4
 *   ciphertext  salt   check      version 2 and 3, a key of 12 bytes
 *   ...         3      1
 *
 * Version 4 and 5 are AES-CCM with 0x11 as associated data; the nonce is the
 * address as sent, product, count, the count of three bytes.  The two counts
 * are one of 32 bits, the short one below.
 *
 * What the last byte of version 2 and 3 checks is not known.  Anybody can
 * therefore change such a frame, and all we ask is that objects come out:
 * with another key hardly any do.  Nothing in it is believed.
 */
#include "frame/mibeacon.h"

#include <string.h>

#include "frame/ad.h"
#include "frame/plain.h"
#include "port/bytes.h"

#define UUID 0xfe95

#define CONTROL_ENCRYPTED 0x0008
#define CONTROL_ADDRESS 0x0010
#define CONTROL_CAPABILITY 0x0020
#define CONTROL_OBJECTS 0x0040
#define CAPABILITY_IO 0x20

#define HEAD_BYTES 5
#define EXTENDED_BYTES 3
#define TAG_BYTES 4
#define CHECK_BYTES 1
#define PLAIN_MAX 256

struct header {
	uint16_t control, product;
	uint8_t count;
	const uint8_t *head;	/* where it begins */
	const uint8_t *body;	/* and what stands behind it */
	uint8_t sender[6];	/* its last byte first */
	bool has_sender;
};

/*@
  predicate header_ok{L}(struct frame_input *in, struct header *h) =
    input_ok(in) && \valid_read(h) && HEAD_BYTES <= in->len &&
    h->head == in->data &&
    HEAD_BYTES <= h->body - in->data <= in->len &&
    \base_addr(h->body) == \base_addr(in->data) &&
    (h->has_sender == 0 || h->has_sender == 1);

  predicate plain_ok{L}(uint8_t *plain, struct alerte_frame *out) =
    \valid(plain + (0 .. PLAIN_MAX - 1)) &&
    \separated(plain + (0 .. PLAIN_MAX - 1), out);
 */

/* The address in the frame is the one it was sealed with. */
/*@
  requires input_ok(in) && \valid(h) && \separated(in, h);
  requires inside != \null ==> \valid_read(inside + (0 .. 5)) &&
    \separated(h, inside + (0 .. 5));
  assigns h->has_sender, h->sender[0 .. 5];
  ensures h->has_sender == 0 || h->has_sender == 1;
 */
static void read_sender(const struct frame_input *in, const uint8_t *inside,
			struct header *h)
{
	h->has_sender = inside || in->address;
	if (inside)
		memcpy(h->sender, inside, 6);
	else if (in->address)
		/*@
		  loop invariant 0 <= i <= 6;
		  loop assigns i, h->sender[0 .. 5];
		  loop variant 6 - i;
		 */
		for (int i = 0; i < 6; i++)
			h->sender[i] = in->address[5 - i];
}

/*@
  requires input_ok(in) && \valid(h) && \separated(in, h);
  requires \separated(h, in->data + (0 .. in->len - 1));
  assigns *h;
  ensures \result ==> header_ok(in, h);
 */
static bool read_header(const struct frame_input *in, struct header *h)
{
	const uint8_t *at = in->data, *end = at + in->len, *inside = NULL;

	if (in->len < HEAD_BYTES)
		return false;

	h->head = at;
	h->control = le16(at);
	h->product = le16(at + 2);
	h->count = at[4];
	at += HEAD_BYTES;
	if (h->control & CONTROL_ADDRESS) {
		if (end - at < 6)
			return false;
		inside = at;
		at += 6;
	}
	if (h->control & CONTROL_CAPABILITY) {
		size_t n = at < end && *at & CAPABILITY_IO ? 2 : 1;

		if ((size_t)(end - at) < n)
			return false;
		at += n;
	}
	h->body = at;
	read_sender(in, inside, h);
	return true;
}

/*@
  requires \valid_read(h) && \valid_read(extended + (0 .. 2));
  assigns \nothing;
 */
static uint32_t whole_count(const struct header *h, const uint8_t *extended)
{
	return (uint32_t)extended[2] << 24 | (uint32_t)extended[1] << 16 |
	       (uint32_t)extended[0] << 8 | h->count;
}

/*@
  requires header_ok(in, h) && len == in->data + in->len - h->body;
  requires \valid(out) && plain_ok(plain, out) && \separated(in, h, out);
  requires \separated(plain + (0 .. PLAIN_MAX - 1), in, h);
  assigns plain[0 .. PLAIN_MAX - 1], out->trust, out->has_counter,
    out->counter, out->counter_bits;
  ensures \result >= 0 ==> 0 < \result <= PLAIN_MAX;
  ensures \result < 0 ==> out->trust == \old(out->trust) &&
    out->has_counter == \old(out->has_counter);
  ensures \result < 0 ==> \result == ALERTE_EFORMAT ||
    \result == ALERTE_EKEY || \result == ALERTE_EINVAL;
 */
static int open_verified(const struct frame_input *in, const struct header *h,
			 size_t len, uint8_t *plain, struct alerte_frame *out)
{
	static const uint8_t aad[] = { 0x11 };
	const uint8_t *extended;
	uint8_t nonce[12];
	size_t n;
	int r;

	if (len <= EXTENDED_BYTES + TAG_BYTES)
		return ALERTE_EFORMAT;
	if (!in->key)
		return ALERTE_EKEY;

	n = len - EXTENDED_BYTES - TAG_BYTES;
	extended = h->body + n;
	memcpy(nonce, h->sender, 6);
	memcpy(nonce + 6, h->head + 2, 3);
	memcpy(nonce + 9, extended, EXTENDED_BYTES);
	r = ccm_open(in->key, nonce, sizeof(nonce), aad, sizeof(aad), h->body,
		     n, extended + EXTENDED_BYTES, TAG_BYTES, plain);
	if (r < 0)
		return r;

	out->trust = ALERTE_TRUST_WEAK;
	out->has_counter = true;
	out->counter = whole_count(h, extended);
	out->counter_bits = 32;
	return (int)n;
}

/*@
  requires header_ok(in, h) && len == in->data + in->len - h->body;
  requires frame_ok(out) && plain_ok(plain, out) && \separated(in, h, out);
  requires \separated(plain + (0 .. PLAIN_MAX - 1), in, h);
  assigns plain[0 .. PLAIN_MAX - 1], out->has_packet_id, out->packet_id,
    out->counter_bits;
  ensures \result >= 0 ==> 0 < \result <= PLAIN_MAX;
  ensures \result < 0 ==> out->has_packet_id == \old(out->has_packet_id);
  ensures \result < 0 ==> \result == ALERTE_EFORMAT ||
    \result == ALERTE_EKEY || \result == ALERTE_EINVAL ||
    \result == ALERTE_ENOMEM;
  ensures frame_ok(out);
 */
static int open_unverified(const struct frame_input *in,
			   const struct header *h, size_t len, uint8_t *plain,
			   struct alerte_frame *out)
{
	const uint8_t *extended;
	uint8_t nonce[13];
	size_t n;
	int r;

	if (len <= EXTENDED_BYTES + CHECK_BYTES)
		return ALERTE_EFORMAT;
	if (!in->any_key)
		return ALERTE_EKEY;

	n = len - EXTENDED_BYTES - CHECK_BYTES;
	extended = h->body + n;
	memcpy(nonce, h->head, HEAD_BYTES);
	memcpy(nonce + 5, extended, EXTENDED_BYTES);
	memcpy(nonce + 8, h->sender, 5);
	r = ccm_open_unchecked(in->any_key, nonce, sizeof(nonce), h->body, n,
			       plain);
	if (r < 0)
		return r;

	plain_packet(out, whole_count(h, extended));
	out->counter_bits = 32;
	return (int)n;
}

/*@
  requires \valid_read(r) && frame_ok(r->out) && \valid_read(in);
  requires in->has_key == 0 || in->has_key == 1;
  requires r->over == 0 || r->over == 1;
  requires r->malformed == 0 || r->malformed == 1;
  assigns \nothing;
  ensures \result >= 0 ==> \result == r->out->npresses;
  ensures \result >= 0 && in->has_key ==> r->out->encrypted;
  ensures \result < 0 ==> \result == ALERTE_EFORMAT ||
    \result == ALERTE_EREFUSED || \result == ALERTE_ELIMIT;
 */
static int result(const struct mibeacon_reader *r, const struct frame_input *in)
{
	if (r->malformed && !r->out->npresses)
		return ALERTE_EFORMAT;
	if (in->has_key && !r->out->encrypted)
		return ALERTE_EREFUSED;
	if (r->over)
		return ALERTE_ELIMIT;
	return (int)r->out->npresses;
}

/*@
  requires header_ok(in, h) && objects_ok(r) && frame_blank(r->out);
  requires \separated(in, h, r, r->out);
  assigns r->over, r->malformed, *r->out;
  ensures decoded(in, r->out, \result);
 */
static int decode_encrypted(const struct frame_input *in,
			    const struct header *h, struct mibeacon_reader *r)
{
	size_t len = (size_t)(in->data + in->len - h->body);
	bool verified = h->control >> 12 >= 4;
	uint8_t plain[PLAIN_MAX];
	int n;

	if (!h->has_sender)
		return ALERTE_EKEY;

	n = verified ? open_verified(in, h, len, plain, r->out) :
		       open_unverified(in, h, len, plain, r->out);
	if (n < 0)
		return n;

	r->out->encrypted = true;
	mibeacon_objects(r, plain, plain + n);
	if (r->malformed && !verified)
		return ALERTE_EKEY;
	return result(r, in);
}

/*@
  requires input_ok(in) && frame_blank(out) && \separated(in, out);
  assigns *out;
  ensures decoded(in, out, \result);
 */
static int decode(const struct frame_input *in, struct alerte_frame *out)
{
	struct mibeacon_reader r = { .out = out };
	struct header h;
	uint8_t version;

	if (!read_header(in, &h))
		return ALERTE_EFORMAT;
	version = h.control >> 12;
	if (version < 2 || version > 5)
		return ALERTE_EFORMAT;

	r.product = h.product;
	if (h.control & CONTROL_OBJECTS && h.control & CONTROL_ENCRYPTED)
		return decode_encrypted(in, &h, &r);

	plain_packet(out, h.count);
	if (h.control & CONTROL_OBJECTS)
		mibeacon_objects(&r, h.body, in->data + in->len);
	return result(&r, in);
}

const struct frame_format mibeacon_format = {
	.name = "mibeacon",
	.type = AD_SERVICE_DATA16,
	.ids = { UUID, UUID },
	.packet_bits = 8,
	.decode = decode,
};
