/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: controller [-a ADDRESS] [-x] [-d address | -d data]
 *
 *   -a	its own address (AA:BB:EE:00:00:01)
 *   -x	a Bluetooth 5 controller: extended scanning and reports
 *   -d	it filters duplicates when the host wants that, by address or by content
 *
 * Commands on stdin, one a line, one after the other:
 *
 *   wait				until the host scans
 *   sleep MS
 *   adv ADDRESS TYPE RSSI HEX		one report.  TYPE: 0 connectable, 2
 *					scannable, 3 neither, 4 scan response,
 *					x extended; with p behind it the
 *					address is a public one
 *   burst N RATE ADDRESSES MODE TYPE	N reports, RATE a second (0: at once),
 *					of so many addresses in turn.  MODE:
 *					stamp	time and number, manufacturer
 *					service	the same, in service data
 *					same	always the same bytes
 *   play FILE [TYPE]			lines MS ADDRESS HEX, as `alerte button
 *					simulate` prints them
 *   join				until no burst and no play is going on
 *   vanish, return			unplug the controller, plug it in
 *   refuse OPCODE STATUS		that command fails from now on (hex);
 *					refuse 0 0: none
 *   counts				log what was sent, and what was not
 *   quit
 *
 * burst and play go on beside the commands that follow.  A stamp is 32 bits of
 * number and 64 bits of nanoseconds of CLOCK_MONOTONIC, both little-endian.
 *
 * The end of stdin ends nothing: closing the device removes the adapter.
 */
#include "controller.h"

#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MS INT64_C(1000000)
#define AT_ONCE 64		/* reports before the host is served again */

struct burst {
	uint64_t n, next, rate, addresses;
	char mode[8];
	struct report report;
	int64_t start;
};

struct play {
	FILE *file;
	struct report report;
	bool loaded;
	int64_t start, due;
};

struct commands {
	char text[4096];
	size_t len;
	bool ended;
	enum { READY, UNTIL_SCAN, UNTIL_TIME, UNTIL_DONE } state;
	int64_t due;
};

static struct controller it = {
	.fd = -1, .address = { 0x01, 0x00, 0x00, 0xee, 0xbb, 0xaa }
};
static struct burst burst;
static struct play play;
static struct commands commands;

int64_t controller_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 * MS + t.tv_nsec;
}

void controller_log(const char *format, ...)
{
	va_list args;

	printf("%" PRId64 " ", controller_now_ns() / MS);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* ------------------------------------------------------------------- words */

static bool address_read(const char *text, uint8_t out[6])
{
	unsigned int b[6];
	int i;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", b, b + 1, b + 2, b + 3,
		   b + 4, b + 5) != 6)
		return false;

	for (i = 0; i < 6; i++)
		out[5 - i] = (uint8_t)b[i];

	return true;
}

static bool type_read(const char *text, struct report *r)
{
	r->big = text[0] == 'x';
	r->type = r->big ? 3 : (uint8_t)(text[0] - '0');
	r->public = text[0] && text[1] == 'p';
	return r->type <= 4;
}

static bool hex_read(const char *text, struct report *r)
{
	unsigned int b;

	for (r->len = 0; *text; text += 2) {
		if (r->len >= sizeof(r->data) || sscanf(text, "%2x", &b) != 1 ||
		    !text[1])
			return false;
		r->data[r->len++] = (uint8_t)b;
	}

	return true;
}

/* ------------------------------------------------------------------- burst */

static void put(uint64_t value, size_t bytes, struct report *r)
{
	while (bytes--) {
		r->data[r->len++] = (uint8_t)value;
		value >>= 8;
	}
}

