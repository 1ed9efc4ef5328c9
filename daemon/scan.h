/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SCAN_H
#define DAEMON_SCAN_H

#include "syntax.h"

struct syntax_mark {
	int line;
	char path[SYNTAX_PATH_MAX];
};

/*
 * The scan before libconfuse.  It refuses what libconfuse 3.3 lets pass: a key
 * given twice (the last would win in silence), "${" in a string (it would be
 * expanded from the environment), bytes that are no UTF-8, a file that ends in
 * the middle; and fills s->mark.
 */
void scan(struct syntax *s, const char *text, size_t len, const char *repeats);

#endif
