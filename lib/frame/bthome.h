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

/* Take one object; value holds the size its id asks for, at least 1. */
void bthome_object(struct bthome_reader *r, uint8_t id, const uint8_t *value);

/*
 * The result of a frame.  Presses that stand before a malformed object count:
 * in doubt, alert.
 */
int bthome_result(const struct bthome_reader *r, const struct frame_input *in);

/*
 * ciphertext, counter (4 bytes), tag (4 bytes): open into plain, which holds
 * BTHOME_PLAIN_MAX bytes, and write trust and counter into *out.  head is what
 * stands before the counter in the nonce: head_len bytes.  Returns the length
 * of the plain text, or ALERTE_EFORMAT, ALERTE_EKEY.
 */
int bthome_open(const struct ccm *key, const uint8_t *head, size_t head_len,
		const uint8_t *aad, size_t aad_len, const uint8_t *data,
		size_t len, uint8_t *plain, struct alerte_frame *out);

#endif
