/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <alerte/alerte.h>

#include "conf.h"
#include "flight.h"
#include "refuge.h"

struct beat;
struct connected;
struct control;
struct ear;
struct expiry;
struct link;
struct mail;
struct paths;
struct power;

struct options {
	const char *config, *state, *runtime;
	const char *credentials;	/* or NULL */
	bool create_keys;
};

/*
 * The one object of the process.  Each room keeps its part here and touches no
 * other's: loop.c, devices.c, link.c, bus.c, control/.
 */
struct daemon {
	struct options options;
	struct conf conf;
	sd_event *event;
	struct alerte *engine;
	struct flight flight;

	/* loop.c */
	sd_event_source *deadline, *soon, *health, *grace;
	int64_t stepped_ms;		/* boot clock, at the last step */
	int64_t armed_ms;		/* the deadline the timer was set for */
	bool stepping, stopping;
	char status[128];

	/* devices.c */
	struct ear *ear;
	struct paths *paths;
	uint8_t path_key[32];		/* engine.c */

	struct link *link;
	struct mail *mail;
	struct beat *beat;
	struct connected *connected;
	struct power *power;
	struct expiry *expiry;

	/* engine.c */
	struct refuge refuge;
	sd_event_source *refuge_retry;	/* NULL: the store is in its place */
	bool refuge_waits;		/* for the last alert to end */

	/* bus.c */
	sd_bus *bus;			/* the system bus, or NULL */
	sd_event_source *bus_retry;
	sd_bus_slot *bus_gone, *bus_name;

	struct control *control;
};

struct alerte_time daemon_now(const struct daemon *d);
/* Something that should be there is not. */
bool daemon_missing(const struct daemon *d);
/* The same, or a fault is present. */
bool daemon_degraded(const struct daemon *d);

/* ---------------------------------------------------------- engine.c */

/*
 * Open the store, or its copy when the disk takes no writes; 0, or an exit
 * code of sysexits(3), told.  engine_close() brings a copy back if it can.
 */
int engine_open(struct daemon *d);
int engine_close(struct daemon *d);
/* On a copy: when the disk takes writes again and no alert is live, end. */
int engine_watch(struct daemon *d);
void engine_watch_now(struct daemon *d);
void engine_watch_stop(struct daemon *d);
/* What the engine wrote outlives a power cut. */
bool engine_durable(const struct daemon *d, bool written);

/* ------------------------------------------------------------ loop.c */

int loop_start(struct daemon *d);
void loop_free(struct daemon *d);
/*
 * After an input: do what is due, tell who listens, set the timer.  Called
 * from inside a host call it puts that off until the loop turns.
 */
void loop_turn(struct daemon *d);
/*
 * After an input that raised nothing: what it asked for is done a little
 * later, so that a flood of such inputs does not cost a step each.
 */
void loop_later(struct daemon *d);
/* The same when the loop turns: for drivers, which send() calls into. */
void loop_soon(struct daemon *d);
/* Stop taking in, let what is under way end, leave the loop. */
void loop_stop(struct daemon *d);

/* ------------------------------------------------------------ host.c */

struct alerte_host host_of(struct daemon *d);
/* What became of an attempt: from modem, link and mail. */
void host_receipt(struct daemon *d, int64_t attempt, int part,
		  enum alerte_receipt_kind kind);
void host_fault(struct daemon *d, const char *fault, bool present);
/* Where a receiver is that moves with her: an answer to alerte_host.locate. */
void host_position(struct daemon *d, int64_t alert,
		   const struct alerte_position *position);
/* In which cell it stands: another answer. */
void host_cell(struct daemon *d, int64_t alert, const char *cell);
/* Anybody may read it.  That a button is silent, or away, is about a person. */
bool host_fault_public(const char *fault);

/* --------------------------------------------------------- devices.c */

/* Start what the configuration names; what is missing is tried again. */
int devices_start(struct daemon *d);
void devices_stop(struct daemon *d);
/* Listen as the settings say now. */
void radio_settings(struct daemon *d);
void radio_stop(struct daemon *d);
/* The same of the paths for SMS. */
void modem_settings(struct daemon *d);

/* ------------------------------------------------------------- bus.c */

/* Only when something can use the system bus; comes back when the bus does. */
int bus_start(struct daemon *d);
void bus_stop(struct daemon *d);
/* After a change of settings: open it if it is wanted and not there. */
void bus_settings(struct daemon *d);
/* Something cannot do without it. */
bool bus_needed(const struct daemon *d);

#endif
