/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buttons that are connected to, in the daemon.
 *
 * A confirmation is for her eyes, and others may see it: none by default.  It
 * says that a network or a server has the first message of a real alert, and
 * says it once an alert, at once or never.  An exercise shows nothing: the
 * button must not learn to say "help was told" when it was not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "connected.h"
#include "control/control.h"
#include "daemon.h"
#include "log.h"
#include "radio/gatt.h"

/* Some more than are connected to, so that those left out can be counted. */
#define LIST_MAX (4 * GATT_BUTTONS_MAX)
#define TOLD_MAX 32

struct told {
	int64_t attempt, alert;
	bool handed;			/* a network has it */
};

struct connected {
	struct daemon *d;
	struct gatt *gatt;		/* NULL: none needed, or no bus */
	char adapter[CONF_ADAPTER_MAX];	/* which it was started with */
	sd_event_source *soon;
	bool settings;			/* may have changed */
	bool owed;			/* a link to nobody's button yet */
	size_t n;
	struct gatt_button button[LIST_MAX];
	size_t next_told, next_shown;	/* rings */
	struct told told[TOLD_MAX];
	int64_t shown[TOLD_MAX];	/* alerts; 0: free */
};

/* -------------------------------------------------------------- buttons */

static bool is_ours(const char *format)
{
	return !strcmp(format, "valrt") || !strcmp(format, "itag");
}

static void add(struct connected *c, const char *id, const uint8_t *address,
		const char *format)
{
	static const uint8_t none[6];
	struct gatt_button *b = &c->button[c->n];

	if (c->n == LIST_MAX || !is_ours(format) || !memcmp(address, none, 6))
		return;

	*b = (struct gatt_button){ .id = "" };
	strcpy(b->id, id);
	strcpy(b->format, format);
	memcpy(b->address, address, sizeof(b->address));
	c->n++;
}

static void list(struct connected *c)
{
	struct alerte_button b = { .size = sizeof(b) };
	struct alerte_enrolment n = { .size = sizeof(n) };
	char after[ALERTE_ID_MAX] = "";
	size_t i;

	c->n = 0;

	/* A file stands for the radio, and tells notifications too. */
	if (!strcmp(c->d->conf.radio_driver, "replay"))
		return;

	for (; alerte_button_next(c->d->engine, after, &b) == 1;
	     strcpy(after, b.id))
		if (!*b.trigger)
			add(c, b.id, b.address, b.format);

	if (alerte_enrolment(c->d->engine, daemon_now(c->d), &n) < 0 ||
	    n.state != ALERTE_ENROL_WAITING)
		return;

	for (i = 0; i < c->n; i++)
		if (!memcmp(c->button[i].address, n.address, 6))
			return;

	add(c, n.id, n.address, n.wanted);
}

/* --------------------------------------------------------------- driver */

static void on_notified(void *context,
			const struct alerte_notification *heard)
{
	struct connected *c = context;
	struct daemon *d = c->d;
	int r = alerte_notification(d->engine, heard, daemon_now(d));

	if (r == ALERTE_OK && !control_enrolment_over(d->control))
		loop_later(d);
	else
		loop_turn(d);
}

static void on_link(void *context, const struct gatt_button *button, bool up)
{
	struct connected *c = context;
	struct alerte_time now = daemon_now(c->d);
	int r = alerte_link(c->d->engine, button->address, up, now);

	/* One that is being enrolled is nobody's yet. */
	if (r == ALERTE_ENOTFOUND)
		c->owed = true;
	else if (r < 0)
		log_line(ALERTE_LOG_WARNING, "button %s: %s", button->id,
			 alerte_strerror(r));

	/* When she goes out and comes home is not for who reads the log. */
	log_line(ALERTE_LOG_DEBUG, "button %s: %s", button->id, up
		 ? "connected" : "not connected; its presses do not arrive");
	loop_soon(c->d);
}

static void start(struct connected *c)
{
	struct gatt_config config = {
		.adapter = *c->adapter ? c->adapter : NULL,
		.pace = gatt_pace_usual
	};
	struct gatt_events events = { .context = c, .notified = on_notified,
				      .link = on_link };
	int r = gatt_start(&config, c->d->event, c->d->bus, &events, &c->gatt);

	if (r < 0) {
		c->gatt = NULL;
		log_line(ALERTE_LOG_ERROR, "buttons to connect to: %s",
			 strerror(-r));
	}
}

static void stop(struct connected *c)
{
	gatt_stop(c->gatt);
	c->gatt = NULL;
}

/* What no longer can be known is not there. */
static void lose(struct connected *c)
{
	size_t i;

	if (!c->gatt)
		return;

	stop(c);
	for (i = 0; i < c->n; i++)
		alerte_link(c->d->engine, c->button[i].address, false,
			    daemon_now(c->d));
}

/* The one that was enrolled over a link has it already. */
static void tell_owed(struct connected *c)
{
	size_t i;

	if (!c->owed)
		return;

	c->owed = false;
	for (i = 0; i < c->n; i++)
		if (gatt_is_up(c->gatt, c->button[i].address) &&
		    alerte_link(c->d->engine, c->button[i].address, true,
				daemon_now(c->d)) == ALERTE_ENOTFOUND)
			c->owed = true;
}

