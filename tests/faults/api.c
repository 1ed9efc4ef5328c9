/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every call that a play makes of the library.  Up to the fault a run is the
 * one that was learned from, so the call in which it comes has to answer what
 * it answered then, or that it is in memory only, or that it failed: then no
 * output was touched, nothing was taken, and the same call once more, with
 * memory and disk at hand again, answers what it did without any fault.
 */
#include "faults.h"

#include <alerte/alerte.h>

#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 400000

struct call {
	const char *name;
	unsigned long n;
	bool before;		/* the fault came before this call */
	bool nested;
	bool failed;
	int first;
};

static signed char *answers;	/* of the run that was learned from */
static unsigned long ncalls, nlearned;
static bool learning, in_memory, to_check;
static int depth;

/* The engine of the play: others, of other gateways, are at rest. */
static const struct alerte *ours;
static struct alerte_host host;		/* the play's own */
static struct alerte_time opened_at;

void api_begin(bool learn)
{
	if (!answers)
		answers = malloc(CALLS_MAX);

	if (!answers)
		abort();

	if (learn)
		nlearned = 0;

	learning = learn;
	ncalls = 0;
	depth = 0;
	in_memory = to_check = false;
	opened_at.boot_ms = 0;
	ours = NULL;
}

bool api_volatile(void)
{
	return in_memory;
}

void api_volatile_set(bool on)
{
	in_memory = on;
}

/* ------------------------------------------------------------- the judge */

static bool is_failure(int r)
{
	return r == ALERTE_ENOMEM || r == ALERTE_ESTORE;
}

/* What a host without random bytes is told, and nobody else. */
static bool is_honest(int r)
{
	return is_failure(r) ||
	       (r == ALERTE_EKEY && fault_came_of(SOURCE_RANDOM));
}

static struct call begin(const char *name)
{
	struct call c = { .name = name, .before = fault_came(),
			  .nested = depth > 0, .n = ncalls };

	if (ncalls < CALLS_MAX)
		ncalls++;

	depth++;
	fault_inside(name);
	return c;
}

static int expected(const struct call *c)
{
	return c->n < nlearned ? answers[c->n] : ALERTE_OK;
}

/* In memory only: said by the input, or by the step that could not write. */
static bool says_memory(const struct call *c, int r)
{
	return expected(c) >= 0 &&
	       (r == ALERTE_VOLATILE ||
		(r == ALERTE_ESTORE && !strcmp(c->name, "step")));
}

/* Is the call to be made once more? */
static bool again(struct call *c, int r)
{
	if (c->before || !fault_came() || r == expected(c) ||
	    says_memory(c, r))
		return false;

	if (!is_honest(r)) {
		faults_wrong("%s answered %d, not %d: neither done nor failed",
			     c->name, r, expected(c));
		return false;
	}

	c->failed = true;
	c->first = r;
	fault_heal();
	return true;
}

static int end(struct call *c, struct alerte *a, int r)
{
	bool accepted = r == ALERTE_ACCEPTED && strcmp(c->name, "step") &&
			!strstr(c->name, "next") && !strstr(c->name, "get");

	depth--;

	if (!depth) {
		fault_call_over();
		fault_inside("");
	}

	if (learning && c->n < CALLS_MAX) {
		answers[c->n] = (signed char)(r > 100 ? 100 : r);
		nlearned = c->n + 1;
	}

	if (c->failed && r != expected(c) && !says_memory(c, r))
		faults_wrong("%s failed with %d, and then answered %d, not %d",
			     c->name, c->first, r, expected(c));

	/* refused for the disk, and told so: the night goes another way */
	if (c->before && r == ALERTE_ESTORE && strcmp(c->name, "step"))
		stage_lost();

	if (!c->before && fault_came())
		to_check = true;

	if (to_check && accepted && a && a == ours && !depth) {
		to_check = false;
		durable_check(a);
	}

	return r;
}

static void untouched(const struct call *c, int r, const void *before,
		      const void *after, size_t n)
{
	if (!c->before && fault_came() && r < 0 && memcmp(before, after, n))
		faults_wrong("%s failed with %d and changed its output",
			     c->name, r);
}

/* ------------------------------------------------------------- the calls */

