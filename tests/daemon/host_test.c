/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks for when there is nothing to do it with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "daemon.h"
#include "modem/modem.h"
#include "paths.h"

static int give(enum alerte_channel channel)
{
	struct daemon d = { .paths = NULL };
	struct alerte_host host = host_of(&d);
	struct alerte_message m = {
		.size = sizeof(m), .attempt = 1, .channel = channel,
		.address = "+33639980114", .text = "x", .parts = 1
	};

	return host.send(host.context, &m);
}

static void without_a_path_or_a_server_nothing_was_sent(void **state)
{
	(void)state;
	assert_int_equal(give(ALERTE_CHANNEL_SMS), ALERTE_EREFUSED);
	assert_int_equal(give(ALERTE_CHANNEL_RELAY114), ALERTE_EREFUSED);
	assert_int_equal(give(ALERTE_CHANNEL_VOICE), ALERTE_EREFUSED);
	assert_int_equal(give(ALERTE_CHANNEL_HTTPS), ALERTE_EREFUSED);
}

/* L8: what a stop says of what has no answer is the same without it. */
static void an_unseen_message_is_waited_for_and_not_told_of(void **state)
{
	struct flight f = { .n = 0 };

	(void)state;
	flight_begin(&f, 1, false);
	flight_begin(&f, 2, true);
	assert_int_equal(f.n, 2);
	assert_int_equal(flight_seen(&f), 1);
	flight_end(&f, 1);
	assert_int_equal(f.n, 1);
	assert_int_equal(flight_seen(&f), 0);
}

static int modem, asked;

static int start(const struct modem_config *config, sd_event *event,
		 sd_bus *bus, const struct modem_events *events, void **out)
{
	(void)config;
	(void)event;
	(void)bus;
	(void)events;
	*out = &modem;
	return 0;
}

static void stop(void *m)
{
	(void)m;
}

static void look(void *m, int64_t alert)
{
	assert_ptr_equal(m, &modem);
	asked = (int)alert;
}

static const struct modem_driver able = {
	.name = "able", .start = start, .stop = stop, .locate = look
};
static const struct modem_driver unable = {
	.name = "unable", .start = start, .stop = stop
};

static const struct modem_driver *find(const char *name)
{
	return strcmp(name, able.name) ? &unable : &able;
}

static void on_fault(void *context, const char *fault, bool present)
{
	(void)context;
	(void)fault;
	(void)present;
}

static void on_two_way(void *context, uint32_t n)
{
	(void)context;
	(void)n;
}

/* What a gateway with one path of this driver is asked in alert 7. */
static int whom_locate_asks(bool moving, const char *driver)
{
	const struct paths_events events = {
		.fault = on_fault, .two_way = on_two_way, .find = find
	};
	struct conf_path path = { .name = "modem" };
	struct daemon d = { .paths = NULL };
	struct alerte_host host = host_of(&d);
	sd_event *event = NULL;

	assert_true(sd_event_new(&event) >= 0);
	assert_true(paths_new(event, &events, "", NULL, &d.paths) >= 0);
	strcpy(path.driver, driver);
	paths_set(d.paths, &path, 1);
	d.conf.place_moving = moving;
	asked = 0;
	host.locate(host.context, 7);
	paths_free(d.paths);
	sd_event_unref(event);
	return asked;
}

static void only_a_modem_that_moves_with_her_is_asked_where(void **state)
{
	(void)state;
	assert_int_equal(whom_locate_asks(true, "able"), 7);
	assert_int_equal(whom_locate_asks(false, "able"), 0);
	assert_int_equal(whom_locate_asks(true, "unable"), 0);
}

static void that_a_button_is_silent_is_for_nobody_who_reads_the_state(
	void **state)
{
	(void)state;
	assert_false(host_fault_public("button-silent"));
	assert_false(host_fault_public("button-away"));
	assert_true(host_fault_public("buttons-silent"));
	assert_true(host_fault_public("battery-low"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_path_or_a_server_nothing_was_sent),
		cmocka_unit_test(
			an_unseen_message_is_waited_for_and_not_told_of),
		cmocka_unit_test(
			only_a_modem_that_moves_with_her_is_asked_where),
		cmocka_unit_test(
			that_a_button_is_silent_is_for_nobody_who_reads_the_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
