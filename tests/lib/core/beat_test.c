/* SPDX-License-Identifier: Apache-2.0 */
/* V1: signed, rising for ever, and silent on what goes on. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <sodium.h>

#include <alerte/alerte.h>

#define WALL 1795525500000		/* 2026-11-24, 14:05 in Lyon */
#define HOUR_S 3600

static char folder[64], path[96], copy[96];
static struct alerte *engine;
static uint8_t run_key[ALERTE_KEY_BYTES];
static uint8_t next_random;

static struct alerte_time at(int64_t s)
{
	return (struct alerte_time){ 1000 + s * 1000, WALL + s * 1000, 3600,
				     true };
}

/* A clock nobody has set: 1970. */
static struct alerte_time unset(int64_t s)
{
	return (struct alerte_time){ 1000 + s * 1000, s * 1000, 0, false };
}

static int no_send(void *context, const struct alerte_message *m)
{
	(void)context;
	(void)m;
	return ALERTE_EREFUSED;
}

static int some_bytes(void *context, void *bytes, size_t len)
{
	(void)context;
	memset(bytes, ++next_random, len);
	return 0;
}

static struct alerte *open_at(const char *file)
{
	static const uint8_t boot[16] = { 1 };
	struct alerte_options options = { .size = sizeof(options),
					  .path = file, .run_key = run_key,
					  .boot_id = boot, .place = "lieu 3",
					  .relay_number = "+33639980114" };
	struct alerte_host host = { .size = sizeof(host), .send = no_send,
				    .random = some_bytes };
	struct alerte *a = NULL;

	assert_int_equal(alerte_open(&options, &host, unset(0), &a), 0);
	return a;
}

static int start(void **state)
{
	(void)state;
	memset(run_key, 7, sizeof(run_key));
	strcpy(folder, "/tmp/alerte-beat-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/alerte.db", folder);
	snprintf(copy, sizeof(copy), "%s/copy.db", folder);
	engine = open_at(path);
	return 0;
}

