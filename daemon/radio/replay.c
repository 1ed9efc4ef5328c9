/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames from a file or a FIFO, one a line:
 *
 *   MS ADDRESS HEX		0 54:48:E6:8F:80:A5 0b161c18...
 *   MS notify ADDRESS UUID HEX	0 notify FF:FF:10:0A:12:34 ffe1 01
 *
 * the second a notification of a button that must be connected to, by a
 * characteristic whose UUID is four hex digits.
 *
 * MS counts from the start of the radio; a line whose time has passed is heard
 * at once.  # begins a comment.  A line that is not such a line is counted and
 * logged with its number, and the rest goes on.  A file is followed as it
 * grows.
 */
#include "radio/radio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

#define LINE_BYTES 1024
#define FRAME_BYTES 256
#define BURST 32			/* frames heard before the loop turns */

struct replay {
	struct radio_events events;
	sd_event_source *readable, *timer;
	int fd;
	int64_t start_ms;
	char line[LINE_BYTES];
	size_t have;
	bool too_long;			/* the rest of this line is dropped */
	bool waiting;			/* `next` is not due yet */
	unsigned int number, bad, heard;
	struct {
		int64_t due_ms;
		bool notified;		/* it came over a connection */
		uint16_t uuid;
		uint8_t address[6];
		uint8_t data[FRAME_BYTES];
		size_t len;
	} next;
};

static int64_t boot_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

#define WORDS_MAX 6

/* The words of a line; more than WORDS_MAX - 1 of them are too many for any. */
static int words_split(char *line, char *word[WORDS_MAX])
{
	char *save, *at = strtok_r(line, " \t\r", &save);
	int n = 0;

	for (; at && n < WORDS_MAX; at = strtok_r(NULL, " \t\r", &save))
		word[n++] = at;

	return n;
}

static bool time_parse(struct replay *r, const char *text)
{
	int64_t at;
	char *end;

	errno = 0;
	at = strtoll(text, &end, 10);

	if (errno || *end || at < 0 || at > INT32_MAX)
		return false;

	r->next.due_ms = r->start_ms + at;
	return true;
}

static bool frame_parse(struct replay *r, const char *address, const char *hex)
{
	int n = radio_hex_parse(hex, r->next.data, sizeof(r->next.data));

	if (n <= 0 || !radio_address_parse(address, r->next.address))
		return false;

	r->next.len = (size_t)n;
	return true;
}

static bool uuid_parse(struct replay *r, const char *hex)
{
	uint8_t uuid[2];

	if (radio_hex_parse(hex, uuid, sizeof(uuid)) != sizeof(uuid))
		return false;

	r->next.uuid = (uint16_t)(uuid[0] << 8 | uuid[1]);
	return true;
}

static bool line_parse(struct replay *r, char *line)
{
	char *word[WORDS_MAX];
	int n = words_split(line, word);

	r->next.notified = n == 5 && !strcmp(word[1], "notify");

	if (r->next.notified)
		return time_parse(r, word[0]) && uuid_parse(r, word[3]) &&
		       frame_parse(r, word[2], word[4]);

	return n == 3 && time_parse(r, word[0]) &&
	       frame_parse(r, word[1], word[2]);
}

/* A line that holds a frame; false for a comment, a blank or a bad one. */
static bool line_take(struct replay *r, char *line)
{
	char *hash = strchr(line, '#');

	r->number++;

	if (hash)
		*hash = '\0';

	if (line[strspn(line, " \t\r")] == '\0' && !r->too_long)
		return false;

	if (!r->too_long && line_parse(r, line))
		return true;

	r->too_long = false;
	r->bad++;
	log_line(ALERTE_LOG_WARNING, "replay: line %u is not \"MS ADDRESS "
		 "HEX\" nor \"MS notify ADDRESS UUID HEX\"; left out",
		 r->number);
	return false;
}

static void hear(struct replay *r)
{
	struct alerte_advert advert = {
		.size = sizeof(advert), .rssi_dbm = 127,
		.heard_boot_ms = boot_ms(),
		.data = r->next.data, .len = r->next.len
	};

	memcpy(advert.address, r->next.address, sizeof(advert.address));
	r->events.hear(r->events.context, &advert);
}

static void notified(struct replay *r)
{
	struct alerte_notification heard = {
		.size = sizeof(heard), .heard_boot_ms = boot_ms(),
		.uuid = r->next.uuid,
		.data = r->next.data, .len = r->next.len
	};

	memcpy(heard.address, r->next.address, sizeof(heard.address));
	r->events.notified(r->events.context, &heard);
}

/* More bytes into line[]; 0 when there are none now. */
static ssize_t fill(struct replay *r)
{
	ssize_t n;

	if (r->have == sizeof(r->line) - 1) {
		r->too_long = true;
		r->have = 0;
	}

	n = read(r->fd, r->line + r->have, sizeof(r->line) - 1 - r->have);

	if (n > 0)
		r->have += (size_t)n;

	return n;
}

