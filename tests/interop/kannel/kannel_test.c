/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver http against the real Kannel; only the network is simulated, by
 * the stand-in that comes with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <alerte/gateway.h>

#include "../modem/world.h"
#include "kannel.h"

static struct world w;
static struct modem_config config;

/* ----------------------------------------------------------- conditions */

static int64_t the_attempt;
static enum alerte_receipt_kind the_kind;
static const char *the_words;
static size_t the_number;

static bool has_receipt(struct world *world)
{
	return world_has(world, the_attempt, the_kind);
}

/* Longer than the driver's own limit of ten seconds. */
static bool receipt_of(int64_t attempt, enum alerte_receipt_kind kind)
{
	the_attempt = attempt;
	the_kind = kind;
	return world_until(&w, has_receipt, 20000);
}

static bool has_got(struct world *world)
{
	(void)world;
	return kannel_got(the_words) >= the_number;
}

static bool got(const char *words, size_t number)
{
	the_words = words;
	the_number = number;
	return world_until(&w, has_got, 10000);
}

static bool has_fault(struct world *world)
{
	return world->modem_fault;
}

static bool has_no_fault(struct world *world)
{
	return !world->modem_fault;
}

/* The probe of the start has been answered. */
static bool answered(struct world *world)
{
	json_t *o = json_object();
	bool done;

	world->driver->describe(world->modem, o);
	done = json_integer_value(json_object_get(o, "waiting")) == 0 &&
	       json_integer_value(json_object_get(o, "http_status")) != 0;
	json_decref(o);
	return done;
}

/* --------------------------------------------------------------- helpers */

static int send_alert(int64_t attempt, const char *text)
{
	return world_send(&w, attempt, FRIEND, text, ALERTE_IMPORTANCE_ALERT);
}

static int open_kannel(void **state)
{
	int r = kannel_open();

	(void)state;
	if (r == 77)
		exit(77);
	return r;
}

static int close_kannel(void **state)
{
	(void)state;
	kannel_close();
	return 0;
}

static int settings(void **state)
{
	const struct modem_config fresh = {
		.name = "gateway", .url = KANNEL_URL, .request = "kannel",
		.user = KANNEL_USER, .password = KANNEL_PASSWORD,
	};

	(void)state;
	config = fresh;
	w.name = "http";
	w.config = &config;
	return 0;
}

static int start(void **state)
{
	settings(state);
	world_start(&w, NULL, false);
	return world_until(&w, answered, 10000) ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	if (w.modem)
		world_stop(&w);
	return 0;
}

static void restart(void)
{
	world_stop(&w);
	world_start(&w, NULL, false);
}

/* ------------------------------------------------------------------ out */

static void a_text_taken_for_a_network_is_sent(void **state)
{
	(void)state;
	assert_int_equal(send_alert(1, "Ça va à 18 rue {€}"), 0);
	assert_true(receipt_of(1, ALERTE_RECEIPT_SENT));
	assert_int_equal(w.nreceipts, 1);
	assert_true(got("<700 " FRIEND " text Ça va à 18 rue {€}>", 1));
	assert_int_equal(world_counter(&w, "sent"), 1);
	assert_false(w.modem_fault);
}

static void a_long_text_leaves_in_parts(void **state)
{
	char text[301];

	(void)state;
	memset(text, 'e', 300);
	text[300] = '\0';
	assert_int_equal(send_alert(2, text), 0);
	assert_true(receipt_of(2, ALERTE_RECEIPT_SENT));
	assert_true(got("data eeeeeeeeee", 2));
}

static void a_line_end_in_a_text_stays_in_the_text(void **state)
{
	(void)state;
	assert_int_equal(send_alert(3, "one\r\nX-Kannel-To: +33639980003\r\n"),
			 0);
	assert_true(receipt_of(3, ALERTE_RECEIPT_SENT));
	assert_true(got("<700 " FRIEND " text one", 1));
	assert_int_equal(kannel_got("<700 +33639980003"), 0);
}

static void the_sender_asked_for_is_shown(void **state)
{
	(void)state;
	config.sender = "Veille";
	restart();
	assert_int_equal(send_alert(4, "from"), 0);
	assert_true(receipt_of(4, ALERTE_RECEIPT_SENT));
	assert_true(got("<Veille " FRIEND " text from>", 1));
}

