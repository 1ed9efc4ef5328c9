/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arming for the 114: off until two calls say so, who and when are kept, and
 * its loss is a supervision event (M4).
 */
#include <string.h>

#include "core/engine.h"
#include "port/bytes.h"
#include "port/utf8.h"

#define TOKEN_MS (5 * 60 * INT64_C(1000))

static bool who_ok(const char *who)
{
	return who && who[0] && strlen(who) < ALERTE_NAME_MAX &&
	       utf8_valid(who, strlen(who));
}

int alerte_arm(struct alerte *e, const char *who, char token[9],
	       struct alerte_time now)
{
	uint8_t bytes[4];

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!who_ok(who) || !token)
		return ALERTE_EINVAL;
	engine_now(e, now);
	if (engine_random(e, bytes, sizeof(bytes)))
		return ALERTE_EKEY;
	hex_encode(bytes, sizeof(bytes), e->token);
	e->token_until = e->now.boot_ms + TOKEN_MS;
	memcpy(token, e->token, sizeof(e->token));
	return 0;
}

/*
 * In one transaction with the note of who did it.  In force at once, also on a
 * broken disk; alerts that were waiting for it begin their conversation.
 */
static int set_armed(struct alerte *e, bool armed, const char *who)
{
	e->armed = armed;
	e->meta_dirty = true;
	note_add(e, &e->house, ALERTE_NOTE_RELAY_OUT, who,
		 armed ? "armed" : "disarmed");
	engine_log(e, ALERTE_LOG_NOTICE, armed ? "armed for the 114"
					       : "disarmed for the 114");
	for (struct live *l = e->live; armed && l; l = l->next)
		conversation_run(e, l);
	return engine_settle(e);
}

int alerte_arm_confirm(struct alerte *e, const char *who, const char *token,
		       struct alerte_time now)
{
	bool right;

	if (e->in_host)
		return ALERTE_EBUSY;
	if (!who_ok(who) || !token)
		return ALERTE_EINVAL;
	engine_now(e, now);
	right = e->token[0] && strlen(token) == 8 &&
		same_bytes(token, e->token, 8) &&
		e->now.boot_ms <= e->token_until;
	wipe(e->token, sizeof(e->token));
	if (!right)
		return engine_error(e, ALERTE_EKEY,
				    "not the token just given, or it is older "
				    "than 5 minutes: start again");
	fault_set(e, "relay-arming", false);
	return set_armed(e, true, who);
}

int alerte_disarm(struct alerte *e, const char *who, struct alerte_time now)
{
	if (e->in_host)
		return ALERTE_EBUSY;
	if (!who_ok(who))
		return ALERTE_EINVAL;
	engine_now(e, now);
	return set_armed(e, false, who);
}
