/* SPDX-License-Identifier: Apache-2.0 */
/* How soon an SMS gateway that fails is asked again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "modem/http_gateway.h"

static sd_event *event;
static void *modem;
static int nothing;			/* its port is ours, and nobody listens */

static void on_fault(void *context, const char *fault, bool present)
{
	(void)context;
	(void)fault;
	(void)present;
}

static void on_receipt(void *context, int64_t attempt, int part,
		       enum alerte_receipt_kind kind)
{
	(void)context;
	(void)attempt;
	(void)part;
	(void)kind;
}

static int start(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct modem_events events = { .fault = on_fault,
					     .receipt = on_receipt };
	struct modem_config c = { .name = "gateway", .request = "kannel",
				  .user = "u", .password = "p" };
	socklen_t len = sizeof(at);
	char url[64];

	(void)state;
	nothing = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(nothing, (struct sockaddr *)&at, len) ||
	    getsockname(nothing, (struct sockaddr *)&at, &len))
		return -1;

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/x",
		 ntohs(at.sin_port));
	c.url = url;
	return sd_event_new(&event) < 0 ||
	       modem_http.start(&c, event, NULL, &events, &modem) < 0;
}

static int stop(void **state)
{
	(void)state;
	modem_http.stop(modem);
	sd_event_unref(event);
	return close(nothing);
}

static uint32_t failures(void)
{
	struct alerte_gateway_state s = { .size = sizeof(s) };
	const struct http *h = modem;

	assert_int_equal(alerte_gateway_describe(h->gateway, &s), 0);
	return s.failures;
}

/* The first probe fails long after it was made. */
static void a_gateway_that_fails_a_probe_is_asked_again_soon(void **state)
{
	struct http *h = modem;

	(void)state;
	h->failing_ms = 20;
	for (int i = 0; i < 1000 && failures() < 3; i++)
		sd_event_run(event, 10000);
	assert_true(failures() >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_gateway_that_fails_a_probe_is_asked_again_soon,
			start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
