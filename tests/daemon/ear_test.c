/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ear with drivers of the test's own, in virtual time: which of them
 * listens, and what is said of it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ear.h"

#define S INT64_C(1000)
#define MIN (60 * S)

/* What a driver of the test does, and what was done to it. */
struct fake {
	int start_answer;
	int recover_answer[4];
	bool there;			/* in the table */
	struct radio_adapter adapter[2];
	int n;
	struct radio_events events;	/* of the one started last */
	int started, running;
	int recovered[4];
	sd_bus *bus;
	char file[32], only[32];
};

static struct fake mgmt, bluez, file;
static struct ear *ear;
static sd_event *event;
static int64_t boot, slept;
static bool enrolled;			/* what is heard is of a button */
static int64_t button;			/* when one was */
static int frames, notifications, faults, ends;
static int order[8], turns;		/* +: started, -: stopped */

static int begin(struct fake *f, int id, const struct radio_config *config,
		 const struct radio_events *events, char *why, void **out)
{
	if (f->start_answer < 0) {
		strcpy(why, "not allowed; set a capability");
		return f->start_answer;
	}

	f->events = *events;
	f->bus = config->bus;
	snprintf(f->file, sizeof(f->file), "%s", config->file);
	snprintf(f->only, sizeof(f->only), "%s",
		 config->adapter ? config->adapter : "");
	f->started++;
	f->running++;
	order[turns++ % 8] = id;
	*out = f;
	return 0;
}

#define FAKE(name_, id)							\
static int name_##_start(const struct radio_config *config, sd_event *e,\
			 const struct radio_events *events,		\
			 char why[RADIO_WHY_MAX], void **out)		\
{									\
	(void)e;							\
	return begin(&name_, id, config, events, why, out);		\
}									\
static void name_##_stop(void *radio)					\
{									\
	((struct fake *)radio)->running--;				\
	order[turns++ % 8] = -(id);					\
}									\
static const struct radio_driver name_##_driver = {			\
	.name = id == 3 ? "replay" : #name_, .start = name_##_start,	\
	.adapters = adapters, .recover = recover,			\
	.describe = describe, .stop = name_##_stop			\
};

static int adapters(void *radio, struct radio_adapter out[RADIO_ADAPTERS_MAX])
{
	const struct fake *f = radio;

	if (f->n > 0)
		memcpy(out, f->adapter, (size_t)f->n * sizeof(*out));

	return f->n;
}

static int recover(void *radio, uint32_t source, enum radio_stage stage)
{
	struct fake *f = radio;

	(void)source;
	f->recovered[stage]++;
	return f->recover_answer[stage];
}

static void describe(void *radio, json_t *out)
{
	(void)radio;
	json_object_set_new(out, "of_driver", json_integer(1));
}

FAKE(mgmt, 1)
FAKE(bluez, 2)
FAKE(file, 3)

static const struct radio_driver *find(const char *name)
{
	if (mgmt.there && !strcmp(name, "mgmt"))
		return &mgmt_driver;
	if (bluez.there && !strcmp(name, "bluez"))
		return &bluez_driver;
	if (!strcmp(name, "replay"))
		return &file_driver;

	return NULL;
}

/* -------------------------------------------------------------- the host */

static int64_t on_now(void *context)
{
	(void)context;
	return boot;
}

static int64_t on_awake(void *context)
{
	(void)context;
	return boot - slept;
}

static int64_t on_button(void *context)
{
	(void)context;
	return button;
}

static void on_hear(void *context, const struct alerte_advert *advert)
{
	(void)context;
	(void)advert;
	frames++;
	if (enrolled)
		button = boot;
}

static void on_notified(void *context,
			const struct alerte_notification *heard)
{
	(void)context;
	(void)heard;
	notifications++;
	button = boot;
}

static void on_deaf(void *context, bool deaf)
{
	(void)context;
	if (deaf)
		faults++;
	else
		ends++;
}

static void fake_set(struct fake *f)
{
	memset(f, 0, sizeof(*f));
	f->there = true;
	f->n = 1;
	f->adapter[0] = (struct radio_adapter){
		.name = "hci0", .powered = true, .scanning = true
	};
}

