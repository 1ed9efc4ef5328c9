/* SPDX-License-Identifier: Apache-2.0 */
#include "frame/notification.h"

#include <string.h>

#include "port/text.h"

#define UUID_BATTERY 0x2a19	/* of any family */

extern const struct notification_family valrt_family, itag_family;

const struct notification_family *const notification_families[] = {
	&valrt_family,
	&itag_family,
	NULL
};

static const struct notification_family *family_named(const char *name)
{
	for (size_t i = 0; notification_families[i]; i++)
		if (!strcmp(notification_families[i]->name, name))
			return notification_families[i];
	return NULL;
}

bool notification_known(const char *name)
{
	return family_named(name) != NULL;
}

static void take(const struct notification_family *family, uint16_t uuid,
		 uint8_t code, struct alerte_frame *out)
{
	enum alerte_gesture gesture;

	if (uuid == UUID_BATTERY) {
		out->battery_percent = code <= 100 ? code : -1;
		return;
	}
	gesture = family->gesture(code);
	if (gesture == ALERTE_GESTURE_NONE)
		return;
	out->press[0] = (struct alerte_press){ 1, gesture };
	out->npresses = 1;
}

int frame_notification(const char *name, uint16_t uuid, const uint8_t *data,
		       size_t len, struct alerte_frame *out)
{
	const struct notification_family *family = family_named(name);
	uint32_t size = out->size;

	if (!family || (uuid != family->uuid && uuid != UUID_BATTERY))
		return ALERTE_ENOTFOUND;
	if (!len)
		return ALERTE_EFORMAT;

	*out = (struct alerte_frame){ .size = size, .battery_percent = -1 };
	text_copy(out->format, sizeof(out->format), family->name);
	take(family, uuid, data[0], out);
	return (int)out->npresses;
}

int alerte_notification_decode(const char *family, uint16_t uuid,
			       const uint8_t *data, size_t len,
			       struct alerte_frame *out)
{
	if (!family || (len && !data) || out->size < sizeof(*out))
		return ALERTE_EINVAL;
	return frame_notification(family, uuid, data, len, out);
}
