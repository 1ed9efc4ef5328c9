/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A button that is connected to: a GATT server of bluetoothd's on an adapter
 * of its own, with the services of an iTag or of a V.ALRT.
 *
 * usage: peripheral hci1 itag|valrt
 *
 * On standard output, a line each:
 *
 *	registered
 *	connected, disconnected
 *	notifying, quiet		its notifications were asked for, or not
 *	wrote UUID HEX			ffe1, 2a06/1802, fff5 ...
 *	hung up: no key			V.ALRT, 30 s after connecting
 *
 * Commands on standard input, a line each:
 *
 *	notify HEX			by the characteristic it presses by
 *	hang-up				as one that walks away
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#define BLUEZ "org.bluez"
#define BASE "-0000-1000-8000-00805f9b34fb"
#define VSN "-00f7-4000-b000-000000000000"
#define KEY_LIMIT_US 30000000
#define VALUE_MAX 20

static const uint8_t valrt_key[] = { 0x80, 0xbe, 0xf5, 0xac, 0xff };

struct service {
	const char *path, *uuid;
};

struct characteristic {
	const char *path, *service, *uuid, *name;
	const char *flags[3];
};

static const struct service itag_services[] = {
	{ "/app/s0", "0000ffe0" BASE },
	{ "/app/s1", "00001802" BASE },
	{ "/app/s2", "00001803" BASE },
	{ NULL, NULL }
};

static const struct characteristic itag_characteristics[] = {
	{ "/app/s0/c0", "/app/s0", "0000ffe1" BASE, "ffe1",
	  { "read", "notify" } },
	{ "/app/s1/c0", "/app/s1", "00002a06" BASE, "2a06/1802",
	  { "write-without-response" } },
	{ "/app/s2/c0", "/app/s2", "00002a06" BASE, "2a06/1803",
	  { "read", "write" } },
	{ .path = NULL }
};

static const struct service valrt_services[] = {
	{ "/app/s0", "fffffff0" VSN },
	{ "/app/s1", "0000180f" BASE },
	{ NULL, NULL }
};

static const struct characteristic valrt_characteristics[] = {
	{ "/app/s0/c0", "/app/s0", "fffffff2" VSN, "fff2", { "write" } },
	{ "/app/s0/c1", "/app/s0", "fffffff3" VSN, "fff3", { "write" } },
	{ "/app/s0/c2", "/app/s0", "fffffff4" VSN, "fff4", { "notify" } },
	{ "/app/s0/c3", "/app/s0", "fffffff5" VSN, "fff5", { "write" } },
	{ "/app/s1/c0", "/app/s1", "00002a19" BASE, "2a19",
	  { "read", "notify" } },
	{ .path = NULL }
};

struct peripheral {
	sd_event *event;
	sd_bus *bus;
	char adapter[64];
	char central[96];		/* who is connected, or "" */
	bool wants_key;
	const char *press;		/* path of what it presses by */
	uint8_t value[VALUE_MAX];
	size_t len;
	sd_event_source *key_limit;
};

static struct peripheral *self;

static void say(const char *text)
{
	puts(text);
	fflush(stdout);
}

static int complain(const char *what, int r)
{
	fprintf(stderr, "peripheral: %s: %s\n", what, strerror(-r));
	return r;
}

/* --------------------------------------------------------------- services */

static int get_service(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply,
		       void *context, sd_bus_error *error)
{
	const struct service *s = context;

	(void)bus;
	(void)path;
	(void)interface;
	(void)error;

	if (!strcmp(property, "Primary"))
		return sd_bus_message_append(reply, "b", 1);

	return sd_bus_message_append(reply, "s", s->uuid);
}

static const sd_bus_vtable service_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("UUID", "s", get_service, 0, 0),
	SD_BUS_PROPERTY("Primary", "b", get_service, 0, 0),
	SD_BUS_VTABLE_END
};

/* -------------------------------------------------------- characteristics */

static int append_flags(sd_bus_message *reply, const char *const *flags)
{
	int r = sd_bus_message_open_container(reply, 'a', "s");
	int i;

	for (i = 0; i < 3 && flags[i] && r >= 0; i++)
		r = sd_bus_message_append(reply, "s", flags[i]);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_characteristic(sd_bus *bus, const char *path,
			      const char *interface, const char *property,
			      sd_bus_message *reply, void *context,
			      sd_bus_error *error)
{
	const struct characteristic *c = context;

	(void)bus;
	(void)path;
	(void)interface;
	(void)error;

	if (!strcmp(property, "UUID"))
		return sd_bus_message_append(reply, "s", c->uuid);
	if (!strcmp(property, "Service"))
		return sd_bus_message_append(reply, "o", c->service);
	if (!strcmp(property, "Flags"))
		return append_flags(reply, c->flags);

	return sd_bus_message_append_array(reply, 'y', self->value, self->len);
}

static int on_read(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const struct characteristic *c = context;
	const uint8_t byte = strcmp(c->name, "2a19") ? 0 : 77;
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(m, &reply);

	(void)error;
	if (r >= 0)
		r = sd_bus_message_append_array(reply, 'y', &byte, 1);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);

	sd_bus_message_unref(reply);
	return r;
}

