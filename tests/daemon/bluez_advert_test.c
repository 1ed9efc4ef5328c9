/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver bluez hears of a stand-in of bluetoothd, well-formed or not. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bluez_world.h"

/* --------------------------------------------------------------- adverts */

/* BTHome v2, packet id 2, one press. */
static void the_first_advert_of_a_new_device_is_a_press(void **state)
{
	struct alerte_frame f = { .size = sizeof(f) };

	(void)state;
	world_listen();
	standin_added(&w.s, BUTTON, "a{sv}", 5, ADDRESS,
		      "AddressType", "s", "public", "RSSI", "n", -61,
		      "AdvertisingFlags", "ay", 1, 6, "ServiceData", "a{sv}", 1,
		      BTHOME, "ay", 5, 0x44, 0x00, 0x02, 0x3a, 0x01);
	UNTIL(&w.s, w.heard == 1);
	world_heard("020106" "0816d2fc4400023a01");
	assert_memory_equal(w.last.address, "\x54\x48\xe6\x8f\x80\xa5", 6);
	assert_int_equal(w.last.source, 1);
	assert_int_equal(w.last.rssi_dbm, -61);
	assert_false(w.last.random);
	assert_int_equal(alerte_frame_decode(w.last.address, w.data,
					     w.last.len, NULL, 0, &f), 1);
	assert_int_equal(f.press[0].gesture, ALERTE_GESTURE_PRESS);
}

static void later_adverts_are_heard_as_changes(void **state)
{
	struct timespec now;

	(void)state;
	world_listen();
	standin_added(&w.s, BUTTON, "a{sv}", 3, ADDRESS, "AddressType", "s",
		      "random", "RSSI", "n", -61);
	standin_changed(&w.s, BUTTON, "a{sv}", 2, "RSSI", "n", -48,
			"ManufacturerData", "a{qv}", 1, 0xffff, "ay", 2, 9, 8);
	UNTIL(&w.s, w.heard == 2);
	world_heard("05ffffff0908");
	assert_int_equal(w.last.rssi_dbm, -48);
	assert_true(w.last.random);
	clock_gettime(CLOCK_BOOTTIME, &now);
	assert_in_range(now.tv_sec * 1000 + 1000 - w.last.heard_boot_ms, 0,
			6000);
}

/* As a monitor alone tells it: data changed, RSSI by less than 8 dB. */
static void new_data_without_a_strength_is_an_advert(void **state)
{
	(void)state;
	world_listen();
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "ManufacturerData", "a{qv}",
			1, 0xffff, "ay", 1, 1);
	UNTIL(&w.s, w.heard == 1);
	assert_int_equal(w.last.rssi_dbm, 127);
	assert_memory_equal(w.last.address, "\x54\x48\xe6\x8f\x80\xa5", 6);
}

static void a_strength_no_longer_valid_is_no_advert(void **state)
{
	(void)state;
	world_listen();
	standin_added(&w.s, BUTTON, "a{sv}", 2, ADDRESS, "RSSI", "n", -61);
	standin_invalidated(&w.s, BUTTON);
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "Connected", "b", 1);
	standin_run(&w.s, 100);
	assert_int_equal(w.heard, 1);
}

static void what_a_disk_remembers_is_no_advert(void **state)
{
	(void)state;
	world_listen();
	standin_added(&w.s, BUTTON, "a{sv}", 2, ADDRESS, "ServiceData",
		      "a{sv}", 1, BTHOME, "ay", 3, 0x44, 0x3a, 0x01);
	standin_run(&w.s, 100);
	assert_int_equal(w.heard, 0);
}

/* A button that says its name between two presses must not press again. */
static void a_strength_alone_repeats_no_press(void **state)
{
	(void)state;
	world_listen();
	standin_added(&w.s, BUTTON, "a{sv}", 5, ADDRESS, "RSSI", "n", -61,
		      "Name", "s", "SBBT", "AdvertisingFlags", "ay", 1, 6,
		      "ServiceData", "a{sv}", 1, BTHOME, "ay", 3, 0x44, 0x3a,
		      0x01);
	UNTIL(&w.s, w.heard == 1);
	world_heard("020106" "0616d2fc443a01" "050953424254");
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -62);
	UNTIL(&w.s, w.heard == 2);
	world_heard("020106" "050953424254");
	assert_int_equal(world_counter("without_data"), 1);
}

