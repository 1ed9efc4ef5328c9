/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SMS gateway, against a socket of this machine that never answers or
 * answers what it is told; tests/interop/kannel has the real one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <alerte/gateway.h>

#include "transport/sms.h"

#define FRIEND "+33639980001"
#define WATCHES 64

static struct {
	int fd;
	unsigned int events;
} watched[WATCHES];
static size_t nwatched;
static int64_t due_ms;
static struct alerte_gateway *g;
static int listener;
static char url[64];

static size_t nreceipts;
static enum alerte_receipt_kind last;
static bool faulty;

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* ------------------------------------------------------------------ loop */

static void watch(void *context, int fd, unsigned int events)
{
	(void)context;
	for (size_t i = 0; i < nwatched; i++)
		if (watched[i].fd == fd)
			watched[i--] = watched[--nwatched];
	if (!events)
		return;

	assert_true(nwatched < WATCHES);
	watched[nwatched].fd = fd;
	watched[nwatched++].events = events;
}

static void timer(void *context, int64_t timeout_ms)
{
	(void)context;
	due_ms = timeout_ms < 0 ? ALERTE_NEVER : now_ms() + timeout_ms;
}

static void turn(void)
{
	struct pollfd p[WATCHES];
	size_t n = nwatched;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = watched[i].fd, .events =
			(watched[i].events & ALERTE_TRANSPORT_READ ? POLLIN
								   : 0) |
			(watched[i].events & ALERTE_TRANSPORT_WRITE ? POLLOUT
								    : 0) };
	poll(p, n, 5);
	for (size_t i = 0; i < n; i++)
		if (p[i].revents)
			alerte_gateway_socket(g, p[i].fd,
				(p[i].revents & ~POLLOUT
				 ? ALERTE_TRANSPORT_READ : 0) |
				(p[i].revents & POLLOUT
				 ? ALERTE_TRANSPORT_WRITE : 0));
	if (due_ms <= now_ms())
		alerte_gateway_timeout(g);
}

static void until_receipts(size_t n)
{
	int64_t end = now_ms() + 20000;

	while (nreceipts < n && now_ms() < end)
		turn();
	assert_int_equal(nreceipts, n);
}

static void on_receipt(void *context, int64_t attempt,
		       enum alerte_receipt_kind kind)
{
	(void)context;
	(void)attempt;
	nreceipts++;
	last = kind;
}

static void on_fault(void *context, const char *fault, bool present)
{
	(void)context;
	assert_string_equal(fault, "gateway");
	faulty = present;
}

/* --------------------------------------------------------------- helpers */

static struct alerte_gateway_config config_of(const char *request)
{
	const struct alerte_gateway_config c = {
		.size = sizeof(c), .answer_ms = 300, .url = url,
		.request = request, .user = "u", .password = "p",
	};

	return c;
}

#define FORM "POST application/x-www-form-urlencoded n=%n&t=%t"

static void open_gateway(const struct alerte_gateway_config *config)
{
	const struct alerte_transport_loop loop = {
		.size = sizeof(loop), .watch = watch, .timer = timer
	};
	const struct alerte_gateway_events events = {
		.size = sizeof(events), .receipt = on_receipt,
		.fault = on_fault
	};

	assert_int_equal(alerte_gateway_new(&loop, &events, config, &g), 0);
}

static int send_as(enum alerte_channel channel, const char *number,
		   enum alerte_importance importance)
{
	const struct alerte_message m = {
		.size = sizeof(m), .attempt = 1, .channel = channel,
		.address = number, .key = "k", .text = "bonjour",
		.expires_boot_ms = ALERTE_NEVER, .importance = importance,
	};

	return alerte_gateway_send(g, &m);
}

static int send_alert(void)
{
	return send_as(ALERTE_CHANNEL_SMS, FRIEND, ALERTE_IMPORTANCE_ALERT);
}

/* One connection is taken, read until that, and given this answer. */
static const char *answer_to(const char *until, const char *text)
{
	static char got[4096];
	size_t len = 0;
	int fd = -1;
	ssize_t n;

	while (fd < 0) {
		struct pollfd p = { .fd = listener, .events = POLLIN };

		turn();
		if (poll(&p, 1, 0) > 0)
			fd = accept(listener, NULL, NULL);
	}

	do {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		turn();
		if (poll(&p, 1, 5) <= 0)
			continue;
		n = read(fd, got + len, sizeof(got) - 1 - len);
		assert_true(n > 0);
		len += (size_t)n;
		got[len] = '\0';
	} while (!strstr(got, until));

	assert_true(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	return got;
}

/* What was read. */
static const char *answer(const char *text)
{
	return answer_to("bonjour", text);
}

#define HTTP(status, body) \
	"HTTP/1.1 " status "\r\nContent-Type: text/plain\r\n" \
	"Connection: close\r\n\r\n" body

static int set_up(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);

	(void)state;
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&at, len) ||
	    listen(listener, 64) ||
	    getsockname(listener, (struct sockaddr *)&at, &len))
		return -1;

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/send",
		 ntohs(at.sin_port));
	nreceipts = 0;
	faulty = false;
	g = NULL;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	alerte_gateway_free(g);
	g = NULL;
	close(listener);
	return nwatched ? -1 : 0;
}

