/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kill -9 while presses arrive.
 *
 *	kill [-n KILLS] [-p KILLS] [-s SEED] [-k] FOLDER
 *
 * FOLDER is the build folder.  -n kills of the daemon, -p of the planted one,
 * which must be caught.  -k keeps the scratch folder.  A seed repeats the
 * choice of points and instants, not what the machine makes of them.
 *
 * Accepted is what Hear answered and was written down here; what was sent is
 * counted at the other end.  After each kill the receiver has read all that
 * the dead daemon wrote before the next one starts: so each send belongs to
 * one life, for certain.
 *
 * A kill leaves the page cache as it is: a missing fsync is not seen here.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "crash.h"

#define PRESSES_A_LIFE 3
#define HOOK_WAIT_MS 400
#define SIEGE_LIVES 5			/* more than a row may be sent */
#define START_MS 20000
#define DRAIN_MS 90000

const char *const points[POINTS] = {
	"out-open", "rename-before", "rename-after", "folder-sync",
	"receipt-write", "receipt-sync", "post-before", "post-after",
	"answer-before", "answer-after", "answer-write"
};

int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

void pause_us(long us)
{
	struct timespec t = { .tv_sec = us / 1000000,
			      .tv_nsec = us % 1000000 * 1000 };

	nanosleep(&t, NULL);
}

/* splitmix64 */
uint64_t world_random(struct world *w, uint64_t below)
{
	uint64_t x = w->seed += 0x9e3779b97f4a7c15;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return (x ^ x >> 31) % below;
}

/* --------------------------------------------------------------- one life */

