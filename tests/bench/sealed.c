/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "crypto/keyed.h"
#include "crypto/seal.h"
#include "frame/sealed.h"
#include "lib/frame/sealed_button.h"

#define FRAMES 65536
#define ROUNDS 9
#define PAGE ((size_t)2 << 20)
#define SEARCHES 200
#define TURNS 400		/* enough for all of the largest table */
#define NOW (1000 * SEALED_EPOCH_MS + 1000)

struct crowd {
	void *memory;
	struct sealed_table *t;
	uint32_t n;
	int64_t now;
};

static uint8_t genuine[FRAMES][ALERTE_SEALED_BYTES];

/* Large pages where there are: each miss of the table is one miss then. */
static void *pages(size_t bytes)
{
	size_t whole = (bytes + PAGE - 1) / PAGE * PAGE;
	void *memory = aligned_alloc(PAGE, whole);

	need(memory, "memory");
	madvise(memory, whole, MADV_HUGEPAGE);
	return memory;
}

static void enrol(struct crowd *c, uint32_t n)
{
	struct sealed_state state = {
		.clock = { .known = true, .set_ms = NOW }
	};
	struct alerte_sealed_keys keys;

	c->memory = pages(sealed_table_bytes(n));
	c->t = sealed_table_new(c->memory, n);
	c->n = n;
	c->now = NOW;
	for (uint32_t i = 0; i < n; i++) {
		sealed_button_keys(i, &keys);
		need(sealed_table_add(c->t, &keys, &state, NOW) >= 0, "room");
	}
}

/* Each of another button, so that none is warm in the cache of a large table. */
static void make(const struct crowd *c)
{
	struct alerte_sealed_frame f = {
		.epoch = 1000, .seq = 1, .event = ALERTE_SEALED_PRESS
	};

	for (uint32_t i = 0; i < FRAMES; i++)
		sealed_button_make(i * 2654435761u % c->n, f, genuine[i]);
}

static void open_genuine(const struct crowd *c)
{
	struct sealed_frame f;

	for (int i = 0; i < FRAMES; i++)
		need(sealed_open(c->t, genuine[i], ALERTE_SEALED_BYTES, c->now,
				 &f) == 1, "a frame");
}

/* What opening a frame cannot do without, its key and message in the cache. */
static void hash_twice(const struct crowd *c)
{
	static const uint8_t key[KEYED_KEY] = { 1 };
	uint8_t message[21] = { 'E' }, digest[KEYED_DIGEST];

	(void)c;
	for (int i = 0; i < FRAMES; i++) {
		keyed_digest(key, message, 16, digest);
		memcpy(message + 12, digest, 9);
		keyed_digest(key, message, 21, digest);
		memcpy(message + 8, digest, 8);
	}
}

/* Never the same twice, or the places of the table would be in the cache. */
static void open_bogus(const struct crowd *c)
{
	static uint64_t x = 88172645463325252u;
	uint8_t payload[ALERTE_SEALED_BYTES] = { 0x20 };
	struct sealed_frame f;

	for (int i = 0; i < FRAMES; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		memcpy(payload + 1, &x, sizeof(x));
		need(sealed_open(c->t, payload, sizeof(payload), c->now, &f) ==
		     ALERTE_ENOTFOUND, "no frame");
	}
}

static double cost(const struct crowd *c,
		   void (*call)(const struct crowd *c))
{
	double v[ROUNDS];

	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = now_ns();

		call(c);
		v[round] = (double)(now_ns() - start) / FRAMES;
	}
	return percentile(v, ROUNDS, 50);
}

/* The processor's: other programs do not make a step longer. */
static int64_t worked_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The longest of so many calls, in ms; ends sooner when all is done. */
static double longest(struct crowd *c, int most)
{
	double worst = 0;
	bool more = true;

	for (int i = 0; i < most && more; i++) {
		int64_t start = worked_ns();
		double took;

		more = sealed_table_step(c->t, c->now, SEALED_STEP_WORK);
		took = (double)(worked_ns() - start) / 1e6;
		worst = took > worst ? took : worst;
	}
	return worst;
}

static void print(const char *name, uint32_t n, double value, const char *unit,
		  const char *goal)
{
	char text[48];

	snprintf(text, sizeof(text), "sealed-%s-%u", name, (unsigned int)n);
	figure_print(&(struct figure){ text, value, unit, NULL, 0, goal });
}

static void print_beside(uint32_t n, double opened, double floor)
{
	char text[48];

	snprintf(text, sizeof(text), "sealed-genuine-%u-hashes",
		 (unsigned int)n);
	figure_print(&(struct figure){ text, opened, "ns", "two-blake2b",
				       floor, "<= 1.5" });
}

void bench_sealed(const char *dir)
{
	static const uint32_t sizes[] = { 1, 1000, 100000 };
	double opened, refused, floor;
	unsigned long before, calls = 0;
	struct crowd c;

	(void)dir;
	need(seal_setup() == 0, "libsodium");
	hurry(true);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		enrol(&c, sizes[i]);
		make(&c);
		before = allocations();
		opened = cost(&c, open_genuine);
		floor = cost(&c, hash_twice);
		refused = cost(&c, open_bogus);
		calls += allocations() - before;
		print("genuine", c.n, opened, "ns", "<= 1000");
		print_beside(c.n, opened, floor);
		print("bogus", c.n, refused, "ns", "<= 300");
		/* Looks for what was bogus; then all come to another epoch. */
		print("search-step", c.n, longest(&c, SEARCHES), "ms", "<= 5");
		c.now += SEALED_EPOCH_MS;
		print("rotate-step", c.n, longest(&c, TURNS), "ms", "<= 5");
		sealed_table_free(c.t);
		free(c.memory);
	}
	hurry(false);
	figure_print(&(struct figure){ "sealed-allocations", (double)calls,
				       "calls", NULL, 0, "<= 0" });
}
