/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_POWER_H
#define DAEMON_POWER_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Mains and battery of the machine, from the kernel's power supplies.  Read
 * every half minute; what is new is believed when it is still so a little
 * later.  Faults: "mains", "battery-low" (15 %, until 20), "battery-critical"
 * (5 %, until 8).
 */
struct daemon;
struct power;

/* What the power supplies say now. */
struct power_view {
	bool has_mains, mains;
	int percent;			/* -1: no battery */
};

/* True when the folder could be read; without one *out says nothing. */
bool power_read(const char *folder, struct power_view *out);

int power_new(struct daemon *d, struct power **out);
void power_free(struct power *p);
/* Look now: the settings may be others. */
void power_look(struct power *p);
json_t *power_describe(const struct power *p);

#endif
