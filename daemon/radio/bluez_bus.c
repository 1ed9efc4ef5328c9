/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "radio/bluez.h"

#define BUS_NAME "org.freedesktop.DBus"
#define BUS_PATH "/org/freedesktop/DBus"

/* A call not answered yet; freed with the driver, so no answer comes late. */
struct bluez_call {
	struct bluez_call *next, **link;
	struct bluez *bz;
	sd_bus_slot *slot;
	void (*answer)(struct bluez *bz, sd_bus_message *reply, int64_t id);
	int64_t id;
};

static void call_free(struct bluez_call *c)
{
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	sd_bus_slot_unref(c->slot);
	free(c);
}

static int call_answered(sd_bus_message *reply, void *userdata,
			 sd_bus_error *error)
{
	struct bluez_call *c = userdata;
	struct bluez_call done = *c;

	(void)error;
	call_free(c);
	done.answer(done.bz, reply, done.id);
	return 0;
}

int bluez_call(struct bluez *bz, sd_bus_message *m,
	       void (*answer)(struct bluez *bz, sd_bus_message *reply,
			      int64_t id),
	       int64_t id)
{
	struct bluez_call *c;
	int r;

	if (!m)
		return -ENOMEM;

	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;

	c->bz = bz;
	c->answer = answer;
	c->id = id;
	r = sd_bus_call_async(bz->bus, &c->slot, m, call_answered, c,
			      BLUEZ_CALL_MS * 1000ull);
	if (r < 0) {
		free(c);
		return r;
	}

	c->next = bz->calls;
	c->link = &bz->calls;
	if (c->next)
		c->next->link = &c->next;
	bz->calls = c;
	return 0;
}

void bluez_tell(struct bluez *bz, sd_bus_message *m)
{
	if (m && sd_bus_message_set_expect_reply(m, 0) >= 0)
		sd_bus_send(bz->bus, m, NULL);
}

void bluez_calls_free(struct bluez *bz)
{
	while (bz->calls)
		call_free(bz->calls);
}

/* To the one that is there: a call must not start one that was stopped. */
sd_bus_message *bluez_method(struct bluez *bz, const char *path,
			     const char *interface, const char *member)
{
	sd_bus_message *m = NULL;

	if (!bz->owner[0] ||
	    sd_bus_message_new_method_call(bz->bus, &m, bz->owner, path,
					   interface, member) < 0)
		return NULL;

	return m;
}

bool bluez_is_owner(struct bluez *bz, sd_bus_message *m)
{
	const char *sender = sd_bus_message_get_sender(m);

	if (sender && bz->owner[0] && !strcmp(sender, bz->owner))
		return true;

	bz->count.foreign++;
	return false;
}

/* -------------------------------------------------------------- objects */

/* What an object is to us, by the interfaces it showed. */
struct object {
	const char *path;
	bool adapter, device, monitors, bad;
	struct bluez_view view;
	struct bluez_seen seen;
};

static int read_interface(struct bluez *bz, sd_bus_message *m,
			  struct object *o)
{
	const char *name;
	int r = sd_bus_message_read(m, "s", &name);

	if (r < 0)
		return r;

	if (!strcmp(name, BLUEZ_ADAPTER)) {
		o->adapter = true;
		return bluez_read_adapter(bz, m, &o->view);
	}
	if (!strcmp(name, BLUEZ_DEVICE)) {
		o->device = true;
		return bluez_read_device(bz, m, &o->seen);
	}

	o->monitors |= !strcmp(name, BLUEZ_MONITORS);
	return sd_bus_message_skip(m, "a{sv}");
}

/* oa{sa{sv}} */
static int read_object(struct bluez *bz, sd_bus_message *m, struct object *o)
{
	int r = sd_bus_message_read(m, "o", &o->path);

	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
		r = read_interface(bz, m, o);
		if (r >= 0)
			r = sd_bus_message_exit_container(m);
	}

	return r < 0 ? r : sd_bus_message_exit_container(m);
}

static void object_reset(struct object *o)
{
	o->adapter = o->device = o->monitors = false;
	memset(&o->view, 0, sizeof(o->view));
	memset(&o->seen, 0, offsetof(struct bluez_seen, data.byte));
}