/* The next frame into r->next; false when more bytes are needed. */
static bool frame_next(struct replay *r)
{
	char line[LINE_BYTES], *end;
	size_t n;

	for (;;) {
		end = memchr(r->line, '\n', r->have);

		if (!end) {
			if (fill(r) <= 0)
				return false;
			continue;
		}

		n = (size_t)(end - r->line);
		memcpy(line, r->line, n);
		line[n] = '\0';
		r->have -= n + 1;
		memmove(r->line, end + 1, r->have);

		/* A NUL inside ends the line early: it is no frame then. */
		if (line_take(r, line))
			return true;
	}
}

static void arm(struct replay *r, int64_t at_ms)
{
	sd_event_source_set_time(r->timer, (uint64_t)at_ms * 1000);
	sd_event_source_set_enabled(r->timer, SD_EVENT_ONESHOT);
}

static void go_on(struct replay *r)
{
	int burst;

	for (burst = 0; burst < BURST; burst++) {
		if (!r->waiting && !frame_next(r))
			return;

		r->waiting = r->next.due_ms > boot_ms();

		if (r->waiting) {
			arm(r, r->next.due_ms);
			return;
		}

		r->heard++;

		if (r->next.notified)
			notified(r);
		else
			hear(r);
	}

	arm(r, boot_ms());
}

static int on_readable(sd_event_source *source, int fd, uint32_t revents,
		       void *context)
{
	struct replay *r = context;

	(void)source;
	(void)fd;
	(void)revents;

	/* The timer reads on: until then the FIFO keeps its bytes. */
	if (r->waiting)
		sd_event_source_set_enabled(r->readable, SD_EVENT_OFF);
	else
		go_on(r);

	return 0;
}

static int on_due(sd_event_source *source, uint64_t usec, void *context)
{
	struct replay *r = context;

	(void)source;
	(void)usec;
	sd_event_source_set_enabled(r->readable, SD_EVENT_ON);
	go_on(r);
	return 0;
}

static int on_grown(sd_event_source *source, const struct inotify_event *event,
		    void *context)
{
	(void)source;
	(void)event;
	go_on(context);
	return 0;
}

static int sources_add(struct replay *r, sd_event *event, const char *file)
{
	struct stat st;
	int e;

	if (fstat(r->fd, &st) < 0)
		return -errno;

	e = sd_event_add_time(event, &r->timer, CLOCK_BOOTTIME,
			      (uint64_t)r->start_ms * 1000, 1000, on_due, r);
	if (e < 0)
		return e;

	if (S_ISREG(st.st_mode))
		return sd_event_add_inotify(event, &r->readable, file,
					    IN_MODIFY, on_grown, r);

	return sd_event_add_io(event, &r->readable, r->fd, EPOLLIN,
			       on_readable, r);
}

static void replay_stop(void *radio)
{
	struct replay *r = radio;

	sd_event_source_disable_unref(r->readable);
	sd_event_source_disable_unref(r->timer);

	if (r->fd >= 0)
		close(r->fd);

	free(r);
}

static int replay_open(const char *file)
{
	struct stat st;
	int how = O_RDONLY;

	if (stat(file, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;

	/* Held open for writing too, a FIFO never ends when a writer leaves. */
	if (S_ISFIFO(st.st_mode))
		how = O_RDWR;

	how = open(file, how | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	return how < 0 ? -errno : how;
}

static int replay_start(const struct radio_config *config, sd_event *event,
			const struct radio_events *events,
			char why[RADIO_WHY_MAX], void **out)
{
	struct replay *r = calloc(1, sizeof(*r));
	int e;

	if (!r)
		return -ENOMEM;

	r->events = *events;
	r->start_ms = boot_ms();
	r->fd = replay_open(config->file);
	e = r->fd < 0 ? r->fd : sources_add(r, event, config->file);

	if (e < 0) {
		snprintf(why, RADIO_WHY_MAX, "its file: %s; look at it with "
			 "ls -l", strerror(-e));
		replay_stop(r);
		return e;
	}

	*out = r;
	return 0;
}

static int replay_adapters(void *radio,
			   struct radio_adapter out[RADIO_ADAPTERS_MAX])
{
	(void)radio;
	out[0] = (struct radio_adapter){
		.name = "replay", .powered = true, .scanning = true
	};
	return 1;
}

static int replay_recover(void *radio, uint32_t source, enum radio_stage stage)
{
	(void)radio;
	(void)source;
	(void)stage;
	return -EOPNOTSUPP;
}

static void replay_describe(void *radio, json_t *out)
{
	const struct replay *r = radio;

	json_object_set_new(out, "heard", json_integer(r->heard));
	json_object_set_new(out, "bad_lines", json_integer(r->bad));
}

const struct radio_driver radio_replay = {
	.name = "replay",
	.start = replay_start,
	.adapters = replay_adapters,
	.recover = replay_recover,
	.describe = replay_describe,
	.stop = replay_stop
};
