/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What BlueZ says of its objects.  A property of another type than it should
 * have is not told; a message that cannot be read through is an error.
 */
#include <errno.h>
#include <string.h>

#include "radio/gatt_inside.h"

enum gatt_kind gatt_kind_of(const char *interface)
{
	static const struct {
		const char *name;
		enum gatt_kind kind;
	} kinds[] = {
		{ BLUEZ_ADAPTER, GATT_ADAPTER },
		{ BLUEZ_DEVICE, GATT_DEVICE },
		{ BLUEZ_SERVICE, GATT_SERVICE },
		{ BLUEZ_CHARACTERISTIC, GATT_CHARACTERISTIC },
		{ BLUEZ_BATTERY, GATT_BATTERY },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, interface))
			return kinds[i].kind;

	return GATT_OTHER;
}

static bool flag_of(struct gatt_object *o, const char *name, bool **has,
		    bool **value)
{
	if (!strcmp(name, "Powered")) {
		*has = &o->has_powered;
		*value = &o->powered;
	} else if (!strcmp(name, "Connected")) {
		*has = &o->has_connected;
		*value = &o->connected;
	} else if (!strcmp(name, "ServicesResolved")) {
		*has = &o->has_resolved;
		*value = &o->resolved;
	} else if (!strcmp(name, "Paired")) {
		*has = &o->has_paired;
		*value = &o->paired;
	} else {
		return false;
	}

	return true;
}

static int read_flag(sd_bus_message *m, const char *name,
		     struct gatt_object *o)
{
	bool *has, *value;
	int b, r;

	if (!flag_of(o, name, &has, &value))
		return sd_bus_message_skip(m, "v");

	r = sd_bus_message_read(m, "v", "b", &b);
	if (r >= 0) {
		*has = true;
		*value = b;
	}

	return r;
}

static int read_text(sd_bus_message *m, const char *name, const char *type,
		     struct gatt_object *o)
{
	const char *text;
	int r = sd_bus_message_read(m, "v", type, &text);

	if (r >= 0 && !strcmp(name, "UUID"))
		o->uuid = text;
	if (r >= 0 && !strcmp(name, "Service"))
		o->service = text;

	return r;
}

static int read_byte(sd_bus_message *m, const char *name,
		     struct gatt_object *o)
{
	uint8_t byte;
	int r = sd_bus_message_read(m, "v", "y", &byte);

	if (r >= 0 && !strcmp(name, "Percentage") && byte <= 100)
		o->percentage = byte;

	return r;
}

static int read_flags(sd_bus_message *m, const char *name,
		      struct gatt_object *o)
{
	const char *flag;
	int r = sd_bus_message_enter_container(m, 'v', "as");

	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "s");
	if (r < 0)
		return r;

	while ((r = sd_bus_message_read(m, "s", &flag)) > 0)
		if (!strcmp(name, "Flags") && !strcmp(flag, "read"))
			o->readable = true;

	if (r >= 0)
		r = sd_bus_message_exit_container(m);
	if (r >= 0)
		r = sd_bus_message_exit_container(m);

	return r;
}

static int read_value(sd_bus_message *m, const char *name,
		      struct gatt_object *o)
{
	const void *bytes;
	size_t len;
	int r = sd_bus_message_enter_container(m, 'v', "ay");

	if (r >= 0)
		r = sd_bus_message_read_array(m, 'y', &bytes, &len);
	if (r < 0)
		return r;

	if (!strcmp(name, "Value")) {
		/* NULL when it is empty, which is told all the same */
		o->value = bytes ? bytes : (const uint8_t *)"";
		o->value_len = len;
	}

	return sd_bus_message_exit_container(m);
}

static int read_property(sd_bus_message *m, struct gatt_object *o)
{
	const char *name, *type;
	char kind;
	int r = sd_bus_message_read(m, "s", &name);

	if (r >= 0)
		r = sd_bus_message_peek_type(m, &kind, &type);
	if (r < 0)
		return r;
	if (r == 0 || kind != 'v')
		return -EBADMSG;

	if (!strcmp(type, "b"))
		return read_flag(m, name, o);
	if (!strcmp(type, "s") || !strcmp(type, "o"))
		return read_text(m, name, type, o);
	if (!strcmp(type, "y"))
		return read_byte(m, name, o);
	if (!strcmp(type, "as"))
		return read_flags(m, name, o);
	if (!strcmp(type, "ay"))
		return read_value(m, name, o);
	if (!strcmp(name, "RSSI"))
		o->has_rssi = true;

	return sd_bus_message_skip(m, "v");
}

int gatt_properties(sd_bus_message *m, struct gatt_object *out)
{
	int r = sd_bus_message_enter_container(m, 'a', "{sv}");

	if (r < 0)
		return r;

	while ((r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
		r = read_property(m, out);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

int gatt_interfaces(sd_bus_message *m, const char *path,
		    void (*take)(void *context, const struct gatt_object *o),
		    void *context)
{
	struct gatt_object o;
	const char *interface;
	int r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");

	if (r < 0)
		return r;

	while ((r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
		o = (struct gatt_object){ .path = path, .percentage = -1 };
		r = sd_bus_message_read(m, "s", &interface);
		if (r >= 0)
			r = gatt_properties(m, &o);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;

		o.kind = gatt_kind_of(interface);
		if (o.kind != GATT_OTHER && strlen(path) < GATT_PATH_MAX)
			take(context, &o);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

int gatt_objects(sd_bus_message *m,
		 void (*take)(void *context, const struct gatt_object *o),
		 void *context)
{
	const char *path;
	int r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");

	if (r < 0)
		return r;

	while ((r = sd_bus_message_enter_container(m, 'e',
						   "oa{sa{sv}}")) > 0) {
		r = sd_bus_message_read(m, "o", &path);
		if (r >= 0)
			r = gatt_interfaces(m, path, take, context);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
		if (r < 0)
			return r;
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}
