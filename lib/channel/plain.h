/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_PLAIN_H
#define CHANNEL_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Words of a text as people type them: what telephones put between two words
 * (no-break spaces, French quotes, dashes) parts them like a plain blank.
 */

/* Bytes of a text; not terminated. */
struct plain {
	const char *at;
	size_t len;
};

/* A question mark, of any script. */
bool plain_asks(int32_t point);

/*
 * The text as lower case words of ASCII letters and digits with one space
 * between them.  Returns false when it holds what no list of ours does (an
 * emoji, another script, a question mark) or is cut; the words are there all
 * the same.
 */
bool plain_words(const char *text, char *out, size_t cap);

/*
 * The next word of *text, which moves behind it; false at the end.  A word ends
 * at a blank or at a sign of typography: "(114," is "114".
 */
bool plain_next(const char **text, struct plain *out);

/* The next of what stands between blanks, whatever it is made of. */
bool plain_next_blank(const char **text, struct plain *out);

/* Without the blanks around it. */
struct plain plain_trim(struct plain p);

/* Without the blanks and the signs of typography around it; may be empty. */
struct plain plain_bare(struct plain p);

/* A copy with its end; false, and nothing is written, when it is longer. */
bool plain_copy(struct plain p, char *out, size_t cap);

/*
 * What follows a word: from p on without the signs that touch it, nor the
 * blanks and the punctuation behind it.  "» : -1er" is "-1er".
 */
const char *plain_behind(const char *p);

#endif
