/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_BLUEZ_H
#define RADIO_BLUEZ_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "radio/radio.h"

/*
 * The driver bluez, inside: discovery by bluetoothd, which needs no privilege
 * and shares the adapter with others.
 *
 *   bluez.c          start, stop, describe; bluetoothd comes and goes
 *   bluez_bus.c      calls and signals
 *   bluez_adapter.c  adapters, and what is asked of each in which order
 *   bluez_device.c   devices remembered, and forgotten again
 *   bluez_read.c     properties, and the advert they were made of
 *   bluez_monitor.c  the monitor we show bluetoothd
 *
 * Every call is asynchronous.  An advert is handed on last, when our own state
 * is settled; that adapters changed is told from the loop, once for all that
 * changed meanwhile.
 */

#define BLUEZ_NAME "org.bluez"
#define BLUEZ_ADAPTER BLUEZ_NAME ".Adapter1"
#define BLUEZ_DEVICE BLUEZ_NAME ".Device1"
#define BLUEZ_MONITOR BLUEZ_NAME ".AdvertisementMonitor1"
#define BLUEZ_MONITORS BLUEZ_NAME ".AdvertisementMonitorManager1"
#define BLUEZ_OBJECTS "org.freedesktop.DBus.ObjectManager"
#define BLUEZ_PROPERTIES "org.freedesktop.DBus.Properties"

#define BLUEZ_PATH_MAX 64
#define BLUEZ_OWNER_MAX 64
#define BLUEZ_MATCHES 6

#define BLUEZ_CALL_MS 20000
#define BLUEZ_SETTLE_MS 1500	/* a scan that is off may be between two */
#define BLUEZ_AGAIN_MAX_MS 30000

/*
 * Devices we remember, and how many of them bluetoothd may keep because of us.
 * Who changes address every frame makes it grow; its own timer forgets after
 * 30 s, in versions that have one.
 */
#define BLUEZ_DEVICES_MAX 1024
#define BLUEZ_DEVICES_KEEP 512
#define BLUEZ_REMOVING_MAX 8	/* asked for at one time */
/* What was heard so lately may have more to tell in what is still queued. */
#define BLUEZ_FRESH_MS 3000

#define BLUEZ_PAYLOAD_MAX 512
#define BLUEZ_LAST_MAX 64	/* of a last payload that is kept */
#define BLUEZ_NAME_KEPT 29
#define BLUEZ_UUIDS_KEPT 12

/* AD structures as they are built. */
struct bluez_payload {
	size_t len;
	uint8_t byte[BLUEZ_PAYLOAD_MAX];
};

/* Properties of a device that forbid to have it removed. */
enum bluez_tie {
	BLUEZ_PAIRED = 1 << 0,
	BLUEZ_BONDED = 1 << 1,
	BLUEZ_TRUSTED = 1 << 2,
	BLUEZ_BLOCKED = 1 << 3,
	BLUEZ_CONNECTED = 1 << 4,
	BLUEZ_WAS_CONNECTED = 1 << 5,	/* somebody will want it back */
	BLUEZ_UNKNOWN = 1 << 6		/* not announced to us */
};

/* What one message said of a device. */
struct bluez_seen {
	bool has_address, has_random, has_rssi, has_data, has_flags;
	bool has_name, has_uuids;
	uint8_t address[6];
	bool random;
	int8_t rssi;
	uint8_t flags;
	uint8_t nname, nuuids;
	uint8_t name[BLUEZ_NAME_KEPT];
	uint16_t uuid[BLUEZ_UUIDS_KEPT];
	unsigned int ties_told, ties;
	struct bluez_payload data;	/* service and manufacturer data */
};

struct bluez_device {
	uint64_t key;
	uint64_t turn;			/* grows with each advert of any */
	int64_t heard_ms;
	uint8_t address[6];
	bool random, has_flags;
	int8_t rssi;
	uint8_t flags;
	uint8_t nname, nuuids, nlast;
	uint8_t name[BLUEZ_NAME_KEPT];
	uint8_t last[BLUEZ_LAST_MAX];
	uint16_t uuid[BLUEZ_UUIDS_KEPT];
	unsigned int ties;
};

/* What the bus shows of an adapter; has_ what a message told. */
struct bluez_view {
	bool has_powered, powered;
	bool has_discovering, discovering;
	bool has_state, state_blocked;
};

/* In the order in which they are asked for. */
enum bluez_step {
	BLUEZ_STOP = 0,
	BLUEZ_UNREGISTER,
	BLUEZ_CLEAR,
	BLUEZ_OFF,
	BLUEZ_ON,
	BLUEZ_FILTER,
	BLUEZ_REGISTER,
	BLUEZ_START,
	BLUEZ_IDLE			/* nothing asked */
};

struct bluez_adapter {
	struct bluez *bz;
	int64_t birth;			/* 0: none here; never the same again */
	uint32_t source;
	char path[BLUEZ_PATH_MAX], name[RADIO_NAME_MAX];
	bool powered, discovering, blocked, failing;
	bool can_monitor, monitored;
	bool no_duplicates;		/* DuplicateData is refused */
	bool ours;			/* our discovery was taken */
	enum bluez_step asked;		/* and not answered yet */
	unsigned int todo;		/* a bit for each step */
	int64_t again_ms;
	sd_event_source *again;
};