/* The monitors first: what begins with an adapter depends on them. */
static void object_take(struct bluez *bz, const struct object *o)
{
	if (o->monitors && !o->adapter)
		bluez_adapter_monitors(bz, o->path, true);
	if (!o->adapter)
		return;

	bluez_adapter_add(bz, o->path, &o->view);
	if (o->monitors)
		bluez_adapter_monitors(bz, o->path, true);
}

static int read_objects(struct bluez *bz, sd_bus_message *m)
{
	struct object o;
	int r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");

	while (r >= 0 &&
	       (r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}")) > 0) {
		object_reset(&o);
		r = read_object(bz, m, &o);
		if (r < 0)
			return r;
		object_take(bz, &o);
		if (o.device)
			bluez_device_known(bz, o.path, &o.seen);
		r = sd_bus_message_exit_container(m);
	}

	return r;
}

static int on_look_again(sd_event_source *source, uint64_t usec,
			 void *userdata)
{
	struct bluez *bz = userdata;

	(void)source;
	(void)usec;
	bz->look_again = sd_event_source_disable_unref(bz->look_again);
	bluez_look(bz);
	return 0;
}

static void look_later(struct bluez *bz)
{
	bz->look_again = sd_event_source_disable_unref(bz->look_again);
	sd_event_add_time_relative(bz->event, &bz->look_again, CLOCK_BOOTTIME,
				   BLUEZ_SETTLE_MS * 1000, 10000,
				   on_look_again, bz);
}

static void looked(struct bluez *bz, sd_bus_message *reply, int64_t id)
{
	const sd_bus_error *e = sd_bus_message_get_error(reply);

	(void)id;
	if (e) {
		log_line(ALERTE_LOG_WARNING, "radio bluez: bluetoothd does "
			 "not say what it has: %s", e->name);
		look_later(bz);
		return;
	}

	if (read_objects(bz, reply) < 0) {
		bz->count.malformed++;
		look_later(bz);
	}
	bluez_changed(bz);
}

void bluez_look(struct bluez *bz)
{
	sd_bus_message *m = bluez_method(bz, "/", BLUEZ_OBJECTS,
					 "GetManagedObjects");

	if (m && bluez_call(bz, m, looked, 0) < 0)
		look_later(bz);
	sd_bus_message_unref(m);
}

/* -------------------------------------------------------------- signals */

static int on_added(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct bluez *bz = userdata;
	struct object o;

	(void)error;
	if (!bluez_is_owner(bz, m))
		return 0;

	object_reset(&o);
	if (read_object(bz, m, &o) < 0) {
		bz->count.malformed++;
		return 0;
	}

	object_take(bz, &o);
	if (o.device)
		bluez_device_seen(bz, o.path, true, &o.seen);
	return 0;
}

static void interface_removed(struct bluez *bz, const char *path,
			      const char *name)
{
	if (!strcmp(name, BLUEZ_ADAPTER))
		bluez_adapter_remove(bz, path);
	else if (!strcmp(name, BLUEZ_DEVICE))
		bluez_device_remove(bz, path);
	else if (!strcmp(name, BLUEZ_MONITORS))
		bluez_adapter_monitors(bz, path, false);
}

static int on_removed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct bluez *bz = userdata;
	const char *path, *name;
	int r;

	(void)error;
	if (!bluez_is_owner(bz, m))
		return 0;

	r = sd_bus_message_read(m, "o", &path);
	if (r >= 0)
		r = sd_bus_message_enter_container(m, 'a', "s");
	while (r >= 0 && (r = sd_bus_message_read(m, "s", &name)) > 0)
		interface_removed(bz, path, name);

	if (r < 0)
		bz->count.malformed++;
	return 0;
}

/*
 * Of sa{sv}as the last is never read: an RSSI that is no longer valid says
 * that a scan ended, not that somebody sent something.
 */
