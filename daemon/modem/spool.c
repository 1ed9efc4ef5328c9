/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder instead of a modem: for demos, tests, and gateways that another
 * program empties.
 *
 *   out/  one file a send: never two sends in one file, never half a file
 *   in/   one file a message that came in; whoever writes it renames it in
 *   in/rejected/  what is no message
 *
 * A file is lines "Name: value", an empty line, and the text in UTF-8.
 *   out/  To, Key, Attempt, Exercise (yes, no)
 *   in/   From
 *
 * Names that begin with a dot are being written and are passed over.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "log.h"
#include "modem/modem.h"

#define FILE_MAX 10240
#define RECEIPTS_MAX 256
#define RETRY_US 30000000

struct spool {
	struct modem_events events;
	sd_event_source *defer, *watch, *retry;
	int out, in, rejected;		/* folders */
	int64_t receipt[RECEIPTS_MAX];	/* attempts whose SENT is due */
	size_t nreceipts;
	bool broken;			/* the last write failed */
	bool fault;			/* what the daemon was told */
	uint64_t sent, received, not_taken, malformed;
};

/* ------------------------------------------------------------------ out */

static int unique_name(int64_t attempt, char *out, size_t cap)
{
	struct timespec t;
	uint64_t salt;

	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return -EIO;

	clock_gettime(CLOCK_BOOTTIME, &t);
	snprintf(out, cap, "%012lld-%lld-%016llx",
		 t.tv_sec * 1000LL + t.tv_nsec / 1000000,
		 (long long)attempt, (unsigned long long)salt);
	return 0;
}

