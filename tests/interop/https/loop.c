/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest loop that can drive the transport: poll(2) and one timer. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness.h"

#define WATCH_MAX 256

static struct seen seen;
static struct pollfd watched[WATCH_MAX];
static size_t nwatched;
static int64_t timer_at, opened_at;

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t loop_ms(void)
{
	return now_ms() - opened_at;
}

static void on_watch(void *context, int fd, unsigned int events)
{
	short bits = (short)((events & ALERTE_TRANSPORT_READ ? POLLIN : 0) |
			     (events & ALERTE_TRANSPORT_WRITE ? POLLOUT : 0));
	size_t i = 0;

	(void)context;

	while (i < nwatched && watched[i].fd != fd)
		i++;

	if (!events) {
		if (i < nwatched)
			watched[i] = watched[--nwatched];

		return;
	}

	assert(i < WATCH_MAX);

	if (i == nwatched)
		nwatched++;

	watched[i] = (struct pollfd){ .fd = fd, .events = bits };
}

static void on_timer(void *context, int64_t ms)
{
	(void)context;
	timer_at = ms < 0 ? -1 : now_ms() + ms;
}

static void on_receipt(void *context, int64_t attempt,
		       enum alerte_receipt_kind kind)
{
	(void)context;
	assert(seen.nreceipts < SEEN_MAX);
	seen.receipt[seen.nreceipts].attempt = attempt;
	seen.receipt[seen.nreceipts].kind = kind;
	seen.receipt[seen.nreceipts++].at_ms = loop_ms();
}

static void on_answers(void *context, const char *endpoint,
		       const char *reference, const char *body, size_t len)
{
	(void)context;
	(void)endpoint;
	(void)reference;
	assert(len < sizeof(seen.answer));
	memcpy(seen.answer, body, len);
	seen.answer[len] = '\0';
	seen.answer_len = len;
	seen.nanswers++;
}

static void on_fault(void *context, const char *endpoint, const char *fault,
		     bool present)
{
	int *count = strcmp(fault, "clock") ? &seen.endpoint_faults :
					      &seen.clock_faults;

	(void)context;
	(void)endpoint;
	*count += present ? 1 : -1;
	seen.fault_changes++;
}

struct seen *loop_open(void)
{
	const struct alerte_transport_loop loop = {
		.size = sizeof(loop), .watch = on_watch, .timer = on_timer
	};
	const struct alerte_https_events events = {
		.size = sizeof(events), .receipt = on_receipt,
		.answers = on_answers, .fault = on_fault
	};

	memset(&seen, 0, sizeof(seen));
	nwatched = 0;
	timer_at = -1;
	opened_at = now_ms();
	assert(alerte_https_new(&loop, &events, &seen.t) == 0);
	return &seen;
}

void loop_close(void)
{
	alerte_https_free(seen.t);
	seen.t = NULL;
	assert(nwatched == 0);
	assert(timer_at == -1);
}

/* How long a call held the loop: nothing may wait in there (S3). */
static void timed(int fd, short bits)
{
	int64_t start = now_ms();

	if (fd < 0)
		alerte_https_timeout(seen.t);
	else
		alerte_https_socket(seen.t, fd,
				    (bits & (POLLIN | POLLHUP | POLLERR) ?
					     ALERTE_TRANSPORT_READ : 0) |
				    (bits & POLLOUT ?
					     ALERTE_TRANSPORT_WRITE : 0));

	if (now_ms() - start > seen.longest_call_ms)
		seen.longest_call_ms = now_ms() - start;
}

static void turn(int64_t most_ms)
{
	struct pollfd fds[WATCH_MAX];
	size_t n = nwatched;
	int64_t wait = timer_at < 0 ? most_ms : timer_at - now_ms();

	if (wait > most_ms)
		wait = most_ms;

	memcpy(fds, watched, n * sizeof(fds[0]));
	poll(fds, n, wait < 0 ? 0 : (int)wait);

	for (size_t i = 0; i < n; i++) {
		if (fds[i].revents)
			timed(fds[i].fd, fds[i].revents);
	}

	if (timer_at >= 0 && now_ms() >= timer_at) {
		timer_at = -1;
		timed(-1, 0);
	}
}

bool loop_until(bool (*condition)(void), int64_t ms)
{
	int64_t end = now_ms() + ms;

	while (!condition()) {
		if (now_ms() >= end)
			return false;

		turn(50);
	}

	return true;
}

static bool never(void)
{
	return false;
}

void loop_for(int64_t ms)
{
	loop_until(never, ms);
}

static int64_t awaited;

static bool has_receipt(void)
{
	return loop_receipt_at(awaited) >= 0;
}

int64_t loop_receipt_at(int64_t attempt)
{
	for (size_t i = 0; i < seen.nreceipts; i++) {
		if (seen.receipt[i].attempt == attempt)
			return seen.receipt[i].at_ms;
	}

	return -1;
}

enum alerte_receipt_kind loop_receipt(int64_t attempt, int64_t ms)
{
	awaited = attempt;
	loop_until(has_receipt, ms);

	for (size_t i = 0; i < seen.nreceipts; i++) {
		if (seen.receipt[i].attempt == attempt)
			return seen.receipt[i].kind;
	}

	return 0;
}

static bool idle(void)
{
	return nwatched == 0 && timer_at < 0;
}

bool loop_idle(int64_t ms)
{
	return loop_until(idle, ms);
}
