/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_CONF_PATHS_H
#define DAEMON_CONF_PATHS_H

#include "conf.h"
#include "syntax.h"

/* What may stand in the sections modem and path. */
extern cfg_opt_t conf_path_opts[];

/* Both of them into c; what is wrong goes to s->out. */
void conf_paths_get(struct syntax *s, struct conf *c);

/*
 * Texts can leave, and no way takes one in: worth a word to who sets it up.
 */
bool conf_paths_unheard(const struct conf *c);
#define CONF_PATHS_UNHEARD \
	"no way for SMS takes answers in: no text asks for one; add a path " \
	"with a modem, or let contacts answer through an endpoint"

/* section: what the lines of its values are remembered by. */
void conf_text(struct syntax *s, cfg_t *at, const char *section,
	       const char *key, char *out, size_t cap);
void conf_value(struct syntax *s, const char *section, const char *key,
		const char *value, char *out, size_t cap);

#endif
