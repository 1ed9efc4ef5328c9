/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_UNSEEN_H
#define CORE_UNSEEN_H

#include "core/engine.h"

/* Bytes of alerte.unseen_room. */
#define UNSEEN_PIECE 12288
#define UNSEEN_PIECES 4
#define UNSEEN_ROOM (UNSEEN_PIECE * UNSEEN_PIECES)

/* In the transaction under way, when any of it changed. */
int unseen_write(struct alerte *e);
/*
 * What is on the disk, value by value: the body of an alert, an attempt or a
 * note, with its id.  0, or what `visit` answered.
 */
int unseen_read(struct alerte *e,
		int (*visit)(void *context, uint8_t tag,
			     const struct store_row *row, int64_t shown),
		void *context);

#endif
