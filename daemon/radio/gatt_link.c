/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The states of one link; gatt_inside.h draws them.
 *
 *  - `call` is the one question that is open, `timer` the one limit; both are
 *    dropped before the state changes.
 *  - whatever fails, fails through gatt_link_failed(): the button is told to
 *    hang up, so that it can be found again, and the next try is set.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "radio/gatt_inside.h"

const char *gatt_state_name(enum gatt_state state)
{
	switch (state) {
	case GATT_ABSENT:
		return "absent";
	case GATT_WAIT:
		return "waiting";
	case GATT_CONNECTING:
		return "connecting";
	case GATT_RESOLVING:
	case GATT_SETTING:
		return "settling";
	case GATT_UP:
		return "connected";
	}

	return "absent";
}

static struct gatt_device *device(struct gatt_link *l)
{
	return l->ndevices ? &l->device[l->at] : NULL;
}

static void say(struct gatt_link *l, bool up)
{
	if (l->told && l->told_up == up)
		return;

	l->told = true;
	l->told_up = up;
	l->since_ms = gatt_now_ms();
	l->g->events.link(l->g->events.context, &l->button, up);
}

void gatt_link_clear(struct gatt_link *l)
{
	l->call = sd_bus_slot_unref(l->call);
	l->probing = sd_bus_slot_unref(l->probing);
	l->quiet = sd_event_source_disable_unref(l->quiet);
	gatt_timer(l->g, &l->timer, -1, NULL, NULL);
	gatt_notify_close(l);
	l->path = (struct gatt_paths){ .press = "" };
}

/* ------------------------------------------------------- failing, waiting */

static void try(struct gatt_link *l);

static int on_due(sd_event_source *source, uint64_t usec, void *context)
{
	struct gatt_link *l = context;

	(void)source;
	(void)usec;
	l->timer = sd_event_source_disable_unref(l->timer);
	try(l);
	return 0;
}

static int64_t pace(const struct gatt_link *l)
{
	const struct gatt_pace *p = &l->g->config.pace;
	int64_t wait = p->least;
	unsigned int i;

	for (i = 1; i < l->fails && wait < p->most; i++)
		wait *= 2;

	return wait < p->most ? wait : p->most;
}

static void wait_until(struct gatt_link *l, int64_t at_ms)
{
	int64_t now = gatt_now_ms();

	l->state = GATT_WAIT;
	gatt_timer(l->g, &l->timer, at_ms > now ? at_ms - now : 0, on_due, l);
}

static void wait_again(struct gatt_link *l)
{
	int64_t soonest = gatt_now_ms() + l->g->config.pace.least;
	int64_t at = l->tried_ms + pace(l);

	wait_until(l, at > soonest ? at : soonest);
}

static void hang_up(struct gatt_link *l)
{
	struct gatt_device *d = device(l);

	/* Also ends a connection that is still being made. */
	if (d && (d->connected || l->state == GATT_CONNECTING))
		gatt_tell(l->g, gatt_method(l->g->bus, d->path, BLUEZ_DEVICE,
					    "Disconnect"));
	if (d && d->connected)
		d->left_ms = gatt_now_ms();
}

/* BlueZ takes 2 s to do so: a link taken up meanwhile would break at once. */
static bool is_leaving(const struct gatt_link *l, const struct gatt_device *d)
{
	return d->left_ms &&
	       gatt_now_ms() - d->left_ms < l->g->config.pace.answer;
}

static void next_device(struct gatt_link *l)
{
	if (l->ndevices)
		l->at = (l->at + 1) % l->ndevices;
}

/* A link that held for long is no sign of trouble. */
static void count_failure(struct gatt_link *l)
{
	if (l->state == GATT_UP) {
		l->losses++;
		if (gatt_now_ms() - l->since_ms >= l->g->config.pace.most)
			l->fails = 0;
	} else {
		next_device(l);
	}

	l->fails++;
}

