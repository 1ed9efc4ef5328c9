/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include <stdio.h>
#include <string.h>

struct seen *s;
int64_t last_attempt;

int setup(void **state)
{
	(void)state;
	s = loop_open();
	return 0;
}

int teardown(void **state)
{
	(void)state;
	loop_close();
	return 0;
}

/* ------------------------------------------------------- what is asked */

struct alerte_endpoint at(enum server server, const char *path)
{
	struct alerte_endpoint e = { .size = sizeof(e), .id = "asso" };

	snprintf(e.url, sizeof(e.url), "https://127.0.0.1:%d/%s",
		 server_port(server), path);
	snprintf(e.ca_file, sizeof(e.ca_file), "%s", scratch("ca.pem"));
	return e;
}

void set(const struct alerte_endpoint *e)
{
	assert_int_equal(alerte_https_endpoint_set(s->t, e), 0);
}

void set_at(enum server server, const char *path)
{
	const struct alerte_endpoint e = at(server, path);

	set(&e);
}

struct alerte_message message(const char *key)
{
	return (struct alerte_message){
		.size = sizeof(struct alerte_message),
		.attempt = ++last_attempt,
		.channel = ALERTE_CHANNEL_HTTPS,
		.contact = "",
		.address = "asso",
		.key = key,
		.body = BODY,
		.body_len = strlen(BODY),
		.content_type = "application/json",
		.expires_boot_ms = ALERTE_NEVER,
		.importance = ALERTE_IMPORTANCE_ALERT,
	};
}

int send_to(const char *endpoint, const char *key)
{
	struct alerte_message m = message(key);

	m.address = endpoint;
	return alerte_https_send(s->t, &m);
}

enum alerte_receipt_kind outcome(const char *key, int64_t ms)
{
	assert_int_equal(send_to("asso", key), 0);
	return loop_receipt(last_attempt, ms);
}

struct alerte_https_state describe(const char *id)
{
	struct alerte_https_state state = { .size = sizeof(state) };

	assert_int_equal(alerte_https_describe(s->t, id, &state), 0);
	return state;
}

void assert_served(const char *key, size_t times)
{
	struct served seen[16];

	assert_int_equal(served(key, times, seen, 16), times);
}
