/* SPDX-License-Identifier: Apache-2.0 */
/* The driver bluez against a stand-in of bluetoothd, on a real bus. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "bluez_standin.h"
#include "radio/radio.h"

#define DEV "/org/bluez/hci0/dev_"
#define BUTTON DEV "54_48_E6_8F_80_A5"
#define BTHOME "0000fcd2-0000-1000-8000-00805f9b34fb"
#define FAILED "org.bluez.Error.Failed"
#define ADDRESS "Address", "s", "54:48:E6:8F:80:A5"

static struct {
	struct standin s;
	sd_bus *bus;			/* the daemon's */
	void *radio;
	const struct radio_driver *driver;
	int heard, changes;
	struct alerte_advert last;
	uint8_t data[1024];
	struct radio_adapter adapter[RADIO_ADAPTERS_MAX];
	char why[RADIO_WHY_MAX];
} w;

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

static int driver_start(const char *only)
{
	struct radio_config config = { .adapter = only, .bus = w.bus };
	struct radio_events events = { .context = &w, .hear = on_hear,
				       .changed = on_changed };

	return w.driver->start(&config, w.s.event, &events, w.why, &w.radio);
}

static int setup(void **state)
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

static int teardown(void **state)
{
	(void)state;
	if (w.radio)
		w.driver->stop(w.radio);
	sd_bus_flush_close_unref(w.bus);
	standin_close(&w.s);
	return 0;
}

static int count(void)
{
	return w.driver->adapters(w.radio, w.adapter);
}

static bool scans(void)
{
	return count() > 0 && w.adapter[0].scanning && !w.adapter[0].failing;
}

/* bluetoothd there, the driver listening. */
static void listening(void)
{
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, scans());
	w.s.calls[0] = '\0';
	w.heard = 0;
}

static json_t *described(void)
{
	json_t *d = json_object();

	w.driver->describe(w.radio, d);
	return d;
}

static json_int_t counter(const char *name)
{
	json_t *d = described();
	json_int_t n = json_integer_value(
		json_object_get(json_object_get(d, "counters"), name));

	json_decref(d);
	return n;
}

static json_int_t devices(void)
{
	json_t *d = described();
	json_int_t n = json_integer_value(json_object_get(d, "devices"));

	json_decref(d);
	return n;
}

static void assert_state(const char *text)
{
	json_t *d = described();

	assert_string_equal(json_string_value(json_object_get(d, "state")),
			    text);
	json_decref(d);
}

static void assert_data(const char *hex)
{
	uint8_t bytes[256];
	int n = radio_hex_parse(hex, bytes, sizeof(bytes));

	assert_int_equal(w.last.len, n);
	assert_memory_equal(w.data, bytes, (size_t)n);
}

/* ------------------------------------------------------------- beginning */

static void the_filter_and_the_monitor_come_before_discovery(void **state)
{
	(void)state;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, scans());
	standin_run(&w.s, 50);
	assert_string_equal(w.s.calls, "filter+dup register start ");
	assert_string_equal(w.s.monitor, "AdvertisementMonitor1.Type:s "
			    "AdvertisementMonitor1.Patterns:a(yyay) ");
	assert_string_equal(w.adapter[0].name, "hci0");
	assert_int_equal(w.adapter[0].source, 1);
	assert_true(w.changes > 0);
}

static void without_monitors_it_discovers_all_the_same(void **state)
{
	(void)state;
	w.s.monitors = false;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "filter+dup start ");
}

static void a_monitor_refused_does_not_keep_it_from_discovering(void **state)
{
	(void)state;
	w.s.refuse = "RegisterMonitor";
	w.s.with = FAILED;
	w.s.refusals = -1;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "filter+dup refused start ");
}

static void an_adapter_that_is_off_is_switched_on(void **state)
{
	(void)state;
	w.s.adapter[0].powered = false;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "on filter+dup register start ");
}

static void only_the_adapter_asked_for_is_listened_on(void **state)
{
	(void)state;
	w.s.adapter[1].there = w.s.adapter[1].powered = true;
	standin_begin(&w.s);
	assert_int_equal(driver_start("hci1"), 0);
	UNTIL(&w.s, scans());
	assert_int_equal(count(), 1);
	assert_string_equal(w.adapter[0].name, "hci1");
	assert_int_equal(w.adapter[0].source, 2);

	standin_added(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -60);
	standin_added(&w.s, "/org/bluez/hci1/dev_54_48_E6_8F_80_A5", "a{sv}",
		      1, "RSSI", "n", -60);
	UNTIL(&w.s, w.heard);
	assert_int_equal(w.heard, 1);
	assert_int_equal(w.last.source, 2);
	assert_int_equal(counter("malformed"), 0);
}

