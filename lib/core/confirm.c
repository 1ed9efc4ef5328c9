/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "fini" by SMS on an alert the 114 has part in, and where the 114 stands.
 *
 * The sender of an SMS can be forged; what we write to his number is read by
 * its owner alone.  So the association is asked once more, with four letters
 * that stand in no other text, of each of the three by itself.  Until they come
 * back all goes on.  They live in memory: after a crash it is asked anew.
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

static const char *mark_of(enum confirm_what what)
{
	switch (what) {
	case CONFIRM_SENT:
		return WORDS_MARK_SENT;
	case CONFIRM_RELAY_DONE:
		return WORDS_MARK_DONE;
	case CONFIRM_CLOSE:
	case CONFIRM_LAST:
		break;
	}
	return NULL;
}

static void send_token(struct alerte *e, struct live *l,
		       const struct alerte_contact *contact,
		       enum confirm_what what)
{
	struct alerte_target target = { .channel = ALERTE_CHANNEL_SMS };
	struct confirm *c = &l->confirm[what];

	memcpy(target.contact, contact->id, sizeof(target.contact));
	attempt_quote(attempt_plan(e, l, WORDS_CLOSE_CONFIRM, &target,
				   ALERTE_IMPORTANCE_REPLY),
		      c->token, mark_of(what));
	c->again = e->now.boot_ms + AGAIN_MS;
}

static bool ask(struct alerte *e, struct live *l,
		const struct alerte_contact *contact, enum confirm_what what)
{
	struct confirm *c = &l->confirm[what];

	if (is_pending(e, c, contact) && e->now.boot_ms < c->again)
		return true;
	if (is_pending(e, c, contact) && c->wrong < WRONG_MOST) {
		send_token(e, l, contact, what);
		return true;
	}
	*c = (struct confirm){ .until = e->now.boot_ms + VALID_MS };
	if (!make_token(e, c->token))
		return false;
	memcpy(c->contact, contact->id, sizeof(c->contact));
	send_token(e, l, contact, what);
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

enum confirmed confirm_by(struct alerte *e, struct live *l,
			  const struct alerte_contact *contact,
			  enum confirm_what what, const char *token)
{
	struct confirm *c = &l->confirm[what];

	if (!token[0] || !is_pending(e, c, contact))
		return ask(e, l, contact, what) ? CONFIRM_ASKED : CONFIRM_NOT;
	if (!is_right(c, token)) {
		e->count.wrong_codes += !l->unseen;
		return CONFIRM_NOT;
	}
	wipe(c, sizeof(*c));
	return CONFIRM_DONE;
}
