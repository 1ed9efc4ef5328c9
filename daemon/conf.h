/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CONF_H
#define DAEMON_CONF_H

#include <limits.h>
#include <stdbool.h>

#include <alerte/alerte.h>
#include <alerte/mail.h>

#include "complaint.h"

#define CONF_NAME_MAX 64
#define CONF_ADAPTER_MAX 16
#define CONF_PATHS_MAX 6

/* A way for SMS: the section modem, or one titled path. */
struct conf_path {
	char name[CONF_NAME_MAX];	/* "modem", or the title */
	char driver[CONF_NAME_MAX];
	char spool[PATH_MAX];
	char device[PATH_MAX];		/* "": any that no other names */
	char pin[PATH_MAX];		/* where the PIN is, not the PIN */
	char sim_expires[16];		/* "2027-03-31", or "" */
	char url[1024];
	char request[2048];
	char user[256];
	char password[PATH_MAX];	/* where it is, not the password */
	char sender[CONF_NAME_MAX];
	char key_pin[CONF_NAME_MAX];	/* "sha256//...", or "" */
	char ca_file[PATH_MAX];
};

/* The settings of the machine, from alerted.conf(5). */
struct conf {
	char store_path[PATH_MAX];	/* "": alerte.db in the state folder */
	char radio_driver[CONF_NAME_MAX];
	char radio_file[PATH_MAX];
	char radio_adapter[CONF_ADAPTER_MAX];	/* "": every one */
	char radio_canary[18];		/* its address, "": none */
	int radio_canary_minutes;
	char radio_confirm[CONF_NAME_MAX];	/* none, light, buzzer */
	/* In the order in which they are preferred; modem is the first. */
	size_t npaths;
	struct conf_path path[CONF_PATHS_MAX];
	struct alerte_mail_server mail;	/* without its password */
	char mail_password[PATH_MAX];	/* where it is, or "" */
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
	uint32_t place_rank;		/* of its gateways; 0 texts first */
	bool place_moving;		/* goes where she goes */
	enum alerte_abroad abroad;	/* what is done then (M6) */
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
