/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_LETTER_H
#define MESSAGE_LETTER_H

#include "message/payload.h"

/*
 * What makes an e-mail of a text: a subject, and lines below it.  Plain text
 * in UTF-8, lines ended by "\n", nothing to click.
 *
 * The subject stands on a locked screen, and the provider keeps it: it holds
 * what kind of message this is and the code, and neither name, place, number,
 * nor that violence is feared.  The first line is the text an SMS would have,
 * which the same person has on the same screen.
 */

#define LETTER_SUBJECT_MAX 80

/* Into out; ALERTE_EINVAL for a kind that is no e-mail. */
int letter_subject(const struct payload_facts *p,
		   char out[LETTER_SUBJECT_MAX]);

/*
 * text, then how it can be answered, the reference, the hour of the press, and
 * the position if there is one.  Where out has no room for all that: the text
 * alone.  ALERTE_ELIMIT when that does not fit either.
 */
int letter_compose(const struct payload_facts *p, const char *text, char *out,
		   size_t cap);

#endif
