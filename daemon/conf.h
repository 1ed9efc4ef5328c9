/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CONF_H
#define DAEMON_CONF_H

#include <limits.h>
#include <stdbool.h>

#include <alerte/alerte.h>

#include "complaint.h"

#define CONF_NAME_MAX 64
#define CONF_ADAPTER_MAX 16

/* The settings of the machine, from alerted.conf(5). */
struct conf {
	char store_path[PATH_MAX];	/* "": alerte.db in the state folder */
	char radio_driver[CONF_NAME_MAX];
	char radio_file[PATH_MAX];
	char radio_adapter[CONF_ADAPTER_MAX];	/* "": every one */
	char radio_canary[18];		/* its address, "": none */
	int radio_canary_minutes;
	char radio_confirm[CONF_NAME_MAX];	/* none, light, buzzer */
	char modem_driver[CONF_NAME_MAX];
	char modem_spool[PATH_MAX];
	char modem_device[PATH_MAX];	/* "": any */
	char modem_pin[PATH_MAX];	/* where the PIN is, not the PIN */
	char modem_sim_expires[16];	/* "2027-03-31", or "" */
	char selftest_number[ALERTE_NUMBER_MAX];	/* "": no self-test */
	int selftest_hours;
	char power_supply[PATH_MAX];
	char relay_number[ALERTE_NUMBER_MAX];
	bool control_bus;		/* the system bus */
	bool control_socket;
	char key_run[PATH_MAX];		/* name of a credential, or a path */
	char key_reading_public[PATH_MAX];
	char key_reading_secret[PATH_MAX];
	char place_site[ALERTE_NAME_MAX];
	bool place_moving;		/* no fixed gateway (M6) */
	enum alerte_abroad abroad;
	uint32_t heartbeat_s;		/* 0: none */
	bool clock_trusted;		/* whatever the kernel says */
	enum alerte_log_level log_level;
};

/*
 * Read a file.  True when it is good; else *out is untouched and c says what
 * is wrong.
 */
bool conf_read(const char *path, struct complaints *c, struct conf *out);

#endif
