/* SPDX-License-Identifier: Apache-2.0 */
/* How an alert is acknowledged, cancelled, closed. */
#include <string.h>

#include "channel/plain.h"
#include "core/duress.h"
#include "core/engine.h"
#include "port/text.h"
#include "port/utf8.h"

/* Wrong codes: 2 s, 4 s ... up to a minute; three are reported (L6). */
#define GUESS_FIRST_MS 2000
#define GUESS_MAX_MS 60000
#define GUESSES_TOLD 3

bool alert_happens(struct alerte *e, struct live *l, enum alert_event event)
{
	struct alert *a = &l->alert;
	enum alerte_alert_state before = a->state;

	if (!transition_alert(&a->state, event)) {
		engine_log(e, ALERTE_LOG_ERROR,
			   "an alert that is %s does not take event %d",
			   alerte_alert_state_name(before), (int)event);
		return false;
	}
	if (a->state != before || a->state == ALERTE_ALERT_ACKED)
		a->changed_wall_ms = e->now.wall_ms;
	/* nobody is on it any more */
	if (a->state == ALERTE_ALERT_OPEN) {
		a->acked_by[0] = '\0';
		a->arrived = false;
	}
	l->ended = e->now.boot_ms;
	e->consents.again = true;
	l->dirty = true;
	if (!alert_live(a))
		peer_ended(e, l);
	return true;
}

static void set_acked(struct live *l, const char *who)
{
	struct alert *a = &l->alert;
	size_t n = utf8_clip(who, strlen(who), sizeof(a->acked_by) - 1);

	memcpy(a->acked_by, who, n);
	a->acked_by[n] = '\0';
}

/* An exercise passes by a person's answer, else it names what lacks (V4). */
static const char *missing_link(const struct live *l)
{
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->kind == WORDS_EXERCISE &&
		    row->target.channel == ALERTE_CHANNEL_SMS &&
		    (row->state == ALERTE_ATTEMPT_SENT ||
		     row->state == ALERTE_ATTEMPT_DELIVERED))
			return WORDS_LINK_ANSWER;
	return WORDS_LINK_SENDING;
}

void close_exercise(struct alerte *e, struct live *l,
		    const struct alerte_contact *by)
{
	const char *lacks = l->alert.acked_by[0] ? NULL : missing_link(l);

	alert_happens(e, l, ALERT_EVENT_EXERCISE_OVER);
	plan_drop(e, l, true);
	plan_notice(e, l, WORDS_EXERCISE_END, by ? by->id : "",
		    l->alert.acked_by, lacks);
}

static void acked(struct alerte *e, struct live *l, const char *who,
		  const char *id, bool arrived)
{
	struct alert *a = &l->alert;

	alert_happens(e, l, arrived ? ALERT_EVENT_ARRIVED : ALERT_EVENT_ACK);
	a->arrived = a->arrived || arrived;
	a->due = e->now.boot_ms + (a->arrived ? ALERT_ARRIVED_MS
					      : ALERT_ACK_MS);
	plan_drop(e, l, false);
	plan_notice(e, l, WORDS_ACK_OTHERS, id, who, NULL);
}

/* Once somebody is there it lasts two hours, whoever else has it (L2). */
static enum words thanks_for(const struct alert *a, bool arrived)
{
	return !a->exercise && (arrived || a->arrived) ? WORDS_ACK_STAY
							: WORDS_ACK_THANKS;
}

void close_ack(struct alerte *e, struct live *l, const char *who,
	       const struct alerte_contact *contact, bool arrived)
{
	note_add(e, l, ALERTE_NOTE_ACK, who, arrived ? "arrived" : "");
	set_acked(l, who);
	if (contact)
		plan_answer(e, l, thanks_for(&l->alert, arrived), contact);
	if (l->alert.exercise)
		close_exercise(e, l, contact);
	else
		acked(e, l, who, contact ? contact->id : "", arrived);
}

