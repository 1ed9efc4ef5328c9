/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RADIO_GATT_H
#define RADIO_GATT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include <alerte/alerte.h>

/*
 * Buttons that must be connected to, through BlueZ.  No radio driver: it runs
 * beside whichever of them listens for advertisements, and all it does is
 * asynchronous.
 *
 * A button that is not known to BlueZ is discovered, on a connection to the
 * bus of its own, so that the filter of another discovery of ours is left
 * alone.  A link that is lost is sought again at once, then ever more rarely:
 * least_ms, twice that, ... most_ms from one try to the next.
 */
struct gatt;

/* Who has more is told so: a controller holds no more links than this. */
#define GATT_BUTTONS_MAX 16

struct gatt_button {
	char id[ALERTE_ID_MAX];
	uint8_t address[6];
	char format[ALERTE_FORMAT_MAX];	/* "valrt", "itag" */
};

struct gatt_events {
	void *context;
	/*
	 * What it told.  The level of its battery comes this way too, as UUID
	 * 2a19: at each connection and after each probe.
	 */
	void (*notified)(void *context,
			 const struct alerte_notification *heard);
	/*
	 * Its presses reach us, or do so no more.  Down is told once, also of
	 * a button whose first try failed.
	 */
	void (*link)(void *context, const struct gatt_button *button, bool up);
};

/* All in ms. */
struct gatt_pace {
	uint32_t connect;	/* BlueZ is given this long to connect */
	/*
	 * From connected to heard.  A V.ALRT hangs up after 30 s without its
	 * key.
	 */
	uint32_t settle;
	uint32_t answer;	/* to any other question */
	uint32_t probe;		/* a sign of life is asked for every so often */
	uint32_t least, most;	/* from one try to the next */
	uint32_t shown;		/* a confirmation ends after this */
};

extern const struct gatt_pace gatt_pace_usual;

enum gatt_confirm {
	GATT_CONFIRM_NONE = 0,
	GATT_CONFIRM_LIGHT,
	GATT_CONFIRM_BUZZER
};

struct gatt_config {
	const char *adapter;		/* only "hci0"; NULL: every one */
	struct gatt_pace pace;
};

/*
 * 0 or -errno.  The bus and the event loop are borrowed until gatt_stop().
 * Without BlueZ it waits for it.  None of these calls is allowed from inside
 * an event.
 */
int gatt_start(const struct gatt_config *config, sd_event *event, sd_bus *bus,
	       const struct gatt_events *events, struct gatt **out);
/*
 * The buttons from now on.  One that is no longer among them is disconnected
 * and forgotten by BlueZ, without link(): its address stays nowhere.
 */
int gatt_buttons(struct gatt *g, const struct gatt_button *buttons, size_t n);
/*
 * Show the button that help was told.  A light where it has one that can be
 * lit alone; the buzzer of one that has nothing else only if that is what is
 * asked for.  -ENOTCONN: no link, and later would be too late; -EOPNOTSUPP:
 * it has nothing of the kind, or none is asked for.
 */
int gatt_confirm(struct gatt *g, const uint8_t address[6],
		 enum gatt_confirm how);
/* Its presses reach us now. */
bool gatt_is_up(const struct gatt *g, const uint8_t address[6]);
/* A list, one object a button; ids, no addresses. */
json_t *gatt_describe(const struct gatt *g);
/*
 * Links stay as they are, for the next start to take up without a gap.  NULL
 * is allowed.
 */
void gatt_stop(struct gatt *g);

#endif