static int on_device(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct bluez *bz = userdata;
	struct bluez_seen seen;
	const char *name;

	(void)error;
	if (!bluez_is_owner(bz, m))
		return 0;

	memset(&seen, 0, offsetof(struct bluez_seen, data.byte));
	if (sd_bus_message_read(m, "s", &name) < 0 ||
	    strcmp(name, BLUEZ_DEVICE) || bluez_read_device(bz, m, &seen) < 0)
		bz->count.malformed++;
	else
		bluez_device_seen(bz, sd_bus_message_get_path(m), false, &seen);
	return 0;
}

static int on_adapter(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct bluez *bz = userdata;
	struct bluez_view view = { 0 };
	const char *name;

	(void)error;
	if (!bluez_is_owner(bz, m))
		return 0;

	if (sd_bus_message_read(m, "s", &name) < 0 ||
	    strcmp(name, BLUEZ_ADAPTER) || bluez_read_adapter(bz, m, &view) < 0)
		bz->count.malformed++;
	else
		bluez_adapter_change(bz, sd_bus_message_get_path(m), &view);
	return 0;
}

static int on_owner(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const char *sender = sd_bus_message_get_sender(m);
	const char *name, *old, *new;

	(void)error;
	if (sender && !strcmp(sender, BUS_NAME) &&
	    sd_bus_message_read(m, "sss", &name, &old, &new) > 0 &&
	    !strcmp(name, BLUEZ_NAME))
		bluez_owner(userdata, new);
	return 0;
}

static void owner_told(struct bluez *bz, sd_bus_message *reply, int64_t id)
{
	const char *owner = "";

	(void)id;
	/* NameOwnerChanged may have come first, and then knows better. */
	if (bz->asked)
		return;

	if (!sd_bus_message_is_method_error(reply, NULL))
		sd_bus_message_read(reply, "s", &owner);
	bluez_owner(bz, owner);
}

static int owner_ask(struct bluez *bz)
{
	sd_bus_message *m = NULL;
	int r = sd_bus_message_new_method_call(bz->bus, &m, BUS_NAME, BUS_PATH,
					       BUS_NAME, "GetNameOwner");

	if (r >= 0)
		r = sd_bus_message_append(m, "s", BLUEZ_NAME);
	if (r >= 0)
		r = bluez_call(bz, m, owner_told, 0);
	sd_bus_message_unref(m);
	return r;
}

/* Without this sd-bus would close the daemon's one connection. */
static int on_match(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	const sd_bus_error *e = sd_bus_message_get_error(m);

	(void)userdata;
	(void)error;
	if (e)
		log_line(ALERTE_LOG_ERROR, "radio bluez: the bus takes no "
			 "rule: %s", e->name);
	return 0;
}

int bluez_watch(struct bluez *bz)
{
	static const struct {
		const char *rule;
		sd_bus_message_handler_t handler;
	} rules[] = {
		{ "type='signal',sender='" BUS_NAME "',interface='" BUS_NAME
		  "',member='NameOwnerChanged',arg0='" BLUEZ_NAME "'",
		  on_owner },
		{ "type='signal',sender='" BLUEZ_NAME "',path='/',interface='"
		  BLUEZ_OBJECTS "',member='InterfacesAdded'", on_added },
		{ "type='signal',sender='" BLUEZ_NAME "',path='/',interface='"
		  BLUEZ_OBJECTS "',member='InterfacesRemoved'", on_removed },
		{ "type='signal',sender='" BLUEZ_NAME "',interface='"
		  BLUEZ_PROPERTIES "',member='PropertiesChanged',arg0='"
		  BLUEZ_DEVICE "'", on_device },
		{ "type='signal',sender='" BLUEZ_NAME "',interface='"
		  BLUEZ_PROPERTIES "',member='PropertiesChanged',arg0='"
		  BLUEZ_ADAPTER "'", on_adapter },
	};
	size_t i;
	int r = 0;

	for (i = 0; r >= 0 && i < sizeof(rules) / sizeof(*rules); i++)
		r = sd_bus_add_match_async(bz->bus, &bz->match[i],
					   rules[i].rule, rules[i].handler,
					   on_match, bz);

	return r < 0 ? r : owner_ask(bz);
}