static void disk_room(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int end(void **state)
{
	char command[128];

	(void)state;
	disk_room(0);
	alerte_close(engine);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static struct alerte_heartbeat beat_of(struct alerte *a, struct alerte_time now,
				       int answer)
{
	struct alerte_heartbeat b = { .size = sizeof(b), .every_s = 60 };

	assert_int_equal(alerte_heartbeat(a, now, &b), answer);
	return b;
}

static struct alerte_heartbeat beat(struct alerte_time now)
{
	return beat_of(engine, now, 0);
}

static struct alerte_gateway gateway(struct alerte *a)
{
	struct alerte_gateway g = { .size = sizeof(g) };

	assert_int_equal(alerte_gateway(a, &g), 0);
	return g;
}

/* As a server does, with nothing of ours. */
static bool verifies(const struct alerte_heartbeat *b, const char *key)
{
	unsigned char public[32], signature[64];
	size_t n;

	assert_memory_equal(b->signature, "ed25519=:", 9);
	assert_string_equal(b->signature + strlen(b->signature) - 1, ":");
	assert_int_equal(sodium_base642bin(public, 32, key, strlen(key), NULL,
					   &n, NULL, 1), 0);
	assert_int_equal(sodium_base642bin(signature, 64, b->signature + 9,
					   strlen(b->signature) - 10, NULL, &n,
					   NULL, 1), 0);
	return !crypto_sign_verify_detached(signature, (const void *)b->body,
					    b->len, public);
}

static void copy_store(void)
{
	char command[512];

	snprintf(command, sizeof(command), "cp '%s' '%s' && cp '%s-wal' "
		 "'%s-wal'", path, copy, path, copy);
	assert_int_equal(system(command), 0);
}

static void the_printed_key_verifies_each_and_nothing_else(void **state)
{
	struct alerte_gateway g = gateway(engine);
	struct alerte_heartbeat b = beat(at(1));

	(void)state;
	assert_int_equal(b.len, strlen(b.body));
	assert_true(verifies(&b, g.key));
	assert_non_null(strstr(b.body, g.name));
	b.body[b.len - 2] ^= 1;
	assert_false(verifies(&b, g.key));
	b.body[b.len - 2] ^= 1;
	b = beat(at(2));
	assert_true(verifies(&b, g.key));
}

static void the_sequence_rises_whatever_the_clock_does(void **state)
{
	uint64_t last = beat(unset(1)).sequence, now;

	(void)state;
	assert_true((now = beat(unset(2)).sequence) > last);
	last = now;
	assert_true((now = beat(at(3)).sequence) > last);
	last = now;
	assert_true((now = beat(at(-HOUR_S)).sequence) > last);
	last = now;
	assert_true(beat(unset(5)).sequence > last);
}

static void the_sequence_rises_over_a_restart_without_a_clock(void **state)
{
	uint64_t last = beat(at(HOUR_S)).sequence;

	(void)state;
	assert_int_equal(alerte_close(engine), 0);
	engine = open_at(path);
	assert_int_equal(beat(unset(1)).sequence, last + 1);
}

static void the_sequence_rises_over_a_power_cut_without_a_clock(void **state)
{
	struct alerte *other;
	uint64_t last;

	(void)state;
	for (int i = 0; i < 200; i++)
		last = beat(at(60 * i)).sequence;
	copy_store();
	other = open_at(copy);
	assert_true(beat_of(other, unset(1), 0).sequence > last);
	alerte_close(other);
}

/* An old image of the disk put back: the clock is all there is. */
static void the_sequence_rises_over_an_older_disk_with_a_clock(void **state)
{
	struct alerte *other;
	uint64_t last;

	(void)state;
	beat(at(0));
	copy_store();
	last = beat(at(48 * HOUR_S)).sequence;
	assert_true(last >= (uint64_t)at(48 * HOUR_S).wall_ms);
	other = open_at(copy);
	assert_true(beat_of(other, at(48 * HOUR_S + 1), 0).sequence > last);
	alerte_close(other);
}

static void a_disk_that_refuses_writes_stops_no_beat(void **state)
{
	struct alerte_heartbeat b;
	uint64_t last;

	(void)state;
	disk_room(1);
	b = beat_of(engine, at(1), ALERTE_VOLATILE);
	assert_true(verifies(&b, gateway(engine).key));
	last = b.sequence;
	b = beat_of(engine, at(2), ALERTE_VOLATILE);
	assert_true(b.sequence > last);
	assert_non_null(strstr(b.body, "\"state\":\"degraded\","
				       "\"faults\":[\"store\"]"));
	disk_room(0);
	alerte_step(engine, at(20));
	b = beat(at(21));
	assert_non_null(strstr(b.body, "\"state\":\"ready\",\"faults\":[]"));
}

static void an_untrusted_hour_is_said(void **state)
{
	struct alerte_heartbeat b = beat(unset(1));

	(void)state;
	assert_non_null(strstr(b.body, "\"clock_trusted\":false"));
	b = beat(at(2));
	assert_non_null(strstr(b.body, "\"clock_trusted\":true"));
}

static void faults_are_named_and_degrade(void **state)
{
	struct alerte_heartbeat b = { .size = sizeof(b), .every_s = 60,
				      .degraded = true };

	(void)state;
	alerte_fault(engine, "modem", true, at(1));
	alerte_fault(engine, "endpoint", true, at(1));
	assert_non_null(strstr(beat(at(2)).body, "\"state\":\"degraded\","
			       "\"faults\":[\"endpoint\",\"modem\"]"));
	alerte_fault(engine, "modem", false, at(3));
	alerte_fault(engine, "endpoint", false, at(3));
	assert_int_equal(alerte_heartbeat(engine, at(4), &b), 0);
	assert_non_null(strstr(b.body, "\"state\":\"degraded\","
				       "\"faults\":[]"));
}

static void set_people(void)
{
	struct alerte_contact paul = { .size = sizeof(paul), .id = "paul",
				       .name = "Paul",
				       .number = "+33639980101" };
	struct alerte_wearer marie = {
		.size = sizeof(marie), .id = "marie", .name = "Marie Durand",
		.short_name = "Marie D.", .number = "+33639980100",
		.place = "12 rue Garibaldi, 69003 Lyon",
		.area = "12 rue Garibaldi, Lyon 3e", .contact = { "paul" },
	};
	struct alerte_button b = { .size = sizeof(b), .id = "hall",
				   .wearer = "marie", .silence_s = HOUR_S,
				   .address = { 1, 2, 3, 4, 5, 6 } };

	assert_int_equal(alerte_contact_set(engine, &paul, at(0)), 0);
	assert_int_equal(alerte_wearer_set(engine, &marie, at(0)), 0);
	assert_int_equal(alerte_button_set(engine, &b, at(0)), 0);
}

/* Sequence and hour are those of one instant: byte for byte the same. */
static void an_open_alert_does_not_show(void **state)
{
	struct alerte_heartbeat calm, alarmed;
	struct alerte *other;

	(void)state;
	set_people();
	beat(at(1));
	copy_store();
	assert_int_equal(alerte_press(engine, "hall", 1, ALERTE_GESTURE_PRESS,
				      ALERTE_TRUST_STRONG, at(5)),
			 ALERTE_ACCEPTED);
	alerte_step(engine, at(5));
	alarmed = beat(at(2 * HOUR_S));
	other = open_at(copy);
	calm = beat_of(other, at(2 * HOUR_S), 0);
	alerte_close(other);
	assert_string_equal(alarmed.body, calm.body);
	assert_null(strstr(alarmed.body, "marie"));
	assert_null(strstr(alarmed.body, "hall"));
}

/* It may mean that she has gone out. */
static void that_a_button_is_silent_does_not_show(void **state)
{
	char fault[ALERTE_ID_MAX];

	(void)state;
	set_people();
	for (int64_t s = 0; s < 6 * HOUR_S; s += 60)
		alerte_step(engine, at(s));
	assert_int_equal(alerte_fault_next(engine, "", fault), 1);
	assert_string_equal(fault, "button-silent");
	assert_non_null(strstr(beat(at(6 * HOUR_S)).body,
			       "\"state\":\"ready\",\"faults\":[]"));
}

static int keep(void *context, const uint8_t *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -1;
}

static void a_restored_gateway_keeps_the_key_and_has_its_own_name(void **state)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 9 };
	struct alerte_gateway old = gateway(engine), new;
	struct alerte *other;
	char *bytes = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&bytes, &len);

	(void)state;
	set_people();
	assert_int_equal(alerte_backup(engine, key, keep, f, at(1)), 0);
	fclose(f);
	memset(run_key, 8, sizeof(run_key));
	other = open_at(":memory:");
	assert_string_not_equal(gateway(other).key, old.key);
	assert_int_equal(alerte_restore(other, key, (const uint8_t *)bytes,
					len, at(2)), 0);
	new = gateway(other);
	assert_string_equal(new.key, old.key);
	assert_string_not_equal(new.name, old.name);
	alerte_close(other);
	free(bytes);
}

