/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection to the system bus: opened when control, the modem, the radio
 * or a button that is connected to can use it, dropped with all that hangs on
 * it when the bus goes, opened again when it is back.
 */
#include <errno.h>
#include <string.h>

#include "connected.h"
#include "control/control.h"
#include "daemon.h"
#include "ear.h"
#include "log.h"
#include "paths.h"

#define RETRY_US 2000000

bool bus_needed(const struct daemon *d)
{
	return d->conf.control_bus || connected_wanted(d->connected) ||
	       paths_bus_needed(d->conf.path, d->conf.npaths) ||
	       !strcmp(d->conf.radio_driver, "bluez");
}

static bool bus_wanted(const struct daemon *d)
{
	return bus_needed(d) || !strcmp(d->conf.radio_driver, "auto");
}

static void retry_in(struct daemon *d, uint64_t usec)
{
	sd_event_source_set_time_relative(d->bus_retry, usec);
	sd_event_source_set_enabled(d->bus_retry, SD_EVENT_ONESHOT);
}

/* Not dropped here: sd-bus is still using it. */
static int on_gone(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct daemon *d = context;

	(void)m;
	(void)error;
	log_line(ALERTE_LOG_WARNING, "the system bus is gone");
	retry_in(d, 0);
	return 0;
}

static int on_name(sd_bus_message *m, void *context, sd_bus_error *error)
{
	(void)context;
	(void)error;

	if (sd_bus_message_is_method_error(m, NULL))
		log_line(ALERTE_LOG_ERROR, "no name on the system bus: %s; "
			 "install the D-Bus policy, or set control { bus = "
			 "none }", sd_bus_message_get_error(m)->message);

	return 0;
}

static void drop(struct daemon *d)
{
	if (!d->bus)
		return;

	paths_bus(d->paths, NULL);
	ear_bus(d->ear, NULL);
	connected_bus(d->connected, false);
	control_bus_detach(d->control);
	d->bus_gone = sd_bus_slot_unref(d->bus_gone);
	d->bus_name = sd_bus_slot_unref(d->bus_name);
	sd_bus_detach_event(d->bus);
	d->bus = sd_bus_close_unref(d->bus);
}

static int take(struct daemon *d, sd_bus *bus)
{
	int r = sd_bus_attach_event(bus, d->event, SD_EVENT_PRIORITY_NORMAL);

	if (r >= 0)
		r = sd_bus_match_signal(bus, &d->bus_gone, NULL,
					"/org/freedesktop/DBus/Local",
					"org.freedesktop.DBus.Local",
					"Disconnected", on_gone, d);
	if (r < 0)
		return r;

	d->bus = bus;

	if (d->conf.control_bus) {
		r = control_bus_attach(d->control, bus);
		if (r >= 0)
			r = sd_bus_request_name_async(bus, &d->bus_name,
						      CONTROL_NAME, 0, on_name,
						      d);
		if (r < 0)
			log_line(ALERTE_LOG_ERROR, "control on the system "
				 "bus: %s", strerror(-r));
	}

	paths_bus(d->paths, bus);
	ear_bus(d->ear, bus);
	connected_bus(d->connected, true);
	return 0;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	struct daemon *d = context;
	sd_bus *bus = NULL;
	int r;

	(void)source;
	(void)usec;
	drop(d);

	if (d->stopping)
		return 0;

	r = sd_bus_open_system_with_description(&bus, "alerted");

	if (r >= 0)
		r = take(d, bus);

	if (r < 0) {
		log_line(ALERTE_LOG_DEBUG, "no system bus: %s", strerror(-r));
		d->bus_gone = sd_bus_slot_unref(d->bus_gone);
		sd_bus_close_unref(bus);
		retry_in(d, RETRY_US);
	}

	loop_soon(d);
	return 0;
}

int bus_start(struct daemon *d)
{
	int r = sd_event_add_time(d->event, &d->bus_retry, CLOCK_BOOTTIME, 0,
				  100000, on_retry, d);

	if (r < 0)
		return r;

	sd_event_source_set_enabled(d->bus_retry, SD_EVENT_OFF);

	if (bus_wanted(d)) {
		on_retry(d->bus_retry, 0, d);
		if (!d->bus && bus_needed(d))
			log_line(ALERTE_LOG_WARNING, "no system bus; waiting "
				 "for it");
	}

	return 0;
}

void bus_settings(struct daemon *d)
{
	if (!d->bus && d->bus_retry && bus_wanted(d))
		retry_in(d, 0);
}

void bus_stop(struct daemon *d)
{
	drop(d);
	d->bus_retry = sd_event_source_disable_unref(d->bus_retry);
}
