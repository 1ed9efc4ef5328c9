/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSAGE_LATIN_H
#define MESSAGE_LATIN_H

#include <stdbool.h>
#include <stdint.h>

#define LATIN_MAX 5

/*
 * The plain ASCII of a character: a Latin letter without its marks, a mark of
 * typography without its shape, "" for what shows nothing (a combining accent,
 * a zero-width space).  False when it has none: another script, an emoji, a
 * control character.
 */
bool latin_base(int32_t point, char out[LATIN_MAX]);

#endif
