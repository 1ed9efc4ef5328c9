/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MODEM_MODEM_H
#define MODEM_MODEM_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <alerte/alerte.h>

/*
 * A way for SMS to leave and to come in.  One file a driver, one row in the
 * table of modem.c.  A driver starts even when its modem is missing, says so
 * with fault(), and takes the modem back when it returns.
 */
struct modem_config {
	const char *name;	/* of the path: "modem", or its title */
	const char *spool;	/* spool: folder, holds out/ and in/ */
	const char *pin;	/* modemmanager: SIM PIN, or NULL; secret */
	/* modemmanager: Device or IMEI; ofono: path; NULL = any */
	const char *device;
	/* Devices that are other paths'; never taken.  Ends with NULL. */
	const char *const *others;
	const char *state;	/* folder for what outlives a restart */
	const uint8_t *key;	/* 32 bytes, to seal that; NULL: keep none */
	/* http: a gateway that takes SMS as requests; never the 114 (M4) */
	const char *url;	/* https://, or http:// to this machine */
	const char *request;	/* name of its kind, or a template */
	const char *user, *password;	/* or NULL; password is secret */
	const char *sender;	/* what it shows as sender, or NULL */
	const char *key_pin;	/* "sha256//...", or NULL */
	const char *ca_file;	/* or NULL */
};

/* What a driver tells the daemon; never called from inside send(). */
struct modem_events {
	void *context;
	void (*receipt)(void *context, int64_t attempt, int part,
			enum alerte_receipt_kind kind);
	/*
	 * The driver deletes the message only once this returned >= 0.
	 * ALERTE_UNSEEN: it is not counted and not logged either (L8).
	 */
	int (*reply)(void *context, const char *from, const char *text);
	/* fault: "modem", "modem-registration", "modem-roaming", "sim" */
	void (*fault)(void *context, const char *fault, bool present);
	/* An answer to locate(), and each better one after it. */
	void (*position)(void *context, int64_t alert,
			 const struct alerte_position *position);
	/* "MCC,MNC,LAC,CI,TAC": the cell it stands in; may be NULL. */
	void (*cell)(void *context, int64_t alert, const char *cell);
};

struct modem_driver {
	const char *name;
	/* Opaque driver object in *out, to be given to stop(); -errno. */
	int (*start)(const struct modem_config *config, sd_event *event,
		     sd_bus *bus, const struct modem_events *events,
		     void **out);
	/*
	 * The contract of alerte_host.send: 0 taken, ALERTE_EREFUSED certainly
	 * not sent, anything else unknown.  The message is borrowed.  One that
	 * is `unseen` changes no counter and writes no line, nor do the words
	 * of the network about it.
	 */
	int (*send)(void *modem, const struct alerte_message *message);
	/*
	 * Optional.  The message goes another way: take it back if it has not
	 * left.  Its receipt comes all the same: FAILED when it was taken back.
	 */
	void (*give_up)(void *modem, int64_t attempt);
	/* Optional.  A message of ALERTE_CHANNEL_VOICE; contract of send. */
	int (*ring)(void *modem, const struct alerte_message *message);
	/* Optional.  Where is the modem?  events.position() answers. */
	void (*locate)(void *modem, int64_t alert);
	/* The relay needs a path that can receive (M4). */
	bool two_way;
	/* Not started without the system bus, and stopped when it goes. */
	bool needs_bus;
	/* Add driver, state, registration, ... ; nothing personal. */
	void (*describe)(void *modem, json_t *out);
	void (*stop)(void *modem);
};

/* The driver of that name, or NULL. */
const struct modem_driver *modem_driver_find(const char *name);
/* The name of each, from 0; NULL after the last. */
const char *modem_driver_name(size_t i);

extern const struct modem_driver modem_modemmanager;
extern const struct modem_driver modem_ofono;
extern const struct modem_driver modem_http;
extern const struct modem_driver modem_spool;

#endif
