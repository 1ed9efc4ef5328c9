/* SPDX-License-Identifier: Apache-2.0 */
/* The driver against a kernel that is played: see kernel.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "daemon/kernel.h"
#include "radio/mgmt.h"

#define ON (MGMT_SETTING_POWERED | MGMT_SETTING_LE)

static const struct mgmt_pace pace = {
	.restart = 120, .yield = 30, .retry = 60, .answer = 150
};

static struct {
	struct kernel kernel;
	sd_event *event;
	void *radio;
	int heard, changed;
	struct alerte_advert last;
	uint8_t data[2048];
	struct radio_adapter adapter[RADIO_ADAPTERS_MAX];
	int n;
} w;

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void on_hear(void *context, const struct alerte_advert *advert)
{
	(void)context;
	w.heard++;
	w.last = *advert;
	assert_true(advert->len <= sizeof(w.data));
	memcpy(w.data, advert->data, advert->len);
}

static void on_changed(void *context)
{
	(void)context;
	w.changed++;
	w.n = radio_mgmt.adapters(w.radio, w.adapter);
}

static int start(void **state)
{
	(void)state;
	memset(&w, 0, sizeof(w));
	return sd_event_new(&w.event);
}

static void attach(const char *adapter)
{
	const struct radio_events events = { .hear = on_hear,
					     .changed = on_changed };
	char why[RADIO_WHY_MAX];
	int fd = kernel_start(&w.kernel);

	assert_true(fd >= 0);
	assert_int_equal(mgmt_attach(fd, adapter, &pace, w.event, &events, why,
				     &w.radio), 0);
}

static int stop(void **state)
{
	(void)state;

	if (w.radio)
		radio_mgmt.stop(w.radio);

	kernel_stop(&w.kernel);
	sd_event_unref(w.event);
	return 0;
}

/* Both ends at work, for so long. */
static void pass(int ms)
{
	int64_t end = now_ms() + ms;

	do {
		sd_event_run(w.event, 2000);
		kernel_serve(&w.kernel);
	} while (now_ms() < end);
}

#define UNTIL(condition) \
	do { \
		int64_t end_ = now_ms() + 3000; \
		while (!(condition) && now_ms() < end_) \
			pass(1); \
		assert_true(condition); \
	} while (0)

static bool scanning(int i)
{
	return w.n > i && w.adapter[i].scanning;
}

static void scan(void)
{
	attach(NULL);
	UNTIL(scanning(0));
}

/* The same where controllers filter: no monitor then. */
static void scan_by_discovery(void)
{
	attach(NULL);
	w.kernel.offloaded = 1;
	UNTIL(scanning(0));
	assert_true(w.kernel.adapter[0].discovering);
}

static json_int_t count(const char *what)
{
	json_t *o = json_object();
	json_int_t n;

	radio_mgmt.describe(w.radio, o);
	n = json_integer_value(json_object_get(o, what));
	json_decref(o);
	return n;
}

static bool way_is(const char *way)
{
	json_t *o = json_object();
	bool same;

	radio_mgmt.describe(w.radio, o);
	same = !strcmp(json_string_value(json_object_get(json_array_get(
		json_object_get(o, "scans"), 0), "way")), way);
	json_decref(o);
	return same;
}

static void an_adapter_that_is_off_is_switched_on_and_monitors(void **state)
{
	(void)state;
	scan();
	assert_int_equal(w.n, 1);
	assert_int_equal(w.adapter[0].source, 1);
	assert_string_equal(w.adapter[0].name, "hci0");
	assert_true(w.adapter[0].powered);
	assert_false(w.adapter[0].blocked);
	assert_false(w.adapter[0].failing);
	assert_int_equal(w.kernel.adapter[0].settings, ON);
	assert_int_equal(w.kernel.adapter[0].monitors, 1);
	assert_int_equal(w.kernel.asked[MGMT_START_DISCOVERY], 0);
}

static void the_monitor_asks_for_nothing_a_button_could_lack(void **state)
{
	const uint8_t *command = w.kernel.last[MGMT_ADD_MONITOR];

	(void)state;
	scan();
	assert_int_equal(w.kernel.last_len[MGMT_ADD_MONITOR], 6 + 35);
	assert_int_equal(command[6], 1);	/* pattern */
	assert_int_equal(command[9], 0);	/* of no length */
}

