/* SPDX-License-Identifier: Apache-2.0 */
#include "bluez_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct world w;

static void on_hear(void *context, const struct alerte_advert *advert)
{
	assert_ptr_equal(context, &w);
	assert_int_equal(advert->size, sizeof(*advert));
	assert_true(advert->len <= sizeof(w.data));
	w.heard++;
	w.last = *advert;
	memcpy(w.data, advert->data, advert->len);
	w.last.data = w.data;
}

static void on_changed(void *context)
{
	assert_ptr_equal(context, &w);
	w.changes++;
}

int world_start(const char *only)
{
	struct radio_config config = { .adapter = only, .bus = w.bus };
	struct radio_events events = { .context = &w, .hear = on_hear,
				       .changed = on_changed };

	return w.driver->start(&config, w.s.event, &events, w.why, &w.radio);
}

int world_open(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	w.driver = radio_driver_find("bluez");
	if (!standin_open(&w.s))
		return -1;

	w.bus = standin_connect(&w.s);
	w.s.monitors = true;
	w.s.adapter[0].there = w.s.adapter[0].powered = true;
	return 0;
}

int world_close(void **state)
{
	(void)state;
	if (w.radio)
		w.driver->stop(w.radio);
	sd_bus_flush_close_unref(w.bus);
	standin_close(&w.s);
	return 0;
}

int world_count(void)
{
	return w.driver->adapters(w.radio, w.adapter);
}

bool world_scans(void)
{
	return world_count() > 0 && w.adapter[0].scanning && !w.adapter[0].failing;
}

/* bluetoothd there, the driver listening. */
void world_listen(void)
{
	standin_begin(&w.s);
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_scans());
	w.s.calls[0] = '\0';
	w.heard = 0;
}

static json_t *described(void)
{
	json_t *d = json_object();

	w.driver->describe(w.radio, d);
	return d;
}

json_int_t world_counter(const char *name)
{
	json_t *d = described();
	json_int_t n = json_integer_value(
		json_object_get(json_object_get(d, "counters"), name));

	json_decref(d);
	return n;
}

json_int_t world_devices(void)
{
	json_t *d = described();
	json_int_t n = json_integer_value(json_object_get(d, "devices"));

	json_decref(d);
	return n;
}

void world_is(const char *text)
{
	json_t *d = described();

	assert_string_equal(json_string_value(json_object_get(d, "bluez")),
			    text);
	json_decref(d);
}

void world_heard(const char *hex)
{
	uint8_t bytes[256];
	int n = radio_hex_parse(hex, bytes, sizeof(bytes));

	assert_int_equal(w.last.len, n);
	assert_memory_equal(w.data, bytes, (size_t)n);
}
