/* SPDX-License-Identifier: Apache-2.0 */
/* The driver bluez asks a stand-in of bluetoothd for discovery, on a real bus. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bluez_world.h"

/* ------------------------------------------------------------- beginning */

static void the_filter_and_the_monitor_come_before_discovery(void **state)
{
	(void)state;
	standin_begin(&w.s);
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_scans());
	standin_run(&w.s, 50);
	assert_string_equal(w.s.calls, "filter+dup register start ");
	assert_string_equal(w.s.monitor, "AdvertisementMonitor1.Type:or_patterns "
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
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "filter+dup start ");
}

static void a_monitor_refused_does_not_keep_it_from_discovering(void **state)
{
	(void)state;
	w.s.refuse = "RegisterMonitor";
	w.s.with = FAILED;
	w.s.refusals = -1;
	standin_begin(&w.s);
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "filter+dup refused start ");
}

static void an_adapter_that_is_off_is_switched_on(void **state)
{
	(void)state;
	w.s.adapter[0].powered = false;
	standin_begin(&w.s);
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "on filter+dup register start ");
}

static void only_the_adapter_asked_for_is_listened_on(void **state)
{
	(void)state;
	w.s.adapter[1].there = w.s.adapter[1].powered = true;
	standin_begin(&w.s);
	assert_int_equal(world_start("hci1"), 0);
	UNTIL(&w.s, world_scans());
	assert_int_equal(world_count(), 1);
	assert_string_equal(w.adapter[0].name, "hci1");
	assert_int_equal(w.adapter[0].source, 2);

	standin_added(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -60);
	standin_added(&w.s, "/org/bluez/hci1/dev_54_48_E6_8F_80_A5", "a{sv}",
		      1, "RSSI", "n", -60);
	UNTIL(&w.s, w.heard);
	assert_int_equal(w.heard, 1);
	assert_int_equal(w.last.source, 2);
	assert_int_equal(world_counter("malformed"), 0);
}

static void without_a_bus_it_says_what_to_do(void **state)
{
	sd_bus *bus = w.bus;

	(void)state;
	w.bus = NULL;
	assert_int_equal(world_start(NULL), -ENOTCONN);
	assert_string_equal(w.why, "there is no system bus; "
			    "systemctl start dbus");
	w.bus = bus;
}

static void without_bluetoothd_it_waits_for_it(void **state)
{
	(void)state;
	assert_int_equal(world_start(NULL), 0);
	standin_run(&w.s, 100);
	assert_int_equal(world_count(), 0);
	world_is("bluetoothd is not running");

	standin_begin(&w.s);
	UNTIL(&w.s, world_scans());
	world_is("bluetoothd is running");
}

static void leaving_it_takes_back_what_it_asked_for(void **state)
{
	(void)state;
	world_listen();
	w.driver->stop(w.radio);
	w.radio = NULL;
	UNTIL(&w.s, strstr(w.s.calls, "unregister"));
	assert_string_equal(w.s.calls, "stop clear unregister ");
}

/* ---------------------------------------------------------- what changes */

static void discovery_that_ends_is_begun_anew(void **state)
{
	(void)state;
	world_listen();
	standin_discovering(&w.s, 0, false);
	UNTIL(&w.s, !world_scans());
	standin_run(&w.s, 1000);
	assert_string_equal(w.s.calls, "");
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "stop filter+dup start ");
}

static void a_pause_of_discovery_is_left_alone(void **state)
{
	(void)state;
	world_listen();
	standin_discovering(&w.s, 0, false);
	standin_run(&w.s, 500);
	standin_discovering(&w.s, 0, true);
	standin_run(&w.s, 1500);
	assert_string_equal(w.s.calls, "");
}

static void an_adapter_switched_off_and_on_is_listened_on_again(void **state)
{
	(void)state;
	world_listen();
	standin_powered(&w.s, 0, false);
	UNTIL(&w.s, !world_scans());
	standin_powered(&w.s, 0, true);
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "filter+dup start ");
}

static void an_adapter_that_stays_off_is_switched_on_again(void **state)
{
	(void)state;
	world_listen();
	standin_powered(&w.s, 0, false);
	UNTIL(&w.s, !world_scans());
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "on filter+dup start ");
}

static void an_adapter_may_go_and_come(void **state)
{
	(void)state;
	world_listen();
	standin_added(&w.s, BUTTON, "a{sv}", 1, "RSSI", "n", -61);
	standin_adapter(&w.s, 0, false);
	UNTIL(&w.s, world_count() == 0);
	assert_int_equal(world_devices(), 0);
	assert_int_equal(w.driver->recover(w.radio, 1, RADIO_STAGE_SCAN),
			 -ENODEV);
	w.s.adapter[0].powered = true;
	standin_adapter(&w.s, 0, true);
	UNTIL(&w.s, world_scans());
	assert_string_equal(w.s.calls, "filter+dup register start ");
}

