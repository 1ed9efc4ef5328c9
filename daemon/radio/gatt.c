/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"
#include "radio/gatt_inside.h"

const struct gatt_pace gatt_pace_usual = {
	.connect = 45000,		/* BlueZ itself gives up after 40 s */
	.settle = 25000,
	.answer = 10000,
	.probe = 300000,
	.least = 1000,
	.most = 60000,
	.shown = 2000,
};

int64_t gatt_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int gatt_timer(struct gatt *g, sd_event_source **timer, int64_t ms,
	       sd_event_time_handler_t handler, void *context)
{
	*timer = sd_event_source_disable_unref(*timer);
	if (ms < 0)
		return 0;

	return sd_event_add_time_relative(g->event, timer, CLOCK_BOOTTIME,
					  (uint64_t)ms * 1000, 1000, handler,
					  context);
}

/* ----------------------------------------------------------- the buttons */

static bool same(const struct gatt_button *a, const struct gatt_button *b)
{
	return !strcmp(a->id, b->id) && !strcmp(a->format, b->format) &&
	       !memcmp(a->address, b->address, sizeof(a->address));
}

static struct gatt_link *link_find(const struct gatt *g,
				   const struct gatt_button *button)
{
	size_t i;

	for (i = 0; i < g->nlinks; i++)
		if (same(&g->link[i]->button, button))
			return g->link[i];

	return NULL;
}

static int link_add(struct gatt *g, const struct gatt_button *button)
{
	const struct gatt_family *family = gatt_family_find(button->format);
	struct gatt_link *l;

	if (!family)
		return -EINVAL;

	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;

	l->g = g;
	l->button = *button;
	l->family = family;
	l->keep = true;
	l->state = GATT_ABSENT;
	l->since_ms = gatt_now_ms();
	l->battery = -1;
	l->fd = -1;
	g->link[g->nlinks++] = l;
	return 1;
}

static void link_free(struct gatt_link *l)
{
	gatt_link_clear(l);
	while (l->ndevices)
		gatt_device_drop(l, l->ndevices - 1);
	free(l);
}

/* What somebody paired is theirs, and only hung up on. */
static void forget(struct gatt *g, const struct gatt_device *d)
{
	char adapter[GATT_PATH_MAX];
	sd_bus_message *m;
	char *end;

	if (d->paired) {
		gatt_tell(g, gatt_method(g->bus, d->path, BLUEZ_DEVICE,
					 "Disconnect"));
		return;
	}

	strcpy(adapter, d->path);
	end = strrchr(adapter, '/');
	if (end)
		*end = '\0';

	m = gatt_method(g->bus, adapter, BLUEZ_ADAPTER, "RemoveDevice");
	if (m && sd_bus_message_append(m, "o", d->path) < 0)
		m = sd_bus_message_unref(m);

	gatt_tell(g, m);
}

static void drop_others(struct gatt *g)
{
	struct gatt_link *l;
	size_t i, k;

	for (i = g->nlinks; i-- > 0;) {
		l = g->link[i];
		if (l->keep)
			continue;
		for (k = 0; k < l->ndevices; k++)
			forget(g, &l->device[k]);
		link_free(l);
		g->link[i] = g->link[--g->nlinks];
	}
}

static void say_left_out(struct gatt *g, size_t left_out)
{
	if (left_out && left_out != g->left_out)
		log_line(ALERTE_LOG_ERROR, "buttons to connect to: %zu more "
			 "than the %d there is room for", left_out,
			 GATT_BUTTONS_MAX);

	g->left_out = left_out;
}

int gatt_buttons(struct gatt *g, const struct gatt_button *buttons, size_t n)
{
	size_t i, left_out = 0;
	struct gatt_link *l;
	int r = 0;

	for (i = 0; i < g->nlinks; i++)
		g->link[i]->keep = false;

	for (i = 0; i < n; i++) {
		l = link_find(g, &buttons[i]);
		if (l)
			l->keep = true;
	}

	drop_others(g);

	for (i = 0; i < n && r >= 0; i++) {
		if (link_find(g, &buttons[i]))
			continue;
		if (g->nlinks < GATT_BUTTONS_MAX)
			r = link_add(g, &buttons[i]);
		else
			left_out++;
	}

	say_left_out(g, left_out);
	gatt_look(g);
	return r < 0 ? r : 0;
}

