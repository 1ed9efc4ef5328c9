/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int missed;

static bool holds(const char *goal, double x)
{
	double bound = strtod(goal + 2, NULL);

	return goal[0] == '<' ? x <= bound : x >= bound;
}

/* Four digits say enough, and as many as a count has. */
static void number(double v, char out[32])
{
	if (v >= 1000)
		snprintf(out, 32, "%.0f", v);
	else
		snprintf(out, 32, "%.4g", v);
}

void figure_print(const struct figure *f)
{
	char value[32] = "-", limit[32] = "-", ratio[32] = "-";
	double held = f->value;

	if (f->value != NOT_MEASURED)
		number(f->value, value);
	if (f->limit) {
		held = f->value / f->limit_value;
		number(f->limit_value, limit);
		snprintf(ratio, sizeof(ratio), "%.2f", held);
	}
	printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f->name, value, f->unit,
	       f->limit ? f->limit : "-", limit, ratio, f->goal);
	fflush(stdout);
	if (f->value == NOT_MEASURED || holds(f->goal, held))
		return;
	missed++;
	fprintf(stderr, "missed: %s is %s, its goal %s\n", f->name,
		f->limit ? ratio : value, f->goal);
}

int figures_missed(void)
{
	return missed;
}

void figure_skip(const char *name, const char *unit, const char *goal,
		 const char *why)
{
	const struct figure f = { .name = name, .value = NOT_MEASURED,
				  .unit = unit, .goal = goal };

	figure_print(&f);
	fprintf(stderr, "not measured: %s: %s\n", name, why);
}

int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double percentile(double *v, size_t n, int p)
{
	size_t at = (n - 1) * (size_t)p / 100;

	qsort(v, n, sizeof(*v), order);
	return v[at];
}

void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "bench: cannot go on: %s\n", what);
	exit(1);
}

void hurry(bool on)
{
	const struct sched_param param = { .sched_priority = on ? 20 : 0 };

	sched_setscheduler(0, (on ? SCHED_FIFO : SCHED_OTHER) |
				      SCHED_RESET_ON_FORK,
			   &param);
}
