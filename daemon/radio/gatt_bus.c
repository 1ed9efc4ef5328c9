/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BlueZ: there or not, its adapters, and which of its devices is which button.
 * A device is known by its path, which ends in its address; what other devices
 * send is not looked into.
 */
#include <stdio.h>
#include <string.h>

#include "log.h"
#include "radio/gatt_inside.h"

#define DBUS "org.freedesktop.DBus"
#define MANAGER DBUS ".ObjectManager"

/* Any peer may write a signal to us, whatever the rule says of its sender. */
static bool is_from(sd_bus_message *m, const char *who)
{
	const char *sender = sd_bus_message_get_sender(m);

	return sender && *who && !strcmp(sender, who);
}

/* ---------------------------------------------------------------- calls */

sd_bus_message *gatt_method(sd_bus *bus, const char *path,
			    const char *interface, const char *member)
{
	sd_bus_message *m = NULL;

	if (sd_bus_message_new_method_call(bus, &m, BLUEZ, path, interface,
					   member) < 0)
		return NULL;

	return m;
}

int gatt_call(struct gatt *g, sd_bus_message *m, sd_bus_slot **slot,
	      sd_bus_message_handler_t handler, void *context, uint32_t ms)
{
	int r = -1;

	*slot = sd_bus_slot_unref(*slot);
	if (m)
		r = sd_bus_call_async(g->bus, slot, m, handler, context,
				      (uint64_t)ms * 1000);

	sd_bus_message_unref(m);
	return r;
}

void gatt_tell(struct gatt *g, sd_bus_message *m)
{
	if (m && sd_bus_message_set_expect_reply(m, 0) >= 0)
		sd_bus_send(g->bus, m, NULL);

	sd_bus_message_unref(m);
}

/* ------------------------------------------------------------- adapters */

static struct gatt_adapter *adapter_find(struct gatt *g, const char *path)
{
	size_t i;

	for (i = 0; i < g->nadapters; i++)
		if (!strcmp(g->adapter[i].path, path))
			return &g->adapter[i];

	return NULL;
}

static void adapter_take(struct gatt *g, const struct gatt_object *o)
{
	struct gatt_adapter *a = adapter_find(g, o->path);

	if (!a && (g->nadapters == GATT_ADAPTERS_MAX ||
		   (*g->adapter_only && strcmp(g->adapter_only, o->path))))
		return;

	if (!a) {
		a = &g->adapter[g->nadapters++];
		snprintf(a->path, sizeof(a->path), "%s", o->path);
		a->powered = false;
	}

	if (o->has_powered)
		a->powered = o->powered;
}

static bool below(const char *path, const char *parent)
{
	size_t n = strlen(parent);

	return !strncmp(path, parent, n) && path[n] == '/';
}

bool gatt_powered(const struct gatt *g, const struct gatt_device *device)
{
	size_t i;

	for (i = 0; i < g->nadapters; i++)
		if (below(device->path, g->adapter[i].path))
			return g->adapter[i].powered;

	return false;
}

/* -------------------------------------------------------------- devices */

/* Whose device is this, or what lies below it? */
static struct gatt_link *link_of(struct gatt *g, const char *path)
{
	const uint8_t *b;
	const char *at;
	char name[24];
	size_t i;

	if (*g->adapter_only && !below(path, g->adapter_only))
		return NULL;

	at = strstr(path, "/dev_");
	if (!at)
		return NULL;

	for (i = 0; i < g->nlinks; i++) {
		b = g->link[i]->button.address;
		snprintf(name, sizeof(name), "/dev_%02X_%02X_%02X_%02X_%02X_"
			 "%02X", b[0], b[1], b[2], b[3], b[4], b[5]);
		if (!strncmp(at, name, 22) && (!at[22] || at[22] == '/'))
			return g->link[i];
	}

	return NULL;
}

static struct gatt_device *device_find(struct gatt_link *l, const char *path)
{
	size_t i;

	for (i = 0; i < l->ndevices; i++)
		if (!strcmp(l->device[i].path, path))
			return &l->device[i];

	return NULL;
}

static void device_fill(struct gatt_device *d, const struct gatt_object *o)
{
	if (o->has_connected)
		d->connected = o->connected;
	if (!d->connected)
		d->left_ms = 0;
	if (o->has_resolved)
		d->resolved = o->resolved;
	if (o->has_paired)
		d->paired = o->paired;
}

static bool is_current(const struct gatt_link *l, const char *path)
{
	return l->ndevices && !strcmp(l->device[l->at].path, path);
}

