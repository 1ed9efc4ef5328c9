/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A centre knows the wearer by the number of her set ("cid") and keeps all
 * else about her itself: a request says what happened to which set, and has
 * neither name, place nor words.
 */
#include "message/scaip.h"

#include <string.h>

#include "message/xml.h"

/* dty: what raised it.  Codes as seen in use, no list of them is known. */
#define SET "0002"
#define BUTTON "0004"

/* stc */
#define MANUAL "0010"
#define CANCELLED "0019"
#define TEST "0102"

struct request {
	const char *mty, *dty, *stc;
};

static const struct request alarm = { "ME", BUTTON, MANUAL };
static const struct request alarm_end = { "RE", BUTTON, MANUAL };
static const struct request cancel = { "RE", BUTTON, CANCELLED };
static const struct request exercise = { "ME", SET, TEST };
static const struct request exercise_end = { "RE", SET, TEST };
/* Something is to be known, and no code says what. */
static const struct request news = { "IN", BUTTON, NULL };
static const struct request news_of_set = { "IN", SET, NULL };

static const struct request *request_of(enum words kind)
{
	switch (kind) {
	case WORDS_NONE:
	case WORDS_SELFTEST:
	case WORDS_LAST:
		return NULL;
	case WORDS_ALERT:
	case WORDS_NEW_PRESS:
	case WORDS_RELAY_FIRST:
		return &alarm;
	case WORDS_ALL_CLEAR:
	case WORDS_RELAY_CLEAR:
		return &cancel;
	case WORDS_DURESS:
	case WORDS_RELAY_DURESS:
		return &alarm;
	case WORDS_CLOSED:
	case WORDS_RELAY_CLOSED:
		return &alarm_end;
	case WORDS_EXERCISE:
		return &exercise;
	case WORDS_EXERCISE_END:
		return &exercise_end;
	case WORDS_FAULT:
	case WORDS_FAULT_END:
	case WORDS_INVITE:
	case WORDS_INVITE_THANKS:
	case WORDS_STOP_DONE:
	case WORDS_STOP_LATER:
	case WORDS_STOP_LAST:
	case WORDS_CONTACT_ACCEPTED:
	case WORDS_CONTACT_LEAVING:
	case WORDS_CONTACT_LEFT:
	case WORDS_CONTACT_LAST:
	case WORDS_CLOSE_CONFIRM:
		return &news_of_set;
	case WORDS_ACK_THANKS:
	case WORDS_ACK_STAY:
	case WORDS_ACK_OTHERS:
	case WORDS_DECLINED:
	case WORDS_FORWARD:
	case WORDS_POSITION:
	case WORDS_RELAY_QUESTION:
	case WORDS_RELAY_SILENT:
	case WORDS_RELAY_ROAMING:
	case WORDS_RELAY_SECOND:
	case WORDS_RELAY_CANNOT_WRITE:
	case WORDS_RELAY_ANSWER:
	case WORDS_RELAY_PRESS:
	case WORDS_RELAY_NOT_SENT:
	case WORDS_RELAY_FLOOD:
	case WORDS_RELAY_POSITION:
	case WORDS_BARE_OK:
	case WORDS_HOW_TO_ANSWER:
		return &news;
	}
	return NULL;
}

/* An exercise never reads as an alarm, whoever planned the message. */
static const struct request *chosen(const struct payload_facts *p)
{
	const struct request *r = request_of(p->kind);

	if (r == &news && !p->alert)
		return &news_of_set;
	if (!r || !p->alert || !p->alert->exercise)
		return r;
	return !strcmp(r->mty, "RE") ? &exercise_end :
	       !strcmp(r->mty, "ME") ? &exercise : r;
}

/*
 * Sixteen characters, the most that was seen: the beginning of the alert's
 * reference and the message's number.  What goes again has the same.
 */
static void add_reference(struct text *t, const struct payload_facts *p)
{
	const char *of = p->alert ? p->alert->reference : p->site;

	text_addf(t, "<ref>%.10s%06lx</ref>\n", of,
		  (unsigned long)p->sequence & 0xffffff);
}

int scaip_compose(const struct payload_facts *p, char *out, size_t cap)
{
	const struct request *r = chosen(p);
	struct text t;

	if (!r || !p->station || !*p->station)
		return ALERTE_EINVAL;
	text_start(&t, out, cap);
	xml_start(&t);
	text_add(&t, "<mrq>\n");
	add_reference(&t, p);
	xml_element(&t, "cid", p->station);
	xml_element(&t, "dty", r->dty);
	xml_element(&t, "mty", r->mty);
	xml_element(&t, "stc", r->stc);
	/* nobody may call her: he may be beside her */
	xml_element(&t, "crd", "no-voice:");
	text_add(&t, "</mrq>\n");
	if (t.cut) {
		out[0] = '\0';
		return ALERTE_ELIMIT;
	}
	return (int)t.len;
}