/* There the same press again would be silent otherwise. */
static void where_repeats_are_not_told_a_strength_is_one(void **state)
{
	(void)state;
	w.s.refuse = "SetDiscoveryFilter";
	w.s.with = "org.bluez.Error.InvalidArguments";
	w.s.refusals = 1;
	standin_begin(&w.s);
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "refused filter register start ");

	standin_added(&w.s, BUTTON, "a{sv}", 3, ADDRESS, "RSSI", "n", -61,
		      "ServiceData", "a{sv}", 1, BTHOME, "ay", 3, 0x44, 0x3a,
		      0x01);
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -62);
	UNTIL(&w.s, w.heard == 2);
	world_heard("0616d2fc443a01");
}

static void every_kind_of_data_becomes_its_structure(void **state)
{
	(void)state;
	world_listen();
	standin_added(&w.s, BUTTON, "a{sv}", 5, "RSSI", "n", -61,
		"UUIDs", "as", 2, "0000ffe0-0000-1000-8000-00805f9b34fb",
			"fffffff0-00f7-4000-b000-000000000000",
		"ServiceData", "a{sv}", 3,
			"0000FCD2-0000-1000-8000-00805f9b34fb", "ay", 1, 1,
			"12345678-0000-1000-8000-00805f9b34fb", "ay", 1, 2,
			"fffffff0-00f7-4000-b000-000000000000", "ay", 1, 3,
		"ManufacturerData", "a{qv}", 2, 0x004c, "ay", 2, 2, 21,
			0x0969, "ay", 0,
		"AdvertisingData", "a{yv}", 2, 0x26, "ay", 2, 1, 2,
			0xff, "ay", 1, 7);
	UNTIL(&w.s, w.heard == 1);
	world_heard("0303e0ff" "0416d2fc01" "06207856341202"
		    "1221000000000000" "00b00040f700f0ffffff03"
		    "05ff4c000215" "03ff6909" "03260102");
}

/* ------------------------------------------------------------ strangers */

static void stranger(int i, bool tied)
{
	char path[64];

	snprintf(path, sizeof(path), DEV "C0_11_00_00_%02X_%02X", i >> 8,
		 i & 0xff);
	standin_added(&w.s, path, "a{sv}", 3, "RSSI", "n", -61, "Connected",
		      "b", tied, "ManufacturerData", "a{qv}", 1, 0xffff, "ay",
		      2, i & 0xff, i >> 8);
	if (i % 50 == 0)
		standin_run(&w.s, 1);
}

static void strangers_without_end_take_bounded_room(void **state)
{
	(void)state;
	world_listen();
	for (int i = 0; i < 3000; i++)
		stranger(i, false);
	UNTIL(&w.s, w.heard == 3000);
	assert_in_range(world_devices(), 512, 1024);
	UNTIL(&w.s, w.s.removed > 1000);
	UNTIL(&w.s, world_counter("devices_removed") == w.s.removed);
	assert_in_range(w.s.removed, 1000, 3000 - 512);
}

static void who_is_tied_or_was_there_before_is_never_removed(void **state)
{
	(void)state;
	world_listen();
	w.s.precious = DEV "C0_11_00_00_00_00";
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -61);
	standin_added(&w.s, w.s.precious, "a{sv}", 3, "RSSI", "n", -61,
		      "AddressType", "s", "public", "Connected", "b", 1);
	standin_changed(&w.s, w.s.precious, "a{sv}", 1, "Connected", "b", 0);
	for (int i = 1; i < 3000; i++)
		stranger(i, false);
	UNTIL(&w.s, w.heard == 3001);
	UNTIL(&w.s, w.s.removed > 1000);
	assert_int_equal(w.s.removed_precious, 0);

	/* Nor is it forgotten: what was told of it once is known. */
	standin_changed(&w.s, w.s.precious, "a{sv}", 1, "RSSI", "n", -61);
	UNTIL(&w.s, w.heard == 3002);
	assert_false(w.last.random);
}

static void a_quiet_crowd_is_removed_down_to_the_bound(void **state)
{
	(void)state;
	world_listen();
	for (int i = 0; i < 600; i++)
		stranger(i, false);
	UNTIL(&w.s, w.heard == 600);
	assert_int_equal(w.s.removed, 0);
	standin_run(&w.s, 3100);

	/* One of those to go speaks up while it waits for its turn. */
	w.s.precious = DEV "C0_11_00_00_00_50";
	stranger(601, false);
	standin_changed(&w.s, w.s.precious, "a{sv}", 1, "RSSI", "n", -61);
	UNTIL(&w.s, w.s.removed == 601 - 512 - 1);
	standin_run(&w.s, 50);
	assert_int_equal(world_devices(), 513);
	assert_int_equal(w.s.removed, 601 - 512 - 1);
	assert_int_equal(w.s.removed_precious, 0);
	assert_string_equal(w.s.removed_path, DEV "C0_11_00_00_00_58");
}

