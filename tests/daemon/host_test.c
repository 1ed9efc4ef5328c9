/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine asks for when there is nothing to do it with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "daemon.h"

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
			that_a_button_is_silent_is_for_nobody_who_reads_the_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
