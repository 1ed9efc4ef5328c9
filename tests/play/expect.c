/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that say what must be so. */
#include <stdlib.h>
#include <string.h>

#include "play.h"

/* What a message has to be to match. */
struct pattern {
	int channel;			/* 0: any */
	const char *contact;		/* NULL: any */
	const char *text[8];
	int ntexts;
	const char *lacks;
	bool exercise;
	bool other_path;
	bool refused;			/* the host had no such path */
	bool unseen, shown;
};

static bool matches(const struct sent *s, const struct pattern *q)
{
	int i;

	if (q->channel && (int)s->channel != q->channel)
		return false;

	if (q->contact && strcmp(s->contact, q->contact))
		return false;

	if ((q->exercise && !s->exercise) ||
	    (q->other_path && !s->other_path) ||
	    (q->refused && !s->refused))
		return false;

	if ((q->unseen && !s->unseen) || (q->shown && s->unseen))
		return false;

	for (i = 0; i < q->ntexts; i++)
		if (!strstr(s->text, q->text[i]))
			return false;

	return !q->lacks || !strstr(s->text, q->lacks);
}

static struct sent *find(struct play *p, const struct pattern *q)
{
	size_t i;

	for (i = p->mark; i < p->nsent; i++)
		if (!p->sent[i].seen && matches(&p->sent[i], q))
			return &p->sent[i];

	return NULL;
}

static int count(const struct play *p, const struct pattern *q)
{
	int n = 0;
	size_t i;

	for (i = p->mark; i < p->nsent; i++)
		n += matches(&p->sent[i], q);

	return n;
}

static int channel_of(const char *name)
{
	if (!strcmp(name, "sms"))
		return ALERTE_CHANNEL_SMS;

	if (!strcmp(name, "https"))
		return ALERTE_CHANNEL_HTTPS;

	if (!strcmp(name, "email"))
		return ALERTE_CHANNEL_EMAIL;

	if (!strcmp(name, "voice"))
		return ALERTE_CHANNEL_VOICE;

	if (!strcmp(name, "relay"))
		return ALERTE_CHANNEL_RELAY114;

	return strcmp(name, "send") ? -1 : 0;
}

/*
 * From args->v[i]: CHANNEL [WHO] ["TEXT"]... [lacks "TEXT"] [exercise]
 * [other-path] [refused]
 */
static int pattern_read(const struct args *args, int i, struct pattern *q)
{
	memset(q, 0, sizeof(*q));

	if (i >= args->n)
		return -1;

	q->channel = channel_of(args->v[i++]);

	if (q->channel < 0)
		return -1;

	for (; i < args->n; i++) {
		if (args->quoted[i] && q->ntexts < 8)
			q->text[q->ntexts++] = args->v[i];
		else if (!strcmp(args->v[i], "lacks") && i + 1 < args->n)
			q->lacks = args->v[++i];
		else if (!strcmp(args->v[i], "within") ||
			 !strcmp(args->v[i], "for"))
			i++;
		else if (!strcmp(args->v[i], "exercise"))
			q->exercise = true;
		else if (!strcmp(args->v[i], "other-path"))
			q->other_path = true;
		else if (!strcmp(args->v[i], "refused"))
			q->refused = true;
		else if (!strcmp(args->v[i], "unseen"))
			q->unseen = true;
		else if (!strcmp(args->v[i], "shown"))
			q->shown = true;
		else if (strcmp(args->v[i], "any"))
			q->contact = args->v[i];
	}

	return 0;
}

static int expect_some(struct play *p, const struct args *args,
		       const struct pattern *q)
{
	const char *within = args_after(args, "within");
	int64_t until = p->play_ms + (within ? play_duration(within) : 0);
	struct sent *s;
	int64_t next;

	while (!(s = find(p, q))) {
		next = world_next(p);

		if (next > until)
			return play_fail(p, "not sent");

		if (world_run(p, next) < 0)
			return -1;
	}

	s->seen = true;
	return 0;
}

static int expect_none(struct play *p, const struct args *args,
		       const struct pattern *q)
{
	const char *during = args_after(args, "for");
	struct sent *s;

	if (during && world_run(p, p->play_ms + play_duration(during)) < 0)
		return -1;

	s = find(p, q);
	return s ? play_fail(p, "sent all the same: \"%s\"", s->text) : 0;
}

