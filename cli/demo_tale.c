/* SPDX-License-Identifier: Apache-2.0 */
/* What a person reads. */

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "demo.h"

#define INDENT 10

int64_t demo_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void demo_tell(const struct demo *d, const char *format, ...)
{
	char text[DEMO_TEXT + 256];
	int64_t ms = demo_now_ms() - d->began_ms;
	va_list list;

	if (d->cli.json)
		return;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);

	printf("T+%4.1f s  ", (double)ms / 1000);
	screen_wrap(text, INDENT, INDENT);
	fflush(stdout);
}

void demo_at(const struct demo *d, const char *path)
{
	if (!d->cli.json)
		printf("%*s-> %s\n", INDENT, "", path);
}

bool demo_expect(struct demo *d, bool holds, const char *english,
		 const char *french)
{
	struct demo_check *check = &d->check[d->nchecks];

	if (d->nchecks == DEMO_CHECKS)
		return holds;

	check->name[0] = english;
	check->name[1] = french;
	check->holds = holds;
	d->nchecks++;

	return holds;
}

static int verdict_json(const struct demo *d, size_t missing)
{
	json_t *list = json_array(), *doc;
	size_t i;

	for (i = 0; i < d->nchecks; i++)
		json_array_append_new(list,
				      json_pack("{s:s, s:b}", "expected",
						d->check[i].name[0], "holds",
						(int)d->check[i].holds));

	doc = json_pack("{s:s, s:b, s:I, s:s*, s:o}", "schema", "alerte/1",
			"passed", missing == 0, "took_ms",
			(json_int_t)(demo_now_ms() - d->began_ms), "folder",
			d->keep ? d->dir : NULL, "checks", list);
	json_dumpf(doc, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(doc);

	return missing == 0 ? 0 : 1;
}

int demo_verdict(const struct demo *d)
{
	const struct cli *c = &d->cli;
	size_t i, missing = 0;

	for (i = 0; i < d->nchecks; i++)
		missing += !d->check[i].holds;

	if (c->json)
		return verdict_json(d, missing);

	printf("\n%s\n", TR(c, "What is on disk and in the service:",
			    "Ce qui est sur le disque et dans le service :"));
	for (i = 0; i < d->nchecks; i++) {
		const char *mark = d->check[i].holds ? "ok" :
				   TR(c, "MISSING", "MANQUE");

		printf("  %-8s", mark);
		screen_wrap(d->check[i].name[c->french], INDENT, INDENT);
	}

	putchar('\n');
	if (missing == 0)
		printf(TR(c, "All %zu effects are there, in %.1f s.\n",
			  "Les %zu effets sont là, en %.1f s.\n"), d->nchecks,
		       (double)(demo_now_ms() - d->began_ms) / 1000);
	else
		printf(TR(c, "%zu of %zu effects are missing.\n",
			  "Il manque %zu effets sur %zu.\n"), missing,
		       d->nchecks);

	return missing == 0 ? 0 : 1;
}

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	interrupted = number;
}

static void listen_to_signals(void)
{
	static bool done;
	struct sigaction action = { .sa_handler = on_signal };

	if (done)
		return;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	done = true;
}

bool demo_wait(const struct demo *d, int64_t until_ms)
{
	int64_t now = demo_now_ms();

	listen_to_signals();
	if (interrupted || now >= until_ms ||
	    now >= d->began_ms + DEMO_SECONDS * 1000)
		return false;

	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	return !interrupted;
}
