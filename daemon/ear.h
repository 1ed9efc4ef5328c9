/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_EAR_H
#define DAEMON_EAR_H

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "radio/radio.h"

/*
 * The ear of the gateway: chooses a driver, changes it while life goes on,
 * watches its adapters (radio/watch.h), recovers them in stages and says when
 * it has gone deaf.
 */
struct ear;

struct ear_events {
	void *context;
	/* ms of the boot clock, and of the clock that stops in sleep. */
	int64_t (*now)(void *context);
	int64_t (*awake)(void *context);
	/* When a frame of an enrolled button was last heard; 0: never. */
	int64_t (*button)(void *context);
	void (*hear)(void *context, const struct alerte_advert *advert);
	void (*notified)(void *context,
			 const struct alerte_notification *heard);
	/* The gateway is deaf past its limit, or is no more (V2). */
	void (*deaf)(void *context, bool deaf);
	/* radio_driver_find(), or the table of a test. */
	const struct radio_driver *(*find)(const char *name);
};

struct ear_config {
	char driver[64];		/* "auto", "none", or that of a driver */
	char file[PATH_MAX];
	char adapter[RADIO_NAME_MAX];	/* "": every one */
	uint8_t canary[6];
	int canary_minutes;		/* 0: there is no canary */
};

/* It hears nothing before ear_set().  0 or -errno. */
int ear_new(sd_event *event, const struct ear_events *events,
	    struct ear **out);
/* NULL is allowed, here and below. */
void ear_free(struct ear *ear);
/*
 * Listen so from now on.  What does not start is tried again, and what
 * listened before goes on until then; under "auto" a better driver that has
 * become possible is taken.
 */
void ear_set(struct ear *ear, const struct ear_config *config);
/* The system bus is there, or with NULL about to go. */
void ear_bus(struct ear *ear, sd_bus *bus);
/* What is due now.  Called by itself every second, and after a change. */
void ear_tick(struct ear *ear);

/* What the settings ask for does not listen. */
bool ear_missing(const struct ear *ear);
/* For status: see CONTROL.md. */
json_t *ear_describe(const struct ear *ear);

#endif
