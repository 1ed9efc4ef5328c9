/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SYNTAX_H
#define DAEMON_SYNTAX_H

#include <confuse.h>
#include <stdbool.h>
#include <stddef.h>

#include "complaint.h"

#define SYNTAX_TEXT_MAX (1024 * 1024)
#define SYNTAX_PATH_MAX 256

/*
 * A text in the syntax of alerted.conf and of site files, read by libconfuse
 * after a scan of our own.  Every value remembers its line by its path:
 * "store/path", "policy=night/step#2/after".  A section without a title is
 * "name" when there can be one, "name#1", "name#2" ... when there can be more.
 */
struct syntax {
	const char *file;		/* borrowed: what complaints call it */
	cfg_t *cfg;
	struct complaints *out;		/* borrowed */
	struct syntax_mark *mark;
	size_t nmarks;
};

/*
 * Parse text.  repeats names the one untitled section that may come again, or
 * is NULL.  Returns true when there was nothing to complain of; in both cases
 * syntax_close() frees.
 */
bool syntax_open(struct syntax *s, const char *file, const char *text,
		 size_t len, cfg_opt_t *opts, const char *repeats,
		 struct complaints *out);
void syntax_close(struct syntax *s);

/* Line of a path, of the section around it when it is not there, or 0. */
int syntax_line(const struct syntax *s, const char *path);
/* The text gives this key or section. */
bool syntax_has(const struct syntax *s, const char *path);

/* UTF-8 as RFC 3629 has it, without control characters but tab and newline. */
bool syntax_text_valid(const char *text, size_t len);

/* Read a whole file of at most SYNTAX_TEXT_MAX bytes; malloc'd, or -errno. */
int file_read(const char *path, char **text, size_t *len);

#endif
