/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_FORMAT_H
#define FRAME_FORMAT_H

#include <alerte/frame.h>

#include "crypto/frame_key.h"

/* One AD structure that carries the identifier of a format. */
struct frame_input {
	const uint8_t *address;		/* six bytes in display order, or NULL */
	uint16_t id;			/* service UUID or company */
	const uint8_t *data;		/* what stands behind the identifier */
	size_t len;
	const uint8_t *payload;		/* the whole, structure by structure */
	size_t payload_len;
	const struct ccm *key;		/* of 16 bytes, or NULL */
	struct ccm *any_key;		/* of 16 or, filled up, of 12 */
	bool has_key;			/* plain text is a downgrade */
};

/* Behind the identifier at most so much stands in a structure. */
#define FRAME_DATA_MAX 252

/*@
  predicate input_ok{L}(struct frame_input *in) =
    \valid_read(in) && in->len <= FRAME_DATA_MAX &&
    \valid_read(in->data + (0 .. in->len - 1)) &&
    (in->has_key == 0 || in->has_key == 1) &&
    (in->address != \null ==> \valid_read(in->address + (0 .. 5)));

  // What a frame promises, at any time.
  predicate frame_ok{L}(struct alerte_frame *out) =
    \valid(out) && out->npresses <= ALERTE_PRESS_MAX &&
    -1 <= out->battery_percent <= 100 &&
    (out->encrypted == 0 || out->encrypted == 1) &&
    \forall integer i; 0 <= i < out->npresses ==>
      out->press[i].gesture != ALERTE_GESTURE_NONE;

  // As it is given to decode().
  predicate frame_blank{L}(struct alerte_frame *out) =
    \valid(out) && !out->npresses && !out->encrypted &&
    out->battery_percent == -1 && !out->trust && !out->has_counter;

  // What decode() makes of it: without the key nothing is believed.
  predicate decoded{L}(
    struct frame_input *in, struct alerte_frame *out, integer result) =
    frame_ok(out) &&
    (result >= 0 ==> result == out->npresses) &&
    (result >= 0 && in->has_key ==> out->encrypted) &&
    (out->trust ==> out->encrypted) &&
    (result < 0 ==> result == ALERTE_EFORMAT || result == ALERTE_EKEY ||
      result == ALERTE_EREFUSED || result == ALERTE_ELIMIT ||
      result == ALERTE_EINVAL || result == ALERTE_ENOMEM);
 */

/*
 * A format is known by the type of its AD structure and the 16-bit identifier
 * in front of its data.
 *
 * decode() answers as alerte_frame_decode() does; ALERTE_ENOTFOUND when another
 * vendor uses the same identifier and these are not bytes of this format.
 * *out comes zeroed but for size, format and battery_percent (-1); what it
 * holds after ALERTE_ENOTFOUND, ALERTE_EFORMAT or ALERTE_EKEY is thrown away.
 */
struct frame_format {
	const char *name;
	uint8_t type;
	uint16_t ids[2];		/* a second one, or the first again */
	uint8_t packet_bits;		/* width of its packet ids, if any */
	int (*decode)(const struct frame_input *in, struct alerte_frame *out);
};

/* Every format there is, ended by NULL. */
extern const struct frame_format *const frame_formats[];

/* Is it the name of a format, of a family of notifications, or sealed? */
bool frame_format_known(const char *name);

/*
 * Where a vendor gives all its buttons one address, they are told apart by
 * what they send.  True with the address in own under which to look for this
 * one first.
 */
bool frame_own_address(const uint8_t *address, const uint8_t *data, size_t len,
		       uint8_t own[6]);

/*
 * alerte_frame_decode() with a key made beforehand, or NULL.  Nothing is
 * allocated, but for a block cipher where a frame brings its own key (Govee).
 * out->size is kept, not looked at.
 */
int frame_decode(const uint8_t *address, const uint8_t *data, size_t len,
		 const struct frame_key *key, struct alerte_frame *out);

#endif