static void battery_take(struct gatt_link *l, const struct gatt_object *o)
{
	uint8_t level = (uint8_t)o->percentage;

	if (o->percentage < 0 || !is_current(l, o->path))
		return;

	l->battery = o->percentage;
	if (l->state == GATT_UP)
		gatt_heard(l, UUID_BATTERY_LEVEL, &level, 1);
}

static void changed(struct gatt_link *l, const struct gatt_object *o)
{
	struct gatt_device *d;

	switch (o->kind) {
	case GATT_DEVICE:
		d = device_find(l, o->path);
		if (!d)
			return;
		device_fill(d, o);
		if (o->has_rssi || (o->has_connected && o->connected))
			gatt_link_seen(l);
		if (o->has_connected || o->has_resolved)
			gatt_link_go(l);
		break;
	case GATT_CHARACTERISTIC:
		if (o->value && l->by_signal && !strcmp(o->path, l->path.press))
			gatt_heard(l, l->family->press, o->value,
				   o->value_len);
		break;
	case GATT_BATTERY:
		battery_take(l, o);
		break;
	case GATT_OTHER:
	case GATT_ADAPTER:
	case GATT_SERVICE:
		break;
	}
}

/* PropertiesChanged, of a button or of an adapter. */
static int read_change(sd_bus_message *m, struct gatt_object *o)
{
	const char *interface;
	int r = sd_bus_message_read(m, "s", &interface);

	*o = (struct gatt_object){ .path = sd_bus_message_get_path(m),
				   .percentage = -1 };
	if (r < 0)
		return r;

	o->kind = gatt_kind_of(interface);
	return gatt_properties(m, o);
}

static int on_device(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt_link *l = context;
	struct gatt_object o;

	(void)error;

	if (!is_from(m, l->g->owner))
		return 0;

	if (read_change(m, &o) < 0)
		l->nonsense++;
	else
		changed(l, &o);

	return 0;
}

static int device_watch(struct gatt_link *l, struct gatt_device *d)
{
	char rule[256];

	snprintf(rule, sizeof(rule), "type='signal',sender='" BLUEZ "',"
		 "interface='" DBUS ".Properties',member='PropertiesChanged',"
		 "path_namespace='%s'", d->path);
	return sd_bus_add_match_async(l->g->bus, &d->match, rule, on_device,
				      NULL, l);
}

static void device_take(struct gatt_link *l, const struct gatt_object *o)
{
	struct gatt_device *d = device_find(l, o->path);

	if (!d) {
		if (l->ndevices == GATT_DEVICES_MAX)
			return;
		d = &l->device[l->ndevices];
		*d = (struct gatt_device){ .match = NULL };
		snprintf(d->path, sizeof(d->path), "%s", o->path);
		if (device_watch(l, d) < 0)
			return;
		l->ndevices++;
	}

	device_fill(d, o);
}

void gatt_device_drop(struct gatt_link *l, size_t i)
{
	sd_bus_slot_unref(l->device[i].match);
	l->ndevices--;
	memmove(&l->device[i], &l->device[i + 1],
		(l->ndevices - i) * sizeof(*l->device));
	if (l->at > i)
		l->at--;
	if (l->at >= l->ndevices)
		l->at = 0;
}

/* ---------------------------------------------------------------- looks */

static void take(void *context, const struct gatt_object *o)
{
	struct gatt *g = context;
	struct gatt_link *l;

	if (o->kind == GATT_ADAPTER) {
		adapter_take(g, o);
		return;
	}

	l = link_of(g, o->path);
	if (l && o->kind == GATT_DEVICE)
		device_take(l, o);
	if (l && o->kind == GATT_BATTERY)
		battery_take(l, o);
}

static void go_on(struct gatt *g)
{
	size_t i;

	for (i = 0; i < g->nlinks; i++)
		gatt_link_go(g->link[i]);

	gatt_seek_update(g);
}

static int on_again(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	gatt_look(context);
	return 0;
}

static int on_objects(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt *g = context;

	(void)error;
	g->looking = false;

	if (g->look_again) {
		gatt_look(g);
		return 0;
	}

	g->there = !sd_bus_message_is_method_error(m, NULL);
	if (g->there)
		snprintf(g->owner, sizeof(g->owner), "%s",
			 sd_bus_message_get_sender(m));

	if (g->there && gatt_objects(m, take, g) < 0) {
		g->nonsense++;
		g->there = false;
	}
	if (!g->there)
		gatt_timer(g, &g->again, g->config.pace.most, on_again, g);

	go_on(g);
	return 0;
}