static void the_scan_is_asked_to_listen_all_the_time(void **state)
{
	static const uint8_t want[] = { 0x4c, 0, 0, 0, 4, 0, 0x1f, 0, 1, 0 };

	(void)state;
	scan();
	assert_int_equal(w.kernel.asked[MGMT_SET_DEFAULTS], 2);
	assert_memory_equal(w.kernel.last[MGMT_SET_DEFAULTS], want,
			    sizeof(want));
}

static void a_kernel_that_refuses_its_defaults_is_scanned_with_anyway(
	void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.status[MGMT_SET_DEFAULTS] = 0x0d;
	UNTIL(scanning(0));
	assert_false(w.adapter[0].failing);
}

static void a_controller_that_filters_gets_no_monitor(void **state)
{
	(void)state;
	scan_by_discovery();
	assert_int_equal(w.kernel.asked[MGMT_ADD_MONITOR], 0);
	assert_int_equal(w.kernel.last[MGMT_START_DISCOVERY][6], 0x06);
}

static void a_kernel_without_monitors_discovers(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.status[MGMT_READ_MONITORS] = 0x01;
	UNTIL(scanning(0));
	assert_true(way_is("discovery"));
}

static void a_monitor_that_is_refused_becomes_a_discovery(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.status[MGMT_ADD_MONITOR] = 0x07;
	UNTIL(scanning(0));
	assert_true(way_is("discovery"));
}

static void monitors_that_were_left_behind_take_no_room_for_ever(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.adapter[0].settings = ON;
	w.kernel.adapter[0].monitors = KERNEL_MONITORS;
	UNTIL(scanning(0) && w.kernel.adapter[0].monitors == 1);
	assert_true(way_is("monitor"));
	assert_int_equal(w.kernel.last[MGMT_REMOVE_MONITOR][6], 0);
}

static void the_monitors_of_others_are_left_alone(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.adapter[0].monitors = KERNEL_MONITORS - 1;
	UNTIL(scanning(0));
	assert_int_equal(w.kernel.adapter[0].monitors, KERNEL_MONITORS);
}

static void an_advertisement_is_heard_as_it_was_sent(void **state)
{
	static const uint8_t c0ffee[] = { 0xc0, 0xff, 0xee, 0, 0, 1 };
	static const uint8_t ad[] = { 2, 1, 6, 3, 0xff, 9, 9 };

	(void)state;
	scan();
	kernel_found(&w.kernel, MGMT_DEVICE_FOUND, 0, ad, sizeof(ad));
	UNTIL(w.heard == 1);
	assert_memory_equal(w.last.address, c0ffee, 6);
	assert_true(w.last.random);
	assert_int_equal(w.last.rssi_dbm, -60);
	assert_int_equal(w.last.source, 1);
	assert_int_equal(w.last.len, sizeof(ad));
	assert_memory_equal(w.data, ad, sizeof(ad));
	assert_true(now_ms() - w.last.heard_boot_ms < 1000);
}

static void what_a_monitor_finds_is_heard_too(void **state)
{
	static const uint8_t ad[] = { 3, 0xff, 9, 9 };

	(void)state;
	scan();
	kernel_found(&w.kernel, MGMT_MONITOR_FOUND, 0, ad, sizeof(ad));
	UNTIL(w.heard == 1);
	assert_int_equal(w.last.rssi_dbm, -60);
	assert_memory_equal(w.data, ad, sizeof(ad));
}

static void an_extended_advertisement_passes_whole(void **state)
{
	uint8_t ad[MGMT_AD_MAX];
	size_t i;

	(void)state;
	scan();

	for (i = 0; i < sizeof(ad); i++)
		ad[i] = (uint8_t)i;

	kernel_found(&w.kernel, MGMT_MONITOR_FOUND, 0, ad, sizeof(ad));
	UNTIL(w.heard == 1);
	assert_int_equal(w.last.len, sizeof(ad));
	assert_memory_equal(w.data, ad, sizeof(ad));
}

static void a_burst_is_heard_whole_and_in_order(void **state)
{
	uint8_t i;

	(void)state;
	scan();

	for (i = 0; i < 100; i++)
		kernel_found(&w.kernel, MGMT_DEVICE_FOUND, 0, &i, 1);

	UNTIL(w.heard == 100);
	assert_int_equal(w.data[0], 99);
}

