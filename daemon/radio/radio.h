/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_RADIO_H
#define RADIO_RADIO_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <alerte/alerte.h>

/*
 * An ear for buttons.  One file a driver, one row in the table of radio.c.  A
 * driver hears and obeys; whether it has gone deaf, and what to do then, is
 * decided in one place for all of them (ear.h).  It filters nothing: a sealed
 * button changes its address, and only the engine knows a stranger.
 */
struct radio_config {
	const char *file;		/* replay: file or FIFO of frames */
	const char *adapter;		/* only "hci0"; NULL: every one */
	sd_bus *bus;			/* the system bus; NULL: there is none */
};

#define RADIO_ADAPTERS_MAX 8
#define RADIO_NAME_MAX 16
#define RADIO_WHY_MAX 160

/* One receiver, as it is now. */
struct radio_adapter {
	uint32_t source;		/* in every advert it heard */
	char name[RADIO_NAME_MAX];	/* "hci0" */
	bool powered;
	bool blocked;			/* by rfkill: nobody but a person may */
	bool scanning;			/* for us or for another: it hears */
	bool failing;			/* what was last asked of it failed */
};

/* The stages of V3, each harder on those who share the adapter. */
enum radio_stage {
	RADIO_STAGE_SCAN = 1,		/* end the scan, begin it again */
	RADIO_STAGE_POWER,		/* adapter off, and on */
	RADIO_STAGE_BLUEZ		/* let BlueZ begin anew with it */
};

/* What a driver tells the daemon, from the event loop only. */
struct radio_events {
	void *context;
	void (*hear)(void *context, const struct alerte_advert *advert);
	/* Of a button the driver is connected to. */
	void (*notified)(void *context,
			 const struct alerte_notification *heard);
	/* adapters() would answer something else from now on. */
	void (*changed)(void *context);
};

struct radio_driver {
	const char *name;
	/*
	 * Listen on every adapter there is and every one that comes, and put a
	 * driver object in *out for stop().  No adapter is no failure.  -errno
	 * when this way of listening cannot work here; `why` then says what is
	 * missing and the next command, in one line.
	 */
	int (*start)(const struct radio_config *config, sd_event *event,
		     const struct radio_events *events,
		     char why[RADIO_WHY_MAX], void **out);
	/*
	 * Those there are now: how many; -errno once it has lost what it
	 * listened by, and must be started anew.
	 */
	int (*adapters)(void *radio,
			struct radio_adapter out[RADIO_ADAPTERS_MAX]);
	/*
	 * Begin a stage; changed() follows.  -EOPNOTSUPP when this driver has
	 * no such stage, -ENODEV when the adapter is gone.
	 */
	int (*recover)(void *radio, uint32_t source, enum radio_stage stage);
	/* Add state and counters of the driver; nothing personal. */
	void (*describe)(void *radio, json_t *out);
	void (*stop)(void *radio);
};

/* The driver of that name, or NULL. */
const struct radio_driver *radio_driver_find(const char *name);

/* "AA:BB:CC:DD:EE:FF", as on the button's label; false when it is not that. */
bool radio_address_parse(const char *text, uint8_t out[6]);
/* Hex digits to at most cap bytes: the number of bytes, or -1. */
int radio_hex_parse(const char *text, uint8_t *out, size_t cap);

extern const struct radio_driver radio_bluez;
extern const struct radio_driver radio_mgmt;
extern const struct radio_driver radio_replay;

#endif
