/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "radio/rfkill.h"
#include "scratch.h"

static void entry(const struct scratch *s, const char *name,
		  const char *adapter, const char *soft, const char *hard)
{
	const char *const files[] = { "name", "soft", "hard" };
	const char *const words[] = { adapter, soft, hard };
	char path[PATH_MAX], file[64];
	size_t i;

	assert_int_equal(mkdir(scratch_path(s, name, path), 0700), 0);

	for (i = 0; i < 3; i++) {
		snprintf(file, sizeof(file), "%s/%s", name, files[i]);
		scratch_write(s, file, words[i]);
	}
}

static void a_block_is_that_of_the_adapter_of_this_name(void **state)
{
	struct scratch *s = *state;

	entry(s, "rfkill0", "phy0\n", "1\n", "1\n");
	entry(s, "rfkill1", "hci0\n", "0\n", "0\n");
	entry(s, "rfkill2", "hci1\n", "1\n", "0\n");
	entry(s, "rfkill3", "hci10\n", "0\n", "1\n");
	assert_false(rfkill_blocked(s->dir, "hci0"));
	assert_true(rfkill_blocked(s->dir, "hci1"));
	assert_true(rfkill_blocked(s->dir, "hci10"));
	assert_false(rfkill_blocked(s->dir, "hci2"));
}

static void where_nothing_can_be_read_nothing_is_blocked(void **state)
{
	struct scratch *s = *state;
	char path[PATH_MAX];

	assert_false(rfkill_blocked("/nowhere", "hci0"));
	assert_int_equal(mkdir(scratch_path(s, "rfkill0", path), 0700), 0);
	scratch_write(s, "rfkill0/name", "hci0\n");
	scratch_write(s, "rfkill0/soft", "");
	assert_false(rfkill_blocked(s->dir, "hci0"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, scratch_setup, \
						scratch_teardown)
	const struct CMUnitTest tests[] = {
		T(a_block_is_that_of_the_adapter_of_this_name),
		T(where_nothing_can_be_read_nothing_is_blocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
