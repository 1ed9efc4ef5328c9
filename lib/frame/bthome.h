/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_BTHOME_H
#define FRAME_BTHOME_H

#include "frame/format.h"

/*
 * What both versions of BTHome (https://bthome.io) share: the meaning of
 * objects, and the encrypted tail.
 */
#define BTHOME_PACKET 0x00
#define BTHOME_BATTERY 0x01
#define BTHOME_BUTTON 0x3a

/* An AD structure holds at most 254 bytes behind its type. */
#define BTHOME_PLAIN_MAX 256

/* Objects of a frame as they are read, in order. */
struct bthome_reader {
	struct alerte_frame *out;
	uint8_t position;	/* of the last button object, from 1 */
	bool over;		/* more presses than a frame holds */
	bool malformed;
};

/*@
  predicate reader_ok{L}(struct bthome_reader *r) =
    \valid(r) && frame_ok(r->out) && \separated(r, r->out) &&
    (r->over == 0 || r->over == 1) &&
    (r->malformed == 0 || r->malformed == 1);
 */

/* Take one object; value holds the size its id asks for, at least 1. */
/*@
  requires reader_ok(r) && \valid_read(value);
  assigns r->position, r->over, r->malformed, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1], r->out->has_packet_id,
    r->out->packet_id, r->out->battery_percent;
  ensures reader_ok(r);
  ensures \old(r->out->npresses) <= r->out->npresses;
 */
void bthome_object(struct bthome_reader *r, uint8_t id, const uint8_t *value);

/*
 * The result of a frame.  Presses that stand before a malformed object count:
 * in doubt, alert.
 */
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
int bthome_result(const struct bthome_reader *r, const struct frame_input *in);

/*
 * ciphertext, counter (4 bytes), tag (4 bytes): open into plain, which holds
 * BTHOME_PLAIN_MAX bytes, and write trust and counter into *out.  head is what
 * stands before the counter in the nonce: head_len bytes.  Returns the length
 * of the plain text, or ALERTE_EFORMAT, ALERTE_EKEY.
 */
/*@
  requires \valid_read(head + (0 .. head_len - 1));
  requires head_len + 4 <= CCM_NONCE_MAX;
  requires \valid_read(aad + (0 .. aad_len - 1));
  requires len <= FRAME_DATA_MAX && \valid_read(data + (0 .. len - 1));
  requires \valid(plain + (0 .. BTHOME_PLAIN_MAX - 1)) && \valid(out);
  requires \separated(plain + (0 .. BTHOME_PLAIN_MAX - 1), out);
  assigns plain[0 .. BTHOME_PLAIN_MAX - 1], out->encrypted, out->trust,
    out->has_counter, out->counter, out->counter_bits;
  ensures \result >= 0 ==> 0 < \result == len - 8 && out->encrypted == 1;
  ensures \result < 0 ==> \result == ALERTE_EFORMAT ||
    \result == ALERTE_EKEY || \result == ALERTE_EINVAL;
  ensures \result < 0 ==> out->encrypted == \old(out->encrypted) &&
    out->trust == \old(out->trust) &&
    out->has_counter == \old(out->has_counter) &&
    out->counter == \old(out->counter) &&
    out->counter_bits == \old(out->counter_bits);
 */
int bthome_open(const struct ccm *key, const uint8_t *head, size_t head_len,
		const uint8_t *aad, size_t aad_len, const uint8_t *data,
		size_t len, uint8_t *plain, struct alerte_frame *out);

#endif
