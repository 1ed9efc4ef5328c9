/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a press to the disk, interleaved with what the disk does at best:
 * rounds of so many fdatasync(), then as many presses.  Each press opens an
 * alert of its own.  Between the presses whose latency is measured the engine
 * rests, as a daemon does between two alarms; those whose rate is measured
 * follow one another.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define EACH 300
#define ROUNDS 10

struct samples {
	double sync[ROUNDS * EACH], press[ROUNDS * EACH];
	double sync_p50[ROUNDS], press_p50[ROUNDS];
	double sync_rate[ROUNDS], press_rate[ROUNDS];
};

static double press_ns(struct site *s, size_t button)
{
	struct site_press press;
	int64_t start;

	site_press_make(s, button, &press);
	start = now_ns();
	site_press(s, &press);
	return (double)(now_ns() - start);
}

static double median_of_copy(const double *v, size_t n)
{
	double copy[EACH];

	for (size_t i = 0; i < n; i++)
		copy[i] = v[i];
	return percentile(copy, n, 50);
}

static void latency_round(struct site *s, struct blocks *d, double *sync,
			  double *press)
{
	for (size_t i = 0; i < EACH; i++)
		sync[i] = blocks_sync(d);
	for (size_t i = 0; i < EACH; i++) {
		site_pass(s, 1000);
		press[i] = press_ns(s, i);
		site_rest(s);
	}
}

static double sync_rate(struct blocks *d)
{
	int64_t start = now_ns();

	for (size_t i = 0; i < EACH; i++)
		blocks_sync(d);
	return EACH * 1e9 / (double)(now_ns() - start);
}

static double press_rate(struct site *s)
{
	static struct site_press press[EACH];
	int64_t start;
	double rate;

	for (size_t i = 0; i < EACH; i++)
		site_press_make(s, i, &press[i]);
	site_pass(s, 60000);
	start = now_ns();
	for (size_t i = 0; i < EACH; i++)
		site_press(s, &press[i]);
	rate = EACH * 1e9 / (double)(now_ns() - start);
	site_rest(s);
	return rate;
}

static void measure(struct site *s, struct blocks *d, struct samples *m)
{
	press_rate(s);			/* the WAL has grown */
	hurry(true);
	for (size_t i = 0; i < ROUNDS; i++) {
		double *sync = m->sync + i * EACH, *press = m->press + i * EACH;

		latency_round(s, d, sync, press);
		m->sync_p50[i] = median_of_copy(sync, EACH);
		m->press_p50[i] = median_of_copy(press, EACH);
		m->sync_rate[i] = sync_rate(d);
		m->press_rate[i] = press_rate(s);
	}
	hurry(false);
}

static void print(struct samples *m)
{
	const size_t all = ROUNDS * EACH;
	const struct figure figures[] = {
		{ "press-durable-p50",
		  percentile(m->press_p50, ROUNDS, 50) / 1e3, "us",
		  "fdatasync-p50", percentile(m->sync_p50, ROUNDS, 50) / 1e3,
		  "<= 1.5" },
		{ "press-durable-p99", percentile(m->press, all, 99) / 1e3,
		  "us", "fdatasync-p99", percentile(m->sync, all, 99) / 1e3,
		  "<= 3" },
		{ "alerts-a-second", percentile(m->press_rate, ROUNDS, 50),
		  "1/s", "fdatasync-rate",
		  percentile(m->sync_rate, ROUNDS, 50), ">= 0.8" },
	};

	for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
		figure_print(&figures[i]);
}

void bench_press(const char *dir)
{
	struct samples *m = calloc(1, sizeof(*m));
	char path[512];
	struct site s;
	struct blocks d;

	need(m, "memory");
	snprintf(path, sizeof(path), "%s/press.db", dir);
	blocks_open(&d, dir);
	site_open(&s, path, EACH, NULL);
	measure(&s, &d, m);
	print(m);
	site_close(&s);
	blocks_close(&d);
	free(m);
}
