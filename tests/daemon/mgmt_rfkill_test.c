/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "radio/mgmt.h"

static char folder[64];

/* FOLDER/hci0/rfkill3/state, as sysfs has it. */
static void write_state(const char *state)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/hci0/rfkill3/state", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(state, f);
	fclose(f);
}

static int start(void **state)
{
	char path[128];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/rfkill.XXXXXX");

	if (!mkdtemp(folder))
		return -1;

	snprintf(path, sizeof(path), "%s/hci0", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/hci0/rfkill3", folder);
	return mkdir(path, 0700);
}

static int stop(void **state)
{
	static const char *const names[] = { "/hci0/rfkill3/state",
					     "/hci0/rfkill3", "/hci0", "" };
	char path[128];
	size_t i;

	(void)state;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s%s", folder, names[i]);
		remove(path);
	}

	return 0;
}

static void software_or_a_switch_blocks_an_adapter(void **state)
{
	(void)state;
	write_state("0\n");
	assert_true(mgmt_rfkill(folder, 0));
	write_state("2\n");
	assert_true(mgmt_rfkill(folder, 0));
	write_state("1\n");
	assert_false(mgmt_rfkill(folder, 0));
}

static void what_is_not_known_is_not_blocked(void **state)
{
	(void)state;
	assert_false(mgmt_rfkill(folder, 0));
	write_state("");
	assert_false(mgmt_rfkill(folder, 0));
	write_state("0\n");
	assert_false(mgmt_rfkill(folder, 1));
}

#define T(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(software_or_a_switch_blocks_an_adapter),
		T(what_is_not_known_is_not_blocked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
