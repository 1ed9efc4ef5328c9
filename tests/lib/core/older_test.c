/* SPDX-License-Identifier: Apache-2.0 */
/* Callers built before a field was there: their structs end before it (A1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

static struct alerte *a;
static char body[8192];
static char text[1024];
static uint8_t drawn;

static struct alerte_time at(int64_t s)
{
	struct alerte_time t = {
		.boot_ms = 1000000 + s * 1000,
		.wall_ms = 1773147900000 + s * 1000,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	(void)context;
	if (m->body_len)
		strcpy(body, m->body);
	if (m->text)
		strcpy(text, m->text);
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	uint8_t *out = bytes;

	(void)context;
	while (len--)
		*out++ = drawn += 37;
	return 0;
}

static int open_with(uint32_t size, bool moving)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
	struct alerte_host host = { .size = sizeof(host), .send = host_send,
				    .random = host_random };
	struct alerte_options o = {
		.size = size, .path = ":memory:", .run_key = key,
		.boot_id = key, .relay_number = "+33639980114",
		.moving = moving,
	};

	return alerte_open(&o, &host, at(0), &a);
}

static void set_people(void)
{
	struct alerte_contact c = { .size = sizeof(c), .id = "asso",
				    .name = "X", .number = "+33639980101",
				    .endpoint = "srv" };
	struct alerte_wearer w = {
		.size = sizeof(w), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .place = "12 rue Garibaldi, Lyon",
		.area = "Lyon 3e", .contact = { "asso" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	assert_true(alerte_contact_set(a, &c, at(0)) >= 0);
	assert_true(alerte_wearer_set(a, &w, at(0)) >= 0);
	assert_true(alerte_button_set(a, &b, at(0)) >= 0);
}

static int64_t press(void)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	body[0] = text[0] = '\0';
	assert_true(alerte_press(a, "b1", 1, ALERTE_GESTURE_PRESS,
				 ALERTE_TRUST_STRONG, at(1)) >= 0);
	assert_true(alerte_step(a, at(1)) > 0);
	assert_int_equal(alerte_alert_next(a, 0, &alert), 1);
	return alert.id;
}

static struct alerte_endpoint endpoint(uint32_t size)
{
	struct alerte_endpoint e = { .size = size, .id = "srv",
				     .url = "https://127.0.0.1:9/a",
				     .shape = ALERTE_SHAPE_CAP,
				     .station = "26317" };

	return e;
}

#define ENDPOINT_FIRST offsetof(struct alerte_endpoint, shape)

static void an_older_endpoint_leaves_its_shape_as_it_is(void **state)
{
	struct alerte_endpoint e = endpoint(ENDPOINT_FIRST), got;

	(void)state;
	assert_int_equal(open_with(sizeof(struct alerte_options), false), 0);
	/* new: what stands behind its end is not read */
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), 0);
	got = (struct alerte_endpoint){ .size = sizeof(got) };
	assert_int_equal(alerte_endpoint_next(a, "", &got), 1);
	assert_int_equal(got.shape, ALERTE_SHAPE_JSON);
	assert_string_equal(got.station, "");
	e = endpoint(sizeof(e));
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), 0);
	e = endpoint(ENDPOINT_FIRST);
	e.shape = ALERTE_SHAPE_SCAIP;
	strcpy(e.url, "https://127.0.0.1:9/b");
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), 0);
	got = (struct alerte_endpoint){ .size = sizeof(got) };
	assert_int_equal(alerte_endpoint_next(a, "", &got), 1);
	assert_string_equal(got.url, "https://127.0.0.1:9/b");
	assert_int_equal(got.shape, ALERTE_SHAPE_CAP);
	assert_string_equal(got.station, "26317");
	/* and reads no more than it has room for */
	got = (struct alerte_endpoint){ .size = ENDPOINT_FIRST };
	assert_int_equal(alerte_endpoint_next(a, "", &got), 1);
	assert_int_equal(got.size, ENDPOINT_FIRST);
	assert_int_equal(got.shape, ALERTE_SHAPE_JSON);
	got.size = ENDPOINT_FIRST - 4;
	assert_int_equal(alerte_endpoint_next(a, "", &got), ALERTE_EINVAL);
	assert_int_equal(alerte_endpoint_set(a, &got, at(0)), ALERTE_EINVAL);
}