/* M4 */
static void the_relay_is_never_sent_this_way(void **state)
{
	(void)state;
	assert_false(w.driver->two_way);
	assert_int_equal(world_send(&w, 5, RELAY, "URGENCE",
				    ALERTE_IMPORTANCE_RELAY),
			 ALERTE_EREFUSED);
}

static void a_number_that_is_none_is_refused(void **state)
{
	(void)state;
	assert_int_equal(world_send(&w, 6, "114", "no",
				    ALERTE_IMPORTANCE_ALERT),
			 ALERTE_EREFUSED);
	assert_int_equal(world_send(&w, 6, FRIEND "\r\nX-Kannel-To: 1", "no",
				    ALERTE_IMPORTANCE_ALERT),
			 ALERTE_EREFUSED);
}

static void a_wrong_password_is_failed_and_a_fault(void **state)
{
	(void)state;
	config.password = "another";
	restart();
	assert_int_equal(send_alert(10, "bonjour"), 0);
	assert_true(receipt_of(10, ALERTE_RECEIPT_FAILED));
	assert_true(w.modem_fault);
	assert_string_equal(world_word(&w, "error"),
			    "gateway refused user or password");
}

/* Kannel answers 202 to this as well. */
static void what_is_only_queued_is_accepted_and_then_unknown(void **state)
{
	(void)state;
	kannel_network(false);
	assert_int_equal(send_alert(11, "queued"), 0);
	assert_true(receipt_of(11, ALERTE_RECEIPT_UNKNOWN));
	assert_int_equal(w.nreceipts, 2);
	assert_int_equal(w.receipt[0].kind, ALERTE_RECEIPT_ACCEPTED);
	assert_true(w.modem_fault);
	assert_string_equal(world_word(&w, "error"),
			    "the gateway has no network now");

	kannel_network(true);
	assert_int_equal(send_alert(12, "network again"), 0);
	assert_true(receipt_of(12, ALERTE_RECEIPT_SENT));
	assert_true(world_until(&w, has_no_fault, 5000));
}

/* Without an end of its own it is so after ten seconds: gateway_test.c. */
static void a_gateway_that_crashes_with_it_is_unknown(void **state)
{
	(void)state;
	kannel_hang();
	assert_int_equal(send_alert(20, "hang"), 0);
	assert_int_equal(send_alert(21, "hang"), 0);
	world_run(&w, 200);
	assert_int_equal(w.nreceipts, 0);
	kannel_crash();
	assert_true(receipt_of(20, ALERTE_RECEIPT_UNKNOWN));
	assert_true(receipt_of(21, ALERTE_RECEIPT_UNKNOWN));
	kannel_serve(true);
}

static void a_gateway_that_is_gone_is_failed(void **state)
{
	(void)state;
	kannel_serve(false);
	assert_int_equal(send_alert(22, "gone"), 0);
	assert_true(receipt_of(22, ALERTE_RECEIPT_FAILED));
	assert_string_equal(world_word(&w, "error"), "no connection");
	assert_false(w.modem_fault);		/* it may only be restarting */

	kannel_serve(true);
	assert_int_equal(send_alert(23, "back"), 0);
	assert_true(receipt_of(23, ALERTE_RECEIPT_SENT));
	assert_int_equal(kannel_got("gone"), 0);
}

/* L8: it fails, and what is told of the gateway is as before. */
static void an_unseen_text_leaves_no_sign(void **state)
{
	char before[64];
	json_int_t failed = world_counter(&w, "failed");

	(void)state;
	snprintf(before, sizeof(before), "%s", world_word(&w, "error"));
	kannel_serve(false);
	w.unseen = true;
	assert_int_equal(send_alert(24, "unseen"), 0);
	assert_true(receipt_of(24, ALERTE_RECEIPT_FAILED));
	w.unseen = false;
	assert_string_equal(world_word(&w, "error"), before);
	assert_int_equal(world_counter(&w, "failed"), failed);
	kannel_serve(true);
}

/* ------------------------------------------------------------- template */

static void a_template_reaches_the_same_gateway(void **state)
{
	(void)state;
	config.request = "GET expect=0: ?username=%u&password=%p&to=%n"
			 "&charset=UTF-8&text=%t";
	restart();
	assert_int_equal(send_alert(30, "à & b=c + 100%"), 0);
	assert_true(receipt_of(30, ALERTE_RECEIPT_SENT));
	assert_true(got("<700 " FRIEND " text à & b=c + 100%>", 1));
}