static void without_a_bus_it_says_what_to_do(void **state)
{
	sd_bus *bus = w.bus;

	(void)state;
	w.bus = NULL;
	assert_int_equal(driver_start(NULL), -ENOTCONN);
	assert_string_equal(w.why, "there is no system bus; "
			    "systemctl start dbus");
	w.bus = bus;
}

static void without_bluetoothd_it_waits_for_it(void **state)
{
	(void)state;
	assert_int_equal(driver_start(NULL), 0);
	standin_run(&w.s, 100);
	assert_int_equal(count(), 0);
	assert_state("bluetoothd is not running");

	standin_begin(&w.s);
	UNTIL(&w.s, scans());
	assert_state("bluetoothd is running");
}

static void leaving_it_takes_back_what_it_asked_for(void **state)
{
	(void)state;
	listening();
	w.driver->stop(w.radio);
	w.radio = NULL;
	UNTIL(&w.s, strstr(w.s.calls, "unregister"));
	assert_string_equal(w.s.calls, "stop clear unregister ");
}

/* --------------------------------------------------------------- adverts */

/* BTHome v2, packet id 2, one press. */
static void the_first_advert_of_a_new_device_is_a_press(void **state)
{
	struct alerte_frame f = { .size = sizeof(f) };

	(void)state;
	listening();
	standin_added(&w.s, BUTTON, "a{sv}", 5, ADDRESS,
		      "AddressType", "s", "public", "RSSI", "n", -61,
		      "AdvertisingFlags", "ay", 1, 6, "ServiceData", "a{sv}", 1,
		      BTHOME, "ay", 5, 0x44, 0x00, 0x02, 0x3a, 0x01);
	UNTIL(&w.s, w.heard == 1);
	assert_data("020106" "0816d2fc4400023a01");
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
	listening();
	standin_added(&w.s, BUTTON, "a{sv}", 3, ADDRESS, "AddressType", "s",
		      "random", "RSSI", "n", -61);
	standin_changed(&w.s, BUTTON, "a{sv}", 2, "RSSI", "n", -48,
			"ManufacturerData", "a{qv}", 1, 0xffff, "ay", 2, 9, 8);
	UNTIL(&w.s, w.heard == 2);
	assert_data("05ffffff0908");
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
	listening();
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "ManufacturerData", "a{qv}",
			1, 0xffff, "ay", 1, 1);
	UNTIL(&w.s, w.heard == 1);
	assert_int_equal(w.last.rssi_dbm, 127);
	assert_memory_equal(w.last.address, "\x54\x48\xe6\x8f\x80\xa5", 6);
}

static void a_strength_no_longer_valid_is_no_advert(void **state)
{
	(void)state;
	listening();
	standin_added(&w.s, BUTTON, "a{sv}", 2, ADDRESS, "RSSI", "n", -61);
	standin_invalidated(&w.s, BUTTON);
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "Connected", "b", 1);
	standin_run(&w.s, 100);
	assert_int_equal(w.heard, 1);
}

static void what_a_disk_remembers_is_no_advert(void **state)
{
	(void)state;
	listening();
	standin_added(&w.s, BUTTON, "a{sv}", 2, ADDRESS, "ServiceData",
		      "a{sv}", 1, BTHOME, "ay", 3, 0x44, 0x3a, 0x01);
	standin_run(&w.s, 100);
	assert_int_equal(w.heard, 0);
}

/* A button that says its name between two presses must not press again. */
static void a_strength_alone_repeats_no_press(void **state)
{
	(void)state;
	listening();
	standin_added(&w.s, BUTTON, "a{sv}", 5, ADDRESS, "RSSI", "n", -61,
		      "Name", "s", "SBBT", "AdvertisingFlags", "ay", 1, 6,
		      "ServiceData", "a{sv}", 1, BTHOME, "ay", 3, 0x44, 0x3a,
		      0x01);
	UNTIL(&w.s, w.heard == 1);
	assert_data("020106" "0616d2fc443a01" "050953424254");
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -62);
	UNTIL(&w.s, w.heard == 2);
	assert_data("020106" "050953424254");
	assert_int_equal(counter("without_data"), 1);
}