/*
 * expect every 5m for 2h PATTERN lets two hours pass; "last 2h" looks back.
 * No gap between two such messages, nor before the first or after the last,
 * is longer than 5 minutes and a second.
 */
static int expect_every(struct play *p, const struct args *args)
{
	int64_t gap = args->n > 5 ? play_duration(args->v[2]) : -1;
	int64_t during = gap < 0 ? -1 : play_duration(args->v[4]);
	bool back = gap >= 0 && !strcmp(args->v[3], "last");
	struct pattern q;
	int64_t from;
	size_t i;

	if (during < 0 || pattern_read(args, 5, &q) < 0)
		return play_fail(p, "expect every D for|last D PATTERN");

	from = back ? p->play_ms - during : p->play_ms;

	if (!back && world_run(p, from + during) < 0)
		return -1;

	for (i = 0; i < p->nsent; i++) {
		if (p->sent[i].play_ms < from || !matches(&p->sent[i], &q))
			continue;

		if (p->sent[i].play_ms - from > gap + 1000)
			break;

		from = p->sent[i].play_ms;
	}

	return p->play_ms - from <= gap + 1000 ? 0 :
	       play_fail(p, "silent for longer than that after %lld s",
			 (long long)(from / 1000));
}

static int expect_most(struct play *p, const struct args *args)
{
	struct pattern q;
	int n;

	if (pattern_read(args, 3, &q) < 0)
		return play_fail(p, "expect most N PATTERN");

	n = count(p, &q);
	return n <= atoi(args->v[2]) ? 0 : play_fail(p, "%d were sent", n);
}

static int expect_sent(struct play *p, const struct args *args)
{
	bool none = !strcmp(args->v[1], "no");
	bool number = strspn(args->v[1], "0123456789") == strlen(args->v[1]);
	struct pattern q;
	int n;

	if (pattern_read(args, none || number ? 2 : 1, &q) < 0)
		return play_fail(p, "expect what?");

	if (none)
		return expect_none(p, args, &q);

	if (!number)
		return expect_some(p, args, &q);

	n = count(p, &q);
	return n == atoi(args->v[1]) ? 0 : play_fail(p, "%d were sent", n);
}

/* ---------------------------------------------------------------- state */

#define IS(word) (!strcmp(args->v[i], word) && i + 1 < args->n)

/* One word pair of "expect alert"; 1 when it took two words. */
static int alert_pair(struct play *p, const struct args *args, int i,
		      const struct alerte_alert *a)
{
	const char *want = args->v[i + 1];
	const char *seen = NULL;
	char number[24];

	if (IS("step") || IS("presses"))
		snprintf(number, sizeof(number), "%u", IS("step") ? a->step :
			 a->presses);

	if (IS("step") || IS("presses"))
		seen = number;
	else if (IS("trust"))
		seen = alerte_trust_name(a->trust);
	else if (IS("gesture"))
		seen = alerte_gesture_name(a->gesture);
	else if (IS("relay"))
		seen = alerte_relay_state_name(a->relay);
	else if (IS("by"))
		seen = a->acked_by;
	else
		return play_fail(p, "expect alert: what is %s?", args->v[i]);

	return !strcasecmp(seen, want) ? 1 :
	       play_fail(p, "%s is %s, not %s", args->v[i], seen, want);
}

static int alert_word(struct play *p, const struct args *args, int i,
		      const struct alerte_alert *a)
{
	static const char *const states[] = { "", "pending", "open", "acked",
					      "closed", "cancelled" };
	int s;

	for (s = 1; s <= 5; s++)
		if (!strcmp(args->v[i], states[s]))
			return (int)a->state == s ? 0 :
			       play_fail(p, "the alert is %s",
					 alerte_alert_state_name(a->state));

	if (!strcmp(args->v[i], "exercise"))
		return a->exercise ? 0 : play_fail(p, "it is no exercise");

	if (!strcmp(args->v[i], "real"))
		return !a->exercise ? 0 : play_fail(p, "it is an exercise");

	if (!strcmp(args->v[i], "durable"))
		return a->durable ? 0 : play_fail(p, "it is not durable");

	if (!strcmp(args->v[i], "volatile"))
		return !a->durable ? 0 : play_fail(p, "it is durable");

	return i + 1 < args->n ? alert_pair(p, args, i, a) :
	       play_fail(p, "expect alert: what is %s?", args->v[i]);
}

