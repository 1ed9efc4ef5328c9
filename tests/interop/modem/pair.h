/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INTEROP_MODEM_PAIR_H
#define INTEROP_MODEM_PAIR_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>
#include <time.h>

#include "../fixture/bus.h"
#include "paths.h"

/*
 * Two modems: the engine, the paths and two drivers modemmanager in this
 * process, against the real ModemManager and polkitd; only the modems are
 * simulated.
 */

#define FRIEND "+33639980001"

extern struct pair {
	struct stage stage;
	sd_event *event;
	sd_bus *bus;
	struct alerte *a;
	struct paths *paths;
	struct conf_path conf[2];
	char faults[256];
	int nreplies;
	char text[512];
	uint32_t two_way;
} w;

/* The stage with these arguments, and all that stands on it. */
int open_pair(const char *const args[]);
int close_pair(void);
int64_t now_ms(clockid_t id);
void start_engine(void);
void press(void);
void start_paths(void);
/* Run it all until cond() holds; false after that many milliseconds. */
bool until(bool (*cond)(void), int ms);
bool never(void);
bool path_is(size_t i, const char *key_of, const char *value);
bool both_ready(void);
size_t size_of(json_t *list);
size_t sent_first(void);
size_t sent_second(void);
void tell_first(const char *command);
void tell_second(const char *command);
/* So many attempts of the newest alert are in that state. */
int attempts(enum alerte_attempt_state state);

#endif