/* ------------------------------------------------------------- malformed */

static void properties_of_other_types_are_counted_and_left(void **state)
{
	(void)state;
	world_listen();
	standin_changed(&w.s, BUTTON, "a{sv}", 7, "RSSI", "s", "loud",
			"ManufacturerData", "a{sv}", 1, "x", "ay", 1, 1,
			"ServiceData", "as", 1, "x", "Address", "u", 7,
			"UUIDs", "s", "x", "AdvertisingFlags", "y", 6,
			"Paired", "s", "yes");
	UNTIL(&w.s, world_counter("malformed") == 7);
	assert_int_equal(w.heard, 0);

	standin_changed(&w.s, BUTTON, "a{sv}", 4, "RSSI", "n", 300, "Address",
			"s", "54:48:E6:8F:80:A5:00", "AddressType", "s", "",
			"ServiceData", "a{sv}", 4, "", "ay", 1, 1, "fcd2",
			"ay", 1, 1, "0000fcd2-0000-1000-8000-00805f9b34fg",
			"ay", 1, 1, BTHOME, "s", "x");
	UNTIL(&w.s, w.heard == 1);
	assert_int_equal(w.last.rssi_dbm, 127);
	assert_int_equal(w.last.len, 0);
	assert_memory_equal(w.last.address, "\x54\x48\xe6\x8f\x80\xa5", 6);
	assert_int_equal(world_counter("malformed"), 13);
}

static void paths_that_are_no_devices_are_counted_and_left(void **state)
{
	static const char long_path[] =
		"/a/path/that/is/longer/than/any/adapter/has/ever/had/one/and/"
		"so/on/dev_54_48_E6_8F_80_A5";
	static const char *const paths[] = {
		long_path, "/", "/org/bluez", "/org/bluez/hci0", "/org/bluez/hci0/dev_",
		"/org/bluez/hci0/dev_54_48_E6_8F_80_A",
		"/org/bluez/hci0/dev_54_48_E6_8F_80_AX",
		"/org/bluez/hci0/dev_54_48_E6_8F_80_A50",
		"/org/bluez/hci00/dev_54_48_E6_8F_80_A5",
		"/org/bluez/hci99999/dev_54_48_E6_8F_80_A5",
		"/org/bluez/hciX/dev_54_48_E6_8F_80_A5",
	};
	const int n = sizeof(paths) / sizeof(*paths);

	(void)state;
	world_listen();
	for (int i = 0; i < n; i++)
		standin_added(&w.s, paths[i], "a{sv}", 1, "RSSI", "n", -61);
	UNTIL(&w.s, world_counter("malformed") == n);
	assert_int_equal(w.heard, 0);
	assert_int_equal(world_count(), 1);
}

static void signals_of_another_shape_are_counted_and_left(void **state)
{
	const char *const properties = "org.freedesktop.DBus.Properties";
	const char *const objects = "org.freedesktop.DBus.ObjectManager";

	(void)state;
	world_listen();
	standin_signal(w.s.bus, BUTTON, properties, "PropertiesChanged", "s",
		       "org.bluez.Device1");
	standin_signal(w.s.bus, BUTTON, properties, "PropertiesChanged", "su",
		       "org.bluez.Device1", 7);
	standin_signal(w.s.bus, "/org/bluez/hci0", properties,
		       "PropertiesChanged", "sas", "org.bluez.Adapter1", 0);
	standin_signal(w.s.bus, "/", objects, "InterfacesAdded", "u", 1);
	standin_signal(w.s.bus, "/", objects, "InterfacesAdded", "oa{ss}",
		       BUTTON, 1, "x", "y");
	standin_signal(w.s.bus, "/", objects, "InterfacesRemoved", "ou",
		       BUTTON, 1);
	UNTIL(&w.s, world_counter("malformed") == 6);
	assert_true(world_scans());
}

