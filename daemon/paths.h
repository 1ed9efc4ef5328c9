/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_PATHS_H
#define DAEMON_PATHS_H

#include <jansson.h>
#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <alerte/alerte.h>

#include "conf.h"
#include "modem/modem.h"

/* A path that answers nothing for so long is busy: the rest moves (S3). */
#define PATHS_BUSY_MS 9000
/* A path that was busy is believed again after this, whatever it says. */
#define PATHS_BUSY_MOST_MS (5 * 60000)

/*
 * The ways for SMS and calls, in the order in which they are preferred; each
 * is a driver on a modem, a folder or a gateway (modem/modem.h).
 *
 * A message goes the first way that can carry it.  One that takes the place of
 * another goes a way which that one, and those it replaced, did not go, as long
 * as there is one.  The relay's goes two-way only (M4), and where two can carry
 * it not over the one that roams (M6).
 */
struct paths;

struct paths_events {
	void *context;
	void (*receipt)(void *context, int64_t attempt, int part,
			enum alerte_receipt_kind kind);
	int (*reply)(void *context, const char *from, const char *text);
	void (*position)(void *context, int64_t alert,
			 const struct alerte_position *position);
	/* modem_events.cell; may be NULL. */
	void (*cell)(void *context, int64_t alert, const char *cell);
	/*
	 * Of all together: "modem", "modem-registration" and "sim" only when
	 * no path is left, "path" when some are out, "modem-roaming" when all
	 * that could carry the relay's roam.  Told when it changes.
	 */
	void (*fault)(void *context, const char *fault, bool present);
	/* There is another way for what waits in place of this attempt. */
	void (*elsewhere)(void *context, int64_t attempt);
	/* So many can carry the relay's now.  Told when it changes. */
	void (*two_way)(void *context, uint32_t n);
	/* paths_carry() changed its answer for the relay's; may be NULL. */
	void (*answers)(void *context, bool heard);
	/* The secret of that name, malloc'd, to be wiped; or NULL. */
	char *(*secret)(void *context, const char *name);
	const struct modem_driver *(*find)(const char *name);
	int64_t busy_ms;		/* 0: PATHS_BUSY_MS */
};

/* state: folder; key: 32 bytes that outlive a restart, or NULL. */
int paths_new(sd_event *event, const struct paths_events *events,
	      const char *state, const uint8_t *key, struct paths **out);
void paths_free(struct paths *p);

/*
 * The paths are these now: those that changed are stopped and started, and
 * those whose SIM is at fault and has a PIN, which may be a corrected one.
 */
void paths_set(struct paths *p, const struct conf_path *conf, size_t n);
/* The system bus is there, or gone (NULL). */
void paths_bus(struct paths *p, sd_bus *bus);
/* One of them cannot do without it. */
bool paths_bus_needed(const struct conf_path *conf, size_t n);

/* The contract of alerte_host.send: SMS, the relay's, and calls. */
int paths_send(struct paths *p, const struct alerte_message *message);
/* Ask every path where it is. */
void paths_locate(struct paths *p, int64_t alert);

/* One that should be there was not started. */
bool paths_missing(const struct paths *p);
/*
 * One of them could carry it, whether or not it is usable now.  What carries
 * the relay's is what hears an answer.
 */
bool paths_carry(const struct paths *p, enum alerte_channel channel);
/* A list, in their order. */
json_t *paths_describe(const struct paths *p);

#endif