static void an_answer_without_the_expected_word_is_unknown(void **state)
{
	(void)state;
	config.request = "GET expect=DELIVERED ?username=%u&password=%p&to=%n"
			 "&text=%t";
	restart();
	assert_int_equal(send_alert(31, "bonjour"), 0);
	assert_true(receipt_of(31, ALERTE_RECEIPT_UNKNOWN));
	assert_true(w.modem_fault);
}

/* ------------------------------------------------------------------ TLS */

static char pin[ALERTE_PIN_MAX];

static void over_tls(void)
{
	config.url = KANNEL_TLS_URL;
	kannel_identity(pin, &config.ca_file);
	config.key_pin = pin;
	restart();
}

static void over_tls_with_its_pin_a_text_is_sent(void **state)
{
	(void)state;
	over_tls();
	assert_int_equal(send_alert(40, "over TLS"), 0);
	assert_true(receipt_of(40, ALERTE_RECEIPT_SENT));
	assert_true(got("text over TLS>", 1));
}

static void no_log_on_the_way_holds_password_or_text(void **state)
{
	(void)state;
	over_tls();
	assert_int_equal(send_alert(41, "nobody's business"), 0);
	assert_true(receipt_of(41, ALERTE_RECEIPT_SENT));
	assert_true(kannel_logs_hold("/cgi-bin/sendsms"));
	assert_false(kannel_logs_hold(KANNEL_PASSWORD));
	assert_false(kannel_logs_hold("business"));
}

static void another_key_than_the_pin_says_is_failed_and_a_fault(void **state)
{
	(void)state;
	over_tls();
	pin[10] = pin[10] == 'A' ? 'B' : 'A';
	restart();
	assert_int_equal(send_alert(42, "to a stranger"), 0);
	assert_true(receipt_of(42, ALERTE_RECEIPT_FAILED));
	assert_true(world_until(&w, has_fault, 5000));
	assert_int_equal(kannel_got("to a stranger"), 0);
}

static void an_unknown_authority_is_failed_and_a_fault(void **state)
{
	(void)state;
	over_tls();
	config.ca_file = NULL;
	restart();
	assert_int_equal(send_alert(43, "to a stranger"), 0);
	assert_true(receipt_of(43, ALERTE_RECEIPT_FAILED));
	assert_true(world_until(&w, has_fault, 5000));
	assert_int_equal(kannel_got("to a stranger"), 0);
}

/* ------------------------------------------------------------- settings */

static void settings_that_cannot_work_do_not_start(void **state)
{
	const struct modem_events events = { .context = &w };
	void *modem = NULL;
	sd_event *event;

	(void)state;
	assert_true(sd_event_new(&event) >= 0);
	config.url = "http://gateway.example/send";
	assert_true(w.driver->start(&config, event, NULL, &events,
				    &modem) < 0);
	assert_null(modem);
	sd_event_unref(event);
}

#define UP(t) cmocka_unit_test_setup_teardown(t, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UP(a_text_taken_for_a_network_is_sent),
		UP(a_long_text_leaves_in_parts),
		UP(a_line_end_in_a_text_stays_in_the_text),
		UP(the_sender_asked_for_is_shown),
		UP(the_relay_is_never_sent_this_way),
		UP(a_number_that_is_none_is_refused),
		UP(a_wrong_password_is_failed_and_a_fault),
		UP(what_is_only_queued_is_accepted_and_then_unknown),
		UP(a_template_reaches_the_same_gateway),
		UP(an_answer_without_the_expected_word_is_unknown),
		UP(over_tls_with_its_pin_a_text_is_sent),
		UP(no_log_on_the_way_holds_password_or_text),
		UP(another_key_than_the_pin_says_is_failed_and_a_fault),
		UP(an_unknown_authority_is_failed_and_a_fault),
		UP(a_gateway_that_is_gone_is_failed),
		UP(an_unseen_text_leaves_no_sign),
		UP(a_gateway_that_crashes_with_it_is_unknown),
		UP(settings_that_cannot_work_do_not_start),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, open_kannel, close_kannel);
}