/* ---------------------------------------------------------- confirmation */

static int on_shown(sd_event_source *source, uint64_t usec, void *context)
{
	struct gatt_link *l = context;

	(void)source;
	(void)usec;
	l->quiet = sd_event_source_disable_unref(l->quiet);
	gatt_write(l, l->path.show, 0);
	return 0;
}

static struct gatt_link *link_at(const struct gatt *g, const uint8_t address[6])
{
	size_t i;

	for (i = 0; i < g->nlinks; i++)
		if (!memcmp(g->link[i]->button.address, address, 6))
			return g->link[i];

	return NULL;
}

bool gatt_is_up(const struct gatt *g, const uint8_t address[6])
{
	const struct gatt_link *l = link_at(g, address);

	return l && l->state == GATT_UP;
}

int gatt_confirm(struct gatt *g, const uint8_t address[6],
		 enum gatt_confirm how)
{
	struct gatt_link *l = link_at(g, address);

	if (!l || l->state != GATT_UP)
		return -ENOTCONN;
	if (how == GATT_CONFIRM_NONE || how < l->family->least ||
	    !*l->path.show)
		return -EOPNOTSUPP;

	/* What could not be ended is not begun. */
	if (gatt_timer(g, &l->quiet, g->config.pace.shown, on_shown, l) < 0)
		return -ENOMEM;

	gatt_write(l, l->path.show, 1);
	return 0;
}

/* -------------------------------------------------------------- describe */

static json_t *link_describe(const struct gatt_link *l)
{
	json_t *out = json_pack(
		"{s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I}",
		"id", l->button.id, "format", l->family->name,
		"state", gatt_state_name(l->state),
		"up", l->state == GATT_UP,
		"for_s", (json_int_t)((gatt_now_ms() - l->since_ms) / 1000),
		"connections", (json_int_t)l->connections,
		"losses", (json_int_t)l->losses,
		"notifications", (json_int_t)l->notifications,
		"nonsense", (json_int_t)l->nonsense);

	if (l->battery >= 0)
		json_object_set_new(out, "battery", json_integer(l->battery));
	if (l->why)
		json_object_set_new(out, "why", json_string(l->why));

	return out;
}

json_t *gatt_describe(const struct gatt *g)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < g->nlinks; i++)
		json_array_append_new(list, link_describe(g->link[i]));

	return list;
}

/* ------------------------------------------------------------------ life */

int gatt_start(const struct gatt_config *config, sd_event *event, sd_bus *bus,
	       const struct gatt_events *events, struct gatt **out)
{
	struct gatt *g = calloc(1, sizeof(*g));
	int r;

	if (!g)
		return -ENOMEM;

	g->config = *config;
	g->event = event;
	g->bus = bus;
	g->events = *events;
	if (config->adapter)
		snprintf(g->adapter_only, sizeof(g->adapter_only),
			 "/org/bluez/%s", config->adapter);
	g->config.adapter = NULL;

	r = gatt_watch(g);
	if (r < 0) {
		gatt_stop(g);
		return r;
	}

	gatt_look(g);
	*out = g;
	return 0;
}

void gatt_stop(struct gatt *g)
{
	size_t i;

	if (!g)
		return;

	gatt_seek_stop(g);
	for (i = 0; i < g->nlinks; i++)
		link_free(g->link[i]);
	for (i = 0; i < sizeof(g->match) / sizeof(*g->match); i++)
		sd_bus_slot_unref(g->match[i]);

	sd_bus_slot_unref(g->call);
	sd_event_source_disable_unref(g->again);
	free(g);
}
