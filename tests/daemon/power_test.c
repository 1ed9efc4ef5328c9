/* SPDX-License-Identifier: Apache-2.0 */
/* A folder that stands for the kernel's power supplies. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "power.h"
#include "scratch.h"

static void supply(const struct scratch *s, const char *name, const char *type,
		   const char *key, const char *value)
{
	char at[PATH_MAX], path[PATH_MAX];

	mkdir(scratch_path(s, "power", path), 0755);
	snprintf(at, sizeof(at), "power/%s", name);
	mkdir(scratch_path(s, at, path), 0755);
	snprintf(at, sizeof(at), "power/%s/type", name);
	scratch_write(s, at, type);
	snprintf(at, sizeof(at), "power/%s/%s", name, key);
	scratch_write(s, at, value);
}

static struct power_view view_of(const struct scratch *s)
{
	struct power_view view;
	char path[PATH_MAX];

	assert_true(power_read(scratch_path(s, "power", path), &view));
	return view;
}

static void mains_and_battery_are_read(void **state)
{
	struct scratch *s = *state;

	supply(s, "AC", "Mains\n", "online", "1\n");
	supply(s, "BAT0", "Battery\n", "capacity", "80\n");
	supply(s, "BAT1", "Battery\n", "capacity", "40\n");
	assert_true(view_of(s).has_mains);
	assert_true(view_of(s).mains);
	assert_int_equal(view_of(s).percent, 60);
	supply(s, "AC", "Mains\n", "online", "0\n");
	assert_false(view_of(s).mains);
}

static void what_is_not_the_machines_own_is_left_out(void **state)
{
	struct scratch *s = *state;

	supply(s, "mouse", "Battery\n", "capacity", "3\n");
	supply(s, "mouse", "Battery\n", "scope", "Device\n");
	supply(s, "bay", "Battery\n", "capacity", "0\n");
	supply(s, "bay", "Battery\n", "present", "0\n");
	supply(s, "odd", "Battery\n", "capacity", "full\n");
	supply(s, "far", "Battery\n", "capacity", "101\n");
	/* a port that gives nothing, on a machine that runs all the same */
	supply(s, "port", "USB\n", "online", "0\n");
	assert_int_equal(view_of(s).percent, -1);
	assert_false(view_of(s).has_mains);
}

static void a_usb_supply_feeds_a_machine_with_a_battery(void **state)
{
	struct scratch *s = *state;

	supply(s, "usb", "USB_PD\n", "online", "1\n");
	supply(s, "hat", "UPS\n", "capacity", "100\n");
	assert_true(view_of(s).has_mains);
	assert_true(view_of(s).mains);
	supply(s, "usb", "USB_PD\n", "online", "0\n");
	assert_false(view_of(s).mains);
}

static void no_folder_is_no_supply(void **state)
{
	struct power_view view;

	(void)state;
	assert_false(power_read("/nowhere", &view));
	assert_false(view.has_mains);
	assert_int_equal(view.percent, -1);
}

/* ------------------------------------------------------- the real daemon */

static bool fault_is(struct scratch *s, const char *name)
{
	json_t *doc = ask(s, "Status", "");
	json_t *list = json_object_get(doc, "faults"), *one;
	bool found = false;
	size_t i;

	json_array_foreach(list, i, one)
		found = found || !strcmp(json_string_value(one), name);

	json_decref(doc);
	return found;
}

static bool part_is(struct scratch *s, const char *part, const char *key,
		    const char *value)
{
	json_t *doc = ask(s, "Status", "");
	json_t *v = json_object_get(json_object_get(doc, part), key);
	char number[24] = "";
	bool same;

	if (json_is_integer(v))
		snprintf(number, sizeof(number), "%lld",
			 (long long)json_integer_value(v));

	same = !strcmp(json_is_string(v) ? json_string_value(v) : number,
		       value);
	json_decref(doc);
	return same;
}

/* The daemon looks again; what is new it believes 3 s later. */
static void look(struct scratch *s)
{
	assert_int_equal(kill(s->pid, SIGHUP), 0);
}

#define UNTIL(condition) \
	do { \
		int n_ = 0; \
		while (!(condition)) { \
			struct timespec t_ = { 0, 50000000 }; \
			nanosleep(&t_, NULL); \
			if (++n_ > 200) \
				fail_msg("never: %s", #condition); \
		} \
	} while (0)

static void a_power_cut_and_a_low_battery_are_faults(void **state)
{
	struct scratch *s = *state;

	supply(s, "AC", "Mains\n", "online", "1\n");
	supply(s, "BAT0", "Battery\n", "capacity", "80\n");
	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	assert_true(part_is(s, "power", "mains", "on"));
	assert_true(part_is(s, "power", "battery", "80"));
	supply(s, "AC", "Mains\n", "online", "0\n");
	supply(s, "BAT0", "Battery\n", "capacity", "4\n");
	look(s);
	UNTIL(part_is(s, "power", "mains", "lost"));
	assert_false(fault_is(s, "mains"));
	UNTIL(fault_is(s, "mains"));
	assert_true(fault_is(s, "battery-low"));
	assert_true(fault_is(s, "battery-critical"));
	/* above one threshold, and within the margin of the other */
	supply(s, "AC", "Mains\n", "online", "1\n");
	supply(s, "BAT0", "Battery\n", "capacity", "17\n");
	look(s);
	UNTIL(!fault_is(s, "battery-critical"));
	assert_false(fault_is(s, "mains"));
	assert_true(fault_is(s, "battery-low"));
	/* a restart forgets neither */
	assert_int_equal(alerted_stop(s), 0);
	alerted_start(s, false);
	assert_true(fault_is(s, "battery-low"));
	supply(s, "BAT0", "Battery\n", "capacity", "20\n");
	look(s);
	UNTIL(!fault_is(s, "battery-low"));
	assert_int_equal(alerted_stop(s), 0);
}

static void without_a_supply_nothing_is_supervised(void **state)
{
	struct scratch *s = *state;

	scratch_conf(s);
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	assert_true(part_is(s, "power", "mains", "not-supervised"));
	assert_true(part_is(s, "power", "battery", "not-supervised"));
	assert_true(part_is(s, "selftest", "state", "off"));
	assert_false(fault_is(s, "mains"));
	assert_int_equal(alerted_stop(s), 0);
}

static void the_self_test_is_in_the_status_and_refuses_peoples_numbers(
	void **state)
{
	struct scratch *s = *state;

	scratch_conf(s);
	scratch_append(s, "conf",
		       "selftest {\n\tnumber = \"+33639980105\"\n}\n");
	scratch_write(s, "frames", "");
	alerted_start(s, true);
	assert_true(part_is(s, "selftest", "state", "waiting"));
	json_decref(apply(s, "contact \"noa\" {\n\tname = \"Noa\"\n"
			  "\tnumber = \"+33639980105\"\n}\n", false));
	assert_true(part_is(s, "selftest", "state", "refused"));
	assert_int_equal(alerted_stop(s), 0);
}

#define T(test) \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(mains_and_battery_are_read),
		T(what_is_not_the_machines_own_is_left_out),
		T(a_usb_supply_feeds_a_machine_with_a_battery),
		T(no_folder_is_no_supply),
		T(a_power_cut_and_a_low_battery_are_faults),
		T(without_a_supply_nothing_is_supervised),
		T(the_self_test_is_in_the_status_and_refuses_peoples_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
