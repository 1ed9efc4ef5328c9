/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_MODEM_WORLD_H
#define INTEROP_MODEM_WORLD_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "../fixture/bus.h"
#include "modem/modem.h"

/*
 * The driver under test in this process, on the stage's bus, and what it told.
 */

#define FRIEND "+33639980001"
#define OTHER "+33639980002"
#define RELAY "+33639980114"

struct world {
	struct stage stage;
	sd_event *event;
	sd_bus *bus;
	void *modem;
	const char *name;	/* of the driver; NULL: modemmanager */
	const struct modem_config *config;	/* NULL: a plain one */
	const struct modem_driver *driver;

	int nreceipts;
	struct {
		int64_t attempt;
		enum alerte_receipt_kind kind;
	} receipt[32];

	int nreplies;
	int reply_answer;	/* what the daemon says to a reply */
	char from[64], text[2048];
	int64_t cell_alert;
	char cell[64];
	int nfixes;
	int64_t fix_alert;
	struct alerte_position fix;	/* the last one */

	bool modem_fault, registration_fault, sim_fault, roaming_fault;
	bool unseen;		/* of what is sent from now on */
};

/* Start the driver and its loop; pin may be NULL.  bus: with the stage's. */
void world_start(struct world *w, const char *pin, bool bus);
void world_stop(struct world *w);

/* Run the loop until cond() holds; false after that many milliseconds. */
bool world_until(struct world *w, bool (*cond)(struct world *w), int ms);
void world_run(struct world *w, int ms);

int world_send(struct world *w, int64_t attempt, const char *number,
	       const char *text, enum alerte_importance importance);

/* The last receipt of an attempt came: this kind. */
bool world_has(struct world *w, int64_t attempt,
	       enum alerte_receipt_kind kind);

/* One word of describe(); valid until the next call. */
const char *world_word(struct world *w, const char *key);
json_int_t world_counter(struct world *w, const char *key);
bool world_ready(struct world *w);

/* Nobody rings at the simulated modem; one call was refused. */
bool world_silent(struct world *w);
bool world_refused_one(struct world *w);

/* How many message objects ModemManager holds, or -1. */
int world_objects(struct world *w);

#endif
