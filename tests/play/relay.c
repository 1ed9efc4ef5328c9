/* SPDX-License-Identifier: Apache-2.0 */
/* Lines about the 114: how many ways lead to it, and where it stands. */
#include <stdlib.h>
#include <string.h>

#include "play.h"

/* paths N [really M]: the modems a message can go by, and those that work. */
static int cmd_paths(struct play *p, const struct args *args)
{
	const char *really = args_after(args, "really");

	if (args->n < 2)
		return play_fail(p, "paths N [really M]");

	p->paths = atoi(really ? really : args->v[1]);
	return world_input(p, "paths",
			   alerte_paths(p->a, (uint32_t)atoi(args->v[1]),
					p->now));
}

/* answers heard|unheard: whether an SMS can come in at all */
static int cmd_answers(struct play *p, const struct args *args)
{
	if (args->n != 2)
		return play_fail(p, "answers heard|unheard");

	return world_input(p, "answers",
			   alerte_answers(p->a, !strcmp(args->v[1], "heard"),
					  p->now));
}

/* relay-mark STATE [by WHO] [alert N] */
static int cmd_relay_mark(struct play *p, const struct args *args)
{
	const char *n = args_after(args, "alert"), *by = args_after(args, "by");
	struct alerte_alert alert = { .size = sizeof(alert) };
	int s;

	for (s = ALERTE_RELAY_NONE; args->n > 1 && s <= ALERTE_RELAY_DORMANT;
	     s++)
		if (!strcmp(args->v[1], alerte_relay_state_name(
					(enum alerte_relay_state)s)))
			break;

	world_alert(p, n ? atoi(n) : 0, &alert);
	return world_input(p, "relay mark",
			   alerte_relay_mark(p->a, alert.id, by ? by : "asso",
					     (enum alerte_relay_state)s,
					     p->now));
}

/* moving [contacts-only]: from the next start on it goes where she goes */
static int cmd_moving(struct play *p, const struct args *args)
{
	p->moving = true;
	p->abroad = args_has(args, "contacts-only") ?
		    ALERTE_ABROAD_CONTACTS_ONLY : ALERTE_ABROAD_TRY;
	return world_crash(p);
}

const struct command relay_commands[] = {
	{ "answers", cmd_answers },
	{ "moving", cmd_moving },
	{ "paths", cmd_paths },
	{ "relay-mark", cmd_relay_mark },
	{ NULL, NULL }
};
