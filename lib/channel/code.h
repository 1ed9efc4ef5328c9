/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_CODE_H
#define CHANNEL_CODE_H

#include <stdbool.h>

/* The letters and digits of an alert's code: no 0 O, no 1 I L (L3). */
#define CODE_ALPHABET "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#define CODE_LENGTH 3

/*
 * Whether an alert may have this code: a common word of three letters ("PAS",
 * "YES") is never read as one, so that "j'arrive pas" acknowledges nothing.
 */
bool code_fits(const char *code);

#endif