static void malformed_packets_are_counted_and_the_rest_is_heard(void **state)
{
	static const uint8_t ad[] = { 2, 1, 6 };
	static const uint8_t short_packet[] = { 0x12, 0 };
	static const uint8_t lies[] = { 0x12, 0, 0, 0, 9, 0, 1 };
	static const uint8_t more_ad[14] = { 1, 2, 3, 4, 5, 6, 1, 0, 0, 0, 0,
					     0, 200, 0 };
	static const uint8_t half[7];
	static uint8_t huge[4000];

	(void)state;
	scan();
	kernel_raw(&w.kernel, short_packet, sizeof(short_packet));
	kernel_raw(&w.kernel, lies, sizeof(lies));
	kernel_raw(&w.kernel, huge, sizeof(huge));
	kernel_event(&w.kernel, MGMT_DEVICE_FOUND, 0, half, sizeof(half));
	kernel_event(&w.kernel, MGMT_MONITOR_FOUND, 0, more_ad, 14);
	kernel_event(&w.kernel, MGMT_DEVICE_FOUND, 0, more_ad, 14);
	kernel_event(&w.kernel, MGMT_COMMAND_COMPLETE, 0, half, 1);
	kernel_event(&w.kernel, MGMT_NEW_SETTINGS, 0, half, 3);
	kernel_event(&w.kernel, MGMT_DISCOVERING, 0, half, 1);
	kernel_event(&w.kernel, MGMT_MONITOR_REMOVED, 0, half, 1);
	kernel_found(&w.kernel, MGMT_DEVICE_FOUND, 0, ad, sizeof(ad));
	UNTIL(w.heard == 1);
	assert_int_equal(count("malformed"), 10);
	assert_int_equal(count("heard"), 1);
	assert_true(scanning(0));
}

static void several_adapters_scan_each_with_its_own_source(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.adapter[3] = w.kernel.adapter[0];
	UNTIL(scanning(0) && scanning(1));
	assert_int_equal(w.adapter[1].source, 4);
	assert_string_equal(w.adapter[1].name, "hci3");
	kernel_found(&w.kernel, MGMT_DEVICE_FOUND, 3, "\x02\x01\x06", 3);
	UNTIL(w.heard == 1);
	assert_int_equal(w.last.source, 4);
}

static void only_the_adapter_of_the_settings_is_used(void **state)
{
	(void)state;
	attach("hci3");
	w.kernel.adapter[3] = w.kernel.adapter[0];
	UNTIL(scanning(0));
	assert_int_equal(w.n, 1);
	assert_int_equal(w.adapter[0].source, 4);
	kernel_found(&w.kernel, MGMT_DEVICE_FOUND, 0, "\x02\x01\x06", 3);
	kernel_found(&w.kernel, MGMT_DEVICE_FOUND, 3, "\x02\x01\x05", 3);
	UNTIL(w.heard == 1);
	assert_int_equal(w.data[2], 5);
	assert_int_equal(w.kernel.adapter[0].settings, 0);
}

static void an_adapter_that_is_none_is_refused_with_the_reason(void **state)
{
	const struct radio_events events = { .hear = on_hear };
	char why[RADIO_WHY_MAX] = "";
	void *radio;
	int fd = kernel_start(&w.kernel);

	(void)state;
	assert_int_equal(mgmt_attach(fd, "bluetooth", &pace, w.event, &events,
				     why, &radio), -EINVAL);
	assert_non_null(strstr(why, "hci0"));
}

static void more_adapters_than_there_is_room_for_are_left_alone(void **state)
{
	int i;

	(void)state;
	attach(NULL);

	for (i = 1; i < KERNEL_ADAPTERS; i++)
		w.kernel.adapter[i] = w.kernel.adapter[0];

	UNTIL(scanning(RADIO_ADAPTERS_MAX - 1));
	assert_int_equal(w.n, RADIO_ADAPTERS_MAX);
}

static void an_adapter_pulled_out_and_plugged_in_scans_again(void **state)
{
	(void)state;
	scan();
	kernel_unplug(&w.kernel, 0);
	UNTIL(w.n == 0);
	pass(100);
	kernel_plug(&w.kernel, 0);
	UNTIL(scanning(0));
	assert_int_equal(w.kernel.adapter[0].monitors, 1);
}

static void no_adapter_is_no_failure_and_the_first_is_taken(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.adapter[0].there = false;
	pass(100);
	assert_int_equal(radio_mgmt.adapters(w.radio, w.adapter), 0);
	kernel_plug(&w.kernel, 2);
	UNTIL(scanning(0));
	assert_int_equal(w.adapter[0].source, 3);
}

