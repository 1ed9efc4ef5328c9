/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_WORDS_H
#define MESSAGE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <alerte/engine.h>
#include <alerte/query.h>

/*
 * Every text a person can receive (section W of the rules): one table a
 * language, GSM 03.38 only, hours local to the place.
 */
enum words {
	WORDS_NONE = 0,
	WORDS_RELAY_FIRST,	/* 114: the first text; nth > 1 adds " 2e envoi" */
	WORDS_RELAY_SECOND,	/* 114: "Suite ..." */
	WORDS_RELAY_CANNOT_WRITE, /* 114: nobody answered its first question */
	WORDS_RELAY_ANSWER,	/* 114: the operator's words, quoted */
	WORDS_RELAY_CLEAR,	/* 114: all-clear, not verified */
	WORDS_RELAY_CLOSED,	/* 114: closed, not verified */
	WORDS_RELAY_POSITION,	/* 114: a new position */
	WORDS_RELAY_QUESTION,	/* operator: "Le 114 demande (7K2): ..." */
	WORDS_RELAY_SILENT,	/* operator, contacts: no human yet, call the 17 */
	WORDS_ALERT,		/* contact: the alert; unverified when trust none */
	WORDS_NEW_PRESS,	/* contact: "nouvel appui à 23h05" */
	WORDS_BARE_OK,		/* contact: asks for the code */
	WORDS_ACK_THANKS,	/* contact who acknowledged */
	WORDS_ACK_OTHERS,	/* the others: who is coming */
	WORDS_DECLINED,		/* contact who cannot: the next is told */
	WORDS_ALL_CLEAR,	/* contact: cancelled with the code (L7) */
	WORDS_CLOSED,		/* contact: closed by the association */
	WORDS_FORWARD,		/* association: what a contact wrote */
	WORDS_EXERCISE,		/* contact: exercise, no emergency */
	WORDS_EXERCISE_END,	/* contact: the exercise is over */
	WORDS_FAULT,		/* association: something went silent */
	WORDS_FAULT_END,	/* association: it is back */
	WORDS_SELFTEST,		/* the gateway to itself; who: what it must bring back */
	WORDS_POSITION,		/* contact: where she is, measured later */
	/* Consent (L10), to the contact: */
	WORDS_INVITE,		/* who: her short name, or NULL */
	WORDS_INVITE_THANKS,
	WORDS_STOP_DONE,	/* nothing more is written to him */
	WORDS_STOP_LATER,	/* ... once what is open is over */
	WORDS_STOP_LAST,	/* ... once somebody else can be reached */
	/* and to the association; who: the contact */
	WORDS_CONTACT_ACCEPTED,
	WORDS_CONTACT_LEAVING,
	WORDS_CONTACT_LEFT,
	WORDS_CONTACT_LAST,
	WORDS_DURESS,		/* who may know: cancelled under duress (L8) */
	WORDS_RELAY_DURESS,	/* 114: the same */
	/* association: is it you? who: what to send back; quote: see below */
	WORDS_CLOSE_CONFIRM,
	WORDS_RELAY_ROAMING,	/* contact: the 114 may be out of reach (M6) */
	WORDS_HOW_TO_ANSWER,	/* contact whose words were no answer (L3) */
	WORDS_ACK_STAY,		/* contact who acknowledged, when who is there
				   ends it after two hours (L2) */
	WORDS_RELAY_PRESS,	/* 114: she pressed again */
	WORDS_RELAY_NOT_SENT,	/* operator: his words went nowhere; quote: why */
	WORDS_RELAY_FLOOD,	/* operator: no more of the 114's texts by SMS */
	WORDS_LAST
};

/* What a text may need to say; unused fields are zero or NULL. */
struct words_facts {
	const struct alerte_wearer *wearer;
	enum alerte_lang lang;
	const char *code;		/* "7K2" */
	struct alerte_time pressed;	/* the press it speaks of */
	struct alerte_time opened;	/* the alert's first press */
	struct alerte_time now;
	enum alerte_trust trust;
	/* Of that press: a fall is not told as a press; NONE is a press. */
	enum alerte_gesture gesture;
	bool plain_despite_key;		/* R3: "non chiffré" */
	bool possible_repeat;		/* R5: "répétition possible" */
	bool grouped;			/* R6: one text for many signals */
	bool by_timer;			/* not pressed: a timer ran out */
	int nth;			/* sending of this text, from 1 */
	const char *who;		/* name of a contact or an operator */
	const char *quote;		/* words to pass on, as received */
	const char *fault;		/* name of a fault, as alerte_fault() */
	/* A fault begins at `opened`, or at `pressed` when that is zero. */
	const char *site;		/* place named in a fault: "lieu 3" */
	const struct alerte_position *position;	/* NULL: none */
	const char *cell;		/* for endpoints alone; NULL: none */
	/* The receiver moves with her: her address is where she lives. */
	bool moving;
	/* An e-mail: how its reader can answer, besides by telephone. */
	bool answers_sms, answers_server;
	bool unheard;			/* no SMS comes in: ask for none */
	bool duress;			/* cancelled under duress (L8) */
	bool roaming;			/* on a network of another country (M6) */
	bool relay_untried;		/* and so the 114 is not tried */
	/* What the 114's words may mean; an operator decides (M1). */
	enum alerte_relay_state suggests;
	/* Whoever reads them cannot answer the 114 from there. */
	bool cannot_answer;
};

/*
 * 0 when words_compose() would cut nothing of these facts, ALERTE_ELIMIT when
 * it would, ALERTE_EINVAL when something is missing.
 */
int words_fit(enum words kind, const struct words_facts *facts);

/*
 * Compose one text.  Transliterated, never cut inside a character; nature,
 * place, floor, door code and hour are never cut: quotes and details give
 * way first.  A text to the 114 stays within one message of 160 septets (the
 * second text within two, answers within three; words.c says when the first
 * needs two).  Returns the number of
 * septets, or ALERTE_ELIMIT when what may not be cut does not fit out, or
 * ALERTE_EINVAL when a fact the text cannot do without is missing.
 */
int words_compose(enum words kind, const struct words_facts *facts,
		  char *out, size_t cap);

/* What `quote` may name in WORDS_EXERCISE_END: the link that is missing. */
#define WORDS_LINK_SENDING "sending"
#define WORDS_LINK_ANSWER "answer"

/* What `quote` may name in WORDS_RELAY_NOT_SENT: why. */
#define WORDS_WHY_LONG "long"
#define WORDS_WHY_MANY "many"
#define WORDS_WHY_NONE "none"		/* it was not reached, or is not armed */
#define WORDS_WHY_SILENT "silent"	/* no mark before it has written */

/* In WORDS_CLOSE_CONFIRM: a mark of the 114, and not the end of the alert. */
#define WORDS_MARK_SENT "sent"
#define WORDS_MARK_DONE "done"

/* In WORDS_CLOSED, WORDS_RELAY_CLOSED: nobody closed it, it ran out (L2). */
#define WORDS_RAN_OUT "ran-out"

/* In WORDS_RELAY_QUESTION `who` is this, or the codes it may be about. */
#define WORDS_THE_114 "114"

/* A text in which nothing can be read. */
bool words_blank(const char *text);

/* "14h05", local; cap >= 8. */
void words_hour(struct alerte_time at, char *out, size_t cap);

/* Stable name of a kind: "relay-first", "alert", "all-clear" ... */
const char *words_name(enum words kind);

#endif
