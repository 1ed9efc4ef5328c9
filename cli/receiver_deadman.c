/* SPDX-License-Identifier: Apache-2.0 */
#include "receiver_deadman.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINE_MAX_ 512
#define DEGRADED "degraded"

/* "gateway 0a1b (lieu 3)", or what is known of it. */
static void name_of(const struct deadman_gateway *g, char out[256])
{
	const struct deadman_beat *b = &g->last;

	if (!*b->gateway)
		snprintf(out, 256, "key %s", b->key);
	else if (*b->place)
		snprintf(out, 256, "gateway %s (%s)", b->gateway, b->place);
	else
		snprintf(out, 256, "gateway %s", b->gateway);
}

__attribute__((format(printf, 4, 5)))
static void tell(const struct deadman *d, const struct deadman_gateway *g,
		 const char *what, const char *format, ...)
{
	char line[LINE_MAX_], name[256];
	va_list args;
	int n;

	name_of(g, name);
	n = snprintf(line, sizeof(line), "%s %s ", what, name);
	va_start(args, format);
	vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
	va_end(args);
	d->tell(d->context, line);
}

static void hour(int64_t wall_s, char out[32])
{
	time_t t = (time_t)wall_s;
	struct tm tm;

	if (!gmtime_r(&t, &tm) ||
	    !strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &tm))
		strcpy(out, "?");
}

/* -------------------------------------------------------------- rule 5 */

static bool in_list(const char list[][DEADMAN_WORD_MAX], size_t n,
		    const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list[i], word))
			return true;

	return false;
}

static bool names(const struct deadman_beat *b, const char *fault)
{
	if (in_list(b->fault, b->nfaults, fault))
		return true;

	return !b->nfaults && !strcmp(fault, DEGRADED) &&
	       !strcmp(b->state, DEGRADED);
}

static void fault_begins(struct deadman *d, struct deadman_gateway *g,
			 const struct deadman_beat *b, const char *fault)
{
	/* Not in the one before: it may be over by the next. */
	if (!names(b, fault) || !names(&g->last, fault) ||
	    in_list(g->told, g->ntold, fault) || g->ntold == DEADMAN_FAULTS_MAX)
		return;

	snprintf(g->told[g->ntold++], DEADMAN_WORD_MAX, "%s", fault);
	tell(d, g, "ALARM", "reports: %s", fault);
}

static void faults_end(struct deadman *d, struct deadman_gateway *g,
		       const struct deadman_beat *b)
{
	size_t i = 0;

	while (i < g->ntold) {
		if (names(b, g->told[i])) {
			i++;
			continue;
		}
		tell(d, g, "END", "reports no more: %s", g->told[i]);
		g->ntold--;
		memmove(g->told[i], g->told[i + 1],
			(g->ntold - i) * DEADMAN_WORD_MAX);
	}
}

static void faults(struct deadman *d, struct deadman_gateway *g,
		   const struct deadman_beat *b)
{
	faults_end(d, g, b);

	for (size_t i = 0; i < b->nfaults; i++)
		fault_begins(d, g, b, b->fault[i]);

	fault_begins(d, g, b, DEGRADED);
}

/* -------------------------------------------------------------- rule 4 */

static int64_t limit(const struct deadman *d, const struct deadman_gateway *g)
{
	if (d->alarm_after_ms)
		return d->alarm_after_ms;

	return (int64_t)g->last.every_s * 1000 * DEADMAN_MISSED +
	       DEADMAN_GRACE_MS;
}

void deadman_look(struct deadman *d, struct deadman_now now)
{
	char since[32];

	for (size_t i = 0; i < d->n; i++) {
		struct deadman_gateway *g = &d->gateway[i];

		if (g->silent || now.ms - g->heard_ms <= limit(d, g))
			continue;

		g->silent = true;
		hour(g->heard_wall_s, since);

		if (*g->last.gateway)
			tell(d, g, "ALARM", "silent since %s, last state %s",
			     since, g->last.state);
		else
			tell(d, g, "ALARM", "never heard, since %s", since);
	}
}

/* --------------------------------------------------------------- beats */

static struct deadman_gateway *find(struct deadman *d, const char *key,
				    const char *gateway)
{
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->gateway[i].last.key, key) &&
		    !strcmp(d->gateway[i].last.gateway, gateway))
			return &d->gateway[i];

	return NULL;
}

static struct deadman_gateway *add(struct deadman *d,
				   const struct deadman_beat *b,
				   struct deadman_now now)
{
	struct deadman_gateway *g;

	if (d->n == DEADMAN_GATEWAYS_MAX)
		return NULL;

	g = &d->gateway[d->n++];
	memset(g, 0, sizeof(*g));
	g->last = *b;
	/* Rule 5 asks for two beats; this is none. */
	g->last.nfaults = 0;
	strcpy(g->last.state, *b->gateway ? "unknown" : "");
	g->heard_ms = now.ms;
	g->heard_wall_s = now.wall_s;
	return g;
}

bool deadman_expect(struct deadman *d, const struct deadman_beat *known,
		    struct deadman_now now)
{
	for (size_t i = 0; !*known->gateway && i < d->n; i++)
		if (!strcmp(d->gateway[i].last.key, known->key))
			return true;

	return find(d, known->key, known->gateway) || add(d, known, now);
}

enum deadman_answer deadman_beat(struct deadman *d,
				 const struct deadman_beat *beat,
				 struct deadman_now now)
{
	struct deadman_gateway *g = find(d, beat->key, beat->gateway);
	char at[32];

	if (g && beat->sequence <= g->last.sequence)
		return DEADMAN_OLD;

	if (!g)
		g = find(d, beat->key, "");
	if (!g)
		g = add(d, beat, now);
	if (!g)
		return DEADMAN_FULL;

	if (g->silent) {
		hour(now.wall_s, at);
		tell(d, g, "END", "heard again at %s, state %s", at,
		     beat->state);
	}

	faults(d, g, beat);
	g->silent = false;
	g->last = *beat;
	g->heard_ms = now.ms;
	g->heard_wall_s = now.wall_s;
	return DEADMAN_TAKEN;
}