/* There the same press again would be silent otherwise. */
static void where_repeats_are_not_told_a_strength_is_one(void **state)
{
	(void)state;
	w.s.refuse = "SetDiscoveryFilter";
	w.s.with = "org.bluez.Error.InvalidArguments";
	w.s.refusals = 1;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "refused filter register start ");

	standin_added(&w.s, BUTTON, "a{sv}", 3, ADDRESS, "RSSI", "n", -61,
		      "ServiceData", "a{sv}", 1, BTHOME, "ay", 3, 0x44, 0x3a,
		      0x01);
	standin_changed(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -62);
	UNTIL(&w.s, w.heard == 2);
	assert_data("0616d2fc443a01");
}

static void every_kind_of_data_becomes_its_structure(void **state)
{
	(void)state;
	listening();
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
	assert_data("0303e0ff" "0416d2fc01" "06207856341202"
		    "1221000000000000" "00b00040f700f0ffffff03"
		    "05ff4c000215" "03ff6909" "03260102");
}

/* ---------------------------------------------------------- what changes */

static void discovery_that_ends_is_begun_anew(void **state)
{
	(void)state;
	listening();
	standin_discovering(&w.s, 0, false);
	UNTIL(&w.s, !scans());
	standin_run(&w.s, 1000);
	assert_string_equal(w.s.calls, "");
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "stop filter+dup start ");
}

static void a_pause_of_discovery_is_left_alone(void **state)
{
	(void)state;
	listening();
	standin_discovering(&w.s, 0, false);
	standin_run(&w.s, 500);
	standin_discovering(&w.s, 0, true);
	standin_run(&w.s, 1500);
	assert_string_equal(w.s.calls, "");
}

static void an_adapter_switched_off_and_on_is_listened_on_again(void **state)
{
	(void)state;
	listening();
	standin_powered(&w.s, 0, false);
	UNTIL(&w.s, !scans());
	standin_powered(&w.s, 0, true);
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "filter+dup start ");
}

static void an_adapter_that_stays_off_is_switched_on_again(void **state)
{
	(void)state;
	listening();
	standin_powered(&w.s, 0, false);
	UNTIL(&w.s, !scans());
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "on filter+dup start ");
}

static void an_adapter_may_go_and_come(void **state)
{
	(void)state;
	listening();
	standin_added(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -61);
	standin_adapter(&w.s, 0, false);
	UNTIL(&w.s, count() == 0);
	assert_int_equal(devices(), 0);
	assert_int_equal(w.driver->recover(w.radio, 1, RADIO_STAGE_SCAN),
			 -ENODEV);
	w.s.adapter[0].powered = true;
	standin_adapter(&w.s, 0, true);
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "filter+dup register start ");
}

static void bluetoothd_may_go_and_come(void **state)
{
	int changes;

	(void)state;
	listening();
	changes = w.changes;
	standin_end(&w.s);
	UNTIL(&w.s, count() == 0);
	UNTIL(&w.s, w.changes > changes);
	assert_state("bluetoothd is not running");
	standin_begin(&w.s);
	UNTIL(&w.s, scans());
	assert_string_equal(w.s.calls, "filter+dup register start ");
	standin_added(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -61);
	UNTIL(&w.s, w.heard);
}

static void a_call_that_fails_is_told_and_made_again(void **state)
{
	(void)state;
	w.s.refuse = "StartDiscovery";
	w.s.with = FAILED;
	w.s.refusals = 1;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, count() == 1 && w.adapter[0].failing);
	assert_false(w.adapter[0].blocked);
	UNTIL(&w.s, scans());
}

static void discovery_already_going_on_is_no_failure(void **state)
{
	(void)state;
	w.s.refuse = "StartDiscovery";
	w.s.with = "org.bluez.Error.InProgress";
	w.s.refusals = 1;
	w.s.adapter[0].discovering = true;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, strstr(w.s.calls, "refused"));
	standin_run(&w.s, 1700);
	assert_true(scans());
	assert_string_equal(w.s.calls, "filter+dup register refused ");
}

/* BlueZ 5.66 says it by an error, later ones by a state too. */
static void an_adapter_blocked_by_rfkill_is_told_as_such(void **state)
{
	(void)state;
	w.s.adapter[0].powered = false;
	w.s.refuse = "Set";
	w.s.with = "org.bluez.Error.Blocked";
	w.s.refusals = -1;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, count() == 1 && w.adapter[0].blocked);
	assert_false(w.adapter[0].failing);
	w.s.refuse = NULL;
	UNTIL(&w.s, scans());
	assert_false(w.adapter[0].blocked);
}

static void a_state_of_blocked_is_told_as_such(void **state)
{
	(void)state;
	listening();
	standin_signal(w.s.bus, "/org/bluez/hci0",
		       "org.freedesktop.DBus.Properties", "PropertiesChanged",
		       "sa{sv}as", "org.bluez.Adapter1", 2, "Powered", "b", 0,
		       "PowerState", "s", "off-blocked", 0);
	UNTIL(&w.s, count() == 1 && w.adapter[0].blocked);
	assert_false(w.adapter[0].powered);
}

