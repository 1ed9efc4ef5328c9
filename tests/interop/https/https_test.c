/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libalerte-transport against a real nginx: TLS 1.3, certificates of every
 * kind, and servers that are busy, slow, silent, cut off or lying.
 */
#include "ask.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ------------------------------------------------------------ messages */

static void a_message_arrives_over_tls_1_3(void **state)
{
	struct served seen[2];

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(outcome("plain-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(kept("alerts", "plain-1"), 1);
	assert_int_equal(served("plain-1", 1, seen, 2), 1);
	assert_string_equal(seen[0].tls, "TLSv1.3");
	assert_string_equal(seen[0].method, "POST");
	assert_string_equal(seen[0].path, "/alerts");
	assert_int_equal(seen[0].status, 201);
}

static void the_body_and_its_type_arrive_unchanged(void **state)
{
	char *text;

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(outcome("body-1", SOON_MS), ALERTE_RECEIPT_SENT);
	text = kept_text("alerts", "body-1");
	assert_string_equal(text, "path: /alerts\n"
				  "idempotency-key: body-1\n"
				  "content-type: application/json\n"
				  "repeat: no\nanswered: 201\n\n" BODY);
	free(text);
}

static void a_client_certificate_lets_us_in(void **state)
{
	struct alerte_endpoint e = at(SERVER_CLIENTS, "alerts");

	(void)state;
	snprintf(e.cert_file, sizeof(e.cert_file), "%s",
		 scratch("client.pem"));
	snprintf(e.key_file, sizeof(e.key_file), "%s", scratch("client.key"));
	set(&e);
	assert_int_equal(outcome("client-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(kept("alerts", "client-1"), 1);
}

static void without_a_client_certificate_nothing_is_taken(void **state)
{
	(void)state;
	set_at(SERVER_CLIENTS, "alerts");
	assert_int_equal(outcome("client-2", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_int_equal(kept("alerts", "client-2"), 0);
	assert_int_equal(s->endpoint_faults, 1);
	assert_string_equal(describe("asso").error, "server refused");
}

static void another_authority_s_client_is_not_let_in(void **state)
{
	struct alerte_endpoint e = at(SERVER_CLIENTS, "alerts");

	(void)state;
	snprintf(e.cert_file, sizeof(e.cert_file), "%s",
		 scratch("client2.pem"));
	snprintf(e.key_file, sizeof(e.key_file), "%s", scratch("client2.key"));
	set(&e);
	assert_int_equal(outcome("client-3", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_int_equal(kept("alerts", "client-3"), 0);
}

static void a_missing_key_file_is_said_and_nothing_is_sent(void **state)
{
	struct alerte_endpoint e = at(SERVER_GOOD, "alerts");

	(void)state;
	snprintf(e.cert_file, sizeof(e.cert_file), "%s",
		 scratch("nowhere.pem"));
	set(&e);
	assert_int_equal(outcome("client-4", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_int_equal(s->endpoint_faults, 1);
	assert_string_equal(describe("asso").error,
			    "own certificate or key not usable");
	assert_served("client-4", 0);
}

static void a_busy_server_gets_the_same_key_again(void **state)
{
	struct served seen[4];

	(void)state;
	set_at(SERVER_GOOD, "busy");
	assert_int_equal(outcome("busy-1", 5000), ALERTE_RECEIPT_SENT);
	assert_in_range(loop_receipt_at(last_attempt), 1000, 3000);
	assert_int_equal(served("busy-1", 2, seen, 4), 2);
	assert_int_equal(seen[0].status, 503);
	assert_int_equal(seen[1].status, 201);
	assert_int_equal(kept("busy", "busy-1"), 1);
	assert_int_equal(s->nreceipts, 1);
	assert_int_equal(s->fault_changes, 0);
}

/* The engine knows better what to do for an hour. */
static void nobody_waits_an_hour_for_a_server(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "later");
	assert_int_equal(outcome("later-1", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_in_range(loop_receipt_at(last_attempt), 0, 1500);
	assert_served("later-1", 1);
	assert_int_equal(s->endpoint_faults, 0);
}

static void a_pause_holds_polls_back_but_no_message(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "later");
	assert_int_equal(alerte_https_poll(s->t, "asso", "r1"),
			 ALERTE_ACCEPTED);
	assert_true(loop_idle(SOON_MS));
	assert_int_equal(alerte_https_poll(s->t, "asso", "r1"), ALERTE_OK);
	assert_int_equal(send_to("asso", "later-2"), 0);
	assert_int_equal(loop_receipt(last_attempt, SOON_MS),
			 ALERTE_RECEIPT_FAILED);
	assert_served("later-2", 1);
}

static void a_held_message_counts_as_sent(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "held");
	assert_int_equal(outcome("held-1", SOON_MS), ALERTE_RECEIPT_SENT);
}

static void a_refusal_fails_and_is_told(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "refused");
	assert_int_equal(outcome("refused-1", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_served("refused-1", 1);
	assert_int_equal(s->endpoint_faults, 1);
	assert_int_equal(alerte_https_faults(s->t, "endpoint"), 1);
	assert_int_equal(describe("asso").status, 400);
	assert_int_equal(alerte_https_endpoint_remove(s->t, "asso"), 0);
	assert_int_equal(s->endpoint_faults, 0);
}

static void a_fault_ends_when_a_message_is_taken(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "refused");
	assert_int_equal(outcome("refused-2", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_int_equal(s->endpoint_faults, 1);
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(s->endpoint_faults, 1);
	assert_int_equal(outcome("refused-3", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(s->endpoint_faults, 0);
}

/* --------------------------------------------------------------- polls */

static void a_201_and_silence_is_a_receipt_and_nothing_more(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(outcome("silence-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(alerte_https_poll(s->t, "asso", "5117e7ce"),
			 ALERTE_ACCEPTED);
	loop_for(1000);
	assert_int_equal(s->nreceipts, 1);
	assert_int_equal(s->nanswers, 1);
	assert_string_equal(s->answer,
			    "{\"schema\":\"alerte/1\",\"answers\":[]}\n");
}

static void an_answer_is_handed_over_as_it_came(void **state)
{
	static const char ack[] =
		"{\"schema\":\"alerte/1\",\"answers\":[{\"type\":\"ack\"}]}";

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	scratch_write(scratch("answers/0aF-1.json"), ack, strlen(ack));
	assert_int_equal(alerte_https_poll(s->t, "asso", "0aF-1"),
			 ALERTE_ACCEPTED);
	assert_int_equal(alerte_https_poll(s->t, "asso", "0aF-1"), ALERTE_OK);
	assert_true(loop_idle(SOON_MS));
	assert_int_equal(s->nanswers, 1);
	assert_int_equal(s->answer_len, strlen(ack));
	assert_string_equal(s->answer, ack);
}

static void an_oversized_answer_is_cut_off(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "big");
	assert_int_equal(alerte_https_poll(s->t, "asso", "r1"),
			 ALERTE_ACCEPTED);
	assert_true(loop_idle(SOON_MS));
	assert_int_equal(s->nanswers, 0);
	assert_string_equal(describe("asso").error, "answer too long");
}

static void a_message_is_sent_however_much_the_server_says(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "big");
	assert_int_equal(outcome("big-1", SOON_MS), ALERTE_RECEIPT_SENT);
}

static void a_reference_cannot_lead_elsewhere(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(alerte_https_poll(s->t, "asso", "../x"),
			 ALERTE_EINVAL);
	assert_int_equal(alerte_https_poll(s->t, "asso", "a?b"),
			 ALERTE_EINVAL);
	assert_int_equal(alerte_https_poll(s->t, "asso", ""), ALERTE_EINVAL);
	assert_int_equal(alerte_https_poll(s->t, "asso",
					   "0123456789abcdef0123456789abcdef0"),
			 ALERTE_EINVAL);
	assert_int_equal(alerte_https_poll(s->t, "nobody", "a"),
			 ALERTE_ENOTFOUND);
}

/* ------------------------------------------------------ where it may go */

static void a_redirect_is_not_followed(void **state)
{
	struct served seen[4];

	(void)state;
	set_at(SERVER_GOOD, "moved");
	assert_int_equal(outcome("moved-1", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_int_equal(served("moved-1", 1, seen, 4), 1);
	assert_int_equal(seen[0].status, 308);
	assert_int_equal(kept("alerts", "moved-1"), 0);
	assert_int_equal(s->endpoint_faults, 1);
	assert_string_equal(describe("asso").error, "server points elsewhere");
}

static void plain_http_is_refused(void **state)
{
	struct alerte_endpoint e = at(SERVER_PLAIN, "alerts");

	(void)state;
	set(&e);
	assert_int_equal(outcome("http-1", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_served("http-1", 0);
	snprintf(e.url, sizeof(e.url), "http://127.0.0.1:%d/alerts",
		 server_port(SERVER_PLAIN));
	assert_int_equal(alerte_https_endpoint_set(s->t, &e), ALERTE_EINVAL);
}

static void a_key_cannot_smuggle_a_header(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(send_to("asso", "a\r\nX-Evil: 1"), ALERTE_EREFUSED);
	assert_int_equal(send_to("asso", ""), ALERTE_EREFUSED);
	assert_int_equal(send_to("nobody", "smuggle-1"), ALERTE_EREFUSED);
}

static void what_has_expired_is_not_sent(void **state)
{
	struct alerte_message m = message("expiry-1");

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	m.expires_boot_ms = 1;
	assert_int_equal(alerte_https_send(s->t, &m), ALERTE_EREFUSED);
	m.expires_boot_ms = ALERTE_NEVER;
	m.channel = ALERTE_CHANNEL_RELAY114;
	assert_int_equal(alerte_https_send(s->t, &m), ALERTE_EREFUSED);
}

/* ------------------------------------------------ slow, silent, cut off */

/* Side by side, as each takes the whole limit. */
static void a_status_line_and_nothing_less_removes_doubt(void **state)
{
	struct alerte_endpoint endless = at(SERVER_GOOD, "endless");
	struct alerte_endpoint silent = at(SERVER_GOOD, "hang");
	int64_t drip, said, kept_silent;

	(void)state;
	set_at(SERVER_GOOD, "drip");
	strcpy(endless.id, "endless");
	set(&endless);
	strcpy(silent.id, "silent");
	set(&silent);
	assert_int_equal(send_to("silent", "silent-1"), 0);
	kept_silent = last_attempt;
	assert_int_equal(send_to("asso", "drip-1"), 0);
	drip = last_attempt;
	assert_int_equal(send_to("endless", "endless-1"), 0);
	said = last_attempt;
	assert_int_equal(loop_receipt(drip, 12000), ALERTE_RECEIPT_UNKNOWN);
	assert_in_range(loop_receipt_at(drip), 9500, 11000);
	assert_served("drip-1", 1);
	assert_string_equal(describe("asso").error, "no answer in time");
	assert_int_equal(loop_receipt(said, 1000), ALERTE_RECEIPT_SENT);
	assert_int_equal(loop_receipt(kept_silent, 1000),
			 ALERTE_RECEIPT_UNKNOWN);
	assert_int_equal(kept("hang", "silent-1"), 1);
}

static void a_connection_cut_after_the_request_leaves_doubt(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "cut");
	assert_int_equal(outcome("cut-1", SOON_MS), ALERTE_RECEIPT_UNKNOWN);
	assert_string_equal(describe("asso").error, "connection cut");
}

static void a_closed_port_has_certainly_not_taken_it(void **state)
{
	struct alerte_endpoint e = at(SERVER_GOOD, "alerts");

	(void)state;
	strcpy(e.url, "https://127.0.0.1:1/alerts");
	set(&e);
	assert_int_equal(outcome("closed-1", SOON_MS), ALERTE_RECEIPT_FAILED);
	assert_int_equal(s->endpoint_faults, 0);
	assert_string_equal(describe("asso").error, "no connection");
}

static void set_second(const char *url)
{
	struct alerte_endpoint e = at(SERVER_HUNG, "alerts");

	strcpy(e.id, "hung");

	if (url)
		strcpy(e.url, url);

	set(&e);
}

/* `hung` must fail by itself while `asso` goes on. */
static void others_go_on(const char *key)
{
	int64_t hung, other;

	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(send_to("hung", key), 0);
	hung = last_attempt;
	loop_for(200);
	assert_int_equal(send_to("asso", key), 0);
	other = last_attempt;
	assert_int_equal(loop_receipt(other, 1000), ALERTE_RECEIPT_SENT);
	assert_int_equal(loop_receipt(hung, 6000), ALERTE_RECEIPT_FAILED);
	assert_in_range(loop_receipt_at(hung), 3500, 5000);
	assert_in_range(s->longest_call_ms, 0, 500);
	assert_served(key, 1);
}

static void a_hung_server_delays_nobody_else(void **state)
{
	(void)state;
	set_second(NULL);
	others_go_on("hung-1");
}

static void a_hung_resolver_delays_nobody_else(void **state)
{
	(void)state;
	set_second("https://hung.invalid/alerts");
	others_go_on("hung-2");
	/* The thread left behind ends by itself. */
	loop_for(1500);
}

static void notices_leave_room_for_alerts(void **state)
{
	struct alerte_message m = message("room-1");
	int taken = 0;

	(void)state;
	set_second(NULL);
	m.address = "hung";
	m.importance = ALERTE_IMPORTANCE_NOTICE;

	while (alerte_https_send(s->t, &m) == 0)
		taken++;

	assert_int_equal(taken, ALERTE_HTTPS_FLIGHT_MAX - 8);
	m.importance = ALERTE_IMPORTANCE_ALERT;
	assert_int_equal(alerte_https_send(s->t, &m), 0);
	assert_int_equal(describe("hung").under_way, taken + 1);
}

static void a_removed_endpoint_still_gives_its_receipt(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(send_to("asso", "removed-1"), 0);
	assert_int_equal(alerte_https_endpoint_remove(s->t, "asso"), 0);
	assert_int_equal(loop_receipt(last_attempt, SOON_MS),
			 ALERTE_RECEIPT_SENT);
	assert_int_equal(send_to("asso", "removed-2"), ALERTE_EREFUSED);
}

/* ---------------------------------------------------- kept connections */

static void one_connection_carries_many_messages(void **state)
{
	struct served first[1], next[1];

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(outcome("reuse-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(outcome("reuse-2", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(outcome("reuse-3", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(served("reuse-1", 1, first, 1), 1);
	assert_int_equal(served("reuse-3", 1, next, 1), 1);
	assert_int_equal(next[0].connection, first[0].connection);
	assert_int_equal(first[0].nth, 1);
	assert_int_equal(next[0].nth, 3);
}

static size_t sockets_to(int port)
{
	size_t n = 0;

	for (int fd = 3; fd < 256; fd++) {
		struct sockaddr_in peer;
		socklen_t len = sizeof(peer);

		if (!getpeername(fd, (struct sockaddr *)&peer, &len) &&
		    peer.sin_family == AF_INET && ntohs(peer.sin_port) == port)
			n++;
	}

	return n;
}

static void after_a_burst_one_connection_is_kept(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "alerts");

	for (int i = 0; i < 5; i++)
		assert_int_equal(send_to("asso", "burst-1"), 0);

	loop_for(200);
	assert_true(loop_idle(SOON_MS));
	assert_int_equal(s->nreceipts, 5);
	assert_served("burst-1", 5);
	assert_int_equal(sockets_to(server_port(SERVER_GOOD)), 1);
}

static void a_warmed_connection_is_the_one_used(void **state)
{
	struct served seen[1];

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(alerte_https_warm(s->t, "asso"), ALERTE_ACCEPTED);
	assert_true(loop_idle(SOON_MS));
	assert_int_equal(s->nanswers, 0);
	assert_int_equal(outcome("warm-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(served("warm-1", 1, seen, 1), 1);
	assert_int_equal(seen[0].nth, 2);
}

static void beat_to(const char *endpoint, int answer)
{
	static const char body[] = "{\"type\":\"heartbeat\"}";

	assert_int_equal(alerte_https_beat(s->t, endpoint, body, strlen(body),
					   "ed25519=:AAAA:"), answer);
}

static void a_beat_keeps_the_connection_of_alerts_warm(void **state)
{
	struct served seen[1];

	(void)state;
	set_at(SERVER_GOOD, "alerts");
	beat_to("asso", ALERTE_ACCEPTED);
	assert_true(loop_idle(SOON_MS));
	assert_int_equal(s->nreceipts, 0);
	/* No key was given to that receiver: it is there all the same. */
	assert_int_equal(describe("asso").beat_status, 404);
	assert_false(describe("asso").fault);
	assert_int_equal(outcome("beat-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(served("beat-1", 1, seen, 1), 1);
	assert_int_equal(seen[0].nth, 2);
}

/* S3: an alert opens a connection of its own, and one is always left. */
static void a_beat_that_hangs_delays_no_alert(void **state)
{
	struct alerte_message m = message("beat-2");

	(void)state;
	set_second(NULL);
	beat_to("hung", ALERTE_ACCEPTED);
	beat_to("hung", ALERTE_OK);
	m.address = "hung";
	assert_int_equal(alerte_https_send(s->t, &m), 0);
	assert_int_equal(describe("hung").under_way, 2);
	others_go_on("beat-3");
}

static void a_beat_that_is_lost_is_not_sent_again(void **state)
{
	(void)state;
	set_at(SERVER_GOOD, "later");
	beat_to("asso", ALERTE_ACCEPTED);
	assert_true(loop_idle(SOON_MS));
	assert_int_equal(describe("asso").beat_status, 503);
	/* Nor does it hold polls back. */
	assert_int_equal(alerte_https_poll(s->t, "asso", "abc"),
			 ALERTE_ACCEPTED);
	beat_to("nobody", ALERTE_ENOTFOUND);
	assert_int_equal(alerte_https_beat(s->t, "asso", "{}", 2, "a\nX: b"),
			 ALERTE_EINVAL);
}

static void a_connection_closed_meanwhile_is_replaced(void **state)
{
	struct served seen[1];

	(void)state;
	set_at(SERVER_SHORT, "alerts");
	assert_int_equal(outcome("short-1", SOON_MS), ALERTE_RECEIPT_SENT);
	loop_for(2500);
	assert_int_equal(outcome("short-2", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(served("short-2", 1, seen, 1), 1);
	assert_int_equal(seen[0].nth, 1);
}

/* -------------------------------------------- the receiver, without nginx */

static struct alerte_endpoint receiver_itself(void)
{
	struct alerte_endpoint e = at(SERVER_GOOD, "alerts");
	int port;

	receiver_printed(&port, e.pin[0]);
	snprintf(e.url, sizeof(e.url), "https://127.0.0.1:%d/alerts", port);
	snprintf(e.ca_file, sizeof(e.ca_file), "%s",
		 scratch("direct/cert.pem"));
	return e;
}

static void what_the_receiver_prints_is_enough_to_reach_it(void **state)
{
	struct alerte_endpoint e = receiver_itself();

	(void)state;
	snprintf(e.cert_file, sizeof(e.cert_file), "%s",
		 scratch("client.pem"));
	snprintf(e.key_file, sizeof(e.key_file), "%s", scratch("client.key"));
	set(&e);
	assert_int_equal(outcome("direct-1", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(outcome("direct-2", SOON_MS), ALERTE_RECEIPT_SENT);
	assert_int_equal(kept("direct", "direct-1"), 1);
	assert_int_equal(kept("direct", "direct-2"), 1);
}

/*
 * In TLS 1.3 the server refuses after the client has begun to speak (RFC 8446
 * section 4.4.2.4): the request left, and nobody can say that it was dropped.
 */
static void the_receiver_keeps_nothing_of_an_unknown_client(void **state)
{
	const struct alerte_endpoint e = receiver_itself();

	(void)state;
	set(&e);
	assert_int_not_equal(outcome("direct-3", SOON_MS),
			     ALERTE_RECEIPT_SENT);
	assert_int_equal(s->nreceipts, 1);
	assert_int_equal(kept("direct", "direct-3"), 0);
}

/* ----------------------------------------------------------- the rest */

static void nothing_personal_is_in_what_is_shown(void **state)
{
	struct alerte_https_state state_of;

	(void)state;
	set_at(SERVER_GOOD, "refused/marie-durand");
	assert_int_equal(outcome("secret-1", SOON_MS), ALERTE_RECEIPT_FAILED);
	state_of = describe("asso");
	assert_null(strstr(state_of.error, "marie"));
	assert_null(strstr(state_of.error, "127.0.0.1"));
	assert_null(strstr(state_of.error, "secret-1"));
}

static void freeing_ends_what_is_under_way(void **state)
{
	(void)state;
	set_second(NULL);
	assert_int_equal(send_to("hung", "free-1"), 0);
	loop_for(100);
	/* teardown frees, and asserts that nothing is watched any more */
}

static void a_proxy_of_the_environment_is_ignored(void **state)
{
	(void)state;
	setenv("https_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	set_at(SERVER_GOOD, "alerts");
	assert_int_equal(outcome("proxy-1", SOON_MS), ALERTE_RECEIPT_SENT);
	unsetenv("https_proxy");
	unsetenv("ALL_PROXY");
}

/* ------------------------------------------------------- the guard (M5) */

/* Whether `act` makes a process of its own abort. */
static bool aborts(void (*act)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct rlimit none = { 0, 0 };

		setrlimit(RLIMIT_CORE, &none);
		signal(SIGABRT, SIG_DFL);
		freopen("/dev/null", "w", stderr);
		act();
		_exit(0);
	}

	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

/* 192.0.2.0/24 is for documentation (RFC 5737): nobody is there. */
static void connect_outside(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(443),
				  .sin_addr.s_addr = htonl(0xc0000201) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	connect(fd, (struct sockaddr *)&to, sizeof(to));
}

/* The same address, by the way every message takes. */
static void send_outside(void)
{
	struct alerte_endpoint e = at(SERVER_GOOD, "alerts");

	s = loop_open();
	strcpy(e.url, "https://192.0.2.1/alerts");
	set(&e);
	send_to("asso", "outside-1");
	loop_for(1000);
}

static void listen_outside(void)
{
	guard_conf("server {\nlisten 0.0.0.0:443 ssl;\n}\n");
}

static void write_outside(void)
{
	guard_conf("http {\naccess_log /var/log/nginx/access.log;\n}\n");
}

static void climb_outside(void)
{
	guard_path(scratch("../elsewhere"));
}

static void the_guard_stops_what_would_leave(void **state)
{
	(void)state;
	assert_true(aborts(connect_outside));
	assert_true(aborts(send_outside));
	assert_true(aborts(listen_outside));
	assert_true(aborts(write_outside));
	assert_true(aborts(climb_outside));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_guard_stops_what_would_leave),
		T(a_message_arrives_over_tls_1_3),
		T(the_body_and_its_type_arrive_unchanged),
		T(a_client_certificate_lets_us_in),
		T(without_a_client_certificate_nothing_is_taken),
		T(another_authority_s_client_is_not_let_in),
		T(a_missing_key_file_is_said_and_nothing_is_sent),
		T(a_busy_server_gets_the_same_key_again),
		T(nobody_waits_an_hour_for_a_server),
		T(a_pause_holds_polls_back_but_no_message),
		T(a_held_message_counts_as_sent),
		T(a_refusal_fails_and_is_told),
		T(a_fault_ends_when_a_message_is_taken),
		T(a_201_and_silence_is_a_receipt_and_nothing_more),
		T(an_answer_is_handed_over_as_it_came),
		T(an_oversized_answer_is_cut_off),
		T(a_message_is_sent_however_much_the_server_says),
		T(a_reference_cannot_lead_elsewhere),
		T(a_redirect_is_not_followed),
		T(plain_http_is_refused),
		T(a_key_cannot_smuggle_a_header),
		T(what_has_expired_is_not_sent),
		T(a_status_line_and_nothing_less_removes_doubt),
		T(a_connection_cut_after_the_request_leaves_doubt),
		T(a_closed_port_has_certainly_not_taken_it),
		T(a_hung_server_delays_nobody_else),
		T(a_hung_resolver_delays_nobody_else),
		T(notices_leave_room_for_alerts),
		T(a_removed_endpoint_still_gives_its_receipt),
		T(one_connection_carries_many_messages),
		T(after_a_burst_one_connection_is_kept),
		T(a_warmed_connection_is_the_one_used),
		T(a_beat_keeps_the_connection_of_alerts_warm),
		T(a_beat_that_hangs_delays_no_alert),
		T(a_beat_that_is_lost_is_not_sent_again),
		T(a_connection_closed_meanwhile_is_replaced),
		T(what_the_receiver_prints_is_enough_to_reach_it),
		T(the_receiver_keeps_nothing_of_an_unknown_client),
		T(nothing_personal_is_in_what_is_shown),
		T(freeing_ends_what_is_under_way),
		T(a_proxy_of_the_environment_is_ignored),
	};

	int failed;

	if (!servers_start()) {
		printf("SKIP: nginx is not installed\n");
		return 77;
	}

	failed = receiver_tests() + identity_tests() + shape_tests() +
		 unseen_tests();
	return failed + cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