static void burst_send(struct burst *b)
{
	static const uint8_t flags[] = { 2, 1, 6 };
	static const uint8_t manufacturer[] = { 15, 0xff, 0xff, 0xff };
	static const uint8_t service[] = { 16, 0x16, 0xd2, 0xfc, 0x40 };
	uint64_t i = b->next % b->addresses;
	struct report *r = &b->report;
	bool same = !strcmp(b->mode, "same");

	memcpy(r->address, (uint8_t[]){ (uint8_t)i, (uint8_t)(i >> 8),
	       (uint8_t)(i >> 16), 0, 0x11, 0xc0 }, 6);
	r->rssi = (int8_t)(-40 - (int)(b->next % 40));
	memcpy(r->data, flags, sizeof(flags));
	r->len = sizeof(flags);

	if (!strcmp(b->mode, "service")) {
		memcpy(r->data + r->len, service, sizeof(service));
		r->len += sizeof(service);
	} else {
		memcpy(r->data + r->len, manufacturer, sizeof(manufacturer));
		r->len += sizeof(manufacturer);
	}

	put(same ? 0 : b->next, 4, r);
	put(same ? 0 : (uint64_t)controller_now_ns(), 8, r);
	report_send(&it, r);
}

static int64_t burst_due(const struct burst *b)
{
	if (b->next >= b->n)
		return INT64_MAX;

	return b->rate ? b->start +
		(int64_t)(b->next * UINT64_C(1000000000) / b->rate) : 0;
}

static void burst_go(struct burst *b, int64_t now)
{
	int i;

	for (i = 0; i < AT_ONCE && burst_due(b) <= now; i++) {
		burst_send(b);
		b->next++;
		if (b->next == b->n)
			controller_log("burst of %" PRIu64 " over", b->n);
	}
}

/* -------------------------------------------------------------------- play */

static void play_load(struct play *p)
{
	char line[1024], address[20], hex[512], type[8];
	long ms;
	int n;

	p->loaded = false;
	while (p->file && fgets(line, sizeof(line), p->file)) {
		n = sscanf(line, "%ld %19s %511s %7s", &ms, address, hex, type);
		if (n < 3 || !type_read(n == 4 ? type : "3", &p->report) ||
		    !address_read(address, p->report.address) ||
		    !hex_read(hex, &p->report))
			continue;
		p->report.rssi = -60;
		p->due = p->start + ms * MS;
		p->loaded = true;
		return;
	}

	if (p->file) {
		fclose(p->file);
		p->file = NULL;
		controller_log("play over");
	}
}

static void play_go(struct play *p, int64_t now)
{
	while (p->loaded && p->due <= now) {
		report_send(&it, &p->report);
		play_load(p);
	}
}

/* ---------------------------------------------------------------- commands */

static bool do_burst(char *word[])
{
	if (!word[5] || !type_read(word[5], &burst.report))
		return false;

	burst.n = strtoull(word[1], NULL, 10);
	burst.rate = strtoull(word[2], NULL, 10);
	burst.addresses = strtoull(word[3], NULL, 10);
	snprintf(burst.mode, sizeof(burst.mode), "%s", word[4]);
	burst.next = 0;
	burst.start = controller_now_ns();
	return burst.addresses > 0;
}

static bool do_play(char *word[])
{
	if (!word[1] || play.file)
		return false;

	play.file = fopen(word[1], "re");
	play.start = controller_now_ns();
	play_load(&play);
	return play.loaded;
}

static bool do_adv(char *word[])
{
	struct report r = { .type = 3 };

	if (!word[4] || !address_read(word[1], r.address) ||
	    !type_read(word[2], &r) || !hex_read(word[4], &r))
		return false;

	r.rssi = (int8_t)atoi(word[3]);
	report_send(&it, &r);
	return true;
}

static bool do_refuse(char *word[])
{
	if (!word[1] || !word[2])
		return false;

	it.refuse = (uint16_t)strtoul(word[1], NULL, 16);
	it.refuse_status = (uint8_t)strtoul(word[2], NULL, 16);
	return true;
}

static bool hold(int state, int64_t ms)
{
	commands.state = state;
	commands.due = controller_now_ns() + ms * MS;
	return true;
}

static bool log_counts(void)
{
	controller_log("counts sent %" PRIu64 " unheard %" PRIu64
		       " filtered %" PRIu64, it.sent, it.unheard, it.filtered);
	return true;
}

static bool unplug(void)
{
	hci_close(&it);
	return true;
}

