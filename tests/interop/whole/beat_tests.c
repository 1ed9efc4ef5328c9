/* SPDX-License-Identifier: Apache-2.0 */
/*
 * V1: the receiver's alarm, when the modem stops, when the daemon is killed,
 * and against who imitates it.  What the alarms say and when is the receiver's
 * rule; that they come at all needs everything in between.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../https/harness.h"
#include "whole.h"

/* One beat that is late by a third on a busy machine is no silence yet. */
#define ALARM_AFTER "14"

static void key_of(char key[64])
{
	char *text = NULL;
	json_t *doc;

	assert_int_equal(alerte(&text, (const char *const[]){
		"--json", "status", NULL }), 0);
	doc = json_loads(text, 0, NULL);
	snprintf(key, 64, "%s", json_string_value(json_object_get(
			 json_object_get(doc, "heartbeat"), "key")));
	json_decref(doc);
	free(text);
}

/* Lines of the receiver's log that hold both. */
static size_t said(const char *a, const char *b)
{
	char *text = scratch_read(scratch("watch.log")), *save;
	size_t n = 0;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		n += strstr(line, a) && strstr(line, b);
	free(text);
	return n;
}

static int settle_watched(void **state)
{
	static const struct wish wish = { .url_path = "/watch" };
	char key[64];

	(void)state;
	house_empty();
	house_start(NULL);
	UNTIL(modem_ready());
	key_of(key);
	server_watch(key, ALARM_AFTER);
	house_site(&wish);
	return 0;
}

/* -------------------------------------------------------- the imitator */

/* The first beat that came through: its signature and its body. */
static void record(char signature[128], char body[2560])
{
	char *text = scratch_read(scratch("beats.log"));

	assert_int_equal(sscanf(text, "%127s %2559[^\n]", signature, body), 2);
	free(text);
}

/* Straight to the receiver, past TLS: its status. */
static int post(const char *signature, const char *body)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	char text[4096], answer[32] = "";
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), n, status;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", scratch("watch.sock"));
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	n = snprintf(text, sizeof(text), "POST /watch/heartbeat HTTP/1.1\r\n"
		     "Alerte-Signature: %s\r\nContent-Length: %zu\r\n\r\n%s",
		     signature, strlen(body), body);
	assert_int_equal(write(fd, text, (size_t)n), n);
	assert_true(read(fd, answer, sizeof(answer) - 1) > 0);
	assert_int_equal(sscanf(answer, "HTTP/1.1 %d", &status), 1);
	close(fd);
	return status;
}

static void imitate(void)
{
	char signature[128], body[2560];

	record(signature, body);
	assert_non_null(strstr(body, "\"type\":\"heartbeat\""));
	assert_null(strstr(body, "Marie"));
	assert_int_equal(post(signature, body), 409);
	/* "ready", dearly wished */
	*strstr(body, "\"sequence\":") = ' ';
	assert_int_equal(post(signature, body), 403);
	assert_int_equal(post("", body), 400);
	assert_int_equal(said("heartbeat refused", "a repeat"), 1);
	assert_int_equal(said("heartbeat refused", "forged"), 1);
}

/* ------------------------------------------------------------ the proof */

static void a_stopped_modem_and_a_killed_daemon_raise_the_alarm(void **state)
{
	size_t silences;

	(void)state;
	UNTIL(nginx_saw("POST /watch/heartbeat", " 200 ") > 0);
	imitate();

	assert_int_equal(stage_say(&house.stage, "mm-kill"), 0);
	/* An alert shows in no beat, and no beat holds it up. */
	air_press(PRESS);
	UNTIL(attempt_is("https", "asso", "sent"));
	UNTIL(fault_is("modem"));
	UNTIL(said("ALARM gateway", "reports: modem") == 1);
	assert_int_equal(said("ALARM", "silent since"), 0);

	assert_int_equal(stage_say(&house.stage, "mm-start"), 0);
	silences = said("ALARM", "silent since");
	kill(house.alerted, SIGKILL);
	assert_int_equal(waitpid(house.alerted, NULL, 0), house.alerted);
	house.alerted = 0;
	UNTIL(said("ALARM gateway", "silent since") == silences + 1);

	house_start(NULL);
	UNTIL(said("END gateway", "heard again") == silences + 1);
	UNTIL(said("END gateway", "reports no more: modem") == 1);
	assert_int_equal(nginx_saw("POST /watch/heartbeat", " 40"), 0);
}

int beat_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_stopped_modem_and_a_killed_daemon_raise_the_alarm,
			settle_watched, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
