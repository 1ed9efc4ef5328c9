/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FRAME_NOTIFICATION_H
#define FRAME_NOTIFICATION_H

#include <alerte/frame.h>

/*
 * Buttons that must be connected to, and tell a press in a notification of a
 * characteristic.  uuid is its 16-bit UUID, or the 16 bits that set it apart
 * in a 128-bit one.  Nothing of them is authenticated: the trust is none.
 */
struct notification_family {
	const char *name;
	uint16_t uuid;
	enum alerte_gesture (*gesture)(uint8_t code);
};

/* Every family there is, ended by NULL. */
extern const struct notification_family *const notification_families[];

bool notification_known(const char *family);

/*
 * What one notification says.  Returns the number of presses (0 or 1) and
 * fills *out, whose size is kept; or, *out untouched:
 *   ALERTE_ENOTFOUND  no such family, or a characteristic it does not press by
 *   ALERTE_EFORMAT    no bytes
 */
int frame_notification(const char *family, uint16_t uuid, const uint8_t *data,
		       size_t len, struct alerte_frame *out);

#endif
