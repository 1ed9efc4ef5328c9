/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_GATT_INSIDE_H
#define RADIO_GATT_INSIDE_H

#include "radio/gatt.h"

/*
 * Buttons that are connected to, inside.
 *
 *   gatt.c          start, stop, the list of buttons, describe
 *   gatt_family.c   what each family wants written, and where it tells
 *   gatt_tree.c     what BlueZ says of its objects, read with suspicion
 *   gatt_bus.c      BlueZ, its adapters, which device is which button
 *   gatt_seek.c     discovery while a button is not known to BlueZ
 *   gatt_link.c     the states of one link
 *   gatt_notify.c   what comes over it; probes, confirmations
 *
 *   ABSENT --device found--> WAIT --try--> CONNECTING --> RESOLVING
 *      ^                      ^ ^                            |
 *      | its object is gone   | +---- failed, too slow ------+
 *      +----------------------+                              v
 *                             +--- lost --- UP <--------- SETTING
 */

#define BLUEZ "org.bluez"
#define BLUEZ_ADAPTER BLUEZ ".Adapter1"
#define BLUEZ_DEVICE BLUEZ ".Device1"
#define BLUEZ_CHARACTERISTIC BLUEZ ".GattCharacteristic1"
#define BLUEZ_SERVICE BLUEZ ".GattService1"
#define BLUEZ_BATTERY BLUEZ ".Battery1"

#define GATT_PATH_MAX 96
#define GATT_OWNER_MAX 64
#define GATT_ADAPTERS_MAX 8
#define GATT_DEVICES_MAX 4	/* one button, seen by so many adapters */
#define GATT_SERVICES_MAX 24
#define GATT_VALUE_MAX 512	/* an attribute holds no more */

/* 16-bit UUIDs; of a V.ALRT's own, the 16 bits that differ. */
#define UUID_ALERT_LEVEL 0x2a06
#define UUID_BATTERY_LEVEL 0x2a19
#define UUID_IMMEDIATE_ALERT 0x1802
#define UUID_LINK_LOSS 0x1803

/* ------------------------------------------------------- gatt_family.c */

struct gatt_family {
	const char *name;
	uint16_t press;			/* it tells a press by this */
	uint16_t key;			/* 0: it wants none */
	uint8_t key_bytes[5];
	uint16_t choice;		/* what it is to tell; 0: no choice */
	uint8_t choice_byte;
	uint16_t show;			/* a confirmation is written here */
	uint16_t show_service;		/* in this service; 0: any */
	enum gatt_confirm least;	/* it makes at least so much of it */
};

const struct gatt_family *gatt_family_find(const char *name);
/* The 16 bits of a UUID in text, or 0: neither a standard one nor V.ALRT's. */
uint16_t gatt_uuid(const char *text);

/* --------------------------------------------------------- gatt_tree.c */

enum gatt_kind {
	GATT_OTHER = 0,
	GATT_ADAPTER,
	GATT_DEVICE,
	GATT_SERVICE,
	GATT_CHARACTERISTIC,
	GATT_BATTERY
};

/* What one interface of one object said: borrowed, as far as it said it. */
struct gatt_object {
	const char *path;
	enum gatt_kind kind;
	bool has_powered, powered;
	bool has_connected, connected;
	bool has_resolved, resolved;
	bool has_paired, paired;
	bool has_rssi;
	bool readable;
	int percentage;			/* -1: not told */
	const char *uuid, *service;	/* or NULL */
	const uint8_t *value;		/* or NULL */
	size_t value_len;
};

enum gatt_kind gatt_kind_of(const char *interface);
/* a{sv} into *out, which keeps what is not told; negative: not that. */
int gatt_properties(sd_bus_message *m, struct gatt_object *out);
/* a{sa{sv}} of one object: take() for each interface that has a kind. */
int gatt_interfaces(sd_bus_message *m, const char *path,
		    void (*take)(void *context, const struct gatt_object *o),
		    void *context);
/* The reply of GetManagedObjects. */
int gatt_objects(sd_bus_message *m,
		 void (*take)(void *context, const struct gatt_object *o),
		 void *context);

/* --------------------------------------------------------------------- */

struct gatt_adapter {
	char path[GATT_PATH_MAX];
	bool powered;
};

struct gatt_device {
	char path[GATT_PATH_MAX];
	bool connected, resolved, paired;
	int64_t left_ms;		/* it is hung up on since; 0: not */
	sd_bus_slot *match;
};

enum gatt_state {
	GATT_ABSENT = 1,
	GATT_WAIT,
	GATT_CONNECTING,
	GATT_RESOLVING,
	GATT_SETTING,
	GATT_UP
};

