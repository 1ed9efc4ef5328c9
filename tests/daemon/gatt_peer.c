/* SPDX-License-Identifier: Apache-2.0 */
#include "gatt_peer.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define ADAPTER "/org/bluez/hci0"
#define BASE "-0000-1000-8000-00805f9b34fb"
#define VSN "-00f7-4000-b000-000000000000"

#define ok(r) assert_true((r) >= 0)

int64_t peer_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* -------------------------------------------------------------- the loop */

bool peer_until(struct peer *s, bool (*is)(void *context),
		   void *context, int ms)
{
	int64_t end = peer_now_us() + ms * 1000LL;

	while (!is || !is(context)) {
		if (peer_now_us() >= end)
			return false;
		ok(sd_event_run(s->event, 5000));
	}

	return true;
}

void peer_run(struct peer *s, int ms)
{
	peer_until(s, NULL, NULL, ms);
}

/* --------------------------------------------------------------- the bus */

static const char bus_conf[] =
	"<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus "
	"Configuration 1.0//EN\" \"http://www.freedesktop.org/standards/dbus/"
	"1.0/busconfig.dtd\">\n"
	"<busconfig><type>system</type><listen>unix:path=%s/no-bus</listen>"
	"<auth>EXTERNAL</auth><policy context=\"default\">"
	"<allow send_destination=\"*\" eavesdrop=\"true\"/>"
	"<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n";

bool peer_bus(struct peer *s, const char *dir)
{
	char option[288], path[256];
	FILE *f;
	int tries;

	snprintf(path, sizeof(path), "%s/bus.conf", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, bus_conf, dir);
	fclose(f);
	snprintf(option, sizeof(option), "--config-file=%s", path);
	snprintf(path, sizeof(path), "%s/no-bus", dir);
	s->daemon = fork();
	assert_true(s->daemon >= 0);

	if (s->daemon == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execlp("dbus-daemon", "dbus-daemon", option, "--nofork",
		       "--nopidfile", "--nosyslog", (char *)NULL);
		_exit(127);
	}

	for (tries = 0; tries < 500; tries++) {
		if (access(path, F_OK) == 0)
			return true;
		usleep(10000);
	}

	return false;
}

/* ------------------------------------------------------- characteristics */

static int characteristic_get(sd_bus *bus, const char *path,
			      const char *interface, const char *property,
			      sd_bus_message *reply, void *context,
			      sd_bus_error *error)
{
	const struct peer_characteristic *c = context;
	char flags[64], *flag, *rest = flags;
	int r;

	(void)bus;
	(void)path;
	(void)interface;
	(void)error;

	if (!strcmp(property, "UUID"))
		return sd_bus_message_append(reply, "s", c->uuid);
	if (!strcmp(property, "Service"))
		return sd_bus_message_append(reply, "o", c->service);
	if (!strcmp(property, "Value"))
		return sd_bus_message_append_array(reply, 'y', c->button->value,
						   c->button->value_len);

	strcpy(flags, c->flags);
	r = sd_bus_message_open_container(reply, 'a', "s");
	while (r >= 0 && (flag = strtok_r(rest, " ", &rest)))
		r = sd_bus_message_append(reply, "s", flag);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static uint16_t uuid_of(const struct peer_characteristic *c)
{
	char text[5] = "";

	memcpy(text, c->uuid + 4, 4);
	return (uint16_t)strtoul(text, NULL, 16);
}

static int on_read(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer_characteristic *c = context;
	const uint8_t level = uuid_of(c) == 0x2a19 ? 77 : 0;
	sd_bus_message *reply = NULL;
	int r;

	(void)error;
	c->button->reads++;

	if (c->button->silent)
		return 1;

	r = sd_bus_message_new_method_return(m, &reply);
	if (r >= 0)
		r = sd_bus_message_append_array(reply, 'y', &level, 1);
	if (r >= 0)
		r = sd_bus_send(NULL, reply, NULL);

	sd_bus_message_unref(reply);
	return r;
}

static int on_write(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer_characteristic *c = context;
	struct peer_button *b = c->button;
	struct peer_write *w;
	const void *data;
	size_t len;
	int r = sd_bus_message_read_array(m, 'y', &data, &len);

	(void)error;
	assert_true(r >= 0 && len <= sizeof(w->data));
	assert_true(b->nwrites < PEER_WRITES);
	w = &b->write[b->nwrites++];
	w->uuid = uuid_of(c);
	memcpy(w->data, data, len);
	w->len = len;
	w->at_us = peer_now_us();
	strcpy(w->service, c->service);
	return sd_bus_reply_method_return(m, "");
}

static int on_acquire(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer_characteristic *c = context;
	struct peer_button *b = c->button;
	int fd[2], r;

	b->acquired_us = peer_now_us();

	if (b->no_sockets)
		return sd_bus_error_set(error, "org.bluez.Error.NotSupported",
					"Operation is not supported");
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				    fd), 0);
	if (b->fd >= 0)
		close(b->fd);
	b->fd = fd[0];
	r = sd_bus_reply_method_return(m, "hq", fd[1], 23);
	close(fd[1]);
	return r;
}

