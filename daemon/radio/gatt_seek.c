/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Discovery while a button is not known to BlueZ, on a connection of its own:
 * BlueZ keeps one filter a caller, and ends the discovery of a caller that
 * leaves.  The filter lets in no more of the strangers around than it must:
 * its pattern is the beginning that all missing addresses share.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "radio/gatt_inside.h"

#define PATTERN_MAX 18

struct gatt_seek {
	sd_bus *bus;
	sd_event_source *again;
	char pattern[PATTERN_MAX];
	size_t nadapters;
	char adapter[GATT_ADAPTERS_MAX][GATT_PATH_MAX];
};

/* The beginning they share; false: none is missing. */
static bool missing(const struct gatt *g, char pattern[PATTERN_MAX])
{
	char one[PATTERN_MAX];
	bool any = false;
	const uint8_t *b;
	size_t i, n;

	for (i = 0; i < g->nlinks; i++) {
		if (g->link[i]->state != GATT_ABSENT)
			continue;
		b = g->link[i]->button.address;
		snprintf(one, sizeof(one), "%02X:%02X:%02X:%02X:%02X:%02X",
			 b[0], b[1], b[2], b[3], b[4], b[5]);
		if (!any)
			strcpy(pattern, one);
		for (n = 0; pattern[n] && pattern[n] == one[n]; n++)
			;
		pattern[n] = '\0';
		any = true;
	}

	return any;
}

static void want(const struct gatt *g, struct gatt_seek *out)
{
	size_t i;

	*out = (struct gatt_seek){ .nadapters = 0 };

	if (!g->there || !missing(g, out->pattern))
		return;

	for (i = 0; i < g->nadapters; i++)
		if (g->adapter[i].powered)
			strcpy(out->adapter[out->nadapters++],
			       g->adapter[i].path);
}

static bool same(const struct gatt_seek *a, const struct gatt_seek *b)
{
	size_t i;

	if (a->nadapters != b->nadapters || strcmp(a->pattern, b->pattern))
		return false;

	for (i = 0; i < a->nadapters; i++)
		if (strcmp(a->adapter[i], b->adapter[i]))
			return false;

	return true;
}

static sd_bus_message *filter(const struct gatt_seek *s, const char *adapter)
{
	sd_bus_message *m = gatt_method(s->bus, adapter, BLUEZ_ADAPTER,
					"SetDiscoveryFilter");
	int r = -1;

	if (m && *s->pattern)
		r = sd_bus_message_append(m, "a{sv}", 2, "Transport", "s", "le",
					  "Pattern", "s", s->pattern);
	else if (m)
		r = sd_bus_message_append(m, "a{sv}", 1, "Transport", "s",
					  "le");

	return r < 0 ? sd_bus_message_unref(m) : m;
}

/* Answers are not waited for: what fails is tried again soon enough. */
static void discover(const struct gatt_seek *s, const char *adapter)
{
	sd_bus_message *m = filter(s, adapter);

	if (m)
		sd_bus_send(s->bus, m, NULL);

	sd_bus_message_unref(m);
	m = gatt_method(s->bus, adapter, BLUEZ_ADAPTER, "StartDiscovery");
	if (m)
		sd_bus_send(s->bus, m, NULL);

	sd_bus_message_unref(m);
}

static int on_again(sd_event_source *source, uint64_t usec, void *context)
{
	struct gatt *g = context;

	(void)source;
	(void)usec;
	gatt_seek_stop(g);
	gatt_seek_update(g);
	return 0;
}

static void begin(struct gatt *g, const struct gatt_seek *wanted)
{
	struct gatt_seek *s = malloc(sizeof(*s));
	size_t i;

	if (!s)
		return;

	*s = *wanted;
	g->seek = s;
	gatt_timer(g, &s->again, g->config.pace.most, on_again, g);

	if (sd_bus_open_system_with_description(&s->bus, "alerted-seek") < 0 ||
	    sd_bus_attach_event(s->bus, g->event, SD_EVENT_PRIORITY_NORMAL) < 0)
		return;

	for (i = 0; i < s->nadapters; i++)
		discover(s, s->adapter[i]);
}

void gatt_seek_update(struct gatt *g)
{
	struct gatt_seek wanted;

	want(g, &wanted);

	if (g->seek && same(g->seek, &wanted))
		return;

	gatt_seek_stop(g);
	if (wanted.nadapters)
		begin(g, &wanted);
}

void gatt_seek_stop(struct gatt *g)
{
	struct gatt_seek *s = g->seek;

	if (!s)
		return;

	g->seek = NULL;
	sd_event_source_disable_unref(s->again);
	if (s->bus)
		sd_bus_detach_event(s->bus);
	sd_bus_close_unref(s->bus);
	free(s);
}
