/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With DuplicateData every advert that holds service or manufacturer data
 * comes with that data, whether it is new or not (seen with BlueZ 5.66).  So a
 * change of RSSI alone was an advert without any: it is handed on with flags,
 * UUIDs and name only.  To repeat the last data with it would be a forgery: a
 * button that says its press in one frame and its name in another would press
 * again each time it says its name, 10 s after the last press at the soonest
 * (R5).  Only where bluetoothd refuses DuplicateData does RSSI alone mean "the
 * same again"; there a press that repeats the last one's bytes would be lost
 * otherwise, so there it is repeated.  When in doubt, alert.
 *
 * No device has to be remembered to be heard: address and data are in the
 * message.  The table is for what bluetoothd tells only once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "radio/bluez.h"

#define KEY_SOURCE_SHIFT 48
#define DEVICE_AT "/dev_"

/* "/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF": source and address, or 0. */
static uint64_t key_of(const char *path)
{
	char adapter[BLUEZ_PATH_MAX], text[18];
	const char *at = strstr(path, DEVICE_AT);
	uint8_t address[6];
	uint64_t key;
	int index;

	if (!at || at - path >= (ptrdiff_t)sizeof(adapter) ||
	    strlen(at) != strlen(DEVICE_AT) + 17)
		return 0;

	memcpy(adapter, path, (size_t)(at - path));
	adapter[at - path] = '\0';
	strcpy(text, at + strlen(DEVICE_AT));
	for (char *p = text; *p; p++)
		*p = *p == '_' ? ':' : *p;

	index = bluez_adapter_index(adapter);
	if (index < 0 || !radio_address_parse(text, address))
		return 0;

	key = (uint64_t)index + 1;
	for (int i = 0; i < 6; i++)
		key = key << 8 | address[i];
	return key;
}

static uint32_t source_of(uint64_t key)
{
	return (uint32_t)(key >> KEY_SOURCE_SHIFT);
}

static void address_of(uint64_t key, uint8_t out[6])
{
	for (int i = 5; i >= 0; i--, key >>= 8)
		out[i] = key & 0xff;
}

static struct bluez_device *find(struct bluez *bz, uint64_t key)
{
	for (unsigned int i = 0; i < bz->ndevices; i++)
		if (bz->key[i] == key)
			return bz->device[i];

	return NULL;
}

static void drop(struct bluez *bz, unsigned int i)
{
	free(bz->device[i]);
	bz->ndevices--;
	bz->device[i] = bz->device[bz->ndevices];
	bz->key[i] = bz->key[bz->ndevices];
}

/* ------------------------------------------------------------- removing */

static void removed(struct bluez *bz, sd_bus_message *reply, int64_t id);

static void ask_removed(struct bluez *bz, uint64_t key)
{
	struct bluez_adapter *a = bluez_adapter_find(bz, source_of(key));
	char path[BLUEZ_PATH_MAX + 32];
	sd_bus_message *m;
	uint8_t b[6];

	/* Heard again meanwhile, it is new. */
	if (!a || find(bz, key))
		return;

	address_of(key, b);
	snprintf(path, sizeof(path), "%s" DEVICE_AT "%02X_%02X_%02X_%02X_"
		 "%02X_%02X", a->path, b[0], b[1], b[2], b[3], b[4], b[5]);
	m = bluez_method(bz, a->path, BLUEZ_ADAPTER, "RemoveDevice");
	if (m && sd_bus_message_append(m, "o", path) >= 0 &&
	    bluez_call(bz, m, removed, 0) >= 0)
		bz->removing++;
	sd_bus_message_unref(m);
}

static void go_on_removing(struct bluez *bz)
{
	while (bz->nleaving && bz->removing < BLUEZ_REMOVING_MAX) {
		uint64_t key = bz->leaving[bz->leaving_at];

		bz->leaving_at = (bz->leaving_at + 1) % BLUEZ_DEVICES_MAX;
		bz->nleaving--;
		ask_removed(bz, key);
	}
}

