/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PORT_TEXT_H
#define PORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A string built up in a caller's array: always NUL ended, never written past
 * its end.  What does not fit is left out whole and remembered in `cut`.
 */
struct text {
	char *at;
	size_t cap, len;
	bool cut;
};

/* Start an empty string in out, which holds cap >= 1 bytes. */
void text_start(struct text *t, char *out, size_t cap);
void text_add(struct text *t, const char *s);
void text_add_n(struct text *t, const char *s, size_t n);
void text_addf(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Copy s into the array out of cap bytes.  Returns false, and out is "", when
 * it does not fit.
 */
bool text_copy(char *out, size_t cap, const char *s);

/* The array holds a NUL, and what stands before it is UTF-8. */
bool text_whole(const char *array, size_t cap);

#endif
