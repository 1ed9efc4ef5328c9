/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words round a text that goes by e-mail, one table a language.  They are
 * not of GSM 03.38: nothing is paid by the septet here.
 *
 * Nobody reads what an e-mail is answered with, so the text's "reply OK 7K2"
 * is followed by how that is done, for this person: by SMS when the gateway
 * knows his number, else at his server, else by telephone.
 */
#include "message/letter.h"

#include <string.h>

#include "message/civil.h"
#include "message/facts.h"

struct letter_words {
	const char *alert, *unverified, *press, *more;	/* subjects */
	const char *exercise, *fault, *fault_end, *forward;
	const char *by_sms;
	const char *at_server, *by_voice;
	const char *unread;
	const char *reference, *pressed, *at, *unsure, *position;
};

static const struct letter_words french = {
	.alert = "ALERTE",
	.unverified = ", signal non vérifié",
	.press = ", nouvel appui",
	.more = "Alerte",
	.exercise = "EXERCICE",
	.fault = "PANNE du boîtier",
	.fault_end = "FIN DE PANNE du boîtier",
	.forward = "Message d'un contact",
	.by_sms = "Pour répondre : par SMS, de votre téléphone, au numéro d'où "
		  "viennent les SMS de l'alerte.",
	.at_server = "Pour répondre : sur votre serveur.",
	.by_voice = "Vous ne pouvez pas répondre par écrit : téléphonez à "
		    "l'association, ou au 17.",
	.unread = "Personne ne lit les réponses à ce courriel.",
	.reference = "Référence : ",
	.pressed = "Appui : ",
	.at = " à ",
	.unsure = ", heure non sûre",
	.position = "Position : ",
};

static const struct letter_words english = {
	.alert = "ALERT",
	.unverified = ", signal not verified",
	.press = ", new press",
	.more = "Alert",
	.exercise = "EXERCISE",
	.fault = "FAULT of the gateway",
	.fault_end = "END OF FAULT of the gateway",
	.forward = "Message from a contact",
	.by_sms = "To answer: by SMS, from your telephone, to the number the "
		  "texts of the alert come from.",
	.at_server = "To answer: at your server.",
	.by_voice = "You cannot answer in writing: telephone the association, "
		    "or 17.",
	.unread = "Nobody reads answers to this e-mail.",
	.reference = "Reference: ",
	.pressed = "Press: ",
	.at = " at ",
	.unsure = ", hour not sure",
	.position = "Position: ",
};

static const struct letter_words *words_of(enum alerte_lang lang)
{
	switch (lang) {
	case ALERTE_LANG_FR:
		return &french;
	case ALERTE_LANG_EN:
		return &english;
	}
	return &french;
}

static bool is_exercise(const struct payload_facts *p)
{
	return p->alert && p->alert->exercise;
}

/* ------------------------------------------------------------- subject */

static void subject_of_alert(const struct payload_facts *p,
			     const struct letter_words *w, const char *begins,
			     const char *ends, struct text *t)
{
	bool unverified = p->facts->trust == ALERTE_TRUST_NONE &&
			  !p->facts->by_timer;

	text_addf(t, "%s %s%s", begins, p->facts->code ? p->facts->code : "",
		  ends);
	if (unverified && (p->kind == WORDS_ALERT ||
			   p->kind == WORDS_NEW_PRESS))
		text_add(t, w->unverified);
}

static int add_subject(const struct payload_facts *p,
		       const struct letter_words *w, struct text *t)
{
	switch (p->kind) {
	case WORDS_ALERT:
		subject_of_alert(p, w, w->alert, "", t);
		return 0;
	case WORDS_NEW_PRESS:
		subject_of_alert(p, w, w->alert, w->press, t);
		return 0;
	case WORDS_RELAY_QUESTION:
	case WORDS_RELAY_SILENT:
	case WORDS_RELAY_NOT_SENT:
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_ROAMING:
	case WORDS_BARE_OK:
	case WORDS_HOW_TO_ANSWER:
	case WORDS_ACK_THANKS:
	case WORDS_ACK_STAY:
	case WORDS_ACK_OTHERS:
	case WORDS_DECLINED:
	case WORDS_ALL_CLEAR:
	case WORDS_CLOSED:
	case WORDS_POSITION:
	case WORDS_DURESS:
		subject_of_alert(p, w, w->more, "", t);
		return 0;
	case WORDS_FORWARD:
		if (p->alert)
			subject_of_alert(p, w, w->more, "", t);
		else
			text_add(t, w->forward);
		return 0;
	case WORDS_CONTACT_ACCEPTED:
	case WORDS_CONTACT_LEAVING:
	case WORDS_CONTACT_LEFT:
	case WORDS_CONTACT_LAST:
	case WORDS_CLOSE_CONFIRM:
		text_add(t, w->forward);
		return 0;
	case WORDS_EXERCISE:
	case WORDS_EXERCISE_END:
		subject_of_alert(p, w, w->exercise, "", t);
		return 0;
	case WORDS_FAULT:
		text_add(t, w->fault);
		return 0;
	case WORDS_FAULT_END:
		text_add(t, w->fault_end);
		return 0;
	case WORDS_NONE:
	case WORDS_RELAY_FIRST:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_CLEAR:
	case WORDS_RELAY_CLOSED:
	case WORDS_RELAY_POSITION:
	case WORDS_RELAY_DURESS:
	case WORDS_RELAY_PRESS:
	case WORDS_SELFTEST:
	case WORDS_INVITE:
	case WORDS_INVITE_THANKS:
	case WORDS_STOP_DONE:
	case WORDS_STOP_LATER:
	case WORDS_STOP_LAST:
	case WORDS_LAST:
		break;
	}
	return ALERTE_EINVAL;
}