static void removed(struct bluez *bz, sd_bus_message *reply, int64_t id)
{
	(void)id;
	bz->removing--;
	bz->count.removed += !sd_bus_message_is_method_error(reply, NULL);
	go_on_removing(bz);
}

/*
 * Forgotten here, and there in its turn.  Where they come faster than they go
 * bluetoothd's own timer has to do.
 */
static void let_go(struct bluez *bz, unsigned int i)
{
	uint64_t key = bz->key[i];

	drop(bz, i);
	if (bz->nleaving == BLUEZ_DEVICES_MAX)
		return;

	bz->leaving[(bz->leaving_at + bz->nleaving++) % BLUEZ_DEVICES_MAX] =
		key;
}

/* The one heard longest ago, of those that nothing ties; -1: none. */
static int victim(const struct bluez *bz)
{
	int oldest = -1;

	for (unsigned int i = 0; i < bz->ndevices; i++)
		if (!bz->device[i]->ties &&
		    (oldest < 0 ||
		     bz->device[i]->turn < bz->device[oldest]->turn))
			oldest = (int)i;

	return oldest;
}

static void sweep(struct bluez *bz)
{
	while (bz->ndevices > BLUEZ_DEVICES_KEEP) {
		int i = victim(bz);

		if (i < 0 || bluez_now_ms() - bz->device[i]->heard_ms <
			     BLUEZ_FRESH_MS)
			break;
		let_go(bz, (unsigned int)i);
	}

	go_on_removing(bz);
}

void bluez_devices_purge(struct bluez *bz, uint32_t source)
{
	unsigned int i = bz->ndevices;

	while (i-- > 0)
		if (!bz->device[i]->ties && source_of(bz->key[i]) == source)
			let_go(bz, i);

	go_on_removing(bz);
}

/* A place in the full table: of a stranger, else of whom we heard last. */
static void make_room(struct bluez *bz)
{
	unsigned int oldest = 0;
	int i;

	if (bz->ndevices < BLUEZ_DEVICES_MAX)
		return;

	i = victim(bz);
	if (i >= 0) {
		let_go(bz, (unsigned int)i);
		return;
	}

	for (unsigned int j = 1; j < bz->ndevices; j++)
		if (bz->device[j]->turn < bz->device[oldest]->turn)
			oldest = j;
	drop(bz, oldest);
}

/* ---------------------------------------------------------- remembering */

/* A random address until told: strangers who come and go have one. */
static struct bluez_device *add(struct bluez *bz, uint64_t key)
{
	struct bluez_device *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;

	make_room(bz);
	d->key = key;
	d->random = true;
	d->rssi = 127;
	d->ties = BLUEZ_UNKNOWN;
	address_of(key, d->address);
	bz->key[bz->ndevices] = key;
	bz->device[bz->ndevices++] = d;
	return d;
}

static void learn(struct bluez_device *d, const struct bluez_seen *seen)
{
	if (seen->has_address)
		memcpy(d->address, seen->address, sizeof(d->address));
	if (seen->has_random)
		d->random = seen->random;
	if (seen->has_flags) {
		d->has_flags = true;
		d->flags = seen->flags;
	}
	if (seen->has_name) {
		d->nname = seen->nname;
		memcpy(d->name, seen->name, seen->nname);
	}
	if (seen->has_uuids) {
		d->nuuids = seen->nuuids;
		memcpy(d->uuid, seen->uuid, sizeof(d->uuid));
	}
	if (seen->has_rssi)
		d->rssi = seen->rssi;
	if (seen->has_data) {
		d->nlast = seen->data.len <= sizeof(d->last)
			? (uint8_t)seen->data.len : 0;
		memcpy(d->last, seen->data.byte, d->nlast);
	}

	d->ties = (d->ties & ~seen->ties_told) | seen->ties;
	if (d->ties & BLUEZ_CONNECTED)
		d->ties |= BLUEZ_WAS_CONNECTED;
}

