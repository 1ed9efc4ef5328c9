/* SPDX-License-Identifier: Apache-2.0 */
/* rfkillN/ has name ("hci0"), soft and hard ("0" or "1"), one a file. */
#include "radio/rfkill.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool word_is(const char *folder, const char *entry, const char *file,
		    const char *word)
{
	char path[PATH_MAX], text[64];
	ssize_t n;
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s/%s", folder, entry, file) >=
	    (int)sizeof(path))
		return false;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;

	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, word);
}

bool rfkill_blocked(const char *folder, const char *adapter)
{
	DIR *dir = opendir(folder);
	bool blocked = false;
	struct dirent *e;

	if (!dir)
		return false;

	while (!blocked && (e = readdir(dir)))
		blocked = e->d_name[0] != '.' &&
			  word_is(folder, e->d_name, "name", adapter) &&
			  (word_is(folder, e->d_name, "soft", "1") ||
			   word_is(folder, e->d_name, "hard", "1"));

	closedir(dir);
	return blocked;
}