void gatt_look(struct gatt *g)
{
	g->look_again = g->looking;
	if (g->looking)
		return;

	g->looking = gatt_call(g, gatt_method(g->bus, "/", MANAGER,
					      "GetManagedObjects"), &g->call,
			       on_objects, g, g->config.pace.answer) >= 0;
	if (!g->looking)
		gatt_timer(g, &g->again, g->config.pace.most, on_again, g);
}

/* -------------------------------------------------------------- signals */

static void all_gone(struct gatt *g)
{
	size_t i;

	g->there = false;
	*g->owner = '\0';
	g->nadapters = 0;

	for (i = 0; i < g->nlinks; i++) {
		while (g->link[i]->ndevices)
			gatt_device_drop(g->link[i], 0);
		gatt_link_go(g->link[i]);
	}

	gatt_seek_update(g);
}

static int on_owner(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const char *name, *before, *now;
	struct gatt *g = context;

	(void)error;

	if (!is_from(m, DBUS) ||
	    sd_bus_message_read(m, "sss", &name, &before, &now) < 0)
		return 0;

	all_gone(g);
	if (*now)
		gatt_look(g);

	return 0;
}

static bool is_adapter(const char *path)
{
	return !strncmp(path, "/org/bluez/", 11) && !strchr(path + 11, '/');
}

static int on_added(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt *g = context;
	struct gatt_link *l;
	const char *path;

	(void)error;

	if (!is_from(m, g->owner) || sd_bus_message_read(m, "o", &path) < 0)
		return 0;

	l = link_of(g, path);
	if (!l && !is_adapter(path))
		return 0;

	if (gatt_interfaces(m, path, take, g) < 0)
		g->nonsense++;

	if (!l || device_find(l, path))
		go_on(g);

	return 0;
}

static void adapter_gone(struct gatt *g, const char *path)
{
	struct gatt_adapter *a = adapter_find(g, path);
	size_t i, k;

	if (!a)
		return;

	*a = g->adapter[--g->nadapters];

	for (i = 0; i < g->nlinks; i++)
		for (k = g->link[i]->ndevices; k-- > 0;)
			if (below(g->link[i]->device[k].path, path))
				gatt_device_drop(g->link[i], k);
}

static void object_gone(struct gatt *g, const char *path)
{
	struct gatt_link *l = link_of(g, path);
	struct gatt_device *d = l ? device_find(l, path) : NULL;

	if (is_adapter(path))
		adapter_gone(g, path);
	else if (d)
		gatt_device_drop(l, (size_t)(d - l->device));
	else if (l && *l->path.press && !strcmp(l->path.press, path))
		gatt_link_failed(l, "its services went away");
	else
		return;

	go_on(g);
}

static bool names(sd_bus_message *m)
{
	const char *interface;
	bool found = false;

	if (sd_bus_message_enter_container(m, 'a', "s") < 0)
		return false;

	while (sd_bus_message_read(m, "s", &interface) > 0)
		found |= !strcmp(interface, BLUEZ_ADAPTER) ||
			 !strcmp(interface, BLUEZ_DEVICE) ||
			 !strcmp(interface, BLUEZ_CHARACTERISTIC);

	return found;
}

static int on_removed(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt *g = context;
	const char *path;

	(void)error;

	if (is_from(m, g->owner) && sd_bus_message_read(m, "o", &path) >= 0 &&
	    names(m))
		object_gone(g, path);

	return 0;
}

static int on_adapter(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt *g = context;
	struct gatt_object o;

	(void)error;

	if (!is_from(m, g->owner))
		return 0;

	if (read_change(m, &o) < 0) {
		g->nonsense++;
	} else if (o.kind == GATT_ADAPTER && o.has_powered) {
		adapter_take(g, &o);
		go_on(g);
	}

	return 0;
}

int gatt_watch(struct gatt *g)
{
	int r = sd_bus_add_match_async(g->bus, &g->match[0],
		"type='signal',sender='" DBUS "',interface='" DBUS "',"
		"member='NameOwnerChanged',arg0='" BLUEZ "'", on_owner, NULL,
		g);

	if (r >= 0)
		r = sd_bus_match_signal_async(g->bus, &g->match[1], BLUEZ, "/",
					      MANAGER, "InterfacesAdded",
					      on_added, NULL, g);
	if (r >= 0)
		r = sd_bus_match_signal_async(g->bus, &g->match[2], BLUEZ, "/",
					      MANAGER, "InterfacesRemoved",
					      on_removed, NULL, g);
	if (r >= 0)
		r = sd_bus_add_match_async(g->bus, &g->match[3],
			"type='signal',sender='" BLUEZ "',interface='" DBUS
			".Properties',member='PropertiesChanged',"
			"arg0='" BLUEZ_ADAPTER "'", on_adapter, NULL, g);

	return r;
}
