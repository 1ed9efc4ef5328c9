/* SPDX-License-Identifier: Apache-2.0 */
/* The drivers of the paths, their settings, and what is shown of them. */
#include "paths_inside.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_US 2000000

/* -------------------------------------------------------------- drivers */

static void answered(struct path *at)
{
	at->progress_ms = paths_now_ms();
	if (at->busy_ms && at->busy_shown)
		path_say(at, ALERTE_LOG_NOTICE, "it answers again", "");
	at->busy_ms = 0;
}

/* The modem or the gateway said something of what it was given. */
static bool is_sign(const struct trip *t, enum alerte_receipt_kind kind)
{
	switch (kind) {
	case ALERTE_RECEIPT_ACCEPTED:
	case ALERTE_RECEIPT_SENT:
		return true;
	case ALERTE_RECEIPT_FAILED:
	case ALERTE_RECEIPT_REJECTED:
	case ALERTE_RECEIPT_UNKNOWN:
		return !t || !t->given_up;
	case ALERTE_RECEIPT_DELIVERED:
		return false;
	}

	return false;
}

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	struct path *at = context;

	if (is_sign(trip_of(at->paths, attempt), kind))
		answered(at);
	trip_receipt(at->paths, attempt, part, kind);
	paths_health(at->paths);
	paths_watch(at->paths);
}

static int on_reply(void *context, const char *from, const char *text)
{
	const struct path *at = context;

	return at->paths->events.reply(at->paths->events.context, from, text);
}

static void on_position(void *context, int64_t alert,
			const struct alerte_position *position)
{
	const struct path *at = context;

	at->paths->events.position(at->paths->events.context, alert, position);
}

static void on_cell(void *context, int64_t alert, const char *cell)
{
	const struct path *at = context;

	if (at->paths->events.cell)
		at->paths->events.cell(at->paths->events.context, alert, cell);
}

static void on_fault(void *context, const char *fault, bool present)
{
	struct path *at = context;

	for (int i = 0; i < FAULTS; i++)
		if (!strcmp(paths_fault_names[i], fault) &&
		    at->fault[i] != present) {
			at->fault[i] = present;
			if (i == MODEM && !present)
				answered(at);
			path_say(at, present ? ALERTE_LOG_WARNING
					     : ALERTE_LOG_NOTICE,
				 paths_fault_names[i],
				 present ? " present" : " over");
		}

	paths_health(at->paths);
	paths_watch(at->paths);
}

static void stop(struct path *at)
{
	if (at->modem)
		at->driver->stop(at->modem);

	at->modem = NULL;
	at->busy_ms = 0;
	memset(at->fault, 0, sizeof(at->fault));
}

static void wipe_free(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));

	free(secret);
}

static const char *given(const char *text)
{
	return *text ? text : NULL;
}

/*
 * A modem that two paths could take is the first's that names it; the one that
 * takes any leaves all that are named.
 */
static void others_of(const struct conf_path *conf, size_t n, size_t at,
		      const char *out[CONF_PATHS_MAX + 1])
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		if (i != at && *conf[i].device &&
		    (i < at || !*conf[at].device))
			out[m++] = conf[i].device;

	out[m] = NULL;
}

static int open_modem(struct path *at)
{
	struct paths *p = at->paths;
	const struct conf_path *c = at->conf;
	const struct modem_events events = {
		.context = at, .receipt = on_receipt, .reply = on_reply,
		.fault = on_fault, .position = on_position, .cell = on_cell
	};
	char *pin = *c->pin ? p->events.secret(p->events.context, c->pin)
			    : NULL;
	char *password = *c->password
			 ? p->events.secret(p->events.context, c->password)
			 : NULL;
	const char *others[CONF_PATHS_MAX + 1];
	const struct modem_config config = {
		.name = c->name, .spool = c->spool, .pin = pin,
		.device = given(c->device), .others = others,
		.state = p->state, .key = p->has_key ? p->key : NULL,
		.url = given(c->url), .request = given(c->request),
		.user = given(c->user), .password = password,
		.sender = given(c->sender), .key_pin = given(c->key_pin),
		.ca_file = given(c->ca_file)
	};
	int r;

	others_of(p->conf, p->n, (size_t)(at - p->path), others);
	r = at->driver->start(&config, p->event, p->bus, &events, &at->modem);
	if (r < 0)
		at->modem = NULL;

	wipe_free(pin);
	wipe_free(password);
	return r;
}

static void retry_later(struct paths *p)
{
	sd_event_source_set_time_relative(p->retry, RETRY_US);
	sd_event_source_set_enabled(p->retry, SD_EVENT_ONESHOT);
}

/* What no driver is left to answer. */
static void strand(struct paths *p, struct path *at)
{
	if (path_pending(p, at))
		path_give_up(p, at);
}

static void start(struct path *at)
{
	int r;

	/* Two drivers on one modem would spend two PINs. */
	if (!at->driver || at->modem ||
	    (at->driver->needs_bus && !at->paths->bus))
		return;

	r = open_modem(at);
	if (r < 0) {
		log_line(ALERTE_LOG_WARNING, "%s %s: %s; trying again",
			 at->conf->name, at->driver->name, strerror(-r));
		retry_later(at->paths);
	}
}

static void start_all(struct paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		start(&p->path[i]);

	paths_health(p);
	paths_watch(p);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *context)
{
	(void)source;
	(void)usec;
	start_all(context);
	return 0;
}

/* ------------------------------------------------------------- settings */