#define CALL(name, params, args) \
	int __real_alerte_##name params; \
	int __wrap_alerte_##name params; \
	int __wrap_alerte_##name params \
	{ \
		bool other = a != ours; \
		struct call c; \
		int r; \
\
		if (other) { \
			fault_rest(true); \
			r = __real_alerte_##name args; \
			fault_rest(false); \
			return r; \
		} \
		c = begin(#name); \
		r = __real_alerte_##name args; \
		if (again(&c, r)) \
			r = __real_alerte_##name args; \
		return end(&c, a, r); \
	}

/* One that fills *out, of n bytes. */
#define ASK(name, params, args, out, bytes) \
	int __real_alerte_##name params; \
	int __wrap_alerte_##name params; \
	int __wrap_alerte_##name params \
	{ \
		uint8_t before[bytes]; \
		struct call c; \
		int r; \
\
		if (a != ours) { \
			fault_rest(true); \
			r = __real_alerte_##name args; \
			fault_rest(false); \
			return r; \
		} \
		memcpy(before, out, sizeof(before)); \
		c = begin(#name); \
		r = __real_alerte_##name args; \
		untouched(&c, r, before, out, sizeof(before)); \
		if (again(&c, r)) \
			r = __real_alerte_##name args; \
		return end(&c, a, r); \
	}

CALL(advertisement, (struct alerte *a, const struct alerte_advert *v,
		     struct alerte_time now), (a, v, now))
CALL(notification, (struct alerte *a, const struct alerte_notification *v,
		    struct alerte_time now), (a, v, now))
CALL(link, (struct alerte *a, const uint8_t v[6], bool up,
	    struct alerte_time now), (a, v, up, now))
CALL(press, (struct alerte *a, const char *button, uint8_t position,
	     enum alerte_gesture gesture, enum alerte_trust trust,
	     struct alerte_time now),
     (a, button, position, gesture, trust, now))
CALL(receipt, (struct alerte *a, int64_t attempt, int part,
	       enum alerte_receipt_kind kind, struct alerte_time now),
     (a, attempt, part, kind, now))
CALL(reply, (struct alerte *a, const char *from, const char *text,
	     struct alerte_time now), (a, from, text, now))
CALL(answer, (struct alerte *a, const char *endpoint, const char *reference,
	      const char *json, size_t len, struct alerte_time now),
     (a, endpoint, reference, json, len, now))
CALL(fix, (struct alerte *a, int64_t alert, const struct alerte_position *v,
	   struct alerte_time now), (a, alert, v, now))
CALL(cell, (struct alerte *a, int64_t alert, const char *cell,
	    struct alerte_time now), (a, alert, cell, now))
CALL(ack, (struct alerte *a, int64_t alert, const char *who,
	   struct alerte_time now), (a, alert, who, now))
CALL(cancel, (struct alerte *a, int64_t alert, const char *code,
	      struct alerte_time now), (a, alert, code, now))
CALL(finish, (struct alerte *a, int64_t alert, const char *who,
	      struct alerte_time now), (a, alert, who, now))
CALL(relay_answer, (struct alerte *a, int64_t alert, const char *who,
		    const char *text, struct alerte_time now),
     (a, alert, who, text, now))
CALL(relay_mark, (struct alerte *a, int64_t alert, const char *who,
		  enum alerte_relay_state state, struct alerte_time now),
     (a, alert, who, state, now))
ASK(arm, (struct alerte *a, const char *who, char token[9],
	  struct alerte_time now), (a, who, token, now), token, 9)
CALL(arm_confirm, (struct alerte *a, const char *who, const char *token,
		   struct alerte_time now), (a, who, token, now))
CALL(disarm, (struct alerte *a, const char *who, struct alerte_time now),
     (a, who, now))
ASK(exercise, (struct alerte *a, const char *wearer, struct alerte_time now,
	       int64_t *alert), (a, wearer, now, alert), alert, sizeof(*alert))
CALL(exercise_announce, (struct alerte *a, const char *button,
			 struct alerte_time now), (a, button, now))
CALL(fault, (struct alerte *a, const char *fault, bool present,
	     struct alerte_time now), (a, fault, present, now))
CALL(selftest_set, (struct alerte *a, const char *number, uint32_t every_s,
		    struct alerte_time now), (a, number, every_s, now))
CALL(step, (struct alerte *a, struct alerte_time now), (a, now))
CALL(enrol, (struct alerte *a, const struct alerte_button *button,
	     struct alerte_time now), (a, button, now))
CALL(enrol_cancel, (struct alerte *a), (a))
ASK(enrolment, (struct alerte *a, struct alerte_time now,
		struct alerte_enrolment *out), (a, now, out), out,
    sizeof(*out))
CALL(invite, (struct alerte *a, const char *contact, struct alerte_time now),
     (a, contact, now))
CALL(lock, (struct alerte *a), (a))
CALL(paths, (struct alerte *a, uint32_t two_way, struct alerte_time now),
     (a, two_way, now))
CALL(answers, (struct alerte *a, bool heard, struct alerte_time now),
     (a, heard, now))
ASK(claim, (struct alerte *a, int64_t alert, struct alerte_time now,
	    char out[ALERTE_CLAIM_MAX]), (a, alert, now, out), out,
    ALERTE_CLAIM_MAX)
CALL(settings_begin, (struct alerte *a), (a))
CALL(endpoint_set, (struct alerte *a, const struct alerte_endpoint *v,
		    struct alerte_time now), (a, v, now))
CALL(contact_set, (struct alerte *a, const struct alerte_contact *v,
		   struct alerte_time now), (a, v, now))
CALL(wearer_set, (struct alerte *a, const struct alerte_wearer *v,
		  struct alerte_time now), (a, v, now))
CALL(policy_set, (struct alerte *a, const struct alerte_policy *v,
		  struct alerte_time now), (a, v, now))
CALL(button_set, (struct alerte *a, const struct alerte_button *v,
		  struct alerte_time now), (a, v, now))
CALL(setting_remove, (struct alerte *a, enum alerte_kind kind, const char *id,
		      struct alerte_time now), (a, kind, id, now))
CALL(timer_set, (struct alerte *a, const char *wearer, uint32_t seconds,
		 const char *code, struct alerte_time now),
     (a, wearer, seconds, code, now))
CALL(restore, (struct alerte *a, const uint8_t *key, const uint8_t *bytes,
	       size_t len, struct alerte_time now),
     (a, key, bytes, len, now))
ASK(alert_get, (struct alerte *a, int64_t alert, struct alerte_alert *out),
    (a, alert, out), out, sizeof(*out))
ASK(alert_next, (struct alerte *a, int64_t after, struct alerte_alert *out),
    (a, after, out), out, sizeof(*out))
ASK(attempt_next, (struct alerte *a, int64_t alert, int64_t after,
		   struct alerte_attempt *out), (a, alert, after, out), out,
    sizeof(*out))
ASK(note_next, (struct alerte *a, int64_t alert, int64_t after,
		struct alerte_note *out), (a, alert, after, out), out,
    sizeof(*out))
ASK(poll_next, (struct alerte *a, int64_t after, struct alerte_time now,
		struct alerte_poll *out), (a, after, now, out), out,
    sizeof(*out))
ASK(status, (struct alerte *a, struct alerte_status *out), (a, out), out,
    sizeof(*out))
ASK(fault_next, (struct alerte *a, const char *after, char out[ALERTE_ID_MAX]),
    (a, after, out), out, ALERTE_ID_MAX)
ASK(selftest, (struct alerte *a, struct alerte_selftest *out), (a, out), out,
    sizeof(*out))
ASK(presence_next, (struct alerte *a, const char *after,
		    struct alerte_presence *out), (a, after, out), out,
    sizeof(*out))
ASK(consent_next, (struct alerte *a, const char *after,
		   struct alerte_consent *out), (a, after, out), out,
    sizeof(*out))
ASK(timer_next, (struct alerte *a, const char *after,
		 struct alerte_timer *out), (a, after, out), out,
    sizeof(*out))

/* ------------------------------------------------- what is asked only once */

/* Kept or not, the changes are gone: the play goes on without them. */
int __real_alerte_settings_end(struct alerte *a, bool keep,
			       struct alerte_time now);
int __wrap_alerte_settings_end(struct alerte *a, bool keep,
			       struct alerte_time now);

int __wrap_alerte_settings_end(struct alerte *a, bool keep,
			       struct alerte_time now)
{
	struct call c = begin("settings_end");
	int r = __real_alerte_settings_end(a, keep, now);

	if (again(&c, r)) {
		stage_lost();
		r = expected(&c);
	}

	return end(&c, a, r);
}

/* ----------------------------------------------------------- open, close */

int __real_alerte_open(const struct alerte_options *o,
		       const struct alerte_host *h, struct alerte_time now,
		       struct alerte **out);
int __wrap_alerte_open(const struct alerte_options *o,
		       const struct alerte_host *h, struct alerte_time now,
		       struct alerte **out);
int __real_alerte_close(struct alerte *a);
int __wrap_alerte_close(struct alerte *a);

static int send(void *context, const struct alerte_message *m)
{
	if (fault_came() && !in_memory && !m->unseen)
		durable_check_sent(m);

	return host.send(context, m);
}

static int random_bytes(void *context, void *bytes, size_t len)
{
	return fault_here(SOURCE_RANDOM, NULL) ? -1 :
	       host.random(context, bytes, len);
}

static int open_ours(const struct alerte_options *o, struct alerte_time now,
		     struct alerte **out)
{
	struct alerte_host failing = host;
	/* what it finds there it reads: other places than those of a birth */
	struct call c = begin(opened_at.boot_ms ? "open again" : "open");
	struct alerte *opened = *out;
	int r;

	failing.send = send;
	failing.random = random_bytes;
	r = __real_alerte_open(o, &failing, now, &opened);
	untouched(&c, r, out, &opened, sizeof(opened));

	if (again(&c, r))
		r = __real_alerte_open(o, &failing, now, &opened);

	*out = opened;

	/* a second open beside the play's own is refused: it changes nothing */
	if (!r) {
		ours = opened;
		opened_at = now;
		durable_opened(ours, o);
	}

	return end(&c, NULL, r);
}

int __wrap_alerte_open(const struct alerte_options *o,
		       const struct alerte_host *h, struct alerte_time now,
		       struct alerte **out)
{
	int r;

	/* what was lost with the process is opened again on a disk that works */
	fault_heal();

	if (!strcmp(o->path, ":memory:")) {
		fault_rest(true);
		r = __real_alerte_open(o, h, now, out);
		fault_rest(false);
		return r;
	}

	host = *h;
	return open_ours(o, now, out);
}

int api_open_beside(const struct alerte_options *o,
		    const struct alerte_host *h, struct alerte **out)
{
	return __real_alerte_open(o, h, opened_at, out);
}

/* It is gone whatever it answers: nobody asks it twice. */
int __wrap_alerte_close(struct alerte *a)
{
	struct call c;
	int r;

	if (a != ours) {
		fault_rest(true);
		r = __real_alerte_close(a);
		fault_rest(false);
		return r;
	}

	durable_closed(a);
	ours = NULL;
	c = begin("close");
	r = __real_alerte_close(a);

	if (!c.before && fault_came() && r && r != ALERTE_ESTORE)
		faults_wrong("close answered %d", r);

	/* it said that what was in memory alone is gone */
	if (r == ALERTE_ESTORE)
		stage_lost();

	return end(&c, NULL, r);
}

/* -------------------------------------------------------------- a backup */

struct kept {
	uint8_t *bytes;
	size_t len;
};

typedef int writer(void *context, const uint8_t *bytes, size_t len);

int __real_alerte_backup(struct alerte *a, const uint8_t *key, writer *write,
			 void *context, struct alerte_time now);
int __wrap_alerte_backup(struct alerte *a, const uint8_t *key, writer *write,
			 void *context, struct alerte_time now);

static int keep(void *context, const uint8_t *bytes, size_t len)
{
	struct kept *k = context;

	k->bytes = realloc(k->bytes, k->len + len);

	if (!k->bytes)
		abort();

	memcpy(k->bytes + k->len, bytes, len);
	k->len += len;
	return 0;
}

/* One that failed is to be thrown away: only a whole one is passed on. */
int __wrap_alerte_backup(struct alerte *a, const uint8_t *key, writer *write,
			 void *context, struct alerte_time now)
{
	struct call c = begin("backup");
	struct kept k = { NULL, 0 };
	int r = __real_alerte_backup(a, key, keep, &k, now);

	if (again(&c, r)) {
		k.len = 0;
		r = __real_alerte_backup(a, key, keep, &k, now);
	}

	if (!r)
		r = write(context, k.bytes, k.len);

	free(k.bytes);
	return end(&c, NULL, r);
}