static void write_down(const struct world *w, int wearer)
{
	char path[PATH_MAX], line[16];
	int fd = open(world_path(w, "accepted", path),
		      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int n = snprintf(line, sizeof(line), "%d\n", wearer);

	if (fd < 0 || write(fd, line, (size_t)n) != n)
		give_up("%s cannot be written", path);

	close(fd);
}

/* A wearer who has not pressed yet. */
static void press(struct world *w)
{
	uint8_t frame[FRAME_MAX];
	char address[18], word[16];
	int wearer = w->pressed++;
	size_t n = button_press(w, wearer, 1000, frame);

	button_address(wearer, address);
	bus_hear(w, address, frame, n, word);

	if (!strcmp(word, "accepted")) {
		w->accepted++;
		write_down(w, wearer);
	} else if (*word) {
		give_up("wearer %d pressed, and the daemon said %s", wearer,
			word);
	}
}

/* false: it died before it could be spoken to. */
static bool greet(struct world *w, int64_t until)
{
	while (!stage_died(w)) {
		if (bus_open(w))
			return true;
		if (now_ms() >= until)
			return false;
		pause_us(1000);
	}

	return false;
}

/* Press now and then until it dies or the time has come. */
static void inject(struct world *w, int64_t until, int wearers)
{
	int left = 1 + (int)world_random(w, PRESSES_A_LIFE);

	while (!stage_died(w)) {
		if (now_ms() >= until)
			return;
		if (left && w->pressed < wearers) {
			press(w);
			left--;
		}
		pause_us((long)world_random(w, 8000));
	}
}

/*
 * Where this life is to end; false: nowhere, at a random instant.  Now and
 * then a row is besieged: life after life ends at its first sending.
 */
static bool fate(struct world *w, size_t *point, int *count)
{
	*count = 1;

	if (!w->siege && world_random(w, 25) == 0) {
		w->siege = SIEGE_LIVES;
		w->siege_point = world_random(w, POINTS);
	}

	*point = w->siege_point;
	if (w->siege) {
		w->siege--;
		return true;
	}

	*point = world_random(w, POINTS);
	*count += (int)world_random(w, 3);
	return world_random(w, 100) < 85;
}

static void life(struct world *w, int wearers)
{
	size_t point;
	int count;
	bool hooked = fate(w, &point, &count);
	int64_t late = now_ms() + START_MS, until;

	stage_start(w, w->daemon, hooked ? points[point] : NULL, count);

	/* A random kill may also come before anybody can speak to it. */
	if (!hooked && world_random(w, 4) == 0)
		late = now_ms() + (int64_t)world_random(w, 40);

	if (greet(w, late)) {
		until = now_ms() + (hooked ? HOOK_WAIT_MS
					   : (int64_t)world_random(w, 80));
		inject(w, until, wearers);
	}

	if (w->pid)
		stage_kill(w);

	w->killed++;
	hooked = stage_hooked(w);
	w->hooked += hooked;
	w->at_point[point] += hooked;
	far_collect(w);
}

/* ------------------------------------------------------------- the quiet */

static int64_t waiting(struct world *w)
{
	json_t *document = bus_ask(w, "Status", "");
	int64_t n = document ? json_integer_value(
				       json_object_get(document, "waiting"))
			     : -1;

	json_decref(document);
	return n;
}

static void drain(struct world *w)
{
	int64_t until = now_ms() + DRAIN_MS;

	stage_start(w, w->daemon, NULL, 0);

	if (!greet(w, until))
		give_up("the daemon does not start any more, see %s", w->dir);

	while (waiting(w) != 0 && now_ms() < until)
		pause_us(100000);

	w->drained = waiting(w) == 0;
	far_collect(w);
}

static void run(struct world *w, struct verdict *v)
{
	int wearers = 3 * w->kills < WEARERS_MAX ? 3 * w->kills : WEARERS_MAX;
	int64_t began = now_ms(), looped;

	stage_raise(w, wearers);
	looped = now_ms();

	for (int i = 0; i < w->kills; i++)
		life(w, wearers);

	looped = now_ms() - looped;
	drain(w);
	verdict_reach(w, v);
	stage_kill(w);
	verdict_store(w, v);
	result_figures(w, v, looped, now_ms() - began);
}

static void the_real_one(struct world *w, bool keep, int counts[2])
{
	struct verdict v = { 0 };

	w->daemon = w->real;
	run(w, &v);
	result_guard(w, counts);
	result_real(w, &v, counts);

	if (counts[1])
		printf("# seen in %s\n", w->dir);

	stage_strike(w, keep || counts[1]);
}

static void the_planted_one(struct world *w, const char *folder, bool keep,
			    int counts[2])
{
	char planted[PATH_MAX];
	struct verdict v = { 0 };

	snprintf(planted, sizeof(planted), "%s/tests/crash/planted", folder);
	w->daemon = planted;
	run(w, &v);
	result_tell(counts, v.lost > 0,
		    "a daemon that acts before it commits is caught");
	stage_strike(w, keep);
}

int main(int argc, char **argv)
{
	struct world w = { .kills = 200, .seed = (uint64_t)time(NULL) };
	int planted = 40, option, counts[2] = { 0, 0 };
	bool keep = false;

	while ((option = getopt(argc, argv, "n:p:s:k")) != -1) {
		if (option == 'n')
			w.kills = atoi(optarg);
		else if (option == 'p')
			planted = atoi(optarg);
		else if (option == 's')
			w.seed = strtoull(optarg, NULL, 0);
		else if (option == 'k')
			keep = true;
		else
			return 64;
	}

	if (optind + 1 != argc)
		give_up("usage: kill [-n KILLS] [-p KILLS] [-s SEED] [-k] "
			"FOLDER");

	snprintf(w.real, PATH_MAX, "%s/alerted", argv[optind]);
	snprintf(w.command, PATH_MAX, "%s/alerte", argv[optind]);
	snprintf(w.hooks, PATH_MAX, "%s/tests/crash/hooks.so", argv[optind]);
	w.salt = w.seed;
	printf("seed %llu\n", (unsigned long long)w.seed);

	if (w.kills) {
		struct world own = w;

		the_real_one(&own, keep, counts);
	}
	if (planted) {
		struct world own = w;

		own.kills = planted;
		the_planted_one(&own, argv[optind], keep, counts);
	}

	printf("%d passed, %d failed, 0 skipped\n", counts[0], counts[1]);
	return counts[1] > 0;
}
