/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bluetoothd takes adverts to pieces; here they are put together again, as far
 * as the pieces go.  What it loses: the order of structures, whole and short
 * names, and lists of 32-bit UUIDs, which it cuts to whole entries and adds up
 * over adverts: one made from them would tell old news, so none is made.
 */
#include <stdlib.h>
#include <string.h>

#include "radio/bluez.h"

#define AD_FLAGS 0x01
#define AD_UUIDS16_FIRST 0x02
#define AD_UUIDS_LAST 0x07
#define AD_SHORT_NAME 0x08
#define AD_NAME 0x09
#define AD_SERVICE16 0x16
#define AD_SERVICE32 0x20
#define AD_SERVICE128 0x21
#define AD_MANUFACTURER 0xff
#define AD_BYTES_MAX 254

bool bluez_payload_add(struct bluez_payload *p, uint8_t type,
		       const void *head, size_t nhead, const void *data,
		       size_t len)
{
	uint8_t *at = p->byte + p->len;

	if (len > AD_BYTES_MAX || nhead + len > AD_BYTES_MAX ||
	    2 + nhead + len > sizeof(p->byte) - p->len)
		return false;

	at[0] = (uint8_t)(1 + nhead + len);
	at[1] = type;
	if (nhead)
		memcpy(at + 2, head, nhead);
	if (len)
		memcpy(at + 2 + nhead, data, len);
	p->len += 2 + nhead + len;
	return true;
}

/* ------------------------------------------------------------- variants */

/* Into a variant of that type: 1; one of another is counted and left: 0. */
static int enter(struct bluez *bz, sd_bus_message *m, const char *type)
{
	const char *contents;
	char kind;
	int r = sd_bus_message_peek_type(m, &kind, &contents);

	if (r < 0)
		return r;
	if (r > 0 && kind == 'v' && !strcmp(contents, type))
		return sd_bus_message_enter_container(m, 'v', type);

	bz->count.malformed++;
	return sd_bus_message_skip(m, "v") < 0 ? -1 : 0;
}

/* A value of a basic type: 1, 0 when it is of another. */
static int read_value(struct bluez *bz, sd_bus_message *m, const char *type,
		      void *out)
{
	int r = enter(bz, m, type);

	if (r <= 0)
		return r;

	r = sd_bus_message_read_basic(m, *type, out);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	return r < 0 ? r : 1;
}

static int read_bool(struct bluez *bz, sd_bus_message *m, bool *has, bool *out)
{
	int value, r = read_value(bz, m, "b", &value);

	if (r > 0) {
		*has = true;
		*out = value;
	}
	return r;
}

static int read_bytes(struct bluez *bz, sd_bus_message *m, const void **data,
		      size_t *len)
{
	int r = enter(bz, m, "ay");

	if (r <= 0)
		return r;

	r = sd_bus_message_read_array(m, 'y', data, len);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	return r < 0 ? r : 1;
}

/* --------------------------------------------------------- data by keys */

/* The 16 bytes of a UUID, last first; false when it is not one. */
static bool uuid_parse(const char *text, uint8_t out[16])
{
	char hex[33];
	size_t n = 0;

	if (strlen(text) != 36)
		return false;

	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash != (text[i] == '-'))
			return false;
		if (!dash)
			hex[n++] = text[i];
	}

	hex[n] = '\0';
	if (radio_hex_parse(hex, out, 16) != 16)
		return false;

	for (size_t i = 0; i < 8; i++) {
		uint8_t b = out[i];

		out[i] = out[15 - i];
		out[15 - i] = b;
	}
	return true;
}

/* How many bytes of it a sender spends: 2 or 4 at 12, or all 16. */
static size_t uuid_width(const uint8_t uuid[16])
{
	static const uint8_t base[12] = {
		0xfb, 0x34, 0x9b, 0x5f, 0x80, 0x00, 0x00, 0x80,
		0x00, 0x10, 0x00, 0x00
	};

	if (memcmp(uuid, base, sizeof(base)))
		return 16;

	return uuid[14] || uuid[15] ? 4 : 2;
}

