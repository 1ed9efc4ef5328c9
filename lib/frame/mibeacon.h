/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_MIBEACON_H
#define FRAME_MIBEACON_H

#include "frame/format.h"
#include "port/bytes.h"

/* Objects of a frame as they are read, in order. */
struct mibeacon_reader {
	struct alerte_frame *out;
	uint16_t product;	/* what a value means depends on it */
	bool over;		/* more presses than a frame holds */
	bool malformed;
};

/*@
  predicate objects_ok{L}(struct mibeacon_reader *r) =
    \valid(r) && frame_ok(r->out) && \separated(r, r->out) &&
    (r->over == 0 || r->over == 1) &&
    (r->malformed == 0 || r->malformed == 1);
 */

/* type (2 bytes), length, value; again, up to end. */
/*@
  requires objects_ok(r) && readable(at, end);
  assigns r->over, r->malformed, r->out->npresses,
    r->out->press[0 .. ALERTE_PRESS_MAX - 1], r->out->battery_percent;
  ensures objects_ok(r);
 */
void mibeacon_objects(struct mibeacon_reader *r, const uint8_t *at,
		      const uint8_t *end);

#endif
