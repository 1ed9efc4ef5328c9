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
#define DRAIN_MS 90000

static const char *const points[] = {
	"out-open", "rename-before", "rename-after", "folder-sync",
	"receipt-write", "receipt-sync", "post-before", "post-after",
	"answer-before", "answer-after", "answer-write"
};
#define NPOINTS (sizeof(points) / sizeof(*points))

static int passed, failed;

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

static void life(struct world *w, int wearers)
{
	bool hooked = world_random(w, 100) < 85;
	size_t which = world_random(w, NPOINTS);
	int count = 1 + (int)world_random(w, 3);
	int64_t late = now_ms() + 20000;
	int64_t until;

	stage_start(w, w->daemon, hooked ? points[which] : NULL, count);

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
	w->at_point[which] += hooked;
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

static void tell_points(const struct world *w)
{
	printf("hooked:");

	for (size_t i = 0; i < NPOINTS; i++)
		printf("%s %s %d", i ? "," : "", points[i], w->at_point[i]);

	printf("\n");
	fflush(stdout);
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
	printf("%d kills, %d of them hooked, %d presses, %d accepted, "
	       "%zu sends, %d extra; %.1f s of kills, %.1f s in all\n",
	       w->killed, w->hooked, w->pressed, w->accepted, w->nsends,
	       v->extra, (double)looped / 1000,
	       (double)(now_ms() - began) / 1000);
	tell_points(w);
}

/* ---------------------------------------------------------------- results */

static void tell(bool good, const char *name)
{
	printf("%s  %s\n", good ? "ok  " : "FAIL", name);
	passed += good;
	failed += !good;
}

/* M5: the guard, against settings that reach beyond the folder. */
static void judge_guard(const struct world *w)
{
	static const struct {
		const char *conf, *site;
	} bad[] = {
		{ "", "contact \"x\" {\n\tnumber = \"+33600000000\"\n}\n" },
		{ "", "contact \"x\" {\n\tnumber = \"0639980001\"\n}\n" },
		{ "", "endpoint \"x\" {\n\turl = \"https://192.0.2.1/\"\n}\n" },
		{ "relay {\n\tnumber = \"114\"\n}\n", "" },
		{ "modem {\n\tspool = \"/tmp/spool\"\n}\n", "" },
		{ "modem {\n\tspool = \"${HOME}/spool\"\n}\n", "" },
		{ "control {\n\tbus = system\n}\n", "" }
	};
	int stopped = 0, n = sizeof(bad) / sizeof(*bad);

	for (int i = 0; i < n; i++)
		stopped += !stage_is_safe(w, bad[i].conf, bad[i].site);

	tell(stopped == n && stage_is_safe(w, "", ""),
	     "settings that reach beyond the folder are refused");
}

static void judge_real(const struct world *w, const struct verdict *v)
{
	tell(w->killed == w->kills && 2 * w->hooked >= w->kills,
	     "half of the kills fell between SENDING and its receipt");
	tell(w->accepted >= w->kills / 2,
	     "presses were accepted while daemons died");
	tell(w->drained, "the outbox is empty once the daemon is left alone");
	tell(!v->lost, "every accepted press has its alert");
	tell(!v->no_sms, "every accepted press reached its contact");
	tell(!v->no_https, "every accepted press reached the association");
	tell(!v->twice, "no attempt is sent twice in one life");
	tell(!v->too_often, "no attempt is sent more than three times");
	tell(!v->beyond, "an attempt is sent once, and once more a kill");
	tell(!v->keys, "a repeated request bears the key of the first");
	tell(!v->strangers, "nobody is written to for whom no one pressed");
	tell(v->whole, "the store is whole");
}

static void the_real_one(struct world *w, bool keep)
{
	struct verdict v = { 0 };

	w->daemon = w->real;
	run(w, &v);
	judge_guard(w);
	judge_real(w, &v);

	if (failed)
		printf("# seen in %s\n", w->dir);

	stage_strike(w, keep || failed);
}

static void the_planted_one(struct world *w, const char *folder, bool keep)
{
	char planted[PATH_MAX];
	struct verdict v = { 0 };

	snprintf(planted, sizeof(planted), "%s/tests/crash/planted", folder);
	w->daemon = planted;
	run(w, &v);
	tell(v.lost > 0, "a daemon that acts before it commits is caught");
	stage_strike(w, keep);
}

int main(int argc, char **argv)
{
	struct world w = { .kills = 200, .seed = (uint64_t)time(NULL) };
	int planted = 40, option;
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

		the_real_one(&own, keep);
	}
	if (planted) {
		struct world own = w;

		own.kills = planted;
		the_planted_one(&own, argv[optind], keep);
	}

	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed > 0;
}