static bool obey(char *word[])
{
	if (!strcmp(word[0], "wait"))
		return hold(UNTIL_SCAN, 0);
	if (!strcmp(word[0], "sleep"))
		return word[1] && hold(UNTIL_TIME, atol(word[1]));
	if (!strcmp(word[0], "join"))
		return hold(UNTIL_DONE, 0);
	if (!strcmp(word[0], "adv"))
		return do_adv(word);
	if (!strcmp(word[0], "burst"))
		return do_burst(word);
	if (!strcmp(word[0], "play"))
		return do_play(word);
	if (!strcmp(word[0], "vanish"))
		return unplug();
	if (!strcmp(word[0], "return"))
		return it.fd >= 0 || hci_open(&it);
	if (!strcmp(word[0], "refuse"))
		return do_refuse(word);
	if (!strcmp(word[0], "counts"))
		return log_counts();
	if (!strcmp(word[0], "quit"))
		exit(0);

	return false;
}

static void line_do(char *line)
{
	char *word[8] = { NULL }, *save, *at;
	char copy[64];
	size_t n = 0;

	snprintf(copy, sizeof(copy), "%.63s", line);
	for (at = strtok_r(line, " \t", &save); at && n < 7;
	     at = strtok_r(NULL, " \t", &save))
		word[n++] = at;

	if (n && !obey(word))
		controller_log("not done: %s", copy);
	else if (n && strcmp(word[0], "adv") != 0)
		controller_log("done: %s", copy);
}

static bool may_go_on(int64_t now)
{
	switch (commands.state) {
	case READY:
		return true;
	case UNTIL_SCAN:
		return it.scanning;
	case UNTIL_TIME:
		return now >= commands.due;
	case UNTIL_DONE:
		return burst.next >= burst.n && !play.file;
	}

	return true;
}

static void commands_go(int64_t now)
{
	char *end;

	while (may_go_on(now)) {
		commands.state = READY;
		end = memchr(commands.text, '\n', commands.len);
		if (!end)
			return;

		*end++ = '\0';
		line_do(commands.text);
		commands.len -= (size_t)(end - commands.text);
		memmove(commands.text, end, commands.len);
	}
}

static void commands_read(void)
{
	ssize_t n = read(STDIN_FILENO, commands.text + commands.len,
			 sizeof(commands.text) - commands.len);

	if (n > 0)
		commands.len += (size_t)n;
	else
		commands.ended = true;
}

/* ---------------------------------------------------------------------- loop */

static int64_t earliest(int64_t now)
{
	int64_t due = now + 500 * MS;

	if (burst_due(&burst) < due)
		due = burst_due(&burst);
	if (play.loaded && play.due < due)
		due = play.due;
	if (commands.state == UNTIL_TIME && commands.due < due)
		due = commands.due;

	return due > now ? due - now : 0;
}

static void turn(void)
{
	int64_t now = controller_now_ns(), wait = earliest(now);
	struct timespec timeout = { wait / (1000 * MS), wait % (1000 * MS) };
	bool full = commands.len == sizeof(commands.text);
	struct pollfd fds[2] = {
		{ .fd = it.fd, .events = POLLIN },
		{ .fd = commands.ended || full ? -1 : STDIN_FILENO,
		  .events = POLLIN }
	};

	if (ppoll(fds, 2, &timeout, NULL) > 0) {
		if (fds[0].revents)
			hci_serve(&it);
		if (fds[1].revents)
			commands_read();
	}

	now = controller_now_ns();
	burst_go(&burst, now);
	play_go(&play, now);
	commands_go(now);
}

int main(int argc, char **argv)
{
	int opt;

	setvbuf(stdout, NULL, _IOLBF, 0);

	while ((opt = getopt(argc, argv, "a:xd:")) != -1) {
		if (opt == 'x')
			it.extended = true;
		else if (opt == 'd' && !strcmp(optarg, "data"))
			it.filter = FILTER_DATA;
		else if (opt == 'd' && !strcmp(optarg, "address"))
			it.filter = FILTER_ADDRESS;
		else if (opt != 'a' || !address_read(optarg, it.address))
			return 64;
	}

	if (!hci_open(&it))
		return 1;

	for (;;)
		turn();
}
