/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_GATT_PEER_H
#define TESTS_DAEMON_GATT_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

/*
 * A stand-in of BlueZ on a bus of the test's own: one adapter, hci0, and two
 * buttons around it.  It does what a test tells it to.
 */
#define PEER_CHARACTERISTICS 6
#define PEER_WRITES 32
#define PEER_CONNECTS 32

struct peer;
struct peer_button;

struct peer_characteristic {
	struct peer_button *button;
	char path[96], service[96];
	const char *uuid;
	const char *flags;		/* "read notify" */
	sd_bus_slot *slot;
};

struct peer_write {
	uint16_t uuid;
	uint8_t data[8];
	size_t len;
	int64_t at_us;
	char service[96];
};

struct peer_button {
	struct peer *s;
	char path[64];
	/* What it is like: */
	bool hangs;			/* in Connect */
	bool refuses;			/* Connect */
	bool silent;			/* does not answer ReadValue */
	bool no_sockets;		/* no AcquireNotify */
	bool bare;			/* has no characteristics */
	bool nonsense;			/* AcquireNotify answers some */
	bool lingers;			/* after Disconnect */
	int paired;
	/* How it is: */
	bool known;			/* to BlueZ */
	int connected, resolved;
	int fd;				/* our end of its notifications */
	bool by_signal;
	sd_event_source *telling;
	uint8_t value[8];
	size_t value_len;
	bool valrt;
	sd_bus_slot *slot, *service[3];
	sd_bus_message *pending;
	struct peer_characteristic c[PEER_CHARACTERISTICS];
	size_t nc;
	/* What was done to it: */
	size_t nwrites, nconnects;
	struct peer_write write[PEER_WRITES];
	int64_t connect_us[PEER_CONNECTS], connected_us, acquired_us;
	unsigned int disconnects, removed, reads;
};

struct peer {
	pid_t daemon;
	sd_event *event;
	sd_bus *bus;			/* of the stand-in */
	sd_bus_slot *manager, *adapter;
	int powered;
	unsigned int discoveries;
	bool discovering;
	sd_bus_track *seeker;
	char pattern[32];
	struct peer_button button[2];	/* an iTag, a V.ALRT */
};

#define PEER_ITAG "AA:BB:CC:00:00:01"
#define PEER_VALRT "AA:BB:CC:00:00:02"

/* A bus in this folder; false: there is no dbus-daemon. */
bool peer_bus(struct peer *s, const char *dir);
/* BlueZ comes, with its adapter; and goes. */
void peer_start(struct peer *s);
void peer_stop(struct peer *s);
void peer_free(struct peer *s);

/* BlueZ hears of a button. */
void peer_meet(struct peer_button *b);
/* The link breaks. */
void peer_drop(struct peer_button *b);
void peer_notify(struct peer_button *b, const void *data, size_t len);
void peer_power(struct peer *s, bool on);
/* Somebody who is not BlueZ writes to the owner of `to`: it is all gone. */
void peer_forge(struct peer_button *b, sd_bus *to);
/* The n-th write to this characteristic, or NULL. */
const struct peer_write *peer_written(const struct peer_button *b,
					    uint16_t uuid, size_t n);

/* Let everybody on this loop run until *what is at least this much. */
bool peer_until(struct peer *s, bool (*is)(void *context),
		   void *context, int ms);
void peer_run(struct peer *s, int ms);
int64_t peer_now_us(void);

#endif
