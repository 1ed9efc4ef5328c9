/* SPDX-License-Identifier: Apache-2.0 */
#include "alert/alert.h"

#include <string.h>

/* No 0 O, no 1 I L: a code is read aloud and typed in fear (L3). */
static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
#define LETTERS (sizeof(alphabet) - 1)

bool alert_live(const struct alert *a)
{
	switch (a->state) {
	case ALERTE_ALERT_PENDING:
	case ALERTE_ALERT_OPEN:
	case ALERTE_ALERT_ACKED:
		return true;
	case ALERTE_ALERT_CLOSED:
	case ALERTE_ALERT_CANCELLED:
		break;
	}
	return false;
}

int64_t alert_due(const struct alert *a)
{
	int64_t relay = relay_due(&a->relay);

	if (!alert_live(a))
		return relay_lingers(&a->relay) ? relay : ALERTE_NEVER;
	return relay < a->due ? relay : a->due;
}

struct alert_reach *alert_reach_find(struct alert *a,
				     const struct alerte_target *target)
{
	for (uint32_t i = 0; i < a->nreach; i++)
		if (a->reach[i].target.channel == target->channel &&
		    !strcmp(a->reach[i].target.contact, target->contact))
			return &a->reach[i];
	return NULL;
}

struct alert_reach *alert_reach_for(struct alert *a,
				    const struct alerte_target *target)
{
	struct alert_reach *reach = alert_reach_find(a, target);

	if (reach || a->nreach == ALERT_REACH_MAX)
		return reach;
	reach = &a->reach[a->nreach++];
	*reach = (struct alert_reach){ .target = *target };
	return reach;
}

void alert_code(const uint8_t reference[DIGEST_BYTES], uint32_t turn,
		char out[ALERTE_SHORT_CODE_MAX])
{
	uint32_t number = turn;

	for (int i = 0; i < 4; i++)
		number = number * 251 + reference[i];
	for (int i = 0; i < 3; i++) {
		out[i] = alphabet[number % LETTERS];
		number /= LETTERS;
	}
	out[3] = '\0';
}

bool alert_claim_new(struct alert *a, uint64_t id)
{
	return ring_new(a->claim, ALERT_CLAIMS_MAX, &a->nclaims, id);
}

bool gesture_is_panic(enum alerte_gesture gesture)
{
	switch (gesture) {
	case ALERTE_GESTURE_DOUBLE:
	case ALERTE_GESTURE_TRIPLE:
	case ALERTE_GESTURE_LONG:
	case ALERTE_GESTURE_LONG_DOUBLE:
	case ALERTE_GESTURE_LONG_TRIPLE:
	case ALERTE_GESTURE_HOLD:
	case ALERTE_GESTURE_UNKNOWN:
		return true;
	case ALERTE_GESTURE_NONE:
	case ALERTE_GESTURE_PRESS:
	case ALERTE_GESTURE_FALL:
	case ALERTE_GESTURE_INACTIVITY:
	case ALERTE_GESTURE_CANCEL:
	case ALERTE_GESTURE_TEST:
		break;
	}
	return false;
}

bool gesture_alerts(enum alerte_gesture gesture)
{
	switch (gesture) {
	case ALERTE_GESTURE_PRESS:
	case ALERTE_GESTURE_DOUBLE:
	case ALERTE_GESTURE_TRIPLE:
	case ALERTE_GESTURE_LONG:
	case ALERTE_GESTURE_LONG_DOUBLE:
	case ALERTE_GESTURE_LONG_TRIPLE:
	case ALERTE_GESTURE_HOLD:
	case ALERTE_GESTURE_FALL:
	case ALERTE_GESTURE_INACTIVITY:
	case ALERTE_GESTURE_UNKNOWN:
		return true;
	case ALERTE_GESTURE_NONE:
	case ALERTE_GESTURE_CANCEL:
	case ALERTE_GESTURE_TEST:
		break;
	}
	return false;
}