struct bluez_counts {
	uint64_t adverts, bare, malformed, foreign, removed, begun;
};

struct bluez {
	struct radio_events events;
	sd_event *event;
	sd_bus *bus;
	char *only;
	char owner[BLUEZ_OWNER_MAX];	/* of the name; "" when none is */
	bool asked;			/* who the owner is was answered */
	sd_bus_slot *match[BLUEZ_MATCHES];
	sd_bus_slot *monitor[2];
	struct bluez_call *calls;
	sd_event_source *changed, *look_again;
	int64_t births;
	uint64_t turn;
	struct bluez_adapter adapter[RADIO_ADAPTERS_MAX];
	unsigned int ndevices, removing, nleaving, leaving_at;
	uint64_t key[BLUEZ_DEVICES_MAX];	/* of the same place below */
	struct bluez_device *device[BLUEZ_DEVICES_MAX];
	uint64_t leaving[BLUEZ_DEVICES_MAX];	/* to be removed, in turn */
	struct bluez_counts count;
};

/* -------------------------------------------------------------- bluez.c */

int64_t bluez_now_ms(void);
/* Tell the daemon, soon, that adapters changed. */
void bluez_changed(struct bluez *bz);
/* bluetoothd is there under another name than before, or gone (""). */
void bluez_owner(struct bluez *bz, const char *owner);

/* ---------------------------------------------------------- bluez_bus.c */

/*
 * Call; answer() is told once, with a reply that may be an error, unless the
 * driver stops or bluetoothd goes before.  id is passed through.
 */
int bluez_call(struct bluez *bz, sd_bus_message *m,
	       void (*answer)(struct bluez *bz, sd_bus_message *reply,
			      int64_t id),
	       int64_t id);
/* The same, and nobody waits. */
void bluez_tell(struct bluez *bz, sd_bus_message *m);
sd_bus_message *bluez_method(struct bluez *bz, const char *path,
			     const char *interface, const char *member);
void bluez_calls_free(struct bluez *bz);
/* From bluetoothd itself: anybody may send us a signal. */
bool bluez_is_owner(struct bluez *bz, sd_bus_message *m);
/* Listen, and ask who bluetoothd is. */
int bluez_watch(struct bluez *bz);
/* Read all there is. */
void bluez_look(struct bluez *bz);

/* ------------------------------------------------------ bluez_adapter.c */

/* The index of hciN in the path of an adapter, or -1. */
int bluez_adapter_index(const char *path);
/* That adapter is one to listen on. */
bool bluez_wanted(const struct bluez *bz, int index);
struct bluez_adapter *bluez_adapter_find(struct bluez *bz, uint32_t source);
/* It is there: listen on it. */
void bluez_adapter_add(struct bluez *bz, const char *path,
		       const struct bluez_view *view);
void bluez_adapter_change(struct bluez *bz, const char *path,
			  const struct bluez_view *view);
void bluez_adapter_monitors(struct bluez *bz, const char *path, bool offered);
void bluez_adapter_remove(struct bluez *bz, const char *path);
/* Without asking anything more of them. */
void bluez_adapters_forget(struct bluez *bz);
/* Let go of what we asked bluetoothd for. */
void bluez_adapters_leave(struct bluez *bz);
int bluez_adapter_recover(struct bluez_adapter *a, enum radio_stage stage);

/* ------------------------------------------------------- bluez_device.c */

/* A device was announced, or changed: it may have been an advert. */
void bluez_device_seen(struct bluez *bz, const char *path, bool announced,
		       const struct bluez_seen *seen);
/* It was there when we came: nothing of it was heard now. */
void bluez_device_known(struct bluez *bz, const char *path,
			const struct bluez_seen *seen);
void bluez_device_remove(struct bluez *bz, const char *path);
/* Have those of this adapter removed that discovery found. */
void bluez_devices_purge(struct bluez *bz, uint32_t source);
/* Those of one adapter, of which bluetoothd knows no more; 0: all. */
void bluez_devices_forget(struct bluez *bz, uint32_t source);

/* --------------------------------------------------------- bluez_read.c */

/*
 * a{sv} of an adapter or a device; 0, or negative when the message cannot be
 * read further.  What is of another type than documented is counted, and left.
 */
int bluez_read_adapter(struct bluez *bz, sd_bus_message *m,
		       struct bluez_view *out);
int bluez_read_device(struct bluez *bz, sd_bus_message *m,
		      struct bluez_seen *out);
/* A structure more; false when it does not fit. */
bool bluez_payload_add(struct bluez_payload *p, uint8_t type,
		       const void *head, size_t nhead, const void *data,
		       size_t len);

/* ------------------------------------------------------ bluez_monitor.c */

#define BLUEZ_MONITOR_ROOT "/org/alerte/radio"

int bluez_monitor_show(struct bluez *bz);

#endif
