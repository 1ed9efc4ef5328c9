/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine is told by the radio (ear.h) and the paths (paths.h). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "conf_paths.h"
#include "control/control.h"
#include "daemon.h"
#include "ear.h"
#include "keys.h"
#include "log.h"
#include "modem/modem.h"
#include "paths.h"
#include "radio/radio.h"

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

/* ---------------------------------------------------------------- paths */

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

	/* Whoever knows the number must not fill the log. */
	if (r < 0)
		log_line(ALERTE_LOG_DEBUG, "a text came in and was left: %s",
			 alerte_strerror(r));

	return r == ALERTE_ENOTFOUND || r == ALERTE_ELIMIT ||
	       r == ALERTE_EFORMAT || r == ALERTE_UNSEEN ? r : 0;
}

static void on_fault(void *context, const char *fault, bool present)
{
	host_fault(context, fault, present);
}

static void on_position(void *context, int64_t alert,
			const struct alerte_position *position)
{
	host_position(context, alert, position);
}

static void on_cell(void *context, int64_t alert, const char *cell)
{
	host_cell(context, alert, cell);
}

static void on_elsewhere(void *context, int64_t attempt)
{
	struct daemon *d = context;

	alerte_elsewhere(d->engine, attempt, daemon_now(d));
	loop_soon(d);
}

static void on_two_way(void *context, uint32_t n)
{
	struct daemon *d = context;

	alerte_paths(d->engine, n, daemon_now(d));
	loop_soon(d);
}

static void on_answers(void *context, bool heard)
{
	struct daemon *d = context;

	alerte_answers(d->engine, heard, daemon_now(d));
	if (conf_paths_unheard(&d->conf))
		log_line(ALERTE_LOG_WARNING, "%s", CONF_PATHS_UNHEARD);
}

static char *on_secret(void *context, const char *name)
{
	const struct daemon *d = context;
	struct complaints c = { .n = 0 };
	char *secret = secret_read(name, d->options.credentials,
				   d->options.state, &c);

	if (c.n)
		log_line(ALERTE_LOG_ERROR, "%s", c.said[0] ? c.said[0] : "");

	complaints_free(&c);
	return secret;
}

static int paths_start(struct daemon *d)
{
	const struct paths_events events = {
		.context = d, .receipt = on_receipt, .reply = on_reply,
		.position = on_position, .cell = on_cell, .fault = on_fault,
		.elsewhere = on_elsewhere, .two_way = on_two_way,
		.answers = on_answers,
		.secret = on_secret, .find = modem_driver_find
	};
	int r = paths_new(d->event, &events, d->options.state, d->path_key,
			  &d->paths);

	if (r < 0)
		return r;

	paths_bus(d->paths, d->bus);
	modem_settings(d);
	return 0;
}

void modem_settings(struct daemon *d)
{
	if (d->paths)
		paths_set(d->paths, d->conf.path, d->conf.npaths);
}

int devices_start(struct daemon *d)
{
	int r = paths_start(d);

	return r < 0 ? r : radio_start(d);
}

void devices_stop(struct daemon *d)
{
	radio_stop(d);
	paths_free(d->paths);
	d->paths = NULL;
	explicit_bzero(d->path_key, sizeof(d->path_key));
}
