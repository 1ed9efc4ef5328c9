/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hearing takes: the kernel's part is played by a process that sends one
 * management event a millisecond through a socket pair, the driver and an
 * engine are the real ones.
 */
#include "bench.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "radio/mgmt.h"

#define ADVERTS 5000
#define EVERY_NS INT64_C(1000000)
#define BUTTONS 20
#define ENROLLED 50		/* every so many is a copy of a press */
#define STAMP_AT 14		/* in the advertising data of a stranger */

struct hearing {
	struct site site;
	struct site_press press[BUTTONS];
	int64_t start_ms;	/* of the engine's clock */
	unsigned int heard;
	double delay_us[ADVERTS];
	size_t ndelays;
};

static int64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---------------------------------------------------- the kernel's part */

static size_t event_put(uint8_t *out, const uint8_t address[6],
			const uint8_t *ad, size_t len)
{
	size_t all = 2 + 14 + len;

	memset(out, 0, MGMT_HEADER + 16);
	out[0] = MGMT_MONITOR_FOUND;
	out[4] = (uint8_t)all;

	for (int i = 0; i < 6; i++)
		out[8 + i] = address[5 - i];

	out[14] = 1;
	out[15] = (uint8_t)-60;
	out[20] = (uint8_t)len;
	memcpy(out + 22, ad, len);
	return MGMT_HEADER + all;
}

/* Of a device nobody enrolled, and when it was sent. */
static size_t stranger_put(uint8_t *out, int i)
{
	uint8_t address[6] = { 0xc0, 0xff, 0xee, 0, (uint8_t)(i / 256),
			       (uint8_t)i };
	uint8_t ad[31] = { 2, 1, 0x1a, 27, 0xff, 0x4c, 0, 0x0c, 0x0e, 0 };
	int64_t now = now_ns();

	memcpy(ad + STAMP_AT, &now, sizeof(now));
	return event_put(out, address, ad, sizeof(ad));
}

static void events_send(const struct hearing *h, int fd)
{
	int64_t start = now_ns(), left;
	const struct site_press *p;
	uint8_t out[256];
	size_t len;

	for (int i = 0; i < ADVERTS; i++) {
		left = start + i * EVERY_NS - now_ns();
		p = &h->press[i / ENROLLED % BUTTONS];

		if (left > 0)
			nanosleep(&(struct timespec){ 0, left }, NULL);

		len = i % ENROLLED ? stranger_put(out, i) :
			event_put(out, p->advert.address, p->data,
				  p->advert.len);
		if (send(fd, out, len, MSG_NOSIGNAL) < 0)
			_exit(1);
	}

	_exit(0);
}

static pid_t sender_start(const struct hearing *h, int fds[2])
{
	pid_t pid;

	need(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds),
	     "a socket pair");
	pid = fork();
	need(pid >= 0, "fork");

	if (!pid) {
		close(fds[1]);
		events_send(h, fds[0]);
	}

	return pid;
}

static void sender_end(pid_t pid, int fd)
{
	int status;

	need(waitpid(pid, &status, 0) == pid && !status, "the sender");
	close(fd);
}

/* ------------------------------------------------------------ the limit */

/* Whoever reads a socket wakes up for each event, and reads it. */
static double bare_percent(const struct hearing *h)
{
	int64_t start = now_ns(), used = thread_ns();
	uint8_t bytes[2048];
	int fds[2];
	pid_t pid = sender_start(h, fds);
	struct pollfd ready = { .fd = fds[1], .events = POLLIN };

	for (int n = 0; n < ADVERTS; n++) {
		need(poll(&ready, 1, 1000) == 1, "an event");
		need(recv(fds[1], bytes, sizeof(bytes), 0) > 0, "an event");
	}

	used = thread_ns() - used;
	start = now_ns() - start;
	close(fds[1]);
	sender_end(pid, fds[0]);
	return (double)used * 100 / (double)start;
}

/* ----------------------------------------------------------- the hearing */

static void delay_note(struct hearing *h, const struct alerte_advert *advert)
{
	int64_t sent;

	if (advert->address[0] != 0xc0 || h->ndelays == ADVERTS)
		return;

	memcpy(&sent, advert->data + STAMP_AT, sizeof(sent));
	h->delay_us[h->ndelays++] = (double)(now_ns() - sent) / 1e3;
}

static void on_hear(void *context, const struct alerte_advert *advert)
{
	struct hearing *h = context;
	struct alerte_time now = h->site.now;
	struct timespec wall;

	/* As the daemon does: two clocks for each. */
	clock_gettime(CLOCK_REALTIME, &wall);
	now.boot_ms += now_ns() / 1000000 - h->start_ms;
	now.wall_ms += now_ns() / 1000000 - h->start_ms;
	delay_note(h, advert);
	h->heard++;
	need(alerte_advertisement(h->site.a, advert, now) >= 0, "hearing");
}

static double driver_percent(struct hearing *h)
{
	const struct radio_events events = { .context = h, .hear = on_hear };
	int64_t start = now_ns(), used = thread_ns();
	char why[RADIO_WHY_MAX];
	sd_event *event;
	void *radio;
	int fds[2];
	pid_t pid = sender_start(h, fds);

	need(sd_event_new(&event) >= 0, "an event loop");
	need(!mgmt_attach(fds[1], NULL, NULL, event, &events, why, &radio),
	     why);

	while (h->heard < ADVERTS)
		need(sd_event_run(event, 1000000) >= 0, "the loop");

	used = thread_ns() - used;
	start = now_ns() - start;
	radio_mgmt.stop(radio);
	sd_event_unref(event);
	sender_end(pid, fds[0]);
	return (double)used * 100 / (double)start;
}

static void delays_print(struct hearing *h)
{
	double p50 = percentile(h->delay_us, h->ndelays, 50);
	double p95 = percentile(h->delay_us, h->ndelays, 95);

	figure_print(&(struct figure){ "mgmt-to-engine-p50", p50, "us", NULL,
				       0, "<= 1000" });
	figure_print(&(struct figure){ "mgmt-to-engine-p95", p95, "us", NULL,
				       0, "<= 5000" });
}

void bench_radio(const char *dir)
{
	struct hearing *h = calloc(1, sizeof(*h));
	char path[PATH_MAX];
	double bare, percent;

	need(h, "memory");
	snprintf(path, sizeof(path), "%s/radio.db", dir);
	site_open(&h->site, path, BUTTONS, NULL);

	/* The press itself is the disk's, and measured elsewhere. */
	for (size_t i = 0; i < BUTTONS; i++) {
		site_press_make(&h->site, i, &h->press[i]);
		site_press(&h->site, &h->press[i]);
	}

	h->start_ms = now_ns() / 1000000;
	bare = bare_percent(h);
	percent = driver_percent(h);
	figure_print(&(struct figure){ "mgmt-processor-1000-adverts", percent,
				       "%", NULL, 0, "<= 2" });
	figure_print(&(struct figure){ "mgmt-processor-beside-recv", percent,
				       "%", "bare-recv", bare, "<= 3" });
	delays_print(h);
	site_close(&h->site);
	free(h);
}