static int on_write(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const struct characteristic *c = context;
	const uint8_t *data;
	const void *bytes;
	size_t len, i;
	int r = sd_bus_message_read_array(m, 'y', &bytes, &len);

	(void)error;
	if (r < 0)
		return r;

	data = bytes;
	printf("wrote %s ", c->name);
	for (i = 0; i < len; i++)
		printf("%02x", data[i]);
	say("");

	if (!strcmp(c->name, "fff5") && len == sizeof(valrt_key) &&
	    !memcmp(data, valrt_key, len))
		self->key_limit = sd_event_source_disable_unref(
			self->key_limit);

	return sd_bus_reply_method_return(m, "");
}

static int on_start_notify(sd_bus_message *m, void *context,
			   sd_bus_error *error)
{
	const struct characteristic *c = context;

	(void)error;
	if (!strcmp(c->path, self->press))
		say("notifying");

	return sd_bus_reply_method_return(m, "");
}

static int on_stop_notify(sd_bus_message *m, void *context,
			  sd_bus_error *error)
{
	const struct characteristic *c = context;

	(void)error;
	if (!strcmp(c->path, self->press))
		say("quiet");

	return sd_bus_reply_method_return(m, "");
}

static const sd_bus_vtable characteristic_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("UUID", "s", get_characteristic, 0, 0),
	SD_BUS_PROPERTY("Service", "o", get_characteristic, 0, 0),
	SD_BUS_PROPERTY("Flags", "as", get_characteristic, 0, 0),
	SD_BUS_PROPERTY("Value", "ay", get_characteristic, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_METHOD("ReadValue", "a{sv}", "ay", on_read,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("WriteValue", "aya{sv}", "", on_write,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("StartNotify", "", "", on_start_notify,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("StopNotify", "", "", on_stop_notify,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static int application(struct peripheral *p, const struct service *s,
		       const struct characteristic *c)
{
	int r = sd_bus_add_object_manager(p->bus, NULL, "/app");

	for (; s->path && r >= 0; s++)
		r = sd_bus_add_object_vtable(p->bus, NULL, s->path,
					     BLUEZ ".GattService1",
					     service_vtable,
					     (void *)(uintptr_t)s);
	for (; c->path && r >= 0; c++)
		r = sd_bus_add_object_vtable(p->bus, NULL, c->path,
					     BLUEZ ".GattCharacteristic1",
					     characteristic_vtable,
					     (void *)(uintptr_t)c);
	return r;
}

/* ---------------------------------------------------------- the other end */

static void hang_up(struct peripheral *p)
{
	if (*p->central)
		sd_bus_call_method_async(p->bus, NULL, BLUEZ, p->central,
					 BLUEZ ".Device1", "Disconnect", NULL,
					 NULL, "");
}

static int on_key_limit(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	say("hung up: no key");
	hang_up(context);
	return 0;
}

static void on_connection(struct peripheral *p, const char *path, bool up)
{
	if (up == (*p->central != '\0'))
		return;

	p->key_limit = sd_event_source_disable_unref(p->key_limit);
	snprintf(p->central, sizeof(p->central), "%s", up ? path : "");
	say(up ? "connected" : "disconnected");

	if (up && p->wants_key)
		sd_event_add_time_relative(p->event, &p->key_limit,
					   CLOCK_MONOTONIC, KEY_LIMIT_US, 0,
					   on_key_limit, p);
}

static int on_changed(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const char *path = sd_bus_message_get_path(m), *name;
	struct peripheral *p = context;
	size_t n = strlen(p->adapter);
	int up;

	(void)error;

	if (strncmp(path, p->adapter, n) || path[n] != '/' ||
	    sd_bus_message_read(m, "s", &name) < 0 ||
	    sd_bus_message_enter_container(m, 'a', "{sv}") < 0)
		return 0;

	while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
		if (sd_bus_message_read(m, "s", &name) < 0)
			return 0;
		if (strcmp(name, "Connected"))
			sd_bus_message_skip(m, "v");
		else if (sd_bus_message_read(m, "v", "b", &up) >= 0)
			on_connection(p, path, up);
		if (sd_bus_message_exit_container(m) < 0)
			return 0;
	}

	return 0;
}

static int on_asked(sd_bus_message *m, void *context, sd_bus_error *error)
{
	int up;

	(void)error;
	/* It is the only one there is: whoever is there is it. */
	if (!sd_bus_message_is_method_error(m, NULL) &&
	    sd_bus_message_read(m, "v", "b", &up) >= 0 && up)
		on_connection(self, context, true);

	return 0;
}

/* One that is new is connected already when BlueZ tells of it. */
static int on_added(sd_bus_message *m, void *context, sd_bus_error *error)
{
	static char path[96];
	struct peripheral *p = context;
	size_t n = strlen(p->adapter);
	const char *added;

	(void)error;

	if (sd_bus_message_read(m, "o", &added) < 0 ||
	    strncmp(added, p->adapter, n) || strncmp(added + n, "/dev_", 5) ||
	    strchr(added + n + 1, '/'))
		return 0;

	snprintf(path, sizeof(path), "%s", added);
	sd_bus_call_method_async(p->bus, NULL, BLUEZ, path,
				 "org.freedesktop.DBus.Properties", "Get",
				 on_asked, path, "ss", BLUEZ ".Device1",
				 "Connected");
	return 0;
}

/* --------------------------------------------------------------- commands */

static size_t hex_parse(const char *text, uint8_t *out)
{
	unsigned int byte;
	size_t n = 0;

	while (n < VALUE_MAX && sscanf(text, "%2x", &byte) == 1) {
		out[n++] = (uint8_t)byte;
		text += 2;
	}

	return n;
}

static void obey(struct peripheral *p, const char *line)
{
	if (!strncmp(line, "notify ", 7)) {
		p->len = hex_parse(line + 7, p->value);
		sd_bus_emit_properties_changed(p->bus, p->press, BLUEZ
					       ".GattCharacteristic1", "Value",
					       NULL);
	} else if (!strcmp(line, "hang-up")) {
		hang_up(p);
	} else {
		fprintf(stderr, "peripheral: no such command: %s\n", line);
	}
}

static int on_line(sd_event_source *source, int fd, uint32_t revents,
		   void *context)
{
	static char text[512];
	static size_t n;
	char *end;
	ssize_t got = read(fd, text + n, sizeof(text) - 1 - n);

	(void)source;
	(void)revents;

	if (got <= 0)
		return sd_event_exit(((struct peripheral *)context)->event, 0);

	n += (size_t)got;
	text[n] = '\0';
	while ((end = strchr(text, '\n'))) {
		*end = '\0';
		obey(context, text);
		n -= (size_t)(end + 1 - text);
		memmove(text, end + 1, n + 1);
	}

	if (n == sizeof(text) - 1)
		n = 0;

	return 0;
}

/* ------------------------------------------------------------------- main */

static int on_registered(sd_bus_message *m, void *context,
			 sd_bus_error *error)
{
	struct peripheral *p = context;

	(void)error;

	if (sd_bus_message_is_method_error(m, NULL)) {
		fprintf(stderr, "peripheral: not registered: %s\n",
			sd_bus_message_get_error(m)->message);
		return sd_event_exit(p->event, 1);
	}

	say("registered");
	return 0;
}

static int start(struct peripheral *p, bool valrt)
{
	int r = sd_event_default(&p->event);

	if (r >= 0)
		r = sd_bus_open_system(&p->bus);
	if (r >= 0)
		r = sd_bus_attach_event(p->bus, p->event, 0);
	if (r >= 0)
		r = application(p, valrt ? valrt_services : itag_services,
				valrt ? valrt_characteristics
				: itag_characteristics);
	if (r >= 0)
		r = sd_bus_match_signal(p->bus, NULL, BLUEZ, NULL,
					"org.freedesktop.DBus.Properties",
					"PropertiesChanged", on_changed, p);
	if (r >= 0)
		r = sd_bus_match_signal(p->bus, NULL, BLUEZ, "/",
					"org.freedesktop.DBus.ObjectManager",
					"InterfacesAdded", on_added, p);
	/* BlueZ asks back what it consists of before it answers. */
	if (r >= 0)
		r = sd_bus_call_method_async(p->bus, NULL, BLUEZ, p->adapter,
					     BLUEZ ".GattManager1",
					     "RegisterApplication",
					     on_registered, p, "oa{sv}",
					     "/app", 0);
	if (r >= 0)
		r = sd_event_add_io(p->event, NULL, STDIN_FILENO, EPOLLIN,
				    on_line, p);
	return r;
}

int main(int argc, char **argv)
{
	bool valrt = argc == 3 && !strcmp(argv[2], "valrt");
	struct peripheral p = {
		.press = valrt ? "/app/s0/c2" : "/app/s0/c0",
		.wants_key = valrt
	};
	int r;

	if (argc != 3 || (!valrt && strcmp(argv[2], "itag"))) {
		fputs("usage: peripheral ADAPTER itag|valrt\n", stderr);
		return 64;
	}

	self = &p;
	snprintf(p.adapter, sizeof(p.adapter), "/org/bluez/%s", argv[1]);
	r = start(&p, valrt);
	if (r < 0) {
		complain(argv[1], r);
		return 1;
	}

	r = sd_event_loop(p.event);
	sd_bus_flush_close_unref(p.bus);
	sd_event_unref(p.event);
	return r < 0 ? 1 : r;
}