void gatt_link_failed(struct gatt_link *l, const char *why)
{
	hang_up(l);
	count_failure(l);
	gatt_link_clear(l);
	l->why = why;
	wait_again(l);
	log_line(ALERTE_LOG_DEBUG, "button %s: %s", l->button.id, why);
	say(l, false);
}

static int on_unseen(sd_event_source *source, uint64_t usec, void *context)
{
	struct gatt_link *l = context;

	(void)source;
	(void)usec;
	l->timer = sd_event_source_disable_unref(l->timer);
	l->why = "it was not heard";
	say(l, false);
	return 0;
}

static void absent(struct gatt_link *l)
{
	bool was_up = l->state == GATT_UP;

	if (was_up)
		l->losses++;

	gatt_link_clear(l);
	l->state = GATT_ABSENT;
	gatt_timer(l->g, &l->timer, l->g->config.pace.connect, on_unseen, l);
	if (was_up) {
		l->why = "BlueZ no longer has it";
		say(l, false);
	}
}

/* ------------------------------------------------------------ setting up */

static int on_settle_limit(sd_event_source *source, uint64_t usec,
			   void *context)
{
	(void)source;
	(void)usec;
	gatt_link_failed(context, "it took too long after connecting");
	return 0;
}

static void up(struct gatt_link *l)
{
	uint8_t level = (uint8_t)l->battery;

	l->state = GATT_UP;
	l->connections++;
	l->why = NULL;
	gatt_timer(l->g, &l->timer, -1, NULL, NULL);
	gatt_write(l, l->path.choice, l->family->choice_byte);
	gatt_write(l, l->path.loss, 0);
	say(l, true);

	if (l->battery >= 0 && !*l->path.battery)
		gatt_heard(l, UUID_BATTERY_LEVEL, &level, 1);

	gatt_probe(l);
}

static int on_started(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt_link *l = context;

	(void)error;
	l->call = sd_bus_slot_unref(l->call);

	if (sd_bus_message_is_method_error(m, NULL))
		gatt_link_failed(l, "it tells no notifications");
	else
		up(l);

	return 0;
}

static void ask(struct gatt_link *l, sd_bus_message *m,
		sd_bus_message_handler_t handler)
{
	if (gatt_call(l->g, m, &l->call, handler, l,
		      l->g->config.pace.answer) < 0)
		gatt_link_failed(l, "BlueZ cannot be asked");
}

static void start_notify(struct gatt_link *l)
{
	l->by_signal = true;
	ask(l, gatt_method(l->g->bus, l->path.press, BLUEZ_CHARACTERISTIC,
			   "StartNotify"), on_started);
}

static void take_socket(struct gatt_link *l, sd_bus_message *m)
{
	uint16_t mtu;
	int fd;

	if (sd_bus_message_read(m, "hq", &fd, &mtu) < 0) {
		l->nonsense++;
		gatt_link_failed(l, "BlueZ gave no socket");
		return;
	}

	/* The message keeps its own. */
	fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (fd < 0 || gatt_notify_open(l, fd) < 0)
		gatt_link_failed(l, "its socket cannot be read");
	else
		up(l);
}

static int on_acquired(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const sd_bus_error *e = sd_bus_message_get_error(m);
	struct gatt_link *l = context;

	(void)error;
	l->call = sd_bus_slot_unref(l->call);

	if (sd_bus_error_has_name(e, BLUEZ ".Error.NotSupported") ||
	    sd_bus_error_has_name(e, SD_BUS_ERROR_UNKNOWN_METHOD))
		start_notify(l);
	else if (e)
		gatt_link_failed(l, "its notifications are refused");
	else
		take_socket(l, m);

	return 0;
}

static void acquire(struct gatt_link *l)
{
	sd_bus_message *m = gatt_method(l->g->bus, l->path.press,
					BLUEZ_CHARACTERISTIC, "AcquireNotify");

	if (m && sd_bus_message_append(m, "a{sv}", 0) < 0)
		m = sd_bus_message_unref(m);

	ask(l, m, on_acquired);
}

static int on_key(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt_link *l = context;

	(void)error;
	l->call = sd_bus_slot_unref(l->call);

	if (sd_bus_message_is_method_error(m, NULL))
		gatt_link_failed(l, "it does not take its key");
	else
		acquire(l);

	return 0;
}

