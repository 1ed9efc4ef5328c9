/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_FACTS_H
#define MESSAGE_FACTS_H

#include "message/language.h"
#include "message/template.h"

/*
 * What a template may say, from what is known: in the alphabet, on one line,
 * without quotation marks of its own.  A fact that is missing is "".
 */
void facts_fill(const struct words_facts *facts, const struct language *l,
		struct slots *out);

/* {of_short} follows what became of {short}. */
void facts_fill_of(const struct language *l, struct slots *out);

/* "14h05" in a language. */
void facts_hour(const struct language *l, struct alerte_time at,
		struct text *t);

#endif
