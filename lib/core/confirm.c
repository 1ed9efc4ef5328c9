/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "fini" by SMS on an alert the 114 has part in.
 *
 * The sender of an SMS can be forged; what we write to his number is read by
 * its owner alone.  So the association is asked once more, with four letters
 * that stand in no other text.  Until they come back the alert goes on.  They
 * live in memory: after a crash "fini" asks anew.
 */
#include <string.h>

#include "channel/code.h"
#include "core/engine.h"

#define VALID_MS (10 * 60 * INT64_C(1000))
/* Asked again it is sent again: an SMS may be lost, or guessed at. */
#define AGAIN_MS (60 * INT64_C(1000))
#define WRONG_MOST 3

static bool make_token(struct alerte *e, char out[CONFIRM_TOKEN])
{
	static const char alphabet[] = CODE_ALPHABET;
	uint8_t random[CONFIRM_TOKEN - 1];

	if (engine_random(e, random, sizeof(random)))
		return false;
	for (size_t i = 0; i < sizeof(random); i++)
		out[i] = alphabet[random[i] % (sizeof(alphabet) - 1)];
	out[CONFIRM_TOKEN - 1] = '\0';
	return true;
}

static bool is_pending(const struct alerte *e, const struct confirm *c,
		       const struct alerte_contact *contact)
{
	return c->token[0] && e->now.boot_ms < c->until &&
	       !strcmp(c->contact, contact->id);
}

static void send_token(struct alerte *e, struct live *l,
		       const struct alerte_contact *contact)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };

	memcpy(target.contact, contact->id, sizeof(target.contact));
	attempt_quote(attempt_plan(e, l, WORDS_CLOSE_CONFIRM, &target,
				   ALERTE_IMPORTANCE_REPLY),
		      l->confirm.token, NULL);
	l->confirm.again = e->now.boot_ms + AGAIN_MS;
}

static bool ask(struct alerte *e, struct live *l,
		const struct alerte_contact *contact)
{
	struct confirm *c = &l->confirm;

	if (is_pending(e, c, contact) && e->now.boot_ms < c->again)
		return true;
	if (is_pending(e, c, contact) && c->wrong < WRONG_MOST) {
		send_token(e, l, contact);
		return true;
	}
	*c = (struct confirm){ .until = e->now.boot_ms + VALID_MS };
	if (!make_token(e, c->token))
		return false;
	memcpy(c->contact, contact->id, sizeof(c->contact));
	send_token(e, l, contact);
	return true;
}

static bool is_right(struct confirm *c, const char *token)
{
	if (c->wrong >= WRONG_MOST)
		return false;
	if (strlen(token) == CONFIRM_TOKEN - 1 &&
	    same_bytes(token, c->token, CONFIRM_TOKEN))
		return true;
	c->wrong++;
	return false;
}

enum confirmed confirm_close(struct alerte *e, struct live *l,
			     const struct alerte_contact *contact,
			     const char *token)
{
	if (!token[0])
		return ask(e, l, contact) ? CONFIRM_ASKED : CONFIRM_NOT;
	if (!is_pending(e, &l->confirm, contact))
		return ask(e, l, contact) ? CONFIRM_ASKED : CONFIRM_NOT;
	if (!is_right(&l->confirm, token)) {
		e->count.wrong_codes += !l->unseen;
		return CONFIRM_NOT;
	}
	wipe(&l->confirm, sizeof(l->confirm));
	return CONFIRM_DONE;
}
