/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PAIR_H
#define CLI_PAIR_H

#include "cli.h"

/* What was heard so far; the last that holds is told. */
enum pair_verdict {
	PAIR_NOTHING = 0,
	PAIR_NO_PRESS,		/* frames, and no press among them */
	PAIR_PLAIN,		/* not encrypted despite a key */
	PAIR_UNOPENED		/* the key does not open them */
};

/* Of the daemon's document; *frames is how many it was of. */
enum pair_verdict pair_judge(const json_t *doc, long long *frames);
void pair_tell_verdict(const struct cli *c, FILE *f, const json_t *doc);
/* What to do now, and what that press does. */
void pair_tell_prompt(const struct cli *c, const json_t *doc);
/* A button of that id is in force until the proof. */
void pair_tell_again(const struct cli *c, const json_t *doc);
/* That it is enrolled, and whom it reaches. */
int pair_tell_proved(struct cli *c, const json_t *doc);
/* Why it is not, and never will be by this: an exit code. */
int pair_tell_failed(const struct cli *c, const json_t *doc,
		     const char *file);

#endif
