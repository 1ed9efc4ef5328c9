/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether an adapter that will not be switched on is blocked by rfkill.  The
 * status for it is Rfkilled, but kernel 6.1 was seen to answer Failed: there it
 * stands in sysfs, in FOLDER/hci0/rfkill0/state: 0 blocked by software, 1 free,
 * 2 blocked by a switch.
 */
#include "radio/mgmt.h"

#include <glob.h>
#include <stdio.h>

static bool is_blocked(const char *path)
{
	FILE *f = fopen(path, "re");
	int state = '1';

	if (f) {
		state = fgetc(f);
		fclose(f);
	}

	return state == '0' || state == '2';
}

bool mgmt_rfkill(const char *folder, uint16_t index)
{
	char pattern[256];
	bool blocked = false;
	glob_t found;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/hci%u/rfkill*/state", folder,
		 index);

	if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
		return false;

	for (i = 0; i < found.gl_pathc; i++)
		blocked |= is_blocked(found.gl_pathv[i]);

	globfree(&found);
	return blocked;
}