static bool service_add(struct bluez_payload *p, const char *text,
			const void *data, size_t len)
{
	uint8_t uuid[16];

	if (!uuid_parse(text, uuid))
		return false;

	switch (uuid_width(uuid)) {
	case 2:
		return bluez_payload_add(p, AD_SERVICE16, uuid + 12, 2, data,
					 len);
	case 4:
		return bluez_payload_add(p, AD_SERVICE32, uuid + 12, 4, data,
					 len);
	default:
		return bluez_payload_add(p, AD_SERVICE128, uuid, 16, data,
					 len);
	}
}

/* What bluetoothd shows otherwise already must not come twice. */
static bool is_elsewhere(uint8_t type)
{
	return type == AD_FLAGS || type == AD_SHORT_NAME || type == AD_NAME ||
	       (type >= AD_UUIDS16_FIRST && type <= AD_UUIDS_LAST) ||
	       type == AD_SERVICE16 || type == AD_SERVICE32 ||
	       type == AD_SERVICE128 || type == AD_MANUFACTURER;
}

/* One {key: variant}; the key's type tells which property it is. */
static int read_entry(struct bluez *bz, sd_bus_message *m, char key,
		      struct bluez_payload *p)
{
	const char *text = NULL;
	const void *data;
	uint16_t company = 0;
	uint8_t head[2], type = 0;
	size_t len;
	bool fits;
	int r = sd_bus_message_read_basic(m, key, key == 'q' ? (void *)&company
					  : key == 's' ? (void *)&text
					  : (void *)&type);

	if (r >= 0)
		r = read_bytes(bz, m, &data, &len);
	if (r <= 0)
		return r;

	head[0] = company & 0xff;
	head[1] = company >> 8;
	if (key == 'q')
		fits = bluez_payload_add(p, AD_MANUFACTURER, head, 2, data,
					 len);
	else if (key == 's')
		fits = service_add(p, text, data, len);
	else
		fits = is_elsewhere(type) ||
		       bluez_payload_add(p, type, NULL, 0, data, len);

	bz->count.malformed += !fits;
	return 1;
}

/* ManufacturerData a{qv}, ServiceData a{sv}, AdvertisingData a{yv} */
static int read_data(struct bluez *bz, sd_bus_message *m, char key,
		     struct bluez_seen *out)
{
	char array[] = { 'a', '{', key, 'v', '}', '\0' };
	char entry[] = { key, 'v', '\0' };
	char element[] = { '{', key, 'v', '}', '\0' };
	int r = enter(bz, m, array);

	if (r <= 0)
		return r;

