/* SPDX-License-Identifier: Apache-2.0 */
#include "bluez_standin.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ADAPTER "org.bluez.Adapter1"
#define DEVICE "org.bluez.Device1"
#define MONITORS "org.bluez.AdvertisementMonitorManager1"
#define OBJECTS "org.freedesktop.DBus.ObjectManager"
#define PROPERTIES "org.freedesktop.DBus.Properties"

static const char conf[] =
	"<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus "
	"Configuration 1.0//EN\" \"http://www.freedesktop.org/standards/dbus/"
	"1.0/busconfig.dtd\">\n"
	"<busconfig><type>system</type><listen>unix:path=%s/bus</listen>"
	"<auth>EXTERNAL</auth><policy context=\"default\">"
	"<allow send_destination=\"*\" eavesdrop=\"true\"/>"
	"<allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n";

/* ------------------------------------------------------------------ bus */

static void write_conf(const struct standin *s, char path[128])
{
	FILE *f;

	snprintf(path, 128, "%s/bus.conf", s->dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, conf, s->dir);
	fclose(f);
}

bool standin_open(struct standin *s)
{
	char path[128], option[160];

	memset(s, 0, sizeof(*s));
	strcpy(s->dir, "/tmp/alerte-bluez-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	write_conf(s, path);
	snprintf(option, sizeof(option), "--config-file=%s", path);
	assert_true(sd_event_new(&s->event) >= 0);

	s->dbus = fork();
	assert_true(s->dbus >= 0);
	if (s->dbus == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		execlp("dbus-daemon", "dbus-daemon", option, "--nofork",
		       "--nopidfile", "--nosyslog", (char *)NULL);
		_exit(127);
	}

	snprintf(path, sizeof(path), "%s/bus", s->dir);
	for (int tries = 0; tries < 500 && access(path, F_OK); tries++)
		usleep(10000);
	return access(path, F_OK) == 0;
}

void standin_close(struct standin *s)
{
	char command[128];

	if (s->bus)
		standin_end(s);
	sd_event_unref(s->event);
	kill(s->dbus, SIGTERM);
	waitpid(s->dbus, NULL, 0);
	snprintf(command, sizeof(command), "rm -r %s", s->dir);
	assert_int_equal(system(command), 0);
}

/* NULL: it is there, and does not take calls yet. */
static sd_bus *connect_once(const char *address)
{
	sd_bus *bus = NULL;

	assert_true(sd_bus_new(&bus) >= 0);
	assert_true(sd_bus_set_address(bus, address) >= 0);
	assert_true(sd_bus_set_bus_client(bus, 1) >= 0);
	return sd_bus_start(bus) < 0 ? sd_bus_close_unref(bus) : bus;
}

/* M5: no bus but the one in the scratch folder. */
sd_bus *standin_connect(struct standin *s)
{
	char address[128];
	sd_bus *bus;

	snprintf(address, sizeof(address), "unix:path=%s/bus", s->dir);
	if (strncmp(address, "unix:path=/tmp/alerte-bluez-", 28))
		abort();

	bus = connect_once(address);
	for (int tries = 0; !bus && tries < 500; tries++) {
		usleep(10000);
		bus = connect_once(address);
	}
	assert_non_null(bus);
	assert_true(sd_bus_attach_event(bus, s->event, 0) >= 0);
	return bus;
}

void standin_run(struct standin *s, int ms)
{
	uint64_t now, end;

	sd_event_now(s->event, CLOCK_MONOTONIC, &now);
	end = now + (uint64_t)ms * 1000;
	do {
		assert_true(sd_event_run(s->event, end - now) >= 0);
		sd_event_now(s->event, CLOCK_MONOTONIC, &now);
	} while (now < end);
}

/* -------------------------------------------------------------- signals */

static const char *adapter_path(int i)
{
	static const char *const path[] = { "/org/bluez/hci0",
					    "/org/bluez/hci1" };

	return path[i];
}

void standin_signal(sd_bus *bus, const char *path, const char *interface,
		    const char *member, const char *types, ...)
{
	sd_bus_message *m = NULL;
	va_list list;

	assert_true(sd_bus_message_new_signal(bus, &m, path, interface,
					      member) >= 0);
	va_start(list, types);
	assert_true(sd_bus_message_appendv(m, types, list) >= 0);
	va_end(list);
	assert_true(sd_bus_send(bus, m, NULL) >= 0);
	sd_bus_message_unref(m);
}

static void adapter_bool(struct standin *s, int i, const char *name, bool value)
{
	standin_signal(s->bus, adapter_path(i), PROPERTIES,
		       "PropertiesChanged", "sa{sv}as", ADAPTER, 1, name, "b",
		       value, 0);
}

void standin_powered(struct standin *s, int i, bool powered)
{
	if (s->adapter[i].powered == powered)
		return;

	s->adapter[i].powered = powered;
	adapter_bool(s, i, "Powered", powered);
	if (!powered)
		standin_discovering(s, i, false);
}

void standin_discovering(struct standin *s, int i, bool discovering)
{
	if (s->adapter[i].discovering == discovering)
		return;

	s->adapter[i].discovering = discovering;
	adapter_bool(s, i, "Discovering", discovering);
}

void standin_added(struct standin *s, const char *path, const char *types, ...)
{
	sd_bus_message *m = NULL;
	va_list list;

	assert_true(sd_bus_message_new_signal(s->bus, &m, "/", OBJECTS,
					      "InterfacesAdded") >= 0);
	sd_bus_message_append(m, "o", path);
	sd_bus_message_open_container(m, 'a', "{sa{sv}}");
	sd_bus_message_open_container(m, 'e', "sa{sv}");
	sd_bus_message_append(m, "s", DEVICE);
	va_start(list, types);
	assert_true(sd_bus_message_appendv(m, types, list) >= 0);
	va_end(list);
	sd_bus_message_close_container(m);
	sd_bus_message_close_container(m);
	assert_true(sd_bus_send(s->bus, m, NULL) >= 0);
	sd_bus_message_unref(m);
}

void standin_changed(struct standin *s, const char *path, const char *types,
		     ...)
{
	sd_bus_message *m = NULL;
	va_list list;

	assert_true(sd_bus_message_new_signal(s->bus, &m, path, PROPERTIES,
					      "PropertiesChanged") >= 0);
	sd_bus_message_append(m, "s", DEVICE);
	va_start(list, types);
	assert_true(sd_bus_message_appendv(m, types, list) >= 0);
	va_end(list);
	sd_bus_message_append(m, "as", 0);
	assert_true(sd_bus_send(s->bus, m, NULL) >= 0);
	sd_bus_message_unref(m);
}

void standin_invalidated(struct standin *s, const char *path)
{
	standin_signal(s->bus, path, PROPERTIES, "PropertiesChanged",
		       "sa{sv}as", DEVICE, 0, 1, "RSSI");
}

void standin_removed(struct standin *s, const char *path)
{
	standin_signal(s->bus, "/", OBJECTS, "InterfacesRemoved", "oas", path,
		       1, DEVICE);
}

/* ------------------------------------------------------------- requests */

static int append_adapter(struct standin *s, sd_bus_message *m, int i)
{
	int r = sd_bus_message_append(m, "oa{sa{sv}}", adapter_path(i),
		s->monitors ? 2 : 1,
		ADAPTER, 4, "Address", "s", "AA:BB:EE:00:00:01",
			"Powered", "b", s->adapter[i].powered,
			"Discovering", "b", s->adapter[i].discovering,
			"PowerState", "s", s->adapter[i].blocked
				? "off-blocked"
				: s->adapter[i].powered ? "on" : "off",
		MONITORS, 1, "SupportedMonitorTypes", "as", 1, "or_patterns");

	return r;
}

void standin_adapter(struct standin *s, int i, bool there)
{
	sd_bus_message *m = NULL;

	s->adapter[i].there = there;
	if (!s->bus)
		return;
	if (!there) {
		s->adapter[i].powered = s->adapter[i].discovering = false;
		standin_signal(s->bus, "/", OBJECTS, "InterfacesRemoved",
			       "oas", adapter_path(i), 2, ADAPTER, MONITORS);
		return;
	}

	assert_true(sd_bus_message_new_signal(s->bus, &m, "/", OBJECTS,
					      "InterfacesAdded") >= 0);
	assert_true(append_adapter(s, m, i) >= 0);
	assert_true(sd_bus_send(s->bus, m, NULL) >= 0);
	sd_bus_message_unref(m);
}

static int reply_objects(struct standin *s, sd_bus_message *m)
{
	sd_bus_message *reply = NULL;
	int r = sd_bus_message_new_method_return(m, &reply);

	if (r >= 0)
		r = sd_bus_message_open_container(reply, 'a', "{oa{sa{sv}}}");
	for (int i = 0; r >= 0 && i < STANDIN_ADAPTERS; i++) {
		if (!s->adapter[i].there)
			continue;
		sd_bus_message_open_container(reply, 'e', "oa{sa{sv}}");
		append_adapter(s, reply, i);
		r = sd_bus_message_close_container(reply);
	}
	if (r >= 0 && s->extra)
		r = sd_bus_message_append(reply, "{oa{sa{sv}}}", s->extra, 1,
			DEVICE, 3, "Paired", "b", 1, "RSSI", "n", -50,
			"Address", "s", "no address");
	if (r >= 0)
		r = sd_bus_message_close_container(reply);
	if (r >= 0)
		r = sd_bus_send(s->bus, reply, NULL);
	sd_bus_message_unref(reply);
	return r;
}

static void note(struct standin *s, const char *call)
{
	size_t n = strlen(s->calls);

	snprintf(s->calls + n, sizeof(s->calls) - n, "%s ", call);
}

static int set_powered(struct standin *s, sd_bus_message *m, int i)
{
	const char *interface, *name;
	int on;

	assert_true(sd_bus_message_read(m, "ssv", &interface, &name, "b",
					&on) > 0);
	assert_string_equal(interface, ADAPTER);
	assert_string_equal(name, "Powered");
	note(s, on ? "on" : "off");
	standin_powered(s, i, on);
	return sd_bus_reply_method_return(m, "");
}

static int set_filter(struct standin *s, sd_bus_message *m)
{
	const char *name, *text = "";
	int duplicates = 0, n = 0;

	sd_bus_message_enter_container(m, 'a', "{sv}");
	while (sd_bus_message_enter_container(m, 'e', "sv") > 0) {
		sd_bus_message_read(m, "s", &name);
		if (!strcmp(name, "DuplicateData"))
			sd_bus_message_read(m, "v", "b", &duplicates);
		else
			sd_bus_message_read(m, "v", "s", &text);
		sd_bus_message_exit_container(m);
		n++;
	}

	if (n && strcmp(text, "le"))
		return sd_bus_reply_method_errorf(m, "org.bluez.Error.Failed",
						  "transport");
	note(s, !n ? "clear" : duplicates ? "filter+dup" : "filter");
	return sd_bus_reply_method_return(m, "");
}

/* Behind its name a property's value, where that is text, or its type. */
static void read_shown(struct standin *s, sd_bus_message *reply,
		       const char *type)
{
	size_t n = strlen(s->monitor);
	const char *text = type;

	if (!strcmp(type, "s"))
		sd_bus_message_read(reply, "v", "s", &text);
	else
		sd_bus_message_skip(reply, "v");
	snprintf(s->monitor + n, sizeof(s->monitor) - n, "%s ", text);
}

/* As bluetoothd does: it looks at what it is shown before it says yes. */
static int on_monitor(sd_bus_message *reply, void *userdata, sd_bus_error *e)
{
	struct standin *s = userdata;
	const char *path, *interface, *name, *type;
	char kind;

	(void)e;
	s->monitor[0] = '\0';
	if (sd_bus_message_is_method_error(reply, NULL))
		return 0;

	sd_bus_message_enter_container(reply, 'a', "{oa{sa{sv}}}");
	while (sd_bus_message_enter_container(reply, 'e', "oa{sa{sv}}") > 0) {
		sd_bus_message_read(reply, "o", &path);
		sd_bus_message_enter_container(reply, 'a', "{sa{sv}}");
		while (sd_bus_message_enter_container(reply, 'e', "sa{sv}") > 0) {
			sd_bus_message_read(reply, "s", &interface);
			sd_bus_message_enter_container(reply, 'a', "{sv}");
			while (sd_bus_message_enter_container(reply, 'e', "sv") > 0) {
				sd_bus_message_read(reply, "s", &name);
				sd_bus_message_peek_type(reply, &kind, &type);
				snprintf(s->monitor + strlen(s->monitor),
					 sizeof(s->monitor) - strlen(s->monitor),
					 "%s.%s:", strrchr(interface, '.') + 1,
					 name);
				read_shown(s, reply, type);
				sd_bus_message_exit_container(reply);
			}
			sd_bus_message_exit_container(reply);
			sd_bus_message_exit_container(reply);
		}
		sd_bus_message_exit_container(reply);
		sd_bus_message_exit_container(reply);
	}

	return 0;
}

static int remove_device(struct standin *s, sd_bus_message *m)
{
	const char *path;

	assert_true(sd_bus_message_read(m, "o", &path) > 0);
	s->removed++;
	s->removed_precious += s->precious && !strcmp(path, s->precious);
	snprintf(s->removed_path, sizeof(s->removed_path), "%s", path);
	standin_removed(s, path);
	return sd_bus_reply_method_return(m, "");
}

static int obey(struct standin *s, sd_bus_message *m, const char *member, int i)
{
	const char *root;

	if (!strcmp(member, "Set"))
		return set_powered(s, m, i);
	if (!strcmp(member, "SetDiscoveryFilter"))
		return set_filter(s, m);
	if (!strcmp(member, "RemoveDevice"))
		return remove_device(s, m);
	if (!strcmp(member, "RegisterMonitor")) {
		note(s, "register");
		sd_bus_message_read(m, "o", &root);
		sd_bus_call_method_async(s->bus, NULL,
					 sd_bus_message_get_sender(m), root,
					 OBJECTS, "GetManagedObjects",
					 on_monitor, s, "");
	} else if (!strcmp(member, "UnregisterMonitor")) {
		note(s, "unregister");
	} else if (!strcmp(member, "StartDiscovery")) {
		note(s, "start");
		if (!s->held)
			standin_discovering(s, i, true);
	} else if (!strcmp(member, "StopDiscovery")) {
		note(s, "stop");
		standin_discovering(s, i, false);
	}

	return sd_bus_reply_method_return(m, "");
}

static int on_call(sd_bus_message *m, void *userdata, sd_bus_error *e)
{
	struct standin *s = userdata;
	const char *member = sd_bus_message_get_member(m);
	const char *path = sd_bus_message_get_path(m);

	(void)e;
	if (!sd_bus_message_is_method_call(m, NULL, NULL))
		return 0;

	if (s->refuse && !strcmp(member, s->refuse) && s->refusals) {
		s->refusals -= s->refusals > 0;
		note(s, "refused");
		sd_bus_reply_method_errorf(m, s->with, "as the test wants it");
		return 1;
	}

	if (!strcmp(member, "GetManagedObjects"))
		reply_objects(s, m);
	else
		obey(s, m, member, !strcmp(path, adapter_path(1)));
	return 1;
}

void standin_begin(struct standin *s)
{
	s->bus = standin_connect(s);
	assert_true(sd_bus_add_filter(s->bus, NULL, on_call, s) >= 0);
	assert_true(sd_bus_request_name(s->bus, "org.bluez", 0) >= 0);
}

void standin_end(struct standin *s)
{
	sd_bus_detach_event(s->bus);
	s->bus = sd_bus_flush_close_unref(s->bus);
	for (int i = 0; i < STANDIN_ADAPTERS; i++)
		s->adapter[i].discovering = false;
}