static void a_shape_or_station_that_is_none_is_refused(void **state)
{
	struct alerte_endpoint e = endpoint(sizeof(e));

	(void)state;
	assert_int_equal(open_with(sizeof(struct alerte_options), false), 0);
	e.shape = (enum alerte_shape)3;
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), ALERTE_EINVAL);
	e = endpoint(sizeof(e));
	strcpy(e.station, "a<b");
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), ALERTE_EINVAL);
	memset(e.station, '1', sizeof(e.station));
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), ALERTE_EINVAL);
	e.station[0] = '\0';
	e.shape = ALERTE_SHAPE_SCAIP;
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), ALERTE_EINVAL);
}

#define POSITION_FIRST offsetof(struct alerte_position, method)

static void an_older_position_is_of_no_known_method(void **state)
{
	struct alerte_endpoint e = endpoint(sizeof(e));
	struct alerte_position p = {
		.size = POSITION_FIRST, .latitude_e7 = 457578000,
		.longitude_e7 = 48532000, .accuracy_m = 15,
		.wall_ms = at(2).wall_ms,
		.method = ALERTE_POSITION_CELL, .confidence_percent = 95,
	};
	int64_t id;

	(void)state;
	e.shape = ALERTE_SHAPE_JSON;
	assert_int_equal(open_with(sizeof(struct alerte_options), false), 0);
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), 0);
	set_people();
	id = press();
	assert_true(alerte_fix(a, id, &p, at(2)) >= 0);
	assert_true(alerte_step(a, at(2)) > 0);
	assert_non_null(strstr(body, "\"latitude\":45.7578000"));
	assert_null(strstr(body, "\"method\""));
	assert_null(strstr(body, "\"confidence\""));
	assert_non_null(strstr(text, "GPS 14h05"));
	p.size = POSITION_FIRST - 4;
	assert_int_equal(alerte_fix(a, id, &p, at(3)), ALERTE_EINVAL);
	p.size = sizeof(p);
	p.confidence_percent = 101;
	assert_int_equal(alerte_fix(a, id, &p, at(3)), ALERTE_EINVAL);
	p.confidence_percent = 0;
	p.method = (enum alerte_position_method)4;
	assert_int_equal(alerte_fix(a, id, &p, at(3)), ALERTE_EINVAL);
}

static void older_options_are_of_a_receiver_that_stays(void **state)
{
	struct alerte_endpoint e = endpoint(sizeof(e));

	(void)state;
	assert_int_equal(open_with(offsetof(struct alerte_options, rank),
				   true), 0);
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), 0);
	set_people();
	press();
	assert_non_null(strstr(text, "Lyon 3e"));
	assert_null(strstr(text, "domicile"));
	alerte_close(a);
	assert_int_equal(open_with(sizeof(struct alerte_options), true), 0);
	assert_int_equal(alerte_endpoint_set(a, &e, at(0)), 0);
	set_people();
	press();
	assert_non_null(strstr(text, "position inconnue, domicile: Lyon 3e"));
	alerte_close(a);
	a = NULL;
	assert_int_equal(open_with(8, true), ALERTE_EINVAL);
}

static int teardown(void **state)
{
	(void)state;
	alerte_close(a);
	a = NULL;
	return 0;
}

#define T(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_older_endpoint_leaves_its_shape_as_it_is),
		T(a_shape_or_station_that_is_none_is_refused),
		T(an_older_position_is_of_no_known_method),
		T(older_options_are_of_a_receiver_that_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
