/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults [-v] [-x] [-p MISTAKE] [-s SOURCE] [-d DEPTH] [-a] [-e STRIDE]
 *	FILE.play...
 * faults -s SOURCE -k N [-l] FILE.play
 *
 * Each play once as it is, to learn what the library asks for; then once for
 * every request chosen, which fails.  README.md says which are chosen and what
 * has to hold.
 */
#include "faults.h"

#include "play/play.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HANGS_AFTER_S 60
#define WRONG_SHOWN 1000

static const char *const names[SOURCES] = { "library", "sqlite", "crypto",
					     "disk", "random" };

/* Of one run, for what it is called when it is wrong. */
static const char *file;
static struct plan plan;
static bool verbose, wrong;
static unsigned long runs[SOURCES], asked[SOURCES], fired[SOURCES];
static unsigned long nwrong, nlate;

void faults_wrong(const char *format, ...)
{
	va_list ap;

	wrong = true;

	if (nwrong >= WRONG_SHOWN)
		return;

	printf("FAILED -s %s -k %lu%s %s: ", names[plan.source], plan.at,
	       plan.lasting ? " -l" : "", file);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
}

/* ----------------------------------------------------------------- a run */

static void died(int sig)
{
	static const char ended[] = "the program died of it\n";

	faults_wrong(sig == SIGALRM ? "no end" : "signal %d", sig);
	write(STDOUT_FILENO, ended, sizeof(ended) - 1);
	_exit(1);
}

static void run(const struct plan *of, bool learning)
{
	long library = memory_library(), sqlite;
	char *log;

	plan = *of;
	wrong = false;
	api_begin(learning);
	stage_begin(learning);
	fault_begin(of);
	alarm(HANGS_AFTER_S);
	sqlite = memory_sqlite();
	log = play_run(file, verbose, NULL);
	alarm(0);

	if (!log && !wrong)
		faults_wrong("the play did not come to its end");

	free(log);

	if (memory_library() != library)
		faults_wrong("%ld allocations were left",
			     memory_library() - library);

	if (memory_sqlite() != sqlite && !learning)
		faults_wrong("%ld allocations of SQLite were left",
			     memory_sqlite() - sqlite);

	nwrong += wrong;
	runs[of->source]++;

	if (!learning) {
		fired[of->source] += fault_came();
		nlate += stage_late();
	}
}

/* ------------------------------------------------------------- the plays */

struct options {
	bool all;		/* each place of each play, alone and lasting */
	bool first;		/* the first that is wrong will do */
	unsigned long stride;	/* every so many besides; 1 is every one */
	struct plan one;	/* only this source, and this request */
};

static bool lasts(enum source source)
{
	return source != SOURCE_CRYPTO && source != SOURCE_RANDOM;
}

/* Alone, and with those that follow: in turn, or each. */
static void run_chosen(enum source source, const struct chosen *c,
		       const struct options *o)
{
	for (size_t i = 0; i < c->n && !(o->first && nwrong); i++) {
		struct plan p = { .source = source, .at = c->at[i] };

		p.lasting = lasts(source) && !o->all && i % 2;
		run(&p, false);

		if (!o->all || !lasts(source))
			continue;

		p.lasting = true;
		run(&p, false);
	}
}

static bool passes(const char *of, const struct options *o)
{
	const struct plan none = { .at = 0 };
	struct chosen chosen[SOURCES] = { { 0 } };
	unsigned long before = nwrong;

	file = of;
	fault_learn(chosen, o->stride);
	run(&none, true);
	fault_learn_end();

	for (int s = 0; s < SOURCES; s++) {
		asked[s] += fault_requests((enum source)s);

		if (o->one.source == SOURCES || s == (int)o->one.source)
			run_chosen((enum source)s, &chosen[s], o);

		free(chosen[s].at);
	}

	printf("%s %s\n", nwrong == before ? "ok" : "FAILED", of);
	return nwrong == before;
}

static bool one_passes(const char *of, struct plan p)
{
	const struct plan none = { .at = 0 };

	file = of;
	run(&none, true);
	verbose = true;
	fault_tell();
	run(&p, false);
	return nwrong == 0;
}

/* ------------------------------------------------------------ the program */

static int usage(void)
{
	fputs("faults [-v] [-x] [-p MISTAKE] [-s SOURCE] [-d DEPTH] [-a] "
	      "[-e STRIDE] FILE.play...\n"
	      "faults -s SOURCE -k N [-l] FILE.play\n", stderr);
	return 64;
}

static enum source source_named(const char *name)
{
	int s = 0;

	while (s < SOURCES && strcmp(names[s], name))
		s++;

	return (enum source)s;
}

static int read_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt(argc, argv, "vxp:ad:e:s:k:l")) != -1)
		switch (c) {
		case 'v':
			verbose = true;
			break;
		case 'x':
			o->first = true;
			break;
		case 'p':
			if (planted_choose(optarg) < 0)
				return -1;
			break;
		case 'a':
			o->all = true;
			break;
		case 'd':
			fault_depth(atoi(optarg));
			break;
		case 'e':
			o->stride = strtoul(optarg, NULL, 10);
			break;
		case 's':
			o->one.source = source_named(optarg);

			if (o->one.source == SOURCES)
				return -1;
			break;
		case 'k':
			o->one.at = strtoul(optarg, NULL, 10);
			break;
		case 'l':
			o->one.lasting = true;
			break;
		default:
			return -1;
		}

	return optind < argc && (!o->one.at || o->one.source < SOURCES) ?
	       0 : -1;
}

static void sum_up(int passed, int failed)
{
	for (int s = 0; s < SOURCES; s++)
		printf("   %-8s %9lu requests, %6lu nights with one failing, "
		       "%6lu met\n", names[s], asked[s], runs[s], fired[s]);

	printf("   %lu nights not to the letter what the play expects\n",
	       nlate);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
}

/* What is made once in a process is made before anything is counted. */
static void warm_up(const char *of)
{
	const struct plan none = { .at = 0 };

	file = of;
	run(&none, true);
	memset(runs, 0, sizeof(runs));
}

int main(int argc, char **argv)
{
	struct options o = { .one.source = SOURCES };
	int passed = 0, failed = 0;

	if (read_options(argc, argv, &o) < 0)
		return usage();

	if (memory_install() < 0 || broken_vfs_install() < 0 ||
	    disk_install() < 0) {
		fputs("faults: memory or files cannot be made to fail\n",
		      stderr);
		return 1;
	}

	signal(SIGSEGV, died);
	signal(SIGBUS, died);
	signal(SIGFPE, died);
	signal(SIGABRT, died);
	signal(SIGALRM, died);
	setvbuf(stdout, NULL, _IOLBF, 0);
	warm_up(argv[optind]);

	if (o.one.at)
		return !one_passes(argv[optind], o.one);

	for (int i = optind; i < argc && !(o.first && failed); i++) {
		if (o.all)
			places_forget();

		if (passes(argv[i], &o))
			passed++;
		else
			failed++;
	}

	sum_up(passed, failed);
	return failed != 0;
}
