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