	out->has_data = true;
	r = sd_bus_message_enter_container(m, 'a', element);
	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(m, 'e', entry)) > 0) {
		r = read_entry(bz, m, key, &out->data);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(m);

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* ------------------------------------------------------ other properties */

static int read_address(struct bluez *bz, sd_bus_message *m,
			struct bluez_seen *out)
{
	const char *text;
	int r = read_value(bz, m, "s", &text);

	if (r > 0) {
		out->has_address = radio_address_parse(text, out->address);
		bz->count.malformed += !out->has_address;
	}
	return r;
}

static int read_address_type(struct bluez *bz, sd_bus_message *m,
			     struct bluez_seen *out)
{
	const char *text;
	int r = read_value(bz, m, "s", &text);

	if (r > 0) {
		out->random = !strcmp(text, "random");
		out->has_random = out->random || !strcmp(text, "public");
		bz->count.malformed += !out->has_random;
	}
	return r;
}

static int read_rssi(struct bluez *bz, sd_bus_message *m,
		     struct bluez_seen *out)
{
	int16_t rssi;
	int r = read_value(bz, m, "n", &rssi);

	if (r > 0) {
		out->has_rssi = true;
		out->rssi = rssi < -127 || rssi > 127 ? 127 : (int8_t)rssi;
	}
	return r;
}

static int read_flags(struct bluez *bz, sd_bus_message *m,
		      struct bluez_seen *out)
{
	const void *data;
	size_t len;
	int r = read_bytes(bz, m, &data, &len);

	if (r > 0 && len) {
		out->has_flags = true;
		out->flags = *(const uint8_t *)data;
	}
	return r;
}

static int read_name(struct bluez *bz, sd_bus_message *m,
		     struct bluez_seen *out)
{
	const char *text;
	int r = read_value(bz, m, "s", &text);
	size_t n;

	if (r <= 0)
		return r;

	n = strlen(text);
	out->has_name = true;
	out->nname = (uint8_t)(n < sizeof(out->name) ? n : sizeof(out->name));
	memcpy(out->name, text, out->nname);
	return 1;
}

static void uuid_take(struct bluez_seen *out, const char *text)
{
	uint8_t uuid[16];

	if (out->nuuids < BLUEZ_UUIDS_KEPT && uuid_parse(text, uuid) &&
	    uuid_width(uuid) == 2)
		out->uuid[out->nuuids++] =
			(uint16_t)(uuid[12] | uuid[13] << 8);
}

static int read_uuids(struct bluez *bz, sd_bus_message *m,
		      struct bluez_seen *out)
{
	const char *text;
	int r = enter(bz, m, "as");

	if (r <= 0)
		return r;

	out->has_uuids = true;
	r = sd_bus_message_enter_container(m, 'a', "s");
	while (r >= 0 && (r = sd_bus_message_read_basic(m, 's', &text)) > 0)
		uuid_take(out, text);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int read_tie(struct bluez *bz, sd_bus_message *m, unsigned int tie,
		    struct bluez_seen *out)
{
	bool has = false, value = false;
	int r = read_bool(bz, m, &has, &value);

	out->ties_told |= has ? tie : 0;
	out->ties |= value ? tie : 0;
	return r;
}

static int read_device_property(struct bluez *bz, sd_bus_message *m,
				const char *name, struct bluez_seen *out)
{
	static const struct {
		const char *name;
		unsigned int tie;
	} ties[] = {
		{ "Paired", BLUEZ_PAIRED }, { "Bonded", BLUEZ_BONDED },
		{ "Trusted", BLUEZ_TRUSTED }, { "Blocked", BLUEZ_BLOCKED },
		{ "Connected", BLUEZ_CONNECTED },
	};

	if (!strcmp(name, "RSSI"))
		return read_rssi(bz, m, out);
	if (!strcmp(name, "ManufacturerData"))
		return read_data(bz, m, 'q', out);
	if (!strcmp(name, "ServiceData"))
		return read_data(bz, m, 's', out);
	if (!strcmp(name, "AdvertisingData"))
		return read_data(bz, m, 'y', out);
	if (!strcmp(name, "Address"))
		return read_address(bz, m, out);
	if (!strcmp(name, "AddressType"))
		return read_address_type(bz, m, out);
	if (!strcmp(name, "AdvertisingFlags"))
		return read_flags(bz, m, out);
	if (!strcmp(name, "Name"))
		return read_name(bz, m, out);
	if (!strcmp(name, "UUIDs"))
		return read_uuids(bz, m, out);

	for (size_t i = 0; i < sizeof(ties) / sizeof(*ties); i++)
		if (!strcmp(name, ties[i].name))
			return read_tie(bz, m, ties[i].tie, out);

	return sd_bus_message_skip(m, "v");
}

static int read_adapter_property(struct bluez *bz, sd_bus_message *m,
				 const char *name, struct bluez_view *out)
{
	const char *text;
	int r;

	if (!strcmp(name, "Powered"))
		return read_bool(bz, m, &out->has_powered, &out->powered);
	if (!strcmp(name, "Discovering"))
		return read_bool(bz, m, &out->has_discovering,
				 &out->discovering);
	if (strcmp(name, "PowerState"))
		return sd_bus_message_skip(m, "v");

	r = read_value(bz, m, "s", &text);
	if (r > 0) {
		out->has_state = true;
		out->state_blocked = !strcmp(text, "off-blocked");
	}
	return r;
}

/* ----------------------------------------------------------- dictionary */

/* Into the next {sv}: 1 and its name, 0 at the end. */
static int next_property(sd_bus_message *m, const char **name)
{
	int r = sd_bus_message_enter_container(m, 'e', "sv");

	if (r <= 0)
		return r;

	r = sd_bus_message_read_basic(m, 's', name);
	return r < 0 ? r : 1;
}

int bluez_read_adapter(struct bluez *bz, sd_bus_message *m,
		       struct bluez_view *out)
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");
	const char *name;

	while (r >= 0 && (r = next_property(m, &name)) > 0) {
		r = read_adapter_property(bz, m, name, out);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

int bluez_read_device(struct bluez *bz, sd_bus_message *m,
		      struct bluez_seen *out)
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");
	const char *name;

	while (r >= 0 && (r = next_property(m, &name)) > 0) {
		r = read_device_property(bz, m, name, out);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}