/* NULL: not a device, or not of an adapter we listen on. */
static struct bluez_device *find_or_add(struct bluez *bz, const char *path,
					const struct bluez_seen *seen)
{
	uint64_t key = key_of(path);
	struct bluez_device *d;

	bz->count.malformed += !key;
	if (!key || !bluez_wanted(bz, (int)source_of(key) - 1))
		return NULL;

	d = find(bz, key);
	if (!d)
		d = add(bz, key);
	if (d) {
		d->turn = ++bz->turn;
		d->heard_ms = bluez_now_ms();
		learn(d, seen);
	}
	return d;
}

/* --------------------------------------------------------------- hearing */

static void uuids_add(const struct bluez_device *d, struct bluez_payload *p)
{
	uint8_t bytes[2 * BLUEZ_UUIDS_KEPT];

	for (int i = 0; i < d->nuuids; i++) {
		bytes[2 * i] = d->uuid[i] & 0xff;
		bytes[2 * i + 1] = d->uuid[i] >> 8;
	}
	if (d->nuuids)
		bluez_payload_add(p, 0x03, NULL, 0, bytes,
				  2 * (size_t)d->nuuids);
}

static void bytes_add(struct bluez_payload *p, const uint8_t *bytes,
		      size_t len)
{
	if (len > sizeof(p->byte) - p->len)
		return;

	memcpy(p->byte + p->len, bytes, len);
	p->len += len;
}

static bool repeats(struct bluez *bz, const struct bluez_device *d)
{
	const struct bluez_adapter *a = bluez_adapter_find(bz,
						source_of(d->key));

	return a && a->no_duplicates;
}

static void hear(struct bluez *bz, const struct bluez_device *d,
		 const struct bluez_seen *seen)
{
	struct bluez_payload p;
	struct alerte_advert advert = {
		.size = sizeof(advert),
		.random = d->random, .rssi_dbm = d->rssi,
		.source = source_of(d->key), .heard_boot_ms = d->heard_ms,
		.data = p.byte
	};

	p.len = 0;
	if (d->has_flags)
		bluez_payload_add(&p, 0x01, NULL, 0, &d->flags, 1);
	uuids_add(d, &p);

	if (seen->has_data)
		bytes_add(&p, seen->data.byte, seen->data.len);
	else if (repeats(bz, d))
		bytes_add(&p, d->last, d->nlast);
	else
		bz->count.bare++;

	if (d->nname)
		bluez_payload_add(&p, 0x09, NULL, 0, d->name, d->nname);

	advert.len = p.len;
	memcpy(advert.address, d->address, sizeof(advert.address));
	bz->count.adverts++;
	bz->events.hear(bz->events.context, &advert);
}

void bluez_device_seen(struct bluez *bz, const char *path, bool announced,
		       const struct bluez_seen *seen)
{
	struct bluez_device *d = find_or_add(bz, path, seen);

	if (!d)
		return;

	if (announced) {
		d->ties &= ~(unsigned int)BLUEZ_UNKNOWN;
		sweep(bz);
	}

	/* Announced without RSSI it comes from a disk, not from the air. */
	if (seen->has_rssi || (seen->has_data && !announced))
		hear(bz, d, seen);
}

void bluez_device_known(struct bluez *bz, const char *path,
			const struct bluez_seen *seen)
{
	find_or_add(bz, path, seen);
}

void bluez_device_remove(struct bluez *bz, const char *path)
{
	uint64_t key = key_of(path);

	for (unsigned int i = 0; i < bz->ndevices; i++)
		if (bz->key[i] == key) {
			drop(bz, i);
			return;
		}
}

void bluez_devices_forget(struct bluez *bz, uint32_t source)
{
	unsigned int i = bz->ndevices;

	if (!source)
		bz->nleaving = bz->removing = 0;

	while (i-- > 0)
		if (!source || source_of(bz->key[i]) == source)
			drop(bz, i);
}
