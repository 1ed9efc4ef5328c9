/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status anew each second.  On a terminal each is drawn over the one
 * before; else they follow one another, apart by an empty line.
 */

#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "status.h"

#define HOME_AND_CLEAR "\033[H\033[J"

/* Those that would end us; what we were told to ignore stays ignored. */
static void signals_of_end(sigset_t *set)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction now;
	size_t i;

	sigemptyset(set);
	for (i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (sigaction(all[i], NULL, &now) == 0 &&
		    now.sa_handler != SIG_IGN)
			sigaddset(set, all[i]);
	}

	sigprocmask(SIG_BLOCK, set, NULL);
}

static int show_once(struct cli *c, bool first,
		     void (*show)(const struct cli *c, const json_t *doc))
{
	json_t *doc = NULL;
	char *text = NULL;
	int r = bus_json(c, &doc, &text, "Status", NULL);

	if (r == 0 && !bus_print_json(c, text)) {
		if (isatty(STDOUT_FILENO))
			fputs(HOME_AND_CLEAR, stdout);
		else if (!first)
			putchar('\n');
		show(c, doc);
	}

	json_decref(doc);
	free(text);
	return r;
}

int status_live(struct cli *c, void (*show)(const struct cli *c,
					    const json_t *doc))
{
	const struct timespec second = { .tv_sec = 1 };
	bool first = true;
	sigset_t end;
	int r;

	signals_of_end(&end);

	do {
		r = show_once(c, first, show);
		first = false;
	} while (r == 0 && fflush(stdout) == 0 &&
		 sigtimedwait(&end, NULL, &second) < 0);

	return r;
}
