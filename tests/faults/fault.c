/* SPDX-License-Identifier: Apache-2.0 */
/* Which request fails, and which are worth it. */
#include "faults.h"

#include <execinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLACES 65536		/* a power of two */
#define FRAMES 14

static struct plan plan;
static unsigned long requests[SOURCES];
static bool came, healed, telling;
static int resting;
static const char *call = "";

static struct chosen *learned;
static unsigned long learn_stride;
static uint64_t places[PLACES];
static size_t nplaces;
static int depth = FRAMES;	/* how far up callers are told apart */

void fault_begin(const struct plan *of)
{
	plan = *of;
	memset(requests, 0, sizeof(requests));
	came = healed = false;
	resting = 0;
	call = "";
}

bool fault_came(void)
{
	return came;
}

bool fault_came_of(enum source source)
{
	return came && plan.source == source;
}

void fault_call_over(void)
{
	if (plan.source != SOURCE_DISK)
		fault_heal();
}

void fault_heal(void)
{
	healed = healed || came;
}

void fault_inside(const char *name)
{
	call = name;
}

void fault_rest(bool on)
{
	resting += on ? 1 : -1;
}

unsigned long fault_requests(enum source source)
{
	return requests[source];
}

void fault_depth(int frames)
{
	depth = frames > 0 && frames < FRAMES ? frames : FRAMES;
}

void fault_learn(struct chosen chosen[SOURCES], unsigned long stride)
{
	learned = chosen;
	learn_stride = stride;
}

void fault_learn_end(void)
{
	learned = NULL;
}

void places_forget(void)
{
	memset(places, 0, sizeof(places));
	nplaces = 0;
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ (h >> 29);
}

/* Who asked: the call of the library, and the frames below it. */
static uint64_t place_of(enum source source, const void *where)
{
	void *frame[FRAMES];
	int n = backtrace(frame, depth);
	uint64_t h = mix(source + 1, (uintptr_t)where);

	for (const char *c = call; *c; c++)
		h = mix(h, (uint8_t)*c);

	for (int i = 2; i < n; i++)
		h = mix(h, (uintptr_t)frame[i]);

	return h ? h : 1;
}

static bool place_is_new(uint64_t place)
{
	size_t i = place % PLACES;

	while (places[i] && places[i] != place)
		i = (i + 1) % PLACES;

	if (places[i] || nplaces > PLACES / 2)
		return false;

	places[i] = place;
	nplaces++;
	return true;
}

static void choose(enum source source, const void *where)
{
	struct chosen *c = &learned[source];
	unsigned long n = requests[source];
	bool is_new = place_is_new(place_of(source, where));

	/* which of a stride follows from the stride before it: no pattern */
	if (!is_new && (!learn_stride ||
			n % learn_stride != mix(3, n / learn_stride) %
						    learn_stride))
		return;

	if (c->n == c->cap) {
		c->cap = c->cap * 2 + 64;
		c->at = realloc(c->at, c->cap * sizeof(*c->at));

		if (!c->at)
			abort();
	}

	c->at[c->n++] = n;
}

/* Whose request it is that fails. */
static void tell(void)
{
	void *frame[2 * FRAMES];

	fflush(stdout);
	backtrace_symbols_fd(frame, backtrace(frame, 2 * FRAMES),
			     STDOUT_FILENO);
}

void fault_tell(void)
{
	telling = true;
}

bool fault_here(enum source source, const void *where)
{
	/* what the play itself asks for is not the library's */
	if (resting || !*call)
		return false;

	requests[source]++;

	if (learned)
		choose(source, where);

	if (!plan.at || plan.source != source)
		return false;

	if (requests[source] == plan.at) {
		came = true;

		if (telling)
			tell();

		return true;
	}

	return came && plan.lasting && !healed;
}
