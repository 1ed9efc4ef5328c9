/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls, as +CLCC lists them.  One of ours rings after half a second; where the
 * far end answers, it does so a second later.
 */
#include <stdio.h>
#include <string.h>

#include "sim.h"

#define RINGS_MS 500
#define ANSWERS_MS 1500

/* 3GPP TS 27.007, +CLCC: <stat> */
enum { STAT_ACTIVE = 0, STAT_DIALING = 2, STAT_ALERTING = 3, STAT_IN = 4 };

void call_dial(struct sim *s, const char *number)
{
	net_check(number);
	json_array_append_new(s->calls, json_string(number));
	if (s->call.busy)
		return;

	s->call.state = CALL_OUT;
	s->call.since_ms = sim_now_ms();
	snprintf(s->call.number, sizeof(s->call.number), "%s", number);
}

void call_end(struct sim *s, bool far)
{
	if (s->call.state != CALL_NONE && far)
		sim_emit(s, "NO CARRIER");
	s->call.state = CALL_NONE;
}

static int stat_of(const struct sim *s)
{
	int64_t for_ms = sim_now_ms() - s->call.since_ms;

	if (s->call.state == CALL_IN)
		return STAT_IN;
	if (for_ms < RINGS_MS)
		return STAT_DIALING;
	return s->call.answered && for_ms >= ANSWERS_MS ? STAT_ACTIVE
							: STAT_ALERTING;
}

void call_list(struct sim *s, char *out, size_t cap)
{
	out[0] = '\0';
	if (s->call.state != CALL_NONE)
		snprintf(out, cap, "+CLCC: 1,%d,%d,0,0,\"%s\",145",
			 s->call.state == CALL_IN, stat_of(s),
			 s->call.number);
}

void call_in(struct sim *s, const char *number)
{
	char line[64];

	s->call.state = CALL_IN;
	s->call.since_ms = sim_now_ms();
	snprintf(s->call.number, sizeof(s->call.number), "%s", number);
	sim_emit(s, "RING");
	snprintf(line, sizeof(line), "+CLIP: \"%s\",145", number);
	sim_emit(s, line);
}
