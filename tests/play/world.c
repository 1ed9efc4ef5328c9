/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's host in a play: its time, its networks, its crashes.
 *
 * A crash is what the system would find after a kill: the store's files are
 * copied as they stand at that instant, the old engine is closed with its
 * host cut off, the copies take the files' place and a new engine opens them.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "play.h"

#define START_BOOT_MS 3600000
#define START_WALL_MS 1773147900000	/* 2026-03-10 14:05:00 at the place */
#define STEPS_AT_ONCE 400

static const uint8_t run_key[ALERTE_KEY_BYTES] = "the run key of every play......";
static const uint8_t other_key[ALERTE_KEY_BYTES] = "a run key of another gateway...";

/* X25519 pair of RFC 7748 section 6.1 (Bob's). */
static const uint8_t reading_secret[ALERTE_KEY_BYTES] = {
	0x5d, 0xab, 0x08, 0x7e, 0x62, 0x4a, 0x8a, 0x4b, 0x79, 0xe1, 0x7f,
	0x8b, 0x83, 0x80, 0x0e, 0xe6, 0x6f, 0x3b, 0xb1, 0x29, 0x26, 0x18,
	0xb6, 0xfd, 0x1c, 0x2f, 0x8b, 0x27, 0xff, 0x88, 0xe0, 0xeb
};
static const uint8_t reading_public[ALERTE_KEY_BYTES] = {
	0xde, 0x9e, 0xdb, 0x7d, 0x7b, 0x7d, 0xc1, 0xb4, 0xd3, 0x5b, 0x61,
	0xc2, 0xec, 0xe4, 0x35, 0x37, 0x3f, 0x83, 0x43, 0xc8, 0x5b, 0x78,
	0x67, 0x4d, 0xad, 0xfc, 0x7e, 0x14, 0x6f, 0x88, 0x2b, 0x4f
};

/* ------------------------------------------------------------- things */

struct thing *world_thing(struct play *p, const char *id)
{
	int i;

	for (i = 0; i < p->nthings; i++)
		if (!strcmp(p->thing[i].id, id))
			return &p->thing[i];

	return NULL;
}

struct thing *world_thing_add(struct play *p, const char *id)
{
	struct thing *t = world_thing(p, id);

	if (!t && p->nthings < PLAY_THINGS_MAX)
		t = &p->thing[p->nthings++];

	if (t) {
		memset(t, 0, sizeof(*t));
		snprintf(t->id, sizeof(t->id), "%s", id);
	}

	return t;
}

int world_alert(struct play *p, int n, struct alerte_alert *out)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int found = 0, i = 0;
	int64_t after = 0;

	while (alerte_alert_next(p->a, after, &alert) == 1) {
		after = alert.id;
		i++;

		if (n == 0 || i == n) {
			*out = alert;
			found = 1;
		}
	}

	return found;
}

/* --------------------------------------------------------------- host */

static int host_random(void *context, void *bytes, size_t len)
{
	struct play *p = context;
	uint8_t *out = bytes;
	uint64_t z;

	while (len--) {
		z = (p->seed += 0x9e3779b97f4a7c15u);
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		*out++ = (uint8_t)(z >> 56);
	}

	return 0;
}

static void host_log(void *context, enum alerte_log_level level,
		     const char *line)
{
	play_log(context, "engine: <%d> %s", (int)level, line);
}

static int copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out;
	char buf[4096];
	size_t n;

	if (!in)
		return -1;

	out = fopen(to, "wb");

	while (out && (n = fread(buf, 1, sizeof(buf), in)) > 0)
		fwrite(buf, 1, n, out);

	fclose(in);

	if (out)
		fclose(out);

	return out ? 0 : -1;
}

static void side(const struct play *p, const char *suffix, char out[128])
{
	snprintf(out, 128, "%s%s", p->path, suffix);
}

static void snapshot(struct play *p)
{
	static const char *const parts[] = { "", "-wal" };
	char from[128], to[128];
	size_t i;

	for (i = 0; i < 2; i++) {
		side(p, parts[i], from);
		snprintf(to, sizeof(to), "%s/copy%s", p->dir, parts[i]);
		unlink(to);
		copy(from, to);
	}
}

