/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "pair.h"

#define SECOND "356938035643809"

struct pair w;

/* ---------------------------------------------------------------- engine */

int64_t now_ms(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * INT64_C(1000) + t.tv_nsec / 1000000;
}

static struct alerte_time now(void)
{
	struct alerte_time t = { .boot_ms = now_ms(CLOCK_BOOTTIME),
				 .wall_ms = now_ms(CLOCK_REALTIME),
				 .wall_trusted = true };

	return t;
}

static int host_send(void *context, const struct alerte_message *m)
{
	(void)context;
	return paths_send(w.paths, m);
}

static int host_random(void *context, void *bytes, size_t len)
{
	(void)context;
	return getrandom(bytes, len, 0) == (ssize_t)len ? 0 : -1;
}

static const uint8_t key[ALERTE_KEY_BYTES] = { 1, 2, 3 };

void start_engine(void)
{
	struct alerte_host h = { .size = sizeof(h), .send = host_send,
				 .random = host_random };
	struct alerte_options o = { .size = sizeof(o), .path = ":memory:",
				    .run_key = key, .boot_id = key,
				    .relay_number = "+33639980114" };
	struct alerte_contact c = { .size = sizeof(c), .id = "paul",
				    .name = "Paul", .number = FRIEND };
	struct alerte_wearer she = {
		.size = sizeof(she), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon", .contact = { "paul" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	assert_int_equal(alerte_open(&o, &h, now(), &w.a), 0);
	assert_true(alerte_contact_set(w.a, &c, now()) >= 0);
	assert_true(alerte_wearer_set(w.a, &she, now()) >= 0);
	assert_true(alerte_button_set(w.a, &b, now()) >= 0);
}

void press(void)
{
	assert_true(alerte_press(w.a, "b1", 1, ALERTE_GESTURE_PRESS,
				 ALERTE_TRUST_WEAK, now()) >= 0);
}

/* ----------------------------------------------------------------- paths */

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	(void)context;
	alerte_receipt(w.a, attempt, part, kind, now());
}

static int on_reply(void *context, const char *from, const char *text)
{
	(void)context;
	w.nreplies++;
	snprintf(w.text, sizeof(w.text), "%s", text);
	return alerte_reply(w.a, from, text, now());
}

static void on_fault(void *context, const char *fault, bool present)
{
	size_t n = strlen(w.faults);

	(void)context;
	snprintf(w.faults + n, sizeof(w.faults) - n, "%s%s ",
		 present ? "+" : "-", fault);
	assert_int_equal(alerte_fault(w.a, fault, present, now()), 0);
}

static void on_elsewhere(void *context, int64_t attempt)
{
	(void)context;
	alerte_elsewhere(w.a, attempt, now());
}

static void on_two_way(void *context, uint32_t n)
{
	(void)context;
	w.two_way = n;
}

void start_paths(void)
{
	const struct paths_events events = {
		.receipt = on_receipt, .reply = on_reply, .fault = on_fault,
		.elsewhere = on_elsewhere, .two_way = on_two_way,
		.find = modem_driver_find
	};

	assert_true(paths_new(w.event, &events, w.stage.dir, key,
			      &w.paths) >= 0);
	paths_bus(w.paths, w.bus);
	paths_set(w.paths, w.conf, 2);
}

/* ------------------------------------------------------------------ loop */

bool until(bool (*cond)(void), int ms)
{
	int64_t end = now_ms(CLOCK_BOOTTIME) + ms;

	while (!cond()) {
		struct alerte_time t = now();

		if (t.boot_ms > end)
			return false;
		if (alerte_deadline(w.a) <= t.boot_ms)
			alerte_step(w.a, t);
		sd_event_run(w.event, 20000);
	}

	return true;
}

bool never(void)
{
	return false;
}

bool path_is(size_t i, const char *key_of, const char *value)
{
	json_t *list = paths_describe(w.paths);
	const char *is = json_string_value(json_object_get(
		json_array_get(list, i), key_of));
	bool same = is && !strcmp(is, value);

	json_decref(list);
	return same;
}

bool both_ready(void)
{
	return path_is(0, "state", "ready") && path_is(1, "state", "ready") &&
	       path_is(0, "registration", "home") &&
	       path_is(1, "registration", "home");
}

size_t size_of(json_t *list)
{
	size_t n = json_array_size(list);

	json_decref(list);
	return n;
}

size_t sent_first(void)
{
	return size_of(stage_modem(&w.stage, "sent"));
}

size_t sent_second(void)
{
	return size_of(stage_modem2(&w.stage, "sent"));
}

void tell_first(const char *command)
{
	json_decref(stage_modem(&w.stage, "%s", command));
}

void tell_second(const char *command)
{
	json_decref(stage_modem2(&w.stage, "%s", command));
}

int attempts(enum alerte_attempt_state state)
{
	struct alerte_alert a = { .size = sizeof(a) };
	struct alerte_attempt t = { .size = sizeof(t) };
	int64_t newest = 0;
	int n = 0;

	while (alerte_alert_next(w.a, newest, &a) == 1)
		newest = a.id;
	while (alerte_attempt_next(w.a, newest, t.id, &t) == 1)
		n += t.state == state;

	return n;
}

/* ---------------------------------------------------------------- life */

int open_pair(const char *const args[])
{
	int r = stage_open(&w.stage, args);

	if (r == 77)
		exit(77);
	if (r)
		return r;

	strcpy(w.conf[0].name, "modem");
	strcpy(w.conf[0].driver, "modemmanager");
	strcpy(w.conf[1].name, "second");
	strcpy(w.conf[1].driver, "modemmanager");
	strcpy(w.conf[1].device, SECOND);
	if (sd_event_new(&w.event) < 0 || sd_bus_new(&w.bus) < 0 ||
	    sd_bus_set_address(w.bus, w.stage.bus) < 0 ||
	    sd_bus_set_bus_client(w.bus, 1) < 0 || sd_bus_start(w.bus) < 0 ||
	    sd_bus_attach_event(w.bus, w.event, 0) < 0)
		return -1;

	start_engine();
	start_paths();
	return 0;
}

int close_pair(void)
{
	paths_free(w.paths);
	alerte_close(w.a);
	sd_bus_flush_close_unref(w.bus);
	sd_event_unref(w.event);
	stage_close(&w.stage);
	return 0;
}
