/* SPDX-License-Identifier: Apache-2.0 */
/* Discovery by bluetoothd, over the system bus; bluez.h shows the files. */
#include "radio/bluez.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "log.h"

int64_t bluez_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void bluez_changed(struct bluez *bz)
{
	sd_event_source_set_enabled(bz->changed, SD_EVENT_ONESHOT);
}

static int on_changed(sd_event_source *source, void *userdata)
{
	struct bluez *bz = userdata;

	(void)source;
	if (bz->events.changed)
		bz->events.changed(bz->events.context);
	return 0;
}

/* What the last one was asked for is gone with it. */
static void forget(struct bluez *bz)
{
	bluez_calls_free(bz);
	bz->look_again = sd_event_source_disable_unref(bz->look_again);
	bluez_adapters_forget(bz);
	bluez_devices_forget(bz, 0);
}

void bluez_owner(struct bluez *bz, const char *owner)
{
	if (strlen(owner) >= sizeof(bz->owner))
		owner = "";
	if (bz->asked && !strcmp(owner, bz->owner))
		return;

	bz->asked = true;
	forget(bz);
	strcpy(bz->owner, owner);
	log_line(*owner ? ALERTE_LOG_INFO : ALERTE_LOG_WARNING, *owner
		 ? "radio bluez: bluetoothd is running"
		 : "radio bluez: bluetoothd is not running; systemctl start "
		   "bluetooth");
	bluez_look(bz);
	bluez_changed(bz);
}

/* ----------------------------------------------------------------- life */

static void stop(void *radio)
{
	struct bluez *bz = radio;

	if (!bz)
		return;

	bluez_adapters_leave(bz);
	for (int i = 0; i < BLUEZ_MATCHES; i++)
		sd_bus_slot_unref(bz->match[i]);
	sd_bus_slot_unref(bz->monitor[1]);
	sd_bus_slot_unref(bz->monitor[0]);
	forget(bz);
	sd_event_source_disable_unref(bz->changed);
	free(bz->only);
	sd_bus_unref(bz->bus);
	sd_event_unref(bz->event);
	free(bz);
}

static struct bluez *bluez_new(const struct radio_config *config,
			       sd_event *event,
			       const struct radio_events *events)
{
	struct bluez *bz = calloc(1, sizeof(*bz));

	if (!bz)
		return NULL;

	bz->events = *events;
	bz->event = sd_event_ref(event);
	bz->bus = sd_bus_ref(config->bus);
	if (config->adapter && *config->adapter) {
		bz->only = strdup(config->adapter);
		if (!bz->only) {
			stop(bz);
			return NULL;
		}
	}

	return bz;
}

static int begin(struct bluez *bz)
{
	int r = sd_event_add_defer(bz->event, &bz->changed, on_changed, bz);

	if (r >= 0)
		r = sd_event_source_set_enabled(bz->changed, SD_EVENT_OFF);
	if (r >= 0)
		r = bluez_monitor_show(bz);

	return r < 0 ? r : bluez_watch(bz);
}

static int start(const struct radio_config *config, sd_event *event,
		 const struct radio_events *events, char why[RADIO_WHY_MAX],
		 void **out)
{
	struct bluez *bz;
	int r;

	if (!config->bus) {
		snprintf(why, RADIO_WHY_MAX, "there is no system bus; "
			 "systemctl start dbus");
		return -ENOTCONN;
	}

	bz = bluez_new(config, event, events);
	if (!bz)
		return -ENOMEM;

	r = begin(bz);
	if (r < 0) {
		snprintf(why, RADIO_WHY_MAX, "the system bus: %s; systemctl "
			 "status dbus", strerror(-r));
		stop(bz);
		return r;
	}

	*out = bz;
	return 0;
}

/* ------------------------------------------------------------- telling */

static int adapters(void *radio, struct radio_adapter out[RADIO_ADAPTERS_MAX])
{
	const struct bluez *bz = radio;
	int n = 0;

	for (int i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		const struct bluez_adapter *a = &bz->adapter[i];

		if (!a->birth)
			continue;
		out[n] = (struct radio_adapter){
			.source = a->source, .powered = a->powered,
			.blocked = a->blocked,
			.scanning = a->powered && a->discovering,
			.failing = a->failing
		};
		strcpy(out[n++].name, a->name);
	}

	return n;
}

static int recover(void *radio, uint32_t source, enum radio_stage stage)
{
	struct bluez_adapter *a = bluez_adapter_find(radio, source);

	return a ? bluez_adapter_recover(a, stage) : -ENODEV;
}

static const char *state_of(const struct bluez *bz)
{
	if (!bz->asked)
		return "bluetoothd is looked for";

	return bz->owner[0] ? "bluetoothd is running"
			    : "bluetoothd is not running";
}

static void describe(void *radio, json_t *out)
{
	const struct bluez *bz = radio;
	int monitors = 0, ours = 0;

	for (int i = 0; i < RADIO_ADAPTERS_MAX; i++) {
		monitors += bz->adapter[i].monitored;
		ours += bz->adapter[i].ours;
	}

	json_object_set_new(out, "bluez", json_string(state_of(bz)));
	if (bz->asked && !bz->owner[0])
		json_object_set_new(out, "next", json_string(
			"systemctl start bluetooth"));
	json_object_set_new(out, "discoveries", json_integer(ours));
	json_object_set_new(out, "monitors", json_integer(monitors));
	json_object_set_new(out, "devices", json_integer(bz->ndevices));
	json_object_set_new(out, "counters", json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I}",
		"heard", (json_int_t)bz->count.adverts,
		"without_data", (json_int_t)bz->count.bare,
		"malformed", (json_int_t)bz->count.malformed,
		"not_from_bluetoothd", (json_int_t)bz->count.foreign,
		"devices_removed", (json_int_t)bz->count.removed,
		"discoveries_begun", (json_int_t)bz->count.begun));
}

const struct radio_driver radio_bluez = {
	.name = "bluez",
	.start = start,
	.adapters = adapters,
	.recover = recover,
	.describe = describe,
	.stop = stop
};