static void put_back(struct play *p)
{
	static const char *const parts[] = { "", "-wal", "-shm", "-journal" };
	char from[128], to[128];
	size_t i;

	for (i = 0; i < 4; i++) {
		side(p, parts[i], to);
		unlink(to);
		snprintf(from, sizeof(from), "%s/copy%s", p->dir, parts[i]);
		rename(from, to);
	}
}

static int rows_crashed(const struct play *p, int64_t attempt)
{
	int n = 0;
	size_t i;

	for (i = 0; i < p->nsent; i++)
		n += p->sent[i].attempt == attempt;

	return n;
}

static bool crashes_now(struct play *p, int64_t attempt)
{
	if (p->trouble && p->trouble->in_send == (int)p->nsent + 1 &&
	    !p->trouble->came) {
		p->trouble->came = true;
		p->plan.after = p->trouble->after;
		return true;
	}

	if (p->plan.in_send > 0)
		return --p->plan.in_send == 0;

	return rows_crashed(p, attempt) < p->plan.each_row;
}

static void come(struct play *p, int64_t in_ms, int64_t attempt,
		 enum alerte_receipt_kind kind)
{
	struct coming c = { p->play_ms + in_ms, attempt, kind };

	if (p->ncoming == p->coming_cap) {
		p->coming_cap = p->coming_cap * 2 + 16;
		p->coming = realloc(p->coming,
				    p->coming_cap * sizeof(*p->coming));
	}

	p->coming[p->ncoming++] = c;
}

static void record(struct play *p, const struct alerte_message *m)
{
	struct sent *s;

	if (p->nsent == p->sent_cap) {
		p->sent_cap = p->sent_cap * 2 + 64;
		p->sent = realloc(p->sent, p->sent_cap * sizeof(*p->sent));
	}

	s = &p->sent[p->nsent++];
	memset(s, 0, sizeof(*s));
	s->play_ms = p->play_ms;
	s->attempt = m->attempt;
	s->alert = m->alert;
	s->channel = m->channel;
	s->importance = m->importance;
	s->exercise = m->exercise;
	s->other_path = m->other_path;
	s->resends = m->resends;
	s->unseen = m->unseen;
	s->step_call = p->step_calls;
	snprintf(s->contact, sizeof(s->contact), "%s", m->contact);
	snprintf(s->address, sizeof(s->address), "%s", m->address);
	snprintf(s->key, sizeof(s->key), "%s", m->key);
	s->text = m->body ? strndup(m->body, m->body_len) :
		  strdup(m->text ? m->text : "");
	play_log(p, "  -> %s %s #%lld%s%s: %s", alerte_channel_name(m->channel),
		 *m->contact ? m->contact : m->address, (long long)m->attempt,
		 m->exercise ? " (exercise)" : m->unseen ? " (unseen)" : "",
		 m->other_path ? " (other path)" : "", s->text);
}

static int answer(struct play *p, const struct alerte_message *m)
{
	bool https = m->channel == ALERTE_CHANNEL_HTTPS ||
		     m->channel == ALERTE_CHANNEL_EMAIL;

	switch (p->network[m->channel]) {
	case NETWORK_OK:
		if (https) {
			come(p, 200, m->attempt, ALERTE_RECEIPT_SENT);
			return 0;
		}
		come(p, 1000, m->attempt, ALERTE_RECEIPT_SENT);
		come(p, 3000, m->attempt, ALERTE_RECEIPT_DELIVERED);
		return 0;
	case NETWORK_SENT:
		come(p, 1000, m->attempt, ALERTE_RECEIPT_SENT);
		return 0;
	case NETWORK_FAIL:
		p->sent[p->nsent - 1].lost = true;
		come(p, 1000, m->attempt, ALERTE_RECEIPT_FAILED);
		return 0;
	case NETWORK_REJECT:
		p->sent[p->nsent - 1].lost = true;
		come(p, 1000, m->attempt, ALERTE_RECEIPT_REJECTED);
		return 0;
	case NETWORK_HANG:
		return 0;
	case NETWORK_REFUSE:
		p->sent[p->nsent - 1].refused = true;
		p->sent[p->nsent - 1].lost = true;
		return ALERTE_EREFUSED;
	case NETWORK_UNSURE:
		return ALERTE_ELIMIT;
	case NETWORK_INSIDE:
		if (alerte_receipt(p->a, m->attempt, 0, ALERTE_RECEIPT_SENT,
				   p->now) < 0)
			play_fail(p, "A3: a receipt from inside was refused");
		return 0;
	}

	return ALERTE_EINVAL;
}