static int on_acquire_nonsense(sd_bus_message *m, void *context,
			       sd_bus_error *error)
{
	(void)context;
	(void)error;
	return sd_bus_reply_method_return(m, "s", "no socket");
}

static int on_start_notify(sd_bus_message *m, void *context,
			   sd_bus_error *error)
{
	struct peer_characteristic *c = context;

	(void)error;
	c->button->by_signal = true;
	return sd_bus_reply_method_return(m, "");
}

static const sd_bus_vtable characteristic_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("UUID", "s", characteristic_get, 0, 0),
	SD_BUS_PROPERTY("Service", "o", characteristic_get, 0, 0),
	SD_BUS_PROPERTY("Flags", "as", characteristic_get, 0, 0),
	SD_BUS_PROPERTY("Value", "ay", characteristic_get, 0,
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_METHOD("ReadValue", "a{sv}", "ay", on_read,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("WriteValue", "aya{sv}", "", on_write,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("AcquireNotify", "a{sv}", "hq", on_acquire,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("StartNotify", "", "", on_start_notify,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static const sd_bus_vtable nonsense_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("UUID", "s", characteristic_get, 0, 0),
	SD_BUS_METHOD("AcquireNotify", "a{sv}", "s", on_acquire_nonsense,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

static int service_get(sd_bus *bus, const char *path, const char *interface,
		       const char *property, sd_bus_message *reply,
		       void *context, sd_bus_error *error)
{
	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)error;
	return sd_bus_message_append(reply, "s", (const char *)context);
}

static const sd_bus_vtable service_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("UUID", "s", service_get, 0, 0),
	SD_BUS_VTABLE_END
};

static void characteristic(struct peer_button *b, int service,
			   const char *uuid, const char *flags)
{
	struct peer_characteristic *c = &b->c[b->nc];

	c->button = b;
	c->uuid = uuid;
	c->flags = flags;
	snprintf(c->service, sizeof(c->service), "%.63s/service%04d", b->path,
		 service);
	snprintf(c->path, sizeof(c->path), "%.63s/service%04d/char%04zu",
		 b->path, service, b->nc);
	ok(sd_bus_add_object_vtable(b->s->bus, &c->slot, c->path,
				    "org.bluez.GattCharacteristic1",
				    b->nonsense ? nonsense_vtable
				    : characteristic_vtable, c));
	b->nc++;
}

static void service(struct peer_button *b, int n, char *uuid)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/service%04d", b->path, n);
	ok(sd_bus_add_object_vtable(b->s->bus, &b->service[n], path,
				    "org.bluez.GattService1", service_vtable,
				    uuid));
}

static void resolve_valrt(struct peer_button *b)
{
	static char own[] = "fffffff0" VSN, battery[] = "0000180f" BASE;

	service(b, 0, own);
	characteristic(b, 0, "fffffff2" VSN, "write");
	characteristic(b, 0, "fffffff3" VSN, "write");
	characteristic(b, 0, "fffffff4" VSN, "notify");
	characteristic(b, 0, "fffffff5" VSN, "write");
	service(b, 1, battery);
	characteristic(b, 1, "00002a19" BASE, "read notify");
}

static void resolve_itag(struct peer_button *b)
{
	static char own[] = "0000ffe0" BASE, now[] = "00001802" BASE,
		    loss[] = "00001803" BASE;

	service(b, 0, loss);
	characteristic(b, 0, "00002a06" BASE, "read write");
	service(b, 1, now);
	characteristic(b, 1, "00002a06" BASE, "write-without-response");
	service(b, 2, own);
	characteristic(b, 2, "0000ffe1" BASE, "read notify");
}

/* --------------------------------------------------------------- devices */

static void changed(struct peer_button *b, const char *property)
{
	ok(sd_bus_emit_properties_changed(b->s->bus, b->path,
					  "org.bluez.Device1", property, NULL));
}

static void unresolve(struct peer_button *b)
{
	size_t i;

	for (i = 0; i < b->nc; i++)
		b->c[i].slot = sd_bus_slot_unref(b->c[i].slot);
	for (i = 0; i < 3; i++)
		b->service[i] = sd_bus_slot_unref(b->service[i]);

	b->nc = 0;
	b->by_signal = false;
	b->telling = sd_event_source_disable_unref(b->telling);
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
	b->pending = sd_bus_message_unref(b->pending);
}

void peer_drop(struct peer_button *b)
{
	unresolve(b);
	b->connected = b->resolved = false;
	changed(b, "Connected");
	changed(b, "ServicesResolved");
}

static void link_up(struct peer_button *b)
{
	b->connected = true;
	b->connected_us = peer_now_us();
	changed(b, "Connected");

	if (!b->bare && b->valrt)
		resolve_valrt(b);
	else if (!b->bare)
		resolve_itag(b);

	b->resolved = true;
	changed(b, "ServicesResolved");
}

static int on_connect(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer_button *b = context;

	if (b->nconnects < PEER_CONNECTS)
		b->connect_us[b->nconnects] = peer_now_us();
	b->nconnects++;

	if (b->hangs) {
		sd_bus_message_unref(b->pending);
		b->pending = sd_bus_message_ref(m);
		return 1;
	}
	if (b->refuses)
		return sd_bus_error_set(error, "org.bluez.Error.Failed",
					"le-connection-abort-by-local");

	link_up(b);
	return sd_bus_reply_method_return(m, "");
}

static int on_disconnect(sd_bus_message *m, void *context,
			 sd_bus_error *error)
{
	struct peer_button *b = context;

	(void)error;
	b->disconnects++;
	if (b->connected && !b->lingers)
		peer_drop(b);

	return sd_bus_reply_method_return(m, "");
}

static const sd_bus_vtable device_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Connected", "b", NULL,
			offsetof(struct peer_button, connected),
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("ServicesResolved", "b", NULL,
			offsetof(struct peer_button, resolved),
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_PROPERTY("Paired", "b", NULL,
			offsetof(struct peer_button, paired), 0),
	SD_BUS_METHOD("Connect", "", "", on_connect,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Disconnect", "", "", on_disconnect,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

void peer_meet(struct peer_button *b)
{
	if (b->known)
		return;

	b->known = true;
	ok(sd_bus_add_object_vtable(b->s->bus, &b->slot, b->path,
				    "org.bluez.Device1", device_vtable, b));
	ok(sd_bus_emit_object_added(b->s->bus, b->path));
}

static void part(struct peer_button *b)
{
	if (!b->known)
		return;

	if (b->connected)
		peer_drop(b);

	ok(sd_bus_emit_object_removed(b->s->bus, b->path));
	b->slot = sd_bus_slot_unref(b->slot);
	b->known = false;
}

static int on_told(sd_event_source *source, void *context)
{
	struct peer_button *b = context;

	(void)source;
	b->telling = sd_event_source_unref(b->telling);
	ok(sd_bus_emit_properties_changed(b->s->bus, b->c[b->nc - 1].path,
					  "org.bluez.GattCharacteristic1",
					  "Value", NULL));
	return 0;
}

void peer_notify(struct peer_button *b, const void *data, size_t len)
{
	if (b->fd >= 0) {
		assert_int_equal(send(b->fd, data, len, 0), (ssize_t)len);
		return;
	}

	assert_true(b->by_signal && len <= sizeof(b->value));
	memcpy(b->value, data, len);
	b->value_len = len;
	/* As BlueZ: when it has time, once, and what there is then. */
	if (!b->telling)
		ok(sd_event_add_defer(b->s->event, &b->telling, on_told, b));
}

const struct peer_write *peer_written(const struct peer_button *b,
					    uint16_t uuid, size_t n)
{
	size_t i;

	for (i = 0; i < b->nwrites; i++)
		if (b->write[i].uuid == uuid && n-- == 0)
			return &b->write[i];

	return NULL;
}

/* --------------------------------------------------------------- adapter */

static int on_filter(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer *s = context;
	const char *name, *value;

	(void)error;
	*s->pattern = '\0';
	ok(sd_bus_message_enter_container(m, 'a', "{sv}"));
	while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
		ok(sd_bus_message_read(m, "s", &name));
		ok(sd_bus_message_read(m, "v", "s", &value));
		if (!strcmp(name, "Pattern"))
			snprintf(s->pattern, sizeof(s->pattern), "%s", value);
		ok(sd_bus_message_exit_container(m));
	}

	return sd_bus_reply_method_return(m, "");
}

/* As BlueZ: the discovery of one that leaves is over. */
static int on_seeker_gone(sd_bus_track *track, void *context)
{
	struct peer *s = context;

	(void)track;
	s->discovering = false;
	/* An empty one is asked about over and over. */
	s->seeker = sd_bus_track_unref(s->seeker);
	return 0;
}

static int on_discover(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer *s = context;

	(void)error;
	s->discoveries++;
	s->discovering = true;
	s->seeker = sd_bus_track_unref(s->seeker);
	ok(sd_bus_track_new(s->bus, &s->seeker, on_seeker_gone, s));
	ok(sd_bus_track_add_sender(s->seeker, m));
	return sd_bus_reply_method_return(m, "");
}

static int on_remove(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct peer *s = context;
	const char *path;
	int i;

	(void)error;
	ok(sd_bus_message_read(m, "o", &path));
	for (i = 0; i < 2; i++)
		if (!strcmp(s->button[i].path, path)) {
			s->button[i].removed++;
			part(&s->button[i]);
		}

	return sd_bus_reply_method_return(m, "");
}

static const sd_bus_vtable adapter_vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_PROPERTY("Powered", "b", NULL, offsetof(struct peer, powered),
			SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
	SD_BUS_METHOD("SetDiscoveryFilter", "a{sv}", "", on_filter,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("StartDiscovery", "", "", on_discover,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("RemoveDevice", "o", "", on_remove,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_VTABLE_END
};

void peer_power(struct peer *s, bool on)
{
	s->powered = on;
	ok(sd_bus_emit_properties_changed(s->bus, ADAPTER,
					  "org.bluez.Adapter1", "Powered",
					  NULL));
}

void peer_start(struct peer *s)
{
	static const char *const tail[] = {
		"AA_BB_CC_00_00_01", "AA_BB_CC_00_00_02"
	};
	int i;

	for (i = 0; i < 2; i++) {
		s->button[i].s = s;
		s->button[i].fd = -1;
		s->button[i].valrt = i == 1;
		snprintf(s->button[i].path, sizeof(s->button[i].path),
			 ADAPTER "/dev_%s", tail[i]);
	}

	/* Its socket is there a little before it listens. */
	for (i = 0; i < 500 && sd_bus_open_system(&s->bus) < 0; i++)
		usleep(10000);

	assert_non_null(s->bus);
	ok(sd_bus_attach_event(s->bus, s->event, SD_EVENT_PRIORITY_NORMAL));
	ok(sd_bus_add_object_manager(s->bus, &s->manager, "/"));
	ok(sd_bus_add_object_vtable(s->bus, &s->adapter, ADAPTER,
				    "org.bluez.Adapter1", adapter_vtable, s));
	ok(sd_bus_request_name(s->bus, "org.bluez", 0));
}

void peer_stop(struct peer *s)
{
	int i;

	if (!s->bus)
		return;

	for (i = 0; i < 2; i++) {
		unresolve(&s->button[i]);
		s->button[i].slot = sd_bus_slot_unref(s->button[i].slot);
		s->button[i].known = false;
		s->button[i].connected = s->button[i].resolved = false;
	}

	s->seeker = sd_bus_track_unref(s->seeker);
	s->adapter = sd_bus_slot_unref(s->adapter);
	s->manager = sd_bus_slot_unref(s->manager);
	sd_bus_detach_event(s->bus);
	s->bus = sd_bus_flush_close_unref(s->bus);
	s->discovering = false;
}

static void forge(sd_bus *as, sd_bus *to, const char *path,
		  const char *interface, const char *member, const char *types,
		  const char *first, const char *second, const char *third)
{
	sd_bus_message *m = NULL;
	const char *us;

	ok(sd_bus_get_unique_name(to, &us));
	ok(sd_bus_message_new_signal(as, &m, path, interface, member));
	if (!strcmp(types, "sss"))
		ok(sd_bus_message_append(m, types, first, second, third));
	else
		ok(sd_bus_message_append(m, types, first, 1, second, "b", 0,
					 0));
	ok(sd_bus_message_set_destination(m, us));
	ok(sd_bus_send(as, m, NULL));
	sd_bus_message_unref(m);
}

void peer_forge(struct peer_button *b, sd_bus *to)
{
	const char *owner;
	sd_bus *as;

	ok(sd_bus_open_system(&as));
	ok(sd_bus_get_unique_name(b->s->bus, &owner));
	forge(as, to, b->path, "org.freedesktop.DBus.Properties",
	      "PropertiesChanged", "sa{sv}as", "org.bluez.Device1",
	      "Connected", NULL);
	forge(as, to, ADAPTER, "org.freedesktop.DBus.Properties",
	      "PropertiesChanged", "sa{sv}as", "org.bluez.Adapter1",
	      "Powered", NULL);
	forge(as, to, "/org/freedesktop/DBus", "org.freedesktop.DBus",
	      "NameOwnerChanged", "sss", "org.bluez", owner, "");
	sd_bus_flush_close_unref(as);
}

void peer_free(struct peer *s)
{
	peer_stop(s);

	if (s->daemon > 0) {
		kill(s->daemon, SIGTERM);
		waitpid(s->daemon, NULL, 0);
	}
}
