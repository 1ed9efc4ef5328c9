/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks for, and on which path it may leave (M4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "daemon.h"
#include "modem/modem.h"

static int sent;

static int count(void *modem, const struct alerte_message *m)
{
	(void)modem;
	(void)m;
	sent++;
	return 0;
}

static const struct modem_driver one_way = { .name = "gateway",
					     .send = count };
static const struct modem_driver two_way = { .name = "modem", .send = count,
					     .two_way = true };

static int give(const struct modem_driver *driver, bool there,
		enum alerte_channel channel)
{
	static int modem;
	struct daemon d = { .modem_driver = driver,
			    .modem = there ? &modem : NULL };
	struct alerte_host host = host_of(&d);
	struct alerte_message m = {
		.size = sizeof(m), .attempt = 1, .channel = channel,
		.address = "+33639980114", .text = "x", .parts = 1
	};

	sent = 0;
	return host.send(host.context, &m);
}

static void a_path_that_cannot_receive_never_carries_the_114(void **state)
{
	(void)state;
	assert_int_equal(give(&one_way, true, ALERTE_CHANNEL_RELAY114),
			 ALERTE_EREFUSED);
	assert_int_equal(sent, 0);
	assert_int_equal(give(&one_way, true, ALERTE_CHANNEL_SMS), 0);
	assert_int_equal(sent, 1);
	assert_int_equal(give(&two_way, true, ALERTE_CHANNEL_RELAY114), 0);
	assert_int_equal(sent, 1);
}

static void without_a_modem_or_a_server_nothing_was_sent(void **state)
{
	(void)state;
	assert_int_equal(give(&two_way, false, ALERTE_CHANNEL_SMS),
			 ALERTE_EREFUSED);
	assert_int_equal(give(&two_way, false, ALERTE_CHANNEL_RELAY114),
			 ALERTE_EREFUSED);
	assert_int_equal(give(&two_way, true, ALERTE_CHANNEL_HTTPS),
			 ALERTE_EREFUSED);
	assert_int_equal(sent, 0);
}

static int asked;

static void look(void *modem, int64_t alert)
{
	(void)modem;
	asked = (int)alert;
}

static int whom_locate_asks(bool moving, bool there, bool able)
{
	const struct modem_driver driver = { .name = "modem", .send = count,
					     .locate = able ? look : NULL };
	static int modem;
	struct daemon d = { .modem_driver = &driver,
			    .modem = there ? &modem : NULL };
	struct alerte_host host = host_of(&d);

	d.conf.place_moving = moving;
	asked = 0;
	host.locate(host.context, 7);
	return asked;
}

static void only_a_modem_that_moves_with_her_is_asked_where(void **state)
{
	(void)state;
	assert_int_equal(whom_locate_asks(true, true, true), 7);
	assert_int_equal(whom_locate_asks(false, true, true), 0);
	assert_int_equal(whom_locate_asks(true, false, true), 0);
	assert_int_equal(whom_locate_asks(true, true, false), 0);
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
		cmocka_unit_test(a_path_that_cannot_receive_never_carries_the_114),
		cmocka_unit_test(without_a_modem_or_a_server_nothing_was_sent),
		cmocka_unit_test(
			only_a_modem_that_moves_with_her_is_asked_where),
		cmocka_unit_test(
			that_a_button_is_silent_is_for_nobody_who_reads_the_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