/* -------------------------------------------------------------- recovery */

static void recover(enum radio_stage stage, const char *calls)
{
	w.s.calls[0] = '\0';
	assert_int_equal(w.driver->recover(w.radio, 1, stage), 0);
	UNTIL(&w.s, strstr(w.s.calls, "start"));
	UNTIL(&w.s, scans());
	standin_run(&w.s, 1700);
	assert_string_equal(w.s.calls, calls);
	assert_true(scans());
}

static void each_stage_of_recovery_does_what_it_says(void **state)
{
	(void)state;
	listening();
	recover(RADIO_STAGE_SCAN, "stop filter+dup start ");
	recover(RADIO_STAGE_POWER, "off on filter+dup start ");
	recover(RADIO_STAGE_BLUEZ,
		"stop unregister clear filter+dup register start ");
	assert_int_equal(w.driver->recover(w.radio, 7, RADIO_STAGE_SCAN),
			 -ENODEV);
}

static void beginning_anew_has_found_devices_removed(void **state)
{
	char path[64];

	(void)state;
	listening();
	for (int i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), DEV "C0_11_00_00_00_%02X", i);
		standin_added(&w.s, path, "a{sv}", 2, "RSSI", "n", -61,
			      "Trusted", "b", i == 3);
	}
	UNTIL(&w.s, w.heard == 20);
	recover(RADIO_STAGE_BLUEZ,
		"stop unregister clear filter+dup register start ");
	assert_int_equal(w.s.removed, 19);
	assert_int_equal(devices(), 1);
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
	listening();
	for (int i = 0; i < 3000; i++)
		stranger(i, false);
	UNTIL(&w.s, w.heard == 3000);
	assert_in_range(devices(), 512, 1024);
	UNTIL(&w.s, w.s.removed > 1000);
	UNTIL(&w.s, counter("devices_removed") == w.s.removed);
	assert_in_range(w.s.removed, 1000, 3000 - 512);
}

static void who_is_tied_or_was_there_before_is_never_removed(void **state)
{
	(void)state;
	listening();
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
	listening();
	for (int i = 0; i < 600; i++)
		stranger(i, false);
	UNTIL(&w.s, w.heard == 600);
	assert_int_equal(w.s.removed, 0);
	standin_run(&w.s, 3100);
	stranger(600, false);
	UNTIL(&w.s, devices() == 512);
	UNTIL(&w.s, w.s.removed == 601 - 512);
	assert_string_equal(w.s.removed_path, DEV "C0_11_00_00_00_58");
}

/* ------------------------------------------------------------- malformed */

static void properties_of_other_types_are_counted_and_left(void **state)
{
	(void)state;
	listening();
	standin_changed(&w.s, BUTTON, "a{sv}", 7, "RSSI", "s", "loud",
			"ManufacturerData", "a{sv}", 1, "x", "ay", 1, 1,
			"ServiceData", "as", 1, "x", "Address", "u", 7,
			"UUIDs", "s", "x", "AdvertisingFlags", "y", 6,
			"Paired", "s", "yes");
	UNTIL(&w.s, counter("malformed") == 7);
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
	assert_int_equal(counter("malformed"), 13);
}

static void paths_that_are_no_devices_are_counted_and_left(void **state)
{
	static const char *const paths[] = {
		"/", "/org/bluez", "/org/bluez/hci0", "/org/bluez/hci0/dev_",
		"/org/bluez/hci0/dev_54_48_E6_8F_80_A",
		"/org/bluez/hci0/dev_54_48_E6_8F_80_AX",
		"/org/bluez/hci0/dev_54_48_E6_8F_80_A50",
		"/org/bluez/hci00/dev_54_48_E6_8F_80_A5",
		"/org/bluez/hci99999/dev_54_48_E6_8F_80_A5",
		"/org/bluez/hciX/dev_54_48_E6_8F_80_A5",
		"/a/long/path/that/goes/on/and/on/and/on/and/on/and/on/and/on/"
		"dev_54_48_E6_8F_80_A5",
	};
	const int n = sizeof(paths) / sizeof(*paths);

	(void)state;
	listening();
	for (int i = 0; i < n; i++)
		standin_added(&w.s, paths[i], "a{sv}", 1, "RSSI", "n", -61);
	UNTIL(&w.s, counter("malformed") == n);
	assert_int_equal(w.heard, 0);
	assert_int_equal(count(), 1);
}

