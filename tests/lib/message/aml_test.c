/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Published examples of the syntax, numbers of persons and devices as they
 * were printed there.  Of some the length they give is wrong.
 */
#include "message/aml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "message/civil.h"

static struct aml got;

static int take(const char *text)
{
	return aml_read(text, strlen(text), &got);
}

static void at(int32_t latitude_e7, int32_t longitude_e7, uint32_t accuracy_m)
{
	assert_true(got.located);
	assert_int_equal(got.position.latitude_e7, latitude_e7);
	assert_int_equal(got.position.longitude_e7, longitude_e7);
	assert_int_equal(got.position.accuracy_m, accuracy_m);
	assert_int_equal(got.position.size, sizeof(got.position));
}

static void found(const char *iso, enum alerte_position_method method,
		  uint32_t confidence)
{
	char when[CIVIL_ISO_MAX];

	civil_iso(got.position.wall_ms, 0, when, sizeof(when));
	assert_string_equal(when, iso);
	assert_int_equal(got.position.method, method);
	assert_int_equal(got.position.confidence_percent, confidence);
}

static void a_text_is_read(void **state)
{
	(void)state;
	assert_int_equal(take("A\"ML=1;lt=48.82639;lg=-2.36619;rd=52;"
			      "top=20191112112928;lc=68;pm=G;"
			      "si=208201771948415;ei=353472104343540;mcc=208;"
			      "mnc=20;ml=126"), 0);
	at(488263900, -23661900, 52);
	found("2019-11-12T11:29:28+00:00", ALERTE_POSITION_GNSS, 68);
	assert_false(got.length_wrong);
	assert_int_equal(take("A\"ML=1;lt=+48.902963;lg=+2.516582;rd=1964;"
			      "top=20220210134654;lc=95;pm=G;"
			      "si=234302543446355;ei=357365093474415;mcc=208;"
			      "mnc=01;ml=131"), 0);
	at(489029630, 25165820, 1964);
	assert_false(got.length_wrong);
	assert_int_equal(take("A\"ML=1;lt=+54.76397;lg=-0.18305;rd=50;"
			      "top=20130717141935;lc=90;pm=W;"
			      "si=123456789012345;ei=1234567890123456;"
			      "mcc=234;mnc=30;ml=128"), 0);
	at(547639700, -1830500, 50);
	found("2013-07-17T14:19:35+00:00", ALERTE_POSITION_WIFI, 90);
	assert_false(got.length_wrong);
}

static void a_wrong_length_is_noticed_and_refuses_nothing(void **state)
{
	(void)state;
	assert_int_equal(take("A\"ML=1;lt=+51.53321;lg=-0.12601;rd=14;"
			      "top=20220131171748;lc=68;pm=W;"
			      "si=234159000000000;ei=123456789012345;mcc=234;"
			      "mnc=15;ml=126"), 0);
	at(515332100, -1260100, 14);
	assert_true(got.length_wrong);
	/* and so is a sign that was left out */
	assert_int_equal(take("A\"ML=1;lt=+54.76397;lg=0.18305;rd=50;"
			      "top=20130717141935;lc=90;pm=W;"
			      "si=123456789012345;ei=1234567890123456;"
			      "mcc=234;mnc=30;ml=128"), 0);
	at(547639700, 1830500, 50);
	assert_true(got.length_wrong);
}

static void not_knowing_where_is_no_position(void **state)
{
	(void)state;
	assert_int_equal(take("A\"ML=1;lt=+00.00000;lg=+000.00000;rd=N;"
			      "top=20220131173734;lc=0;pm=N;"
			      "si=234159000000000;ei=123456789012345;mcc=234;"
			      "mnc=15;ml=127"), 0);
	assert_false(got.located);
	assert_int_equal(take("A\"ML=1;lt=48.1"), 0);
	assert_false(got.located);
	assert_int_equal(take("A\"ML=1;lt=91.0;lg=2.0"), 0);
	assert_false(got.located);
	assert_int_equal(take("A\"ML=1;lt=48.1;lg=-180.0000001"), 0);
	assert_false(got.located);
}

static void a_radius_that_is_not_known_is_none(void **state)
{
	(void)state;
	assert_int_equal(take("A\"ML=1;lt=48.1;lg=2.1;rd=N;lc=0;pm=U"), 0);
	at(481000000, 21000000, 0);
	assert_int_equal(got.position.confidence_percent, 0);
	assert_int_equal(got.position.method, ALERTE_POSITION_UNKNOWN);
	assert_int_equal(take("A\"ML=1;lt=48.1;lg=2.1;rd=20.1"), 0);
	at(481000000, 21000000, 21);
	assert_int_equal(take("A\"ML=1;lt=48.1;lg=2.1;rd=99999999999"), 0);
	at(481000000, 21000000, 0);
	assert_int_equal(take("A\"ML=1;lt=48.1;lg=2.1;rd=-5"), 0);
	at(481000000, 21000000, 0);
}

static void version_two_means_other_things_by_the_same_keys(void **state)
{
	(void)state;
	assert_int_equal(take("A\"ML=2;en=+15555555555;et=1593187189;"
			      "lo=-37.42175,-122.08461,2000.1;lt=-9999;lc=68;"
			      "lz=-100.1,100.1;ls=G;ei=358239059042542;"
			      "nc=310260;hc=310260;lg=en-US"), 0);
	at(-374217500, -1220846100, 2001);
	found("2020-06-26T13:13:10+00:00", ALERTE_POSITION_GNSS, 68);
	assert_int_equal(take("A\"ML=2;lo=1.5,2.5;ls=F"), 0);
	at(15000000, 25000000, 0);
	assert_int_equal(got.position.wall_ms, 0);
	assert_int_equal(take("A\"ML=2;lo=0.00000,0.00000,0;ls=U"), 0);
	assert_false(got.located);
}

