/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_BLUEZ_STANDIN_H
#define TESTS_DAEMON_BLUEZ_STANDIN_H

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

/*
 * A bus of our own in a scratch folder, and on it what a test takes for
 * bluetoothd: as much of org.bluez as the driver asks for, in the same loop.
 */
#define STANDIN_ADAPTERS 2

struct standin {
	char dir[64];
	pid_t dbus;
	sd_event *event;
	sd_bus *bus;			/* bluetoothd's */
	struct {
		bool there, powered, discovering;
		bool blocked;		/* PowerState is told then */
	} adapter[STANDIN_ADAPTERS];
	bool monitors;			/* they are offered */
	const char *refuse, *with;	/* this member, with that error */
	int refusals;			/* so often; -1: always */
	bool held;			/* StartDiscovery changes nothing */
	char calls[2048];		/* "filter+dup register start " */
	int removed;			/* RemoveDevice */
	char removed_path[64];		/* the last */
	const char *precious;		/* who must not be, */
	int removed_precious;		/* and how often it was */
	char monitor[512];		/* what it was shown */
	const char *extra;		/* an object more, of this path */
};

/* False when there is no dbus-daemon: skip. */
bool standin_open(struct standin *s);
void standin_close(struct standin *s);
/* A new connection to the bus, in the loop. */
sd_bus *standin_connect(struct standin *s);
/* bluetoothd begins and ends, as a process does. */
void standin_begin(struct standin *s);
void standin_end(struct standin *s);

/* Run the loop for that long. */
void standin_run(struct standin *s, int ms);
/* Until it is true, 5 s at most. */
#define UNTIL(s, condition) do {					\
		for (int tries_ = 0; !(condition) && tries_ < 500; tries_++) \
			standin_run(s, 10);				\
		assert_true(condition);					\
	} while (0)

void standin_adapter(struct standin *s, int i, bool there);
/* A property of adapter i, or of the device at path; told to all. */
void standin_powered(struct standin *s, int i, bool powered);
void standin_discovering(struct standin *s, int i, bool discovering);

/*
 * InterfacesAdded of a device, or PropertiesChanged of it: types and values as
 * of sd_bus_message_append() for an a{sv}.
 */
void standin_added(struct standin *s, const char *path, const char *types,
		   ...);
void standin_changed(struct standin *s, const char *path, const char *types,
		     ...);
/* PropertiesChanged that only says that RSSI is no longer valid. */
void standin_invalidated(struct standin *s, const char *path);
void standin_removed(struct standin *s, const char *path);
/* A signal from `bus` with any contents. */
void standin_signal(sd_bus *bus, const char *path, const char *interface,
		    const char *member, const char *types, ...);

#endif