int letter_subject(const struct payload_facts *p, char out[LETTER_SUBJECT_MAX])
{
	const struct letter_words *w = words_of(p->facts->lang);
	struct payload_facts known = *p;
	char subject[LETTER_SUBJECT_MAX];
	struct text t;

	/* Nobody must be frightened by an exercise, whatever it says. */
	if (is_exercise(p) && p->kind != WORDS_FAULT &&
	    p->kind != WORDS_FAULT_END)
		known.kind = WORDS_EXERCISE;
	text_start(&t, subject, sizeof(subject));
	if (add_subject(&known, w, &t) || t.cut)
		return ALERTE_EINVAL;
	memcpy(out, subject, sizeof(subject));
	return 0;
}

/* --------------------------------------------------------------- lines */

static bool asks(enum words kind)
{
	return kind == WORDS_ALERT || kind == WORDS_NEW_PRESS ||
	       kind == WORDS_EXERCISE || kind == WORDS_RELAY_QUESTION ||
	       kind == WORDS_BARE_OK || kind == WORDS_DECLINED;
}

static void add_answer(const struct payload_facts *p,
		       const struct letter_words *w, struct text *t)
{
	const struct words_facts *f = p->facts;

	const char *how = "";

	if (asks(p->kind) && f->answers_sms)
		how = w->by_sms;
	else if (asks(p->kind) && f->answers_server)
		how = w->at_server;
	else if (asks(p->kind) && !is_exercise(p))
		how = w->by_voice;
	text_addf(t, "%s%s%s\n", how, *how ? "\n" : "", w->unread);
}

/* "24/11/2026 à 14:05 (UTC+01:00)" */
static void add_instant(const struct letter_words *w, struct alerte_time at,
			struct text *t)
{
	int minutes = at.utc_offset_s / 60;
	struct civil c;

	civil_of(at.wall_ms, at.utc_offset_s, &c);
	text_addf(t, "%02d/%02d/%04d%s%02d:%02d (UTC%c%02d:%02d)%s\n", c.day,
		  c.month, c.year, w->at, c.hour, c.minute,
		  minutes < 0 ? '-' : '+', (minutes < 0 ? -minutes : minutes) /
		  60, (minutes < 0 ? -minutes : minutes) % 60,
		  at.wall_trusted ? "" : w->unsure);
}

static void add_more(const struct payload_facts *p,
		     const struct letter_words *w, struct text *t)
{
	struct slots slots;

	if (!p->alert)
		return;
	text_addf(t, "\n%s%s\n", w->reference, p->alert->reference);
	if (!is_exercise(p) && p->facts->pressed.wall_ms) {
		text_add(t, w->pressed);
		add_instant(w, p->facts->pressed, t);
	}
	if (p->kind != WORDS_ALERT && p->kind != WORDS_NEW_PRESS)
		return;
	facts_fill(p->facts, words_language(p->facts->lang), &slots);
	if (slots.value[SLOT_GPS][0])
		text_addf(t, "%s%s\n", w->position, slots.value[SLOT_GPS]);
}

int letter_compose(const struct payload_facts *p, const char *text, char *out,
		   size_t cap)
{
	const struct letter_words *w = words_of(p->facts->lang);
	size_t len = strlen(text);
	struct text t;

	if (len + 2 > cap)
		return ALERTE_ELIMIT;
	text_start(&t, out, cap);
	text_addf(&t, "%s\n\n", text);
	add_answer(p, w, &t);
	add_more(p, w, &t);
	if (t.cut) {
		text_start(&t, out, cap);
		text_addf(&t, "%s\n", text);
	}
	return 0;
}
