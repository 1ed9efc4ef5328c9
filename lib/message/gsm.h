/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_GSM_H
#define MESSAGE_GSM_H

#include <stddef.h>
#include <stdint.h>

/*
 * The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038
 * section 6.2.1), and how a text from outside is brought into it.
 */

/* Septets of a single message, and of one part of a longer one. */
#define GSM_SINGLE 160
#define GSM_PART 153

/*
 * Bring UTF-8 text into the alphabet: what it has stays (as UTF-8), what it
 * has not is transliterated; every character has an answer, '?' at worst.
 * Malformed UTF-8 becomes '?'.  Control characters become spaces.  Returns
 * the number of bytes written, or ALERTE_ELIMIT when out is too small.
 */
int gsm_transliterate(const char *text, char *out, size_t cap);

/* Septets of a text, or -1 when a character is not in the alphabet. */
int gsm_septets(const char *text);

/* Messages a text of the alphabet takes: an ESC pair is never split. */
int gsm_parts(const char *text);

/* Cut at a character so that at most `septets` remain; returns bytes kept. */
size_t gsm_clip(const char *text, int septets);

#endif
