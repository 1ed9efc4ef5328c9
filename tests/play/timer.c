/* SPDX-License-Identifier: Apache-2.0 */
/* Lines about the safe timer (L9). */
#include <string.h>

#include "play.h"

/* timer WEARER D|end [code CODE] */
static int cmd_timer(struct play *p, const struct args *args)
{
	const char *code = args_after(args, "code");
	int64_t ms = 0;

	if (args->n < 3)
		return play_fail(p, "timer WEARER D|end [code CODE]");

	if (strcmp(args->v[2], "end"))
		ms = play_duration(args->v[2]);

	return world_input(p, "timer", alerte_timer_set(p->a, args->v[1],
			   (uint32_t)(ms / 1000), code, p->now));
}

/* expect timer WEARER D; expect no timer WEARER */
int expect_timer(struct play *p, const struct args *args)
{
	bool no = !strcmp(args->v[1], "no");
	struct alerte_timer t = { .size = sizeof(t) };
	const char *who = args->n > 3 ? args->v[no ? 3 : 2] : "";
	char after[ALERTE_ID_MAX] = "";
	int64_t left;

	while (alerte_timer_next(p->a, after, &t) == 1 && strcmp(t.wearer, who))
		memcpy(after, t.wearer, sizeof(after));

	if (strcmp(t.wearer, who))
		return no ? 0 : play_fail(p, "no timer of %s", who);

	left = t.ends_boot_ms - p->now.boot_ms;

	if (no || t.ends_wall_ms - p->now.wall_ms != left ||
	    left != play_duration(args->v[3]))
		return play_fail(p, "it ends in %lld s",
				 (long long)(left / 1000));

	return 0;
}

const struct command timer_commands[] = {
	{ "timer", cmd_timer },
	{ NULL, NULL }
};