static int expect_alert(struct play *p, const struct args *args)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int i = 2, n = 0, r;

	if (args->n > 2 && strspn(args->v[2], "0123456789"))
		n = atoi(args->v[i++]);

	if (world_alert(p, n, &alert) != 1)
		return play_fail(p, "there is no such alert");

	for (; i < args->n; i++) {
		r = alert_word(p, args, i, &alert);

		if (r < 0)
			return -1;

		i += r;
	}

	return 0;
}

static int expect_alerts(struct play *p, const struct args *args)
{
	struct alerte_alert alert = { .size = sizeof(alert) };
	int n = 0;

	while (world_alert(p, n + 1, &alert) == 1)
		n++;

	return args->n > 2 && n == atoi(args->v[2]) ? 0 :
	       play_fail(p, "there are %d alerts", n);
}

static int expect_result(struct play *p, const struct args *args)
{
	const char *seen = result_name(p->result);
	int i;

	p->unread = false;

	for (i = 2; i < args->n; i++)
		if (!strcmp(seen, args->v[i]))
			return 0;

	return play_fail(p, "the result is %s", seen);
}

static bool count_find(const struct alerte_status *s, const char *name,
		       uint64_t *out)
{
	const struct { const char *name; uint64_t value; } all[] = {
		{ "heard", s->heard }, { "strangers", s->strangers },
		{ "repeats", s->repeats }, { "replays", s->replays },
		{ "bad_tag", s->bad_tag }, { "malformed", s->malformed },
		{ "presses", s->presses },
		{ "unknown_senders", s->unknown_senders },
		{ "dropped_replies", s->dropped_replies },
		{ "wrong_codes", s->wrong_codes }, { "faults", s->faults },
		{ "live", s->live }, { "waiting", s->waiting },
		{ "buttons", s->buttons },
		{ "buttons_silent", s->buttons_silent },
		{ "buttons_away", s->buttons_away },
	};
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!strcmp(all[i].name, name)) {
			*out = all[i].value;
			return true;
		}

	return false;
}

static int expect_counts(struct play *p, const struct args *args)
{
	struct alerte_status s = { .size = sizeof(s) };
	uint64_t seen;
	int i;

	if (alerte_status(p->a, &s) < 0)
		return play_fail(p, "no status");

	for (i = 2; i + 1 < args->n; i += 2) {
		if (!count_find(&s, args->v[i], &seen))
			return play_fail(p, "no such count: %s", args->v[i]);

		if (seen != strtoull(args->v[i + 1], NULL, 10))
			return play_fail(p, "%s is %llu", args->v[i],
					 (unsigned long long)seen);
	}

	return 0;
}

static int expect_status(struct play *p, const struct args *args)
{
	struct alerte_status s = { .size = sizeof(s) };
	int i;

	if (alerte_status(p->a, &s) < 0)
		return play_fail(p, "no status");

	for (i = 2; i < args->n; i++) {
		bool no = !strncmp(args->v[i], "un", 2);
		const char *w = args->v[i] + (no ? 2 : 0);
		bool is = !strcmp(w, "armed") ? s.armed :
			  !strcmp(w, "locked") ? s.locked :
			  !strcmp(w, "durable") ? s.durable : no;

		if (is == no)
			return play_fail(p, "it is not %s", args->v[i]);
	}

	return 0;
}

static int expect_attempts(struct play *p, const struct args *args)
{
	const char *state = args_after(args, "state");
	const char *what = args_after(args, "what");
	const char *to = args_after(args, "contact");
	const char *sends = args_after(args, "sends");
	struct alerte_alert alert = { .size = sizeof(alert) };
	struct alerte_attempt row = { .size = sizeof(row) };
	int64_t after = 0;
	int n = 0;

	if (args->n < 3 || world_alert(p, 0, &alert) != 1)
		return play_fail(p, "there is no alert");

	while (alerte_attempt_next(p->a, alert.id, after, &row) == 1) {
		after = row.id;

		if (row.resends >= row.id)
			return play_fail(p, "S1: row %lld replaces %lld",
					 (long long)row.id,
					 (long long)row.resends);

		n += (!state ||
		      !strcasecmp(state, alerte_attempt_state_name(row.state)))
		     && (!what || !strcmp(what, row.what))
		     && (!to || !strcmp(to, row.contact))
		     && (!sends || row.sends == (uint32_t)atoi(sends));
	}

	return n == atoi(args->v[2]) ? 0 : play_fail(p, "there are %d", n);
}