static void set_up(struct gatt_link *l)
{
	const struct gatt_family *f = l->family;

	if (!*l->path.press || (f->key && !*l->path.key)) {
		gatt_link_failed(l, "it is no button of this format");
		return;
	}

	if (f->key)
		ask(l, gatt_write_method(l, l->path.key, f->key_bytes,
					 sizeof(f->key_bytes)), on_key);
	else
		acquire(l);
}

/* --------------------------------------------------- what it consists of */

#define LEVELS_MAX 4

/* Objects come in any order: which service a level belongs to shows last. */
struct parts {
	struct gatt_link *l;
	const char *under;
	struct gatt_paths path;
	char immediate[GATT_PATH_MAX], loss[GATT_PATH_MAX];
	size_t nlevels;
	struct {
		char path[GATT_PATH_MAX], service[GATT_PATH_MAX];
	} level[LEVELS_MAX];
};

static void keep(char out[GATT_PATH_MAX], const char *path)
{
	if (!*out)
		snprintf(out, GATT_PATH_MAX, "%s", path);
}

static void take_service(struct parts *p, const struct gatt_object *o)
{
	if (gatt_uuid(o->uuid) == UUID_IMMEDIATE_ALERT)
		keep(p->immediate, o->path);
	if (gatt_uuid(o->uuid) == UUID_LINK_LOSS)
		keep(p->loss, o->path);
}

static void take_level(struct parts *p, const struct gatt_object *o)
{
	if (!o->service || p->nlevels == LEVELS_MAX)
		return;

	keep(p->level[p->nlevels].path, o->path);
	keep(p->level[p->nlevels++].service, o->service);
}

static void take_characteristic(struct parts *p, const struct gatt_object *o)
{
	const struct gatt_family *f = p->l->family;
	uint16_t uuid = gatt_uuid(o->uuid);

	if (o->readable)
		keep(p->path.probe, o->path);
	if (!uuid)
		return;

	if (uuid == f->press)
		keep(p->path.press, o->path);
	if (uuid == f->key)
		keep(p->path.key, o->path);
	if (uuid == f->choice)
		keep(p->path.choice, o->path);
	if (uuid == f->show && !f->show_service)
		keep(p->path.show, o->path);
	if (uuid == UUID_ALERT_LEVEL)
		take_level(p, o);
	if (uuid == UUID_BATTERY_LEVEL && o->readable)
		keep(p->path.battery, o->path);
}

static void take_part(void *context, const struct gatt_object *o)
{
	struct parts *p = context;
	size_t n = strlen(p->under);

	if (!o->uuid || strncmp(o->path, p->under, n) || o->path[n] != '/')
		return;

	if (o->kind == GATT_SERVICE)
		take_service(p, o);
	if (o->kind == GATT_CHARACTERISTIC)
		take_characteristic(p, o);
}

static void place_levels(struct parts *p)
{
	size_t i;

	for (i = 0; i < p->nlevels; i++) {
		if (*p->immediate && !strcmp(p->level[i].service, p->immediate)
		    && p->l->family->show == UUID_ALERT_LEVEL)
			keep(p->path.show, p->level[i].path);
		if (*p->loss && !strcmp(p->level[i].service, p->loss))
			keep(p->path.loss, p->level[i].path);
	}
}

static int on_parts(sd_bus_message *m, void *context, sd_bus_error *error)
{
	struct gatt_link *l = context;
	struct parts p = { .l = l, .under = device(l)->path };

	(void)error;
	l->call = sd_bus_slot_unref(l->call);

	if (sd_bus_message_is_method_error(m, NULL)) {
		gatt_link_failed(l, "BlueZ does not tell its services");
	} else if (gatt_objects(m, take_part, &p) < 0) {
		l->nonsense++;
		gatt_link_failed(l, "BlueZ tells nonsense of its services");
	} else {
		place_levels(&p);
		l->path = p.path;
		set_up(l);
	}

	return 0;
}

