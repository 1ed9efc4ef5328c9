/* SPDX-License-Identifier: Apache-2.0 */
/* One sealed advert by itself, for who keeps no table. */
#include <string.h>

#include "crypto/seal.h"
#include "frame/ad.h"
#include "frame/sealed_inside.h"
#include "port/bytes.h"

const uint8_t *sealed_payload(uint16_t id, const uint8_t *data, size_t len)
{
	const uint8_t *at = data;
	struct ad ad;

	if (!len)
		return NULL;
	while (ad_next(&at, data + len, &ad))
		if ((ad.type == AD_SERVICE_DATA16 ||
		     ad.type == AD_MANUFACTURER) && !ad.cut &&
		    ad.len == 2 + ALERTE_SEALED_BYTES && le16(ad.data) == id &&
		    sealed_head_ok(ad.data[2]))
			return ad.data + 2;
	return NULL;
}

int sealed_keys(const uint8_t *key, size_t len, struct alerte_sealed_keys *out)
{
	struct alerte_sealed_keys keys = { .size = sizeof(keys) };
	int r = 0;

	if (len == SEALED_KEYS_BYTES) {
		memcpy(keys.id, key, sizeof(keys.id));
		memcpy(keys.seal, key + sizeof(keys.id), sizeof(keys.seal));
	} else if (len == ALERTE_SEALED_MASTER_BYTES) {
		r = alerte_sealed_derive(key, &keys);
	} else {
		r = ALERTE_EINVAL;
	}
	if (!r)
		*out = keys;
	wipe(&keys, sizeof(keys));
	return r;
}

/* An instant in the middle of nowhere: no clock is known. */
#define NOW 1

int sealed_decode(const uint8_t *key, size_t key_len, uint16_t id,
		  const uint8_t *data, size_t len, struct alerte_frame *out)
{
	_Alignas(SEALED_LINE) uint8_t memory[8192];
	const uint8_t *payload = sealed_payload(id, data, len);
	uint8_t found[ALERTE_SEALED_BYTES];
	struct alerte_sealed_keys keys;
	struct sealed_frame frame;
	struct sealed_table *t;
	int r;

	if (!payload)
		return ALERTE_ENOTFOUND;
	r = sealed_keys(key, key_len, &keys);
	if (r || sealed_table_bytes(1) > sizeof(memory))
		return r ? r : ALERTE_ENOMEM;
	t = sealed_table_new(memory, 1);
	sealed_table_add(t, &keys, NULL, NOW);
	wipe(&keys, sizeof(keys));
	r = sealed_open(t, payload, ALERTE_SEALED_BYTES, NOW, &frame);
	while (r == ALERTE_ENOTFOUND &&
	       sealed_table_step(t, NOW, SEALED_STEP_WORK))
		;
	if (r == ALERTE_ENOTFOUND && sealed_table_again(t, found))
		r = sealed_open(t, found, sizeof(found), NOW, &frame);
	sealed_table_free(t);
	if (r >= 0) {
		frame.late = false;	/* not judged here, as no replay is */
		return sealed_tell(&frame, out);
	}
	/* to who holds one key, another button's frame does not open */
	*out = (struct alerte_frame){ .size = out->size, .format = SEALED_NAME,
				      .battery_percent = -1 };
	return ALERTE_EKEY;
}