static int setup(void **state)
{
	const struct ear_events events = {
		.now = on_now, .awake = on_awake, .button = on_button,
		.hear = on_hear, .notified = on_notified, .deaf = on_deaf, .find = find
	};

	(void)state;
	fake_set(&mgmt);
	fake_set(&bluez);
	fake_set(&file);
	boot = 1000 * S;
	slept = 0;
	enrolled = false;
	button = 0;
	frames = notifications = faults = ends = turns = 0;
	memset(order, 0, sizeof(order));
	assert_true(sd_event_new(&event) >= 0);
	assert_int_equal(ear_new(event, &events, &ear), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ear_free(ear);
	ear = NULL;
	sd_event_unref(event);
	assert_int_equal(mgmt.running + bluez.running + file.running, 0);
	return 0;
}

static void listen_to(const char *driver)
{
	struct ear_config config = { .file = "frames" };

	strcpy(config.driver, driver);
	ear_set(ear, &config);
}

static void pass(int64_t ms)
{
	int64_t until = boot + ms;

	while (boot < until) {
		boot += S;
		ear_tick(ear);
	}
}

static void hear(const struct fake *f, uint8_t last)
{
	const struct alerte_advert advert = {
		.size = sizeof(advert),
		.address = { 0xaa, 0xbb, 0xcc, 0xdd, 0xee, last }
	};

	f->events.hear(f->events.context, &advert);
}

static json_t *value(json_t *doc, const char *key)
{
	return json_object_get(doc, key);
}

static void says(const char *key, const char *word)
{
	json_t *doc = ear_describe(ear);

	assert_string_equal(json_string_value(value(doc, key)), word);
	json_decref(doc);
}

static void why_says(const char *words)
{
	json_t *doc = ear_describe(ear);
	const char *why = json_string_value(value(doc, "why"));

	if (!strstr(why, words))
		fail_msg("\"%s\" is not in \"%s\"", words, why);
	json_decref(doc);
}

static json_int_t number(const char *key)
{
	json_t *doc = ear_describe(ear);
	json_t *v = value(json_array_get(value(doc, "adapters"), 0), key);
	json_int_t n = json_is_integer(v) ? json_integer_value(v) : -1;

	json_decref(doc);
	return n;
}

static sd_bus *a_bus(void)
{
	return (sd_bus *)&bluez;	/* never looked into */
}

/* ---------------------------------------------------------------- choice */

static void auto_takes_mgmt_first(void **state)
{
	(void)state;
	ear_bus(ear, a_bus());
	listen_to("auto");
	assert_int_equal(mgmt.running, 1);
	assert_int_equal(bluez.started, 0);
	says("driver", "mgmt");
	says("choice", "auto");
	says("state", "listening");
	why_says("");
	assert_false(ear_missing(ear));
}

static void auto_takes_bluez_where_mgmt_cannot_be_and_says_why(void **state)
{
	(void)state;
	mgmt.start_answer = -EPERM;
	ear_bus(ear, a_bus());
	listen_to("auto");
	assert_int_equal(bluez.running, 1);
	assert_ptr_equal(bluez.bus, a_bus());
	says("driver", "bluez");
	why_says("mgmt: not allowed; set a capability");
}

static void auto_without_either_is_missing_and_tries_again(void **state)
{
	(void)state;
	mgmt.start_answer = -EPERM;
	bluez.there = false;
	listen_to("auto");
	assert_true(ear_missing(ear));
	says("state", "missing");
	why_says("mgmt: not allowed; set a capability; bluez: ");
	pass(10 * S);
	assert_int_equal(faults, 1);
	mgmt.start_answer = 0;
	pass(3 * S);
	assert_int_equal(mgmt.running, 1);
	assert_false(ear_missing(ear));
	pass(4 * S);
	assert_int_equal(ends, 1);
}

static void a_bus_that_comes_later_lets_bluez_start(void **state)
{
	(void)state;
	mgmt.there = false;
	listen_to("auto");
	assert_int_equal(bluez.started, 0);
	assert_true(ear_missing(ear));
	ear_bus(ear, a_bus());
	assert_int_equal(bluez.running, 1);
	assert_false(ear_missing(ear));
}

static void a_bus_that_goes_ends_bluez_before_it_is_gone(void **state)
{
	(void)state;
	ear_bus(ear, a_bus());
	listen_to("bluez");
	assert_int_equal(bluez.running, 1);
	ear_bus(ear, NULL);
	assert_int_equal(bluez.running, 0);
	assert_true(ear_missing(ear));
	ear_bus(ear, a_bus());
	assert_int_equal(bluez.running, 1);
}

static void a_bus_that_goes_lets_mgmt_take_over(void **state)
{
	(void)state;
	mgmt.start_answer = -EPERM;
	ear_bus(ear, a_bus());
	listen_to("auto");
	mgmt.start_answer = 0;
	ear_bus(ear, NULL);
	assert_int_equal(bluez.running, 0);
	assert_int_equal(mgmt.running, 1);
	assert_false(ear_missing(ear));
}

static void mgmt_is_taken_at_a_reload_once_it_is_possible(void **state)
{
	(void)state;
	mgmt.start_answer = -EPERM;
	ear_bus(ear, a_bus());
	listen_to("auto");
	listen_to("auto");
	assert_int_equal(bluez.started, 1);
	says("driver", "bluez");
	mgmt.start_answer = 0;
	listen_to("auto");
	says("driver", "mgmt");
	assert_int_equal(bluez.running, 0);
}

static void mgmt_that_stays_deaf_gives_way_to_bluez(void **state)
{
	(void)state;
	mgmt.recover_answer[RADIO_STAGE_BLUEZ] = -EOPNOTSUPP;
	ear_bus(ear, a_bus());
	listen_to("auto");
	mgmt.adapter[0].scanning = false;
	pass(MIN);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_SCAN], 1);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_POWER], 1);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_BLUEZ], 1);
	says("driver", "bluez");
	why_says("mgmt stayed deaf");
	assert_int_equal(faults, 0);
	assert_int_equal(mgmt.running, 0);
}

