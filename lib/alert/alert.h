/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <alerte/query.h>

#include "alert/relay.h"
#include "alert/taken.h"
#include "alert/transition.h"
#include "crypto/seal.h"

/*
 * A need for help, from the event that opened it until it is closed.  Every
 * change of state is a row of alert/transitions.h:
 *
 *   PENDING --grace over--> OPEN --acknowledged--> ACKED --closed--> CLOSED
 *      |                     | ^                     |
 *      +--code--> CANCELLED <+ +--20 min, or a press-+
 *
 * Values only; instants are boot milliseconds of this boot.
 */
/* Every target a plan can hold, and some that joined when it was full. */
#define ALERT_REACH_MAX (ALERTE_STEPS_MAX * ALERTE_TARGETS_MAX + 8)
/* Changes of state that peers claimed, a ring. */
#define ALERT_CLAIMS_MAX 32

/* L2 */
#define ALERT_ACK_MS (20 * 60 * INT64_C(1000))
#define ALERT_ARRIVED_MS (2 * 60 * 60 * INT64_C(1000))
/* An exercise nobody answered ends. */
#define ALERT_EXERCISE_MS (30 * 60 * INT64_C(1000))

/* Somebody this alert reached, or is to reach, over one channel. */
struct alert_reach {
	struct alerte_target target;
	bool reached;		/* an attempt of it left, or may have */
	int64_t noticed;	/* last "new press" notice; 0 none */
	uint32_t first;		/* HTTPS: number of its first message; 0 none */
	struct alerte_time first_at;	/* when that was planned */
	bool told_roaming;	/* that the 114 may be out of reach (M6) */
	bool hinted;		/* how to answer, to what was no answer (L3) */
	bool declined;		/* once it passes to the next (L3) */
	bool gave_back;		/* had it, and declined: once it goes on at once */
};

struct alert {
	int64_t id;
	uint8_t reference[DIGEST_BYTES];
	char code[ALERTE_SHORT_CODE_MAX];
	enum alerte_alert_state state;
	bool exercise;
	bool plain_despite_key;
	bool possible_repeat;		/* opened by what may be a ghost (R5) */
	bool grouped;			/* probably forged: texts are grouped (R6) */
	bool by_timer;			/* not pressed: a timer ran out (L9) */
	enum alerte_trust trust;
	enum alerte_gesture gesture;
	char wearer[ALERTE_ID_MAX];
	char button[ALERTE_ID_MAX];
	uint32_t presses;
	struct alerte_time opened, pressed;
	int64_t changed_wall_ms;
	char acked_by[ALERTE_NAME_MAX];
	bool arrived;
	bool bare_used;			/* a bare "ok" delayed a step once */

	/* The policy, frozen when the alert opened. */
	struct alerte_policy plan;
	uint32_t step;			/* next step to start, from 0 */
	uint32_t steps_done;		/* counts on through repeats */
	int64_t started;		/* left PENDING, or the last press */
	int64_t due;			/* end of grace, next step, or end of ACKED */
	uint32_t nreach;
	struct alert_reach reach[ALERT_REACH_MAX];

	struct relay relay;
	bool relay_wanted;		/* a press may reach the 114 */
	bool has_position;
	struct alerte_position position;
	int64_t position_at;		/* boot ms it is of; 0 not known */
	char cell[ALERTE_CELL_MAX];	/* of the receiver; "" not known */
	uint32_t sequence;		/* messages composed so far */
	struct taken taken[TAKEN_ENDPOINTS];
	uint32_t nclaims;
	uint64_t claim[ALERT_CLAIMS_MAX];
};

/* PENDING, OPEN or ACKED. */
bool alert_live(const struct alert *a);
/* Deadline of the alert itself, its conversation included. */
int64_t alert_due(const struct alert *a);

/* The entry for a target, made when missing; NULL when the table is full. */
struct alert_reach *alert_reach_for(struct alert *a,
				    const struct alerte_target *target);
/* The entry, or NULL. */
struct alert_reach *alert_reach_find(struct alert *a,
				     const struct alerte_target *target);

/* The code of a reference; `turn` gives others when one is taken (L3). */
void alert_code(const uint8_t reference[DIGEST_BYTES], uint32_t turn,
		char out[ALERTE_SHORT_CODE_MAX]);

/* True when this claim was not taken yet; it is now. */
bool alert_claim_new(struct alert *a, uint64_t id);

/* Double, triple, long, hold, unknown: deliberate (P4). */
bool gesture_is_panic(enum alerte_gesture gesture);
/* Raises an alert at all. */
bool gesture_alerts(enum alerte_gesture gesture);

#endif
