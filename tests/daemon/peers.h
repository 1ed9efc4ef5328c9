/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_PEERS_H
#define TESTS_DAEMON_PEERS_H

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

struct peers;
struct peer;

struct peer_characteristic {
	struct peer *button;
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

struct peer {
	struct peers *s;
	char path[64];
	/* What it is like: */
	bool hangs;			/* in Connect */
	bool refuses;			/* Connect */
	bool silent;			/* does not answer ReadValue */
	bool no_sockets;		/* no AcquireNotify */
	bool bare;			/* has no characteristics */
	bool nonsense;			/* AcquireNotify answers some */
	int paired;
	/* How it is: */
	bool known;			/* to BlueZ */
	int connected, resolved;
	int fd;				/* our end of its notifications */
	bool by_signal;
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

struct peers {
	pid_t daemon;
	sd_event *event;
	sd_bus *bus;			/* of the stand-in */
	sd_bus_slot *manager, *adapter;
	int powered;
	unsigned int discoveries;
	bool discovering;
	sd_bus_track *seeker;
	char pattern[32];
	struct peer button[2];	/* an iTag, a V.ALRT */
};

#define PEER_ITAG "AA:BB:CC:00:00:01"
#define PEER_VALRT "AA:BB:CC:00:00:02"

/* A bus in this folder; false: there is no dbus-daemon. */
bool peers_bus(struct peers *s, const char *dir);
/* BlueZ comes, with its adapter; and goes. */
void peers_start(struct peers *s);
void peers_stop(struct peers *s);
void peers_free(struct peers *s);

/* BlueZ hears of a button. */
void peers_meet(struct peer *b);
/* The link breaks. */
void peers_drop(struct peer *b);
void peers_notify(struct peer *b, const void *data, size_t len);
void peers_power(struct peers *s, bool on);
/* The n-th write to this characteristic, or NULL. */
const struct peer_write *peers_written(const struct peer *b,
					    uint16_t uuid, size_t n);

/* Let everybody on this loop run until *what is at least this much. */
bool peers_until(struct peers *s, bool (*is)(void *context),
		   void *context, int ms);
void peers_run(struct peers *s, int ms);
int64_t peers_now_us(void);

#endif