static void a_blocked_adapter_says_so_and_scans_once_it_is_free(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.adapter[0].rfkill = true;
	UNTIL(w.n == 1 && w.adapter[0].blocked);
	assert_false(w.adapter[0].powered);
	assert_false(scanning(0));
	w.kernel.adapter[0].rfkill = false;
	UNTIL(scanning(0));
	assert_false(w.adapter[0].blocked);
}

static void one_switched_off_by_another_is_switched_on(void **state)
{
	(void)state;
	scan();
	kernel_settings(&w.kernel, 0, MGMT_SETTING_LE);
	UNTIL(w.n == 1 && !w.adapter[0].powered);
	assert_false(scanning(0));
	UNTIL(scanning(0));
	assert_int_equal(w.kernel.adapter[0].monitors, 1);
}

static void a_monitor_another_removed_is_added_again(void **state)
{
	(void)state;
	scan();
	kernel_forget_monitors(&w.kernel, 0, false);
	UNTIL(w.kernel.adapter[0].monitors == 1);
	UNTIL(scanning(0));
	kernel_forget_monitors(&w.kernel, 0, true);
	UNTIL(w.kernel.adapter[0].monitors == 1);
	UNTIL(scanning(0));
	assert_int_equal(w.kernel.asked[MGMT_ADD_MONITOR], 3);
}

static void the_monitor_of_another_is_not_ours(void **state)
{
	(void)state;
	scan();
	kernel_event(&w.kernel, MGMT_MONITOR_REMOVED, 0, "\x63\x00", 2);
	pass(50);
	assert_int_equal(w.kernel.asked[MGMT_ADD_MONITOR], 1);
}

static void a_discovery_at_its_end_is_begun_again_at_once(void **state)
{
	int64_t ended;

	(void)state;
	scan_by_discovery();
	pass(pace.restart + 10);
	kernel_discovering(&w.kernel, 0, false);
	ended = now_ms();
	UNTIL(w.kernel.adapter[0].discovering);
	assert_true(now_ms() - ended < pace.restart);
}

static void a_discovery_that_is_stopped_is_begun_again_a_little_later(
	void **state)
{
	(void)state;
	scan_by_discovery();
	kernel_discovering(&w.kernel, 0, false);
	pass(pace.restart / 3);
	assert_false(w.kernel.adapter[0].discovering);
	UNTIL(w.kernel.adapter[0].discovering);
	UNTIL(scanning(0));
}

static void a_short_pause_of_the_scan_is_none_of_ours(void **state)
{
	(void)state;
	scan_by_discovery();
	kernel_discovering(&w.kernel, 0, false);
	kernel_discovering(&w.kernel, 0, true);
	pass(20);
	assert_true(scanning(0));
	assert_int_equal(w.kernel.asked[MGMT_START_DISCOVERY], 1);
}

static void listen_to_another(void)
{
	attach(NULL);
	w.kernel.offloaded = 1;
	w.kernel.adapter[0].settings = ON;
	w.kernel.adapter[0].discovering = true;
	UNTIL(scanning(0));
	assert_true(way_is("another's discovery"));
	assert_false(w.adapter[0].failing);
}

/* As at a change of driver: what the old one began ends with it. */
static void where_another_discovers_we_listen_and_soon_take_over(void **state)
{
	int64_t ended;

	(void)state;
	listen_to_another();
	kernel_discovering(&w.kernel, 0, false);
	ended = now_ms();
	UNTIL(way_is("discovery"));
	assert_true(now_ms() - ended < pace.restart);
}

static void another_that_pauses_keeps_its_discovery(void **state)
{
	(void)state;
	listen_to_another();
	kernel_discovering(&w.kernel, 0, false);
	pass(5);
	kernel_discovering(&w.kernel, 0, true);
	pass(10);
	assert_true(scanning(0));
	assert_true(way_is("another's discovery"));
}

static void what_fails_is_shown_and_asked_again(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.status[MGMT_SET_POWERED] = 0x03;
	UNTIL(w.n == 1 && w.adapter[0].failing);
	w.kernel.status[MGMT_SET_POWERED] = 0;
	UNTIL(scanning(0));
	assert_false(w.adapter[0].failing);
}

