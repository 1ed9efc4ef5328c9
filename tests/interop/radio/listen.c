/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: listen DRIVER SECONDS
 *
 * What a driver of the daemon hears of the controller's stamped reports, and
 * how long after each was sent: one line at the end,
 *
 *	heard 80 distinct 80 last 79 median_us 900 p95_us 4100 max_us 6700
 *
 * of which distinct counts different numbers and last is the highest.  "ready"
 * is printed once a receiver scans.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "radio/radio.h"

#define STAMPS_MAX 65536

struct listener {
	const struct radio_driver *driver;
	void *radio;
	bool ready;
	uint64_t heard, distinct;
	uint32_t last;
	bool seen[STAMPS_MAX];
	int64_t took_us[STAMPS_MAX];
};

static struct listener it;

static uint64_t get(const uint8_t *p, size_t bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | p[bytes];

	return value;
}

/* The twelve bytes of the stamp, or NULL: the controller's data end in them. */
static const uint8_t *stamp_of(const struct alerte_advert *a)
{
	static const uint8_t manufacturer[] = { 15, 0xff, 0xff, 0xff };
	static const uint8_t service[] = { 16, 0x16, 0xd2, 0xfc, 0x40 };
	size_t i;

	for (i = 0; i < a->len && a->data[i]; i += a->data[i] + 1U) {
		if (i + a->data[i] >= a->len)
			return NULL;
		if (!memcmp(a->data + i, manufacturer, 4))
			return a->data + i + sizeof(manufacturer);
		if (a->data[i] == 16 && !memcmp(a->data + i, service, 5))
			return a->data + i + sizeof(service);
	}

	return NULL;
}

static void on_hear(void *context, const struct alerte_advert *advert)
{
	struct listener *l = context;
	const uint8_t *stamp = stamp_of(advert);
	struct timespec now;
	uint32_t number;

	if (!stamp)
		return;

	clock_gettime(CLOCK_MONOTONIC, &now);
	number = (uint32_t)get(stamp, 4);
	l->heard++;
	if (number >= STAMPS_MAX || l->seen[number])
		return;

	l->seen[number] = true;
	if (number > l->last)
		l->last = number;
	l->took_us[l->distinct++] = now.tv_sec * INT64_C(1000000) +
		now.tv_nsec / 1000 - (int64_t)(get(stamp + 4, 8) / 1000);
}

static void on_notified(void *context, const struct alerte_notification *heard)
{
	(void)context;
	(void)heard;
}

static void on_changed(void *context)
{
	struct radio_adapter adapters[RADIO_ADAPTERS_MAX];
	struct listener *l = context;
	int i, n;

	if (l->ready || !l->radio)
		return;

	n = l->driver->adapters(l->radio, adapters);
	for (i = 0; i < n && !l->ready; i++)
		l->ready = adapters[i].scanning;

	if (l->ready)
		puts("ready");
}

static int on_time(sd_event_source *source, uint64_t usec, void *context)
{
	(void)usec;
	(void)context;
	return sd_event_exit(sd_event_source_get_event(source), 0);
}

/* Not every driver tells of the state that it has from the start. */
static int on_second(sd_event_source *source, uint64_t usec, void *context)
{
	on_changed(context);
	sd_event_source_set_time(source, usec + 100000);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void print_result(struct listener *l)
{
	uint64_t n = l->distinct;

	qsort(l->took_us, n, sizeof(*l->took_us), by_time);
	printf("heard %" PRIu64 " distinct %" PRIu64 " last %" PRIu32,
	       l->heard, n, l->last);
	if (n)
		printf(" median_us %" PRId64 " p95_us %" PRId64
		       " max_us %" PRId64, l->took_us[n / 2],
		       l->took_us[n * 95 / 100], l->took_us[n - 1]);
	putchar('\n');
}

static int listen_for(struct listener *l, unsigned long seconds)
{
	struct radio_config config = { .file = "" };
	struct radio_events events = { l, on_hear, on_notified, on_changed };
	char why[RADIO_WHY_MAX] = "";
	sd_event *event = NULL;
	int r = sd_event_default(&event);

	if (r < 0)
		return r;

	if (sd_bus_open_system(&config.bus) >= 0)
		sd_bus_attach_event(config.bus, event, 0);

	r = l->driver->start(&config, event, &events, why, &l->radio);
	if (r < 0) {
		printf("cannot listen: %s\n", *why ? why : strerror(-r));
		return r;
	}

	sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC,
				   seconds * 1000000, 1000, on_time, l);
	sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC, 100000, 1000,
				   on_second, l);
	r = sd_event_loop(event);
	l->driver->stop(l->radio);
	sd_bus_flush_close_unref(config.bus);
	sd_event_unref(event);
	return r;
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;

	it.driver = radio_driver_find(argv[1]);
	if (!it.driver)
		return 64;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (listen_for(&it, strtoul(argv[2], NULL, 10)) < 0)
		return 1;

	print_result(&it);
	return 0;
}