static int expect_note(struct play *p, const struct args *args)
{
	bool no = !strcmp(args->v[1], "no");
	int i = no ? 3 : 2;
	struct alerte_alert alert = { .size = sizeof(alert) };
	struct alerte_note note = { .size = sizeof(note) };
	int64_t after = 0;
	bool found = false;

	if (args->n <= i || world_alert(p, 0, &alert) != 1)
		return play_fail(p, "expect [no] note KIND [\"TEXT\"]");

	while (alerte_note_next(p->a, alert.id, after, &note) == 1) {
		after = note.id;

		if (!strcmp(alerte_note_kind_name(note.kind), args->v[i]) &&
		    (args->n <= i + 1 || strstr(note.text, args->v[i + 1])))
			found = true;
	}

	return found != no ? 0 : play_fail(p, "note %s%s", args->v[i],
					   no ? " is there" : " is missing");
}

static int expect_fault(struct play *p, const struct args *args)
{
	bool no = !strcmp(args->v[1], "no");
	char name[ALERTE_ID_MAX] = "";
	const char *want = args->v[args->n - 1];
	bool found = false;

	while (alerte_fault_next(p->a, name, name) == 1)
		if (!strcmp(name, want))
			found = true;

	return found != no ? 0 : play_fail(p, "fault %s%s", want,
					   no ? " is present" : " is absent");
}

static int expect_selftest(struct play *p, const struct args *args)
{
	static const char *const states[] = { "off", "waiting", "out", "held",
					      "refused" };
	struct alerte_selftest t = { .size = sizeof(t) };
	const char *next = args_after(args, "next");

	if (args->n < 3 || alerte_selftest(p->a, &t))
		return play_fail(p, "expect selftest STATE [next D] [passed]");

	if (strcmp(states[t.state], args->v[2]))
		return play_fail(p, "the self-test is %s", states[t.state]);

	if (args_has(args, "passed") && !t.passed_wall_ms)
		return play_fail(p, "it never passed");

	return !next || t.next_wall_ms - p->now.wall_ms == play_duration(next) ?
	       0 : play_fail(p, "next in %lld ms",
			     (long long)(t.next_wall_ms - p->now.wall_ms));
}

static int expect_enrolment(struct play *p, const struct args *args)
{
	static const char *const states[] = { "none", "waiting", "proved",
					      "expired", "refused" };
	struct alerte_enrolment n = { .size = sizeof(n) };
	const char *v;

	if (args->n < 3 || alerte_enrolment(p->a, p->now, &n))
		return play_fail(p, "expect enrolment STATE [heard N] "
				 "[unopened N] [plain N] [trust T] "
				 "[contacts N] [relay|no-relay]");

	if (strcmp(states[n.state], args->v[2]))
		return play_fail(p, "enrolment is %s", states[n.state]);

	if ((v = args_after(args, "heard")) && n.heard != strtoul(v, NULL, 10))
		return play_fail(p, "heard %u", n.heard);

	if ((v = args_after(args, "unopened")) &&
	    n.unopened != strtoul(v, NULL, 10))
		return play_fail(p, "unopened %u", n.unopened);

	if ((v = args_after(args, "plain")) && n.plain != strtoul(v, NULL, 10))
		return play_fail(p, "plain %u", n.plain);

	if ((v = args_after(args, "trust")) &&
	    strcmp(v, alerte_trust_name(n.trust)))
		return play_fail(p, "trust %s", alerte_trust_name(n.trust));

	if ((v = args_after(args, "contacts")) &&
	    n.contacts != strtoul(v, NULL, 10))
		return play_fail(p, "contacts %u", n.contacts);

	if (args_has(args, n.reaches_relay ? "no-relay" : "relay"))
		return play_fail(p, "it %s the relay",
				 n.reaches_relay ? "reaches" : "lacks");

	return 0;
}

static int presence_of(struct play *p, const char *id,
		       struct alerte_presence *out)
{
	char after[ALERTE_ID_MAX] = "";

	while (alerte_presence_next(p->a, after, out) == 1) {
		if (!strcmp(out->id, id))
			return 0;

		memcpy(after, out->id, sizeof(after));
	}