static void settle(struct connected *c)
{
	int r;

	list(c);

	if (strcmp(c->adapter, c->d->conf.radio_adapter)) {
		if (c->gatt)
			gatt_buttons(c->gatt, NULL, 0);
		lose(c);
		strcpy(c->adapter, c->d->conf.radio_adapter);
	}

	if (c->n && !c->d->bus)
		bus_settings(c->d);
	if (c->n && c->d->bus && !c->gatt)
		start(c);
	if (!c->gatt)
		return;

	r = gatt_buttons(c->gatt, c->button, c->n);
	if (r < 0)
		log_line(ALERTE_LOG_ERROR, "buttons to connect to: %s",
			 strerror(-r));
	if (c->n)
		tell_owed(c);
	else
		stop(c);
}

/* --------------------------------------------------------- confirmations */

static enum gatt_confirm choice(const struct connected *c)
{
	const char *confirm = c->d->conf.radio_confirm;

	if (!strcmp(confirm, "light"))
		return GATT_CONFIRM_LIGHT;
	if (!strcmp(confirm, "buzzer"))
		return GATT_CONFIRM_BUZZER;

	return GATT_CONFIRM_NONE;
}

static bool was_shown(const struct connected *c, int64_t alert)
{
	size_t i;

	for (i = 0; i < TOLD_MAX; i++)
		if (c->shown[i] == alert)
			return true;

	return false;
}

static bool is_live(const struct alerte_alert *a)
{
	switch (a->state) {
	case ALERTE_ALERT_PENDING:
	case ALERTE_ALERT_OPEN:
	case ALERTE_ALERT_ACKED:
		return !a->exercise;
	case ALERTE_ALERT_CLOSED:
	case ALERTE_ALERT_CANCELLED:
		return false;
	}

	return false;
}

static void show(struct connected *c, int64_t id)
{
	struct alerte_alert a = { .size = sizeof(a) };
	size_t i;
	int r;

	if (!c->gatt || was_shown(c, id) ||
	    alerte_alert_get(c->d->engine, id, &a) < 0)
		return;

	c->shown[c->next_shown++ % TOLD_MAX] = id;
	if (!is_live(&a))
		return;

	for (i = 0; i < c->n && strcmp(c->button[i].id, a.button); i++)
		;
	if (i == c->n)
		return;

	r = gatt_confirm(c->gatt, c->button[i].address, choice(c));
	if (r < 0)
		log_line(ALERTE_LOG_INFO, "button %s: not shown that help was "
			 "told: %s", a.button, strerror(-r));
}

static void show_all(struct connected *c)
{
	size_t i;

	for (i = 0; i < TOLD_MAX; i++)
		if (c->told[i].handed) {
			show(c, c->told[i].alert);
			c->told[i] = (struct told){ .attempt = 0 };
		}
}

void connected_sent(struct connected *c, const struct alerte_message *m)
{
	if (!c || !c->gatt || !m->alert || m->exercise || m->unseen ||
	    choice(c) == GATT_CONFIRM_NONE)
		return;

	if (m->importance == ALERTE_IMPORTANCE_RELAY ||
	    m->importance == ALERTE_IMPORTANCE_ALERT)
		c->told[c->next_told++ % TOLD_MAX] = (struct told){
			.attempt = m->attempt, .alert = m->alert
		};
}

static bool is_handed(enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_SENT:
	case ALERTE_RECEIPT_DELIVERED:
		return true;
	case ALERTE_RECEIPT_ACCEPTED:
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_REJECTED:
	case ALERTE_RECEIPT_UNKNOWN:
		return false;
	}

	return false;
}

/* Perhaps from inside a step: the engine is asked later. */
void connected_receipt(struct connected *c, int64_t attempt,
		       enum alerte_receipt_kind kind)
{
	size_t i;

	if (!c || !is_handed(kind))
		return;

	for (i = 0; i < TOLD_MAX; i++)
		if (c->told[i].alert && c->told[i].attempt == attempt) {
			c->told[i].handed = true;
			sd_event_source_set_enabled(c->soon, SD_EVENT_ONESHOT);
		}
}

/* ------------------------------------------------------------------ life */

static int on_soon(sd_event_source *source, void *context)
{
	struct connected *c = context;

	(void)source;

	if (c->d->stopping)
		return 0;

	if (c->settings) {
		c->settings = false;
		settle(c);
	}

	show_all(c);
	return 0;
}

void connected_settings(struct connected *c)
{
	if (!c)
		return;

	c->settings = true;
	sd_event_source_set_enabled(c->soon, SD_EVENT_ONESHOT);
}

void connected_bus(struct connected *c, bool there)
{
	if (!c)
		return;

	if (!there)
		lose(c);

	connected_settings(c);
}

bool connected_wanted(const struct connected *c)
{
	return c && c->n;
}

json_t *connected_describe(const struct connected *c)
{
	if (!c || !c->n)
		return NULL;

	return c->gatt ? gatt_describe(c->gatt) : json_array();
}

int connected_new(struct daemon *d, struct connected **out)
{
	struct connected *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return -ENOMEM;

	c->d = d;
	r = sd_event_add_defer(d->event, &c->soon, on_soon, c);
	if (r < 0) {
		free(c);
		return r;
	}

	list(c);
	c->settings = true;
	*out = c;
	return 0;
}

void connected_free(struct connected *c)
{
	if (!c)
		return;

	stop(c);
	sd_event_source_disable_unref(c->soon);
	free(c);
}
