/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line typed on the terminal and not shown.  A signal that ends or stops us
 * does so at once, but never before the terminal shows again what is typed: it
 * is blocked but for the moments that wait for a byte, and raised a second time
 * once all is as it was.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "hidden.h"

static const int ends[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP };
#define ENDS (sizeof(ends) / sizeof(*ends))

struct hidden {
	struct termios shown;
	struct sigaction action[ENDS];
	sigset_t before;
	bool changed;		/* the terminal does not show what is typed */
};

static volatile sig_atomic_t came;

static void on_signal(int number)
{
	came = number;
}

static void hide(struct hidden *h)
{
	struct sigaction note = { .sa_handler = on_signal };
	struct termios quiet;
	sigset_t block;
	size_t i;

	came = 0;
	sigemptyset(&block);
	sigemptyset(&note.sa_mask);
	for (i = 0; i < ENDS; i++)
		sigaddset(&block, ends[i]);
	sigprocmask(SIG_BLOCK, &block, &h->before);

	/* What we were told to ignore stays ignored. */
	for (i = 0; i < ENDS; i++) {
		sigaction(ends[i], NULL, &h->action[i]);
		if (h->action[i].sa_handler != SIG_IGN)
			sigaction(ends[i], &note, NULL);
	}

	h->changed = tcgetattr(STDIN_FILENO, &h->shown) == 0;
	if (!h->changed)
		return;

	quiet = h->shown;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
}

static void show(const struct hidden *h)
{
	size_t i;

	if (h->changed)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &h->shown);
	fputc('\n', stderr);

	for (i = 0; i < ENDS; i++)
		sigaction(ends[i], &h->action[i], NULL);
	sigprocmask(SIG_SETMASK, &h->before, NULL);
}

/* 1 and a byte, 0 at the end of the file, or -1: see came. */
static int next_byte(const struct hidden *h, char *out)
{
	struct pollfd terminal = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t n;

	for (;;) {
		if (ppoll(&terminal, 1, NULL, &h->before) < 0) {
			if (errno != EINTR || came != 0)
				return -1;
			continue;
		}

		n = read(STDIN_FILENO, out, 1);
		if (n >= 0 || errno != EINTR)
			return n > 0 ? 1 : (int)n;
	}
}

/* Bytes past the room are not kept, and the line is read to its end. */
static int read_line(const struct hidden *h, char *out, size_t cap)
{
	size_t n = 0;
	char byte = 0;
	int r;

	while ((r = next_byte(h, &byte)) > 0 && byte != '\n') {
		if (n + 1 < cap)
			out[n++] = byte;
	}

	out[n] = '\0';
	byte = 0;
	return r < 0 ? -1 : r > 0 || n > 0;
}

int hidden_line(const char *prompt, char *out, size_t cap)
{
	struct hidden h;
	int r;

	do {
		fputs(prompt, stderr);
		fflush(stderr);
		hide(&h);
		r = read_line(&h, out, cap);
		show(&h);
		if (r >= 0)
			return r;

		explicit_bzero(out, cap);
		if (came != 0)
			raise(came);
	} while (came == SIGTSTP);

	return 0;
}