/* 60,000 bytes in one structure, and 2,000 structures. */
static void huge_data_is_counted_and_left(void **state)
{
	static uint8_t bytes[60000];
	sd_bus_message *m = NULL;
	json_int_t before;

	(void)state;
	world_listen();
	sd_bus_message_new_signal(w.s.bus, &m, BUTTON,
				  "org.freedesktop.DBus.Properties",
				  "PropertiesChanged");
	sd_bus_message_append(m, "s", "org.bluez.Device1");
	sd_bus_message_open_container(m, 'a', "{sv}");
	sd_bus_message_open_container(m, 'e', "sv");
	sd_bus_message_append(m, "s", "ManufacturerData");
	sd_bus_message_open_container(m, 'v', "a{qv}");
	sd_bus_message_open_container(m, 'a', "{qv}");
	for (int i = 0; i <= 2000; i++) {
		sd_bus_message_open_container(m, 'e', "qv");
		sd_bus_message_append(m, "q", i);
		sd_bus_message_open_container(m, 'v', "ay");
		sd_bus_message_append_array(m, 'y', bytes,
					    i ? 12 : sizeof(bytes));
		sd_bus_message_close_container(m);
		sd_bus_message_close_container(m);
	}
	for (int i = 0; i < 4; i++)
		sd_bus_message_close_container(m);
	sd_bus_message_append(m, "as", 0);
	before = world_counter("malformed");
	assert_true(sd_bus_send(w.s.bus, m, NULL) >= 0);
	sd_bus_message_unref(m);
	UNTIL(&w.s, w.heard == 1);
	assert_int_equal(w.last.len, 512);
	assert_int_equal(world_counter("malformed") - before, 2001 - 32);
}

static void nonsense_among_the_objects_is_left(void **state)
{
	(void)state;
	w.s.extra = "/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF";
	world_listen();
	assert_int_equal(world_devices(), 1);
	assert_int_equal(world_counter("malformed"), 1);
}

static void a_bluetoothd_that_does_not_answer_is_asked_again(void **state)
{
	(void)state;
	w.s.refuse = "GetManagedObjects";
	w.s.with = FAILED;
	w.s.refusals = 1;
	standin_begin(&w.s);
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_scans());
}

/* Anybody on the bus can send a signal straight to us. */
static void nobody_else_is_taken_for_bluetoothd(void **state)
{
	sd_bus *other = standin_connect(&w.s);
	sd_bus_message *m = NULL;
	const char *us;

	(void)state;
	world_listen();
	assert_true(sd_bus_get_unique_name(w.bus, &us) >= 0);
	assert_true(sd_bus_message_new_signal(other, &m, BUTTON,
			"org.freedesktop.DBus.Properties",
			"PropertiesChanged") >= 0);
	assert_true(sd_bus_message_append(m, "sa{sv}as", "org.bluez.Device1",
			1, "RSSI", "n", -61, 0) >= 0);
	assert_true(sd_bus_message_set_destination(m, us) >= 0);
	assert_true(sd_bus_send(other, m, NULL) >= 0);
	sd_bus_message_unref(m);
	m = NULL;

	/* And that bluetoothd is now another. */
	assert_true(sd_bus_message_new_signal(other, &m,
			"/org/freedesktop/DBus", "org.freedesktop.DBus",
			"NameOwnerChanged") >= 0);
	assert_true(sd_bus_message_append(m, "sss", "org.bluez", "", ":1.9")
		    >= 0);
	assert_true(sd_bus_message_set_destination(m, us) >= 0);
	assert_true(sd_bus_send(other, m, NULL) >= 0);
	sd_bus_message_unref(m);

	UNTIL(&w.s, world_counter("not_from_bluetoothd") == 1);
	standin_run(&w.s, 100);
	assert_int_equal(w.heard, 0);
	assert_int_equal(world_count(), 1);
	sd_bus_flush_close_unref(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(the_first_advert_of_a_new_device_is_a_press),
		WORLD_TEST(later_adverts_are_heard_as_changes),
		WORLD_TEST(new_data_without_a_strength_is_an_advert),
		WORLD_TEST(a_strength_no_longer_valid_is_no_advert),
		WORLD_TEST(what_a_disk_remembers_is_no_advert),
		WORLD_TEST(a_strength_alone_repeats_no_press),
		WORLD_TEST(where_repeats_are_not_told_a_strength_is_one),
		WORLD_TEST(every_kind_of_data_becomes_its_structure),
		WORLD_TEST(strangers_without_end_take_bounded_room),
		WORLD_TEST(who_is_tied_or_was_there_before_is_never_removed),
		WORLD_TEST(a_quiet_crowd_is_removed_down_to_the_bound),
		WORLD_TEST(properties_of_other_types_are_counted_and_left),
		WORLD_TEST(paths_that_are_no_devices_are_counted_and_left),
		WORLD_TEST(signals_of_another_shape_are_counted_and_left),
		WORLD_TEST(huge_data_is_counted_and_left),
		WORLD_TEST(nonsense_among_the_objects_is_left),
		WORLD_TEST(a_bluetoothd_that_does_not_answer_is_asked_again),
		WORLD_TEST(nobody_else_is_taken_for_bluetoothd),
	};

	return cmocka_run_group_tests_name("bluez_advert", tests, NULL, NULL);
}
