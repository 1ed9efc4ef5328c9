/* SPDX-License-Identifier: Apache-2.0 */
/*
 * play FILE.play...: replay whole nights in virtual time.
 *
 * Every file runs twice: the same inputs at the same instants with the same
 * random bytes must give the same night.
 */
#include "play.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "broken_vfs.h"

#define LINE_MAX_LEN 4096
#define PLAY_DEPTH 4

static const struct command *const tables[] = {
	people_commands, event_commands, world_commands, expect_commands
};

/* ------------------------------------------------------------ helpers */

void play_log(struct play *p, const char *format, ...)
{
	int64_t ms = p->play_ms;
	va_list ap;

	fprintf(p->logf, "%3lld:%02lld:%02lld.%03lld  ",
		(long long)(ms / 3600000), (long long)(ms / 60000 % 60),
		(long long)(ms / 1000 % 60), (long long)(ms % 1000));
	va_start(ap, format);
	vfprintf(p->logf, format, ap);
	va_end(ap);
	fputc('\n', p->logf);
}

int play_fail(struct play *p, const char *format, ...)
{
	va_list ap;

	if (p->failed)
		return -1;

	p->failed = true;
	fflush(p->logf);
	printf("FAILED %s:%d: ", p->file, p->line);
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
	printf("\n  rules: %s\n%s", p->rules, p->quiet ? "" : p->log);
	return -1;
}

int64_t play_duration(const char *text)
{
	int64_t total = 0;
	char *end;
	long n;

	if (!isdigit((unsigned char)*text))
		return -1;

	while (*text) {
		n = strtol(text, &end, 10);

		if (end == text)
			return -1;

		if (!strncmp(end, "ms", 2)) {
			total += n;
			end++;
		} else if (*end == 's') {
			total += n * 1000;
		} else if (*end == 'm') {
			total += n * 60000;
		} else if (*end == 'h') {
			total += n * 3600000;
		} else if (n == 0 && !*end) {
			return total;
		} else {
			return -1;
		}

		text = end + 1;
	}

	return total;
}

const char *args_after(const struct args *args, const char *word)
{
	int i;

	for (i = 1; i + 1 < args->n; i++)
		if (!args->quoted[i] && !strcmp(args->v[i], word))
			return args->v[i + 1];

	return NULL;
}

bool args_has(const struct args *args, const char *word)
{
	int i;

	for (i = 1; i < args->n; i++)
		if (!args->quoted[i] && !strcmp(args->v[i], word))
			return true;

	return false;
}

const char *result_name(int result)
{
	static const char *const good[] = { "ok", "accepted", "volatile" };
	static const char *const bad[] = { "", "einval", "eformat", "ekey",
					   "enotfound", "erefused", "elimit",
					   "ebusy", "einuse", "estore",
					   "enomem" };

	if (result >= 0)
		return result < 3 ? good[result] : "a count";

	return result >= -10 ? bad[-result] : "an error without a name";
}

/* -------------------------------------------------------------- words */

/* "{code}", "{code2}", "{ref}", "{id}": of the newest, or the n-th alert. */
static size_t substitute(struct play *p, const char *at, char *out,
			 size_t cap)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	char name[16];
	size_t n = strcspn(at, "}");
	size_t letters;

	if (at[n] != '}' || n < 2 || n > 12 || !p->a)
		return 0;

	memcpy(name, at + 1, n - 1);
	name[n - 1] = 0;
	letters = strspn(name, "abcdefghijklmnopqrstuvwxyz");

	if (world_alert(p, atoi(name + letters), &alert) != 1)
		return 0;

	name[letters] = 0;

	if (!strcmp(name, "code"))
		snprintf(out, cap, "%s", alert.code);
	else if (!strcmp(name, "ref"))
		snprintf(out, cap, "%s", alert.reference);
	else if (!strcmp(name, "id"))
		snprintf(out, cap, "%lld", (long long)alert.id);
	else
		return 0;

	return n + 1;
}

/* One word from *at into out; returns -1 at the end of the line. */
static int word(struct play *p, char **at, char **out, bool *quoted)
{
	char *in = *at, *to = *out, end = 0;
	size_t n;

	in += strspn(in, " \t\n");

	if (!*in || *in == '#')
		return -1;

	*quoted = *in == '"' || *in == '\'';

	if (*quoted)
		end = *in++;

	while (*in && *in != '\n' && (end ? *in != end : !isspace(*in))) {
		if (*in == '{' && (n = substitute(p, in, to, 64)) > 0) {
			in += n;
			to += strlen(to);
		} else if (end == '"' && in[0] == '\\' && in[1] == 'x') {
			char hex[3] = { in[2], in[3], 0 };

			*to++ = (char)strtol(hex, NULL, 16);
			in += 4;
		} else {
			*to++ = *in++;
		}
	}

	*to++ = 0;
	*at = *in ? in + 1 : in;
	*out = to;
	return 0;
}

