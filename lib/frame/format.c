/* SPDX-License-Identifier: Apache-2.0 */
#include "frame/format.h"

#include <string.h>

#include "frame/ad.h"
#include "frame/notification.h"
#include "frame/sealed.h"
#include "port/bytes.h"

extern const struct frame_format bthome1_format, bthome2_format;
extern const struct frame_format mibeacon_format, govee_format, sonoff_format,
	switchbot_format, nodon_format;
extern const struct frame_format ela_format, moko_format, blueup_format,
	holyiot_format, minew_format;

const struct frame_format *const frame_formats[] = {
	&bthome2_format,
	&bthome1_format,
	&mibeacon_format,
	&govee_format,
	&sonoff_format,
	&switchbot_format,
	&nodon_format,
	&ela_format,
	&moko_format,
	&blueup_format,
	&holyiot_format,
	&minew_format,
	NULL
};

bool frame_format_known(const char *name)
{
	for (size_t i = 0; frame_formats[i]; i++)
		if (!strcmp(frame_formats[i]->name, name))
			return true;
	return notification_known(name) || !strcmp(name, SEALED_NAME);
}

/* The battery, in a structure of its own beside those of any format. */
#define UUID_BATTERY 0x180f

/* The format that knows a structure, or NULL. */
static const struct frame_format *format_of(const struct ad *ad)
{
	uint16_t id;

	if (ad->len < 2)
		return NULL;

	id = le16(ad->data);
	for (size_t i = 0; frame_formats[i]; i++) {
		const struct frame_format *f = frame_formats[i];

		if (f->type == ad->type && (f->ids[0] == id || f->ids[1] == id))
			return f;
	}
	return NULL;
}

/* What such a structure tells, or -1. */
static int battery_of(const struct ad *ad)
{
	bool told = ad->type == AD_SERVICE_DATA16 && !ad->cut && ad->len == 3 &&
		    le16(ad->data) == UUID_BATTERY && ad->data[2] <= 100;

	return told ? ad->data[2] : -1;
}

static void frame_start(const struct frame_format *format, uint32_t size,
			struct alerte_frame *out)
{
	memset(out, 0, sizeof(*out));
	out->size = size;
	out->battery_percent = -1;
	strncpy(out->format, format->name, sizeof(out->format) - 1);
}

static int decode_one(const struct frame_format *format, const struct ad *ad,
		      struct frame_input *in, struct alerte_frame *out)
{
	uint32_t size = out->size;
	int r = ALERTE_EFORMAT;

	frame_start(format, size, out);
	if (!ad->cut) {
		in->id = le16(ad->data);
		in->data = ad->data + 2;
		in->len = ad->len - 2;
		r = format->decode(in, out);
		if (out->has_packet_id && !out->counter_bits)
			out->counter_bits = format->packet_bits;
	}

	/* Half-read values must not look like what the frame said. */
	if (r == ALERTE_EFORMAT || r == ALERTE_EKEY)
		frame_start(format, size, out);
	return r;
}

/*
 * One structure of a payload speaks for it: the first that holds a press.
 * result is what the payload says so far.
 */
static int take_structure(const struct ad *ad, struct frame_input *in,
			  int result, struct alerte_frame *out)
{
	const struct frame_format *format = format_of(ad);
	bool first = result == ALERTE_ENOTFOUND;
	struct alerte_frame frame;
	int r;

	if (!format || (!first && out->npresses))
		return result;

	frame.size = out->size;
	r = decode_one(format, ad, in, &frame);
	if (r == ALERTE_ENOTFOUND)
		return result;
	if (!first && !frame.npresses) {
		if (r >= 0 && result >= 0 && out->battery_percent < 0)
			out->battery_percent = frame.battery_percent;
		return result;
	}
	*out = frame;
	return r;
}

int frame_decode(const uint8_t *address, const uint8_t *data, size_t len,
		 const struct frame_key *key, struct alerte_frame *out)
{
	struct frame_input in = {
		.address = address,
		.payload = data,
		.payload_len = len,
		.key = key && key->full ? key->ccm : NULL,
		.any_key = key ? key->ccm : NULL,
		.has_key = key != NULL,
	};
	const uint8_t *at = data;
	int result = ALERTE_ENOTFOUND, battery = -1;
	struct ad ad;

	if (!len)
		return ALERTE_ENOTFOUND;

	while (ad_next(&at, data + len, &ad)) {
		if (battery < 0)
			battery = battery_of(&ad);
		result = take_structure(&ad, &in, result, out);
	}
	if ((result >= 0 || result == ALERTE_EREFUSED) &&
	    out->battery_percent < 0)
		out->battery_percent = battery;
	return result;
}

int alerte_frame_decode(const uint8_t *address, const uint8_t *data,
			size_t len, const uint8_t *key, size_t key_len,
			struct alerte_frame *out)
{
	struct frame_key *with = NULL;
	int r;

	if (out->size < sizeof(*out) || !key != !key_len)
		return ALERTE_EINVAL;
	if (key_len == ALERTE_SEALED_MASTER_BYTES ||
	    key_len == SEALED_KEYS_BYTES)
		return sealed_decode(key, key_len, ALERTE_SEALED_TRIAL_ID, data,
				     len, out);
	if (key && key_len != FRAME_KEY_SHORT && key_len != CCM_KEY_BYTES)
		return ALERTE_EINVAL;

	if (key) {
		with = frame_key_new(key, key_len);
		if (!with)
			return ALERTE_ENOMEM;
	}

	r = frame_decode(address, data, len, with, out);
	frame_key_free(with);
	return r;
}
