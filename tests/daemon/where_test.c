/* SPDX-License-Identifier: Apache-2.0 */
/* What ModemManager's GetLocation answers, read into a position. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include "modem/mm.h"

/* 24 November 2026, 13:05:00 UTC */
#define NOW_MS INT64_C(1795525500000)

static sd_bus *bus;
static int end[2];
static char cell[MM_CELL_MAX];
static struct alerte_position fix;

static int setup(void **state)
{
	(void)state;
	/* Nobody answers: a message needs a bus to be made for. */
	return socketpair(AF_UNIX, SOCK_STREAM, 0, end) ||
	       sd_bus_new(&bus) < 0 || sd_bus_set_fd(bus, end[0], end[0]) < 0 ||
	       sd_bus_start(bus) < 0;
}

static int teardown(void **state)
{
	(void)state;
	bus = sd_bus_close_unref(bus);
	return close(end[1]);
}

static sd_bus_message *begin(void)
{
	sd_bus_message *m;

	memset(&fix, 0, sizeof(fix));
	assert_true(sd_bus_message_new_signal(bus, &m, "/", "a.b", "c") >= 0);
	return m;
}

/* Read it as the answer of a call, and forget it. */
static bool read_and_free(sd_bus_message *m)
{
	bool found;

	assert_true(sd_bus_message_seal(m, 1, 0) >= 0);
	assert_true(sd_bus_message_rewind(m, 1) >= 0);
	found = mm_where_read(m, NOW_MS, cell, &fix);
	sd_bus_message_unref(m);
	return found;
}

static sd_bus_message *with_fix(double latitude, double longitude,
				const char *utc)
{
	sd_bus_message *m = begin();

	assert_true(sd_bus_message_append(m, "a{uv}", 2,
		1, "s", "208,01,1A2B,00C3D4E5,0",
		2, "a{sv}", 4, "utc-time", "s", utc, "altitude", "d", 170.0,
		"latitude", "d", latitude, "longitude", "d", longitude) >= 0);
	return m;
}

static void a_fix_and_the_cell_are_read(void **state)
{
	(void)state;
	assert_true(read_and_free(with_fix(45.7578, -4.8532, "130430.00")));
	assert_string_equal(cell, "208,01,1A2B,00C3D4E5,0");
	assert_int_equal(fix.latitude_e7, 457578000);
	assert_int_equal(fix.longitude_e7, -48532000);
	assert_int_equal(fix.accuracy_m, 0);
	assert_int_equal(fix.method, ALERTE_POSITION_GNSS);
	assert_int_equal(fix.wall_ms, NOW_MS - 30000);
}

static void a_fix_of_before_midnight_is_of_yesterday(void **state)
{
	(void)state;
	assert_true(read_and_free(with_fix(45, 4, "235959.00")));
	assert_int_equal(fix.wall_ms,
			 NOW_MS - (13 * 3600 + 5 * 60 + 1) * 1000);
}

static void a_time_that_is_none_is_now(void **state)
{
	(void)state;
	assert_true(read_and_free(with_fix(45, 4, "soon")));
	assert_int_equal(fix.wall_ms, NOW_MS);
}

static void a_place_off_the_earth_is_none(void **state)
{
	(void)state;
	assert_false(read_and_free(with_fix(91, 4, "130430.00")));
	assert_false(read_and_free(with_fix(45, 181, "130430.00")));
	assert_false(read_and_free(with_fix(45, 0.0 / 0.0, "130430.00")));
	assert_int_equal(fix.size, 0);
}

static void without_gnss_the_cell_is_all(void **state)
{
	sd_bus_message *m = begin();

	(void)state;
	assert_true(sd_bus_message_append(m, "a{uv}", 1, 1, "s",
					  "001,01,0,C3D4E5,1A2B") >= 0);
	assert_false(read_and_free(m));
	assert_string_equal(cell, "001,01,0,C3D4E5,1A2B");
}

static void other_sources_and_types_are_passed_over(void **state)
{
	sd_bus_message *m = begin();

	(void)state;
	assert_true(sd_bus_message_append(m, "a{uv}", 4, 4, "s", "$GPGGA",
					  2, "s", "nowhere", 1, "u", 7,
					  8, "a{sv}", 1, "x", "d", 1.0) >= 0);
	assert_false(read_and_free(m));
	assert_string_equal(cell, "");
}

static void a_cell_of_other_letters_is_none(void **state)
{
	sd_bus_message *m = begin();

	(void)state;
	assert_true(sd_bus_message_append(m, "a{uv}", 1, 1, "s",
					  "208,01\"}") >= 0);
	assert_false(read_and_free(m));
	assert_string_equal(cell, "");
}

static void an_answer_of_another_shape_is_none(void **state)
{
	sd_bus_message *m = begin();

	(void)state;
	assert_true(sd_bus_message_append(m, "s", "no") >= 0);
	assert_false(read_and_free(m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fix_and_the_cell_are_read),
		cmocka_unit_test(a_fix_of_before_midnight_is_of_yesterday),
		cmocka_unit_test(a_time_that_is_none_is_now),
		cmocka_unit_test(a_place_off_the_earth_is_none),
		cmocka_unit_test(without_gnss_the_cell_is_all),
		cmocka_unit_test(other_sources_and_types_are_passed_over),
		cmocka_unit_test(a_cell_of_other_letters_is_none),
		cmocka_unit_test(an_answer_of_another_shape_is_none),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