static int host_send(void *context, const struct alerte_message *m)
{
	struct play *p = context;
	bool crash;

	if (p->dead)
		return ALERTE_EREFUSED;

	crash = crashes_now(p, m->attempt);
	record(p, m);

	if (crash) {
		play_log(p, "crash %s this message left",
			 p->plan.after ? "after" : "before");
		snapshot(p);
		p->dead = true;
		return ALERTE_EREFUSED;
	}

	if (m->other_path && p->paths < 2) {
		p->sent[p->nsent - 1].refused = true;
		p->sent[p->nsent - 1].lost = true;
		return ALERTE_EREFUSED;
	}

	return answer(p, m);
}

/* --------------------------------------------------------------- life */

static int open_with(struct play *p, const uint8_t *key, struct alerte **a)
{
	struct alerte_options o = {
		.size = sizeof(o),
		.path = p->path,
		.run_key = key,
		.reading_public = reading_public,
		.reading_secret = p->locked ? NULL : reading_secret,
		.boot_id = p->boot_id,
		.relay_number = PLAY_RELAY_NUMBER,
		.moving = p->moving,
		.abroad = p->abroad,
		.rank = p->rank,
	};

	return alerte_open(&o, &p->host, p->now, a);
}

static int reopen(struct play *p)
{
	int r = open_with(p, run_key, &p->a);

	if (r < 0)
		return play_fail(p, "the store does not open: %s",
				 alerte_strerror(r));

	return world_settle(p);
}

int world_open(struct play *p)
{
	const char *tmp = getenv("TMPDIR");

	p->host = (struct alerte_host) {
		.size = sizeof(p->host),
		.context = p,
		.send = host_send,
		.random = host_random,
		.log = host_log,
	};
	p->now = (struct alerte_time) {
		.boot_ms = START_BOOT_MS,
		.wall_ms = START_WALL_MS,
		.utc_offset_s = 3600,
		.wall_trusted = true,
	};
	memcpy(p->boot_id, "boot number 0001", 16);
	snprintf(p->dir, sizeof(p->dir), "%s/play-XXXXXX", tmp ? tmp : "/tmp");

	if (!mkdtemp(p->dir))
		return play_fail(p, "no scratch folder");

	snprintf(p->path, sizeof(p->path), "%s/store", p->dir);
	broken_vfs_set(DISK_GOOD);
	return reopen(p);
}

void world_free(struct play *p)
{
	size_t i;

	p->dead = true;
	peer_free(p);
	alerte_close(p->a);
	p->a = NULL;

	for (i = 0; i < p->nsent; i++)
		free(p->sent[i].text);

	free(p->sent);
	free(p->coming);
	put_back(p);
	put_back(p);	/* nothing is left to put: all files go */
	unlink(p->path);
	rmdir(p->dir);
}

/* Rows that were in memory alone are gone: their numbers are given again. */
static void forget_volatile(struct play *p)
{
	struct alerte_status status = { .size = sizeof(status) };
	size_t i;

	if (alerte_status(p->a, &status) != 0 || status.durable)
		return;

	for (i = p->disk_mark; i < p->nsent; i++)
		p->sent[i].attempt = -1 - (int64_t)i;
}

static int take_up(struct play *p)
{
	forget_volatile(p);
	p->dead = true;
	alerte_close(p->a);
	p->a = NULL;
	put_back(p);
	p->dead = false;
	p->ncoming = 0;		/* the networks forget whom to tell */
	p->crashes++;
	return reopen(p);
}

int world_crash(struct play *p)
{
	play_log(p, "crash");
	snapshot(p);
	return take_up(p);
}

/* --------------------------------------------------------------- time */