static void look_inside(struct gatt_link *l)
{
	l->state = GATT_SETTING;
	ask(l, gatt_method(l->g->bus, "/", "org.freedesktop.DBus.ObjectManager",
			   "GetManagedObjects"), on_parts);
}

/* ------------------------------------------------------------ connecting */

static void connected(struct gatt_link *l)
{
	l->call = sd_bus_slot_unref(l->call);
	l->state = GATT_RESOLVING;
	gatt_timer(l->g, &l->timer, l->g->config.pace.settle, on_settle_limit,
		   l);
	if (device(l)->resolved)
		look_inside(l);
}

static int on_connected(sd_bus_message *m, void *context, sd_bus_error *error)
{
	const sd_bus_error *e = sd_bus_message_get_error(m);
	struct gatt_link *l = context;

	(void)error;
	l->call = sd_bus_slot_unref(l->call);

	if (sd_bus_error_has_name(e, SD_BUS_ERROR_NO_REPLY))
		gatt_link_failed(l, "it is out of reach");
	else if (e && !sd_bus_error_has_name(e, BLUEZ
					     ".Error.AlreadyConnected"))
		gatt_link_failed(l, "it cannot be connected to");
	else {
		/* The signal that says so may still be on its way. */
		device(l)->connected = true;
		connected(l);
	}

	return 0;
}

/* One that is connected already, else the next whose adapter is on. */
static bool choose(struct gatt_link *l)
{
	size_t i, k;

	for (i = 0; i < l->ndevices; i++)
		if (l->device[i].connected &&
		    gatt_powered(l->g, &l->device[i])) {
			l->at = i;
			return true;
		}

	for (i = 0; i < l->ndevices; i++) {
		k = (l->at + i) % l->ndevices;
		if (gatt_powered(l->g, &l->device[k])) {
			l->at = k;
			return true;
		}
	}

	return false;
}

static void try(struct gatt_link *l)
{
	if (!choose(l)) {
		l->why = "no adapter is on";
		say(l, false);
		return;
	}

	if (is_leaving(l, device(l))) {
		wait_until(l, gatt_now_ms() + l->g->config.pace.least);
		return;
	}

	l->tried_ms = gatt_now_ms();
	device(l)->left_ms = 0;

	if (device(l)->connected) {
		connected(l);
		return;
	}

	l->state = GATT_CONNECTING;
	if (gatt_call(l->g, gatt_method(l->g->bus, device(l)->path,
					BLUEZ_DEVICE, "Connect"), &l->call,
		      on_connected, l, l->g->config.pace.connect) < 0)
		gatt_link_failed(l, "BlueZ cannot be asked");
}

/* ---------------------------------------------------------------- events */

static void go_waiting(struct gatt_link *l)
{
	/* Without a timer: an adapter was waited for. */
	if (!l->timer)
		wait_until(l, l->tried_ms + (l->fails ? pace(l) : 0));
}

void gatt_link_seen(struct gatt_link *l)
{
	int64_t at = l->tried_ms + l->g->config.pace.least;

	if (l->state == GATT_WAIT && l->timer && l->fails > 1)
		wait_until(l, at > gatt_now_ms() ? at : gatt_now_ms());
}

void gatt_link_go(struct gatt_link *l)
{
	struct gatt_device *d = device(l);

	if (!d) {
		if (l->state != GATT_ABSENT || !l->timer)
			absent(l);
		return;
	}

	switch (l->state) {
	case GATT_ABSENT:
		wait_until(l, l->tried_ms + (l->fails ? pace(l) : 0));
		break;
	case GATT_WAIT:
		go_waiting(l);
		break;
	case GATT_CONNECTING:
		if (d->connected)
			connected(l);
		break;
	case GATT_RESOLVING:
		if (!d->connected)
			gatt_link_failed(l, "it hung up");
		else if (d->resolved)
			look_inside(l);
		break;
	case GATT_SETTING:
	case GATT_UP:
		if (!d->connected)
			gatt_link_failed(l, "it hung up");
		break;
	}
}