static void split(struct play *p, char *line, char *space, struct args *args)
{
	char *start = space;

	args->n = 0;

	while (args->n < PLAY_ARGS_MAX &&
	       word(p, &line, &space, &args->quoted[args->n]) == 0) {
		args->v[args->n++] = start;
		start = space;
	}
}

/* -------------------------------------------------------------- lines */

static int run_file(struct play *p, const char *file);

static int run_command(struct play *p, struct args *args)
{
	const struct command *c;
	size_t t;

	for (t = 0; t < sizeof(tables) / sizeof(*tables); t++)
		for (c = tables[t]; c->name; c++)
			if (!strcmp(c->name, args->v[0]))
				return c->run(p, args);

	return play_fail(p, "no such command: %s", args->v[0]);
}

static int use(struct play *p, const struct args *args)
{
	const char *slash = strrchr(p->file, '/');
	char path[256];

	if (args->n != 2 || p->depth >= PLAY_DEPTH)
		return play_fail(p, "use FILE");

	snprintf(path, sizeof(path), "%.*s%s",
		 slash ? (int)(slash - p->file + 1) : 0, p->file, args->v[1]);
	return run_file(p, path);
}

static int run_line(struct play *p, char *line)
{
	static char space[2 * LINE_MAX_LEN];
	struct args args;
	int64_t at;

	split(p, line, space, &args);

	if (args.n == 0)
		return 0;

	if (!strcmp(args.v[0], "use"))
		return use(p, &args);

	if (p->unread && strcmp(args.v[0], "expect"))
		return play_fail(p, "the line before ended in %s",
				 result_name(p->result));

	if (!strcmp(args.v[0], "at")) {
		at = args.n > 1 ? play_duration(args.v[1]) : -1;

		if (at < p->play_ms)
			return play_fail(p, "at: not a later instant");

		if (world_run(p, at) < 0)
			return -1;

		/* Words such as {code} are read again: time has passed. */
		line = strstr(line, args.v[1]) + strlen(args.v[1]);
		return run_line(p, line);
	}

	return run_command(p, &args);
}

static int run_file(struct play *p, const char *file)
{
	const char *outer = p->file;
	int outer_line = p->line, r = 0;
	char line[LINE_MAX_LEN];
	FILE *f = fopen(file, "r");

	if (!f)
		return play_fail(p, "cannot read %s", file);

	p->file = file;
	p->line = 0;
	p->depth++;

	while (r == 0 && fgets(line, sizeof(line), f)) {
		p->line++;

		if (p->depth == 1 && p->line == 1)
			snprintf(p->rules, sizeof(p->rules), "%.*s",
				 (int)strcspn(line, "\n"), line);

		r = run_line(p, line);
	}

	fclose(f);

	if (r == 0 && p->unread && p->depth == 1)
		r = play_fail(p, "the last line ended in %s",
			      result_name(p->result));

	if (r == 0) {
		p->file = outer;
		p->line = outer_line;
	}

	p->depth--;
	return r;
}

/* The timeline of one run, to be freed, or NULL when it failed. */
static char *run(const char *file, bool verbose)
{
	struct play p = { .file = file, .seed = 20260310 };
	int r;

	p.logf = open_memstream(&p.log, &p.log_len);

	if (!p.logf)
		return NULL;

	r = world_open(&p);

	if (r == 0)
		r = run_file(&p, file);

	world_free(&p);
	fclose(p.logf);

	if (verbose && !p.failed)
		fputs(p.log, stdout);

	if (r == 0)
		return p.log;

	free(p.log);
	return NULL;
}

static bool passes(const char *file, bool verbose)
{
	char *first = run(file, verbose), *second = NULL;
	bool same = false;

	if (first)
		second = run(file, false);

	if (first && second) {
		same = !strcmp(first, second);

		if (!same)
			printf("FAILED %s: two runs, two nights\n", file);
	}

	free(first);
	free(second);
	return same;
}

int main(int argc, char **argv)
{
	int i = 1, passed = 0, failed = 0;
	bool verbose = argc > 1 && !strcmp(argv[1], "-v");

	if (broken_vfs_install() < 0) {
		fputs("play: no VFS\n", stderr);
		return 1;
	}

	setvbuf(stdout, NULL, _IOLBF, 0);

	for (i += verbose; i < argc; i++) {
		if (passes(argv[i], verbose)) {
			printf("ok %s\n", argv[i]);
			passed++;
		} else {
			failed++;
		}
	}

	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed || !passed;
}