static void a_form_is_read(void **state)
{
	(void)state;
	assert_int_equal(take("v=3&device_number=%2B447477593102&"
			      "location_latitude=55.85732&"
			      "location_longitude=-4.26325&"
			      "location_time=1476189444435&"
			      "location_accuracy=10.4&location_source=GPS&"
			      "location_certainty=83&location_altitude=0.0&"
			      "location_floor=5&"
			      "device_model=ABC+ABC+Detente+530&"
			      "device_imei=354773072099116&"
			      "device_imsi=234159176307582&device_os=AOS&"
			      "cell_carrier=&cell_home_mcc=234&"
			      "cell_home_mnc=15&cell_network_mcc=234&"
			      "cell_network_mnc=15&cell_id=0213454321"), 0);
	at(558573200, -42632500, 11);
	found("2016-10-11T12:37:24+00:00", ALERTE_POSITION_GNSS, 83);
	assert_int_equal(take("location_latitude=%2B48.1&gt_location_latitude="
			      "7&location_longitude=+2.1+&"
			      "location_confidence=0.68&location_source=fused"),
			 0);
	at(481000000, 21000000, 0);
	assert_int_equal(got.position.confidence_percent, 68);
	assert_int_equal(got.position.method, ALERTE_POSITION_UNKNOWN);
	assert_int_equal(take("location_latitude=&location_longitude="), 0);
	assert_false(got.located);
}

static void what_a_keyboard_or_a_network_did_to_it_is_forgiven(void **state)
{
	(void)state;
	assert_int_equal(take(" a\xe2\x80\x9dml=1; LT = 48.1 ;lg=2.1\r\n"), 0);
	at(481000000, 21000000, 0);
	assert_int_equal(take("A\"ML=1;;=;lt;lg=2.1;lt=48.1;"), 0);
	at(481000000, 21000000, 0);
	assert_int_equal(take("A\"ML=1;lt=48.123456789;lg=2.1"), 0);
	at(481234567, 21000000, 0);
}

static void words_are_no_position(void **state)
{
	static const char *const others[] = {
		"", "ok 7K2", "A", "A\"ML", "AaML=1;lt=48.1;lg=2.1",
		"ma latitude est 48.1", "lt=48.1;lg=2.1",
		"xlocation_latitude=48.1&location_longitude=2.1",
	};

	(void)state;
	got.located = true;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_int_equal(take(others[i]), ALERTE_EFORMAT);
	assert_true(got.located);
}

static void an_hour_that_cannot_be_is_none(void **state)
{
	static const char *const tops[] = {
		"20191312112928", "20190230112928", "20191112252928",
		"19691112112928", "2019111211292", "2019111211292x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tops) / sizeof(*tops); i++) {
		char text[80];

		snprintf(text, sizeof(text), "A\"ML=1;lt=48.1;lg=2.1;top=%s",
			 tops[i]);
		assert_int_equal(take(text), 0);
		at(481000000, 21000000, 0);
		assert_int_equal(got.position.wall_ms, 0);
	}
	assert_int_equal(take("location_latitude=1&location_longitude=2&"
			      "location_time=-5"), 0);
	assert_int_equal(got.position.wall_ms, 0);
}

static void an_instant_is_read_as_rfc_3339_writes_it(void **state)
{
	static const struct {
		const char *iso;
		int64_t wall_ms;
	} all[] = {
		{ "2026-11-24T14:05:00+01:00", 1795525500000 },
		{ "2026-11-24T13:05:00Z", 1795525500000 },
		{ "2026-11-24T13:05:00.250Z", 1795525500000 },
		{ "2026-11-24T08:35:00-04:30", 1795525500000 },
		{ "2000-02-29T00:00:00+00:00", 951782400000 },
		{ "1970-01-01T00:00:00Z", 0 },
		{ "9999-12-31T23:59:59Z", 253402300799000 },
		{ "2026-11-24T13:05:00", -1 }, { "2026-11-24", -1 },
		{ "2026-11-24 13:05:00Z", -1 }, { "", -1 },
		{ "2026-13-24T13:05:00Z", -1 }, { "2026-11-31T13:05:00Z", -1 },
		{ "2026-11-24T24:05:00Z", -1 }, { "2026-11-24T13:05:00.Z", -1 },
		{ "2026-11-24T13:05:00Zx", -1 },
		{ "2026-11-24T13:05:00+0100", -1 },
		{ "1969-12-31T23:59:59Z", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		int64_t wall_ms = -1;

		assert_int_equal(civil_read(all[i].iso, &wall_ms),
				 all[i].wall_ms >= 0);
		assert_true(wall_ms == all[i].wall_ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_read),
		cmocka_unit_test(
			a_wrong_length_is_noticed_and_refuses_nothing),
		cmocka_unit_test(not_knowing_where_is_no_position),
		cmocka_unit_test(a_radius_that_is_not_known_is_none),
		cmocka_unit_test(
			version_two_means_other_things_by_the_same_keys),
		cmocka_unit_test(a_form_is_read),
		cmocka_unit_test(
			what_a_keyboard_or_a_network_did_to_it_is_forgiven),
		cmocka_unit_test(words_are_no_position),
		cmocka_unit_test(an_hour_that_cannot_be_is_none),
		cmocka_unit_test(an_instant_is_read_as_rfc_3339_writes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
