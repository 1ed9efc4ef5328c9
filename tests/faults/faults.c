/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults [-v] [-p] [-a] [-e STRIDE] FILE.play...
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
static bool verbose, wrong, planted;
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

static bool lasts(enum source source)
{
	return source != SOURCE_CRYPTO && source != SOURCE_RANDOM;
}

static void run_chosen(enum source source, const struct chosen *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct plan p = { .source = source, .at = c->at[i] };

		run(&p, false);
		p.lasting = true;

		if (lasts(source))
			run(&p, false);
	}
}

/* stride 1 is every request. */
static bool passes(const char *of, unsigned long stride)
{
	const struct plan none = { .at = 0 };
	struct chosen chosen[SOURCES] = { { 0 } };
	unsigned long before = nwrong;

	file = of;
	fault_learn(chosen, stride);
	run(&none, true);
	fault_learn_end();

	for (int s = 0; s < SOURCES; s++) {
		asked[s] += fault_requests((enum source)s);
		run_chosen((enum source)s, &chosen[s]);
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

struct options {
	bool each;		/* all places are new in each play */
	unsigned long stride;
	struct plan one;
};

static int usage(void)
{
	fputs("faults [-v] [-p] [-a] [-e STRIDE] FILE.play...\n"
	      "faults -s SOURCE -k N [-l] FILE.play\n", stderr);
	return 64;
}

static int read_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt(argc, argv, "vpae:s:k:l")) != -1)
		switch (c) {
		case 'v':
			verbose = true;
			break;
		case 'p':
			planted = true;
			break;
		case 'a':
			o->each = true;
			break;
		case 'e':
			o->stride = strtoul(optarg, NULL, 10);
			break;
		case 's':
			while (o->one.source < SOURCES &&
			       strcmp(names[o->one.source], optarg))
				o->one.source++;
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

	return o->one.source < SOURCES && optind < argc ? 0 : -1;
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
	struct options o = { 0 };
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

	for (int i = optind; i < argc; i++) {
		if (o.each)
			fault_forget();

		if (passes(argv[i], o.stride))
			passed++;
		else
			failed++;
	}

	sum_up(passed, failed);
	return failed != 0;
}
