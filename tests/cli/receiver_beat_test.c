/* SPDX-License-Identifier: Apache-2.0 */
/* Whom the receiver believes, and what it keeps of what it heard. */
#include "receiver_beat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The example of lib/message/PAYLOADS.md; its seed is that of RFC 8032. */
#define KEY "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
#define OTHER "PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="
#define SIGNATURE "ed25519=:jOb5/lml9bJyDJQ0yrJUhkl3eIhrUH6kVWgh4yES1d4ghLe5" \
	"ysGNM2yyl2hAeQrvwMzgOOfuKispcqO/FpOYDA==:"
static const char body[] =
	"{\"schema\":\"alerte/1\",\"type\":\"heartbeat\","
	"\"site\":\"9f86d081884c7d65\",\"gateway\":\"df447f15ba5ed2ff\","
	"\"place\":\"lieu 3\",\"sequence\":1795525500000,"
	"\"now\":\"2026-11-24T14:05:00+01:00\",\"clock_trusted\":true,"
	"\"every_s\":60,\"state\":\"degraded\",\"faults\":[\"modem\"],"
	"\"armed\":false}";
/* "[]", by the same hand. */
#define NO_BEAT "ed25519=:05jy0bPngr8p+y9fvt0c2BpNj2q6k9Kcl4fuX5H/WmULm5N5AV" \
	"ZxmW9lQM0nwIQM+jbu81SIS0XZzOrqNYuOAA==:"

static struct beats *beats;
static char dir[64];

static void open_with(const char *key)
{
	beats = beats_new();
	assert_non_null(beats);
	if (key)
		assert_true(beats_key(beats, key));
	assert_true(beats_start(beats, dir));
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/alerte-beats-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	char path[128];

	(void)state;
	beats_free(beats);
	snprintf(path, sizeof(path), "%s/gateways", dir);
	unlink(path);
	return rmdir(dir);
}

static int take(const char *signature, const char *text)
{
	struct receiver_request r = { .body_len = strlen(text) };
	const char *why;

	snprintf(r.signature, sizeof(r.signature), "%s", signature);
	return beats_take(beats, &r, text, &why);
}

static void the_documented_example_is_taken_once(void **state)
{
	long taken, refused;

	(void)state;
	open_with(KEY);
	assert_int_equal(take(SIGNATURE, body), 200);
	assert_int_equal(take(SIGNATURE, body), 409);
	beats_counts(beats, &taken, &refused);
	assert_int_equal(taken, 1);
	assert_int_equal(refused, 1);
}

static void the_manual_holds_that_example(void **state)
{
	static char text[65536];
	FILE *f = fopen("lib/message/PAYLOADS.md", "r");

	(void)state;
	open_with(NULL);
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_non_null(strstr(text, body));
	assert_non_null(strstr(text, SIGNATURE));
	assert_non_null(strstr(text, KEY));
}

static void a_changed_byte_is_a_forgery(void **state)
{
	char text[sizeof(body)];

	(void)state;
	open_with(KEY);
	for (size_t i = 0; i < strlen(body); i++) {
		memcpy(text, body, sizeof(body));
		text[i] ^= 1;
		assert_int_equal(take(SIGNATURE, text), 403);
	}
	assert_int_equal(take(SIGNATURE, body), 200);
}

static void a_gateway_of_another_key_is_unknown(void **state)
{
	(void)state;
	open_with(OTHER);
	assert_int_equal(take(SIGNATURE, body), 403);
}

static void a_signature_that_is_none_is_malformed(void **state)
{
	static const char *const bad[] = {
		"", "ed25519=:", "ed25519=::", "ed25519=:AAAA:", "AAAA",
		"rsa=:AAAA:", "ed25519=:*:",
	};

	(void)state;
	open_with(KEY);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(take(bad[i], body), 400);
}

static void what_is_signed_and_no_heartbeat_is_refused(void **state)
{
	(void)state;
	open_with(KEY);
	assert_int_equal(take(NO_BEAT, "[]"), 400);
}

static void without_a_key_nothing_is_listened_to(void **state)
{
	(void)state;
	open_with(NULL);
	assert_int_equal(take(SIGNATURE, body), 404);
}

static void a_replay_is_known_over_a_restart(void **state)
{
	(void)state;
	open_with(KEY);
	assert_int_equal(take(SIGNATURE, body), 200);
	beats_free(beats);
	open_with(KEY);
	assert_int_equal(take(SIGNATURE, body), 409);
}

static void a_memory_that_is_damaged_is_told(void **state)
{
	char path[128];
	FILE *f;

	(void)state;
	beats = beats_new();
	beats_key(beats, KEY);
	snprintf(path, sizeof(path), "%s/gateways", dir);
	f = fopen(path, "w");
	fputs("nothing\n", f);
	fclose(f);
	assert_false(beats_start(beats, dir));
}

static void a_key_is_the_base64_of_32_bytes(void **state)
{
	(void)state;
	open_with(NULL);
	assert_false(beats_key(beats, ""));
	assert_false(beats_key(beats, "AAAA"));
	assert_false(beats_key(beats, KEY "A"));
	assert_true(beats_key(beats, OTHER));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_documented_example_is_taken_once),
		T(the_manual_holds_that_example),
		T(a_changed_byte_is_a_forgery),
		T(a_gateway_of_another_key_is_unknown),
		T(a_signature_that_is_none_is_malformed),
		T(what_is_signed_and_no_heartbeat_is_refused),
		T(without_a_key_nothing_is_listened_to),
		T(a_replay_is_known_over_a_restart),
		T(a_memory_that_is_damaged_is_told),
		T(a_key_is_the_base64_of_32_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
