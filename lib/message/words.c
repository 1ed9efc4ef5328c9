/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a text is made to fit.
 *
 * The first text to the 114 is one message of 160 septets.  Its plain form (on
 * time, sure of the hour, sent once) must fit, or ALERTE_ELIMIT: the settings
 * refuse it above 150.  What is added later (date, "heure non sûre",
 * "Itinérance", " 2e envoi") makes room for itself: "(SMS automatique)" goes first, then
 * "bouton d'alerte".  A signal that is not verified, of an hour that is not
 * sure, may not fit even so: then it takes two messages rather than none.
 *
 * Every other text takes one message when it can: for that a name may be cut,
 * not below NAME_MIN septets.  When that is not enough it takes two messages
 * (an answer to the 114 three), whole, and only beyond them are quotes,
 * details, and names cut, in that order.  Place, door code, hour and code are
 * never cut.  The longest area that settings take leaves room for all the
 * words of an alert; one written in fractions ("1/2" for one letter) may not,
 * and then is cut last of all: an alert to a contact always goes out.
 */
#include "message/words.h"

#include <string.h>

#include "message/facts.h"
#include "message/gsm.h"

#define NAME_MIN 12
#define QUOTE_MIN 1
#define LEVELS 3
#define DOTS "..."

static const char *const names[WORDS_LAST] = {
	[WORDS_NONE] = "none",
	[WORDS_RELAY_FIRST] = "relay-first",
	[WORDS_RELAY_SECOND] = "relay-second",
	[WORDS_RELAY_CANNOT_WRITE] = "relay-cannot-write",
	[WORDS_RELAY_ANSWER] = "relay-answer",
	[WORDS_RELAY_CLEAR] = "relay-clear",
	[WORDS_RELAY_CLOSED] = "relay-closed",
	[WORDS_RELAY_POSITION] = "relay-position",
	[WORDS_RELAY_QUESTION] = "relay-question",
	[WORDS_RELAY_SILENT] = "relay-silent",
	[WORDS_ALERT] = "alert",
	[WORDS_NEW_PRESS] = "new-press",
	[WORDS_BARE_OK] = "bare-ok",
	[WORDS_ACK_THANKS] = "ack-thanks",
	[WORDS_ACK_OTHERS] = "ack-others",
	[WORDS_DECLINED] = "declined",
	[WORDS_ALL_CLEAR] = "all-clear",
	[WORDS_CLOSED] = "closed",
	[WORDS_FORWARD] = "forward",
	[WORDS_EXERCISE] = "exercise",
	[WORDS_EXERCISE_END] = "exercise-end",
	[WORDS_FAULT] = "fault",
	[WORDS_FAULT_END] = "fault-end",
	[WORDS_SELFTEST] = "selftest",
	[WORDS_POSITION] = "position",
	[WORDS_INVITE] = "invite",
	[WORDS_INVITE_THANKS] = "invite-thanks",
	[WORDS_STOP_DONE] = "stop-done",
	[WORDS_STOP_LATER] = "stop-later",
	[WORDS_STOP_LAST] = "stop-last",
	[WORDS_CONTACT_ACCEPTED] = "contact-accepted",
	[WORDS_CONTACT_LEAVING] = "contact-leaving",
	[WORDS_CONTACT_LEFT] = "contact-left",
	[WORDS_CONTACT_LAST] = "contact-last",
	[WORDS_DURESS] = "duress",
	[WORDS_RELAY_DURESS] = "relay-duress",
	[WORDS_CLOSE_CONFIRM] = "close-confirm",
	[WORDS_RELAY_ROAMING] = "relay-roaming",
	[WORDS_HOW_TO_ANSWER] = "how-to-answer",
	[WORDS_ACK_STAY] = "ack-stay",
	[WORDS_RELAY_PRESS] = "relay-press",
	[WORDS_RELAY_NOT_SENT] = "relay-not-sent",
	[WORDS_RELAY_FLOOD] = "relay-flood",
};

const char *words_name(enum words kind)
{
	return kind > WORDS_NONE && kind < WORDS_LAST ? names[kind] : "none";
}

const struct language *words_language(enum alerte_lang lang)
{
	switch (lang) {
	case ALERTE_LANG_FR:
		return &words_fr;
	case ALERTE_LANG_EN:
		return &words_en;
	}
	return &words_fr;
}

const char *alerte_lang_name(enum alerte_lang lang)
{
	switch (lang) {
	case ALERTE_LANG_FR:
		return "fr";
	case ALERTE_LANG_EN:
		return "en";
	}
	return "";
}

void words_hour(struct alerte_time at, char *out, size_t cap)
{
	struct text t;

	text_start(&t, out, cap);
	facts_hour(&words_fr, at, &t);
}

/* ------------------------------------------------- choosing a form */

