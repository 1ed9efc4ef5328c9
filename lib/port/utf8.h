/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PORT_UTF8_H
#define PORT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * UTF-8 as RFC 3629 section 4 has it: no overlong form, no surrogate, nothing
 * above U+10FFFF.
 */

/*
 * Read the code point at *at and move past it; end is one past the last byte.
 * Returns the code point, or -1 (and *at moves one byte on) when malformed.
 * *at must be before end.
 */
int32_t utf8_next(const char **at, const char *end);

/* Write one valid code point; returns 1 to 4, the bytes written. */
size_t utf8_put(int32_t point, char out[4]);

/* The whole of text is well-formed and holds no NUL. */
bool utf8_valid(const char *text, size_t len);

/* The longest prefix of at most cap bytes that cuts no character. */
size_t utf8_clip(const char *text, size_t len, size_t cap);

#endif