/* Where what matters is, "" for what it has not. */
struct gatt_paths {
	char press[GATT_PATH_MAX], key[GATT_PATH_MAX], choice[GATT_PATH_MAX];
	char show[GATT_PATH_MAX], loss[GATT_PATH_MAX];
	char battery[GATT_PATH_MAX];
	char probe[GATT_PATH_MAX];	/* any that can be read */
};

struct gatt_link {
	struct gatt *g;
	struct gatt_button button;
	const struct gatt_family *family;
	bool keep;			/* while the list is compared */

	enum gatt_state state;
	int64_t since_ms;		/* of up, or of down */
	int64_t tried_ms;		/* when the last try began */
	bool told, told_up;		/* by link() */
	unsigned int fails;		/* in a row, for the pace */
	const char *why;		/* it failed last, or NULL */

	size_t ndevices, at;		/* `at` is the one that is tried */
	struct gatt_device device[GATT_DEVICES_MAX];
	struct gatt_paths path;
	bool by_signal;			/* its notifications are signals */
	int fd;				/* of notifications, or -1 */
	sd_bus_slot *call, *probing;
	sd_event_source *timer, *notify, *quiet;
	int battery;			/* -1: not told */

	uint64_t connections, losses, notifications, nonsense;
};

struct gatt_seek;

struct gatt {
	struct gatt_config config;
	char adapter_only[GATT_PATH_MAX];	/* "": every one */
	sd_event *event;
	sd_bus *bus;
	struct gatt_events events;
	sd_bus_slot *match[4], *call;
	sd_event_source *again;
	bool there;			/* BlueZ answers */
	char owner[GATT_OWNER_MAX];	/* and is this one; "" until it did */
	bool looking, look_again;
	size_t nadapters;
	struct gatt_adapter adapter[GATT_ADAPTERS_MAX];
	size_t nlinks;
	struct gatt_link *link[GATT_BUTTONS_MAX];
	size_t left_out;
	struct gatt_seek *seek;
	uint64_t nonsense;
};

/* -------------------------------------------------------------- gatt.c */

int64_t gatt_now_ms(void);
/* Arm (ms >= 0) or disarm (-1) a one-shot timer. */
int gatt_timer(struct gatt *g, sd_event_source **timer, int64_t ms,
	       sd_event_time_handler_t handler, void *context);

/* ---------------------------------------------------------- gatt_bus.c */

int gatt_watch(struct gatt *g);
/* Ask BlueZ for all it has. */
void gatt_look(struct gatt *g);
sd_bus_message *gatt_method(sd_bus *bus, const char *path,
			    const char *interface, const char *member);
/* Call with a limit; the answer may be an error.  Negative: not called. */
int gatt_call(struct gatt *g, sd_bus_message *m, sd_bus_slot **slot,
	      sd_bus_message_handler_t handler, void *context, uint32_t ms);
/* Send and forget. */
void gatt_tell(struct gatt *g, sd_bus_message *m);
bool gatt_powered(const struct gatt *g, const struct gatt_device *device);
void gatt_device_drop(struct gatt_link *l, size_t i);

/* --------------------------------------------------------- gatt_seek.c */

/* Begin, change or end discovery, as what is missing and powered wants it. */
void gatt_seek_update(struct gatt *g);
void gatt_seek_stop(struct gatt *g);

/* --------------------------------------------------------- gatt_link.c */

/* Something about its devices changed: go on from where it is. */
void gatt_link_go(struct gatt_link *l);
/* Its radio was heard: no need to wait any longer. */
void gatt_link_seen(struct gatt_link *l);
void gatt_link_failed(struct gatt_link *l, const char *why);
/* Forget what is under way, without a word. */
void gatt_link_clear(struct gatt_link *l);
const char *gatt_state_name(enum gatt_state state);

/* ------------------------------------------------------- gatt_notify.c */

/* A value by its characteristic press, or a level of its battery. */
void gatt_heard(struct gatt_link *l, uint16_t uuid, const uint8_t *data,
		size_t len);
/* Read from this socket on; takes it.  Negative: it is closed. */
int gatt_notify_open(struct gatt_link *l, int fd);
void gatt_notify_close(struct gatt_link *l);
/* Ask for a sign of life now, and every so often. */
void gatt_probe(struct gatt_link *l);
/* Write one byte and forget. */
void gatt_write(struct gatt_link *l, const char *path, uint8_t byte);
sd_bus_message *gatt_write_method(struct gatt_link *l, const char *path,
				  const uint8_t *data, size_t len);

#endif
