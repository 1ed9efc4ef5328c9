/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERTE_CONSENT_H
#define ALERTE_CONSENT_H

#include <alerte/settings.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Whether a contact agreed to be one (L10).  He needs nothing but SMS:
 *
 *   NONE --invite--> INVITED --"oui"--> ACCEPTED
 *     |                 |                  | ^
 *     +-----------------+------"stop"------+ |
 *                                    v       |
 *                                 LEAVING --"oui"
 *                                    |       |
 *                                    v       |
 *                                   LEFT ----+
 *
 * Until he is LEFT he is alerted all the same: whoever never answered, too.
 * LEAVING lasts until no alert that concerns him is open, and as long as an
 * alert would reach nobody without him.  LEFT, the settings keep him, and no
 * alert or exercise writes to him.  An association leaves by the settings
 * alone.
 *
 * It is of one number: a contact whose number changes is NONE again.  Kept in
 * the store, and in a backup.
 */
enum alerte_consent_state {
	ALERTE_CONSENT_NONE = 0,
	ALERTE_CONSENT_INVITED,
	ALERTE_CONSENT_ACCEPTED,
	ALERTE_CONSENT_LEAVING,
	ALERTE_CONSENT_LEFT
};

struct alerte_consent {
	uint32_t size;
	char id[ALERTE_ID_MAX];		/* of the contact */
	enum alerte_consent_state state;
	bool last;		/* LEAVING: nobody else would be reached */
	/* By the wall clock; 0 never. */
	int64_t invited_wall_ms;	/* the last invitation */
	int64_t answered_wall_ms;	/* the last "oui" or "stop" */
	int64_t heard_wall_ms;		/* the last text of any kind */
};

/*
 * Invite a contact by SMS: who asks is the wearer, by her short name, when he
 * is the contact of one; the text names neither violence nor button nor place.
 * What is to be sent is durable when this returns: ALERTE_OK, ALERTE_VOLATILE.
 *
 * ALERTE_ENOTFOUND: no such contact.  ALERTE_EREFUSED: he has no number, is an
 * association, has accepted, an alert that concerns him is open, or no answer
 * can be heard (alerte_answers()).
 * ALERTE_ELIMIT: invited less than an hour ago.  A command: ALERTE_EBUSY from
 * inside a host call.
 */
ALERTE_API int alerte_invite(struct alerte *a, const char *contact,
			     struct alerte_time now);

/*
 * The contact whose id sorts after `after` ("" to start): 1 and *out (size set
 * by the caller) filled, or 0 at the end.
 */
ALERTE_API int alerte_consent_next(struct alerte *a, const char *after,
				   struct alerte_consent *out);
/* "none", "invited", "accepted", "leaving", "left" */
ALERTE_API const char *
alerte_consent_state_name(enum alerte_consent_state state);

#ifdef __cplusplus
}
#endif

#endif
