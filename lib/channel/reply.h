/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_REPLY_H
#define CHANNEL_REPLY_H

#include <alerte/engine.h>
#include <alerte/query.h>
#include <alerte/settings.h>

/*
 * What a text that came back means.  Closed lists: the whole normalised
 * message must match (L3); everything else is only words to pass on.
 */
enum reply_kind {
	REPLY_OTHER = 0,
	REPLY_ACK,		/* "ok 7K2", "oui 7K2", "j'arrive 7K2", "7K2" */
	REPLY_BARE,		/* "ok", "oui", "j'arrive": asks for the code */
	REPLY_DECLINE,		/* "non 7K2", "je ne peux pas 7K2" */
	REPLY_ARRIVED,		/* "arrivé 7K2" (L2) */
	REPLY_DONE,		/* "fini 7K2", "fini 7K2 ABCD" (L2) */
	REPLY_RELAY,		/* "114 7K2 text": to the 114's agent (M3) */
	REPLY_CANCEL,		/* "annuler 7K2 CODE": the wearer's code */
	REPLY_STOP,		/* "stop": to be no contact any more (L10) */
	REPLY_DISPATCHED,	/* "secours envoyés 7K2", or with ABCD (M1) */
	REPLY_RELAY_DONE	/* "114 fini 7K2", or with ABCD (M1) */
};

struct reply {
	enum reply_kind kind;
	char code[ALERTE_SHORT_CODE_MAX];	/* upper case, or "" */
	/* "arrive 7K2" without its accent: there, or on the way. */
	bool unsure;
	/*
	 * REPLY_RELAY: the text; REPLY_CANCEL: the code; as received.
	 * REPLY_DONE, REPLY_DISPATCHED, REPLY_RELAY_DONE: what he was asked to
	 * send back, upper case, or "".
	 */
	char rest[ALERTE_REPLY_MAX];
};

/* Reads valid UTF-8 of at most ALERTE_REPLY_MAX bytes; never fails. */
void reply_read(const char *text, struct reply *out);

/* The text names this code, whatever else it says: "OK 7 K 2 mais". */
bool reply_names(const char *text, const char *code);

/*
 * What a text from the wearer's own number says to cancel the alert of this
 * code (L6): "annuler 7K2 CODE", "annuler CODE", or a text of one word.  False
 * when it is nothing of the kind; else the word, as received.
 */
bool reply_cancel_read(const char *text, const char *code,
		       char out[ALERTE_CODE_MAX]);

/* What a text without a code is as the answer to an invitation (L10). */
enum reply_consent {
	REPLY_CONSENT_OTHER = 0,
	REPLY_CONSENT_YES,
	REPLY_CONSENT_OK,	/* "ok", "d'accord": yes, if it was asked */
	REPLY_CONSENT_NO
};
enum reply_consent reply_consent_read(const char *text);

/*
 * Whether two numbers are the same line: digits compared from the right,
 * "+33612345678", "0612345678" and "0033612345678" are one.  Short numbers
 * must be equal, "+33114" is "114".
 */
bool number_same(const char *a, const char *b);

/* What the 114 said; relay-114.md section 6. */
enum relay_reply {
	RELAY_REPLY_AUTO = 1,	/* its automatic answer */
	RELAY_REPLY_HUMAN,	/* an agent: anything else */
	RELAY_REPLY_NETWORK	/* a network's failure notice: nobody read it */
};
enum relay_reply relay_reply_read(const char *text);

/*
 * What an agent's words may mean: ALERTE_RELAY_DISPATCHED, ALERTE_RELAY_CLOSED,
 * or ALERTE_RELAY_NONE.  For an operator to look at, and never more (M1): "ne
 * sont pas en route", or a question, suggests nothing.
 */
enum alerte_relay_state relay_reply_suggests(const char *text);

#endif
