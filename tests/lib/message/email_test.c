/* SPDX-License-Identifier: Apache-2.0 */
#include "message/email.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <alerte/settings.h>

static void a_plain_address_is_one(void **state)
{
	static const char *const good[] = {
		"a@b.c", "someone@example.org", "x.y+z@mail.example.org",
		"o'brien@example.org", "a-b_c@sub-domain.example",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!email_is_plain(good[i]) || alerte_email_check(good[i]))
			fail_msg("\"%s\" is refused", good[i]);
}

static void what_could_be_more_than_one_recipient_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "@", "a", "a@", "@b.c", "a@b", "a@b.", "a@.b", "a@b..c",
		".a@b.c", "a.@b.c", "a..b@c.d", "a@b.c,d@e.f", "a@b.c d@e.f",
		"a@b.c\r\nBcc: d@e.f", "a@b.c\n", " a@b.c", "<a@b.c>",
		"\"a b\"@c.d", "a(x)@b.c", "a@[127.0.0.1]", "a@b@c.d",
		"a@-b.c", "a@b-.c", "é@b.c", "a@é.c", "a@b.c>", "a@b_c.d",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (email_is_plain(bad[i]) || !alerte_email_check(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
	assert_int_equal(alerte_email_check(NULL), ALERTE_EINVAL);
}

static void an_address_has_a_longest(void **state)
{
	char address[ALERTE_EMAIL_MAX + 1];

	(void)state;
	memset(address, 'a', sizeof(address));
	memcpy(address + ALERTE_EMAIL_MAX - 5, "@b.c", 5);
	assert_true(email_is_plain(address));
	memset(address, 'a', sizeof(address));
	memcpy(address + ALERTE_EMAIL_MAX - 4, "@b.c", 5);
	assert_false(email_is_plain(address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_address_is_one),
		cmocka_unit_test(
			what_could_be_more_than_one_recipient_is_refused),
		cmocka_unit_test(an_address_has_a_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
