/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_HIDDEN_H
#define CLI_HIDDEN_H

#include <stddef.h>

/*
 * One line of the terminal that standard input is, without its end: 1, or 0 at
 * the end of the file.  What does not fit is dropped.  A signal that ends us
 * ends us here; after a stop the line is asked for anew.
 */
int hidden_line(const char *prompt, char *out, size_t cap);

#endif