static const char *first_form(const struct language *l,
			      const struct words_facts *f)
{
	if (f->duress)
		return l->form[FORM_RELAY_FIRST_DURESS];
	if (f->by_timer)
		return l->form[FORM_RELAY_FIRST_TIMER];
	if (f->trust == ALERTE_TRUST_NONE)
		return l->form[FORM_RELAY_FIRST_UNVERIFIED];
	return l->form[WORDS_RELAY_FIRST];
}

static const char *alert_form(const struct language *l,
			      const struct words_facts *f)
{
	if (f->by_timer)
		return l->form[FORM_ALERT_TIMER];
	if (f->grouped)
		return l->form[FORM_ALERT_GROUPED];
	if (f->plain_despite_key)
		return l->form[FORM_ALERT_PLAIN];
	if (f->trust == ALERTE_TRUST_NONE && f->possible_repeat)
		return l->form[FORM_ALERT_REPEAT];
	if (f->trust == ALERTE_TRUST_NONE)
		return l->form[FORM_ALERT_UNVERIFIED];
	if (f->gesture == ALERTE_GESTURE_FALL)
		return l->form[FORM_ALERT_FALL];
	if (f->gesture == ALERTE_GESTURE_INACTIVITY)
		return l->form[FORM_ALERT_INACTIVITY];
	return l->form[WORDS_ALERT];
}

static const char *press_form(const struct language *l,
			      const struct words_facts *f)
{
	if (f->plain_despite_key)
		return l->form[FORM_NEW_PLAIN];
	if (f->trust == ALERTE_TRUST_NONE)
		return l->form[FORM_NEW_UNVERIFIED];
	if (f->by_timer)
		return l->form[FORM_NEW_TIMER];
	if (f->gesture == ALERTE_GESTURE_FALL ||
	    f->gesture == ALERTE_GESTURE_INACTIVITY)
		return l->form[FORM_NEW_SIGNAL];
	return l->form[WORDS_NEW_PRESS];
}

static bool asks_which(const struct words_facts *f)
{
	return f->who && *f->who && strcmp(f->who, WORDS_THE_114);
}

static const char *question_form(const struct language *l,
				 const struct words_facts *f)
{
	if (f->cannot_answer)
		return l->form[FORM_RELAY_ASKS_NOBODY];
	if (asks_which(f))
		return l->form[FORM_RELAY_ASKS_WHICH];
	if (f->suggests == ALERTE_RELAY_DISPATCHED)
		return l->form[FORM_RELAY_SAYS_SENT];
	if (f->suggests == ALERTE_RELAY_CLOSED)
		return l->form[FORM_RELAY_SAYS_DONE];
	return l->form[WORDS_RELAY_QUESTION];
}

static bool quotes(const struct words_facts *f, const char *marker)
{
	return f->quote && !strcmp(f->quote, marker);
}

static const char *not_sent_form(const struct language *l,
				 const struct words_facts *f)
{
	if (quotes(f, WORDS_WHY_LONG))
		return l->form[FORM_NOT_SENT_LONG];
	if (quotes(f, WORDS_WHY_MANY))
		return l->form[FORM_NOT_SENT_MANY];
	if (quotes(f, WORDS_WHY_SILENT))
		return l->form[FORM_NOT_MARKED];
	return l->form[WORDS_RELAY_NOT_SENT];
}

static const char *confirm_form(const struct language *l,
				const struct words_facts *f)
{
	if (quotes(f, WORDS_MARK_SENT))
		return l->form[FORM_CONFIRM_SENT];
	if (quotes(f, WORDS_MARK_DONE))
		return l->form[FORM_CONFIRM_DONE];
	return l->form[WORDS_CLOSE_CONFIRM];
}

static const char *fault_form(const struct language *l,
			      const struct words_facts *f, bool begins)
{
	const struct fault_words *w = l->faults;

	if (!f->fault)
		return NULL;
	while (w->fault && strcmp(w->fault, f->fault))
		w++;
	return begins ? w->begins : w->ends;
}

