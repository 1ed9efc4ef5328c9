/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "radio/mgmt_wire.h"

#define PARSE(bytes, out) \
	mgmt_packet_parse((const uint8_t *)(bytes), sizeof(bytes) - 1, out)

/* Device Found of C0:11:00:00:00:05, random, -60 dBm, 9 bytes of data. */
#define FOUND "\x05\x00\x00\x00\x11\xc0\x02\xc4\x04\x00\x00\x00\x09\x00" \
	      "\x02\x01\x06\x05\xff\xff\xff\x09\x09"

static void a_packet_is_a_code_an_adapter_and_bytes(void **state)
{
	struct mgmt_packet p;

	(void)state;
	assert_true(PARSE("\x13\x00\x01\x00\x02\x00\x06\x01", &p));
	assert_int_equal(p.code, MGMT_DISCOVERING);
	assert_int_equal(p.index, 1);
	assert_int_equal(p.len, 2);
	assert_int_equal(p.data[0], 6);
}

static void a_packet_longer_or_shorter_than_it_says_is_none(void **state)
{
	struct mgmt_packet p = { .code = 99 };

	(void)state;
	assert_false(PARSE("\x13\x00\x01\x00\x02", &p));
	assert_false(PARSE("\x13\x00\x01\x00\x02\x00\x06", &p));
	assert_false(PARSE("\x13\x00\x01\x00\x02\x00\x06\x01\x00", &p));
	assert_int_equal(p.code, 99);
}

static void a_device_found_is_read(void **state)
{
	static const uint8_t address[] = { 0xc0, 0x11, 0, 0, 0, 5 };
	struct mgmt_packet p;
	struct mgmt_found f;

	(void)state;
	assert_true(PARSE("\x12\x00\x00\x00\x17\x00" FOUND, &p));
	assert_true(mgmt_found_parse(&p, &f));
	assert_memory_equal(f.address, address, 6);
	assert_true(f.le);
	assert_true(f.random);
	assert_int_equal(f.rssi_dbm, -60);
	assert_int_equal(f.len, 9);
	assert_memory_equal(f.ad, "\x02\x01\x06\x05\xff\xff\xff\x09\x09", 9);
}

static void one_a_monitor_found_has_its_handle_first(void **state)
{
	struct mgmt_packet p;
	struct mgmt_found f;

	(void)state;
	assert_true(PARSE("\x2f\x00\x00\x00\x19\x00\x01\x00" FOUND, &p));
	assert_true(mgmt_found_parse(&p, &f));
	assert_int_equal(f.address[5], 5);
	assert_int_equal(f.len, 9);
}

static void an_address_is_public_random_or_of_no_low_energy(void **state)
{
	uint8_t bytes[] = "\x12\x00\x00\x00\x0e\x00"
			  "\x01\x02\x03\x04\x05\x06\x01\x7f\0\0\0\0\0\0";
	struct mgmt_packet p;
	struct mgmt_found f;

	(void)state;
	assert_true(PARSE(bytes, &p));
	assert_true(mgmt_found_parse(&p, &f));
	assert_true(f.le && !f.random);
	assert_int_equal(f.rssi_dbm, 127);
	bytes[12] = 0;
	assert_true(mgmt_found_parse(&p, &f));
	assert_false(f.le);
	bytes[12] = 3;
	assert_false(mgmt_found_parse(&p, &f));
}

static void data_longer_than_the_packet_is_refused(void **state)
{
	struct mgmt_found f = { .len = 7 };
	struct mgmt_packet p;

	(void)state;
	assert_true(PARSE("\x12\x00\x00\x00\x0f\x00\x01\x02\x03\x04\x05\x06"
			  "\x01\x7f\0\0\0\0\x02\x00\xaa", &p));
	assert_false(mgmt_found_parse(&p, &f));
	p.len = 13;
	assert_false(mgmt_found_parse(&p, &f));
	p.code = MGMT_MONITOR_FOUND;
	p.len = 15;
	assert_false(mgmt_found_parse(&p, &f));
	assert_int_equal(f.len, 7);
}

