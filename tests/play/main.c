/* SPDX-License-Identifier: Apache-2.0 */
/* play [-v] FILE.play... */
#include "play.h"

#include <string.h>

int main(int argc, char **argv)
{
	int i = 1, passed = 0, failed = 0;
	bool verbose = argc > 1 && !strcmp(argv[1], "-v");

	if (broken_vfs_install() < 0) {
		fputs("play: no VFS\n", stderr);
		return 1;
	}

	setvbuf(stdout, NULL, _IOLBF, 0);

	for (i += verbose; i < argc; i++) {
		if (play_passes(argv[i], verbose)) {
			printf("ok %s\n", argv[i]);
			passed++;
		} else {
			failed++;
		}
	}

	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed || !passed;
}
