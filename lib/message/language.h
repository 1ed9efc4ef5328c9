/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_LANGUAGE_H
#define MESSAGE_LANGUAGE_H

#include "message/words.h"

/*
 * One table a language.  A form is a text; a kind of words.h has one form of
 * its own, and some have others for what is known of the press.
 */
enum form {
	FORM_RELAY_FIRST_UNVERIFIED = WORDS_LAST,
	FORM_RELAY_FIRST_TIMER,
	FORM_ALERT_UNVERIFIED,
	FORM_ALERT_PLAIN,	/* unverified, and not encrypted either */
	FORM_ALERT_REPEAT,	/* unverified, and perhaps an echo */
	FORM_ALERT_GROUPED,	/* unverified, and again and again */
	FORM_ALERT_TIMER,
	FORM_ALERT_FALL,
	FORM_ALERT_INACTIVITY,
	FORM_NEW_SIGNAL,	/* a new press that is no press */
	FORM_NEW_UNVERIFIED,
	FORM_NEW_PLAIN,
	FORM_INVITE_UNNAMED,	/* for one of several wearers, or of none */
	FORM_RELAY_FIRST_DURESS,
	FORM_NEW_TIMER,
	FORM_RELAY_SAYS_SENT,	/* the 114 writes, perhaps that help comes */
	FORM_RELAY_SAYS_DONE,	/* perhaps that it is over for them */
	FORM_RELAY_ABROAD,	/* roaming, and the 114 is not tried */
	FORM_ACK_STAY_DURESS,	/* nothing ends it after two hours */
	FORM_RELAY_ASKS_WHICH,	/* of several alerts, perhaps */
	FORM_RELAY_ASKS_NOBODY,	/* to who cannot answer it */
	FORM_RELAY_PRESS_UNVERIFIED,
	FORM_NOT_SENT_LONG,
	FORM_NOT_SENT_MANY,
	FORM_NOT_MARKED,
	FORM_CONFIRM_SENT,
	FORM_CONFIRM_DONE,
	FORM_CLOSED_RAN_OUT,
	FORM_RELAY_CLOSED_RAN_OUT,
	FORM_LAST
};

struct fault_words {
	const char *fault;	/* as alerte_fault(); NULL: any other */
	const char *begins, *ends;
};

struct language {
	const char *form[FORM_LAST];
	const struct fault_words *faults;	/* the last has a NULL name */
	const char *no_sending, *no_answer;	/* links of an exercise */
	const char *hour_mark;			/* "h" */
	const char *at;				/* "à " */
	const char *on;				/* "le " */
	const char *since_on;			/* "le ", behind "depuis" */
	const char *const *months;		/* 12, or NULL: "24/11" */
	const char *unsure;			/* "heure non sûre" */
	const char *within, *metres;		/* " à 15 m près" */
	const char *no_accuracy;		/* ", précision inconnue" */
	const char *wifi, *cell;		/* in place of "GPS" */
	const char *nowhere;			/* "position inconnue" */
	const char *home;			/* "domicile: " */
	const char *somebody, *of_somebody;	/* a wearer without a name */
	const char *someone;			/* a contact without a name */
	const char *site;			/* "lieu ", before a bare name */
	const char *of, *of_vowel;		/* "de ", "d'" */
	const char *roaming;			/* "Itinérance" */
	const char *empty;			/* "(vide)" */
};

extern const struct language words_fr, words_en;

const struct language *words_language(enum alerte_lang lang);

#endif