static void a_kernel_that_does_not_answer_is_asked_again(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.silent = true;
	pass(100);
	w.kernel.silent = false;
	UNTIL(scanning(0));
	w.kernel.silent = true;
	kernel_plug(&w.kernel, 0);
	UNTIL(w.adapter[0].failing);
	w.kernel.silent = false;
	UNTIL(scanning(0));
}

static void permission_that_is_denied_is_a_failure_not_a_crash(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.status[MGMT_SET_POWERED] = MGMT_PERMISSION_DENIED;
	UNTIL(w.n == 1 && w.adapter[0].failing);
	assert_false(scanning(0));
}

static void one_without_low_energy_is_failing_and_left_alone(void **state)
{
	(void)state;
	attach(NULL);
	w.kernel.adapter[0].supported = MGMT_SETTING_POWERED;
	UNTIL(w.n == 1 && w.adapter[0].failing);
	pass(50);
	assert_int_equal(w.kernel.asked[MGMT_SET_POWERED], 0);
}

static void recovery_begins_the_monitor_anew(void **state)
{
	(void)state;
	scan();
	assert_int_equal(radio_mgmt.recover(w.radio, 1, RADIO_STAGE_SCAN), 0);
	UNTIL(w.kernel.asked[MGMT_ADD_MONITOR] == 2);
	UNTIL(scanning(0));
	assert_int_equal(w.kernel.asked[MGMT_REMOVE_MONITOR], 1);
	assert_int_equal(w.kernel.adapter[0].monitors, 1);
}

static void recovery_begins_the_discovery_anew(void **state)
{
	(void)state;
	scan_by_discovery();
	assert_int_equal(radio_mgmt.recover(w.radio, 1, RADIO_STAGE_SCAN), 0);
	UNTIL(w.kernel.asked[MGMT_START_DISCOVERY] == 2);
	UNTIL(scanning(0));
	assert_int_equal(w.kernel.asked[MGMT_STOP_DISCOVERY], 1);
}

static void recovery_switches_the_adapter_off_and_on(void **state)
{
	unsigned int before;

	(void)state;
	scan();
	before = w.kernel.asked[MGMT_SET_POWERED];
	assert_int_equal(radio_mgmt.recover(w.radio, 1, RADIO_STAGE_POWER), 0);
	UNTIL(w.kernel.asked[MGMT_SET_POWERED] == before + 2);
	UNTIL(scanning(0));
	assert_int_equal(w.kernel.adapter[0].settings, ON);
}

static void what_cannot_be_recovered_is_told_apart(void **state)
{
	(void)state;
	scan();
	assert_int_equal(radio_mgmt.recover(w.radio, 1, RADIO_STAGE_BLUEZ),
			 -EOPNOTSUPP);
	assert_int_equal(radio_mgmt.recover(w.radio, 7, RADIO_STAGE_SCAN),
			 -ENODEV);
	assert_int_equal(radio_mgmt.recover(w.radio, 0, RADIO_STAGE_SCAN),
			 -ENODEV);
}

static void after_a_sleep_the_scan_is_begun_anew(void **state)
{
	(void)state;
	scan();
	kernel_event(&w.kernel, MGMT_RESUMED, 0, "\0\0\0\0\0\0\0\0", 8);
	UNTIL(w.kernel.asked[MGMT_ADD_MONITOR] == 2);
}

static void what_was_missed_is_asked_anew(void **state)
{
	(void)state;
	scan();
	/* Neither is told: those packets found no room. */
	w.kernel.adapter[0].there = false;
	w.kernel.adapter[1].there = true;
	w.kernel.adapter[1].supported = ON;
	mgmt_doubt(w.radio);
	kernel_event(&w.kernel, MGMT_INDEX_REMOVED, 9, NULL, 0);
	UNTIL(w.n == 1 && w.adapter[0].source == 2 && scanning(0));
}

static void a_scan_that_was_lost_unseen_is_begun_anew(void **state)
{
	(void)state;
	scan();
	w.kernel.adapter[0].settings = 0;
	w.kernel.adapter[0].monitors = 0;
	mgmt_doubt(w.radio);
	kernel_event(&w.kernel, MGMT_INDEX_REMOVED, 9, NULL, 0);
	UNTIL(w.kernel.adapter[0].settings == ON &&
	      w.kernel.asked[MGMT_ADD_MONITOR] == 2);
	UNTIL(scanning(0));
}