static const char *form_of(enum words kind, const struct language *l,
			   const struct words_facts *f)
{
	switch (kind) {
	case WORDS_NONE:
	case WORDS_LAST:
		return NULL;
	case WORDS_RELAY_FIRST:
		return first_form(l, f);
	case WORDS_ALERT:
		return alert_form(l, f);
	case WORDS_NEW_PRESS:
		return press_form(l, f);
	case WORDS_FAULT:
		return fault_form(l, f, true);
	case WORDS_FAULT_END:
		return fault_form(l, f, false);
	case WORDS_RELAY_QUESTION:
		return question_form(l, f);
	case WORDS_RELAY_ROAMING:
		return l->form[f->relay_untried ? (int)FORM_RELAY_ABROAD
						: (int)kind];
	case WORDS_RELAY_PRESS:
		return l->form[f->trust == ALERTE_TRUST_NONE
				       ? (int)FORM_RELAY_PRESS_UNVERIFIED
				       : (int)kind];
	case WORDS_RELAY_NOT_SENT:
		return not_sent_form(l, f);
	case WORDS_CLOSE_CONFIRM:
		return confirm_form(l, f);
	case WORDS_CLOSED:
		return l->form[quotes(f, WORDS_RAN_OUT)
				       ? (int)FORM_CLOSED_RAN_OUT : (int)kind];
	case WORDS_RELAY_CLOSED:
		return l->form[quotes(f, WORDS_RAN_OUT)
				       ? (int)FORM_RELAY_CLOSED_RAN_OUT
				       : (int)kind];
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_CLEAR:
	case WORDS_RELAY_POSITION:
	case WORDS_RELAY_SILENT:
	case WORDS_BARE_OK:
	case WORDS_ACK_THANKS:
	case WORDS_ACK_OTHERS:
	case WORDS_DECLINED:
	case WORDS_ALL_CLEAR:
	case WORDS_FORWARD:
	case WORDS_EXERCISE:
	case WORDS_EXERCISE_END:
	case WORDS_SELFTEST:
	case WORDS_POSITION:
	case WORDS_INVITE_THANKS:
	case WORDS_STOP_DONE:
	case WORDS_STOP_LATER:
	case WORDS_STOP_LAST:
	case WORDS_CONTACT_ACCEPTED:
	case WORDS_CONTACT_LEAVING:
	case WORDS_CONTACT_LEFT:
	case WORDS_CONTACT_LAST:
	case WORDS_DURESS:
	case WORDS_RELAY_DURESS:
	case WORDS_HOW_TO_ANSWER:
		return l->form[kind];
	case WORDS_ACK_STAY:
		return l->form[f->duress ? (int)FORM_ACK_STAY_DURESS
					 : (int)kind];
	case WORDS_INVITE:
		return l->form[f->who && *f->who ? (int)WORDS_INVITE
						 : (int)FORM_INVITE_UNNAMED];
	}
	return NULL;
}

/* A code that is missing is a mistake; only `unheard` leaves it out. */
static bool lacks_code(const char *form, const struct words_facts *f)
{
	return strstr(form, "{ok}") && !f->unheard && !(f->code && *f->code);
}

static int parts_allowed(enum words kind)
{
	/* what a person wrote to the 114 is not cut (words_fit()), nor, if it
	 * can be helped, what it asks */
	if (kind == WORDS_RELAY_ANSWER || kind == WORDS_RELAY_QUESTION)
		return 3;
	return kind == WORDS_RELAY_FIRST || kind == WORDS_RELAY_POSITION ||
			       kind == WORDS_RELAY_CANNOT_WRITE ||
			       kind == WORDS_RELAY_CLEAR ||
			       kind == WORDS_RELAY_DURESS ||
			       kind == WORDS_RELAY_CLOSED ?
		       1 :
		       2;
}

/* ------------------------------------------------- making it fit */

struct draft {
	char text[4 * SLOT_MAX];
	int septets;
};

/* 0, ALERTE_EINVAL, or ALERTE_ELIMIT when it takes more parts. */
static int write_draft(const char *form, const struct slots *slots, int level,
		       int parts, struct draft *d)
{
	char spelt[sizeof(d->text)];
	struct text t;
	int r;

	text_start(&t, spelt, sizeof(spelt));
	r = template_fill(form, slots, level, &t);
	if (r < 0)
		return r;
	/* The tables are spelt as a reader would; "sûre" is not in GSM. */
	if (t.cut || gsm_transliterate(spelt, d->text, sizeof(d->text)) < 0)
		return ALERTE_ELIMIT;
	d->septets = gsm_septets(d->text);
	return gsm_parts(d->text) > parts ? ALERTE_ELIMIT : 0;
}

/* Take `excess` septets off a value, as far as `least` remain. */
static bool shrink(char *value, int excess, int least, const char *mark)
{
	int had = gsm_septets(value);
	int keep = had - excess - (int)strlen(mark);
	size_t len;

	if (had <= least + (int)strlen(mark))
		return false;
	if (keep < least)
		keep = least;
	len = gsm_clip(value, keep);
	while (len && value[len - 1] == ' ')
		len--;
	if (!len && least)
		return false;
	memcpy(value + len, mark, strlen(mark) + 1);
	return true;
}

struct yield {
	enum slot slot;
	int least;
	const char *mark;
};

static const struct yield for_one[] = {
	{ SLOT_SHORT, NAME_MIN, "." },
	{ SLOT_WHO, NAME_MIN, "." },
};