static void bluetoothd_may_go_and_come(void **state)
{
	int changes;

	(void)state;
	world_listen();
	changes = w.changes;
	standin_end(&w.s);
	UNTIL(&w.s, world_count() == 0);
	UNTIL(&w.s, w.changes > changes);
	world_is("bluetoothd is not running");
	standin_begin(&w.s);
	UNTIL(&w.s, world_scans());
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
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_count() == 1 && w.adapter[0].failing);
	assert_false(w.adapter[0].blocked);
	UNTIL(&w.s, world_scans());
}

static void discovery_already_going_on_is_no_failure(void **state)
{
	(void)state;
	w.s.refuse = "StartDiscovery";
	w.s.with = "org.bluez.Error.InProgress";
	w.s.refusals = 1;
	w.s.adapter[0].discovering = true;
	standin_begin(&w.s);
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, strstr(w.s.calls, "refused"));
	standin_run(&w.s, 1700);
	assert_true(world_scans());
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
	assert_int_equal(world_start(NULL), 0);
	UNTIL(&w.s, world_count() == 1 && w.adapter[0].blocked);
	assert_false(w.adapter[0].failing);
	w.s.refuse = NULL;
	UNTIL(&w.s, world_scans());
	assert_false(w.adapter[0].blocked);
}

static void a_state_of_blocked_is_told_as_such(void **state)
{
	(void)state;
	world_listen();
	standin_signal(w.s.bus, "/org/bluez/hci0",
		       "org.freedesktop.DBus.Properties", "PropertiesChanged",
		       "sa{sv}as", "org.bluez.Adapter1", 2, "Powered", "b", 0,
		       "PowerState", "s", "off-blocked", 0);
	UNTIL(&w.s, world_count() == 1 && w.adapter[0].blocked);
	assert_false(w.adapter[0].powered);
}

/* -------------------------------------------------------------- recovery */

static void recover(enum radio_stage stage, const char *calls)
{
	w.s.calls[0] = '\0';
	assert_int_equal(w.driver->recover(w.radio, 1, stage), 0);
	UNTIL(&w.s, strstr(w.s.calls, "start"));
	UNTIL(&w.s, world_scans());
	standin_run(&w.s, 1700);
	assert_string_equal(w.s.calls, calls);
	assert_true(world_scans());
}

static void each_stage_of_recovery_does_what_it_says(void **state)
{
	(void)state;
	world_listen();
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
	world_listen();
	for (int i = 0; i < 20; i++) {
		snprintf(path, sizeof(path), DEV "C0_11_00_00_00_%02X", i);
		standin_added(&w.s, path, "a{sv}", 2, "RSSI", "n", -61,
			      "Trusted", "b", i == 3);
	}
	UNTIL(&w.s, w.heard == 20);
	recover(RADIO_STAGE_BLUEZ,
		"stop unregister clear filter+dup register start ");
	assert_int_equal(w.s.removed, 19);
	assert_int_equal(world_devices(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(the_filter_and_the_monitor_come_before_discovery),
		WORLD_TEST(without_monitors_it_discovers_all_the_same),
		WORLD_TEST(a_monitor_refused_does_not_keep_it_from_discovering),
		WORLD_TEST(an_adapter_that_is_off_is_switched_on),
		WORLD_TEST(only_the_adapter_asked_for_is_listened_on),
		WORLD_TEST(without_a_bus_it_says_what_to_do),
		WORLD_TEST(without_bluetoothd_it_waits_for_it),
		WORLD_TEST(leaving_it_takes_back_what_it_asked_for),
		WORLD_TEST(discovery_that_ends_is_begun_anew),
		WORLD_TEST(a_pause_of_discovery_is_left_alone),
		WORLD_TEST(an_adapter_switched_off_and_on_is_listened_on_again),
		WORLD_TEST(an_adapter_that_stays_off_is_switched_on_again),
		WORLD_TEST(an_adapter_may_go_and_come),
		WORLD_TEST(bluetoothd_may_go_and_come),
		WORLD_TEST(a_call_that_fails_is_told_and_made_again),
		WORLD_TEST(discovery_already_going_on_is_no_failure),
		WORLD_TEST(an_adapter_blocked_by_rfkill_is_told_as_such),
		WORLD_TEST(a_state_of_blocked_is_told_as_such),
		WORLD_TEST(each_stage_of_recovery_does_what_it_says),
		WORLD_TEST(beginning_anew_has_found_devices_removed),
	};

	return cmocka_run_group_tests_name("bluez", tests, NULL, NULL);
}