static void signals_of_another_shape_are_counted_and_left(void **state)
{
	const char *const properties = "org.freedesktop.DBus.Properties";
	const char *const objects = "org.freedesktop.DBus.ObjectManager";

	(void)state;
	listening();
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
	UNTIL(&w.s, counter("malformed") == 6);
	assert_true(scans());
}

/* 60,000 bytes in one structure, and 2,000 structures. */
static void huge_data_is_counted_and_left(void **state)
{
	static uint8_t bytes[60000];
	sd_bus_message *m = NULL;
	json_int_t before;

	(void)state;
	listening();
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
	before = counter("malformed");
	assert_true(sd_bus_send(w.s.bus, m, NULL) >= 0);
	sd_bus_message_unref(m);
	UNTIL(&w.s, w.heard == 1);
	assert_int_equal(w.last.len, 512);
	assert_int_equal(counter("malformed") - before, 2001 - 32);
}

static void nonsense_among_the_objects_is_left(void **state)
{
	(void)state;
	w.s.extra = "/org/bluez/hci0/dev_AA_BB_CC_DD_EE_FF";
	listening();
	assert_int_equal(devices(), 1);
	assert_int_equal(counter("malformed"), 1);
}

static void a_bluetoothd_that_does_not_answer_is_asked_again(void **state)
{
	(void)state;
	w.s.refuse = "GetManagedObjects";
	w.s.with = FAILED;
	w.s.refusals = 1;
	standin_begin(&w.s);
	assert_int_equal(driver_start(NULL), 0);
	UNTIL(&w.s, scans());
}

/* Anybody on the bus can send a signal straight to us. */
static void nobody_else_is_taken_for_bluetoothd(void **state)
{
	sd_bus *other = standin_connect(&w.s);
	sd_bus_message *m = NULL;
	const char *us;

	(void)state;
	listening();
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

	UNTIL(&w.s, counter("not_from_bluetoothd") == 1);
	standin_run(&w.s, 100);
	assert_int_equal(w.heard, 0);
	assert_int_equal(count(), 1);
	sd_bus_flush_close_unref(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_filter_and_the_monitor_come_before_discovery),
		TEST(without_monitors_it_discovers_all_the_same),
		TEST(a_monitor_refused_does_not_keep_it_from_discovering),
		TEST(an_adapter_that_is_off_is_switched_on),
		TEST(only_the_adapter_asked_for_is_listened_on),
		TEST(without_a_bus_it_says_what_to_do),
		TEST(without_bluetoothd_it_waits_for_it),
		TEST(leaving_it_takes_back_what_it_asked_for),
		TEST(the_first_advert_of_a_new_device_is_a_press),
		TEST(later_adverts_are_heard_as_changes),
		TEST(new_data_without_a_strength_is_an_advert),
		TEST(a_strength_no_longer_valid_is_no_advert),
		TEST(what_a_disk_remembers_is_no_advert),
		TEST(a_strength_alone_repeats_no_press),
		TEST(where_repeats_are_not_told_a_strength_is_one),
		TEST(every_kind_of_data_becomes_its_structure),
		TEST(discovery_that_ends_is_begun_anew),
		TEST(a_pause_of_discovery_is_left_alone),
		TEST(an_adapter_switched_off_and_on_is_listened_on_again),
		TEST(an_adapter_that_stays_off_is_switched_on_again),
		TEST(an_adapter_may_go_and_come),
		TEST(bluetoothd_may_go_and_come),
		TEST(a_call_that_fails_is_told_and_made_again),
		TEST(discovery_already_going_on_is_no_failure),
		TEST(an_adapter_blocked_by_rfkill_is_told_as_such),
		TEST(a_state_of_blocked_is_told_as_such),
		TEST(each_stage_of_recovery_does_what_it_says),
		TEST(beginning_anew_has_found_devices_removed),
		TEST(strangers_without_end_take_bounded_room),
		TEST(who_is_tied_or_was_there_before_is_never_removed),
		TEST(a_quiet_crowd_is_removed_down_to_the_bound),
		TEST(properties_of_other_types_are_counted_and_left),
		TEST(paths_that_are_no_devices_are_counted_and_left),
		TEST(signals_of_another_shape_are_counted_and_left),
		TEST(huge_data_is_counted_and_left),
		TEST(nonsense_among_the_objects_is_left),
		TEST(a_bluetoothd_that_does_not_answer_is_asked_again),
		TEST(nobody_else_is_taken_for_bluetoothd),
	};

	return cmocka_run_group_tests_name("bluez", tests, NULL, NULL);
}