static void two_adapters(struct fake *f)
{
	f->n = 2;
	f->adapter[1] = f->adapter[0];
	strcpy(f->adapter[1].name, "hci1");
	f->adapter[1].source = 1;
}

static void one_adapter_that_fails_takes_no_driver_from_another(void **state)
{
	(void)state;
	two_adapters(&mgmt);
	mgmt.adapter[1].scanning = false;
	mgmt.recover_answer[RADIO_STAGE_BLUEZ] = -EOPNOTSUPP;
	bluez.n = 0;
	ear_bus(ear, a_bus());
	listen_to("auto");
	pass(10 * MIN);
	says("driver", "mgmt");
	assert_int_equal(bluez.started, 0);
	assert_int_equal(faults, 0);
}

static void a_driver_named_in_the_settings_is_not_changed(void **state)
{
	(void)state;
	mgmt.recover_answer[RADIO_STAGE_BLUEZ] = -EOPNOTSUPP;
	ear_bus(ear, a_bus());
	listen_to("mgmt");
	mgmt.adapter[0].scanning = false;
	pass(5 * MIN);
	says("driver", "mgmt");
	says("state", "deaf");
	says("deaf", "not-scanning");
	assert_int_equal(faults, 1);
}

static void bluez_that_is_deaf_lets_mgmt_try_again(void **state)
{
	(void)state;
	mgmt.start_answer = -EPERM;
	ear_bus(ear, a_bus());
	listen_to("auto");
	mgmt.start_answer = 0;
	bluez.n = 0;
	pass(10 * S);
	says("driver", "mgmt");
	assert_int_equal(bluez.running, 0);
}

/* ---------------------------------------------------------------- change */

static void the_new_driver_starts_before_the_old_one_stops(void **state)
{
	(void)state;
	listen_to("mgmt");
	listen_to("replay");
	assert_int_equal(turns, 3);
	assert_int_equal(order[1], 3);
	assert_int_equal(order[2], -1);
}

static void both_are_heard_until_the_new_one_scans(void **state)
{
	(void)state;
	listen_to("replay");
	mgmt.adapter[0].scanning = false;
	listen_to("mgmt");
	pass(3 * S);
	assert_int_equal(file.running, 1);
	hear(&file, 1);
	hear(&mgmt, 1);
	assert_int_equal(frames, 2);
	mgmt.adapter[0].scanning = true;
	pass(S);
	assert_int_equal(file.running, 0);
}

static void the_old_one_goes_on_until_each_adapter_scans_by_the_new(void **state)
{
	(void)state;
	two_adapters(&mgmt);
	two_adapters(&bluez);
	bluez.adapter[1].scanning = false;
	listen_to("mgmt");
	ear_bus(ear, a_bus());
	listen_to("bluez");
	pass(2 * S);
	assert_int_equal(mgmt.running, 1);
	bluez.adapter[1].scanning = true;
	pass(S);
	assert_int_equal(mgmt.running, 0);
}

static void a_driver_that_lost_its_socket_is_started_anew(void **state)
{
	(void)state;
	listen_to("mgmt");
	mgmt.n = -ENOTCONN;
	pass(S);
	assert_int_equal(mgmt.started, 2);
	assert_int_equal(mgmt.running, 1);
	mgmt.n = 1;
	pass(30 * S);
	says("state", "listening");
	assert_int_equal(mgmt.running, 1);
	assert_int_equal(faults, 0);
}

