/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SITE_PLACE_H
#define DAEMON_SITE_PLACE_H

#include <stddef.h>

#include "syntax.h"

/* The section being read: where it stands, for complaints. */
struct place {
	struct syntax *s;
	cfg_t *at;
	char path[SYNTAX_PATH_MAX];
};

/* The line of a key, of its section when the key is not there. */
int place_line(const struct place *p, const char *key);
/* The text gives this key. */
bool place_has(const struct place *p, const char *key);

#define wrong(p, key, ...) \
	complain((p)->s->out, (p)->s->file, place_line(p, key), __VA_ARGS__)

/* A value that came from elsewhere than the key itself: one of a list. */
void place_text_check(const struct place *p, const char *key,
		      const char *value, char *out, size_t cap);
void place_text(const struct place *p, const char *key, char *out, size_t cap);

#define TEXT(p, key, array) place_text(p, key, array, sizeof(array))

/* How many entries a list has; complains of more than most, and says none. */
unsigned int place_list(const struct place *p, const char *key,
			unsigned int most);

#endif
