/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_AD_H
#define FRAME_AD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/bytes.h"

/*
 * The AD structures of an advertising payload: length, type, data (Core
 * Specification, Vol 3 Part C section 11).  The length counts the type.
 */
#define AD_UUIDS32 0x05
#define AD_SERVICE_DATA16 0x16
#define AD_MANUFACTURER 0xff

#define AD_DATA_MAX 254		/* the length is one byte, and counts the type */

struct ad {
	uint8_t type;
	const uint8_t *data;	/* borrowed from the payload */
	size_t len;
	/* Longer by its own word than what came; len is what came. */
	bool cut;
};

/*
 * The structure at *at, and *at moves behind it.  Returns false at the end: no
 * bytes left, a length of 0 (which ends a payload early), or after one that
 * was cut, which is handed out as the last.
 */
/*@
  requires \valid(at) && \valid(ad) && readable(*at, end);
  requires \separated(at, ad, *at + (0 .. end - *at - 1));
  assigns *at, *ad;
  behavior end:
    assumes end - *at < 2 || (*at)[0] == 0;
    ensures !\result && *at == \old(*at) && *ad == \old(*ad);
  behavior structure:
    assumes end - *at >= 2 && (*at)[0] != 0;
    ensures \result;
    ensures ad->data == \old(*at) + 2 && *at == ad->data + ad->len;
    ensures ad->len <= AD_DATA_MAX && readable(ad->data, *at);
    ensures readable(*at, end);
    ensures ad->cut ==> *at == end;
    ensures !ad->cut ==> ad->len == \old((*at)[0]) - 1;
    ensures ad->cut <==> \old((*at)[0]) > end - \old(*at) - 1;
  complete behaviors;
  disjoint behaviors;
 */
static inline bool ad_next(const uint8_t **at, const uint8_t *end,
			   struct ad *ad)
{
	const uint8_t *p = *at;
	size_t rest = (size_t)(end - p);

	if (rest < 2 || !p[0])
		return false;

	ad->type = p[1];
	ad->data = p + 2;
	ad->cut = p[0] > rest - 1;
	ad->len = (ad->cut ? rest - 1 : p[0]) - 1;
	*at = ad->data + ad->len;
	return true;
}

#endif