static void an_old_driver_is_kept_no_longer_than_it_takes_to_scan(void **state)
{
	(void)state;
	listen_to("replay");
	mgmt.adapter[0].scanning = false;
	listen_to("mgmt");
	pass(11 * S);
	assert_int_equal(file.running, 0);
}

static void what_does_not_start_leaves_the_old_one_listening(void **state)
{
	(void)state;
	listen_to("replay");
	mgmt.start_answer = -EPERM;
	listen_to("mgmt");
	assert_int_equal(file.running, 1);
	assert_true(ear_missing(ear));
	why_says("mgmt: not allowed");
	mgmt.start_answer = 0;
	pass(3 * S);
	assert_int_equal(mgmt.running, 1);
	assert_int_equal(file.running, 0);
	assert_false(ear_missing(ear));
}

static void another_adapter_is_another_start(void **state)
{
	struct ear_config config = { .driver = "mgmt", .adapter = "hci1" };

	(void)state;
	listen_to("mgmt");
	assert_string_equal(mgmt.only, "");
	ear_set(ear, &config);
	assert_int_equal(mgmt.started, 2);
	assert_int_equal(mgmt.running, 1);
	assert_string_equal(mgmt.only, "hci1");
	ear_set(ear, &config);
	assert_int_equal(mgmt.started, 2);
}

static void another_adapter_restarts_bluez_under_auto_too(void **state)
{
	struct ear_config config = { .driver = "auto", .adapter = "hci1" };

	(void)state;
	mgmt.start_answer = -EPERM;
	ear_bus(ear, a_bus());
	listen_to("auto");
	ear_set(ear, &config);
	assert_int_equal(bluez.started, 2);
	assert_int_equal(bluez.running, 1);
	assert_string_equal(bluez.only, "hci1");
}

static void a_new_driver_is_not_recovered_for_what_the_old_one_had(void **state)
{
	(void)state;
	listen_to("replay");
	file.adapter[0].scanning = mgmt.adapter[0].scanning = false;
	pass(4 * S);
	listen_to("mgmt");
	pass(8 * S);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_SCAN], 0);
}

static void none_listens_to_nothing_and_is_no_fault(void **state)
{
	(void)state;
	listen_to("mgmt");
	mgmt.n = 0;
	pass(10 * S);
	assert_int_equal(faults, 1);
	listen_to("none");
	assert_int_equal(mgmt.running, 0);
	assert_int_equal(ends, 1);
	pass(MIN);
	assert_int_equal(faults, 1);
	says("state", "none");
	assert_false(ear_missing(ear));
}

/* ------------------------------------------------------------ supervision */

static void what_an_adapter_hears_is_counted(void **state)
{
	int i;

	(void)state;
	listen_to("mgmt");
	assert_int_equal(number("last_age_ms"), -1);
	assert_int_equal(number("enrolled_age_ms"), -1);

	for (i = 0; i < 30; i++)
		hear(&mgmt, (uint8_t)i);

	enrolled = true;
	hear(&mgmt, 1);
	enrolled = false;
	boot += 3 * S;
	hear(&mgmt, 1);
	boot += 2 * S;
	assert_int_equal(number("heard"), 32);
	assert_int_equal(number("rate"), 32);
	assert_int_equal(number("last_age_ms"), 2 * S);
	assert_int_equal(number("enrolled_age_ms"), 5 * S);
	assert_int_equal(number("restarts"), 0);
	says("driver", "mgmt");
	assert_int_equal(frames, 32);
}

static void an_adapter_pulled_out_is_told_once_and_its_end_too(void **state)
{
	(void)state;
	listen_to("mgmt");
	pass(10 * S);
	assert_int_equal(faults, 0);
	assert_int_equal(ends, 1);	/* of whatever was before the start */
	mgmt.n = 0;
	pass(10 * MIN);
	assert_int_equal(faults, 1);
	says("deaf", "no-adapter");
	mgmt.n = 1;
	pass(10 * S);
	assert_int_equal(faults, 1);
	assert_int_equal(ends, 2);
	says("state", "listening");
}

static void what_recovers_within_the_limit_tells_nobody(void **state)
{
	(void)state;
	listen_to("mgmt");
	mgmt.adapter[0].scanning = false;
	pass(20 * S);
	assert_true(mgmt.recovered[RADIO_STAGE_SCAN] > 0);
	assert_int_equal(number("restarts"), 1);
	mgmt.adapter[0].scanning = true;
	pass(10 * MIN);
	assert_int_equal(faults, 0);
}

