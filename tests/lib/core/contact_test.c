/* SPDX-License-Identifier: Apache-2.0 */
/* Contacts of callers older than the newest field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#define OLD offsetof(struct alerte_contact, email)

static char folder[64], path[96];
static struct alerte *engine;

static struct alerte_time at(int64_t s)
{
	return (struct alerte_time){ 1000 + s * 1000, 1773147900000 + s * 1000,
				     3600, true };
}

static int no_send(void *context, const struct alerte_message *m)
{
	(void)context;
	(void)m;
	return ALERTE_EREFUSED;
}

static int some_bytes(void *context, void *bytes, size_t len)
{
	static uint8_t next;

	(void)context;
	memset(bytes, ++next, len);
	return 0;
}

static void open_engine(void)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 7 }, boot[16] = { 1 };
	struct alerte_options options = { .size = sizeof(options),
					  .path = path, .run_key = key,
					  .boot_id = boot,
					  .relay_number = "+33639980114" };
	struct alerte_host host = { .size = sizeof(host), .send = no_send,
				    .random = some_bytes };

	assert_int_equal(alerte_open(&options, &host, at(0), &engine), 0);
}

static int start(void **state)
{
	(void)state;
	strcpy(folder, "/tmp/alerte-contact-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/alerte.db", folder);
	open_engine();
	return 0;
}

static int end(void **state)
{
	char command[128];

	(void)state;
	alerte_close(engine);
	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static struct alerte_contact paul(uint32_t size)
{
	struct alerte_contact c = { .size = size, .id = "paul",
				    .name = "Paul",
				    .number = "+33639980101" };

	return c;
}

static struct alerte_contact in_force(void)
{
	struct alerte_contact c = { .size = sizeof(c) };

	assert_int_equal(alerte_contact_next(engine, "", &c), 1);
	return c;
}

static void an_older_caller_leaves_the_address_as_it_is(void **state)
{
	struct alerte_contact c = paul(sizeof(c));

	(void)state;
	strcpy(c.email, "paul@example.net");
	c.relay_entitled = true;
	assert_int_equal(alerte_contact_set(engine, &c, at(1)), 0);
	c = paul(OLD);
	strcpy(c.name, "Paul M.");
	assert_int_equal(alerte_contact_set(engine, &c, at(2)), 0);
	c = in_force();
	assert_string_equal(c.name, "Paul M.");
	assert_string_equal(c.email, "paul@example.net");
	assert_true(c.relay_entitled);
	c = paul(sizeof(c));
	assert_int_equal(alerte_contact_set(engine, &c, at(3)), 0);
	assert_string_equal(in_force().email, "");
}

static void an_older_caller_reads_what_it_knows(void **state)
{
	struct alerte_contact c = paul(sizeof(c));

	(void)state;
	strcpy(c.email, "paul@example.net");
	assert_int_equal(alerte_contact_set(engine, &c, at(1)), 0);
	memset(&c, 0x5a, sizeof(c));
	c.size = OLD;
	assert_int_equal(alerte_contact_next(engine, "", &c), 1);
	assert_int_equal(c.size, OLD);
	assert_string_equal(c.number, "+33639980101");
	assert_int_equal(c.email[0], 0x5a);
	c.size = OLD - 1;
	assert_int_equal(alerte_contact_next(engine, "", &c), ALERTE_EINVAL);
	c = paul(OLD + 1);
	assert_int_equal(alerte_contact_set(engine, &c, at(2)),
			 ALERTE_EINVAL);
}

static void the_address_is_kept_on_the_disk(void **state)
{
	struct alerte_contact c = paul(sizeof(c));

	(void)state;
	c.number[0] = '\0';
	strcpy(c.email, "paul@example.net");
	assert_int_equal(alerte_contact_set(engine, &c, at(1)), 0);
	assert_int_equal(alerte_close(engine), 0);
	open_engine();
	assert_string_equal(in_force().email, "paul@example.net");
	c.email[0] = '\0';
	assert_int_equal(alerte_contact_set(engine, &c, at(2)),
			 ALERTE_EINVAL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, start, end)
	const struct CMUnitTest tests[] = {
		T(an_older_caller_leaves_the_address_as_it_is),
		T(an_older_caller_reads_what_it_knows),
		T(the_address_is_kept_on_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
