/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_MIBEACON_H
#define FRAME_MIBEACON_H

#include "frame/format.h"

/* Objects of a frame as they are read, in order. */
struct mibeacon_reader {
	struct alerte_frame *out;
	uint16_t product;	/* what a value means depends on it */
	bool over;		/* more presses than a frame holds */
	bool malformed;
};

/* type (2 bytes), length, value; again, up to end. */
void mibeacon_objects(struct mibeacon_reader *r, const uint8_t *at,
		      const uint8_t *end);

#endif