static void nothing_of_ours_is_left_behind(void **state)
{
	(void)state;
	scan();
	radio_mgmt.stop(w.radio);
	w.radio = NULL;
	kernel_serve(&w.kernel);
	assert_int_equal(w.kernel.adapter[0].monitors, 0);
}

static void a_socket_that_ends_says_so_and_leaves_no_busy_loop(void **state)
{
	(void)state;
	scan();
	kernel_stop(&w.kernel);
	UNTIL(w.n < 0);
	assert_int_equal(sd_event_run(w.event, 20000), 0);
}

static void a_socket_that_may_command_is_told_apart(void **state)
{
	static const uint8_t denied[] = { 0x15, 0, MGMT_PERMISSION_DENIED };
	static const uint8_t allowed[] = { 0x15, 0, MGMT_INVALID_INDEX };
	char why[RADIO_WHY_MAX] = "";
	int fd = kernel_start(&w.kernel);

	(void)state;
	kernel_event(&w.kernel, MGMT_INDEX_ADDED, 0, NULL, 0);
	kernel_event(&w.kernel, MGMT_COMMAND_STATUS, 0xffff, allowed, 3);
	assert_int_equal(mgmt_probe(fd, why), 0);
	kernel_event(&w.kernel, MGMT_COMMAND_STATUS, 0xffff, denied, 3);
	assert_int_equal(mgmt_probe(fd, why), -EPERM);
	assert_non_null(strstr(why, "CAP_NET_ADMIN"));
	assert_non_null(strstr(why, "radio { driver = \"bluez\" }"));
	assert_int_equal(mgmt_probe(fd, why), -ETIMEDOUT);
	close(fd);
}

#define T(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_adapter_that_is_off_is_switched_on_and_monitors),
		T(the_monitor_asks_for_nothing_a_button_could_lack),
		T(the_scan_is_asked_to_listen_all_the_time),
		T(a_kernel_that_refuses_its_defaults_is_scanned_with_anyway),
		T(a_controller_that_filters_gets_no_monitor),
		T(a_kernel_without_monitors_discovers),
		T(a_monitor_that_is_refused_becomes_a_discovery),
		T(monitors_that_were_left_behind_take_no_room_for_ever),
		T(the_monitors_of_others_are_left_alone),
		T(an_advertisement_is_heard_as_it_was_sent),
		T(what_a_monitor_finds_is_heard_too),
		T(an_extended_advertisement_passes_whole),
		T(a_burst_is_heard_whole_and_in_order),
		T(malformed_packets_are_counted_and_the_rest_is_heard),
		T(several_adapters_scan_each_with_its_own_source),
		T(only_the_adapter_of_the_settings_is_used),
		T(an_adapter_that_is_none_is_refused_with_the_reason),
		T(more_adapters_than_there_is_room_for_are_left_alone),
		T(an_adapter_pulled_out_and_plugged_in_scans_again),
		T(no_adapter_is_no_failure_and_the_first_is_taken),
		T(a_blocked_adapter_says_so_and_scans_once_it_is_free),
		T(one_switched_off_by_another_is_switched_on),
		T(a_monitor_another_removed_is_added_again),
		T(the_monitor_of_another_is_not_ours),
		T(a_discovery_at_its_end_is_begun_again_at_once),
		T(a_discovery_that_is_stopped_is_begun_again_a_little_later),
		T(a_short_pause_of_the_scan_is_none_of_ours),
		T(where_another_discovers_we_listen_and_soon_take_over),
		T(another_that_pauses_keeps_its_discovery),
		T(what_fails_is_shown_and_asked_again),
		T(a_kernel_that_does_not_answer_is_asked_again),
		T(permission_that_is_denied_is_a_failure_not_a_crash),
		T(one_without_low_energy_is_failing_and_left_alone),
		T(recovery_begins_the_monitor_anew),
		T(recovery_begins_the_discovery_anew),
		T(recovery_switches_the_adapter_off_and_on),
		T(what_cannot_be_recovered_is_told_apart),
		T(after_a_sleep_the_scan_is_begun_anew),
		T(what_was_missed_is_asked_anew),
		T(a_scan_that_was_lost_unseen_is_begun_anew),
		T(nothing_of_ours_is_left_behind),
		T(a_socket_that_ends_says_so_and_leaves_no_busy_loop),
		T(a_socket_that_may_command_is_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
