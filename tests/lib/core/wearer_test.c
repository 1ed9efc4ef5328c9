/* SPDX-License-Identifier: Apache-2.0 */
/* A wearer's two codes: what of them is read back, kept, and carried over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/alerte.h>

#define RELAY "+33639980114"
/* From before there was a second code. */
#define OLD_WEARER ((uint32_t)offsetof(struct alerte_wearer, duress_code))

struct world {
	struct alerte *a;
	int duress;			/* messages that tell of it */
	size_t len;
	uint8_t backup[65536];
};

static struct alerte_time at(int64_t s)
{
	return (struct alerte_time){ 1000000 + s * 1000,
				     1773147900000 + s * 1000, 3600, true };
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct world *w = context;

	w->duress += strstr(m->key, "-duress-") != NULL;
	return 0;
}

static int host_random(void *context, void *bytes, size_t len)
{
	(void)context;
	memset(bytes, 0x5a, len);
	return 0;
}

static struct alerte *start(struct world *w, uint8_t boot)
{
	static const uint8_t key[ALERTE_KEY_BYTES] = { 7 };
	const uint8_t boot_id[16] = { boot };
	struct alerte_options o = { .size = sizeof(o), .path = ":memory:",
				    .run_key = key, .boot_id = boot_id,
				    .relay_number = RELAY };
	struct alerte_host h = { .size = sizeof(h), .context = w,
				 .send = host_send, .random = host_random };
	struct alerte *a;

	assert_int_equal(alerte_open(&o, &h, at(0), &a), 0);
	return a;
}

static struct alerte_wearer marie(void)
{
	return (struct alerte_wearer){
		.size = sizeof(struct alerte_wearer), .id = "marie",
		.name = "Marie Durand", .short_name = "Marie D.",
		.place = "12 rue Garibaldi, 69003 Lyon", .contact = { "asso" },
	};
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct alerte_contact c = { .size = sizeof(c), .id = "asso",
				    .name = "Association X",
				    .number = "+33639980103",
				    .role = ALERTE_ROLE_ASSOCIATION };
	struct alerte_wearer m = marie();
	struct alerte_button b = { .size = sizeof(b), .id = "b1",
				   .wearer = "marie" };

	w->a = start(w, 1);
	strcpy(m.cancel_code, "4321");
	strcpy(m.duress_code, "1234");
	assert_int_equal(alerte_contact_set(w->a, &c, at(0)), 0);
	assert_int_equal(alerte_wearer_set(w->a, &m, at(0)), 0);
	assert_int_equal(alerte_button_set(w->a, &b, at(0)), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	alerte_close(w->a);
	free(w);
	return 0;
}

/* Whether the association learns of duress from this code. */
static bool tells(struct world *w, struct alerte *a, const char *code)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int64_t id = 0;

	w->duress = 0;
	assert_int_equal(alerte_press(a, "b1", 1, ALERTE_GESTURE_PRESS,
				      ALERTE_TRUST_STRONG, at(1)),
			 ALERTE_ACCEPTED);
	alerte_step(a, at(1));
	while (alerte_alert_next(a, id, &alert) == 1)
		id = alert.id;
	assert_int_equal(alerte_cancel(a, id, code, at(2)), ALERTE_ACCEPTED);
	alerte_step(a, at(2));
	assert_int_equal(alerte_alert_get(a, id, &alert), 1);
	assert_int_equal(alert.state, ALERTE_ALERT_CANCELLED);
	return w->duress > 0;
}

static void neither_code_is_read_back(void **state)
{
	struct world *w = *state;
	struct alerte_wearer m = { .size = sizeof(m) };

	assert_int_equal(alerte_wearer_next(w->a, "", &m), 1);
	for (size_t i = 0; i < sizeof(m.duress_code); i++)
		assert_int_equal(m.duress_code[i] | m.cancel_code[i], 0);
	assert_false(tells(w, w->a, "4321"));
	assert_true(tells(w, w->a, "1234"));
}

/* One byte behind what it knows of is not read, nor written. */
static void an_older_caller_leaves_the_second_code_as_it_is(void **state)
{
	struct world *w = *state;
	struct alerte_wearer m = marie(), out;

	m.size = OLD_WEARER;
	memset(m.duress_code, 'x', sizeof(m.duress_code));
	strcpy(m.cancel_code, "5678");
	assert_int_equal(alerte_wearer_set(w->a, &m, at(0)), 0);
	memset(&out, 0xa5, sizeof(out));
	out.size = OLD_WEARER;
	assert_int_equal(alerte_wearer_next(w->a, "", &out), 1);
	assert_int_equal(out.size, OLD_WEARER);
	assert_string_equal(out.name, "Marie Durand");
	assert_int_equal((uint8_t)out.duress_code[0], 0xa5);
	assert_true(tells(w, w->a, "1234"));
	assert_false(tells(w, w->a, "5678"));
	m.size = OLD_WEARER - 1;
	assert_int_equal(alerte_wearer_set(w->a, &m, at(0)), ALERTE_EINVAL);
}

static int keep(void *context, const uint8_t *bytes, size_t len)
{
	struct world *w = context;

	assert_true(w->len + len <= sizeof(w->backup));
	memcpy(w->backup + w->len, bytes, len);
	w->len += len;
	return 0;
}

static void a_backup_carries_both_codes(void **state)
{
	static const uint8_t key[32] = { 9 };
	struct world *w = *state;
	struct alerte *other = start(w, 2);

	assert_int_equal(alerte_backup(w->a, key, keep, w, at(0)), 0);
	assert_int_equal(alerte_restore(other, key, w->backup, w->len, at(0)),
			 0);
	assert_false(tells(w, other, "4321"));
	assert_true(tells(w, other, "1234"));
	alerte_close(other);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(neither_code_is_read_back),
		T(an_older_caller_leaves_the_second_code_as_it_is),
		T(a_backup_carries_both_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