/* Peers know him by the name people read: that of a contact, as here. */
void close_acked_there(struct alerte *e, struct live *l, const char *who,
		       bool arrived)
{
	const struct alerte_contact *contact = NULL;
	const char *id = "";

	while ((contact = site_after(e->site, ALERTE_KIND_CONTACT, id))) {
		id = contact->id;
		if (!strcmp(contact->name, who))
			break;
	}
	note_add(e, l, ALERTE_NOTE_ACK, who, arrived ? "arrived" : "");
	set_acked(l, who);
	acked(e, l, who, contact ? contact->id : "", arrived);
}

/* how: NULL, or WORDS_RAN_OUT: he arrived, and closed nothing (L2). */
static void end_by(struct alerte *e, struct live *l, const char *who,
		   enum alert_event event, const char *how)
{
	if (l->alert.exercise) {
		close_exercise(e, l, NULL);
		return;
	}
	note_add(e, l, ALERTE_NOTE_CLOSE, who, "");
	text_copy(l->peers.ended_by, sizeof(l->peers.ended_by), who);
	l->peers.ran_out = how != NULL;
	alert_happens(e, l, event);
	plan_drop(e, l, true);
	plan_notice(e, l, WORDS_CLOSED, "", who, how);
	conversation_end(e, l, WORDS_RELAY_CLOSED, who, how);
	if (l->unseen)
		duress_release(e, l);
}

void close_alert(struct alerte *e, struct live *l, const char *who)
{
	end_by(e, l, who, ALERT_EVENT_CLOSE, NULL);
}

void close_ended_there(struct alerte *e, struct live *l, const char *who,
		       bool ran_out)
{
	end_by(e, l, who, ALERT_EVENT_CLOSE, ran_out ? WORDS_RAN_OUT : NULL);
}

void close_stay_over(struct alerte *e, struct live *l)
{
	end_by(e, l, l->alert.acked_by, ALERT_EVENT_STAY_OVER, WORDS_RAN_OUT);
}

void close_cancelled(struct alerte *e, struct live *l)
{
	note_add(e, l, ALERTE_NOTE_CANCEL, "", "");
	alert_happens(e, l, ALERT_EVENT_CANCEL);
	plan_drop(e, l, true);
	plan_notice(e, l, WORDS_ALL_CLEAR, "", NULL, NULL);
	conversation_end(e, l, WORDS_RELAY_CLEAR, "", NULL);
	/* of the same length whatever is behind it: a look from outside */
	e->unseen_dirty = true;
}

static struct guesses *guesses_of(struct alerte *e, const char *wearer)
{
	struct guesses *oldest = &e->guesses[0];

	for (int i = 0; i < GUESSES_MAX; i++) {
		struct guesses *g = &e->guesses[i];

		if (!strcmp(g->wearer, wearer))
			return g;
		if (g->until < oldest->until)
			oldest = g;
	}
	*oldest = (struct guesses){ 0 };
	text_copy(oldest->wearer, sizeof(oldest->wearer), wearer);
	return oldest;
}

static int64_t guess_wait(uint32_t wrong)
{
	int64_t wait = GUESS_FIRST_MS;

	while (--wrong && wait < GUESS_MAX_MS)
		wait *= 2;
	return wait < GUESS_MAX_MS ? wait : GUESS_MAX_MS;
}

/* Both are looked at, whichever it is: neither takes longer. */
static int code_which(struct alerte *e, const struct site_wearer *w,
		      const char *code)
{
	uint8_t tried[DIGEST_BYTES];
	bool cancel, duress;

	digest(e->site_key, w->set.id, strlen(w->set.id), code, strlen(code),
	       tried);
	cancel = same_bytes(tried, w->code, sizeof(tried)) & w->has_code;
	duress = same_bytes(tried, w->duress, sizeof(tried)) & w->has_duress;
	return cancel ? CODE_CANCEL : duress ? CODE_DURESS : 0;
}

bool close_is_code(struct alerte *e, const char *word)
{
	const struct site_wearer *w = NULL;
	const char *id = "";

	while ((w = site_after(e->site, ALERTE_KIND_WEARER, id))) {
		if (code_which(e, w, word))
			return true;
		id = w->set.id;
	}
	return false;
}

