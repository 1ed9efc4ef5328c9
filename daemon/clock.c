/* SPDX-License-Identifier: Apache-2.0 */
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <systemd/sd-id128.h>
#include <time.h>
#include <unistd.h>

#include <string.h>

static int64_t read_ms(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* A sandbox may forbid the call; timesyncd leaves a file behind as well. */
static bool synchronised(void)
{
	struct timex tx = { .modes = 0 };

	if (adjtimex(&tx) >= 0)
		return !(tx.status & STA_UNSYNC);

	return access("/run/systemd/timesync/synchronized", F_OK) == 0;
}

int32_t clock_offset(int64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;

	return localtime_r(&t, &tm) ? (int32_t)tm.tm_gmtoff : 0;
}

struct alerte_time clock_now(bool trusted)
{
	struct alerte_time now = {
		.boot_ms = read_ms(CLOCK_BOOTTIME),
		.wall_ms = read_ms(CLOCK_REALTIME),
		.wall_trusted = trusted || synchronised()
	};

	now.utc_offset_s = clock_offset(now.wall_ms);
	return now;
}

int clock_boot_id(uint8_t out[16])
{
	sd_id128_t id;
	int r = sd_id128_get_boot(&id);

	if (r < 0)
		return r;

	memcpy(out, id.bytes, 16);
	return 0;
}

static bool file_of(const char *state, char out[PATH_MAX])
{
	return snprintf(out, PATH_MAX, "%s/clock", state) < PATH_MAX;
}

int64_t clock_kept(const char *state)
{
	char path[PATH_MAX];
	struct stat st;

	if (!file_of(state, path) || stat(path, &st) < 0)
		return 0;

	return (int64_t)st.st_mtim.tv_sec * 1000;
}

void clock_keep(const char *state, int64_t wall_ms)
{
	struct timespec times[2];
	char path[PATH_MAX];
	int fd;

	if (!file_of(state, path))
		return;

	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return;

	times[0].tv_sec = times[1].tv_sec = (time_t)(wall_ms / 1000);
	times[0].tv_nsec = times[1].tv_nsec = 0;
	futimens(fd, times);
	close(fd);
}
