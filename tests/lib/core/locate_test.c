/* SPDX-License-Identifier: Apache-2.0 */
/* When the host is asked where she is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <alerte/alerte.h>

static struct {
	struct alerte *a;
	char folder[32], path[64];
	uint8_t random;
	int asked;
	int64_t alert;			/* the last time */
} w;

static struct alerte_time boot(int64_t ms)
{
	struct alerte_time t = { .boot_ms = ms,
				 .wall_ms = 1773147900000 + ms,
				 .wall_trusted = true };

	return t;
}

static struct alerte_time at(int64_t s)
{
	return boot(1000000 + s * 1000);
}

static int host_send(void *context, const struct alerte_message *m)
{
	(void)context;
	(void)m;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	uint8_t *out = bytes;

	(void)context;
	while (len--)
		*out++ = w.random += 37;
	return 0;
}

static void host_locate(void *context, int64_t alert)
{
	(void)context;
	w.asked++;
	w.alert = alert;
}

static int open_engine(bool moving, int64_t s)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random,
				 .locate = host_locate };
	struct alerte_options o = { .size = sizeof(o), .path = w.path,
				    .run_key = key, .boot_id = key,
				    .relay_number = "+33639980114",
				    .moving = moving };

	return alerte_open(&o, &h, at(s), &w.a);
}

static int start(bool moving)
{
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = "+33639980101" };
	struct alerte_wearer she = { .size = sizeof(she), .id = "marie",
				     .name = "Marie Durand",
				     .short_name = "Marie D.",
				     .number = "+33639980100",
				     .place = "12 rue Garibaldi, 69003 Lyon",
				     .contact = { "paul" } };
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	memset(&w, 0, sizeof(w));
	strcpy(w.folder, "/tmp/alerte-locate.XXXXXX");
	if (!mkdtemp(w.folder))
		return -1;
	snprintf(w.path, sizeof(w.path), "%s/db", w.folder);
	return open_engine(moving, 0) < 0 ||
	       alerte_contact_set(w.a, &c, at(0)) < 0 ||
	       alerte_wearer_set(w.a, &she, at(0)) < 0 ||
	       alerte_button_set(w.a, &b, at(0)) < 0 ? -1 : 0;
}

static int start_moving(void **state)
{
	(void)state;
	return start(true);
}

static int start_fixed(void **state)
{
	(void)state;
	return start(false);
}

static int stop(void **state)
{
	char wal[80];

	(void)state;
	if (alerte_close(w.a))
		return -1;
	snprintf(wal, sizeof(wal), "%s-wal", w.path);
	unlink(wal);
	unlink(w.path);
	return rmdir(w.folder);
}

static void press(void)
{
	assert_true(alerte_press(w.a, "b1", 1, ALERTE_GESTURE_PRESS,
				 ALERTE_TRUST_WEAK, at(0)) >= 0);
	assert_true(alerte_step(w.a, at(0)) >= 0);
}

/* Go on, from deadline to deadline, until then. */
static void until(int64_t s)
{
	int64_t due;

	while ((due = alerte_deadline(w.a)) <= at(s).boot_ms)
		assert_true(alerte_step(w.a, boot(due)) >= 0);
	assert_true(alerte_step(w.a, at(s)) >= 0);
}

static int64_t the_alert(void)
{
	struct alerte_alert alert = { .size = sizeof(alert) };

	assert_int_equal(alerte_alert_next(w.a, 0, &alert), 1);
	return alert.id;
}

/* ----------------------------------------------------------------- tests */

static void a_host_that_moves_is_asked_again_before_it_stops_looking(
	void **state)
{
	(void)state;
	press();
	assert_int_equal(w.asked, 1);
	assert_int_equal(w.alert, the_alert());
	until(299);
	assert_int_equal(w.asked, 2);
	until(1810);
	assert_int_equal(w.asked, 8);
}

static void it_is_asked_on_while_somebody_is_on_the_way(void **state)
{
	(void)state;
	press();
	assert_true(alerte_ack(w.a, the_alert(), "paul", at(1)) >= 0);
	until(600);
	assert_int_equal(w.asked, 3);
}

static void once_the_alert_is_over_nobody_is_followed(void **state)
{
	(void)state;
	press();
	assert_true(alerte_finish(w.a, the_alert(), "operator", at(1)) >= 0);
	until(600);
	assert_int_equal(w.asked, 1);
}

static void after_a_restart_it_is_asked_at_once(void **state)
{
	(void)state;
	press();
	assert_int_equal(alerte_close(w.a), 0);
	assert_int_equal(open_engine(true, 10), 0);
	assert_true(alerte_deadline(w.a) <= at(10).boot_ms);
	until(10);
	assert_int_equal(w.asked, 2);
	assert_int_equal(w.alert, the_alert());
}

static void one_that_stays_where_it_is_is_asked_once(void **state)
{
	(void)state;
	press();
	until(1810);
	assert_int_equal(w.asked, 1);
}

static void an_exercise_asks_nothing(void **state)
{
	int64_t id;

	(void)state;
	assert_true(alerte_exercise(w.a, "marie", at(0), &id) >= 0);
	until(600);
	assert_int_equal(w.asked, 0);
}

#define MOVING(t) cmocka_unit_test_setup_teardown(t, start_moving, stop)
#define FIXED(t) cmocka_unit_test_setup_teardown(t, start_fixed, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MOVING(a_host_that_moves_is_asked_again_before_it_stops_looking),
		MOVING(it_is_asked_on_while_somebody_is_on_the_way),
		MOVING(once_the_alert_is_over_nobody_is_followed),
		MOVING(after_a_restart_it_is_asked_at_once),
		MOVING(an_exercise_asks_nothing),
		FIXED(one_that_stays_where_it_is_is_asked_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