static const struct yield for_two[] = {
	{ SLOT_QUOTE, QUOTE_MIN, DOTS },
	{ SLOT_DETAILS, QUOTE_MIN, DOTS },
	{ SLOT_ASSOCIATION, NAME_MIN, "." },
	{ SLOT_WHO, NAME_MIN, "." },
	{ SLOT_SHORT, NAME_MIN, "." },
	{ SLOT_NAME, NAME_MIN, "." },
	{ SLOT_AREA, NAME_MIN, DOTS },
};

static int write_cut(const char *form, const struct language *l,
		     struct slots *slots, const struct yield *yields, size_t n,
		     int parts, struct draft *d)
{
	int room = parts == 1 ? GSM_SINGLE : parts * GSM_PART;
	int r = write_draft(form, slots, 0, parts, d);

	for (size_t i = 0; i < n && r == ALERTE_ELIMIT; i++) {
		int excess = d->septets - room;

		if (!shrink(slots->value[yields[i].slot],
			    excess > 0 ? excess : 1, yields[i].least,
			    yields[i].mark))
			continue;
		facts_fill_of(l, slots);
		r = write_draft(form, slots, 0, parts, d);
	}
	return r;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The link an exercise found missing, in words (V4). */
static const char *link_words(const struct language *l, const char *link)
{
	if (link && !strcmp(link, WORDS_LINK_SENDING))
		return l->no_sending;
	if (link && !strcmp(link, WORDS_LINK_ANSWER))
		return l->no_answer;
	return link;
}

static int write_text(enum words kind, const char *form,
		      const struct language *l, const struct words_facts *f,
		      struct draft *d)
{
	struct words_facts known = *f;
	int parts = parts_allowed(kind);
	struct slots slots;
	int r;

	if (kind == WORDS_ACK_OTHERS || kind == WORDS_FORWARD ||
	    (kind >= WORDS_CONTACT_ACCEPTED && kind <= WORDS_CONTACT_LAST))
		known.who = f->who && *f->who ? f->who : l->someone;
	if (kind == WORDS_EXERCISE_END)
		known.quote = link_words(l, f->quote);
	/* a name may be cut, a code never */
	if (kind == WORDS_RELAY_QUESTION && asks_which(f))
		known.code = f->who;
	facts_fill(&known, l, &slots);
	r = write_cut(form, l, &slots, for_one, COUNT(for_one), 1, d);
	if (r != ALERTE_ELIMIT || parts == 1)
		return r;
	facts_fill(&known, l, &slots);
	return write_cut(form, l, &slots, for_two, COUNT(for_two), parts, d);
}

/* The text as it is on a good day must fit without leaving anything out. */
static int check_plain_first(const struct language *l,
			     const struct words_facts *f, struct draft *d)
{
	struct words_facts plain = {
		.wearer = f->wearer,
		.lang = f->lang,
		.pressed = f->pressed,
		.trust = ALERTE_TRUST_STRONG,
	};
	struct slots slots;

	plain.pressed.wall_trusted = true;
	facts_fill(&plain, l, &slots);
	return write_draft(l->form[WORDS_RELAY_FIRST], &slots, 0, 1, d);
}

static int write_first(const char *form, const struct language *l,
		       const struct words_facts *f, struct draft *d)
{
	struct slots slots;
	int r = check_plain_first(l, f, d);

	if (r < 0)
		return r;
	facts_fill(f, l, &slots);
	for (int level = 0; level < LEVELS; level++) {
		r = write_draft(form, &slots, level, 1, d);
		if (r != ALERTE_ELIMIT)
			return r;
	}
	return write_draft(form, &slots, LEVELS - 1, 2, d);
}

int words_fit(enum words kind, const struct words_facts *facts)
{
	const struct language *l = words_language(facts->lang);
	const char *form = form_of(kind, l, facts);
	struct slots slots;
	struct draft d;

	if (!form || lacks_code(form, facts))
		return ALERTE_EINVAL;
	facts_fill(facts, l, &slots);
	return write_draft(form, &slots, 0, parts_allowed(kind), &d);
}

int words_compose(enum words kind, const struct words_facts *facts, char *out,
		  size_t cap)
{
	const struct language *l;
	const char *form;
	struct draft d;
	int r;

	if (!facts || !out || !cap)
		return ALERTE_EINVAL;
	l = words_language(facts->lang);
	form = form_of(kind, l, facts);
	if (!form || lacks_code(form, facts))
		return ALERTE_EINVAL;
	if (kind == WORDS_RELAY_FIRST)
		r = write_first(form, l, facts, &d);
	else
		r = write_text(kind, form, l, facts, &d);
	if (r < 0)
		return r;
	if (strlen(d.text) >= cap)
		return ALERTE_ELIMIT;
	memcpy(out, d.text, strlen(d.text) + 1);
	return d.septets;
}
