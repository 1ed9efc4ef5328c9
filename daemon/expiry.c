/* SPDX-License-Identifier: Apache-2.0 */
#include "expiry.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon.h"
#include "log.h"

#define LOOK_US (6 * 3600 * UINT64_C(1000000))
#define AHEAD_S (30 * 24 * 3600)
#define DAY_S (24 * 3600)
#define FILE_MOST (4 << 20)	/* all authorities of Debian are 0.2 */
/* A file of each kind for each endpoint, and each SIM. */
#define THINGS_MAX (64 + CONF_PATHS_MAX)

enum state { UNKNOWN, GOOD, SOON, EXPIRED, UNREADABLE };

static const char *const state_names[] = {
	[UNKNOWN] = "clock-unsure", [GOOD] = "good", [SOON] = "soon",
	[EXPIRED] = "expired", [UNREADABLE] = "unreadable"
};

struct thing {
	char endpoint[ALERTE_ID_MAX];	/* "": the SIM */
	const char *what;		/* "sim", "cert_file", "ca_file" */
	enum state state;
	int64_t end_s;
};

struct expiry {
	struct daemon *d;
	sd_event_source *timer;
	size_t n;
	struct thing thing[THINGS_MAX];
};

/* ------------------------------------------------------------- reading */

static int end_of(const X509 *cert, int64_t *end_s)
{
	struct tm tm = { 0 };

	if (ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) != 1)
		return -EBADMSG;

	*end_s = timegm(&tm);
	return 0;
}

/* Never waits, whatever stands there: nothing is heard meanwhile. */
static int file_open(const char *path, FILE **out)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int r = 0;

	if (fd < 0)
		return -errno;

	if (fstat(fd, &st) < 0)
		r = -errno;
	else if (!S_ISREG(st.st_mode))
		r = -EBADMSG;
	else if (st.st_size > FILE_MOST)
		r = -EFBIG;

	*out = r < 0 ? NULL : fdopen(fd, "r");
	if (!r && !*out)
		r = -errno;
	if (r < 0)
		close(fd);

	return r;
}

/* OpenSSL would ask for it on the terminal. */
static int no_passphrase(char *out, int size, int writing, void *context)
{
	(void)out;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

/* Where no further certificate begins the file ends; else one is broken. */
static bool at_end(void)
{
	return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
}

int expiry_file(const char *path, bool authorities, int64_t *end_s)
{
	int64_t end = 0, one;
	FILE *f = NULL;
	int n = 0, r = file_open(path, &f);
	X509 *cert;

	if (r < 0)
		return r;

	ERR_clear_error();
	while (!r && (cert = PEM_read_X509(f, NULL, no_passphrase, NULL))) {
		r = end_of(cert, &one);
		X509_free(cert);
		if (!r && (!n++ || (authorities ? one > end : one < end)))
			end = one;
	}

	fclose(f);
	if (!r && (!n || !at_end()))
		r = -EBADMSG;
	ERR_clear_error();
	if (!r)
		*end_s = end;

	return r;
}

int expiry_day(const char *text, int64_t *end_s)
{
	struct tm tm = { 0 }, kept;
	const char *end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &tm)
					     : NULL;
	time_t day;

	if (!end || *end)
		return -EINVAL;

	/* 31 February becomes a day of March. */
	kept = tm;
	day = timegm(&tm);
	if (tm.tm_mday != kept.tm_mday || tm.tm_mon != kept.tm_mon)
		return -EINVAL;

	*end_s = (int64_t)day + DAY_S;
	return 0;
}

/* ------------------------------------------------------------- judging */

static enum state judge(int64_t end_s, struct alerte_time now)
{
	int64_t now_s = now.wall_ms / 1000;

	if (!now.wall_trusted)
		return UNKNOWN;
	if (end_s <= now_s)
		return EXPIRED;

	return end_s - now_s <= AHEAD_S ? SOON : GOOD;
}

static struct thing *thing_add(struct expiry *x, const char *endpoint,
			       const char *what)
{
	struct thing *t = x->n < THINGS_MAX ? &x->thing[x->n] : NULL;

	if (!t)
		return NULL;

	x->n++;
	*t = (struct thing){ .what = what };
	snprintf(t->endpoint, sizeof(t->endpoint), "%s", endpoint);
	return t;
}

