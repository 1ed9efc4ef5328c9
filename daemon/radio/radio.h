/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_RADIO_H
#define RADIO_RADIO_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-event.h>

#include <alerte/alerte.h>

/*
 * An ear for buttons.  One file a driver, one row in the table of radio.c.
 */
struct radio_config {
	const char *file;		/* replay: file or FIFO of frames */
};

/* What a driver tells the daemon, from the event loop only. */
struct radio_events {
	void *context;
	void (*hear)(void *context, const struct alerte_advert *advert);
	/* Of a button the driver is connected to. */
	void (*notified)(void *context,
			 const struct alerte_notification *heard);
};

struct radio_driver {
	const char *name;
	/*
	 * Listen, and put a driver object in *out for stop().  -errno when
	 * the radio is not there: the daemon says so and tries again.
	 */
	int (*start)(const struct radio_config *config, sd_event *event,
		     const struct radio_events *events, void **out);
	/* Add state and counters; nothing personal. */
	void (*describe)(void *radio, json_t *out);
	void (*stop)(void *radio);
};

/* The driver of that name, or NULL. */
const struct radio_driver *radio_driver_find(const char *name);

/* "AA:BB:CC:DD:EE:FF", as on the button's label; false when it is not that. */
bool radio_address_parse(const char *text, uint8_t out[6]);
/* Hex digits to at most cap bytes: the number of bytes, or -1. */
int radio_hex_parse(const char *text, uint8_t *out, size_t cap);

extern const struct radio_driver radio_replay;

#endif