/* As it was typed, else without the signs around it: "4321." is 4321. */
static int code_typed(struct alerte *e, const struct site_wearer *w,
		      const char *code)
{
	struct plain bare = plain_bare((struct plain){ code, strlen(code) });
	char word[ALERTE_CODE_MAX];
	int which = code_which(e, w, code);

	if (which || bare.len == strlen(code) ||
	    !plain_copy(bare, word, sizeof(word)))
		return which;
	which = code_which(e, w, word);
	wipe(word, sizeof(word));
	return which;
}

static int wrong_try(struct alerte *e, struct live *l, struct guesses *g)
{
	e->count.wrong_codes++;
	g->wrong++;
	g->until = e->now.boot_ms + guess_wait(g->wrong);
	note_add(e, l, ALERTE_NOTE_WRONG_CODE, "", "");
	if (g->wrong == GUESSES_TOLD)
		plan_association(e, l, WORDS_FAULT, "wrong-codes", NULL);
	return engine_error(e, ALERTE_EKEY, "the code is wrong");
}

int close_try(struct alerte *e, struct live *l, const char *wearer,
	      const char *code)
{
	const struct site_wearer *w = site_wearer(e->site, wearer);
	struct guesses *g = guesses_of(e, wearer);
	int which;

	if (e->now.boot_ms < g->until)
		return engine_error(e, ALERTE_ELIMIT,
				    "too soon after a wrong code: wait a "
				    "minute and try again");
	which = w ? code_typed(e, w, code) : 0;
	if (!which)
		return wrong_try(e, l ? l : &e->house, g);
	g->wrong = 0;
	g->until = 0;
	return which;
}

int close_cancel(struct alerte *e, struct live *l, const char *code)
{
	int r = close_try(e, l, l->alert.wearer, code);

	if (r == CODE_DURESS)
		return duress_cancel(e, l);
	if (r < 0)
		return r;
	close_cancelled(e, l);
	return 0;
}

/* ------------------------------------------------------------- inputs */

static struct live *named(struct alerte *e, int64_t alert)
{
	struct live *l = alert ? live_shown(e, alert) : NULL;

	if (l && alert_live(&l->alert))
		return l;
	engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	return NULL;
}

static bool name_ok(const char *who)
{
	return who && who[0] && strlen(who) < ALERTE_NAME_MAX &&
	       utf8_valid(who, strlen(who));
}

static int run_ack(struct alerte *e, const struct queued *q)
{
	return alerte_ack(e, q->number, q->text[0], q->now);
}

int alerte_ack(struct alerte *e, int64_t alert, const char *who,
	       struct alerte_time now)
{
	const struct alerte_contact *contact;
	struct live *l;

	if (!name_ok(who))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_ack, .number = alert,
				    .text = { (char *)who }, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = named(e, alert);
	if (!l)
		return ALERTE_ENOTFOUND;
	contact = site_contact(e->site, who);
	close_ack(e, l, contact ? contact->name : who, contact, false);
	return engine_commit(e);
}

static int run_cancel(struct alerte *e, const struct queued *q)
{
	return alerte_cancel(e, q->number, q->text[0], q->now);
}

int alerte_cancel(struct alerte *e, int64_t alert, const char *code,
		  struct alerte_time now)
{
	struct live *l;
	int r, settled;

	if (!code || strlen(code) >= ALERTE_CODE_MAX)
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_cancel, .number = alert,
				    .text = { (char *)code }, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = named(e, alert);
	if (!l)
		return ALERTE_ENOTFOUND;
	r = close_cancel(e, l, code);
	settled = engine_commit(e);
	return r ? r : settled;
}

static int run_finish(struct alerte *e, const struct queued *q)
{
	return alerte_finish(e, q->number, q->text[0], q->now);
}

int alerte_finish(struct alerte *e, int64_t alert, const char *who,
		  struct alerte_time now)
{
	struct live *l;

	if (!name_ok(who))
		return ALERTE_EINVAL;
	if (e->in_host) {
		struct queued q = { .run = run_finish, .number = alert,
				    .text = { (char *)who }, .now = now };

		return queue_input(e, &q);
	}
	engine_now(e, now);
	l = named(e, alert);
	if (!l)
		return ALERTE_ENOTFOUND;
	close_alert(e, l, who);
	return engine_commit(e);
}