int64_t world_next(const struct play *p)
{
	int64_t next = alerte_deadline(p->a);
	size_t i;

	if (next != ALERTE_NEVER)
		next += p->play_ms - p->now.boot_ms;

	for (i = 0; i < p->ncoming; i++)
		if (p->coming[i].play_ms < next)
			next = p->coming[i].play_ms;

	return next;
}

static void set_clock(struct play *p, int64_t play_ms)
{
	int64_t by = play_ms - p->play_ms;

	if (by <= 0)
		return;

	p->play_ms += by;
	p->now.boot_ms += by;
	p->now.wall_ms += by;
}

static int give_receipts(struct play *p)
{
	struct coming c;
	size_t i = 0;
	int r;

	while (i < p->ncoming) {
		c = p->coming[i];

		if (c.play_ms > p->play_ms) {
			i++;
			continue;
		}

		memmove(&p->coming[i], &p->coming[i + 1],
			(p->ncoming - i - 1) * sizeof(c));
		p->ncoming--;
		r = alerte_receipt(p->a, c.attempt, 0, c.kind, p->now);

		if (r < 0)
			return play_fail(p, "receipt %d of attempt %lld: %s",
					 (int)c.kind, (long long)c.attempt,
					 alerte_strerror(r));
	}

	return 0;
}

int world_settle(struct play *p)
{
	int i, r;

	if (p->failed)
		return -1;

	for (i = 0; i < STEPS_AT_ONCE; i++) {
		if (alerte_deadline(p->a) > p->now.boot_ms)
			return check_invariants(p);

		p->step_calls++;
		r = alerte_step(p->a, p->now);

		if (p->dead)
			return take_up(p);

		if (r < 0 && !(r == ALERTE_ESTORE && p->disk_broken))
			return play_fail(p, "step: %s: %s", alerte_strerror(r),
					 alerte_errmsg(p->a));

		if (check_invariants(p) < 0)
			return -1;
	}

	return play_fail(p, "%d steps in one instant and still something due",
			 STEPS_AT_ONCE);
}

int world_run(struct play *p, int64_t play_ms)
{
	int64_t next;

	while ((next = world_next(p)) <= play_ms) {
		set_clock(p, next);

		if (give_receipts(p) < 0 || world_settle(p) < 0)
			return -1;
	}

	set_clock(p, play_ms);
	return world_settle(p);
}

int world_input(struct play *p, const char *what, int result)
{
	play_log(p, "%s: %s%s%s", what, result_name(result),
		 result < 0 ? ", " : "",
		 result < 0 ? alerte_errmsg(p->a) : "");
	p->result = result;
	p->unread = result < 0;
	return world_settle(p);
}

/* ----------------------------------------------------------- commands */

static int cmd_network(struct play *p, const struct args *args)
{
	static const char *const names[] = { "ok", "sent", "fail", "reject",
					     "hang", "refuse", "unsure",
					     "inside" };
	bool all = args->n > 1 && !strcmp(args->v[1], "all");
	int channel, n, hit = 0;

	if (args->n != 3)
		return play_fail(p, "network CHANNEL STATE");

	for (n = 0; n < 8 && strcmp(names[n], args->v[2]); n++)
		;

	for (channel = 1; channel <= ALERTE_CHANNEL_VOICE && n < 8; channel++) {
		if (!all && strcmp(alerte_channel_name(channel), args->v[1]))
			continue;

		p->network[channel] = (enum network)n;
		hit++;
	}

	return hit ? 0 : play_fail(p, "no such network or state");
}

static int cmd_crash(struct play *p, const struct args *args)
{
	const char *n;

	memset(&p->plan, 0, sizeof(p->plan));
	p->plan.after = args_has(args, "after");

	if (args->n == 1)
		return world_crash(p);

	if (args_has(args, "never"))
		return 0;

	n = args_after(args, "send");

	if (n)
		p->plan.in_send = atoi(n);

	n = args_after(args, "row");

	if (n)
		p->plan.each_row = atoi(n);

	return p->plan.in_send || p->plan.each_row ? 0 :
	       play_fail(p, "crash [never | in send N | each row N] [after]");
}

