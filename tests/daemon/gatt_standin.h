/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DAEMON_GATT_STANDIN_H
#define TESTS_DAEMON_GATT_STANDIN_H

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
#define STANDIN_CHARACTERISTICS 6
#define STANDIN_WRITES 32
#define STANDIN_CONNECTS 32

struct standin;
struct standin_button;

struct standin_characteristic {
	struct standin_button *button;
	char path[96], service[96];
	const char *uuid;
	const char *flags;		/* "read notify" */
	sd_bus_slot *slot;
};

struct standin_write {
	uint16_t uuid;
	uint8_t data[8];
	size_t len;
	int64_t at_us;
	char service[96];
};

struct standin_button {
	struct standin *s;
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
	struct standin_characteristic c[STANDIN_CHARACTERISTICS];
	size_t nc;
	/* What was done to it: */
	size_t nwrites, nconnects;
	struct standin_write write[STANDIN_WRITES];
	int64_t connect_us[STANDIN_CONNECTS], connected_us, acquired_us;
	unsigned int disconnects, removed, reads;
};

struct standin {
	pid_t daemon;
	sd_event *event;
	sd_bus *bus;			/* of the stand-in */
	sd_bus_slot *manager, *adapter;
	int powered;
	unsigned int discoveries;
	bool discovering;
	sd_bus_track *seeker;
	char pattern[32];
	struct standin_button button[2];	/* an iTag, a V.ALRT */
};

#define STANDIN_ITAG "AA:BB:CC:00:00:01"
#define STANDIN_VALRT "AA:BB:CC:00:00:02"

/* A bus in this folder; false: there is no dbus-daemon. */
bool standin_bus(struct standin *s, const char *dir);
/* BlueZ comes, with its adapter; and goes. */
void standin_start(struct standin *s);
void standin_stop(struct standin *s);
void standin_free(struct standin *s);

/* BlueZ hears of a button. */
void standin_meet(struct standin_button *b);
/* The link breaks. */
void standin_drop(struct standin_button *b);
void standin_notify(struct standin_button *b, const void *data, size_t len);
void standin_power(struct standin *s, bool on);
/* The n-th write to this characteristic, or NULL. */
const struct standin_write *standin_written(const struct standin_button *b,
					    uint16_t uuid, size_t n);

/* Let everybody on this loop run until *what is at least this much. */
bool standin_until(struct standin *s, bool (*is)(void *context),
		   void *context, int ms);
void standin_run(struct standin *s, int ms);
int64_t standin_now_us(void);

#endif
