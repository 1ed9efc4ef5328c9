/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages whose delivery report may still come, in a file of our own, so
 * that a report that comes after a restart finds its attempt.  A line each:
 *
 *	attempt reference parts final failed until modem number
 *
 * The last two are keyed digests: without the run key nobody can tell from them
 * whom a message went to.  What must leave no sign is not written.  The file is
 * no record: losing it loses reports, nothing else, so nothing waits for the
 * disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "modem/mm.h"

#define HEX (2 * MM_DIGEST + 1)

static bool file_name(const struct mm *mm, const char *end, char out[PATH_MAX])
{
	int n = mm->has_key && mm->state && mm->name
		? snprintf(out, PATH_MAX, "%s/reports-%s%s", mm->state,
			   mm->name, end)
		: 0;

	return n > 0 && n < PATH_MAX;
}

static int64_t wall_s(void)
{
	return (int64_t)time(NULL);
}

static void line_write(FILE *f, const struct mm_sent *s)
{
	int64_t left_s = (s->due_ms - mm_now_ms()) / 1000;
	char modem[HEX], number[HEX];

	sodium_bin2hex(modem, HEX, s->modem, MM_DIGEST);
	sodium_bin2hex(number, HEX, s->number, MM_DIGEST);
	fprintf(f, "%" PRId64 " %d %d %" PRIu32 " %d %" PRId64 " %s %s\n",
		s->attempt, s->reference, s->parts, s->final, s->failed,
		wall_s() + left_s, modem, number);
}

static FILE *file_new(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
		      O_NOFOLLOW, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f && fd >= 0)
		close(fd);

	return f;
}

void mm_kept_write(const struct mm *mm)
{
	char path[PATH_MAX], temp[PATH_MAX];
	bool good;
	FILE *f;

	if (!file_name(mm, "", path) || !file_name(mm, ".new", temp))
		return;

	f = file_new(temp);
	for (size_t i = 0; f && i < MM_SENT_MAX; i++) {
		const struct mm_sent *s = &mm->sent[i];

		if (s->used && !s->unseen && s->reference >= 0)
			line_write(f, s);
	}

	good = f && !ferror(f);
	if ((f && fclose(f)) || !good || rename(temp, path))
		log_line(ALERTE_LOG_DEBUG, "modem: %s: %s", path,
			 strerror(errno));
}

static bool digest_read(const char *hex, uint8_t out[MM_DIGEST])
{
	size_t n;

	return !sodium_hex2bin(out, MM_DIGEST, hex, strlen(hex), NULL, &n,
			       NULL) && n == MM_DIGEST;
}

static bool line_read(const char *line, struct mm_sent *out)
{
	struct mm_sent s = { .used = true };
	char modem[HEX], number[HEX];
	int64_t until;
	int failed;

	if (sscanf(line, "%" SCNd64 " %d %d %" SCNu32 " %d %" SCNd64
		   " %32s %32s", &s.attempt, &s.reference, &s.parts, &s.final,
		   &failed, &until, modem, number) != 8 ||
	    s.attempt <= 0 || s.reference < 0 || s.reference > 255 ||
	    s.parts < 1 || s.parts > MM_PARTS_MAX ||
	    !digest_read(modem, s.modem) || !digest_read(number, s.number))
		return false;

	/* A clock set since then makes none of them immortal. */
	until -= wall_s();
	if (until <= 0 || until > MM_REPORT_WAIT_MS / 1000)
		return false;

	s.failed = failed;
	s.due_ms = mm_now_ms() + until * 1000;
	*out = s;
	return true;
}

void mm_kept_read(struct mm *mm)
{
	char path[PATH_MAX], line[256];
	size_t n = 0;
	FILE *f;

	if (!file_name(mm, "", path))
		return;

	f = fopen(path, "re");
	if (!f)
		return;

	while (n < MM_SENT_MAX && fgets(line, sizeof(line), f))
		n += line_read(line, &mm->sent[n]);

	fclose(f);
}