static void say(const struct thing *t, const char *path)
{
	const char *what = t->state == SOON ? "ends within 30 days"
					    : "has ended";

	if (t->state != SOON && t->state != EXPIRED)
		return;

	if (*t->endpoint)
		log_line(ALERTE_LOG_WARNING, "endpoint %s: %s %s; renew it",
			 t->endpoint, path, what);
	else
		log_line(ALERTE_LOG_WARNING, "the SIM %s; renew it, and its "
			 "day in alerted.conf", what);
}

static void file_look(struct expiry *x, const char *endpoint,
		      const char *what, const char *path)
{
	struct thing *t = *path ? thing_add(x, endpoint, what) : NULL;
	int r;

	if (!t)
		return;

	r = expiry_file(path, !strcmp(what, "ca_file"), &t->end_s);
	t->state = r < 0 ? UNREADABLE : judge(t->end_s, daemon_now(x->d));
	say(t, path);
	if (r < 0)
		log_line(ALERTE_LOG_WARNING, "endpoint %s: %s: %s", endpoint,
			 path, r == -EBADMSG ? "no certificate stands in it"
					     : strerror(-r));
}

static void sim_look(struct expiry *x, const struct conf_path *path)
{
	const char *day = path->sim_expires;
	struct thing *t = *day ? thing_add(x, "", "sim") : NULL;

	if (!t || expiry_day(day, &t->end_s) < 0)
		return;

	t->state = judge(t->end_s, daemon_now(x->d));
	say(t, "");
}

static bool any(const struct expiry *x, bool sim, enum state a, enum state b)
{
	size_t i;

	for (i = 0; i < x->n; i++)
		if (!strcmp(x->thing[i].what, "sim") == sim &&
		    (x->thing[i].state == a || x->thing[i].state == b))
			return true;

	return false;
}

static void tell(struct expiry *x)
{
	/* With a clock that may be wrong nothing begins and nothing ends. */
	if (!any(x, true, UNKNOWN, UNKNOWN))
		host_fault(x->d, "sim-expiry", any(x, true, SOON, EXPIRED));
	if (!any(x, false, UNKNOWN, UNKNOWN))
		host_fault(x->d, "certificate-expiry",
			   any(x, false, SOON, EXPIRED));

	host_fault(x->d, "certificate-unreadable",
		   any(x, false, UNREADABLE, UNREADABLE));
}

void expiry_look(struct expiry *x)
{
	struct alerte_endpoint e = { .size = sizeof(e) };
	char after[ALERTE_ID_MAX] = "";

	if (!x)
		return;

	x->n = 0;
	for (size_t i = 0; i < x->d->conf.npaths; i++)
		sim_look(x, &x->d->conf.path[i]);

	while (alerte_endpoint_next(x->d->engine, after, &e) == 1) {
		file_look(x, e.id, "cert_file", e.cert_file);
		file_look(x, e.id, "ca_file", e.ca_file);
		strcpy(after, e.id);
	}

	tell(x);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *context)
{
	(void)usec;
	expiry_look(context);
	sd_event_source_set_time_relative(source, LOOK_US);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

int expiry_new(struct daemon *d, struct expiry **out)
{
	struct expiry *x = calloc(1, sizeof(*x));
	int r;

	if (!x)
		return -ENOMEM;

	x->d = d;
	r = sd_event_add_time_relative(d->event, &x->timer, CLOCK_BOOTTIME, 0,
				       1000000, on_timer, x);
	if (r < 0) {
		free(x);
		return r;
	}

	*out = x;
	return 0;
}

void expiry_free(struct expiry *x)
{
	if (!x)
		return;

	sd_event_source_disable_unref(x->timer);
	free(x);
}

json_t *expiry_describe(const struct expiry *x)
{
	json_t *list = json_array(), *one;
	char day[16];
	struct tm tm;
	time_t end;
	size_t i;

	for (i = 0; i < x->n; i++) {
		const struct thing *t = &x->thing[i];

		one = json_pack("{s:s}", "what", t->what);
		if (*t->endpoint)
			json_object_set_new(one, "endpoint",
					    json_string(t->endpoint));
		json_object_set_new(one, "state",
				    json_string(state_names[t->state]));
		/* The last day that is good, as it is written on a SIM. */
		end = (time_t)t->end_s - 1;
		if (t->end_s && gmtime_r(&end, &tm) &&
		    strftime(day, sizeof(day), "%Y-%m-%d", &tm))
			json_object_set_new(one, "ends", json_string(day));
		json_array_append_new(list, one);
	}

	return list;
}
