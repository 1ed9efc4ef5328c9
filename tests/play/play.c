/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replay whole nights in virtual time.
 *
 * Every file runs twice: the same inputs at the same instants with the same
 * random bytes must give the same night.
 *
 * A file named sweep_... runs again and again, each time with one trouble at
 * another place: a crash before or after each of its messages left, a crash
 * after each of its lines, a broken disk from each of its lines on (from the
 * first "at": settings are refused without a disk).
 */
#include "play.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>


#define LINE_MAX_LEN 4096
#define PLAY_DEPTH 4
#define DISK_LINES 5		/* how long a sweep's disk is broken */

static const struct command *const tables[] = {
	people_commands, event_commands, air_commands, world_commands,
	relay_commands, peer_commands,
	expect_commands, timer_commands
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
	static const char *const good[] = { "ok", "accepted", "volatile",
					    "unseen" };
	static const char *const bad[] = { "", "einval", "eformat", "ekey",
					   "enotfound", "erefused", "elimit",
					   "ebusy", "einuse", "estore",
					   "enomem" };

	if (result >= 0)
		return result < 4 ? good[result] : "a count";

	return result >= -10 ? bad[-result] : "an error without a name";
}

/* -------------------------------------------------------------- words */

/* "{token}": what the newest SMS that asks for it wants sent back. */
static bool token_asked(const struct play *p, char *out, size_t cap)
{
	size_t i = p->nsent;

	while (i > 0 && !strstr(p->sent[i - 1].text, "dans les 10 minutes: "))
		i--;

	if (i > 0)
		snprintf(out, cap, "%s", strrchr(p->sent[i - 1].text, ' ') + 1);

	return i > 0;
}

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

	if (!strcmp(name, "token"))
		return token_asked(p, out, cap) ? n + 1 : 0;

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

static int run_line(struct play *p, char *line);

/* times N apart D LINE: its words are read again each time. */
static int times(struct play *p, char *line, const struct args *args)
{
	int n = args->n > 4 ? atoi(args->v[1]) : 0;
	int64_t apart = n > 0 ? play_duration(args->v[3]) : -1;
	int r = 0;

	if (apart < 0 || strcmp(args->v[2], "apart"))
		return play_fail(p, "times N apart D LINE");

	line = strstr(line, " apart ") + strlen(" apart ");
	line = strstr(line, args->v[3]) + strlen(args->v[3]);

	while (r == 0 && n-- > 0) {
		r = run_line(p, line);

		if (r == 0)
			r = world_run(p, p->play_ms + apart) < 0 ? -1 : 0;
	}

	return r;
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

	if (!strcmp(args.v[0], "times"))
		return times(p, line, &args);

	if (!strcmp(args.v[0], "at")) {
		p->begun = true;
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

/* A sweep's trouble after a line of the file itself. */
static int trouble_after(struct play *p)
{
	struct trouble *t = p->trouble;

	if (!t || p->depth > 1)
		return 0;

	if (t->crash_line == p->line) {
		t->came = true;
		return world_crash(p);
	}

	if (t->disk_line && t->disk_line == p->line) {
		t->came = true;

		if (p->begun)
			world_disk(p, DISK_BROKEN);
	}

	if (t->disk_line && t->disk_line + DISK_LINES == p->line)
		world_disk(p, DISK_GOOD);

	return 0;
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

		if (r == 0)
			r = trouble_after(p);
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

static void states(struct play *p, char *out, size_t cap)
{
	struct alerte_alert a = { .size = sizeof(a) };
	size_t len = 0;

	for (int i = 1; len < cap && world_alert(p, i, &a) == 1; i++)
		len += (size_t)snprintf(out + len, cap - len, "%d %u %u %d;",
					(int)a.state, a.presses, a.step,
					(int)a.relay);
}

/* After a broken disk: all of it is written back, and outlives a crash. */
static int written_back(struct play *p)
{
	struct alerte_status status = { .size = sizeof(status) };
	char before[512] = "", after[512] = "";

	if (!p->trouble || !p->trouble->disk_line || !p->trouble->came)
		return 0;

	world_disk(p, DISK_GOOD);

	if (world_run(p, p->play_ms + 60000) < 0)
		return -1;

	if (alerte_status(p->a, &status) != 0 || !status.durable)
		return play_fail(p, "S2: not written back in a minute");

	states(p, before, sizeof(before));

	if (world_crash(p) < 0)
		return -1;

	states(p, after, sizeof(after));
	return !strcmp(before, after) ? 0 :
	       play_fail(p, "S2: \"%s\" became \"%s\" after a crash", before,
			 after);
}

char *play_run(const char *file, bool verbose, struct trouble *trouble)
{
	struct play p = { .file = file, .seed = 20260310,
			  .trouble = trouble };
	int r;

	p.logf = open_memstream(&p.log, &p.log_len);

	if (!p.logf)
		return NULL;

	r = world_open(&p);

	if (r == 0)
		r = run_file(&p, file);

	if (r == 0)
		r = written_back(&p);

	world_free(&p);
	fclose(p.logf);

	if (verbose && !p.failed)
		fputs(p.log, stdout);

	if (r == 0)
		return p.log;

	free(p.log);
	return NULL;
}

/* One kind of trouble at every place there is; the number of turns, or -1. */
static int sweep(const char *file, int *place, struct trouble *t)
{
	char *log;
	int n = 0;

	do {
		t->came = false;
		*place = ++n;
		log = play_run(file, false, t);

		if (!log) {
			printf("  sweep: in send %d%s, crash line %d, "
			       "disk line %d\n", t->in_send,
			       t->after ? " after" : "", t->crash_line,
			       t->disk_line);
			return -1;
		}

		free(log);
	} while (t->came);

	return n;
}

static bool sweeps(const char *file)
{
	struct trouble before = { 0 }, after = { .after = true };
	struct trouble line = { 0 }, disk = { 0 };
	int n[4];

	n[0] = sweep(file, &before.in_send, &before);
	n[1] = n[0] < 0 ? -1 : sweep(file, &after.in_send, &after);
	n[2] = n[1] < 0 ? -1 : sweep(file, &line.crash_line, &line);
	n[3] = n[2] < 0 ? -1 : sweep(file, &disk.disk_line, &disk);

	if (n[3] < 0)
		return false;

	printf("   %d crashes before a message, %d after, %d between lines, "
	       "%d broken disks\n", n[0] - 1, n[1] - 1, n[2] - 1, n[3] - 1);
	return true;
}

bool play_passes(const char *file, bool verbose)
{
	const char *slash = strrchr(file, '/');
	char *first = play_run(file, verbose, NULL), *second = NULL;
	bool same = false;

	if (first)
		second = play_run(file, false, NULL);

	if (first && second) {
		same = !strcmp(first, second);

		if (!same)
			printf("FAILED %s: two runs, two nights\n", file);
	}

	free(first);
	free(second);

	if (same && !strncmp(slash ? slash + 1 : file, "sweep_", 6))
		return sweeps(file);

	return same;
}
