/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A draft of an alert, in no list and never written, goes through the steps of
 * its policy in time of its own; each of its rows is composed by step.c, as if
 * it were due.  What the engine counts meanwhile is put back at the end.
 */
#include <stdlib.h>
#include <string.h>

#include <alerte/preview.h>

#include "core/engine.h"
#include "message/gsm.h"

#define RELAY_SECOND_MS 20000
#define RELAY_AGAIN_MS 60000
#define WORDS_OF_SOMEBODY "..."

struct view {
	struct alerte *e;
	int (*visit)(void *context, const struct alerte_preview *text);
	void *context;
	int64_t base;		/* of the press; boot ms */
	bool later;		/* what is said when it comes to that */
	int result;
};

static uint32_t characters(const char *text)
{
	uint32_t n = 0;

	for (; text && *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* What cannot be composed of what is known now is not shown. */
static void show(struct view *v, struct live *l, const struct attempt *row)
{
	struct alerte_preview out = { .size = sizeof(out) };
	struct alerte_message m = { .size = sizeof(m) };
	struct alerte *e = v->e;
	struct step_words words;

	if (v->result || step_compose(e, l, row, &words, &m))
		return;
	m.address = step_address(e, row, &out.refused);
	out.what = words_name(row->kind);
	out.channel = m.channel;
	out.contact = m.contact;
	out.address = m.address ? m.address : "";
	out.lang = words.lang;
	out.step = v->later ? 0 : row->step;
	out.delay_ms = v->later ? -1 : row->due - v->base;
	out.text = m.text;
	out.subject = m.subject;
	out.body = m.body;
	out.body_len = m.body_len;
	out.content_type = m.content_type;
	out.characters = characters(m.text);
	out.septets = m.text ? gsm_septets(m.text) : -1;
	out.parts = m.parts;
	e->in_host = true;
	v->result = v->visit(v->context, &out);
	e->in_host = false;
	wipe(&words, sizeof(words));
}

/* Every row that was planned since, and now counts as sent. */
static void show_planned(struct view *v, struct live *l)
{
	for (struct attempt *row = l->attempts; row; row = row->next) {
		if (row->state != ALERTE_ATTEMPT_PLANNED)
			continue;
		show(v, l, row);
		row->state = ALERTE_ATTEMPT_SENT;
	}
}

static void at(struct view *v, struct alerte_time from, int64_t boot_ms)
{
	v->e->now = from;
	v->e->now.boot_ms = boot_ms;
	v->e->now.wall_ms += boot_ms - from.boot_ms;
}

/* ------------------------------------------------------------ its steps */

static const struct alerte_target relay = {
	.channel = ALERTE_CHANNEL_RELAY114
};

static void plan_relay(struct view *v, struct live *l, enum words kind,
		       uint32_t nth)
{
	struct attempt *row = attempt_plan(v->e, l, kind, &relay,
					   ALERTE_IMPORTANCE_RELAY);

	if (row)
		row->nth = nth;
}

static bool has_first(const struct live *l)
{
	for (const struct attempt *row = l->attempts; row; row = row->next)
		if (row->kind == WORDS_RELAY_FIRST)
			return true;
	return false;
}

/* As it would be if it were armed, and its turn had come. */
static void relay_first(struct view *v, struct live *l)
{
	conversation_run(v->e, l);
	if (l->alert.relay_wanted && !has_first(l))
		plan_relay(v, l, WORDS_RELAY_FIRST, 1);
}

static void relay_rest(struct view *v, struct live *l, struct alerte_time from)
{
	if (!l->alert.relay_wanted)
		return;
	at(v, from, from.boot_ms + RELAY_SECOND_MS);
	plan_relay(v, l, WORDS_RELAY_SECOND, 1);
	show_planned(v, l);
	at(v, from, from.boot_ms + RELAY_AGAIN_MS);
	plan_relay(v, l, WORDS_RELAY_FIRST, 2);
	show_planned(v, l);
}

/* As advance() of step.c: steps of no delay start together. */
static void steps(struct view *v, struct live *l, bool opens)
{
	struct alerte_time from = v->e->now;
	struct alert *a = &l->alert;

	while (!v->result && a->steps_done < a->plan.nsteps) {
		if (a->due > v->e->now.boot_ms)
			at(v, from, a->due);
		plan_step(v->e, l);
		if (opens && a->steps_done == 1)
			relay_first(v, l);
		if (a->due > v->e->now.boot_ms ||
		    a->steps_done == a->plan.nsteps)
			show_planned(v, l);
	}
	if (opens)
		relay_rest(v, l, from);
	v->e->now = from;
}

/* ----------------------------------------- what is said in its course */

/* Another than the reader, who is not told of himself; "": nobody else. */
static const char *somebody(struct alerte *e, const struct alert *a,
			    const char *reader)
{
	for (uint32_t i = 0; i < a->nreach; i++) {
		const struct alerte_contact *contact =
			site_contact(e->site, a->reach[i].target.contact);

		if (contact && strcmp(contact->id, reader))
			return contact->name;
	}
	return "";
}

/* Of these a text names who it was, and the 114 reads an operator's words. */
static bool names_somebody(enum words kind)
{
	return kind == WORDS_ACK_OTHERS || kind == WORDS_CLOSED ||
	       kind == WORDS_RELAY_ANSWER || kind == WORDS_RELAY_CLOSED ||
	       kind == WORDS_EXERCISE_END;
}

static void say(struct view *v, struct live *l, enum words kind,
		const struct alerte_target *target)
{
	struct attempt *row = attempt_plan(v->e, l, kind, target,
					   ALERTE_IMPORTANCE_NOTICE);

	if (names_somebody(kind))
		attempt_quote(row, somebody(v->e, &l->alert, target->contact),
			      kind == WORDS_RELAY_ANSWER ? WORDS_OF_SOMEBODY
							 : NULL);
	if (row && target->channel == ALERTE_CHANNEL_RELAY114)
		row->nth = 1;
	show_planned(v, l);
}

static void to_everybody(struct view *v, struct live *l, bool relay_too)
{
	static const enum words notices[] = {
		WORDS_NEW_PRESS, WORDS_ACK_OTHERS, WORDS_RELAY_SILENT,
		WORDS_ALL_CLEAR, WORDS_CLOSED,
	};
	struct alert *a = &l->alert;

	for (size_t k = 0; k < sizeof(notices) / sizeof(*notices); k++)
		for (uint32_t i = 0; i < a->nreach; i++)
			if (a->reach[i].target.contact[0] &&
			    (relay_too || notices[k] != WORDS_RELAY_SILENT))
				say(v, l, notices[k], &a->reach[i].target);
}

static void to_writers(struct view *v, struct live *l)
{
	static const enum words answers[] = {
		WORDS_BARE_OK, WORDS_HOW_TO_ANSWER, WORDS_ACK_THANKS,
		WORDS_ACK_STAY, WORDS_DECLINED,
	};
	struct alert *a = &l->alert;

	for (size_t k = 0; !v->e->unheard && k < sizeof(answers) /
						 sizeof(*answers); k++)
		for (uint32_t i = 0; i < a->nreach; i++)
			if (a->reach[i].target.channel == ALERTE_CHANNEL_SMS)
				say(v, l, answers[k], &a->reach[i].target);
}

static void to_association(struct view *v, struct live *l, bool relay_too)
{
	plan_association(v->e, l, WORDS_FORWARD, somebody(v->e, &l->alert, ""),
			 WORDS_OF_SOMEBODY);
	show_planned(v, l);
	if (!relay_too)
		return;
	plan_association(v->e, l, WORDS_RELAY_QUESTION, "114",
			 WORDS_OF_SOMEBODY);
	show_planned(v, l);
}

static void to_relay(struct view *v, struct live *l)
{
	static const enum words more[] = {
		WORDS_RELAY_CANNOT_WRITE, WORDS_RELAY_ANSWER,
		WORDS_RELAY_PRESS, WORDS_RELAY_POSITION,
		WORDS_RELAY_CLEAR, WORDS_RELAY_CLOSED,
	};

	for (size_t k = 0; k < sizeof(more) / sizeof(*more); k++)
		say(v, l, more[k], &relay);
}

static void as_exercise(struct view *v, struct live *l)
{
	static const enum words kinds[] = {
		WORDS_EXERCISE, WORDS_EXERCISE_END,
	};
	struct alert *a = &l->alert;

	a->exercise = true;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		for (uint32_t i = 0; i < a->nreach; i++)
			if (a->reach[i].target.contact[0])
				say(v, l, kinds[k], &a->reach[i].target);
}

static void course(struct view *v, struct live *l)
{
	bool relay_too = l->alert.relay_wanted;

	v->later = true;
	to_everybody(v, l, relay_too);
	to_writers(v, l);
	to_association(v, l, relay_too);
	if (relay_too)
		to_relay(v, l);
}

/* ------------------------------------------------------------- of what */

static int64_t button_of(struct alerte *e, const struct alerte_preview_of *of)
{
	if (of->button)
		return site_named(e->site, of->button);
	for (uint32_t i = 0; of->wearer && i < e->site->button.n; i++)
		if (!strcmp(site_button(e->site, i)->wearer, of->wearer))
			return i;
	return -1;
}

static int of_press(struct view *v, const struct alerte_preview_of *of,
		    struct live *draft)
{
	struct press_facts facts = {
		.position = of->position ? of->position : 1,
		.gesture = of->gesture ? of->gesture : ALERTE_GESTURE_PRESS,
		.trust = of->trust,
		.own_number = true,
	};
	struct alerte *e = v->e;
	int64_t i = button_of(e, of);

	if (i < 0)
		return engine_error(e, ALERTE_ENOTFOUND,
				    "no button, and no wearer of one, of that "
				    "id");
	if (!gesture_alerts(facts.gesture) || of->trust > ALERTE_TRUST_STRONG)
		return engine_error(e, ALERTE_EINVAL,
				    "no alert comes of that gesture");
	facts.button = (uint32_t)i;
	facts.heard_ms = e->now.boot_ms;
	facts.number = e->run[i].state.presses;
	press_draft(e, &facts, draft);
	v->base = e->now.boot_ms -
		  site_button(e->site, (uint32_t)i)->grace_s * INT64_C(1000);
	steps(v, draft, true);
	course(v, draft);
	as_exercise(v, draft);
	return 0;
}

/* What waits goes first; then the steps that were not begun. */
static int of_alert(struct view *v, int64_t alert, struct live *draft)
{
	struct alerte *e = v->e;
	struct live *l = live_shown(e, alert);

	if (!l || !alert_live(&l->alert))
		return engine_error(e, ALERTE_ENOTFOUND, "no such live alert");
	v->base = e->now.boot_ms;
	for (struct attempt *row = l->attempts; row; row = row->next)
		if (row->state == ALERTE_ATTEMPT_PLANNED || row->claimed)
			show(v, l, row);
	live_start(draft);
	draft->alert = l->alert;
	if (l->alert.state == ALERTE_ALERT_OPEN)
		steps(v, draft, false);
	course(v, draft);
	return 0;
}

static bool asks_well(const struct alerte_preview_of *of)
{
	return of && of->size == sizeof(*of) &&
	       (of->alert != 0) + !!of->button + !!of->wearer == 1 &&
	       of->alert >= 0;
}

int alerte_preview(struct alerte *e, const struct alerte_preview_of *of,
		   struct alerte_time now,
		   int (*visit)(void *context,
				const struct alerte_preview *text),
		   void *context)
{
	struct view v = { .e = e, .visit = visit, .context = context };
	struct grouped grouped[GROUPED_MAX];
	struct live *draft;
	int64_t last_row;
	int r;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!asks_well(of) || !visit)
		return ALERTE_EINVAL;
	draft = calloc(1, sizeof(*draft));
	if (!draft)
		return ALERTE_ENOMEM;
	engine_now(e, now);
	memcpy(grouped, e->grouped, sizeof(grouped));
	last_row = e->last_row;
	r = of->alert ? of_alert(&v, of->alert, draft)
		      : of_press(&v, of, draft);
	e->last_row = last_row;
	memcpy(e->grouped, grouped, sizeof(grouped));
	live_free(draft);
	return r ? r : v.result;
}