	return play_fail(p, "there is no button %s", id);
}

static int expect_presence(struct play *p, const struct args *args)
{
	struct alerte_presence at = { .size = sizeof(at) };
	const char *v;

	if (args->n < 4)
		return play_fail(p, "expect presence BUTTON STATE "
				 "[battery N] [low|not-low] [heard D]");

	if (presence_of(p, args->v[2], &at) < 0)
		return -1;

	if (strcmp(args->v[3], "any") &&
	    strcmp(args->v[3], alerte_presence_name(at.state)))
		return play_fail(p, "it is %s", alerte_presence_name(at.state));

	if ((v = args_after(args, "battery")) && at.battery_percent != atoi(v))
		return play_fail(p, "its battery is at %d",
				 at.battery_percent);

	if (args_has(args, at.battery_low ? "not-low" : "low"))
		return play_fail(p, "its battery is %s",
				 at.battery_low ? "low" : "not low");

	if ((v = args_after(args, "heard")) &&
	    p->now.boot_ms - at.heard_boot_ms != play_duration(v))
		return play_fail(p, "it was heard %lld s ago",
				 (long long)(p->now.boot_ms -
					     at.heard_boot_ms) / 1000);

	return 0;
}

static int expect_consent(struct play *p, const struct args *args)
{
	struct alerte_consent c = { .size = sizeof(c) };
	int r;

	if (args->n < 4)
		return play_fail(p, "expect consent CONTACT STATE [last] "
				 "[heard] [invited]");

	while ((r = alerte_consent_next(p->a, c.id, &c)) == 1)
		if (!strcmp(c.id, args->v[2]))
			break;

	if (r != 1)
		return play_fail(p, "there is no such contact");

	if (strcmp(args->v[3], alerte_consent_state_name(c.state)) ||
	    args_has(args, "last") != c.last)
		return play_fail(p, "it is %s%s",
				 alerte_consent_state_name(c.state),
				 c.last ? " last" : "");

	if (args_has(args, "heard") && !c.heard_wall_ms)
		return play_fail(p, "never heard");

	if (args_has(args, "invited") && !c.invited_wall_ms)
		return play_fail(p, "never invited");

	return 0;
}

static int expect_poll(struct play *p, const struct args *args)
{
	struct alerte_poll poll = { .size = sizeof(poll) };
	const char *every = args_after(args, "every");
	bool no = !strcmp(args->v[1], "no");
	int r = alerte_poll_next(p->a, 0, p->now, &poll);

	if (no)
		return r == 0 ? 0 : play_fail(p, "polled: %s", poll.endpoint);

	if (r != 1 || args->n < 3 || strcmp(poll.endpoint, args->v[2]))
		return play_fail(p, "not polled");

	return !every || poll.every_ms == play_duration(every) ? 0 :
	       play_fail(p, "every %lld ms", (long long)poll.every_ms);
}

/* ------------------------------------------------------------- commands */

static int cmd_expect(struct play *p, const struct args *args)
{
	static const struct command all[] = {
		{ "alert", expect_alert }, { "alerts", expect_alerts },
		{ "result", expect_result }, { "counts", expect_counts },
		{ "enrolment", expect_enrolment },
		{ "status", expect_status }, { "attempts", expect_attempts },
		{ "note", expect_note }, { "fault", expect_fault },
		{ "presence", expect_presence },
		{ "consent", expect_consent }, { "poll", expect_poll },
		{ "every", expect_every },
		{ "most", expect_most }, { "selftest", expect_selftest },
		{ "timer", expect_timer }, { NULL, NULL }
	};
	const struct command *c;
	const char *name;

	if (args->n < 2)
		return play_fail(p, "expect what?");

	name = args->v[!strcmp(args->v[1], "no") && args->n > 2 ? 2 : 1];

	if (p->unread && strcmp(name, "result"))
		return play_fail(p, "the line before ended in %s",
				 result_name(p->result));

	for (c = all; c->name; c++)
		if (!strcmp(c->name, name))
			return c->run(p, args);

	return expect_sent(p, args);
}

static int cmd_forget(struct play *p, const struct args *args)
{
	(void)args;
	p->mark = p->nsent;
	return 0;
}

const struct command expect_commands[] = {
	{ "expect", cmd_expect },
	{ "forget", cmd_forget },
	{ NULL, NULL }
};
