/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An AdvertisementMonitor is shown for what it does to the scan: while one is
 * registered, the controller does not filter repeats, and a scan goes on while
 * discovery is off.  What it reports is ignored: DeviceFound holds no data,
 * and the change of the device that belongs to it comes by itself.
 */
#include <string.h>

#include "radio/bluez.h"

#define MONITOR_PATH BLUEZ_MONITOR_ROOT "/ear"

/* Where it begins, AD type, bytes: buttons that many have. */
static const struct {
	uint8_t type, id[2];
} patterns[] = {
	{ 0x16, { 0xd2, 0xfc } },	/* BTHome v2 */
	{ 0x16, { 0x1c, 0x18 } },	/* BTHome v1 */
	{ 0x16, { 0x1e, 0x18 } },	/* the same, encrypted */
	{ 0x16, { 0x95, 0xfe } },	/* MiBeacon */
	{ 0x16, { 0xff, 0xff } },	/* sealed */
	{ 0xff, { 0xff, 0xff } },
};

static int get_type(sd_bus *bus, const char *path, const char *interface,
		    const char *property, sd_bus_message *reply,
		    void *userdata, sd_bus_error *error)
{
	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)userdata;
	(void)error;
	return sd_bus_message_append(reply, "s", "or_patterns");
}

static int append_pattern(sd_bus_message *reply, size_t i)
{
	int r = sd_bus_message_open_container(reply, 'r', "yyay");

	if (r >= 0)
		r = sd_bus_message_append(reply, "yy", 0, patterns[i].type);
	if (r >= 0)
		r = sd_bus_message_append_array(reply, 'y', patterns[i].id,
						sizeof(patterns[i].id));

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_patterns(sd_bus *bus, const char *path, const char *interface,
			const char *property, sd_bus_message *reply,
			void *userdata, sd_bus_error *error)
{
	int r = sd_bus_message_open_container(reply, 'a', "(yyay)");

	(void)bus;
	(void)path;
	(void)interface;
	(void)property;
	(void)userdata;
	(void)error;
	for (size_t i = 0; r >= 0 && i < sizeof(patterns) / sizeof(*patterns);
	     i++)
		r = append_pattern(reply, i);

	return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* Which adapter let go of it is not said: each is asked again, in its time. */
static int on_release(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	struct bluez *bz = userdata;

	(void)error;
	if (bluez_is_owner(bz, m))
		for (int i = 0; i < RADIO_ADAPTERS_MAX; i++)
			bz->adapter[i].monitored = false;

	return sd_bus_reply_method_return(m, "");
}

static int on_told(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
	(void)userdata;
	(void)error;
	return sd_bus_reply_method_return(m, "");
}

static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD("Release", "", "", on_release,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("Activate", "", "", on_told, SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("DeviceFound", "o", "", on_told,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_METHOD("DeviceLost", "o", "", on_told,
		      SD_BUS_VTABLE_UNPRIVILEGED),
	SD_BUS_PROPERTY("Type", "s", get_type, 0,
			SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_PROPERTY("Patterns", "a(yyay)", get_patterns, 0,
			SD_BUS_VTABLE_PROPERTY_CONST),
	SD_BUS_VTABLE_END
};

int bluez_monitor_show(struct bluez *bz)
{
	int r = sd_bus_add_object_manager(bz->bus, &bz->monitor[0],
					  BLUEZ_MONITOR_ROOT);

	if (r < 0)
		return r;

	return sd_bus_add_object_vtable(bz->bus, &bz->monitor[1], MONITOR_PATH,
					BLUEZ_MONITOR, vtable, bz);
}
