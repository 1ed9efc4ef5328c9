/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine is told by the radio (ear.h) and the modem.  A modem that is
 * not there is reported, tried again, and taken when it comes.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control/control.h"
#include "daemon.h"
#include "ear.h"
#include "keys.h"
#include "log.h"
#include "modem/modem.h"
#include "radio/radio.h"

#define RETRY_US 2000000

/* A stranger a millisecond must not cost a step each. */
static void heard(struct daemon *d, int result)
{
	if (result == ALERTE_OK && !control_enrolment_over(d->control))
		loop_later(d);
	else
		loop_turn(d);
}

static int64_t clock_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t on_now(void *context)
{
	(void)context;
	return clock_ms(CLOCK_BOOTTIME);
}

static int64_t on_awake(void *context)
{
	(void)context;
	return clock_ms(CLOCK_MONOTONIC);
}

static int64_t on_button(void *context)
{
	const struct daemon *d = context;
	struct alerte_status s = { .size = sizeof(s) };

	return alerte_status(d->engine, &s) < 0 ? 0
						: s.enrolled_heard_boot_ms;
}

static void on_hear(void *context, const struct alerte_advert *advert)
{
	struct daemon *d = context;

	heard(d, alerte_advertisement(d->engine, advert, daemon_now(d)));
}

static void on_notified(void *context,
			const struct alerte_notification *notification)
{
	struct daemon *d = context;

	heard(d, alerte_notification(d->engine, notification, daemon_now(d)));
}

static void on_deaf(void *context, bool deaf)
{
	host_fault(context, "radio", deaf);
}

static void retry_later(struct daemon *d)
{
	sd_event_source_set_time_relative(d->retry, RETRY_US);
	sd_event_source_set_enabled(d->retry, SD_EVENT_ONESHOT);
}

void radio_settings(struct daemon *d)
{
	const struct conf *c = &d->conf;
	struct ear_config config = { .canary_minutes = 0 };

	if (!d->ear)
		return;

	strcpy(config.driver, c->radio_driver);
	strcpy(config.file, c->radio_file);
	strcpy(config.adapter, c->radio_adapter);

	if (radio_address_parse(c->radio_canary, config.canary))
		config.canary_minutes = c->radio_canary_minutes;

	ear_set(d->ear, &config);
}

static int radio_start(struct daemon *d)
{
	const struct ear_events events = {
		.context = d, .now = on_now, .awake = on_awake,
		.button = on_button, .hear = on_hear, .notified = on_notified,
		.deaf = on_deaf, .find = radio_driver_find
	};
	int r = ear_new(d->event, &events, &d->ear);

	if (r < 0)
		return r;

	ear_bus(d->ear, d->bus);
	radio_settings(d);
	return 0;
}

void radio_stop(struct daemon *d)
{
	ear_free(d->ear);
	d->ear = NULL;
}

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	host_receipt(context, attempt, part, kind);
}

/*
 * The driver deletes what was taken.  A text no engine will ever take is
 * deleted too: it was counted, and would come back for ever.
 */
static int on_reply(void *context, const char *from, const char *text)
{
	struct daemon *d = context;
	int r = alerte_reply(d->engine, from, text, daemon_now(d));

	loop_soon(d);

	if (r == ALERTE_ESTORE || r == ALERTE_ENOMEM || r == ALERTE_EBUSY)
		return r;

	if (r < 0)
		log_line(ALERTE_LOG_NOTICE, "a text came in and was left: %s",
			 alerte_strerror(r));

	return r == ALERTE_UNSEEN ? r : 0;
}

static void on_fault(void *context, const char *fault, bool present)
{
	host_fault(context, fault, present);
}

static char *pin_read(const struct daemon *d)
{
	struct complaints c = { .n = 0 };
	char *pin = NULL;

	if (*d->conf.modem_pin)
		pin = secret_read(d->conf.modem_pin, d->options.credentials,
				  d->options.state, &c);

	if (c.n)
		log_line(ALERTE_LOG_ERROR, "%s", c.said[0] ? c.said[0] : "");

	complaints_free(&c);
	return pin;
}

static int modem_open(struct daemon *d)
{
	struct modem_events events = {
		.context = d, .receipt = on_receipt, .reply = on_reply,
		.fault = on_fault
	};
	char *pin = pin_read(d);
	struct modem_config config = {
		.spool = d->conf.modem_spool, .pin = pin,
		.device = *d->conf.modem_device ? d->conf.modem_device : NULL,
		.state = d->options.state
	};
	int r;

	r = d->modem_driver->start(&config, d->event, d->bus, &events,
				   &d->modem);
	if (pin)
		explicit_bzero(pin, strlen(pin));

	free(pin);
	return r;
}

void modem_start(struct daemon *d)
{
	int r;

	d->modem_driver = strcmp(d->conf.modem_driver, "none") ?
		modem_driver_find(d->conf.modem_driver) : NULL;

	/* Two drivers on one modem would spend two PINs and take replies twice. */
	if (!d->modem_driver || d->modem)
		return;

	/* bus.c starts it once there is a bus. */
	if (d->modem_driver == &modem_modemmanager && !d->bus) {
		host_fault(d, "modem", true);
		return;
	}

	r = modem_open(d);

	if (r < 0) {
		log_line(ALERTE_LOG_WARNING, "modem %s: %s; trying again",
			 d->modem_driver->name, strerror(-r));
		d->modem = NULL;
		retry_later(d);
		host_fault(d, "modem", true);
		return;
	}

	/* A driver tells changes only, and begins with none. */
	host_fault(d, "modem", false);
	host_fault(d, "modem-registration", false);
	host_fault(d, "sim", false);
}

void modem_stop(struct daemon *d)
{
	if (d->modem)
		d->modem_driver->stop(d->modem);

	d->modem = NULL;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	struct daemon *d = context;

	(void)source;
	(void)usec;

	if (d->stopping)
		return 0;

	if (d->modem_driver && !d->modem)
		modem_start(d);

	return 0;
}

int devices_start(struct daemon *d)
{
	int r = sd_event_add_time(d->event, &d->retry, CLOCK_BOOTTIME, 0,
				  100000, on_retry, d);

	if (r < 0)
		return r;

	sd_event_source_set_enabled(d->retry, SD_EVENT_OFF);
	modem_start(d);
	return radio_start(d);
}

void devices_stop(struct daemon *d)
{
	radio_stop(d);
	modem_stop(d);
	d->retry = sd_event_source_disable_unref(d->retry);
}