void world_disk(struct play *p, enum disk disk)
{
	play_log(p, "disk is %s", disk == DISK_GOOD ? "good" : "bad");
	broken_vfs_set(disk);
	p->disk_broken = disk != DISK_GOOD;

	if (p->disk_broken)
		p->disk_mark = p->nsent;
}

static int cmd_disk(struct play *p, const struct args *args)
{
	static const char *const names[] = { "back", "broken", "full" };
	int n;

	for (n = 0; args->n == 2 && n < 3; n++) {
		if (strcmp(names[n], args->v[1]))
			continue;

		world_disk(p, (enum disk)n);
		return 0;
	}

	return play_fail(p, "disk back | broken | full");
}

static int64_t signed_duration(const char *text)
{
	int64_t ms = play_duration(text + (*text == '+' || *text == '-'));

	return *text == '-' ? -ms : ms;
}

static int cmd_clock(struct play *p, const struct args *args)
{
	if (args_has(args, "untrusted"))
		p->now.wall_trusted = false;
	else if (args_has(args, "trusted"))
		p->now.wall_trusted = true;

	if (args->n > 1 && (args->v[1][0] == '+' || args->v[1][0] == '-'))
		p->now.wall_ms += signed_duration(args->v[1]);

	play_log(p, "clock set");
	return world_settle(p);
}

/* The boot clock counts through it, and nothing is done meanwhile. */
static int cmd_asleep(struct play *p, const struct args *args)
{
	int64_t ms = args->n == 2 ? play_duration(args->v[1]) : -1;

	if (ms < 0)
		return play_fail(p, "asleep D");

	play_log(p, "asleep");
	set_clock(p, p->play_ms + ms);
	return give_receipts(p) < 0 ? -1 : world_settle(p);
}

static int cmd_reboot(struct play *p, const struct args *args)
{
	const char *by = args_after(args, "wall");

	play_log(p, "power lost, new boot");
	snapshot(p);
	p->now.boot_ms = 20000;
	p->boot_id[15]++;

	if (by)
		p->now.wall_ms += signed_duration(by);

	if (args_has(args, "untrusted"))
		p->now.wall_trusted = false;

	return take_up(p);
}

static int cmd_lock(struct play *p, const struct args *args)
{
	(void)args;
	p->locked = true;
	return world_input(p, "lock", alerte_lock(p->a));
}

static int cmd_restart(struct play *p, const struct args *args)
{
	struct alerte *none = NULL;
	int r;

	/* what was under way is as little known as after a crash (S1) */
	r = alerte_close(p->a);
	p->a = NULL;
	p->ncoming = 0;
	p->crashes++;

	if (r < 0 && !p->disk_broken)
		return play_fail(p, "close: %s", alerte_strerror(r));

	p->locked = args_has(args, "locked");
	p->moving = p->moving || args_has(args, "moving");

	if (args_after(args, "rank"))
		p->rank = (uint32_t)atoi(args_after(args, "rank"));

	if (!args_has(args, "other-key"))
		return reopen(p);

	r = open_with(p, other_key, &none);

	if (none)
		return play_fail(p, "a failed open gave an engine");

	if (reopen(p) < 0)
		return -1;

	return world_input(p, "open with another key", r);
}

static int cmd_second(struct play *p, const struct args *args)
{
	struct alerte *none = NULL;
	int r = open_with(p, run_key, &none);

	(void)args;

	if (none) {
		alerte_close(none);
		return play_fail(p, "K3: the store opened twice");
	}

	return world_input(p, "second open", r);
}

static int cmd_advance(struct play *p, const struct args *args)
{
	int64_t by = args->n == 2 ? play_duration(args->v[1]) : -1;

	if (by < 0)
		return play_fail(p, "advance DURATION");

	return world_run(p, p->play_ms + by);
}

const struct command world_commands[] = {
	{ "advance", cmd_advance },
	{ "network", cmd_network },
	{ "crash", cmd_crash },
	{ "disk", cmd_disk },
	{ "clock", cmd_clock },
	{ "reboot", cmd_reboot },
	{ "asleep", cmd_asleep },
	{ "lock", cmd_lock },
	{ "restart", cmd_restart },
	{ "second-open", cmd_second },
	{ NULL, NULL }
};
