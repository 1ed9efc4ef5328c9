/* SPDX-License-Identifier: Apache-2.0 */
#include "frame/trigger.h"

#include <string.h>

#include "frame/ad.h"
#include "port/bytes.h"

/* Behind the frame type of Eddystone stands the power, but for TLM. */
static const struct trigger_layout layouts[] = {
	[TRIGGER_IBEACON] = {
		.name = "ibeacon", .type = AD_MANUFACTURER,
		.nhead = 4, .head = { 0x4c, 0x00, 0x02, 0x15 },
		.id_at = 4, .field = { 16, 2, 2 },
	},
	[TRIGGER_ALTBEACON] = {	/* of any company */
		.name = "altbeacon", .type = AD_MANUFACTURER,
		.head_at = 2, .nhead = 2, .head = { 0xbe, 0xac },
		.id_at = 4, .field = { 16, 2, 2 },
	},
	[TRIGGER_EDDYSTONE_UID] = {
		.name = "eddystone-uid", .type = AD_SERVICE_DATA16,
		.nhead = 3, .head = { 0xaa, 0xfe, 0x00 },
		.id_at = 4, .field = { 10, 6 },
	},
	[TRIGGER_EDDYSTONE_URL] = {
		.name = "eddystone-url", .type = AD_SERVICE_DATA16,
		.nhead = 3, .head = { 0xaa, 0xfe, 0x10 },
		.id_at = 4, .whole = true,
	},
	[TRIGGER_EDDYSTONE_EID] = {
		.name = "eddystone-eid", .type = AD_SERVICE_DATA16,
		.nhead = 3, .head = { 0xaa, 0xfe, 0x30 },
		.id_at = 4, .field = { 8 },
	},
	[TRIGGER_EDDYSTONE_TLM] = {
		.name = "eddystone-tlm", .type = AD_SERVICE_DATA16,
		.nhead = 3, .head = { 0xaa, 0xfe, 0x20 },
		.id_at = 3,
	},
	[TRIGGER_SERVICE_DATA] = {
		.name = "service-data", .type = AD_SERVICE_DATA16,
		.numbered = true, .id_at = 2,
	},
	[TRIGGER_MANUFACTURER] = {
		.name = "manufacturer", .type = AD_MANUFACTURER,
		.numbered = true, .id_at = 2,
	},
};

const struct trigger_layout *trigger_layout(enum trigger_kind kind)
{
	return &layouts[kind];
}

static bool same_id(const struct frame_trigger *rule, const uint8_t *id)
{
	for (size_t i = 0; i < rule->len; i++)
		if ((id[i] & rule->mask[i]) != rule->id[i])
			return false;
	return true;
}

static bool shows(const struct frame_trigger *rule,
		  const struct trigger_layout *layout, const struct ad *ad)
{
	size_t least = (size_t)layout->id_at + rule->len;

	if (ad->type != layout->type || ad->cut || ad->len < least)
		return false;
	if (layout->whole && rule->len && ad->len != least)
		return false;
	if (layout->numbered && le16(ad->data) != rule->number)
		return false;
	return !memcmp(ad->data + layout->head_at, layout->head,
		       layout->nhead) &&
	       same_id(rule, ad->data + layout->id_at);
}

static bool near_enough(const struct frame_trigger *rule, int8_t rssi_dbm)
{
	return rssi_dbm == TRIGGER_RSSI_UNKNOWN || rssi_dbm >= rule->min_rssi;
}

static void press(const struct trigger_layout *layout, struct alerte_frame *out)
{
	uint32_t size = out->size;

	*out = (struct alerte_frame){
		.size = size, .battery_percent = -1, .npresses = 1,
		.press = { { 1, ALERTE_GESTURE_PRESS } },
	};
	text_copy(out->format, sizeof(out->format), layout->name);
}

int frame_trigger_decode(const struct frame_trigger *rule, int8_t rssi_dbm,
			 const uint8_t *data, size_t len,
			 struct alerte_frame *out)
{
	const struct trigger_layout *layout = &layouts[rule->kind];
	const uint8_t *at = data;
	struct ad ad;

	if (!len || !near_enough(rule, rssi_dbm))
		return ALERTE_ENOTFOUND;

	while (ad_next(&at, data + len, &ad))
		if (shows(rule, layout, &ad)) {
			press(layout, out);
			return 1;
		}
	return ALERTE_ENOTFOUND;
}