static void a_struct_of_another_size_is_refused(void **state)
{
	struct alerte_heartbeat b = { .size = 4 };
	struct alerte_gateway g = { .size = 4 };

	(void)state;
	assert_int_equal(alerte_heartbeat(engine, at(1), &b), ALERTE_EINVAL);
	assert_int_equal(alerte_gateway(engine, &g), ALERTE_EINVAL);
}

/* Whoever listens could not say when it is late. */
static void a_beat_without_a_next_one_is_refused(void **state)
{
	struct alerte_heartbeat b = { .size = sizeof(b) };

	(void)state;
	assert_int_equal(alerte_heartbeat(engine, at(1), &b), ALERTE_EINVAL);
	b.every_s = 86401;
	assert_int_equal(alerte_heartbeat(engine, at(1), &b), ALERTE_EINVAL);
	assert_int_equal(b.sequence, 0);
	b.every_s = 86400;
	assert_int_equal(alerte_heartbeat(engine, at(1), &b), ALERTE_OK);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		T(the_printed_key_verifies_each_and_nothing_else),
		T(the_sequence_rises_whatever_the_clock_does),
		T(the_sequence_rises_over_a_restart_without_a_clock),
		T(the_sequence_rises_over_a_power_cut_without_a_clock),
		T(the_sequence_rises_over_an_older_disk_with_a_clock),
		T(a_disk_that_refuses_writes_stops_no_beat),
		T(an_untrusted_hour_is_said),
		T(faults_are_named_and_degrade),
		T(an_open_alert_does_not_show),
		T(that_a_button_is_silent_does_not_show),
		T(a_restored_gateway_keeps_the_key_and_has_its_own_name),
		T(a_struct_of_another_size_is_refused),
		T(a_beat_without_a_next_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