static int write_all(int fd, const char *s, size_t n)
{
	while (n) {
		ssize_t w = write(fd, s, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return -EIO;
		s += w;
		n -= (size_t)w;
	}

	return 0;
}

static int write_message(int fd, const struct alerte_message *m)
{
	char head[512];
	int n = snprintf(head, sizeof(head),
			 "To: %s\nKey: %s\nAttempt: %lld\nExercise: %s\n\n",
			 m->address, m->key ? m->key : "",
			 (long long)m->attempt, m->exercise ? "yes" : "no");

	if (n < 0 || (size_t)n >= sizeof(head) ||
	    write_all(fd, head, (size_t)n) < 0 ||
	    write_all(fd, m->text, strlen(m->text)) < 0)
		return -EIO;

	return fsync(fd);
}

/*
 * Before the rename nothing was sent, for certain.  After it the message has
 * left, whatever the folder's fsync says.
 */
static int leave(struct spool *s, const struct alerte_message *m)
{
	char name[96], temp[100];
	int fd, r;

	if (unique_name(m->attempt, name, sizeof(name)) < 0)
		return ALERTE_EREFUSED;

	snprintf(temp, sizeof(temp), ".%s", name);
	fd = openat(s->out, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0600);
	if (fd < 0)
		return ALERTE_EREFUSED;

	r = write_message(fd, m);
	if (close(fd) < 0)
		r = -1;
	if (r < 0 || renameat(s->out, temp, s->out, name) < 0) {
		unlinkat(s->out, temp, 0);
		return ALERTE_EREFUSED;
	}

	return fsync(s->out) < 0 ? ALERTE_ESTORE : 0;
}

static int spool_send(void *modem, const struct alerte_message *message)
{
	struct spool *s = modem;
	int r;

	if (message->channel == ALERTE_CHANNEL_HTTPS || !message->address ||
	    !message->text || s->nreceipts >= RECEIPTS_MAX)
		return ALERTE_EREFUSED;

	r = leave(s, message);
	s->broken = r < 0;
	if (r == 0) {
		s->receipt[s->nreceipts++] = message->attempt;
		s->sent += !message->unseen;
	}
	sd_event_source_set_enabled(s->defer, SD_EVENT_ONESHOT);
	return r;
}

/* A receipt may bring the next send(): it finds the list already empty. */
static int on_defer(sd_event_source *source, void *userdata)
{
	int64_t attempt[RECEIPTS_MAX];
	struct spool *s = userdata;
	size_t n = s->nreceipts;

	(void)source;
	memcpy(attempt, s->receipt, n * sizeof(*attempt));
	s->nreceipts = 0;
	if (s->broken != s->fault) {
		s->fault = s->broken;
		s->events.fault(s->events.context, "modem", s->broken);
	}
	for (size_t i = 0; i < n; i++)
		s->events.receipt(s->events.context, attempt[i], 0,
				  ALERTE_RECEIPT_SENT);
	return 0;
}

/* ------------------------------------------------------------------- in */

/* Bytes read, or -1: not a plain file, too long, or it holds a NUL. */
static int file_read(struct spool *s, const char *name, char *buf)
{
	int fd = openat(s->in, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
			O_CLOEXEC);
	struct stat st;
	size_t len = 0;
	ssize_t n = -1;

	if (fd < 0)
		return -1;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		while (len <= FILE_MAX &&
		       (n = read(fd, buf + len, FILE_MAX + 1 - len)) > 0)
			len += (size_t)n;
	close(fd);
	if (n < 0 || len > FILE_MAX || memchr(buf, '\0', len))
		return -1;

	buf[len] = '\0';
	return (int)len;
}

/* Cut the file into its sender and its text, in place. */
static int file_split(char *buf, char **from, char **text)
{
	char *line = buf;

	*from = NULL;
	while (*line && *line != '\n') {
		char *end = strchr(line, '\n');

		if (!end || !strchr(line, ':') || strchr(line, ':') > end)
			return -1;
		if (!strncmp(line, "From: ", 6)) {
			if (*from)
				return -1;
			*from = line + 6;
		}
		*end = '\0';
		line = end + 1;
	}
	if (*line != '\n' || !*from || !**from)
		return -1;

	*text = line + 1;
	return 0;
}

static void reject(struct spool *s, const char *name)
{
	s->malformed++;
	log_line(ALERTE_LOG_WARNING, "spool: a file in in/ is no message; "
		 "moved to in/rejected/");
	if (renameat(s->in, name, s->rejected, name) < 0)
		unlinkat(s->in, name, 0);
}

/* Whether the file may be forgotten. */
static bool file_take(struct spool *s, const char *name)
{
	char buf[FILE_MAX + 2], *from, *text;
	int r;

	if (file_read(s, name, buf) < 0 || file_split(buf, &from, &text) < 0) {
		reject(s, name);
		return true;
	}

	r = s->events.reply(s->events.context, from, text);
	switch (r) {
	case ALERTE_EFORMAT:
	case ALERTE_ELIMIT:
		reject(s, name);
		return true;
	case ALERTE_ENOTFOUND:
		s->not_taken++;
		break;
	case ALERTE_UNSEEN:
		break;
	default:
		if (r < 0)
			return false;
		s->received++;
		break;
	}

	unlinkat(s->in, name, 0);
	return true;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata);

static int plain(const struct dirent *e)
{
	return e->d_name[0] != '.' && e->d_type != DT_DIR;
}

/* In the order of their names, so that a demo can say what comes first. */
static void in_drain(struct spool *s)
{
	struct dirent **list;
	int n = scandirat(s->in, ".", &list, plain, alphasort);
	bool all = n >= 0;

	for (int i = 0; i < n; i++) {
		all &= file_take(s, list[i]->d_name);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	if (all)
		return;

	sd_event_source_set_time_relative(s->retry, RETRY_US);
	sd_event_source_set_enabled(s->retry, SD_EVENT_ONESHOT);
}

static int on_retry(sd_event_source *source, uint64_t usec, void *userdata)
{
	(void)source;
	(void)usec;
	in_drain(userdata);
	return 0;
}

static int on_watch(sd_event_source *source, const struct inotify_event *e,
		    void *userdata)
{
	(void)source;
	if (!e->len || e->name[0] != '.')
		in_drain(userdata);
	return 0;
}

/* ----------------------------------------------------------------- life */

static void describe(void *modem, json_t *out)
{
	const struct spool *s = modem;

	json_object_set_new(out, "driver", json_string("spool"));
	json_object_set_new(out, "state",
			    json_string(s->broken ? "failed" : "ready"));
	json_object_set_new(out, "registration", json_string("home"));
	json_object_set_new(out, "counters", json_pack(
		"{s:I, s:I, s:I, s:I}", "sent", (json_int_t)s->sent,
		"received", (json_int_t)s->received,
		"not_taken", (json_int_t)s->not_taken,
		"malformed", (json_int_t)s->malformed));
}

static void stop(void *modem)
{
	struct spool *s = modem;

	if (!s)
		return;

	sd_event_source_disable_unref(s->defer);
	sd_event_source_disable_unref(s->watch);
	sd_event_source_disable_unref(s->retry);
	if (s->out >= 0)
		close(s->out);
	if (s->in >= 0)
		close(s->in);
	if (s->rejected >= 0)
		close(s->rejected);
	free(s);
}

static int folder(int at, const char *name)
{
	int fd;

	if (mkdirat(at, name, 0700) < 0 && errno != EEXIST)
		return -errno;

	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int open_folders(struct spool *s, const char *path)
{
	int top = folder(AT_FDCWD, path);

	if (top < 0)
		return top;

	s->out = folder(top, "out");
	s->in = folder(top, "in");
	s->rejected = s->in < 0 ? s->in : folder(s->in, "rejected");
	close(top);
	if (s->out < 0)
		return s->out;

	return s->rejected < 0 ? s->rejected : 0;
}

static int start(const struct modem_config *config, sd_event *event,
		 sd_bus *bus, const struct modem_events *events, void **out)
{
	struct spool *s;
	char in[PATH_MAX];
	int r;

	(void)bus;
	if (!config->spool || snprintf(in, sizeof(in), "%s/in", config->spool)
			      >= (int)sizeof(in))
		return -EINVAL;

	s = calloc(1, sizeof(*s));
	if (!s)
		return -ENOMEM;

	s->events = *events;
	s->out = s->in = s->rejected = -1;
	r = open_folders(s, config->spool);
	if (r >= 0)
		r = sd_event_add_inotify(event, &s->watch, in,
					 IN_CLOSE_WRITE | IN_MOVED_TO,
					 on_watch, s);
	if (r >= 0)
		r = sd_event_add_defer(event, &s->defer, on_defer, s);
	/* At once: what came while nobody was watching. */
	if (r >= 0)
		r = sd_event_add_time_relative(event, &s->retry,
					       CLOCK_BOOTTIME, 0, 1000,
					       on_retry, s);
	if (r < 0) {
		stop(s);
		return r;
	}

	*out = s;
	return 0;
}

const struct modem_driver modem_spool = {
	.name = "spool",
	.start = start,
	.send = spool_send,
	.two_way = true,
	.describe = describe,
	.stop = stop,
};
