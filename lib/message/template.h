/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_TEMPLATE_H
#define MESSAGE_TEMPLATE_H

#include "port/text.h"

/*
 * A text with holes.
 *
 *   {slot}     the value of a slot; an empty one is ALERTE_EINVAL
 *   [ ... ]    left out when a slot in it is empty; not nested
 *   <1 ... >   left out from that level on, to make room; not nested
 *
 * None of these characters stands in a text itself.  A value that ends with a
 * full stop swallows the one that follows it.
 */
enum slot {
	SLOT_NAME = 0,	/* the wearer in full */
	SLOT_SHORT,	/* the wearer, for contacts */
	SLOT_OF_SHORT,	/* the same with its preposition: "d'Anne B." */
	SLOT_PLACE,
	SLOT_AREA,
	SLOT_BORN,
	SLOT_DETAILS,
	SLOT_ASSOCIATION,
	SLOT_CODE,
	SLOT_OK,	/* the same, where an answer would be heard */
	SLOT_AT,	/* the press: "à 14h05", "le 24/11 à 14h05" */
	SLOT_HOUR,	/* the press: "14h05", "24/11 14h05" */
	SLOT_SINCE,	/* a fault: "14h05", "le 24/11 à 14h05" */
	SLOT_OPENED,	/* the alert's first press, inside parentheses */
	SLOT_NOW_AT,
	SLOT_NOW,	/* inside parentheses */
	SLOT_WHO,
	SLOT_QUOTE,
	SLOT_FAULT,
	SLOT_SITE,
	SLOT_GPS,
	SLOT_ALSO,	/* the same beside an address; "" when it stands for it */
	SLOT_HOME,	/* "domicile: ...", where the position stands for it */
	SLOT_NTH,
	SLOT_ROAMING,
	SLOT_LAST
};

#define SLOT_MAX 640

struct slots {
	char value[SLOT_LAST][SLOT_MAX];
};

/* 0, or ALERTE_EINVAL; the caller looks at t->cut. */
int template_fill(const char *template, const struct slots *slots, int level,
		  struct text *t);

#endif