static void a_canary_is_recognised_by_its_address(void **state)
{
	struct ear_config config = {
		.driver = "mgmt", .canary_minutes = 1,
		.canary = { 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff }
	};
	json_t *doc;
	int i;

	(void)state;
	ear_set(ear, &config);

	for (i = 0; i < 10; i++) {
		hear(&mgmt, 0xff);
		pass(50 * S);
	}

	assert_int_equal(faults, 0);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_SCAN], 0);
	doc = ear_describe(ear);
	assert_int_equal(json_integer_value(value(doc, "canary_age_ms")),
			 50 * S);
	json_decref(doc);

	for (i = 0; i < 3; i++) {
		hear(&mgmt, 0xfe);
		pass(50 * S);
	}

	assert_int_equal(faults, 1);
	says("deaf", "canary-missed");
}

static void a_sleep_is_noticed_by_two_clocks(void **state)
{
	(void)state;
	listen_to("mgmt");
	hear(&mgmt, 1);
	pass(10 * S);
	boot += 60 * MIN;
	slept += 60 * MIN;
	pass(9 * S);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_SCAN], 0);
	pass(3 * S);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_SCAN], 1);
}

static void a_change_a_driver_tells_is_judged_when_the_loop_turns(void **state)
{
	(void)state;
	listen_to("mgmt");
	sd_event_run(event, 0);
	mgmt.adapter[0].blocked = true;
	mgmt.events.changed(mgmt.events.context);
	sd_event_run(event, 0);
	says("state", "listening");
	assert_int_equal(number("blocked"), -1);	/* no number: a truth */
	boot += 6 * S;
	mgmt.events.changed(mgmt.events.context);
	sd_event_run(event, 0);
	says("deaf", "blocked");
}

static void a_notification_passes(void **state)
{
	const struct alerte_notification heard = { .size = sizeof(heard) };

	(void)state;
	listen_to("replay");
	file.events.notified(file.events.context, &heard);
	assert_int_equal(notifications, 1);
	assert_int_equal(number("enrolled_age_ms"), 0);
	assert_string_equal(file.file, "frames");
}

/* Over a connection of its own, which the driver knows nothing of. */
static void a_connected_button_holds_the_stages_back(void **state)
{
	(void)state;
	listen_to("mgmt");
	pass(10 * S);
	button = boot;
	mgmt.adapter[0].scanning = false;
	pass(29 * S);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_SCAN], 0);
	pass(5 * S);
	assert_int_equal(mgmt.recovered[RADIO_STAGE_SCAN], 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(auto_takes_mgmt_first),
		T(auto_takes_bluez_where_mgmt_cannot_be_and_says_why),
		T(auto_without_either_is_missing_and_tries_again),
		T(a_bus_that_comes_later_lets_bluez_start),
		T(a_bus_that_goes_ends_bluez_before_it_is_gone),
		T(a_bus_that_goes_lets_mgmt_take_over),
		T(mgmt_is_taken_at_a_reload_once_it_is_possible),
		T(mgmt_that_stays_deaf_gives_way_to_bluez),
		T(one_adapter_that_fails_takes_no_driver_from_another),
		T(a_driver_named_in_the_settings_is_not_changed),
		T(bluez_that_is_deaf_lets_mgmt_try_again),
		T(the_new_driver_starts_before_the_old_one_stops),
		T(both_are_heard_until_the_new_one_scans),
		T(the_old_one_goes_on_until_each_adapter_scans_by_the_new),
		T(a_driver_that_lost_its_socket_is_started_anew),
		T(an_old_driver_is_kept_no_longer_than_it_takes_to_scan),
		T(what_does_not_start_leaves_the_old_one_listening),
		T(another_adapter_is_another_start),
		T(another_adapter_restarts_bluez_under_auto_too),
		T(a_new_driver_is_not_recovered_for_what_the_old_one_had),
		T(none_listens_to_nothing_and_is_no_fault),
		T(what_an_adapter_hears_is_counted),
		T(an_adapter_pulled_out_is_told_once_and_its_end_too),
		T(what_recovers_within_the_limit_tells_nobody),
		T(a_canary_is_recognised_by_its_address),
		T(a_sleep_is_noticed_by_two_clocks),
		T(a_change_a_driver_tells_is_judged_when_the_loop_turns),
		T(a_notification_passes),
		T(a_connected_button_holds_the_stages_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