static void an_answer_names_its_command_and_its_status(void **state)
{
	struct mgmt_packet p;
	struct mgmt_answer a;

	(void)state;
	assert_true(PARSE("\x02\x00\x00\x00\x03\x00\x05\x00\x12", &p));
	assert_true(mgmt_answer_parse(&p, &a));
	assert_int_equal(a.opcode, MGMT_SET_POWERED);
	assert_int_equal(a.status, MGMT_RFKILLED);
	assert_int_equal(a.len, 0);
	p.len = 2;
	assert_false(mgmt_answer_parse(&p, &a));
}

static void a_list_of_adapters_is_read_as_far_as_there_is_room(void **state)
{
	const struct mgmt_answer a = {
		.data = (const uint8_t *)"\x03\x00\x00\x00\x02\x00\x05\x00",
		.len = 8
	}, less = { .data = a.data, .len = 7 };
	uint16_t index[2] = { 9, 9 };

	(void)state;
	assert_int_equal(mgmt_indexes_parse(&a, index, 2), 3);
	assert_int_equal(index[1], 2);
	assert_int_equal(mgmt_indexes_parse(&less, index, 2), -1);
}

static void information_has_what_is_supported_and_what_is_on(void **state)
{
	uint8_t bytes[280] = { 0 };
	struct mgmt_answer a = { .data = bytes, .len = sizeof(bytes) };
	uint32_t supported = 5, settings = 5;

	(void)state;
	bytes[9] = 1;
	bytes[10] = 2;
	bytes[13] = 1;
	assert_true(mgmt_info_parse(&a, &supported, &settings));
	assert_int_equal(supported, MGMT_SETTING_POWERED | MGMT_SETTING_LE);
	assert_int_equal(settings, MGMT_SETTING_POWERED);
	a.len--;
	supported = 5;
	assert_false(mgmt_info_parse(&a, &supported, &settings));
	assert_int_equal(supported, 5);
}

static void features_tell_who_filters_and_whether_there_is_room(void **state)
{
	uint8_t bytes[13] = { 1, 0, 0, 0, 1, 0, 0, 0, 32, 0, 16, 31, 0 };
	struct mgmt_answer a = { .data = bytes, .len = sizeof(bytes) };
	uint32_t offloaded = 0;
	bool full = true;

	(void)state;
	assert_true(mgmt_monitors_parse(&a, &offloaded, &full));
	assert_int_equal(offloaded, 1);
	assert_false(full);
	bytes[11] = 32;
	assert_true(mgmt_monitors_parse(&a, &offloaded, &full));
	assert_true(full);
	a.len--;
	full = false;
	assert_false(mgmt_monitors_parse(&a, &offloaded, &full));
	assert_false(full);
}

static void a_command_is_written_as_it_is_documented(void **state)
{
	uint8_t out[MGMT_COMMAND_MAX];

	(void)state;
	assert_int_equal(mgmt_command_byte(MGMT_START_DISCOVERY, 1, 6, out), 7);
	assert_memory_equal(out, "\x23\x00\x01\x00\x01\x00\x06", 7);
	assert_int_equal(mgmt_command_handle(MGMT_REMOVE_MONITOR, 0, 258, out),
			 8);
	assert_memory_equal(out, "\x53\x00\x00\x00\x02\x00\x02\x01", 8);
	assert_int_equal(mgmt_command(MGMT_READ_INFO, 0, NULL, 0, out), 6);
	assert_memory_equal(out, "\x04\x00\x00\x00\x00\x00", 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_is_a_code_an_adapter_and_bytes),
		cmocka_unit_test(
			a_packet_longer_or_shorter_than_it_says_is_none),
		cmocka_unit_test(a_device_found_is_read),
		cmocka_unit_test(one_a_monitor_found_has_its_handle_first),
		cmocka_unit_test(
			an_address_is_public_random_or_of_no_low_energy),
		cmocka_unit_test(data_longer_than_the_packet_is_refused),
		cmocka_unit_test(an_answer_names_its_command_and_its_status),
		cmocka_unit_test(
			a_list_of_adapters_is_read_as_far_as_there_is_room),
		cmocka_unit_test(
			information_has_what_is_supported_and_what_is_on),
		cmocka_unit_test(
			features_tell_who_filters_and_whether_there_is_room),
		cmocka_unit_test(a_command_is_written_as_it_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