/* ----------------------------------------------------------------- tests */

static void an_answer_that_never_comes_is_unknown(void **state)
{
	const struct alerte_gateway_config c = config_of(FORM);

	(void)state;
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	assert_int_equal(nreceipts, 0);
	until_receipts(1);
	assert_int_equal(last, ALERTE_RECEIPT_UNKNOWN);
}

static void what_never_left_is_failed(void **state)
{
	const struct alerte_gateway_config c = config_of(FORM);

	(void)state;
	close(listener);
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	until_receipts(1);
	assert_int_equal(last, ALERTE_RECEIPT_FAILED);
	assert_false(faulty);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static void a_password_no_place_is_made_for_goes_in_a_header(void **state)
{
	struct alerte_gateway_config c = config_of(FORM);
	const char *got;

	(void)state;
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	got = answer(HTTP("200 OK", ""));
	assert_non_null(strstr(got, "Authorization: Basic dTpw\r\n"));
	assert_non_null(strstr(got, "\r\n\r\nn=%2B33639980001&t=bonjour"));
	until_receipts(1);
	assert_int_equal(last, ALERTE_RECEIPT_SENT);
	alerte_gateway_free(g);

	c.user = NULL;
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	got = answer(HTTP("200 OK", ""));
	assert_non_null(strstr(got, "Authorization: Bearer p\r\n"));
	until_receipts(2);
}

static void a_target_is_put_behind_the_url(void **state)
{
	const struct alerte_gateway_config c =
		config_of("GET /x?p=%p&n=%d&t=%t");
	const char *got;

	(void)state;
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	got = answer(HTTP("200 OK", ""));
	assert_int_equal(strncmp(got, "GET /send/x?p=p&n=33639980001&"
				 "t=bonjour HTTP/1.1\r\n", 48), 0);
	assert_null(strstr(got, "Authorization"));
	until_receipts(1);
}

static void a_redirect_is_not_followed_and_a_fault(void **state)
{
	const struct alerte_gateway_config c = config_of(FORM);
	struct pollfd again = { .fd = listener, .events = POLLIN };

	(void)state;
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	answer("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
	       "Content-Length: 0\r\n\r\n");
	until_receipts(1);
	assert_int_equal(last, ALERTE_RECEIPT_FAILED);
	assert_true(faulty);
	assert_int_equal(poll(&again, 1, 0), 0);
}

static void probe_answered(void)
{
	struct alerte_gateway_state state = { .size = sizeof(state) };

	assert_int_equal(alerte_gateway_probe(g), ALERTE_ACCEPTED);
	answer_to("HEAD ", HTTP("200 OK", ""));
	do {
		turn();
		alerte_gateway_describe(g, &state);
	} while (state.under_way);
}

/* Faulty, it is asked last: no text would come to end that. */
static void what_it_said_of_a_text_ends_after_long_enough_of_good_probes(
	void **state)
{
	struct alerte_gateway_config c = config_of("kannel");
	int64_t began, end = now_ms() + 20000;

	(void)state;
	c.stuck_ms = 200;
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	answer(HTTP("202 Accepted", "3: Queued for later delivery"));
	until_receipts(2);
	assert_true(faulty);

	began = now_ms();
	probe_answered();
	assert_true(faulty || now_ms() - began >= 200);
	while (faulty && now_ms() < end)
		probe_answered();
	assert_false(faulty);
	assert_true(now_ms() - began >= 200);
}

static void a_text_it_does_not_want_is_no_fault_of_it(void **state)
{
	const struct alerte_gateway_config c = config_of(FORM);

	(void)state;
	open_gateway(&c);
	assert_int_equal(send_alert(), 0);
	answer(HTTP("400 Bad Request", "no such number"));
	until_receipts(1);
	assert_int_equal(last, ALERTE_RECEIPT_FAILED);
	assert_false(faulty);
}

/* M4, and what no gateway is given. */
static void the_relay_and_other_channels_are_refused(void **state)
{
	const struct alerte_gateway_config c = config_of(FORM);

	(void)state;
	open_gateway(&c);
	assert_int_equal(send_as(ALERTE_CHANNEL_RELAY114, "+33639980114",
				 ALERTE_IMPORTANCE_RELAY), ALERTE_EREFUSED);
	assert_int_equal(send_as(ALERTE_CHANNEL_VOICE, FRIEND,
				 ALERTE_IMPORTANCE_ALERT), ALERTE_EREFUSED);
	assert_int_equal(send_as(ALERTE_CHANNEL_SMS, "114",
				 ALERTE_IMPORTANCE_ALERT), ALERTE_EREFUSED);
	assert_int_equal(send_as(ALERTE_CHANNEL_SMS, "0639980001",
				 ALERTE_IMPORTANCE_ALERT), ALERTE_EREFUSED);
}

/* S3 */
static void the_last_places_are_kept_for_alerts(void **state)
{
	const struct alerte_gateway_config c = config_of(FORM);
	size_t n = ALERTE_GATEWAY_FLIGHT_MAX;

	(void)state;
	open_gateway(&c);
	for (size_t i = 0; i < n - 8; i++)
		assert_int_equal(send_as(ALERTE_CHANNEL_SMS, FRIEND,
					 ALERTE_IMPORTANCE_NOTICE), 0);
	assert_int_equal(send_as(ALERTE_CHANNEL_SMS, FRIEND,
				 ALERTE_IMPORTANCE_NOTICE), ALERTE_EREFUSED);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(send_alert(), 0);
	assert_int_equal(send_alert(), ALERTE_EREFUSED);
	until_receipts(n);
}

static const char *wrong_url(const char *value)
{
	struct alerte_gateway_config c = config_of(FORM);

	c.url = value;
	return alerte_gateway_wrong(&c);
}

static void plain_http_stays_on_this_machine(void **state)
{
	(void)state;
	assert_null(wrong_url("http://127.0.0.1:13013/x"));
	assert_null(wrong_url("http://127.8.9.1/x"));
	assert_null(wrong_url("http://[::1]:80/x"));
	assert_null(wrong_url("http://localhost/x"));
	assert_null(wrong_url("https://gateway.example/x"));
	assert_non_null(wrong_url("http://gateway.example/x"));
	assert_non_null(wrong_url("http://127.0.0.1.example/x"));
	assert_non_null(wrong_url("http://128.0.0.1/x"));
	assert_non_null(wrong_url("http://localhost.example/x"));
	assert_non_null(wrong_url("http://127.0.0.1@gateway.example/x"));
	assert_non_null(wrong_url("ftp://127.0.0.1/x"));
	assert_non_null(wrong_url("https://gateway.example/x?y"));
	assert_non_null(wrong_url(""));
}

static void settings_that_cannot_work_are_told(void **state)
{
	struct alerte_gateway_config c = config_of("kannel");

	(void)state;
	assert_null(alerte_gateway_wrong(&c));
	c.password = NULL;
	assert_non_null(alerte_gateway_wrong(&c));
	c = config_of("GET ?n=%n&t=%t&s=%s");
	assert_non_null(alerte_gateway_wrong(&c));
	c.sender = "700";
	assert_null(alerte_gateway_wrong(&c));
	c.sender = "7\r\nX: y";
	assert_non_null(alerte_gateway_wrong(&c));
	c = config_of(FORM);
	c.pin[0] = "sha256//short";
	assert_non_null(alerte_gateway_wrong(&c));
	c = config_of("anything");
	assert_non_null(alerte_gateway_wrong(&c));
}

static enum alerte_receipt_kind kannel_says(const char *text)
{
	const struct sms_outcome o = { .kannel = true, .status = 202,
				       .sent = 1, .answer = text,
				       .expect = "" };

	return sms_receipt(sms_verdict(&o), &o);
}

static void the_first_character_of_kannel_counts_not_its_status(void **state)
{
	(void)state;
	assert_int_equal(kannel_says("0: Accepted for delivery"),
			 ALERTE_RECEIPT_SENT);
	assert_int_equal(kannel_says("3: Queued for later delivery"),
			 ALERTE_RECEIPT_ACCEPTED);
	assert_int_equal(kannel_says("<html>Log in"), ALERTE_RECEIPT_UNKNOWN);
	assert_int_equal(kannel_says(""), ALERTE_RECEIPT_UNKNOWN);
}

#define UP(t) cmocka_unit_test_setup_teardown(t, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UP(an_answer_that_never_comes_is_unknown),
		UP(what_never_left_is_failed),
		UP(a_password_no_place_is_made_for_goes_in_a_header),
		UP(a_target_is_put_behind_the_url),
		UP(a_redirect_is_not_followed_and_a_fault),
		UP(what_it_said_of_a_text_ends_after_long_enough_of_good_probes),
		UP(a_text_it_does_not_want_is_no_fault_of_it),
		UP(the_relay_and_other_channels_are_refused),
		UP(the_last_places_are_kept_for_alerts),
		UP(plain_http_stays_on_this_machine),
		UP(settings_that_cannot_work_are_told),
		cmocka_unit_test(
			the_first_character_of_kannel_counts_not_its_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