static bool same_others(const struct paths *p, const struct conf_path *conf,
			size_t n, size_t at)
{
	const char *old[CONF_PATHS_MAX + 1], *new[CONF_PATHS_MAX + 1];
	size_t i;

	others_of(p->conf, p->n, at, old);
	others_of(conf, n, at, new);

	for (i = 0; old[i] && new[i] && !strcmp(old[i], new[i]); i++)
		;

	return !old[i] && !new[i];
}

static bool stays(const struct paths *p, const struct conf_path *conf,
		  size_t n, size_t at)
{
	return at < n && at < p->n &&
	       !memcmp(&p->conf[at], &conf[at], sizeof(*conf)) &&
	       same_others(p, conf, n, at) &&
	       !(*conf[at].pin && p->path[at].fault[SIM]);
}

static void forget(struct paths *p, size_t i)
{
	for (struct trip *t = p->trip; t < p->trip + TRIPS_MAX; t++) {
		t->tried &= ~(1u << i);
		if (t->path == (int)i)
			t->path = NOWHERE;
	}
}

void paths_set(struct paths *p, const struct conf_path *conf, size_t n)
{
	size_t before = p->n;
	bool stay[CONF_PATHS_MAX];

	for (size_t i = 0; i < CONF_PATHS_MAX; i++)
		stay[i] = stays(p, conf, n, i);

	for (size_t i = 0; i < before; i++)
		if (!stay[i]) {
			stop(&p->path[i]);
			strand(p, &p->path[i]);
			forget(p, i);
		}

	p->n = n;
	memcpy(p->conf, conf, n * sizeof(*conf));
	for (size_t i = 0; i < n; i++)
		if (!stay[i])
			p->path[i] = (struct path){
				.paths = p, .conf = &p->conf[i],
				.driver = p->events.find(conf[i].driver)
			};

	start_all(p);
}

void paths_bus(struct paths *p, sd_bus *bus)
{
	if (!p)
		return;

	p->bus = bus;
	for (size_t i = 0; !bus && i < p->n; i++) {
		struct path *at = &p->path[i];

		if (!at->driver || !at->driver->needs_bus)
			continue;
		stop(at);
		strand(p, at);
	}

	start_all(p);
}

bool paths_bus_needed(const struct conf_path *conf, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct modem_driver *d;

		d = modem_driver_find(conf[i].driver);
		if (d && d->needs_bus)
			return true;
	}

	return false;
}

/* ----------------------------------------------------------------- tell */

bool paths_missing(const struct paths *p)
{
	for (size_t i = 0; p && i < p->n; i++)
		if (p->path[i].driver && !p->path[i].modem)
			return true;

	return false;
}

static json_t *describe(const struct path *at)
{
	json_t *out = json_object();

	json_object_set_new(out, "path", json_string(at->conf->name));
	if (at->modem)
		at->driver->describe(at->modem, out);
	else
		json_object_set_new(out, "state", json_string(
			at->driver ? "missing" : "none"));

	if (at->busy_ms && at->busy_shown)
		json_object_set_new(out, "state", json_string("busy"));

	json_object_set_new(out, "driver", json_string(at->conf->driver));
	if (at->driver) {
		json_object_set_new(out, "usable",
				    json_boolean(path_shows_usable(at)));
		json_object_set_new(out, "two_way",
				    json_boolean(at->driver->two_way));
		json_object_set_new(out, "moved",
				    json_integer((json_int_t)at->moved));
	}

	return out;
}

json_t *paths_describe(const struct paths *p)
{
	json_t *list = json_array();

	for (size_t i = 0; p && i < p->n; i++)
		json_array_append_new(list, describe(&p->path[i]));

	return list;
}

/* ----------------------------------------------------------------- life */

/* After a send, which must not be answered from inside. */
static int on_defer(sd_event_source *source, void *context)
{
	(void)source;
	paths_health(context);
	paths_watch(context);
	return 0;
}

int paths_new(sd_event *event, const struct paths_events *events,
	      const char *state, const uint8_t *key, struct paths **out)
{
	struct paths *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return -ENOMEM;

	p->events = *events;
	if (!p->events.busy_ms)
		p->events.busy_ms = PATHS_BUSY_MS;
	p->told_two_way = UINT32_MAX;
	p->told_answers = -1;
	p->event = sd_event_ref(event);
	p->has_key = key;
	if (key)
		memcpy(p->key, key, sizeof(p->key));
	if (strlen(state) < sizeof(p->state))
		strcpy(p->state, state);

	r = sd_event_add_time(event, &p->retry, CLOCK_BOOTTIME, 0, 100000,
			      on_retry, p);
	if (r >= 0)
		r = sd_event_add_time(event, &p->watch, CLOCK_BOOTTIME, 0,
				      1000, paths_on_watch, p);
	if (r >= 0)
		r = sd_event_add_defer(event, &p->defer, on_defer, p);
	if (r < 0) {
		paths_free(p);
		return r;
	}

	sd_event_source_set_enabled(p->retry, SD_EVENT_OFF);
	sd_event_source_set_enabled(p->watch, SD_EVENT_OFF);
	*out = p;
	return 0;
}

/* What is pending stays so: the engine finds it SENDING after the start. */
void paths_free(struct paths *p)
{
	if (!p)
		return;

	for (size_t i = 0; i < p->n; i++)
		stop(&p->path[i]);

	sd_event_source_disable_unref(p->retry);
	sd_event_source_disable_unref(p->watch);
	sd_event_source_disable_unref(p->defer);
	sd_event_unref(p->event);
	explicit_bzero(p->key, sizeof(p->key));
	free(p);
}
